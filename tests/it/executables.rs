//! `install --with-executables-from` and `--include-deps`: an app has commands of other packages, too.

use crate::support::{BuiltWheel, Fixture, Index, Wheel, app};

/// The number of files in the environment of `suite`, which has three commands.
const FILES: u8 = if cfg!(windows) { 27 } else { 21 };

/// A package without commands, whose dependencies have some; a plug-in, and a library.
fn suite(version: &str) -> Vec<BuiltWheel> {
    let suite = Wheel::new("suite", version).requires("suite-core").requires("tool").build();
    let core =
        Wheel::new("suite-core", "1.0").console("suite", "suite_core:main").console("suitectl", "suite_core:main");
    let plugin = Wheel::new("suite-lint", "1.0").requires("suite").console("lint", "suite_lint:main").build();
    vec![suite, core.build(), app("tool", "1.0"), plugin, Wheel::new("library", "1.0").build()]
}

fn serving_suite() -> Option<Fixture> {
    Fixture::serving(Index::complete(), &suite("1.0"))
}

#[test]
fn a_package_without_commands_installs_with_those_of_a_dependency() {
    let Some(Fixture { machine, .. }) = serving_suite() else { return };
    machine
        .kingbolt(["install", "suite"])
        .stderr(
            "
            Resolved 3 packages in [TIME]
            error: `suite` has no commands
            hint: `suite-core` brings the command `suite`; run `kingbolt install suite --with-executables-from suite-core`
            ",
        )
        .exits(1);
    machine
        .kingbolt(["install", "suite", "--with-executables-from", "suite-core"])
        .stderr(
            "
            Resolved 3 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 3 packages in [TIME]
            suite 1.0: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Commands in [HOME]/bin: suite, suitectl
            ",
        )
        .succeeds();
    machine.command("suitectl", ["you"]).stdout("hello from suite-core 1.0 you\n").succeeds();
    machine.kingbolt(["list"]).stdout("suite  1.0  Python [PYTHON VERSION]  suite, suitectl\n").succeeds();
    let listed = machine.kingbolt(["list", "--json"]).json();
    assert_eq!(listed["apps"][0]["executables"], serde_json::json!({ "from": ["suite-core"] }));
    machine
        .kingbolt(["list", "-v"])
        .stdout(&format!(
            "
            suite  1.0  Python [PYTHON VERSION]  suite, suitectl
                requested   suite
                commands    of suite-core, too
                installed   [DATE]
                contents    3 packages, {FILES} files, [SIZE]
                Python      [PYTHON]
                environment [HOME]/kingbolt/apps/suite/generations/1-[ID]
                current     1  1.0  [DATE]  [SIZE]  Python [PYTHON VERSION]
            "
        ))
        .succeeds();
    machine.kingbolt(["verify"]).stdout(&format!("suite 1.0: {FILES} files in 3 packages, no problems\n")).succeeds();
    machine.kingbolt(["uninstall", "suite", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn packages_that_are_no_dependencies_are_installed_for_their_commands() {
    let Some(Fixture { machine, .. }) = serving_suite() else { return };
    machine.kingbolt(["install", "tool", "--with-executables-from", "suite-core,suite-lint", "--quiet"]).succeeds();
    let there = "tool  1.0  Python [PYTHON VERSION]  tool, suite, suitectl, lint\n";
    machine.kingbolt(["list"]).stdout(there).succeeds();
    machine.kingbolt(["uninject", "tool", "suite-lint", "--quiet"]).succeeds();
    machine.kingbolt(["list"]).stdout(&there.replace("suitectl, lint", "suitectl")).succeeds();
    machine
        .kingbolt(["uninject", "tool", "suite-lint"])
        .stderr("error: `suite-lint` was not added to `tool`\nhint: packages that were added: `suite-core`\n")
        .exits(1);
    machine.kingbolt(["rollback", "tool", "--quiet"]).succeeds();
    machine.command("lint", [""; 0]).stdout("hello from suite-lint 1.0\n").succeeds();
}

#[test]
fn the_commands_of_all_dependencies_stay_after_an_upgrade_and_another_install() {
    let Some(Fixture { index, machine }) = serving_suite() else { return };
    machine.kingbolt(["install", "suite", "--include-deps", "--quiet"]).succeeds();
    for wheel in suite("2.0") {
        index.publish(&wheel);
    }
    machine.kingbolt(["upgrade", "suite", "--quiet"]).succeeds();
    let there = "suite  2.0  Python [PYTHON VERSION]  suite, suitectl, tool\n";
    machine.kingbolt(["list"]).stdout(there).succeeds();
    machine
        .kingbolt(["install", "suite"])
        .stderr(
            "
            suite 2.0 is already installed
            Kept: --include-deps; --replace starts afresh
            Commands in [HOME]/bin: suite, suitectl, tool
            ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "suite", "--replace", "--with-executables-from", "tool"])
        .stderr(
            "
            Resolved 3 packages in [TIME]
            Installed 3 packages in [TIME]
            suite 2.0: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: tool
            ",
        )
        .succeeds();
    machine.kingbolt(["list"]).stdout(&there.replace("  suite, suitectl, tool", "  tool")).succeeds();
}

#[test]
fn a_command_of_a_dependency_that_another_app_has_is_refused_before_the_rest_is_downloaded() {
    let Some(Fixture { index, machine }) = serving_suite() else { return };
    machine.kingbolt(["install", "tool", "--quiet"]).succeeds();
    index.forget_requests();
    let refused = "
        error: the command `tool` belongs to the installed app `tool`
        hint: run `kingbolt uninstall tool` first, or install with `--force` to replace the command
        ";
    let arguments = ["install", "suite-lint", "--with-executables-from", "tool", "--quiet"];
    machine.kingbolt(arguments).stderr(refused).exits(8);
    assert!(!index.paths().iter().any(|path| path.ends_with("suite_core-1.0-py3-none-any.whl")), "{:?}", index.paths());
    machine.kingbolt(["install", "suite", "--include-deps", "--quiet"]).stderr(refused).exits(8);
    machine.kingbolt(["list"]).stdout("tool  1.0  Python [PYTHON VERSION]  tool\n").succeeds();
}

#[test]
fn a_package_named_for_its_commands_must_have_some() {
    let Some(Fixture { machine, .. }) = serving_suite() else { return };
    let arguments = ["install", "tool", "--with-executables-from", "library", "--quiet"];
    machine
        .kingbolt(arguments)
        .stderr(
            "
            error: `library` has no commands
            hint: `library` is a library without commands; add it to an app: `kingbolt install APP --with library`
            ",
        )
        .exits(1);
    machine
        .kingbolt(["install", "library", "--include-deps", "--quiet"])
        .stderr(
            "
            error: `library` has no commands
            hint: `library` is a library without commands; add it to an app: `kingbolt install APP --with library`
            ",
        )
        .exits(1);
    machine
        .kingbolt(["install", "tool", "--with-executables-from", "a b"])
        .stderr("error: failed to parse the name of a package\n  caused by: `a b` is not a valid name\n")
        .exits(2);
    assert!(machine.files().iter().all(|path| !path.contains("/apps/")), "{:?}", machine.files());
}

#[test]
fn an_app_sees_the_packages_of_its_python_only_if_it_is_asked_for() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    // Python says that it looks for packages of the user where it looks for those of its installation.
    let sees = |expected: &str| {
        let program = "import other, site; print(site.ENABLE_USER_SITE)";
        machine.kingbolt(["exec", "hello", "python", "-c", program]).stdout(expected).succeeds();
    };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    sees("False\n");
    machine
        .kingbolt(["install", "hello", "--system-site-packages"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    sees("True\n");
    let kept = "
        hello 1.0 is already installed
        Kept: --system-site-packages; --replace starts afresh
        Command in [HOME]/bin: hello
        ";
    machine.kingbolt(["install", "hello"]).stderr(kept).succeeds();
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["system_site_packages"], true);
    let listed = machine.kingbolt(["list", "-v"]).outcome().stdout;
    assert!(listed.contains("\n    packages    can import those of its Python, too\n"), "{listed}");
    machine.verifies(&["hello 1.0"]);
    machine.kingbolt(["install", "hello", "--replace", "--quiet"]).succeeds();
    sees("False\n");
}

#[test]
fn an_upgrade_imports_the_commands_of_dependencies() {
    let Some(Fixture { index, machine }) = serving_suite() else { return };
    machine.kingbolt(["install", "suite", "--with-executables-from", "suite-core", "--quiet"]).succeeds();
    index.publish(&Wheel::empty("suite-core", "2.0").console("suite", "suite_core:main").build());
    machine
        .kingbolt(["upgrade", "suite", "--quiet"])
        .stderr(
            "
            error: `suite` 1.0 does not work on this machine: the command suite fails: ModuleNotFoundError: No module named 'suite_core'
            hint: the installed version of `suite` was not changed; report this to its maintainers, or request another version with `kingbolt install`
            ",
        )
        .exits(1);
    machine.command("suite", [""; 0]).stdout("hello from suite-core 1.0\n").succeeds();
}

#[test]
fn a_package_whose_dependency_has_its_command_is_told_how_to_get_it() {
    let of_its_name = Wheel::new("hello-core", "1.0").console("hello", "hello_core:main");
    let parts = ["a", "b", "c", "d"]
        .map(|name| Wheel::new(name, "1.0").console(&format!("hello-{name}"), &format!("{name}:main")));
    let stranger = Wheel::new("stranger", "1.0").console("hellostranger", "stranger:main");
    let wheels: Vec<_> = parts.iter().chain([&of_its_name, &stranger]).map(|wheel| wheel.clone().build()).collect();
    let hints: [(&[&str], &str); 5] = [
        (
            &["a", "b", "c", "d", "hello-core"],
            "`hello-core` brings the command `hello`; run `kingbolt install hello --with-executables-from hello-core`",
        ),
        (
            &["a", "b", "c", "d"],
            "its dependencies `a`, `b`, `c` and 1 more have commands; run, for example, `kingbolt install hello --with-executables-from a`",
        ),
        (
            &["a", "b", "stranger"],
            "its dependencies `a`, `b` have commands; run, for example, `kingbolt install hello --with-executables-from a`",
        ),
        (&["a"], "its dependency `a` has commands; run `kingbolt install hello --with-executables-from a`"),
        (
            &["stranger"],
            "`hello` is a library without commands; add it to an app: `kingbolt install APP --with hello`; for commands of its dependencies, run, for example, `kingbolt install hello --with-executables-from stranger`",
        ),
    ];
    for (names, hint) in hints {
        let needs = names.iter().fold(Wheel::new("hello", "1.0"), |wheel, name| wheel.requires(name));
        let wheels = [&wheels[..], &[needs.build()]].concat();
        let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
        let expected = format!("error: `hello` has no commands\nhint: {hint}\n");
        machine.kingbolt(["install", "hello", "--quiet"]).stderr(&expected).exits(1);
        assert_eq!(machine.files_beside_store(), Vec::<String>::new());
    }
}
