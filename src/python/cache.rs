//! Keeps the answers of interpreters, so that a known one is not started again, nor one that hangs.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::report::Answer;
use crate::host::Host;
use crate::vocab::{Algorithm, Hasher};

/// The probe outcomes of interpreters, one file for each. An entry is valid while nothing it depends on has changed;
/// an unreadable one is ignored.
pub(super) struct Cache {
    /// None if nothing is cached.
    directory: Option<PathBuf>,
    system: String,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    schema: u32,
    path: PathBuf,
    system: String,
    stamps: Vec<Stamp>,
    outcome: ProbeOutcome,
}

/// The outcome of probing an interpreter.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ProbeOutcome {
    Answer(Answer),
    /// It did not end in time when it was asked; `asked` is in seconds since 1970.
    Hung {
        asked: i64,
    },
}

/// The state of a file: another size or time means another file.
#[derive(Deserialize, Eq, PartialEq, Serialize)]
struct Stamp {
    path: PathBuf,
    size: u64,
    /// Nanoseconds since the beginning of 1970.
    modified: u64,
}

/// Incremented when the content or meaning of an answer changes.
const SCHEMA: u32 = 2;

/// Seconds for which an interpreter that hung is not asked again: the machine may have been slow.
const HUNG: i64 = 24 * 60 * 60;

/// Files that change with the kernel and the system's release, which markers can name.
const SYSTEM_FILES: &[&str] =
    &["/proc/sys/kernel/osrelease", "/proc/sys/kernel/version", "/System/Library/CoreServices/SystemVersion.plist"];

impl Cache {
    pub(super) fn new(host: &Host, cache_dir: Option<&Path>) -> Self {
        let mut system = Hasher::new(Algorithm::Sha256);
        for path in SYSTEM_FILES {
            system.update(&host.files.read_if_present(Path::new(path)).ok().flatten().unwrap_or_default());
        }
        let directory = cache_dir.map(|cache_dir| cache_dir.join("interpreters"));
        Self { directory, system: system.finish().to_hex() }
    }

    /// The outcome for an interpreter that has not changed since.
    pub(super) fn find(&self, host: &Host, path: &Path, canonical: &Path) -> Option<ProbeOutcome> {
        let bytes = host.files.read_private(&self.entry_path(path, canonical)?)?;
        let entry: Entry = serde_json::from_slice(&bytes).ok()?;
        let same = entry.schema == SCHEMA && entry.path == path && entry.system == self.system;
        let first = entry.stamps.first()?;
        let valid = same
            && first.path == canonical
            && entry.stamps.iter().all(|kept| stamp(host, &kept.path).as_ref() == Some(kept));
        let fresh = match entry.outcome {
            ProbeOutcome::Answer(_) => true,
            ProbeOutcome::Hung { asked } => (0..HUNG).contains(&host.clock.now().unix_seconds().saturating_sub(asked)),
        };
        (valid && fresh).then_some(entry.outcome)
    }

    /// Keeps an outcome. `depends_on` are further files that affect it. Failing to keep it costs only time.
    pub(super) fn keep(&self, host: &Host, path: &Path, canonical: &Path, outcome: ProbeOutcome, depends_on: &[&Path]) {
        let files = [canonical].into_iter().chain(depends_on.iter().copied());
        let Some(stamps) = files.map(|file| stamp(host, file)).collect() else { return };
        let (path, system) = (path.to_owned(), self.system.clone());
        let Some(entry_path) = self.entry_path(&path, canonical) else { return };
        if let Ok(bytes) = serde_json::to_vec(&Entry { schema: SCHEMA, path, system, stamps, outcome }) {
            let _ = host.files.write_unsynced(&entry_path, &bytes);
        }
    }

    fn entry_path(&self, path: &Path, canonical: &Path) -> Option<PathBuf> {
        let mut name = Hasher::new(Algorithm::Sha256);
        name.update(path.as_os_str().as_encoded_bytes());
        name.update(&[0]);
        name.update(canonical.as_os_str().as_encoded_bytes());
        Some(self.directory.as_ref()?.join(format!("{}.json", name.finish().to_hex())))
    }
}

/// Returns true for the bytes of a file of this cache, of any version.
pub fn is_cached_interpreter(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct AnyEntry {
        #[expect(dead_code, reason = "its presence counts")]
        schema: u32,
        #[expect(dead_code, reason = "its presence counts")]
        system: String,
        stamps: Vec<Stamp>,
    }
    serde_json::from_slice::<AnyEntry>(bytes).is_ok_and(|entry| !entry.stamps.is_empty())
}

fn stamp(host: &Host, path: &Path) -> Option<Stamp> {
    let metadata = host.files.metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(Stamp { path: path.to_owned(), size: metadata.len(), modified: u64::try_from(modified).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::Interpreter;

    #[test]
    fn an_answer_is_found_while_nothing_changed() {
        let fixture = Fixture::new();
        assert_eq!(fixture.found(), None);
        fixture.keep(answer());
        assert_eq!(fixture.found(), Some(answer()));
    }

    #[test]
    fn one_that_hung_is_left_alone_for_a_day() {
        let fixture = Fixture::new();
        let now = fixture.host.clock.now().unix_seconds();
        for (asked, found) in [(now, true), (now - HUNG, false), (now + HUNG, false)] {
            fixture.keep(ProbeOutcome::Hung { asked });
            assert_eq!(fixture.found().is_some(), found, "{}", asked - now);
        }
    }

    #[test]
    fn another_executable_or_loader_is_asked_anew() {
        for name in ["python", "loader"] {
            let fixture = Fixture::new();
            fixture.keep(answer());
            fixture.host.files.write_unsynced(&fixture.path(name), b"another").unwrap();
            assert_eq!(fixture.found(), None, "{name}");
        }
    }

    #[test]
    fn another_name_is_another_entry() {
        let fixture = Fixture::new();
        fixture.keep(answer());
        let found = fixture.cache().find(&fixture.host, &fixture.path("python3"), &fixture.path("python"));
        assert_eq!(found, None);
    }

    #[test]
    fn entries_that_cannot_be_read_do_not_count() {
        let fixture = Fixture::new();
        fixture.keep(answer());
        let entries = fixture.host.files.list(&fixture.path("interpreters")).unwrap();
        for content in ["", "{", "{}", "null", "\0\0\0"] {
            for entry in &entries {
                fixture.host.files.write_unsynced(entry, content.as_bytes()).unwrap();
            }
            assert_eq!((entries.len(), fixture.found()), (1, None), "{content}");
        }
        fixture.keep(answer());
        assert_eq!(fixture.found(), Some(answer()));
    }

    /// A cache with an executable and its loader beside it.
    struct Fixture {
        host: Host,
        directory: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let fixture = Self { host: Host::real(), directory: tempfile::tempdir().unwrap() };
            for name in ["python", "loader"] {
                fixture.host.files.write_unsynced(&fixture.path(name), b"one").unwrap();
            }
            fixture
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.path().join(name)
        }

        fn cache(&self) -> Cache {
            Cache::new(&self.host, Some(self.directory.path()))
        }

        fn keep(&self, outcome: ProbeOutcome) {
            let python = self.path("python");
            self.cache().keep(&self.host, &python, &python, outcome, &[&self.path("loader")]);
        }

        fn found(&self) -> Option<ProbeOutcome> {
            let python = self.path("python");
            self.cache().find(&self.host, &python, &python)
        }
    }

    fn answer() -> ProbeOutcome {
        ProbeOutcome::Answer(Answer::Interpreter(Box::new(Interpreter::sample("3.12.1", "/usr/bin/python3.12"))))
    }
}
