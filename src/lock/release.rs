//! The release that a lock belongs to: its `[tool.kingbolt]` table.

use serde::Deserialize;

use super::document::LockVersion;
use crate::vocab::{PackageName, Release};

/// A lock that is not that of a release.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRelease {
    #[error("it has no `[tool.kingbolt]` table with `schema`, `name`, `version` and `sequence`")]
    Missing,
    #[error("its `[tool.kingbolt]` table has the schema {schema}, which this version of Kingbolt does not know")]
    Schema { schema: u64 },
    #[error("its `[tool.kingbolt]` table cannot be read")]
    Table(#[source] Box<toml::de::Error>),
}

/// The schema of the table that is supported.
const SCHEMA: u64 = 1;

#[derive(Deserialize)]
struct Document {
    tool: Option<Tools>,
}

#[derive(Deserialize)]
struct Tools {
    kingbolt: Option<toml::Table>,
}

#[derive(Deserialize)]
struct Table {
    schema: u64,
    name: PackageName,
    version: LockVersion,
    sequence: u64,
}

/// The release that the text of a lock names. Other keys of the table are ignored here.
pub fn release_of(text: &str) -> Result<Release, InvalidRelease> {
    let invalid = |error| InvalidRelease::Table(Box::new(error));
    let document: Document = toml::from_str(text).map_err(invalid)?;
    let table = document.tool.and_then(|tools| tools.kingbolt).ok_or(InvalidRelease::Missing)?;
    let known = |key: &str| table.contains_key(key);
    if !["schema", "name", "version", "sequence"].into_iter().all(known) {
        return Err(InvalidRelease::Missing);
    }
    let Table { schema, name, version, sequence } = table.try_into().map_err(invalid)?;
    if schema != SCHEMA {
        return Err(InvalidRelease::Schema { schema });
    }
    Ok(Release { name, version: version.0, sequence })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match release_of(text) {
            Ok(release) => release.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_release_is_read_from_the_table_of_kingbolt() {
        let table = "[tool.kingbolt]\nschema = 1\nname = \"Hello_World\"\nversion = \"1.0\"\nsequence = 3\n";
        assert_eq!(read(table), "hello-world 1.0 (sequence 3)");
        assert_eq!(read(&format!("{table}smoke = [[\"hello\"]]\n")), "hello-world 1.0 (sequence 3)");
        let missing = InvalidRelease::Missing.to_string();
        for text in ["", "[tool.uv]\n", "[tool.kingbolt]\n", &table.replace("sequence", "number")] {
            assert_eq!(read(text), missing, "{text}");
        }
        let unreadable = "its `[tool.kingbolt]` table cannot be read";
        for (found, replacement) in [
            ("= 3", "= -3"),
            ("= 3", "= \"3\""),
            ("\"1.0\"", "\"one\""),
            ("Hello_World", "-"),
            ("schema = 1", "schema = []"),
        ] {
            assert_eq!(read(&table.replace(found, replacement)), unreadable, "{replacement}");
        }
        let newer = "its `[tool.kingbolt]` table has the schema 2, which this version of Kingbolt does not know";
        assert_eq!(read(&table.replace("schema = 1", "schema = 2")), newer);
    }
}
