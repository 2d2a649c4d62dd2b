//! What is installed is what was verified, and nothing that a wheel brings is taken for Kingbolt's own.

use std::fs;
use std::path::PathBuf;

use crate::support::{BuiltWheel, Fixture, Index, Machine, Python, Wheel, hello};

/// The SHA-256 of an empty file.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
#[cfg(target_os = "linux")]
fn a_local_wheel_that_is_replaced_the_moment_it_is_opened_is_never_installed() {
    use rustix::fs::inotify;
    let Some(python) = Python::newest() else { return };
    let honest = hello("1.0");
    let forged = Wheel::empty("hello", "1.0")
        .file("hello/__init__.py", "def main():\n    print('forged')\n")
        .console("hello", "hello:main")
        .build();
    for _ in 0..5 {
        let machine = Machine::new().with_python(python);
        let path = machine.write(&honest.file_name, &honest.bytes);
        let replacement = machine.write("replacement", &forged.bytes);
        let lock = format!(
            "lock-version = '1.0'\ncreated-by = 'tests'\n[[packages]]\nname = 'hello'\nversion = '1.0'\n\
             wheels = [{{ path = '{}', hashes = {{ sha256 = '{}' }} }}]\n",
            honest.file_name,
            honest.sha256()
        );
        machine.write("pylock.toml", lock);
        let watch = inotify::init(inotify::CreateFlags::empty()).expect("files can be watched");
        inotify::add_watch(&watch, &path, inotify::WatchFlags::OPEN).expect("a file can be watched");
        let replacing = std::thread::spawn(move || {
            let _ = rustix::io::read(&watch, &mut [0; 4096]);
            fs::rename(replacement, path).expect("a file can be renamed");
        });
        let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).outcome();
        replacing.join().expect("the wheel was opened");
        match outcome.code {
            Some(0) => machine
                .program(&machine.home().join("env/bin/hello"), [""; 0])
                .stdout("hello from hello 1.0\n")
                .succeeds(),
            code => assert_eq!(code, Some(4), "{outcome:?}"),
        }
        assert_eq!(machine.containing("forged"), Vec::<String>::new());
    }
}

#[test]
fn a_hash_of_record_in_another_notation_is_compared_all_the_same() {
    let refused = "
        error: refused the wheel `hello-1.0-py3-none-any.whl`
          caused by: the hash of its file \"hello/empty.txt\" differs from RECORD
        hint: the wheel was published like this; choose another version, and report it to its maintainers
        ";
    for (hash, code, told) in
        [(EMPTY.to_owned(), 0, ""), (EMPTY.to_uppercase(), 0, ""), (EMPTY.replace('e', "f"), 4, refused)]
    {
        let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main").file("hello/empty.txt", "");
        let wheel = wheel.wrong_record("hello/empty.txt", &format!("sha256={hash},0")).build();
        let Some(python) = Python::newest() else { return };
        let machine = Machine::new().with_python(python);
        machine.write(&wheel.file_name, &wheel.bytes);
        let source = format!("./{}", wheel.file_name);
        machine.kingbolt(["install", &source, "--quiet"]).stderr(told).exits(code);
    }
}

#[test]
fn a_wheel_whose_record_is_wrong_is_installed_as_published_if_its_hash_was_stated() {
    let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main").file("hello/more.py", "x = 1\n");
    let wheel = wheel.unrecorded("hello/more.py").wrong_record("hello/__init__.py", &format!("sha256={EMPTY},0"));
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &[wheel.build()]) else { return };
    let told = "
        Resolved 1 package in [TIME]
        warning: `hello-1.0-py3-none-any.whl` was published with a wrong RECORD: its RECORD does not list \"hello/more.py\"; the size of its file \"hello/__init__.py\" differs from RECORD
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        Command in [HOME]/bin: hello
        ";
    machine.kingbolt(["install", "hello"]).stderr(told).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    // The RECORD of the environment is true.
    machine.verifies(&["hello 1.0"]);
    let more = machine.files().into_iter().find(|path| path.contains("/generations/") && path.ends_with("more.py"));
    let more = machine.home().join(more.expect("the file was installed"));
    fs::remove_file(&more).expect("it is ours");
    fs::write(more, "x = 2\n").expect("it is ours");
    machine
        .kingbolt(["verify", "--quiet"])
        .stdout(
            "
            hello 1.0: 1 problem
                changed  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]/hello/more.py
            ",
        )
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
}

