//! Packages beside an app: `inject`, `uninject`, and what a later `install` keeps.

use crate::support::{Fixture, Index, Wheel, app, dependent_hello};

/// `base` 1.0 with an extra is installed with `more` 1.0; newer versions of both are served by now.
fn fixture() -> Option<Fixture> {
    let wheels = [app("base", "1.0"), Wheel::new("more", "1.0").build(), Wheel::new("shout", "1.0").build()];
    let fixture = Fixture::serving(Index::complete(), &wheels)?;
    fixture.machine.kingbolt(["install", "base", "--quiet"]).succeeds();
    fixture.index.publish(&Wheel::new("base", "1.1").extra("loud", "shout").console("base", "base:main").build());
    fixture.index.publish(&Wheel::new("more", "1.1").build());
    Some(fixture)
}

#[test]
fn a_package_that_is_there_as_a_dependency_is_told_and_stays() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine
        .kingbolt(["inject", "hello", "other"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            other 2.1 was there already, as a dependency; from now on it stays
            ",
        )
        .succeeds();
    let back = "Switched hello 1.0 to generation 1, which has the same versions\n";
    machine.kingbolt(["rollback", "hello"]).stderr(back).succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine
        .kingbolt(["uninject", "hello", "other"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            other 2.1 stays, because another package requires it
            ",
        )
        .succeeds();
}

#[test]
fn a_package_is_added_and_removed_and_the_app_stays_at_its_version() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    machine
        .kingbolt(["inject", "base", "more<1.1"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            base 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
              more 1.0 (new)
            ",
        )
        .succeeds();
    let again = "base is as requested already\n";
    machine.kingbolt(["inject", "base", "more<1.1"]).stderr(again).succeeds();
    machine
        .kingbolt(["inject", "base", "more"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Installed 2 packages in [TIME]
            base 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    machine
        .kingbolt(["uninject", "base", "more"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Installed 1 package in [TIME]
            base 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
              more 1.0 (removed)
            ",
        )
        .succeeds();
    let back = "
        Switched base 1.0 to generation 3
          more 1.0 (new)
        ";
    machine.kingbolt(["rollback", "base"]).stderr(back).succeeds();
}

#[test]
fn a_package_that_needs_a_newer_app_brings_it() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish(&Wheel::new("plugin", "1.0").requires("base>=1.1").build());
    let document = machine.kingbolt(["inject", "base", "plugin", "--json", "--quiet"]).json();
    assert_eq!((&document["version"], &document["with"][0]), (&"1.1".into(), &"plugin".into()));
}

#[test]
fn a_package_that_needs_an_older_app_is_refused() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish(&app("base", "0.9"));
    index.publish(&Wheel::new("plugin", "1.0").requires("base<1").build());
    machine
        .kingbolt(["inject", "base", "plugin"])
        .stderr(
            "
            error: no versions satisfy all requirements:
                Because you asked for base>=1.0 and plugin 1.0 depends on base<1, plugin 1.0 cannot be used.
                And because you asked for plugin, the requirements cannot be satisfied.
                Constraints: base>=1.0.
            hint: change the version requirements, or install fewer packages together
            ",
        )
        .exits(3);
}

#[test]
fn what_was_not_added_cannot_be_removed() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let refused = "error: `other` was not added to `base`\n";
    machine.kingbolt(["uninject", "base", "other"]).stderr(refused).exits(1);
    machine.kingbolt(["inject", "base", "more", "--quiet"]).succeeds();
    let refused = "error: `other` was not added to `base`\nhint: packages that were added: `more`\n";
    machine.kingbolt(["uninject", "base", "more", "other"]).stderr(refused).exits(1);
    let absent = "error: `hello` is not installed\nhint: installed apps: base\n";
    machine.kingbolt(["inject", "hello", "more"]).stderr(absent).exits(1);
    machine
        .kingbolt(["inject", "base", "more ~ 1"])
        .stderr(
            "
            error: `more ~ 1` is not an installable source
              caused by: `more ~ 1` is not a valid requirement: `~ 1` is not a valid version specifier
            hint: pass a package (`httpie`), a requirement (`black[d]>=24`), the path or URL of a wheel or a source archive, a directory (`./project`), or a repository (`git+https://…`)
            ",
        )
        .exits(2);
    machine
        .kingbolt(["inject", "base", "absent", "--quiet"])
        .stderr(
            "
            error: package `absent` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            ",
        )
        .exits(3);
    machine.verifies(&["base 1.0"]);
}

#[test]
fn the_package_of_an_app_is_not_added_to_itself() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let refused = "
        error: `base` is the app `base` itself
        hint: for another version or extras of it, run `kingbolt install 'base[loud]'`
        ";
    machine.kingbolt(["inject", "base", "more", "base[loud]"]).stderr(refused).exits(1);
    machine.kingbolt(["install", "base", "--suffix=_2", "--quiet"]).succeeds();
    let refused = "
        error: `base` is the app `base-2` itself
        hint: for another version or extras of it, run `kingbolt install 'base'` with the `--suffix` or `--name` of the app
        ";
    machine.kingbolt(["inject", "base-2", "base"]).stderr(refused).exits(1);
}

