//! Rows of RECORD, as Python's `csv` module reads and writes them.

use super::record_hash::RecordHash;

/// The fields of one line.
///
/// # Errors
/// If a quoted field does not end. Names in a wheel contain no line breaks, so a field never spans lines.
pub(super) fn fields(line: &str) -> Result<Vec<String>, UnendedField> {
    if !line.contains('"') {
        return Ok(line.split(',').map(str::to_owned).collect());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
            unquoted(quoted)?
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// Appends one row of three fields, with the path quoted if necessary.
pub fn write_row(text: &mut String, path: &str, hash: &str, size: &str) {
    if path.contains(['"', ',', '\r', '\n']) {
        text.push('"');
        text.push_str(&path.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(path);
    }
    for field in [hash, size] {
        text.push(',');
        text.push_str(field);
    }
    text.push('\n');
}

/// A quoted field has no closing quote.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct UnendedField;

/// Splits the text after an opening quote into the field and the rest. As in Python, text between the closing quote and
/// the comma belongs to the field.
fn unquoted(text: &str) -> Result<(String, &str), UnendedField> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"').ok_or(UnendedField)?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        let Some(more) = rest.strip_prefix('"') else { break };
        field.push('"');
        rest = more;
    }
    let end = rest.find(',').unwrap_or(rest.len());
    field.push_str(&rest[..end]);
    Ok((field, &rest[end..]))
}

/// The paths and hashes of an installed wheel's RECORD, which [`write_row`] wrote, relative to its library directory.
/// Rows that cannot be parsed are ignored.
pub fn installed_rows(text: &str) -> Vec<(String, Option<RecordHash>)> {
    let row = |line: &str| {
        let mut fields = fields(line).ok()?.into_iter();
        let (path, hash) = (fields.next()?, fields.next()?);
        Some((path, RecordHash::parse(&hash).ok()))
    };
    text.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_python_reads_them() {
        for (line, expected) in [
            ("a,b,c", vec!["a", "b", "c"]),
            ("a,,", vec!["a", "", ""]),
            ("", vec![""]),
            ("\"a,b\",c,\"\"", vec!["a,b", "c", ""]),
            ("\"say \"\"hi\"\"\",c", vec!["say \"hi\"", "c"]),
            ("a\"b,c", vec!["a\"b", "c"]),
            ("\"a\"b,c", vec!["ab", "c"]),
        ] {
            assert_eq!(fields(line), Ok(expected.into_iter().map(str::to_owned).collect()), "{line}");
        }
        assert_eq!(fields("\"a,b"), Err(UnendedField));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for path in ["a/b.py", "a, b", "say \"hi\"", "ü"] {
            let mut text = String::new();
            write_row(&mut text, path, "sha256=x", "7");
            assert_eq!(fields(text.trim_end()), Ok(vec![path.to_owned(), "sha256=x".to_owned(), "7".to_owned()]));
        }
    }
}
