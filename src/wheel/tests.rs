//! Unpacking and refusing whole wheels.

use std::path::PathBuf;

use crate::host::{FileKind, Host, ThreadBudget};
use crate::vocab::WheelName;

use super::properties::files_below;
use super::samples::Wheel;
use super::{
    DiskNames, EntryPoint, EntryPointGroup, FileMode, Root, UnpackOptions, Unpacked, WrongRecord, metadata, unpack,
};
use crate::archive::zip::Archive;
use crate::archive::zip::samples::Packed;

const DEMO: &str = "demo-1.0-py3-none-any.whl";

struct Disk {
    host: Host,
    directory: tempfile::TempDir,
}

impl Disk {
    fn new() -> Self {
        Self { host: Host::real(), directory: tempfile::tempdir().unwrap() }
    }

    fn unpack(&self, bytes: Vec<u8>, name: &WheelName, workers: usize, names: DiskNames) -> Result<Unpacked, String> {
        let archive = Archive::open(bytes).map_err(|error| error.to_string())?;
        let options =
            UnpackOptions { threads: &ThreadBudget::of(workers - 1), names, wrong_record: WrongRecord::Refuse };
        unpack(&self.host, &archive, name, self.directory.path(), options).map_err(|error| error.to_string())
    }

    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let root = self.directory.path();
        let read = |path: PathBuf| (path.strip_prefix(root).unwrap().to_owned(), self.host.files.read(&path).unwrap());
        files_below(&self.host, root).into_iter().map(read).collect()
    }
}

fn refused(wheel: &Wheel, reason: &str) {
    refused_on(DiskNames::CaseSensitive, wheel, reason);
}

fn refused_on(names: DiskNames, wheel: &Wheel, reason: &str) {
    assert_eq!(Disk::new().unpack(wheel.bytes(), &wheel.name, 1, names), Err(reason.to_owned()));
}

fn accepted(wheel: &Wheel) -> Unpacked {
    Disk::new().unpack(wheel.bytes(), &wheel.name, 1, DiskNames::CaseSensitive).unwrap()
}

#[test]
fn a_wheel_becomes_a_tree_and_its_description() {
    let wheel = Wheel::new("Demo_Pkg-1.0+local.1-py2.py3-none-any.whl")
        .file("demo/__init__.py", b"x = 1\n")
        .file("demo/data/empty", b"")
        .program("demo/tool", b"\x7fELF")
        .file("top.py", b"")
        .info("entry_points.txt", "[console_scripts]\ndemo = demo:main\n");
    let disk = Disk::new();
    let unpacked = disk.unpack(wheel.bytes(), &wheel.name, 3, DiskNames::Windows).unwrap();
    let paths: Vec<String> = disk.files().iter().map(|(path, _)| path.to_string_lossy().replace('\\', "/")).collect();
    let info = "Demo_Pkg-1.0+local.1.dist-info";
    let expected = [
        &format!("{info}/METADATA"),
        &format!("{info}/RECORD"),
        &format!("{info}/WHEEL"),
        &format!("{info}/entry_points.txt"),
        "demo/__init__.py",
        "demo/data/empty",
        "demo/tool",
        "top.py",
    ];
    assert_eq!(paths, expected);
    assert_eq!(unpacked.dist_info, info);
    assert_eq!((unpacked.project.as_str(), unpacked.root), ("demo-pkg", Root::Purelib));
    assert_eq!(unpacked.entry_points, [EntryPoint::parse(EntryPointGroup::Console, "demo = demo:main").unwrap()]);
    assert_eq!(unpacked.notes, Vec::<String>::new());
    let directories: Vec<&str> = unpacked.tree.directories.iter().map(|directory| directory.path.as_str()).collect();
    assert_eq!(directories, ["", info, "demo", "demo/data"]);
    let programs: Vec<&str> = unpacked
        .tree
        .directories
        .iter()
        .flat_map(|directory| &directory.files)
        .filter(|file| file.mode == FileMode::Executable)
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(programs, ["tool"]);
    assert_eq!(unpacked.tree.files(), 8);
}

