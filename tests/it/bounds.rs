//! The bounds of what a stranger may send, each at the limit and just above it.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Feature, Fixture, Index, Times, Trouble, hello, lock, sha256_hex};

const PAGE: &str = "/simple/hello/";
const NETRC: &str = if cfg!(windows) { "_netrc" } else { ".netrc" };

/// The most files of a page.
const MOST_FILES: usize = 100_000;

/// The most bytes of a page, unpacked.
const LONGEST_PAGE: usize = 128 << 20;

/// The most bytes of a lock, and of a file of settings.
const LONGEST_LOCK: usize = 16 << 20;
const LONGEST_SETTINGS: usize = 1 << 20;

/// The most bytes of a wheel.
const LONGEST_WHEEL: usize = 16 << 30;

/// The link to `hello` 1.0 on a JSON page.
fn hello_entry() -> String {
    let wheel = hello("1.0");
    let sha256 = sha256_hex(&wheel.bytes);
    format!(r#"{{"filename": "{0}", "url": "/files/{0}", "hashes": {{"sha256": "{sha256}"}}}}"#, wheel.file_name)
}

/// Serves a page of these files in place of that of `hello`, compressed, and with blanks up to a length.
fn serve_page(index: &Index, files: &str, length: usize) {
    let body = format!(r#"{{"meta": {{"api-version": "1.0"}}, "name": "hello", "files": [{files}]}}"#);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body.as_bytes()).expect("memory can be written");
    let blanks = vec![b' '; 1 << 20];
    let mut left = length.saturating_sub(body.len());
    while left > 0 {
        let count = left.min(blanks.len());
        encoder.write_all(&blanks[..count]).expect("memory can be written");
        left -= count;
    }
    let packed = encoder.finish().expect("memory can be written");
    let headers = vec![
        ("Content-Type", "application/vnd.pypi.simple.v1+json".to_owned()),
        ("Content-Encoding", "gzip".to_owned()),
    ];
    index.trouble(PAGE, Times::First(1), Trouble::Answer(200, headers, packed));
}

#[test]
fn a_page_has_a_hundred_thousand_files_at_most() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let others = |count: usize| r#"{"filename": "a", "url": "x"},"#.repeat(count);
    serve_page(&index, &(others(MOST_FILES - 1) + &hello_entry()), 0);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    serve_page(&index, &(others(MOST_FILES) + &hello_entry()), 0);
    let too_many = "
        error: failed to parse the page of `hello` from the index `[INDEX]/simple/`
          caused by: the page has more than 100000 links
        ";
    machine.kingbolt(["install", "hello", "--force"]).stderr(too_many).exits(5);
    let html = |count: usize| {
        let wheel = hello("1.0");
        let hash = sha256_hex(&wheel.bytes);
        let link = format!("<a href='/files/{}#sha256={hash}'>hello</a>", wheel.file_name);
        let headers = vec![("Content-Type", "text/html".to_owned())];
        Trouble::Answer(200, headers, ("<a href=x>".repeat(count) + &link).into())
    };
    index.trouble(PAGE, Times::First(1), html(MOST_FILES - 1));
    machine.kingbolt(["install", "hello", "--quiet", "--force"]).succeeds();
    index.trouble(PAGE, Times::First(1), html(MOST_FILES));
    machine.kingbolt(["install", "hello", "--force"]).stderr(too_many).exits(5);
}

#[test]
fn a_small_page_unpacks_to_128_mebibytes_at_most() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    serve_page(&index, &hello_entry(), LONGEST_PAGE);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    serve_page(&index, &hello_entry(), LONGEST_PAGE + 1);
    machine
        .kingbolt(["install", "hello", "--force"])
        .stderr(
            "
            error: failed to look up `hello` in the index `[INDEX]/simple/`
              caused by: refused the response from `[INDEX]/simple/hello/`: it is longer than [SIZE]
            ",
        )
        .exits(5);
}

