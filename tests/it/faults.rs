//! Indexes and connections at their worst: cut at every byte, wrong lengths and ranges, lies, storms.

use crate::network::installed;
use crate::support::{BuiltWheel, EncryptedRedirect, Feature, Fixture, Index, Times, Trouble, Wheel, hello};

const PAGE: &str = "/simple/hello/";
const WHEEL: &str = "/files/hello-1.0-py3-none-any.whl";
const SIDECAR: &str = "/files/hello-1.0-py3-none-any.whl.metadata";

/// What is cut.
#[derive(Clone, Copy, Debug)]
enum Part {
    Page,
    Sidecar,
    Wheel,
}

#[test]
fn pages_cut_at_any_byte_are_fetched_again() {
    cut_anywhere(&Index::complete, Part::Page);
    cut_anywhere(&Index::plain, Part::Page);
}

#[test]
fn metadata_cut_at_any_byte_is_fetched_again() {
    cut_anywhere(&Index::complete, Part::Sidecar);
}

#[test]
fn wheels_cut_at_any_byte_are_fetched_again_or_continued() {
    cut_anywhere(&Index::complete, Part::Wheel);
    cut_anywhere(&Index::plain, Part::Wheel);
    cut_anywhere(&|| Index::offering(&[Feature::Digests, Feature::Ranges]), Part::Wheel);
}

#[test]
fn a_download_that_was_given_up_goes_on_in_the_next_run() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble(WHEEL, Times::First(1), Trouble::Truncated(300));
    index.trouble(WHEEL, Times::First(3), Trouble::Truncated(0));
    let given_up = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
    assert_eq!(given_up.code, Some(5));
    assert_eq!(machine.files(), Vec::<String>::new());
    index.forget_requests();
    installed(machine.kingbolt(["install", "hello"]));
    let asked = index.requests().into_iter().find(|request| request.path == WHEEL);
    assert_eq!(asked.as_ref().and_then(|request| request.header("range")), Some("bytes=300-"));
}

#[test]
fn a_wheel_announced_shorter_than_it_is_is_refused() {
    let shorter = hello("1.0").bytes.len() - 10;
    refused(&Index::complete, WHEEL, &Trouble::Stating(shorter), 4, "
        Resolved 1 package in [TIME]
        error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has [SIZE], not the expected 1194
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ");
}

#[test]
fn bytes_after_the_announced_ones_do_not_pass_for_the_next_answer() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::plain(), &[hello("1.0")]) else { return };
    let announced = index.body(PAGE).len() - "</body></html>\n".len();
    index.trouble(PAGE, Times::Always, Trouble::Stating(announced));
    installed(machine.kingbolt(["install", "hello", "--jobs", "1"]));
}

