//! Limits the threads that help when several wheels are unpacked at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of threads that may still be started besides those that each unpack one wheel.
#[derive(Debug)]
pub(super) struct ThreadBudget(AtomicUsize);

/// Threads reserved from a budget; returned to it when dropped.
#[derive(Debug)]
pub(super) struct Reserved<'a> {
    budget: &'a ThreadBudget,
    pub(super) threads: usize,
}

impl ThreadBudget {
    /// One thread less than the machine can run in parallel.
    pub(super) fn of_machine() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self(AtomicUsize::new(threads - 1))
    }

    /// Reserves at most `most` threads, or fewer if fewer are left.
    pub(super) fn reserve(&self, most: usize) -> Reserved<'_> {
        let mut threads = 0;
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            threads = free.min(most);
            Some(free - threads)
        });
        Reserved { budget: self, threads }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.threads, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_threads_return_to_the_budget() {
        let budget = ThreadBudget(AtomicUsize::new(3));
        let first = budget.reserve(2);
        let second = budget.reserve(2);
        assert_eq!((first.threads, second.threads, budget.reserve(2).threads), (2, 1, 0));
        drop(first);
        assert_eq!(budget.reserve(9).threads, 2);
    }
}
