//! Tests of each rule: the archives that are read, and those that are refused.

use super::samples::{End, Header, PROGRAM, Packed, Zip, Zip64, zip64_extra};
use super::{Archive, ArchiveError, EntryKind, Source, Unpacker};

/// Every entry with its kind and content, or the error.
type Read = Result<Vec<(String, EntryKind, Vec<u8>)>, String>;

fn read(bytes: Vec<u8>) -> Read {
    let archive = Archive::open(bytes).map_err(|error| error.to_string())?;
    let mut unpacker = Unpacker::new();
    let mut contents = Vec::new();
    for entry in archive.entries() {
        let mut content = Vec::new();
        let mut collect = |chunk: &[u8]| {
            content.extend_from_slice(chunk);
            Ok::<_, ArchiveError>(())
        };
        unpacker.unpack(&archive, entry, &mut collect).map_err(|error| error.to_string())?;
        contents.push((entry.path.to_string(), entry.kind, content));
    }
    Ok(contents)
}

fn file(name: &str, content: &[u8]) -> (String, EntryKind, Vec<u8>) {
    (name.to_owned(), EntryKind::File, content.to_vec())
}

fn refused_archive(zip: &Zip, rule: &str) {
    assert_eq!(read(zip.bytes()), Err(format!("the archive is invalid: {rule}")));
}

fn refused_entry(entry: Packed, rule: &str) {
    let name = String::from_utf8_lossy(&entry.central.name).trim_end_matches('/').to_owned();
    let zip = Zip::of([Packed::stored("first", b"1"), entry]);
    let shown = |name: &str| format!("entry {name:?} of the archive is invalid: {rule}");
    let found = read(zip.bytes());
    assert!(found == Err(shown(&name)) || found == Err(shown(&format!("{name}/"))), "{found:?} instead of {rule}");
}

/// Content that is too large to be unpacked at once, and that does not compress within deflate's window.
fn large() -> Vec<u8> {
    let noise = |number: u32| (number.wrapping_mul(2_654_435_761) >> 16).to_le_bytes()[0];
    (0..1 << 16).map(noise).collect::<Vec<u8>>().repeat(70)
}

#[test]
fn archives_of_every_usual_form_are_read() {
    let long = b"text ".repeat(1000);
    let zip = Zip::of([
        Packed::stored("a", b"stored"),
        Packed::deflated("d/b", &long),
        Packed::deflated("d/empty", b""),
        Packed::stored("d/", b""),
        Packed::stored("ü", b"").with(|entry| entry.attributes = PROGRAM),
        Packed::stored("link", b"target").with(|entry| entry.attributes = 0o120_777 << 16),
        Packed::deflated("streamed", &long).streamed(true),
        Packed::stored("streamed too", &long).streamed(false),
    ]);
    let expected = vec![
        file("a", b"stored"),
        file("d/b", &long),
        file("d/empty", b""),
        ("d".to_owned(), EntryKind::Directory, Vec::new()),
        ("ü".to_owned(), EntryKind::Executable, Vec::new()),
        file("link", b"target"),
        file("streamed", &long),
        file("streamed too", &long),
    ];
    assert_eq!(read(zip.bytes()), Ok(expected));
    assert_eq!(read(Zip { comment: b"made by hand".to_vec(), ..Zip::default() }.bytes()), Ok(Vec::new()));
}

#[test]
fn large_entries_are_read_in_pieces() {
    let large = large();
    let entries =
        [Packed::stored("s", &large), Packed::deflated("d", &large), Packed::deflated("t", &large).streamed(true)];
    let expected = vec![file("s", &large), file("d", &large), file("t", &large)];
    assert_eq!(read(Zip::of(entries).bytes()), Ok(expected));
}

