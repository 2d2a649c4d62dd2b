//! Windows' registry, read only. On other systems it is empty.

/// A root of the registry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hive {
    CurrentUser,
    LocalMachine,
}

/// Reads the registry.
#[derive(Clone, Copy, Debug)]
pub struct Registry;

#[cfg(windows)]
impl Registry {
    /// The names of the keys directly below a key; none when there is no such key.
    pub fn keys(self, hive: Hive, path: &str) -> Vec<String> {
        let Ok(key) = hive.key().open(path) else { return Vec::new() };
        key.keys().map(Iterator::collect).unwrap_or_default()
    }

    /// A text value of a key; the empty name is the key's default value.
    pub fn text(self, hive: Hive, path: &str, name: &str) -> Option<String> {
        let text = hive.key().open(path).ok()?.get_string(name).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// A number of a key.
    pub fn number(self, hive: Hive, path: &str, name: &str) -> Option<u32> {
        hive.key().open(path).ok()?.get_u32(name).ok()
    }
}

#[cfg(windows)]
impl Hive {
    fn key(self) -> &'static windows_registry::Key {
        match self {
            Self::CurrentUser => windows_registry::CURRENT_USER,
            Self::LocalMachine => windows_registry::LOCAL_MACHINE,
        }
    }
}

#[cfg(not(windows))]
impl Registry {
    /// The names of the keys directly below a key; none when there is no such key.
    pub fn keys(self, _hive: Hive, _path: &str) -> Vec<String> {
        Vec::new()
    }

    /// A text value of a key; the empty name is the key's default value.
    pub fn text(self, _hive: Hive, _path: &str, _name: &str) -> Option<String> {
        None
    }

    /// A number of a key.
    pub fn number(self, _hive: Hive, _path: &str, _name: &str) -> Option<u32> {
        None
    }
}
