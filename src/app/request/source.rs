//! The sources of `install` and `run`: a requirement, the path or URL of a wheel, or source code.

use std::path::{Path, PathBuf};

use url::Url;

use crate::build::{InvalidSource, SourceAddress};
use crate::index::file_name;
use crate::lock::is_lock_name;
use crate::vocab::{
    ExtraName, InvalidRequirement, InvalidWheelName, Location, Origin, Requirement, WheelName, parse_version,
    text_without_secrets,
};

use super::lock_location::lock_location;

/// A parsed source. Nothing has been read or fetched yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A lock: its absolute path, or its URL.
    Lock(Location),
    /// Source code whose package is not named.
    Project {
        extras: Vec<ExtraName>,
        /// The address, as a requirement would name it.
        url: String,
        source: SourceAddress,
    },
    Requirement(Requirement),
}

/// Text that is not a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("`{text}` is not an installable source")]
    Requirement { text: String, source: InvalidRequirement },
    #[error("`{text}` is not an installable source")]
    Wheel { text: String, source: InvalidWheelName },
    #[error("`{text}` is a lock, and only `kingbolt install` and `kingbolt sync` use locks")]
    Lock { text: String },
    #[error("`{text}` is not the URL of a lock that can be downloaded")]
    LockAddress { text: String },
    #[error("`{option}` chooses packages, and `{text}` is a lock, which lists all of them")]
    LockOption { text: String, option: &'static str },
    #[error("`{text}` cannot be installed")]
    Address { text: String, source: InvalidSource },
    #[error("`{text}` is not a directory, and only directories can be editable")]
    NotEditable { text: String },
}

impl SourceError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> String {
        match self {
            Self::Requirement { .. } => {
                "pass a package (`httpie`), a requirement (`black[d]>=24`), the path or URL of a wheel or a source \
                 archive, a directory (`./project`), or a repository (`git+https://…`)"
                    .to_owned()
            }
            Self::Wheel { .. } => "rename the wheel to the file name under which it was published".to_owned(),
            Self::Lock { text } => format!("run `kingbolt install {text}` to make an app of it"),
            Self::LockAddress { .. } => "pass the path, or the `http` or `https` URL, of a `pylock.toml`".to_owned(),
            Self::LockOption { option, .. } => format!("leave out `{option}`, or create another lock"),
            Self::Address { .. } => {
                "pass the path or URL of a wheel or of a `.tar.gz` or `.zip` archive, a directory, or a repository \
                 (`git+https://…`)"
                    .to_owned()
            }
            Self::NotEditable { .. } => {
                "pass the directory of the project, without `--editable` for all else".to_owned()
            }
        }
    }
}

impl Source {
    /// Parses a source. Relative paths are resolved against `current_dir`.
    ///
    /// # Errors
    /// When the text is neither a requirement nor the address of a wheel or of source code.
    pub fn parse(text: &str, current_dir: &Path) -> Result<Self, SourceError> {
        let absolute = with_absolute_path(text, current_dir);
        let text = absolute.as_deref().unwrap_or(text);
        if let Some(wheel) = wheel_file(text) {
            let name: WheelName =
                wheel.parse().map_err(|source| SourceError::Wheel { text: text_without_secrets(text), source })?;
            return Ok(Self::Requirement(Requirement {
                name: name.name().clone(),
                extras: Vec::new(),
                origin: Origin::Url(to_url(text, current_dir).into()),
                marker: None,
            }));
        }
        if last_component(text).is_some_and(|name| is_lock_name(&name)) {
            let lock = lock_location(Path::new(text), |path| current_dir.join(path));
            return lock.map(Self::Lock).map_err(|_| SourceError::LockAddress { text: text_without_secrets(text) });
        }
        if is_address(text) || looks_like_path(text) || is_source_archive(text) {
            return Self::project(text, current_dir);
        }
        let exact = exact(text);
        let requirement = without_latest(text).or(exact.as_deref()).unwrap_or(text);
        match requirement.parse() {
            Ok(requirement) => Ok(Self::Requirement(requirement)),
            Err(source) => Err(SourceError::Requirement { text: text_without_secrets(text), source }),
        }
    }

    /// True for a requirement with `@latest`: the newest version is wanted, whatever is installed or cached.
    pub fn is_latest(text: &str) -> bool {
        without_latest(text).is_some()
    }

    /// The path of a script, if the text is that of one: a file whose name ends with `.py`, or any file below a directory that
    /// is named, unless it can be installed.
    pub fn script_path(text: &str, current_dir: &Path, is_file: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        let is_lock = last_component(text).is_some_and(|name| is_lock_name(&name));
        let is_installable = is_lock || text.contains("://") || wheel_file(text).is_some() || is_source_archive(text);
        let path = current_dir.join(text);
        let is_below = text.contains('/') || cfg!(windows) && text.contains('\\');
        let is_script = text.to_ascii_lowercase().ends_with(".py") || is_below && is_file(&path);
        // Without `./` in the middle.
        (is_script && !is_installable).then(|| path.components().collect())
    }

