//! Pending requests for pages and metadata, and their results. Each request is carried out once.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::CatalogError;
use crate::index::{File, Page};
use crate::resolve::PrefetchHint;
use crate::vocab::{Address, Metadata, PackageName};

/// Requests and results, shared by the threads that make requests and the workers that carry them out.
#[derive(Debug, Default)]
pub(super) struct RequestQueue {
    state: Mutex<State>,
    /// Signalled when a job is queued.
    queued: Condvar,
    /// Signalled when a job is done.
    done: Condvar,
}

/// A task for a worker.
#[derive(Clone, Debug)]
pub(super) enum Job {
    Metadata(Box<File>),
    Page(PackageName),
    /// Find the likely file of a known page, and read its metadata.
    Pick(Arc<Page>, Box<PrefetchHint>),
}

/// When the result of a job is needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Urgency {
    Ahead,
    Now,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<PackageName, Slot<Option<Arc<Page>>>>,
    /// By the address of the file.
    metadata: HashMap<Address, Slot<Arc<Metadata>>>,
    /// The file whose metadata to read when the page arrives.
    likely: HashMap<PackageName, PrefetchHint>,
    queue: VecDeque<Job>,
    idle: usize,
    workers: usize,
    closed: bool,
}

#[derive(Debug)]
enum Slot<T> {
    Pending,
    Done(Result<T, CatalogError>),
}

/// The most requests in flight at once. Busy indexes take some tenths of a second for each, most of which is waiting.
const MOST_WORKERS: usize = 16;

impl RequestQueue {
    /// Queues a job, unless it was queued before. Returns true if another worker should be started.
    pub(super) fn push(&self, job: Job, urgency: Urgency) -> bool {
        let mut state = self.lock();
        let known = match &job {
            Job::Metadata(file) => state.metadata.contains_key(&file.url),
            Job::Page(project) => state.pages.contains_key(project),
            Job::Pick(..) => false,
        };
        if known && urgency == Urgency::Ahead {
            return false;
        }
        if known {
            state.move_to_front(&job);
            return false;
        }
        match &job {
            Job::Metadata(file) => drop(state.metadata.insert(file.url.clone(), Slot::Pending)),
            Job::Page(project) => drop(state.pages.insert(project.clone(), Slot::Pending)),
            Job::Pick(..) => {}
        }
        match urgency {
            Urgency::Ahead => state.queue.push_back(job),
            Urgency::Now => state.queue.push_front(job),
        }
        self.queued.notify_one();
        let short = state.queue.len() > state.idle && state.workers < MOST_WORKERS;
        state.workers += usize::from(short);
        short
    }

    /// Queues the jobs for a page that will be needed, and for the metadata of the file that is likely to be needed
    /// next. Returns true if another worker should be started.
    pub(super) fn prefetch(&self, project: &PackageName, likely: PrefetchHint) -> bool {
        let known = match self.lock().pages.get(project) {
            Some(Slot::Done(Ok(Some(page)))) => Some(Arc::clone(page)),
            Some(Slot::Done(_)) => return false,
            Some(Slot::Pending) | None => None,
        };
        if let Some(page) = known {
            return self.push(Job::Pick(page, Box::new(likely)), Urgency::Ahead);
        }
        self.lock().likely.insert(project.clone(), likely);
        self.push(Job::Page(project.clone()), Urgency::Ahead)
    }

    /// Waits for the next job. Returns `None` once the queue is closed.
    pub(super) fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        state.idle += 1;
        while !state.closed && state.queue.is_empty() {
            state = self.queued.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle -= 1;
        if state.closed { None } else { state.queue.pop_front() }
    }

    /// The next job, if one is queued.
    pub(super) fn try_next(&self) -> Option<Job> {
        self.lock().queue.pop_front()
    }

    /// Counts one worker less, after its thread could not be started.
    pub(super) fn remove_worker(&self) {
        self.lock().workers -= 1;
    }

    /// Stores the result for a page. Returns the file that is likely to be requested next, if one was named.
    pub(super) fn finish_page(
        &self,
        project: &PackageName,
        result: Result<Option<Arc<Page>>, CatalogError>,
    ) -> Option<PrefetchHint> {
        let mut state = self.lock();
        state.pages.insert(project.clone(), Slot::Done(result));
        self.done.notify_all();
        state.likely.remove(project)
    }

    /// Stores the result for the metadata of the file at an address.
    pub(super) fn finish_metadata(&self, url: &Address, result: Result<Arc<Metadata>, CatalogError>) {
        self.lock().metadata.insert(url.clone(), Slot::Done(result));
        self.done.notify_all();
    }