#[test]
#[cfg(target_os = "linux")]
fn pages_that_are_made_to_fill_the_memory_do_not() {
    use std::fmt::Write as _;
    use std::path::Path;
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let mut hashes = String::new();
    for number in 0..5_000_000 {
        let _ = write!(hashes, r#""alg{number}":"00","#);
    }
    let many = |name: &str| {
        let hashes = hashes.trim_end_matches(',');
        format!(r#"{{"filename": "a", "url": "x", "{name}": {{{hashes}}}}}, {}"#, hello_entry())
    };
    let reasons = format!(r#"{{"filename": "a", "url": "x", "yanked": [{}0]}}"#, "0,".repeat(20_000_000));
    for (files, code) in [(many("hashes"), 0), (many("core-metadata"), 0), (reasons, 5)] {
        serve_page(&index, &files, 0);
        let limited = "ulimit -v 700000; exec \"$@\"";
        let kingbolt = env!("CARGO_BIN_EXE_kingbolt");
        let arguments = ["-c", limited, "sh", kingbolt, "install", "hello", "--force", "--quiet"];
        // The limit is one of address space, of which glibc reserves more than it uses for each thread.
        let run = machine.program(Path::new("/bin/sh"), arguments).with_variable("MALLOC_ARENA_MAX", "1");
        let outcome = run.outcome();
        assert_eq!(outcome.code, Some(code), "{outcome:?}");
    }
}

#[test]
fn an_endless_body_is_cut_at_the_size_that_is_known_and_nothing_of_it_is_left() {
    let index = Index::offering(&[Feature::Digests, Feature::Ranges]);
    let Some(Fixture { index, machine }) = Fixture::serving(index, &[hello("1.0")]) else { return };
    let wheel = hello("1.0");
    index.trouble_with(&wheel, Times::Always, Trouble::Endless);
    let expected = format!(
        "
        error: refused `{0}`: `[INDEX]/files/{0}` sent more than the expected [SIZE]
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ",
        wheel.file_name
    );
    machine.kingbolt(["install", "hello", "--quiet"]).stderr(&expected).exits(4);
    assert_eq!(machine.files(), Vec::<String>::new());
    assert_eq!(machine.containing("PK\u{3}\u{4}"), Vec::<String>::new());
}

#[test]
fn a_wheel_that_is_announced_as_larger_than_any_is_refused_before_its_body() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::plain(), &[hello("1.0")]) else { return };
    let wheel = hello("1.0");
    let sha256 = sha256_hex(&wheel.bytes);
    let lock = format!(
        "lock-version = '1.0'\ncreated-by = 'us'\n\n[[packages]]\nname = 'hello'\nversion = '1.0'\n\
         archive = {{ url = '{}/files/{}', hashes = {{ sha256 = '{sha256}' }} }}\n",
        index.origin(),
        wheel.file_name
    );
    machine.write("pylock.toml", lock);
    index.trouble_with(&wheel, Times::Always, Trouble::Stating(LONGEST_WHEEL + 1));
    let expected = format!(
        "error: refused `{0}`: `[INDEX]/files/{0}` has more than [SIZE], the most that it may have\n",
        wheel.file_name
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "environment", "--quiet"]).stderr(&expected).exits(5);
}

#[test]
fn a_lock_has_16_mebibytes_at_most() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let text = lock(&index, &[hello("1.0")]);
    let padded = |length: usize| format!("{text}\n#{}", "x".repeat(length - text.len() - 2));
    machine.write("pylock.toml", padded(LONGEST_LOCK));
    machine.kingbolt(["sync", "pylock.toml", "--into", "environment", "--quiet"]).succeeds();
    machine.write("pylock.toml", padded(LONGEST_LOCK + 1));
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "environment"])
        .stderr(
            "
            error: failed to read `[HOME]/pylock.toml`
              caused by: it is longer than [SIZE]
            ",
        )
        .exits(1);
}

#[test]
fn the_configuration_of_pip_has_a_mebibyte_at_most() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let padded = |length: usize| format!("[global]\n#{}", "x".repeat(length - 10));
    let file = machine.write("pip.conf", padded(LONGEST_SETTINGS));
    let machine = machine.with_variable("PIP_CONFIG_FILE", file);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.write("pip.conf", padded(LONGEST_SETTINGS + 1));
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            error: failed to use `[HOME]/pip.conf`
              caused by: it is longer than [SIZE]
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
}

#[test]
fn a_file_of_constraints_has_a_mebibyte_at_most() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let padded = |length: usize| format!("hello<2\n#{}", "x".repeat(length - 9));
    machine.write("constraints.txt", padded(LONGEST_SETTINGS));
    machine.kingbolt(["install", "hello", "--constraint", "constraints.txt", "--quiet"]).succeeds();
    machine.write("constraints.txt", padded(LONGEST_SETTINGS + 1));
    machine
        .kingbolt(["install", "hello", "--constraint", "constraints.txt"])
        .stderr(
            "
            error: failed to use `--constraint constraints.txt`
              caused by: it is longer than [SIZE]
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
}

#[test]
fn netrc_has_a_mebibyte_at_most() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.demand_login("ada", "s3cret");
    let entry = "machine 127.0.0.1 login ada password s3cret\n";
    let padded = |length: usize| format!("{entry}#{}", "x".repeat(length - entry.len() - 1));
    machine.write(NETRC, padded(LONGEST_SETTINGS));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.write(NETRC, padded(LONGEST_SETTINGS + 1));
    let no_login = "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to fetch `[INDEX]/simple/hello/`: the server returned 401 Unauthorized
        hint: Kingbolt stores no credentials: add `machine 127.0.0.1 login USER password PASSWORD` to `[NETRC]` (or to the file that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`)
        ";
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).stderr(no_login).exits(5);
}

#[test]
fn a_record_that_grew_beyond_64_mebibytes_was_changed() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let records = machine.files().into_iter().filter(|path| path.contains("/apps/") && path.ends_with("/RECORD"));
    for record in records {
        let file = fs::File::options().write(true).open(machine.home().join(record));
        file.and_then(|file| file.set_len((64 << 20) + 1)).expect("it is ours");
    }
    let problems = |words: &str| {
        let changed = "    changed  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]";
        format!("hello 1.0: {words}\n{changed}/hello-1.0.dist-info/RECORD\n{changed}/other-2.1.dist-info/RECORD\n")
    };
    machine
        .kingbolt(["verify"])
        .stdout(&problems("2 problems"))
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
    machine.kingbolt(["verify", "--repair", "--quiet"]).stdout(&problems("2 problems, repaired")).succeeds();
}
