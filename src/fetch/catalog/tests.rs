//! Catalogs of indexes that misbehave.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::request_queue::{Job, Urgency};
use crate::fetch::{Catalog, CatalogError};
use crate::host::network::test_server::{Answer, Asked, TestServer};
use crate::host::{Environment, Files, Host, Interrupt, Network, NetworkSettings};
use crate::index::{FindLinks, IndexSettings, IndexUrl, Page};
use crate::vocab::PackageName;

/// A cache on disk that several catalogs use one after the other, as runs of the program do.
struct Fixture {
    directory: TempDir,
    interrupt: Interrupt,
}

impl Fixture {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), interrupt: Interrupt::default() }
    }

    fn catalog(&self, settings: &IndexSettings) -> Catalog {
        self.catalog_with(settings, NetworkSettings { retries: 0, ..NetworkSettings::default() })
    }

    fn offline_catalog(&self, settings: &IndexSettings) -> Catalog {
        self.catalog_with(settings, NetworkSettings { offline: true, ..NetworkSettings::default() })
    }

    fn catalog_with(&self, settings: &IndexSettings, network: NetworkSettings) -> Catalog {
        let home = [("HOME", OsStr::new("/nonexistent")), ("USERPROFILE", OsStr::new("/nonexistent"))];
        let host = Host::with(Environment::of(home, Path::new("")), self.interrupt.clone());
        let network = Network::new(&host, network);
        settings.indexes().for_each(|index| network.add_named(&index.url().into()));
        Catalog::new(&host, &network, Some(&self.path("cache")), settings)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        Files.write_unsynced(&self.path(name), text.as_bytes()).unwrap();
    }
}

fn settings(indexes: &[&str]) -> IndexSettings {
    let mut urls: Vec<IndexUrl> = indexes.iter().map(|url| IndexUrl::parse(url, Path::new("/")).unwrap()).collect();
    let index_url = urls.pop().unwrap();
    IndexSettings { index_url: Some(index_url), extra_index_urls: urls, ..IndexSettings::default() }
}

fn six() -> PackageName {
    "six".parse().unwrap()
}

fn html(links: &[&str]) -> Answer {
    let anchors: Vec<String> = links.iter().map(|link| format!("<a href=\"{link}\">{link}</a>")).collect();
    let version = "<meta name=pypi:repository-version content=1.0>";
    Answer::ok(format!("{version}{}", anchors.join("\n"))).header("content-type", "text/html")
}

fn urls(page: Option<Arc<Page>>) -> Vec<String> {
    page.unwrap().files.iter().map(|file| file.url.with_secrets().to_owned()).collect()
}

fn names(page: Option<Arc<Page>>) -> Vec<String> {
    page.unwrap().files.iter().map(|file| file.name.as_str().to_owned()).collect()
}

fn paths(server: &TestServer) -> Vec<String> {
    server.asked().iter().map(|asked| asked.path().to_owned()).collect()
}

