//! The wheels that are compared: released ones that `wheels.txt` names, and one with everything.

use std::fs;
use std::path::{Path, PathBuf};

use kingbolt::vocab::WheelName;

use crate::support::{Packed, Wheel, missing, sha256_hex};
use crate::tools::{Form, Tools};

/// A wheel to compare with.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// `name==version`.
    pub(crate) requirement: String,
    /// Commands that need no other package, with their arguments.
    pub(crate) commands: Vec<Vec<String>>,
}

impl Sample {
    /// The lines of `wheels.txt`; an empty line ends the short form.
    pub(crate) fn released(form: Form) -> Vec<Self> {
        let text = include_str!("wheels.txt");
        let (first, _) = text.split_once("\n\n").expect("an empty line ends the short form");
        let text = if form == Form::Long { text } else { first };
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| Self::new(line.split(' ').map(str::to_owned).collect())).collect()
    }

    fn new(mut words: Vec<String>) -> Self {
        let command = words.split_off(1);
        let commands = if command.is_empty() { Vec::new() } else { vec![command] };
        Self { requirement: words.remove(0), commands }
    }

    /// A wheel with every key of `.data`, commands of every kind, and files that are easily done wrong, put into a
    /// directory. No released wheel that we know has `platlib`, or a script for windows.
    pub(crate) fn with_everything(directory: &Path) -> (Self, PathBuf) {
        let with_mode = |mode: u32, path: &str, content: &[u8]| {
            Packed::deflated(path, content).with(|entry| entry.attributes = mode << 16)
        };
        let script = |name: &str, interpreter: &str, mode: u32| {
            let text = format!("#!{interpreter}\nimport everything\neverything.main()\n");
            with_mode(mode, &format!("everything-1.0.data/scripts/{name}"), text.as_bytes())
        };
        let program = with_mode(0o100_755, "everything/program", b"#!/bin/sh\necho hello\n");
        let set_uid = with_mode(0o104_640, "everything/set-uid", b"nobody may read this");
        let wheel = Wheel::new("everything", "1.0")
            .console("everything", "everything:main")
            .console("everything-Über.x", "everything:main [extra]")
            .gui("everything-gui", "everything:main")
            .data("data", "share/every thing/ü.txt", "data")
            .data("data", "etc/empty", "")
            .data("headers", "every.h", "#pragma once\n")
            .data("headers", "inner/every.h", "#pragma once\n")
            .data("platlib", "everything/native.txt", "native")
            .data("purelib", "everything/pure.txt", "pure")
            .data("purelib", "everything_beside.py", "x = 1\n")
            .data("scripts", "program", [0, 1, 2, 255])
            .entry(script("script.py", "python -s", 0o100_755))
            .entry(script("script-for-windows", "pythonw", 0o100_755))
            .entry(script("script-of-others", "/usr/bin/env python3", 0o100_755))
            .entry(script("script-without-mode", "python", 0o100_644))
            .file("everything/a, \"b\".txt", "a comma and quotes")
            .file("everything/__pycache__/kept.txt", "no bytecode")
            .file("everything/文字.txt", "文字")
            .file("everything.pth", "# nothing\n")
            .entry(program)
            .entry(set_uid)
            .build();
        let path = directory.join(&wheel.file_name);
        fs::write(&path, wheel.bytes).expect("it can be written");
        let commands = ["everything a", "everything-Über.x", "everything-gui", "script.py b", "script-for-windows"];
        let commands = commands.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect();
        (Self { requirement: "everything==1.0".to_owned(), commands }, path)
    }

    /// The wheel from a directory, or else from the index of this machine.
    pub(crate) fn wheel(&self, tools: &Tools, directory: &Path) -> Option<PathBuf> {
        if let Some(wheel) = self.kept(directory) {
            return Some(wheel);
        }
        let options = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"];
        let rest = [directory, Path::new(&self.requirement)];
        match tools.pip(options.iter().map(Path::new).chain(rest)) {
            Ok(_) => self.kept(directory),
            Err(reason) => {
                let last = reason.lines().last().unwrap_or_default();
                missing(&format!("{} cannot be had from the index: {last}", self.requirement))
            }
        }
    }

    /// `name==version` of a wheel's path.
    pub(crate) fn requirement_of(wheel: &Path) -> String {
        let name = wheel_name(wheel).expect("it was found by its name");
        requirement(&name)
    }

    fn kept(&self, directory: &Path) -> Option<PathBuf> {
        let entries = fs::read_dir(directory).ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| wheel_name(path).is_some_and(|name| requirement(&name) == self.requirement))
    }
}

/// A lock with one wheel.
pub(crate) fn lock_of(wheel: &Path) -> String {
    let name = wheel_name(wheel).expect("it was found by its name");
    let hex = sha256_hex(&fs::read(wheel).expect("it was downloaded"));
    format!(
        "lock-version = \"1.0\"\ncreated-by = \"test\"\n\n[[packages]]\nname = \"{}\"\nversion = \"{}\"\n\
         wheels = [{{ path = \"{}\", hashes = {{ sha256 = \"{hex}\" }} }}]\n",
        name.name(),
        name.version(),
        wheel.display(),
    )
}

fn wheel_name(path: &Path) -> Option<WheelName> {
    path.file_name()?.to_str()?.parse().ok()
}

fn requirement(wheel: &WheelName) -> String {
    format!("{}=={}", wheel.name(), wheel.version())
}