    /// The path that a source names, also after `NAME @`; `None` for a requirement and a URL.
    pub fn typed_path(text: &str, current_dir: &Path) -> Option<PathBuf> {
        let text = match text.split_once('@') {
            Some((name, path)) if is_plain_name(name) && looks_like_path(path.trim()) => path.trim(),
            Some(_) | None => text,
        };
        let (path, _) = without_extras(text);
        let is_path = looks_like_path(path) || is_source_archive(path) || wheel_file(path).is_some();
        (is_path && !path.contains("://")).then(|| current_dir.join(path).components().collect())
    }

    /// Source code, with extras after its address: `.[dev]`.
    fn project(text: &str, current_dir: &Path) -> Result<Self, SourceError> {
        let (address, extras) = without_extras(text);
        let extras = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty()).map(str::parse);
        let refused = |source| SourceError::Address { text: text.to_owned(), source };
        let extras = extras.collect::<Result<_, _>>().map_err(|_| refused(InvalidSource::Kind))?;
        let url = to_url(address, current_dir);
        let source = SourceAddress::parse(&url).map_err(refused)?.ok_or_else(|| refused(InvalidSource::Kind))?;
        Ok(Self::Project { extras, url, source })
    }
}

/// `black[d]@24.1` as a requirement: `black[d]==24.1`. uv and npm write it so.
fn exact(text: &str) -> Option<String> {
    let (name, version) = text.split_once('@').filter(|(name, _)| is_name_with_extras(name))?;
    let version = parse_version(version).ok()?;
    Some(format!("{}=={version}", name.trim_end()))
}

/// The `black[d]` of `black[d]@latest`. uv and npm write it so.
fn without_latest(text: &str) -> Option<&str> {
    let (name, version) = text.split_once('@').filter(|(name, _)| is_name_with_extras(name))?;
    (version.trim() == "latest" && !name.trim().is_empty()).then(|| name.trim_end())
}

/// True for text before `@` that can be the name of a package with extras.
fn is_name_with_extras(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_alphanumeric() || "-_.[], ".contains(character))
}

/// An address and the extras after it: `.` and `dev` of `.[dev]`.
fn without_extras(text: &str) -> (&str, &str) {
    match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        Some((address, extras)) if !address.is_empty() => (address, extras),
        Some(_) | None => (text, ""),
    }
}

/// A requirement whose address is a path, with the URL of that path.
fn with_absolute_path(text: &str, current_dir: &Path) -> Option<String> {
    let (name, path) = text.split_once('@')?;
    let path = path.trim();
    (is_plain_name(name) && looks_like_path(path)).then(|| format!("{name}@ {}", to_url(path, current_dir)))
}

/// True for text before `@` that can be the name of a package, and no part of an address.
fn is_plain_name(text: &str) -> bool {
    !text.contains(['/', '\\', ':']) && !text.trim().is_empty()
}

/// True for a URL that no name precedes.
fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// The file name, if the text is the path or URL of a wheel rather than a requirement.
fn wheel_file(text: &str) -> Option<String> {
    if text.split_once('@').is_some_and(|(name, _)| !name.contains(['/', '\\', ':'])) {
        return None;
    }
    last_component(text).filter(|name| name.to_ascii_lowercase().ends_with(".whl"))
}

/// The file name at the end of a path or URL.
fn last_component(text: &str) -> Option<String> {
    match Url::parse(text) {
        Ok(url) if text.contains("://") => file_name(url.as_str()),
        _ => text.rsplit(['/', '\\']).next().map(str::to_owned),
    }
}

/// Returns true for names of source archives. Otherwise `hello-1.0.tar.gz` would be looked up as a package.
fn is_source_archive(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    !text.contains('@') && [".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip"].iter().any(|end| text.ends_with(end))
}

fn looks_like_path(text: &str) -> bool {
    text.starts_with(['.', '/', '~']) || text.contains('\\')
}

