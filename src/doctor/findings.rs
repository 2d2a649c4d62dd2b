//! The problems that follow from the facts, each with its fix. Decides from values.

use serde::Serialize;

use super::facts::{Facts, IndexState, PythonFacts, PythonStatus, SearchPath};
use crate::app::{PythonDownloads, PythonSettings};
use crate::host::network::UnusableRoots;
use crate::python::PythonPreference;

/// A problem.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    pub area: Area,
    pub problem: String,
    /// A command, or what to change.
    pub fix: String,
}

/// The part of the machine that a problem concerns.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    Accelerator,
    Apps,
    Directories,
    Indexes,
    Network,
    Path,
    Python,
    Settings,
}

/// The ways in which Kingbolt may fetch a Python.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PythonFetching {
    /// When an app needs one.
    Automatic,
    /// When a person asks for one.
    Manual,
    Never,
}

impl PythonFetching {
    /// The way that the settings and the network leave.
    pub(super) fn of(settings: &PythonSettings, is_offline: bool) -> Self {
        if settings.preference == PythonPreference::OnlySystem {
            return Self::Never;
        }
        match settings.downloads {
            PythonDownloads::Automatic if !is_offline => Self::Automatic,
            PythonDownloads::Automatic | PythonDownloads::Manual => Self::Manual,
            PythonDownloads::Never => Self::Never,
        }
    }
}

/// The problems of the search path, the interpreters, the indexes and the apps.
pub(super) fn findings(facts: &Facts, fetching: PythonFetching, bin_dir: &str) -> Vec<Finding> {
    let mut findings = of_search_path(&facts.search_path, bin_dir);
    findings.extend(of_pythons(&facts.pythons, fetching));
    findings.extend(facts.indexes.iter().filter_map(|index| match &index.state {
        IndexState::Unreachable { problem, fix } => {
            Some(Finding { area: Area::Indexes, problem: problem.clone(), fix: fix.clone() })
        }
        IndexState::Local | IndexState::NotAsked | IndexState::Reachable { .. } => None,
    }));
    findings.extend(facts.apps.broken.iter().map(|broken| Finding {
        area: Area::Apps,
        problem: format!("`{}` is broken: {}", broken.app, broken.problem),
        fix: broken.advice.clone(),
    }));
    findings
}

/// The problem with the interpreters, unless there is a default, or one is fetched when it is needed.
fn of_pythons(pythons: &[PythonFacts], fetching: PythonFetching) -> Option<Finding> {
    let has = |status| pythons.iter().any(|python| python.status == status);
    if has(PythonStatus::Default) || fetching == PythonFetching::Automatic {
        return None;
    }
    let problem = if has(PythonStatus::Usable) {
        "no Python is the one that the settings ask for"
    } else if has(PythonStatus::Excluded) {
        "the settings exclude every Python"
    } else {
        "no Python can be used"
    };
    let fix = match fetching {
        PythonFetching::Automatic | PythonFetching::Manual => "run `kingbolt python install`, or change the settings",
        PythonFetching::Never => "install Python 3.8 or newer, or change the settings for Pythons",
    };
    Some(Finding { area: Area::Python, problem: problem.to_owned(), fix: fix.to_owned() })
}

fn of_search_path(search_path: &SearchPath, bin_dir: &str) -> Vec<Finding> {
    let of_path = |problem: String, fix: String| Finding { area: Area::Path, problem, fix };
    if let Some(obstacle) = search_path.obstacle {
        let problem = format!("the directory of commands `{bin_dir}` cannot be on PATH: its path {obstacle}");
        return vec![of_path(problem, "set KINGBOLT_BIN_DIR to another directory".to_owned())];
    }
    if !search_path.has_bin_dir {
        let problem = format!("the directory of commands `{bin_dir}` is not on PATH");
        return vec![of_path(problem, "run `kingbolt ensurepath`, then open a new terminal".to_owned())];
    }
    let shadowed = search_path.shadowed.iter().map(|shadowed| {
        let by = shadowed.by.display();
        let problem = format!("`{}` starts `{by}`, which comes first on PATH", shadowed.command);
        let other = shadowed.by.parent().unwrap_or(&shadowed.by).display();
        of_path(problem, format!("put `{bin_dir}` before `{other}` on PATH, or remove `{by}`"))
    });
    shadowed.collect()
}

/// The problem of a variable that names no usable certificates.
pub(super) fn of_roots(roots: &UnusableRoots) -> Finding {
    let UnusableRoots { variable, path, reason } = roots;
    Finding {
        area: Area::Network,
        problem: format!("{variable} names `{}`, which has no usable certificates: {reason}", path.display()),
        fix: format!("set {variable} to a file or directory of certificates in PEM form, or unset it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::facts::ShadowedCommand;

    #[test]
    fn a_search_path_has_one_problem_at_a_time() {
        let told = |search_path: &SearchPath| -> Vec<(String, String)> {
            of_search_path(search_path, "/bin").into_iter().map(|finding| (finding.problem, finding.fix)).collect()
        };
        let text = |problem: &str, fix: &str| vec![(problem.to_owned(), fix.to_owned())];
        let shadowed = vec![ShadowedCommand { command: "http".to_owned(), by: "/usr/bin/http".into() }];
        let all = SearchPath { obstacle: Some("contains `:`"), shadowed, ..SearchPath::default() };
        assert_eq!(
            told(&all),
            text(
                "the directory of commands `/bin` cannot be on PATH: its path contains `:`",
                "set KINGBOLT_BIN_DIR to another directory"
            )
        );
        let absent = SearchPath { obstacle: None, ..all };
        assert_eq!(
            told(&absent),
            text(
                "the directory of commands `/bin` is not on PATH",
                "run `kingbolt ensurepath`, then open a new terminal"
            )
        );
        let hidden = SearchPath { has_bin_dir: true, ..absent };
        assert_eq!(
            told(&hidden),
            text(
                "`http` starts `/usr/bin/http`, which comes first on PATH",
                "put `/bin` before `/usr/bin` on PATH, or remove `/usr/bin/http`"
            )
        );
        assert_eq!(told(&SearchPath { shadowed: Vec::new(), ..hidden }), Vec::new());
    }
}
