//! The keys of `config.toml`, with the variables that come before it.

/// A key.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::cli) struct Key {
    pub name: &'static str,
    pub kind: Kind,
    /// Kingbolt's own variable.
    pub variable: Option<&'static str>,
    /// Variables of uv and pip, the first of which counts.
    pub others: &'static [&'static str],
    /// The key in the files of uv.
    pub uv: Option<&'static str>,
    /// The key in the files of pip.
    pub pip: Option<&'static str>,
    pub default: &'static str,
}

/// The values of a key. Relative paths start from the directory of the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::cli) enum Kind {
    Choice(&'static [&'static str]),
    Flag,
    /// A whole number from 1 to 255.
    Number,
    Path,
    Paths,
    /// A request for a Python.
    Python,
    /// A URL or a path.
    Place,
    Places,
    Text,
    Texts,
}

const fn key(name: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { name, kind, variable: None, others: &[], uv: None, pip: None, default }
}

pub(in crate::cli) const HOME: Key = Key { variable: Some("KINGBOLT_HOME"), ..key("home", Kind::Path, "") };
pub(in crate::cli) const BIN_DIR: Key = Key { variable: Some("KINGBOLT_BIN_DIR"), ..key("bin-dir", Kind::Path, "") };
/// The home of `--global`; pipx has /opt/pipx.
pub(in crate::cli) const GLOBAL_HOME: Key =
    Key { variable: Some("KINGBOLT_GLOBAL_HOME"), ..key("global-home", Kind::Path, "") };
pub(in crate::cli) const GLOBAL_BIN_DIR: Key =
    Key { variable: Some("KINGBOLT_GLOBAL_BIN_DIR"), ..key("global-bin-dir", Kind::Path, "") };
pub(in crate::cli) const CACHE_DIR: Key =
    Key { variable: Some("KINGBOLT_CACHE_DIR"), ..key("cache-dir", Kind::Path, "") };
pub(in crate::cli) const LOCK_DIR: Key = Key { variable: Some("KINGBOLT_LOCK_DIR"), ..key("lock-dir", Kind::Path, "") };
pub(in crate::cli) const INDEX_URL: Key = Key {
    variable: Some("KINGBOLT_INDEX_URL"),
    others: &["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"],
    uv: Some("index-url"),
    pip: Some("index-url"),
    ..key("index-url", Kind::Place, "PyPI")
};
pub(in crate::cli) const EXTRA_INDEX_URL: Key = Key {
    variable: Some("KINGBOLT_EXTRA_INDEX_URL"),
    others: &["UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"],
    uv: Some("extra-index-url"),
    pip: Some("extra-index-url"),
    ..key("extra-index-url", Kind::Places, "")
};
pub(in crate::cli) const FIND_LINKS: Key = Key {
    variable: Some("KINGBOLT_FIND_LINKS"),
    others: &["UV_FIND_LINKS", "PIP_FIND_LINKS"],
    uv: Some("find-links"),
    pip: Some("find-links"),
    ..key("find-links", Kind::Places, "")
};
pub(in crate::cli) const NO_INDEX: Key = Key {
    others: &["UV_NO_INDEX", "PIP_NO_INDEX"],
    uv: Some("no-index"),
    pip: Some("no-index"),
    ..key("no-index", Kind::Flag, "false")
};
pub(in crate::cli) const INDEX_ABSENT_STATUS: Key =
    Key { variable: Some("KINGBOLT_INDEX_ABSENT_STATUS"), ..key("index-absent-status", Kind::Texts, "") };
pub(in crate::cli) const REQUIRE_HASHES: Key = Key {
    others: &["UV_REQUIRE_HASHES", "PIP_REQUIRE_HASHES"],
    pip: Some("require-hashes"),
    ..key("require-hashes", Kind::Flag, "false")
};
pub(in crate::cli) const KEYRING_PROVIDER: Key = Key {
    others: &["UV_KEYRING_PROVIDER", "PIP_KEYRING_PROVIDER"],
    uv: Some("keyring-provider"),
    pip: Some("keyring-provider"),
    ..key("keyring-provider", Kind::Choice(&["disabled", "subprocess"]), "disabled")
};
pub(in crate::cli) const CONSTRAINT: Key =
    Key { others: &["UV_CONSTRAINT", "PIP_CONSTRAINT"], pip: Some("constraint"), ..key("constraint", Kind::Paths, "") };
