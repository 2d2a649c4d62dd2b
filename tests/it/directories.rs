//! Home directories of every kind, directories that cannot be written, and a bin directory that has other inhabitants.

use crate::support::{Fixture, HELLO_IS_TAKEN, Index, Machine, Wheel, hello, unindented};

#[test]
fn a_home_with_spaces_works() {
    works_in("my home directory");
}

#[test]
fn a_home_beyond_ascii_works() {
    works_in("Grüße, 世界 🐍");
}

#[test]
#[cfg(unix)] // Windows allows paths of 260 characters to most programs.
fn a_home_with_a_long_name_works() {
    works_in(&"long".repeat(50));
}

#[test]
fn a_bin_directory_that_is_not_on_the_search_path_is_told_with_the_line_to_add() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let bin_dir = machine.home().join("elsewhere");
    let machine = machine.with_variable("KINGBOLT_BIN_DIR", bin_dir).with_variable("SHELL", "/bin/zsh");
    let outcome = machine.kingbolt(["install", "hello"]).outcome();
    let advice: Vec<&str> = outcome.stderr.lines().skip_while(|line| !line.starts_with("warning")).collect();
    if cfg!(unix) {
        let expected = [
            "warning: [HOME]/elsewhere is not on PATH",
            "hint: add this line to [HOME]/.zshrc, and run it in this terminal too:",
            "    export PATH=\"$HOME/elsewhere:$PATH\"",
        ];
        assert_eq!(advice, expected);
    } else {
        assert_eq!(advice.len(), 3, "{advice:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_bin_directory_that_the_search_path_names_in_another_way_is_on_it() {
    use std::os::unix::fs::symlink;
    for name in ["link", "bin/../bin"] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        let home = machine.home().to_owned();
        std::fs::create_dir(home.join("bin")).expect("home can be filled");
        symlink(home.join("bin"), home.join("link")).expect("home can be filled");
        let installed = "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            ";
        let commands = format!("Command in [HOME]/{name}: hello\n");
        let machine = machine.with_variable("KINGBOLT_BIN_DIR", home.join(name));
        machine.kingbolt(["install", "hello"]).stderr(&(crate::support::unindented(installed) + &commands)).succeeds();
    }
}

#[test]
fn a_file_of_somebody_else_is_replaced_only_by_force() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let name = format!("hello{}", std::env::consts::EXE_SUFFIX);
    let file = machine.write(&format!("bin/{name}"), "#!/bin/sh\necho mine\n");
    let expected = format!(
        "
        error: `[HOME]/bin/{name}` already exists and was not created by Kingbolt
        hint: pass `--force` to replace it, or move it
        "
    );
    machine.kingbolt(["install", "hello", "--quiet"]).stderr(&expected).exits(8);
    assert_eq!(machine.files_beside_store(), [format!("bin/{name}")]);
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), "#!/bin/sh\necho mine\n");
    machine.kingbolt(["install", "hello", "--quiet", "--force"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_command_of_another_app_is_not_taken_over() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&Wheel::new("rival", "1.0").console("hello", "rival:main").build());
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["install", "rival", "--quiet"]).stderr(HELLO_IS_TAKEN).exits(8);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
}

#[test]
#[cfg(unix)]
fn without_our_variables_everything_is_where_the_platform_has_it() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    uses_the_default_directories(machine);
}

#[test]
#[cfg(unix)]
fn a_relative_xdg_data_home_is_ignored() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    uses_the_default_directories(machine.with_variable("XDG_DATA_HOME", "relative"));
}

