//! Properties of wheels and of the texts in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::headers::Headers;
use super::record::Record;
use super::wheel_file::WheelFile;
use super::{
    DiskNames, EntryPoint, RecordHash, Starter, UnpackOptions, Unpacked, WheelError, WrongRecord, command_script, csv,
    entry_points, installed_rows, metadata, rewritten_script, unpack, write_row,
};
use crate::archive::zip::Archive;
use crate::archive::zip::properties::{Bytes, Member, Recipe};
use crate::host::{Environment, Host, Interrupt, ThreadBudget};
use crate::property::{Check, Property, Seeds};
use crate::vocab::{Metadata, WheelName, parse_version};

/// RECORD.
pub const RECORD: Property = Property {
    seeds: Seeds::Texts(&[
        "a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\"f,\"\"g.py\",,7,more\n\
         ./b\\c.py,sha384=OLBgp1GsljhM2TJ-sbHjaiH9txEUvgdDTAzHv2P24donTt6_529l-9Ua0vFImLlb=,\n\ndirectory/,,\n\
         x-1.dist-info/RECORD,,\n",
        "/a,SHA256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU, 18446744073709551615",
    ]),
    holds: Check::Text(record),
};

/// `entry_points.txt`.
pub const ENTRY_POINTS: Property = Property {
    seeds: Seeds::Texts(&[
        "# made by hand\n[other]\nx = not an object\n\n[ console_scripts ]\nA-1.x = m._n:f.g [extra,b]\na=m:g\r\n\
         ; note\n[gui_scripts]\nw = \u{e4}.x:f\na=m:h\n",
        "[console_scripts]\npythonista = a:b\npython-config = a:b\n",
    ]),
    holds: Check::Text(entry_points),
};

/// WHEEL, and the header block of METADATA.
pub const WHEEL_FILE: Property = Property {
    seeds: Seeds::Texts(&[
        "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\nTag: py3-none-any\n\nx: y\n",
        "wheel-version: 1.9\r\n continued\r\nROOT-IS-PURELIB: False\r\nBuild: 1\r\n",
        "Metadata-Version: 2.1\nNAME: Foo.Bar\n \nName : foo_bar\nVersion:1.0\nSummary: a\n b\n\nVersion: 2\n",
    ]),
    holds: Check::Text(wheel_file),
};

/// A script of a wheel.
pub const SCRIPT: Property = Property {
    seeds: Seeds::Texts(&["#!python\r\n# -*- coding: latin-1 -*-\r\nx\r\n", "#!pythonw -u\npass\n", "#!/bin/sh\n"]),
    holds: Check::Bytes(script),
};

/// A recipe for a wheel with correct checksums and hashes, and for changes to it.
pub const UNPACK: Property = Property {
    seeds: Seeds::Made(|| {
        let seeds: [&[u8]; 3] = [
            b"\x00\x00\x19[console_scripts]\na = m:f\x02\x01\x04a.py\x04pass\x10\x0cdemo/tool.sh\x02ls",
            b"\x01\x00\x00\x03\x01\x1ddemo-1.0.data/scripts/a-tool-\x08#!python\x00\x04A.py\x00\x00\x04a.py\x00",
            b"\x02\x03\x00\x01\x00\x01a\x01b\x00\x10\x01\x00\x20\x02\x00\x30\x04",
        ];
        seeds.iter().map(|seed| seed.to_vec()).collect()
    }),
    holds: Check::Bytes(|data| {
        let _ = unpacked(data);
    }),
};

fn record(text: &str) {
    for line in text.lines() {
        let mut row = String::new();
        write_row(&mut row, line, "sha256=x", "7");
        let fields = csv::fields(row.strip_suffix('\n').unwrap_or_default());
        assert_eq!(fields, Ok([line, "sha256=x", "7"].map(str::to_owned).to_vec()));
    }
    let Ok(record) = Record::parse(text) else { return };
    let (mut rows, mut again, mut written) = (record.clone(), String::new(), Vec::new());
    while let Some(path) = rows.left().first().map(|path| (*path).to_owned()) {
        let row = rows.take(&path);
        let size = row.as_ref().and_then(|row| row.size).map(|size| size.to_string());
        let hash = row.as_ref().and_then(|row| row.hash.as_ref()).map(ToString::to_string).unwrap_or_default();
        write_row(&mut again, &path, &hash, &size.unwrap_or_default());
        written.push((path, row.and_then(|row| row.hash)));
    }
    assert_eq!(installed_rows(&again), written, "what verifies an environment reads other rows");
    assert_eq!(Record::parse(&again), Ok(record));
}

