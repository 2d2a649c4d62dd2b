//! Makes an environment.

use std::path::Path;

use super::base::{BaseInstallation, redirector_directory};
use super::config::SystemSitePackages;
use super::step::Step;
use super::steps::steps;
use super::{Launchers, Layout, VenvError};
use crate::host::{FileError, Host, is_staged};
use crate::platform::Os;
use crate::python::Interpreter;

/// The options of an environment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// The prompt that shells show while the environment is active; the name of its directory if `None`.
    pub prompt: Option<String>,
    pub system_site_packages: SystemSitePackages,
}

/// The layout of an environment of that interpreter in a directory, with the launchers that it needs.
///
/// # Errors
/// When this installation is incomplete.
pub fn layout(host: &Host, interpreter: &Interpreter, root: &Path) -> Result<Layout, VenvError> {
    let mut layout = Layout::of(interpreter, &host.environment.current_dir().join(root));
    layout.launchers = launchers(host, layout.os)?;
    Ok(layout)
}

/// The changes of the disk that make an environment.
///
/// # Errors
/// When the base installation is incomplete or cannot be read.
pub fn planned(
    host: &Host,
    interpreter: &Interpreter,
    layout: &Layout,
    options: &Options,
) -> Result<Vec<Step>, VenvError> {
    let files = |source| VenvError::Files { root: layout.root.clone(), source };
    let base = list_base_installation(host, interpreter).map_err(files)?;
    steps(interpreter, layout, &base, &prompt(&layout.prefix, options), options.system_site_packages)
}

/// Writes an environment into its directory, which is empty or does not exist. An error leaves it unfinished.
///
/// # Errors
/// When the directory is taken or cannot be written, the base installation is incomplete, or this process is
/// interrupted.
pub fn write(host: &Host, interpreter: &Interpreter, layout: &Layout, options: &Options) -> Result<(), VenvError> {
    let root = &layout.root;
    let files = |source| VenvError::Files { root: root.clone(), source };
    if !is_free(host, root).map_err(files)? {
        return Err(VenvError::Occupied { root: root.clone() });
    }
    for step in planned(host, interpreter, layout, options)? {
        host.interrupt.check().map_err(|source| VenvError::Interrupted { root: root.clone(), source })?;
        apply(host, &step).map_err(files)?;
    }
    Ok(())
}

/// Checks that the environment's interpreter is the one that it was written for. Windows has a copy of its own.
///
/// # Errors
/// When it leads elsewhere, or nowhere.
pub fn check_interpreter(host: &Host, interpreter: &Interpreter, layout: &Layout) -> Result<(), VenvError> {
    if layout.os == Os::Windows {
        return Ok(());
    }
    let path = Layout::python_in(&layout.root);
    match (host.files.canonical(&path), host.files.canonical(&interpreter.executable)) {
        (Ok(linked), Ok(probed)) if linked == probed => Ok(()),
        _ => Err(VenvError::OtherInterpreter { path, interpreter: interpreter.executable.clone() }),
    }
}

fn is_free(host: &Host, root: &Path) -> Result<bool, FileError> {
    // Our own staged files may be there.
    let stands = host.files.kind(root)?.is_some();
    Ok(!stands || (host.files.is_dir(root) && host.files.list(root)?.iter().all(|path| is_staged(path))))
}

/// The launchers of this installation, where the environment's system needs them.
fn launchers(host: &Host, os: Os) -> Result<Option<Launchers>, VenvError> {
    if os != Os::Windows {
        return Ok(None);
    }
    let launchers = Launchers::beside(host.environment.executable());
    for path in [&launchers.console, &launchers.gui] {
        if !host.files.is_file(path) {
            return Err(VenvError::LauncherMissing { path: path.clone() });
        }
    }
    Ok(Some(launchers))
}

fn list_base_installation(host: &Host, interpreter: &Interpreter) -> Result<BaseInstallation, FileError> {
    if interpreter.platform.os != Os::Windows {
        return Ok(BaseInstallation::default());
    }
    let names = |directory: &Path| -> Result<Vec<String>, FileError> {
        let paths = host.files.list(directory)?;
        Ok(paths.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    };
    let home = interpreter.executable.parent().unwrap_or(Path::new(""));
    Ok(BaseInstallation { home: names(home)?, redirectors: names(&redirector_directory(interpreter))? })
}

fn prompt(root: &Path, options: &Options) -> String {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    let prompt = options.prompt.as_deref().unwrap_or(&name);
    prompt.chars().filter(|character| !character.is_control()).collect()
}

fn apply(host: &Host, step: &Step) -> Result<(), FileError> {
    match step {
        Step::Copy { original, path } => host.files.copy(original, path).map(|_| ()),
        Step::Directory(path) => host.files.create_dirs(path),
        Step::Link { target, path } => host.files.symlink(target, path),
        Step::Text { path, text } => host.files.write_new(path, text.as_bytes(), 0o666),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venv::fixtures::{linux, windows};

    fn create(host: &Host, interpreter: &Interpreter, root: &Path) -> Result<(), VenvError> {
        write(host, interpreter, &layout(host, interpreter, root)?, &Options::default())
    }

    #[test]
    fn a_directory_with_something_in_it_is_left_alone() {
        let host = Host::real();
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("env");
        host.files.create_dir(&root).unwrap();
        host.files.write_new(&root.join("precious"), b"", 0o666).unwrap();
        for taken in [root.clone(), root.join("precious")] {
            let error = create(&host, &linux(), &taken).unwrap_err();
            assert_eq!(error.to_string(), format!("`{}` is not an empty directory", taken.display()));
        }
        assert_eq!(host.files.list(&root).unwrap(), [root.join("precious")]);
    }

    #[test]
    fn an_environment_on_windows_needs_the_launchers() {
        let host = Host::real();
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("env");
        let error = create(&host, &windows(), &root).unwrap_err();
        let missing = host.environment.executable().with_file_name(crate::launcher::CONSOLE);
        assert_eq!(error.to_string(), format!("the launcher `{}` is missing", missing.display()));
        assert_eq!(host.files.kind(&root).unwrap(), None);
    }

    #[test]
    fn an_interrupted_creation_says_so() {
        let host = Host::real();
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("env");
        host.interrupt.raise();
        let error = create(&host, &linux(), &root).unwrap_err();
        assert_eq!(error.to_string(), format!("creating the environment `{}` was interrupted", root.display()));
    }

    #[test]
    fn the_prompt_is_one_line_and_by_default_the_name_of_the_directory() {
        assert_eq!(prompt(Path::new("/srv/de\nmo"), &Options::default()), "demo");
        assert_eq!(prompt(Path::new("/srv/x"), &Options { prompt: Some("demo".into()), ..Options::default() }), "demo");
    }
}
