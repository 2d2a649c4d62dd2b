//! A plan: what will be done, before any of it is done. `--dry-run` prints it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::vocab::{Location, PackageName, Pin, Version, WheelName};

/// Everything that a change of an environment takes, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The directory that the environment gets.
    pub environment: PathBuf,
    pub python: PythonChoice,
    /// The wheels of the environment, by package name.
    pub pins: Vec<Pin>,
    pub steps: Vec<Step>,
}

/// The interpreter that the environment is made with.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PythonChoice {
    pub executable: PathBuf,
    pub version: Version,
}

/// One thing to do.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum Step {
    /// Set the environment that stands there aside until the new one is complete.
    SetAside { environment: PathBuf },
    /// Bring wheels that the store lacks into it, verified.
    Fetch { wheels: Vec<Fetch> },
    /// Make an empty environment.
    CreateEnvironment { environment: PathBuf },
    /// Put wheels from the store into the environment.
    Install { wheels: Vec<WheelName> },
    /// Refuse now if a command would replace a file that is not ours.
    CheckCommands { package: PackageName, directory: PathBuf },
    /// Say that the environment is complete.
    Complete,
    /// Try whether the environment works: its metadata can be read and its commands can be imported.
    Check { package: PackageName },
    /// Make the environment the current one.
    Flip { pointer: PathBuf },
    /// Put the package's commands on PATH.
    PlaceCommands { package: PackageName, directory: PathBuf },
    /// Write down what is installed.
    WriteReceipt { receipt: PathBuf },
    /// Remove what earlier installations left and nothing needs.
    RemoveOld,
}

/// A wheel to fetch.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Fetch {
    pub wheel: WheelName,
    pub location: Location,
    /// Bytes, where stated.
    pub size: Option<u64>,
}

impl Fetch {
    /// What has to be fetched for a pin.
    pub fn of(pin: &Pin) -> Self {
        Self { wheel: pin.wheel.clone(), location: pin.location.clone(), size: pin.size }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetAside { environment } => write!(f, "move {} aside", environment.display()),
            Self::Fetch { wheels } => {
                write!(f, "fetch and verify {} wheel{}", wheels.len(), if wheels.len() == 1 { "" } else { "s" })?;
                wheels.iter().try_for_each(|fetch| write!(f, "\n    {}", fetch.wheel))
            }
            Self::CreateEnvironment { environment } => write!(f, "create the environment {}", environment.display()),
            Self::Install { wheels } => {
                write!(f, "install {} package{} into it", wheels.len(), if wheels.len() == 1 { "" } else { "s" })
            }
            Self::CheckCommands { package, directory } => {
                write!(f, "check that the command names of {package} are free in {}", directory.display())
            }
            Self::Complete => f.write_str("mark the environment as complete"),
            Self::Check { package } => write!(f, "check that the commands of {package} can be imported"),
            Self::Flip { pointer } => write!(f, "make it current: {}", pointer.display()),
            Self::PlaceCommands { package, directory } => {
                write!(f, "link the commands of {package} in {}", directory.display())
            }
            Self::WriteReceipt { receipt } => write!(f, "write the receipt {}", receipt.display()),
            Self::RemoveOld => f.write_str("remove files that are no longer needed"),
        }
    }
}
