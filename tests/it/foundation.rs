//! What the tests stand on is right itself: pip takes the wheels and the index, and the index fails as it was asked to.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::support::{BuiltWheel, Feature, Index, Python, Times, Trouble, Wheel, missing};

#[test]
fn pip_installs_what_the_tests_build_and_serve() {
    let Some(python) = Python::newest() else { return };
    if python.prints("import pip; print('yes')") != "yes" {
        return missing("pip is not installed (apt-get install python3-pip)").unwrap_or_default();
    }
    let hello =
        Wheel::new("hello", "1.0").requires("other>=2").extra("loud", "shout").console("hello", "hello:main").build();
    for features in [vec![Feature::Digests], vec![Feature::Digests, Feature::Json, Feature::Sizes, Feature::Sidecars]] {
        let index = Index::offering(&features);
        index.publish(&hello).publish(&Wheel::new("other", "2.1").requires_python(">=3.8").build());
        index.publish_with(&Wheel::new("other", "2.2").build(), |offer| offer.yanked = Some("broken".to_owned()));
        let target = tempfile::tempdir().expect("a temporary directory");
        let pip = Command::new(&python.executable)
            .args(["-I", "-m", "pip", "install", "--quiet", "--isolated", "--no-cache-dir", "--no-compile", "hello"])
            .args(["--disable-pip-version-check", "--index-url", &index.url(), "--target"])
            .arg(target.path())
            .env_remove("PIP_FIND_LINKS")
            .output()
            .expect("pip starts");
        assert!(pip.status.success(), "{}", String::from_utf8_lossy(&pip.stderr));
        let mut installed: Vec<String> = std::fs::read_dir(target.path())
            .expect("pip made it")
            .map(|entry| entry.expect("an entry can be read").file_name().to_string_lossy().into_owned())
            .collect();
        installed.sort();
        assert_eq!(installed, ["bin", "hello", "hello-1.0.dist-info", "other", "other-2.1.dist-info"]);
    }
}

#[test]
fn the_index_serves_parts_of_files_and_knows_what_a_client_has() {
    let (index, hello) = serving_hello();
    let path = "/files/hello-1.0-py3-none-any.whl";
    let whole = ask(&index, path, "");
    assert_eq!(body(&whole), hello.bytes);
    let tail = ask(&index, path, "Range: bytes=-22\r\n");
    assert!(tail.starts_with(b"HTTP/1.1 206 "));
    assert_eq!(body(&tail), &hello.bytes[hello.bytes.len() - 22..]);
    let etag = header(&whole, "ETag: ");
    assert!(ask(&index, path, &format!("If-None-Match: {etag}\r\n")).starts_with(b"HTTP/1.1 304 "));
    assert_eq!(body(&ask(&index, &format!("{path}.metadata"), "")), hello.metadata);
    assert_eq!(index.paths(), [path, path, path, &format!("{path}.metadata")]);
}

#[test]
fn the_index_fails_as_it_was_asked_to_and_then_recovers() {
    let (index, hello) = serving_hello();
    let path = "/files/hello-1.0-py3-none-any.whl";
    index
        .trouble(path, Times::First(1), Trouble::status(503))
        .trouble(path, Times::First(1), Trouble::Truncated(10))
        .trouble(path, Times::First(1), Trouble::Longer(b"more".to_vec()))
        .trouble(path, Times::First(1), Trouble::Drip(100))
        .trouble(path, Times::First(1), Trouble::Corrupted);
    assert!(ask(&index, path, "").starts_with(b"HTTP/1.1 503 "));
    assert_eq!(body(&ask(&index, path, "")), &hello.bytes[..10]);
    assert_eq!(body(&ask(&index, path, "")), [hello.bytes.as_slice(), b"more"].concat());
    assert_eq!(body(&ask(&index, path, "")), hello.bytes);
    assert_ne!(body(&ask(&index, path, "")), hello.bytes);
    assert_eq!(body(&ask(&index, path, "")), hello.bytes);

    index.trouble(path, Times::Always, Trouble::Reset(10));
    let mut answer = Vec::new();
    // Systems differ in what they tell of a reset, and some tell nothing.
    let told = connection(&index, path, "").read_to_end(&mut answer);
    assert!(told.is_err() || answer.len() < hello.bytes.len());
}

#[test]
fn the_index_asks_who_is_there() {
    let (index, hello) = serving_hello();
    index.demand_login("user", "secret");
    let path = "/files/hello-1.0-py3-none-any.whl";
    assert!(ask(&index, path, "").starts_with(b"HTTP/1.1 401 "));
    assert_eq!(body(&ask(&index, path, "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n")), hello.bytes);
}

fn serving_hello() -> (Index, BuiltWheel) {
    let index = Index::complete();
    let hello = Wheel::new("hello", "1.0").build();
    index.publish(&hello);
    (index, hello)
}

/// The whole answer to one request on a connection of its own.
fn ask(index: &Index, path: &str, headers: &str) -> Vec<u8> {
    let mut answer = Vec::new();
    connection(index, path, headers).read_to_end(&mut answer).expect("the connection ends well");
    answer
}

fn connection(index: &Index, path: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(index.origin().trim_start_matches("http://")).expect("the index listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: loopback\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).expect("the index reads");
    stream
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
    &answer[end + 4..]
}

fn header(answer: &[u8], name: &str) -> String {
    let head = String::from_utf8_lossy(answer).into_owned();
    head.lines().find_map(|line| line.strip_prefix(name)).expect("the header is there").to_owned()
}
