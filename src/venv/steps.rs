//! The steps that make an environment.

use std::path::Path;

use super::activate;
use super::base::{BaseInstallation, interpreter_steps};
use super::config::{SystemSitePackages, pyvenv_cfg};
use super::step::Step;
use super::{Layout, VenvError};
use crate::platform::Os;
use crate::python::Interpreter;

/// Marks a directory whose content can be made again: backup programs may leave it out.
/// Source: the Cache Directory Tagging Specification.
const CACHE_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n";

/// The steps that make an environment in an empty directory.
pub(super) fn steps(
    interpreter: &Interpreter,
    layout: &Layout,
    base: &BaseInstallation,
    prompt: &str,
    system: SystemSitePackages,
) -> Result<Vec<Step>, VenvError> {
    let root = &layout.root;
    let home = interpreter.executable.parent().unwrap_or(Path::new(""));
    let cfg = pyvenv_cfg(interpreter, line_of_text(home)?, &interpreter.executable, prompt, system);
    let values = activate::ActivationValues {
        root: line_of_text(&layout.prefix)?,
        scripts: interpreter.scheme.scripts.as_str(),
        prompt,
        os: layout.os,
    };
    let mut steps = vec![Step::Directory(layout.purelib.clone())];
    if interpreter.wants_lib64_link() {
        steps.push(Step::Link { target: "lib".into(), path: root.join("lib64") });
    }
    steps.push(Step::Directory(layout.platlib.clone()));
    steps.push(Step::Directory(root.join(if layout.os == Os::Windows { "Include" } else { "include" })));
    steps.push(Step::Directory(layout.scripts.clone()));
    steps.extend(interpreter_steps(interpreter, layout, base)?);
    let text = |path, text: &str| Step::Text { path, text: text.to_owned() };
    steps.extend(activate::scripts(&values).into_iter().map(|(name, script)| text(layout.scripts.join(name), &script)));
    steps.push(text(root.join(".gitignore"), "*\n"));
    steps.push(text(root.join("CACHEDIR.TAG"), CACHE_TAG));
    steps.push(text(root.join("pyvenv.cfg"), &cfg));
    Ok(steps)
}

/// The path as text of one line.
fn line_of_text(path: &Path) -> Result<&str, VenvError> {
    let text = path.to_str().filter(|text| !text.contains(['\n', '\r']));
    text.ok_or_else(|| VenvError::Unwritable { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venv::fixtures::{linux, windows};

    /// The files that the steps make below the root, in order, links with their targets.
    fn made(interpreter: &Interpreter, base: &BaseInstallation) -> Vec<String> {
        let root = Path::new("/srv/env");
        let steps =
            steps(interpreter, &Layout::of(interpreter, root), base, "demo", SystemSitePackages::Exclude).unwrap();
        let text = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        steps
            .iter()
            .map(|step| match step {
                Step::Directory(path) => format!("{}/", text(path)),
                Step::Link { target, path } => format!("{} -> {}", text(path), target.display()),
                Step::Copy { path, .. } | Step::Text { path, .. } => text(path),
            })
            .collect()
    }

    #[test]
    fn an_environment_on_linux_has_what_venv_makes() {
        let expected = [
            "lib/python3.12/site-packages/",
            "lib64 -> lib",
            "lib64/python3.12/site-packages/",
            "include/",
            "bin/",
            "bin/python -> /opt/python/bin/python3.12",
            "bin/python3 -> python",
            "bin/python3.12 -> python",
            "bin/activate",
            "bin/activate.fish",
            "bin/Activate.ps1",
            "bin/activate.csh",
            ".gitignore",
            "CACHEDIR.TAG",
            "pyvenv.cfg",
        ];
        assert_eq!(made(&linux(), &BaseInstallation::default()), expected);
    }

    #[test]
    fn an_environment_on_windows_has_what_venv_makes() {
        let redirectors = vec!["venvlauncher.exe".to_owned(), "venvwlauncher.exe".to_owned()];
        let expected = [
            "Lib/site-packages/",
            "Lib/site-packages/",
            "Include/",
            "Scripts/",
            "Scripts/python.exe",
            "Scripts/pythonw.exe",
            "Scripts/activate",
            "Scripts/activate.fish",
            "Scripts/Activate.ps1",
            "Scripts/activate.bat",
            "Scripts/deactivate.bat",
            ".gitignore",
            "CACHEDIR.TAG",
            "pyvenv.cfg",
        ];
        assert_eq!(made(&windows(), &BaseInstallation { home: Vec::new(), redirectors }), expected);
    }

    #[test]
    fn a_path_of_two_lines_is_refused() {
        let layout = Layout::of(&linux(), Path::new("/srv/a\nb"));
        let error =
            steps(&linux(), &layout, &BaseInstallation::default(), "demo", SystemSitePackages::Exclude).unwrap_err();
        assert_eq!(error.to_string(), r#"the path "/srv/a\nb" cannot be written to a text file"#);
    }
}
