//! METADATA from servers that send parts of files, do not, or do it wrong.

use std::ffi::OsStr;
use std::path::Path;

use tempfile::TempDir;

use super::MetadataReader;
use crate::archive::zip::samples::{Packed, Zip, noise};
use crate::fetch::CatalogError;
use crate::host::network::test_server::{Answer, Asked, TestServer};
use crate::host::{Environment, Files, Host, Interrupt, Locks, Network, NetworkSettings, Sharing};
use crate::index::{File, Page};
use crate::vocab::{Metadata, Sha256};

const METADATA: &str = "Metadata-Version: 2.1\nName: Six\nVersion: 1.0\nRequires-Dist: seven>1\n\n# Six\n\nlong text\n";

/// A cache on disk that several readers use one after the other.
struct Fixture {
    directory: TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn read(&self, file: &File) -> Result<Metadata, String> {
        self.read_with(file, NetworkSettings { retries: 0, ..NetworkSettings::default() })
            .map_err(|error| shown(&error))
    }

    fn read_offline(&self, file: &File) -> Result<Metadata, String> {
        let settings = NetworkSettings { offline: true, ..NetworkSettings::default() };
        self.read_with(file, settings).map_err(|error| shown(&error))
    }

    fn read_with(&self, file: &File, settings: NetworkSettings) -> Result<Metadata, CatalogError> {
        let home = [("HOME", OsStr::new("/nonexistent")), ("USERPROFILE", OsStr::new("/nonexistent"))];
        let host = Host::with(Environment::of(home, Path::new("")), Interrupt::default());
        let network = Network::new(&host, settings);
        MetadataReader::new(&host, &network, Some(self.directory.path())).read(&network.connection(), file)
    }
}

fn shown(error: &CatalogError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn small_wheel(metadata: &str) -> Vec<u8> {
    let metadata = Packed::deflated("six-1.0.dist-info/METADATA", metadata.as_bytes());
    Zip::of([Packed::deflated("six.py", b"pass"), metadata]).bytes()
}

/// A wheel whose METADATA does not lie near its end.
fn large_wheel() -> Vec<u8> {
    let metadata = Packed::deflated("six-1.0.dist-info/METADATA", METADATA.as_bytes());
    Zip::of([metadata, Packed::stored("six/bulk.bin", &noise(200_000))]).bytes()
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
    assert_eq!(Fixture::new().read(&file(&server, &attributes)), Ok(expected()));
    assert_eq!(lines(&server), [format!("{WHEEL}.metadata?token=1 whole")]);
}

#[test]
fn a_file_beside_the_wheel_that_is_not_the_stated_one_is_refused() {
    let server = TestServer::start(|_| Answer::ok(METADATA));
    let stated = "0".repeat(64);
    let error = Fixture::new().read(&file(&server, &format!("\" data-core-metadata=\"sha256={stated}\""))).unwrap_err();
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
        assert_eq!(Fixture::new().read(&file(&server, "\" data-core-metadata=\"true\"")), Ok(expected()));
        assert_eq!(lines(&server), [format!("{WHEEL}.metadata whole"), format!("{WHEEL} bytes=-32768")]);
    }
}

#[test]
fn only_parts_of_a_large_wheel_are_fetched() {
    let deflated = |metadata: &str| Packed::deflated("six-1.0.dist-info/METADATA", metadata.as_bytes());
    let long = format!("{METADATA}{}", "more text\n".repeat(300_000));
    for metadata in [deflated(METADATA), deflated(METADATA).streamed(true), deflated(&long)] {
        let last = metadata.local_bytes().len() - 1;
        let wheel = Zip::of([metadata, Packed::stored("six/bulk.bin", &noise(200_000))]).bytes();
        let server = TestServer::start(move |asked| in_parts(&wheel, asked));
        assert!(Fixture::new().read(&file(&server, "\"")).is_ok());
        assert_eq!(lines(&server), [format!("{WHEEL} bytes=-32768"), format!("{WHEEL} bytes=0-{last}")]);
    }
}

#[test]
fn only_the_missing_part_of_a_large_central_directory_is_fetched() {
    let modules = (0..1000).map(|number| Packed::stored(&format!("six/module_{number:020}.py"), b""));
    let metadata = Packed::deflated("six-1.0.dist-info/METADATA", METADATA.as_bytes());
    let directory =
        modules.clone().map(|entry| entry.local_bytes().len()).sum::<usize>() + metadata.local_bytes().len();
    let wheel = Zip::of(modules.chain([metadata])).bytes();
    let tail = wheel.len() - 32768;
    let server = TestServer::start(move |asked| in_parts(&wheel, asked));
    assert_eq!(Fixture::new().read(&file(&server, "\"")), Ok(expected()));
    assert_eq!(
        lines(&server)[..2],
        [format!("{WHEEL} bytes=-32768"), format!("{WHEEL} bytes={directory}-{}", tail - 1)]
    );
    assert_eq!(lines(&server).len(), 3);
}

