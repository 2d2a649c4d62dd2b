//! One build of CPython, and where its archive is.

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

use super::Target;
use crate::vocab::{Address, Sha256, Version, parse_version};

/// A build of a CPython release for a kind of machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ManagedBuild {
    pub name: BuildName,
    /// The SHA-256 of the archive.
    pub sha256: Sha256,
}

/// The facts that tell a build from all others. Displayed, and used as the name of a directory, as
/// `3.12.14-20260814-x86_64-unknown-linux-gnu`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BuildName {
    pub version: Version,
    /// The date of the build, `YYYYMMDD`: eight digits.
    pub date: u32,
    pub target: Target,
}

/// The base address of archives: `<origin>/<date>/<file>`. Its scheme is `http`, `https` or `file`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(Url);

impl Origin {
    /// Parses a base address; `None` for one that is no URL of these schemes.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim_end_matches('/')).ok()?;
        let has_place = match url.scheme() {
            "http" | "https" => url.has_host(),
            "file" => url.to_file_path().is_ok(),
            _ => false,
        };
        (has_place && url.query().is_none() && url.fragment().is_none()).then_some(Self(url))
    }

    /// True if archives come from a directory of this machine.
    pub fn is_local(&self) -> bool {
        self.0.scheme() == "file"
    }

    /// The base address.
    pub fn address(&self) -> Address {
        Address::from(&self.0)
    }
}

impl ManagedBuild {
    /// The name of the archive.
    pub fn file_name(&self) -> String {
        let BuildName { version, date, target } = &self.name;
        format!("cpython-{version}+{date}-{target}-install_only_stripped.tar.gz")
    }

    /// The address of the archive.
    pub fn address(&self, origin: &Origin) -> Address {
        // The plus sign stands encoded in the addresses of the origin.
        let file = self.file_name().replace('+', "%2B");
        let base = origin.0.as_str().trim_end_matches('/');
        Address::from(format!("{base}/{}/{file}", self.name.date))
    }
}

impl BuildName {
    /// Parses the name of a directory.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '-');
        let (version, date, target) = (parts.next()?, parts.next()?, parts.next()?);
        let (version, date) = (parse_release_version(version)?, parse_date(date)?);
        Some(Self { version, date, target: Target::parse(target).ok()? })
    }

    /// The version and date of a build as they stand in the names of archives: `3.12.14+20260814`.
    pub(super) fn parse_release(text: &str) -> Option<(Version, u32)> {
        let (version, date) = text.split_once('+')?;
        Some((parse_release_version(version)?, parse_date(date)?))
    }

    /// Newest first: releases before pre-releases, then by version and date.
    pub fn newest_first(&self, other: &Self) -> Ordering {
        let key = |name: &Self| (!name.version.any_prerelease(), name.version.clone(), name.date);
        key(other).cmp(&key(self))
    }
}

impl fmt::Display for BuildName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.version, self.date, self.target)
    }
}

/// The record of the Python in a directory. It lies beside the directory, where no archive can write, and is written last:
/// without it the Python is not installed.
pub fn record_path(root: &Path) -> PathBuf {
    let mut path = root.as_os_str().to_owned();
    path.push(".toml");
    path.into()
}

/// A full version in its normal form: two spellings of one version would be two directories.
fn parse_release_version(text: &str) -> Option<Version> {
    let version = parse_version(text).ok()?;
    (version.release().len() == 3 && !version.is_local() && version.to_string() == text).then_some(version)
}

fn parse_date(text: &str) -> Option<u32> {
    let is_date = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    is_date.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_of_a_build_has_its_address() {
        let build = sample();
        let below = |origin: &str| build.address(&Origin::parse(origin).unwrap()).with_secrets().to_owned();
        let file = "20260814/cpython-3.12.14%2B20260814-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz";
        assert_eq!(below("https://mirror.example/builds"), format!("https://mirror.example/builds/{file}"));
        assert_eq!(below("http://127.0.0.1:1/"), format!("http://127.0.0.1:1/{file}"));
    }

    #[test]
    fn an_origin_is_a_server_or_a_directory() {
        for text in ["https://mirror.example", "http://127.0.0.1:80/a"] {
            assert!(Origin::parse(text).is_some(), "{text}");
        }
        for text in ["", "mirror.example", "/srv/pythons", "ftp://mirror.example", "https://mirror.example?a=b"] {
            assert!(Origin::parse(text).is_none(), "{text}");
        }
        assert_eq!(Origin::parse("file:///srv/pythons").is_some(), cfg!(unix));
    }

    #[test]
    fn the_name_of_a_directory_is_read_back() {
        let name = sample().name;
        assert_eq!(BuildName::parse(&name.to_string()), Some(name));
        for name in ["", "3.12.14", "3.12-20260814-x86_64-unknown-linux-gnu", "3.12.14-2026-x86_64-unknown-linux-gnu"] {
            assert_eq!(BuildName::parse(name), None, "{name}");
        }
        for name in ["03.12.14-20260814-aarch64-apple-darwin", "3.12.14-20260814-aarch64-apple-darwin.toml"] {
            assert_eq!(BuildName::parse(name), None, "{name}");
        }
    }

    fn sample() -> ManagedBuild {
        let target = Target::parse("x86_64-unknown-linux-gnu").unwrap();
        let name = BuildName { version: parse_version("3.12.14").unwrap(), date: 20_260_814, target };
        ManagedBuild { name, sha256: Sha256::of(b"") }
    }
}