#[cfg(unix)]
#[test]
fn only_the_bit_of_execution_is_kept_of_modes() {
    use std::os::unix::fs::PermissionsExt;
    let mut wheel = Wheel::new(DEMO).program("tool", b"1").file("file", b"2").file("open", b"3");
    wheel.entries.last_mut().unwrap().attributes = 0o106_666 << 16;
    let disk = Disk::new();
    disk.unpack(wheel.bytes(), &wheel.name, 1, DiskNames::CaseSensitive).unwrap();
    let mode = |name: &str| disk.host.files.metadata(&disk.directory.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("tool") & 0o100, 0o100);
    assert_eq!(mode("file") & 0o7111, 0);
    assert_eq!(mode("open"), mode("file"));
    // The umask is that of this process, as for every file that it creates.
    for (name, bits, own) in [("new file", 0o666, "file"), ("new tool", 0o777, "tool")] {
        disk.host.files.write_new(&disk.directory.path().join(name), b"", bits).unwrap();
        assert_eq!(mode(name), mode(own), "{own}");
    }
}

#[test]
fn a_wheel_has_ten_thousand_commands_at_most() {
    let wheel = |count: usize| {
        let commands: Vec<String> = (0..count).map(|number| format!("a{number} = m:f\n")).collect();
        Wheel::new(DEMO).info("entry_points.txt", &format!("[console_scripts]\n{}", commands.concat()))
    };
    assert_eq!(accepted(&wheel(10_000)).entry_points.len(), 10_000);
    refused(&wheel(10_001), "it has more than 10000 entry points");
}

#[test]
fn metadata_is_read_without_unpacking() {
    let wheel = Wheel::new(DEMO);
    let archive = Archive::open(wheel.bytes()).unwrap();
    let text = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n";
    assert_eq!(metadata(&archive, &wheel.name).unwrap(), text.as_bytes());
    let other = "other-1.0-py3-none-any.whl".parse().unwrap();
    assert!(metadata(&archive, &other).is_err());
}

#[test]
fn a_wheel_has_one_dist_info_of_its_own_name_and_version() {
    let named = |name: &str, metadata: &str| {
        let mut wheel = Wheel::new(DEMO).info("METADATA", metadata);
        wheel.name = name.parse().unwrap();
        wheel
    };
    let right = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n";
    for name in [DEMO, "DEMO-1.0.0-py3-none-any.whl", "demo-1.0+cpu-py3-none-any.whl"] {
        accepted(&named(name, right));
    }
    let directory = "it belongs to another project or version: its .dist-info directory says `demo-1.0.dist-info`";
    refused(&named("other-1.0-py3-none-any.whl", right), directory);
    refused(&named("demo-1.1-py3-none-any.whl", right), directory);
    let says = |what: &str| format!("it belongs to another project or version: its METADATA says `{what}`");
    refused(&named(DEMO, "Name: other\nVersion: 1.0\n"), &says("other 1.0"));
    refused(&named(DEMO, "Name: demo\nVersion: 2\n"), &says("demo 2"));
    refused(&named(DEMO, "Version: 1.0\n"), &says("no Name"));
    refused(&named(DEMO, "Name: demo\nVersion: 1.0\nVersion: 2\n"), &says("two values of Version"));
    refused(
        &Wheel::new(DEMO).file("other-1.0.dist-info/METADATA", b""),
        "it has more than one .dist-info directory: \"demo-1.0.dist-info\" and \"other-1.0.dist-info\"",
    );
    for file in ["METADATA", "WHEEL"] {
        refused(&Wheel::new(DEMO).without(&format!("demo-1.0.dist-info/{file}")), &format!("it lacks {file}"));
    }
    let empty = Wheel::new(DEMO).without("demo-1.0.dist-info/METADATA").without("demo-1.0.dist-info/WHEEL");
    let bytes = crate::archive::zip::samples::Zip::default().bytes();
    let unpacked = Disk::new().unpack(bytes, &empty.name, 1, DiskNames::CaseSensitive);
    assert_eq!(unpacked, Err("it lacks a .dist-info directory".to_owned()));
}

#[test]
fn wheels_of_newer_formats_are_refused_or_told() {
    let format =
        |version: &str| Wheel::new(DEMO).info("WHEEL", &format!("Wheel-Version: {version}\nTag: py3-none-any\n"));
    refused(&format("2.0"), "it has wheel format version 2.0, which is not supported");
    let newer = accepted(&format("1.1"));
    assert_eq!(newer.notes, [format!("the wheel `{DEMO}` has wheel format version 1.1, which is newer than 1.0")]);
    assert_eq!(newer.root, Root::Platlib);
    refused(&Wheel::new(DEMO).info("WHEEL", "x"), "its WHEEL is invalid: the field `Wheel-Version` is missing");
    let tags = accepted(&Wheel::new(DEMO).info("WHEEL", "Wheel-Version: 1.0\nTag: py2-none-any\n"));
    assert_eq!(tags.notes, [format!("the tags in WHEEL of `{DEMO}` differ from its file name")]);
}

