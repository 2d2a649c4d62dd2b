//! Packages of an index that have source only: built if the person allows it.

use std::fs;

use crate::support::{Fixture, Index, Machine, Project, Times, Trouble, Wheel, app, other};

/// An index that offers the source of a project and some wheels, and a machine on which backends count their calls.
fn fixture(project: &Project, wheels: &[crate::support::BuiltWheel]) -> Option<Fixture> {
    let Fixture { index, machine } = Fixture::serving(Index::complete(), wheels)?;
    index.publish_source(project);
    let calls = machine.home().with_file_name("calls");
    Some(Fixture { machine: machine.with_variable("CALLS", calls), index })
}

/// The calls of backends so far.
fn calls(machine: &Machine) -> String {
    let text = fs::read_to_string(machine.home().with_file_name("calls")).unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(" ")
}

fn demo() -> Project {
    Project::new("demo", "1.0").counting().preparing()
}

#[test]
fn a_package_that_has_source_only_is_built_if_that_is_allowed() {
    let Some(Fixture { machine, index }) = fixture(&demo(), &[]) else { return };
    let before = machine.everything();
    machine
        .kingbolt(["install", "demo"])
        .stderr(
            "
            error: `demo` 1.0 has no wheel, only a source distribution
            hint: pass `--allow-build demo` to build it from source
            ",
        )
        .exits(6);
    assert_eq!((calls(&machine), machine.files_beside_store()), (String::new(), before));
    assert!(index.paths().iter().all(|path| !path.contains("tar.gz")), "{:?}", index.paths());
    machine
        .kingbolt(["install", "demo", "--allow-build", "demo"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Built demo-1.0-py3-none-any.whl in [TIME]
            Installed 1 package in [TIME]
            demo 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: demo
            ",
        )
        .succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    assert_eq!(calls(&machine), "metadata build");
    // It came from an index, which `direct_url.json` would deny.
    assert!(machine.files().iter().all(|path| !path.ends_with("direct_url.json")));
    assert_eq!(machine.kingbolt(["verify"]).outcome().code, Some(0));
}

#[test]
fn a_dependency_that_has_source_only_is_built_if_that_is_allowed() {
    let hello = Wheel::new("hello", "1.0").requires("demo").console("hello", "hello:main").build();
    let Some(Fixture { machine, .. }) = fixture(&demo(), &[hello]) else { return };
    let refused = "
        error: `hello` 1.0 needs `demo`, which is published as source only
        hint: pass `--allow-build demo` to build from source
        ";
    machine.kingbolt(["install", "hello", "--quiet"]).stderr(refused).exits(6);
    machine.kingbolt(["install", "hello", "--allow-build", "hello", "--quiet"]).stderr(refused).exits(6);
    machine.kingbolt(["install", "hello", "--allow-build", "all", "--quiet"]).succeeds();
    assert_eq!(calls(&machine), "metadata build");
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["run", "--allow-build", "demo", "--quiet", "hello"]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn what_a_source_distribution_states_for_all_wheels_is_resolved_from_without_its_backend() {
    let pkg_info = "Metadata-Version: 2.4\nName: demo\nVersion: 2.0\nDynamic: License-File\nRequires-Dist: absent\n";
    let project = Project::new("demo", "2.0").counting().preparing().file("PKG-INFO", pkg_info);
    let Some(Fixture { machine, .. }) = fixture(&project, &[app("demo", "1.0")]) else { return };
    let install = ["install", "demo", "--allow-build", "demo", "--quiet"];
    machine.kingbolt(install).succeeds();
    machine.command("demo", [""; 0]).stdout("hello from demo 1.0\n").succeeds();
    assert_eq!(calls(&machine), "");
}

#[test]
fn a_wheel_that_needs_more_than_its_source_stated_is_resolved_again_and_built_once() {
    let pkg_info = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n";
    let project = demo().headers("Requires-Dist: other\n").file("PKG-INFO", pkg_info);
    let Some(Fixture { machine, .. }) = fixture(&project, &[other()]) else { return };
    machine
        .kingbolt(["install", "demo", "--allow-build", "demo"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            warning: the Requires-Dist of `demo-1.0-py3-none-any.whl` is not what its source distribution stated; resolving again
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            demo 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: demo
            ",
        )
        .succeeds();
    assert_eq!(calls(&machine), "build");
}

#[test]
fn a_source_distribution_with_another_hash_is_neither_unpacked_nor_built() {
    let Some(Fixture { machine, index }) = fixture(&demo(), &[]) else { return };
    index.trouble("/files/demo-1.0.tar.gz", Times::Always, Trouble::Corrupted);
    let before = machine.files();
    let outcome = machine.kingbolt(["install", "demo", "--allow-build", "demo", "--quiet"]).outcome();
    let told =
        "error: failed to build `demo==1.0`\n  caused by: `demo-1.0.tar.gz` does not have the stated hash: expected";
    assert!(outcome.stderr.starts_with(told), "{}", outcome.stderr);
    assert_eq!((outcome.code, calls(&machine), machine.files()), (Some(4), String::new(), before));
}

#[test]
fn a_wheel_of_another_version_than_its_source_distribution_is_refused() {
    let project = Project::new("demo", "1.0").backend("VERSION = '2.0'");
    let pkg_info = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n";
    let Some(Fixture { machine, .. }) = fixture(&project.file("PKG-INFO", pkg_info), &[]) else { return };
    let before = machine.files();
    machine
        .kingbolt(["install", "demo", "--allow-build", "demo", "--quiet"])
        .stderr(
            "
            error: failed to build `demo==1.0`
              caused by: the backend built `demo-2.0-py3-none-any.whl`, not a wheel of `demo 1.0`
            hint: request it by the name that it has
            ",
        )
        .exits(2);
    assert_eq!(machine.files(), before);
}

#[test]
fn builds_stay_allowed_for_upgrades_and_have_to_be_allowed_again_for_an_installation() {
    let Some(Fixture { machine, index }) = fixture(&demo(), &[]) else { return };
    machine.kingbolt(["install", "demo", "--allow-build", "demo", "--quiet"]).succeeds();
    index.publish_source(&Project::new("demo", "2.0"));
    machine.kingbolt(["upgrade", "demo", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 2.0\n").succeeds();
    let listed = machine.kingbolt(["list", "--json"]).json();
    assert_eq!(listed["apps"][0]["allowed_builds"], serde_json::json!({ "of": ["demo"] }));
    let listed = machine.kingbolt(["list", "-v"]).outcome().stdout;
    assert!(listed.contains("\n    builds      demo\n"), "{listed}");
    machine
        .kingbolt(["install", "demo", "--quiet"])
        .stderr(
            "
            error: `demo` 2.0 has no wheel, only a source distribution
            hint: pass `--allow-build demo` to build it from source
            ",
        )
        .exits(6);
}

#[test]
fn an_upgrade_and_an_injection_can_allow_further_builds() {
    let Some(Fixture { machine, index }) = fixture(&demo(), &[app("hello", "1.0"), app("demo", "0.9")]) else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine
        .kingbolt(["inject", "hello", "demo", "--quiet"])
        .stderr(
            "
            error: `demo` 1.0 is published as source only
            hint: pass `--allow-build demo` to build from source, or request `demo<=0.9`, the newest with a wheel
            ",
        )
        .exits(6);
    machine.kingbolt(["inject", "hello", "demo", "--allow-build", "demo", "--quiet"]).succeeds();
    index.publish_source(&Project::new("hello", "2.0"));
    machine
        .kingbolt(["upgrade", "hello", "--quiet"])
        .stderr(
            "
            error: `hello` 2.0 is published as source only
            hint: pass `--allow-build hello` to build from source, or request `hello<=1.0`, the newest with a wheel
            ",
        )
        .exits(6);
    machine.kingbolt(["upgrade", "hello", "--allow-build", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello 2.0\n").succeeds();
}

#[test]
fn a_plan_that_needs_a_build_names_it_and_builds_nothing() {
    let Some(Fixture { machine, .. }) = fixture(&demo(), &[]) else { return };
    let plan = ["install", "--dry-run", "demo", "--allow-build", "demo"];
    let files = machine.files();
    machine
        .kingbolt(plan)
        .stdout("would build demo==1.0; its version and dependencies are known after the build\n")
        .succeeds();
    assert_eq!((calls(&machine), machine.files()), (String::new(), files));
    machine.kingbolt(["install", "demo", "--allow-build", "demo", "--quiet"]).succeeds();
    machine
        .kingbolt(["upgrade", "--dry-run", "demo"])
        .stderr("Resolved 1 package in [TIME]\ndemo 1.0 is up to date\n")
        .succeeds();
    assert_eq!(calls(&machine), "metadata build");
}

#[test]
fn settings_of_pip_and_uv_that_forbid_or_demand_builds_end_the_run() {
    let Some(Fixture { machine, .. }) = fixture(&demo(), &[app("hello", "1.0")]) else { return };
    let allowed = "it forbids builds, and `--allow-build demo` allows one";
    let every = "it forbids builds, and `--allow-build all` allows one";
    let only = "Kingbolt builds packages of an index only where there is no wheel";
    let constrained = "Kingbolt has no constraints for the requirements of builds";
    for (name, value, allow, reason) in [
        ("UV_NO_BUILD", "1", "demo", allowed),
        ("UV_NO_BUILD_PACKAGE", "other demo", "demo", allowed),
        ("UV_NO_BUILD_PACKAGE", "other", "all", every),
        ("PIP_ONLY_BINARY", ":all:", "all", every),
        ("PIP_ONLY_BINARY", "other,demo", "demo", allowed),
        ("PIP_NO_BINARY", "other", "demo", only),
        ("PIP_NO_BINARY", ":all:", "demo", only),
        ("UV_NO_BINARY", "true", "demo", only),
        ("UV_BUILD_CONSTRAINT", "builds.txt", "demo", constrained),
        ("PIP_BUILD_CONSTRAINT", "builds.txt", "demo", constrained),
    ] {
        machine
            .kingbolt(["install", "demo", "--allow-build", allow, "--quiet"])
            .with_variable(name, value)
            .stderr(&format!(
                "
                error: failed to use `{name}`
                  caused by: {reason}
                hint: correct or remove the setting; settings are never ignored
                "
            ))
            .exits(2);
    }
    for (name, value) in [
        ("UV_NO_BUILD", "0"),
        ("UV_NO_BUILD_PACKAGE", "other"),
        ("PIP_ONLY_BINARY", ":all:,:none:"),
        ("PIP_NO_BINARY", ":none:"),
        ("PIP_ONLY_BINARY", "other"),
    ] {
        let install = ["install", "demo", "--allow-build", "demo", "--quiet"];
        machine.kingbolt(install).with_variable(name, value).succeeds();
    }
    machine.kingbolt(["install", "hello", "--quiet"]).with_variable("PIP_ONLY_BINARY", ":all:").succeeds();
    machine
        .kingbolt(["upgrade", "demo", "--quiet"])
        .with_variable("UV_NO_BUILD", "1")
        .stderr(&format!(
            "
            error: failed to use `UV_NO_BUILD`
              caused by: {allowed}
            hint: correct or remove the setting; settings are never ignored
            "
        ))
        .exits(2);
}

#[test]
fn a_damaged_app_from_a_source_distribution_is_built_again_by_a_repair() {
    let Some(Fixture { machine, .. }) = fixture(&demo(), &[]) else { return };
    let copied = ["install", "demo", "--allow-build", "demo", "--link-mode", "copy", "--quiet"];
    machine.kingbolt(copied).succeeds();
    let modules: Vec<String> = machine.files().into_iter().filter(|path| path.ends_with("/demo.py")).collect();
    for module in &modules {
        fs::write(machine.home().join(module), "broken").expect("it is a file");
    }
    let stored = modules.iter().find(|path| path.contains("/store/")).expect("the store has it");
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(&format!(
            "demo 1.0: 2 problems, repaired\n    \
             changed  [HOME]/kingbolt/apps/demo/generations/1-[ID]/[LIBRARY]/demo.py\n    changed  [HOME]/{stored}\n"
        ))
        .succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    assert_eq!(calls(&machine), "metadata build metadata build");
}

#[test]
fn the_same_source_distribution_is_built_once() {
    let Some(Fixture { machine, index }) = fixture(&demo(), &[]) else { return };
    let install = |name: &str, options: &[&str]| {
        let arguments = ["install", "demo", "--allow-build", "demo", "--force", "--quiet", "--name", name];
        machine.kingbolt([&arguments[..], options].concat()).succeeds();
        calls(&machine)
    };
    assert_eq!(install("one", &[]), "metadata build");
    index.forget_requests();
    assert_eq!(install("one", &[]), "metadata build");
    assert_eq!(install("two", &[]), "metadata build");
    // Not even downloaded.
    assert!(index.paths().iter().all(|path| !path.contains("tar.gz")), "{:?}", index.paths());
    machine.kingbolt(["upgrade", "--all", "--quiet"]).succeeds();
    assert_eq!(calls(&machine), "metadata build");
    assert_eq!(install("two", &["-C", "a=1"]), "metadata build metadata build");
    machine.kingbolt(["uninstall", "one", "two", "--quiet"]).succeeds();
    assert_eq!(install("one", &[]), "metadata build metadata build metadata build");
}

#[test]
fn a_newer_version_of_a_backend_builds_again() {
    let project = demo();
    let backend = |version: &str| {
        let text = project.files().find(|(path, _)| *path == "backend.py").map(|(_, text)| text.to_owned());
        Wheel::empty("tool", version).file("tool.py", text.expect("it has one")).build()
    };
    let table = "[project]\nname = \"demo\"\n[build-system]\nrequires = [\"tool\"]\nbuild-backend = \"tool\"\n";
    let Some(Fixture { machine, index }) = fixture(&project.clone().file("pyproject.toml", table), &[backend("1.0")])
    else {
        return;
    };
    let install = ["install", "demo", "--allow-build", "demo", "--force", "--quiet"];
    for _ in 0..2 {
        machine.kingbolt(install).succeeds();
        assert_eq!(calls(&machine), "metadata build");
    }
    index.publish(&backend("2.0"));
    machine.kingbolt(install).succeeds();
    assert_eq!(calls(&machine), "metadata build metadata build");
}
