//! A package index on loopback: serves what was published, misbehaves where a test asked for it, and remembers every
//! request.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use super::encoding::{basic_credentials, sha256_hex};
use super::http::{Ending, Request, Response};
use super::page::{self, ListedFile, Sidecar};
use super::project::Project;
use super::trouble::{Times, Trouble};
use super::wheel::BuiltWheel;

/// A running index. It ends when its last handle is dropped.
#[derive(Clone)]
pub(crate) struct Index {
    server: Arc<Server>,
}

struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What an index may offer beyond a page of links.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Feature {
    /// Hashes beside the links.
    Digests,
    /// `ETag`, and 304 where the client knows the content.
    Etags,
    /// Pages as JSON where the client accepts that.
    Json,
    /// Parts of files.
    Ranges,
    /// Sizes, on JSON pages.
    Sizes,
    /// Metadata as a file of its own.
    Sidecars,
}

struct Shared {
    features: BTreeSet<Feature>,
    state: Mutex<State>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct State {
    offers: BTreeMap<String, Vec<ListedFile>>,
    /// Files by path.
    files: BTreeMap<String, Vec<u8>>,
    /// Pages in HTML beside those of projects, by path.
    pages: BTreeMap<String, String>,
    troubles: Vec<Planned>,
    login: Option<String>,
    requests: Vec<Request>,
}

/// A trouble that waits for requests of its path.
struct Planned {
    path: String,
    left: Times,
    trouble: Trouble,
}

/// Stands for every path in [`Index::trouble`].
const EVERY_PATH: &str = "*";

impl Index {
    /// An index that offers all that indexes offer.
    pub(crate) fn complete() -> Self {
        use Feature::{Digests, Etags, Json, Ranges, Sidecars, Sizes};
        Self::offering(&[Digests, Etags, Json, Ranges, Sidecars, Sizes])
    }

    /// An index of links in HTML with hashes, and nothing else.
    pub(crate) fn plain() -> Self {
        Self::offering(&[Feature::Digests])
    }

