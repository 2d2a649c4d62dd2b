//! Connections against a server that misbehaves.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::host::network::test_server::{Answer, Asked, TestServer};
use crate::host::network::{NetworkError, NetworkSettings, Request};
use crate::host::{Clock, Environment, Event, Files, Host, Interrupt, Network, Progress};

const LIMIT: u64 = 1000;

fn host(variables: &[(&str, &str)]) -> Host {
    let home = [("HOME", "/nonexistent"), ("USERPROFILE", "/nonexistent")];
    let variables = home.iter().chain(variables).map(|(name, value)| (*name, OsStr::new(*value)));
    Host::with(Environment::of(variables, Path::new("")), Interrupt::default())
}

fn quick_retries() -> NetworkSettings {
    NetworkSettings {
        first_delay: Duration::from_millis(1),
        longest_delay: Duration::from_millis(20),
        ..NetworkSettings::default()
    }
}

fn network(variables: &[(&str, &str)]) -> Network {
    Network::new(&host(variables), quick_retries())
}

fn fetch(url: &str) -> Result<String, NetworkError> {
    let fetched = network(&[]).connection().fetch(&Request::new(url), LIMIT)?;
    Ok(String::from_utf8(fetched.body).unwrap())
}

fn paths(server: &TestServer) -> Vec<String> {
    server.asked().iter().map(|asked| asked.path().to_owned()).collect()
}

#[test]
fn a_request_names_us_and_carries_its_headers() {
    let server = TestServer::start(|_| Answer::ok("body").header("ETag", "\"1\""));
    let request = Request::new(server.url("/simple/?q=1#fragment")).header("accept", "text/html");
    let mut response = network(&[]).connection().get(&request).unwrap();
    let mut body = String::new();
    response.read_to_string(&mut body).unwrap();
    assert_eq!((response.status(), response.header("etag"), body.as_str()), (200, Some("\"1\""), "body"));
    assert_eq!((response.url(), response.length()), (server.url("/simple/?q=1").into(), Some(4)));
    let asked = server.asked().remove(0);
    let sent = ["accept", "accept-encoding", "authorization", "user-agent"].map(|name| asked.header(name));
    let agent = concat!("kingbolt/", env!("CARGO_PKG_VERSION"));
    assert_eq!(asked.line, "GET /simple/?q=1 HTTP/1.1");
    assert_eq!(sent, [Some("text/html"), Some("identity"), None, Some(agent)]);
}

#[test]
fn a_compressed_page_is_read_plain() {
    let server = TestServer::start(|asked| {
        assert_eq!(asked.header("accept-encoding"), Some("gzip"));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"page").unwrap();
        Answer::ok(encoder.finish().unwrap()).header("Content-Encoding", "gzip")
    });
    let request = Request::new(server.url("/")).compressed();
    assert_eq!(network(&[]).connection().fetch(&request, LIMIT).unwrap().body, b"page");
}

#[test]
fn a_file_that_comes_compressed_is_refused() {
    let server = TestServer::start(|_| Answer::ok("?").header("Content-Encoding", "br"));
    assert!(matches!(fetch(&server.url("/a.whl")), Err(NetworkError::Encoding { encoding, .. }) if encoding == "br"));
}

#[test]
fn an_unchanged_page_is_no_error() {
    let server = TestServer::start(|_| Answer::new(304, ""));
    let request = Request::new(server.url("/")).header("if-none-match", "\"1\"");
    assert_eq!(network(&[]).connection().fetch(&request, LIMIT).unwrap().status(), 304);
    assert_eq!(server.asked()[0].header("if-none-match"), Some("\"1\""));
}

#[test]
fn what_nobody_asked_about_is_not_unchanged() {
    let server = TestServer::start(|_| Answer::new(304, ""));
    assert!(matches!(fetch(&server.url("/")), Err(NetworkError::Status { status: 304, .. })));
}

#[test]
fn a_body_longer_than_the_limit_is_refused() {
    for stated in [None, Some(5000)] {
        let server = TestServer::start(move |_| {
            let answer = Answer::ok(vec![b'x'; 5000]);
            if stated.is_some() { answer } else { answer.header("X", "y") }
        });
        assert!(matches!(fetch(&server.url("/")), Err(NetworkError::BodyTooLong { limit: LIMIT, .. })));
    }
}

