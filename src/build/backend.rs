//! Calls the hooks of a backend, in a process of the isolated environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::host::{Command, Host, KeptOutput, Output, Stopped};
use crate::vocab::{Requirement, SafePath, WheelName, join_relative};

use super::system::requirement;
use super::variables::variables;
use super::{BuildError, BuildSystem, Room};

const SCRIPT: &str = include_str!("hook.py");

/// The largest extension modules compile for more than half an hour.
const TIME_LIMIT: Duration = Duration::from_hours(4);

/// The bytes of a backend's output that a failure shows.
const LOG_SHOWN: usize = 16 << 10;

/// A backend, and the source tree that it builds.
pub struct Backend<'a> {
    pub host: &'a Host,
    pub room: &'a Room,
    pub system: &'a BuildSystem,
    /// The source tree. Hooks run in it, as in pip and uv.
    pub tree: &'a Path,
    /// The interpreter of the isolated environment.
    pub python: &'a Path,
    /// Config settings: a key that was named more than once has several values.
    pub settings: &'a BTreeMap<String, Vec<String>>,
}

/// The kind of wheel to build.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// A wheel that leads to the tree (PEP 660).
    Editable,
    Wheel,
}

/// A call, as the script reads it.
#[derive(Serialize)]
struct Call<'a> {
    answer: PathBuf,
    backend: &'a str,
    backend_path: Vec<PathBuf>,
    directory: Option<PathBuf>,
    hook: &'a str,
    settings: BTreeMap<&'a str, Setting<'a>>,
    tree: &'a Path,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Setting<'a> {
    One(&'a str),
    Several(&'a [String]),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    missing: bool,
    #[serde(default)]
    value: serde_json::Value,
}

impl Target {
    fn requires_hook(self) -> &'static str {
        match self {
            Self::Editable => "get_requires_for_build_editable",
            Self::Wheel => "get_requires_for_build_wheel",
        }
    }

    fn build_hook(self) -> &'static str {
        match self {
            Self::Editable => "build_editable",
            Self::Wheel => "build_wheel",
        }
    }
}

impl Backend<'_> {
    /// Further requirements that the backend states for this tree.
    pub fn requirements(&self, target: Target) -> Result<Vec<Requirement>, BuildError> {
        let hook = target.requires_hook();
        let Some(value) = self.call(hook, None)? else { return Ok(Vec::new()) };
        let texts: Vec<String> = serde_json::from_value(value).map_err(|error| BuildError::Backend {
            backend: self.system.backend.clone(),
            hook,
            log: format!("it did not return a list of requirements: {error}"),
        })?;
        texts.iter().map(|text| requirement(text)).collect()
    }

    /// METADATA of the wheel that would be built; `None` if the backend does not have the hook.
    pub fn metadata(&self) -> Result<Option<Vec<u8>>, BuildError> {
        let hook = "prepare_metadata_for_build_wheel";
        let directory = self.room.metadata();
        let Some(value) = self.call(hook, Some(directory.clone()))? else { return Ok(None) };
        let returned = value.as_str().unwrap_or_default();
        let path = SafePath::parse(returned).ok().filter(|path| path.parts().count() == 1);
        let file = path.map(|path| path.below(&directory).join("METADATA"));
        match file.map(|file| self.host.files.read_if_present(&file)).transpose()?.flatten() {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(BuildError::NoMetadata { backend: self.system.backend.clone(), returned: value.to_string() }),
        }
    }

    /// Builds a wheel, and returns its path and name.
    pub fn build(&self, target: Target) -> Result<(PathBuf, WheelName), BuildError> {
        let (hook, backend) = (target.build_hook(), || self.system.backend.clone());
        let directory = self.room.wheels();
        let value = self.call(hook, Some(directory.clone()))?;
        let value = value.ok_or_else(|| BuildError::NoHook { backend: backend(), hook })?;
        let returned = value.as_str().unwrap_or_default();
        // The name has no separators, so that the path cannot leave the directory.
        match returned.parse::<WheelName>() {
            Ok(name) if self.host.files.is_file(&directory.join(name.as_str())) => {
                Ok((directory.join(name.as_str()), name))
            }
            _ => Err(BuildError::NoWheel { backend: backend(), returned: value.to_string() }),
        }
    }

    /// The output of the hooks so far; of each, the end if it is long.
    pub fn log(&self) -> String {
        self.host.files.read_text(&self.room.log()).unwrap_or_default()
    }

    /// Calls a hook; `None` if the backend does not have it.
    fn call(&self, hook: &'static str, directory: Option<PathBuf>) -> Result<Option<serde_json::Value>, BuildError> {
        let Self { host, room, system, tree, python, settings } = *self;
        host.files.remove_file(&room.answer())?;
        let settings = settings.iter().map(|(key, values)| match values.as_slice() {
            [only] => (key.as_str(), Setting::One(only)),
            several => (key.as_str(), Setting::Several(several)),
        });
        let call = Call {
            answer: room.answer(),
            backend: &system.backend,
            backend_path: system.backend_path.iter().map(|path| join_relative(tree, path)).collect(),
            directory,
            hook,
            settings: settings.collect(),
            tree,
        };
        let failed = |log: String| BuildError::Backend { backend: system.backend.clone(), hook, log };
        // `-I` keeps everything outside the environment from being imported, the tree itself included (PEP 517). `-B` keeps
        // bytecode out of the tree, and `-u` the lines of the output in their order.
        let mut command = Command::new(python, ["-I", "-B", "-u", "-c", SCRIPT]);
        command.stdin = serde_json::to_vec(&call).map_err(|error| failed(error.to_string()))?;
        command.variables = variables(&host.environment, python.parent().unwrap_or(python), room);
        command.time_limit = TIME_LIMIT;
        // Not in a file: a backend may write without end, and so may programs that it leaves behind.
        command.kept = KeptOutput::Last(LOG_SHOWN);
        // Compilers would go on for hours.
        command.stopped = Stopped::WithDescendants;
        let output = host.processes.capture(&command)?;
        host.interrupt.check()?;
        host.files.write_atomic(&room.log(), format!("{}{}", self.log(), end_of(&output)).as_bytes())?;
        let answer = host.files.read_if_present(&room.answer())?;
        let answer = answer.filter(|_| output.status.success()).and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(Answer { missing, value }) = answer else {
            return Err(failed(format!("{}{}", self.log(), String::from_utf8_lossy(&output.stderr))));
        };
        Ok((!missing).then_some(value))
    }
}

/// The output that was kept, in whole lines.
fn end_of(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match text.split_once('\n') {
        Some((_, whole_lines)) if output.skipped > 0 => format!("…\n{whole_lines}"),
        _ => text,
    }
}
