//! The directory of commands on PATH: for new terminals, and back.

#[cfg(unix)]
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};

#[cfg(unix)]
use crate::support::Fixture;
use crate::support::Machine;
#[cfg(target_os = "linux")]
use crate::support::users::{another_user, give_away};

#[cfg(unix)]
const BLOCK: &str = "# >>> kingbolt >>>\nexport PATH=\"$HOME/elsewhere:$PATH\"\n# <<< kingbolt <<<\n";

/// A machine whose shell is zsh, and whose directory of commands is not on PATH.
fn machine() -> Machine {
    let machine = Machine::new().with_variable("SHELL", "/bin/zsh");
    let bin_dir = machine.home().join("elsewhere");
    machine.with_variable("KINGBOLT_BIN_DIR", bin_dir)
}

#[cfg(unix)]
fn zshrc(machine: &Machine) -> Option<String> {
    fs::read_to_string(machine.home().join(".zshrc")).ok()
}

#[test]
#[cfg(unix)]
fn the_line_is_added_once_and_removed_without_a_trace() {
    let machine = machine();
    machine.write(".zshrc", "alias ll='ls -l'\n");
    fs::set_permissions(machine.home().join(".zshrc"), fs::Permissions::from_mode(0o600)).expect("it is ours");
    let planned = "Would add this line to [HOME]/.zshrc:\n    export PATH=\"$HOME/elsewhere:$PATH\"\n";
    machine.kingbolt(["ensurepath", "--dry-run"]).stdout(planned).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some("alias ll='ls -l'\n"));
    let added = "\
        Added [HOME]/elsewhere to PATH in [HOME]/.zshrc; open a new terminal, or run this:\n    \
        export PATH=\"$HOME/elsewhere:$PATH\"\n";
    machine.kingbolt(["ensurepath"]).stderr(added).succeeds();
    assert_eq!(zshrc(&machine), Some(format!("alias ll='ls -l'\n{BLOCK}")));
    let mode = fs::metadata(machine.home().join(".zshrc")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let there = "\
        [HOME]/.zshrc already puts [HOME]/elsewhere on PATH; open a new terminal, or run this:\n    \
        export PATH=\"$HOME/elsewhere:$PATH\"\n";
    machine.kingbolt(["ensurepath"]).stderr(there).succeeds();
    machine
        .kingbolt(["ensurepath", "--remove", "--dry-run"])
        .stdout("Would remove the lines of Kingbolt from [HOME]/.zshrc\n")
        .succeeds();
    let removed = "Removed the lines of Kingbolt from [HOME]/.zshrc\n";
    // Another shell than the one that it was added for.
    machine.kingbolt(["ensurepath", "--remove"]).with_variable("SHELL", "/bin/fish").stderr(removed).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some("alias ll='ls -l'\n"));
    let nothing = "No start-up file of a shell has lines of Kingbolt\n";
    machine.kingbolt(["ensurepath", "--remove"]).stderr(nothing).succeeds();
}

#[test]
#[cfg(unix)]
fn every_shell_reads_the_line_and_a_file_that_was_created_goes_again() {
    for (shell, program) in [("bash", ".bashrc"), ("sh", ".profile"), ("dash", ".profile")] {
        let machine = machine().with_variable("SHELL", format!("/bin/{shell}"));
        let before = machine.everything();
        machine.kingbolt(["ensurepath", "--quiet"]).succeeds();
        let script = format!(". \"$HOME/{program}\"; echo \"$PATH\"");
        let shell = std::path::Path::new("/bin").join(shell);
        let output = std::process::Command::new(shell)
            .args(["-c", &script])
            .env_clear()
            .envs([("HOME", machine.home().as_os_str()), ("PATH", "/usr/bin:/bin".as_ref())])
            .output()
            .expect("the shell runs");
        let expected = format!("{}/elsewhere:/usr/bin:/bin\n", machine.home().display());
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{output:?}");
        machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
        assert_eq!(machine.everything(), before);
    }
}

#[test]
#[cfg(unix)]
fn a_directory_that_is_on_path_already_changes_nothing() {
    let machine = machine();
    let bin_dir = machine.home().join("elsewhere");
    machine
        .kingbolt(["ensurepath"])
        .with_variable("PATH", &format!("{}:/usr/bin", bin_dir.display()))
        .stderr("[HOME]/elsewhere is already on PATH\n")
        .succeeds();
    assert_eq!(zshrc(&machine), None);
}

