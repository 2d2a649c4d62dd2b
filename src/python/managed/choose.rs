//! Chooses builds for a request.

use super::{BuildName, BuildTable, ManagedBuild, Target};
use crate::platform::Implementation;
use crate::python::PythonRequest;
use crate::vocab::{Version, VersionSpecifiers, admits, admits_python};

/// No build can serve a request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoBuild {
    /// The builds are for other machines.
    #[error("there are no Python builds for this machine ({machine})")]
    Machine { machine: String },
    #[error("no Python build for {target} matches {request}; available: {}", list(available))]
    Request { request: Box<PythonRequest>, target: Target, available: Vec<Version> },
    /// Some match the request, but the package works with none of them.
    #[error("no Python build for {target} satisfies `{requires_python}`; available: {}", list(available))]
    Unsuitable { requires_python: VersionSpecifiers, target: Target, available: Vec<Version> },
}

/// The builds for a target that match a request and that a package's `Requires-Python` admits, newest first; at least
/// one.
///
/// # Errors
/// If there is none: the error lists the versions of which there are builds.
pub fn builds_for<'t>(
    table: &'t BuildTable,
    target: Target,
    request: &PythonRequest,
    requires_python: &VersionSpecifiers,
) -> Result<Vec<&'t ManagedBuild>, NoBuild> {
    let requested: Vec<&ManagedBuild> =
        table.builds_for(target).filter(|build| build.name.is_requested(request)).collect();
    let available = || {
        let mut versions: Vec<Version> = table.builds_for(target).map(|build| build.name.version.clone()).collect();
        versions.dedup();
        versions.reverse();
        versions
    };
    if requested.is_empty() {
        return Err(NoBuild::Request { request: Box::new(request.clone()), target, available: available() });
    }
    let mut suitable = requested;
    suitable.retain(|build| admits_python(requires_python, &build.name.version));
    if suitable.is_empty() {
        let requires_python = requires_python.clone();
        return Err(NoBuild::Unsuitable { requires_python, target, available: available() });
    }
    Ok(suitable)
}

impl BuildName {
    /// Returns true if a build matches a request. A command such as `python3.12` counts as the version in its name; a path
    /// names an interpreter that exists.
    pub fn is_requested(&self, request: &PythonRequest) -> bool {
        let in_range = |specifiers: &VersionSpecifiers| {
            admits_python(specifiers, &self.version) || admits(specifiers, &self.version)
        };
        match request {
            PythonRequest::Any => true,
            PythonRequest::Build { implementation, free_threaded, specifiers } => {
                *implementation == Implementation::CPython && !free_threaded && in_range(specifiers)
            }
            PythonRequest::Command(name) => match name.strip_prefix("python") {
                Some("") => true,
                Some(version) => match PythonRequest::parse(version) {
                    Ok(request @ (PythonRequest::Build { .. } | PythonRequest::Specifiers(_))) => {
                        self.is_requested(&request)
                    }
                    Ok(PythonRequest::Any | PythonRequest::Command(_) | PythonRequest::Path(_)) | Err(_) => false,
                },
                None => false,
            },
            PythonRequest::Path(_) => false,
            PythonRequest::Specifiers(specifiers) => in_range(specifiers),
        }
    }
}

fn list(versions: &[Version]) -> String {
    if versions.is_empty() {
        return "none".to_owned();
    }
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::parse_specifiers;

    #[test]
    fn requests_choose_the_newest_builds_that_match() {
        for (request, requires_python, expected) in [
            ("3", "", "3.14.7"),
            (">=3", "<3.14", "3.13.15"),
            ("3.12", "", "3.12.14"),
            ("3.12.14", ">=3.10", "3.12.14"),
            ("cpython3.11", "", "3.11.16"),
            ("python", "", "3.14.7"),
            ("python3", "", "3.14.7"),
            ("python3.10", "", "3.10.21"),
        ] {
            let chosen = chosen(request, requires_python).unwrap();
            assert_eq!(chosen, expected, "{request} {requires_python}");
        }
    }

    #[test]
    fn what_no_build_serves_is_told_with_what_exists() {
        let exist = "available: 3.10.21, 3.11.16, 3.12.14, 3.13.15, 3.14.7";
        let of = "no Python build for x86_64-unknown-linux-gnu";
        for (request, requires_python, expected) in [
            ("3.8", "", format!("{of} matches `==3.8.*`; {exist}")),
            ("3.12.1", "", format!("{of} matches `==3.12.1`; {exist}")),
            ("3.13t", "", format!("{of} matches CPython ==3.13.*, free-threaded; {exist}")),
            ("pypy", "", format!("{of} matches PyPy; {exist}")),
            ("python3.13t", "", format!("{of} matches `python3.13t`; {exist}")),
            ("python2", "", format!("{of} matches `python2`; {exist}")),
            ("python-x", "", format!("{of} matches `python-x`; {exist}")),
            ("snake", "", format!("{of} matches `snake`; {exist}")),
            ("./python", "", format!("{of} matches `./python`; {exist}")),
            ("3.12", "<3.12", format!("{of} satisfies `<3.12`; {exist}")),
        ] {
            assert_eq!(chosen(request, requires_python), Err(expected), "{request}");
        }
    }

    fn chosen(request: &str, requires_python: &str) -> Result<String, String> {
        let target = Target::parse("x86_64-unknown-linux-gnu").unwrap();
        let request = PythonRequest::parse(request).unwrap();
        let requires_python = parse_specifiers(requires_python).unwrap();
        let table = BuildTable::own().unwrap();
        let builds = builds_for(&table, target, &request, &requires_python);
        builds.map(|builds| builds[0].name.version.to_string()).map_err(|error| error.to_string())
    }
}