pub(in crate::cli) const OVERRIDE: Key = Key { others: &["UV_OVERRIDE"], ..key("override", Kind::Paths, "") };
pub(in crate::cli) const PRE: Key =
    Key { others: &["UV_PRERELEASE", "PIP_PRE"], pip: Some("pre"), ..key("pre", Kind::Flag, "false") };
pub(in crate::cli) const EXCLUDE_NEWER: Key = Key {
    others: &["UV_EXCLUDE_NEWER", "PIP_UPLOADED_PRIOR_TO", "PIPX_COOLDOWN"],
    pip: Some("uploaded-prior-to"),
    ..key("exclude-newer", Kind::Text, "")
};
pub(in crate::cli) const EXCLUDE_NEWER_PACKAGE: Key = key("exclude-newer-package", Kind::Texts, "");
pub(in crate::cli) const EXCLUDE_NEWER_INDEX: Key = key("exclude-newer-index", Kind::Texts, "");
pub(in crate::cli) const PYTHON: Key = Key {
    variable: Some("KINGBOLT_PYTHON"),
    others: &["UV_PYTHON", "PIPX_DEFAULT_PYTHON"],
    ..key("python", Kind::Python, "")
};
pub(in crate::cli) const PYTHON_PREFERENCE: Key = Key {
    variable: Some("KINGBOLT_PYTHON_PREFERENCE"),
    others: &["UV_PYTHON_PREFERENCE"],
    uv: Some("python-preference"),
    ..key("python-preference", Kind::Choice(&["only-system", "system", "managed", "only-managed"]), "system")
};
pub(in crate::cli) const PYTHON_DOWNLOADS: Key = Key {
    variable: Some("KINGBOLT_PYTHON_DOWNLOADS"),
    others: &["UV_PYTHON_DOWNLOADS"],
    uv: Some("python-downloads"),
    ..key("python-downloads", Kind::Choice(&["automatic", "manual", "never"]), "automatic")
};
pub(in crate::cli) const PYTHON_MIRROR: Key = Key {
    variable: Some("KINGBOLT_PYTHON_MIRROR"),
    others: &["UV_PYTHON_INSTALL_MIRROR"],
    ..key("python-mirror", Kind::Place, "that of the table of builds")
};
pub(in crate::cli) const PYTHON_BUILDS: Key =
    Key { variable: Some("KINGBOLT_PYTHON_BUILDS"), ..key("python-builds", Kind::Path, "Kingbolt's own table") };
pub(in crate::cli) const LINK_MODE: Key = key("link-mode", Kind::Choice(&["copy", "file"]), "file");
pub(in crate::cli) const JOBS: Key = key("jobs", Kind::Number, "8, or the number of processors if higher");
pub(in crate::cli) const OFFLINE: Key =
    Key { variable: Some("KINGBOLT_OFFLINE"), ..key("offline", Kind::Flag, "false") };
pub(in crate::cli) const COLOR: Key = key("color", Kind::Choice(&["always", "auto", "never"]), "auto");
pub(in crate::cli) const PROGRESS: Key = key("progress", Kind::Flag, "true");

/// All keys, in the order in which they are listed.
pub(in crate::cli) const KEYS: &[&Key] = &[
    &HOME,
    &BIN_DIR,
    &CACHE_DIR,
    &LOCK_DIR,
    &GLOBAL_HOME,
    &GLOBAL_BIN_DIR,
    &INDEX_URL,
    &EXTRA_INDEX_URL,
    &FIND_LINKS,
    &NO_INDEX,
    &INDEX_ABSENT_STATUS,
    &KEYRING_PROVIDER,
    &REQUIRE_HASHES,
    &CONSTRAINT,
    &OVERRIDE,
    &PRE,
    &EXCLUDE_NEWER,
    &EXCLUDE_NEWER_PACKAGE,
    &EXCLUDE_NEWER_INDEX,
    &PYTHON,
    &PYTHON_PREFERENCE,
    &PYTHON_DOWNLOADS,
    &PYTHON_MIRROR,
    &PYTHON_BUILDS,
    &LINK_MODE,
    &JOBS,
    &OFFLINE,
    &COLOR,
    &PROGRESS,
];
