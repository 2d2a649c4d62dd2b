//! The lines of Kingbolt in the start-up file of a shell: added, replaced, and removed without a trace.

/// The line before those of Kingbolt, and the one after them. Every shell that is known takes them for comments.
const START: &str = "# >>> kingbolt >>>";
const END: &str = "# <<< kingbolt <<<";

/// Says in a file that Kingbolt created it, so that it may be removed.
const CREATED: &str = "# kingbolt created this file";

/// The content of a file with a line in the block of Kingbolt, which is added at the end, or replaced where it is. `None` if
/// the file has it already. `content` is `None` for a file that does not exist.
pub(super) fn with_line(content: Option<&[u8]>, line: &str) -> Option<Vec<u8>> {
    let Some(content) = content else {
        return Some(format!("{START}\n{CREATED}\n{line}\n{END}\n").into_bytes());
    };
    if let Some(block) = find(content) {
        let found = &content[block.start..block.end];
        let created = if contains(found, CREATED) { format!("{CREATED}\n") } else { String::new() };
        let wanted = format!("{START}\n{created}{line}\n{END}");
        let is_same = found == wanted.as_bytes();
        return (!is_same).then(|| [&content[..block.start], wanted.as_bytes(), &content[block.end..]].concat());
    }
    // A file without a line break at its end gets none, so that it can be restored.
    let is_open = !content.is_empty() && !content.ends_with(b"\n");
    let block = if is_open { format!("\n{START}\n{line}\n{END}") } else { format!("{START}\n{line}\n{END}\n") };
    Some([content, block.as_bytes()].concat())
}

/// A file without the block of Kingbolt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Without {
    /// The content that is left.
    Content(Vec<u8>),
    /// Nothing is left of a file that Kingbolt created.
    Nothing,
}

/// The content of a file without the block of Kingbolt; `None` if it has none.
pub(super) fn without_block(content: &[u8]) -> Option<Without> {
    let block = find(content)?;
    let is_created = contains(&content[block.start..block.end], CREATED);
    let (mut before, mut after) = (&content[..block.start], &content[block.end..]);
    match after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")) {
        Some(rest) => after = rest,
        // The line break before the block came with it.
        None => before = before.strip_suffix(b"\n").unwrap_or(before),
    }
    let left = [before, after].concat();
    Some(if is_created && left.is_empty() { Without::Nothing } else { Without::Content(left) })
}

/// The block, from its first line to the end of its last one without the line break.
fn find(content: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut start = None;
    let mut at = 0;
    for line in content.split(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        match start {
            // The last one before an end: an earlier one has lost its end.
            _ if text == START.as_bytes() => start = Some(at),
            Some(start) if text == END.as_bytes() => return Some(start..at + text.len()),
            None | Some(_) => {}
        }
        at += line.len() + 1;
    }
    None
}

fn contains(content: &[u8], line: &str) -> bool {
    content.split(|byte| *byte == b'\n').any(|there| there == line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_was_added_can_be_removed_without_a_trace() {
        for content in [&b""[..], b"\n", b"a", b"a\n", b"a\r\nb", b"\xff\xfe", b"# >>> kingbolt >>>\nhalf"] {
            let with = with_line(Some(content), "export X").expect("it is new");
            assert_eq!(with_line(Some(&with), "export X"), None);
            let replaced = with_line(Some(&with), "export Y").expect("it is another line");
            for there in [with, replaced] {
                assert_eq!(without_block(&there), Some(Without::Content(content.to_vec())), "{content:?}");
            }
            assert_eq!(without_block(content), None);
        }
    }

    #[test]
    fn a_file_that_was_created_goes_unless_somebody_wrote_into_it() {
        let created = with_line(None, "export X").expect("it is new");
        assert_eq!(without_block(&created), Some(Without::Nothing));
        let replaced = with_line(Some(&created), "export Y").expect("it is another line");
        assert_eq!(without_block(&replaced), Some(Without::Nothing));
        let with_more = [created, b"mine\n".to_vec()].concat();
        assert_eq!(without_block(&with_more), Some(Without::Content(b"mine\n".to_vec())));
    }

    #[test]
    fn text_around_a_block_stays() {
        let there = b"before\n# >>> kingbolt >>>\nexport X\n# <<< kingbolt <<<\nafter\n";
        assert_eq!(without_block(there), Some(Without::Content(b"before\nafter\n".to_vec())));
        let replaced = with_line(Some(there), "export Y").expect("it is another line");
        let with_returns = b"before\r\n# >>> kingbolt >>>\r\nexport X\r\n# <<< kingbolt <<<\r\nafter\r\n";
        assert_eq!(without_block(with_returns), Some(Without::Content(b"before\r\nafter\r\n".to_vec())));
        assert_eq!(replaced, b"before\n# >>> kingbolt >>>\nexport Y\n# <<< kingbolt <<<\nafter\n");
    }
}
