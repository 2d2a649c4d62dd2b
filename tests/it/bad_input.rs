//! Bad input of every kind: a clear error, the documented exit code, and nothing left behind.

#[cfg(unix)]
use std::path::Path;

use crate::support::{BuiltWheel, Fixture, Index, Machine, Python, Times, Trouble, Wheel, hello};

#[test]
fn an_unknown_package_is_named() {
    let index = Index::complete();
    refused(
        &index,
        &["install", "helo"],
        3,
        "
        error: package `helo` was not found in any index
        hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
        ",
    );
}

#[test]
fn an_index_that_is_neither_an_address_nor_a_directory_is_named() {
    let Some(python) = Python::newest() else { return };
    Machine::new()
        .with_python(python)
        .kingbolt(["install", "hello", "--index-url", "nonsense"])
        .stderr(
            "
            error: the index directory `[HOME]/nonsense/` does not exist
            hint: index URLs begin with `https://`
            ",
        )
        .exits(5);
}

#[test]
fn no_version_matches_the_request() {
    let index = serving(&[hello("1.0"), hello("1.1")]);
    refused(
        &index,
        &["install", "hello>=2"],
        3,
        "
        error: no version of `hello` matches `hello>=2`: the newest versions are 1.1, 1.0
        hint: request an available version, such as `hello==1.1`
        ",
    );
}

#[test]
fn a_conflict_is_explained_with_who_asked_for_what() {
    let red = Wheel::new("red", "1.0").requires("paint<2").build();
    let blue = Wheel::new("blue", "1.0").requires("paint>=2").build();
    let house = Wheel::new("house", "1.0").requires("red").requires("blue").console("house", "house:main").build();
    let index = serving(&[house, red, blue, Wheel::new("paint", "1.5").build(), Wheel::new("paint", "2.0").build()]);
    refused(
        &index,
        &["install", "house"],
        3,
        "
        error: no versions satisfy all requirements:
            Because red 1.0 depends on paint<2 and blue 1.0 depends on paint>=2, blue 1.0 and red 1.0 are incompatible.
            And because house 1.0 depends on red, blue 1.0 and house 1.0 are incompatible.
            And because you asked for house and house 1.0 depends on blue, the requirements cannot be satisfied.
        hint: change the version requirements, or install fewer packages together
        ",
    );
}

#[test]
fn a_wheel_with_another_hash_is_refused() {
    let index = Index::complete();
    index.publish_with(&hello("1.0"), |offer| offer.sha256 = Some("0".repeat(64)));
    refused(&index, &["install", "hello"], 4, &another_hash(&hello("1.0").sha256(), &"0".repeat(64)));
}

#[test]
fn a_wheel_that_was_changed_on_the_way_is_refused() {
    let index = serving(&[hello("1.0")]);
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Corrupted);
    let changed = BuiltWheel { bytes: Trouble::corrupted(hello("1.0").bytes), ..hello("1.0") }.sha256();
    refused(&index, &["install", "hello"], 4, &another_hash(&changed, &hello("1.0").sha256()));
}

#[test]
fn a_body_that_always_ends_too_early_is_a_network_failure() {
    let index = serving(&[hello("1.0")]);
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Truncated(100));
    refused(&index, &["install", "hello"], 5, "
        Resolved 1 package in [TIME]
        error: failed to download `hello-1.0-py3-none-any.whl`
          caused by: failed to read the response from `[INDEX]/files/hello-1.0-py3-none-any.whl`
          caused by: request or response body error: error reading a body from connection: end of file before message length reached
        hint: the server has a problem; try again later
        ");
}

#[test]
fn a_body_longer_than_stated_is_refused() {
    let index = serving(&[hello("1.0")]);
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Longer(b"and more".to_vec()));
    refused(&index, &["install", "hello"], 4, "
        Resolved 1 package in [TIME]
        error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has [SIZE], not the expected 1194
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ");
}

