//! Archives as builders write them, and as attackers would.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::limited::Limited;
use super::names::NameCase;
use super::reader::read_tar;
use super::{Member, MemberKind, TarError, read_tar_gz};

/// An entry of a test's archive: kind, name, target of a link or content, mode.
type Sample<'a> = (EntryType, &'a str, &'a str, u32);

#[test]
fn files_directories_and_links_are_read_below_the_one_directory() {
    let archive = tar(&[
        (EntryType::Directory, "demo-1.0/", "", 0o755),
        (EntryType::Regular, "demo-1.0/setup.py", "run", 0o644),
        (EntryType::Regular, "./demo-1.0/bin/go", "go", 0o755),
        (EntryType::Link, "demo-1.0/hard", "demo-1.0/bin/go", 0o644),
        (EntryType::Symlink, "demo-1.0/docs/soft", "../late.txt", 0o777),
        (EntryType::Regular, "demo-1.0/late.txt", "late", 0o600),
    ]);
    let expected = [
        "setup.py: file run",
        "bin/go: executable go",
        "hard: hard link to bin/go",
        "late.txt: file late",
        "docs/soft: symbolic link to late.txt",
    ];
    assert_eq!(members(&archive).unwrap(), expected);
    assert_eq!(members_of_gz(&gz(&archive)).unwrap(), expected);
}

#[test]
fn long_names_are_read_from_both_kinds_of_extended_headers() {
    let long = format!("demo-1.0/{}/file", "directory".repeat(20));
    let expected = format!("{}: file x", long.strip_prefix("demo-1.0/").unwrap());
    assert_eq!(members(&tar(&[(EntryType::Regular, &long, "x", 0o644)])).unwrap(), [expected.as_str()]);
    let mut builder = Builder::new(Vec::new());
    builder.append_pax_extensions([("path", long.as_bytes()), ("mtime", b"1.5".as_slice())]).unwrap();
    builder.append(&header(EntryType::Regular, "demo-1.0/short", 1, 0o644), b"x".as_slice()).unwrap();
    assert_eq!(members(&builder.into_inner().unwrap()).unwrap(), [expected.as_str()]);
}

#[test]
fn names_and_links_that_leave_the_archive_are_refused() {
    const FILE: Sample<'static> = (EntryType::Regular, "demo/a", "", 0o644);
    for (entry, expected) in [
        ((EntryType::Regular, "/etc/passwd", ""), "its name is unsafe: it is absolute"),
        ((EntryType::Regular, "demo/../x", ""), "its name is unsafe: it has a component `.` or `..`"),
        ((EntryType::Regular, "other/x", ""), "it lies outside the directory \"demo\" of the first entry"),
        ((EntryType::Regular, "demo/a\\b", ""), "its name is unsafe: it contains a backslash"),
        ((EntryType::Regular, "demo/a", ""), "another entry has the same name"),
        ((EntryType::Regular, "demo/a/b", ""), "it is a file where another entry needs a directory"),
        ((EntryType::Regular, "demo", ""), "it is a file where another entry needs a directory"),
        ((EntryType::Symlink, "demo/l", "/etc/passwd"), "its link leads out of the archive"),
        ((EntryType::Symlink, "demo/l", "../../x"), "its link leads out of the archive"),
        ((EntryType::Symlink, "demo/l", "C:x"), "its link leads out of the archive"),
        ((EntryType::Symlink, "demo/l", "l"), "its link does not lead to a file of the archive"),
        ((EntryType::Symlink, "demo/l", "absent"), "its link does not lead to a file of the archive"),
        ((EntryType::Symlink, "demo/l", "a/../a"), "its link does not lead to a file of the archive"),
        ((EntryType::Symlink, "demo/l", "a/"), "its link does not lead to a file of the archive"),
        ((EntryType::Symlink, "demo/l", "../demo/a"), "its link leads out of the archive"),
        ((EntryType::Symlink, "demo/a/l", "../a"), "it is a file where another entry needs a directory"),
        ((EntryType::Link, "demo/l", "/etc/passwd"), "its link leads out of the archive"),
        ((EntryType::Link, "demo/l", "demo/../../x"), "its link leads out of the archive"),
        ((EntryType::Link, "demo/l", "demo/later"), "its link does not lead to a file of the archive"),
        ((EntryType::Char, "demo/null", ""), "it is neither a file nor a directory nor a link"),
        ((EntryType::Block, "demo/sda", ""), "it is neither a file nor a directory nor a link"),
        ((EntryType::Fifo, "demo/pipe", ""), "it is neither a file nor a directory nor a link"),
        ((EntryType::GNUSparse, "demo/sparse", ""), "it is neither a file nor a directory nor a link"),
    ] {
        let (kind, name, content) = entry;
        let error = members(&tar(&[FILE, (kind, name, content, 0o644)])).unwrap_err();
        assert_eq!(error, format!("entry {name:?} of the archive is invalid: {expected}"));
    }
}

