//! `kingbolt doctor`: problems, each with a fix that helps, and no secret on the page.

use std::fs;

use crate::support::{Directory, Fixture, Index, Machine, Outcome, redacted, unindented};

/// The part of the page that lists problems, each in one line: where lines break depends on the length of paths.
fn problems(outcome: &Outcome) -> String {
    let at = outcome.stdout.rfind("\n\n").expect("the page has sections");
    let text = outcome.stdout[at + 2..].replace("\n     ", " ").replace(" Fix: ", "\n     Fix: ");
    redacted(&text, &[])
}

/// Checks the problems of the page, and its exit code.
#[track_caller]
fn finds(machine: &Machine, variables: &[(&str, &str)], expected: &str) {
    let run = machine.kingbolt(["doctor"]);
    let outcome = variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).outcome();
    let code = i32::from(expected != HEALTHY);
    let expected = unindented(expected);
    assert_eq!(
        (problems(&outcome), outcome.code, outcome.stderr.as_str()),
        (expected, Some(code), ""),
        "{}",
        outcome.shown()
    );
}

const HEALTHY: &str = "No problems found\n";

#[test]
fn a_directory_of_commands_that_is_not_on_path_is_told_with_the_command_that_adds_it() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    finds(&machine, &[], HEALTHY);
    let machine = machine.with_variable_below_home("KINGBOLT_BIN_DIR", "elsewhere");
    finds(
        &machine,
        &[],
        "
        2 problems found
          1. the directory of commands `[HOME]/elsewhere` is not on PATH
             Fix: run `kingbolt ensurepath`, then open a new terminal
          2. `hello` is broken: its command `[HOME]/elsewhere/hello[EXE]` is missing
             Fix: run `kingbolt verify --repair hello`
        "
        .replace("[EXE]", std::env::consts::EXE_SUFFIX)
        .as_str(),
    );
}

#[test]
fn a_broken_app_is_told_with_the_command_that_repairs_it() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    let command = machine.directory(Directory::Bin).join(format!("hello{}", std::env::consts::EXE_SUFFIX));
    let shown = format!("[HOME]/bin/hello{}", std::env::consts::EXE_SUFFIX);
    fs::remove_file(&command).expect("it is ours");
    let missing = format!(
        "
        1 problem found
          1. `hello` is broken: its command `{shown}` is missing
             Fix: run `kingbolt verify --repair hello`
        "
    );
    finds(&machine, &[], &missing);
    assert_eq!(machine.kingbolt(["verify", "--repair", "hello", "--quiet"]).outcome().code, Some(0));
    finds(&machine, &[], HEALTHY);
    fs::remove_file(&command).expect("it is ours");
    fs::create_dir(&command).expect("its place is free");
    let directory = format!(
        "
        1 problem found
          1. `hello` is broken: a directory is in the place of its command `{shown}`
             Fix: move it, then run `kingbolt verify --repair hello`
        "
    );
    finds(&machine, &[], &directory);
    fs::remove_dir(&command).expect("it is ours");
    assert_eq!(machine.kingbolt(["verify", "--repair", "hello", "--quiet"]).outcome().code, Some(0));
    finds(&machine, &[], HEALTHY);
}

/// On Windows the sidecar beside the command still names the app.
#[test]
#[cfg(unix)]
fn a_command_that_another_program_replaced_is_told_with_the_command_that_restores_it() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    let command = machine.directory(Directory::Bin).join("hello");
    for replace in [
        |command: &std::path::Path| fs::write(command, "#!/bin/sh\n").expect("it is ours"),
        |command: &std::path::Path| std::os::unix::fs::symlink("/nowhere", command).expect("it is ours"),
    ] {
        fs::remove_file(&command).expect("it is ours");
        replace(&command);
        finds(
            &machine,
            &[],
            "
            1 problem found
              1. `hello` is broken: another program is in the place of its command `[HOME]/bin/hello`
                 Fix: run `kingbolt install --force hello` to restore the command
            ",
        );
        machine.kingbolt(["install", "--force", "hello", "--quiet"]).succeeds();
        finds(&machine, &[], HEALTHY);
    }
}

#[test]
#[cfg(unix)]
fn a_command_that_another_program_hides_is_told_with_that_program() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    let before = machine.write("before/hello", "#!/bin/sh\n");
    crate::support::users::set_mode(&before, 0o755);
    let path = format!("{0}/before:{0}/bin", machine.home().display());
    finds(
        &machine,
        &[("PATH", &path)],
        "
        1 problem found
          1. `hello` starts `[HOME]/before/hello`, which comes first on PATH
             Fix: put `[HOME]/bin` before `[HOME]/before` on PATH, or remove `[HOME]/before/hello`
        ",
    );
}

