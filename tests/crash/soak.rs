//! Operations in any order, each killed anywhere, one after the other on what the last one left.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Debug;
use std::fs;
use std::time::Duration;

use crate::act::{APPS, Act, ENVIRONMENT, Reach};
use crate::apps::{self, bye};
use crate::random::Random;
use crate::support::{Fixture, Outcome, dependent_hello};

/// The variables of `scripts/soak`.
const SEED: &str = "KINGBOLT_SOAK_SEED";
const KILLS: &str = "KINGBOLT_SOAK_ROUNDS";

/// How many operations are killed where nobody says: usually, and in the long form.
const USUAL_KILLS: u64 = 150;
const DEEP_KILLS: u64 = 10_000;

/// So many kills share a machine. Each machine has a seed of its own: the next one after that of the one before.
const KILLS_OF_A_MACHINE: u64 = 25;

/// Where fewer than one operation of so many dies, something is wrong with the killing.
const ROUNDS_FOR_A_KILL: u64 = 10;

/// Every so often something newer is published.
const ROUNDS_OF_A_VERSION: u64 = 10;

/// The longest delay before a kill, which is more than most operations take; in milliseconds, as a power of two.
const LONGEST_DELAY: usize = 9;

/// More than most operations change on the disk, as a power of two.
const MOST_CHANGES: usize = 7;

#[test]
fn operations_that_are_killed_again_and_again_leave_what_works_and_nothing_else() {
    let seed = number(SEED).unwrap_or(1);
    let usual = if env::var_os("KINGBOLT_TEST_DEEP").is_some() { DEEP_KILLS } else { USUAL_KILLS };
    let kills = number(KILLS).unwrap_or(usual);
    println!("soak: seed {seed}, {kills} kills");
    let mut done = 0;
    while done < kills {
        let Some(fixture) = apps::fixture() else { return };
        let seed = seed + done / KILLS_OF_A_MACHINE;
        let mut soak = Soak::new(&fixture, seed);
        let rounds = soak.until_killed(KILLS_OF_A_MACHINE.min(kills - done));
        soak.end();
        done += soak.killed;
        println!("soak: seed {seed}: {done} operations killed, {rounds} tried on this machine");
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}

/// A machine under fire.
struct Soak<'a> {
    fixture: &'a Fixture,
    random: Random,
    seed: u64,
    /// The major number of the newest version that is published.
    newest: u64,
    /// What each of [`APPS`] may say: several things, where what was killed last was not retried.
    possible: [BTreeSet<Option<String>>; APPS.len()],
    /// What was done, for whoever reads of a failure.
    history: Vec<String>,
    killed: u64,
    /// Whether files were taken away. A rollback may lead to the generation that they are missing in.
    is_damaged: bool,
}

impl<'a> Soak<'a> {
    fn new(fixture: &'a Fixture, seed: u64) -> Self {
        let nothing = || BTreeSet::from([None]);
        let possible = [nothing(), nothing()];
        fixture.index.publish(&dependent_hello("2.0")).publish(&bye("2.0"));
        apps::write_locks(fixture);
        Self {
            fixture,
            random: Random::seeded(seed),
            seed,
            newest: 2,
            possible,
            history: Vec::new(),
            killed: 0,
            is_damaged: false,
        }
    }

    /// Tries operations until so many were killed. Tells how many it took: some are done before it is their time.
    fn until_killed(&mut self, kills: u64) -> u64 {
        let mut rounds = 0;
        while self.killed < kills {
            self.round(rounds);
            rounds += 1;
            self.holds(rounds < (kills + 5) * ROUNDS_FOR_A_KILL, "hardly any operation was killed", &self.killed);
        }
        rounds
    }

    /// One operation, killed; then perhaps again.
    fn round(&mut self, round: u64) {
        if round % ROUNDS_OF_A_VERSION == 1 {
            self.newest += 1;
            let version = format!("{}.0", self.newest);
            self.fixture.index.publish(&dependent_hello(&version)).publish(&bye(&version));
        }
        let act = Act::any(&mut self.random, self.newest);
        if act.reach == Reach::Repaired && self.random.below(2) == 0 {
            self.damage();
        }
        let outcome = self.kill(&act);
        let died = outcome.code.is_none();
        self.killed += u64::from(died);
        self.history.push(format!("round {round}: {act}: {}", if died { "killed" } else { "done" }));
        self.holds(died || act.is_admitted(&outcome), "failed", &outcome);
        self.look(&act);
        // What is damaged has to be repaired before it is damaged again.
        if act.reach == Reach::Repaired || self.random.below(3) > 0 {
            self.carry_out(&act);
        }
        if self.random.below(6) == 0 {
            self.rest();
        }
    }

