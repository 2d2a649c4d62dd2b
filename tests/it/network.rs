//! What servers, proxies and connections do, and what becomes of an install.

use crate::support::{Feature, Fixture, Index, Packed, Run, Times, Trouble, Wheel, hello};

const WHEEL: &str = "/files/hello-1.0-py3-none-any.whl";

#[test]
fn a_connection_that_is_cut_once_goes_on_where_it_stopped() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble(WHEEL, Times::First(1), Trouble::Truncated(300));
    installed(machine.kingbolt(["install", "hello"]));
    let requests = index.requests();
    let ranges: Vec<_> = requests.iter().filter(|request| request.path == WHEEL).map(|r| r.header("range")).collect();
    assert_eq!(ranges, [None, Some("bytes=300-")]);
}

#[test]
fn a_connection_that_is_cut_once_starts_again_where_the_server_serves_no_parts() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::plain(), &[hello("1.0")]) else { return };
    index.trouble(WHEEL, Times::First(1), Trouble::Truncated(300));
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_connection_that_is_reset_once_is_tried_again() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble("*", Times::First(1), Trouble::Reset(0));
    index.trouble(WHEEL, Times::First(1), Trouble::Reset(500));
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_server_that_fails_for_a_moment_is_asked_again() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble("/simple/hello/", Times::First(2), Trouble::status(502));
    index.trouble(WHEEL, Times::First(2), Trouble::status(500));
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_server_that_has_too_much_to_do_is_asked_again_when_it_says() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let busy = Trouble::Answer(429, vec![("Retry-After", "1".to_owned())], Vec::new());
    index.trouble("/simple/hello/", Times::First(1), busy);
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_body_that_comes_in_drips_arrives() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble("*", Times::Always, Trouble::Drip(50));
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn pages_that_come_compressed_are_read() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble("/simple/hello/", Times::Always, Trouble::Gzip);
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn credentials_in_the_address_reach_their_server_and_no_other() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    let mirror = Index::complete();
    mirror.publish(&hello("1.0"));
    // Another host, as far as a client can know.
    index.trouble(WHEEL, Times::Always, Trouble::redirect(&format!("{}{WHEEL}", mirror.origin_as_localhost())));
    let address = index.url().replace("http://", "http://ada:s3cret@");
    installed(machine.kingbolt(["install", "hello", "--index-url", &address]));
    assert!(index.requests().iter().skip(1).all(|request| request.header("authorization").is_some()));
    let mirrored: Vec<_> = mirror.requests().iter().map(|r| r.header("authorization").map(str::to_owned)).collect();
    assert_eq!(mirrored, [None]);
    assert_eq!(machine.containing("s3cret"), Vec::<String>::new());
}

#[test]
fn credentials_come_from_netrc() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    machine.write(if cfg!(windows) { "_netrc" } else { ".netrc" }, "machine 127.0.0.1 login ada password s3cret\n");
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn wrong_credentials_are_told_from_a_server_that_fails() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to fetch `[INDEX]/simple/hello/`: the server returned 401 Unauthorized
        hint: Kingbolt stores no credentials: add `machine 127.0.0.1 login USER password PASSWORD` to `[NETRC]` (or to the file that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`)
        ",
        )
        .exits(5);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_proxy_is_asked_for_everything() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let address = "http://index.example/simple/";
    installed(
        machine.kingbolt(["install", "hello", "--index-url", address]).with_variable("HTTP_PROXY", &index.origin()),
    );
    let hosts: Vec<_> = index.requests().iter().map(|r| r.header("host").map(str::to_owned)).collect();
    assert!(!hosts.is_empty() && hosts.iter().all(|host| host.as_deref() == Some("index.example")), "{hosts:?}");
}

#[test]
fn metadata_comes_from_the_file_beside_the_wheel() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--dry-run", "--quiet"]).planning_hello("1.0").succeeds();
    assert_eq!(index.paths(), ["/simple/hello/", &format!("{WHEEL}.metadata")]);
}

#[test]
fn metadata_comes_from_a_part_of_the_wheel_where_parts_are_served() {
    let Some(Fixture { index, machine }) =
        Fixture::serving(Index::offering(&[Feature::Digests, Feature::Ranges]), &[hello("1.0")])
    else {
        return;
    };
    let large = Wheel::new("hello", "2.0").console("hello", "hello:main").entry(filler()).build();
    index.publish(&large);
    machine.kingbolt(["install", "hello", "--dry-run", "--quiet"]).planning_hello("2.0").succeeds();
    let requests = index.requests();
    assert_eq!(requests[0].path, "/simple/hello/");
    assert!(requests[1..].iter().all(|request| request.header("range").is_some()), "{requests:?}");
}

#[test]
fn pages_that_did_not_change_are_not_sent_again() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    installed(machine.kingbolt(["install", "hello"]));
    index.forget_requests();
    machine
        .kingbolt(["install", "hello", "--force", "--dry-run"])
        .planning_hello("1.0")
        .stderr("Resolved 1 package in [TIME]\n")
        .succeeds();
    let requests = index.requests();
    assert_eq!(index.paths(), ["/simple/hello/"]);
    assert!(requests[0].header("if-none-match").is_some());
}

#[test]
fn offline_what_find_links_holds_is_enough() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write(&format!("wheels/{}", hello("1.0").file_name), hello("1.0").bytes);
    installed(machine.kingbolt(["install", "hello", "--offline", "--find-links", "wheels"]));
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn offline_a_version_that_needs_what_find_links_lacks_is_passed_over() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let newer = Wheel::new("hello", "2.0").requires("absent").console("hello", "hello:main").build();
    for wheel in [hello("1.0"), newer] {
        machine.write(&format!("wheels/{}", wheel.file_name), wheel.bytes);
    }
    installed(machine.kingbolt(["install", "hello", "--offline", "--find-links", "wheels"]));
    machine
        .kingbolt(["install", "absent", "--offline", "--find-links", "wheels"])
        .stderr(
            "
        error: the page of `absent` at the index `[INDEX]/simple/` is not cached, and the network is disabled
        hint: run the command once without `--offline`
        ",
        )
        .exits(5);
}

/// Stored, so that it stays large.
fn filler() -> Packed {
    Packed::stored("hello/filler", &vec![b'x'; 400_000])
}

/// Installs `hello`, and says so.
#[track_caller]
pub(crate) fn installed(run: Run<'_>) {
    run.stderr(
        "
        Resolved 1 package in [TIME]
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        Command in [HOME]/bin: hello
        ",
    )
    .succeeds();
}
