//! Metadata that a source distribution states for every wheel that is built from it (PEP 643).

use std::path::Path;

use crate::host::{FileError, Files};
use crate::vocab::header_lines;

/// The fields that a resolution is based on.
const DECIDING: &[&str] = &["provides-extra", "requires-dist", "requires-python"];

/// The text of PKG-INFO, if no wheel of the source distribution can differ from it in the fields that decide.
pub fn static_metadata(files: Files, tree: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let bytes = files.read_if_present(&tree.join("PKG-INFO"))?;
    Ok(bytes.filter(|bytes| is_static(&String::from_utf8_lossy(bytes))))
}

fn is_static(text: &str) -> bool {
    let lines = header_lines(text).take_while(|line| !line.trim().is_empty());
    let fields =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim()));
    let fields: Vec<(String, &str)> = fields.collect();
    let values = |name: &'static str| fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| *value);
    let is_marked = values("metadata-version").next().is_some_and(marks_dynamic_fields);
    is_marked && !values("dynamic").any(|field| DECIDING.contains(&field.to_ascii_lowercase().as_str()))
}

/// True from metadata version 2.2 on, which marks the fields that a build decides.
fn marks_dynamic_fields(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    let version = (parts.next().and_then(Result::ok), parts.next().and_then(Result::ok));
    version >= (Some(2), Some(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_final_from_version_2_2_on_unless_a_field_that_decides_is_dynamic() {
        for (text, expected) in [
            ("Metadata-Version: 2.2\nName: x\n", true),
            ("Metadata-Version: 2.10\nDynamic: License-File\nDynamic: Summary\n", true),
            ("Metadata-Version: 2.1\nName: x\n", false),
            ("Metadata-Version: 2.4\r\nDynamic: Requires-Dist\r\n", false),
            ("metadata-version: 2.4\ndynamic: provides-extra\n", false),
            ("Metadata-Version: 2.4\n\nDynamic: Requires-Dist\n", true),
            ("Metadata-Version: two\n", false),
            ("Name: x\n", false),
        ] {
            assert_eq!(is_static(text), expected, "{text:?}");
        }
    }
}
