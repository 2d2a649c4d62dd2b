//! The platform of a Python interpreter, from its own view: a 32-bit Python on a 64-bit kernel is 32-bit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An operating system that Kingbolt runs on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Os {
    Linux,
    MacOs,
    Windows,
}

/// A processor architecture, as an interpreter uses it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Arch {
    Aarch64,
    Armv6l,
    Armv7l,
    /// A 32-bit interpreter on a 64-bit ARM kernel.
    Armv8l,
    I686,
    Loongarch64,
    Ppc64,
    Ppc64le,
    Riscv64,
    S390x,
    #[serde(rename = "x86_64")]
    X86_64,
}

/// The C library that an interpreter on Linux is linked with, and its version.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Libc {
    Glibc { major: u16, minor: u16 },
    Musl { major: u16, minor: u16 },
}

/// The C library that the programs of a Linux system are linked with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SystemLibc {
    Glibc,
    Musl,
}

/// Operating system, architecture and what else decides binary compatibility.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Platform {
    pub os: Os,
    pub arch: Arch,
    /// On Linux; `None` where the interpreter is linked statically and so cannot load extension modules.
    pub libc: Option<Libc>,
    /// On macOS: major and minor version of the system.
    pub macos: Option<(u16, u16)>,
}

/// Every spelling of an architecture that `uname`, `sysconfig` and Windows use.
const ARCHITECTURES: &[(&str, Arch)] = &[
    ("aarch64", Arch::Aarch64),
    ("amd64", Arch::X86_64),
    ("arm64", Arch::Aarch64),
    ("armv6l", Arch::Armv6l),
    ("armv7l", Arch::Armv7l),
    ("armv8l", Arch::Armv8l),
    ("i386", Arch::I686),
    ("i486", Arch::I686),
    ("i586", Arch::I686),
    ("i686", Arch::I686),
    ("loongarch64", Arch::Loongarch64),
    ("ppc64", Arch::Ppc64),
    ("ppc64le", Arch::Ppc64le),
    ("riscv64", Arch::Riscv64),
    ("s390x", Arch::S390x),
    ("x86", Arch::I686),
    ("x86_64", Arch::X86_64),
];

impl Os {
    /// The system this program was built for.
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    /// The name in lowercase.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::Windows => "windows",
        }
    }
}

impl Arch {
    /// Parses a name as `uname`, `sysconfig` or Windows give it.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        ARCHITECTURES.iter().find(|(known, _)| *known == name).map(|(_, arch)| *arch)
    }

    /// The architecture this program was built for; `None` for one that Kingbolt has no name for.
    pub fn current() -> Option<Self> {
        Self::parse(std::env::consts::ARCH)
    }

    /// The name as Linux has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aarch64 => "aarch64",
            Self::Armv6l => "armv6l",
            Self::Armv7l => "armv7l",
            Self::Armv8l => "armv8l",
            Self::I686 => "i686",
            Self::Loongarch64 => "loongarch64",
            Self::Ppc64 => "ppc64",
            Self::Ppc64le => "ppc64le",
            Self::Riscv64 => "riscv64",
            Self::S390x => "s390x",
            Self::X86_64 => "x86_64",
        }
    }

    /// The architecture of a 32-bit interpreter on a 64-bit kernel.
    #[must_use]
    pub fn narrowed(self) -> Self {
        match self {
            Self::Aarch64 => Self::Armv8l,
            Self::X86_64 => Self::I686,
            other => other,
        }
    }
}

impl Libc {
    /// `gnu` or `musl`, as targets are named.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glibc { .. } => "gnu",
            Self::Musl { .. } => "musl",
        }
    }
}

impl SystemLibc {
    /// `gnu` or `musl`, as targets are named.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glibc => "gnu",
            Self::Musl => "musl",
        }
    }
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
        })
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Libc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glibc { major, minor } => write!(f, "glibc {major}.{minor}"),
            Self::Musl { major, minor } => write!(f, "musl {major}.{minor}"),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.os, self.arch)?;
        match (self.libc, self.macos) {
            (Some(libc), _) => write!(f, " ({libc})"),
            (None, Some((major, minor))) => write!(f, " ({major}.{minor})"),
            (None, None) => Ok(()),
        }
    }
}
