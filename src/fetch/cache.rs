//! Cache files with a checksum: a file that is damaged, truncated or of another format counts as absent.

use std::path::{Path, PathBuf};

use crate::host::{FileKind, Files};
use crate::vocab::Sha256;

/// One kind of cached content: a directory with a file for each key. If somebody else can write to it, it holds nothing,
/// and nothing is stored in it.
#[derive(Clone, Debug)]
pub(super) struct CacheBucket {
    files: Files,
    directory: Option<PathBuf>,
}

const FORMAT: &str = "kingbolt-cache-1";

impl CacheBucket {
    /// The bucket of a cache; without one, nothing is stored.
    pub(super) fn new(files: Files, cache_dir: Option<&Path>, kind: &str) -> Self {
        let usable = cache_dir.filter(|cache_dir| is_private(files, cache_dir, kind));
        Self { files, directory: usable.map(|cache_dir| cache_dir.join(kind)) }
    }

    /// The content stored under a key.
    pub(super) fn read(&self, key: &str) -> Option<Vec<u8>> {
        content(self.files.read_private(&self.directory.as_ref()?.join(key))?)
    }

    /// Stores content under a key. Failures are ignored: a cache is not needed for anything but speed.
    pub(super) fn write(&self, key: &str, content: &[u8]) {
        let bytes = [header(content).as_bytes(), content].concat();
        if let Some(directory) = &self.directory {
            let _ = self.files.write_unsynced(&directory.join(key), &bytes);
        }
    }

    /// Removes what is stored under a key.
    pub(super) fn remove(&self, key: &str) {
        if let Some(directory) = &self.directory {
            let _ = self.files.remove_file(&directory.join(key));
        }
    }
}

/// Returns true if only this user can change a directory of the cache, as far as they exist. A link in its place is nobody's.
pub(super) fn is_private(files: Files, cache_dir: &Path, kind: &str) -> bool {
    let is_absent_or_private = |path: &Path, kind: Option<FileKind>| kind.is_none() || files.is_private_directory(path);
    let directory = cache_dir.join(kind);
    match (files.kind(cache_dir), files.kind(&directory)) {
        (Ok(cache), Ok(kind @ (None | Some(FileKind::Directory)))) => {
            is_absent_or_private(cache_dir, cache) && is_absent_or_private(&directory, kind)
        }
        _ => false,
    }
}

/// Returns true for the bytes of a whole and undamaged file of the cache.
pub fn is_cached_file(bytes: Vec<u8>) -> bool {
    content(bytes).is_some()
}

fn content(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let content = bytes.split_off(end + 1);
    (bytes == header(&content).as_bytes()).then_some(content)
}

fn header(content: &[u8]) -> String {
    format!("{FORMAT} {}\n", Sha256::of(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_content_counts_as_absent() {
        let cache = tempfile::tempdir().unwrap();
        let bucket = CacheBucket::new(Files, Some(cache.path()), "pages");
        let path = cache.path().join("pages/six");
        assert_eq!(bucket.read("six"), None);
        bucket.write("six", b"two\nlines");
        assert_eq!(bucket.read("six"), Some(b"two\nlines".to_vec()));
        let whole = Files.read(&path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let other_format = String::from_utf8(whole.clone()).unwrap().replace("cache-1", "cache-2").into_bytes();
        for damaged in [&whole[..whole.len() - 1], &flipped, &whole[..10], b"", &other_format] {
            Files.write_unsynced(&path, damaged).unwrap();
            assert_eq!(bucket.read("six"), None);
        }
    }

    #[test]
    fn a_cache_that_cannot_be_written_does_no_harm() {
        let cache = tempfile::tempdir().unwrap();
        Files.write_unsynced(&cache.path().join("pages"), b"a file").unwrap();
        let bucket = CacheBucket::new(Files, Some(cache.path()), "pages");
        bucket.write("six", b"x");
        assert_eq!(bucket.read("six"), None);
    }
}
