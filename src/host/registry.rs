//! Windows' registry, of which only the `Path` of the user is changed. On other systems it is empty.

use std::io;

/// A root of the registry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hive {
    CurrentUser,
    LocalMachine,
}

/// The key of the user's variables, and the name of the one for directories of programs.
#[cfg(windows)]
const USER_VARIABLES: &str = "Environment";
#[cfg(windows)]
const PATH: &str = "Path";

/// Access to the registry.
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

    /// The `Path` of the user, with variables as they were written; empty if there is none.
    pub fn user_path(self) -> io::Result<String> {
        let key = windows_registry::CURRENT_USER.create(USER_VARIABLES).map_err(io::Error::from)?;
        match key.get_type(PATH) {
            Ok(_) => key.get_string(PATH).map_err(io::Error::from),
            Err(_) => Ok(String::new()),
        }
    }

    /// Sets the `Path` of the user, as a text in which variables count.
    pub fn set_user_path(self, value: &str) -> io::Result<()> {
        let key = windows_registry::CURRENT_USER.create(USER_VARIABLES).map_err(io::Error::from)?;
        key.set_expand_string(PATH, value).map_err(io::Error::from)
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

    /// The `Path` of the user: there is none.
    pub fn user_path(self) -> io::Result<String> {
        Ok(String::new())
    }

    /// Sets the `Path` of the user: there is none.
    pub fn set_user_path(self, _value: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// A number of a key.
    pub fn number(self, _hive: Hive, _path: &str, _name: &str) -> Option<u32> {
        None
    }
}
