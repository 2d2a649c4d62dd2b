//! The environment variables of a backend: those of the person without secrets, and with directories of its own.

use std::ffi::OsString;
use std::path::Path;

use url::Url;

use crate::host::Environment;

use super::Room;

/// A variable of the child: set to a value, or removed.
pub(super) type Variable = (OsString, Option<OsString>);

/// The part of a name that shows what a variable is for.
enum Part {
    Anywhere(&'static str),
    End(&'static str),
    Start(&'static str),
    Whole(&'static str),
}

/// The variables that a backend does not get, with the reason.
const REMOVED: &[(Part, &str)] = &[
    (Part::Anywhere("ACCESS_KEY"), "keys of clouds and object stores"),
    (Part::Anywhere("API_KEY"), "keys of services"),
    (Part::Anywhere("APIKEY"), "keys of services"),
    (Part::Anywhere("CREDENTIAL"), "names of files with secrets, and secrets"),
    (Part::Anywhere("JWT"), "tokens of CI systems"),
    (Part::Anywhere("PASSPHRASE"), "secrets"),
    (Part::Anywhere("PASSWD"), "secrets"),
    (Part::Anywhere("PASSWORD"), "secrets"),
    (Part::Anywhere("PRIVATE_KEY"), "secrets"),
    (Part::Anywhere("SECRET"), "secrets"),
    (Part::Anywhere("TOKEN"), "GITHUB_TOKEN, CI_JOB_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL and the like"),
    (Part::End("_AUTH"), "secrets of package managers"),
    (Part::End("_KEY"), "keys of services, for signing and for encryption"),
    (Part::End("_PASS"), "secrets"),
    (Part::End("_PAT"), "personal access tokens"),
    (Part::End("_PWD"), "MYSQL_PWD and the like"),
    (Part::Start("AWS_"), "access to a cloud"),
    (Part::Start("AZURE_"), "access to a cloud"),
    (Part::Start("DOCKER_"), "access to registries and daemons"),
    (Part::Start("GIT_"), "the repository that a hook of git runs in is not the one that is built"),
    (Part::Start("GOOGLE_"), "access to a cloud"),
    (Part::Start("HATCH_INDEX_"), "names and passwords for publishing"),
    (Part::Start("KINGBOLT_"), "the password that opens a key for signing, and indexes"),
    (Part::Start("PIP_"), "indexes with passwords; it would also change what the backend itself installs"),
    (Part::Start("POETRY_"), "passwords for publishing"),
    (Part::Start("PYTHON"), "modules and settings from outside the isolated environment"),
    (Part::Start("SSHPASS"), "the password for a connection"),
    (Part::Start("SSH_"), "access to the keys of an agent"),
    (Part::Start("TWINE_"), "passwords for publishing"),
    (Part::Start("UV_"), "indexes with passwords"),
    (Part::Whole("DBUS_SESSION_BUS_ADDRESS"), "access to the keyring"),
    (Part::Whole("GPG_AGENT_INFO"), "access to the keys of an agent"),
    (Part::Whole("KUBECONFIG"), "access to clusters"),
    (Part::Whole("NETRC"), "a file with passwords"),
    (Part::Whole("VIRTUAL_ENV"), "another environment"),
    (Part::Whole("XDG_RUNTIME_DIR"), "access to the keyring"),
    (Part::Whole("__PYVENV_LAUNCHER__"), "another interpreter"),
];

/// The first time that a ZIP archive can state, 1980-01-01: without it, building the same twice gives two wheels.
const DEFAULT_EPOCH: &str = "315532800";

/// The changes to the environment of this process for a backend.
pub(super) fn variables(environment: &Environment, scripts: &Path, room: &Room) -> Vec<Variable> {
    let removed = environment.variables().filter(|(name, value)| is_removed(name, value));
    let mut variables: Vec<Variable> = removed.map(|(name, _)| (name.to_owned(), None)).collect();
    let search_path = std::iter::once(scripts.to_owned()).chain(environment.search_path());
    let mut set = |name: &str, value: OsString| variables.push((name.into(), Some(value)));
    if let Ok(search_path) = std::env::join_paths(search_path) {
        set("PATH", search_path);
    }
    let (home, temporary) = (room.home(), room.temporary());
    // Toolchains of Rust are found by the home directory; they are programs, not secrets.
    if environment.var_os("RUSTUP_HOME").is_none()
        && let Some(person) = environment.home_dir()
    {
        set("RUSTUP_HOME", person.join(".rustup").into());
    }
    for name in ["HOME", "USERPROFILE"] {
        set(name, home.clone().into());
    }
    for (name, below) in [("XDG_CACHE_HOME", ".cache"), ("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local")] {
        set(name, home.join(below).into());
    }
    for name in ["TEMP", "TMP", "TMPDIR"] {
        set(name, temporary.clone().into());
    }
    if environment.var_os("SOURCE_DATE_EPOCH").is_none() {
        set("SOURCE_DATE_EPOCH", DEFAULT_EPOCH.into());
    }
    variables
}

fn is_removed(name: &std::ffi::OsStr, value: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let matches = |part: &Part| match part {
        Part::Anywhere(text) => name.contains(text),
        Part::End(text) => name.ends_with(text),
        Part::Start(text) => name.starts_with(text),
        Part::Whole(text) => name == *text,
    };
    REMOVED.iter().any(|(part, _)| matches(part)) || has_login(&value.to_string_lossy())
}

/// True for a value that holds an address with a password, such as that of a proxy, or with a user name that may be a token.
fn has_login(value: &str) -> bool {
    let is_separator = |character: char| character.is_whitespace() || "\"',;=|".contains(character);
    value.split(is_separator).filter_map(|word| Url::parse(word).ok()).any(|url| {
        let is_for_a_user = url.scheme().ends_with("ssh");
        url.password().is_some() || !url.username().is_empty() && !is_for_a_user
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_a_backend() {
        for (name, value) in [
            ("GITHUB_TOKEN", "x"),
            ("UV_INDEX_CORP_PASSWORD", "x"),
            ("UV_INDEX_URL", "x"),
            ("PIP_INDEX_URL", "x"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_PROFILE", "x"),
            ("KINGBOLT_SIGN_PASSWORD", "x"),
            ("npm_config_//registry/:_auth", "x"),
            ("PYTHONPATH", "/elsewhere"),
            ("SSH_AUTH_SOCK", "/run/agent"),
            ("HTTPS_PROXY", "http://user:word@proxy.example:3128"),
            ("HTTPS_PROXY", "http://word@proxy.example:3128"),
            ("SENTRY_DSN", "https://word@errors.example/1"),
            ("OPTIONS", "--index=https://user:word@index.example/simple --quiet"),
            ("REPOSITORY", "git+https://word@h.example/a"),
            ("CI_JOB_JWT_V2", "x"),
            ("GITLAB_PAT", "x"),
            ("MYSQL_PWD", "x"),
            ("RAILS_MASTER_KEY", "x"),
            ("SSHPASS", "x"),
            ("XDG_RUNTIME_DIR", "/run/user/1000"),
        ] {
            assert!(is_removed(name.as_ref(), value.as_ref()), "{name}");
        }
        for (name, value) in [
            ("PATH", "/bin"),
            ("CC", "clang"),
            ("CFLAGS", "-O2"),
            ("AUTHOR", "x"),
            ("COMPASS", "x"),
            ("SOURCE_DATE_EPOCH", "0"),
            ("HTTPS_PROXY", "http://proxy.example:3128"),
            ("PWD", "/home/ada"),
            ("OLDPWD", "/home/ada"),
            ("REPOSITORY", "git+ssh://git@h.example/a"),
            ("CMAKE_PREFIX_PATH", "C:\\a;C:\\b"),
        ] {
            assert!(!is_removed(name.as_ref(), value.as_ref()), "{name}");
        }
    }
}
