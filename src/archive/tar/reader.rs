//! Reads the members of an archive, one after the other.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};

use super::limited::Limited;
use super::links::Links;
use super::names::{NameCase, NameKind, Names};
use super::{Member, MemberKind, TarError, TarRule};

/// The longest extended header. It states a name, a link and times.
const EXTENDED_HEADER: u64 = 1 << 20;

/// Passes each member of a `.tar.gz` file to a function. It must not trust what it was passed before this returns.
///
/// Symbolic links come last, because they may lead to files that follow them.
///
/// # Errors
/// Names the first [`TarRule`] that the archive breaks, or returns the function's own error.
pub fn read_tar_gz<E: From<TarError>>(
    stream: impl Read,
    packed_size: u64,
    take: &mut dyn FnMut(Member<'_>) -> Result<(), E>,
) -> Result<(), E> {
    read_tar(Limited::new(MultiGzDecoder::new(stream), packed_size), NameCase::of_system(), take)
}

/// The same for an archive that is not compressed.
pub(super) fn read_tar<E: From<TarError>>(
    stream: impl Read,
    case: NameCase,
    take: &mut dyn FnMut(Member<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut archive = Archive::new(stream);
    let (mut names, mut extended, mut links) = (Names::new(case), Extended::default(), Links::default());
    let mut is_empty = true;
    for entry in archive.entries().map_err(TarError::from)?.raw(true) {
        let mut entry = entry.map_err(TarError::from)?;
        names.count().map_err(TarError::from)?;
        if extended.read(&mut entry)? {
            continue;
        }
        is_empty = false;
        let name = extended.name(&entry)?;
        let refused = |rule| TarError::entry(&name, rule);
        if extended.size.is_some_and(|size| entry.header().size().ok() != Some(size)) {
            return Err(refused(TarRule::Sizes).into());
        }
        let kind = kind_of(&entry).map_err(refused)?;
        let name_kind = if kind == Kind::Directory { NameKind::Directory } else { NameKind::File };
        if kind == Kind::SymbolicLink {
            links.add(name.clone(), extended.link(&entry)?);
        } else if let Some(path) = names.add(&name, name_kind).map_err(refused)? {
            let kind = match kind {
                Kind::Directory => MemberKind::Directory,
                Kind::Executable => MemberKind::Executable,
                Kind::File => MemberKind::File,
                Kind::HardLink | Kind::SymbolicLink => {
                    MemberKind::HardLink { target: names.hard_link_target(&extended.link(&entry)?).map_err(refused)? }
                }
            };
            take(Member { path, kind, content: &mut entry })?;
        }
        extended = Extended::default();
    }
    if is_empty {
        return Err(TarError::from(TarRule::Empty).into());
    }
    check_end(archive.into_inner())?;
    for (path, target) in links.resolve(&mut names)? {
        take(Member { path, kind: MemberKind::SymbolicLink { target }, content: &mut io::empty() })?;
    }
    Ok(())
}

/// The headers that precede an entry and state what its own header has no room for.
#[derive(Debug, Default)]
struct Extended {
    name: Option<String>,
    link: Option<String>,
    size: Option<u64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Directory,
    Executable,
    File,
    HardLink,
    SymbolicLink,
}

impl Extended {
    /// Reads an extended header; false if the entry is none.
    fn read(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<bool, TarError> {
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName => self.name = Some(terminated(&header_content(entry)?)?),
            EntryType::GNULongLink => self.link = Some(terminated(&header_content(entry)?)?),
            EntryType::XHeader => self.read_pax(&header_content(entry)?)?,
            // It states the commit of an archive of `git archive`, and what it says of files only `git` would know.
            EntryType::XGlobalHeader => drop(header_content(entry)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn read_pax(&mut self, content: &[u8]) -> Result<(), TarError> {
        for record in PaxExtensions::new(content) {
            let record = record.map_err(|_| TarRule::ExtendedHeader)?;
            let value = || record.value().map(str::to_owned).map_err(|_| TarError::from(TarRule::NameEncoding));
            match record.key_bytes() {
                b"path" => self.name = Some(value()?),
                b"linkpath" => self.link = Some(value()?),
                b"size" => self.size = Some(value()?.parse().map_err(|_| TarRule::ExtendedHeader)?),
                key if key.starts_with(b"GNU.sparse") => return Err(TarRule::Special.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn name(&self, entry: &Entry<'_, impl Read>) -> Result<String, TarError> {
        match &self.name {
            Some(name) => Ok(name.clone()),
            None => text(&entry.path_bytes()),
        }
    }

    fn link(&self, entry: &Entry<'_, impl Read>) -> Result<String, TarError> {
        match &self.link {
            Some(link) => Ok(link.clone()),
            None => text(&entry.link_name_bytes().unwrap_or_default()),
        }
    }
}

fn kind_of(entry: &Entry<'_, impl Read>) -> Result<Kind, TarRule> {
    let header = entry.header();
    let mode = header.mode().map_err(|_| TarRule::Damaged { reason: "its mode is no number".to_owned() })?;
    Ok(match header.entry_type() {
        // Before POSIX, the slash alone showed a directory.
        EntryType::Regular if entry.path_bytes().ends_with(b"/") => Kind::Directory,
        EntryType::Regular | EntryType::Continuous if mode & 0o100 != 0 => Kind::Executable,
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Directory,
        EntryType::Link => Kind::HardLink,
        EntryType::Symlink => Kind::SymbolicLink,
        _ => return Err(TarRule::Special),
    })
}

fn header_content(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, TarError> {
    if entry.size() > EXTENDED_HEADER {
        return Err(TarRule::ExtendedHeaderTooLong { limit: EXTENDED_HEADER }.into());
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content)?;
    Ok(content)
}

/// The text of a GNU header, which ends with a NUL.
fn terminated(content: &[u8]) -> Result<String, TarError> {
    text(content.strip_suffix(b"\0").unwrap_or(content))
}

fn text(bytes: &[u8]) -> Result<String, TarError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(TarError::entry(&String::from_utf8_lossy(bytes), TarRule::NameEncoding)),
    }
}

/// Reads the rest of the stream: only padding follows the end, and the checksum of the compressed data is right.
fn check_end(mut stream: impl Read) -> Result<(), TarError> {
    let mut block = [0; 8192];
    loop {
        match stream.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(read) if block[..read].iter().any(|byte| *byte != 0) => return Err(TarRule::TrailingBytes.into()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}
