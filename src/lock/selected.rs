//! The packages of a lock that one machine needs.

use super::error::LockFileError;
use super::source_code::SourceCode;
use crate::vocab::{PackageName, Pin, Role, Version};

/// A package of a lock that one machine needs.
#[derive(Debug)]
pub enum Selected {
    Build(Box<LockedBuild>),
    Wheel(Box<Pin>),
}

/// A package whose wheel has to be built from source code.
#[derive(Debug)]
pub struct LockedBuild {
    pub name: PackageName,
    /// Absent if the lock states none: then only the wheel has one.
    pub version: Option<Version>,
    pub code: SourceCode,
    /// The dependencies of this package in this environment.
    pub dependencies: Vec<PackageName>,
    pub role: Role,
    /// The error if it may not be built.
    pub refusal: LockFileError,
}

impl Selected {
    /// The name of the package.
    pub fn name(&self) -> &PackageName {
        match self {
            Self::Build(build) => &build.name,
            Self::Wheel(pin) => &pin.name,
        }
    }

    /// The dependencies of this package in this environment.
    pub fn dependencies(&self) -> &[PackageName] {
        match self {
            Self::Build(build) => &build.dependencies,
            Self::Wheel(pin) => &pin.dependencies,
        }
    }

    /// The reason for installing the package.
    pub fn role(&self) -> Role {
        match self {
            Self::Build(build) => build.role,
            Self::Wheel(pin) => pin.role,
        }
    }
}
