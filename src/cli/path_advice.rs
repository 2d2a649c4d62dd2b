//! Advice for a bin directory that is not on PATH: the exact line, and the exact file.

use std::path::{Path, PathBuf};

use crate::host::Host;
use crate::platform::Os;

/// A line to add to a file, or to type, so that commands are found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PathAdvice {
    /// The file for the line; `None` if the line is to be typed once.
    pub file: Option<PathBuf>,
    pub line: String,
}

/// The advice for this environment; `None` when the bin directory is on PATH already.
pub(super) fn path_advice(host: &Host, os: Os, bin_dir: &Path) -> Option<PathAdvice> {
    (!is_on_path(host, os, bin_dir)).then(|| path_line(host, os, bin_dir))
}

/// The reason why a directory cannot be on PATH, if there is one: the end of a sentence about its path.
pub(super) fn obstacle(os: Os, directory: &Path) -> Option<&'static str> {
    let Some(text) = directory.to_str() else { return Some("is not valid Unicode") };
    let (separator, contains) = match os {
        Os::Linux | Os::MacOs => (':', "contains `:`"),
        Os::Windows => (';', "contains `;`"),
    };
    if text.contains(separator) {
        return Some(contains);
    }
    text.contains(['\n', '\r']).then_some("contains a line break")
}

/// True if a directory is on PATH in this environment.
pub(super) fn is_on_path(host: &Host, os: Os, directory: &Path) -> bool {
    host.environment.search_path().iter().any(|there| is_same(host, os, there, directory))
}

/// The line that puts the bin directory on PATH, and the file where the shell of the person reads it.
pub(super) fn path_line(host: &Host, os: Os, bin_dir: &Path) -> PathAdvice {
    let environment = &host.environment;
    let home = environment.home_dir().unwrap_or_default();
    let shell = environment.var("SHELL").and_then(|path| path.rsplit('/').next());
    let directory = |name: &str| environment.var_os(name).map(PathBuf::from);
    match os {
        Os::Windows => windows(bin_dir),
        Os::Linux => unix(shell.unwrap_or("sh"), ".bashrc", &home, bin_dir, directory),
        // Terminals of macOS start login shells, for which bash reads another file.
        Os::MacOs => unix(shell.unwrap_or("zsh"), ".bash_profile", &home, bin_dir, directory),
    }
}

/// The start-up files of all shells that are known.
pub(super) fn profiles(host: &Host) -> Vec<PathBuf> {
    let home = host.environment.home_dir().unwrap_or_default();
    let directory = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let file = |(shell, bash_file)| unix(shell, bash_file, &home, Path::new(""), directory).file;
    SHELLS.iter().copied().filter_map(file).collect()
}

/// The shells that are known, each with the file of bash on a system.
const SHELLS: &[(&str, &str)] = &[
    ("bash", ".bashrc"),
    ("bash", ".bash_profile"),
    ("csh", ""),
    ("fish", ""),
    ("nu", ""),
    ("sh", ""),
    ("tcsh", ""),
    ("zsh", ""),
];

/// True if two paths name one directory, perhaps through links.
fn is_same(host: &Host, os: Os, one: &Path, other: &Path) -> bool {
    let canonical = |path: &Path| host.files.canonical(path).ok();
    has_same_text(os, one, other) || canonical(one).is_some_and(|one| canonical(other) == Some(one))
}

pub(super) fn has_same_text(os: Os, one: &Path, other: &Path) -> bool {
    match os {
        Os::Linux | Os::MacOs => one == other,
        Os::Windows => {
            let folded = |path: &Path| path.to_string_lossy().replace('/', "\\").to_lowercase();
            folded(one).trim_end_matches('\\') == folded(other).trim_end_matches('\\')
        }
    }
}

/// The commands for which another program comes first on the search path, with that program.
pub(super) fn shadowed<'a>(host: &Host, os: Os, bin_dir: &Path, commands: &[&'a str]) -> Vec<(&'a str, PathBuf)> {
    let search_path = host.environment.search_path();
    let before: Vec<PathBuf> = search_path.into_iter().take_while(|path| !is_same(host, os, path, bin_dir)).collect();
    let first = |command: &str| host.find_programs(command, &before).into_iter().next();
    commands.iter().filter_map(|command| Some((*command, first(command)?))).collect()
}

fn windows(bin_dir: &Path) -> PathAdvice {
    let directory = bin_dir.display().to_string().replace('\'', "''");
    PathAdvice {
        file: None,
        line: format!(
            "[Environment]::SetEnvironmentVariable('Path', '{directory};' + \
             [Environment]::GetEnvironmentVariable('Path', 'User'), 'User')"
        ),
    }
}

