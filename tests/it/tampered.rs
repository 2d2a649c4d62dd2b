//! Files of ours that somebody edited, cut, replaced or took away: what the commands say of it, whole, and that all is
//! well again after the repair that they advise.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::{Fixture, hello};

/// A way to damage what is installed, below the home of Kingbolt, and its name in the transcript.
type Damage = (&'static str, fn(&Home));

const DAMAGES: &[Damage] = &[
    ("the receipt was edited by hand", |home| write(&home.receipt(), "current = 'mine'\n")),
    ("the receipt was cut", |home| cut(&home.receipt())),
    ("the receipt is from a newer version", |home| newer(&home.receipt())),
    ("the receipt names a generation outside the home", |home| {
        edit(&home.receipt(), &home.directory_name(), "../../../elsewhere");
    }),
    ("the receipt is a directory", |home| directory(&home.receipt())),
    ("the receipt is a link to a file elsewhere", |home| home.moved(&home.receipt())),
    ("the receipt is a link to nowhere", |home| link(&home.receipt(), "nowhere")),
    ("the pointer leads outside the home", |home| link(&home.pointer(), "/etc")),
    ("the pointer leads to a generation that is not there", |home| {
        link(&home.pointer(), "generations/9-aaaaaaaaaaaa");
    }),
    ("the pointer is a file", |home| write(&home.pointer(), "generations")),
    ("the pointer is a directory", |home| directory(&home.pointer())),
    ("the record was edited by hand", |home| edit(&home.record(), "schema = 1", "schema = 'one'")),
    ("the record was cut", |home| cut(&home.record())),
    ("the record is empty", |home| write(&home.record(), "")),
    ("the record is from a newer version", |home| newer(&home.record())),
    ("the record names a command outside the generation", |home| {
        edit(&home.record(), "script = \"bin/hello\"", "script = \"../../../../../../etc/passwd\"");
    }),
    ("the record names a RECORD outside the generation", |home| {
        edit(&home.record(), "record = \"lib", "record = \"../../../../../../etc");
    }),
    ("the record is a directory", |home| directory(&home.record())),
    ("the record is a link to a file elsewhere", |home| home.moved(&home.record())),
    ("the generation is gone", |home| fs::remove_dir_all(home.generation()).expect("it is there")),
    ("the generation is a link to a directory elsewhere", |home| home.moved(&home.generation())),
    ("foreign files stand among the generations", |home| {
        let generations = home.generation().with_file_name("");
        fs::write(generations.join("notes.txt"), "mine").expect("it can be filled");
        fs::write(generations.join("7-aaaaaaaaaaaa"), "mine").expect("it can be filled");
    }),
    ("a manifest of the store was edited by hand", |home| edit(&home.manifest(), "f 75 ", "f 76 ")),
    ("a manifest of the store was cut", |home| cut(&home.manifest())),
    ("a manifest of the store is from a newer version", |home| {
        let text = fs::read_to_string(home.manifest()).expect("it is there");
        let (first, rest) = text.split_once('\n').expect("it has lines");
        write(&home.manifest(), &format!("{} 999\n{rest}", first.rsplit_once(' ').expect("a version").0));
    }),
    ("a manifest of the store names a path outside", |home| {
        edit(&home.manifest(), "d hello\n", "d ../../../../elsewhere\n");
    }),
    ("a manifest of the store is a directory", |home| directory(&home.manifest())),
    ("a manifest of the store is a link to a file elsewhere", |home| home.moved(&home.manifest())),
    ("a file in the store was changed", |home| write(&home.stored(), "print('changed')\n")),
    ("a file in the store is gone", |home| fs::remove_file(home.stored()).expect("it is there")),
    ("a wheel is gone from the store", |home| fs::remove_dir_all(home.entry()).expect("it is there")),
    ("the store is gone", |home| fs::remove_dir_all(home.root.join("store")).expect("it is there")),
];

#[test]
fn what_somebody_did_to_our_files_is_told_and_repaired() {
    let mut transcript = String::new();
    for (name, damage) in DAMAGES {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        let machine = machine.without_bytecode();
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let home = Home { root: machine.home().join("kingbolt") };
        damage(&home);
        let mut told = format!("== {name}\n");
        for arguments in [
            ["list"].as_slice(),
            &["verify", "--quiet"],
            &["verify", "--repair", "--quiet"],
            &["run", "--quiet", "hello"],
            &["verify", "--quiet"],
            &["uninstall", "hello", "--quiet"],
        ] {
            let outcome = machine.kingbolt(arguments).outcome();
            let code = outcome.code.map(|code| code.to_string()).unwrap_or_default();
            let _ = writeln!(told, "$ kingbolt {} -> {code}", arguments.join(" "));
            told += &(outcome.stdout + &outcome.stderr);
        }
        let left = machine.files().into_iter().filter(|path| !path.starts_with("elsewhere"));
        let left = left.fold(String::new(), |left, path| left + "left: " + &path + "\n");
        let _ = writeln!(told, "{left}");
        transcript += &told;
    }
    assert!(transcript == include_str!("tampered.txt"), "{transcript}");
}

/// The home of an installed `hello`.
struct Home {
    root: PathBuf,
}

impl Home {
    fn receipt(&self) -> PathBuf {
        self.root.join("apps/hello/receipt.toml")
    }

    fn pointer(&self) -> PathBuf {
        self.root.join("apps/hello/current")
    }

    fn generation(&self) -> PathBuf {
        let entries = fs::read_dir(self.root.join("apps/hello/generations")).expect("it is there");
        entries.map(|entry| entry.expect("it is there").path()).next().expect("there is one")
    }

    fn directory_name(&self) -> String {
        self.generation().file_name().expect("it has a name").to_string_lossy().into_owned()
    }

    fn record(&self) -> PathBuf {
        self.root.join(format!("apps/hello/records/{}.toml", self.directory_name()))
    }

    /// The only wheel in the store.
    fn entry(&self) -> PathBuf {
        self.root.join("store").join(&hello("1.0").sha256()[..32])
    }

    fn manifest(&self) -> PathBuf {
        self.entry().join("manifest")
    }

    fn stored(&self) -> PathBuf {
        self.entry().join("tree/hello/__init__.py")
    }

    /// Puts it elsewhere, and a link in its place.
    fn moved(&self, path: &Path) {
        let elsewhere = self.root.with_file_name("elsewhere");
        fs::rename(path, &elsewhere).expect("it is there");
        symlink(&elsewhere, path).expect("a link can be made");
    }
}

fn write(path: &Path, text: &str) {
    // The file may have other names, which are not meant.
    let _ = fs::remove_file(path);
    fs::write(path, text).expect("it can be written");
}

fn link(path: &Path, target: &str) {
    fs::remove_file(path).expect("it is there");
    symlink(target, path).expect("a link can be made");
}

fn edit(path: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(path).expect("it is there");
    assert!(text.contains(old), "{text}");
    write(path, &text.replace(old, new));
}

fn cut(path: &Path) {
    let text = fs::read_to_string(path).expect("it is there");
    write(path, &text[..text.len() / 2]);
}

fn directory(path: &Path) {
    fs::remove_file(path).expect("it is there");
    fs::create_dir(path).expect("nothing is there");
    write(&path.join("precious"), "mine");
}

fn newer(path: &Path) {
    edit(path, "schema = 1", "schema = 999");
}
