//! The configuration files of the person and of the system, `config.toml`: each key once, in a table.

mod effective;
mod file;
mod keys;
mod read;

pub(super) use effective::{Effective, effective};
pub(super) use keys::{
    BIN_DIR, CACHE_DIR, COLOR, CONSTRAINT, EXCLUDE_NEWER, EXCLUDE_NEWER_INDEX, EXCLUDE_NEWER_PACKAGE, EXTRA_INDEX_URL,
    FIND_LINKS, GLOBAL_BIN_DIR, GLOBAL_HOME, HOME, INDEX_ABSENT_STATUS, INDEX_URL, JOBS, KEYRING_PROVIDER, Key,
    LINK_MODE, LOCK_DIR, NO_INDEX, OFFLINE, OVERRIDE, PRE, PROGRESS, PYTHON, PYTHON_BUILDS, PYTHON_DOWNLOADS,
    PYTHON_MIRROR, PYTHON_PREFERENCE, REQUIRE_HASHES,
};
pub(super) use read::{Configuration, person_directory, system_directories};