/// The URL of a wheel.
fn to_url(text: &str, current_dir: &Path) -> String {
    if text.contains("://") {
        // Spaces are encoded: they end a URL in a requirement.
        return Url::parse(text).map_or_else(|_| text.to_owned(), |url| url.as_str().replace(' ', "%20"));
    }
    let path: PathBuf = current_dir.join(text);
    Url::from_file_path(&path).map_or_else(|()| path.display().to_string(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::SourceKind;

    #[test]
    fn a_source_archive_is_not_looked_up_as_a_package() {
        for text in ["hello-1.0.tar.gz", "hello-1.0.ZIP", "hello.tgz", "./hello-1.0.zip[a,b]"] {
            let Ok(Source::Project { source, extras, .. }) = Source::parse(text, Path::new(BASE)) else {
                panic!("{text}")
            };
            assert!(matches!(source.kind, SourceKind::Archive { .. }), "{text}");
            assert_eq!(extras.len(), if text.ends_with(']') { 2 } else { 0 }, "{text}");
        }
        for text in ["https://h.example/hello-1.0.tar.bz2", "https://h.example/hello", "ftp://h.example/hello.zip"] {
            let error = Source::parse(text, Path::new(BASE)).unwrap_err();
            assert_eq!(error.to_string(), format!("`{text}` cannot be installed"));
        }
    }

    #[test]
    fn a_script_has_a_slash_or_ends_with_py() {
        let script = |text: &str, is_file: bool| Source::script_path(text, Path::new(BASE), |_| is_file).is_some();
        for text in ["x.py", "./x.py", "tools/x.py"] {
            assert!(script(text, true) && script(text, false), "{text}");
        }
        for text in ["./x", "tools/x"] {
            assert!(script(text, true) && !script(text, false), "{text}");
        }
        for text in
            ["x", "x-1.0-py3-none-any.whl", "./x-1.0.tar.gz", "https://h.example/x.py", "git+https://h.example/x.py"]
        {
            assert!(!script(text, true), "{text}");
        }
    }

    #[test]
    fn only_paths_are_looked_for_on_the_disk() {
        let path = |text: &str| Source::typed_path(text, Path::new(BASE));
        for (text, expected) in [
            ("./hello-1.0-py3-none-any.whl", "hello-1.0-py3-none-any.whl"),
            ("hello-1.0-py3-none-any.whl", "hello-1.0-py3-none-any.whl"),
            ("hello-1.0.tar.gz[a,b]", "hello-1.0.tar.gz"),
            ("hello @ ./project", "project"),
            (".[dev]", ""),
        ] {
            assert_eq!(path(text), Some(Path::new(BASE).join(".").join(expected)), "{text}");
        }
        for text in ["hello", "hello[a]>=1", "https://h.example/hello.whl", "hello @ https://h.example/x.zip"] {
            assert_eq!(path(text), None, "{text}");
        }
    }

    #[test]
    fn a_version_after_an_at_sign_is_exact() {
        let parsed = |text: &str| Source::parse(text, Path::new("/home/ada")).ok();
        for (text, requirement) in [("black@24.1", "black==24.1"), ("black[d] @ 24.1rc1", "black[d]==24.1rc1")] {
            assert_eq!(parsed(text), parsed(requirement), "{text}");
            assert!(parsed(text).is_some(), "{text}");
        }
        for text in ["black@", "@1.0", "black@1.0 x", "black>=1@2"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn latest_after_an_at_sign_admits_every_version() {
        let parsed = |text: &str| Source::parse(text, Path::new("/home/ada")).ok();
        for (text, requirement) in [("black@latest", "black"), ("black[d] @ latest", "black[d]")] {
            assert_eq!(parsed(text), parsed(requirement), "{text}");
            assert!(parsed(text).is_some() && Source::is_latest(text), "{text}");
        }
        for text in
            ["black", "black@1.0", "@latest", "./black@latest", "black>=1@latest", "black @ https://h.example/latest"]
        {
            assert!(!Source::is_latest(text), "{text}");
        }
    }

    #[test]
    fn a_lock_is_recognized_by_its_name_in_a_path_or_url() {
        let error = |text: &str| Source::parse(text, Path::new("/")).unwrap_err();
        for text in ["pylock.toml", "./locks/pylock.app.toml", "https://h.example/pylock.toml?token=1"] {
            assert!(matches!(Source::parse(text, Path::new(BASE)), Ok(Source::Lock(_))), "{text}");
        }
        for text in ["./pylock.a.b.toml", "./pylocktoml"] {
            assert!(matches!(Source::parse(text, Path::new(BASE)), Ok(Source::Project { .. })), "{text}");
        }
        assert!(matches!(error("https://h.example/?file=/pylock.toml"), SourceError::Address { .. }));
    }

    #[test]
    fn wheels_are_known_by_addresses_with_escapes_and_by_paths_with_any_characters() {
        let address = |text: &str| match Source::parse(text, Path::new(BASE)) {
            Ok(Source::Requirement(Requirement { origin: Origin::Url(url), .. })) => url.with_secrets().to_owned(),
            other => panic!("{other:?}"),
        };
        let base = Url::from_directory_path(BASE).unwrap();
        for (text, expected) in [
            ("https://h.example/demo-1.0%2Bcpu-py3-none-any.whl", "https://h.example/demo-1.0%2Bcpu-py3-none-any.whl"),
            (
                "https://h.example/a b/demo-1.0-py3-none-any.whl?x=/",
                "https://h.example/a%20b/demo-1.0-py3-none-any.whl?x=/",
            ),
            ("a b#?/demo-1.0+cpu-py3-none-any.whl", &format!("{base}a%20b%23%3F/demo-1.0+cpu-py3-none-any.whl")),
        ] {
            assert_eq!(address(text), expected);
        }
    }

    #[cfg(unix)]
    const BASE: &str = "/base";
    #[cfg(windows)]
    const BASE: &str = r"C:\base";
}
