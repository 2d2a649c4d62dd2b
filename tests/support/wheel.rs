//! Builds wheels in code: right by default, wrong where a test asks for it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::archive::{Packed, Zip};
use super::encoding::{record_hash, sha256_hex};

/// A wheel in the making.
#[derive(Clone)]
#[must_use]
pub(crate) struct Wheel {
    name: String,
    version: String,
    tag: String,
    headers: Vec<(String, String)>,
    files: Vec<Packed>,
    console: Vec<(String, String)>,
    gui: Vec<(String, String)>,
    /// RECORD's hash and size where they are not the right ones; `None` leaves the line out.
    record: BTreeMap<String, Option<String>>,
    purelib: &'static str,
}

/// A finished wheel.
#[derive(Clone)]
pub(crate) struct BuiltWheel {
    pub(crate) project: String,
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: Vec<u8>,
    pub(crate) requires_python: Option<String>,
}

impl Wheel {
    /// A pure wheel for every Python 3 with one module of the package's name: `main` greets and shows its arguments.
    pub(crate) fn new(name: &str, version: &str) -> Self {
        let module = name.replace(['-', '.'], "_").to_lowercase();
        let greeting = format!(
            "import sys\n\n\ndef main():\n    print('hello from {name} {version}', *sys.argv[1:])\n\n\ndef fail():\n    sys.exit(7)\n"
        );
        Self::empty(name, version).file(&format!("{module}/__init__.py"), greeting)
    }

    /// A pure wheel for every Python 3 with nothing in it.
    pub(crate) fn empty(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            tag: "py3-none-any".to_owned(),
            headers: Vec::new(),
            files: Vec::new(),
            console: Vec::new(),
            gui: Vec::new(),
            record: BTreeMap::new(),
            purelib: "true",
        }
    }

    /// A file below site-packages.
    pub(crate) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.push(Packed::deflated(path, content.as_ref()));
        self
    }

    /// A member as it is, for what a well-behaved builder would not write.
    pub(crate) fn entry(mut self, entry: Packed) -> Self {
        self.files.push(entry);
        self
    }

    /// A file of `.data`: a key of the installation scheme (`scripts`, `data`, `headers`, `purelib`, `platlib`).
    pub(crate) fn data(self, scheme: &str, path: &str, content: impl AsRef<[u8]>) -> Self {
        let directory = format!("{}.data/{scheme}", self.stem());
        self.file(&format!("{directory}/{path}"), content)
    }

    /// A command that calls `module:function`.
    pub(crate) fn console(mut self, command: &str, target: &str) -> Self {
        self.console.push((command.to_owned(), target.to_owned()));
        self
    }

    /// A command without a console window.
    pub(crate) fn gui(mut self, command: &str, target: &str) -> Self {
        self.gui.push((command.to_owned(), target.to_owned()));
        self
    }

    /// A `Requires-Dist` line.
    pub(crate) fn requires(self, requirement: &str) -> Self {
        self.header("Requires-Dist", requirement)
    }

    /// An extra that brings one requirement.
    pub(crate) fn extra(self, extra: &str, requirement: &str) -> Self {
        let requirement = format!("{requirement}; extra == \"{extra}\"");
        self.header("Provides-Extra", extra).header("Requires-Dist", &requirement)
    }

    /// The Pythons that the package says it runs on.
    pub(crate) fn requires_python(self, specifiers: &str) -> Self {
        self.header("Requires-Python", specifiers)
    }

    /// Any further line of METADATA.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Tags instead of `py3-none-any`; the wheel then goes to platlib.
    pub(crate) fn tag(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.tag);
        self.purelib = "false";
        self
    }

    /// A line of RECORD other than the right one: hash and size of a path.
    pub(crate) fn wrong_record(mut self, path: &str, hash_and_size: &str) -> Self {
        self.record.insert(path.to_owned(), Some(hash_and_size.to_owned()));
        self
    }

    /// A path that RECORD does not mention.
    pub(crate) fn unrecorded(mut self, path: &str) -> Self {
        self.record.insert(path.to_owned(), None);
        self
    }

    pub(crate) fn build(&self) -> BuiltWheel {
        let information = format!("{}.dist-info", self.stem());
        let metadata = self.metadata();
        let mut entries = self.files.clone();
        entries.push(Packed::deflated(&format!("{information}/METADATA"), metadata.as_bytes()));
        entries.push(Packed::deflated(&format!("{information}/WHEEL"), self.wheel_file().as_bytes()));
        if !self.console.is_empty() || !self.gui.is_empty() {
            entries.push(Packed::deflated(&format!("{information}/entry_points.txt"), self.entry_points().as_bytes()));
        }
        let record = self.record(&entries, &format!("{information}/RECORD"));
        entries.push(Packed::deflated(&format!("{information}/RECORD"), record.as_bytes()));

        let requires_python = self.headers.iter().find(|(name, _)| name == "Requires-Python");
        BuiltWheel {
            project: self.name.replace(['_', '.'], "-").to_lowercase(),
            file_name: format!("{}-{}.whl", self.stem(), self.tag),
            bytes: Zip::of(entries).bytes(),
            metadata: metadata.into_bytes(),
            requires_python: requires_python.map(|(_, value)| value.clone()),
        }
    }

    /// `name-version` as file names write it.
    fn stem(&self) -> String {
        format!("{}-{}", self.name.replace(['-', '.'], "_").to_lowercase(), self.version)
    }

    fn metadata(&self) -> String {
        let mut text = format!("Metadata-Version: 2.3\nName: {}\nVersion: {}\n", self.name, self.version);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        text + "\nA package made for a test.\n"
    }

    fn wheel_file(&self) -> String {
        format!("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: {}\nTag: {}\n", self.purelib, self.tag)
    }

    fn entry_points(&self) -> String {
        let mut text = String::new();
        for (group, commands) in [("console_scripts", &self.console), ("gui_scripts", &self.gui)] {
            let _ = writeln!(text, "[{group}]");
            for (command, target) in commands {
                let _ = writeln!(text, "{command} = {target}");
            }
        }
        text
    }

    fn record(&self, entries: &[Packed], own_path: &str) -> String {
        let mut text = String::new();
        for entry in entries {
            let path = String::from_utf8_lossy(&entry.central.name).into_owned();
            let right = || Some(format!("{},{}", record_hash(&entry.content), entry.content.len()));
            if let Some(line) = self.record.get(&path).cloned().unwrap_or_else(right) {
                let _ = writeln!(text, "{},{line}", quoted(&path));
            }
        }
        text + own_path + ",,\n"
    }
}

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

impl BuiltWheel {
    pub(crate) fn sha256(&self) -> String {
        sha256_hex(&self.bytes)
    }
}
