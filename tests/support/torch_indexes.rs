//! A copy on loopback of the layout of PyTorch's indexes: `/whl/LABEL/PROJECT/` in HTML, with links to files of another host.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::encoding::sha256_hex;
use super::index::Index;
use super::wheel::BuiltWheel;

/// Indexes of several labels, and the host of their files.
pub(crate) struct TorchIndexes {
    pub(crate) pages: Index,
    pub(crate) files: Index,
    links: BTreeMap<String, String>,
}

/// The presence of a hash beside a link: PyTorch's pages lose them now and then.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum StatedHash {
    Absent,
    Present,
}

impl TorchIndexes {
    pub(crate) fn new() -> Self {
        Self { pages: Index::plain(), files: Index::plain(), links: BTreeMap::new() }
    }

    /// The value of `KINGBOLT_ACCELERATOR_INDEX_URL`.
    pub(crate) fn url(&self) -> String {
        format!("{}/whl", self.pages.origin())
    }

    /// Offers a wheel in the index of a label.
    pub(crate) fn publish(&mut self, label: &str, wheel: &BuiltWheel) {
        self.publish_with(label, wheel, StatedHash::Present);
    }

    pub(crate) fn publish_with(&mut self, label: &str, wheel: &BuiltWheel, hash: StatedHash) {
        let file_name = &wheel.file_name;
        let file = format!("/whl/{label}/{}", file_name.replace('+', "%2B"));
        self.files.put(&file, wheel.bytes.clone());
        self.files.put(&format!("{file}.metadata"), wheel.metadata.clone());
        let fragment = match hash {
            StatedHash::Absent => String::new(),
            StatedHash::Present => format!("#sha256={}", wheel.sha256()),
        };
        let metadata = sha256_hex(&wheel.metadata);
        let path = format!("/whl/{label}/{}/", wheel.project);
        let links = self.links.entry(path.clone()).or_default();
        let _ = writeln!(
            links,
            "    <a href=\"{}{file}{fragment}\" data-dist-info-metadata=\"sha256={metadata}\" \
             data-core-metadata=\"sha256={metadata}\">{file_name}</a><br/>",
            self.files.origin()
        );
        let title = format!("Links for {}", wheel.project);
        let html = format!(
            "<!DOCTYPE html>\n<html>\n  <body>\n    <h1>{title}</h1>\n{links}  </body>\n</html>\n<!--TIMESTAMP 1764201600-->"
        );
        self.pages.serve_page(&path, html);
    }
}
