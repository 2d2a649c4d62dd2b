//! The configuration files of the person and of the system, and those of uv.

use crate::support::{Directory, Fixture, Index, Machine, app, dependent_hello};

const PERSON: &str = if cfg!(windows) { "roaming/kingbolt/config.toml" } else { ".config/kingbolt/config.toml" };
const SYSTEM: &str = "system/kingbolt/config.toml";
const UV: &str = if cfg!(windows) { "roaming/uv/uv.toml" } else { ".config/uv/uv.toml" };

/// Moves the system's files below the home directory, and leaves the index to the files.
fn on(machine: Machine) -> Machine {
    let variable = if cfg!(windows) { "ProgramData" } else { "XDG_CONFIG_DIRS" };
    machine.with_variable_below_home(variable, "system").without_variable("KINGBOLT_INDEX_URL")
}

fn fixture() -> Option<Fixture> {
    let fixture = Fixture::hello()?;
    Some(Fixture { machine: on(fixture.machine), ..fixture })
}

/// The version of `hello` that is installed with these settings.
#[track_caller]
fn installed(machine: &Machine, options: &[&str], variables: &[(&str, &str)]) -> String {
    let arguments = ["install", "hello", "--quiet", "--json", "--force", "--replace"];
    let run = machine.kingbolt(arguments.iter().chain(options));
    let document = variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).json();
    document["results"][0]["version"].as_str().expect("it is installed").to_owned()
}

#[test]
fn an_option_comes_before_a_variable_before_the_persons_file_before_the_systems_before_that_of_uv() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let indexes: Vec<Index> = (1..=5).map(|_| Index::complete()).collect();
    for (version, index) in (1..).zip(&indexes) {
        index.publish(&dependent_hello(&format!("{version}.0"))).publish(&crate::support::other());
    }
    let urls: Vec<String> = indexes.iter().map(Index::url).collect();
    machine.write(UV, format!("[[index]]\nname = \"corp\"\nurl = \"{}\"\ndefault = true\n", urls[0]));
    assert_eq!(installed(&machine, &[], &[]), "1.0");
    machine.write(SYSTEM, format!("index-url = \"{}\"\n", urls[1]));
    assert_eq!(installed(&machine, &[], &[]), "2.0");
    machine.write(PERSON, format!("index-url = \"{}\"\n", urls[2]));
    assert_eq!(installed(&machine, &[], &[]), "3.0");
    let pip = ("PIP_INDEX_URL", urls[3].as_str());
    assert_eq!(installed(&machine, &[], &[pip]), "4.0");
    let ours = ("KINGBOLT_INDEX_URL", urls[4].as_str());
    assert_eq!(installed(&machine, &[], &[pip, ours]), "5.0");
    assert_eq!(installed(&machine, &["--index-url", &urls[0]], &[pip, ours]), "1.0");
    // What is locked comes before everything; an option that would change it ends the run.
    machine.write(SYSTEM, format!("locked = [\"index-url\"]\nindex-url = \"{}\"\n", urls[1]));
    assert_eq!(installed(&machine, &[], &[pip, ours]), "2.0");
    machine
        .kingbolt(["install", "hello", "--index-url", "https://index.example/"])
        .stderr(
            "
            error: `--index-url` cannot be used: `index-url` in `[HOME]/system/kingbolt/config.toml`, line 2 is locked
            hint: leave the option out, or ask the administrator of this machine
            ",
        )
        .exits(2);
}

#[test]
fn an_app_whose_index_was_locked_later_is_upgraded_from_the_locked_one() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    machine.kingbolt(["install", "hello", "--index-url", &index.url(), "--quiet"]).succeeds();
    let locked = Index::complete();
    locked.publish(&app("hello", "7.0"));
    index.publish(&app("hello", "8.0"));
    machine.write(SYSTEM, format!("index-url = \"{}\"\nlocked = [\"index-url\"]\n", locked.url()));
    assert_eq!(machine.kingbolt(["upgrade", "hello", "--quiet", "--json"]).json()["results"][0]["version"], "7.0");
}

