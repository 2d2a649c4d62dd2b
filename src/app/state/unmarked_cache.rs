//! Recognizes a cache without a marker, as version 0.1.0 wrote it. A directory of somebody else must never count as one, so
//! that both the names of all files and the content of one have to be those of a cache.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::fetch::is_cached_file;
use crate::host::{FileKind, Host, is_staged};
use crate::python::is_cached_interpreter;

use super::marker::Ownership;

/// The digits of a SHA-256.
const SHA256: usize = 64;

/// The kinds of names beside plain SHA-256, with the digits of their digests.
const ALGORITHMS: &[(&str, usize)] = &[("path", SHA256), ("sha384", 96), ("sha512", 128), ("url", SHA256)];

/// The most bytes of a file that is looked at. Pages of the largest projects have 30 MB.
const LONGEST: u64 = 64 << 20;

/// The owner of the directories of a cache.
pub(super) fn ownership(host: &Host, buckets: &[PathBuf]) -> Result<Ownership, AppError> {
    let (mut first, mut has_evidence) = (None, false);
    for bucket in buckets {
        for entry in host.files.list(bucket)? {
            if host.files.kind(&entry)? != Some(FileKind::File) || !is_cached(&entry) {
                return Ok(Ownership::Theirs { entry });
            }
            has_evidence = has_evidence || is_evidence(host, &entry);
            first = first.or(Some(entry).filter(|entry| !is_lock(entry)));
        }
    }
    Ok(match first {
        None => Ownership::Empty,
        Some(_) if has_evidence => Ownership::Ours,
        Some(entry) => Ownership::Theirs { entry },
    })
}

/// Returns true for a file that has the name and the directory of one of the cache's.
pub(in crate::app) fn is_cached(path: &Path) -> bool {
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let (bucket, name) = (path.parent().map(name).unwrap_or_default(), name(path));
    let is_named = match bucket.as_str() {
        "downloads" => match name.rsplit_once('.') {
            Some((key, "etag" | "lock" | "part")) => is_key(key),
            Some(_) | None => false,
        },
        "interpreters" => name.strip_suffix(".json").is_some_and(|key| is_hexadecimal(key, SHA256)),
        "metadata" => is_key(&name),
        "pages" => is_hexadecimal(&name, SHA256),
        _ => false,
    };
    is_named || is_lock(path) || is_staged(path)
}

/// Returns true for the lock of all downloads. Any program may have a file of that name.
fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".lock")
        && path.parent().is_some_and(|parent| parent.ends_with("downloads"))
}

/// Returns true for a file that nobody else writes.
fn is_evidence(host: &Host, path: &Path) -> bool {
    let Ok(bytes) = host.files.read_at_most(path, LONGEST) else { return false };
    match path.parent().and_then(Path::file_name).and_then(|name| name.to_str()) {
        Some("interpreters") => is_cached_interpreter(&bytes),
        Some("metadata" | "pages") => is_cached_file(bytes),
        Some(_) | None => false,
    }
}

/// Returns true for a digest, with its algorithm or for a SHA-256 without, as in the names of downloads.
fn is_key(name: &str) -> bool {
    match name.split_once('-') {
        None => is_hexadecimal(name, SHA256),
        Some((algorithm, digest)) => {
            ALGORITHMS.iter().any(|(name, digits)| *name == algorithm && is_hexadecimal(digest, *digits))
        }
    }
}

fn is_hexadecimal(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_files_are_known_by_their_names_and_directories() {
        let digest = "0123456789abcdef".repeat(4);
        let sha384 = "0123456789abcdef".repeat(6);
        for name in [
            format!("downloads/{digest}.part"),
            format!("downloads/url-{digest}.etag"),
            format!("downloads/sha384-{sha384}.lock"),
            "downloads/.lock".to_owned(),
            format!("interpreters/{digest}.json"),
            format!("metadata/{digest}"),
            format!("metadata/sha384-{sha384}"),
            format!("pages/{digest}"),
        ] {
            assert!(is_cached(Path::new(&name)), "{name}");
        }
        for name in [
            "pages/thesis.tex".to_owned(),
            format!("downloads/x-{}", &digest[..32]),
            format!("downloads/{digest}"),
            format!("downloads/sha512-{digest}.part"),
            format!("downloads/photo-{digest}.part"),
            format!("pages/{digest}.json"),
            format!("pages/{}", digest.to_uppercase()),
            "pages/.lock".to_owned(),
            format!("interpreters/{digest}"),
            format!("Documents/{digest}"),
            String::new(),
        ] {
            assert!(!is_cached(Path::new(&name)), "{name}");
        }
    }
}
