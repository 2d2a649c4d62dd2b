//! The request for an app: kept in its receipt, and compared when the same is asked for again.

use std::path::Path;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::python::{InvalidPythonRequest, PythonRequest};
use crate::resolve::{HashPolicy, VersionRules};
use crate::store::LinkMode;
use crate::vocab::{Address, ExtraName, Origin, PackageName, Requirement, VersionSpecifiers};

use super::accelerator::RequestedAccelerator;
use super::build_options::BuildOptions;
use super::command_suffix::CommandSuffix;
use super::executables::Executables;
use super::requested_lock::RequestedLock;

/// A request for an app. Two equal requests mean the same environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Request {
    /// The package whose commands are wanted, with the extras wanted of it.
    pub requirement: Requirement,
    /// The lock that chooses the packages; without one, an index does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<RequestedLock>,
    /// Further requirements of the same environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Requirement>,
    #[serde(default, skip_serializing_if = "Executables::is_default")]
    pub executables: Executables,
    /// The end of the names of the app's commands, beside those that their packages gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<CommandSuffix>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<RequestedPython>,
    /// The accelerator to choose builds for; `None` for the builds that the configured indexes have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<RequestedAccelerator>,
    /// The indexes asked for.
    #[serde(default, skip_serializing_if = "Sources::is_default")]
    pub sources: Sources,
    #[serde(default, skip_serializing_if = "HashPolicy::is_default")]
    pub hashes: HashPolicy,
    #[serde(default, skip_serializing_if = "VersionRules::is_default")]
    pub rules: VersionRules,
    #[serde(default, skip_serializing_if = "BuildOptions::is_default")]
    pub build: BuildOptions,
    #[serde(default)]
    pub link_mode: LinkMode,
    /// True if the caller's `PYTHONPATH` and `PYTHONHOME` reach the app.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep_pythonpath: bool,
    /// True if the app can import the packages of the installation of its Python, and of the user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system_site_packages: bool,
    /// True if the environment is one for scripts: the package needs no commands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_for_scripts: bool,
}

/// The Python that a request names. Files keep it as it was typed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestedPython {
    text: String,
    request: PythonRequest,
}

/// Indexes that a request names, as typed, or the absolute path of a directory.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Sources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_url: Option<Address>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_index_urls: Vec<Address>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub find_links: Vec<Address>,
}

impl Sources {
    /// Returns true if nothing was named.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The options that name them.
    fn options(&self) -> Vec<String> {
        let of = |option: &str, values: &[Address]| -> Vec<String> {
            values.iter().map(|value| format!("{option} {value}")).collect()
        };
        let main: Vec<Address> = self.index_url.iter().cloned().collect();
        [
            of("--index-url", &main),
            of("--extra-index-url", &self.extra_index_urls),
            of("--find-links", &self.find_links),
        ]
        .concat()
    }
}

impl Request {
    /// Adds extras to those that the requirement names.
    pub fn add_extras(&mut self, extras: impl IntoIterator<Item = ExtraName>) {
        self.requirement = self.requirement.clone().with_extras(extras);
    }

    /// The requirements of the environment beside that of the app: packages whose commands are wanted are among them.
    pub fn requirements_beside(&self) -> Vec<Requirement> {
        let own = std::iter::once(&self.requirement);
        let is_named = |name: &PackageName| own.clone().chain(&self.with).any(|requirement| requirement.name == *name);
        let of_commands = self.executables.from.iter().filter(|name| !is_named(name)).map(|name| Requirement {
            name: name.clone(),
            extras: Vec::new(),
            origin: Origin::Index(VersionSpecifiers::empty()),
            marker: None,
        });
        self.with.iter().cloned().chain(of_commands).collect()
    }

    /// True if the commands of a package are commands of the app.
    pub fn has_commands_of(&self, package: &PackageName) -> bool {
        if let Some(lock) = &self.lock {
            return lock.has_commands_of(package);
        }
        *package == self.requirement.name || self.executables.include(package)
    }