#[test]
fn a_wheel_of_which_nobody_states_a_hash_is_held_to_the_hash_that_was_found() {
    let index = Index::offering(&[]);
    let Some(Fixture { index, machine }) = Fixture::serving(index, &[hello("1.0")]) else { return };
    let address = format!("hello @ {}/files/{}", index.origin(), hello("1.0").file_name);
    for source in ["hello", &address] {
        machine
            .kingbolt(["install", source, "--quiet"])
            .stderr(
                "
                error: no secure hash is stated for `hello-1.0-py3-none-any.whl`, which comes over plain HTTP
                hint: use an `https` URL or an index with SHA-256 hashes, or accept any file with `--allow-unhashed`
                ",
            )
            .exits(4);
        machine
            .kingbolt(["install", source, "--require-hashes", "--quiet"])
            .stderr(
                "
                error: no secure hash is stated for `hello-1.0-py3-none-any.whl`
                hint: use an index with SHA-256 hashes; without a hash, the file cannot be verified
                ",
            )
            .exits(4);
    }
    machine.kingbolt(["install", "hello", "--allow-unhashed", "--quiet"]).succeeds();
    machine
        .kingbolt(["list", "-v"])
        .stdout(&format!(
            "
            hello  1.0  Python [PYTHON VERSION]  hello
                requested   hello
                installed   [DATE]
                contents    1 package, {} files, [SIZE]
                Python      [PYTHON]
                environment [HOME]/kingbolt/apps/hello/generations/1-[ID]
                no hash     hello-1.0-py3-none-any.whl has sha256:{}
                current     1  1.0  [DATE]  [SIZE]  Python [PYTHON VERSION]
            ",
            if cfg!(windows) { 10 } else { 8 },
            hello("1.0").sha256()
        ))
        .succeeds();
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    // Other bytes under the same name, and nothing that has the earlier ones.
    let other = Wheel::new("hello", "1.0").console("hello", "hello:main").file("hello/more.py", "").build();
    index.publish(&other);
    fs::remove_dir_all(machine.home().join("kingbolt/store")).expect("it is ours");
    let refused = format!(
        "
        error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has sha256:{}, not the expected sha256:{}
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ",
        other.sha256(),
        hello("1.0").sha256()
    );
    machine.kingbolt(["verify", "--repair", "--quiet"]).stderr(&refused).exits(4);
    machine.kingbolt(["install", "hello", "--allow-unhashed", "--force", "--quiet"]).stderr(&refused).exits(4);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn nothing_but_nul_bytes_may_follow_a_wheel() {
    let refused = |reason: &str| {
        format!(
            "
            error: refused the wheel `hello-1.0-py3-none-any.whl`
              caused by: the archive is invalid: {reason}
            hint: the wheel was published like this; choose another version, and report it to its maintainers
            "
        )
    };
    for (trailing, code, told) in [
        ("\0", 0, String::new()),
        ("\0\0\0\0\0\0\0\0\0", 0, String::new()),
        ("junk", 4, refused("bytes follow its end record")),
        ("\0\0PK\x05\x06", 4, refused("it does not end with an end record")),
    ] {
        let wheel = hello("1.0");
        let wheel = BuiltWheel { bytes: [wheel.bytes.as_slice(), trailing.as_bytes()].concat(), ..wheel };
        let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &[wheel]) else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).stderr(&told).exits(code);
    }
}

