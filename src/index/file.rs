//! One file of an index, and its parsed name.

use crate::vocab::{
    Address, Digests, Location, PackageName, Timestamp, Version, VersionSpecifiers, WheelName, parse_version,
};

/// A wheel or source distribution on an index.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    pub name: FileName,
    /// Absolute, without fragment: `http`, `https` or `file`.
    pub url: Address,
    /// The secure digests on the page. Absent for local files, and if the index has none, or only MD5 or SHA-1.
    pub digests: Option<Digests>,
    /// Bytes, if the index states them (PEP 700).
    pub size: Option<u64>,
    /// The time of the upload, if the index states it (PEP 700). Pages in HTML never do.
    pub uploaded: Option<Timestamp>,
    /// The Python versions that the release supports. Also absent if invalid on the page: METADATA then decides.
    pub requires_python: Option<VersionSpecifiers>,
    /// The reason why the file was yanked (PEP 592), often empty. Absent if it was not yanked.
    pub yanked: Option<String>,
    /// Present if METADATA is available at the file's URL with `.metadata` appended (PEP 658, PEP 714).
    pub metadata: Option<MetadataFile>,
}

/// METADATA available separately from its wheel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetadataFile {
    pub digests: Option<Digests>,
}

/// The name of a distribution.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileName {
    Sdist(SdistName),
    Wheel(WheelName),
}

/// The name of a source distribution (PEP 625, and the less regular names before it).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SdistName {
    text: String,
    name: PackageName,
    version: Version,
}

/// The extension of wheels.
const WHEEL_EXTENSION: &str = ".whl";

/// Extensions of source distributions. `.zip` and `.tar.gz` are the standard ones; old releases have the others.
const SDIST_EXTENSIONS: [&str; 7] = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".tar"];

/// Those that can be unpacked: releases since PEP 527 (2017) have them.
const UNPACKED_EXTENSIONS: [&str; 3] = [".tar.gz", ".zip", ".tgz"];

/// The longest file name on common file systems, in bytes.
const MAX_LENGTH: usize = 255;

/// Extensions of distributions that are no longer installed. They still identify a page as one of an index.
const LEGACY_EXTENSIONS: [&str; 5] = [".egg", ".exe", ".msi", ".rpm", ".deb"];

impl File {
    /// The path of a local file, or the URL.
    pub fn location(&self) -> Location {
        let path =
            self.url.with_secrets().starts_with("file:").then(|| self.url.to_url().ok()?.to_file_path().ok()).flatten();
        path.map_or_else(|| Location::Url(self.url.clone()), Location::Path)
    }
}

impl FileName {
    /// The whole file name, unchanged.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sdist(sdist) => &sdist.text,
            Self::Wheel(wheel) => wheel.as_str(),
        }
    }

    pub fn name(&self) -> &PackageName {
        match self {
            Self::Sdist(sdist) => &sdist.name,
            Self::Wheel(wheel) => wheel.name(),
        }
    }

    pub fn version(&self) -> &Version {
        match self {
            Self::Sdist(sdist) => &sdist.version,
            Self::Wheel(wheel) => wheel.version(),
        }
    }

    /// The name of a wheel.
    pub fn wheel(&self) -> Option<&WheelName> {
        match self {
            Self::Sdist(_) => None,
            Self::Wheel(wheel) => Some(wheel),
        }
    }

    /// The name of a source distribution.
    pub fn sdist(&self) -> Option<&SdistName> {
        match self {
            Self::Sdist(sdist) => Some(sdist),
            Self::Wheel(_) => None,
        }
    }

    /// Parses the name of a wheel or source distribution of a project.
    pub(crate) fn of_project(text: &str, project: &PackageName) -> Option<Self> {
        Self::parse(text, |name| name == project)
    }

    /// Parses the name of a wheel or source distribution of any project.
    pub(super) fn of_any(text: &str) -> Option<Self> {
        Self::parse(text, |_| true)
    }

    fn parse(text: &str, is_wanted: impl Fn(&PackageName) -> bool) -> Option<Self> {
        if text.ends_with(WHEEL_EXTENSION) {
            return text.parse().ok().filter(|wheel: &WheelName| is_wanted(wheel.name())).map(Self::Wheel);
        }
        SdistName::split(text, is_wanted).map(Self::Sdist)
    }
}