#[test]
fn locked_rules_for_versions_hold_for_manifests_and_for_apps_that_were_installed_before() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish(&app("hello", "2.0")).publish(&app("bye", "1.0"));
    let installed_before = ["install", "hello<2", "--index-url", &index.url(), "--quiet"];
    machine.kingbolt(installed_before).succeeds();
    index.publish(&app("hello", "1.1")).publish(&app("bye", "1.1rc1"));
    machine.write("system/kingbolt/constraints.txt", "hello<1.1\n");
    let keys = "constraint = [\"constraints.txt\"]\npre = false\nlink-mode = \"copy\"\noffline = false\n";
    machine.write(SYSTEM, format!("{keys}locked = [\"constraint\", \"pre\", \"link-mode\", \"offline\"]\n"));
    machine.write(PERSON, "link-mode = \"file\"\n");
    let up_to_date =
        "Resolved 1 package in [TIME]\nhello 1.0 is up to date: no newer version is admitted by `hello<2`\n";
    machine.kingbolt(["upgrade", "hello"]).stderr(up_to_date).succeeds();
    let app = |name: &str| {
        let sources = format!("[apps.{name}.sources]\nindex_url = \"{}\"\n", index.url());
        let rules = format!("[apps.{name}.rules]\nprereleases = \"allow\"\nconstraints = [\"{name}>=1\"]\n");
        format!("[apps.{name}]\nrequirement = \"{name}\"\n{sources}{rules}")
    };
    machine.write("apps.toml", format!("schema = 1\n{}{}", app("hello"), app("bye")));
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["install", "--file", "apps.toml", "--quiet"]).succeeds();
    let list = "
        bye    1.0  Python [PYTHON VERSION]  bye
        hello  1.0  Python [PYTHON VERSION]  hello
        ";
    machine.kingbolt(["list"]).stdout(list).succeeds();
    machine.kingbolt(["install", "bye", "--force", "--quiet", "--index-url", &index.url()]).succeeds();
    let receipt = std::fs::read_to_string(machine.home().join("kingbolt/apps/bye/receipt.toml")).expect("it is there");
    assert!(receipt.contains("link_mode = \"copy\""), "{receipt}");
}

#[test]
fn an_option_for_a_locked_key_ends_the_run_of_any_command() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    machine.write(
        SYSTEM,
        "exclude-newer = \"2026-01-01\"\noffline = false\njobs = 1\nrequire-hashes = true\nlocked = \
         [\"exclude-newer\", \"offline\", \"jobs\", \"require-hashes\"]\n",
    );
    for (arguments, option, key, line) in [
        (["upgrade", "--all", "--exclude-newer=2026-02-01"].as_slice(), "--exclude-newer", "exclude-newer", 1),
        (&["inject", "hello", "x", "--exclude-newer-package=x=false"], "--exclude-newer-package", "exclude-newer", 1),
        (&["list", "--offline"], "--offline", "offline", 2),
        (&["list", "--jobs", "2"], "--jobs", "jobs", 3),
        (&["sync", "pylock.toml", "--into", "x", "--allow-unhashed"], "--allow-unhashed", "require-hashes", 4),
    ] {
        let refused = format!(
            "
            error: `{option}` cannot be used: `{key}` in `[HOME]/{SYSTEM}`, line {line} is locked
            hint: leave the option out, or ask the administrator of this machine
            "
        );
        machine.kingbolt(arguments).stderr(&refused).exits(2);
    }
}

#[test]
fn further_indexes_and_find_links_are_taken_from_uv() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let extra = Index::complete();
    extra.publish(&dependent_hello("1.0"));
    machine.write(".config/uv/wheels/other-2.1-py3-none-any.whl", crate::support::other().bytes);
    let uv = format!(
        "no-index = false\nindex = [{{ url = \"{}\" }}, {{ url = \"https://no.example/\", explicit = true }}]\n",
        extra.url()
    );
    let main = "index-url = \"http://127.0.0.1:9/simple/\"\nfind-links = [\"wheels\"]\n[pip]\nstrict = true\n";
    machine.write(".config/uv/uv.toml", uv + main);
    if cfg!(unix) {
        extra.publish(&crate::support::other());
        assert_eq!(installed(&machine, &[], &[]), "1.0");
    }
}

#[test]
fn a_configuration_that_cannot_be_understood_ends_the_run_with_file_and_line() {
    let machine = on(Machine::new());
    for (file, text, cause) in [
        (PERSON, "jobs = 4\nindexurl = \"x\"\n", "line 2: unknown key `indexurl`"),
        (PERSON, "\noffline = \"yes\"\n", "line 2: `offline` must be true or false"),
        (PERSON, "locked = [\"jobs\"]\n", "line 1: only the file of the system can have `locked`"),
        (SYSTEM, "locked = [\"jobs\"]\n", "line 1: `locked` names `jobs`, which has no value in this file"),
    ] {
        machine.write(PERSON, "");
        machine.write(SYSTEM, "");
        machine.write(file, text);
        let expected = format!(
            "
            error: failed to use `[HOME]/{file}`
              caused by: {cause}
            hint: correct or remove the setting; settings are never ignored
            "
        );
        machine.kingbolt(["list"]).stderr(&expected).exits(2);
    }
    machine.write(SYSTEM, "");
    machine.write(UV, "\nindex-url = 4\n");
    let expected = format!(
        "
        error: failed to use `[HOME]/{UV}`
          caused by: line 2: invalid type: integer `4`, expected a string
        hint: correct or remove the setting; settings are never ignored
        "
    );
    machine.kingbolt(["install", "hello"]).stderr(&expected).exits(2);
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
}

