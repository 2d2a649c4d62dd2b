//! Text as one literal word of a shell, whatever is in it.

/// A word of sh, bash, zsh, dash and ksh.
pub(super) fn posix(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A word of csh and tcsh, which replace `!` even inside single quotes.
pub(super) fn csh(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''").replace('!', r"\!"))
}

/// A word of fish.
pub(super) fn fish(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A word of PowerShell, which takes typographic quotes for straight ones.
pub(super) fn powershell(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_escaped_as_each_shell_has_it() {
        let text = r"it's \ $x `y` !";
        assert_eq!(posix(text), r"'it'\''s \ $x `y` !'");
        assert_eq!(csh(text), r"'it'\''s \ $x `y` \!'");
        assert_eq!(fish(text), r"'it\'s \\ $x `y` !'");
        assert_eq!(powershell("it's ‘a’ \\ $x"), "'it''s ‘‘a’’ \\ $x'");
    }
}
