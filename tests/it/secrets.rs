//! Passwords, tokens and signatures in addresses are used for requests, and neither stored nor shown.

use crate::support::{Fixture, Index, Machine, Times, Trouble, hello, other, sha256_hex};

const WHEEL: &str = "/files/hello-1.0-py3-none-any.whl";
const NETRC: &str = if cfg!(windows) { "_netrc" } else { ".netrc" };

/// A part of all secrets of these tests.
const SECRET: &str = "S3CRET";

/// An address on the server with these credentials.
fn address(index: &Index, credentials: &str, path: &str) -> String {
    format!("{}{path}", index.origin().replace("http://", &format!("http://{credentials}@")))
}

/// Runs Kingbolt, and asserts that it does not show a secret, whatever it does.
#[track_caller]
fn shows_no_secret(machine: &Machine, arguments: &[&str]) -> Option<i32> {
    let outcome = machine.kingbolt(arguments).outcome();
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{arguments:?}: {outcome:?}");
    outcome.code
}

#[test]
fn secrets_in_addresses_are_neither_stored_nor_shown() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&other());
    let app = format!("hello @ {}", address(&index, "ada:S3CRETa", WHEEL));
    let signed = format!("/files/{}?X-Amz-Signature=S3CRETc&sig=S3CRETd", other().file_name);
    let with = format!("other @ {}", address(&index, "bob:S3CRETb", &signed));
    let url = address(&index, "S3CRETe", "/simple/");
    let install = ["install", &app, "--with", &with, "--index-url", &url, "--allow-unhashed", "--verbose"];
    assert_eq!(shows_no_secret(&machine, &[&install[..], &["--dry-run"]].concat()), Some(0));
    assert_eq!(shows_no_secret(&machine, &[&install[..], &["--dry-run", "--json"]].concat()), Some(0));
    assert_eq!(shows_no_secret(&machine, &install), Some(0));
    for arguments in [
        &["list"][..],
        &["list", "-v"],
        &["list", "--json"],
        &["verify", "-v"],
        &["verify", "--json"],
        &["upgrade", "-v"],
    ] {
        shows_no_secret(&machine, arguments);
    }
    assert_eq!(machine.containing(SECRET), Vec::<String>::new());
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn secrets_in_a_lock_are_neither_stored_nor_shown() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let url = address(&index, "ada:S3CRETa", &format!("{WHEEL}?token=S3CRETb"));
    let sha256 = sha256_hex(&hello("1.0").bytes);
    let lock = |url: &str, sha256: &str| {
        let archive = format!("archive = {{ url = '{url}', hashes = {{ sha256 = '{sha256}' }} }}");
        format!("lock-version = '1.0'\ncreated-by = 'us'\n\n[[packages]]\nname = 'hello'\nversion = '1.0'\n{archive}\n")
    };
    machine.write("pylock.toml", lock(&url, &sha256));
    let lock_file = machine.home().join("pylock.toml");
    let sync = |environment: &str| ["sync", "pylock.toml", "--into", environment].map(str::to_owned);
    let sync = |environment: &str| {
        let arguments = sync(environment);
        shows_no_secret(&machine, &arguments.each_ref().map(String::as_str))
    };
    assert_eq!(sync("environment"), Some(0));
    for broken in [lock(&url, &"0".repeat(64)), lock(&url.replace("http:", "ftp:"), &sha256), lock(&url, "S")] {
        std::fs::write(&lock_file, broken).expect("home can be filled");
        assert!(matches!(sync("another"), Some(code) if code != 0));
    }
    std::fs::remove_file(lock_file).expect("it was written");
    assert_eq!(machine.containing(SECRET), Vec::<String>::new());
}

#[test]
fn sources_that_cannot_be_installed_are_quoted_without_their_secrets() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for source in [
        "https://ada:S3CRET@files.example/hello-1.0.tar.gz",
        "https://files.example/hello.whl?token=S3CRET",
        "https://ada:S3CRET@files.example/pylock.toml",
        "hello @ https://ada:S3CRET@files.example/hello-1.0-py3-none-any.whl nonsense",
        "hello @ https://ada:S3CRET@files.example:99999/hello-1.0-py3-none-any.whl",
        "hello @ ftp://ada:S3CRET@files.example/hello-1.0-py3-none-any.whl",
        "hello @ git+https://S3CRET@files.example/hello",
    ] {
        assert_ne!(shows_no_secret(&machine, &["install", source]), Some(0));
        assert_ne!(shows_no_secret(&machine, &["install", "hello", "--with", source, "--json"]), Some(0));
    }
    for (option, value) in [
        ("--index-url", "ftp://ada:S3CRET@files.example/simple/"),
        ("--extra-index-url", "https://ada:S3CRET@files.example:99999/"),
        ("--find-links", "https://ada:S3CRET@/?token=S3CRET"),
    ] {
        assert_ne!(shows_no_secret(&machine, &["install", "hello", option, value]), Some(0));
    }
}