#[test]
fn a_wheel_is_added_by_its_path_as_it_is_installed() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let wheel = Wheel::new("local", "1.0").build();
    machine.write(&format!("wheels/{}", wheel.file_name), &wheel.bytes);
    let added = |app: &str| {
        let document = machine.kingbolt(["list", "--json"]).json();
        let apps = document["apps"].as_array().expect("a list").clone();
        let with = apps.iter().find(|found| found["app"] == app).map(|found| found["with"].to_string());
        with.expect("it is installed").replace(&machine.home().display().to_string().replace('\\', "/"), "[HOME]")
    };
    let path = format!("./wheels/{}", wheel.file_name);
    machine.kingbolt(["inject", "base", &path, &path, "--quiet"]).succeeds();
    assert!(added("base").starts_with("[\"local @ file://"), "{}", added("base"));
    let named = format!("local @ {path}");
    machine.kingbolt(["install", "base", "--with", &named, "--suffix=_2", "--quiet"]).succeeds();
    assert_eq!(added("base-2"), added("base"));
    machine
        .kingbolt(["inject", "base", "./absent.whl"])
        .stderr("error: `[HOME]/absent.whl` does not exist\nhint: check the path\n")
        .exits(8);
    machine.kingbolt(["uninject", "base", "local", "--quiet"]).succeeds();
    assert_eq!(added("base"), "[]");
}

#[test]
fn installing_again_keeps_what_was_asked_for_and_says_so() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    for name in ["base", "more", "shout"] {
        index.publish(&Wheel::new(name, "1.0").extra("loud", "shout").console(name, &format!("{name}:main")).build());
    }
    machine.kingbolt(["install", "base[loud]", "--with", "more<2", "--python", ">=3.8", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "base"])
        .stderr(
            "
            base 1.0 is already installed
            Kept: --extra loud --with 'more<2' --python '>=3.8'; --replace starts afresh
            Command in [HOME]/bin: base
            ",
        )
        .succeeds();
    index.publish(&Wheel::new("base", "2.0").extra("loud", "shout").console("base", "base:main").build());
    machine
        .kingbolt(["install", "base>=2", "--with", "more==1.0"])
        .stderr(
            "
            Resolved 3 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 3 packages in [TIME]
            base 2.0 (was 1.0): 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Kept: --extra loud --python '>=3.8'; --replace starts afresh
            Command in [HOME]/bin: base
            ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "base", "--replace"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Installed 1 package in [TIME]
            base 2.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
              more 1.0 (removed)
              shout 1.0 (removed)
            Command in [HOME]/bin: base
            ",
        )
        .succeeds();
}

#[test]
#[cfg(unix)]
fn a_python_that_was_asked_for_and_is_gone_does_not_hold_on() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let Some(python) = crate::support::Python::newest() else { return };
    let link = machine.home().join("python");
    std::os::unix::fs::symlink(&python.executable, &link).expect("home can be filled");
    machine.kingbolt(["install", "hello", "--python", "./python", "--with", "hello", "--quiet"]).succeeds();
    std::fs::remove_file(&link).expect("it was just made");
    let document = machine.kingbolt(["install", "hello", "--force", "--json", "--quiet"]).json();
    assert_eq!(document["results"][0]["kept"], serde_json::json!(["--with 'hello'"]));
}

#[test]
fn an_index_that_was_asked_for_is_asked_again() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let other = Index::complete();
    other.publish(&dependent_hello("5.0")).publish(&crate::support::other());
    machine.kingbolt(["install", "hello", "--index-url", &other.url(), "--quiet"]).succeeds();
    index.forget_requests();
    let document = machine.kingbolt(["install", "hello", "--force", "--json", "--quiet"]).json();
    let kept = format!("--index-url {}", other.url());
    let result = &document["results"][0];
    assert_eq!((&result["version"], &result["kept"][0]), (&"5.0".into(), &kept.as_str().into()));
    assert_eq!(index.paths(), Vec::<String>::new());
}
