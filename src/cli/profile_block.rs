//! The lines of Kingbolt in the start-up file of a shell: added, replaced, and removed without a trace.

/// The line before those of Kingbolt, and the one after them. Every shell that is known takes them for comments.
const START: &str = "# >>> kingbolt >>>";
const END: &str = "# <<< kingbolt <<<";

/// Says in a file that Kingbolt created it, so that it may be removed.
const CREATED: &str = "# kingbolt created this file";

/// Says that the file ended without a line break, so that it may do so again.
const OPEN: &str = "# the line above had no line break";

/// The beginning and the end of the lines that `path_advice` makes. Other lines in a block are the person's.
const LINES: &[(&str, &str)] = &[
    ("export PATH=\"", ":$PATH\""),
    ("fish_add_path --path \"", "\""),
    ("set path = (\"", "\" $path)"),
    ("$env.PATH = ($env.PATH | prepend \"", "\")"),
];

/// The content of a file with a line in the block of Kingbolt, which is added at the end, or replaced where it is. `None` if
/// the file has it already. `content` is `None` for a file that does not exist.
pub(super) fn with_line(content: Option<&[u8]>, line: &str) -> Option<Vec<u8>> {
    let Some(content) = content else {
        return Some(format!("{START}\n{CREATED}\n{line}\n{END}\n").into_bytes());
    };
    if let Some(block) = Block::find(content, 0) {
        let found = &content[block.start..block.end];
        let wanted = block.with_line(line);
        return (found != wanted).then(|| [&content[..block.start], &wanted, &content[block.end..]].concat());
    }
    let is_open = !content.is_empty() && !content.ends_with(b"\n");
    let open = if is_open { format!("\n{START}\n{OPEN}\n") } else { format!("{START}\n") };
    // With a line break at the end, whatever the file had there: somebody may append to it.
    Some([content, format!("{open}{line}\n{END}\n").as_bytes()].concat())
}

/// A file without the blocks of Kingbolt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Without {
    /// The content that is left.
    Content(Vec<u8>),
    /// Nothing is left of a file that Kingbolt created.
    Nothing,
}

/// The content of a file without the blocks of Kingbolt; lines of the person in them stay. `None` if there is no block.
pub(super) fn without_blocks(content: &[u8]) -> Option<Without> {
    let (mut left, mut at, mut is_created) = (Vec::new(), 0, false);
    while let Some(block) = Block::find(content, at) {
        left.extend_from_slice(&content[at..block.start]);
        left.extend(block.lines.iter().filter(|line| !is_ours(line)).copied().flatten());
        if block.has(OPEN) && block.end == content.len() && left.ends_with(b"\n") {
            left.pop();
        }
        is_created |= block.has(CREATED);
        at = block.end;
    }
    left.extend_from_slice(&content[at..]);
    let is_nothing = is_created && left.is_empty();
    (at > 0).then_some(if is_nothing { Without::Nothing } else { Without::Content(left) })
}

/// The lines of Kingbolt in a file, with those before and after them.
struct Block<'a> {
    start: usize,
    end: usize,
    /// From the first to the last, with their line breaks.
    lines: Vec<&'a [u8]>,
}

impl<'a> Block<'a> {
    /// The first block behind a position.
    fn find(content: &'a [u8], from: usize) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut end = from;
        for line in content[from..].split_inclusive(|byte| *byte == b'\n') {
            let start = end;
            end += line.len();
            // The last beginning before an end: an earlier one has lost its end.
            if text(line) == START.as_bytes() {
                found = Some(Self { start, end, lines: Vec::new() });
            }
            let Some(block) = &mut found else { continue };
            block.end = end;
            block.lines.push(line);
            if text(line) == END.as_bytes() {
                return found;
            }
        }
        None
    }

    /// True if a line says something of the file.
    fn has(&self, note: &str) -> bool {
        self.lines.iter().any(|line| text(line) == note.as_bytes())
    }

    /// The block with a line in the place of those that make PATH.
    fn with_line(&self, wanted: &str) -> Vec<u8> {
        let is_replaced = |line: &&[u8]| is_path_line(text(line)) && text(line) != wanted.as_bytes();
        let is_there = self.has(wanted);
        let mut block = Vec::new();
        for line in self.lines.iter().copied().filter(|line| !is_replaced(line)) {
            if !is_there && text(line) == END.as_bytes() {
                block.extend_from_slice(wanted.as_bytes());
                block.push(b'\n');
            }
            block.extend_from_slice(line);
        }
        block
    }
}

/// True for a line of a block that Kingbolt wrote.
fn is_ours(line: &[u8]) -> bool {
    let text = text(line);
    [START, CREATED, OPEN, END].iter().any(|ours| ours.as_bytes() == text) || is_path_line(text)
}

fn is_path_line(text: &[u8]) -> bool {
    LINES
        .iter()
        .any(|(start, end)| text.strip_prefix(start.as_bytes()).is_some_and(|rest| rest.ends_with(end.as_bytes())))
}

/// A line without its line break.
fn text(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "export PATH=\"$HOME/one:$PATH\"";
    const OTHER: &str = "fish_add_path --path \"$HOME/other\"";

    #[test]
    fn a_block_that_was_added_can_be_removed_without_a_trace() {
        for content in [&b""[..], b"\n", b"a", b"a\n", b"a\r\nb", b"\xff\xfe", b"# >>> kingbolt >>>\nhalf"] {
            let with = with_line(Some(content), ONE).expect("it is new");
            assert_eq!(with_line(Some(&with), ONE), None);
            let replaced = with_line(Some(&with), OTHER).expect("it is another line");
            for there in [with, replaced] {
                assert_eq!(without_blocks(&there), Some(Without::Content(content.to_vec())), "{content:?}");
            }
            assert_eq!(without_blocks(content), None);
        }
    }

    #[test]
    fn a_file_that_was_created_goes_unless_somebody_wrote_into_it() {
        let created = with_line(None, ONE).expect("it is new");
        assert_eq!(without_blocks(&created), Some(Without::Nothing));
        let replaced = with_line(Some(&created), OTHER).expect("it is another line");
        assert_eq!(without_blocks(&replaced), Some(Without::Nothing));
        let with_more = [created, b"mine\n".to_vec()].concat();
        assert_eq!(without_blocks(&with_more), Some(Without::Content(b"mine\n".to_vec())));
    }

    #[test]
    fn text_around_a_block_stays() {
        let there = format!("before\n{START}\n{ONE}\n{END}\nafter\n").into_bytes();
        assert_eq!(without_blocks(&there), Some(Without::Content(b"before\nafter\n".to_vec())));
        let replaced = with_line(Some(&there), OTHER).expect("it is another line");
        assert_eq!(replaced, format!("before\n{START}\n{OTHER}\n{END}\nafter\n").into_bytes());
        let with_returns = format!("before\r\n{START}\r\n{ONE}\r\n{END}\r\nafter\r\n");
        let left = Without::Content(b"before\r\nafter\r\n".to_vec());
        assert_eq!(without_blocks(with_returns.as_bytes()), Some(left));
    }
}
