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
