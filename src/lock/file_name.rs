//! The name of a lock file (PEP 751, "File Name").

/// Returns true for `pylock.toml`, and for `pylock.<name>.toml` if the name has no dots.
pub fn is_lock_name(file_name: &str) -> bool {
    let name = file_name.strip_prefix("pylock.").and_then(|rest| rest.strip_suffix(".toml"));
    file_name == "pylock.toml" || name.is_some_and(|name| !name.is_empty() && !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_names_are_known_and_may_hold_a_name() {
        assert!(is_lock_name("pylock.toml"));
        assert!(is_lock_name("pylock.imednet.toml"));
        for text in
            ["pylock..toml", "pylock.a.b.toml", "Pylock.toml", "uv.lock", "pylock.json", "xpylock.toml", "pylocktoml"]
        {
            assert!(!is_lock_name(text), "{text}");
        }
    }
}
