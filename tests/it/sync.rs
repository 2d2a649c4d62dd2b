//! `sync`: an environment exactly as a lock says.

use crate::support::{BuiltWheel, Fixture, Index, Machine, Times, Trouble, hello, lock, other};

#[test]
fn an_environment_is_as_the_lock_says_and_no_index_is_asked() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let environment = machine.home().join("env");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr(
            "
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            [HOME]/env: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    let scripts = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let hello = scripts.join(format!("hello{}", std::env::consts::EXE_SUFFIX));
    machine.program(&hello, ["you"]).stdout("hello from hello 1.0 you\n").succeeds();
    let mut paths = index.paths();
    paths.sort();
    assert_eq!(paths, ["/files/hello-1.0-py3-none-any.whl", "/files/other-2.1-py3-none-any.whl"]);

    index.forget_requests();
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr("[HOME]/env already matches the lock\n")
        .succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_wheel_with_another_hash_than_the_locks_is_refused() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Corrupted);
    let (wheel, stated) = (hello("1.0"), hello("1.0").sha256());
    let got = BuiltWheel { bytes: Trouble::corrupted(wheel.bytes), ..hello("1.0") }.sha256();
    let file = wheel.file_name;
    let expected = format!(
        "
        error: refused `{file}`: `[INDEX]/files/{file}` has sha256:{got}, not the expected sha256:{stated}
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        "
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(&expected).exits(4);
    assert_eq!(machine.files_beside_store(), ["pylock.toml"]);
}

#[test]
fn a_stored_wheel_under_another_name_is_refused() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let honest = lock(&index, &[hello("1.0")]);
    let newer =
        honest.replace("hello-1.0-", "hello-2.0-").replace("version = \"1.0\"\nwheels", "version = \"2.0\"\nwheels");
    for (text, called) in [(newer, "hello-2.0"), (honest.replace("hello", "goodbye"), "goodbye-1.0")] {
        machine.write("pylock.toml", &text);
        let refused = format!(
            "
            error: refused the wheel `{called}-py3-none-any.whl`
              caused by: it belongs to another project or version: its .dist-info directory says `hello-1.0.dist-info`
            hint: the wheel was published like this; choose another version, and report it to its maintainers
            "
        );
        machine.kingbolt(["sync", "pylock.toml", "--into", "other", "--quiet"]).stderr(&refused).exits(4);
    }
}

#[test]
fn a_directory_that_holds_something_else_is_left_alone() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    machine.write("env/letter.txt", "do not lose me");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr(
            "
            error: `[HOME]/env` is not empty and was not created by Kingbolt
            hint: choose another directory, or empty this one
            ",
        )
        .exits(8);
    assert_eq!(machine.files(), ["env/letter.txt", "pylock.toml"]);
}

#[test]
fn what_looks_like_ours_and_is_not_is_left_alone() {
    let refused = |prepare: &dyn Fn(&Machine)| {
        let Some(Fixture { machine, .. }) = prepared() else { return };
        machine.write("env/letter.txt", "do not lose me");
        prepare(&machine);
        let before = machine.files();
        machine
            .kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"])
            .stderr(
                "
                error: `[HOME]/env` is not empty and was not created by Kingbolt
                hint: choose another directory, or empty this one
                ",
            )
            .exits(8);
        assert_eq!(machine.files(), before);
    };
    refused(&|machine| drop(machine.write("env/kingbolt.toml", "mine = 1\n")));
    refused(&|machine| drop(machine.write("env/.kingbolt-previous/letter.txt", "")));
    refused(&|machine| drop(machine.write("env/.kingbolt-moving/letter.txt", "")));
    #[cfg(unix)]
    for name in [".kingbolt-previous", ".kingbolt-moving"] {
        refused(&|machine| {
            machine.write("victim/letter.txt", "");
            std::os::unix::fs::symlink("../victim", machine.home().join("env").join(name)).expect("a link can be made");
        });
    }
}