#[test]
fn a_page_that_always_ends_too_early_is_a_network_failure() {
    refused(&Index::complete, PAGE, &Trouble::Truncated(100), 5, "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to read the response from `[INDEX]/simple/hello/`
          caused by: request or response body error: error reading a body from connection: end of file before message length reached
        hint: the server has a problem; try again later
        ");
}

#[test]
fn parts_that_are_not_the_asked_ones_are_done_without() {
    let wrong = |range: &str| Trouble::Answer(206, vec![("Content-Range", range.to_owned())], vec![b'x'; 10]);
    for trouble in [wrong("bytes 0-9/1194"), wrong("bytes 301-310/1194"), wrong("bytes */*"), Trouble::status(416)] {
        let Some(Fixture { index, machine }) = Fixture::hello() else { return };
        index.trouble(WHEEL, Times::First(1), Trouble::Truncated(300)).trouble(WHEEL, Times::First(1), trouble);
        installed(machine.kingbolt(["install", "hello"]));
    }
}

#[test]
fn metadata_is_read_from_the_whole_wheel_where_parts_come_wrong() {
    let wrong = |range: &str| Trouble::Answer(206, vec![("Content-Range", range.to_owned())], vec![b'x'; 10]);
    for trouble in [wrong("bytes 0-9/1194"), wrong("bytes 1184-1193/1194"), Trouble::status(416)] {
        let Some(Fixture { index, machine }) =
            Fixture::serving(Index::offering(&[Feature::Digests, Feature::Ranges]), &[hello("1.0")])
        else {
            return;
        };
        index.trouble(WHEEL, Times::First(1), trouble);
        installed(machine.kingbolt(["install", "hello"]));
    }
}

#[test]
fn a_part_that_belongs_to_a_file_of_another_size_is_refused() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let part = Trouble::Answer(206, vec![("Content-Range", "bytes 300-309/310".to_owned())], vec![b'x'; 10]);
    index.trouble(WHEEL, Times::First(1), Trouble::Truncated(300)).trouble(WHEEL, Times::Always, part);
    machine.kingbolt(["install", "hello"]).stderr("
        Resolved 1 package in [TIME]
        error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has [SIZE], not the expected 1194
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ").exits(4);
}

#[test]
fn metadata_that_comes_compressed_is_read() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble(SIDECAR, Times::Always, Trouble::Gzip);
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_wheel_that_comes_compressed_is_refused() {
    let expected = "
        Resolved 1 package in [TIME]
        error: failed to download `hello-1.0-py3-none-any.whl`
          caused by: refused the response from `[INDEX]/files/hello-1.0-py3-none-any.whl`: it is encoded as `gzip`
        ";
    refused(&Index::complete, WHEEL, &Trouble::Gzip, 5, expected);
}

#[test]
fn a_page_that_calls_itself_compressed_and_is_not_is_a_network_failure() {
    let expected = "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to read the response from `[INDEX]/simple/hello/`
          caused by: invalid gzip header
        hint: the server has a problem; try again later
        ";
    refused(&Index::complete, PAGE, &Trouble::header("Content-Encoding", "gzip"), 5, expected);
}

#[test]
fn redirects_in_a_circle_are_refused() {
    let expected = "
        error: failed to look up `hello` in the index `[INDEX]/simple/`
          caused by: failed to fetch `[INDEX]/simple/hello/`: its redirects form a loop
        ";
    refused(&Index::complete, PAGE, &Trouble::redirect("../hello/"), 5, expected);
    let expected = "
        Resolved 1 package in [TIME]
        error: failed to download `hello-1.0-py3-none-any.whl`
          caused by: failed to fetch `[INDEX]/files/hello-1.0-py3-none-any.whl`: its redirects form a loop
        ";
    refused(&Index::complete, WHEEL, &Trouble::redirect(WHEEL), 5, expected);
}

#[test]
fn a_redirect_to_a_file_of_this_machine_is_refused() {
    for target in ["file:///etc/hello-1.0-py3-none-any.whl", "file://files.example/share/hello-1.0-py3-none-any.whl"] {
        let expected = format!(
            "
            error: failed to look up `hello` in the index `[INDEX]/simple/`
              caused by: failed to fetch `{target}`: its scheme is not http or https
            "
        );
        refused(&Index::complete, PAGE, &Trouble::redirect(target), 5, &expected);
        let expected = format!(
            "
            Resolved 1 package in [TIME]
            error: failed to download `hello-1.0-py3-none-any.whl`
              caused by: failed to fetch `{target}`: its scheme is not http or https
            "
        );
        refused(&Index::complete, WHEEL, &Trouble::redirect(target), 5, &expected);
    }
}

#[test]
fn a_redirect_that_gives_up_encryption_is_refused() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let encrypted = EncryptedRedirect::to(&format!("{}{PAGE}", index.origin()));
    let machine = machine.naming(&encrypted.origin(), "[ENCRYPTED]");
    let machine = machine.with_variable("SSL_CERT_FILE", EncryptedRedirect::certificate());
    machine
        .kingbolt(["install", "hello", "--index-url", &format!("{}/simple/", encrypted.origin())])
        .stderr(
            "
            error: failed to look up `hello` in the index `[ENCRYPTED]/simple/`
              caused by: refused the redirect from `[ENCRYPTED]/simple/hello/` to `[INDEX]/simple/hello/`: it is not encrypted
            ",
        )
        .exits(5);
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn an_answer_that_nothing_changed_is_none_to_who_has_nothing() {
    let unchanged = || Trouble::Answer(304, Vec::new(), Vec::new());
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble(PAGE, Times::First(1), unchanged());
    installed(machine.kingbolt(["install", "hello"]));
    for (path, act) in [
        (PAGE, "error: failed to look up `hello` in the index `[INDEX]/simple/`"),
        (WHEEL, "Resolved 1 package in [TIME]\nerror: failed to download `hello-1.0-py3-none-any.whl`"),
    ] {
        let cause = format!("failed to fetch `[INDEX]{path}`: the server returned 304 Not Modified");
        refused(&Index::complete, path, &unchanged(), 5, &format!("{act}\n  caused by: {cause}\n"));
    }
}

#[test]
fn a_page_that_changed_is_seen_although_an_older_one_is_kept() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--dry-run", "--quiet"]).planning_hello("1.0").succeeds();
    index.publish(&hello("1.1"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.1\n").succeeds();
}

#[test]
fn a_package_published_after_it_was_asked_for_is_found() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[]) else { return };
    assert_eq!(machine.kingbolt(["install", "hello", "--quiet"]).outcome().code, Some(3));
    index.publish(&hello("1.0"));
    installed(machine.kingbolt(["install", "hello"]));
}