#[test]
fn an_error_page_instead_of_a_wheel_is_recognised() {
    let index = serving(&[hello("1.0")]);
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::error_page());
    refused(
        &index,
        &["install", "hello"],
        5,
        "
        Resolved 1 package in [TIME]
        error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` returned a web page
        hint: open the URL in a browser; the network or the server may require you to log in
        ",
    );
}

#[test]
fn an_error_page_instead_of_the_index_is_recognised() {
    let index = serving(&[hello("1.0")]);
    index.trouble("*", Times::Always, Trouble::error_page());
    refused(&index, &["install", "hello"], 5, "
        error: failed to parse the page of `hello` from the index `[INDEX]/simple/`
          caused by: the response is not a package index page: it is HTML that offers no files
        hint: check the index URL; the response may come from a login page or a proxy, or the index answers so for packages that it does not have
        ");
}

#[test]
fn an_index_without_hashes_over_plain_http_is_refused() {
    let index = Index::offering(&[]);
    index.publish(&hello("1.0"));
    refused(
        &index,
        &["install", "hello"],
        4,
        "
        error: no secure hash is stated for `hello-1.0-py3-none-any.whl`, which comes over plain HTTP
        hint: use an `https` URL or an index with SHA-256 hashes, or accept any file with `--allow-unhashed`
        ",
    );
}

#[test]
fn a_wheel_for_another_platform_is_not_installed() {
    let index = serving(&[Wheel::new("hello", "1.0").tag("cp312-cp312-sunos_5_sparc").build()]);
    refused(&index, &["install", "hello"], 6, "
        error: no wheel of `hello` 1.0 supports CPython [PYTHON MINOR] on [PLATFORM]; there are wheels for cp312 on sunos_5_sparc
        hint: request another version
        ");
}

#[test]
fn a_wheel_whose_record_names_another_hash_is_refused() {
    let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main");
    let wheel = wheel.wrong_record("hello/__init__.py", "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,").build();
    wheel_refused_from_disk(&wheel, "the hash of its file \"hello/__init__.py\" differs from RECORD");
}

#[test]
fn a_wheel_with_a_file_that_its_record_misses_is_refused() {
    let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main").unrecorded("hello/__init__.py").build();
    wheel_refused_from_disk(&wheel, "its RECORD does not list \"hello/__init__.py\"");
}

#[test]
fn a_wheel_that_reaches_out_of_its_directory_is_refused() {
    let wheel =
        Wheel::new("hello", "1.0").console("hello", "hello:main").file("../../../evil.py", "print('evil')").build();
    let rule = "its name is unsafe: it has a component `.` or `..`";
    wheel_refused(&wheel, &format!("entry \"../../../evil.py\" of the archive is invalid: {rule}"));
}

#[test]
fn a_package_without_commands_is_not_installed_alone() {
    let index = serving(&[Wheel::new("hello", "1.0").build()]);
    refused_with_wheel(
        &index,
        &["install", "hello"],
        1,
        "
        Resolved 1 package in [TIME]
        error: `hello` has no commands
        hint: `hello` is a library without commands; add it to an app: `kingbolt install APP --with hello`
        ",
    );
}

#[test]
fn a_path_that_does_not_exist_is_named() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for (source, path) in [
        ("./x-1.0-py3-none-any.whl", "x-1.0-py3-none-any.whl"),
        ("x-1.0.whl", "x-1.0.whl"),
        ("x @ ./x-1.0-py3-none-any.whl", "x-1.0-py3-none-any.whl"),
        ("x-1.0.tar.gz", "x-1.0.tar.gz"),
        ("./project[dev]", "project"),
    ] {
        let expected = format!("error: `[HOME]/{path}` does not exist\nhint: check the path\n");
        machine.kingbolt(["install", source]).stderr(&expected).exits(8);
    }
    let expected = "
        error: failed to read `[HOME]/pylock.toml`
          caused by: [SYSTEM ERROR]
        hint: check the path
        ";
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(expected).exits(8);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_mistyped_option_is_not_proposed_as_the_name_of_an_app() {
    let machine = Machine::new();
    let expected = "
        error: unexpected argument '--bogus' found

        Usage: kingbolt inject <APP> <REQUIREMENT>...

        For more information, try '--help'.
        ";
    machine.kingbolt(["inject", "hello", "--bogus"]).stderr(expected).exits(2);
    let expected = "
        error: invalid value '0' for '--jobs <N>': expected a whole number from 1 to 255

        For more information, try '--help'.
        ";
    machine.kingbolt(["install", "hello", "--jobs", "0"]).stderr(expected).exits(2);
}

#[test]
fn a_command_or_an_option_of_another_tool_is_told_by_its_name_here() {
    let machine = Machine::new();
    let expected = "
        error: unrecognized subcommand 'runpip'

          tip: use `kingbolt exec APP python -m pip`

        For more information, try '--help'.
        ";
    machine.kingbolt(["runpip", "hello", "list"]).stderr(expected).exits(2);
    let expected = "
        error: unexpected argument '--pip-args' found

          tip: Kingbolt has options of pip itself, such as `--pre`, `--index-url` and `--constraint`

        For more information, try '--help'.
        ";
    machine.kingbolt(["install", "--pip-args=--pre", "hello"]).stderr(expected).exits(2);
}

#[test]
fn a_server_that_fails_always_is_named() {
    let index = serving(&[hello("1.0")]);
    index.trouble("*", Times::Always, Trouble::status(503));
    refused(
        &index,
        &["install", "hello"],
        5,
        "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to fetch `[INDEX]/simple/hello/`: the server returned 503 Service Unavailable
        hint: the server has a problem; try again later
        ",
    );
}

#[test]
fn no_python_of_the_wanted_version_is_told_with_those_there_are() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine
        .kingbolt(["install", "hello", "--python", "3.99"])
        .beside_other_pythons()
        .stderr(
            "
            error: no Python on this machine matches `==3.99.*`; found:
              [PYTHON]: CPython [PYTHON VERSION]
            hint: pass another version or the path of an interpreter with `--python`
            ",
        )
        .exits(6);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_package_for_later_pythons_is_not_installed() {
    let wheel = Wheel::new("hello", "1.0").requires_python(">=4").console("hello", "hello:main").build();
    refused(
        &serving(&[wheel]),
        &["install", "hello"],
        6,
        "
        error: `hello` 1.0 requires Python >=4, not [PYTHON VERSION]
        hint: pass `--python \">=4\"`
        ",
    );
}

