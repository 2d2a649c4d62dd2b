//! Reads whole files, up to a limit: anybody may have written them, and none of them may fill the memory.

use std::io::{self, Read};
use std::path::Path;

use super::Files;
use super::file_error::{FileError, failed, is_absent};
use super::files::open_now;

/// The most bytes of a file that is read whole, where no lower limit is known: far more than the longest RECORD.
const LONGEST: u64 = 64 << 20;

impl Files {
    /// Reads a whole file; one of more than 64 MiB is refused.
    pub fn read(self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.read_at_most(path, LONGEST)
    }

    /// Reads a whole file as text; one of more than 64 MiB is refused.
    pub fn read_text(self, path: &Path) -> Result<String, FileError> {
        self.read_text_at_most(path, LONGEST)
    }

    /// Reads a whole file; `None` when there is none. One of more than 64 MiB is refused.
    pub fn read_if_present(self, path: &Path) -> Result<Option<Vec<u8>>, FileError> {
        self.read_if_present_at_most(path, LONGEST)
    }

    /// Reads a whole file; one of more than `limit` bytes is refused.
    pub fn read_at_most(self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        read_at_most(path, limit).map_err(failed("read", path))
    }

    /// Reads a whole file as text; one of more than `limit` bytes is refused.
    pub fn read_text_at_most(self, path: &Path, limit: u64) -> Result<String, FileError> {
        read_at_most(path, limit).and_then(text_of).map_err(failed("read", path))
    }

    /// Reads a whole file; `None` when there is none. One of more than `limit` bytes is refused.
    pub fn read_if_present_at_most(self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        match read_at_most(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(failed("read", path)(source)),
        }
    }
}

/// Reads a file that may be longer than it says, or grow.
fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_limited(open_now(path)?, limit)
}

/// Reads to the end, and refuses more than `limit` bytes.
pub(super) fn read_limited(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {limit} bytes")));
    }
    Ok(bytes)
}

/// The bytes as text.
pub(super) fn text_of(bytes: Vec<u8>) -> io::Result<String> {
    let invalid = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
    String::from_utf8(bytes).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit_and_refused_above_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        assert_eq!(Files.read_if_present_at_most(&path, 4).unwrap(), None);
        Files.write_new(&path, b"four", 0o600).unwrap();
        assert_eq!(Files.read_at_most(&path, 4).unwrap(), b"four");
        assert_eq!(Files.read_text_at_most(&path, 4).unwrap(), "four");
        assert_eq!(Files.read_if_present_at_most(&path, 4).unwrap(), Some(b"four".to_vec()));
        let error = Files.read_text_at_most(&path, 3).unwrap_err();
        assert_eq!(error.source.to_string(), "it is longer than 3 bytes");
    }

    #[test]
    fn a_file_without_a_limit_of_its_own_has_64_mebibytes_at_most() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        let file = Files.create_new(&path, 0o600).unwrap();
        file.set_len(64 << 20).unwrap();
        assert_eq!(Files.read(&path).unwrap().len(), 64 << 20);
        assert_eq!(Files.read_text(&path).unwrap().len(), 64 << 20);
        assert_eq!(Files.read_if_present(&path).unwrap().map(|bytes| bytes.len()), Some(64 << 20));
        file.set_len((64 << 20) + 1).unwrap();
        let longer = "it is longer than 67108864 bytes";
        assert_eq!(Files.read(&path).unwrap_err().source.to_string(), longer);
        assert_eq!(Files.read_text(&path).unwrap_err().source.to_string(), longer);
        assert_eq!(Files.read_if_present(&path).unwrap_err().source.to_string(), longer);
    }
}
