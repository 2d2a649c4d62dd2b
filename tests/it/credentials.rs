//! Passwords reach the servers that the user gave them for, and no other.

use crate::support::{Fixture, Index, Times, Trouble, hello};

const NETRC: &str = if cfg!(windows) { "_netrc" } else { ".netrc" };
const WHEEL: &str = "/files/hello-1.0-py3-none-any.whl";

/// Makes the page of `hello` name a file on another server, which serves it.
fn refer_to(index: &Index, origin: &str) {
    let page = format!("<a href='{origin}{WHEEL}'>hello</a>");
    let html = vec![("Content-Type", "text/html".to_owned())];
    index.trouble("/simple/hello/", Times::Always, Trouble::Answer(200, html, page.into()));
}

#[track_caller]
fn passwords_seen(index: &Index) -> Vec<String> {
    let requests = index.requests();
    assert!(!requests.is_empty(), "nothing was requested");
    requests.iter().filter_map(|request| request.header("authorization").map(str::to_owned)).collect()
}

#[test]
fn the_default_of_netrc_is_not_for_a_server_that_only_a_page_names() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let other = Index::complete();
    other.publish(&hello("1.0"));
    refer_to(&index, &other.origin_as_localhost());
    machine.write(NETRC, "default login ada password s3cret\n");
    let _ = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
    assert_eq!(passwords_seen(&other), Vec::<String>::new());
    assert_eq!(passwords_seen(&index).len(), index.requests().len());
}

#[test]
fn netrc_is_not_for_another_port_in_the_clear() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let other = Index::complete();
    other.publish(&hello("1.0"));
    refer_to(&index, &other.origin());
    machine.write(NETRC, "machine 127.0.0.1 login ada password s3cret\n");
    let _ = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
    assert_eq!(passwords_seen(&other), Vec::<String>::new());
    assert_eq!(passwords_seen(&index).len(), index.requests().len());
}

#[test]
fn netrc_is_for_the_server_of_a_wheel_that_was_named_by_its_address() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let server = Index::complete();
    server.publish(&hello("1.0"));
    server.demand_login("ada", "s3cret");
    machine.write(NETRC, "default login ada password s3cret\n");
    let wheel = format!("hello @ {}{WHEEL}", server.origin());
    machine.kingbolt(["install", &wheel, "--allow-unhashed", "--quiet"]).succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_password_that_travels_in_the_clear_is_warned_of_once() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine
        .kingbolt(["install", "hello", "--index-url", "http://ada:s3cret@index.example/simple/"])
        .with_variable("HTTP_PROXY", &index.origin())
        .stderr(
            "
            warning: the credentials for `http://index.example` are sent without encryption
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
}

/// A keyring with the password of one user at one service, which notes how it is called.
#[cfg(unix)]
fn with_keyring(machine: crate::support::Machine, service: &str) -> crate::support::Machine {
    use std::os::unix::fs::PermissionsExt;
    let script = format!(
        "#!/bin/sh\necho \"$*\" >> \"$HOME/asked\"\n[ \"$*\" = 'get {service} ada' ] && echo s3cret && exit\necho 'no password' >&2\nexit 1\n"
    );
    machine.with_program("keyring", |path| {
        std::fs::write(path, script).expect("it can be written");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it was just made");
    })
}

#[test]
#[cfg(unix)]
fn the_password_of_a_user_in_an_address_is_taken_from_the_keyring_and_sent_to_that_server_only() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    let other = Index::complete();
    other.publish(&hello("1.0"));
    let page = format!("<a href='{}{WHEEL}#sha256={}'>hello</a>", other.origin(), hello("1.0").sha256());
    let html = vec![("Content-Type", "text/html".to_owned())];
    let url = index.url().replace("://", "://ada@");
    let (by_url, by_server) = (index.url(), index.origin().replace("http://", ""));
    for service in [by_url.as_str(), by_server.as_str()] {
        let machine = with_keyring(crate::support::Machine::new(), service);
        let Some(python) = crate::support::Python::newest() else { return };
        let machine = machine.with_python(python).with_variable("KINGBOLT_INDEX_URL", &url);
        let refused = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
        assert_eq!(refused.code, Some(5), "{refused:?}");
        assert!(!machine.home().join("asked").exists());
        for provider in ["UV_KEYRING_PROVIDER", "PIP_KEYRING_PROVIDER"] {
            let install = machine.kingbolt(["install", "hello", "--force", "--quiet"]);
            install.with_variable(provider, "subprocess").succeeds();
        }
        assert_eq!(machine.containing("s3cret"), Vec::<String>::new());
        let asked = std::fs::read_to_string(machine.home().join("asked")).expect("it was asked");
        let calls: std::collections::BTreeSet<&str> = asked.lines().collect();
        let expected = [format!("get {by_url} ada"), format!("get {by_server} ada")];
        let expected = expected.iter().take(if service == by_url { 1 } else { 2 }).map(String::as_str).collect();
        assert_eq!(calls, expected);
    }
    index.trouble("/simple/hello/", Times::Always, Trouble::Answer(200, html, page.into()));
    let machine = with_keyring(machine, &by_url).with_variable("KINGBOLT_INDEX_URL", &url);
    let install = machine.kingbolt(["install", "hello", "--quiet"]);
    install.with_variable("UV_KEYRING_PROVIDER", "subprocess").succeeds();
    assert_eq!(passwords_seen(&other), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn a_sync_has_the_credentials_of_the_indexes_for_their_files() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    machine.write("pylock.toml", crate::support::lock(&index, &[hello("1.0")]));
    let machine = with_keyring(machine, &index.url());
    let sync = |login: &str| {
        let url = index.url().replace("://", &format!("://{login}@"));
        machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).with_variable("KINGBOLT_INDEX_URL", &url)
    };
    assert_eq!(sync("ada").outcome().code, Some(5));
    sync("ada").with_variable("UV_KEYRING_PROVIDER", "subprocess").succeeds();
    std::fs::remove_dir_all(machine.home().join("env")).expect("it was made");
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    sync("ada:s3cret").succeeds();
    assert_eq!(machine.containing("s3cret"), Vec::<String>::new());
}

#[test]
fn a_keyring_that_kingbolt_cannot_use_ends_the_run() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine
        .kingbolt(["install", "hello"])
        .with_variable("PIP_KEYRING_PROVIDER", "import")
        .stderr(
            "
            error: failed to use `PIP_KEYRING_PROVIDER`
              caused by: Kingbolt knows `auto`, `disabled` and `subprocess`
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
    // Without the command, nothing is asked.
    let install = machine.kingbolt(["install", "hello", "--quiet"]);
    install.with_variable("UV_KEYRING_PROVIDER", "subprocess").succeeds();
}