#[test]
fn record_names_every_file_with_its_hash() {
    let row = |hash: &str, size: &str| {
        Wheel::new(DEMO).entry(Packed::stored("a.py", b"")).recorded(&format!("a.py,{hash},{size}\n"))
    };
    let right = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    let unlisted = Wheel::new(DEMO).entry(Packed::stored("a.py", b""));
    accepted(&row(right, "0"));
    accepted(&row(right, ""));
    accepted(&row(
        "sha512=z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg",
        "0",
    ));
    refused(&unlisted, "its RECORD does not list \"a.py\"");
    refused(&row("", ""), "its RECORD has no hash for \"a.py\"");
    refused(&row(right, "1"), "the size of its file \"a.py\" differs from RECORD");
    let wrong = right.replace("47D", "48D");
    refused(&row(&wrong, "0"), "the hash of its file \"a.py\" differs from RECORD");
    refused(
        &Wheel::new(DEMO).recorded(&format!("gone.py,{right},0\n")),
        "its RECORD lists a missing file: \"gone.py\"",
    );
    refused(&Wheel::new(DEMO).recorded("../x,,\n"), "line 3 of its RECORD is invalid: it has a component `.` or `..`");
    let none = Wheel::new(DEMO).entry(Packed::stored("demo-1.0.dist-info/RECORD", b"\xff"));
    refused(&none, "its file \"demo-1.0.dist-info/RECORD\" is not UTF-8 text of at most 67108864 bytes");
}

#[test]
fn signatures_of_record_need_no_row() {
    for name in ["RECORD.jws", "RECORD.p7s"] {
        let path = format!("demo-1.0.dist-info/{name}");
        accepted(&Wheel::new(DEMO).entry(Packed::stored(&path, b"signed")));
        refused(&Wheel::new(DEMO).entry(Packed::stored(name, b"")), &format!("its RECORD does not list {name:?}"));
    }
}

#[test]
fn an_entry_that_repeats_is_checked_and_written_once() {
    let again = Packed::stored("a.py", b"1");
    let unpacked = accepted(&Wheel::new(DEMO).file("a.py", b"1").entry(again));
    assert_eq!(unpacked.tree.directories[0].files.len(), 1);
}

#[test]
fn data_goes_to_schemes_only() {
    accepted(&Wheel::new(DEMO).data("data/share/x", b"").data("scripts/x", b"").data("headers/x.h", b""));
    for path in ["x", "lib/x", "scripts/nested/x"] {
        let reason = format!("its file \"demo-1.0.data/{path}\" belongs to no installation scheme");
        refused(&Wheel::new(DEMO).data(path, b""), &reason);
    }
}

#[test]
fn entry_points_that_cannot_be_commands_are_refused() {
    let wheel = |line: &str| Wheel::new(DEMO).info("entry_points.txt", &format!("[console_scripts]\n{line}\n"));
    for (line, reason) in [
        ("../x = a:b", "its name is not a plain file name"),
        ("python3 = a:b", "its name would replace the interpreter"),
        ("x = a", "it does not name an object in a module"),
    ] {
        refused(&wheel(line), &format!("its entry point {line:?} cannot become a command: {reason}"));
    }
}

#[test]
fn names_that_a_disk_cannot_keep_apart_are_refused_there() {
    let wheel = Wheel::new(DEMO).file("A.py", b"1").file("a.py", b"2");
    let reason = "its names \"A.py\" and \"a.py\" differ only in case";
    refused_on(DiskNames::CaseInsensitive, &wheel, reason);
    refused_on(DiskNames::Windows, &wheel, reason);
    let directories = Wheel::new(DEMO).file("Data/a", b"").file("data/b", b"");
    let reason = "its names \"Data\" and \"data\" differ only in case";
    refused_on(DiskNames::CaseInsensitive, &directories, reason);
    let device = Wheel::new(DEMO).file("demo/aux.py", b"");
    if DiskNames::of_this_system() == DiskNames::CaseSensitive {
        accepted(&wheel);
        accepted(&directories);
        accepted(&device);
    }
    refused_on(
        DiskNames::Windows,
        &device,
        "Windows cannot hold its file \"demo/aux.py\": a part is the name of a Windows device",
    );
}

