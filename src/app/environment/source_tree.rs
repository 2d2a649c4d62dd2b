//! The files of source code: a directory where it is, or an archive or a repository in the room of a build.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use url::Url;

use crate::app::error::AppError;
use crate::app::state::OnlineContext;
use crate::build::{BuildError, Room, SourceAddress, SourceKind, Target, checkout, unpack_archive};
use crate::fetch::LONGEST_WHEEL;
use crate::host::network::Request as NetworkRequest;
use crate::host::{FileError, NetworkError};
use crate::resolve::{HashPolicy, ResolveError};
use crate::vocab::{Address, Checksum, Digest, Digests, DirectKind, DirectReference, DirectSource};

use super::builds::Builds;

/// A source tree on disk.
pub(super) struct SourceTree {
    pub(super) directory: PathBuf,
    pub(super) direct: DirectReference,
}

/// The size in bytes and the digests that are stated for an archive.
struct Stated<'a> {
    size: Option<u64>,
    digests: Option<&'a Digests>,
}

/// Fetches source code.
///
/// # Errors
/// Also when its hash is not the stated one, or when nobody states a hash and the request needs one.
pub(super) fn fetch_tree(
    builds: &Builds<'_>,
    source: &SourceAddress,
    target: Target,
    room: &Room,
) -> Result<SourceTree, AppError> {
    let context = builds.context;
    let host = context.local.host;
    let (directory, url, kind) = match &source.kind {
        SourceKind::Directory { path } => {
            let url =
                Url::from_file_path(path).map_or_else(|()| Address::from(path.display().to_string()), Address::from);
            (path.clone(), url, DirectKind::Directory { editable: target == Target::Editable })
        }
        SourceKind::Git { url, revision } => {
            check_policy(builds.hashes, url, &Address::from(url).to_string())?;
            let commit = checkout(host, url, revision.as_deref(), &room.source())?;
            let kind = DirectKind::Git { commit, revision: revision.clone() };
            (room.source(), Address::from(url).without_secrets(), kind)
        }
        SourceKind::Commit { url, commit, requested } => {
            let found = checkout(host, url, Some(commit), &room.source())?;
            if found != *commit {
                return Err(BuildError::OtherCommit { expected: commit.clone(), found }.into());
            }
            let kind = DirectKind::Git { commit: found, revision: requested.clone() };
            (room.source(), Address::from(url).without_secrets(), kind)
        }
        SourceKind::Archive { url, file, size, digests } => {
            if digests.is_none() {
                check_policy(builds.hashes, url, file)?;
            }
            let stated = Stated { size: *size, digests: digests.as_ref() };
            let (archive, digest) = fetch_archive(context, url, file, &stated, room)?;
            unpack_archive(host, archive, file, &room.source())?;
            (room.source(), Address::from(url).without_secrets(), DirectKind::Archive { digest })
        }
    };
    let source = Some(DirectSource { kind, subdirectory: source.subdirectory.clone() });
    Ok(SourceTree { directory, direct: DirectReference { url, source } })
}

/// The directory of the project in a source tree.
pub(super) fn project(tree: &Path, source: &SourceAddress) -> PathBuf {
    source.subdirectory.as_ref().map_or_else(|| tree.to_owned(), |path| path.below(tree))
}

/// Refuses files from a server of which nobody states a hash, as those of wheels.
fn check_policy(hashes: HashPolicy, url: &Url, file: &str) -> Result<(), AppError> {
    let file = || file.to_owned();
    let refused = match (hashes, url.scheme()) {
        (_, "file") | (HashPolicy::AllowUnhashed, _) => return Ok(()),
        (HashPolicy::Require, _) => ResolveError::MissingDigest { file: file() },
        (HashPolicy::OverHttps, "http" | "git") => ResolveError::UnhashedOverHttp { file: file() },
        (HashPolicy::OverHttps, _) => return Ok(()),
    };
    Err(Box::new(refused).into())
}

/// A copy of an archive that no other process can change, and its digest.
fn fetch_archive(
    context: &OnlineContext<'_>,
    url: &Url,
    file: &str,
    stated: &Stated<'_>,
    room: &Room,
) -> Result<(File, Digest), AppError> {
    let host = context.local.host;
    let path = match url.to_file_path() {
        Ok(path) if url.scheme() == "file" => path,
        _ => download(context, url, file, &room.archive())?,
    };
    let (mut checksum, mut size) = (Checksum::new(stated.digests), 0);
    let mut original = host.files.open(&path)?;
    let copy =
        host.files.copy_private::<AppError>(&mut original, &path, &room.temporary(), &host.interrupt, |block| {
            checksum.update(block);
            size += block.len() as u64;
        })?;
    if let Some(expected) = stated.size.filter(|expected| *expected != size) {
        return Err(AppError::WrongFileSize { file: file.to_owned(), expected, got: size });
    }
    match checksum.check() {
        Ok(sha256) => Ok((copy, sha256.into())),
        Err(mismatch) => {
            Err(AppError::WrongFile { file: file.to_owned(), expected: mismatch.expected, got: mismatch.found })
        }
    }
}

fn download(context: &OnlineContext<'_>, url: &Url, file: &str, path: &Path) -> Result<PathBuf, AppError> {
    let failed = |source| AppError::SourceDownload { file: file.to_owned(), source };
    let connection = context.network.connection();
    let mut response = connection.get(&NetworkRequest::new(url.as_str())).map_err(failed)?;
    let mut target = context.local.host.files.create_new(path, 0o600)?;
    let mut length = 0;
    while let Some(chunk) = response.chunk().map_err(failed)? {
        length += chunk.len() as u64;
        if length > LONGEST_WHEEL {
            return Err(failed(NetworkError::BodyTooLong { url: response.url(), limit: LONGEST_WHEEL }));
        }
        let not_written = |source| FileError { act: "write", path: path.to_owned(), source };
        target.write_all(&chunk).map_err(not_written)?;
    }
    Ok(path.to_owned())
}
