//! The layout of an environment.

use std::path::{Path, PathBuf};

use crate::launcher;
use crate::platform::Os;
use crate::python::Interpreter;

/// The directories and programs of one environment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// The directory in which its files are written, as are all others but `prefix` and `python`.
    pub root: PathBuf,
    /// The environment's own directory: what activation scripts name. Its files may be written elsewhere and moved there.
    pub prefix: PathBuf,
    /// The environment's interpreter: what scripts name.
    pub python: PathBuf,
    /// Importable files that any machine can use.
    pub purelib: PathBuf,
    /// Importable files for this kind of machine; often the same directory as `purelib`.
    pub platlib: PathBuf,
    /// Commands.
    pub scripts: PathBuf,
    /// The target of a wheel's `data` scheme.
    pub data: PathBuf,
    /// C headers: each distribution has a directory below, named after it.
    pub headers: PathBuf,
    /// The system that the environment's interpreter runs on.
    pub os: Os,
    /// The executables that start scripts where scripts cannot start themselves: on Windows.
    pub launchers: Option<Launchers>,
}

/// Executables to copy under a command's name, beside a sidecar; see [`crate::launcher`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Launchers {
    pub console: PathBuf,
    pub gui: PathBuf,
}

impl Layout {
    /// The layout of an environment of that interpreter, without launchers. The paths are absolute when the root is.
    pub fn of(interpreter: &Interpreter, root: &Path) -> Self {
        let scheme = &interpreter.scheme;
        let os = interpreter.platform.os;
        let scripts = scheme.scripts.below(root);
        Self {
            root: root.to_owned(),
            prefix: root.to_owned(),
            python: scripts.join(python_name(os)),
            purelib: scheme.purelib.below(root),
            platlib: scheme.platlib.below(root),
            scripts,
            data: root.to_owned(),
            headers: scheme.headers.below(root),
            os,
            launchers: None,
        }
    }

    /// The same environment with its files written to another directory, from which they are moved.
    #[must_use]
    pub fn written_to(self, directory: &Path) -> Self {
        let moved = |path: &Path| {
            path.strip_prefix(&self.root).map_or_else(|_| path.to_owned(), |below| below_or_self(directory, below))
        };
        Self {
            root: directory.to_owned(),
            purelib: moved(&self.purelib),
            platlib: moved(&self.platlib),
            scripts: moved(&self.scripts),
            data: moved(&self.data),
            headers: moved(&self.headers),
            ..self
        }
    }

    /// The interpreter of an environment on this system, when only the environment's directory is known.
    pub fn python_in(root: &Path) -> PathBuf {
        let os = Os::current();
        root.join(if os == Os::Windows { "Scripts" } else { "bin" }).join(python_name(os))
    }

    /// The interpreter that starts without a console window on Windows; elsewhere the only one.
    pub fn windowed_python(&self) -> PathBuf {
        match self.os {
            Os::Linux | Os::MacOs => self.python.clone(),
            Os::Windows => self.python.with_file_name("pythonw.exe"),
        }
    }
}

impl Launchers {
    /// The launchers that were installed beside the kingbolt executable.
    pub fn beside(kingbolt: &Path) -> Self {
        Self { console: kingbolt.with_file_name(launcher::CONSOLE), gui: kingbolt.with_file_name(launcher::GUI) }
    }
}

/// Joining with nothing would add a slash.
fn below_or_self(directory: &Path, below: &Path) -> PathBuf {
    directory.iter().chain(below).collect()
}

fn python_name(os: Os) -> &'static str {
    if os == Os::Windows { "python.exe" } else { "python" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venv::fixtures::{linux, windows};

    #[test]
    fn directories_are_those_of_the_interpreters_scheme() {
        let root = Path::new("/srv/app");
        let expected = Layout {
            root: root.into(),
            prefix: root.into(),
            python: "/srv/app/bin/python".into(),
            purelib: "/srv/app/lib/python3.12/site-packages".into(),
            platlib: "/srv/app/lib64/python3.12/site-packages".into(),
            scripts: "/srv/app/bin".into(),
            data: root.into(),
            headers: "/srv/app/include/site/python3.12".into(),
            os: Os::Linux,
            launchers: None,
        };
        assert_eq!(Layout::of(&linux(), root), expected);
        assert_eq!(expected.windowed_python(), expected.python);
    }

    #[test]
    fn files_that_are_written_elsewhere_name_the_environment() {
        let layout = Layout::of(&linux(), Path::new("/srv/app")).written_to(Path::new("/srv/app/.new"));
        let expected = Layout {
            root: "/srv/app/.new".into(),
            prefix: "/srv/app".into(),
            python: "/srv/app/bin/python".into(),
            purelib: "/srv/app/.new/lib/python3.12/site-packages".into(),
            platlib: "/srv/app/.new/lib64/python3.12/site-packages".into(),
            scripts: "/srv/app/.new/bin".into(),
            data: "/srv/app/.new".into(),
            headers: "/srv/app/.new/include/site/python3.12".into(),
            os: Os::Linux,
            launchers: None,
        };
        assert_eq!(layout, expected);
    }

    #[test]
    fn on_windows_programs_have_their_suffix() {
        let layout = Layout::of(&windows(), Path::new("app"));
        assert_eq!(layout.python, Path::new("app/Scripts/python.exe"));
        assert_eq!(layout.windowed_python(), Path::new("app/Scripts/pythonw.exe"));
    }

    #[test]
    fn launchers_stand_beside_the_executable() {
        let expected =
            Launchers { console: Path::new("d").join(launcher::CONSOLE), gui: Path::new("d").join(launcher::GUI) };
        assert_eq!(Launchers::beside(Path::new("d/kingbolt.exe")), expected);
    }
}