impl SdistName {
    /// True if it is an archive that can be unpacked here.
    pub fn can_be_unpacked(&self) -> bool {
        UNPACKED_EXTENSIONS.iter().any(|extension| self.text.ends_with(extension))
    }

    /// Splits `{name}-{version}{extension}` at the first hyphen between a wanted name and a valid version.
    fn split(text: &str, is_wanted: impl Fn(&PackageName) -> bool) -> Option<Self> {
        // Every hyphen is tried, which would take long for longer texts; no file system could store the file anyway.
        if text.len() > MAX_LENGTH || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+!".contains(&byte))
        {
            return None;
        }
        let stem = SDIST_EXTENSIONS.iter().find_map(|extension| text.strip_suffix(extension))?;
        stem.match_indices('-').find_map(|(hyphen, _)| {
            let name = stem[..hyphen].parse::<PackageName>().ok().filter(&is_wanted)?;
            let version = parse_version(&stem[hyphen + 1..]).ok()?;
            Some(Self { text: text.to_owned(), name, version })
        })
    }
}

/// Returns true for names of distributions of any kind, installable or not.
pub(super) fn is_distribution(text: &str) -> bool {
    let has = |extensions: &[&str]| extensions.iter().any(|extension| text.ends_with(extension));
    text.ends_with(WHEEL_EXTENSION) || has(&SDIST_EXTENSIONS) || has(&LEGACY_EXTENSIONS)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn described(name: Option<FileName>) -> Option<(&'static str, String, String)> {
        name.map(|name| {
            let kind = if name.wheel().is_some() { "wheel" } else { "sdist" };
            (kind, name.name().to_string(), name.version().to_string())
        })
    }

    #[test]
    fn a_name_of_a_million_hyphens_is_no_distribution() {
        assert_eq!(FileName::of_any(&format!("a{}.zip", "-a".repeat(1_000_000))), None);
        assert_eq!(FileName::of_any("../demo-1.0.zip"), None);
    }

    #[test]
    fn names_are_split_by_the_project_they_belong_to() {
        let project = |project: &str, text| described(FileName::of_project(text, &project.parse().unwrap()));
        let found = |kind, name: &str, version: &str| Some((kind, name.to_owned(), version.to_owned()));
        assert_eq!(project("zope-interface", "zope.interface-5.0.tar.gz"), found("sdist", "zope-interface", "5.0"));
        assert_eq!(project("a-1", "a-1-2.0.zip"), found("sdist", "a-1", "2.0"));
        assert_eq!(project("python-3-x", "python-3-x-1.0-1.tar.bz2"), found("sdist", "python-3-x", "1.0.post1"));
        assert_eq!(project("six", "six-1.17.0-py2.py3-none-any.whl"), found("wheel", "six", "1.17.0"));
        assert_eq!(project("six", "seven-1.17.0-py2.py3-none-any.whl"), None);
        assert_eq!(project("six", "six-1.17.0-any.whl"), None);
        assert_eq!(project("six", "six-dev-branch.tar.gz"), None);
        assert_eq!(project("six", "six-1.0-py2.7.egg"), None);
        assert_eq!(project("numpy", "numpy-1.0.1.dev3460.win32-py2.4.exe"), None);
    }

    #[test]
    fn names_without_a_known_project_are_split_at_the_version() {
        let any = |text| described(FileName::of_any(text)).unwrap();
        assert_eq!(any("ruamel.yaml-0.18.tar.gz"), ("sdist", "ruamel-yaml".to_owned(), "0.18".to_owned()));
        assert_eq!(any("my-pkg-1.0.zip"), ("sdist", "my-pkg".to_owned(), "1.0".to_owned()));
        assert_eq!(any("six-1.0-py3-none-any.whl"), ("wheel", "six".to_owned(), "1.0".to_owned()));
    }

    #[test]
    fn a_file_address_is_a_path() {
        let file = |url: &str| File {
            name: FileName::of_any("six-1.0-py3-none-any.whl").unwrap(),
            url: url.into(),
            digests: None,
            size: None,
            uploaded: None,
            requires_python: None,
            yanked: None,
            metadata: None,
        };
        let path = if cfg!(windows) { "C:/w h/six.whl" } else { "/w h/six.whl" };
        let url = Url::from_file_path(path).unwrap().to_string();
        assert_eq!(file(&url).location(), Location::Path(path.into()));
        let remote = "https://files.example/six.whl";
        assert_eq!(file(remote).location(), Location::Url(remote.into()));
    }
}
