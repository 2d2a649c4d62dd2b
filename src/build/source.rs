//! Addresses of source code: a directory, an archive, or a git repository. Reads nothing.

use std::path::PathBuf;

use url::Url;

use crate::index::{file_name, fragment_digests};
use crate::vocab::{Digests, PackageName, SafePath, parse_version};

/// The address of source code, as the person named it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceAddress {
    pub kind: SourceKind,
    /// The directory of the project below the top of the source.
    pub subdirectory: Option<SafePath>,
}

/// The kinds of source code.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceKind {
    /// A `.tar.gz` or `.zip` file. The address has no fragment.
    Archive {
        url: Url,
        file: String,
        /// Bytes, if stated.
        size: Option<u64>,
        digests: Option<Digests>,
    },
    /// A repository and the full ID of a commit, which was found for the name of a branch or tag.
    Commit {
        url: Url,
        commit: String,
        requested: Option<String>,
    },
    Directory {
        path: PathBuf,
    },
    /// A repository, and a branch, tag or commit of it.
    Git {
        url: Url,
        revision: Option<String>,
    },
}

/// An address that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidSource {
    #[error("its hash cannot be verified")]
    Digest,
    #[error("it is neither a wheel, a `.tar.gz` or `.zip` archive, a directory, nor a git repository")]
    Kind,
    #[error("`{revision}` is not the name of a branch, tag or commit")]
    Revision { revision: String },
    #[error("its subdirectory is outside it")]
    Subdirectory,
}

/// The endings of wheels, and of archives that can be unpacked.
const WHEEL: &str = ".whl";
const ARCHIVES: &[&str] = &[".tar.gz", ".tgz", ".zip"];

impl SourceAddress {
    /// Parses an address; `None` for that of a wheel.
    ///
    /// # Errors
    /// When it is neither a wheel nor source code.
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidSource> {
        let repository = text.strip_prefix("git+");
        let mut url = Url::parse(repository.unwrap_or(text)).map_err(|_| InvalidSource::Kind)?;
        let fragment = url.fragment().unwrap_or_default().to_owned();
        url.set_fragment(None);
        let subdirectory = subdirectory(&fragment)?;
        if repository.is_some() {
            return Ok(Some(Self { kind: git(url)?, subdirectory }));
        }
        let file = file_name(url.as_str()).unwrap_or_default();
        let lower = file.to_ascii_lowercase();
        if lower.ends_with(WHEEL) {
            return Ok(None);
        }
        let is_archive = ARCHIVES.iter().any(|ending| lower.ends_with(ending));
        let kind = match url.scheme() {
            "file" | "http" | "https" if is_archive => {
                let digests = fragment_digests(&fragment);
                if digests.is_none() && fragment.split('&').any(|part| part.starts_with("sha")) {
                    return Err(InvalidSource::Digest);
                }
                SourceKind::Archive { url, file, size: None, digests }
            }
            // A host without a share is no path of Windows.
            "file" if url.path().trim_matches('/').is_empty() => return Err(InvalidSource::Kind),
            "file" => SourceKind::Directory { path: url.to_file_path().map_err(|()| InvalidSource::Kind)? },
            _ => return Err(InvalidSource::Kind),
        };
        Ok(Some(Self { kind, subdirectory }))
    }

    /// The package that the name of an archive states (PEP 625).
    pub fn stated_name(&self) -> Option<PackageName> {
        let SourceKind::Archive { file, .. } = &self.kind else { return None };
        let lower = file.to_ascii_lowercase();
        let stem = ARCHIVES.iter().find_map(|ending| lower.strip_suffix(ending))?;
        let (name, version) = stem.rsplit_once('-')?;
        parse_version(version).ok()?;
        name.parse().ok()
    }
}

/// A repository: the revision follows the last `@` of the path, as in pip.
fn git(mut url: Url) -> Result<SourceKind, InvalidSource> {
    // `ext::` and other helpers of git run programs.
    if !matches!(url.scheme(), "file" | "git" | "http" | "https" | "ssh") {
        return Err(InvalidSource::Kind);
    }
    let path = url.path().to_owned();
    let Some((repository, revision)) = path.rsplit_once('@') else {
        return Ok(SourceKind::Git { url, revision: None });
    };
    let revision = percent_encoding::percent_decode_str(revision).decode_utf8_lossy().into_owned();
    let is_option = revision.starts_with('-');
    if revision.is_empty() || is_option || revision.contains(|c: char| c.is_whitespace() || c.is_control() || c == ':')
    {
        return Err(InvalidSource::Revision { revision });
    }
    url.set_path(repository);
    Ok(SourceKind::Git { url, revision: Some(revision) })
}

fn subdirectory(fragment: &str) -> Result<Option<SafePath>, InvalidSource> {
    let mut parts = fragment.split('&').filter_map(|part| part.strip_prefix("subdirectory="));
    let Some(path) = parts.next() else { return Ok(None) };
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    SafePath::parse(path.trim_end_matches('/')).map(Some).map_err(|_| InvalidSource::Subdirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SourceAddress {
        SourceAddress::parse(text).unwrap().unwrap()
    }

    #[test]
    fn a_repository_is_named_with_its_revision_and_subdirectory() {
        for (text, url, revision, subdirectory) in [
            ("git+https://h.example/a/b.git", "https://h.example/a/b.git", None, None),
            ("git+https://h.example/a@v1.0", "https://h.example/a", Some("v1.0"), None),
            ("git+ssh://git@h.example/a@fix/x#egg=a", "ssh://git@h.example/a", None, None),
            ("git+https://h.example/a@x#subdirectory=p/q", "https://h.example/a", Some("x"), Some("p/q")),
        ] {
            let SourceAddress { kind, subdirectory: found } = parsed(text);
            assert_eq!(found.map(|path| path.to_string()).as_deref(), subdirectory, "{text}");
            let SourceKind::Git { url: found, revision: of } = kind else { panic!("{text}") };
            assert_eq!(found.as_str(), url);
            // A slash in a revision: everything after the `@` of the path.
            assert_eq!(of.as_deref(), if text.contains("fix/x") { Some("fix/x") } else { revision });
        }
    }

    #[test]
    fn an_archive_states_its_package() {
        let name = |text: &str| parsed(text).stated_name().map(|name| name.to_string());
        assert_eq!(name("https://h.example/x/Some_demo-1.0.tar.gz?token=1").as_deref(), Some("some-demo"));
        assert_eq!(name("file:///x/a-b-1.0.post1.zip").as_deref(), Some("a-b"));
        assert_eq!(name("https://h.example/archive/v1.0.tar.gz"), None);
        assert_eq!(name("file:///C:/x/directory"), None);
    }

    #[test]
    fn what_is_neither_a_wheel_nor_source_code_is_refused() {
        assert_eq!(SourceAddress::parse("https://h.example/a-1.0-py3-none-any.whl"), Ok(None));
        for (text, expected) in [
            ("https://h.example/a-1.0.tar.xz", InvalidSource::Kind),
            ("https://h.example/a", InvalidSource::Kind),
            ("git+ext::sh -c x", InvalidSource::Kind),
            ("git+https://h.example/a@--upload-pack=x", InvalidSource::Revision { revision: "--upload-pack=x".into() }),
            ("git+https://h.example/a@", InvalidSource::Revision { revision: String::new() }),
            ("git+https://h.example/a#subdirectory=../x", InvalidSource::Subdirectory),
            ("https://h.example/a-1.0.zip#sha256=no", InvalidSource::Digest),
        ] {
            assert_eq!(SourceAddress::parse(text), Err(expected), "{text}");
        }
    }
}
