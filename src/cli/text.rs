//! Words and numbers for people.

use std::fmt::Display;
use std::time::Duration;

use super::message::Message;
use super::settings::Palette;
use crate::vocab::ByteCount;

/// Emphasis, with or without colour. Nothing needs colour to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    palette: Palette,
}

impl Style {
    /// A style with a palette.
    pub(super) fn new(palette: Palette) -> Self {
        Self { palette }
    }

    /// A warning line.
    pub(super) fn warning(self, message: &str) -> Message {
        self.painted("warning:", "33;1").then(&format!(" {message}"))
    }

    /// An error line.
    pub(super) fn error(self, message: &str) -> Message {
        self.painted("error:", "31;1").then(&format!(" {message}"))
    }

    /// A hint line.
    pub(super) fn hint(self, message: &str) -> Message {
        self.painted("hint:", "36;1").then(&format!(" {message}"))
    }

    /// Emphasised text.
    pub(super) fn strong(self, text: &str) -> Message {
        self.painted(text, "1")
    }

    fn painted(self, text: &str, code: &str) -> Message {
        match self.palette {
            Palette::Colored => Message::painted(text, code),
            Palette::Plain => Message::plain(text),
        }
    }
}

/// A numbered step, indented; further lines are indented more.
pub(super) fn numbered(number: usize, step: impl Display) -> String {
    format!("  {number}. {}", step.to_string().replace('\n', "\n   "))
}

/// `1 package`, `2 packages`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The units that [`bytes`] and [`seconds`] write.
const UNIT_NAMES: &[&str] = &["B", "GB", "MB", "kB", "ms", "s"];

/// A size in decimal units, as download pages show it.
pub(super) fn bytes(count: u64) -> String {
    ByteCount(count).to_string()
}

/// A duration with two or three digits that count.
pub(super) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 0.1 {
        // Rounded up, because nothing takes no time.
        format!("{} ms", duration.as_micros().div_ceil(1000).max(1))
    } else if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

/// Text in lines of at most so many columns, broken between words. What goes on in another line is indented more than
/// its first; a word that is longer than a line stays whole, and so do a number with its unit, and a command in backticks
/// that fits into a line, so that it can be copied.
pub(super) fn fitted(text: &str, columns: usize) -> String {
    let line = |line: &str| {
        let text = line.trim_start_matches(' ');
        let indent = " ".repeat(line.len() - text.len());
        let indent_of_rest = format!("{indent}    ");
        let text = &joined_commands(text, columns.saturating_sub(indent_of_rest.len() + PUNCTUATION));
        let options = whole_words(columns)
            .initial_indent(&indent)
            .subsequent_indent(&indent_of_rest)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        textwrap::fill(&joined_units(text), options).replace(JOINT, " ")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Text in lines of at most so many columns, broken between words, all but the first of them indented.
pub(super) fn filled(text: &str, columns: usize, indent: &str) -> String {
    textwrap::fill(text, whole_words(columns).subsequent_indent(indent))
}

/// A label and its text in lines of at most so many columns; what goes on in another line stands below the text.
pub(super) fn labelled(label: &str, text: &str, columns: usize) -> String {
    let indent = " ".repeat(label.chars().count());
    let text = joined_units(&joined_commands(text, columns.saturating_sub(indent.len() + PUNCTUATION)));
    let options = whole_words(columns).initial_indent(label).subsequent_indent(&indent);
    textwrap::fill(&text, options.wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)).replace(JOINT, " ")
}

/// Lines that break at blanks alone; a word that is longer than a line stays whole.
fn whole_words<'a>(columns: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(columns)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Stands for the blanks at which no line breaks while lines are broken. Nobody prints this character: it is for private use.
const JOINT: char = '\u{f8ff}';

/// The most characters of punctuation behind a command.
const PUNCTUATION: usize = 2;

/// The line with all text in backticks that is not longer than `room` made one word.
fn joined_commands(line: &str, room: usize) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let is_quoted = |index: usize| index % 2 == 1 && index + 1 < parts.len();
    let joined = parts.iter().enumerate().map(|(index, part)| {
        let fits = part.chars().count() + 2 <= room;
        if is_quoted(index) && fits { part.replace(' ', &JOINT.to_string()) } else { (*part).to_owned() }
    });
    joined.collect::<Vec<_>>().join("`")
}

/// The line with each number and its unit made one word.
fn joined_units(line: &str) -> String {
    let is_before_unit = |at: usize| {
        let after = line[at + 1..].split([' ', ',', ':', ';', ')']).next().unwrap_or_default();
        UNIT_NAMES.contains(&after) && line[..at].ends_with(|before: char| before.is_ascii_digit())
    };
    let joined = |(at, character)| if character == ' ' && is_before_unit(at) { JOINT } else { character };
    line.char_indices().map(joined).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_decimal_units() {
        let told: Vec<String> = [0, 999, 1_000, 45_120_000, 2_800_000_000].map(bytes).to_vec();
        assert_eq!(told, ["0 B", "999 B", "1.0 kB", "45.1 MB", "2.8 GB"]);
    }

    #[test]
    fn short_durations_are_told_in_milliseconds_and_never_as_nothing() {
        let told: Vec<String> = [0, 300, 2_400, 99_999, 100_000, 4_230_000, 15_610_000]
            .map(|microseconds| seconds(Duration::from_micros(microseconds)))
            .to_vec();
        assert_eq!(told, ["1 ms", "1 ms", "3 ms", "100 ms", "0.10 s", "4.23 s", "15.6 s"]);
    }

    #[test]
    fn lines_break_between_words_and_go_on_indented() {
        let text = fitted("error: failed to install `hello`\n  caused by: the disk is full\n\n  a  table   row\n", 20);
        assert_eq!(
            text,
            "error: failed to\n    install `hello`\n  caused by: the\n      disk is full\n\n  a  table   row\n"
        );
        assert_eq!(
            fitted("hint: then run `kingbolt list -v`, or so", 25),
            "hint: then run\n    `kingbolt list -v`,\n    or so"
        );
        assert_eq!(fitted("a `command that is too long` b", 16), "a `command that\n    is too long`\n    b");
        assert_eq!(fitted("one ` and no other", 12), "one ` and no\n    other");
        assert_eq!(
            fitted("see /a/path/that/is/longer/than/a/line now", 20),
            "see\n    /a/path/that/is/longer/than/a/line\n    now"
        );
        assert_eq!(fitted("\u{1b}[31;1merror:\u{1b}[0m seven words", 18), "\u{1b}[31;1merror:\u{1b}[0m seven words");
        assert_eq!(fitted("広い 文字", 5), "広い\n    文字");
        assert_eq!(fitted("  a b", 4), "  a\n      b");
    }

    #[test]
    fn an_indented_word_that_is_longer_than_a_line_leaves_no_empty_line_before_it() {
        assert_eq!(fitted("  a-word-that-is-longer-than-a-line", 20), "  a-word-that-is-longer-than-a-line");
    }

    #[test]
    fn a_number_and_its_unit_stay_on_one_line() {
        assert_eq!(fitted("Python 3.13.0, 1.47 s", 20), "Python 3.13.0,\n    1.47 s");
        assert_eq!(fitted("the environment (6.1 MB), and", 20), "the environment\n    (6.1 MB), and");
        assert_eq!(fitted("of several apps 12 so they", 18), "of several apps 12\n    so they");
    }
}
