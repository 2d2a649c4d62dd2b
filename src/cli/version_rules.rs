//! Options and variables -> the rules for choosing versions.

use std::collections::BTreeSet;
use std::path::Path;

use crate::host::Host;
use crate::resolve::{LockedRules, Prereleases, VersionRules};
use crate::vocab::{InvalidName, InvalidRequirement, Origin, PackageName, Requirement};

use super::args::VersionArguments;
use super::configuration::{CONSTRAINT, Configuration, Key, OVERRIDE, PRE};
use super::configuration_files::ConfigurationFiles;
use super::setting::{LONGEST_SETTINGS, Setting, SettingsError, first_variable, is_true, variable};
use super::upload_rules::{add_configured_exceptions, configured_limit, locked_limit, typed_upload_rules};

/// Why a file of constraints or overrides cannot be used.
#[derive(Debug, thiserror::Error)]
enum InvalidFile {
    #[error("line {line} sets an option; only requirements are read")]
    Option { line: usize },
    #[error("line {line} is not a requirement")]
    Requirement { line: usize, source: InvalidRequirement },
    #[error("line {line} is not a constraint on versions")]
    NoVersions { line: usize },
}

/// The rules that options ask for; where there are none, those of uv's and pip's settings.
///
/// # Errors
/// If a file cannot be read, or a setting cannot be understood.
pub(super) fn version_rules(
    files: &ConfigurationFiles<'_>,
    arguments: &VersionArguments,
) -> Result<VersionRules, SettingsError> {
    let typed = |option: &str, paths: &[String]| -> Vec<Setting> {
        paths.iter().map(|path| Setting { name: format!("`{option} {path}`"), text: path.clone() }).collect()
    };
    let ConfigurationFiles { host, own: configuration, .. } = files;
    let pip = files.pip()?;
    let words = |setting: Setting| setting.split(char::is_whitespace);
    let stated = |key: &Key, default: Vec<Setting>| -> Result<Vec<Setting>, SettingsError> {
        if let Some(locked) = configuration.locked(key) {
            return Ok(locked.to_vec());
        }
        let named = first_variable(&host.environment, key.others)?.map(words);
        Ok(named.or_else(|| configuration.stated(key).map(<[Setting]>::to_vec)).unwrap_or(default))
    };
    let constraints = match arguments.constraints.as_slice() {
        [] => stated(&CONSTRAINT, pip.constraints.clone())?,
        files => typed("--constraint", files),
    };
    let overrides = match arguments.overrides.as_slice() {
        [] => stated(&OVERRIDE, Vec::new())?,
        files => typed("--override", files),
    };
    let mut uploads = typed_upload_rules(files, &arguments.uploads)?;
    add_configured_exceptions(files, &mut uploads)?;
    if uploads.limit.is_none() {
        uploads.limit = configured_limit(files)?;
    }
    Ok(VersionRules {
        uploads,
        prereleases: prereleases(host, arguments, configuration, pip.pre.clone())?,
        constraints: all_in(host, &constraints, &constraint)?,
        overrides: all_in(host, &overrides, &|_, requirement| Ok(requirement))?,
    })
}

/// The rules that the administrator has locked.
///
/// # Errors
/// If a file cannot be read, or a setting cannot be understood.
pub(super) fn locked_rules(host: &Host, configuration: &Configuration) -> Result<LockedRules, SettingsError> {
    let read = |key: &Key, check| configuration.locked(key).map(|files| all_in(host, files, check)).transpose();
    Ok(LockedRules {
        constraints: read(&CONSTRAINT, &constraint)?,
        overrides: read(&OVERRIDE, &|_, requirement| Ok(requirement))?,
        prereleases: configuration.one_locked(&PRE).as_ref().map(allowed_or_not).transpose()?,
        upload_limit: locked_limit(configuration)?,
    })
}

fn allowed_or_not(setting: &Setting) -> Result<Prereleases, SettingsError> {
    Ok(if is_true(setting)? { Prereleases::Allow } else { Prereleases::WhenAsked })
}

