//! Labels of accelerator builds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::CudaVersion;
use crate::vocab::string_conversions;

/// The label of a build for one kind of accelerator, as PyTorch names its indexes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Label {
    Cpu,
    /// `cu130`: NVIDIA.
    Cuda(CudaVersion),
    /// Apple.
    Mps,
    /// `rocm7.2`: AMD.
    Rocm(RocmVersion),
    /// Intel.
    Xpu,
}

/// A version of ROCm.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RocmVersion {
    pub major: u8,
    pub minor: u8,
    pub patch: Option<u8>,
}

/// Text that is no known label.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not an accelerator; there are {}", listed())]
pub struct InvalidLabel {
    pub text: String,
}

/// The versions of CUDA for which there are builds of PyTorch since 2.0 (its release notes, and `uv-torch` of uv 0.12.5).
pub(super) const CUDA: &[CudaVersion] = &[
    CudaVersion::new(11, 7),
    CudaVersion::new(11, 8),
    CudaVersion::new(12, 1),
    CudaVersion::new(12, 4),
    CudaVersion::new(12, 6),
    CudaVersion::new(12, 8),
    CudaVersion::new(12, 9),
    CudaVersion::new(13, 0),
    CudaVersion::new(13, 2),
    CudaVersion::new(13, 4),
];

/// The same of ROCm.
const ROCM: &[RocmVersion] = &[
    RocmVersion::new(5, 4, Some(2)),
    RocmVersion::new(5, 6, None),
    RocmVersion::new(5, 7, None),
    RocmVersion::new(6, 0, None),
    RocmVersion::new(6, 1, None),
    RocmVersion::new(6, 2, None),
    RocmVersion::new(6, 2, Some(4)),
    RocmVersion::new(6, 3, None),
    RocmVersion::new(6, 4, None),
    RocmVersion::new(7, 0, None),
    RocmVersion::new(7, 1, None),
    RocmVersion::new(7, 2, None),
    RocmVersion::new(7, 14, None),
];

impl Label {
    /// All known labels.
    pub fn all() -> impl Iterator<Item = Self> {
        let cuda = CUDA.iter().map(|version| Self::Cuda(*version));
        let rocm = ROCM.iter().map(|version| Self::Rocm(*version));
        [Self::Cpu].into_iter().chain(cuda).chain(rocm).chain([Self::Xpu, Self::Mps])
    }
}

impl RocmVersion {
    const fn new(major: u8, minor: u8, patch: Option<u8>) -> Self {
        Self { major, minor, patch }
    }
}

impl FromStr for Label {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::all().find(|label| label.to_string().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| InvalidLabel { text: text.to_owned() })
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(CudaVersion { major, minor }) => write!(f, "cu{major}{minor}"),
            Self::Mps => f.write_str("mps"),
            Self::Rocm(version) => write!(f, "rocm{version}"),
            Self::Xpu => f.write_str("xpu"),
        }
    }
}

impl fmt::Display for RocmVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

string_conversions!(Label);

fn listed() -> String {
    let names: Vec<String> = Label::all().map(|label| format!("`{label}`")).collect();
    format!("`auto`, {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_written_as_they_are_read() {
        for label in Label::all() {
            assert_eq!(label.to_string().parse(), Ok(label));
        }
        assert_eq!("CU130".parse(), Ok(Label::Cuda(CudaVersion::new(13, 0))));
    }

    #[test]
    fn an_unknown_label_is_told_the_known_ones() {
        for text in ["", "gpu", "cu999", "cu13.0", "rocm", "rocm7.20", "cuda"] {
            let error = text.parse::<Label>().unwrap_err();
            let expected = "is not an accelerator; there are `auto`, `cpu`, `cu117`, `cu118`, `cu121`, `cu124`, `cu126`, \
                            `cu128`, `cu129`, `cu130`, `cu132`, `cu134`, `rocm5.4.2`, `rocm5.6`, `rocm5.7`, `rocm6.0`, \
                            `rocm6.1`, `rocm6.2`, `rocm6.2.4`, `rocm6.3`, `rocm6.4`, `rocm7.0`, `rocm7.1`, `rocm7.2`, \
                            `rocm7.14`, `xpu`, `mps`";
            assert_eq!(error.to_string(), format!("`{text}` {expected}"));
        }
    }
}