#[test]
#[cfg(unix)]
fn a_start_up_file_behind_a_link_is_changed_where_it_is() {
    let machine = machine();
    machine.write("dotfiles/zshrc", "");
    symlink("dotfiles/zshrc", machine.home().join(".zshrc")).expect("a link can be made");
    machine.kingbolt(["ensurepath", "--quiet"]).succeeds();
    assert_eq!(fs::read_to_string(machine.home().join("dotfiles/zshrc")).ok().as_deref(), Some(BLOCK));
    assert!(machine.home().join(".zshrc").is_symlink());
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some(""));
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_left_to_the_person() {
    let machine = machine();
    symlink("dotfiles/zshrc", machine.home().join(".zshrc")).expect("a link can be made");
    let refused = r#"
        error: failed to change the start-up file of the shell
          caused by: failed to resolve `[HOME]/.zshrc`
          caused by: [SYSTEM ERROR]
        hint: add this line to a file that your shell reads:
            export PATH="$HOME/elsewhere:$PATH"
        "#;
    machine.kingbolt(["ensurepath"]).stderr(refused).exits(8);
    assert_eq!(fs::read_link(machine.home().join(".zshrc")).ok(), Some("dotfiles/zshrc".into()));
}

#[test]
#[cfg(unix)]
fn a_link_to_a_start_up_file_that_was_created_stays() {
    let machine = machine();
    machine.kingbolt(["ensurepath", "--quiet"]).succeeds();
    fs::create_dir(machine.home().join("dotfiles")).expect("home can be filled");
    fs::rename(machine.home().join(".zshrc"), machine.home().join("dotfiles/zshrc")).expect("it was created");
    symlink("dotfiles/zshrc", machine.home().join(".zshrc")).expect("a link can be made");
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
    assert!(machine.home().join(".zshrc").is_symlink());
    assert_eq!(zshrc(&machine).as_deref(), Some(""));
}

#[test]
#[cfg(unix)]
fn a_start_up_file_keeps_permissions_that_the_umask_would_take() {
    let machine = machine();
    let path = machine.write(".zshrc", "");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let kingbolt = format!("umask 077; exec '{}' ensurepath --quiet", env!("CARGO_BIN_EXE_kingbolt"));
    machine.program(std::path::Path::new("/bin/sh"), ["-c", &kingbolt]).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some(BLOCK));
    assert_eq!(fs::metadata(path).expect("it is there").permissions().mode() & 0o777, 0o644);
}

#[test]
#[cfg(unix)]
fn a_line_that_is_appended_behind_those_of_kingbolt_is_no_part_of_them() {
    let machine = machine();
    let path = machine.write(".zshrc", "alias ll='ls -l'");
    machine.kingbolt(["ensurepath", "--quiet"]).succeeds();
    let with_block = zshrc(&machine).expect("it is there");
    fs::write(path, with_block + "export EDITOR=vi\n").expect("it is ours");
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some("alias ll='ls -l'\nexport EDITOR=vi\n"));
}

#[test]
#[cfg(unix)]
fn all_lines_of_kingbolt_are_removed_and_none_of_the_person_among_them() {
    let machine = machine();
    let more = BLOCK.replace("# <<<", "export EDITOR=vi\n# <<<");
    machine.write(".zshrc", format!("one\n{BLOCK}two\n{more}three\n"));
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
    assert_eq!(zshrc(&machine).as_deref(), Some("one\ntwo\nexport EDITOR=vi\nthree\n"));
}

#[test]
#[cfg(unix)]
fn a_start_up_file_that_cannot_be_read_is_not_said_to_have_no_lines_of_kingbolt() {
    let machine = machine();
    machine.write(".zshrc", format!("{BLOCK}{}", "#\n".repeat(8 << 20)));
    machine.write(".profile", BLOCK);
    let unread = "
        Removed the lines of Kingbolt from [HOME]/.profile
        error: failed to read `[HOME]/.zshrc`
          caused by: it is longer than [SIZE]
        ";
    machine.kingbolt(["ensurepath", "--remove"]).stderr(unread).exits(1);
    assert_eq!(fs::read_to_string(machine.home().join(".profile")).ok().as_deref(), Some(""));
}

#[test]
#[cfg(unix)]
fn a_start_up_file_that_cannot_be_changed_is_left_to_the_person() {
    let machine = machine();
    fs::create_dir(machine.home().join(".zshrc")).expect("home can be filled");
    machine
        .kingbolt(["ensurepath"])
        .stderr(
            r#"
            error: failed to change the start-up file of the shell
              caused by: failed to read `[HOME]/.zshrc`
              caused by: [SYSTEM ERROR]
            hint: add this line to a file that your shell reads:
                export PATH="$HOME/elsewhere:$PATH"
            "#,
        )
        .exits(8);
}