#[test]
fn large_entries_are_checked_like_small_ones() {
    let large = large();
    let deflated = || Packed::deflated("x", &large);
    refused_entry(deflated().both(|header| header.crc32 ^= 1), "its content does not have the stated CRC-32");
    refused_entry(deflated().both(|header| header.size += 1), "it does not unpack to the stated size");
    refused_entry(deflated().both(|header| header.size -= 1), "it does not unpack to the stated size");
    refused_entry(deflated().with(|entry| entry.data[0] ^= 0xff), "its compressed data is damaged");
    let cut = deflated().with(|entry| {
        entry.data.pop();
    });
    refused_entry(cut.both(|header| header.compressed_size -= 1), "its compressed data is damaged");
    let padded = deflated().with(|entry| entry.data.push(0));
    let rule = "its compressed data ends too early";
    refused_entry(padded.both(|header| header.compressed_size += 1), rule);
    let stored = Packed::stored("x", &large).both(|header| header.crc32 ^= 1);
    refused_entry(stored, "its content does not have the stated CRC-32");
    refused_entry(
        deflated().with(|entry| entry.local.size ^= 1),
        "its local header and the central directory disagree about its size",
    );
}

#[test]
fn end_records_are_exact() {
    let zip = || Zip::of([Packed::stored("a", b"1")]);
    for count in [1, 9, usize::from(u16::MAX)] {
        assert_eq!(read(Zip { trailing: vec![0; count], ..zip() }.bytes()), Ok(vec![file("a", b"1")]));
    }
    refused_archive(&Zip { trailing: vec![0; 1 << 16], ..zip() }, "it does not end with an end record");
    for trailing in [b"junk".as_slice(), b"\0\0\x01", b"\n"] {
        refused_archive(&Zip { trailing: trailing.to_vec(), ..zip() }, "bytes follow its end record");
    }
    refused_archive(&Zip { trailing: b"\0PK\x05\x06".to_vec(), ..zip() }, "it does not end with an end record");
    refused_archive(&Zip { comment: b"PK\x05\x06".to_vec(), ..zip() }, "it does not end with an end record");
    let hidden = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    refused_archive(
        &Zip { comment: hidden, ..zip() },
        "its central directory does not end where its end record starts",
    );
    refused_archive(&Zip { comment: b"\x01".to_vec(), ..zip() }, "its comment contains ZIP signature bytes");
    let changed = |end: fn(&mut End)| Zip { end: Some(end), ..zip() };
    refused_archive(&changed(|end| end.disk = 1), "it has more than one part");
    refused_archive(&changed(|end| end.entries_here = 0), "it has more than one part");
    refused_archive(
        &changed(|end| (end.entries, end.entries_here) = (2, 2)),
        "its end record states 2 entries, but its central directory has 1",
    );
    refused_archive(&changed(|end| end.size -= 1), "its central directory does not end where its end record starts");
    refused_archive(&changed(|end| end.start += 1), "its central directory does not end where its end record starts");
    refused_archive(
        &changed(|end| (end.size, end.start) = (end.size + 1, end.start - 1)),
        "its central directory is damaged",
    );
    refused_archive(&changed(|end| end.comment_size = 1), "it does not end with an end record");
    refused_archive(
        &changed(|end| end.start = u32::MAX),
        "its central directory does not end where its end record starts",
    );
}

#[test]
fn comments_of_entries_hide_no_signatures() {
    let commented = |comment: &[u8]| Packed { comment: comment.to_vec(), ..Packed::stored("x", b"1") };
    assert_eq!(read(Zip::of([commented(b"PK, by hand")]).bytes()), Ok(vec![file("x", b"1")]));
    refused_entry(commented(b"PK\x01\x02"), "its comment contains ZIP signature bytes");
    refused_entry(commented(b"\x08"), "its comment contains ZIP signature bytes");
}

#[test]
fn zip64_end_records_are_exact() {
    let zip = |zip64: fn(&mut Zip64)| Zip { zip64: Some(zip64), ..Zip::of([Packed::stored("a", b"1")]) };
    assert_eq!(read(zip(|_| ()).bytes()), Ok(vec![file("a", b"1")]));
    let rule = "its ZIP64 end record is missing, misplaced or not of the standard size";
    refused_archive(&zip(|zip64| zip64.record_size = 45), rule);
    refused_archive(&zip(|zip64| zip64.record_at -= 1), rule);
    refused_archive(&zip(|zip64| zip64.disks = 2), rule);
    let rule = "its end record and its ZIP64 end record disagree";
    refused_archive(&zip(|zip64| zip64.entries = 2), rule);
    refused_archive(&zip(|zip64| zip64.size += 1), rule);
    let useless = Zip { end: Some(|end| end.start = 32), ..zip(|_| ()) };
    refused_archive(&useless, "it has unnecessary ZIP64 end records");
    refused_archive(&zip(|zip64| zip64.start += 1), "its central directory does not end where its end record starts");
}

