//! Downloads from a server that misbehaves.

use std::ffi::OsStr;
#[cfg(unix)]
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::host::network::test_server::{Answer, Asked, TestServer};
use crate::host::{Environment, Files, NetworkError, NetworkSettings, Silent};
use crate::vocab::{Digest, Digests, Location, Pin, Role, Sha256};

type Failure = DownloadsError<&'static str>;

const WHEEL: &str = "a-1-py3-none-any.whl";

struct Fixture {
    host: Host,
    network: Network,
    cache: TempDir,
    private: TempDir,
    /// The delivered wheels: name and content.
    taken: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Fixture {
    fn new() -> Self {
        let home = [("HOME", OsStr::new("/nonexistent")), ("USERPROFILE", OsStr::new("/nonexistent"))];
        let host = Host::with(Environment::of(home, Path::new("")), Interrupt::default());
        let short = Duration::from_millis(1);
        let settings =
            NetworkSettings { first_delay: short, longest_delay: short, retries: 2, ..NetworkSettings::default() };
        let network = Network::new(&host, settings);
        let (cache, private) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Self { host, network, cache, private, taken: Mutex::default() }
    }

    fn run(&self, pins: &[Pin]) -> Result<(), Failure> {
        self.run_with(pins, &Silent, &|pin: &Pin, wheel: VerifiedFile| {
            let content = content_of(&wheel);
            assert_eq!(wheel.sha256, Sha256::of(&content));
            self.taken.lock().unwrap().push((pin.wheel.to_string(), content));
            Ok(())
        })
    }

    fn run_with<D: Destination<Artifact = Pin>>(
        &self,
        pins: &[Pin],
        progress: &dyn Progress,
        destination: &D,
    ) -> Result<(), DownloadsError<D::Error>> {
        let jobs = NonZeroUsize::new(3).unwrap();
        let Self { host, network, cache, private, .. } = self;
        let (cache, private) = (cache.path(), private.path());
        Downloads { host, network, cache, private, jobs, progress, longest: LONGEST }.run(pins, destination)
    }

    fn error(&self, pin: &Pin) -> DownloadError {
        match self.run(std::slice::from_ref(pin)) {
            Err(DownloadsError::Download(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    fn taken(&self) -> Vec<(String, Vec<u8>)> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }

    /// Leaves what a killed process received of [`CONTENT`].
    fn leave(&self, bytes: &[u8]) {
        Files.write_unsynced(&self.cache.path().join("downloads").join(part()), bytes).unwrap();
    }

    /// Files in the directory of downloads, but for the lock of the directory.
    fn left(&self) -> Vec<(String, Vec<u8>)> {
        let paths = Files.list(&self.cache.path().join("downloads")).unwrap();
        let files = paths.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path));
        files.filter(|(name, _)| name != ".lock").map(|(name, path)| (name, Files.read(path).unwrap())).collect()
    }
}

/// The most bytes of a wheel in these tests.
const LONGEST: u64 = 1 << 20;

impl<F, E> Destination for F
where
    F: Fn(&Pin, VerifiedFile) -> Result<(), E> + Sync,
    E: Send,
{
    type Artifact = Pin;
    type Error = E;

    fn has(&self, _pin: &Pin) -> bool {
        false
    }

    fn take(&self, pin: &Pin, wheel: VerifiedFile) -> Result<(), E> {
        self(pin, wheel)
    }
}

fn content_of(wheel: &VerifiedFile) -> Vec<u8> {
    let mut content = vec![0; usize::try_from(wheel.file.size()).unwrap()];
    wheel.file.read_exact_at(&mut content, 0).unwrap();
    content
}

fn pin(url: String, content: &[u8]) -> Pin {
    let digests = Digests::new(vec![Sha256::of(content).into()]);
    Pin { digests, size: Some(content.len() as u64), ..unstated(Location::Url(url.into())) }
}

fn unstated(location: Location) -> Pin {
    Pin {
        name: "a".parse().unwrap(),
        version: "1".parse().unwrap(),
        wheel: WHEEL.parse().unwrap(),
        location,
        digests: None,
        is_hash_stated: false,
        size: None,
        extras: Vec::new(),
        dependencies: Vec::new(),
        role: Role::Dependency,
        direct: None,
        built_from: None,
    }
}

/// Content that an archive could have, long enough to come in several chunks.
static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut content = b"PK".to_vec();
    content.extend((0..300_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]));
    content
});

