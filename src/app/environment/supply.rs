//! Pins -> wheels in the store: what is missing is downloaded and admitted, all of it side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::fetch::{Destination, Downloads};
use crate::host::{Event, Host};
use crate::store::{AssembleError, Store, StoreError, StoredWheel};
use crate::vocab::{Digests, Pin, Sha256};

use crate::app::AppError;
use crate::app::state::context::Context;

/// The pins whose wheels are not in the store.
pub(in crate::app) fn missing<'a>(context: &Context<'_>, pins: &'a [Pin]) -> Result<Vec<&'a Pin>, AppError> {
    let store = Store::open(&context.places.store());
    let mut missing = Vec::new();
    for pin in pins {
        if stored(context.host, &store, pin)?.is_none() {
            missing.push(pin);
        }
    }
    Ok(missing)
}

/// The wheels of the pins, in their order, brought into the store where they were not there.
pub(in crate::app) fn supply(context: &Context<'_>, pins: &[Pin]) -> Result<Vec<StoredWheel>, AppError> {
    let missing: Vec<Pin> = missing(context, pins)?.into_iter().cloned().collect();
    let admission = Admission::new(context);
    if !missing.is_empty() {
        let downloads = Downloads {
            host: context.host,
            network: context.network,
            cache: &context.places.cache_dir,
            jobs: context.jobs,
            progress: context.progress,
        };
        downloads.run(&missing, &admission)?;
    }
    pins.iter().map(|pin| admission.wheel(pin)).collect()
}

/// Builds an environment. A wheel that the store has damaged is brought anew, once.
pub(in crate::app) fn with_sound_wheels<T>(
    context: &Context<'_>,
    mut attempt: impl FnMut() -> Result<T, AppError>,
) -> Result<T, AppError> {
    let mut renewed = BTreeSet::new();
    loop {
        match attempt() {
            Err(AppError::Assemble(error @ AssembleError::Damaged { sha256, .. })) if renewed.insert(sha256) => {
                context.progress.event(Event::Detail { message: &format!("{error}; fetching it again") });
                Store::open(&context.places.store()).discard(context.host, sha256)?;
            }
            other => return other,
        }
    }
}

/// Admits every wheel that arrives to the store, on the thread that downloaded it.
struct Admission<'a> {
    context: &'a Context<'a>,
    store: Store,
    admitted: Mutex<BTreeMap<String, StoredWheel>>,
}

impl<'a> Admission<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        Self { context, store: Store::open(&context.places.store()), admitted: Mutex::default() }
    }

    fn admitted(&self) -> MutexGuard<'_, BTreeMap<String, StoredWheel>> {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wheel(&self, pin: &Pin) -> Result<StoredWheel, AppError> {
        if let Some(wheel) = self.admitted().remove(pin.wheel.as_str()) {
            return Ok(wheel);
        }
        let stored = stored(self.context.host, &self.store, pin)?;
        stored.ok_or_else(|| AppError::Vanished { wheel: pin.wheel.clone() })
    }
}

impl Destination for Admission<'_> {
    type Error = StoreError;

    fn has(&self, pin: &Pin) -> bool {
        stored(self.context.host, &self.store, pin).is_ok_and(|wheel| wheel.is_some())
    }

    fn take(&self, pin: &Pin, file: &Path, sha256: Sha256) -> Result<(), StoreError> {
        let wheel = self.store.admit(self.context.host, self.context.progress, file, &pin.wheel, sha256)?;
        self.admitted().insert(pin.wheel.to_string(), wheel);
        Ok(())
    }
}

fn stored(host: &Host, store: &Store, pin: &Pin) -> Result<Option<StoredWheel>, StoreError> {
    match pin.digests.as_ref().and_then(Digests::sha256) {
        Some(sha256) => store.find(host, sha256),
        None => Ok(None),
    }
}
