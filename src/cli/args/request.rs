//! Options that determine the content of an app's environment.

use clap::Args;

use super::accelerator::AcceleratorArguments;
use super::link_mode::LinkMode;
use super::python::PythonArguments;

/// Options that determine the content of an app's environment.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(in crate::cli) struct RequestArguments {
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the package to install
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// Additional requirement, path or URL to install into the same environment
    #[arg(long = "with", value_name = "REQUIREMENT")]
    pub with: Vec<String>,
    /// Setting for the build of source code, as its build backend names it
    #[arg(long = "config-setting", short = 'C', value_name = "KEY=VALUE")]
    pub config_settings: Vec<String>,
    /// How to put files into the environment: share them with the store, and so with other apps, where possible (`file`),
    /// or copy them, so that nothing is shared (`copy`) [default: file]
    #[arg(long, value_enum, value_name = "MODE")]
    pub link_mode: Option<LinkMode>,
    /// Pass PYTHONPATH and PYTHONHOME on to the app; by default, its commands remove them
    #[arg(long)]
    pub keep_pythonpath: bool,
    /// Let the app import the packages of the installation of its Python, behind its own
    #[arg(long)]
    pub system_site_packages: bool,
    /// Accept wheels without a stated hash even over plain HTTP, where anyone can replace them
    #[arg(long, conflicts_with = "require_hashes")]
    pub allow_unhashed: bool,
    /// Refuse wheels from a server without a stated hash
    #[arg(long)]
    pub require_hashes: bool,
    #[command(flatten)]
    pub builds: BuildArguments,
    #[command(flatten)]
    pub versions: VersionArguments,
    #[command(flatten)]
    pub accelerator: AcceleratorArguments,
    #[command(flatten)]
    pub index: IndexArguments,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

impl RequestArguments {
    /// The options for choosing a Python and those about accelerators.
    pub(in crate::cli) fn machine_options(&self) -> (Option<PythonArguments>, Option<AcceleratorArguments>) {
        (Some(self.pythons), Some(self.accelerator.clone()))
    }

    /// True if an extra was named.
    pub(in crate::cli) fn has_extras(&self) -> bool {
        !self.extras.is_empty()
    }

    /// The first option that chooses packages, if one was given.
    pub(in crate::cli) fn package_option(&self) -> Option<&'static str> {
        let versions = &self.versions;
        let typed = [
            ("--with", !self.with.is_empty()),
            ("--pre", versions.pre),
            ("--pre-package", !versions.pre_packages.is_empty()),
            ("--constraint", !versions.constraints.is_empty()),
            ("--override", !versions.overrides.is_empty()),
            ("--exclude-newer", !versions.uploads.is_default()),
        ];
        typed.into_iter().find(|(_, is_typed)| *is_typed).map(|(option, _)| option)
    }

    /// True if no option that determines the content was given.
    pub(in crate::cli) fn is_default(&self) -> bool {
        self.python.is_none()
            && self.extras.is_empty()
            && self.with.is_empty()
            && !self.keep_pythonpath
            && !self.system_site_packages
            && self.config_settings.is_empty()
            && !self.allow_unhashed
            && !self.require_hashes
            && self.builds.allow_build.is_empty()
            && self.accelerator.accelerator.is_none()
            && self.versions.is_default()
    }
}

/// Permissions to build source distributions of indexes.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct BuildArguments {
    /// Build this package from source if its version has no wheel for this machine, which runs code of the package;
    /// `all` for every package
    #[arg(long, value_name = "NAME|all")]
    pub allow_build: Vec<String>,
}

/// Rules for choosing versions.
#[derive(Args, Debug)]
#[command(next_help_heading = "Version options")]
pub(in crate::cli) struct VersionArguments {
    /// Also install pre-releases
    #[arg(long, conflicts_with = "pre_packages")]
    pub pre: bool,
    /// Also install pre-releases of this package
    #[arg(long = "pre-package", value_name = "NAME")]
    pub pre_packages: Vec<String>,
    /// File of versions that packages must have if they are installed [env: UV_CONSTRAINT, PIP_CONSTRAINT]
    #[arg(long = "constraint", value_name = "FILE")]
    pub constraints: Vec<String>,
    /// File of requirements that replace those of packages [env: UV_OVERRIDE]
    #[arg(long = "override", value_name = "FILE")]
    pub overrides: Vec<String>,
    #[command(flatten)]
    pub uploads: UploadArguments,
}

/// Limits on the time of uploads.
#[derive(Args, Debug)]
#[command(next_help_heading = "Version options")]
#[expect(clippy::struct_field_names, reason = "the names are those of the options")]
pub(in crate::cli) struct UploadArguments {
    /// Leave out files that were uploaded after a time (`2026-01-31`) or less than so long ago (`7 days`, `P7D`); `false` for
    /// no limit [env: UV_EXCLUDE_NEWER, PIP_UPLOADED_PRIOR_TO, PIPX_COOLDOWN]
    #[arg(long, value_name = "DATE|DURATION")]
    pub exclude_newer: Option<String>,
    /// Another limit for one package: `NAME=DATE`, `NAME=DURATION` or `NAME=false`
    #[arg(long = "exclude-newer-package", value_name = "NAME=LIMIT")]
    pub exclude_newer_packages: Vec<String>,
    /// No limit for an index: `URL=false`
    #[arg(long = "exclude-newer-index", value_name = "URL=false")]
    pub exclude_newer_indexes: Vec<String>,
}

impl IndexArguments {
    /// True if no place was named.
    pub(in crate::cli) fn is_default(&self) -> bool {
        self.index_url.is_none() && self.extra_index_urls.is_empty() && self.find_links.is_empty()
    }
}

impl VersionArguments {
    fn is_default(&self) -> bool {
        !self.pre
            && self.pre_packages.is_empty()
            && self.constraints.is_empty()
            && self.overrides.is_empty()
            && self.uploads.is_default()
    }
}

impl UploadArguments {
    fn is_default(&self) -> bool {
        self.exclude_newer.is_none() && self.exclude_newer_packages.is_empty() && self.exclude_newer_indexes.is_empty()
    }
}

/// Where to look for packages.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Index options")]
pub(in crate::cli) struct IndexArguments {
    /// URL of the package index [env: KINGBOLT_INDEX_URL] [default: pip's and uv's settings]
    #[arg(long, value_name = "URL")]
    pub index_url: Option<String>,
    /// Additional index, searched before the main one; the first index with a package provides it
    #[arg(long = "extra-index-url", value_name = "URL")]
    pub extra_index_urls: Vec<String>,
    /// Directory of wheels, or page with links to wheels
    #[arg(long = "find-links", value_name = "DIR|URL")]
    pub find_links: Vec<String>,
}
