//! The commands of a wheel: which files its entry points become.

use std::collections::BTreeSet;

use crate::launcher;
use crate::platform::Os;
use crate::store::Manifest;
use crate::venv::Layout;
use crate::vocab::join_relative;
use crate::wheel::{Destination, EntryPoint, EntryPointGroup, FileMode, Scheme, TreeFile};

/// A version of Python as written in the names of pip's commands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct PythonVersion<'a> {
    major: &'a str,
    minor: &'a str,
}

impl<'a> PythonVersion<'a> {
    /// The version in the name of the headers' directory: `include/site/python3.12`.
    pub(super) fn of(layout: &'a Layout) -> Option<Self> {
        let name = layout.headers.file_name().and_then(|name| name.to_str())?;
        let version = name.trim_start_matches(|character: char| !character.is_ascii_digit());
        let (major, minor) = version.split_once('.')?;
        let minor = minor.trim_end_matches(|character: char| !character.is_ascii_digit());
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(major) && is_number(minor)).then_some(Self { major, minor })
    }
}

/// The names of the commands that a wheel brings into an environment of a layout, told from its manifest alone. On Windows
/// these may be more than an environment has: files of scripts that the system cannot run are among them.
pub fn command_names_of(manifest: &Manifest, layout: &Layout) -> BTreeSet<String> {
    let entry_points = of_wheel(&manifest.project, &manifest.entry_points, PythonVersion::of(layout));
    let name = |file: &TreeFile| name_of(&file.name, layout.os).unwrap_or(&file.name).to_owned();
    let mut names: BTreeSet<String> = entry_points.iter().map(|point| point.name.clone()).collect();
    for source in &manifest.tree.directories {
        let Ok(destination) = Destination::of(&source.path) else { continue };
        let is_command = |file: &&TreeFile| match destination.scheme {
            Scheme::Scripts => !is_wrapper(&file.name, &entry_points),
            Scheme::Data if join_relative(&layout.data, destination.directory) == layout.scripts => {
                file.mode == FileMode::Executable
            }
            Scheme::Data | Scheme::Headers | Scheme::Platlib | Scheme::Purelib | Scheme::Root => false,
        };
        names.extend(source.files.iter().filter(is_command).map(name));
    }
    names
}

/// The entry points that become commands of an environment. pip's wheel may name commands for the Python that built it;
/// as pip does, `pip`, `pip3` and `pip3.12` are created for the Python of the environment instead.
pub(super) fn of_wheel(
    project: &str,
    entry_points: &[EntryPoint],
    python: Option<PythonVersion<'_>>,
) -> Vec<EntryPoint> {
    let mut commands = entry_points.to_vec();
    let pip = entry_points.iter().find(|point| point.group == EntryPointGroup::Console && point.name == "pip");
    if let (true, Some(pip), Some(PythonVersion { major, minor })) = (project.eq_ignore_ascii_case("pip"), pip, python)
    {
        commands.retain(|point| !is_versioned_pip(&point.name));
        for name in [format!("pip{major}"), format!("pip{major}.{minor}")] {
            commands.push(EntryPoint { name, ..pip.clone() });
        }
    }
    commands
}

/// True if a file among a wheel's scripts is the wrapper that old builders made for one of its entry points.
pub(super) fn is_wrapper(name: &str, commands: &[EntryPoint]) -> bool {
    let lower = name.to_ascii_lowercase();
    let suffix = [".exe", "-script.py", ".pya"].into_iter().find(|suffix| lower.ends_with(suffix));
    let stem = &name[..name.len() - suffix.map_or(0, str::len)];
    commands.iter().any(|command| command.name == stem)
}

/// The name that a person types to run a file of the scripts directory; `None` for a file that the system cannot run.
pub(super) fn name_of(file_name: &str, os: Os) -> Option<&str> {
    match os {
        Os::Linux | Os::MacOs => Some(file_name),
        Os::Windows => {
            let (stem, extension) = file_name.rsplit_once('.')?;
            launcher::PROGRAM_SUFFIXES
                .iter()
                .any(|suffix| suffix[1..].eq_ignore_ascii_case(extension))
                .then_some(stem)
                .filter(|stem| !stem.is_empty())
        }
    }
}

fn is_versioned_pip(name: &str) -> bool {
    let version = name.strip_prefix("pip");
    version.is_some_and(|version| {
        version.starts_with(|first: char| first.is_ascii_digit())
            && version.chars().all(|character| character.is_ascii_digit() || character == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(lines: &[&str]) -> Vec<EntryPoint> {
        lines.iter().map(|line| EntryPoint::parse(EntryPointGroup::Console, line).unwrap()).collect()
    }

    #[test]
    fn pip_gets_the_commands_of_the_python_that_runs_it() {
        let version = Some(PythonVersion { major: "3", minor: "12" });
        let pip = points(&["pip = p:m", "pip3 = p:m", "pip3.9 = p:m", "pipx = p:x"]);
        let expected = points(&["pip = p:m", "pipx = p:x", "pip3 = p:m", "pip3.12 = p:m"]);
        assert_eq!(of_wheel("pip", &pip, version), expected);
        assert_eq!(of_wheel("other", &pip, version), pip);
        assert_eq!(of_wheel("pip", &pip, None), pip);
    }

    #[test]
    fn windows_runs_programs_and_batch_files() {
        let windows = |name| name_of(name, Os::Windows);
        assert_eq!(["a.exe", "b.c.BAT", "d.cmd"].map(windows), [Some("a"), Some("b.c"), Some("d")]);
        assert_eq!(["a", "a.py", "a.sh", ".exe"].map(windows), [None; 4]);
        assert_eq!(name_of("a.exe", Os::Linux), Some("a.exe"));
    }

    #[test]
    fn wrappers_of_entry_points_are_known() {
        let commands = points(&["run = m:f"]);
        for name in ["run", "run.exe", "run-script.py", "run.PYA"] {
            assert!(is_wrapper(name, &commands), "{name}");
        }
        for name in ["run.sh", "running", "Run"] {
            assert!(!is_wrapper(name, &commands), "{name}");
        }
    }
}
