//! The header of a Linux executable: its dynamic loader, and the kind of ARM code in it.

use object::elf::{EF_ARM_VFP_FLOAT, EM_ARM, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, FileKind, ReadRef};

/// Properties of an executable.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Executable {
    /// The dynamic loader (`PT_INTERP`); `None` when the executable is linked statically.
    pub(super) loader: Option<String>,
    /// True for ARM code that does not pass floating-point numbers in floating-point registers.
    pub(super) soft_float: bool,
}

/// Reads the headers; `None` when the data is no ELF executable.
pub(super) fn read_executable<'data, R: ReadRef<'data>>(data: R) -> Option<Executable> {
    match FileKind::parse(data).ok()? {
        FileKind::Elf32 => read_headers::<FileHeader32<Endianness>, R>(data),
        FileKind::Elf64 => read_headers::<FileHeader64<Endianness>, R>(data),
        _ => None,
    }
}

fn read_headers<'data, H: FileHeader<Endian = Endianness>, R: ReadRef<'data>>(data: R) -> Option<Executable> {
    let header = H::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, data).ok()?;
    let loader = segments.iter().find_map(|segment| segment.interpreter(endian, data).ok().flatten());
    let is_arm = header.e_machine(endian) == EM_ARM;
    let hard_float = header.e_flags(endian).0 & EF_ARM_VFP_FLOAT.0 != 0;
    Some(Executable {
        loader: loader.map(|path| String::from_utf8_lossy(path).into_owned()),
        soft_float: is_arm && !hard_float,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_of_a_dynamic_executable_is_read() {
        let file = elf64(Some("/lib/ld-musl-x86_64.so.1"));
        let expected = Executable { loader: Some("/lib/ld-musl-x86_64.so.1".to_owned()), soft_float: false };
        assert_eq!(read_executable(file.as_slice()), Some(expected));
    }

    #[test]
    fn a_static_executable_has_no_loader() {
        let file = elf64(None);
        assert_eq!(read_executable(file.as_slice()), Some(Executable { loader: None, soft_float: false }));
    }

    #[test]
    fn hard_and_soft_float_arm_are_told_apart() {
        for (flags, soft_float) in [(0x0500_0400, false), (0x0500_0200, true)] {
            let file = elf32_arm(flags);
            assert_eq!(read_executable(file.as_slice()), Some(Executable { loader: None, soft_float }));
        }
    }

    #[test]
    fn what_is_no_elf_file_has_no_facts() {
        for data in [b"".as_slice(), b"#!/bin/sh\n", b"\x7fELF", b"MZ\x90\0"] {
            assert_eq!(read_executable(data), None);
        }
    }

    /// A little-endian x86-64 header with at most one program header, for the loader.
    fn elf64(loader: Option<&str>) -> Vec<u8> {
        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        file.extend([2_u16, 62].iter().flat_map(|word| word.to_le_bytes()));
        file.extend(1_u32.to_le_bytes());
        file.extend([0_u64, 64, 0].iter().flat_map(|word| word.to_le_bytes()));
        file.extend(0_u32.to_le_bytes());
        let count = u16::from(loader.is_some());
        file.extend([64_u16, 56, count, 64, 0, 0].iter().flat_map(|word| word.to_le_bytes()));
        if let Some(loader) = loader {
            let size = loader.len() as u64 + 1;
            file.extend([3_u32, 4].iter().flat_map(|word| word.to_le_bytes()));
            file.extend([120_u64, 0, 0, size, size, 1].iter().flat_map(|word| word.to_le_bytes()));
            file.extend(loader.bytes());
            file.push(0);
        }
        file
    }

    fn elf32_arm(flags: u32) -> Vec<u8> {
        let mut file = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        file.extend([2_u16, 40].iter().flat_map(|word| word.to_le_bytes()));
        file.extend([1_u32, 0, 0, 0, flags].iter().flat_map(|word| word.to_le_bytes()));
        file.extend([52_u16, 32, 0, 40, 0, 0].iter().flat_map(|word| word.to_le_bytes()));
        file
    }
}
