//! Chooses among the interpreters that were found.

use super::{Discovery, Interpreter, PythonError, PythonRequest};
use crate::vocab::{VersionSpecifiers, admits_python};

/// Chooses the best of the found interpreters that a package's `Requires-Python` admits.
///
/// # Errors
/// If there is none: the error names each interpreter and why it is not suitable.
pub fn choose(discovery: Discovery, requires_python: &VersionSpecifiers) -> Result<Interpreter, PythonError> {
    let Discovery { request, preference, mut found, others, excluded, mut skipped, looked_at } = discovery;
    if let Some(index) = found.iter().position(|one| admits_python(requires_python, &one.version)) {
        return Ok(found.swap_remove(index));
    }
    if !found.is_empty() {
        return Err(PythonError::Unsuitable { requires_python: requires_python.clone(), found, skipped });
    }
    if matches!(request, PythonRequest::Command(_) | PythonRequest::Path(_)) && !skipped.is_empty() {
        let first = skipped.swap_remove(0);
        return Err(PythonError::Unusable { path: first.path, source: first.reason });
    }
    if !excluded.is_empty() {
        return Err(PythonError::Excluded { request, preference, excluded, skipped });
    }
    if others.is_empty() {
        return Err(PythonError::Absent { looked_at, skipped });
    }
    Err(PythonError::NotRequested { request, others, skipped })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::python::{PythonPreference, SkipReason, Skipped};
    use crate::vocab::{parse_specifiers, parse_version};

    #[test]
    fn the_first_that_the_package_works_with_is_chosen() {
        let chosen = choose(discovery(&["3.14.0", "3.12.1", "3.11.0"]), &parse_specifiers("<3.13").unwrap());
        assert_eq!(chosen.unwrap().version, parse_version("3.12.1").unwrap());
    }

    #[test]
    fn a_release_candidate_counts_as_its_release() {
        assert!(choose(discovery(&["3.14.0rc1"]), &parse_specifiers(">=3.14").unwrap()).is_ok());
        assert!(choose(discovery(&["3.14.0rc1"]), &parse_specifiers("<3.14").unwrap()).is_err());
    }

    #[test]
    fn when_none_works_all_are_named() {
        let error = choose(discovery(&["3.12.1", "3.11.0"]), &parse_specifiers(">=3.13").unwrap()).unwrap_err();
        let expected = "no Python on this machine satisfies `>=3.13`; found:\n  \
                        /bin/python3.12.1: CPython 3.12.1\n  \
                        /bin/python3.11.0: CPython 3.11.0\n  \
                        /bin/old: it is Python 2.7.18, older than 3.8";
        assert_eq!(error.to_string(), expected);
        let hint = "install a Python that satisfies `>=3.13`, or pass the path of one with `--python`";
        assert_eq!(error.hint().as_deref(), Some(hint));
    }

    #[test]
    fn when_there_is_nothing_the_places_are_named() {
        let error = choose(Discovery { skipped: Vec::new(), ..discovery(&[]) }, &parse_specifiers("").unwrap());
        assert_eq!(error.unwrap_err().to_string(), "no Python was found; looked in PATH, conda");
    }

    #[test]
    fn when_others_were_not_asked_for_they_are_named() {
        let request = PythonRequest::parse("3.13t").unwrap();
        let others = discovery(&["3.13.1"]).found;
        let searched = Discovery { request, others, skipped: Vec::new(), ..discovery(&[]) };
        let expected = "no Python on this machine matches CPython ==3.13.*, free-threaded; found:\n  \
                        /bin/python3.13.1: CPython 3.13.1";
        assert_eq!(choose(searched, &parse_specifiers("").unwrap()).unwrap_err().to_string(), expected);
    }

    #[test]
    fn those_that_the_preference_excludes_are_named() {
        let excluded = discovery(&["3.13.1"]).found;
        let preference = PythonPreference::OnlyManaged;
        let searched = Discovery { preference, excluded, skipped: Vec::new(), ..discovery(&[]) };
        let error = choose(searched, &parse_specifiers("").unwrap()).unwrap_err();
        let expected = "no Python was found that `only-managed` admits; not admitted:\n  \
                        /bin/python3.13.1: CPython 3.13.1";
        assert_eq!(error.to_string(), expected);
        let hint = "pass `--python-preference system`, or the path of a Python with `--python`";
        assert_eq!(error.hint().as_deref(), Some(hint));
    }

    #[test]
    fn a_named_one_that_does_not_work_is_told_with_the_reason() {
        let searched = Discovery { request: PythonRequest::Path(PathBuf::from("/bin/old")), ..discovery(&[]) };
        let error = choose(searched, &parse_specifiers("").unwrap()).unwrap_err();
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(error.to_string(), "failed to use `/bin/old` as Python");
        assert_eq!(reason.as_deref(), Some("it is Python 2.7.18, older than 3.8"));
    }

    fn discovery(versions: &[&str]) -> Discovery {
        let sample = |version: &&str| Interpreter::sample(version, &format!("/bin/python{version}"));
        let reason = SkipReason::TooOld { version: parse_version("2.7.18").unwrap() };
        Discovery {
            request: PythonRequest::Any,
            found: versions.iter().map(sample).collect(),
            preference: PythonPreference::default(),
            others: Vec::new(),
            excluded: Vec::new(),
            skipped: vec![Skipped { path: PathBuf::from("/bin/old"), reason }],
            looked_at: vec!["PATH".to_owned(), "conda".to_owned()],
        }
    }
}