fn entry_points(text: &str) {
    let Ok(entry_points) = entry_points::parse(text) else { return };
    for entry_point in entry_points {
        let again = EntryPoint::parse(entry_point.group, &entry_point.line());
        assert_eq!(again.as_ref(), Ok(&entry_point));
        let below = Path::new("bin").join(&entry_point.name);
        assert_eq!(below.parent(), Some(Path::new("bin")), "{}", entry_point.name);
        let script = command_script(&entry_point, Path::new("/e/python"), &Starter::Shebang);
        assert_eq!(script.split(|byte| b"\r\n\x0c;".contains(byte)).count(), 6, "{}", entry_point.line());
    }
}

fn wheel_file(text: &str) {
    let _ = WheelFile::parse(text);
    agrees_with_metadata(text);
    let described = format!("{text}\n\nName: not a field\n");
    let names = |text: &str| Headers::parse(text).all("Name").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names(text), names(&described), "the description counts");
}

/// The function that checks METADATA against a wheel and the one that reads its requirements find the same name and
/// version.
fn agrees_with_metadata(text: &str) {
    let Ok(metadata) = Metadata::parse(text.as_bytes()) else { return };
    let headers = Headers::parse(text);
    if let Ok(Some(name)) = headers.one("Name") {
        assert_eq!(name.parse().as_ref(), Ok(&metadata.name));
    }
    if let Ok(Some(version)) = headers.one("Version") {
        assert_eq!(parse_version(version).as_ref(), Ok(&metadata.version));
    }
}

fn script(data: &[u8]) {
    let long = format!("/{}", "p".repeat(200));
    for python in ["/e/python", "/with blank/\"$p\"", &long] {
        let Some(script) = rewritten_script(data, Path::new(python), Path::new("/e/pythonw"), &Starter::Shebang) else {
            assert!(!data.starts_with(b"#!python"));
            return;
        };
        let first = script.split(|byte| *byte == b'\n').next().unwrap_or_default();
        assert!(script.starts_with(b"#!/") && first.len() < 127);
        let rest = data.iter().position(|byte| *byte == b'\n').map_or(&data[data.len()..], |at| &data[at + 1..]);
        assert!(script.ends_with(rest));
    }
}

/// Unpacks the wheel of a recipe; returns true if it was accepted.
fn unpacked(data: &[u8]) -> Result<(), WheelError> {
    let (first, recipe) = data.split_first().unwrap_or((&0, &[]));
    let names = match first % 3 {
        0 => DiskNames::CaseSensitive,
        1 => DiskNames::CaseInsensitive,
        _ => DiskNames::Windows,
    };
    let (archive, given) = packed(recipe);
    check(archive, &given, names)
}

/// Creates the archive of `demo-1.0-py3-none-any.whl` from a recipe with changes; returns it with the packed files.
pub(crate) fn packed(recipe: &[u8]) -> (Vec<u8>, BTreeMap<Vec<u8>, Vec<u8>>) {
    let bytes = &mut Bytes(recipe);
    let changes = bytes.byte() % 8;
    let entry_points = bytes.piece();
    let mut recipe = Recipe::members(bytes);
    add_dist_info(&mut recipe.members, entry_points);
    let mut archive = recipe.archive();
    for _ in 0..changes {
        let (at, value) = (bytes.word() % archive.len(), bytes.byte());
        archive[at] ^= value;
    }
    (archive, recipe.members.into_iter().map(|member| (member.name, member.content)).collect())
}

