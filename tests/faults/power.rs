//! Loss of power at every change that a command makes to the disk: an application is the old generation or the new one
//! and works, or is told as damaged and mended.

use std::fs;

use crate::large::{fixture_at_home, prepare_upgrade, remains_beside_downloads};
use crate::model::{Loss, Volume};
use crate::recording::{Change, record};
use crate::support::Fixture;
use crate::trace::strace;
use crate::{counted, is_deep};

const LOSSES: [Loss; 3] = [Loss::Content, Loss::HalfOfContent, Loss::EverythingUnsynced];

/// As long as the one of this run of the machine.
const ANOTHER_BOOT: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn an_upgrade_that_loses_power_leaves_the_old_version_or_the_new_one() {
    let prepare = prepare_upgrade;
    let Some(outage) = Outage::prepare(&["upgrade", "hello", "--quiet"], prepare) else { return };
    outage.strikes("2.0", |case| outage.says_one_of(&["1.0", "2.0"], case));
}

#[test]
fn a_rollback_that_loses_power_leaves_the_one_version_or_the_other() {
    let prepare = |fixture: &Fixture| {
        prepare_upgrade(fixture);
        fixture.succeeds(&["upgrade", "hello", "--quiet"]);
    };
    let Some(outage) = Outage::prepare(&["rollback", "hello", "--to", "1", "--quiet"], prepare) else { return };
    outage.strikes("1.0", |case| outage.says_one_of(&["1.0", "2.0"], case));
}

/// Nothing works yet that could be lost, so that a first installation waits for no disk.
#[test]
fn a_first_installation_that_loses_power_is_whole_or_told_as_damaged_or_not_there() {
    let Some(outage) = Outage::prepare(&["install", "hello", "--quiet"], |_| ()) else { return };
    outage.strikes("1.0", |case| {
        let machine = &outage.fixture.machine;
        let verified = machine.kingbolt(["verify", "--quiet"]).outcome();
        assert!(verified.code == Some(0) || verified.code == Some(4), "{case}: {verified:?}");
        let listed = machine.kingbolt(["list", "--quiet"]).outcome();
        assert_eq!(listed.code, Some(0), "{case}: {listed:?}");
        let is_said_to_work =
            listed.stdout == "hello  1.0  Python [PYTHON VERSION]  hello\n" && verified.code == Some(0);
        if is_said_to_work && outage.fixture.has_command("hello") {
            outage.says_one_of(&["1.0"], case);
        }
    });
}

/// What a command changed, and what stood before.
struct Outage {
    fixture: Fixture,
    arguments: Vec<String>,
    before: Volume,
    changes: Vec<Change>,
    /// What stands when the command could finish.
    finished: Vec<String>,
}

impl Outage {
    /// Records a command on a prepared machine.
    fn prepare(arguments: &[&str], prepare: impl FnOnce(&Fixture)) -> Option<Self> {
        let strace = strace()?;
        let fixture = fixture_at_home()?;
        prepare(&fixture);
        let home = fixture.machine.home().to_owned();
        let before = Volume::read(&home);
        let changes = record(&fixture.machine, &strace, &home, arguments);
        assert_eq!(before.with(&changes).shown(), Volume::read(&home).shown(), "the recording is not whole");
        let finished = remains_beside_downloads(&fixture);
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Some(Self { fixture, arguments, before, changes, finished })
    }

    /// Cuts the power after every change, or a sample of them, starts the machine again, has it looked at, and repeats the
    /// command, which has to succeed then.
    #[track_caller]
    fn strikes(&self, version: &str, look: impl Fn(&str)) {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("Linux has one");
        let step = if is_deep() { 1 } else { 17 };
        let mut count = 0;
        for loss in LOSSES {
            for length in (0..=self.changes.len()).rev().step_by(step) {
                let changes = &self.changes[..length];
                let last: String = format!("{:?}", changes.last()).chars().take(300).collect();
                let case = format!("{loss:?} after change {length} of {}: {last}", self.changes.len());
                let mut volume = self.before.after(changes, loss);
                volume.replace(boot.trim(), ANOTHER_BOOT);
                volume.write(self.fixture.machine.home());
                look(&case);
                let again = self.fixture.machine.kingbolt(&self.arguments).outcome();
                assert_eq!(again.code, Some(0), "{case}: {again:?}");
                self.says_one_of(&[version], &case);
                let verified = self.fixture.machine.kingbolt(["verify", "--quiet"]).outcome();
                assert_eq!(verified.code, Some(0), "{case}: {verified:?}");
                let standing = remains_beside_downloads(&self.fixture);
                let differing = |one: &[String], other: &[String]| {
                    one.iter().filter(|path| !other.contains(path)).cloned().collect::<Vec<_>>()
                };
                let (more, less) = (differing(&standing, &self.finished), differing(&self.finished, &standing));
                assert!(more.is_empty() && less.is_empty(), "{case}: left {more:?}, missing {less:?}");
                count += 1;
            }
        }
        counted(&format!("losses of power in {:?}, of {} changes", self.arguments, self.changes.len()), count);
    }

    /// Asserts that the command works, in one of these versions.
    #[track_caller]
    fn says_one_of(&self, versions: &[&str], case: &str) {
        assert!(self.fixture.has_command("hello"), "{case}: there is no command");
        let said = self.fixture.machine.command("hello", [""; 0]).outcome();
        let expected: Vec<String> = versions.iter().map(|version| format!("hello from hello {version}\n")).collect();
        assert!(expected.contains(&said.stdout), "{case}: {said:?}");
    }
}
