//! The name of a lock file (PEP 751, "File Name").

/// Returns true for `pylock.toml`, and for `pylock.<name>.toml` if the name has no dots.
pub fn is_lock_name(file_name: &str) -> bool {
    file_name == "pylock.toml" || name_in_file_name(file_name).is_some()
}

/// The name in `pylock.<name>.toml`.
pub fn name_in_file_name(file_name: &str) -> Option<&str> {
    let name = file_name.strip_prefix("pylock.")?.strip_suffix(".toml")?;
    (!name.is_empty() && !name.contains('.')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_names_are_known_and_may_hold_a_name() {
        assert!(is_lock_name("pylock.toml"));
        assert!(is_lock_name("pylock.imednet.toml"));
        assert_eq!(name_in_file_name("pylock.imednet.toml"), Some("imednet"));
        assert_eq!(name_in_file_name("pylock.toml"), None);
        for text in
            ["pylock..toml", "pylock.a.b.toml", "Pylock.toml", "uv.lock", "pylock.json", "xpylock.toml", "pylocktoml"]
        {
            assert!(!is_lock_name(text), "{text}");
        }
    }
}
