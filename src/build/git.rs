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
    let git = Git { host, directory: into, url };
    // Without the contents of other commits, but with all of them: backends read versions from tags.
    git.run(None, &["clone", "--quiet", "--no-checkout", "--filter=blob:none", "--", url.as_str()], Some(into))?;
    let commit = git.commit(revision)?;
    git.run(Some(into), &["checkout", "--quiet", "--detach", &commit], None)?;
    if host.files.is_file(&into.join(".gitmodules")) {
        git.run(Some(into), &["submodule", "--quiet", "update", "--init", "--recursive"], None)?;
    }
    if url.password().is_some() || !url.username().is_empty() {
        // The backend can read the configuration of the repository.
        git.run(Some(into), &["remote", "remove", "origin"], None)?;
    }
    Ok(commit)
}

struct Git<'a> {
    host: &'a Host,
    directory: &'a Path,
    url: &'a Url,
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
        let mut arguments: Vec<OsString> = Vec::new();
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
        self.url.password().map_or_else(|| log.clone(), |password| log.replace(password, "…"))
    }
}