#[test]
fn every_byte_belongs_to_an_entry() {
    let entries = || [Packed::stored("a", b"1"), Packed::stored("b", b"2")];
    refused_archive(
        &Zip { prefix: b"#!/bin/sh\n".to_vec(), ..Zip::of(entries()) },
        "it has extra bytes before its first entry",
    );
    refused_entry(
        Packed::stored("x", b"1").with(|entry| entry.data.push(0)),
        "it is followed by bytes that belong to no entry",
    );
    let overlap = "it overlaps the next entry or the central directory";
    let same_place = Zip::of(entries().map(|entry| entry.with(|entry| entry.offset = Some(0))));
    assert_eq!(read(same_place.bytes()), Err(format!("entry \"a\" of the archive is invalid: {overlap}")));
    refused_entry(Packed::stored("x", b"1").with(|entry| entry.offset = Some(u32::MAX - 1)), overlap);
    refused_entry(Packed::stored("x", b"1").with(|entry| entry.phantom = true), overlap);
    let hidden = Zip::of([Packed::stored("a", b"1"), Packed::stored("hidden", b"2"), Packed::stored("b", b"3")]);
    let mut listed = hidden.clone();
    listed.entries.remove(1);
    let (hidden, listed) = (hidden.bytes(), listed.entries);
    let mut rows = Zip::of(listed);
    rows.entries[0].data.extend_from_slice(&hidden[32..69]);
    let rule = "it is followed by bytes that belong to no entry";
    assert_eq!(read(rows.bytes()), Err(format!("entry \"a\" of the archive is invalid: {rule}")));
}

#[test]
fn local_headers_say_what_the_central_directory_says() {
    let entry = || Packed::deflated("x", b"content content content");
    for (what, change) in [
        ("name", (|entry| entry.local.name = b"y".to_vec()) as fn(&mut Packed)),
        ("flags", |entry| entry.local.flags = 2),
        ("method", |entry| entry.local.method = 0),
        ("CRC-32", |entry| entry.local.crc32 ^= 1),
        ("size", |entry| entry.local.size ^= 1),
        ("compressed size", |entry| entry.local.compressed_size ^= 1),
        ("CRC-32", |entry| (entry.local.crc32, entry.local.size, entry.local.compressed_size) = (0, 0, 0)),
    ] {
        let rule = format!("its local header and the central directory disagree about its {what}");
        refused_entry(entry().with(change), &rule);
    }
}

#[test]
fn data_descriptors_say_what_the_central_directory_says() {
    let entry = || Packed::deflated("x", b"content content content").streamed(true);
    let rule = |what: &str| format!("its data descriptor and the central directory disagree about its {what}");
    refused_entry(entry().with(|entry| entry.descriptor[0] ^= 1), &rule("presence"));
    refused_entry(entry().with(|entry| entry.descriptor[4] ^= 1), &rule("CRC-32"));
    refused_entry(entry().with(|entry| entry.descriptor[8] ^= 1), &rule("compressed size"));
    refused_entry(entry().with(|entry| entry.descriptor[12] ^= 1), &rule("size"));
    refused_entry(entry().with(|entry| entry.descriptor.clear()), &rule("presence"));
    refused_entry(entry().with(|entry| entry.descriptor.push(0)), &rule("presence"));
    refused_entry(
        entry().both(|header| header.flags = 0).with(|entry| {
            entry.local = entry.central.clone();
        }),
        "it is followed by bytes that belong to no entry",
    );
    let padded = entry().with(|entry| entry.data.push(0)).with(|entry| {
        entry.central.compressed_size += 1;
        let size = entry.central.compressed_size.to_le_bytes();
        entry.descriptor[8..12].copy_from_slice(&size);
    });
    refused_entry(padded, "its compressed data ends too early");
}

