//! A checkout of a git repository, by the `git` on PATH.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::host::{Command, Host, ProcessError};
use crate::vocab::Address;

use super::BuildError;

/// Cloning a large repository over a slow connection takes minutes.
const TIME_LIMIT: Duration = Duration::from_hours(1);

/// Clones a repository into a new directory, checks a revision out, and returns its commit.
///
/// # Errors
/// [`BuildError::Git`] with what git says.
pub fn checkout(host: &Host, url: &Url, revision: Option<&str>, into: &Path) -> Result<String, BuildError> {
    let login = Login::of(url);
    let address = if login.is_some() { without_login(url) } else { url.clone() };
    let git = Git { host, directory: into, url, login };
    // Without the contents of other commits, but with all of them: backends read versions from tags.
    git.run(None, &["clone", "--quiet", "--no-checkout", "--filter=blob:none", "--", address.as_str()], Some(into))?;
    let commit = git.commit(revision)?;
    git.run(Some(into), &["checkout", "--quiet", "--detach", &commit], None)?;
    if host.files.is_file(&into.join(".gitmodules")) {
        git.run(Some(into), &["submodule", "--quiet", "update", "--init", "--recursive"], None)?;
    }
    if address.password().is_some() || !address.username().is_empty() {
        // The backend can read the configuration of the repository.
        git.run(Some(into), &["remote", "remove", "origin"], None)?;
    }
    Ok(commit)
}

struct Git<'a> {
    host: &'a Host,
    directory: &'a Path,
    url: &'a Url,
    login: Option<Login>,
}

/// A user name, which may be a token, and a password for an origin.
///
/// git would write those of an address into the configuration of the repository and of its submodules, where the backend
/// reads them, and show them to all users among the arguments of its processes.
struct Login {
    origin: String,
    username: String,
    /// Without one, the person's own helper of git may know it.
    password: Option<String>,
}

/// The variables that bring a login to git.
const USERNAME: &str = "KINGBOLT_GIT_USERNAME";
const PASSWORD: &str = "KINGBOLT_GIT_PASSWORD";

/// The number of settings of git in variables.
const SETTINGS: &str = "GIT_CONFIG_COUNT";

/// Answers git's question for a login; git runs it with its own shell, on Windows too.
const HELPER: &str = r#"!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$KINGBOLT_GIT_USERNAME" "$KINGBOLT_GIT_PASSWORD"; }; f"#;

impl Login {
    /// The login of an address that git asks for one.
    fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") || url.username().is_empty() && url.password().is_none() {
            return None;
        }
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let origin = url.origin().ascii_serialization();
        Some(Self { origin, username: decoded(url.username()), password: url.password().map(decoded) })
    }

    /// The options of git, which hold for submodules too. The empty one keeps other helpers from answering, and from storing
    /// the password.
    fn options(&self) -> Vec<String> {
        if self.password.is_none() {
            return Vec::new();
        }
        let helper = |text: &str| format!("credential.{}.helper={text}", self.origin);
        vec!["-c".to_owned(), helper(""), "-c".to_owned(), helper(HELPER)]
    }

    /// The variables that only this user's processes can read. Without a password, the user name becomes a setting of git
    /// behind `settings` others (git 2.31 and later).
    fn variables(&self, settings: usize) -> Vec<(String, String)> {
        if let Some(password) = &self.password {
            return vec![(USERNAME.to_owned(), self.username.clone()), (PASSWORD.to_owned(), password.clone())];
        }
        vec![
            (SETTINGS.to_owned(), (settings + 1).to_string()),
            (format!("GIT_CONFIG_KEY_{settings}"), format!("credential.{}.username", self.origin)),
            (format!("GIT_CONFIG_VALUE_{settings}"), self.username.clone()),
        ]
    }
}

fn without_login(url: &Url) -> Url {
    let mut url = url.clone();
    // These fail for addresses without a host only, which have no login.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url
}

impl Git<'_> {
    fn commit(&self, revision: Option<&str>) -> Result<String, BuildError> {
        let Some(revision) = revision else { return self.parsed("HEAD") };
        let branch = format!("refs/remotes/origin/{revision}");
        if let Ok(commit) = self.parsed(&branch).or_else(|_| self.parsed(revision)) {
            return Ok(commit);
        }
        // Branches of merge requests and the like are not cloned.
        self.run(Some(self.directory), &["fetch", "--quiet", "origin", "--", revision], None)?;
        self.parsed("FETCH_HEAD")
    }

    fn parsed(&self, revision: &str) -> Result<String, BuildError> {
        let commit = format!("{revision}^{{commit}}");
        Ok(self.run(Some(self.directory), &["rev-parse", "--verify", "--quiet", &commit], None)?.trim().to_owned())
    }

    /// Runs git, and returns its output.
    fn run(&self, within: Option<&Path>, words: &[&str], last: Option<&Path>) -> Result<String, BuildError> {
        let options = self.login.iter().flat_map(Login::options);
        let mut arguments: Vec<OsString> = options.map(OsString::from).collect();
        if let Some(directory) = within {
            arguments.extend(["-C".into(), directory.into()]);
        }
        arguments.extend(words.iter().map(OsString::from));
        arguments.extend(last.map(OsString::from));
        let environment = &self.host.environment;
        let programs = self.host.find_programs("git", &environment.search_path());
        let program = programs.first().cloned().unwrap_or_else(|| "git".into());
        let mut command = Command::new(&program, arguments);
        command.time_limit = TIME_LIMIT;
        // Those of a hook of git would name another repository.
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"] {
            command.variables.push((name.into(), None));
        }
        command.variables.push(("GIT_TERMINAL_PROMPT".into(), Some("0".into())));
        if let Some(login) = &self.login {
            let settings = environment.var(SETTINGS).and_then(|count| count.parse().ok()).unwrap_or_default();
            let variables = login.variables(settings).into_iter();
            command.variables.extend(variables.map(|(name, value)| (name.into(), Some(value.into()))));
        }
        let output = match self.host.processes.capture(&command) {
            Err(ProcessError::Interrupted { .. }) => {
                self.host.interrupt.check()?;
                return Err(BuildError::Git { log: String::new() });
            }
            captured => captured?,
        };
        self.host.interrupt.check()?;
        if !output.status.success() {
            return Err(BuildError::Git { log: self.without_secrets(&String::from_utf8_lossy(&output.stderr)) });
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The output of git without the secrets of the address, which it repeats.
    fn without_secrets(&self, log: &str) -> String {
        let log = log.replace(self.url.as_str(), &Address::from(self.url).to_string());
        let log = self.url.password().map_or_else(|| log.clone(), |password| log.replace(password, "…"));
        // The user name of an address for SSH is that of the server.
        let username = self.login.as_ref().map(|_| self.url.username()).filter(|username| !username.is_empty());
        username.map_or_else(|| log.clone(), |username| log.replace(&format!("{username}@"), "…@"))
    }
}
