//! Commands that people and scripts expect to be other programs: an app that brings one of them is named.

use crate::wheel::is_interpreter_name;

/// Names of commands in lower case, with the reason why nobody expects an app behind them.
const NAMES: &[(&str, &[&str])] = &[
    ("is trusted with passwords", &["doas", "gpg", "login", "passwd", "pkexec", "runas", "ssh", "su", "sudo"]),
    ("downloads and installs programs", &["apt", "brew", "curl", "dnf", "git", "kingbolt", "wget", "winget"]),
    ("starts other programs", &["bash", "cmd", "dash", "env", "fish", "ksh", "powershell", "pwsh", "sh", "zsh"]),
    (
        "scripts rely on",
        &[
            "awk", "cat", "chmod", "chown", "cp", "echo", "find", "grep", "kill", "ln", "ls", "mkdir", "mv", "ps",
            "rm", "sed", "tar", "test", "which", "where",
        ],
    ),
];

/// The reason why a command of this name surprises people; systems that ignore case are why it is ignored here.
pub(super) fn surprise(command: &str) -> Option<&'static str> {
    let command = command.to_lowercase();
    if is_interpreter_name(&command) {
        return Some("runs Python programs");
    }
    NAMES.iter().find(|(_, names)| names.contains(&command.as_str())).map(|(reason, _)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_that_people_trust_are_known_in_any_case() {
        for name in ["sudo", "LS", "kingbolt", "python", "python3.13", "PowerShell", "git"] {
            assert!(surprise(name).is_some(), "{name}");
        }
        for name in ["sudoku", "als", "http", "pip", "uv", "hello", "ipython"] {
            assert_eq!(surprise(name), None, "{name}");
        }
    }
}
