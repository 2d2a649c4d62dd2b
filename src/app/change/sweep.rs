//! What nothing needs any more goes: wheels in the store, and empty directories.

use std::collections::BTreeSet;

use crate::host::{Host, LockError};
use crate::store::{Store, StoreError};
use crate::vocab::Sha256;

use crate::app::command::list;
use crate::app::state::context::Context;
use crate::app::state::generation::{self, InstalledWheel};
use crate::app::{AppError, Complete, Places};

/// Wheels that go when no generation needs them.
pub(in crate::app) enum Loose {
    These(BTreeSet<Sha256>),
    Unneeded,
}

/// Removes loose wheels that no generation needs any more. Where somebody is installing just now, that is left for
/// another time.
pub(in crate::app) fn sweep(context: &Context<'_>, loose: &Loose) -> Result<(), AppError> {
    let host = context.host;
    let store = Store::open(&context.places.store());
    if host.files.kind(store.root())?.is_none() {
        return Ok(());
    }
    let sweep = match store.sweep() {
        Err(StoreError::Lock { source: LockError::Busy { .. } }) => return Ok(()),
        other => other?,
    };
    // Read while nobody installs: what is not named now is not needed. A damaged application does not say what it needs.
    match needed(host, context.places) {
        Ok(needed) => match loose {
            Loose::These(wheels) => sweep.remove(host, &wheels.difference(&needed).copied().collect())?,
            Loose::Unneeded => {
                for entry in store.unneeded(host, &needed)? {
                    sweep.remove_entry(host, &entry)?;
                }
            }
        },
        Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }) => {}
        Err(error) => return Err(error),
    }
    sweep.clear_unfinished(host)?;
    Ok(sweep.finish(host)?)
}

/// The wheels that complete generations name.
pub(in crate::app) fn needed(host: &Host, places: &Places) -> Result<BTreeSet<Sha256>, AppError> {
    let mut needed = BTreeSet::new();
    for name in list::names(host, places)? {
        for (_, root) in generation::directories(host, &places.app(&name))? {
            needed.extend(generation::read(host, &root)?.iter().flat_map(wheels_named));
        }
    }
    Ok(needed)
}

/// The wheels that a generation was made of.
pub(in crate::app) fn wheels_named(facts: &Complete) -> impl Iterator<Item = Sha256> {
    facts.wheels.iter().filter_map(InstalledWheel::sha256)
}