#[test]
fn unpacking_stops_when_it_is_interrupted() {
    let disk = Disk::new();
    disk.host.interrupt.raise();
    let wheel = Wheel::new(DEMO).file("a.py", b"1");
    let unpacked = disk.unpack(wheel.bytes(), &wheel.name, 1, DiskNames::CaseSensitive);
    assert_eq!(unpacked, Err("interrupted".to_owned()));
}

/// A wheel with any byte changed is refused or unpacks to the same files.
#[test]
fn no_changed_byte_changes_what_is_unpacked() {
    let wheel = Wheel::new(DEMO).file("demo.py", b"print('hello')\n");
    let bytes = wheel.bytes();
    let unpacked = |bytes: Vec<u8>| {
        let disk = Disk::new();
        disk.unpack(bytes, &wheel.name, 1, DiskNames::CaseSensitive).map(|_| disk.files())
    };
    let expected = unpacked(bytes.clone());
    assert!(expected.is_ok());
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let found = unpacked(changed);
        assert!(found.is_err() || found == expected, "byte {position}");
    }
}

#[test]
fn nothing_that_stands_is_written_over() {
    let disk = Disk::new();
    let path = disk.directory.path().join("a.py");
    disk.host.files.write_new(&path, b"own", 0o666).unwrap();
    let wheel = Wheel::new(DEMO).file("a.py", b"1");
    let unpacked = disk.unpack(wheel.bytes(), &wheel.name, 1, DiskNames::CaseSensitive);
    assert_eq!(unpacked, Err(format!("failed to create `{}`", path.display())));
    assert_eq!(disk.host.files.read(&path).unwrap(), b"own");
}

#[test]
fn a_symbolic_link_becomes_a_file_with_the_name_of_its_target() {
    let mut wheel = Wheel::new(DEMO).file("link", b"../outside");
    wheel.entries.last_mut().unwrap().attributes = 0o120_777 << 16;
    let disk = Disk::new();
    disk.unpack(wheel.bytes(), &wheel.name, 1, DiskNames::CaseSensitive).unwrap();
    let path = disk.directory.path().join("link");
    assert_eq!(disk.host.files.kind(&path).unwrap(), Some(FileKind::File));
    assert_eq!(disk.host.files.read(&path).unwrap(), b"../outside");
}

/// PEP 639 puts them into directories below `.dist-info`.
#[test]
fn licence_files_are_kept_with_their_directories() {
    let metadata = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nLicense-Expression: MIT\n\
                    License-File: LICENSE\nLicense-File: vendor/x/COPYING\n";
    let wheel = Wheel::new(DEMO)
        .info("METADATA", metadata)
        .info("licenses/LICENSE", "mine")
        .info("licenses/vendor/x/COPYING", "theirs");
    let unpacked = accepted(&wheel);
    let licences = unpacked.tree.directories.iter().filter(|directory| directory.path.contains("licenses"));
    let files: Vec<String> =
        licences.flat_map(|directory| directory.files.iter().map(|file| directory.path_of(file))).collect();
    let expected = ["LICENSE", "vendor/x/COPYING"].map(|name| format!("demo-1.0.dist-info/licenses/{name}"));
    assert_eq!(files, expected);
}

#[test]
fn bytes_in_another_encoding_are_refused_where_they_decide_something() {
    let with = |name: &str, content: &[u8]| {
        let path = format!("demo-1.0.dist-info/{name}");
        Wheel::new(DEMO).without(&path).file(&path, content)
    };
    accepted(&with("METADATA", b"Name: demo\nVersion: 1.0\nAuthor: Jos\xe9\n\nGr\xfc\xdfe\n"));
    accepted(&with("METADATA", b"\xef\xbb\xbfMetadata-Version: 2.1\nName: demo\nVersion: 1.0\n"));
    let says = |what: &str| format!("it belongs to another project or version: its METADATA says `{what}`");
    refused(&with("METADATA", b"Name: d\xe9mo\nVersion: 1.0\n"), &says("d\u{fffd}mo 1.0"));
    refused(&with("METADATA", b"\xef\xbb\xbfName: demo\nVersion: 1.0\n"), &says("no Name"));
    refused(&with("METADATA", b"N\0a\0m\0e\0:\0d\0e\0m\0o\0\n\0"), &says("no Name"));
    for name in ["WHEEL", "entry_points.txt"] {
        let reason = format!("its file \"demo-1.0.dist-info/{name}\" is not UTF-8 text of at most 67108864 bytes");
        refused(&with(name, b"x: \xff\n"), &reason);
    }
}
