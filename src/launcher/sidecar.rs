//! The text file beside a launcher, read and written.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The launcher of console commands, beside the kingbolt executable.
pub const CONSOLE: &str = if cfg!(windows) { "kingbolt-launcher.exe" } else { "kingbolt-launcher" };

/// The launcher of GUI commands, beside the kingbolt executable.
pub const GUI: &str = if cfg!(windows) { "kingbolt-launcher-gui.exe" } else { "kingbolt-launcher-gui" };

/// The program that a launcher starts. Relative paths start at the sidecar's directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sidecar {
    /// Inside an environment: an interpreter runs a script.
    Script { python: PathBuf, script: PathBuf },
    /// In a directory of commands: a pointer file holds the directory of a generation, absolute or relative to the
    /// pointer's own directory; the command of that name in the generation is started.
    Pointer { pointer: PathBuf, command: String, variables: Variables },
}

/// The treatment of the caller's `PYTHONPATH` and `PYTHONHOME`, which are about the caller's Python.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Variables {
    Keep,
    /// Sidecars that do not say anything are older.
    #[default]
    Remove,
}

/// A sidecar that cannot be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SidecarError {
    /// The first line is not the one this launcher knows.
    #[error("the first line is not `{}`", FORMAT)]
    Format,
    /// A line is not `key = value`.
    #[error("the line `{0}` is not `key = value`")]
    Line(String),
    /// A required key is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A value that a text file cannot hold: not Unicode, empty, framed by spaces, or of several lines.
    #[error("`{}` cannot be written on one line", .0.display())]
    Value(PathBuf),
}

const FORMAT: &str = "kingbolt-launcher 1";

/// The key about the caller's variables, and its one value.
const VARIABLES: &str = "python-variables";
const KEEP: &str = "keep";

/// The path of a launcher's sidecar: `imednet.exe` -> `imednet.kingbolt`.
pub fn sidecar_of(launcher: &Path) -> PathBuf {
    let mut name = match launcher.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("exe") => launcher.file_stem(),
        _ => launcher.file_name(),
    }
    .unwrap_or(OsStr::new(""))
    .to_owned();
    name.push(".kingbolt");
    launcher.with_file_name(name)
}

impl Sidecar {
    /// Reads a sidecar's text. Unknown keys are ignored: a later kingbolt may write more.
    ///
    /// # Errors
    /// When the text is of another format or lacks something.
    pub fn parse(text: &str) -> Result<Self, SidecarError> {
        let mut lines = text.lines();
        if lines.next() != Some(FORMAT) {
            return Err(SidecarError::Format);
        }
        let mut entries = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let entry = line.split_once(" = ").ok_or_else(|| SidecarError::Line(line.to_owned()))?;
            entries.push(entry);
        }
        let find = |key: &'static str| {
            let found = entries.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| *value).ok_or(SidecarError::Missing(key))
        };
        match find("pointer") {
            Ok(pointer) => Ok(Self::Pointer {
                pointer: pointer.into(),
                command: find("command")?.to_owned(),
                variables: if find(VARIABLES) == Ok(KEEP) { Variables::Keep } else { Variables::Remove },
            }),
            Err(_) => Ok(Self::Script { python: find("python")?.into(), script: find("script")?.into() }),
        }
    }

    /// The text to write.
    ///
    /// # Errors
    /// When a path is not Unicode or would not be read back as it is.
    pub fn to_text(&self) -> Result<String, SidecarError> {
        let [(first, one), (second, other)] = match self {
            Self::Pointer { pointer, command, .. } => [("pointer", pointer.as_path()), ("command", Path::new(command))],
            Self::Script { python, script } => [("python", python.as_path()), ("script", script.as_path())],
        };
        let third = match self {
            Self::Pointer { variables: Variables::Keep, .. } => format!("{VARIABLES} = {KEEP}\n"),
            Self::Pointer { variables: Variables::Remove, .. } | Self::Script { .. } => String::new(),
        };
        Ok(format!("{FORMAT}\n{first} = {}\n{second} = {}\n{third}", value(one)?, value(other)?))
    }
}

fn value(path: &Path) -> Result<&str, SidecarError> {
    match path.to_str() {
        Some(text) if text.trim() == text && !text.is_empty() && !text.contains(['\n', '\r']) => Ok(text),
        _ => Err(SidecarError::Value(path.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let sidecars = [
            Sidecar::Script { python: "python.exe".into(), script: "imednet-script.py".into() },
            Sidecar::Script { python: r"C:\Users\Zoë = x\Scripts\python.exe".into(), script: "a b.py".into() },
            Sidecar::Pointer {
                pointer: r"C:\Apps\imednet\current".into(),
                command: "imednet".into(),
                variables: Variables::Keep,
            },
        ];
        for sidecar in sidecars {
            assert_eq!(Sidecar::parse(&sidecar.to_text().unwrap()), Ok(sidecar));
        }
    }

    #[test]
    fn the_text_is_the_documented_one() {
        let sidecar = Sidecar::Script { python: "python.exe".into(), script: "imednet-script.py".into() };
        let text = "kingbolt-launcher 1\npython = python.exe\nscript = imednet-script.py\n";
        assert_eq!(sidecar.to_text().as_deref(), Ok(text));
    }

    #[test]
    fn carriage_returns_and_unknown_keys_do_not_matter() {
        let text = "kingbolt-launcher 1\r\ncolour = red\r\n\r\ncommand = a\r\npointer = b\r\n";
        assert_eq!(
            Sidecar::parse(text),
            Ok(Sidecar::Pointer { pointer: "b".into(), command: "a".into(), variables: Variables::Remove })
        );
    }

    #[test]
    fn a_text_that_is_not_a_sidecar_is_refused() {
        assert_eq!(Sidecar::parse(""), Err(SidecarError::Format));
        assert_eq!(Sidecar::parse("kingbolt-launcher 2\n"), Err(SidecarError::Format));
        assert_eq!(Sidecar::parse("kingbolt-launcher 1\nnoise\n"), Err(SidecarError::Line("noise".into())));
        assert_eq!(Sidecar::parse("kingbolt-launcher 1\n"), Err(SidecarError::Missing("python")));
        assert_eq!(Sidecar::parse("kingbolt-launcher 1\npython = p\n"), Err(SidecarError::Missing("script")));
        assert_eq!(Sidecar::parse("kingbolt-launcher 1\npointer = p\n"), Err(SidecarError::Missing("command")));
    }

    #[test]
    fn a_path_that_a_line_cannot_hold_is_refused() {
        for path in ["", " a", "a\nb", "a\r"] {
            let sidecar = Sidecar::Pointer { pointer: path.into(), command: "x".into(), variables: Variables::Remove };
            assert_eq!(sidecar.to_text(), Err(SidecarError::Value(path.into())));
        }
    }

    #[test]
    fn the_sidecar_stands_beside_the_launcher_under_its_stem() {
        assert_eq!(sidecar_of(Path::new("d/imednet.exe")), Path::new("d/imednet.kingbolt"));
        assert_eq!(sidecar_of(Path::new("d/IMEDNET.EXE")), Path::new("d/IMEDNET.kingbolt"));
        assert_eq!(sidecar_of(Path::new("d/python3.12-config")), Path::new("d/python3.12-config.kingbolt"));
    }
}