#[test]
fn gzip_members_without_content_count_as_they_arrive() {
    let member = || {
        let encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.finish().unwrap()
    };
    let limit = usize::try_from(LIMIT).unwrap();
    let members = limit / member().len();
    assert_eq!(members * member().len(), limit, "the limit holds whole members");
    let fetch = |count: usize| {
        let server = TestServer::start(move |_| Answer::ok(member().repeat(count)).header("Content-Encoding", "gzip"));
        network(&[]).connection().fetch(&Request::new(server.url("/")).compressed(), LIMIT)
    };
    assert_eq!(fetch(members).unwrap().body, b"");
    assert!(matches!(fetch(members + 1), Err(NetworkError::BodyTooLong { limit: LIMIT, .. })));
}

#[test]
fn a_body_that_arrives_too_slowly_is_given_up() {
    let server = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 1000\r\n\r\n").unwrap();
            while stream.write_all(b"x").is_ok() {
                Clock.sleep(Duration::from_millis(5));
            }
        }
    });
    let fetch = |least_bytes| {
        let settings = NetworkSettings { least_bytes, slow_after: Duration::from_millis(500), ..quick_retries() };
        Network::new(&host(&[]), settings).connection().fetch(&Request::new(url.as_str()), LIMIT)
    };
    let error = fetch(500).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("failed to read the response from `{url}`: fewer than 500 bytes arrived in 0 seconds")
    );
    assert_eq!(fetch(1).unwrap().body.len(), 1000);
}

