//! The header block of METADATA and WHEEL: `Name: value` lines in the form of e-mail headers.

use crate::vocab::header_lines;

/// The fields before the first empty line.
#[derive(Debug)]
pub(super) struct Headers<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Headers<'a> {
    /// Ignores lines that are not fields, and continuation lines: no field that is read here has any.
    pub(super) fn parse(text: &'a str) -> Self {
        let lines = header_lines(text).take_while(|line| !line.trim_end().is_empty());
        let fields = lines.filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split_once(':'));
        Self(fields.map(|(name, value)| (name.trim(), value.trim())).collect())
    }

    /// All values of a field. The case of its name does not matter.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|&(_, value)| value)
    }

    /// The value of a field that must not be repeated with another value.
    pub(super) fn one(&self, name: &str) -> Result<Option<&'a str>, Repeated> {
        let mut values = self.all(name);
        let first = values.next();
        if values.any(|value| Some(value) != first) { Err(Repeated) } else { Ok(first) }
    }
}

/// A field has two different values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Repeated;