#[test]
fn a_page_without_a_lifetime_is_asked_for_each_time_whatever_the_server_thinks_the_time_is() {
    for (date, expires) in [
        ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 31 Dec 2099 23:59:59 GMT"),
        ("Thu, 31 Dec 2099 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("yesterday", "0"),
    ] {
        let Some(Fixture { index, machine }) = Fixture::serving(Index::plain(), &[hello("1.0")]) else { return };
        let headers = vec![("Date", date.to_owned()), ("Expires", expires.to_owned())];
        index.trouble(PAGE, Times::Always, Trouble::Headers(headers));
        for _ in 0..2 {
            machine.kingbolt(["install", "hello", "--dry-run", "--quiet"]).planning_hello("1.0").succeeds();
        }
        assert_eq!(index.paths().iter().filter(|path| *path == PAGE).count(), 2, "{date}");
    }
}

#[test]
fn a_page_that_a_clock_ahead_of_ours_kept_is_asked_for_again() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble(PAGE, Times::Always, Trouble::header("Cache-Control", "max-age=600"));
    let pages = || index.paths().iter().filter(|path| *path == PAGE).count();
    for asked in [1, 1] {
        machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
        assert_eq!(pages(), asked);
    }
    machine.rewrite_cached("pages", |text| text.replacen("\"asked\":", "\"asked\":9", 1));
    machine.kingbolt(["install", "hello", "--force", "--dry-run", "--quiet"]).planning_hello("1.0").succeeds();
    assert_eq!(pages(), 2);
}

#[test]
fn a_storm_of_refusals_is_waited_out_whatever_the_server_says_of_when() {
    for when in ["0", "1", "Thu, 01 Jan 1970 00:00:00 GMT", "-5", "soon", "99999999999999999999999999"] {
        let Some(Fixture { index, machine }) = Fixture::hello() else { return };
        let busy = |status| Trouble::Answer(status, vec![("Retry-After", when.to_owned())], Vec::new());
        for path in [PAGE, SIDECAR, WHEEL] {
            index.trouble(path, Times::First(1), busy(429));
        }
        installed(machine.kingbolt(["install", "hello"]));
    }
}

#[test]
fn a_storm_of_refusals_that_does_not_end_is_given_up() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble("*", Times::Always, Trouble::status(429));
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            error: failed to look up `hello` in the index `[INDEX]/simple/`
              caused by: failed to fetch `[INDEX]/simple/hello/`: the server returned 429 Too Many Requests
            hint: the server has a problem; try again later
            ",
        )
        .exits(5);
    assert_eq!(index.paths(), [PAGE; 4]);
}

#[test]
#[cfg(unix)]
fn a_server_that_asks_for_hours_gets_a_minute_and_the_person_is_told() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let busy = Trouble::Answer(429, vec![("Retry-After", "86400".to_owned())], Vec::new());
    index.trouble(PAGE, Times::Always, busy);
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            warning: failed to fetch `[INDEX]/simple/hello/`: the server returned 429 Too Many Requests; retrying in 60 seconds
            error: interrupted
            ",
        )
        .interrupted_after_saying("retrying in");
    assert_eq!(index.paths(), [PAGE]);
}

#[test]
fn an_index_that_is_stated_to_forbid_what_it_does_not_have_is_passed_over() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let storage = Index::complete();
    storage.trouble("*", Times::Always, forbidden("AmazonS3"));
    let machine = machine.with_variable("KINGBOLT_INDEX_ABSENT_STATUS", format!("{}=403", storage.url()));
    installed(machine.kingbolt(["install", "hello", "--extra-index-url", &storage.url()]));
    assert_eq!(storage.paths(), [PAGE]);
}

