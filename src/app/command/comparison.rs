//! Compares what is installed with a resolution.

use crate::app::environment::Resolution;
use crate::app::state::GenerationRecord;
use crate::vocab::{Digest, Digests, Pin};

/// Returns true if a generation consists of exactly these wheels, on that interpreter. Where nobody states a digest, the
/// name of the file has to do.
pub(super) fn consists_of(record: &GenerationRecord, resolution: &Resolution) -> bool {
    let is_stated = |pin: &Pin, digest: &Digest| {
        let stated = pin.digests.as_ref().map(Digests::as_slice).unwrap_or_default();
        let comparable = |stated: &&Digest| stated.algorithm() == digest.algorithm();
        stated.iter().find(comparable).is_none_or(|stated| stated == digest)
    };
    let is_same =
        |pin: &Pin| record.wheels.iter().any(|wheel| wheel.file == pin.wheel && is_stated(pin, &wheel.digest));
    record.python.identity == resolution.interpreter.identity()
        && record.wheels.len() == resolution.pins.len()
        && resolution.pins.iter().all(is_same)
}
