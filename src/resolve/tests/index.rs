//! An index in memory. Each line of its description is one file:
//!
//! ```text
//! foo 1.0 [uploaded=2026-01-31T00:00:00Z] [sdist] [wheel=cp313-cp313-win_amd64] [python=>=3.13] [yanked=why] [no-hash] [provides=x,y]
//!         [needs-python=>=3.13] [invalid=why] -> bar>=2 | baz ; extra == 'x'
//! bar                  a page without files
//! baz quarantined=why
//! ```

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use crate::host::{Event, Progress};
use crate::index::{File, Page};
use crate::python::Interpreter;
use crate::resolve::{
    AllowedBuilds, HashPolicy, MetadataError, NewestWithoutWheel, Packages, PrefetchHint, ResolveError, ResolveRequest,
    UploadFilter, UploadRules, VersionRules, resolve,
};
use crate::vocab::{Digest, Digests, Metadata, PackageName, Pin, Requirement, Role};

pub(super) struct TestIndex {
    pages: BTreeMap<PackageName, Arc<Page>>,
    metadata: BTreeMap<String, Result<Arc<Metadata>, String>>,
    /// File names whose metadata was requested, in order.
    pub(super) requested: Mutex<Vec<String>>,
    /// File names that were prefetched, in order.
    pub(super) prefetched: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Warnings(Mutex<Vec<String>>);

impl Progress for Warnings {
    fn event(&self, event: Event<'_>) {
        if let Event::Warning { message } = event {
            self.0.lock().unwrap().push(message.to_owned());
        }
    }
}

impl TestIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut pages = BTreeMap::<PackageName, Page>::new();
        let mut metadata = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (head, needs) = line.split_once("->").unwrap_or((line, ""));
            let mut words = head.split_whitespace();
            let name: PackageName = words.next().unwrap().parse().unwrap();
            let words: Vec<&str> = words.collect();
            let page = pages.entry(name.clone()).or_default();
            page.quarantined = value(&words, "quarantined");
            if let Some(version) = words.first().filter(|word| !word.contains("quarantined")) {
                let (file, described) = describe(&name, version, &words, needs);
                metadata.insert(file.name.as_str().to_owned(), described);
                page.files.push(file);
            }
        }
        Self {
            pages: pages.into_iter().map(|(name, page)| (name, Arc::new(page))).collect(),
            metadata,
            requested: Mutex::default(),
            prefetched: Mutex::default(),
        }
    }

    /// The pins as text, and the warnings.
    pub(super) fn solve(
        &self,
        request: &ResolveRequest,
    ) -> Result<(Vec<String>, Vec<String>), ResolveError<Infallible>> {
        let warnings = Warnings::default();
        let pins = resolve(request, self, &warnings)?;
        let warnings = warnings.0.into_inner().unwrap();
        Ok((pins.iter().map(described).collect(), warnings))
    }

    /// The pins as `name version`, for a request of some requirements.
    pub(super) fn chosen(&self, requirements: &[&str]) -> Vec<String> {
        let pins = resolve(&request(requirements), self, &Warnings::default());
        let pins = pins.unwrap_or_else(|error| panic!("{error}"));
        pins.iter().map(|pin| format!("{} {}", pin.name, pin.version)).collect()
    }

    pub(super) fn error(&self, requirements: &[&str]) -> ResolveError<Infallible> {
        resolve(&request(requirements), self, &Warnings::default()).unwrap_err()
    }
}

/// The moment of all resolutions.
const NOW: &str = "2026-07-01T00:00:00Z";

/// A request of "you" for `CPython` 3.12 on Linux with glibc 2.36.
pub(super) fn request(requirements: &[&str]) -> ResolveRequest {
    let interpreter = Interpreter::sample("3.12.1", "/usr/bin/python3.12");
    ResolveRequest {
        requirements: requirements.iter().map(|requirement| requirement.parse().unwrap()).collect(),
        with: Vec::new(),
        tags: interpreter.tags(),
        markers: interpreter.markers,
        python: interpreter.version,
        hashes: HashPolicy::default(),
        rules: VersionRules::default(),
        uploads: UploadFilter::new(UploadRules::default(), NOW.parse().unwrap()),
        newest_without_wheel: NewestWithoutWheel::Refuse,
        builds: AllowedBuilds::default(),
        asked_by: "you".to_owned(),
    }
}

