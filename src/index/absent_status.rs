//! Indexes that answer 403 instead of 404 for packages that they do not have: storage whose content may not be listed
//! does so. Everywhere else, 403 stops the search: a private index that refuses may well have the package.

use std::path::Path;

use super::address::{IndexUrl, InvalidIndexUrl};

/// The hosts of indexes of accelerator builds that are known to do so; its first lines describe the format.
const HOSTS: &str = include_str!("absent_status.txt");

/// Indexes at which 403 means that a package is absent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ForbiddenIsAbsent(Vec<IndexUrl>);

/// Text that does not name an index and 403.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidAbsentStatus {
    #[error("an entry does not have the form `URL=403`")]
    Form,
    #[error(transparent)]
    Index(#[from] InvalidIndexUrl),
}

impl ForbiddenIsAbsent {
    /// Parses `URL=403 URL=403 …`.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, InvalidAbsentStatus> {
        let index = |entry: &str| match entry.rsplit_once('=') {
            Some((url, "403")) => Ok(IndexUrl::parse(url, directory)?),
            _ => Err(InvalidAbsentStatus::Form),
        };
        text.split_whitespace().map(index).collect::<Result<_, _>>().map(Self)
    }

    /// True if 403 from this index means that it does not have the package. An index of the table that is used with
    /// credentials may be refusing them.
    pub fn applies_to(&self, index: &IndexUrl) -> bool {
        let stated = self.0.iter().any(|stated| stated.to_string() == index.to_string());
        let has_credentials = !index.url().username().is_empty() || index.url().password().is_some();
        stated || !has_credentials && index.url().host_str().is_some_and(|host| hosts(HOSTS).any(|known| known == host))
    }
}

/// The hosts in a table.
fn hosts(table: &str) -> impl Iterator<Item = &str> {
    table.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(text: &str) -> IndexUrl {
        IndexUrl::parse(text, Path::new("/")).unwrap()
    }

    #[test]
    fn an_index_counts_however_it_is_written() {
        let stated = "https://a.example/simple=403  https://u:p@b.example/?x=1=403";
        let stated = ForbiddenIsAbsent::parse(stated, Path::new("/")).unwrap();
        for text in ["https://a.example/simple/", "https://u:p@a.example/simple", "https://b.example"] {
            assert!(stated.applies_to(&index(text)), "{text}");
        }
        for text in ["https://a.example/", "http://a.example/simple/", "https://a.example:444/simple/"] {
            assert!(!stated.applies_to(&index(text)), "{text}");
        }
        for text in ["https://a.example/", "https://a.example/=404", "403", "=403", "ftp://a.example/=403"] {
            assert!(ForbiddenIsAbsent::parse(text, Path::new("/")).is_err(), "{text}");
        }
    }

    #[test]
    fn the_table_holds_host_names() {
        assert_eq!(hosts("# note\n\n a.example # why\nb.example").collect::<Vec<_>>(), ["a.example", "b.example"]);
        for host in hosts(HOSTS) {
            assert_eq!(index(&format!("https://{host}/")).url().host_str(), Some(host));
        }
    }
}
