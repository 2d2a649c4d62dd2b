//! `sync` with a lock on a server.

use crate::support::{BuiltWheel, Fixture, Index, Times, Trouble, hello, lock, other, sha256_hex};

/// A lock that names wheels by their paths beside it.
fn lock_beside(index: &Index, wheels: &[BuiltWheel]) -> String {
    lock(index, wheels).replace(&format!("url = \"{}/files/", index.origin()), "path = \"")
}

/// Serves a lock beside the wheels of an index, and returns its URL.
fn serve(index: &Index, text: impl Into<Vec<u8>>) -> String {
    index.trouble("/files/pylock.toml", Times::Always, Trouble::Answer(200, Vec::new(), text.into()));
    format!("{}/files/pylock.toml", index.origin())
}

fn prepared() -> Option<Fixture> {
    Fixture::serving(Index::complete(), &[hello("1.0"), other()])
}

#[test]
fn a_lock_on_a_server_is_read_with_the_files_beside_it() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let text = lock_beside(&index, &[hello("1.0"), other()]);
    let url = format!("{}#sha256={}", serve(&index, text.as_str()), sha256_hex(text.as_bytes()));
    let sync = ["sync", &url, "--into", "env"];
    machine
        .kingbolt(sync)
        .stderr(
            "
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            [HOME]/env: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    let mut paths = index.paths();
    paths.sort();
    assert_eq!(paths, ["/files/hello-1.0-py3-none-any.whl", "/files/other-2.1-py3-none-any.whl", "/files/pylock.toml"]);
    index.forget_requests();
    machine.kingbolt(sync).stderr("[HOME]/env already matches the lock\n").succeeds();
    assert_eq!(index.paths(), ["/files/pylock.toml"]);
}

#[test]
fn a_lock_behind_a_redirect_is_read_with_the_files_beside_the_typed_address() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let text = lock_beside(&index, &[hello("1.0")]);
    index.trouble("/store/1", Times::Always, Trouble::Answer(200, Vec::new(), text.into_bytes()));
    let elsewhere = format!("{}/store/1", index.origin());
    index.trouble("/files/pylock.toml", Times::Always, Trouble::redirect(&elsewhere));
    let url = format!("{}/files/pylock.toml", index.origin());
    machine.kingbolt(["sync", &url, "--into", "env", "--allow-unhashed", "--quiet"]).succeeds();
    assert_eq!(index.paths(), ["/files/pylock.toml", "/store/1", "/files/hello-1.0-py3-none-any.whl"]);
}

#[test]
fn a_lock_over_plain_http_needs_a_hash_or_permission() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let text = lock_beside(&index, &[hello("1.0")]);
    let url = serve(&index, text.as_str());
    machine
        .kingbolt(["sync", &url, "--into", "env"])
        .stderr(
            "
            error: no hash is stated for the lock `[INDEX]/files/pylock.toml`, which comes over plain HTTP
            hint: use an `https` URL, append `#sha256=HASH` to the URL, or accept any lock with `--allow-unhashed`
            ",
        )
        .exits(4);
    assert_eq!(index.paths(), [""; 0]);
    let (stated, got) = ("0".repeat(64), sha256_hex(text.as_bytes()));
    machine
        .kingbolt(["sync", &format!("{url}#sha256={stated}"), "--into", "env"])
        .stderr(&format!(
            "
            error: `[INDEX]/files/pylock.toml` does not have the stated hash: expected sha256:{stated}, got sha256:{got}
            hint: do not use this file; get it from somewhere else
            "
        ))
        .exits(4);
    assert_eq!(machine.files_beside_store(), [""; 0]);
    machine.kingbolt(["sync", &url, "--into", "env", "--allow-unhashed", "--quiet"]).succeeds();
    let hello = machine.home().join(if cfg!(windows) { "env/Scripts/hello.exe" } else { "env/bin/hello" });
    machine.program(&hello, [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_lock_on_a_server_that_cannot_be_used_is_told() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let sync = |url: &str, options: &[&str]| {
        machine.kingbolt([&["sync", url, "--into", "env", "--allow-unhashed"], options].concat())
    };
    sync(&format!("{}/files/pylock.toml", index.origin()), &[])
        .stderr(
            "
            error: failed to download the lock
              caused by: failed to fetch `[INDEX]/files/pylock.toml`: the server returned 404 Not Found
            hint: check the URL
            ",
        )
        .exits(5);
    sync("ftp://ada:s3cret@files.example/pylock.toml", &[])
        .stderr(
            "
            error: `ftp://files.example/pylock.toml` is not the URL of a lock that can be downloaded
            hint: pass the path, or the `http` or `https` URL, of a `pylock.toml`
            ",
        )
        .exits(2);
    let text = lock_beside(&index, &[hello("1.0")]);
    let url = serve(&index, text.replace("path = \"", "path = \"../"));
    sync(&url, &[])
        .stderr(
            "
            error: failed to read the lock `[INDEX]/files/pylock.toml`
              caused by: `../hello-1.0-py3-none-any.whl` is outside the directory of the lock
            hint: download the lock together with its files, and use the local copy
            ",
        )
        .exits(1);
    sync(&url, &["--offline"])
        .stderr(
            "
            error: failed to download the lock
              caused by: refused to fetch `[INDEX]/files/pylock.toml`: the network is disabled
            hint: run the command without `--offline`
            ",
        )
        .exits(5);
    let Some(Fixture { index, machine }) = prepared() else { return };
    let url = serve(&index, [0xff, 0xfe]);
    machine
        .kingbolt(["sync", &url, "--into", "env", "--allow-unhashed"])
        .stderr(
            "
            error: failed to read the lock `[INDEX]/files/pylock.toml`
              caused by: the file is not UTF-8 text
            ",
        )
        .exits(1);
}

#[test]
fn secrets_in_the_address_of_a_lock_are_used_and_neither_stored_nor_shown() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    index.demand_login("ada", "s3cret");
    let text = lock_beside(&index, &[hello("1.0")]);
    let url = serve(&index, text).replace("http://", "http://ada:s3cret@");
    let outcome = machine.kingbolt(["sync", &url, "--into", "env", "--allow-unhashed", "--verbose"]).outcome();
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert!(!outcome.shown().contains("s3cret"), "{}", outcome.shown());
    assert_eq!(machine.containing("s3cret"), [""; 0]);
}

#[test]
fn a_lock_on_a_server_has_16_mebibytes_at_most() {
    const LONGEST: usize = 16 << 20;
    let Some(Fixture { index, machine }) = prepared() else { return };
    let text = lock_beside(&index, &[hello("1.0")]);
    let padded = |length: usize| format!("{text}\n#{}", "x".repeat(length - text.len() - 2));
    let url = serve(&index, padded(LONGEST));
    machine.kingbolt(["sync", &url, "--into", "env", "--allow-unhashed", "--quiet"]).succeeds();
    let Some(Fixture { index, machine }) = prepared() else { return };
    let url = serve(&index, padded(LONGEST + 1));
    machine
        .kingbolt(["sync", &url, "--into", "env", "--allow-unhashed"])
        .stderr(
            "
            error: failed to download the lock
              caused by: refused the response from `[INDEX]/files/pylock.toml`: it is longer than [SIZE]
            ",
        )
        .exits(5);
}
