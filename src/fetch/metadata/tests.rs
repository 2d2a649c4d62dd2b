//! METADATA from servers that send parts of files, do not, or do it wrong.

use std::ffi::OsStr;
use std::path::Path;

use tempfile::TempDir;

use super::MetadataReader;
use super::test_wheel::{Member, archive};
use crate::fetch::CatalogError;
use crate::host::network::test_server::{Answer, Asked, TestServer};
use crate::host::{Environment, FileLock, Files, Host, Interrupt, Network, NetworkSettings, Sharing};
use crate::index::{File, Page};
use crate::vocab::{Metadata, Sha256};

const METADATA: &str = "Metadata-Version: 2.1\nName: Six\nVersion: 1.0\nRequires-Dist: seven>1\n\n# Six\n\nlong text\n";

/// A cache on disk that several readers use one after the other.
struct Lab {
    directory: TempDir,
}

impl Lab {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn read(&self, file: &File) -> Result<Metadata, String> {
        self.read_with(file, NetworkSettings { retries: 0, ..NetworkSettings::default() }).map_err(|error| told(&error))
    }

    fn read_offline(&self, file: &File) -> Result<Metadata, String> {
        let settings = NetworkSettings { offline: true, ..NetworkSettings::default() };
        self.read_with(file, settings).map_err(|error| told(&error))
    }

    fn read_with(&self, file: &File, settings: NetworkSettings) -> Result<Metadata, CatalogError> {
        let home = [("HOME", OsStr::new("/nonexistent")), ("USERPROFILE", OsStr::new("/nonexistent"))];
        let host = Host::with(Environment::of(home, Path::new("")), Interrupt::default());
        let network = Network::new(&host, settings);
        MetadataReader::new(&host, &network, self.directory.path()).read(&network.connection(), file)
    }
}

