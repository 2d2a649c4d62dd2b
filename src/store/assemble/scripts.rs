//! Writes the files of the scripts directory: the wheel's own scripts, and those generated for its entry points.

use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::host::FileError;
use crate::launcher::{Sidecar, sidecar_of};
use crate::venv::Launchers;
use crate::vocab::join_relative;
use crate::wheel::{EntryPoint, EntryPointGroup, FileMode, TreeFile, command_script, rewritten_script};

use super::finish::{Finish, Written};
use super::plan::{Content, Script};
use super::{AssembleError, Command, commands};

/// The beginning of a wheel's script that needs the path of an interpreter, and of one that needs that of the
/// interpreter without a console.
const ASKS_FOR_PYTHON: &[u8] = b"#!python";
const ASKS_FOR_WINDOWED_PYTHON: &[u8] = b"#!pythonw";

impl Finish<'_> {
    /// Writes a script with the files that it needs. Returns its command, if it is one, and the written files.
    pub(super) fn script(self, script: &Script<'_>) -> Result<(Option<Command>, Vec<Written>), AssembleError> {
        self.host.interrupt.check()?;
        match &script.content {
            Content::EntryPoint(point) => {
                let (command, files) = self.entry_point(point)?;
                Ok((Some(command), files))
            }
            Content::Script { directory, file } => {
                let original = join_relative(&self.placement.wheel.tree(), directory).join(&file.name);
                let metadata = self.integrity.check(&original, file)?;
                match self.find_requested_python(&original)? {
                    Some(group) => self.python_script(file, &original, group),
                    None => Ok((self.command(file), vec![self.other_script(file, &original, &metadata)?])),
                }
            }
            Content::Verbatim { directory, file } => {
                let original = join_relative(&self.placement.wheel.tree(), directory).join(&file.name);
                let metadata = self.integrity.check(&original, file)?;
                self.put(&original, &metadata, &self.roots.scripts.join(&file.name), file)?;
                let command = self.command(file).filter(|_| file.mode == FileMode::Executable);
                Ok((command, vec![Written::unchanged(file)]))
            }
        }
    }

    fn entry_point(self, point: &EntryPoint) -> Result<(Command, Vec<Written>), AssembleError> {
        let EntryPoint { name, group, .. } = point;
        let python = self.python(*group);
        let Some(launchers) = &self.layout.launchers else {
            let text = command_script(point, &self.layout.python, self.starter);
            let command = Command { name: name.clone(), path: self.layout.scripts.join(name), group: *group };
            return Ok((command, vec![self.write_script(name, &text, FileMode::Executable)?]));
        };
        let suffix = match group {
            EntryPointGroup::Console => "-script.py",
            EntryPointGroup::Gui => "-script.pyw",
        };
        let text = command_script(point, &python, self.starter);
        let script = self.write_script(&format!("{name}{suffix}"), &text, FileMode::Plain)?;
        let (command, mut files) = self.launcher(launchers, name, *group, &script.name)?;
        files.push(script);
        Ok((command, files))
    }

    /// Writes a script with the path of its interpreter. It is a separate file, since files of the store are shared.
    fn python_script(
        self,
        file: &TreeFile,
        original: &Path,
        group: EntryPointGroup,
    ) -> Result<(Option<Command>, Vec<Written>), AssembleError> {
        let content = self.host.files.read(original)?;
        let rewritten = rewritten_script(&content, &self.layout.python, &self.layout.windowed_python(), self.starter);
        let script = self.write_script(&file.name, &rewritten.unwrap_or(content), FileMode::Executable)?;
        match &self.layout.launchers {
            None => Ok((self.command(file), vec![script])),
            Some(launchers) => {
                let (command, mut files) = self.launcher(launchers, &file.name, group, &file.name)?;
                files.push(script);
                Ok((Some(command), files))
            }
        }
    }

    /// Writes any other script. If it has to be made executable, it becomes a separate file.
    fn other_script(self, file: &TreeFile, original: &Path, metadata: &Metadata) -> Result<Written, AssembleError> {
        let path = self.roots.scripts.join(&file.name);
        match file.mode {
            FileMode::Executable => self.put(original, metadata, &path, file)?,
            FileMode::Plain => {
                let copied = self.host.files.copy_new(original, &path, FileMode::Executable.bits());
                copied.map_err(|error| self.failed(error))?;
            }
        }
        Ok(Written::unchanged(file))
    }

    /// The command that runs a file of the wheel directly.
    fn command(self, file: &TreeFile) -> Option<Command> {
        let name = commands::name_of(&file.name, self.layout.os)?.to_owned();
        Some(Command { name, path: self.layout.scripts.join(&file.name), group: EntryPointGroup::Console })
    }

    /// The kind of interpreter whose path a script needs, if it needs one.
    fn find_requested_python(self, script: &Path) -> Result<Option<EntryPointGroup>, FileError> {
        let mut start = Vec::new();
        let read = self.host.files.open(script)?.take(ASKS_FOR_WINDOWED_PYTHON.len() as u64).read_to_end(&mut start);
        read.map_err(|source| FileError { act: "read", path: script.to_owned(), source })?;
        Ok(match start.as_slice() {
            ASKS_FOR_WINDOWED_PYTHON => Some(EntryPointGroup::Gui),
            other => other.starts_with(ASKS_FOR_PYTHON).then_some(EntryPointGroup::Console),
        })
    }

    /// Writes what starts a script on systems that cannot run scripts: a launcher with the command's name, and its
    /// sidecar.
    fn launcher(
        self,
        launchers: &Launchers,
        name: &str,
        group: EntryPointGroup,
        script: &str,
    ) -> Result<(Command, Vec<Written>), AssembleError> {
        let launcher = match group {
            EntryPointGroup::Console => &launchers.console,
            EntryPointGroup::Gui => &launchers.gui,
        };
        let program_name = format!("{name}.exe");
        let path = self.layout.scripts.join(&program_name);
        let program = self.write_script(&program_name, &self.host.files.read(launcher)?, FileMode::Executable)?;
        let sidecar = Sidecar::Script { python: file_name(self.python(group)), script: script.into() };
        let sidecar_path = sidecar_of(&path);
        let sidecar_name = sidecar_path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = sidecar.to_text().map_err(|source| AssembleError::Sidecar { path: sidecar_path, source })?;
        let sidecar = self.write_script(&sidecar_name, text.as_bytes(), FileMode::Plain)?;
        Ok((Command { name: name.to_owned(), path, group }, vec![program, sidecar]))
    }

    fn python(self, group: EntryPointGroup) -> PathBuf {
        match group {
            EntryPointGroup::Console => self.layout.python.clone(),
            EntryPointGroup::Gui => self.layout.windowed_python(),
        }
    }
}

/// The path of an interpreter as a file in the same directory writes it.
fn file_name(python: PathBuf) -> PathBuf {
    python.file_name().map(PathBuf::from).unwrap_or(python)
}
