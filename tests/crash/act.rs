//! An operation that is done at random, and what an application may be after it.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use crate::random::Random;
use crate::support::Outcome;

/// The applications, by the names of their packages and their commands.
pub(crate) const APPS: [&str; 2] = ["hello", "bye"];

/// Where `sync` makes its environment.
pub(crate) const ENVIRONMENT: &str = "env";

/// One run of Kingbolt.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) arguments: Vec<String>,
    /// The applications that it changes.
    apps: Vec<&'static str>,
    pub(crate) reach: Reach,
}

/// Where an operation leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// One of the versions that were current before.
    Earlier,
    /// Applications stay as they are; the environment has this version of `hello`.
    Environment(u64),
    /// This version.
    Exactly(u64),
    Gone,
    /// The newest version, or what it was, where that is what was asked for and Kingbolt says so.
    Newest,
    /// What it was, and all of it.
    Repaired,
    Same,
}

impl Act {
    /// Any operation, on what there is up to the newest version.
    pub(crate) fn any(random: &mut Random, newest: u64) -> Self {
        let app = *random.pick(&APPS);
        match random.below(12) {
            0 | 1 => {
                let major = 1 + random.below(usize::try_from(newest).expect("it is small")) as u64;
                Self::new(&["install", &format!("{app}=={major}.0")], &[app], Reach::Exactly(major))
            }
            2 | 3 => Self::install(app),
            4 => Self::new(&["install", app, "--force"], &[app], Reach::Newest),
            5 => Self::new(&["upgrade", app], &[app], Reach::Newest),
            6 => {
                let keep = (1 + random.below(3)).to_string();
                Self::new(&["upgrade", "--all", "--keep", &keep], &APPS, Reach::Newest)
            }
            7 => Self::new(&["rollback", app], &[app], Reach::Earlier),
            8 => Self::uninstall(app),
            9 => Self::prune(),
            10 => Self::repair(),
            _ => Self::sync(1 + random.below(2) as u64),
        }
    }

    pub(crate) fn install(app: &'static str) -> Self {
        Self::new(&["install", app], &[app], Reach::Newest)
    }

    pub(crate) fn prune() -> Self {
        Self::new(&["cache", "prune"], &[], Reach::Same)
    }

    pub(crate) fn repair() -> Self {
        Self::new(&["verify", "--repair"], &APPS, Reach::Repaired)
    }

    /// With version 1 or 2 of `hello`.
    pub(crate) fn sync(major: u64) -> Self {
        let lock = if major == 1 { "pylock.one.toml" } else { "pylock.two.toml" };
        Self::new(&["sync", lock, "--into", ENVIRONMENT], &[], Reach::Environment(major))
    }

    pub(crate) fn uninstall(app: &'static str) -> Self {
        Self::new(&["uninstall", app], &[app], Reach::Gone)
    }

    pub(crate) fn verify() -> Self {
        Self::new(&["verify"], &[], Reach::Same)
    }

    fn new(arguments: &[&str], apps: &[&'static str], reach: Reach) -> Self {
        Self { arguments: arguments.iter().map(|&text| text.to_owned()).collect(), apps: apps.to_vec(), reach }
    }

    pub(crate) fn touches(&self, app: &str) -> bool {
        self.apps.contains(&app)
    }

    /// True if the operation succeeded, or refused what cannot be done.
    pub(crate) fn is_admitted(&self, outcome: &Outcome) -> bool {
        let not_installed = || {
            let hints = ["no apps are installed", "installed apps: bye", "installed apps: hello"];
            hints.iter().any(|hint| self.is_refused(outcome, "is not installed", hint))
        };
        let no_other = || {
            let hint = "it has no earlier generation; `kingbolt upgrade --keep N` keeps more than two";
            self.is_refused(outcome, "has no other generation to switch to", hint)
        };
        outcome.code == Some(0)
            || match self.reach {
                Reach::Earlier => not_installed() || no_other(),
                Reach::Gone => not_installed(),
                Reach::Newest => self.arguments[0] == "upgrade" && not_installed(),
                Reach::Environment(_) | Reach::Exactly(_) | Reach::Repaired | Reach::Same => false,
            }
    }

    fn is_refused(&self, outcome: &Outcome, reason: &str, hint: &str) -> bool {
        let [app] = self.apps.as_slice() else { return false };
        let refusal = Outcome {
            code: Some(1),
            stdout: String::new(),
            stderr: format!("error: `{app}` {reason}\nhint: {hint}\n"),
        };
        *outcome == refusal
    }

    /// True if an application says what the finished operation leads to.
    pub(crate) fn is_done(&self, app: &str, outcome: &Outcome, says: Option<&str>, newest: u64) -> bool {
        // One that is not installed has no upgrade.
        let is_none_of_all = self.apps.len() > 1 && says.is_none();
        let stays_at = |major: u64| {
            let version = format!("{app} {major}.0");
            let reason = match self.arguments[0].as_str() {
                "install" => format!("{version} is already installed"),
                "upgrade" => format!(
                    "{version} is up to date: pinned by `{app}=={major}.0`; run `kingbolt install {app}` to remove the pin"
                ),
                _ => return false,
            };
            outcome.stderr.lines().any(|line| line == reason) && Reach::Exactly(major).is_reached(says, newest)
        };
        outcome.code != Some(0)
            || is_none_of_all
            || self.reach.is_reached(says, newest)
            || (self.reach == Reach::Newest && (1..=newest).any(stays_at))
    }
}

impl Display for Act {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arguments.join(" "))
    }
}

impl Reach {
    /// What an application that may say one thing or another may say after the operation.
    pub(crate) fn of(self, app: &str, before: &BTreeSet<Option<String>>, newest: u64) -> BTreeSet<Option<String>> {
        let says = |major: u64| Some(format!("hello from {app} {major}.0"));
        match self {
            // What stands below it is not known here.
            Self::Earlier => (1..=newest).map(says).collect(),
            Self::Exactly(major) => BTreeSet::from([says(major)]),
            Self::Gone => BTreeSet::from([None]),
            Self::Newest => BTreeSet::from([says(newest)]),
            Self::Environment(_) | Self::Repaired | Self::Same => before.clone(),
        }
    }

    /// Whether this is what an application says after the operation.
    fn is_reached(self, says: Option<&str>, newest: u64) -> bool {
        let is = |major: u64| says.is_some_and(|says| says.ends_with(&format!(" {major}.0")));
        match self {
            Self::Earlier => (1..=newest).any(is),
            Self::Exactly(major) => is(major),
            Self::Newest => is(newest),
            Self::Gone => says.is_none(),
            Self::Environment(_) | Self::Repaired | Self::Same => true,
        }
    }
}