#[test]
fn an_index_that_forbids_or_asks_for_a_password_is_not_passed_over() {
    let stated = "; if it answers so for packages that it does not have, set `KINGBOLT_INDEX_ABSENT_STATUS=[PRIVATE]/simple/=403`";
    for (trouble, status, hint) in [
        (forbidden("nginx"), "403 Forbidden", stated),
        (forbidden("AmazonS3"), "403 Forbidden", stated),
        (Trouble::status(401), "401 Unauthorized", ""),
    ] {
        let Some(Fixture { index, machine }) = Fixture::hello() else { return };
        let private = Index::complete();
        private.trouble("*", Times::Always, trouble);
        let machine = machine.naming(&private.origin(), "[PRIVATE]");
        let expected = format!(
            "
            error: failed to look up `hello` in the index `[PRIVATE]/simple/`
              caused by: failed to fetch `[PRIVATE]/simple/hello/`: the server returned {status}
            hint: Kingbolt stores no credentials: add `machine 127.0.0.1 login USER password PASSWORD` to `[NETRC]` (or to the file that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`){hint}
            "
        );
        machine.kingbolt(["install", "hello", "--extra-index-url", &private.url()]).stderr(&expected).exits(5);
        assert_eq!(index.paths(), Vec::<String>::new());
    }
}

/// Cuts one body of each of many packages, each at another byte: at every one in the deep form, else at some.
#[track_caller]
fn cut_anywhere(index: &dyn Fn() -> Index, part: Part) {
    let places: Vec<usize> = (0..=length(&index(), part)).collect();
    let step = if std::env::var_os("KINGBOLT_TEST_DEEP").is_some() { 1 } else { places.len().div_ceil(16) };
    let places: Vec<usize> = places.into_iter().step_by(step).collect();
    for (round, places) in places.chunks(64).enumerate() {
        let Some(Fixture { index, machine }) = Fixture::serving(index(), &[]) else { return };
        let mut app = Wheel::new("app", "1.0").console("app", "app:main");
        for (number, place) in places.iter().enumerate() {
            let wheel = Wheel::new(&format!("p{number:05}"), "1.0").build();
            app = app.requires(&wheel.project);
            let ending = if number % 2 == round % 2 { Trouble::Reset(*place) } else { Trouble::Truncated(*place) };
            index.publish(&wheel).trouble(&part.path(&wheel), Times::First(1), ending);
        }
        index.publish(&app.build());
        let count = places.len() + 1;
        let expected = format!(
            "
            Resolved {count} packages in [TIME]
            Downloaded {count} wheels ([SIZE]) in [TIME]
            Installed {count} packages in [TIME]
            app 1.0: {count} packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: app
            "
        );
        machine.kingbolt(["install", "app", "--jobs", "64"]).stderr(&expected).succeeds();
        machine.command("app", [""; 0]).stdout("hello from app 1.0\n").succeeds();
    }
}

impl Part {
    fn path(self, wheel: &BuiltWheel) -> String {
        match self {
            Self::Page => format!("/simple/{}/", wheel.project),
            Self::Sidecar => format!("/files/{}.metadata", wheel.file_name),
            Self::Wheel => format!("/files/{}", wheel.file_name),
        }
    }
}

/// Bytes of a part of one of the many packages.
fn length(index: &Index, part: Part) -> usize {
    let wheel = Wheel::new("p00000", "1.0").build();
    index.publish(&wheel);
    index.body(&part.path(&wheel)).len()
}

/// With a trouble that does not end, an install must fail as said and leave nothing behind.
#[track_caller]
fn refused(index: &dyn Fn() -> Index, path: &str, trouble: &Trouble, code: i32, stderr: &str) {
    let Some(Fixture { index, machine }) = Fixture::serving(index(), &[hello("1.0")]) else { return };
    index.trouble(path, Times::Always, trouble.clone());
    machine.kingbolt(["install", "hello"]).stderr(stderr).exits(code);
    assert_eq!(machine.files(), Vec::<String>::new());
}

fn forbidden(server: &str) -> Trouble {
    Trouble::Answer(403, vec![("Server", server.to_owned())], b"<Error><Code>AccessDenied</Code></Error>".to_vec())
}