/// An error with its cause, in one line.
fn shown(error: &CatalogError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[test]
fn the_first_index_that_knows_a_project_serves_it_alone() {
    let server = TestServer::start(|asked| match asked.path() {
        "/two/six/" => html(&["six-2.0.zip"]),
        "/three/six/" | "/three/seven/" => html(&["six-3.0.zip", "seven-3.0.zip"]),
        "/two/seven/" => Answer::new(410, ""),
        _ => Answer::new(404, "not here"),
    });
    let indexes = ["/one/", "/two", "/three/"].map(|path| server.url(path));
    let catalog = Fixture::new().catalog(&settings(&indexes.each_ref().map(String::as_str)));
    assert_eq!(names(catalog.page(&six()).unwrap()), ["six-2.0.zip"]);
    assert_eq!(paths(&server), ["/one/six/", "/two/six/"]);
    assert_eq!(names(catalog.page(&"seven".parse().unwrap()).unwrap()), ["seven-3.0.zip"]);
    assert_eq!(catalog.page(&"eight".parse().unwrap()).unwrap(), None);
}

#[test]
fn an_index_that_refuses_is_not_passed_over() {
    for status in [401, 403, 500] {
        let server = TestServer::start(move |asked| match asked.path() {
            "/private/six/" => Answer::new(status, ""),
            _ => html(&["six-666.zip"]),
        });
        let (private, public) = (server.url("/private/"), server.url("/public/"));
        let error = Fixture::new().catalog(&settings(&[&private, &public])).page(&six()).unwrap_err();
        assert_eq!(error.to_string(), format!("failed to look up `six` in the index `{private}`"));
        assert!(matches!(error, CatalogError::LookUp { .. }) && error.hint().is_some());
        assert_eq!(paths(&server), ["/private/six/"]);
    }
}

#[test]
fn credentials_of_an_index_go_along_and_are_not_shown() {
    let server = TestServer::start(|asked| match asked.header("authorization") {
        Some("Basic dXNlcjpzZWNyZXQ=") => html(&["six-1.0.zip"]),
        _ => Answer::new(401, ""),
    });
    let with_password = server.url_for("user:secret@", "/simple/");
    let fixture = Fixture::new();
    let page = fixture.catalog(&settings(&[&with_password])).page(&six()).unwrap();
    assert_eq!(urls(page), [server.url("/simple/six/six-1.0.zip")]);
    let wrong = server.url_for("user:wrong@", "/simple/");
    let error = Fixture::new().catalog(&settings(&[&wrong])).page(&six()).unwrap_err();
    assert!(!shown(&error).contains("wrong"), "{}", shown(&error));
}

#[test]
fn json_is_asked_for_and_links_are_relative_to_the_address_that_answered() {
    let server = TestServer::start(|asked| match asked.path() {
        "/simple/six/" => Answer::new(302, "").header("location", "/cdn/v2/six/"),
        _ => Answer::ok(
            r#"{"meta": {"api-version": "1.1"}, "files": [{"filename": "six-1.0.zip", "url": "../f/six-1.0.zip"}]}"#,
        )
        .header("content-type", "application/vnd.pypi.simple.v1+json"),
    });
    let page = Fixture::new().catalog(&settings(&[&server.url("/simple/")])).page(&six()).unwrap();
    assert_eq!(urls(page), [server.url("/cdn/v2/f/six-1.0.zip")]);
    let accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
    assert_eq!(server.asked()[0].header("accept"), Some(accept));
}

#[test]
fn an_answer_that_is_no_index_page_is_an_error_that_says_so() {
    let server = TestServer::start(|_| {
        Answer::ok("<title>Welcome to the hotel</title><form>Room number?</form>").header("content-type", "text/html")
    });
    let index = server.url("/simple/");
    let error = Fixture::new().catalog(&settings(&[&index])).page(&six()).unwrap_err();
    assert_eq!(
        shown(&error),
        format!(
            "failed to parse the page of `six` from the index `{index}`: the response is not a package index page: it \
             is HTML that offers no files"
        )
    );
    assert!(error.hint().is_some());
}

/// Revalidates the page that the client has.
fn revalidating(asked: &Asked) -> Answer {
    if asked.header("if-none-match") == Some("\"1\"") { Answer::new(304, "") } else { html(&["six-1.0.zip"]) }
        .header("etag", "\"1\"")
        .header("last-modified", "Fri, 20 Nov 2026 00:00:00 GMT")
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let server = TestServer::start(revalidating);
    let (fixture, settings) = (Fixture::new(), settings(&[&server.url("/")]));
    for _ in 0..3 {
        assert_eq!(names(fixture.catalog(&settings).page(&six()).unwrap()), ["six-1.0.zip"]);
    }
    let sent = |name| -> Vec<Option<String>> {
        server.asked().iter().map(|asked| asked.header(name).map(str::to_owned)).collect()
    };
    let (etag, date) = (Some("\"1\"".to_owned()), Some("Fri, 20 Nov 2026 00:00:00 GMT".to_owned()));
    assert_eq!(sent("if-none-match"), [None, etag.clone(), etag]);
    assert_eq!(sent("if-modified-since"), [None, date.clone(), date]);
}

#[test]
fn a_fresh_page_is_not_asked_for_again() {
    let server = TestServer::start(|asked| match asked.before {
        0 => html(&["six-1.0.zip"]).header("cache-control", "max-age=0").header("etag", "\"1\""),
        1 => Answer::new(304, "").header("cache-control", "max-age=600"),
        _ => panic!("asked again"),
    });
    let (fixture, settings) = (Fixture::new(), settings(&[&server.url("/")]));
    for _ in 0..4 {
        assert_eq!(names(fixture.catalog(&settings).page(&six()).unwrap()), ["six-1.0.zip"]);
    }
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_page_that_must_not_be_stored_is_not() {
    let server = TestServer::start(|_| html(&["six-1.0.zip"]).header("cache-control", "no-store"));
    let (fixture, settings) = (Fixture::new(), settings(&[&server.url("/")]));
    fixture.catalog(&settings).page(&six()).unwrap();
    assert_eq!(Files.list(&fixture.path("cache/pages")).unwrap(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn without_the_network_pages_come_from_the_cache_however_old() {
    let server = TestServer::start(|asked| match asked.path() {
        "/public/six/" => html(&["six-1.0.zip"]),
        _ => Answer::new(404, ""),
    });
    let (fixture, settings) = (Fixture::new(), settings(&[&server.url("/extra/"), &server.url("/public/")]));
    let online = fixture.catalog(&settings);
    assert_eq!(online.page(&"seven".parse().unwrap()).unwrap(), None);
    let page = online.page(&six()).unwrap();
    let asked = server.asked().len();
    let offline = fixture.offline_catalog(&settings);
    assert_eq!(offline.page(&six()).unwrap(), page);
    assert_eq!(offline.page(&"seven".parse().unwrap()).unwrap(), None);
    let error = offline.page(&"eight".parse().unwrap()).unwrap_err();
    let expected = format!(
        "the page of `eight` at the index `{}` is not cached, and the network is disabled",
        server.url("/extra/")
    );
    assert_eq!(shown(&error), expected);
    assert_eq!(error.hint(), Some("run the command once without `--offline`".to_owned()));
    assert_eq!(server.asked().len(), asked);
}

#[test]
fn a_damaged_cache_is_as_good_as_none() {
    let server = TestServer::start(revalidating);
    let (fixture, settings) = (Fixture::new(), settings(&[&server.url("/")]));
    fixture.catalog(&settings).page(&six()).unwrap();
    let cached = Files.list(&fixture.path("cache/pages")).unwrap().remove(0);
    let whole = Files.read(&cached).unwrap();
    Files.write_unsynced(&cached, &whole[..whole.len() - 3]).unwrap();
    assert!(fixture.offline_catalog(&settings).page(&six()).is_err());
    assert_eq!(names(fixture.catalog(&settings).page(&six()).unwrap()), ["six-1.0.zip"]);
    assert_eq!(server.asked()[1].header("if-none-match"), None);
    assert_eq!(Files.read(&cached).unwrap().len(), whole.len());
}

#[test]
fn an_unrequested_confirmation_leads_to_another_request() {
    let server = TestServer::start(|asked| match asked.header("cache-control") {
        Some("no-cache") => html(&["six-1.0.zip"]),
        _ => Answer::new(304, ""),
    });
    let page = Fixture::new().catalog(&settings(&[&server.url("/")])).page(&six()).unwrap();
    assert_eq!(names(page), ["six-1.0.zip"]);
}

#[test]
fn find_links_files_come_first_whatever_the_index_says() {
    let server = TestServer::start(|asked| match asked.path() {
        "/simple/six/" => html(&["six-3.0.zip"]),
        "/wheels.html" => html(&["w/six-2.0.zip", "w/seven-2.0.zip"]),
        _ => Answer::new(404, ""),
    });
    let fixture = Fixture::new();
    fixture.write("wheels/six-1.0.tar.gz", "");
    fixture.write("links.html", "<a href='six-1.5.zip'>six</a>");
    let mut settings = settings(&[&server.url("/simple/")]);
    let places = ["wheels".to_owned(), "links.html".to_owned(), server.url("/wheels.html")];
    settings.find_links = places.map(|place| FindLinks::parse(&place, fixture.directory.path()).unwrap()).to_vec();
    let catalog = fixture.catalog(&settings);
    let expected = ["six-1.0.tar.gz", "six-1.5.zip", "six-2.0.zip", "six-3.0.zip"];
    assert_eq!(names(catalog.page(&six()).unwrap()), expected);
    assert_eq!(names(catalog.page(&"seven".parse().unwrap()).unwrap()), ["seven-2.0.zip"]);
    assert_eq!(catalog.page(&"eight".parse().unwrap()).unwrap(), None);
    assert_eq!(paths(&server).iter().filter(|path| *path == "/wheels.html").count(), 1);
    assert_eq!(names(fixture.offline_catalog(&settings).page(&"seven".parse().unwrap()).unwrap()), ["seven-2.0.zip"]);
}

#[test]
fn a_find_links_place_that_is_not_there_is_an_error() {
    let server = TestServer::start(|_| Answer::new(404, ""));
    let (fixture, mut settings) = (Fixture::new(), settings(&[&server.url("/simple/")]));
    settings.find_links = vec![FindLinks::Path(fixture.path("absent"))];
    let error = fixture.catalog(&settings).page(&six()).unwrap_err();
    assert!(matches!(error, CatalogError::File(_)), "{error:?}");
    settings.find_links = vec![FindLinks::parse(&server.url("/absent.html"), Path::new("/")).unwrap()];
    let error = fixture.catalog(&settings).page(&six()).unwrap_err();
    assert_eq!(error.to_string(), format!("the find-links page `{}` does not exist", server.url("/absent.html")));
}

#[test]
fn an_index_may_be_a_directory() {
    let fixture = Fixture::new();
    fixture.write("simple/six/six-1.0.zip", "");
    fixture.write("simple/seven/index.html", "<a href='../../files/seven-1.0.zip#sha256=bad'>seven</a>");
    fixture.write("simple/eight/index.html", "<p>nothing</p>");
    let directory = fixture.path("simple");
    let catalog = fixture.catalog(&settings(&[directory.to_str().unwrap()]));
    assert_eq!(names(catalog.page(&six()).unwrap()), ["six-1.0.zip"]);
    let seven = urls(catalog.page(&"seven".parse().unwrap()).unwrap());
    assert!(seven[0].starts_with("file:///") && seven[0].ends_with("/files/seven-1.0.zip"), "{seven:?}");
    assert!(matches!(catalog.page(&"eight".parse().unwrap()), Err(CatalogError::Page { .. })));
    assert_eq!(catalog.page(&"nine".parse().unwrap()).unwrap(), None);
}

#[test]
fn a_page_is_fetched_once_however_often_it_is_wanted() {
    let server = TestServer::start(|_| html(&["six-1.0.zip"]));
    let catalog = Fixture::new().catalog(&settings(&[&server.url("/")]));
    catalog.push(Job::Page(six()), Urgency::Ahead);
    catalog.push(Job::Page(six()), Urgency::Ahead);
    for _ in 0..3 {
        assert_eq!(names(catalog.page(&six()).unwrap()), ["six-1.0.zip"]);
    }
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn many_pages_are_fetched_by_a_bounded_number_of_threads() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, highest) = (Arc::clone(&now), Arc::clone(&most));
    let server = TestServer::start(move |_| {
        highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::yield_now();
        counted.fetch_sub(1, Ordering::SeqCst);
        html(&[])
    });
    let catalog = Fixture::new().catalog(&settings(&[&server.url("/")]));
    let projects: Vec<PackageName> = (0..200).map(|number| format!("p{number}").parse().unwrap()).collect();
    for project in &projects {
        catalog.push(Job::Page(project.clone()), Urgency::Ahead);
    }
    for project in projects.iter().rev() {
        assert_eq!(names(catalog.page(project).unwrap()), [""; 0]);
    }
    assert_eq!(server.asked().len(), 200);
    assert!(most.load(Ordering::SeqCst) <= 16);
}

#[test]
fn a_failure_is_returned_once_and_then_the_request_repeated() {
    let server = TestServer::start(|asked| match asked.before {
        0 => Answer::new(403, ""),
        _ => html(&["six-1.0.zip"]),
    });
    let catalog = Fixture::new().catalog(&settings(&[&server.url("/")]));
    catalog.push(Job::Page(six()), Urgency::Ahead);
    assert!(catalog.page(&six()).is_err());
    assert_eq!(names(catalog.page(&six()).unwrap()), ["six-1.0.zip"]);
}

#[test]
fn an_interrupted_question_ends() {
    let server = TestServer::start(|_| html(&["six-1.0.zip"]));
    let fixture = Fixture::new();
    fixture.interrupt.raise();
    let error = fixture.catalog(&settings(&[&server.url("/")])).page(&six()).unwrap_err();
    assert!(matches!(error, CatalogError::Interrupted(_)), "{error:?}");
}
