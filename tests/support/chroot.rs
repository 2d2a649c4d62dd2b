//! A root directory without Python: Kingbolt, a shell, and the C library of this machine, and nothing else.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::parts::missing;
use super::python::Python;
use super::python_build::PythonBuilds;
use super::run::Run;

/// A root directory of its own.
pub(crate) struct Chroot {
    root: TempDir,
    variables: Vec<(String, String)>,
    names: Vec<(String, String)>,
}

/// Directories of an installation that are for developers, or belong to packages.
const LEFT_OUT: &[&str] = &[
    "__pycache__",
    "config-",
    "dist-packages",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "site-packages",
    "test",
    "turtledemo",
];

/// The libraries that wheels may expect of every system (PEP 599), as far as programs do not bring them.
const OF_EVERY_SYSTEM: &[&str] = &[
    "libdl.so.2",
    "libm.so.6",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
];

impl Chroot {
    /// A root directory; `None` where this user has no mount namespaces.
    pub(crate) fn new() -> Option<Self> {
        let root = TempDir::new().expect("a temporary directory");
        let mut chroot = Self { root, variables: Vec::new(), names: Vec::new() };
        for directory in ["bin", "etc", "home", "proc", "tmp"] {
            fs::create_dir(chroot.path(directory)).expect("the temporary directory can be filled");
        }
        chroot.add_program(Path::new(env!("CARGO_BIN_EXE_kingbolt")), "bin/kingbolt");
        chroot.add_program(Path::new("/bin/sh"), "bin/sh");
        let c_library = libraries(Path::new("/bin/sh")).into_iter().find(|path| file_name(path) == "libc.so.6");
        let directory = c_library.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        for library in OF_EVERY_SYSTEM.iter().map(|name| directory.join(name)).filter(|path| path.is_file()) {
            chroot.add_library(&library);
        }
        for (name, value) in [("HOME", "/home"), ("PATH", "/home/.local/bin:/bin"), ("TMPDIR", "/tmp")] {
            chroot = chroot.with_variable(name, value);
        }
        let works = chroot.command("/bin/sh", ["-c", "exit 0"]).status().is_ok_and(|status| status.success());
        works.then_some(chroot).or_else(|| missing("this user may not make mount namespaces"))
    }

    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows a text as a name in what is compared.
    pub(crate) fn naming(mut self, text: &str, name: &str) -> Self {
        self.names.push((text.to_owned(), name.to_owned()));
        self
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, content: &str) {
        fs::write(self.path(path), content).expect("the temporary directory can be filled");
    }

    /// Copies a file or directory of this machine, with what links lead to, to the same path.
    pub(crate) fn add(&self, path: &str) {
        let copy = self.path(path.trim_start_matches('/'));
        fs::create_dir_all(copy.parent().expect("it has one")).expect("the temporary directory can be filled");
        let status = Command::new("cp").arg("-rL").arg(path).arg(&copy).status();
        assert!(status.expect("cp starts").success(), "{path}");
    }

    /// Prepares a run of a program in it.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = S>) -> Run<'_> {
        Run::new(self.command(program, arguments), &self.names)
    }

    /// Makes a build of a Python of this machine: an archive as mirrors have it. The libraries that it needs beside that of
    /// Python itself become libraries of the system here.
    pub(crate) fn build_of(&self, python: &Python) -> PythonBuilds {
        let executable = &python.executable;
        let prefix = executable.ancestors().nth(2).expect("it is in `bin`");
        let minor = python.minor_version();
        let stdlib = prefix.join(format!("lib/python{minor}"));
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut add = |path: &str, mode: u32, content: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(mode);
            builder.append_data(&mut header, format!("python/{path}"), content).expect("memory can be written");
        };
        let own_library = |path: &Path| file_name(path).starts_with("libpython");
        let mut needed = BTreeSet::new();
        let bytes = fs::read(executable).expect("it is there");
        add(&format!("bin/python{minor}"), 0o755, &found_beside(&bytes, &prefix.join("lib")));
        needed.extend(libraries(executable));
        for path in files_below(&stdlib) {
            let below = path.strip_prefix(prefix).expect("it is below").to_string_lossy().into_owned();
            if path.extension().is_some_and(|extension| extension == "so") {
                needed.extend(libraries(&path));
            }
            add(&below, 0o644, &fs::read(&path).expect("it is there"));
        }
        for library in needed {
            if own_library(&library) {
                add(&format!("lib/{}", file_name(&library)), 0o755, &fs::read(&library).expect("it is there"));
            } else {
                self.add_library(&library);
            }
        }
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        link.set_mode(0o777);
        let target = format!("python{minor}");
        builder.append_link(&mut link, "python/bin/python3", target).expect("memory can be written");
        let encoder = builder.into_inner().expect("memory can be written");
        PythonBuilds::of(&python.version, encoder.finish().expect("memory can be written"))
    }

    fn command<S: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
        // Python finds its library by `/proc/self/exe`.
        let script = format!(
            r#"{} --rbind /proc "$0/proc" && exec {} "$0" "$@""#,
            of_system("mount").display(),
            of_system("chroot").display()
        );
        let mut command = Command::new(of_system("unshare"));
        if !rustix::process::getuid().is_root() {
            command.arg("--map-root-user");
        }
        command.args(["--mount", "/bin/sh", "-c", &script]);
        command.arg(self.root.path()).arg(program).args(arguments).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn add_program(&self, program: &Path, path: &str) {
        fs::copy(program, self.path(path)).expect("the temporary directory can be filled");
        for library in libraries(program) {
            self.add_library(&library);
        }
    }

    fn add_library(&self, library: &Path) {
        let copy = self.path(&library.to_string_lossy()[1..]);
        if !copy.exists() {
            fs::create_dir_all(copy.parent().expect("it has one")).expect("the temporary directory can be filled");
            fs::copy(library, copy).expect("the temporary directory can be filled");
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }
}

/// A program of the system: the search path is that of the root directory.
fn of_system(program: &str) -> PathBuf {
    let places = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(|directory| Path::new(directory).join(program));
    places.into_iter().find(|path| path.is_file()).unwrap_or_else(|| PathBuf::from(program))
}

/// The libraries that a program or library is loaded with, the loader included.
fn libraries(path: &Path) -> Vec<PathBuf> {
    let output = Command::new("ldd").arg(path).output().expect("ldd starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = text.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    words.map(PathBuf::from).collect()
}

/// A program that looks for its libraries in `../lib`, as those of builds do, where it looked in a directory.
fn found_beside(program: &[u8], directory: &Path) -> Vec<u8> {
    let mut old = directory.to_string_lossy().into_owned().into_bytes();
    old.push(0);
    let mut new = b"$ORIGIN/../lib".to_vec();
    let mut program = program.to_vec();
    if new.len() < old.len()
        && let Some(start) = program.windows(old.len()).position(|window| window == old)
    {
        new.resize(old.len(), 0);
        program[start..start + old.len()].copy_from_slice(&new);
    }
    program
}

/// The files of a standard library that programs need.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("it can be listed") {
        let path = entry.expect("it can be read").path();
        if LEFT_OUT
            .iter()
            .any(|name| file_name(&path) == *name || (name.ends_with('-') && file_name(&path).starts_with(name)))
        {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
