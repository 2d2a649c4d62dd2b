//! The five states of the accelerators of a machine.

use std::fmt;

use super::{DriverVersion, Remedy};

/// The state of the accelerators of a machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum State {
    /// There is a GPU and a driver, and programs cannot use them as they are.
    Broken(Problem),
    /// A driver is loaded, and no GPU can be reached from here: a container without one on a host with one.
    DriverOnly,
    /// There is a GPU without its driver; the name of the other one that has it, if any.
    HardwareOnly(Option<String>),
    None,
    Usable,
}

/// The reason why programs cannot use a GPU.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Problem {
    /// The system keeps programs from the GPU ("GPU access blocked by the operating system").
    Blocked,
    /// The part of the driver in the kernel is not of the version of the part that programs load.
    Mismatch { kernel: Option<DriverVersion>, user: Option<DriverVersion> },
    /// The driver does not answer, or says that it cannot.
    NoAnswer { said: String },
}

impl State {
    /// The name of the state, as documents and JSON have it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Broken(_) => "broken",
            Self::DriverOnly => "driver-only",
            Self::HardwareOnly(_) => "hardware-only",
            Self::None => "none",
            Self::Usable => "usable",
        }
    }
}

impl Problem {
    /// The step that solves the problem, if it is known.
    pub(super) fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::Blocked => Some(Remedy::UpdateWindowsDriver),
            Self::Mismatch { .. } => Some(Remedy::Restart),
            Self::NoAnswer { .. } => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(problem) => write!(f, "{problem}"),
            Self::DriverOnly => f.write_str("a GPU driver is loaded, but no GPU can be reached from here"),
            Self::HardwareOnly(Some(other)) => {
                write!(f, "there is a GPU, but the driver `{other}` has it, which runs no programs on it")
            }
            Self::HardwareOnly(None) => f.write_str("there is a GPU, but no driver that runs programs on it"),
            Self::None => f.write_str("no GPU was found"),
            Self::Usable => f.write_str("a GPU can be used"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked => f.write_str("the operating system keeps programs from the GPU"),
            Self::Mismatch { kernel, user } => {
                let named =
                    |version: &Option<DriverVersion>| version.as_ref().map_or(String::new(), |it| format!(" ({it})"));
                let (kernel, user) = (named(kernel), named(user));
                write!(f, "the driver in the kernel{kernel} is of another version than its library{user}")
            }
            Self::NoAnswer { said } => write!(f, "the GPU driver does not work: {said}"),
        }
    }
}