#[test]
fn zip64_fields_are_exact() {
    let wide = |values: &'static [u64]| {
        Packed::stored("x", b"12345").both(move |header| {
            (header.size, header.compressed_size) = (u32::MAX, u32::MAX);
            header.extra = zip64_extra(values);
        })
    };
    assert_eq!(read(Zip::of([wide(&[5, 5])]).bytes()), Ok(vec![file("x", b"12345")]));
    let rule = "its ZIP64 field has missing or extra values";
    refused_entry(wide(&[5]), rule);
    refused_entry(wide(&[5, 5, 0]), rule);
    let needless = Packed::stored("x", b"12345").with(|entry| entry.central.extra = zip64_extra(&[]));
    refused_entry(needless, rule);
    let missing = Packed::stored("x", b"12345").with(|entry| {
        entry.central.size = u32::MAX;
    });
    refused_entry(missing, rule);
    // `selenium` was packed by an archiver that repeats the sizes in the local header.
    let repeated =
        |sizes: &'static [u64]| Packed::stored("x", b"12345").with(|entry| entry.local.extra = zip64_extra(sizes));
    assert_eq!(read(Zip::of([repeated(&[5, 5])]).bytes()), Ok(vec![file("x", b"12345")]));
    refused_entry(repeated(&[5, 6]), rule);
    refused_entry(repeated(&[5]), rule);
}

#[test]
fn descriptors_of_zip64_entries_are_wide() {
    let entry = |descriptor: Vec<u8>| {
        let mut entry = Packed::stored("x", b"12345").streamed(true);
        (entry.local.size, entry.local.compressed_size) = (u32::MAX, u32::MAX);
        entry.local.extra = zip64_extra(&[0, 0]);
        entry.descriptor = [&entry.descriptor[..8], &descriptor].concat();
        entry
    };
    let wide = [5_u64.to_le_bytes(), 5_u64.to_le_bytes()].concat();
    assert_eq!(read(Zip::of([entry(wide.clone())]).bytes()), Ok(vec![file("x", b"12345")]));
    for leave_out in [|header: &mut Header| header.size = 0, |header: &mut Header| header.compressed_size = 0] {
        let mixed = entry(wide.clone()).with(|entry| leave_out(&mut entry.local));
        refused_entry(mixed, "its local header and the central directory disagree about its CRC-32");
    }
    let narrow = [5_u32.to_le_bytes(), 5_u32.to_le_bytes()].concat();
    refused_entry(entry(narrow), "its data descriptor and the central directory disagree about its presence");
}

#[test]
fn extra_fields_are_whole_and_give_no_other_name() {
    let extra = |extra: &'static [u8]| Packed::stored("x", b"").both(|header| header.extra = extra.to_vec());
    refused_entry(extra(b"\x01"), "its extra fields are damaged");
    refused_entry(extra(b"\xfe\xca\x09\x00"), "its extra fields are damaged");
    refused_entry(extra(b"\x75\x70\x06\x00\x01....y"), "an extra field gives it another name");
    assert_eq!(read(Zip::of([extra(b"\x75\x70\x06\x00\x01....x")]).bytes()), Ok(vec![file("x", b"")]));
    assert_eq!(read(Zip::of([extra(b"\xfe\xca\x00\x00")]).bytes()), Ok(vec![file("x", b"")]));
    let twice = [zip64_extra(&[]), zip64_extra(&[])].concat();
    refused_entry(
        Packed::stored("x", b"").both(|header| header.extra.clone_from(&twice)),
        "its extra fields are damaged",
    );
}