#[test]
fn an_index_that_cannot_be_reached_is_told_with_its_error() {
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    let outcome = machine.kingbolt(["doctor", "--index-url", "http://127.0.0.1:9/simple/"]).outcome();
    let expected = "\
        1 problem found\n  \
          1. failed to fetch `http://127.0.0.1:9/simple/pip/`: tcp connect error: [SYSTEM ERROR]\n     \
             Fix: check the network connection; if you need a proxy, set `HTTPS_PROXY=http://host:port`\n";
    assert_eq!((problems(&outcome), outcome.code), (expected.to_owned(), Some(1)));
    assert!(
        outcome.stdout.contains("\nIndexes\n  http://127.0.0.1:9/simple/\n    unreachable\n"),
        "{}",
        outcome.stdout
    );
    index.demand_login("ada", "S3CRET");
    finds(
        &machine,
        &[],
        "
        1 problem found
          1. failed to fetch `[INDEX]/simple/pip/`: the server returned 401 Unauthorized
             Fix: Kingbolt stores no credentials: add `machine 127.0.0.1 login USER password PASSWORD` to `[NETRC]` (or to the file that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`)
        ",
    );
}

#[test]
fn offline_no_index_is_asked() {
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    let outcome = machine.kingbolt(["doctor", "--offline"]).outcome();
    assert_eq!((problems(&outcome), outcome.code), (HEALTHY.to_owned(), Some(0)));
    assert!(outcome.stdout.contains("\nIndexes\n  [INDEX]/simple/\n    not asked\n"), "{}", outcome.stdout);
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_directory_of_wheels_exists_or_is_a_problem() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    machine.write("wheels/x", "");
    let outcome = machine.kingbolt(["doctor", "--find-links", "wheels", "--index-url", "none"]).outcome();
    let wheels = "\nIndexes\n  [HOME]/wheels\n    exists\n  [HOME]/none/\n    unreachable\n";
    assert!(outcome.stdout.contains(wheels), "{}", outcome.stdout);
    let expected = "\
        1 problem found\n  \
          1. `[HOME]/none/` does not exist\n     \
             Fix: create the directory, or correct the setting that names `[HOME]/none/`\n";
    assert_eq!((problems(&outcome), outcome.code), (expected.to_owned(), Some(1)));
}

#[test]
fn a_proxy_and_certificates_that_cannot_be_used_are_told() {
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    // On Windows, where the case of variables does not count, it is told in this one.
    let certificates = machine.write("empty.pem", "");
    let variables =
        [("http_proxy", "ftp://ada:S3CRET@proxy.example"), ("SSL_CERT_FILE", &certificates.display().to_string())];
    finds(
        &machine,
        &variables,
        "
        2 problems found
          1. SSL_CERT_FILE names `[HOME]/empty.pem`, which has no usable certificates: it contains no certificate
             Fix: set SSL_CERT_FILE to a file or directory of certificates in PEM form, or unset it
          2. failed to parse the proxy URL `ftp://proxy.example/` in `http_proxy`: its scheme is not http, https or socks
             Fix: set `http_proxy` to a URL such as `http://host:port`, or unset it
        ",
    );
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn settings_that_cannot_be_understood_are_a_problem_and_the_rest_is_shown() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    let machine =
        machine.with_variable_below_home("PIP_CONFIG_FILE", "pip.conf").without_variable("KINGBOLT_INDEX_URL");
    machine.write("pip.conf", "[global]\nindex-url = ftp://ada:S3CRET@index.example/\n");
    finds(
        &machine,
        &[],
        "
        1 problem found
          1. failed to use `index-url` in `[HOME]/pip.conf`: `ftp://index.example/` is not an index URL or a directory
             Fix: correct or remove the setting; settings are never ignored
        ",
    );
}

#[test]
fn a_home_that_is_somebody_elses_is_told() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    machine.write("kingbolt/thesis.txt", "years of work");
    finds(
        &machine,
        &[],
        "
        1 problem found
          1. `[HOME]/kingbolt` is not a home of Kingbolt: it contains `[HOME]/kingbolt/thesis.txt`
             Fix: set KINGBOLT_HOME to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
        ",
    );
    let machine = machine.with_variable_below_home("KINGBOLT_HOME", "file");
    machine.write("file", "");
    finds(
        &machine,
        &[],
        "
        1 problem found
          1. failed to write to `[HOME]/file`: [SYSTEM ERROR]
             Fix: move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories
        ",
    );
}