#[test]
fn one_long_body_at_a_time_is_in_memory() {
    const LONG: usize = 5 * 1024 * 1024;
    let server = TestServer::start(|_| Answer::ok(vec![b'x'; LONG]));
    let (network, url) = (network(&[]), server.url("/"));
    let first = network.connection().fetch(&Request::new(url.as_str()), u64::MAX).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            network.connection().fetch(&Request::new(url.as_str()), u64::MAX).unwrap();
            done.store(true, Ordering::Relaxed);
        });
        while server.asked().len() < 2 {
            Clock.sleep(Duration::from_millis(1));
        }
        Clock.sleep(Duration::from_millis(300));
        assert!(!done.load(Ordering::Relaxed));
        drop(first);
    });
    assert!(done.load(Ordering::Relaxed));
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let statuses = [503, 429, 500];
    let server = TestServer::start(move |asked| match statuses.get(asked.before) {
        Some(status) => Answer::new(*status, "later").header("Retry-After", "3600"),
        None => Answer::ok("now"),
    });
    assert_eq!(fetch(&server.url("/")).unwrap(), "now");
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_server_that_stays_in_trouble_is_given_up() {
    let server = TestServer::start(|_| Answer::new(502, "never"));
    let error = fetch(&server.url_for("user:secret@", "/a?signature=secret")).unwrap_err();
    let expected = format!("failed to fetch `{}`: the server returned 502 Bad Gateway", server.url("/a?…"));
    assert_eq!(error.to_string(), expected);
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn what_is_not_there_is_asked_for_once() {
    let server = TestServer::start(|_| Answer::new(404, "no"));
    assert!(fetch(&server.url("/")).unwrap_err().is_not_found());
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_body_that_breaks_off_is_fetched_again() {
    let server = TestServer::start(|asked| match asked.before {
        0 | 1 => Answer::ok("bo").stating(4),
        _ => Answer::ok("body"),
    });
    assert_eq!(fetch(&server.url("/")).unwrap(), "body");
    let server = TestServer::start(|_| Answer::ok("bo").stating(4));
    assert!(matches!(fetch(&server.url("/")), Err(NetworkError::Body { .. })));
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let server = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let error = fetch(&format!("http://u:p@{server}/")).unwrap_err();
    assert_eq!(error.to_string(), format!("failed to fetch `http://{server}/`"));
    assert!(matches!(error, NetworkError::Connection { .. }));
}

#[test]
fn a_server_that_says_nothing_is_left() {
    let server = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let settings = NetworkSettings { read_timeout: Duration::from_millis(20), retries: 1, ..quick_retries() };
    let network = Network::new(&host(&[]), settings);
    let request = Request::new(format!("http://{}/", server.local_addr().unwrap()));
    assert!(matches!(network.connection().get(&request), Err(NetworkError::Timeout { .. })));
}

#[test]
fn redirects_are_followed_and_tell_where_they_led() {
    let server = TestServer::start(|asked| match asked.path() {
        "/a/" => Answer::new(301, "").header("Location", "../b/?x=1"),
        "/b/?x=1" => Answer::new(307, "").header("Location", "/c/"),
        _ => Answer::ok("here"),
    });
    let fetched = network(&[]).connection().fetch(&Request::new(server.url("/a/")), LIMIT).unwrap();
    assert_eq!((fetched.url(), fetched.body.as_slice()), (server.url("/c/").into(), b"here".as_slice()));
}

#[test]
fn redirects_without_end_or_aim_are_refused_at_once() {
    let server = TestServer::start(|asked| match asked.path() {
        "/circle" => Answer::new(302, "").header("Location", "/back"),
        "/back" => Answer::new(302, "").header("Location", "/circle"),
        "/nowhere" => Answer::new(302, ""),
        "/file" => Answer::new(302, "").header("Location", "file:///etc/passwd"),
        _ => Answer::new(302, "").header("Location", &format!("/{}", asked.before)),
    });
    let refused = |path: &str| fetch(&server.url(path)).unwrap_err().to_string();
    let text = |path: &str, reason: &str| format!("failed to fetch `{}`: {reason}", server.url(path));
    assert_eq!(refused("/circle"), text("/circle", "its redirects form a loop"));
    assert_eq!(refused("/nowhere"), text("/nowhere", "a redirect has no target"));
    assert_eq!(refused("/file"), "failed to fetch `file:///etc/passwd`: its scheme is not http or https");
    let before = server.asked().len();
    assert_eq!(refused("/long"), text("/long", "there are too many redirects"));
    assert_eq!(server.asked().len() - before, 11);
}

fn authorization(asked: &Asked) -> Option<&str> {
    asked.header("authorization")
}

#[test]
fn credentials_of_an_address_go_to_its_server_and_to_no_other() {
    let other = TestServer::start(|_| Answer::ok("file"));
    let elsewhere = other.url("/file");
    let server = TestServer::start(move |asked| match asked.path() {
        "/a" => Answer::new(302, "").header("Location", "/b"),
        _ => Answer::new(302, "").header("Location", &elsewhere),
    });
    assert_eq!(fetch(&server.url_for("user:p%40ss@", "/a")).unwrap(), "file");
    // base64 of `user:p@ss`
    let sent = Some("Basic dXNlcjpwQHNz");
    assert_eq!(server.asked().iter().map(authorization).collect::<Vec<_>>(), [sent, sent]);
    assert_eq!(other.asked().iter().map(authorization).collect::<Vec<_>>(), [None]);
}

#[test]
fn credentials_of_an_index_serve_its_files_and_no_other_server() {
    let server = TestServer::start(|_| Answer::ok(""));
    let other = TestServer::start(|_| Answer::ok(""));
    let network = network(&[]);
    network.add_named(&server.url_for("user:p%40ss@", "/simple/").into());
    let connection = network.connection();
    connection.get(&Request::new(server.url("/files/a.whl"))).unwrap();
    connection.get(&Request::new(other.url("/files/a.whl"))).unwrap();
    assert_eq!(authorization(&server.asked()[0]), Some("Basic dXNlcjpwQHNz"));
    assert_eq!(authorization(&other.asked()[0]), None);
}

#[test]
fn credentials_come_from_the_netrc_file_that_is_named_or_in_the_home_directory() {
    let server = TestServer::start(|_| Answer::ok(""));
    let home = tempfile::tempdir().unwrap();
    Files.write_new(&home.path().join(".netrc"), b"machine 127.0.0.1 login user password p@ss", 0o600).unwrap();
    Files.write_new(&home.path().join("other"), b"machine 127.0.0.1 login u password p", 0o600).unwrap();
    let (home, named) = (home.path().to_str().unwrap(), home.path().join("other"));
    for variables in [vec![("HOME", home), ("USERPROFILE", home)], vec![("NETRC", named.to_str().unwrap())]] {
        let network = network(&variables);
        network.add_named(&server.url("/").into());
        network.connection().get(&Request::new(server.url("/"))).unwrap();
    }
    let sent: Vec<_> = server.asked();
    assert_eq!(sent.iter().map(authorization).collect::<Vec<_>>(), [Some("Basic dXNlcjpwQHNz"), Some("Basic dTpw")]);
}

#[test]
fn a_proxy_is_asked_with_its_password_and_named_without_it() {
    let proxy = TestServer::start(|asked| match asked.path() {
        "http://index.example/open" => Answer::ok("through"),
        _ => Answer::new(407, ""),
    });
    let address = proxy.url_for("user:p%40ss@", "");
    let variables = [("HTTP_PROXY", address.as_str()), ("HTTPS_PROXY", address.as_str())];
    let connection = network(&variables).connection();
    let fetched = connection.fetch(&Request::new("http://index.example/open"), LIMIT).unwrap();
    assert_eq!(fetched.body, b"through");
    assert_eq!(proxy.asked()[0].header("proxy-authorization"), Some("Basic dXNlcjpwQHNz"));
    for url in ["http://index.example/closed", "https://index.example/"] {
        let error = connection.fetch(&Request::new(url), LIMIT).unwrap_err();
        let expected = format!("failed to fetch `{url}`: the proxy `{}` requires a password", proxy.url("/"));
        assert_eq!(error.to_string(), expected);
    }
    let lines: Vec<String> = proxy.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(lines[2], "CONNECT index.example:443 HTTP/1.1");
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let gone = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let connection = network(&[("https_proxy", &format!("http://user:secret@{gone}"))]).connection();
    let error = connection.fetch(&Request::new("https://index.example/"), LIMIT).unwrap_err();
    let expected = format!("check the network connection and the proxy `http://{gone}/`");
    assert_eq!(error.hint(), Some(expected));
}

#[test]
fn a_long_wait_for_a_server_is_told() {
    #[derive(Default)]
    struct Told(Mutex<Vec<String>>, Interrupt);
    impl Progress for Told {
        fn event(&self, event: Event<'_>) {
            self.0.lock().unwrap().push(format!("{event:?}"));
            self.1.raise();
        }
    }
    let server = TestServer::start(|_| Answer::new(429, "").header("Retry-After", "20"));
    let host = host(&[]);
    let told = Arc::new(Told(Mutex::default(), host.interrupt.clone()));
    let settings = NetworkSettings { longest_delay: Duration::from_secs(20), ..quick_retries() };
    let connection = Network::new(&host, settings).reporting_to(told.clone()).connection();
    assert!(matches!(connection.get(&Request::new(server.url("/"))), Err(NetworkError::Interrupted(_))));
    let message = format!(
        "failed to fetch `{}`: the server returned 429 Too Many Requests; retrying in 20 seconds",
        server.url("/")
    );
    assert_eq!(*told.0.lock().unwrap(), [format!("{:?}", Event::Warning { message: &message })]);
}

#[test]
fn offline_nothing_is_asked() {
    let server = TestServer::start(|_| Answer::ok(""));
    let network = Network::new(&host(&[]), NetworkSettings { offline: true, ..quick_retries() });
    let error = network.connection().get(&Request::new(server.url_for("u:p@", "/"))).unwrap_err();
    assert_eq!(error.to_string(), format!("refused to fetch `{}`: the network is disabled", server.url("/")));
    assert_eq!(paths(&server), [""; 0]);
}

#[test]
fn an_interruption_ends_a_wait_for_a_silent_server() {
    let server = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let host = host(&[]);
    let connection = Network::new(&host, quick_retries()).connection();
    let interrupt = host.interrupt.clone();
    let url = format!("http://{}/", server.local_addr().unwrap());
    let asking = std::thread::spawn(move || connection.get(&Request::new(url)).map(|response| response.status()));
    let stream = server.accept();
    interrupt.raise();
    assert!(matches!(asking.join().unwrap(), Err(NetworkError::Interrupted(_))));
    drop(stream);
}

#[test]
fn an_interruption_ends_a_body_and_a_delay() {
    let host = host(&[]);
    let interrupt = host.interrupt.clone();
    let server = TestServer::start(move |_| {
        interrupt.raise();
        Answer::new(503, "").header("Retry-After", "30")
    });
    let settings = NetworkSettings { longest_delay: Duration::from_secs(30), ..quick_retries() };
    let connection = Network::new(&host, settings).connection();
    assert!(matches!(connection.get(&Request::new(server.url("/"))), Err(NetworkError::Interrupted(_))));
}

#[test]
fn an_unencrypted_answer_to_https_is_an_error_without_a_panic() {
    let server = TestServer::start(|_| Answer::ok("plain"));
    let error = fetch(&server.url("/").replace("http://", "https://")).unwrap_err();
    assert!(matches!(error, NetworkError::Connection { .. }), "{error:?}");
}
