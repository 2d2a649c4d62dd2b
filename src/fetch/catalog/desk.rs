//! Where questions wait for the threads that answer them. Each question is answered once.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::CatalogError;
use crate::index::{File, Page};
use crate::resolve::Likely;
use crate::vocab::{Metadata, PackageName};

/// Questions and answers, shared by those who ask and those who answer.
#[derive(Debug, Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    /// There is work.
    work: Condvar,
    /// There are new answers.
    answers: Condvar,
}

/// What a thread of the pool is to do next.
#[derive(Clone, Debug)]
pub(super) enum Job {
    Metadata(Box<File>),
    Page(PackageName),
    /// To find the likely file of a page that is known, and its metadata.
    Pick(Arc<Page>, Box<Likely>),
}

/// Whether those who wait for an answer wait for it now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Urgency {
    Ahead,
    Now,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<PackageName, Slot<Option<Arc<Page>>>>,
    /// Of the file at an address.
    metadata: HashMap<String, Slot<Arc<Metadata>>>,
    /// Which file to go on with when a page arrives.
    likely: HashMap<PackageName, Likely>,
    queue: VecDeque<Job>,
    idle: usize,
    threads: usize,
    closed: bool,
}

#[derive(Debug)]
enum Slot<T> {
    Pending,
    Done(Result<T, CatalogError>),
}

/// Requests in flight at the same time. The answer to one takes some tenths of a second at busy indexes, most of which
/// is waiting.
const MOST_THREADS: usize = 16;

impl Desk {
    /// Puts a question, unless it was put before. Returns whether another thread should come and help.
    pub(super) fn put(&self, job: Job, urgency: Urgency) -> bool {
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
            state.hurry(&job);
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
        self.work.notify_one();
        let short = state.queue.len() > state.idle && state.threads < MOST_THREADS;
        state.threads += usize::from(short);
        short
    }

    /// Puts the question for a page that will be needed, and then for the metadata of the file that is likely to be.
    /// Returns whether another thread should come and help.
    pub(super) fn expect(&self, project: &PackageName, likely: Likely) -> bool {
        let known = match self.lock().pages.get(project) {
            Some(Slot::Done(Ok(Some(page)))) => Some(Arc::clone(page)),
            Some(Slot::Done(_)) => return false,
            Some(Slot::Pending) | None => None,
        };
        if let Some(page) = known {
            return self.put(Job::Pick(page, Box::new(likely)), Urgency::Ahead);
        }
        self.lock().likely.insert(project.clone(), likely);
        self.put(Job::Page(project.clone()), Urgency::Ahead)
    }

    /// The next thing to do, as soon as there is one; `None` when there will be none any more.
    pub(super) fn take(&self) -> Option<Job> {
        let mut state = self.lock();
        state.idle += 1;
        while !state.closed && state.queue.is_empty() {
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle -= 1;
        if state.closed { None } else { state.queue.pop_front() }
    }

    /// The next thing to do, if there is one.
    pub(super) fn take_now(&self) -> Option<Job> {
        self.lock().queue.pop_front()
    }

    /// Counts a thread less: it did not come.
    pub(super) fn dismiss(&self) {
        self.lock().threads -= 1;
    }

    /// Answers the question for a page. Returns which file is likely to be asked about next, where that was said.
    pub(super) fn answer_page(
        &self,
        project: &PackageName,
        answer: Result<Option<Arc<Page>>, CatalogError>,
    ) -> Option<Likely> {
        let mut state = self.lock();
        state.pages.insert(project.clone(), Slot::Done(answer));
        self.answers.notify_all();
        state.likely.remove(project)
    }

    /// Answers the question for the metadata of the file at an address.
    pub(super) fn answer_metadata(&self, url: &str, answer: Result<Arc<Metadata>, CatalogError>) {
        self.lock().metadata.insert(url.to_owned(), Slot::Done(answer));
        self.answers.notify_all();
    }

    /// Puts the question for metadata to whoever asks this, unless it was put before: then returns false.
    pub(super) fn reserve_metadata(&self, url: &str) -> bool {
        let mut state = self.lock();
        let new = !state.metadata.contains_key(url);
        if new {
            state.metadata.insert(url.to_owned(), Slot::Pending);
        }
        new
    }

    /// Waits for a page. `None` when the question was not put, or its answer was an error that somebody else got.
    pub(super) fn page(&self, project: &PackageName) -> Option<Result<Option<Arc<Page>>, CatalogError>> {
        self.wait(|state| answered(&mut state.pages, project))
    }

    /// Waits for metadata; see [`Self::page`].
    pub(super) fn metadata(&self, url: &str) -> Option<Result<Arc<Metadata>, CatalogError>> {
        self.wait(|state| answered(&mut state.metadata, url))
    }

    /// Sends everybody home who comes for work.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.queue.clear();
        self.work.notify_all();
    }

