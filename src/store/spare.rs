//! Threads to spare: how many more may help when several wheels are unpacked at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A number of threads that whoever unpacks a large wheel may take besides its own, and gives back.
#[derive(Debug)]
pub(super) struct Spare(AtomicUsize);

/// Threads taken; given back when dropped.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    spare: &'a Spare,
    pub(super) threads: usize,
}

impl Spare {
    /// As many as the machine can run beside one.
    pub(super) fn of_machine() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self(AtomicUsize::new(threads - 1))
    }

    /// Takes at most so many, perhaps none.
    pub(super) fn take(&self, most: usize) -> Taken<'_> {
        let mut threads = 0;
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            threads = free.min(most);
            Some(free - threads)
        });
        Taken { spare: self, threads }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.spare.0.fetch_add(self.threads, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_comes_back() {
        let spare = Spare(AtomicUsize::new(3));
        let first = spare.take(2);
        let second = spare.take(2);
        assert_eq!((first.threads, second.threads, spare.take(2).threads), (2, 1, 0));
        drop(first);
        assert_eq!(spare.take(9).threads, 2);
    }
}