#[test]
fn a_server_that_sends_the_whole_wheel_unasked_is_asked_once() {
    let server = TestServer::start(|_| Answer::ok(large_wheel()));
    let fixture = Fixture::new();
    assert_eq!(fixture.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(lines(&server), [format!("{WHEEL} bytes=-32768")]);
    let (left, sha256) = (fixture.directory.path(), Sha256::of(&large_wheel()));
    assert_eq!(Files.list(&left.join("metadata")).unwrap(), [left.join("metadata").join(sha256.to_hex())]);
    let arrived = left.join("downloads").join(format!("{sha256}.part"));
    assert_eq!(Files.read(&arrived).unwrap(), large_wheel());
}

#[test]
fn a_whole_wheel_does_not_disturb_its_download() {
    let server = TestServer::start(|_| Answer::ok(large_wheel()));
    let place = |fixture: &Fixture, extension: &str| {
        fixture.directory.path().join("downloads").join(format!("{}.{extension}", Sha256::of(&large_wheel())))
    };
    let fixture = Fixture::new();
    Files.write_unsynced(&place(&fixture, "part"), b"PK").unwrap();
    assert_eq!(fixture.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(Files.read(&place(&fixture, "part")).unwrap(), b"PK");
    let fixture = Fixture::new();
    let _held = Locks::new("").try_take(&place(&fixture, "lock"), Sharing::Exclusive).unwrap();
    assert_eq!(fixture.read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    assert_eq!(Files.kind(&place(&fixture, "part")).unwrap(), None);
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
        assert_eq!(Fixture::new().read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
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
    assert_eq!(Fixture::new().read(&file(&server, "\"")), Ok(expected()));
    assert!(lines(&server).iter().all(|line| !line.ends_with("whole")), "{:?}", lines(&server));
}

#[test]
fn a_whole_wheel_that_was_cut_off_is_fetched_again_and_a_wrong_one_refused() {
    let server = TestServer::start(|asked| match asked.before {
        0 => Answer::ok(&large_wheel()[..1000]).stating(200_000),
        _ => Answer::ok(large_wheel()),
    });
    assert_eq!(Fixture::new().read(&file(&server, &digest(&large_wheel()))), Ok(expected()));
    let fixture = Fixture::new();
    let error = fixture.read(&file(&server, &digest(b"another"))).unwrap_err();
    let start = "failed to verify the metadata of `six-1.0-py3-none-any.whl`: expected sha256:";
    assert!(error.starts_with(start), "{error}");
    assert_eq!(Files.list(&fixture.directory.path().join("metadata")).unwrap(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn metadata_of_the_same_bytes_is_asked_for_once() {
    let server = TestServer::start(|asked| in_parts(&small_wheel(METADATA), asked));
    let (fixture, stated) = (Fixture::new(), digest(&small_wheel(METADATA)));
    assert_eq!(fixture.read(&file(&server, &stated)), Ok(expected()));
    assert_eq!(fixture.read(&file(&server, &format!("?elsewhere{stated}"))), Ok(expected()));
    assert_eq!(fixture.read_offline(&file(&server, &stated)), Ok(expected()));
    assert_eq!(server.asked().len(), 1);
    let error = "the metadata of `six-1.0-py3-none-any.whl` is not cached, and the network is disabled";
    assert_eq!(fixture.read_offline(&file(&server, "\"")), Err(error.to_owned()));
    let cached = Files.list(&fixture.directory.path().join("metadata")).unwrap().remove(0);
    assert!(!String::from_utf8(Files.read(&cached).unwrap()).unwrap().contains("long text"));
    Files.write_unsynced(&cached, b"damaged").unwrap();
    assert_eq!(fixture.read(&file(&server, &stated)), Ok(expected()));
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
        let fixture = Fixture::new();
        let error = fixture.read(&file(&server, &digest(b"any"))).unwrap_err();
        assert_eq!(error, format!("failed to use the metadata of `six-1.0-py3-none-any.whl`: {reason}"));
        assert_eq!(Files.list(&fixture.directory.path().join("metadata")).unwrap(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn a_local_version_may_be_missing_from_metadata() {
    let metadata = Zip::of([Packed::deflated("six-1.0+cpu.dist-info/METADATA", METADATA.as_bytes())]).bytes();
    let server = TestServer::start(move |asked| in_parts(&metadata, asked));
    assert_eq!(Fixture::new().read(&named("six-1.0%2Bcpu-py3-none-any.whl", &server, "\"")), Ok(expected()));
}

#[test]
fn metadata_of_a_local_wheel_is_read_from_it() {
    let fixture = Fixture::new();
    let path = fixture.directory.path().join("six-1.0-py3-none-any.whl");
    let local = || Page::of_directory(std::slice::from_ref(&path), &"six".parse().unwrap()).files.remove(0);
    Files.write_unsynced(&path, &large_wheel()).unwrap();
    assert_eq!(fixture.read_offline(&local()), Ok(expected()));
    Files.write_unsynced(&path, b"not a wheel").unwrap();
    let reason = "failed to use the metadata of `six-1.0-py3-none-any.whl`: \
                  the wheel is damaged: the archive is invalid: it does not end with an end record";
    assert_eq!(fixture.read_offline(&local()), Err(reason.to_owned()));
}

#[test]
fn a_source_distribution_has_no_metadata_to_read() {
    let server = TestServer::start(|_| Answer::new(500, ""));
    let error = Fixture::new().read(&named("six-1.0.tar.gz", &server, "\"")).unwrap_err();
    assert_eq!(error, "failed to use the metadata of `six-1.0.tar.gz`: the file is a source distribution");
    assert_eq!(lines(&server), [""; 0]);
}
