//! Wheels for tests, valid or with any invalid file.

use super::RecordHash;
use crate::archive::zip::samples::{PROGRAM, Packed, Zip};
use crate::vocab::WheelName;

/// Builds a wheel from a file name and files. It starts with METADATA and WHEEL.
#[derive(Clone, Debug)]
pub(crate) struct Wheel {
    pub(crate) name: WheelName,
    pub(crate) entries: Vec<Packed>,
    dist_info: String,
    record: String,
}

impl Wheel {
    /// A wheel with METADATA and WHEEL.
    pub(crate) fn new(name: &str) -> Self {
        let name: WheelName = name.parse().unwrap();
        let stem: Vec<&str> = name.as_str().split('-').take(2).collect();
        let dist_info = format!("{}.dist-info", stem.join("-"));
        let metadata = format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", name.name(), name.version());
        let tags: Vec<String> = name.tags().map(|tag| format!("Tag: {tag}")).collect();
        let wheel = format!("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n{}\n", tags.join("\n"));
        Self { name, entries: Vec::new(), dist_info, record: String::new() }
            .info("METADATA", &metadata)
            .info("WHEEL", &wheel)
    }

    /// Adds a file with its row in RECORD.
    pub(crate) fn file(self, path: &str, content: &[u8]) -> Self {
        let row = format!("{path},{},{}\n", RecordHash::of(content), content.len());
        self.recorded(&row).entry(Packed::deflated(path, content))
    }

    /// Adds an executable file with its row in RECORD.
    pub(crate) fn program(self, path: &str, content: &[u8]) -> Self {
        let mut wheel = self.file(path, content);
        wheel.entries.last_mut().unwrap().attributes = PROGRAM;
        wheel
    }

    /// Adds a file of `.dist-info`, in place of one of the same name.
    pub(crate) fn info(self, name: &str, content: &str) -> Self {
        let path = format!("{}/{name}", self.dist_info);
        self.without(&path).file(&path, content.as_bytes())
    }

    /// Adds a file of the `.data` directory.
    pub(crate) fn data(self, path: &str, content: &[u8]) -> Self {
        let path = format!("{}.data/{path}", self.dist_info.trim_end_matches(".dist-info"));
        self.file(&path, content)
    }

    /// Removes a file and its row.
    pub(crate) fn without(mut self, path: &str) -> Self {
        self.entries.retain(|entry| entry.central.name != path.as_bytes());
        let kept = self.record.split_inclusive('\n').filter(|row| !row.starts_with(&format!("{path},")));
        self.record = kept.collect();
        self
    }

    /// Adds an entry without a row.
    pub(crate) fn entry(mut self, entry: Packed) -> Self {
        self.entries.push(entry);
        self
    }

    /// Adds rows to RECORD.
    pub(crate) fn recorded(mut self, rows: &str) -> Self {
        self.record.push_str(rows);
        self
    }

    /// The archive, with RECORD at its end unless it has one.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let path = format!("{}/RECORD", self.dist_info);
        let record = format!("{}{path},,\n", self.record);
        let mut entries = self.entries.clone();
        if !entries.iter().any(|entry| entry.central.name == path.as_bytes()) {
            entries.push(Packed::deflated(&path, record.as_bytes()));
        }
        Zip::of(entries).bytes()
    }
}
