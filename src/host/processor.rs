//! The processor.

use std::collections::BTreeSet;

use super::Host;

impl Host {
    /// The instruction sets that the processor and the operating system support, as Rust names them: those that the levels
    /// of x86-64 consist of. Empty on other architectures.
    #[cfg(target_arch = "x86_64")]
    pub fn processor_features(&self) -> BTreeSet<&'static str> {
        macro_rules! supported {
            ($($name:tt)*) => {
                [$(($name, std::arch::is_x86_feature_detected!($name))),*]
            };
        }
        let known = supported!(
            "cmpxchg16b" "popcnt" "sse3" "sse4.1" "sse4.2" "ssse3"
            "avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe" "xsave"
            "avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl"
        );
        known.into_iter().filter(|(_, is_supported)| *is_supported).map(|(name, _)| name).collect()
    }

    /// The instruction sets that the processor and the operating system support, as Rust names them: those that the levels
    /// of x86-64 consist of. Empty on other architectures.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn processor_features(&self) -> BTreeSet<&'static str> {
        BTreeSet::new()
    }
}