#[test]
fn links_to_links_lead_to_one_file() {
    let archive = tar(&[
        (EntryType::Symlink, "python/bin/python", "python3", 0o777),
        (EntryType::Symlink, "python/bin/python3", "../bin/python3.12", 0o777),
        (EntryType::Regular, "python/bin/python3.12", "elf", 0o4755),
        (EntryType::Regular, "python/lib/x", "", 0o644),
    ]);
    let expected = [
        "bin/python3.12: executable elf",
        "lib/x: file ",
        "bin/python: symbolic link to bin/python3.12",
        "bin/python3: symbolic link to bin/python3.12",
    ];
    assert_eq!(members(&archive).unwrap(), expected);
}

#[test]
fn nothing_passes_through_a_link() {
    const FILE: Sample<'static> = (EntryType::Regular, "demo/dir/a", "", 0o644);
    const LINK: Sample<'static> = (EntryType::Symlink, "demo/link", "dir/a", 0o777);
    let of = |name: &str| format!("entry {name:?} of the archive is invalid: ");
    let needs_directory = "it is a file where another entry needs a directory";
    for (entries, name, expected) in [
        (vec![FILE, LINK, (EntryType::Regular, "demo/link/x", "", 0o644)], "demo/link", needs_directory),
        (vec![FILE, LINK, (EntryType::Directory, "demo/link", "", 0o755)], "demo/link", needs_directory),
        (
            vec![FILE, LINK, (EntryType::Regular, "demo/link", "", 0o644)],
            "demo/link",
            "another entry has the same name",
        ),
        (vec![FILE, LINK, LINK], "demo/link", "another entry has the same name"),
        (
            vec![FILE, LINK, (EntryType::Symlink, "demo/other", "link/../dir/a", 0o777)],
            "demo/other",
            "its link does not lead to a file of the archive",
        ),
        (
            vec![FILE, (EntryType::Symlink, "demo/all", "dir", 0o777)],
            "demo/all",
            "its link does not lead to a file of the archive",
        ),
        (
            vec![FILE, (EntryType::Symlink, "demo/p", "q", 0o777), (EntryType::Symlink, "demo/q", "p", 0o777)],
            "demo/p",
            "its link does not lead to a file of the archive",
        ),
        (vec![FILE, LINK, (EntryType::Link, "demo/hard", "demo/link", 0o644)], "demo/hard", {
            "its link does not lead to a file of the archive"
        }),
    ] {
        assert_eq!(members(&tar(&entries)).unwrap_err(), format!("{}{expected}", of(name)));
    }
}

#[test]
fn names_that_differ_in_case_are_refused_where_they_would_be_one_file() {
    for (first, second, refused) in [
        ("demo/2621a", "demo/2621A", "its name differs only in case from \"2621a\""),
        ("demo/Lib/a", "demo/lib/b", "its name differs only in case from \"Lib\""),
    ] {
        let archive = tar(&[(EntryType::Regular, first, "", 0o644), (EntryType::Regular, second, "", 0o644)]);
        assert_eq!(members(&archive).unwrap().len(), 2);
        let error = collected(|take| read_tar(archive.as_slice(), NameCase::Ignored, take)).unwrap_err();
        assert_eq!(error, format!("entry {second:?} of the archive is invalid: {refused}"));
    }
    let link = [(EntryType::Regular, "demo/a", "", 0o644), (EntryType::Symlink, "demo/A", "a", 0o777)];
    let error = collected(|take| read_tar(tar(&link).as_slice(), NameCase::Ignored, take)).unwrap_err();
    assert_eq!(error, "entry \"demo/A\" of the archive is invalid: its name differs only in case from \"a\"");
}

#[test]
fn headers_that_readers_could_interpret_differently_are_refused() {
    let with_pax = |key: &str, value: &[u8]| {
        let mut builder = Builder::new(Vec::new());
        builder.append_pax_extensions([(key, value)]).unwrap();
        builder.append(&header(EntryType::Regular, "demo/a", 1, 0o644), b"x".as_slice()).unwrap();
        members(&builder.into_inner().unwrap()).unwrap_err()
    };
    let of_entry = "entry \"demo/a\" of the archive is invalid: ";
    let of_archive = "the archive is invalid: ";
    assert_eq!(with_pax("size", b"0"), format!("{of_entry}its headers state different sizes"));
    assert_eq!(with_pax("size", b"many"), format!("{of_archive}its extended header is damaged"));
    assert_eq!(
        with_pax("GNU.sparse.major", b"1"),
        format!("{of_archive}it is neither a file nor a directory nor a link")
    );
    assert_eq!(with_pax("path", b"demo/\xff"), format!("{of_archive}its name is not UTF-8"));
    let mut trailing = tar(&[(EntryType::Regular, "demo/a", "", 0o644)]);
    trailing.extend(tar(&[(EntryType::Regular, "demo/b", "", 0o644)]));
    assert_eq!(members(&trailing).unwrap_err(), format!("{of_archive}bytes follow its end"));
    assert_eq!(members(&[0; 1024]).unwrap_err(), format!("{of_archive}it is empty"));
}

