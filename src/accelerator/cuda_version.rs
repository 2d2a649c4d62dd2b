//! Versions of CUDA.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocab::string_conversions;

/// A version of CUDA: that of a build, or the newest one that a driver reports.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CudaVersion {
    pub major: u8,
    pub minor: u8,
}

/// Text that is not a version of CUDA.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a version of CUDA such as `13.0`")]
pub struct InvalidCudaVersion {
    text: String,
}

impl CudaVersion {
    /// A version from its two numbers.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// The version that `cuDriverGetVersion` gives as 1000 × major + 10 × minor; `None` for what is no version.
    pub fn from_driver(number: i64) -> Option<Self> {
        if !(1000..=99_990).contains(&number) {
            return None;
        }
        Some(Self { major: u8::try_from(number / 1000).ok()?, minor: u8::try_from(number % 1000 / 10).ok()? })
    }
}

impl FromStr for CudaVersion {
    type Err = InvalidCudaVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (major, minor) = text.trim().split_once('.')?;
            let number = |text: &str| {
                let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
                if is_number { text.parse().ok() } else { None }
            };
            Some(Self { major: number(major).filter(|major| *major > 0)?, minor: number(minor)? })
        };
        parse().ok_or_else(|| InvalidCudaVersion { text: text.to_owned() })
    }
}

impl fmt::Display for CudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

string_conversions!(CudaVersion);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_t28_numbers_of_the_driver_are_versions_within_bounds() {
        let read = |number| CudaVersion::from_driver(number).map(|version| version.to_string());
        let versions = [(12040, "12.4"), (13010, "13.1"), (11080, "11.8"), (1000, "1.0"), (99990, "99.99")];
        for (number, version) in versions {
            assert_eq!(read(number).as_deref(), Some(version));
        }
        for number in [0, -1, 999, 100_000, i64::MAX, i64::MIN] {
            assert_eq!(read(number), None);
        }
    }

    #[test]
    fn a_version_is_two_numbers() {
        assert_eq!("12.8".parse(), Ok(CudaVersion::new(12, 8)));
        for text in ["", "12", "12.8.1", "N/A", "0.1", "12.", "-1.2", "300.1"] {
            assert_eq!(text.parse::<CudaVersion>(), Err(InvalidCudaVersion { text: text.to_owned() }));
        }
    }
}