#[test]
#[cfg(unix)]
fn an_interpreter_that_prints_noise_is_refused() {
    let causes = "  caused by: it did not run as a Python interpreter: Welcome to the cluster!\n";
    interpreter_refused("noise", "echo 'Welcome to the cluster!'", causes);
}

#[test]
#[cfg(unix)]
fn an_interpreter_that_hangs_is_refused() {
    let causes = "  caused by: it could not be run\n  caused by: `[ROOT]/path/hang` did not finish within [TIME]\n";
    interpreter_refused("hang", "while :; do :; done", causes);
}

#[test]
fn without_a_network_the_server_is_named() {
    let Some(python) = Python::newest() else { return };
    let machine = Machine::new().with_python(python);
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
        error: failed to look up `hello` in the index `http://127.0.0.1:9/simple/`
          caused by: failed to fetch `http://127.0.0.1:9/simple/hello/`
          caused by: tcp connect error: [SYSTEM ERROR]
        hint: check the network connection; if you need a proxy, set `HTTPS_PROXY=http://host:port`
        ",
        )
        .exits(5);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_proxy_that_asks_for_a_password_is_named() {
    let Some(Fixture { index: proxy, machine }) = Fixture::serving(Index::plain(), &[]) else { return };
    proxy.trouble("*", Times::Always, Trouble::status(407));
    for scheme in ["http", "https"] {
        let address = format!("{scheme}://index.example/simple/");
        let expected = format!(
            "
            error: failed to look up `hello` in the index `{address}`
              caused by: failed to fetch `{address}hello/`: the proxy `[INDEX]/` requires a password
            hint: set `HTTPS_PROXY=http://user:password@host:port` (and `HTTP_PROXY` for http URLs)
            "
        );
        let run = machine.kingbolt(["install", "hello", "--index-url", &address]);
        run.with_variable("ALL_PROXY", &proxy.origin()).stderr(&expected).exits(5);
    }
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn an_interrupted_install_leaves_nothing_and_can_be_retried() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble_with(&hello("1.0"), Times::First(1), Trouble::Hang);
    let is_downloading = || index.paths().iter().any(|path| Path::new(path).extension() == Some("whl".as_ref()));
    let expected = "
        Resolved 1 package in [TIME]
        error: interrupted
        ";
    machine.kingbolt(["install", "hello"]).stderr(expected).interrupted_when(is_downloading);
    assert_eq!(machine.files(), Vec::<String>::new());
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

/// Runs Kingbolt on a machine with a Python and an index: it must fail as said and leave nothing behind.
#[track_caller]
fn refused(index: &Index, arguments: &[&str], code: i32, stderr: &str) {
    let Some(Fixture { machine, .. }) = Fixture::serving(index.clone(), &[]) else { return };
    machine.kingbolt(arguments).stderr(stderr).exits(code);
    assert_eq!(machine.files(), Vec::<String>::new());
}

/// The same of a command that leaves a wheel in the store, for a retry.
#[track_caller]
fn refused_with_wheel(index: &Index, arguments: &[&str], code: i32, stderr: &str) {
    let Some(Fixture { machine, .. }) = Fixture::serving(index.clone(), &[]) else { return };
    machine.kingbolt(arguments).stderr(stderr).exits(code);
    assert_eq!(machine.files_beside_store(), Vec::<String>::new());
}

/// An installation must refuse a wheel of `hello` that was published with a fault.
#[track_caller]
fn wheel_refused(wheel: &BuiltWheel, cause: &str) {
    refused(&serving(std::slice::from_ref(wheel)), &["install", "hello"], 4, &wheel_refusal(cause));
}

/// The same of a wheel in a file, of which nobody states a hash.
#[track_caller]
fn wheel_refused_from_disk(wheel: &BuiltWheel, cause: &str) {
    let Some(python) = Python::newest() else { return };
    let machine = Machine::new().with_python(python);
    machine.write(&wheel.file_name, &wheel.bytes);
    machine.kingbolt(["install", &format!("./{}", wheel.file_name)]).stderr(&wheel_refusal(cause)).exits(4);
    assert_eq!(machine.files(), [wheel.file_name.as_str()]);
}

fn wheel_refusal(cause: &str) -> String {
    format!(
        "
        Resolved 1 package in [TIME]
        error: refused the wheel `hello-1.0-py3-none-any.whl`
          caused by: {cause}
        hint: the wheel was published like this; choose another version, and report it to its maintainers
        "
    )
}

/// An installation must refuse a program, which is a script, as Python.
#[cfg(unix)]
#[track_caller]
fn interpreter_refused(name: &str, body: &str, causes: &str) {
    let machine = Machine::new().with_index(&serving(&[hello("1.0")]));
    let machine = machine.with_program(name, |path| script(path, body));
    let expected = format!(
        "error: failed to use `[ROOT]/path/{name}` as Python\n{causes}hint: pass a version such as `3.12`, or the path of a working \
         Python 3.8 or newer, with `--python`\n"
    );
    machine.kingbolt(["install", "hello", "--python", name]).stderr(&expected).exits(6);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[cfg(unix)]
fn script(path: &Path, body: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, format!("#!/bin/sh\n{body}\n")).expect("it can be written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it can be made executable");
}

fn serving(wheels: &[BuiltWheel]) -> Index {
    let index = Index::complete();
    for wheel in wheels {
        index.publish(wheel);
    }
    index
}

fn another_hash(got: &str, stated: &str) -> String {
    let file = "hello-1.0-py3-none-any.whl";
    format!(
        "
        Resolved 1 package in [TIME]
        error: refused `{file}`: `[INDEX]/files/{file}` has sha256:{got}, not the expected sha256:{stated}
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        "
    )
}
