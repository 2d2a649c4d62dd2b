//! Projects that bring their own build backend, so that a build needs no index.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::wheel::BuiltWheel;

/// The files of a project.
#[derive(Clone)]
#[must_use]
pub(crate) struct Project {
    name: String,
    version: String,
    files: Vec<(String, String)>,
}

/// Builds wheels whose command prints what its build was told.
const BACKEND: &str = r#"
import base64, hashlib, os, sys, zipfile

SECRETS = ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "KINGBOLT_INDEX_URL", "PYTHONPATH", "UV_INDEX_CORP_PASSWORD"]


def build_wheel(directory, settings=None, metadata=None):
    with open(NAME + ".py") as file:
        module = file.read()
    seen = [name for name in SECRETS if name in os.environ]
    module += f"SETTINGS = {settings!r}\nSECRETS = {seen!r}\nEPOCH = {os.environ['SOURCE_DATE_EPOCH']!r}\n"
    return write(directory, {NAME + ".py": module})


def build_editable(directory, settings=None, metadata=None):
    return write(directory, {NAME + ".pth": os.getcwd() + "\n"})


def write(directory, files):
    information = f"{NAME}-{VERSION}.dist-info"
    files[f"{information}/METADATA"] = f"Metadata-Version: 2.3\nName: {NAME}\nVersion: {VERSION}\n{HEADERS}"
    files[f"{information}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{information}/entry_points.txt"] = f"[console_scripts]\n{NAME} = {NAME}:main\n"
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{information}/RECORD"] = record + f"{information}/RECORD,,\n"
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return name
"#;

/// Counts builds.
const COUNTING: &str = r#"
uncounted = build_wheel


def count(hook):
    with open(os.environ["CALLS"], "a") as file:
        file.write(hook + "\n")


def build_wheel(*arguments):
    count("build")
    return uncounted(*arguments)
"#;

/// Tells METADATA; goes before what counts.
const PREPARING: &str = r#"
def prepare_metadata_for_build_wheel(directory, settings=None):
    if "CALLS" in os.environ:
        count("metadata")
    information = f"{NAME}-{VERSION}.dist-info"
    os.mkdir(os.path.join(directory, information))
    with open(os.path.join(directory, information, "METADATA"), "w") as file:
        file.write(f"Metadata-Version: 2.3\nName: {NAME}\nVersion: {VERSION}\n{HEADERS}")
    return information
"#;

impl Project {
    /// A project with a command of its name, which prints name, version, and what the build was told.
    pub(crate) fn new(name: &str, version: &str) -> Self {
        let table = "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";
        let module = format!(
            "import sys\n\n\ndef main():\n    print('{name} {version}')\n    if sys.argv[1:]:\n        \
             print(SETTINGS, SECRETS, EPOCH)\n\n\n"
        );
        let backend = format!("NAME, VERSION, HEADERS = {name:?}, {version:?}, \"\"\n{BACKEND}");
        Self { name: name.to_owned(), version: version.to_owned(), files: Vec::new() }
            .file("pyproject.toml", &format!("[project]\nname = \"{name}\"\nversion = \"{version}\"\n\n{table}"))
            .file("backend.py", &backend)
            .file(&format!("{name}.py"), &module)
    }

    /// A further file, or another content of one.
    pub(crate) fn file(mut self, path: &str, content: &str) -> Self {
        self.files.retain(|(other, _)| other != path);
        self.files.push((path.to_owned(), content.to_owned()));
        self
    }

    /// Lines at the end of the backend.
    pub(crate) fn backend(mut self, lines: &str) -> Self {
        if let Some((_, backend)) = self.files.iter_mut().find(|(path, _)| path == "backend.py") {
            let _ = write!(backend, "\n\n{lines}\n");
        }
        self
    }

    /// Header lines of the wheel's METADATA, each with a line break.
    pub(crate) fn headers(self, headers: &str) -> Self {
        self.backend(&format!("HEADERS = {headers:?}"))
    }

    /// A line in a file for each call of the backend: the hook's name. The variable `CALLS` names the file.
    pub(crate) fn counting(self) -> Self {
        self.backend(COUNTING)
    }

    /// A hook that tells METADATA without a build.
    pub(crate) fn preparing(self) -> Self {
        self.backend(PREPARING)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_str()))
    }

    /// A source distribution: a `.tar.gz` file with one directory.
    pub(crate) fn sdist(&self, directory: &str) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in self.files() {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder
                .append_data(&mut header, format!("{directory}/{path}"), content.as_bytes())
                .expect("memory can be written");
        }
        let mut encoder = builder.into_inner().expect("memory can be written");
        encoder.flush().expect("memory can be written");
        encoder.finish().expect("memory can be written")
    }

    /// The source distribution as an index offers it.
    pub(crate) fn published(&self) -> BuiltWheel {
        let stem = format!("{}-{}", self.name, self.version);
        BuiltWheel {
            project: self.name.clone(),
            file_name: format!("{stem}.tar.gz"),
            bytes: self.sdist(&stem),
            metadata: Vec::new(),
            requires_python: None,
        }
    }

    /// The same as a `.zip` file.
    pub(crate) fn zip(&self, directory: &str) -> Vec<u8> {
        let packed = self
            .files()
            .map(|(path, content)| super::Packed::deflated(&format!("{directory}/{path}"), content.as_bytes()));
        super::archive::Zip::of(packed).bytes()
    }
}
