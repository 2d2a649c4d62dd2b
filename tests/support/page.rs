//! A project's page as an index writes it: HTML (PEP 503) and JSON (PEP 691).

use std::fmt::Write;

use serde_json::{Value, json};

use super::encoding::sha256_hex;
use super::wheel::BuiltWheel;

/// The media type of pages in JSON.
pub(crate) const JSON: &str = "application/vnd.pypi.simple.v1+json";

/// A file that an index offers.
#[derive(Clone)]
pub(crate) struct ListedFile {
    pub(crate) wheel: BuiltWheel,
    /// Where the index states one.
    pub(crate) sha256: Option<String>,
    pub(crate) size: Option<usize>,
    /// In RFC 3339, on JSON pages.
    pub(crate) uploaded: Option<String>,
    pub(crate) yanked: Option<String>,
    pub(crate) sidecar: Sidecar,
}

/// Whether the wheel's metadata is offered as a file of its own (PEP 658, PEP 714).
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Sidecar {
    Absent,
    Offered,
}

pub(crate) fn html(project: &str, offers: &[ListedFile]) -> String {
    let mut page = format!("<!DOCTYPE html>\n<html><head><title>Links for {project}</title></head><body>\n");
    for offer in offers {
        let name = &offer.wheel.file_name;
        let fragment = offer.sha256.as_ref().map(|sha256| format!("#sha256={sha256}")).unwrap_or_default();
        let _ = write!(page, "<a href=\"../../files/{name}{fragment}\"");
        if let Some(specifiers) = &offer.wheel.requires_python {
            let _ = write!(page, " data-requires-python=\"{}\"", escaped(specifiers));
        }
        if let Some(reason) = &offer.yanked {
            let _ = write!(page, " data-yanked=\"{}\"", escaped(reason));
        }
        if offer.sidecar == Sidecar::Offered {
            let _ = write!(page, " data-core-metadata=\"sha256={}\"", sha256_hex(&offer.wheel.metadata));
        }
        let _ = writeln!(page, ">{name}</a><br>");
    }
    page + "</body></html>\n"
}

pub(crate) fn json(project: &str, offers: &[ListedFile]) -> String {
    let files: Vec<Value> = offers.iter().map(json_file).collect();
    json!({ "meta": { "api-version": "1.1" }, "name": project, "files": files }).to_string()
}

fn json_file(offer: &ListedFile) -> Value {
    let name = &offer.wheel.file_name;
    let hashes = offer.sha256.as_ref().map_or_else(|| json!({}), |sha256| json!({ "sha256": sha256 }));
    let mut file = json!({ "filename": name, "url": format!("../../files/{name}"), "hashes": hashes });
    if let Some(size) = offer.size {
        file["size"] = json!(size);
    }
    if let Some(uploaded) = &offer.uploaded {
        file["upload-time"] = json!(uploaded);
    }
    if let Some(specifiers) = &offer.wheel.requires_python {
        file["requires-python"] = json!(specifiers);
    }
    if let Some(reason) = &offer.yanked {
        file["yanked"] = json!(reason);
    }
    if offer.sidecar == Sidecar::Offered {
        file["core-metadata"] = json!({ "sha256": sha256_hex(&offer.wheel.metadata) });
    }
    file
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
