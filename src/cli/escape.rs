//! Shows the characters of other people's text that control a terminal, or the direction of text, as escapes.

/// Characters besides the control characters that change how the text around them is shown: marks, embeddings and
/// isolates of bidirectional text, and separators of lines (Unicode Standard Annex 9, Unicode 5.8).
const INVISIBLE: &[char] = &[
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Text of one or more lines: only line breaks are kept.
pub(super) fn escaped(text: &str) -> String {
    replaced(&text.replace("\r\n", "\n"), |character| character == '\n', char::escape_default)
}

/// Text that is part of a line, such as a file name: line breaks are escaped too.
pub(super) fn escaped_line(text: &str) -> String {
    replaced(text, |_| false, char::escape_default)
}

/// A JSON document, which means the same afterwards: only its strings contain such characters.
pub(super) fn escaped_json(document: &str) -> String {
    replaced(document, |character| character == '\n', |character| format!("\\u{:04x}", u32::from(character)))
}

fn replaced<T: ToString>(text: &str, is_kept: impl Fn(char) -> bool, escape: impl Fn(char) -> T) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if (character.is_control() || INVISIBLE.contains(&character)) && !is_kept(character) {
            result.push_str(&escape(character).to_string());
        } else {
            result.push(character);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{7}\r\u{9b}31m\u{202e}\u{7f}\u{2028}ü\u{1f600}\tb\nc";

    #[test]
    fn control_and_bidirectional_characters_are_shown_as_escapes() {
        let shown = r"a\u{1b}[2J\u{7}\r\u{9b}31m\u{202e}\u{7f}\u{2028}ü😀\tb";
        assert_eq!(escaped(HOSTILE), format!("{shown}\nc"));
        assert_eq!(escaped_line(HOSTILE), format!(r"{shown}\nc"));
        assert_eq!(escaped("a\r\nb"), "a\nb");
    }

    #[test]
    fn a_json_document_means_the_same_in_ascii_control_characters() {
        let document = serde_json::to_string_pretty(&[HOSTILE]).unwrap();
        let shown = escaped_json(&document);
        assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{7f}', '\u{1b}']), "{shown}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [HOSTILE]);
    }
}