fn unix(
    shell: &str,
    bash_file: &str,
    home: &Path,
    bin_dir: &Path,
    directory: impl Fn(&str) -> Option<PathBuf>,
) -> PathAdvice {
    let quoted = in_home(home, bin_dir);
    // The specification says to ignore a relative path.
    let config = directory("XDG_CONFIG_HOME").filter(|path| path.is_absolute()).unwrap_or_else(|| home.join(".config"));
    let export = format!("export PATH=\"{quoted}:$PATH\"");
    let (file, line) = match shell {
        "bash" => (home.join(bash_file), export),
        "zsh" => (directory("ZDOTDIR").unwrap_or_else(|| home.to_owned()).join(".zshrc"), export),
        "fish" => (config.join("fish").join("config.fish"), format!("fish_add_path --path \"{quoted}\"")),
        "csh" => (home.join(".cshrc"), format!("set path = (\"{quoted}\" $path)")),
        "tcsh" => (home.join(".tcshrc"), format!("set path = (\"{quoted}\" $path)")),
        "nu" => (
            config.join("nushell").join("config.nu"),
            format!("$env.PATH = ($env.PATH | prepend \"{}\")", escaped(bin_dir)),
        ),
        _ => (home.join(".profile"), export),
    };
    PathAdvice { file: Some(file), line }
}

/// The directory for double quotes, with the home directory as `$HOME`, so that the line can be shared.
fn in_home(home: &Path, bin_dir: &Path) -> String {
    match bin_dir.strip_prefix(home) {
        Ok(below) if !home.as_os_str().is_empty() => format!("$HOME/{}", escaped(below)),
        _ => escaped(bin_dir),
    }
}

fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for character in path.display().to_string().chars() {
        if matches!(character, '"' | '$' | '`' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::host::{Environment, Interrupt};

    fn advice(shell: &str) -> (PathBuf, String) {
        let advice = unix(shell, ".bashrc", Path::new("/home/ada"), Path::new("/home/ada/.local/bin"), |_| None);
        (advice.file.unwrap(), advice.line)
    }

    #[test]
    fn every_shell_gets_its_own_file_and_line() {
        let export = "export PATH=\"$HOME/.local/bin:$PATH\"".to_owned();
        assert_eq!(advice("bash"), (PathBuf::from("/home/ada/.bashrc"), export.clone()));
        assert_eq!(advice("zsh"), (PathBuf::from("/home/ada/.zshrc"), export.clone()));
        assert_eq!(advice("dash"), (PathBuf::from("/home/ada/.profile"), export));
        assert_eq!(
            advice("fish"),
            (
                PathBuf::from("/home/ada/.config/fish/config.fish"),
                "fish_add_path --path \"$HOME/.local/bin\"".to_owned()
            )
        );
        assert_eq!(
            advice("tcsh"),
            (PathBuf::from("/home/ada/.tcshrc"), "set path = (\"$HOME/.local/bin\" $path)".to_owned())
        );
        assert_eq!(
            advice("nu"),
            (
                PathBuf::from("/home/ada/.config/nushell/config.nu"),
                "$env.PATH = ($env.PATH | prepend \"/home/ada/.local/bin\")".to_owned()
            )
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_command_that_comes_first_on_the_search_path_is_found() {
        let parent = tempfile::tempdir().unwrap();
        let directories = ["before", "bin", "behind"].map(|name| parent.path().join(name));
        let search_path = std::env::join_paths(&directories).unwrap();
        let environment = Environment::of([("PATH", search_path.as_os_str())], parent.path());
        let host = Host::with(environment, Interrupt::default());
        let [before, bin_dir, behind] = directories;
        for path in [before.join("http"), behind.join("https")] {
            host.files.create_dirs(path.parent().unwrap()).unwrap();
            host.files.write_new(&path, b"#!/bin/sh\n", 0o755).unwrap();
        }
        let found = shadowed(&host, Os::Linux, &bin_dir, &["http", "https"]);
        assert_eq!(found, [("http", before.join("http"))]);
    }

    #[test]
    fn windows_is_told_what_to_type() {
        let environment = Environment::of([("PATH", OsStr::new("C:\\windows"))], Path::new(""));
        let host = Host::with(environment, Interrupt::default());
        let advice = path_advice(&host, Os::Windows, Path::new(r"C:\Users\O'Hara\.local\bin"));
        let line = r"[Environment]::SetEnvironmentVariable('Path', 'C:\Users\O''Hara\.local\bin;' + [Environment]::GetEnvironmentVariable('Path', 'User'), 'User')";
        assert_eq!(advice, Some(PathAdvice { file: None, line: line.to_owned() }));
    }

    #[test]
    fn windows_writes_one_directory_in_several_ways() {
        let bin_dir = Path::new(r"C:\Users\Ada\.local\bin");
        for path in [r"c:\users\ada\.local\bin", r"C:\Users\Ada\.local\bin\", "C:/Users/Ada/.local/bin"] {
            assert!(has_same_text(Os::Windows, Path::new(path), bin_dir), "{path}");
        }
        assert!(!has_same_text(Os::Windows, Path::new(r"C:\Users\Ada\.local"), bin_dir));
        assert!(!has_same_text(Os::Linux, Path::new("/home/Ada/bin"), Path::new("/home/ada/bin")));
    }

    #[test]
    fn characters_that_shells_interpret_are_escaped() {
        let advice = unix("bash", ".bashrc", Path::new("/home/ada"), Path::new("/opt/my $tools"), |_| None);
        assert_eq!(advice.line, "export PATH=\"/opt/my \\$tools:$PATH\"");
    }
}