    pub(crate) fn offering(features: &[Feature]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let features = features.iter().copied().collect();
        let shared = Arc::new(Shared { features, state: Mutex::default(), stopped: AtomicBool::new(false) });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || shared.serve(stream));
            }
        });
        Self { server: Arc::new(Server { address, shared }) }
    }

    /// The address to configure.
    pub(crate) fn url(&self) -> String {
        format!("{}/simple/", self.origin())
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The same server under another host name.
    pub(crate) fn origin_as_localhost(&self) -> String {
        format!("http://localhost:{}", self.server.address.port())
    }

    /// Offers a wheel.
    pub(crate) fn publish(&self, wheel: &BuiltWheel) -> &Self {
        self.publish_with(wheel, |_| {})
    }

    /// Offers a source distribution of a project.
    pub(crate) fn publish_source(&self, project: &Project) -> &Self {
        self.publish_with(&project.published(), |offer| offer.sidecar = Sidecar::Absent)
    }

    /// Offers a wheel that was uploaded so many days ago.
    pub(crate) fn publish_aged(&self, wheel: &BuiltWheel, days: u64) -> &Self {
        let uploaded = std::time::SystemTime::now() - Duration::from_hours(24 * days);
        let uploaded = chrono::DateTime::<chrono::Utc>::from(uploaded).to_rfc3339();
        self.publish_with(wheel, |offer| offer.uploaded = Some(uploaded))
    }

    /// Offers a wheel after a change of what the index says about it.
    pub(crate) fn publish_with(&self, wheel: &BuiltWheel, change: impl FnOnce(&mut ListedFile)) -> &Self {
        let features = &self.server.shared.features;
        let mut offer = ListedFile {
            sha256: features.contains(&Feature::Digests).then(|| wheel.sha256()),
            size: features.contains(&Feature::Sizes).then_some(wheel.bytes.len()),
            uploaded: None,
            yanked: None,
            sidecar: if features.contains(&Feature::Sidecars) { Sidecar::Offered } else { Sidecar::Absent },
            wheel: wheel.clone(),
        };
        change(&mut offer);
        let mut state = self.server.shared.state();
        let path = file_path(&wheel.file_name);
        if offer.sidecar == Sidecar::Offered {
            state.files.insert(format!("{path}.metadata"), wheel.metadata.clone());
        }
        state.files.insert(path, wheel.bytes.clone());
        state.offers.entry(wheel.project.clone()).or_default().push(offer);
        drop(state);
        self
    }

    /// Serves any file at a path.
    pub(crate) fn put(&self, path: &str, content: Vec<u8>) -> &Self {
        self.server.shared.state().files.insert(path.to_owned(), content);
        self
    }

    /// Serves a page in HTML at a path.
    pub(crate) fn serve_page(&self, path: &str, html: String) {
        self.server.shared.state().pages.insert(path.to_owned(), html);
    }

    /// What is served at a path to a client that can do anything.
    pub(crate) fn body(&self, path: &str) -> Vec<u8> {
        let headers = vec![("accept".to_owned(), page::JSON.to_owned())];
        self.server.shared.answer(&Request { method: "GET".to_owned(), path: path.to_owned(), headers }).body
    }

    /// Plans a trouble for a path, such as `/simple/name/` or `/files/name.whl`; `*` stands for every path.
    pub(crate) fn trouble(&self, path: &str, left: Times, trouble: Trouble) -> &Self {
        self.server.shared.state().troubles.push(Planned { path: path.to_owned(), left, trouble });
        self
    }

    /// Plans a trouble for a wheel's file.
    pub(crate) fn trouble_with(&self, wheel: &BuiltWheel, left: Times, trouble: Trouble) -> &Self {
        self.trouble(&file_path(&wheel.file_name), left, trouble)
    }

    /// Answers 401 to whoever does not log in.
    pub(crate) fn demand_login(&self, user: &str, password: &str) -> &Self {
        self.server.shared.state().login = Some(basic_credentials(user, password));
        self
    }

    /// Every request so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.server.shared.state().requests.clone()
    }

    /// The paths asked for so far, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }

    pub(crate) fn forget_requests(&self) {
        self.server.shared.state().requests.clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the index")
    }

    /// Answers the requests of one connection. A client that goes away ends it.
    fn serve(&self, mut stream: TcpStream) {
        while let Ok(Some((request, length))) = Request::peek(&stream) {
            let trouble = self.note(&request);
            let response = self.answer(&request);
            let answer = match trouble {
                Some(trouble) => trouble.befall(response),
                None => Some((response, Ending::KeptOpen)),
            };
            let Some((response, ending)) = answer else { return self.hang() };
            let sent = response.send(&mut stream, &request, length, ending);
            let closes = request.header("connection") == Some("close");
            if closes || sent.is_err() || matches!(ending, Ending::ClosedAfter(_) | Ending::ResetAfter(_)) {
                return;
            }
        }
    }

    fn hang(&self) {
        while !self.stopped.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Remembers a request, and takes the trouble that is planned for it.
    fn note(&self, request: &Request) -> Option<Trouble> {
        let mut state = self.state();
        state.requests.push(request.clone());
        let planned = state
            .troubles
            .iter_mut()
            .filter(|planned| planned.path == request.path || planned.path == EVERY_PATH)
            .find(|planned| !matches!(planned.left, Times::First(0)))?;
        if let Times::First(left) = &mut planned.left {
            *left -= 1;
        }
        Some(planned.trouble.clone())
    }

    fn answer(&self, request: &Request) -> Response {
        let state = self.state();
        if state.login.is_some() && state.login.as_deref() != request.header("authorization") {
            return Response::new(401, "text/plain", "who are you?").with("WWW-Authenticate", "Basic realm=\"index\"");
        }
        if let Some(content) = state.files.get(&request.path) {
            return self.file(request, content);
        }
        if let Some(page) = state.pages.get(&request.path) {
            return self.with_etag(request, Response::new(200, "text/html", page.as_str()));
        }
        let project = request.path.strip_prefix("/simple/").and_then(|rest| rest.strip_suffix('/'));
        match project.and_then(|project| Some((project, state.offers.get(project)?))) {
            Some((project, offers)) => self.page(request, project, offers),
            None => Response::new(404, "text/plain", "not found"),
        }
    }

    fn page(&self, request: &Request, project: &str, offers: &[ListedFile]) -> Response {
        let accepts_json = request.header("accept").is_some_and(|accept| accept.contains(page::JSON));
        let response = if accepts_json && self.features.contains(&Feature::Json) {
            Response::new(200, page::JSON, page::json(project, offers))
        } else {
            Response::new(200, "text/html", page::html(project, offers))
        };
        self.with_etag(request, response)
    }

    fn file(&self, request: &Request, content: &[u8]) -> Response {
        let whole = Response::new(200, "application/octet-stream", content);
        if !self.features.contains(&Feature::Ranges) {
            return self.with_etag(request, whole);
        }
        let whole = whole.with("Accept-Ranges", "bytes");
        let is_current = request.header("if-range").is_none_or(|known| known == etag(content));
        match request.header("range").filter(|_| is_current).map(|range| parse_range(range, content.len())) {
            None => self.with_etag(request, whole),
            Some(None) => {
                Response::new(416, "text/plain", "").with("Content-Range", &format!("bytes */{}", content.len()))
            }
            Some(Some((first, last))) => {
                let range = format!("bytes {first}-{last}/{}", content.len());
                let part = Response::new(206, "application/octet-stream", &content[first..=last]);
                part.with("Accept-Ranges", "bytes").with("Content-Range", &range).with("ETag", &etag(content))
            }
        }
    }

    fn with_etag(&self, request: &Request, response: Response) -> Response {
        if !self.features.contains(&Feature::Etags) {
            return response;
        }
        let etag = etag(&response.body);
        if request.header("if-none-match") == Some(&etag) {
            return Response::new(304, "text/plain", "").with("ETag", &etag);
        }
        response.with("ETag", &etag)
    }
}

fn file_path(file_name: &str) -> String {
    format!("/files/{file_name}")
}

fn etag(content: &[u8]) -> String {
    format!("\"{}\"", &sha256_hex(content)[..16])
}

/// First and last byte of `bytes=a-b`, `bytes=a-` or `bytes=-n`; `None` when no byte of the file is meant.
fn parse_range(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.min(length - 1)),
        (Ok(first), Err(_)) => (first, length - 1),
        (Err(_), Ok(count)) => (length.saturating_sub(count), length - 1),
        (Err(_), Err(_)) => return None,
    };
    (first <= last && first < length).then_some((first, last))
}
