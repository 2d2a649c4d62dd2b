//! Unpacks and checks the content of entries.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{Crc, DecompressionError, Decompressor};

use super::entry::{Entry, Method};
use super::local::{self, HEADER_SIZE, Local, Width};
use super::{Archive, ArchiveError, Rule, Source, limits};

/// The buffers of one worker that unpacks entries.
pub struct Unpacker {
    /// All bytes of an entry in the archive, or a chunk of them.
    packed: Vec<u8>,
    plain: Vec<u8>,
    whole: Decompressor,
}

impl Unpacker {
    pub fn new() -> Self {
        Self { packed: Vec::new(), plain: Vec::new(), whole: Decompressor::new() }
    }

    /// Passes an entry's content to the sink, in one piece or many, and checks the entry against its local header, its
    /// sizes and its CRC-32. The sink must not trust the content before this returns.
    ///
    /// # Errors
    /// Names the first [`Rule`] that the entry breaks, or returns the sink's own error.
    pub fn unpack<S: Source, E: From<ArchiveError>>(
        &mut self,
        archive: &Archive<S>,
        entry: &Entry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.unpack_from(archive.source(), entry, sink)
    }

    fn unpack_from<E: From<ArchiveError>>(
        &mut self,
        source: &impl Source,
        entry: &Entry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // If no sizes precede the data, streaming readers take the end of the deflate stream for its end. Only the
        // streaming decoder reports where that is.
        let large = (entry.end - entry.start).max(entry.size) > limits::WHOLE;
        if large || (entry.has_descriptor() && entry.method == Method::Deflate) {
            self.unpack_stream(source, entry, sink)
        } else {
            let content = self.unpack_whole(source, entry).map_err(E::from)?;
            sink(content)
        }
    }

    fn unpack_whole(&mut self, source: &impl Source, entry: &Entry) -> Result<&[u8], ArchiveError> {
        let named = |rule| ArchiveError::entry(entry.path.as_str(), rule);
        let packed = filled(&mut self.packed, source, entry.start, entry.end - entry.start)?;
        let local = local::check_header(entry, packed).map_err(named)?;
        let (data, descriptor) = packed
            .get(local.size..)
            .and_then(|rest| rest.split_at_checked(length(entry.compressed_size)))
            .ok_or_else(|| named(Rule::Overlap))?;
        local::check_descriptor(entry, local.width, descriptor).map_err(named)?;
        let content = match entry.method {
            Method::Deflate => inflated(&mut self.whole, data, sized(&mut self.plain, entry.size)).map_err(named)?,
            Method::Stored => data,
        };
        if libdeflater::crc32(content) != entry.crc32 {
            return Err(named(Rule::Crc32));
        }
        Ok(content)
    }

    fn unpack_stream<E: From<ArchiveError>>(
        &mut self,
        source: &impl Source,
        entry: &Entry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let named = |rule| ArchiveError::entry(entry.path.as_str(), rule);
        let Local { size, width } = self.local(source, entry)?;
        let start = entry.start + size as u64;
        if start.checked_add(entry.compressed_size).is_none_or(|end| end > entry.end) {
            return Err(named(Rule::Overlap).into());
        }
        self.check_descriptor(source, entry, start + entry.compressed_size, width)?;
        let mut crc32 = Crc::new();
        let mut checked = |chunk: &[u8]| {
            crc32.update(chunk);
            sink(chunk)
        };
        match entry.method {
            Method::Deflate => self.inflate_stream(source, entry, start, &mut checked)?,
            Method::Stored => self.copy_stream(source, entry, start, &mut checked)?,
        }
        if crc32.sum() != entry.crc32 {
            return Err(named(Rule::Crc32).into());
        }
        Ok(())
    }

    fn local(&mut self, source: &impl Source, entry: &Entry) -> Result<Local, ArchiveError> {
        let named = |rule| ArchiveError::entry(entry.path.as_str(), rule);
        let mut fixed = [0; HEADER_SIZE];
        source.read_exact_at(&mut fixed, entry.start)?;
        let size = (HEADER_SIZE + local::variable_size(&fixed)) as u64;
        if size > entry.end - entry.start {
            return Err(named(Rule::LocalHeader));
        }
        let header = filled(&mut self.packed, source, entry.start, size)?;
        local::check_header(entry, header).map_err(named)
    }

    fn check_descriptor(
        &mut self,
        source: &impl Source,
        entry: &Entry,
        start: u64,
        width: Width,
    ) -> Result<(), ArchiveError> {
        let named = |rule| ArchiveError::entry(entry.path.as_str(), rule);
        let size = entry.end - start;
        if size > limits::CHUNK as u64 {
            return Err(named(Rule::Gap));
        }
        let descriptor = filled(&mut self.packed, source, start, size)?;
        local::check_descriptor(entry, width, descriptor).map_err(named)
    }

