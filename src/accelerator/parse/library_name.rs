//! The version of the driver's library, which its file name has.

use super::kernel_driver::whole_version;
use crate::accelerator::DriverVersion;

/// The version in a name such as `libcuda.so.610.43.02`.
pub(in crate::accelerator) fn library_version(name: &str) -> Option<DriverVersion> {
    let (_, version) = name.split_once(".so.")?;
    whole_version(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The version of the kernel's part beside it is in the test of the state.
    #[test]
    fn vector_t7_the_version_of_a_library() {
        let version = |name| library_version(name).map(|version| version.to_string());
        assert_eq!(version("libnvidia-ml.so.610.43.02").as_deref(), Some("610.43.02"));
        for name in ["libcuda.so.1", "libcuda.so", "libcuda.so.1.1", "libcuda.dylib", ""] {
            assert_eq!(version(name), None);
        }
    }
}
