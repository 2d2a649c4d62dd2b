//! Wheels for pins: the missing ones are downloaded and admitted to the store, all of them side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::app::error::AppError;
use crate::app::state::{Context, OnlineContext};
use crate::fetch::{Destination, Downloads, LONGEST_WHEEL};
use crate::host::{Event, VerifiedFile};
use crate::store::{AssembleError, Store, StoreError, StoredWheel};
use crate::vocab::{Digests, PackageName, Pin, WheelName};
use crate::wheel::{WheelError, WrongRecord, names_wheel};

/// The wheels of one environment.
pub(in crate::app) struct Supply<'a> {
    context: &'a OnlineContext<'a>,
    store: Store,
    /// The wheels that the store is known to have, by file name: found there, or admitted by a thread that downloaded.
    ready: Mutex<BTreeMap<String, StoredWheel>>,
}

/// A check of the wheel of a package as soon as it is there.
pub(super) type WheelCheck<'a> = dyn Fn(&PackageName, &StoredWheel) -> Result<(), AppError> + Sync + 'a;

/// The wheels of one run of downloads on their way into the store.
struct Delivery<'d, 'a> {
    supply: &'d Supply<'a>,
    /// The wheels to fetch before the others.
    first: &'d [&'d Pin],
    check: &'d WheelCheck<'d>,
}

impl<'a> Supply<'a> {
    /// A supply that has fetched nothing yet.
    pub(in crate::app) fn new(context: &'a OnlineContext<'a>) -> Self {
        Self { context, store: Store::open(&context.local.directories.store()), ready: Mutex::default() }
    }

    /// The pins whose wheels the store does not have.
    pub(in crate::app) fn missing<'p>(&self, pins: &'p [Pin]) -> Result<Vec<&'p Pin>, AppError> {
        let mut missing = Vec::new();
        for pin in pins {
            match self.stored(pin)? {
                Some(wheel) => drop(self.ready().insert(pin.wheel.to_string(), wheel)),
                None => missing.push(pin),
            }
        }
        Ok(missing)
    }

    /// Brings missing wheels into the store. Those that another process brings meanwhile are not fetched again.
    pub(in crate::app) fn fetch(&self, missing: &[Pin]) -> Result<(), AppError> {
        self.deliver(missing, &Delivery { supply: self, first: &[], check: &|_, _| Ok(()) })
    }

    /// The same, but some wheels are fetched first, if they are missing, and checked before the others are fetched.
    pub(super) fn fetch_after_check(
        &self,
        missing: &[Pin],
        first: &[&Pin],
        check: &WheelCheck<'_>,
    ) -> Result<(), AppError> {
        for pin in first {
            if let Some(wheel) = self.stored(pin)? {
                check(&pin.name, &wheel)?;
            }
        }
        self.deliver(missing, &Delivery { supply: self, first, check })
    }

    fn deliver(&self, missing: &[Pin], delivery: &Delivery<'_, 'a>) -> Result<(), AppError> {
        if missing.is_empty() {
            return Ok(());
        }
        let OnlineContext { local, network, jobs, .. } = *self.context;
        let cache = &local.directories.cache_dir;
        let (host, progress, private, longest) = (local.host, local.progress, self.store.root(), LONGEST_WHEEL);
        let downloads = Downloads { host, network, cache, private, jobs, progress, longest };
        Ok(downloads.run(missing, delivery)?)
    }

    /// The wheels of the pins, in their order.
    pub(in crate::app) fn wheels(&self, pins: &[Pin]) -> Result<Vec<StoredWheel>, AppError> {
        pins.iter().map(|pin| self.wheel(pin)).collect()
    }

    fn wheel(&self, pin: &Pin) -> Result<StoredWheel, AppError> {
        if let Some(wheel) = self.ready().remove(pin.wheel.as_str()) {
            return Ok(wheel);
        }
        self.stored(pin)?.ok_or_else(|| AppError::Vanished { wheel: pin.wheel.clone() })
    }

    /// The wheel of a pin, if the store has it.
    pub(super) fn stored(&self, pin: &Pin) -> Result<Option<StoredWheel>, StoreError> {
        match pin.digests.as_ref().and_then(Digests::sha256) {
            Some(sha256) => {
                let wheel = self.store.find(self.context.local.host, sha256)?;
                wheel.map(|wheel| identified(wheel, &pin.wheel)).transpose()
            }
            None => Ok(None),
        }
    }

    fn ready(&self) -> MutexGuard<'_, BTreeMap<String, StoredWheel>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Destination for Delivery<'_, '_> {
    type Artifact = Pin;
    type Error = AppError;

    fn has(&self, pin: &Pin) -> bool {
        self.supply.stored(pin).is_ok_and(|wheel| wheel.is_some())
    }

    fn goes_first(&self, pin: &Pin) -> bool {
        self.first.iter().any(|first| first.name == pin.name)
    }

    fn take(&self, pin: &Pin, wheel: VerifiedFile) -> Result<(), AppError> {
        let Supply { context, store, .. } = self.supply;
        let Context { host, progress, .. } = context.local;
        let wrong_record = if pin.is_hash_stated { WrongRecord::Report } else { WrongRecord::Refuse };
        let wheel = identified(store.admit(host, progress, &wheel, &pin.wheel, wrong_record)?, &pin.wheel)?;
        self.supply.ready().insert(pin.wheel.to_string(), wheel.clone());
        (self.check)(&pin.name, &wheel)
    }
}

/// A wheel in the store, which was admitted under a name that another source chose.
///
/// # Errors
/// [`StoreError::Refused`] if it is not the wheel that this name states.
fn identified(wheel: StoredWheel, name: &WheelName) -> Result<StoredWheel, StoreError> {
    let found = &wheel.manifest().dist_info;
    if names_wheel(found, name) {
        return Ok(wheel);
    }
    let source = WheelError::OtherIdentity { place: "its .dist-info directory", found: found.clone() };
    Err(StoreError::Refused { wheel: name.to_string(), source })
}

/// Tries to build an environment. If a wheel is damaged in the store, it is fetched again and the attempt repeated, once
/// for each wheel.
pub(in crate::app) fn with_intact_wheels<T>(
    context: &Context<'_>,
    mut attempt: impl FnMut() -> Result<T, AppError>,
) -> Result<T, AppError> {
    let mut fetched_again = BTreeSet::new();
    loop {
        match attempt() {
            Err(AppError::Assemble(error @ AssembleError::Damaged { sha256, .. })) if fetched_again.insert(sha256) => {
                context.progress.event(Event::Detail { message: &format!("{error}; fetching it again") });
                Store::open(&context.directories.store()).discard(context.host, context.progress, sha256)?;
            }
            other => return other,
        }
    }
}
