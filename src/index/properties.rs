//! Properties of pages: each can be stored as JSON and read again, and every file has a URL.

use std::path::Path;

use url::Url;

use super::{ByProject, File, FindLinks, IndexUrl, Page};
use crate::property::{Check, Property, Seeds};
use crate::vocab::PackageName;

/// A page in HTML, of an index or for find-links.
pub const HTML: Property = Property {
    seeds: Seeds::Texts(&[
        "<!DOCTYPE html><html><head><meta name=\"pypi:repository-version\" content=\"1.3\">\
         <base href=\"../../files/\"><title>Links for demo</title></head><body><h1>Links for demo</h1>\n\
         <a href=\"demo-1.0-py3-none-any.whl#sha256=\
         47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a\" data-requires-python=\"&gt;=3.8,&lt;4\" \
         data-yanked=\"bad\" data-core-metadata=\"true\">x</a><br/><a href=\"https://h.example/demo-2.tar.gz\">\
         <!-- no --></a></body></html>",
        "<meta name=\"pypi:project-status\" content=\"quarantined\"><meta name=\"pypi:project-status-reason\" \
         content=why><a href=demo-1%2B2-py3-none-any.whl data-dist-info-metadata='sha256=ab'>",
        "<h1>Index of /</h1><A HREF=//other/demo-1.zip?x=y#md5=z&sha512=1>a<a href='file:///demo-1.zip'>",
    ]),
    holds: Check::Bytes(|data| {
        for (base, project) in requests() {
            check_round_trip(Page::parse_html(data, &base, &project), &base, &project);
        }
    }),
};

/// A page in JSON.
pub const JSON: Property = Property {
    seeds: Seeds::Texts(&[
        r#"{"meta": {"api-version": "1.4"}, "name": "demo", "versions": ["1.0"], "files": [{"filename":
            "demo-1.0-py3-none-any.whl", "url": "../demo-1.0-py3-none-any.whl#x", "hashes": {"sha256":
            "47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a", "md5": "x"}, "requires-python":
            ">=3.8", "size": 12, "upload-time": "2026-01-01T00:00:00.5+01:00", "yanked": "bad", "core-metadata": {"sha256": "ab"}, "x": null},
            {"filename": "demo-1.0.tar.gz", "url": "https://h.example/demo-1.0.tar.gz", "hashes": {}, "yanked": true}]}"#,
        r#"{"meta":{"api-version":"1.0"},"project-status":{"status":"quarantined","reason":"\u00e4"},"files":[]}"#,
        r#"{"meta":{"api-version":"1.1"},"files":[{"filename":"demo-1.zip","url":"https://h.exampl%/demo-1.zip"}]}"#,
        r#"{"meta":{"api-version":"2.0"},"files":{}}"#,
    ]),
    holds: Check::Bytes(|data| {
        for (base, project) in requests() {
            check_round_trip(Page::parse(data, JSON_TYPE, &base, &project), &base, &project);
        }
    }),
};

/// A find-links page: its content type, an empty line, the page.
pub const FIND_LINKS: Property = Property {
    seeds: Seeds::Texts(&[
        "text/html; charset=utf-8\n\n<a href=\"demo-1.0-py3-none-any.whl\">x</a> <a href=\"a-b-1.0-2.tar.gz\">x</a>",
        "application/vnd.pypi.simple.v1+json\n\n{\"meta\":{\"api-version\":\"1.0\"},\"files\":[]}",
        "\n\n {\"meta\":{\"api-version\":\"1.0\"},\"files\":[{\"filename\":\"demo-1.zip\",\"url\":\"x\"}]}",
    ]),
    holds: Check::Bytes(find_links),
};

/// The URL of an index, or the path of a directory.
pub const ADDRESS: Property = Property {
    seeds: Seeds::Texts(&[
        "https://user:secret@index.example:8080/simple/?x=y#z",
        "file:///mirror",
        "C:\\wheels",
        "wheels/a b",
        "pypi",
        "http://[::1]/",
    ]),
    holds: Check::Text(address),
};

const JSON_TYPE: Option<&str> = Some("application/json");

fn requests() -> impl Iterator<Item = (Url, PackageName)> {
    let bases = ["https://index.example/simple/demo/", "file:///mirror/demo/"];
    bases.into_iter().filter_map(|base| Some((base.parse().ok()?, "demo".parse().ok()?)))
}

fn check_round_trip(page: Result<Page, super::PageError>, base: &Url, project: &PackageName) {
    let Ok(page) = page else { return };
    for file in &page.files {
        assert_eq!(file.name.name(), project);
        check_file(file, base);
    }
    let has_secrets = page.files.iter().any(|file| file.url.has_secrets());
    let Some(json) = page.to_json() else { return assert!(has_secrets, "{:?}", page.files) };
    let again = Page::parse(&json, JSON_TYPE, base, project);
    let Ok(again) = again else { panic!("{again:?}") };
    assert_eq!((again.files, again.quarantined), (page.files, page.quarantined));
}

fn check_file(file: &File, base: &Url) {
    let name = file.name.as_str();
    assert!(name.len() <= 255 && !name.contains(['/', '\\', '\n', '\0']), "{name:?} is not the name of a file");
    let Ok(url) = file.url.to_url() else { panic!("{} is no address", file.url) };
    assert!(matches!(url.scheme(), "http" | "https") || (url.scheme() == "file" && base.scheme() == "file"), "{url}");
    assert_eq!(url.fragment(), None, "{url}");
    let _ = file.location();
}

fn find_links(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((content_type, body)) = text.split_once("\n\n") else { return };
    let content_type = Some(content_type).filter(|content_type| !content_type.is_empty());
    for (base, project) in requests() {
        if let Ok(places) = ByProject::parse(body.as_bytes(), content_type, &base) {
            places.files(&project).iter().for_each(|file| check_file(file, &base));
        }
        let _ = Page::parse(body.as_bytes(), content_type, &base, &project);
    }
}

fn address(text: &str) {
    let here = Path::new(if cfg!(windows) { "C:/here" } else { "/here" });
    let Ok(project) = "demo".parse::<PackageName>() else { return };
    if let Ok(index) = IndexUrl::parse(text, here) {
        assert_eq!(IndexUrl::parse(index.url().as_str(), here).as_ref(), Ok(&index));
        let page = index.page(&project);
        assert!(page.as_str().starts_with(index.url().as_str()) && page.as_str().ends_with("/demo/"), "{page}");
        let shown = Url::parse(&index.to_string());
        assert!(shown.is_ok_and(|shown| shown.username().is_empty() && shown.password().is_none()), "{index}");
    }
    if let Ok(FindLinks::Url(url)) = FindLinks::parse(text, here) {
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
    }
}

#[test]
fn pages_that_are_read_can_be_kept_and_read_again() {
    for property in [HTML, JSON, FIND_LINKS, ADDRESS] {
        property.try_out(1000);
    }
}
