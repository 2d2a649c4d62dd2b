//! Tests of a new installation: by the files of its wheels, and with `--smoke` by an import.

use crate::support::{Fixture, Wheel};

#[test]
fn a_command_whose_module_is_missing_is_told_although_nothing_is_run() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let odd = Wheel::new("odd", "1.0").file("odd/namespace/there.py", "raise SystemExit('it ran')\n");
    let odd = odd.console("odd", "odd:main").console("odd-there", "odd.namespace.there:main");
    index.publish(&odd.console("odd-gone", "odd.gone:main").gui("odd-away", "odd.gone:main").build());
    machine
        .kingbolt(["install", "odd"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            warning: `odd-gone`, `odd-away` cannot start: there is no module `odd.gone`
            odd 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Commands in [HOME]/bin: odd, odd-away, odd-gone, odd-there
            ",
        )
        .succeeds();
    let document = machine.kingbolt(["install", "odd", "--force", "--json", "--quiet"]).json();
    let warning = "`odd-gone`, `odd-away` cannot start: there is no module `odd.gone`";
    assert_eq!(document["warnings"], serde_json::json!([warning]));
}

#[test]
fn a_command_of_a_module_of_a_dependency_and_of_an_extension_is_no_reason_for_a_warning() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let odd = Wheel::empty("odd", "1.0").requires("other").file("odd/native.cpython-313-x86_64-linux-gnu.so", "");
    let odd = odd.console("odd", "other:main").console("odd-native", "odd.native:main");
    index.publish(&odd.build());
    let document = machine.kingbolt(["install", "odd", "--json", "--quiet"]).json();
    assert_eq!(document["warnings"], serde_json::json!([]));
}

#[test]
fn smoke_imports_the_commands_with_another_home_and_warns_of_what_fails() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let module =
        "import os\nopen(os.path.join(os.path.expanduser('~'), 'written'), 'w').close()\nimport missing_module\n";
    index.publish(&Wheel::empty("odd", "1.0").file("odd.py", module).console("odd", "odd:main").build());
    let written = |machine: &crate::support::Machine| machine.files().iter().any(|path| path.ends_with("written"));
    machine.kingbolt(["install", "odd", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "odd", "--smoke", "--force"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Installed 1 package in [TIME]
            warning: the command odd fails: ModuleNotFoundError: No module named 'missing_module'
            odd 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: odd
            ",
        )
        .succeeds();
    assert!(!written(&machine), "{:?}", machine.files());
    machine.kingbolt(["install", "hello", "--smoke", "--quiet"]).succeeds();
}

#[test]
fn an_upgrade_without_smoke_runs_nothing_of_the_new_version() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let broken = Wheel::empty("hello", "2.0").file("hello/__init__.py", "import missing_module\n");
    index.publish(&broken.console("hello", "hello:main").build());
    machine
        .kingbolt(["upgrade", "hello", "--no-smoke"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 2.0 (was 1.0): 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
              hello 1.0 -> 2.0
            ",
        )
        .succeeds();
}