#[test]
fn directories_and_jobs_come_from_the_configuration() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let machine = Directory::ALL.into_iter().fold(machine, |machine, directory| {
        machine.without_variable(match directory {
            Directory::Bin => "KINGBOLT_BIN_DIR",
            Directory::Cache => "KINGBOLT_CACHE_DIR",
            Directory::Home => "KINGBOLT_HOME",
        })
    });
    let text = "home = \"../../mine/home\"\nbin-dir = \"../../mine/bin\"\ncache-dir = \"../../mine/cache\"\njobs = 1\n";
    machine.write(PERSON, format!("{text}index-url = \"{}\"\n", index.url()));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let made: Vec<String> = machine.everything().into_iter().filter(|path| path.starts_with("mine/")).collect();
    assert!(made.iter().any(|path| path.starts_with("mine/bin/hello")), "{made:?}");
    assert!(made.iter().any(|path| path == "mine/home/kingbolt-home"), "{made:?}");
}

/// A machine with settings in several places.
fn configured() -> Machine {
    let machine = on(Machine::new()).without_variable("KINGBOLT_PYTHON_BUILDS");
    let machine = machine.with_variable("PIP_REQUIRE_HASHES", "1");
    machine.write(
        PERSON,
        "extra-index-url = [\"https://ada:s3cret@a.example/simple\", \"https://b.example/\"]\njobs = 4\n",
    );
    machine.write(SYSTEM, "pre = true\nlocked = [\"pre\"]\n");
    machine.write(UV, "index-url = \"https://uv.example/simple\"\n");
    machine
}

#[test]
fn each_setting_is_shown_with_the_place_that_it_comes_from() {
    configured().kingbolt(["config"]).stdout(&shown_settings()).succeeds();
}

#[expect(clippy::too_many_lines, reason = "it is one text")]
fn shown_settings() -> String {
    format!(
        "
        home: [HOME]/kingbolt
            `KINGBOLT_HOME`
        bin-dir: [HOME]/bin
            `KINGBOLT_BIN_DIR`
        cache-dir: [HOME]/cache
            `KINGBOLT_CACHE_DIR`
        lock-dir: none
            default
        global-home: {}
            default
        global-bin-dir: {}
            default
        index-url: https://uv.example/simple
            `index-url` in `[HOME]/{UV}`
        extra-index-url: https://a.example/simple https://b.example/
            `extra-index-url` in `[HOME]/{PERSON}`, line 1
        find-links: none
            default
        no-index: false
            default
        index-absent-status: none
            default
        keyring-provider: disabled
            default
        require-hashes: 1
            `PIP_REQUIRE_HASHES`
        constraint: none
            default
        override: none
            default
        pre: true
            `pre` in `[HOME]/{SYSTEM}`, line 1, locked
        exclude-newer: none
            default
        exclude-newer-package: none
            default
        exclude-newer-index: none
            default
        python: none
            default
        python-preference: system
            default
        python-downloads: automatic
            default
        python-mirror: that of the table of builds
            default
        python-builds: Kingbolt's own table
            default
        link-mode: file
            default
        jobs: 4
            `jobs` in `[HOME]/{PERSON}`, line 2
        offline: false
            default
        color: auto
            default
        progress: true
            default
        ",
        if cfg!(windows) { "[HOME]/system/kingbolt" } else { "/opt/kingbolt" },
        if cfg!(windows) { "[HOME]/system/kingbolt/bin" } else { "/usr/local/bin" },
    )
}

#[test]
fn settings_are_a_document_too() {
    let machine = configured();
    let document = machine.kingbolt(["config", "--json"]).json();
    let mut setting = document["settings"][15].clone();
    // The separators of Windows are two in a document, which hides the names of paths.
    let home = machine.home().display().to_string().replace('\\', "/");
    let source = setting["source"].as_str().expect("it is text").replace("//", "/").replace(&home, "[HOME]");
    setting["source"] = source.into();
    let pre = serde_json::json!({
        "key": "pre", "values": ["true"], "source": format!("`pre` in `[HOME]/{SYSTEM}`, line 1"), "locked": true,
    });
    assert_eq!(setting, pre);
}

#[test]
fn wheels_without_a_stated_hash_are_refused_where_a_setting_requires_one() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish_with(&app("bye", "1.0"), |file| file.sha256 = None);
    let url = index.url();
    let refused = |machine: &Machine, options: &[&str], variables: &[(&str, &str)]| {
        let run = machine.kingbolt(["install", "bye", "--index-url", &url, "--quiet"].iter().chain(options));
        variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).outcome().code
    };
    let required = [("PIP_REQUIRE_HASHES", "1")];
    assert_eq!(refused(&machine, &[], &required), Some(4));
    assert_eq!(refused(&machine, &["--allow-unhashed"], &required), Some(0));
    machine.write(SYSTEM, "require-hashes = true\nlocked = [\"require-hashes\"]\n");
    assert_eq!(refused(&machine, &["--force", "--allow-unhashed"], &[]), Some(2));
    machine
        .kingbolt(["install", "bye"])
        .with_variable("PIP_REQUIRE_HASHES", "perhaps")
        .with_variable("KINGBOLT_INDEX_URL", &url)
        .stderr(
            "
            error: no secure hash is stated for `bye-1.0-py3-none-any.whl`
            hint: use an index with SHA-256 hashes; without a hash, the file cannot be verified
            ",
        )
        .exits(4);
}