#[test]
fn an_upgrade_asks_for_the_password_that_an_address_had() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "S3CRET");
    let app = format!("hello @ {}", address(&index, "ada:S3CRET", WHEEL));
    machine.kingbolt(["install", &app, "--allow-unhashed", "--quiet"]).succeeds();
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr(
            "
            error: failed to look up `hello`
              caused by: failed to fetch the metadata of `hello-1.0-py3-none-any.whl`
              caused by: failed to fetch `[INDEX]/files/hello-1.0-py3-none-any.whl`: the server returned 401 Unauthorized
            hint: Kingbolt stores no credentials: add `machine 127.0.0.1 login USER password PASSWORD` to `[NETRC]` (or to the file that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`)
            ",
        )
        .exits(5);
    machine.write(NETRC, "machine 127.0.0.1 login ada password S3CRET\n");
    machine.kingbolt(["upgrade", "hello"]).stderr("Resolved 1 package in [TIME]\nhello 1.0 is up to date\n").succeeds();
}

#[test]
fn an_upgrade_asks_for_the_query_that_an_address_had() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let app = format!("hello @ {}{WHEEL}?X-Amz-Signature=S3CRET", index.origin());
    machine.kingbolt(["install", &app, "--allow-unhashed", "--quiet"]).succeeds();
    index.forget_requests();
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr(
            "
            error: failed to look up `hello`
              caused by: failed to fetch the metadata of `hello-1.0-py3-none-any.whl`
              caused by: failed to fetch `[INDEX]/files/hello-1.0-py3-none-any.whl?…`: its query was not stored, because it may contain a password
            hint: run `kingbolt install` again; pass the complete URL if you installed from one
            ",
        )
        .exits(5);
    // Another signature names the same wheel.
    let again = app.replace("S3CRET", "S3CRETagain");
    machine
        .kingbolt(["install", &again, "--allow-unhashed"])
        .stderr("hello 1.0 is already installed\nCommand in [HOME]/bin: hello\n")
        .succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_page_with_signed_addresses_is_not_cached() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let sha256 = sha256_hex(&hello("1.0").bytes);
    let page = format!("<a href='{}{WHEEL}?token=S3CRET#sha256={sha256}'>hello</a>", index.origin());
    let headers = vec![("Content-Type", "text/html".to_owned()), ("ETag", "\"1\"".to_owned())];
    index.trouble("/simple/hello/", Times::Always, Trouble::Answer(200, headers, page.into()));
    for _ in 0..2 {
        machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    }
    let pages: Vec<_> = index.requests().into_iter().filter(|request| request.path == "/simple/hello/").collect();
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|request| request.header("if-none-match").is_none()), "{pages:?}");
    assert_eq!(machine.containing(SECRET), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn files_that_remember_addresses_are_for_their_user_alone_but_in_a_home_that_was_named() {
    use std::os::unix::fs::PermissionsExt;
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    let remembers = |file: &str| {
        let is_record = file.contains("/records/") || file.ends_with("/receipt.toml");
        is_record || ["/pages/", "/metadata/", "/interpreters/"].iter().any(|kind| file.contains(kind))
    };
    let modes = |machine: &Machine| {
        let files = machine.everything().into_iter().filter(|file| remembers(file));
        let mode = |file: String| {
            let metadata = std::fs::metadata(machine.home().join(&file)).expect("it is listed");
            (metadata.permissions().mode() & 0o777, file.contains("apps/"))
        };
        let mut modes: Vec<(u32, bool)> = files.map(mode).collect();
        modes.sort_unstable();
        modes.dedup();
        modes
    };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let umask = std::fs::metadata(machine.write("plain", "")).expect("it was written").permissions().mode() & 0o777;
    assert_eq!(modes(&machine), [(0o600, false), (umask, true)]);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    let machine = machine.without_variable("KINGBOLT_HOME");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    assert_eq!(modes(&machine), [(0o600, false), (0o600, true)]);
}