#[test]
fn names_stay_inside_the_tree_and_mean_one_thing() {
    for (name, rule) in [
        ("", "it is empty"),
        ("/a", "it is absolute"),
        ("../a", "it has a component `.` or `..`"),
        ("a/../b", "it has a component `.` or `..`"),
        ("./a", "it has a component `.` or `..`"),
        ("a//b", "it has an empty component"),
        ("a\\b", "it contains a backslash"),
        ("C:/a", "it starts with a drive"),
        ("a\0b", "it contains a control character"),
        ("a\u{85}b", "it contains a control character"),
    ] {
        refused_entry(Packed::stored(name, b""), &format!("its name is unsafe: {rule}"));
    }
    let bytes = |name: &'static [u8], flags| {
        Packed::stored("x", b"").both(|header| (header.name, header.flags) = (name.to_vec(), flags))
    };
    refused_entry(bytes(b"\xff", 1 << 11), "its name is not UTF-8");
    refused_entry(bytes("ü".as_bytes(), 0), "its name is not ASCII and not marked as UTF-8");
}

#[test]
fn entries_of_other_kinds_and_methods_are_refused() {
    let entry = || Packed::stored("x", b"1");
    for flag in [0, 5, 6, 13] {
        refused_entry(entry().both(|header| header.flags |= 1 << flag), "it is encrypted or patched");
    }
    refused_entry(entry().both(|header| header.flags |= 1 << 4), "it has unknown flags");
    for method in [1, 6, 9, 12, 14, 93, 95, 99] {
        let rule = format!("it uses compression method {method}; only stored and deflate are supported");
        refused_entry(entry().both(|header| header.method = method), &rule);
    }
    for mode in [0o010_644, 0o020_644, 0o060_644, 0o140_644, 0o040_755] {
        refused_entry(entry().with(|entry| entry.attributes = mode << 16), "it is neither a file nor a directory");
    }
    refused_entry(entry().with(|entry| entry.attributes = 0x10), "it is neither a file nor a directory");
    let directory = Packed::stored("d/", b"").with(|entry| entry.attributes = 0o100_644 << 16);
    refused_entry(directory, "it is neither a file nor a directory");
    refused_entry(Packed::stored("d/", b"1"), "it is a directory with content");
}

#[test]
fn one_path_is_one_thing() {
    let zip = Zip::of([Packed::stored("a", b"1"), Packed::deflated("a", b"1")]);
    assert_eq!(read(zip.bytes()), Ok(vec![file("a", b"1"), file("a", b"1")]));
    let refused = |entries: [Packed; 2], rule: &str| {
        assert_eq!(read(Zip::of(entries).bytes()), Err(format!("entry \"a\" of the archive is invalid: {rule}")));
    };
    let other = "another entry has the same name but different content";
    refused([Packed::stored("a", b"1"), Packed::stored("a", b"2")], other);
    let program = Packed::stored("a", b"1").with(|entry| entry.attributes = PROGRAM);
    refused([Packed::stored("a", b"1"), program], other);
    let both = "it is a file where another entry needs a directory";
    refused([Packed::stored("a", b"1"), Packed::stored("a/b", b"2")], both);
    refused([Packed::stored("a/", b""), Packed::stored("a", b"")], both);
}

#[test]
fn claims_that_no_wheel_needs_are_refused() {
    let rule = "its sizes contradict each other";
    refused_entry(Packed::deflated("x", b"").both(|header| header.size = 1 << 20), rule);
    refused_entry(Packed::stored("x", b"1").both(|header| header.size = 2), rule);
    let claim = |number: u64, size: u32, packed: usize| {
        Packed::stored(&format!("{number}"), &vec![0; packed]).both(|header| (header.method, header.size) = (8, size))
    };
    let bomb = Zip::of((0..9).map(|number| claim(number, 64 << 20, 66_000)));
    refused_archive(&bomb, "it claims to unpack to 603979776 bytes, more than 100 times its own size");
    let large =
        Zip::of((0..2).map(|number| {
            claim(number, u32::MAX, 35 << 20).with(|entry| entry.central.extra = zip64_extra(&[33 << 30]))
        }));
    refused_archive(&large, "it claims to unpack to 70866960384 bytes, more than 68719476736");
    let crowded = Zip {
        zip64: Some(|zip64| zip64.entries = 500_001),
        end: Some(|end| (end.entries, end.entries_here) = (u16::MAX, u16::MAX)),
        ..Zip::default()
    };
    refused_archive(&crowded, "it claims more than 500000 entries");
}