/// Unpacks an archive and compares the result with the packed files. They are equal unless a change affected a name:
/// changed content has another checksum.
fn check(archive: Vec<u8>, given: &BTreeMap<Vec<u8>, Vec<u8>>, names: DiskNames) -> Result<(), WheelError> {
    let host = Host::with(Environment::of_process(), Interrupt::default());
    let stage = host.files.stage(&temporary(&host).join("kingbolt-unpack"));
    let stage = stage.unwrap_or_else(|error| panic!("no directory: {error}"));
    let target = stage.path().join("tree");
    let made = host.files.create_dir(&target);
    assert!(made.is_ok(), "{made:?}");
    let wheel = WheelName::from_str("demo-1.0-py3-none-any.whl").unwrap_or_else(|error| panic!("{error}"));
    let archive = Archive::open(archive)?;
    let told = metadata(&archive, &wheel);
    let options = UnpackOptions { threads: &ThreadBudget::of(0), names, wrong_record: WrongRecord::Refuse };
    let unpacked = unpack(&host, &archive, &wheel, &target, options).inspect_err(|error| {
        // The disk may have stricter limits than the code.
        assert!(error.is_refusal() || matches!(error, WheelError::Files(_)), "{error}");
    })?;
    assert!(told.is_ok(), "METADATA can be read only with the rest");
    let beside = host.files.list(stage.path());
    assert!(beside.is_ok_and(|paths| paths == [target.clone()]), "something was written beside the tree");
    compare(&host, &unpacked, &target, given);
    Ok(())
}

fn compare(host: &Host, unpacked: &Unpacked, target: &Path, given: &BTreeMap<Vec<u8>, Vec<u8>>) {
    let mut expected = Vec::new();
    for directory in &unpacked.tree.directories {
        for file in &directory.files {
            let path = directory.path_of(file);
            let content = host.files.read(&target.join(&path)).unwrap_or_default();
            assert_eq!(content.len() as u64, file.size, "{path}");
            assert_eq!(RecordHash::of(&content), file.hash, "{path}");
            if let Some(given) = given.get(path.as_bytes()) {
                assert_eq!(&content, given, "{path}");
            }
            expected.push(target.join(path));
        }
    }
    expected.sort();
    assert_eq!(files_below(host, target), expected);
}

/// The files below a directory, in order.
pub(crate) fn files_below(host: &Host, root: &Path) -> Vec<PathBuf> {
    let (mut files, mut directories) = (Vec::new(), vec![root.to_owned()]);
    while let Some(directory) = directories.pop() {
        for path in host.files.list(&directory).unwrap_or_default() {
            if host.files.is_dir(&path) {
                directories.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn add_dist_info(members: &mut Vec<Member>, entry_points: &[u8]) {
    let member = |name: &str, content: &[u8]| Member {
        name: format!("demo-1.0.dist-info/{name}").into_bytes(),
        content: content.to_vec(),
        traits: 0,
    };
    members.push(member("METADATA", b"Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n"));
    members.push(member("WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
    if !entry_points.is_empty() {
        members.push(member("entry_points.txt", entry_points));
    }
    let mut record = String::from("demo-1.0.dist-info/RECORD,,\n");
    for Member { name, content, .. } in &*members {
        let (path, size) = (String::from_utf8_lossy(name), content.len().to_string());
        write_row(&mut record, &path, &RecordHash::of(content).to_string(), &size);
    }
    members.push(member("RECORD", record.as_bytes()));
}

fn temporary(host: &Host) -> PathBuf {
    let named = ["TMPDIR", "TEMP"].iter().find_map(|name| host.environment.var_os(name));
    named.map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}

#[test]
fn what_is_read_can_be_written_and_read_again() {
    for property in [RECORD, ENTRY_POINTS, WHEEL_FILE, SCRIPT] {
        property.try_out(1000);
    }
}

#[test]
fn an_unpacked_wheel_has_the_files_that_were_packed() {
    let accepted = |seed: &Vec<u8>| unpacked(seed).map_err(|error| error.to_string());
    let (yes, no) = (Ok(()), |reason: &str| Err(reason.to_owned()));
    let clash = "its names \"A.py\" and \"a.py\" differ only in case";
    let damage = "entry \"demo-1.0.dist-info/METADATA\" of the archive is invalid: its local header is damaged";
    assert_eq!(UNPACK.seeds().iter().map(accepted).collect::<Vec<_>>(), [yes, no(clash), no(damage)]);
    UNPACK.try_out(200);
}
