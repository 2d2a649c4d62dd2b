//! Words and numbers for people, and the two streams they go to. stdout is data, stderr is talk.

use std::io::Write;
use std::time::Duration;

use super::settings::Palette;

/// How words stand out, with or without colour. Everything can be read without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    palette: Palette,
}

impl Style {
    /// A style with a palette.
    pub(super) fn new(palette: Palette) -> Self {
        Self { palette }
    }

    /// A line that warns.
    pub(super) fn warning(self, message: &str) -> String {
        format!("{} {message}", self.painted("warning:", "33;1"))
    }

    /// A line that tells what failed.
    pub(super) fn error(self, message: &str) -> String {
        format!("{} {message}", self.painted("error:", "31;1"))
    }

    /// A line that tells what to do.
    pub(super) fn hint(self, message: &str) -> String {
        format!("{} {message}", self.painted("hint:", "36;1"))
    }

    /// Text that stands out.
    pub(super) fn strong(self, text: &str) -> String {
        self.painted(text, "1")
    }

    fn painted(self, text: &str, code: &str) -> String {
        match self.palette {
            Palette::Colored => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Palette::Plain => text.to_owned(),
        }
    }
}

/// Says a line on stderr. Where nobody listens any more, nothing is said.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes data to stdout. A reader that went away is no error: `kingbolt list | head` ends quietly.
pub(super) fn print_data(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
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

/// A duration as seconds with one or two digits behind the point.
pub(super) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.2} s") } else { format!("{seconds:.1} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_decimal_units() {
        let told: Vec<String> = [0, 999, 1_000, 45_120_000, 2_800_000_000].map(bytes).to_vec();
        assert_eq!(told, ["0 B", "999 B", "1.0 kB", "45.1 MB", "2.8 GB"]);
    }
}
