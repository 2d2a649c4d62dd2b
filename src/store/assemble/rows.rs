//! The RECORD of an installed wheel.

use crate::wheel::{RecordHash, write_row};

/// Collects the rows of RECORD.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Row>);

#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Row {
    path: String,
    hash: String,
    size: u64,
}

impl Rows {
    pub(super) fn push(&mut self, path: String, hash: &RecordHash, size: u64) {
        self.0.push(Row { path, hash: hash.to_string(), size });
    }

    /// The number of rows and the sum of the sizes.
    pub(super) fn total(&self) -> (usize, u64) {
        (self.0.len(), self.0.iter().map(|row| row.size).sum())
    }

    /// The text: one row per path, sorted, including RECORD's own row, which states neither hash nor size.
    pub(super) fn text(mut self, own_path: &str) -> String {
        self.0.push(Row { path: own_path.to_owned(), hash: String::new(), size: 0 });
        self.0.sort_unstable();
        self.0.dedup_by(|right, left| right.path == left.path);
        let mut text = String::new();
        for Row { path, hash, size } in &self.0 {
            let size = if path == own_path { String::new() } else { size.to_string() };
            write_row(&mut text, path, hash, &size);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_never_repeated() {
        let hash = RecordHash::of(b"");
        let mut rows = Rows::default();
        for path in ["b", "a,b", "../../bin/x", "b"] {
            rows.push(path.to_owned(), &hash, 7);
        }
        assert_eq!(rows.text("a/RECORD"), format!("../../bin/x,{hash},7\n\"a,b\",{hash},7\na/RECORD,,\nb,{hash},7\n"));
    }
}
