//! Random numbers that tell processes, directories and environments apart.

use std::hash::{BuildHasher, RandomState};

/// A number for this process that a killed one did not have: in a container every process can have the same id.
pub(super) fn random_number() -> u64 {
    // The random keys that hash tables get from the system.
    RandomState::new().hash_one(std::process::id())
}

/// An identifier of 32 hexadecimal digits that nothing else has.
pub fn random_id() -> String {
    format!("{:016x}{:016x}", random_number(), random_number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_identifiers_differ() {
        assert_ne!(random_number(), random_number());
        assert_ne!(random_id(), random_id());
        assert_eq!(random_id().len(), 32);
    }
}
