//! Archives of Pythons as a mirror has them, and a table that names them.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::encoding::sha256_hex;
use super::index::Index;
use super::machine::Machine;
use super::python::Python;

/// A table of builds, and their archives.
#[derive(Clone, Default)]
pub(crate) struct PythonBuilds {
    builds: Vec<(String, Vec<u8>)>,
}

/// The date of all builds.
pub(crate) const BUILD_DATE: &str = "20260101";

impl PythonBuilds {
    /// Builds of Pythons that tell these versions, and can do nothing else.
    pub(crate) fn telling(versions: &[&str]) -> Self {
        let builds = versions.iter().map(|version| ((*version).to_owned(), archive_of_fake(version)));
        Self { builds: builds.collect() }
    }

    /// A build with a given archive.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(version: &str, archive: Vec<u8>) -> Self {
        Self { builds: vec![(version.to_owned(), archive)] }
    }

    /// Puts the archives on a server, and makes a machine use them.
    pub(crate) fn served_to(&self, machine: Machine, index: &Index) -> Machine {
        self.served_by(index);
        let machine = self.known_to(machine);
        machine.with_variable("KINGBOLT_PYTHON_MIRROR", format!("{}/pythons", index.origin()))
    }

    /// Puts the archives into a directory, and makes a machine use them.
    pub(crate) fn in_directory_for(&self, machine: Machine) -> Machine {
        let mirror = machine.home().with_file_name("mirror");
        fs::create_dir_all(mirror.join(BUILD_DATE)).expect("the temporary directory can be filled");
        for (version, archive) in &self.builds {
            fs::write(mirror.join(BUILD_DATE).join(archive_name(version)), archive).expect("it can be filled");
        }
        let machine = self.known_to(machine);
        machine.with_variable("KINGBOLT_PYTHON_MIRROR", format!("file://{}", mirror.display()))
    }

    /// Puts the archives on a server, and returns a table that names them there.
    pub(crate) fn served_by(&self, index: &Index) -> String {
        for (version, archive) in &self.builds {
            index.put(&format!("/pythons/{BUILD_DATE}/{}", archive_name(version).replace('+', "%2B")), archive.clone());
        }
        self.table(&format!("{}/pythons", index.origin()))
    }

    /// Makes a table of these builds that of a machine.
    fn known_to(&self, machine: Machine) -> Machine {
        machine.with_python_table(&self.table("http://127.0.0.1:9"))
    }

    fn table(&self, origin: &str) -> String {
        let mut table = format!("schema = 1\norigin = \"{origin}\"\n[builds]\n");
        for (version, archive) in &self.builds {
            let hash = sha256_hex(archive);
            writeln!(table, "\"{version}+{BUILD_DATE}\" = {{ {} = \"{hash}\" }}", target())
                .expect("text can be written");
        }
        table
    }
}

/// The name of the directory of a build.
pub(crate) fn build_name(version: &str) -> String {
    format!("{version}-{BUILD_DATE}-{}", target())
}

fn archive_name(version: &str) -> String {
    format!("cpython-{version}+{BUILD_DATE}-{}-install_only_stripped.tar.gz", target())
}

/// The target of the machine that tests run on.
pub(crate) fn target() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "aarch64-apple-darwin",
        ("macos", _) => "x86_64-apple-darwin",
        ("windows", "aarch64") => "aarch64-pc-windows-msvc",
        ("windows", _) => "x86_64-pc-windows-msvc",
        (_, "aarch64") => "aarch64-unknown-linux-gnu",
        (_, _) => "x86_64-unknown-linux-gnu",
    }
}

/// The shell script of a Python that answers as the newest one of the machine does, but with another version, and from
/// wherever it is.
pub(crate) fn fake_python(version: &str) -> String {
    const ROOT: &str = "@root@";
    let python = Python::newest().expect("the fixture has one");
    let probe = concat!(env!("CARGO_MANIFEST_DIR"), "/src/python/probe.py");
    let printed = python.prints(&format!("exec(open({probe:?}).read())"));
    let (begin, end) = ("-----BEGIN KINGBOLT PROBE-----", "-----END KINGBOLT PROBE-----");
    let document = printed.split(begin).nth(1).and_then(|rest| rest.split(end).next()).expect("it answers");
    let mut report: serde_json::Value = serde_json::from_str(document).expect("it is a document");
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().expect("it is a number")).collect();
    let minor = format!("{}.{}", parts[0], parts[1]);
    report["version"] = serde_json::json!([parts[0], parts[1], parts[2], "final", 0]);
    let facts = &mut report["facts"];
    facts["base_executable"] = format!("{ROOT}/bin/python{minor}").into();
    facts["base_prefix"] = ROOT.into();
    facts["prefix"] = ROOT.into();
    facts["stdlib"] = format!("{ROOT}/lib/python{minor}").into();
    facts["markers"]["python_full_version"] = version.into();
    facts["markers"]["implementation_version"] = version.into();
    facts["markers"]["python_version"] = minor.clone().into();
    report["executable"] = format!("{ROOT}/bin/python{minor}").into();
    let answer = format!("{begin}{report}{end}").replace('\'', r"'\''").replace(ROOT, r#"'"$root"'"#);
    // The machine of a test has no `cat` and no `dirname`.
    format!("#!/bin/sh\nroot=${{0%/bin/*}}\nwhile read -r line; do :; done\nprintf '%s\\n' '{answer}'\n")
}

fn archive_of_fake(version: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut add = |path: &str, mode: u32, content: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        builder.append_data(&mut header, format!("python/{path}"), content.as_bytes()).expect("memory can be written");
    };
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    add(&format!("bin/python{minor}"), 0o755, &fake_python(version));
    add(&format!("lib/python{minor}/os.py"), 0o644, "");
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    link.set_mode(0o777);
    builder.append_link(&mut link, "python/bin/python3", format!("python{minor}")).expect("memory can be written");
    let mut encoder = builder.into_inner().expect("memory can be written");
    encoder.flush().expect("memory can be written");
    encoder.finish().expect("memory can be written")
}
