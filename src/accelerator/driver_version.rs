//! Versions of NVIDIA's driver.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocab::string_conversions;

/// A version of NVIDIA's kernel driver: `580.65.06` on Linux, `560.94` on Windows. Compared number by number, so that
/// `450.80.02` is `450.80.2`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct DriverVersion {
    /// One to three numbers.
    parts: Vec<u16>,
}

/// Text that is not a version of NVIDIA's driver.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a version of NVIDIA's driver such as `580.65.06`")]
pub struct InvalidDriverVersion {
    text: String,
}

impl DriverVersion {
    /// The branch of the driver, such as 580.
    pub fn branch(&self) -> u16 {
        self.parts[0]
    }

    /// True if this version is at least another one, as far as it says: `580` is any version of the branch 580.
    pub(super) fn reaches(&self, floor: &[u16]) -> bool {
        let stated = floor.len().min(self.parts.len());
        self.parts[..stated] >= floor[..stated]
    }

    /// A version from a table.
    pub(super) fn of(parts: &[u16]) -> Self {
        Self { parts: parts.to_owned() }
    }
}

impl FromStr for DriverVersion {
    type Err = InvalidDriverVersion;

    /// Three digits, then up to two more numbers. What begins with a lower number is the release of Jetson Linux, which
    /// JetPack 5 has in place of the driver's.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| {
            let is_number = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { part.parse::<u16>().ok() } else { None }
        };
        let parts: Option<Vec<u16>> = text.trim().split('.').map(number).collect();
        parts
            .filter(|parts| parts.len() <= 3 && parts[0] >= 100)
            .map(|parts| Self { parts })
            .ok_or_else(|| InvalidDriverVersion { text: text.to_owned() })
    }
}

impl fmt::Display for DriverVersion {
    /// As NVIDIA writes it: two digits at least after each dot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.parts[0])?;
        self.parts[1..].iter().try_for_each(|part| write!(f, ".{part:02}"))
    }
}

string_conversions!(DriverVersion);

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> DriverVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        assert_eq!(version("450.80.02"), version("450.80.2"));
        assert!(version("580.65.06") < version("580.126.09"));
        assert!(version("1000.10") > version("616.92"));
        assert_eq!(version("450.80.2").to_string(), "450.80.02");
        assert_eq!(version(" 375.74\n").to_string(), "375.74");
    }

    #[test]
    fn a_version_reaches_a_floor_as_far_as_it_says() {
        assert!(version("580").reaches(&[580, 65, 6]));
        assert!(version("610.43").reaches(&[610, 43, 2]));
        assert!(version("525.60.13").reaches(&[525, 60, 13]));
        assert!(!version("525.60.12").reaches(&[525, 60, 13]));
        assert!(!version("527.41").reaches(&[528, 33]));
        assert!(version("580.65.06").reaches(&[580]));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "35.4.1", "580.", "580.65.06.1", "v580.65", "[N/A]", "580,65", "99999.1", "580.65 06", "٥٨٠.1"]
        {
            assert_eq!(text.parse::<DriverVersion>(), Err(InvalidDriverVersion { text: text.to_owned() }));
        }
    }
}
