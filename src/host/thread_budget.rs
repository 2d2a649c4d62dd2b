//! Limits the threads of tasks that run at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of threads that may still be started, besides those that begin a task.
#[derive(Debug)]
pub struct ThreadBudget(AtomicUsize);

/// One thread of a budget, returned to it when dropped.
#[derive(Debug)]
pub struct ReservedThread<'a>(&'a ThreadBudget);

impl ThreadBudget {
    /// A budget of that many threads.
    pub const fn of(threads: usize) -> Self {
        Self(AtomicUsize::new(threads))
    }

    /// One thread less than the machine can run in parallel.
    pub fn of_machine() -> Self {
        Self::of(std::thread::available_parallelism().map_or(1, usize::from) - 1)
    }

    /// Reserves a thread, if one is left.
    pub fn reserve(&self) -> Option<ReservedThread<'_>> {
        let one_less = |free: usize| free.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).ok().map(|_| ReservedThread(self))
    }
}

impl Drop for ReservedThread<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_threads_return_to_the_budget() {
        let budget = ThreadBudget::of(2);
        let (first, second) = (budget.reserve(), budget.reserve());
        assert_eq!((first.is_some(), second.is_some(), budget.reserve().is_some()), (true, true, false));
        drop(first);
        assert!(budget.reserve().is_some());
    }
}
