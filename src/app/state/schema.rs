//! The version of a file's form: read before anything else in it.

use std::path::Path;

use crate::app::error::AppError;

/// Refuses a file that a newer version wrote in a form unknown to this one.
///
/// # Errors
/// [`AppError::Malformed`] when the text is no TOML document or names no schema.
pub(in crate::app) fn check_schema(path: &Path, text: &str, newest: u32) -> Result<(), AppError> {
    let malformed = |source| AppError::Malformed { path: path.to_owned(), source };
    let table: toml::Table = toml::from_str(text).map_err(|source| malformed(Box::new(source)))?;
    match table.get("schema").and_then(toml::Value::as_integer) {
        Some(schema) if schema > i64::from(newest) => Err(AppError::NewerSchema { path: path.to_owned(), schema }),
        Some(schema) if schema > 0 => Ok(()),
        _ => Err(malformed("it has no schema version".into())),
    }
}
