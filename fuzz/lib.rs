//! Runs the properties of Kingbolt's parsers (`src/*/properties.rs`) under libFuzzer. See `scripts/fuzz`.

use std::fs;
use std::path::Path;

use kingbolt::property::Property;
pub use libfuzzer_sys;

/// Makes a property a target.
#[macro_export]
macro_rules! target {
    ($property:path) => {
        $crate::libfuzzer_sys::fuzz_target!(init: $crate::write_seeds(&$property), |data: &[u8]| {
            $property.check(data);
        });
    };
}

/// Puts the seeds into the directory that `KINGBOLT_FUZZ_SEEDS` names. libFuzzer reads it after this.
pub fn write_seeds(property: &Property) {
    let Some(directory) = std::env::var_os("KINGBOLT_FUZZ_SEEDS") else { return };
    for (number, seed) in property.seeds().iter().enumerate() {
        let path = Path::new(&directory).join(format!("seed-{number}"));
        fs::write(path, seed).expect("the directory of seeds can be written");
    }
}
