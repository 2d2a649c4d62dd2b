//! Host names and their addresses, looked up once for all connections.
//!
//! A pool of connections that start together would look up the same name together, and name servers and the networks
//! before them drop some of so many queries: each is then repeated after 5 seconds.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The known addresses. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct DnsCache(Arc<Mutex<HashMap<String, Arc<Entry>>>>);

/// The result of the look-ups of one name.
#[derive(Debug, Default)]
struct Entry {
    /// The number of finished look-ups.
    done: Mutex<u64>,
    /// Locked during a look-up.
    found: Mutex<Option<Result<Vec<SocketAddr>, Failure>>>,
}

#[derive(Clone, Debug)]
struct Failure {
    kind: io::ErrorKind,
    text: String,
}

impl Resolve for DnsCache {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let entry = Arc::clone(lock(&self.0).entry(name.clone()).or_default());
        Box::pin(async move {
            let looked_up = tokio::task::spawn_blocking(move || entry.addresses(&name, look_up)).await?;
            Ok(Box::new(looked_up?.into_iter()) as Addrs)
        })
    }
}

impl Entry {
    /// The addresses. Threads that waited for a failed look-up share its failure; later ones try again.
    fn addresses(
        &self,
        name: &str,
        look_up: impl Fn(&str) -> io::Result<Vec<SocketAddr>>,
    ) -> io::Result<Vec<SocketAddr>> {
        let done_before = *lock(&self.done);
        let mut found = lock(&self.found);
        match &*found {
            Some(Ok(addresses)) => return Ok(addresses.clone()),
            Some(Err(failure)) if *lock(&self.done) > done_before => return Err(failure.clone().into()),
            Some(Err(_)) | None => {}
        }
        let answer = look_up(name).map_err(|error| Failure { kind: error.kind(), text: error.to_string() });
        *found = Some(answer.clone());
        *lock(&self.done) += 1;
        Ok(answer?)
    }
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure.kind, failure.text)
    }
}

fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((name, 0).to_socket_addrs()?.collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    /// Has a name looked up by threads that all start before the first look-up is over.
    fn asked_at_once(entry: &Entry, threads: usize, answer: fn() -> io::Result<Vec<SocketAddr>>) -> (usize, Vec<bool>) {
        let count = AtomicUsize::new(0);
        let barrier = Barrier::new(threads);
        let look_up = |_: &str| {
            count.fetch_add(1, Ordering::Relaxed);
            answer()
        };
        let succeeded = thread::scope(|scope| {
            let ask = || {
                barrier.wait();
                entry.addresses("index.example", look_up).is_ok()
            };
            let asking: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        (count.into_inner(), succeeded)
    }

    #[test]
    fn a_name_is_looked_up_once_for_everybody() {
        let entry = Entry::default();
        let found = || Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
        assert_eq!(asked_at_once(&entry, 8, found), (1, vec![true; 8]));
        assert_eq!(asked_at_once(&entry, 8, found), (0, vec![true; 8]));
    }

    #[test]
    fn a_failure_is_shared_by_those_who_waited_and_tried_again_later() {
        let entry = Entry::default();
        let failing = || Err(io::Error::other("no answer"));
        assert_eq!(asked_at_once(&entry, 1, failing), (1, vec![false]));
        let found = || Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
        assert_eq!(asked_at_once(&entry, 1, found), (1, vec![true]));
    }
}