    /// True if a command of a package that [`Self::has_commands_of`] admits is a command of the app.
    pub fn has_command(&self, name: &str) -> bool {
        self.lock.as_ref().is_none_or(|lock| lock.has_command(name))
    }

    /// Makes paths absolute that a file has relative to its directory.
    pub fn make_absolute(&mut self, directory: &Path) {
        let Sources { index_url, extra_index_urls, find_links } = &mut self.sources;
        for place in index_url.iter_mut().chain(extra_index_urls).chain(find_links) {
            *place = absolute_place(place.with_secrets(), directory);
        }
        if let Some(RequestedPython { text, request: PythonRequest::Path(path) }) = &mut self.python {
            *path = directory.join(&*path);
            *text = path.display().to_string();
        }
    }

    /// The name of the command that links to a command of a package.
    pub fn command_name(&self, of_package: &str) -> String {
        match &self.suffix {
            Some(suffix) => format!("{of_package}{suffix}"),
            None => of_package.to_owned(),
        }
    }

    /// True if a recorded request means the same: it has lost the secrets in its addresses.
    pub fn is_recorded_as(&self, recorded: &Self) -> bool {
        self.without_secrets() == recorded.without_secrets()
    }

    fn without_secrets(&self) -> Self {
        let requirement = |requirement: &Requirement| match &requirement.origin {
            Origin::Index(_) => requirement.clone(),
            Origin::Url(url) => Requirement { origin: Origin::Url(url.without_secrets()), ..requirement.clone() },
        };
        let requirements = |requirements: &[Requirement]| requirements.iter().map(requirement).collect();
        let (sources, rules) = (&self.sources, &self.rules);
        let addresses = |addresses: &[Address]| addresses.iter().map(Address::without_secrets).collect();
        Self {
            requirement: requirement(&self.requirement),
            lock: self.lock.as_ref().map(RequestedLock::without_secrets),
            with: requirements(&self.with),
            sources: Sources {
                index_url: sources.index_url.as_ref().map(Address::without_secrets),
                extra_index_urls: addresses(&sources.extra_index_urls),
                find_links: addresses(&sources.find_links),
            },
            rules: VersionRules {
                prereleases: rules.prereleases.clone(),
                constraints: requirements(&rules.constraints),
                overrides: requirements(&rules.overrides),
                uploads: rules.uploads.clone(),
            },
            ..self.clone()
        }
    }

    /// The path of the interpreter, if the request names one by its path.
    pub fn python_path(&self) -> Option<&Path> {
        match self.python() {
            PythonRequest::Path(path) => Some(path),
            PythonRequest::Any
            | PythonRequest::Build { .. }
            | PythonRequest::Command(_)
            | PythonRequest::Specifiers(_) => None,
        }
    }

    /// Adds what an earlier request for the same app asked for and this one says nothing about. A version, pre-releases and
    /// files without a hash have to be asked for again. Returns what was added, as options.
    pub fn keep(&mut self, earlier: &Self) -> Vec<String> {
        let mut kept = Vec::new();
        // A lock and an index have no options in common that choose packages.
        let of_other_kind;
        let earlier = if self.lock.is_some() == earlier.lock.is_some() {
            earlier
        } else {
            of_other_kind = earlier.without_packages();
            &of_other_kind
        };
        for extra in &earlier.requirement.extras {
            if !self.requirement.extras.contains(extra) {
                kept.push(format!("--extra {extra}"));
            }
        }
        self.add_extras(earlier.requirement.extras.iter().cloned());
        for requirement in &earlier.with {
            if !self.with.iter().any(|other| other.name == requirement.name) {
                kept.push(format!("--with '{requirement}'"));
                self.with.push(requirement.clone());
            }
        }
        kept.extend(self.executables.keep(&earlier.executables));
        if let (None, Some(suffix)) = (&self.suffix, &earlier.suffix) {
            kept.push(format!("--suffix={suffix}"));
            self.suffix = Some(suffix.clone());
        }
        if let (None, Some(python)) = (&self.python, &earlier.python) {
            kept.push(format!("--python '{}'", python.text));
            self.python = Some(python.clone());
        }
        kept.extend(self.keep_accelerator(earlier));
        if earlier.system_site_packages && !self.system_site_packages {
            kept.push("--system-site-packages".to_owned());
            self.system_site_packages = true;
        }
        if let (HashPolicy::OverHttps, HashPolicy::Require) = (self.hashes, earlier.hashes) {
            kept.push("--require-hashes".to_owned());
            self.hashes = HashPolicy::Require;
        }
        kept.extend(self.keep_version_rules(earlier));
        if self.sources.is_default() && !earlier.sources.is_default() {
            kept.extend(earlier.sources.options());
            self.sources = earlier.sources.clone();
        }
        let is_same_source = self.requirement.origin == earlier.requirement.origin;
        if is_same_source && self.build.config_settings.is_empty() {
            for (key, values) in &earlier.build.config_settings {
                kept.extend(values.iter().map(|value| format!("--config-setting '{key}={value}'")));
            }
            self.build.config_settings.clone_from(&earlier.build.config_settings);
        }
        kept
    }

