//! The operations that are disturbed, each with what stands before it.

use std::fs;

use crate::apps::{self, bye};
use crate::support::{BuiltWheel, Fixture, Wheel, dependent_hello};

/// An operation on the application `hello`.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// What the operation finds.
    pub(crate) prepare: fn(&Fixture),
    pub(crate) command: &'static [&'static str],
    /// What `hello` says before; nothing where it is not installed.
    pub(crate) before: Option<&'static str>,
    /// What `hello` says afterwards; nothing where it is not installed.
    pub(crate) after: Option<&'static str>,
}

const ONE: Option<&str> = Some("hello from hello 1.0");
const TWO: Option<&str> = Some("hello from hello 2.0");
const THREE: Option<&str> = Some("hello from hello 3.0");
const RIVAL: Option<&str> = Some("hello from rival 1.0");

pub(crate) const INSTALL: Operation = Operation {
    name: "install",
    prepare: |fixture| fixture.succeeds(&["install", "bye"]),
    command: &["install", "hello"],
    before: None,
    after: ONE,
};

pub(crate) const INSTALL_FIRST: Operation = Operation {
    name: "install into no home",
    prepare: |_| {},
    command: &["install", "hello"],
    before: None,
    after: ONE,
};

pub(crate) const INSTALL_ANOTHER: Operation = Operation {
    name: "install another version",
    prepare: installed,
    command: &["install", "hello==2.0"],
    before: ONE,
    after: TWO,
};

/// The first of three generations goes.
pub(crate) const UPGRADE: Operation =
    Operation { name: "upgrade", prepare: upgraded, command: &["upgrade", "hello"], before: TWO, after: THREE };

pub(crate) const ROLL_BACK: Operation =
    Operation { name: "rollback", prepare: upgraded, command: &["rollback", "hello"], before: TWO, after: ONE };

pub(crate) const ROLL_BACK_TO: Operation = Operation {
    name: "rollback --to",
    prepare: |fixture| {
        upgraded(fixture);
        fixture.succeeds(&["upgrade", "hello", "--keep", "3"]);
    },
    command: &["rollback", "hello", "--to", "1"],
    before: THREE,
    after: ONE,
};

pub(crate) const UNINSTALL: Operation =
    Operation { name: "uninstall", prepare: installed, command: &["uninstall", "hello"], before: ONE, after: None };

pub(crate) const UNINSTALL_LAST: Operation = Operation {
    name: "uninstall the last",
    prepare: |fixture| fixture.succeeds(&["install", "hello"]),
    command: &["uninstall", "hello"],
    before: ONE,
    after: None,
};

pub(crate) const TAKE_OVER: Operation = Operation {
    name: "install --force over another app",
    prepare: |fixture| {
        installed(fixture);
        fixture.index.publish(&rival());
    },
    command: &["install", "rival", "--force"],
    before: ONE,
    after: RIVAL,
};

pub(crate) const GIVE_BACK: Operation = Operation {
    name: "uninstall what took a command over",
    prepare: |fixture| {
        installed(fixture);
        fixture.index.publish(&rival());
        fixture.succeeds(&["install", "rival", "--force"]);
    },
    command: &["uninstall", "rival"],
    before: RIVAL,
    after: ONE,
};

pub(crate) const REPAIR: Operation = Operation {
    name: "verify --repair",
    prepare: |fixture| {
        installed(fixture);
        let metadata = fixture
            .machine
            .files()
            .into_iter()
            .find(|path| path.contains("/hello/generations/") && path.ends_with("hello-1.0.dist-info/METADATA"));
        fs::remove_file(fixture.machine.home().join(metadata.expect("it is installed"))).expect("it stands there");
    },
    command: &["verify", "--repair"],
    before: ONE,
    after: ONE,
};

pub(crate) const REPAIR_ALL: Operation = Operation {
    name: "verify --repair --all-generations",
    prepare: |fixture| {
        upgraded(fixture);
        let files = fixture.machine.files().into_iter();
        let metadata: Vec<String> = files
            .filter(|path| {
                path.contains("/hello/generations/") && path.contains("/hello-") && path.ends_with("/METADATA")
            })
            .collect();
        for path in metadata {
            fs::remove_file(fixture.machine.home().join(path)).expect("it stands there");
        }
    },
    command: &["verify", "--repair", "--all-generations"],
    before: TWO,
    after: TWO,
};

pub(crate) const RUN: Operation = Operation {
    name: "run",
    prepare: |fixture| fixture.succeeds(&["install", "bye"]),
    command: &["run", "hello"],
    before: None,
    after: None,
};

/// Files of the person in the environment that is changed.
pub(crate) const OWN_FILES: [&str; 3] = ["env/.git/HEAD", "env/bin/own", "env/thesis.tex"];

pub(crate) const SYNC: Operation = Operation {
    name: "sync",
    prepare: |fixture| {
        fixture.succeeds(&["install", "bye"]);
        fixture.index.publish(&dependent_hello("2.0"));
        apps::write_locks(fixture);
        fixture.succeeds(&["sync", "pylock.one.toml", "--into", "env"]);
        for path in OWN_FILES {
            fixture.machine.write(path, "mine");
        }
    },
    command: &["sync", "pylock.two.toml", "--into", "env"],
    before: None,
    after: None,
};

pub(crate) const PRUNE: Operation = Operation {
    name: "cache prune",
    prepare: |fixture| {
        fixture.succeeds(&["install", "hello"]);
        fixture.succeeds(&["install", "bye"]);
        let manifest = format!("kingbolt/store/{}/manifest", "0".repeat(32));
        fixture.machine.write(&manifest, "of nobody");
    },
    command: &["cache", "prune"],
    before: ONE,
    after: ONE,
};

/// An app with the command of `hello`.
fn rival() -> BuiltWheel {
    Wheel::new("rival", "1.0").console("hello", "rival:main").console("rival", "rival:main").build()
}

/// `hello` 1.0 beside `bye`; 2.0 is offered.
fn installed(fixture: &Fixture) {
    fixture.succeeds(&["install", "bye"]);
    fixture.succeeds(&["install", "hello"]);
    fixture.index.publish(&dependent_hello("2.0")).publish(&bye("2.0"));
}

/// `hello` 1.0 and 2.0, of which the second is current, beside `bye`; 3.0 is offered.
fn upgraded(fixture: &Fixture) {
    installed(fixture);
    fixture.succeeds(&["upgrade", "hello"]);
    fixture.index.publish(&dependent_hello("3.0"));
}