#[test]
#[cfg(target_os = "linux")]
fn a_start_up_file_that_root_changes_still_belongs_to_its_owner() {
    use std::os::unix::fs::MetadataExt;
    if another_user().is_none() {
        return;
    }
    let machine = machine();
    let path = machine.write(".zshrc", "");
    give_away(&path);
    let owner = |path: &std::path::Path| fs::metadata(path).map(|file| (file.uid(), file.gid())).expect("it is there");
    let before = owner(&path);
    machine.kingbolt(["ensurepath", "--quiet"]).succeeds();
    assert_eq!((zshrc(&machine).as_deref(), owner(&path)), (Some(BLOCK), before));
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
    assert_eq!((zshrc(&machine).as_deref(), owner(&path)), (Some(""), before));
}

#[test]
#[cfg(unix)]
fn a_directory_that_no_entry_of_path_can_be_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for (name, shown, problem) in [
        (&b"a:b"[..], "a:b", "contains `:`"),
        (b"a\nb", "a\\nb", "contains a line break"),
        (b"a\xffb", "a\u{fffd}b", "is not valid Unicode"),
    ] {
        let machine = machine();
        let bin_dir = machine.home().join(OsStr::from_bytes(name));
        let machine = machine.with_variable("KINGBOLT_BIN_DIR", bin_dir);
        let refused = format!(
            "
            error: `[HOME]/{shown}` cannot be on PATH: its path {problem}
            hint: set KINGBOLT_BIN_DIR to another directory
            "
        );
        machine.kingbolt(["ensurepath"]).stderr(&refused).exits(8);
        assert_eq!(zshrc(&machine), None);
        let nothing = "No start-up file of a shell has lines of Kingbolt\n";
        machine.kingbolt(["ensurepath", "--remove"]).stderr(nothing).succeeds();
    }
}

#[test]
#[cfg(unix)]
fn the_hint_of_an_installation_adds_no_directory_that_path_cannot_have() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let bin_dir = machine.home().join("a:b");
    let machine = machine.with_variable("KINGBOLT_BIN_DIR", bin_dir);
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/a:b: hello
            warning: [HOME]/a:b is not on PATH
            hint: it cannot be: its path contains `:`; set KINGBOLT_BIN_DIR to another directory
            ",
        )
        .succeeds();
}

#[test]
#[cfg(unix)]
fn a_relative_directory_of_configuration_is_ignored() {
    let machine = machine().with_variable("SHELL", "/bin/fish").with_variable("XDG_CONFIG_HOME", "config");
    let added = "\
        Added [HOME]/elsewhere to PATH in [HOME]/.config/fish/config.fish; open a new terminal, or run this:\n    \
        fish_add_path --path \"$HOME/elsewhere\"\n";
    machine.kingbolt(["ensurepath"]).stderr(added).succeeds();
    assert!(!machine.home().join("config").exists());
    machine.kingbolt(["ensurepath", "--remove", "--quiet"]).succeeds();
}

#[test]
#[cfg(unix)]
fn programs_are_told_what_changed() {
    let machine = machine();
    let json = machine.kingbolt(["ensurepath", "--json", "--quiet"]).json();
    let expected = serde_json::json!({
        "schema": 1, "command": "ensurepath", "status": "added", "bin_dir": "[HOME]/elsewhere",
        "files": ["[HOME]/.zshrc"], "dry_run": false,
    });
    assert_eq!(json, expected);
}

#[test]
#[cfg(windows)]
fn the_path_of_a_windows_user_gets_the_directory_and_loses_it_again() {
    let machine = machine();
    let planned = "Would add [HOME]/elsewhere to the Path of your user\n";
    machine.kingbolt(["ensurepath", "--dry-run"]).stdout(planned).succeeds();
    let added = "Added [HOME]/elsewhere to the Path of your user; sign out and in again if new terminals lack it\n";
    machine.kingbolt(["ensurepath"]).stderr(added).succeeds();
    let there = "[HOME]/elsewhere is already in the Path of your user; open a new terminal\n";
    machine.kingbolt(["ensurepath"]).stderr(there).succeeds();
    let removed = "Removed [HOME]/elsewhere from the Path of your user\n";
    machine.kingbolt(["ensurepath", "--remove"]).stderr(removed).succeeds();
    let absent = "[HOME]/elsewhere is not in the Path of your user\n";
    machine.kingbolt(["ensurepath", "--remove"]).stderr(absent).succeeds();
}