#[test]
fn damaged_content_is_refused() {
    let entry = || Packed::deflated("x", b"content content content");
    refused_entry(entry().both(|header| header.crc32 ^= 1), "its content does not have the stated CRC-32");
    refused_entry(entry().both(|header| header.size -= 1), "it does not unpack to the stated size");
    refused_entry(entry().both(|header| header.size += 1), "it does not unpack to the stated size");
    refused_entry(entry().with(|entry| entry.data[0] = 0xff), "its compressed data is damaged");
}

/// If any byte is changed, the archive is refused or read as before: fields that are not compared (times, versions) are
/// not used.
#[test]
fn no_changed_byte_changes_what_is_read() {
    let zip = Zip::of([
        Packed::stored("a", b"stored"),
        Packed::deflated("d/b", &b"text ".repeat(20)),
        Packed::deflated("s", &b"text ".repeat(20)).streamed(true),
    ]);
    let bytes = zip.bytes();
    let names = |read: &Read| {
        read.as_ref()
            .map(|entries| entries.iter().map(|entry| (entry.0.clone(), entry.2.clone())).collect::<Vec<_>>())
            .ok()
    };
    let expected = names(&read(bytes.clone()));
    for position in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            let found = names(&read(changed));
            assert!(found.is_none() || found == expected, "byte {position} changed by {change}");
        }
    }
    for length in 0..bytes.len() {
        assert!(read(bytes[..length].to_vec()).is_err(), "cut at {length}");
    }
}

#[test]
fn a_few_names_that_need_half_a_million_directories_are_refused() {
    let deep = |number: usize| Packed::stored(&format!("{number}/{}x", "a/".repeat(2000)), b"");
    refused_archive(&Zip::of((0..300).map(deep)), "its entries are in more than 500000 directories");
}

#[test]
fn an_archive_inside_an_archive_is_a_file_like_any_other() {
    let inner = Zip::of([Packed::stored("../a", b"1")]).bytes();
    let zip = Zip::of([Packed::stored("a.zip", &inner), Packed::deflated("b.whl", &inner)]);
    assert_eq!(read(zip.bytes()), Ok(vec![file("a.zip", &inner), file("b.whl", &inner)]));
}

/// Right-to-left scripts need such characters; shown unescaped they could reverse a message.
#[test]
fn characters_that_turn_text_around_are_escaped_in_messages() {
    let entry = || Packed::stored("a\u{202e}yp.b", b"1");
    assert_eq!(read(Zip::of([entry()]).bytes()), Ok(vec![file("a\u{202e}yp.b", b"1")]));
    let rule = "its content does not have the stated CRC-32";
    let expected = format!(r#"entry "a\u{{202e}}yp.b" of the archive is invalid: {rule}"#);
    assert_eq!(read(Zip::of([entry().both(|header| header.crc32 ^= 1)]).bytes()), Err(expected));
}

#[test]
fn an_archive_may_have_as_many_entries_as_a_plain_end_record_can_count() {
    let zip = Zip::of((0..u16::MAX).map(|number| Packed::stored(&number.to_string(), b"")));
    assert_eq!(Archive::open(zip.bytes()).map(|archive| archive.entries().len()).ok(), Some(65_535));
}

/// A number of zeros before some bytes.
struct Sparse {
    zeros: u64,
    end: Vec<u8>,
}

impl Source for Sparse {
    fn size(&self) -> u64 {
        self.zeros + self.end.len() as u64
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> std::io::Result<()> {
        for (byte, at) in buffer.iter_mut().zip(position..) {
            let in_end = at.checked_sub(self.zeros).and_then(|at| usize::try_from(at).ok());
            *byte = in_end.map_or(0, |at| self.end[at]);
        }
        Ok(())
    }
}

#[test]
fn a_central_directory_that_no_wheel_needs_is_not_read() {
    let end = Zip { end: Some(|end| end.size = (128 << 20) + 1), ..Zip::default() }.bytes();
    let refused = Archive::open(Sparse { zeros: (128 << 20) + 1, end }).map(|archive| archive.entries().len());
    let rule = "it claims a central directory of more than 134217728 bytes";
    assert_eq!(refused.map_err(|error| error.to_string()), Err(format!("the archive is invalid: {rule}")));
}
