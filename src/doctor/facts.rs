//! The facts, as they are shown. No text in them holds a password.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::accelerator::{AcceleratorReport, Label};
use crate::app::{BrokenApp, PlaceUse};

/// Everything that was found.
#[derive(Debug, Serialize)]
pub struct Facts {
    pub system: System,
    pub search_path: SearchPath,
    pub directories: Vec<DirectoryFacts>,
    /// Best first; those that cannot be used come last.
    pub pythons: Vec<PythonFacts>,
    pub accelerator: AcceleratorSection,
    pub network: NetworkFacts,
    pub indexes: Vec<IndexFacts>,
    pub apps: AppFacts,
    /// The wheel tags of the best Python, best first, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// The accelerators, and the build of PyTorch that fits them.
#[derive(Debug, Serialize)]
pub struct AcceleratorSection {
    #[serde(flatten)]
    pub report: AcceleratorReport,
    /// Absent if PyTorch publishes nothing for the platform of the Python.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pytorch: Option<TorchBuild>,
}

/// A build of PyTorch.
#[derive(Debug, Serialize)]
pub struct TorchBuild {
    pub label: Label,
    /// The newest release that has it.
    pub release: String,
    pub reason: String,
    pub warnings: Vec<String>,
    /// The steps towards a build for the GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// The machine. What the system does not tell is absent.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct System {
    /// Name and version of the operating system or distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// Name and version of the kernel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// The architecture of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The level of an x86-64 processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Name and version of the C library of Linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub libc: Option<String>,
}

/// Shells, and where they find commands.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct SearchPath {
    /// `SHELL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// The known shells that are installed.
    pub shells: Vec<String>,
    /// True if the directory of commands is on PATH.
    pub has_bin_dir: bool,
    /// The reason why it cannot be, if there is one: the end of a sentence about its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<&'static str>,
    /// The commands of apps for which another program comes first on PATH.
    pub shadowed: Vec<ShadowedCommand>,
    /// The directories on PATH.
    pub entries: Vec<PathBuf>,
}

/// A command that another program hides.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ShadowedCommand {
    pub command: String,
    pub by: PathBuf,
}

/// A directory of Kingbolt.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct DirectoryFacts {
    #[serde(rename = "use")]
    pub usage: &'static str,
    pub path: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_inodes: Option<u64>,
    pub states: Vec<DirectoryState>,
}

/// A property of a directory that is not the usual one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectoryState {
    /// It is yet to be created.
    NotCreated,
    Noexec,
    NotWritable,
    ReadOnly,
}

/// A candidate for running apps.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PythonFacts {
    pub path: PathBuf,
    /// Absent if it did not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Implementation and kind of build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The platform that it is built for, from its own view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Where it comes from: `system`, `managed`, or the tool that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
    pub status: PythonStatus,
    /// The reason why it is not used, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The use of an interpreter.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PythonStatus {
    /// Requests that name no Python use it, if the package does.
    Default,
    Usable,
    /// The settings exclude it.
    Excluded,
    Unusable,
}

/// Settings of the network.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct NetworkFacts {
    pub is_offline: bool,
    /// The variables of proxies that are set.
    pub proxy_variables: Vec<ProxyVariable>,
    /// Where the trusted certificate authorities come from, and how many there are.
    pub authorities: Vec<Authorities>,
}

/// A variable that names a proxy, or hosts that are reached without one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ProxyVariable {
    pub name: &'static str,
    pub value: String,
}

/// Certificate authorities from one source.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Authorities {
    /// A path, or what stands in for one.
    pub source: String,
    /// The variable that names it; absent for those of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<&'static str>,
    /// Absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// A place to look for packages.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct IndexFacts {
    pub url: String,
    /// The proxy of requests to it; absent if they go there directly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    #[serde(flatten)]
    pub state: IndexState,
}

/// The answer of an index.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum IndexState {
    /// It was not asked, because the network is disabled.
    NotAsked,
    /// It answered; `milliseconds` is the time from the start of the connection to the head of the answer.
    Reachable { milliseconds: u64 },
    Unreachable {
        problem: String,
        #[serde(skip)]
        fix: String,
    },
    /// It is a directory that exists.
    Local,
}

/// The installed apps.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct AppFacts {
    pub installed: usize,
    pub broken: Vec<BrokenApp>,
}

impl fmt::Display for DirectoryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCreated => "not created yet",
            Self::Noexec => "noexec",
            Self::NotWritable => "not writable",
            Self::ReadOnly => "read-only",
        })
    }
}

impl DirectoryFacts {
    pub(super) fn usage_name(usage: PlaceUse) -> &'static str {
        match usage {
            PlaceUse::Home => "home",
            PlaceUse::Commands => "commands",
            PlaceUse::Cache => "cache",
            PlaceUse::Environment => "environment",
        }
    }
}
