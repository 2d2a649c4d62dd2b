//! The same work on many items, by several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::thread_budget::ThreadBudget;

/// Applies `work` to every item, with this thread and those that the budget has left, each with its own state. A thread that
/// another task returns to the budget meanwhile joins. Results are in the order of the items.
///
/// # Errors
/// The error of the first failed item; after a failure no new item is begun.
pub fn in_parallel<I: Sync, S, R: Send, E: Send>(
    items: &[I],
    budget: &ThreadBudget,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &I) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let worker = |before_each: &mut dyn FnMut()| {
        let mut state = state();
        let mut done = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            before_each();
            let result = work(&mut state, item);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            done.push((index, result));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let mut others = Vec::new();
        let mut done = worker(&mut || {
            while next.load(Ordering::Relaxed) < items.len()
                && let Some(thread) = budget.reserve()
            {
                others.push(scope.spawn(|| {
                    let done = worker(&mut || ());
                    drop(thread);
                    done
                }));
            }
        });
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
        let results: Result<Vec<usize>, ()> = in_parallel(&items, &ThreadBudget::of(3), || (), |(), item| Ok(item * 2));
        assert_eq!(results, Ok(items.iter().map(|item| item * 2).collect()));
    }

    #[test]
    fn a_failure_stops_the_work() {
        let items: Vec<usize> = (0..100).collect();
        let results = in_parallel(
            &items,
            &ThreadBudget::of(2),
            || (),
            |(), item| if *item >= 7 { Err("seven or more") } else { Ok(()) },
        );
        assert_eq!(results, Err("seven or more"));
    }
}
