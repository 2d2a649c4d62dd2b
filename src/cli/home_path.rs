//! Paths below the home directory in lines for people.

use std::path::Path;

/// Writes the home directory as `~` wherever a path below it begins a word, as shells other than those of Windows do.
pub(super) fn with_short_home(text: &str, home: Option<&Path>) -> String {
    let Some(home) = home.and_then(Path::to_str).filter(|home| !cfg!(windows) && home.len() > 1) else {
        return text.to_owned();
    };
    let below = format!("{}/", home.trim_end_matches('/'));
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&below) {
        shown.push_str(before);
        let begins_word = shown.chars().next_back().is_none_or(|last| last.is_whitespace() || "`(".contains(last));
        shown.push_str(if begins_word { "~/" } else { &below });
        rest = after;
    }
    shown + rest
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_begin_in_the_home_directory_are_shortened() {
        let shown = |text, home: &str| with_short_home(text, Some(Path::new(home)));
        assert_eq!(shown("link /home/a/bin in (/home/a/x)", "/home/a"), "link ~/bin in (~/x)");
        assert_eq!(shown("/home/a/x\n  /home/a/y", "/home/a/"), "~/x\n  ~/y");
        let others = "/data/home/a/x /home/ab/y /home/a";
        assert_eq!(shown(others, "/home/a"), others);
        assert_eq!(shown("/tmp/x", "/"), "/tmp/x");
        assert_eq!(with_short_home("/home/a/x", None), "/home/a/x");
    }
}
