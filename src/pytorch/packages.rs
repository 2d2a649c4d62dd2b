//! The packages that PyTorch publishes in a build for each accelerator.

use crate::vocab::PackageName;

/// The way in which a package is published for several accelerators.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Packaging {
    /// A library with code for the accelerator that `torch` uses: its build has to be that of `torch`.
    Companion,
    /// Only on PyTorch's indexes: elsewhere, a package of that name is somebody else's.
    IndexOnly,
    /// `torch` itself.
    Torch,
}

/// The packages, with the reason for each. Sources: the allow list of `s3_management/manage.py` in pytorch/test-infra, of which only
/// these have files with labels that differ from those on the Python Package Index; `crates/uv-torch` of uv.
///
/// Left out: `torchcodec` and `torchao`, whose builds on the Python Package Index work with every build of `torch`; `torchtext` and `torchdata`,
/// which have no code for accelerators; `triton` and the libraries of NVIDIA, which PyTorch's indexes only mirror.
const PACKAGES: &[(&str, Packaging)] = &[
    // Triton for nightly builds; the name was taken over by an attacker on the Python Package Index in December 2022.
    ("pytorch-triton", Packaging::IndexOnly),
    ("pytorch-triton-rocm", Packaging::IndexOnly),
    ("pytorch-triton-xpu", Packaging::IndexOnly),
    ("torch", Packaging::Torch),
    ("torchaudio", Packaging::Companion),
    ("torchvision", Packaging::Companion),
    // The names of the above since torch 2.9.
    ("triton-rocm", Packaging::IndexOnly),
    ("triton-xpu", Packaging::IndexOnly),
];

/// The packaging of a package that PyTorch publishes for several accelerators.
pub fn packaging(name: &PackageName) -> Option<Packaging> {
    PACKAGES.iter().find(|(known, _)| *known == name.as_str()).map(|(_, packaging)| *packaging)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_table_are_normalised_and_sorted() {
        assert!(PACKAGES.is_sorted_by_key(|(name, _)| name));
        for (name, of_table) in PACKAGES {
            assert_eq!(packaging(&name.parse().unwrap()), Some(*of_table), "{name}");
        }
        assert_eq!(packaging(&"torchmetrics".parse().unwrap()), None);
    }
}
