//! The store as a whole: admitting, refusing and removing wheels.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::archive::zip::samples::Packed;
use crate::host::{Host, LockError, RandomFile, Silent, VerifiedFile};
use crate::vocab::Sha256;
use crate::wheel::WrongRecord;
use crate::wheel::samples::Wheel;

use super::durable::UNSYNCED;
use super::{Manifest, Store, StoreError, StoredWheel};

struct Fixture {
    host: Host,
    directory: tempfile::TempDir,
    store: Store,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("store"));
        Self { host: Host::real(), directory, store }
    }

    fn archive(&self, wheel: &Wheel) -> (PathBuf, Sha256) {
        let bytes = wheel.bytes();
        let path = self.directory.path().join(wheel.name.as_str());
        self.host.files.write_atomic(&path, &bytes).unwrap();
        (path, Sha256::of(&bytes))
    }

    fn admit(&self, wheel: &Wheel) -> Result<StoredWheel, StoreError> {
        self.store.admit(&self.host, &Silent, &self.verified(wheel), &wheel.name, WrongRecord::Refuse)
    }

    fn verified(&self, wheel: &Wheel) -> VerifiedFile {
        let (path, sha256) = self.archive(wheel);
        VerifiedFile { file: RandomFile::open(self.host.files, &path).unwrap(), sha256 }
    }

    /// Everything in the store except the locks.
    fn content(&self) -> Vec<PathBuf> {
        let mut paths = self.host.files.list(self.store.root()).unwrap();
        paths.retain(|path| path.file_name().is_some_and(|name| name != ".lock" && name != ".locks"));
        paths
    }
}

fn demo() -> Wheel {
    Wheel::new("demo-1.0-py3-none-any.whl").file("demo.py", b"x = 1\n").program("tool", b"\x7fELF")
}

fn bad() -> Wheel {
    demo().entry(Packed::stored("unlisted.py", b""))
}

#[test]
fn an_admitted_wheel_is_found_again() {
    let fixture = Fixture::new();
    let (_, sha256) = fixture.archive(&demo());
    assert!(fixture.store.find(&fixture.host, sha256).unwrap().is_none());
    let admitted = fixture.admit(&demo()).unwrap();
    let found = fixture.store.find(&fixture.host, sha256).unwrap().unwrap();
    assert_eq!(found.manifest(), admitted.manifest());
    assert_eq!(found.sha256(), sha256);
    assert_eq!(fixture.host.files.read(&found.tree().join("demo.py")).unwrap(), b"x = 1\n");
    let metadata = fixture.host.files.read(&found.tree().join("demo-1.0.dist-info/METADATA")).unwrap();
    assert_eq!(metadata, b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n");
    let again = fixture.admit(&demo()).unwrap();
    assert_eq!(again.manifest(), admitted.manifest());
    assert_eq!(fixture.content(), [fixture.store.root().join(&sha256.to_hex()[..32])]);
}

#[test]
fn the_manifest_of_a_wheel_is_the_same_everywhere() {
    let text = |fixture: &Fixture| {
        let wheel = fixture.admit(&demo()).unwrap();
        fixture.host.files.read_text(&wheel.tree().with_file_name("manifest")).unwrap()
    };
    let first = text(&Fixture::new());
    assert_eq!(first, text(&Fixture::new()));
    assert_eq!(Manifest::parse(&first).map(|manifest| manifest.text()), Some(first));
}

#[test]
fn a_refused_wheel_leaves_nothing_in_the_store() {
    let fixture = Fixture::new();
    let error = fixture.admit(&bad()).unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    assert_eq!(error.to_string(), "refused the wheel `demo-1.0-py3-none-any.whl`");
    assert_eq!(fixture.content(), Vec::<PathBuf>::new());
}

#[test]
fn an_interrupted_admission_leaves_nothing_in_the_store() {
    let fixture = Fixture::new();
    fixture.host.interrupt.raise();
    let error = fixture.admit(&demo()).unwrap_err();
    assert!(matches!(error, StoreError::Interrupted { .. }), "{error}");
    assert_eq!(fixture.content(), Vec::<PathBuf>::new());
}

#[test]
fn a_damaged_entry_is_as_good_as_none_and_admitted_again() {
    let fixture = Fixture::new();
    let wheel = fixture.admit(&demo()).unwrap();
    let manifest = wheel.tree().with_file_name("manifest");
    let text = fixture.host.files.read_text(&manifest).unwrap();
    fixture.host.files.write_atomic(&manifest, &text.as_bytes()[..text.len() / 2]).unwrap();
    fixture.host.files.remove_file(&wheel.tree().join("demo.py")).unwrap();
    assert!(fixture.store.find(&fixture.host, wheel.sha256()).unwrap().is_none());
    let again = fixture.admit(&demo()).unwrap();
    assert_eq!(fixture.host.files.read(&again.tree().join("demo.py")).unwrap(), b"x = 1\n");
}

#[test]
fn what_an_earlier_run_of_the_machine_left_unsynced_is_compared_before_it_is_used() {
    let fixture = Fixture::new();
    let wheel = fixture.admit(&demo()).unwrap();
    let marker = wheel.directory().join(UNSYNCED);
    let is_found = || fixture.store.find(&fixture.host, wheel.sha256()).unwrap().is_some();
    for boot in ["an earlier one", ""] {
        fixture.host.files.write_atomic(&marker, boot.as_bytes()).unwrap();
        assert!(is_found() && !fixture.host.files.is_file(&marker), "{boot}");
    }
    fixture.host.files.write_atomic(&marker, b"an earlier one").unwrap();
    fixture.host.files.write_atomic(&wheel.tree().join("demo.py"), b"\0\0\0\0\0\0").unwrap();
    assert!(!is_found());
    let again = fixture.admit(&demo()).unwrap();
    assert_eq!(fixture.host.files.read(&again.tree().join("demo.py")).unwrap(), b"x = 1\n");
    fixture.store.mark_synced(&fixture.host, &[again]).unwrap();
    assert!(!fixture.host.files.is_file(&marker));
}

#[test]
fn many_may_admit_the_same_wheel_at_once() {
    let fixture = Fixture::new();
    let (verified, name) = (fixture.verified(&demo()), demo().name);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                // Like another process, with a separate store.
                let store = Store::open(fixture.store.root());
                let wheel = store.admit(&fixture.host, &Silent, &verified, &name, WrongRecord::Refuse).unwrap();
                assert!(fixture.host.files.is_file(&wheel.tree().join("demo.py")));
            });
        }
    });
    assert_eq!(fixture.content().len(), 1);
}