fn prereleases(
    host: &Host,
    arguments: &VersionArguments,
    configuration: &Configuration,
    of_pip: Option<Setting>,
) -> Result<Prereleases, SettingsError> {
    if arguments.pre {
        return Ok(Prereleases::Allow);
    }
    if !arguments.pre_packages.is_empty() {
        let names: Result<BTreeSet<PackageName>, InvalidName> =
            arguments.pre_packages.iter().map(|name| name.parse()).collect();
        let invalid =
            |source: InvalidName| SettingsError::Invalid { name: "`--pre-package`".to_owned(), source: source.into() };
        return Ok(Prereleases::Of(names.map_err(invalid)?));
    }
    if let Some(locked) = configuration.one_locked(&PRE) {
        return allowed_or_not(&locked);
    }
    if let Some(setting) = variable(&host.environment, "UV_PRERELEASE")? {
        return match setting.text.as_str() {
            "allow" => Ok(Prereleases::Allow),
            "if-necessary-or-explicit" => Ok(Prereleases::WhenAsked),
            _ => Err(setting.invalid()("Kingbolt knows `allow` and `if-necessary-or-explicit`")),
        };
    }
    let stated = variable(&host.environment, "PIP_PRE")?.or_else(|| configuration.one(&PRE)).or(of_pip);
    stated.as_ref().map_or(Ok(Prereleases::WhenAsked), allowed_or_not)
}

/// A requirement of a file of constraints. As in pip, it names versions and no extras.
fn constraint(line: usize, requirement: Requirement) -> Result<Requirement, InvalidFile> {
    match requirement.origin {
        Origin::Index(_) if requirement.extras.is_empty() => Ok(requirement),
        Origin::Index(_) | Origin::Url(_) => Err(InvalidFile::NoVersions { line }),
    }
}

fn all_in(
    host: &Host,
    files: &[Setting],
    check: &dyn Fn(usize, Requirement) -> Result<Requirement, InvalidFile>,
) -> Result<Vec<Requirement>, SettingsError> {
    let mut all = Vec::new();
    for setting in files {
        let path = host.environment.current_dir().join(Path::new(&setting.text));
        let text = host.files.read_text_at_most(&path, LONGEST_SETTINGS);
        let text = text.map_err(|error| setting.invalid()(error.source))?;
        all.extend(requirements(&text, check).map_err(setting.invalid())?);
    }
    Ok(all)
}

/// The requirements in a file in pip's format: one a line, with comments; a line that ends with `\\` continues.
fn requirements(
    text: &str,
    check: &dyn Fn(usize, Requirement) -> Result<Requirement, InvalidFile>,
) -> Result<Vec<Requirement>, InvalidFile> {
    let mut requirements = Vec::new();
    let mut begun = String::new();
    // Editors on Windows write a byte order mark, which pip skips too.
    let text = text.trim_start_matches('\u{feff}');
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(part) = content.strip_suffix('\\') {
            begun.push_str(part);
            continue;
        }
        let whole = std::mem::take(&mut begun) + content;
        // In an address, `#` begins a fragment; a comment has a space before it.
        let comment = if whole.trim_start().starts_with('#') { Some(0) } else { whole.find(" #") };
        let requirement = whole[..comment.unwrap_or(whole.len())].trim();
        if requirement.is_empty() {
            continue;
        }
        if requirement.starts_with('-') || requirement.contains(" --") {
            return Err(InvalidFile::Option { line });
        }
        let parsed = requirement.parse().map_err(|source| InvalidFile::Requirement { line, source })?;
        requirements.push(check(line, parsed)?);
    }
    Ok(requirements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let requirements = requirements(text, &constraint).map_err(|error| error.to_string())?;
        Ok(requirements.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn files_of_constraints_are_read_as_pip_writes_them() {
        let text = "# of the company\n\nnumpy<2  # too new\n  requests ==2.31.0 ; \\\n    python_version >= '3.8'\n";
        let expected = vec!["numpy<2".to_owned(), "requests==2.31.0 ; python_version >= \"3.8\"".to_owned()];
        assert_eq!(read(text), Ok(expected.clone()));
        // As Notepad writes them.
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read(&windows), Ok(expected));
    }

    #[test]
    fn lines_that_are_no_constraints_are_named() {
        for (text, error) in [
            ("a<2\n-r other.txt\n", "line 2 sets an option; only requirements are read"),
            ("a==1 --hash=sha256:00\n", "line 1 sets an option; only requirements are read"),
            ("a==\n", "line 1 is not a requirement"),
            ("a[x]<2\n", "line 1 is not a constraint on versions"),
            ("a @ https://files.example/a-1.0-py3-none-any.whl\n", "line 1 is not a constraint on versions"),
        ] {
            assert_eq!(read(text), Err(error.to_owned()), "{text:?}");
        }
    }
}
