//! Words and numbers for people.

use std::fmt::Display;
use std::time::Duration;

use super::message::Message;
use super::settings::Palette;

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

/// A size in decimal units, as download pages show it.
pub(super) fn bytes(count: u64) -> String {
    const UNITS: &[(u64, &str)] = &[(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(unit, _)| count >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", count / unit, count % unit * 10 / unit),
        None => format!("{count} B"),
    }
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

/// Words after an introduction, in lines of at most 80 columns; continuation lines are indented.
pub(super) fn wrapped(introduction: &str, words: &[&str]) -> String {
    let mut text = introduction.to_owned();
    let mut column = introduction.chars().count();
    for (index, word) in words.iter().enumerate() {
        let comma = usize::from(index + 1 < words.len());
        let width = word.chars().count() + comma;
        if column + 1 + width > 80 {
            text.push_str("\n   ");
            column = 3;
        }
        text.push(' ');
        text.push_str(word);
        text.push_str(&",".repeat(comma));
        column += 1 + width;
    }
    text
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
    fn many_words_go_on_in_indented_lines_of_at_most_80_columns() {
        assert_eq!(wrapped("Command in ~/bin:", &["hello"]), "Command in ~/bin: hello");
        let words: Vec<String> = (10..30).map(|number| format!("word{number}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let text = wrapped("Commands in ~/bin:", &words);
        assert_eq!(
            text,
            "Commands in ~/bin: word10, word11, word12, word13, word14, word15, word16,\n    \
             word17, word18, word19, word20, word21, word22, word23, word24, word25,\n    \
             word26, word27, word28, word29"
        );
    }
}