#[test]
fn a_record_that_a_wheel_brings_makes_no_generation_complete() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let forged = fs::read_to_string(record(&machine, "1-")).expect("an app has a record");
    let wheel = Wheel::new("hello", "2.0").console("hello", "hello:main").data("data", "complete", forged).build();
    index.publish(&wheel);
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.verifies(&["hello 2.0"]);
    // As if the upgrade had been killed before its end.
    fs::remove_file(record(&machine, "2-")).expect("it is there");
    machine
        .kingbolt(["list"])
        .stdout(
            "
            hello
                broken: its current generation is damaged or missing; repair it with `kingbolt verify --repair hello`, or uninstall it
            ",
        )
        .succeeds();
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(
            "
            hello: 1 problem, repaired
                its current generation is damaged or missing
            ",
        )
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn an_app_of_0_1_0_is_upgraded_and_can_be_rolled_back() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    // That version kept the record in the generation.
    let path = record(&machine, "1-");
    let name = path.file_stem().expect("it has a name").to_owned();
    let earlier = machine.home().join("kingbolt/apps/hello/generations").join(name).join("complete");
    fs::rename(&path, earlier).expect("it is ours");
    fs::remove_dir(path.with_file_name("")).expect("it is empty");
    machine.verifies(&["hello 1.0"]);
    index.publish(&hello("2.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.verifies(&["hello 1.0"]);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_record_that_names_a_command_outside_of_the_bin_directory_is_not_believed() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let path = record(&machine, "1-");
    let text = fs::read_to_string(&path).expect("an app has a record");
    let outside = machine.home().join("outside");
    let edited = text.replacen("name = \"hello\"\nscript", &format!("name = '{}'\nscript", outside.display()), 1);
    assert_ne!(text, edited);
    fs::write(path, edited).expect("it is ours");
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(
            "
            hello: 1 problem, repaired
                its current generation is damaged or missing
            ",
        )
        .succeeds();
    assert!(fs::symlink_metadata(outside).is_err());
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_wheel_that_brings_a_name_of_kingbolts_own_is_refused() {
    let names =
        ["kingbolt.toml", "KingBolt.TOML", "\u{212a}ingbolt.toml", "kingbolt\u{200c}.toml", ".kingbolt-previous/x"];
    for name in names {
        let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main").data("data", name, "id = 'x'\n").build();
        let Some(python) = Python::newest() else { return };
        let machine = Machine::new().with_python(python);
        machine.write(&wheel.file_name, &wheel.bytes);
        let source = format!("./{}", wheel.file_name);
        let first = name.split('/').next().unwrap_or(name);
        let refused = format!(
            "
            error: failed to assemble the environment
              caused by: hello contains `[HOME]/kingbolt/apps/hello/generations/1-[ID]/{first}`, a name that Kingbolt keeps for its own files
            hint: choose another version of hello, or leave it out
            "
        );
        machine.kingbolt(["install", &source, "--quiet"]).stderr(&refused).exits(4);
        assert!(!machine.home().join("bin/hello").exists(), "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_named_pipe_is_refused_and_not_waited_for() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for name in ["hello-1.0-py3-none-any.whl", "pylock.toml", ".netrc"] {
        let path = machine.home().join(name);
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).expect("a pipe can be made");
    }
    let told = "
        error: failed to look up `hello`
          caused by: failed to open `[HOME]/hello-1.0-py3-none-any.whl`
          caused by: it is not a regular file
        ";
    machine.kingbolt(["install", "./hello-1.0-py3-none-any.whl", "--quiet"]).stderr(told).exits(1);
    let told = "
        error: failed to read `[HOME]/pylock.toml`
          caused by: it is not a regular file
        ";
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).stderr(told).exits(1);
    // Whatever is made of it, nobody waits for the pipe.
    let _ = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
}

/// The file of the record of the generation with this number.
fn record(machine: &Machine, number: &str) -> PathBuf {
    let entries = fs::read_dir(machine.home().join("kingbolt/apps/hello/records")).expect("an app has records");
    let mut paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let is_wanted = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number));
    paths.find(is_wanted).expect("there is one")
}