    /// The request without the options that choose packages.
    fn without_packages(&self) -> Self {
        Self {
            requirement: Requirement { extras: Vec::new(), ..self.requirement.clone() },
            with: Vec::new(),
            executables: Executables::default(),
            rules: VersionRules::default(),
            sources: Sources::default(),
            ..self.clone()
        }
    }

    fn keep_version_rules(&mut self, earlier: &Self) -> Vec<String> {
        let mut kept = Vec::new();
        for (own, theirs, option) in [
            (&mut self.rules.constraints, &earlier.rules.constraints, "--constraint"),
            (&mut self.rules.overrides, &earlier.rules.overrides, "--override"),
        ] {
            if own.is_empty() && !theirs.is_empty() {
                let requirements: Vec<String> = theirs.iter().map(ToString::to_string).collect();
                kept.push(format!("{option} ({})", requirements.join(", ")));
                own.clone_from(theirs);
            }
        }
        let (own, theirs) = (&mut self.rules.uploads, &earlier.rules.uploads);
        if own.is_default() && !theirs.is_default() {
            kept.extend(theirs.options());
            own.clone_from(theirs);
        }
        kept
    }

    fn keep_accelerator(&mut self, earlier: &Self) -> Option<String> {
        if self.accelerator.is_some() {
            return None;
        }
        self.accelerator = earlier.accelerator;
        self.accelerator.map(|accelerator| format!("--accelerator {accelerator}"))
    }

    /// The interpreters that may be used.
    pub fn python(&self) -> &PythonRequest {
        self.python.as_ref().map_or(&PythonRequest::Any, |python| &python.request)
    }
}

/// An index or a find-links location as typed, with an absolute path if it is one.
pub fn absolute_place(text: &str, directory: &Path) -> Address {
    match Url::parse(text) {
        // A drive letter looks like a scheme.
        Ok(url) if url.scheme().len() > 1 => text.into(),
        Ok(_) | Err(_) => directory.join(text).display().to_string().into(),
    }
}

impl RequestedPython {
    /// The interpreters that may be used.
    pub fn request(&self) -> &PythonRequest {
        &self.request
    }

    /// Parses a request for Python as typed. A path is made absolute, because an upgrade asks for the same from
    /// wherever it is started.
    ///
    /// # Errors
    /// When the text is no version, command or path.
    pub fn parse(text: &str, current_dir: &Path) -> Result<Self, InvalidPythonRequest> {
        match PythonRequest::parse(text)? {
            PythonRequest::Path(path) => {
                let path = current_dir.join(path);
                Ok(Self { text: path.display().to_string(), request: PythonRequest::Path(path) })
            }
            request => Ok(Self { text: text.to_owned(), request }),
        }
    }
}

impl TryFrom<String> for RequestedPython {
    type Error = InvalidPythonRequest;

    fn try_from(text: String) -> Result<Self, InvalidPythonRequest> {
        Ok(Self { request: PythonRequest::parse(&text)?, text })
    }
}

impl From<RequestedPython> for String {
    fn from(python: RequestedPython) -> Self {
        python.text
    }
}