/// While the directory is not there, its path has two spellings all the same.
#[test]
#[cfg(unix)]
fn two_syncs_into_one_directory_behind_a_link_take_turns() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    std::fs::create_dir(machine.home().join("real")).expect("home can be filled");
    std::os::unix::fs::symlink("real", machine.home().join("link")).expect("a link can be made");
    std::thread::scope(|scope| {
        for into in ["link/env", "real/env", "link/env", "real/env"] {
            let machine = &machine;
            scope.spawn(move || {
                let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", into]).outcome();
                assert_eq!(outcome.code, Some(0), "{outcome:?}");
            });
        }
    });
    let hello = machine.home().join("real/env/bin/hello");
    machine.program(&hello, [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_lock_that_is_not_there_or_no_lock_is_told() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    machine.write("pylock.odd.toml", "lock-version = \"2.0\"\n");
    let absent = "error: failed to read `[HOME]/pylock.no.toml`\n  caused by: [SYSTEM ERROR]\nhint: check the path\n";
    machine.kingbolt(["sync", "pylock.no.toml", "--into", "env"]).stderr(absent).exits(8);
    machine
        .kingbolt(["sync", "pylock.odd.toml", "--into", "env"])
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.odd.toml`
              caused by: lock format version 2.0 is not supported
            hint: a newer version of Kingbolt may support it
            ",
        )
        .exits(1);
    assert_eq!(machine.files(), ["pylock.odd.toml", "pylock.toml"]);
}

#[test]
fn an_interrupted_sync_is_undone_by_the_next_and_the_previous_environment_stood_until_all_was_fetched() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let before = machine.files();
    let newer = hello("2.0");
    index.publish(&newer).trouble_with(&newer, Times::First(1), Trouble::Corrupted);
    machine.write("pylock.two.toml", lock(&index, std::slice::from_ref(&newer)));
    assert_eq!(machine.kingbolt(["sync", "pylock.two.toml", "--into", "env", "--quiet"]).outcome().code, Some(4));
    let files = |machine: &Machine| {
        let files = machine.files().into_iter().filter(|path| path != "pylock.two.toml" && !path.contains("/store/"));
        files.collect::<Vec<_>>()
    };
    let before: Vec<String> = before.into_iter().filter(|path| !path.contains("/store/")).collect();
    assert_eq!(files(&machine), before);
    // Killed while it was moving the new files to their places: one is there, and the previous directory of commands is
    // aside.
    let environment = machine.home().join("env");
    let scripts = if cfg!(windows) { "Scripts" } else { "bin" };
    let [staged, previous] = ["new", "previous"].map(|name| format!(".kingbolt-1-0-{name}"));
    let noted = before.iter().find(|path| path.starts_with("kingbolt/environments/")).expect("it is known");
    let text = std::fs::read_to_string(machine.home().join(noted)).expect("it is there");
    let mut known: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    known["change"] = serde_json::json!({
        "environment": "0123456789abcdef0123456789abcdef",
        "staged": &staged,
        "previous": &previous,
        "paths": ["lib/half", "lib/other"],
    });
    machine.write(noted, known.to_string());
    std::fs::create_dir(environment.join(&previous)).expect("it is a directory");
    std::fs::rename(environment.join(scripts), environment.join(&previous).join(scripts)).expect("it can be moved");
    machine.write("env/lib/half", "");
    machine.write(&format!("env/{staged}/lib/other"), "");
    // The person does not wait for the retry.
    machine.write("env/lib/letter.txt", "do not lose me");
    machine.write(&format!("env/{scripts}/own"), "do not lose me");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr("[HOME]/env already matches the lock\n")
        .succeeds();
    for own in ["env/lib/letter.txt".to_owned(), format!("env/{scripts}/own")] {
        std::fs::remove_file(machine.home().join(own)).expect("it is still there");
    }
    assert_eq!(files(&machine), before);
}

#[test]
fn an_environment_whose_record_is_damaged_or_whose_python_is_gone_is_made_anew() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let before = machine.files();
    machine.write("env/kingbolt.toml", "garbage");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let scripts = if cfg!(windows) { "Scripts" } else { "bin" };
    std::fs::remove_dir_all(machine.home().join("env").join(scripts)).expect("it was made");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn an_environment_that_lost_a_package_is_made_anew_and_one_that_lost_a_file_by_force() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let before = machine.files();
    let find = |end: &str| before.iter().find(|path| path.ends_with(end)).expect("it was installed").clone();
    std::fs::remove_file(machine.home().join(find("hello-1.0.dist-info/RECORD"))).expect("it was installed");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    assert_eq!(machine.files(), before);
    std::fs::remove_file(machine.home().join(find("hello/__init__.py"))).expect("it was installed");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet", "--force"]).succeeds();
    assert_eq!(machine.files(), before);
}

/// So it is with a mount point, and with the directory that a shell stands in: the directory itself is not replaced.
#[test]
#[cfg(unix)]
fn an_environment_behind_a_symbolic_link_is_changed_where_it_is() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    std::fs::create_dir(machine.home().join("real")).expect("home can be filled");
    std::os::unix::fs::symlink("real", machine.home().join("env")).expect("a link can be made");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let newer = hello("2.0");
    machine.write("pylock.two.toml", lock(index.publish(&newer), &[newer]));
    machine.kingbolt(["sync", "pylock.two.toml", "--into", "env", "--quiet"]).succeeds();
    let hello = machine.home().join("real/bin/hello");
    machine.program(&hello, [""; 0]).stdout("hello from hello 2.0\n").succeeds();
}

/// An index with two wheels, and a machine with a lock of the two in its home directory.
fn prepared() -> Option<Fixture> {
    let wheels = [hello("1.0"), other()];
    let fixture = Fixture::serving(Index::complete(), &wheels)?;
    fixture.machine.write("pylock.toml", lock(&fixture.index, &wheels));
    Some(fixture)
}
