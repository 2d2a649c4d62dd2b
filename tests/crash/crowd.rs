//! Many processes at once in one home, some of them killed.

use std::env;
use std::thread;
use std::time::Duration;

use crate::act::{APPS, Act};
use crate::apps::{self, bye};
use crate::random::Random;
use crate::support::{Fixture, Outcome, dependent_hello};

/// So many processes run at once.
const CROWD: usize = 8;

/// The exit code of whoever has to wait for too long.
const BUSY: Option<i32> = Some(7);

/// How often a crowd comes into an empty home and how often it comes again: usually, and in the long form.
const USUAL_HOMES: u64 = 2;
const DEEP_HOMES: u64 = 25;
const ROUNDS_OF_A_HOME: u64 = 4;

/// Longer than most operations take when they are alone.
const LONGEST_DELAY_MILLISECONDS: usize = 600;

/// Whether processes die.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fate {
    /// All live to their end.
    Live,
    /// Every second one is killed after a while.
    SomeDie,
}

#[test]
fn eight_at_once_all_finish_or_say_that_another_is_busy() {
    crowd(1, Fate::Live);
}

#[test]
fn a_killed_process_holds_up_nobody() {
    crowd(2, Fate::SomeDie);
}

fn crowd(seed: u64, fate: Fate) {
    let homes = if env::var_os("KINGBOLT_TEST_DEEP").is_some() { DEEP_HOMES } else { USUAL_HOMES };
    let (mut done, mut busy, mut killed) = (0, 0, 0);
    for home in 0..homes {
        let Some(fixture) = apps::fixture() else { return };
        fixture.index.publish(&dependent_hello("2.0")).publish(&bye("2.0"));
        apps::write_locks(&fixture);
        let mut random = Random::seeded(seed + 1000 * home);
        for round in 0..ROUNDS_OF_A_HOME {
            let acts: Vec<Act> = (0..CROWD).map(|_| Act::any(&mut random, 2)).collect();
            let delays: Vec<Option<Duration>> = (0..CROWD).map(|index| delay(&mut random, fate, index)).collect();
            let at = format!("seed {seed}, home {home}, round {round}");
            for (act, outcome) in acts.iter().zip(at_once(&fixture, &acts, &delays)) {
                let died = outcome.code.is_none() && fate == Fate::SomeDie;
                assert!(died || outcome.code == BUSY || act.is_admitted(&outcome), "{at}: {act}: {outcome:?}");
                match outcome.code {
                    None => killed += 1,
                    BUSY => busy += 1,
                    Some(_) => done += 1,
                }
            }
            assert_whole(&fixture, fate, &at);
        }
    }
    println!("crowd of {CROWD}, {fate:?}: {done} done, {busy} busy, {killed} killed");
    assert!(done > 0 && (killed > 0) == (fate == Fate::SomeDie));
}

/// After how long a process of the crowd is killed.
fn delay(random: &mut Random, fate: Fate, index: usize) -> Option<Duration> {
    let milliseconds = random.below(LONGEST_DELAY_MILLISECONDS) as u64;
    (fate == Fate::SomeDie && index.is_multiple_of(2)).then(|| Duration::from_millis(milliseconds))
}

fn at_once(fixture: &Fixture, acts: &[Act], delays: &[Option<Duration>]) -> Vec<Outcome> {
    thread::scope(|scope| {
        let run = |(act, delay): (&'_ Act, &'_ Option<Duration>)| {
            let run = fixture.machine.kingbolt(&act.arguments);
            match delay {
                Some(delay) => run.outcome_killed_after(*delay),
                None => run.outcome(),
            }
        };
        let runs: Vec<_> = acts.iter().zip(delays).map(|pair| scope.spawn(move || run(pair))).collect();
        runs.into_iter().map(|run| run.join().expect("it ran")).collect()
    })
}

/// Nothing is damaged, nothing is cut off but by a kill, and what is left over goes when it is pruned.
fn assert_whole(fixture: &Fixture, fate: Fate, at: &str) {
    let succeeds = |act: &Act| {
        let outcome = fixture.machine.kingbolt(&act.arguments).outcome();
        assert!(act.is_admitted(&outcome), "{at}, then {act}: {outcome:?}");
    };
    if fate == Fate::SomeDie {
        for app in APPS {
            succeeds(&Act::install(app));
        }
    }
    succeeds(&Act::verify());
    if fixture.machine.home().join(crate::act::ENVIRONMENT).is_dir() {
        succeeds(&Act::sync(1));
    }
    succeeds(&Act::prune());
    let left = apps::left_over(fixture);
    assert!(left.is_empty(), "{at}: left over {left:#?}");
    for app in APPS {
        let is_exposed = fixture.machine.home().join("bin").join(app).is_symlink();
        assert!(!is_exposed || fixture.says(app).is_some(), "{at}: {app} does not start");
    }
}