    fn inflate_stream<E: From<ArchiveError>>(
        &mut self,
        source: &impl Source,
        entry: &Entry,
        start: u64,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let refused = |rule| E::from(ArchiveError::entry(entry.path.as_str(), rule));
        let mut inflate = Decompress::new(false);
        let plain = sized(&mut self.plain, limits::CHUNK as u64);
        loop {
            let position = inflate.total_in();
            let size = (entry.compressed_size - position).min(limits::CHUNK as u64);
            let mut packed = filled(&mut self.packed, source, start + position, size).map_err(E::from)?;
            loop {
                let (read, written) = (inflate.total_in(), inflate.total_out());
                let status = inflate.decompress(packed, plain, FlushDecompress::None);
                let status = status.map_err(|_| refused(Rule::Damaged))?;
                packed = &packed[length(inflate.total_in() - read)..];
                let produced = length(inflate.total_out() - written);
                if inflate.total_out() > entry.size {
                    return Err(refused(Rule::UnpackedSize));
                }
                sink(&plain[..produced])?;
                match status {
                    Status::StreamEnd if inflate.total_in() != entry.compressed_size => {
                        return Err(refused(Rule::CompressedSize));
                    }
                    Status::StreamEnd if inflate.total_out() != entry.size => return Err(refused(Rule::UnpackedSize)),
                    Status::StreamEnd => return Ok(()),
                    Status::Ok | Status::BufError if produced == plain.len() => {}
                    Status::Ok | Status::BufError if inflate.total_in() == entry.compressed_size => {
                        return Err(refused(Rule::Damaged));
                    }
                    Status::Ok | Status::BufError => break,
                }
            }
        }
    }

    fn copy_stream<E: From<ArchiveError>>(
        &mut self,
        source: &impl Source,
        entry: &Entry,
        start: u64,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut copied = 0;
        while copied < entry.size {
            let size = (entry.size - copied).min(limits::CHUNK as u64);
            sink(filled(&mut self.packed, source, start + copied, size).map_err(E::from)?)?;
            copied += size;
        }
        Ok(())
    }
}

impl<S: Source> Archive<S> {
    /// Reads the content of an entry into memory, with a single read of the source.
    ///
    /// # Errors
    /// Names the first [`Rule`] that the entry breaks; [`Rule::TooLong`] if it has more bytes than the limit, compressed
    /// or not.
    pub fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let named = |rule| ArchiveError::entry(entry.path.as_str(), rule);
        if entry.size.max(entry.compressed_size) > limit {
            return Err(named(Rule::TooLong { limit }));
        }
        let packed_size = entry.end - entry.start;
        if packed_size - entry.compressed_size > local::LONGEST_FRAME {
            return Err(named(Rule::Gap));
        }
        let mut packed = Segment { start: entry.start, bytes: vec![0; length(packed_size)] };
        self.source().read_exact_at(&mut packed.bytes, entry.start)?;
        let mut content = Vec::new();
        Unpacker::new().unpack_from(&packed, entry, &mut |chunk| {
            content.extend_from_slice(chunk);
            Ok::<_, ArchiveError>(())
        })?;
        Ok(content)
    }
}

/// A part of an archive that was read into memory.
struct Segment {
    start: u64,
    bytes: Vec<u8>,
}

impl Source for Segment {
    fn size(&self) -> u64 {
        self.start + self.bytes.size()
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let position = position.checked_sub(self.start).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.bytes.read_exact_at(buffer, position)
    }
}

impl Default for Unpacker {
    fn default() -> Self {
        Self::new()
    }
}

fn inflated<'a>(decompressor: &mut Decompressor, data: &[u8], plain: &'a mut [u8]) -> Result<&'a [u8], Rule> {
    match decompressor.deflate_decompress(data, plain) {
        Ok(size) if size == plain.len() => Ok(plain),
        Ok(_) | Err(DecompressionError::InsufficientSpace) => Err(Rule::UnpackedSize),
        Err(DecompressionError::BadData) => Err(Rule::Damaged),
    }
}

/// Fills the buffer from the source, after growing it if needed.
fn filled<'a>(
    buffer: &'a mut Vec<u8>,
    source: &impl Source,
    position: u64,
    size: u64,
) -> Result<&'a [u8], ArchiveError> {
    let buffer = sized(buffer, size);
    source.read_exact_at(buffer, position)?;
    Ok(buffer)
}

/// The first bytes of the buffer, after growing it if needed. It never shrinks: clearing it for every entry would cost
/// more than unpacking the entry.
fn sized(buffer: &mut Vec<u8>, size: u64) -> &mut [u8] {
    let size = length(size);
    if buffer.len() < size {
        buffer.resize(size, 0);
    }
    &mut buffer[..size]
}

/// A size in memory. All sizes here are at most those of a chunk, of a small entry or of one within a limit.
fn length(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