/// The name of the file in which [`CONTENT`] arrives.
fn part() -> String {
    format!("{}.part", Sha256::of(&CONTENT).to_hex())
}

/// The first byte that a request asks for.
fn start(asked: &Asked) -> Option<usize> {
    asked.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

/// Answers as a good server does.
fn serve(asked: &Asked) -> Answer {
    match start(asked) {
        Some(first) if first >= CONTENT.len() => Answer::new(416, ""),
        Some(first) => Answer::new(206, &CONTENT[first..]).header("Content-Range", &range_from(first)),
        None => Answer::ok(CONTENT.as_slice()),
    }
}

/// The header of an answer with everything from a byte on.
fn range_from(first: usize) -> String {
    format!("bytes {first}-{}/{}", CONTENT.len() - 1, CONTENT.len())
}

/// Answers with the beginning, and says that all follows.
fn cut_off() -> Answer {
    Answer::ok(&CONTENT[..100_000]).stating(CONTENT.len())
}

fn starts(server: &TestServer) -> Vec<Option<usize>> {
    server.asked().iter().map(start).collect()
}

#[test]
fn wheels_arrive_verified_and_leave_nothing_behind() {
    let server = TestServer::start(|asked| Answer::ok(format!("PK of {}", asked.path())));
    let fixture = Fixture::new();
    let names: Vec<String> = (0..10).map(|number| format!("p{number}-1-py3-none-any.whl")).collect();
    let pins: Vec<Pin> = names
        .iter()
        .map(|name| {
            let pin = pin(server.url(&format!("/{name}")), format!("PK of /{name}").as_bytes());
            Pin { wheel: name.parse().unwrap(), ..pin }
        })
        .collect();
    fixture.run(&pins).unwrap();
    let mut taken = fixture.taken();
    taken.sort();
    let expected: Vec<_> = names.iter().map(|name| (name.clone(), format!("PK of /{name}").into_bytes())).collect();
    assert_eq!(taken, expected);
    assert_eq!(fixture.left(), []);
}

#[test]
fn the_biggest_wheel_is_asked_for_first_and_those_of_unknown_size_last() {
    let sized = |size| Pin { size, ..unstated(Location::Url("http://index.example".into())) };
    let pins = [sized(None), sized(Some(1)), sized(Some(3)), sized(Some(2))];
    let order: Vec<_> = largest_first(&pins).iter().map(|pin| pin.size).collect();
    assert_eq!(order, [Some(3), Some(2), Some(1), None]);
}

#[test]
fn nothing_to_do_is_done_at_once() {
    let fixture = Fixture::new();
    fixture.run(&[]).unwrap();
    assert_eq!(Files.list(fixture.cache.path()).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn a_body_that_breaks_off_is_continued() {
    let server = TestServer::start(move |asked| match asked.before {
        0 => cut_off().header("ETag", "\"1\""),
        1 => Answer::new(206, &CONTENT[100_000..200_000])
            .stating(CONTENT.len() - 100_000)
            .header("Content-Range", &range_from(100_000)),
        _ => serve(asked),
    });
    let fixture = Fixture::new();
    fixture.run(&[pin(server.url("/a"), &CONTENT)]).unwrap();
    assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
    assert_eq!(starts(&server), [None, Some(100_000), Some(200_000)]);
    assert_eq!(server.asked()[2].header("if-range"), Some("\"1\""));
    assert_eq!(fixture.left(), []);
}

#[test]
fn what_a_killed_process_left_is_continued() {
    let server = TestServer::start(serve);
    let pin = pin(server.url("/a"), &CONTENT);
    for (length, expected) in [(70_000, vec![Some(70_000)]), (CONTENT.len(), vec![])] {
        let fixture = Fixture::new();
        fixture.leave(&CONTENT[..length]);
        let before = server.asked().len();
        fixture.run(std::slice::from_ref(&pin)).unwrap();
        assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
        assert_eq!(starts(&server)[before..], expected);
    }
}

#[test]
fn a_beginning_that_belongs_to_another_file_is_replaced() {
    let server = TestServer::start(serve);
    for left in [vec![b'x'; 1000], vec![b'x'; 400_000]] {
        let fixture = Fixture::new();
        fixture.leave(&left);
        fixture.run(&[pin(server.url("/a"), &CONTENT)]).unwrap();
        assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
    }
}

#[test]
fn a_server_that_knows_no_parts_is_asked_for_the_whole_again() {
    let server = TestServer::start(move |asked| match asked.before {
        0 => cut_off(),
        _ => Answer::ok(CONTENT.as_slice()),
    });
    let fixture = Fixture::new();
    fixture.run(&[pin(server.url("/a"), &CONTENT)]).unwrap();
    assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
    assert_eq!(starts(&server), [None, Some(100_000)]);
}

#[test]
fn a_part_other_than_the_one_asked_for_is_refused() {
    for range in ["bytes 0-302001/302002", "bytes 99999-300001/300002", "nonsense"] {
        let server = TestServer::start(move |asked| match start(asked) {
            Some(_) => Answer::new(206, &CONTENT[..1000]).header("Content-Range", range),
            None if asked.before == 0 => cut_off(),
            None => Answer::ok(CONTENT.as_slice()),
        });
        let fixture = Fixture::new();
        fixture.run(&[pin(server.url("/a"), &CONTENT)]).unwrap();
        assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
        assert_eq!(starts(&server), [None, Some(100_000), None]);
    }
}

#[test]
fn a_body_that_always_ends_early_is_an_error_and_is_kept() {
    let server = TestServer::start(move |asked| match start(asked) {
        None => cut_off(),
        Some(_) => Answer::new(206, "").stating(CONTENT.len() - 100_000).header("Content-Range", &range_from(100_000)),
    });
    let fixture = Fixture::new();
    let error = fixture.error(&pin(server.url("/a"), &CONTENT));
    assert!(matches!(error, DownloadError::Network { source: NetworkError::Body { .. }, .. }), "{error:?}");
    assert_eq!(fixture.left(), [(part(), CONTENT[..100_000].to_vec())]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_body_shorter_than_stated_is_an_error() {
    let server = TestServer::start(|asked| match start(asked) {
        None => Answer::ok("PK").chunked(),
        Some(_) => Answer::new(416, ""),
    });
    let error = fixture_error(&server, b"PK longer");
    let expected = format!("failed to download `{WHEEL}`: `{}` sent only 2 of 9 bytes", server.url("/a"));
    assert_eq!(error.to_string(), expected);
}

fn fixture_error(server: &TestServer, content: &[u8]) -> DownloadError {
    let fixture = Fixture::new();
    let error = fixture.error(&pin(server.url_for("user:secret@", "/a"), content));
    assert_eq!(fixture.left().into_iter().filter(|(_, content)| content.is_empty()).count(), 0);
    assert_eq!(fixture.taken(), []);
    error
}

#[test]
fn a_body_longer_than_stated_is_refused_at_once() {
    let server = TestServer::start(|_| Answer::ok("PK and more").chunked());
    let error = fixture_error(&server, b"PK");
    let expected = format!("refused `{WHEEL}`: `{}` sent more than the expected 2 bytes", server.url("/a"));
    assert_eq!(error.to_string(), expected);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_body_that_never_ends_is_cut_at_the_most_bytes_of_a_wheel_and_removed() {
    let content = |length: u64| [b"PK".as_slice(), &vec![0; usize::try_from(length).unwrap() - 2]].concat();
    for digests in [None, Digests::new(vec![Sha256::of(&content(LONGEST)).into()])] {
        let server = TestServer::start(move |_| Answer::ok(content(LONGEST)).chunked());
        let fixture = Fixture::new();
        fixture.run(&[Pin { digests: digests.clone(), size: None, ..pin(server.url("/a"), b"") }]).unwrap();
        let server = TestServer::start(move |_| Answer::ok(content(LONGEST + 1)).chunked());
        let error = fixture.error(&Pin { digests, size: None, ..pin(server.url("/a"), b"") });
        let expected = format!(
            "refused `{WHEEL}`: `{}` has more than {LONGEST} bytes, the most that it may have",
            server.url("/a")
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(fixture.left(), []);
    }
}

#[test]
fn a_wheel_that_is_announced_or_stated_as_too_long_is_refused_before_the_body() {
    let server = TestServer::start(|_| Answer::ok("PK").stating(usize::try_from(LONGEST).unwrap() + 1).hanging());
    for size in [None, Some(LONGEST + 1)] {
        let fixture = Fixture::new();
        let error = fixture.error(&Pin { size, ..pin(server.url("/a"), b"PK") });
        assert!(matches!(error, DownloadError::Oversized { limit: LONGEST, .. }), "{error:?}");
        assert_eq!(fixture.left(), []);
    }
}

#[test]
fn another_size_than_stated_is_refused_before_the_body() {
    let server = TestServer::start(|_| Answer::ok("PK and more"));
    let error = fixture_error(&server, b"PK");
    let expected = format!("refused `{WHEEL}`: `{}` has 11 bytes, not the expected 2", server.url("/a"));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_wrong_digest_is_refused_and_the_file_is_gone() {
    let server = TestServer::start(|_| Answer::ok("PK evil"));
    let fixture = Fixture::new();
    let error = fixture.error(&pin(server.url("/a?signature=secret"), b"PK good"));
    let expected = format!(
        "refused `{WHEEL}`: `{}` has sha256:{}, not the expected sha256:{}",
        server.url("/a?…"),
        Sha256::of(b"PK evil"),
        Sha256::of(b"PK good"),
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!((fixture.taken(), fixture.left()), (vec![], vec![]));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn every_stated_digest_counts() {
    let server = TestServer::start(|_| Answer::ok("PK good"));
    let sha512 = Digest::parse("sha512", &"0".repeat(128)).unwrap();
    let digests = Digests::new(vec![Sha256::of(b"PK good").into(), sha512.clone()]);
    let fixture = Fixture::new();
    let error = fixture.error(&Pin { digests, ..pin(server.url("/a"), b"PK good") });
    assert!(matches!(error, DownloadError::WrongDigest { expected, .. } if expected == sha512));
}

#[test]
fn a_web_page_in_place_of_a_wheel_is_called_that() {
    let server =
        TestServer::start(|_| Answer::ok("<html>log in</html>").header("Content-Type", "text/html; charset=utf-8"));
    let expected = format!("refused `{WHEEL}`: `{}` returned a web page", server.url("/a"));
    let fixture = Fixture::new();
    let stated = pin(server.url("/a"), b"PK good");
    for pin in [&stated, &Pin { size: None, ..stated.clone() }, &unstated(stated.location.clone())] {
        assert_eq!(fixture.error(pin).to_string(), expected);
    }
    assert_eq!(fixture.left(), []);
    let server = TestServer::start(|_| Answer::ok("PK good").header("Content-Type", "text/html"));
    fixture.run(&[pin(server.url("/a"), b"PK good")]).unwrap();
}

#[test]
fn a_file_of_which_no_digest_is_stated_is_continued_only_where_its_server_vouches_for_it() {
    for (etag, expected) in [("\"1\"", [None, Some(100_000)]), ("W/\"1\"", [None, None])] {
        let server = TestServer::start(move |asked| match (asked.before, asked.header("if-range")) {
            (0, _) => cut_off().header("ETag", etag),
            (1, _) => Answer::new(404, ""),
            (_, None | Some("\"1\"")) => serve(asked),
            _ => Answer::ok(CONTENT.as_slice()),
        });
        let fixture = Fixture::new();
        let pin = unstated(Location::Url(server.url("/a?signature=1").into()));
        assert!(matches!(fixture.error(&pin), DownloadError::Network { .. }));
        fixture.run(&[unstated(Location::Url(server.url("/a?signature=2").into()))]).unwrap();
        assert_eq!(fixture.taken(), [(WHEEL.to_owned(), CONTENT.to_vec())]);
        let starts = starts(&server);
        assert_eq!([starts[0], starts[2]], expected, "{etag}");
        assert_eq!(fixture.left(), []);
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_others_write_into_a_wheel_after_it_was_hashed_do_not_matter() {
    let honest = CONTENT.as_slice();
    let server = TestServer::start(serve);
    let fixture = Fixture::new();
    let local = fixture.private.path().join("local.whl");
    Files.write_new(&local, honest, 0o666).unwrap();
    let downloads = fixture.cache.path().join("downloads");
    let partial = downloads.join(format!("{}.part", Sha256::of(honest)));
    Files.create_dirs(&downloads).unwrap();
    Files.write_new(&partial, &honest[..1000], 0o666).unwrap();
    Files.set_mode(&partial, 0o666).unwrap();
    let pins = [(Location::Path(local.clone()), &local), (Location::Url(server.url("/a").into()), &partial)];
    for (location, source) in pins {
        let taken = Mutex::default();
        let take = |_: &Pin, wheel: VerifiedFile| {
            Files.open_or_create(source).unwrap().write_all(b"PK forged").unwrap();
            *taken.lock().unwrap() = content_of(&wheel);
            Ok::<(), ()>(())
        };
        fixture.run_with(&[Pin { location, ..pin(String::new(), honest) }], &Silent, &take).unwrap();
        assert_eq!(taken.into_inner().unwrap(), honest);
    }
}

#[cfg(unix)]
#[test]
fn a_planted_link_in_the_place_of_a_download_is_not_written_through() {
    let server = TestServer::start(serve);
    let fixture = Fixture::new();
    let precious = fixture.private.path().join("precious");
    Files.write_new(&precious, b"mine", 0o666).unwrap();
    let downloads = fixture.cache.path().join("downloads");
    let partial = downloads.join(format!("{}.part", Sha256::of(&CONTENT)));
    Files.create_dirs(&downloads).unwrap();
    for plant in [Files::symlink, Files::hard_link] {
        plant(Files, &precious, &partial).unwrap();
        fixture.run(&[pin(server.url("/a"), &CONTENT)]).unwrap();
        assert_eq!(Files.read(&precious).unwrap(), b"mine");
        assert_eq!(fixture.taken().len(), 1);
    }
}

#[test]
fn a_local_wheel_is_copied_and_checked() {
    let fixture = Fixture::new();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("a b.whl");
    Files.write_new(&path, b"PK local", 0o666).unwrap();
    let url = url::Url::from_file_path(&path).unwrap();
    let locations = [Location::Path(path.clone()), Location::Url(url.clone().into())];
    for location in locations {
        let stated = Pin { location: location.clone(), ..pin(String::new(), b"PK local") };
        fixture.run(&[stated, unstated(location.clone())]).unwrap();
        assert_eq!(
            fixture.taken(),
            [(WHEEL.to_owned(), b"PK local".to_vec()), (WHEEL.to_owned(), b"PK local".to_vec())]
        );
        let wrong = Pin { location: location.clone(), ..pin(String::new(), b"PK other") };
        assert!(matches!(fixture.error(&Pin { size: None, ..wrong.clone() }), DownloadError::WrongDigest { .. }));
        assert!(matches!(fixture.error(&Pin { size: Some(3), ..wrong }), DownloadError::WrongSize { .. }));
    }
    let absent = Location::Path(place.path().join("absent.whl"));
    assert!(matches!(fixture.error(&unstated(absent)), DownloadError::File { .. }));
    assert!(Files.is_file(&path));
}

#[test]
fn the_first_failure_stops_the_others_and_is_returned() {
    let server = TestServer::start(|asked| match asked.path() {
        "/missing" => Answer::new(404, ""),
        // Never ends: only the failure of the other one does.
        _ => Answer::ok("PK").stating(1_000_000).hanging(),
    });
    let fixture = Fixture::new();
    let slow = Pin { size: None, ..pin(server.url("/slow"), b"slow") };
    let missing = Pin { size: None, ..pin(server.url("/missing"), b"missing") };
    match fixture.run(&[slow, missing]) {
        Err(DownloadsError::Download(DownloadError::Network { source, .. })) => assert!(source.is_not_found()),
        other => panic!("{other:?}"),
    }
    assert!(!fixture.host.interrupt.is_raised());
}

#[test]
fn an_interruption_ends_downloads_and_keeps_what_has_arrived() {
    let fixture = Fixture::new();
    let interrupt = fixture.host.interrupt.clone();
    let server = TestServer::start(|_| Answer::ok(&CONTENT[..1000]).stating(300_002).hanging());
    let seen = Seen(move |event: Event<'_>| {
        if let Event::DownloadAdvanced { bytes: 1.., .. } = event {
            interrupt.raise();
        }
    });
    let ended =
        fixture.run_with(&[pin(server.url("/a"), &CONTENT)], &seen, &|_: &Pin, _: VerifiedFile| Ok::<(), ()>(()));
    assert!(matches!(ended, Err(DownloadsError::Download(DownloadError::Interrupted(_)))), "{ended:?}");
    assert_eq!(fixture.left(), [(part(), CONTENT[..1000].to_vec())]);
}

struct Seen<F>(F);

impl<F: Fn(Event<'_>) + Send + Sync> Progress for Seen<F> {
    fn event(&self, event: Event<'_>) {
        self.0(event);
    }
}

#[test]
fn a_wheel_that_its_destination_does_not_take_stays_for_another_attempt() {
    let server = TestServer::start(|_| Answer::ok("PK"));
    let fixture = Fixture::new();
    let stated = pin(server.url("/a"), b"PK");
    let refused = fixture.run_with(std::slice::from_ref(&stated), &Silent, &|_: &Pin, _: VerifiedFile| Err("full"));
    assert!(matches!(refused, Err(DownloadsError::Destination("full"))));
    assert_eq!(fixture.left().len(), 1);
    fixture.run(std::slice::from_ref(&stated)).unwrap();
    assert_eq!(server.asked().len(), 1);
    let refused = fixture.run_with(&[unstated(stated.location)], &Silent, &|_: &Pin, _: VerifiedFile| Err("broken"));
    assert!(matches!(refused, Err(DownloadsError::Destination("broken"))));
    assert_eq!(fixture.left(), []);
}

/// Takes one wheel of each digest, as a store does.
#[derive(Default)]
struct Store(Mutex<Vec<Sha256>>);

impl Destination for Store {
    type Artifact = Pin;
    type Error = ();

    fn has(&self, pin: &Pin) -> bool {
        let wanted = pin.digests.as_ref().unwrap().sha256().unwrap();
        self.0.lock().unwrap().contains(&wanted)
    }

    fn take(&self, _pin: &Pin, wheel: VerifiedFile) -> Result<(), ()> {
        self.0.lock().unwrap().push(wheel.sha256);
        Ok(())
    }
}

#[test]
fn two_who_want_the_same_wheel_download_it_once() {
    let server = TestServer::start(move |_| Answer::ok(CONTENT.as_slice()));
    let (fixture, store) = (Fixture::new(), Store::default());
    let pins = [pin(server.url("/a"), &CONTENT)];
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fixture.run_with(&pins, &Silent, &store).unwrap());
        }
    });
    assert_eq!(store.0.into_inner().unwrap(), [Sha256::of(&CONTENT)]);
    assert_eq!(server.asked().len(), 1);
    assert_eq!(fixture.left(), []);
}

#[test]
fn progress_counts_every_byte_once_and_tells_what_is_kept() {
    let server = TestServer::start(move |asked| match asked.before {
        0 => cut_off(),
        _ => serve(asked),
    });
    let (bytes, events) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let seen = Seen(|event: Event<'_>| {
        let text = match event {
            Event::DownloadAdvanced { bytes: more, .. } => {
                bytes.fetch_add(usize::try_from(more).unwrap(), Ordering::Relaxed);
                return;
            }
            other => format!("{other:?}"),
        };
        events.lock().unwrap().push(text);
    });
    let fixture = Fixture::new();
    fixture.run_with(&[pin(server.url("/a"), &CONTENT)], &seen, &|_: &Pin, _: VerifiedFile| Ok::<(), ()>(())).unwrap();
    assert_eq!(bytes.into_inner(), CONTENT.len());
    let expected = [
        "DownloadsStarted { files: 1, bytes: 300002, unsized_files: 0 }".to_owned(),
        format!("DownloadStarted {{ file: {WHEEL:?}, size: Some(300002) }}"),
        format!("DownloadRetried {{ file: {WHEEL:?}, resumed: 100000 }}"),
        format!("DownloadFinished {{ file: {WHEEL:?} }}"),
        format!("WheelUnpacked {{ file: {WHEEL:?} }}"),
        "DownloadsFinished { noun: \"wheel\" }".to_owned(),
    ];
    assert_eq!(events.into_inner().unwrap(), expected);
}