pub(super) fn digests() -> Option<Digests> {
    Digests::new(vec![Digest::parse("sha256", &"a".repeat(64)).unwrap()])
}

fn described(pin: &Pin) -> String {
    let list = |texts: Vec<&str>| texts.join(",");
    let extras = list(pin.extras.iter().map(crate::vocab::ExtraName::as_str).collect());
    let needs = list(pin.dependencies.iter().map(PackageName::as_str).collect());
    let extras = if extras.is_empty() { extras } else { format!("[{extras}]") };
    let needs = if needs.is_empty() { needs } else { format!(" -> {needs}") };
    let role = if pin.role == Role::Requested { " requested" } else { "" };
    format!("{}{extras} {}{role}{needs}", pin.name, pin.version)
}

fn describe(name: &PackageName, version: &str, words: &[&str], needs: &str) -> (File, Result<Arc<Metadata>, String>) {
    let tags = value(words, "wheel").unwrap_or_else(|| "py3-none-any".to_owned());
    let wheel = format!("{}-{version}-{tags}.whl", name.escaped());
    let page = if words.contains(&"sdist") { format!("{name}-{version}.tar.gz") } else { wheel };
    let link = format!(r#"<a href="https://files.example/{}">{page}</a>"#, page.replace('+', "%2B"));
    let base = "https://index.example/".parse().unwrap();
    let file_name = Page::parse_html(link.as_bytes(), &base, name).unwrap().files.remove(0).name;
    let file = File {
        url: format!("https://files.example/{}", file_name.as_str()).into(),
        digests: digests().filter(|_| !words.contains(&"no-hash")),
        size: None,
        uploaded: value(words, "uploaded").map(|text| text.parse().unwrap()),
        requires_python: value(words, "python").map(|text| text.parse().unwrap()),
        yanked: value(words, "yanked"),
        metadata: None,
        name: file_name,
    };
    if let Some(reason) = value(words, "invalid") {
        return (file, Err(reason));
    }
    let requirements = needs.split('|').map(str::trim).filter(|text| !text.is_empty());
    let metadata = Metadata {
        name: name.clone(),
        version: file.name.version().clone(),
        requires_python: value(words, "needs-python").map(|text| text.parse().unwrap()),
        requires_dist: requirements.map(|text| text.parse::<Requirement>().unwrap()).collect(),
        provides_extra: value(words, "provides")
            .map(|text| text.split(',').map(|extra| extra.parse().unwrap()).collect())
            .unwrap_or_default(),
    };
    (file, Ok(Arc::new(metadata)))
}

fn value(words: &[&str], key: &str) -> Option<String> {
    words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('=').map(str::to_owned))
}

impl Packages for TestIndex {
    type Error = Infallible;

    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, Infallible> {
        Ok(self.pages.get(name).cloned())
    }

    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<Infallible>> {
        self.requested.lock().unwrap().push(file.name.as_str().to_owned());
        match self.metadata.get(file.name.as_str()) {
            Some(Ok(metadata)) => Ok(Arc::clone(metadata)),
            Some(Err(reason)) => Err(MetadataError::Unusable(reason.clone())),
            None => Err(MetadataError::Unusable("the file does not exist".to_owned())),
        }
    }

    fn build(&self, sdist: &File) -> Result<File, Infallible> {
        let (name, version) = (sdist.name.name(), sdist.name.version());
        Ok(describe(name, &version.to_string(), &["wheel=py3-none-any"], "").0)
    }

    fn prefetch(&self, name: &PackageName, hint: PrefetchHint) {
        if let Some(file) = self.pages.get(name).and_then(|page| hint.file(page)) {
            self.prefetched.lock().unwrap().push(file.name.as_str().to_owned());
        }
    }
}
