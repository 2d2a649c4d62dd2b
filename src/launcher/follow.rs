//! Finds the program that a sidecar names.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::sidecar::{Sidecar, SidecarError, Variables, sidecar_of};

/// A program to start, and the arguments before the user's own.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Invocation {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) variables: Variables,
}

/// Errors of finding the program to start.
#[derive(Debug)]
pub(super) enum FollowError {
    Content { path: PathBuf, source: SidecarError },
    Empty { path: PathBuf },
    Loop { path: PathBuf },
    Read { path: PathBuf, source: io::Error },
}

/// Reads a whole file as text: the only access to the machine here.
pub(super) type Reader<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// The suffixes of programs that Windows runs by itself, in the order of its PATHEXT.
pub const PROGRAM_SUFFIXES: &[&str] = &[".com", ".exe", ".bat", ".cmd"];

const SCRIPTS: &str = if cfg!(windows) { "Scripts" } else { "bin" };

/// Finds the program of the launcher at a path.
pub(super) fn follow(launcher: &Path, read: Reader<'_>) -> Result<Invocation, FollowError> {
    let path = sidecar_of(launcher);
    let text = read(&path).map_err(failed(&path))?;
    match parse(&path, &text)? {
        // A script that is started as a part of its own environment: the app may have set the variables for it.
        Sidecar::Script { python, script } => Ok(script_in(directory(&path), &python, &script, Variables::Keep)),
        Sidecar::Pointer { pointer, command, variables } => {
            follow_pointer(&directory(&path).join(pointer), &command, variables, read)
        }
    }
}