    /// Reserves the job of reading metadata for the caller. Returns false if it was queued or reserved before.
    pub(super) fn reserve_metadata(&self, url: &Address) -> bool {
        let mut state = self.lock();
        let new = !state.metadata.contains_key(url);
        if new {
            state.metadata.insert(url.clone(), Slot::Pending);
        }
        new
    }

    /// Waits for a page. Returns `None` if the job was not queued, or if another thread has taken its error.
    pub(super) fn page(&self, project: &PackageName) -> Option<Result<Option<Arc<Page>>, CatalogError>> {
        self.wait(|state| take_result(&mut state.pages, project))
    }

    /// Waits for metadata; see [`Self::page`].
    pub(super) fn metadata(&self, url: &Address) -> Option<Result<Arc<Metadata>, CatalogError>> {
        self.wait(|state| take_result(&mut state.metadata, url))
    }

    /// Drops all queued jobs and ends the workers.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.queue.clear();
        self.queued.notify_all();
    }

    fn wait<T>(&self, look: impl Fn(&mut State) -> Progress<T>) -> Option<T> {
        let mut state = self.lock();
        loop {
            match look(&mut state) {
                Progress::Done(result) => return Some(result),
                Progress::NotQueued => return None,
                Progress::Pending => state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Moves a queued job to the front, unless a worker has started it.
    fn move_to_front(&mut self, wanted: &Job) {
        let same = |job: &Job| match (job, wanted) {
            (Job::Metadata(one), Job::Metadata(other)) => one.url == other.url,
            (Job::Page(one), Job::Page(other)) => one == other,
            (Job::Metadata(_) | Job::Page(_) | Job::Pick(..), _) => false,
        };
        if let Some(job) = self.queue.iter().position(same).and_then(|at| self.queue.remove(at)) {
            self.queue.push_front(job);
        }
    }
}

enum Progress<T> {
    Done(T),
    NotQueued,
    Pending,
}

/// Looks for a result. An error is removed when it is returned, so that the next request is carried out again.
fn take_result<K, Q, T>(slots: &mut HashMap<K, Slot<T>>, key: &Q) -> Progress<Result<T, CatalogError>>
where
    K: Borrow<Q> + Eq + Hash,
    Q: Eq + Hash + ?Sized,
    T: Clone,
{
    match slots.get(key) {
        None => Progress::NotQueued,
        Some(Slot::Pending) => Progress::Pending,
        Some(Slot::Done(Ok(result))) => Progress::Done(Ok(result.clone())),
        Some(Slot::Done(Err(_))) => match slots.remove(key) {
            Some(Slot::Done(result)) => Progress::Done(result),
            Some(Slot::Pending) | None => Progress::NotQueued,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(project: &str) -> Job {
        Job::Page(project.parse().unwrap())
    }

    fn queued(queue: &RequestQueue) -> Vec<String> {
        let name = |job| match job {
            Job::Metadata(file) => file.url.to_string(),
            Job::Page(project) => project.to_string(),
            Job::Pick(..) => "pick".to_owned(),
        };
        std::iter::from_fn(|| queue.try_next()).map(name).collect()
    }

    #[test]
    fn urgent_jobs_come_first_and_every_job_once() {
        let queue = RequestQueue::default();
        for project in ["a", "b", "c", "b"] {
            queue.push(page(project), Urgency::Ahead);
        }
        queue.push(page("c"), Urgency::Now);
        queue.push(page("d"), Urgency::Now);
        assert_eq!(queued(&queue), ["d", "c", "a", "b"]);
        queue.push(page("a"), Urgency::Now);
        assert_eq!(queued(&queue), [""; 0]);
    }

    #[test]
    fn workers_are_started_while_more_jobs_are_queued_than_workers_wait() {
        let queue = RequestQueue::default();
        let wanted = (0..40).filter(|number| queue.push(page(&format!("p{number}")), Urgency::Ahead)).count();
        assert_eq!(wanted, MOST_WORKERS);
        queue.remove_worker();
        assert!(queue.push(page("next"), Urgency::Now));
        assert!(!queue.push(page("after"), Urgency::Now));
    }

    #[test]
    fn a_closed_queue_has_no_jobs() {
        let queue = RequestQueue::default();
        queue.push(page("a"), Urgency::Now);
        queue.close();
        assert!(queue.next().is_none());
    }
}