fn told(error: &CatalogError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn small_wheel(metadata: &str) -> Vec<u8> {
    archive(&[Member::new("six.py", "pass"), Member::new("six-1.0.dist-info/METADATA", metadata)])
}

/// A wheel whose METADATA does not lie near its end.
fn large_wheel() -> Vec<u8> {
    archive(&[Member::new("six-1.0.dist-info/METADATA", METADATA), Member::bulk(200_000)])
}

fn expected() -> Metadata {
    Metadata::parse(METADATA.as_bytes()).unwrap()
}

/// The file that an index offers with an anchor's attributes.
fn file(server: &TestServer, attributes: &str) -> File {
    named("six-1.0-py3-none-any.whl", server, attributes)
}

fn named(name: &str, server: &TestServer, attributes: &str) -> File {
    let base = url::Url::parse(&server.url("/")).unwrap();
    let body = format!("<a href=\"{name}{attributes}>x</a>");
    Page::parse_html(body.as_bytes(), &base, &"six".parse().unwrap()).unwrap().files.remove(0)
}

/// `#sha256=…"`: the digest of the bytes, and the end of the attribute.
fn digest(bytes: &[u8]) -> String {
    format!("#sha256={}\"", Sha256::of(bytes))
}

/// A server that sends the part that is asked for, as RFC 9110 says.
fn in_parts(bytes: &[u8], asked: &Asked) -> Answer {
    let Some(range) = asked.header("range").and_then(|range| range.strip_prefix("bytes=")) else {
        return Answer::ok(bytes);
    };
    let (start, end) = match range.split_once('-').unwrap() {
        ("", length) => (bytes.len().saturating_sub(length.parse().unwrap()), bytes.len()),
        (start, last) => (start.parse().unwrap(), last.parse::<usize>().unwrap() + 1),
    };
    let content_range = format!("bytes {start}-{}/{}", end - 1, bytes.len());
    Answer::new(206, &bytes[start..end]).header("content-range", &content_range)
}

fn lines(server: &TestServer) -> Vec<String> {
    let line = |asked: &Asked| format!("{} {}", asked.path(), asked.header("range").unwrap_or("whole"));
    server.asked().iter().map(line).collect()
}

const WHEEL: &str = "/six-1.0-py3-none-any.whl";

#[test]
fn the_file_beside_the_wheel_is_enough() {
    let server = TestServer::start(|_| Answer::ok(METADATA));
    let attributes = format!("?token=1\" data-core-metadata=\"sha256={}\"", Sha256::of(METADATA.as_bytes()));
    assert_eq!(Lab::new().read(&file(&server, &attributes)), Ok(expected()));
    assert_eq!(lines(&server), [format!("{WHEEL}.metadata?token=1 whole")]);
}

#[test]
fn a_file_beside_the_wheel_that_is_not_the_stated_one_is_refused() {
    let server = TestServer::start(|_| Answer::ok(METADATA));
    let stated = "0".repeat(64);
    let error = Lab::new().read(&file(&server, &format!("\" data-core-metadata=\"sha256={stated}\""))).unwrap_err();
    let found = Sha256::of(METADATA.as_bytes());
    assert_eq!(
        error,
        format!(
            "failed to verify the metadata of `six-1.0-py3-none-any.whl`: \
             expected sha256:{stated}, found sha256:{found}"
        )
    );
}

#[test]
fn a_file_beside_the_wheel_that_is_not_there_is_done_without() {
    for instead in [Answer::new(404, ""), Answer::ok("<html>not found</html>")] {
        let server = TestServer::start(move |asked| match asked.path() {
            WHEEL => in_parts(&small_wheel(METADATA), asked),
            _ => instead.clone(),
        });
        assert_eq!(Lab::new().read(&file(&server, "\" data-core-metadata=\"true\"")), Ok(expected()));
        assert_eq!(lines(&server), [format!("{WHEEL}.metadata whole"), format!("{WHEEL} bytes=-32768")]);
    }
}

#[test]
fn only_parts_of_a_large_wheel_are_fetched() {
    let server = TestServer::start(|asked| in_parts(&large_wheel(), asked));
    assert_eq!(Lab::new().read(&file(&server, "\"")), Ok(expected()));
    assert_eq!(lines(&server), [format!("{WHEEL} bytes=-32768"), format!("{WHEEL} bytes=0-197")]);
}

#[test]
fn a_server_that_sends_the_whole_wheel_unasked_is_asked_once() {
    let server = TestServer::start(|_| Answer::ok(large_wheel()));
    let lab = Lab::new();
    assert_eq!(lab.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(lines(&server), [format!("{WHEEL} bytes=-32768")]);
    let (left, sha256) = (lab.directory.path(), Sha256::of(&large_wheel()));
    assert_eq!(Files.list(&left.join("metadata")).unwrap(), [left.join("metadata").join(sha256.to_hex())]);
    let arrived = left.join("downloads").join(format!("{sha256}.part"));
    assert_eq!(Files.read(&arrived).unwrap(), large_wheel());
}

#[test]
fn a_whole_wheel_does_not_disturb_its_download() {
    let server = TestServer::start(|_| Answer::ok(large_wheel()));
    let place = |lab: &Lab, extension: &str| {
        lab.directory.path().join("downloads").join(format!("{}.{extension}", Sha256::of(&large_wheel())))
    };
    let lab = Lab::new();
    Files.write_unsynced(&place(&lab, "part"), b"PK").unwrap();
    assert_eq!(lab.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(Files.read(&place(&lab, "part")).unwrap(), b"PK");
    let lab = Lab::new();
    let _held = FileLock::try_take(&place(&lab, "lock"), Sharing::Exclusive).unwrap();
    assert_eq!(lab.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(Files.kind(&place(&lab, "part")).unwrap(), None);
}

#[test]
fn a_server_that_handles_ranges_wrongly_is_asked_for_the_whole_wheel() {
    let wrong: [fn(&Asked) -> Answer; 7] = [
        |_| Answer::new(416, ""),
        |_| Answer::new(501, ""),
        |_| Answer::new(206, large_wheel()),
        |_| Answer::new(206, &large_wheel()[..32768]).header("content-range", "bytes 0-32767/200389"),
        |_| Answer::new(206, "x").header("content-range", "bytes 0-0/1"),
        |asked| match asked.before {
            0 => in_parts(&large_wheel(), asked),
            _ => Answer::new(206, vec![0; 200]).header("content-range", "bytes 0-199/200000"),
        },
        |asked| match asked.before {
            0 => in_parts(&large_wheel(), asked),
            _ => Answer::ok(large_wheel()),
        },
    ];
    for wrong in wrong {
        let server = TestServer::start(move |asked| match asked.header("range") {
            Some(_) => wrong(asked),
            None => Answer::ok(large_wheel()),
        });
        assert_eq!(Lab::new().read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
        assert_eq!(lines(&server).last().unwrap(), &format!("{WHEEL} whole"));
    }
}

#[test]
fn a_part_that_was_cut_off_is_asked_for_again() {
    let server = TestServer::start(|asked| match asked.before {
        0 => {
            let (start, length) = (large_wheel().len() - 32768, large_wheel().len());
            let content_range = format!("bytes {start}-{}/{length}", length - 1);
            Answer::new(206, "PK").header("content-range", &content_range).stating(32768)
        }
        _ => in_parts(&large_wheel(), asked),
    });
    assert_eq!(Lab::new().read(&file(&server, "\"")), Ok(expected()));
    assert!(lines(&server).iter().all(|line| !line.ends_with("whole")), "{:?}", lines(&server));
}

#[test]
fn a_whole_wheel_that_was_cut_off_is_fetched_again_and_a_wrong_one_refused() {
    let server = TestServer::start(|asked| match asked.before {
        0 => Answer::ok(&large_wheel()[..1000]).stating(200_000),
        _ => Answer::ok(large_wheel()),
    });
    assert_eq!(Lab::new().read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    let lab = Lab::new();
    let error = lab.read(&file(&server, &digest(b"another"))).unwrap_err();
    let start = "failed to verify the metadata of `six-1.0-py3-none-any.whl`: expected sha256:";
    assert!(error.starts_with(start), "{error}");
    assert_eq!(Files.list(&lab.directory.path().join("metadata")).unwrap(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn metadata_of_the_same_bytes_is_asked_for_once() {
    let server = TestServer::start(|asked| in_parts(&small_wheel(METADATA), asked));
    let (lab, stated) = (Lab::new(), digest(&small_wheel(METADATA)));
    assert_eq!(lab.read(&file(&server, &stated)), Ok(expected()));
    assert_eq!(lab.read(&file(&server, &format!("?elsewhere{stated}"))), Ok(expected()));
    assert_eq!(lab.read_offline(&file(&server, &stated)), Ok(expected()));
    assert_eq!(server.asked().len(), 1);
    let error = "the metadata of `six-1.0-py3-none-any.whl` is not cached, and the network is disabled";
    assert_eq!(lab.read_offline(&file(&server, "\"")), Err(error.to_owned()));
    let kept = Files.list(&lab.directory.path().join("metadata")).unwrap().remove(0);
    assert!(!String::from_utf8(Files.read(&kept).unwrap()).unwrap().contains("long text"));
    Files.write_unsynced(&kept, b"damaged").unwrap();
    assert_eq!(lab.read(&file(&server, &stated)), Ok(expected()));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn metadata_of_another_release_is_refused() {
    for (metadata, reason) in [
        (METADATA.replace("Six", "Seven"), "the metadata belongs to `seven` 1.0"),
        (METADATA.replace("1.0", "1.1"), "the metadata belongs to `six` 1.1"),
        (METADATA.replace("Name", "Nom"), "invalid metadata: the field `name` is missing"),
    ] {
        let server = TestServer::start(move |asked| in_parts(&small_wheel(&metadata), asked));
        let lab = Lab::new();
        let error = lab.read(&file(&server, &digest(b"any"))).unwrap_err();
        assert_eq!(error, format!("failed to use the metadata of `six-1.0-py3-none-any.whl`: {reason}"));
        assert_eq!(Files.list(&lab.directory.path().join("metadata")).unwrap(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn a_local_version_may_be_missing_from_metadata() {
    let metadata = archive(&[Member::new("six-1.0+cpu.dist-info/METADATA", METADATA)]);
    let server = TestServer::start(move |asked| in_parts(&metadata, asked));
    assert_eq!(Lab::new().read(&named("six-1.0%2Bcpu-py3-none-any.whl", &server, "\"")), Ok(expected()));
}

#[test]
fn metadata_of_a_local_wheel_is_read_from_it() {
    let lab = Lab::new();
    let path = lab.directory.path().join("six-1.0-py3-none-any.whl");
    let local = || Page::of_directory(std::slice::from_ref(&path), &"six".parse().unwrap()).files.remove(0);
    Files.write_unsynced(&path, &large_wheel()).unwrap();
    assert_eq!(lab.read_offline(&local()), Ok(expected()));
    Files.write_unsynced(&path, b"not a wheel").unwrap();
    let reason = "failed to use the metadata of `six-1.0-py3-none-any.whl`: \
                  the wheel is damaged: it does not end like a ZIP archive";
    assert_eq!(lab.read_offline(&local()), Err(reason.to_owned()));
}

#[test]
fn a_source_distribution_has_no_metadata_to_read() {
    let server = TestServer::start(|_| Answer::new(500, ""));
    let error = Lab::new().read(&named("six-1.0.tar.gz", &server, "\"")).unwrap_err();
    assert_eq!(error, "failed to use the metadata of `six-1.0.tar.gz`: the file is a source distribution");
    assert_eq!(lines(&server), [""; 0]);
}
