//! What an environment has of its own of a wheel: its commands, who installed it and why, and RECORD.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::host::{FileError, Host};
use crate::launcher::{Sidecar, sidecar_of};
use crate::venv::{Launchers, Layout};
use crate::vocab::Role;
use crate::wheel::{
    EntryPoint, EntryPointGroup, FileMode, RecordHash, Starter, TreeFile, command_script, rewritten_script,
};

use super::link::Method;
use super::plan::{Batch, Content, Script};
use super::roots::Roots;
use super::rows::Rows;
use super::{AssembleError, Command, Installed, Placement, commands, link, paths};

/// What finishing a wheel needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finish<'a> {
    pub(super) host: &'a Host,
    pub(super) layout: &'a Layout,
    pub(super) roots: &'a Roots,
    pub(super) method: Method,
    pub(super) placement: Placement<'a>,
}

/// What begins the wheels of scripts that ask for an interpreter.
const ASKS_FOR_PYTHON: &[u8] = b"#!python";

impl Finish<'_> {
    /// Writes everything but the linked files, and RECORD of all.
    pub(super) fn run(self, batches: &[&Batch<'_>], scripts: &[&Script<'_>]) -> Result<Installed, AssembleError> {
        let manifest = self.placement.wheel.manifest();
        let library = self.roots.library(manifest);
        let mut rows = Rows::default();
        for batch in batches {
            let prefix = paths::prefix(library, &batch.target);
            for file in &batch.recorded {
                rows.push(format!("{prefix}{}", file.name), &file.hash, file.size);
            }
        }
        let mut installed = Vec::new();
        let prefix = paths::prefix(library, &self.roots.scripts);
        for script in scripts {
            let (command, written) = self.script(script)?;
            installed.extend(command);
            for file in written {
                rows.push(format!("{prefix}{}", file.name), &file.hash, file.size);
            }
        }
        installed.sort();
        let information = library.join(&manifest.dist_info);
        for (name, content) in self.information() {
            self.write(&information.join(name), &content, FileMode::Plain)?;
            rows.push(format!("{}/{name}", manifest.dist_info), &RecordHash::of(&content), content.len() as u64);
        }
        let (files, bytes) = rows.total();
        let record = rows.text(&format!("{}/RECORD", manifest.dist_info));
        self.write(&information.join("RECORD"), record.as_bytes(), FileMode::Plain)?;
        let bytes = bytes + record.len() as u64;
        Ok(Installed { name: manifest.archive.name().clone(), files: files + 1, bytes, commands: installed })
    }

    /// The files of `.dist-info` that say how the wheel came here (PyPA "recording installed projects", PEP 610).
    fn information(self) -> Vec<(&'static str, Vec<u8>)> {
        let mut files = vec![("INSTALLER", b"kingbolt\n".to_vec())];
        if self.placement.role == Role::Requested {
            files.push(("REQUESTED", Vec::new()));
        }
        if let Some(direct) = self.placement.direct {
            let sha256 = self.placement.wheel.sha256().to_hex();
            let archive = json!({ "hash": format!("sha256={sha256}"), "hashes": { "sha256": sha256 } });
            let text = json!({ "archive_info": archive, "url": direct.url }).to_string();
            files.push(("direct_url.json", text.into_bytes()));
        }
        files
    }

    fn script(self, script: &Script<'_>) -> Result<(Option<Command>, Vec<Written>), AssembleError> {
        let path = self.layout.scripts.join(&script.name);
        let command = |group| Command { name: commands::name_of(&path), path: path.clone(), group };
        match &script.content {
            Content::EntryPoint(point) => {
                let (command, files) = if let Some(launchers) = &self.layout.launchers {
                    self.launched(point, launchers)?
                } else {
                    let text = command_script(point, &self.layout.python, Starter::Shebang);
                    (command(point.group), vec![self.written(&script.name, &text, FileMode::Executable)?])
                };
                Ok((Some(command), files))
            }
            Content::Script { directory, file } => {
                let file = self.wheel_script(directory, file)?;
                Ok((Some(command(EntryPointGroup::Console)), vec![file]))
            }
            Content::Verbatim { directory, file } => {
                let original = paths::below(&self.placement.wheel.tree(), directory).join(&file.name);
                self.put(&original, &self.roots.scripts.join(&file.name), file)?;
                let is_command = file.mode == FileMode::Executable;
                Ok((is_command.then(|| command(EntryPointGroup::Console)), vec![Written::unchanged(file)]))
            }
        }
    }

    /// A script of the wheel. One whose interpreter has to be named, or that has to be made executable, becomes a file
    /// of its own: what is in the store is shared.
    fn wheel_script(self, directory: &str, file: &TreeFile) -> Result<Written, AssembleError> {
        let original = paths::below(&self.placement.wheel.tree(), directory).join(&file.name);
        let path = self.roots.scripts.join(&file.name);
        if self.asks_for_python(&original)? {
            let content = self.host.files.read(&original)?;
            let rewritten = rewritten_script(&content, &self.layout.python, &self.layout.windowed_python());
            return self.written(&file.name, &rewritten.unwrap_or(content), FileMode::Executable);
        }
        match file.mode {
            FileMode::Executable => self.put(&original, &path, file)?,
            FileMode::Plain => {
                let copied = self.host.files.copy_new(&original, &path, FileMode::Executable.bits());
                copied.map_err(|error| self.failed(error))?;
            }
        }
        Ok(Written::unchanged(file))
    }

    fn asks_for_python(self, script: &Path) -> Result<bool, FileError> {
        let mut start = Vec::new();
        let read = self.host.files.open(script)?.take(ASKS_FOR_PYTHON.len() as u64).read_to_end(&mut start);
        read.map_err(|source| FileError { act: "read", path: script.to_owned(), source })?;
        Ok(start == ASKS_FOR_PYTHON)
    }

    /// An entry point where scripts cannot start themselves: a launcher under the command's name, its sidecar, and the
    /// script that the sidecar names.
    fn launched(self, point: &EntryPoint, launchers: &Launchers) -> Result<(Command, Vec<Written>), AssembleError> {
        let (launcher, python, suffix) = match point.group {
            EntryPointGroup::Console => (&launchers.console, self.layout.python.clone(), "-script.py"),
            EntryPointGroup::Gui => (&launchers.gui, self.layout.windowed_python(), "-script.pyw"),
        };
        let script_name = format!("{}{suffix}", point.name);
        let text = command_script(point, &python, Starter::Launcher);
        let script = self.written(&script_name, &text, FileMode::Plain)?;
        let program_name = format!("{}.exe", point.name);
        let path = self.layout.scripts.join(&program_name);
        let program = self.written(&program_name, &self.host.files.read(launcher)?, FileMode::Executable)?;
        let sidecar = Sidecar::Script { python: beside(&self.layout.scripts, python), script: script_name.into() };
        let sidecar_path = sidecar_of(&path);
        let name = sidecar_path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = sidecar.to_text().map_err(|source| AssembleError::Sidecar { path: sidecar_path, source })?;
        let sidecar = self.written(&name, text.as_bytes(), FileMode::Plain)?;
        let command = Command { name: point.name.clone(), path, group: point.group };
        Ok((command, vec![program, script, sidecar]))
    }

    /// Writes a file among the commands.
    fn written(self, name: &str, content: &[u8], mode: FileMode) -> Result<Written, AssembleError> {
        self.write(&self.roots.scripts.join(name), content, mode)?;
        Ok(Written { name: name.to_owned(), hash: RecordHash::of(content), size: content.len() as u64 })
    }

    fn write(self, path: &Path, content: &[u8], mode: FileMode) -> Result<(), AssembleError> {
        self.host.files.write_new(path, content, mode.bits()).map_err(|error| self.failed(error))
    }

    fn put(self, original: &Path, path: &Path, file: &TreeFile) -> Result<(), AssembleError> {
        self.method.put(self.host, original, path, file.mode).map_err(|error| self.failed(error))
    }

    fn failed(self, error: FileError) -> AssembleError {
        if link::is_occupied(&error) {
            AssembleError::Occupied { path: error.path, wheel: self.placement.wheel.name().name().clone() }
        } else {
            error.into()
        }
    }
}

/// A file among the commands, as RECORD lists it.
#[derive(Debug)]
struct Written {
    name: String,
    hash: RecordHash,
    size: u64,
}

impl Written {
    fn unchanged(file: &TreeFile) -> Self {
        Self { name: file.name.clone(), hash: file.hash.clone(), size: file.size }
    }
}

/// A path as a file in that directory names it: relative where it stands in the same one.
fn beside(directory: &Path, path: PathBuf) -> PathBuf {
    match path.strip_prefix(directory) {
        Ok(name) => name.to_owned(),
        Err(_) => path,
    }
}