#[cfg(unix)]
#[track_caller]
fn uses_the_default_directories(machine: Machine) {
    let ours = ["KINGBOLT_HOME", "KINGBOLT_BIN_DIR", "KINGBOLT_CACHE_DIR"];
    let machine = ours.iter().fold(machine, |machine, name| machine.without_variable(name));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let places = [".cache/kingbolt/", ".local/bin/hello", ".local/share/kingbolt/"];
    let files = machine.files();
    assert!(places.iter().all(|place| files.iter().any(|file| file.starts_with(place))), "{files:?}");
    assert!(files.iter().all(|file| places.iter().any(|place| file.starts_with(place))), "{files:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_python_below_a_path_beyond_ascii_works_in_a_locale_that_is_not_utf8() {
    use crate::support::{Python, missing};
    let Some(python) = Python::newest() else { return };
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let locales = machine.home().join("locales");
    std::fs::create_dir(&locales).expect("home can be filled");
    let made = std::process::Command::new("localedef")
        .args(["-i", "de_DE", "-f", "ISO-8859-1"])
        .arg(locales.join("de_DE"))
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        return missing("no locale can be made (apt-get install locales)").unwrap_or_default();
    }
    // An installation of its own, whose standard library is that of the other.
    let name = format!("python{}", python.minor_version());
    let root = machine.home().join("Größe");
    let stdlib = python.prints("import os; print(os.path.dirname(os.__file__))");
    for directory in ["bin", "lib"] {
        std::fs::create_dir_all(root.join(directory)).expect("home can be filled");
    }
    std::fs::copy(&python.executable, root.join("bin").join(&name)).expect("it is a file");
    std::os::unix::fs::symlink(stdlib, root.join("lib").join(&name)).expect("home can be filled");
    let executable = root.join("bin").join(&name).display().to_string();
    let machine = machine.with_variable("LOCPATH", &locales);
    for locale in ["de_DE", "C.UTF-8", "POSIX"] {
        let machine = &machine;
        let kingbolt = |arguments: &[&str]| machine.kingbolt(arguments).with_variable("LC_ALL", locale);
        kingbolt(&["install", "hello", "--python", &executable, "--quiet"]).succeeds();
        machine.command("hello", [""; 0]).with_variable("LC_ALL", locale).stdout("hello from hello 1.0\n").succeeds();
        kingbolt(&["verify"]).stdout("hello 1.0: 8 files in 1 package, no problems\n").succeeds();
        kingbolt(&["uninstall", "hello", "--quiet"]).succeeds();
    }
}

#[track_caller]
fn works_in(home: &str) {
    let Some(Fixture { machine, .. }) = Fixture::on(Machine::with_home_named(home), Index::complete(), &[hello("1.0")])
    else {
        return;
    };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", ["you"]).stdout("hello from hello 1.0 you\n").succeeds();
    machine.kingbolt(["run", "hello", "me"]).stdout("hello from hello 1.0 me\n").succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_home_that_cannot_be_written_is_named() {
    unwritable(
        "KINGBOLT_HOME",
        "
        error: failed to lock `[HOME]/file/directory/locks/hello`
          caused by: [SYSTEM ERROR]
        ",
    );
}

#[test]
fn a_bin_directory_that_cannot_be_written_is_named() {
    unwritable(
        "KINGBOLT_BIN_DIR",
        "
        error: failed to write to `[HOME]/file/directory`
          caused by: [SYSTEM ERROR]
        ",
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    unwritable(
        "KINGBOLT_CACHE_DIR",
        "
        Resolved 1 package in [TIME]
        error: failed to lock the download of `hello-1.0-py3-none-any.whl`
          caused by: failed to lock `[HOME]/file/directory/downloads/.lock`
          caused by: [SYSTEM ERROR]
        ",
    );
}

/// A file stands where a directory is needed: not even root can write there.
#[track_caller]
fn unwritable(variable: &str, stderr: &str) {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let file = machine.write("file", "");
    let machine = machine.with_variable(variable, file.join("directory"));
    let run = machine.kingbolt(["install", "hello"]);
    let stderr = unindented(stderr);
    if cfg!(unix) {
        let hint = "hint: move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR \
                    to other directories\n";
        run.stderr(&format!("{stderr}{hint}")).exits(8);
    } else {
        // Windows has several errors for this, with and without a hint.
        let outcome = run.outcome();
        assert_eq!((outcome.code, outcome.stderr.split("hint: ").next()), (Some(8), Some(stderr.as_str())));
    }
    assert_eq!(machine.files(), ["file"]);
}