#[test]
fn a_machine_without_a_python_has_a_problem_only_if_none_may_be_fetched() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    let machine = machine.with_variable("KINGBOLT_PYTHON_PREFERENCE", "only-managed");
    finds(&machine, &[], HEALTHY);
    finds(
        &machine,
        &[("KINGBOLT_PYTHON_DOWNLOADS", "manual")],
        "
        1 problem found
          1. the settings exclude every Python
             Fix: run `kingbolt python install`, or change the settings
        ",
    );
    finds(
        &machine,
        &[("KINGBOLT_PYTHON_DOWNLOADS", "never")],
        "
        1 problem found
          1. the settings exclude every Python
             Fix: install Python 3.8 or newer, or change the settings for Pythons
        ",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_home_that_another_user_may_not_enter_is_told() {
    use crate::support::users::{another_user, as_another_user, installed_for_all, set_mode};
    if another_user().is_none() {
        return;
    }
    let Some(machine) = installed_for_all() else { return };
    set_mode(machine.directory(Directory::Home), 0o700);
    let kingbolt = std::path::Path::new(env!("CARGO_BIN_EXE_kingbolt"));
    let run = as_another_user(&machine, kingbolt, &["doctor", "--offline"]);
    let outcome = run.outcome();
    let told = problems(&outcome);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""), "{}", outcome.shown());
    let home = "failed to inspect `[HOME]/kingbolt/kingbolt-home`: [SYSTEM ERROR]\n     Fix: make it";
    assert_eq!(told.matches(home).count(), 1, "{told}");
}

#[test]
fn no_secret_is_on_the_page() {
    const SECRET: &str = "S3CRET";
    let index = Index::complete();
    let Some(Fixture { machine, index: _index }) = Fixture::serving(index, &[]) else { return };
    let config = if cfg!(windows) { "roaming/kingbolt/config.toml" } else { ".config/kingbolt/config.toml" };
    machine.write(config, "find-links = [\"https://ada:S3CRETa@127.0.0.1:9/wheels?token=S3CRETb\"]\n");
    let machine = machine
        .with_variable("HTTPS_PROXY", "http://ada:S3CRETc@127.0.0.1:9")
        .with_variable("ALL_PROXY", "ada:S3CRETd@127.0.0.1:9")
        .with_variable("UV_INDEX", "corp=https://S3CRETe@127.0.0.1:9/simple?sig=S3CRETf")
        .with_variable("UV_INDEX_CORP_PASSWORD", "S3CRETg")
        .with_variable("KINGBOLT_INDEX_URL", "http://ada:S3CRETh@127.0.0.1:9/simple/#S3CRETi");
    for options in [&[][..], &["-v"], &["--offline"], &["--json"], &["--json", "-v"]] {
        let outcome = machine.kingbolt([&["doctor"][..], options].concat()).outcome();
        assert!(outcome.stdout.contains("127.0.0.1:9"), "{}", outcome.shown());
        assert!(!outcome.shown().contains(SECRET), "{options:?}\n{}", outcome.shown());
    }
}

#[test]
fn a_document_has_the_facts_and_the_problems() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    let healthy = machine.kingbolt(["doctor", "--json"]).json();
    let keys: Vec<&String> = healthy.as_object().expect("it is an object").keys().collect();
    let expected = [
        "schema",
        "command",
        "kingbolt",
        "system",
        "search_path",
        "directories",
        "pythons",
        "accelerator",
        "network",
        "indexes",
        "apps",
        "settings",
        "problems",
    ];
    let (mut sorted, mut expected) = (keys.clone(), expected.to_vec());
    sorted.sort();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!((&healthy["schema"], &healthy["command"]), (&1.into(), &"doctor".into()));
    assert_eq!((&healthy["apps"]["installed"], &healthy["problems"]), (&1.into(), &serde_json::json!([])));
    let dead = machine.kingbolt(["doctor", "--json", "--index-url", "http://127.0.0.1:9/"]).outcome();
    let document: serde_json::Value = serde_json::from_str(&dead.stdout).expect("one document");
    assert_eq!((dead.code, dead.stderr.as_str(), &document["problems"][0]["area"]), (Some(1), "", &"indexes".into()));
}

#[test]
#[cfg(unix)]
fn the_page_fits_any_terminal() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    for columns in [70, 80, 200] {
        let (code, words) =
            machine.kingbolt(["doctor", "-v", "--index-url", "http://127.0.0.1:9/"]).in_terminal(columns);
        assert_eq!((code, words.first().map(String::as_str)), (Some(1), Some("Kingbolt")));
    }
}

#[test]
fn nothing_is_changed() {
    let machine = Machine::new();
    let before = machine.everything();
    assert_eq!(machine.kingbolt(["doctor"]).outcome().code, Some(1));
    assert_eq!(machine.everything(), before);
}
