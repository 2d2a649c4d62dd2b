//! Find-links pages and directories, which have files of many projects.

use std::collections::BTreeMap;
use std::path::PathBuf;

use url::Url;

use super::error::PageError;
use super::file::{File, FileName};
use super::link::Links;
use super::page::{Page, Specifiers, file, parse_links};
use crate::vocab::PackageName;

/// The files of a find-links page or directory, by project.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ByProject(BTreeMap<PackageName, Vec<File>>);

impl ByProject {
    /// Parses a find-links page in HTML or the JSON of an index. `base` is the URL of the response.
    pub fn parse(body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Self, PageError> {
        parse_links(body, content_type, base).map(Self::from_links)
    }

    /// The distributions among the absolute paths of the files in a directory.
    pub fn of_directory(paths: &[PathBuf]) -> Self {
        Self::from_links(Links::from_paths(paths))
    }

    /// The files of a project, if any.
    pub fn files(&self, project: &PackageName) -> &[File] {
        self.0.get(project).map_or(&[], Vec::as_slice)
    }

    /// All files as JSON for [`Self::parse`]; `None` if it may not be written: see [`Page::to_json`].
    pub fn to_json(&self) -> Option<Vec<u8>> {
        Page { files: self.0.values().flatten().cloned().collect(), ..Page::default() }.to_json()
    }

    fn from_links(links: Links) -> Self {
        let mut projects = BTreeMap::<PackageName, Vec<File>>::new();
        let mut specifiers = Specifiers::default();
        for link in links.links {
            if let Some(name) = FileName::of_any(&link.file_name) {
                let project = name.name().clone();
                projects.entry(project).or_default().push(file(name, link, &mut specifiers));
            }
        }
        Self(projects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_find_links_page_offers_files_of_many_projects() {
        let base = Url::parse("https://wheels.example/stable.html").unwrap();
        let body = r#"<a href="cpu/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl">x</a> <a href="six-1.0.zip">x</a>
            <a href="Six-2.0.zip">x</a> <a href="about.html">x</a>"#;
        let projects = ByProject::parse(body.as_bytes(), Some("text/html"), &base).unwrap();
        let urls = |project: &str| -> Vec<String> {
            projects.files(&project.parse().unwrap()).iter().map(|file| file.url.to_string()).collect()
        };
        assert_eq!(urls("six"), ["https://wheels.example/six-1.0.zip", "https://wheels.example/Six-2.0.zip"]);
        let torch = "https://wheels.example/cpu/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl";
        assert_eq!(urls("torch"), [torch]);
        assert_eq!(urls("absent"), Vec::<String>::new());
        let kept = projects.to_json().unwrap();
        assert_eq!(ByProject::parse(&kept, Some("application/json"), &base).unwrap(), projects);
    }
}