    fn wait<T>(&self, look: impl Fn(&mut State) -> Answered<T>) -> Option<T> {
        let mut state = self.lock();
        loop {
            match look(&mut state) {
                Answered::Done(answer) => return Some(answer),
                Answered::NotAsked => return None,
                Answered::NotYet => state = self.answers.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Moves a question that is already put to the front, unless somebody works on it.
    fn hurry(&mut self, wanted: &Job) {
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

enum Answered<T> {
    Done(T),
    NotAsked,
    NotYet,
}

/// Looks for an answer. Errors are given away, so that the next to ask has the question put again.
fn answered<K, Q, T>(slots: &mut HashMap<K, Slot<T>>, key: &Q) -> Answered<Result<T, CatalogError>>
where
    K: Borrow<Q> + Eq + Hash,
    Q: Eq + Hash + ?Sized,
    T: Clone,
{
    match slots.get(key) {
        None => Answered::NotAsked,
        Some(Slot::Pending) => Answered::NotYet,
        Some(Slot::Done(Ok(answer))) => Answered::Done(Ok(answer.clone())),
        Some(Slot::Done(Err(_))) => match slots.remove(key) {
            Some(Slot::Done(answer)) => Answered::Done(answer),
            Some(Slot::Pending) | None => Answered::NotAsked,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(project: &str) -> Job {
        Job::Page(project.parse().unwrap())
    }

    fn queue(desk: &Desk) -> Vec<String> {
        let name = |job| match job {
            Job::Metadata(file) => file.url.clone(),
            Job::Page(project) => project.to_string(),
            Job::Pick(..) => "pick".to_owned(),
        };
        std::iter::from_fn(|| desk.take_now()).map(name).collect()
    }

    #[test]
    fn what_is_waited_for_comes_first_and_everything_once() {
        let desk = Desk::default();
        for project in ["a", "b", "c", "b"] {
            desk.put(page(project), Urgency::Ahead);
        }
        desk.put(page("c"), Urgency::Now);
        desk.put(page("d"), Urgency::Now);
        assert_eq!(queue(&desk), ["d", "c", "a", "b"]);
        desk.put(page("a"), Urgency::Now);
        assert_eq!(queue(&desk), [""; 0]);
    }

    #[test]
    fn threads_come_while_there_is_more_to_do_than_they_wait_for() {
        let desk = Desk::default();
        let wanted = (0..40).filter(|number| desk.put(page(&format!("p{number}")), Urgency::Ahead)).count();
        assert_eq!(wanted, MOST_THREADS);
        desk.dismiss();
        assert!(desk.put(page("next"), Urgency::Now));
        assert!(!desk.put(page("after"), Urgency::Now));
    }

    #[test]
    fn nobody_finds_work_after_the_end() {
        let desk = Desk::default();
        desk.put(page("a"), Urgency::Now);
        desk.close();
        assert!(desk.take().is_none());
    }
}
