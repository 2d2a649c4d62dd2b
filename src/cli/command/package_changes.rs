//! Command lines of pip and uv that would change the packages of the environment that they run in. Reads text only.

use std::ffi::OsString;
use std::path::Path;

/// The commands of pip that change packages.
const PIP: &[&str] = &["install", "uninstall"];

/// The commands of `uv pip` that change packages.
const UV_PIP: &[&str] = &["install", "sync", "uninstall"];

/// Options of pip before its command that take a value (`pip --help`, pip 25).
const PIP_VALUES: &[&str] = &[
    "--cache-dir",
    "--cert",
    "--client-cert",
    "--exists-action",
    "--keyring-provider",
    "--log",
    "--proxy",
    "--python",
    "--retries",
    "--timeout",
    "--trusted-host",
    "--use-deprecated",
    "--use-feature",
];

/// Options of uv before its command that take a value (`uv --help`, uv 0.8).
const UV_VALUES: &[&str] =
    &["--allow-insecure-host", "--cache-dir", "--color", "--config-file", "--directory", "--project"];

/// Options of Python that take a value (`python --help-all`); letters after others in one word count as well.
const PYTHON_VALUES: &[char] = &['W', 'X'];

/// True for a command line of pip or uv that would change the packages of the environment, whose files are recorded.
pub(super) fn changes_packages(line: &[OsString]) -> bool {
    let words: Vec<String> = line.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let Some((program, arguments)) = words.split_first() else { return false };
    let stem = Path::new(program).file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    // `pip3.12` and `pythonw`, but not `pipx`.
    let name = stem.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    match name {
        "pip" | "uv" => changes_as(name, arguments),
        "py" | "python" | "pythonw" => match module(arguments) {
            Some((name, arguments)) => changes_as(name, arguments),
            None => false,
        },
        _ => false,
    }
}

/// The same for a program that is known by its name, or a module.
fn changes_as(name: &str, arguments: &[String]) -> bool {
    match name {
        "ensurepip" => true,
        "pip" | "pip.__main__" => command(arguments, PIP_VALUES).is_some_and(|(name, _)| PIP.contains(&name)),
        "uv" => match command(arguments, UV_VALUES) {
            Some(("pip", rest)) => command(rest, UV_VALUES).is_some_and(|(name, _)| UV_PIP.contains(&name)),
            Some(_) | None => false,
        },
        _ => false,
    }
}

/// The first word that is neither an option nor the value of one, and the words after it.
fn command<'a>(arguments: &'a [String], with_value: &[&str]) -> Option<(&'a str, &'a [String])> {
    let mut rest = arguments;
    while let Some((word, after)) = rest.split_first() {
        if !word.starts_with('-') {
            return Some((word, after));
        }
        rest = if with_value.contains(&word.as_str()) { after.get(1..)? } else { after };
    }
    None
}

/// The module that Python is asked to run, and the words after it.
fn module(arguments: &[String]) -> Option<(&str, &[String])> {
    let mut rest = arguments;
    loop {
        let (word, after) = rest.split_first()?;
        let letters = word.strip_prefix('-')?;
        rest = after;
        if letters == "-check-hash-based-pycs" {
            rest = after.get(1..)?;
        }
        if letters.starts_with('-') {
            continue;
        }
        let Some(at) = letters.find(|letter| matches!(letter, 'c' | 'm') || PYTHON_VALUES.contains(&letter)) else {
            continue;
        };
        let (letter, value) = letters[at..].split_at(1);
        match (letter, value) {
            ("m", "") => return after.split_first().map(|(name, arguments)| (name.as_str(), arguments)),
            ("m", name) => return Some((name, after)),
            ("c", _) => return None,
            (_, "") => rest = after.get(1..)?,
            (_, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(line: &str) -> bool {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        changes_packages(&words)
    }

    #[test]
    fn command_lines_that_would_change_packages_are_known() {
        for line in [
            "pip install x",
            "pip3.12 -q install x",
            "/e/bin/pip --proxy list install x",
            "python -m pip uninstall x",
            "python3.12 -mpip install x",
            "python -Im pip install x",
            "python -W ignore -X dev -IBmpip install x",
            "python -m ensurepip",
            "uv pip sync x",
            "uv --directory d pip -q install x",
            "python -m uv pip install x",
        ] {
            assert!(is_refused(line), "{line}");
        }
    }

    #[test]
    fn other_command_lines_pass() {
        for line in [
            "pip list",
            "pip list install",
            "pip help install",
            "pip3 show install-me",
            "pipx install x",
            "pipdeptree install",
            "python -m pip freeze",
            "python -m other pip install",
            "python -c pass -m pip install x",
            "python script.py -m pip install x",
            "python install",
            "python",
            "uv pip list",
            "uv sync",
            "uvx pip install",
            "",
        ] {
            assert!(!is_refused(line), "{line}");
        }
    }
}