#[test]
fn sizes_and_counts_are_bounded() {
    let long = "x".repeat((1 << 20) + 1);
    let mut builder = Builder::new(Vec::new());
    builder.append_pax_extensions([("comment", long.as_bytes())]).unwrap();
    let error = members(&builder.into_inner().unwrap()).unwrap_err();
    assert_eq!(error, "the archive is invalid: its extended header is longer than 1048576 bytes");
    let archive = tar(&[(EntryType::Regular, "demo/zeros", &"0".repeat(4096), 0o644)]);
    let bounded =
        read_tar::<TarError>(Limited::with_limit(archive.as_slice(), 4096), NameCase::Distinct, &mut |member| {
            std::io::copy(member.content, &mut std::io::sink())?;
            Ok(())
        });
    assert_eq!(bounded.unwrap_err().to_string(), "the archive is invalid: it unpacks to more than 4096 bytes");
}

#[test]
fn damage_is_a_fault_of_the_archive() {
    let archive = tar(&[(EntryType::Regular, "demo/a", "content", 0o644)]);
    let mut wrong_checksum = archive.clone();
    wrong_checksum[0] ^= 1;
    let packed = gz(&archive);
    let mut wrong_crc = packed.clone();
    let crc = wrong_crc.len() - 8;
    wrong_crc[crc] ^= 1;
    let mut trailing = packed.clone();
    trailing.extend(b"PK\x03\x04");
    assert!(members(&wrong_checksum).unwrap_err().starts_with("the archive is invalid: it is damaged: "));
    for damaged in [&packed[..packed.len() / 2], &wrong_crc, &trailing, b"PK\x03\x04"] {
        let error = members_of_gz(damaged).unwrap_err();
        assert!(error.starts_with("the archive is invalid: it is damaged: "), "{error}");
    }
}

fn members(archive: &[u8]) -> Result<Vec<String>, String> {
    collected(|take| read_tar(archive, NameCase::Distinct, take))
}

fn members_of_gz(archive: &[u8]) -> Result<Vec<String>, String> {
    collected(|take| read_tar_gz(archive, archive.len() as u64, take))
}

type Take<'a> = dyn FnMut(Member<'_>) -> Result<(), TarError> + 'a;

fn collected(read: impl FnOnce(&mut Take<'_>) -> Result<(), TarError>) -> Result<Vec<String>, String> {
    let mut members = Vec::new();
    let read = read(&mut |Member { path, kind, content }| {
        let mut text = String::new();
        content.read_to_string(&mut text)?;
        members.push(match kind {
            MemberKind::Directory => format!("{path}: directory"),
            MemberKind::Executable => format!("{path}: executable {text}"),
            MemberKind::File => format!("{path}: file {text}"),
            MemberKind::HardLink { target } => format!("{path}: hard link to {target}"),
            MemberKind::SymbolicLink { target } => format!("{path}: symbolic link to {target}"),
        });
        Ok(())
    });
    read.map(|()| members).map_err(|error| error.to_string())
}

/// An archive of exactly these names, which the crate's builder would correct.
fn tar(entries: &[Sample<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for &(kind, name, content, mode) in entries {
        if name.len() > 100 {
            let mut named = header(EntryType::GNULongName, "././@LongLink", name.len() as u64 + 1, 0o644);
            named.set_cksum();
            builder.append(&named, format!("{name}\0").as_bytes()).unwrap();
        }
        let is_link = matches!(kind, EntryType::Link | EntryType::Symlink);
        let content = if is_link { "" } else { content };
        let mut header = header(kind, name, content.len() as u64, mode);
        if let Some(&(.., target, _)) = entries.iter().find(|entry| is_link && entry.1 == name && entry.0 == kind) {
            header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
            header.set_cksum();
        }
        builder.append(&header, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn header(kind: EntryType, name: &str, size: u64, mode: u32) -> Header {
    let mut header = Header::new_ustar();
    let short = &name.as_bytes()[..name.len().min(100)];
    header.as_old_mut().name[..short.len()].copy_from_slice(short);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header.set_cksum();
    header
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
