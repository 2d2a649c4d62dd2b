//! Admits a wheel to the store: it is unpacked beside its final place, checked, and renamed into it.

use std::path::Path;

use crate::archive::zip::Archive;
use crate::host::{Event, Host, Progress, RandomFile, ThreadBudget, VerifiedFile, checkpoint};
use crate::vocab::WheelName;
use crate::wheel::{DiskNames, UnpackOptions, Unpacked, WheelError, WrongRecord, unpack};

use super::durable::mark_unsynced;
use super::stored_wheel::{MANIFEST, TREE};
use super::{Manifest, Store, StoreError, StoredWheel};

/// A wheel that unpacks to fewer bytes is unpacked by one thread: starting another costs more than it saves.
const SHARED_FROM: u64 = 4 << 20;

/// The number of faults that a warning names.
const FAULTS_SHOWN: usize = 5;

impl Store {
    /// Unpacks and checks a wheel, from the file that was hashed. A wheel that the store already has is returned as it is.
    /// May be called from many threads and processes at once.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the wheel breaks a rule; nothing of it is then left in the store.
    pub fn admit(
        &self,
        host: &Host,
        progress: &dyn Progress,
        wheel: &VerifiedFile,
        name: &WheelName,
        wrong_record: WrongRecord,
    ) -> Result<StoredWheel, StoreError> {
        let VerifiedFile { file, sha256 } = wheel;
        let sha256 = *sha256;
        if let Some(wheel) = self.find(host, sha256)? {
            return Ok(wheel);
        }
        let _lock = self.lock_entry(host, progress, sha256)?;
        if let Some(wheel) = self.find(host, sha256)? {
            return Ok(wheel);
        }
        let entry = self.entry(sha256);
        // An entry without a valid manifest is damaged.
        host.files.remove_tree(&entry)?;
        let staged = host.files.stage(&entry)?;
        let tree = staged.path().join(TREE);
        host.files.create_dir(&tree)?;
        let unpacked = self.unpacked(host, file, name, &tree, wrong_record).map_err(|error| failed(name, error))?;
        for note in &unpacked.notes {
            progress.event(Event::Detail { message: note });
        }
        if let Some(warning) = warning(name, &unpacked.record_faults) {
            progress.event(Event::Warning { message: &warning });
        }
        let manifest = Manifest {
            archive: name.clone(),
            sha256,
            size: file.size(),
            project: unpacked.project,
            dist_info: unpacked.dist_info,
            root: unpacked.root,
            entry_points: unpacked.entry_points,
            tree: unpacked.tree,
        };
        mark_unsynced(host, staged.path())?;
        host.files.write_new(&staged.path().join(MANIFEST), manifest.text().as_bytes(), 0o666)?;
        checkpoint("unpacked");
        staged.commit()?;
        checkpoint("admitted");
        Ok(StoredWheel::new(entry, manifest))
    }

    fn unpacked(
        &self,
        host: &Host,
        file: &RandomFile,
        name: &WheelName,
        tree: &Path,
        wrong_record: WrongRecord,
    ) -> Result<Unpacked, WheelError> {
        let archive = Archive::open(file)?;
        let total: u64 = archive.entries().iter().map(|entry| entry.size).sum();
        let threads = if total < SHARED_FROM { &ThreadBudget::of(0) } else { &*self.threads };
        let names = DiskNames::of_this_system();
        let options = UnpackOptions { threads, names, wrong_record };
        unpack(host, &archive, name, tree, options)
    }
}

/// The warning that a wheel is as published, but its RECORD is wrong.
fn warning(name: &WheelName, faults: &[String]) -> Option<String> {
    let (first, others) = faults.split_at(faults.len().min(FAULTS_SHOWN));
    let more = if others.is_empty() { String::new() } else { format!("; and {} more", others.len()) };
    (!first.is_empty()).then(|| format!("`{name}` was published with a wrong RECORD: {}{more}", first.join("; ")))
}

fn failed(name: &WheelName, error: WheelError) -> StoreError {
    let wheel = name.to_string();
    match error {
        WheelError::Interrupted(source) => StoreError::Interrupted { source },
        source if source.is_refusal() => StoreError::Refused { wheel, source },
        source => StoreError::Unpack { wheel, source },
    }
}
