//! The same work on many items, by several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Applies `work` to every item, with that many threads including this one, each with its own state. Results are in
/// the order of the items.
///
/// # Errors
/// The error of the first failed item; after a failure no new item is begun.
pub fn in_parallel<I: Sync, S, R: Send, E: Send>(
    items: &[I],
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &I) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let worker = || {
        let mut state = state();
        let mut done = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = work(&mut state, item);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            done.push((index, result));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in others {
            match other.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        let results: Result<Vec<usize>, ()> = in_parallel(&items, 4, || (), |(), item| Ok(item * 2));
        assert_eq!(results, Ok(items.iter().map(|item| item * 2).collect()));
    }

    #[test]
    fn a_failure_stops_the_work() {
        let items: Vec<usize> = (0..100).collect();
        let results = in_parallel(&items, 3, || (), |(), item| if *item >= 7 { Err("seven or more") } else { Ok(()) });
        assert_eq!(results, Err("seven or more"));
    }
}
