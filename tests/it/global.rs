//! `--global`: apps of all users.

use crate::support::{Directory, Fixture};

#[test]
fn apps_of_all_users_lie_in_directories_of_their_own() {
    let Some(Fixture { index: _index, machine }) = Fixture::hello() else { return };
    let machine = machine
        .with_variable_below_home("KINGBOLT_GLOBAL_HOME", "opt/kingbolt")
        .with_variable_below_home("KINGBOLT_GLOBAL_BIN_DIR", "opt/bin");
    machine.kingbolt(["install", "--global", "hello", "--quiet"]).succeeds();
    let suffix = std::env::consts::EXE_SUFFIX;
    let command = machine.home().join(format!("opt/bin/hello{suffix}"));
    machine.program(&command, [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    machine.kingbolt(["list", "--global"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    assert!(!machine.directory(Directory::Home).exists() && !machine.directory(Directory::Bin).exists());
    machine.kingbolt(["uninstall", "--global", "hello", "--quiet"]).succeeds();
    assert!(!command.exists());
}

#[test]
#[cfg(unix)]
fn apps_of_all_users_can_be_read_and_run_by_them_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt;

    use crate::support::listing;
    use crate::support::users::with_umask;

    let Some(Fixture { index: _index, machine }) = Fixture::hello() else { return };
    let machine = machine
        .with_variable_below_home("KINGBOLT_GLOBAL_HOME", "opt/kingbolt")
        .with_variable_below_home("KINGBOLT_GLOBAL_BIN_DIR", "opt/bin");
    for arguments in [["install", "--global", "hello", "--quiet"], ["upgrade", "--global", "hello", "--quiet"]] {
        for umask in ["077", "000"] {
            with_umask(&machine, umask, &arguments).succeeds();
        }
    }
    let root = machine.home().join("opt");
    let mut paths = listing(&root);
    let parents: Vec<String> = paths
        .iter()
        .flat_map(|path| std::path::Path::new(path).ancestors().skip(1))
        .map(|path| path.display().to_string())
        .collect();
    paths.extend(parents);
    assert!(paths.iter().any(|path| path.ends_with("/records")), "{paths:?}");
    // A lock can be opened by those alone who may write the home.
    for path in paths.iter().filter(|path| !path.contains("locks/") && !path.ends_with("/.lock")) {
        let metadata = std::fs::symlink_metadata(root.join(path)).expect("it was listed");
        let mode = metadata.permissions().mode();
        let least = if metadata.is_dir() { 0o755 } else { 0o444 };
        assert!(metadata.is_symlink() || mode & least == least && mode & 0o022 == 0, "{path}: {mode:o}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn whoever_may_not_change_the_apps_of_all_users_is_told_to_run_as_an_administrator() {
    use std::path::Path;

    use crate::support::users::{another_user, as_another_user, open_to_others};

    let Some(Fixture { index: _index, machine }) = Fixture::hello() else { return };
    if another_user().is_none() {
        return;
    }
    let machine = machine
        .with_variable_below_home("KINGBOLT_GLOBAL_HOME", "opt/kingbolt")
        .with_variable_below_home("KINGBOLT_GLOBAL_BIN_DIR", "opt/bin");
    machine.kingbolt(["install", "--global", "hello", "--quiet"]).succeeds();
    open_to_others(&machine);
    let refused = "
        error: failed to lock `[HOME]/opt/kingbolt/locks/hello`
          caused by: [SYSTEM ERROR]
        hint: run the command as an administrator, or without `--global`
        ";
    let kingbolt = Path::new(env!("CARGO_BIN_EXE_kingbolt"));
    as_another_user(&machine, kingbolt, &["uninstall", "--global", "hello"]).stderr(refused).exits(8);
}