/// Finds a command of the generation that a pointer names. If the command has a launcher there, that one is followed
/// here, which saves a process.
fn follow_pointer(
    pointer: &Path,
    command: &str,
    variables: Variables,
    read: Reader<'_>,
) -> Result<Invocation, FollowError> {
    let text = read(pointer).map_err(failed(pointer))?;
    let generation = text.trim();
    if generation.is_empty() {
        return Err(FollowError::Empty { path: pointer.to_owned() });
    }
    let scripts = directory(pointer).join(generation).join(SCRIPTS);
    let program = scripts.join(format!("{command}{}", std::env::consts::EXE_SUFFIX));
    let path = sidecar_of(&program);
    match read(&path) {
        Ok(text) => match parse(&path, &text)? {
            Sidecar::Script { python, script } => Ok(script_in(&scripts, &python, &script, variables)),
            Sidecar::Pointer { .. } => Err(FollowError::Loop { path }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut programs = PROGRAM_SUFFIXES.iter().map(|suffix| scripts.join(format!("{command}{suffix}")));
            let program = programs.find(|path| exists(path, read)).unwrap_or(program);
            // Not a script of Python.
            Ok(Invocation { program, arguments: Vec::new(), variables: Variables::Keep })
        }
        Err(source) => Err(FollowError::Read { path, source }),
    }
}

fn exists(path: &Path, read: Reader<'_>) -> bool {
    !matches!(read(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

fn script_in(directory: &Path, python: &Path, script: &Path, variables: Variables) -> Invocation {
    let arguments = vec![directory.join(script).into_os_string()];
    Invocation { program: directory.join(python), arguments, variables }
}

fn parse(path: &Path, text: &str) -> Result<Sidecar, FollowError> {
    Sidecar::parse(text).map_err(|source| FollowError::Content { path: path.to_owned(), source })
}

fn directory(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> FollowError {
    let path = path.to_owned();
    move |source| FollowError::Read { path, source }
}

impl fmt::Display for FollowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content { path, source } => write!(f, "failed to parse `{}`: {source}", path.display()),
            Self::Empty { path } => write!(f, "`{}` does not point to a generation", path.display()),
            Self::Loop { path } => write!(f, "`{}` points to another pointer", path.display()),
            Self::Read { path, source } => write!(f, "failed to read `{}`: {source}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The launcher `bin/demo` among these files.
    fn followed(files: &[(PathBuf, &str)]) -> Result<Invocation, String> {
        let read = |path: &Path| {
            let found = files.iter().find(|(name, _)| name == path);
            found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        follow(Path::new("bin/demo"), &read).map_err(|error| error.to_string())
    }

    fn joined(parts: &[&str]) -> PathBuf {
        parts.iter().collect()
    }

    fn pointer() -> (PathBuf, &'static str) {
        (joined(&["bin", "demo.kingbolt"]), "kingbolt-launcher 1\npointer = ../apps/demo/current\ncommand = demo\n")
    }

    fn current(text: &'static str) -> (PathBuf, &'static str) {
        (joined(&["bin", "../apps/demo/current"]), text)
    }

    #[test]
    fn a_script_is_run_by_the_interpreter_beside_it() {
        let sidecar =
            (joined(&["bin", "demo.kingbolt"]), "kingbolt-launcher 1\npython = py\nscript = demo-script.py\n");
        let expected = Invocation {
            program: joined(&["bin", "py"]),
            arguments: vec![joined(&["bin", "demo-script.py"]).into()],
            variables: Variables::Keep,
        };
        assert_eq!(followed(&[sidecar]), Ok(expected));
    }

    #[test]
    fn a_pointer_leads_to_the_program_of_the_current_generation() {
        let program = joined(&["bin", "../apps/demo", "generations/2-ab", SCRIPTS])
            .join(format!("demo{}", std::env::consts::EXE_SUFFIX));
        let expected = Invocation { program, arguments: Vec::new(), variables: Variables::Keep };
        assert_eq!(followed(&[pointer(), current("generations/2-ab\r\n")]), Ok(expected));
    }

    #[test]
    fn a_batch_file_stands_in_for_a_program() {
        let scripts = joined(&["bin", "../apps/demo", "generations/2-ab", SCRIPTS]);
        let batch = (scripts.join("demo.cmd"), "@echo off");
        let expected = Invocation { program: batch.0.clone(), arguments: Vec::new(), variables: Variables::Keep };
        assert_eq!(followed(&[pointer(), current("generations/2-ab"), batch]), Ok(expected));
    }

    #[test]
    fn of_several_programs_of_one_name_the_one_that_windows_would_run_is_run() {
        let scripts = joined(&["bin", "../apps/demo", "generations/2-ab", SCRIPTS]);
        let [com, exe, batch] = ["demo.com", "demo.exe", "demo.bat"].map(|name| (scripts.join(name), ""));
        let run = |programs: &[(PathBuf, &'static str)]| {
            followed(&[&[pointer(), current("generations/2-ab")], programs].concat()).map(|found| found.program)
        };
        assert_eq!(run(&[batch.clone(), exe.clone(), com.clone()]), Ok(com.0));
        assert_eq!(run(&[batch, exe.clone()]), Ok(exe.0));
    }

    #[test]
    fn a_pointer_leads_through_the_launcher_of_the_generation() {
        let scripts = joined(&["bin", "../apps/demo", "generations/2-ab", SCRIPTS]);
        let inner = (scripts.join("demo.kingbolt"), "kingbolt-launcher 1\npython = py\nscript = s.py\n");
        let expected = Invocation {
            program: scripts.join("py"),
            arguments: vec![scripts.join("s.py").into()],
            variables: Variables::Remove,
        };
        assert_eq!(followed(&[pointer(), current("generations/2-ab"), inner]), Ok(expected));
    }

    #[test]
    fn what_is_missing_or_damaged_is_named() {
        let sidecar = joined(&["bin", "demo.kingbolt"]);
        let absent = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(followed(&[]), Err(format!("failed to read `{}`: {absent}", sidecar.display())));
        let damaged = followed(&[(sidecar.clone(), "x")]);
        let why = SidecarError::Format;
        assert_eq!(damaged, Err(format!("failed to parse `{}`: {why}", sidecar.display())));
        let empty = followed(&[pointer(), current("\n")]);
        assert_eq!(empty, Err(format!("`{}` does not point to a generation", current("").0.display())));
    }

    #[test]
    fn a_pointer_behind_a_pointer_is_refused() {
        let inner = joined(&["bin", "../apps/demo", "g", SCRIPTS]).join("demo.kingbolt");
        let error = followed(&[pointer(), current("g"), (inner.clone(), pointer().1)]);
        assert_eq!(error, Err(format!("`{}` points to another pointer", inner.display())));
    }
}
