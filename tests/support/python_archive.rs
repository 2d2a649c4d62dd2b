//! An archive of the layout of python-build-standalone, made from a CPython of this machine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::encoding::sha256_hex;
use super::index::Index;
use super::machine::Machine;
use super::python::Python;

/// The archive of a build for this machine.
#[derive(Clone, Debug)]
pub(crate) struct PythonArchive {
    /// Such as `3.12.1`.
    pub(crate) version: String,
    pub(crate) bytes: Vec<u8>,
}

/// The date of all builds of tests.
const DATE: &str = "20260101";

/// Packages of the standard library that no test needs; they are most of it.
const LEFT_OUT: &[&str] = &[
    "__phello__",
    "__pycache__",
    "asyncio",
    "ctypes",
    "curses",
    "dbm",
    "dist-packages",
    "distutils",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "multiprocessing",
    "pydoc_data",
    "site-packages",
    "sqlite3",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
    "unittest",
    "wsgiref",
    "xml",
    "xmlrpc",
];

impl PythonArchive {
    /// The Python of the system as an archive: others may have all debugging symbols.
    pub(crate) fn local() -> Option<&'static Self> {
        static LOCAL: OnceLock<Option<PythonArchive>> = OnceLock::new();
        let pack = |python: Python| Self { version: python.version.clone(), bytes: packed(&python) };
        LOCAL.get_or_init(|| Python::of_the_system().map(pack)).as_ref()
    }

    /// An archive of a version, with entries of the test.
    pub(crate) fn of(version: &str, entries: &[(EntryType, &str, &str, u32)]) -> Self {
        let mut archive = Archive::new();
        for &(kind, name, content, mode) in entries {
            archive.add(kind, name, content, mode);
        }
        Self { version: version.to_owned(), bytes: archive.finish() }
    }

    /// The name of its directory.
    pub(crate) fn build(&self) -> String {
        format!("{}-{DATE}-{}", self.version, target())
    }

    /// The name of its file.
    pub(crate) fn file_name(&self) -> String {
        format!("cpython-{}+{DATE}-{}-install_only_stripped.tar.gz", self.version, target())
    }

    /// Its path on a server.
    pub(crate) fn path(&self) -> String {
        format!("/{DATE}/{}", self.file_name().replace('+', "%2B"))
    }

    /// The lines for it in a table of builds.
    pub(crate) fn lines(&self) -> String {
        format!("[builds.\"{}+{DATE}\"]\n{} = \"{}\"\n", self.version, target(), sha256_hex(&self.bytes))
    }

    /// A machine whose table has some builds, which an index serves.
    pub(crate) fn on(machine: Machine, index: &Index, archives: &[&Self]) -> Machine {
        let lines: Vec<String> = archives.iter().map(|archive| archive.lines()).collect();
        let table = format!("schema = 1\norigin = \"{}\"\n{}", index.origin(), lines.concat());
        let path = machine.write("builds.toml", table);
        for archive in archives {
            index.put(&archive.path(), archive.bytes.clone());
        }
        let machine = machine.with_index(index).with_variable("KINGBOLT_PYTHON_BUILDS", path);
        archives.iter().fold(machine, |machine, archive| {
            machine.naming(&archive.build(), "[BUILD]").naming(&archive.version, "[VERSION]")
        })
    }
}

/// The target of this machine, whose Python says which C library it has.
fn target() -> String {
    static TARGET: OnceLock<String> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let program = "import sysconfig; print('musl' if 'musl' in (sysconfig.get_config_var('HOST_GNU_TYPE') or '') \
                       else 'gnu')";
        let libc = Python::newest().map_or_else(|| "gnu".to_owned(), |python| python.prints(program));
        format!("{}-unknown-linux-{libc}", std::env::consts::ARCH)
    });
    target.clone()
}

/// The archive of a Python: its executable, most of its standard library, and a pair of names as in `terminfo`.
fn packed(python: &Python) -> Vec<u8> {
    let minor = python.minor_version();
    let program = "import sys, sysconfig; print(sys.base_prefix, sysconfig.get_path('stdlib'), sep='\\n')";
    let told = python.prints(program);
    let (prefix, stdlib) = told.split_once('\n').expect("it tells both");
    let mut archive = Archive::new();
    archive.add_file(&format!("bin/python{minor}"), &fs::read(&python.executable).expect("it runs"), 0o4755);
    archive.add(EntryType::Symlink, "python/bin/python", "python3", 0o777);
    archive.add(EntryType::Symlink, "python/bin/python3", &format!("python{minor}"), 0o777);
    let shared = fs::read_dir(Path::new(prefix).join("lib")).expect("it has one");
    for file in shared.filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with(&format!("libpython{minor}")) && name.contains(".so.") {
            archive.add_file(&format!("lib/{name}"), &fs::read(file.path()).expect("it is ours to read"), 0o755);
        }
    }
    archive.add_tree(Path::new(stdlib), &format!("lib/python{minor}"), prefix);
    archive.add_file("lib/pkgconfig/python3.pc", b"prefix=/install\n", 0o644);
    archive.add_file("share/terminfo/2/2621A", b"upper", 0o644);
    archive.add_file("share/terminfo/2/2621a", b"lower", 0o644);
    archive.finish()
}

struct Archive {
    builder: Builder<Vec<u8>>,
}

impl Archive {
    fn new() -> Self {
        Self { builder: Builder::new(Vec::new()) }
    }

    fn add_file(&mut self, path: &str, content: &[u8], mode: u32) {
        let mut header = header(EntryType::Regular, content.len() as u64, mode);
        self.builder.append_data(&mut header, format!("python/{path}"), content).expect("memory has room");
    }

    /// An entry with exactly this name, which the crate's builder would correct. The content of a link is its target.
    fn add(&mut self, kind: EntryType, name: &str, content: &str, mode: u32) {
        let is_link = matches!(kind, EntryType::Link | EntryType::Symlink);
        let body = if is_link { "" } else { content };
        let mut header = header(kind, body.len() as u64, mode);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        if is_link {
            header.as_old_mut().linkname[..content.len()].copy_from_slice(content.as_bytes());
        }
        header.set_cksum();
        self.builder.append(&header, body.as_bytes()).expect("memory has room");
    }

    /// The files below a directory. The prefix of this machine's Python becomes that of the machine of a builder.
    fn add_tree(&mut self, directory: &Path, name: &str, prefix: &str) {
        let entries = fs::read_dir(directory).expect("it is ours to read");
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = format!("{name}/{file_name}");
            let is_left_out = LEFT_OUT.contains(&file_name.as_str()) || file_name.starts_with("config-");
            if path.is_dir() && !is_left_out {
                self.add_tree(&path, &name, prefix);
            } else if path.is_file() && file_name != "EXTERNALLY-MANAGED" {
                let mut content = fs::read(&path).expect("it is ours to read");
                if file_name.starts_with("_sysconfigdata") {
                    content = String::from_utf8_lossy(&content).replace(prefix, "/install").into_bytes();
                }
                self.add_file(&name, &content, 0o644);
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        let tar = self.builder.into_inner().expect("memory has room");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&tar).expect("memory has room");
        encoder.finish().expect("memory has room")
    }
}

fn header(kind: EntryType, size: u64, mode: u32) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header
}