    /// Nothing is cut off any more, and nothing may be left over.
    fn rest(&mut self) {
        for app in APPS {
            let act = if self.random.below(4) == 0 { Act::uninstall(app) } else { Act::install(app) };
            self.carry_out(&act);
        }
        if self.fixture.machine.home().join(ENVIRONMENT).is_dir() {
            self.carry_out(&Act::sync(1));
        }
        self.carry_out(&Act::prune());
        if self.is_damaged {
            self.carry_out(&Act::repair());
        }
        self.carry_out(&Act::verify());
        let left = apps::left_over(self.fixture);
        self.holds(left.is_empty(), "left over", &left);
    }

    /// Everything goes.
    fn end(&mut self) {
        self.rest();
        for app in APPS {
            self.carry_out(&Act::uninstall(app));
        }
        // An environment that stands is remembered.
        let _ = std::fs::remove_dir_all(self.fixture.machine.home().join(ENVIRONMENT));
        self.carry_out(&Act::prune());
        let left: Vec<String> = self.fixture.machine.files().into_iter().filter(|path| is_of_kingbolt(path)).collect();
        self.holds(left.is_empty(), "left at the end", &left);
    }

    /// Runs an operation and kills it after a while, or before one of its changes of the disk.
    fn kill(&mut self, act: &Act) -> Outcome {
        let run = self.fixture.machine.kingbolt(&act.arguments);
        if self.random.below(2) == 0 {
            let below = 1 << self.random.below(LONGEST_DELAY);
            let delay = self.random.below(below);
            return run.outcome_killed_after(Duration::from_millis(delay as u64));
        }
        // The first changes are where most operations differ.
        let below = 1 << self.random.below(MOST_CHANGES);
        let change = 1 + self.random.below(below);
        run.with_variable("KINGBOLT_CHECKPOINT", &format!("disk:{change}")).outcome()
    }

    /// Runs an operation to its end, and looks at what came of it.
    fn carry_out(&mut self, act: &Act) {
        self.history.push(format!("  then {act}"));
        let outcome = self.fixture.machine.kingbolt(&act.arguments).outcome();
        self.holds(act.is_admitted(&outcome), "failed", &outcome);
        self.look(act);
        if let Reach::Environment(major) = act.reach {
            let says = self.fixture.says_below_home(&format!("{ENVIRONMENT}/bin/hello"));
            self.holds(says == Some(format!("hello from hello {major}.0")), "not what was locked", &says);
        }
        for (app, possible) in APPS.into_iter().zip(&mut self.possible) {
            if !act.touches(app) {
                continue;
            }
            let says = self.fixture.says(app);
            let is_done = act.is_done(app, &outcome, says.as_deref(), self.newest);
            let history = &self.history;
            assert!(is_done, "seed {}: after {act} {app} says {says:?}\n{history:#?}", self.seed);
            *possible = BTreeSet::from([says]);
        }
    }

    /// Every application works: in its old state, or in the one that the operation leads to.
    fn look(&mut self, act: &Act) {
        for (app, possible) in APPS.into_iter().zip(&mut self.possible) {
            if act.touches(app) {
                possible.extend(act.reach.of(app, possible, self.newest));
            }
        }
        for (app, possible) in APPS.into_iter().zip(&self.possible) {
            let says = self.fixture.says(app);
            self.holds(possible.contains(&says), "not what it may be", &(app, &says, possible));
        }
    }

    /// Takes a file out of the current generation of an application that stands.
    fn damage(&mut self) {
        let app = *self.random.pick(&APPS);
        let current = self.fixture.machine.home().join("kingbolt/apps").join(app).join("current");
        let Ok(current) = current.canonicalize() else { return };
        let metadata = self.fixture.machine.files().into_iter().find(|path| {
            let is_metadata = path.contains(&format!("/site-packages/{app}-")) && path.ends_with("/METADATA");
            is_metadata && self.fixture.machine.home().join(path).starts_with(&current)
        });
        if let Some(metadata) = metadata {
            fs::remove_file(self.fixture.machine.home().join(metadata)).expect("it stands there");
            self.is_damaged = true;
            self.history.push(format!("  {app} was damaged"));
        }
    }

    #[track_caller]
    fn holds(&self, condition: bool, what: &str, found: &impl Debug) {
        let history = &self.history;
        assert!(condition, "seed {}: {what}: {found:#?}\n{history:#?}", self.seed);
    }
}

fn is_of_kingbolt(path: &str) -> bool {
    path.starts_with("kingbolt/") || path.starts_with("bin/")
}