#[test]
fn nobody_sweeps_what_somebody_holds() {
    let fixture = Fixture::new();
    let hold = fixture.store.lock_shared(&fixture.host, &Silent).unwrap();
    let also = fixture.store.lock_shared(&fixture.host, &Silent).unwrap();
    let error = fixture.store.sweep(&fixture.host).unwrap_err();
    assert!(matches!(error, StoreError::Lock { source: LockError::Busy { .. } }), "{error}");
    drop((hold, also));
    fixture.store.sweep(&fixture.host).unwrap();
}

#[test]
fn a_sweep_removes_what_it_is_told_and_what_was_left_half_done() {
    let fixture = Fixture::new();
    let kept = fixture.admit(&demo()).unwrap();
    let other = Wheel::new("other-1.0-py3-none-any.whl");
    let removed = fixture.admit(&other).unwrap();
    let unfinished = fixture.store.root().join(".kingbolt-1-0-abc");
    fixture.host.files.create_dirs(&unfinished.join("tree")).unwrap();
    let sweep = fixture.store.sweep(&fixture.host).unwrap();
    sweep.remove(&fixture.host, &BTreeSet::from([removed.sha256(), Sha256([7; 32])])).unwrap();
    sweep.clear_unfinished(&fixture.host).unwrap();
    sweep.finish(&fixture.host).unwrap();
    assert_eq!(fixture.content(), [kept.tree().parent().unwrap_or(Path::new(""))]);
    assert!(fixture.store.find(&fixture.host, removed.sha256()).unwrap().is_none());
}

/// Writing fails for many reasons; a path that is too long for the system needs no special disk.
#[cfg(unix)]
#[test]
fn a_wheel_that_the_disk_does_not_take_leaves_nothing_in_the_store() {
    let fixture = Fixture::new();
    let path = format!("{}x.py", "directory/".repeat(409));
    let error = fixture.admit(&demo().file(&path, b"")).unwrap_err();
    assert!(matches!(error, StoreError::Unpack { .. }), "{error}");
    assert_eq!(error.to_string(), "failed to unpack the wheel `demo-1.0-py3-none-any.whl`");
    assert_eq!(fixture.content(), Vec::<PathBuf>::new());
}
