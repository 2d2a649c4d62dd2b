//! The machines that builds are made for.

use std::fmt;

use crate::platform::{Arch, Libc, Os, Platform, SystemLibc};

/// A kind of machine that builds are made for, with its name among the targets of Rust and LLVM.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Target(usize);

/// The name of no target that this version knows.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{name}` is not a known target; known are {}", names().join(", "))]
pub struct InvalidTarget {
    name: String,
}

/// Builds for newer CPUs of an architecture (`x86_64_v3`) are no targets: a Python must start on every machine of it.
const TARGETS: &[(&str, Os, Arch, Option<SystemLibc>)] = &[
    ("aarch64-apple-darwin", Os::MacOs, Arch::Aarch64, None),
    ("aarch64-pc-windows-msvc", Os::Windows, Arch::Aarch64, None),
    ("aarch64-unknown-linux-gnu", Os::Linux, Arch::Aarch64, Some(SystemLibc::Glibc)),
    ("aarch64-unknown-linux-musl", Os::Linux, Arch::Aarch64, Some(SystemLibc::Musl)),
    ("x86_64-apple-darwin", Os::MacOs, Arch::X86_64, None),
    ("x86_64-pc-windows-msvc", Os::Windows, Arch::X86_64, None),
    ("x86_64-unknown-linux-gnu", Os::Linux, Arch::X86_64, Some(SystemLibc::Glibc)),
    ("x86_64-unknown-linux-musl", Os::Linux, Arch::X86_64, Some(SystemLibc::Musl)),
];

impl Target {
    /// Parses `x86_64-unknown-linux-gnu`.
    ///
    /// # Errors
    /// For all other names than those of the known targets.
    pub fn parse(name: &str) -> Result<Self, InvalidTarget> {
        let index = TARGETS.iter().position(|(known, ..)| *known == name);
        index.map(Self).ok_or_else(|| InvalidTarget { name: name.to_owned() })
    }

    /// The target of a machine; `libc` is the C library of the system on Linux. `None` if there are no builds for it.
    pub fn of_machine(os: Os, arch: Arch, libc: Option<SystemLibc>) -> Option<Self> {
        TARGETS.iter().position(|(_, known, of, with)| (*known, *of, *with) == (os, arch, libc)).map(Self)
    }

    /// The name of the target.
    pub fn name(self) -> &'static str {
        TARGETS[self.0].0
    }

    /// The operating system of the target.
    pub fn os(self) -> Os {
        TARGETS[self.0].1
    }

    /// Returns true if an interpreter that runs on a platform can be a build for this target.
    pub fn is_of(self, platform: &Platform) -> bool {
        let (_, os, arch, libc) = TARGETS[self.0];
        let same_libc = platform.libc.map(Libc::name) == libc.map(SystemLibc::name);
        platform.os == os && platform.arch == arch && same_libc
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|(name, ..)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_has_the_target_with_its_c_library() {
        let name = |os, arch, libc| Target::of_machine(os, arch, libc).map(Target::name);
        let glibc = Some(SystemLibc::Glibc);
        assert_eq!(name(Os::Linux, Arch::X86_64, glibc), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(name(Os::Linux, Arch::Aarch64, Some(SystemLibc::Musl)), Some("aarch64-unknown-linux-musl"));
        assert_eq!(name(Os::MacOs, Arch::Aarch64, None), Some("aarch64-apple-darwin"));
        assert_eq!(name(Os::Windows, Arch::X86_64, None), Some("x86_64-pc-windows-msvc"));
        assert_eq!(name(Os::Linux, Arch::S390x, glibc), None);
        assert_eq!(name(Os::Linux, Arch::X86_64, None), None);
    }

    #[test]
    fn an_interpreter_of_another_platform_is_not_of_the_target() {
        let target = Target::parse("x86_64-unknown-linux-musl").unwrap();
        let platform =
            Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Musl { major: 1, minor: 2 }), macos: None };
        assert!(target.is_of(&platform));
        assert!(!target.is_of(&Platform { libc: Some(Libc::Glibc { major: 2, minor: 36 }), ..platform }));
        assert!(!target.is_of(&Platform { arch: Arch::Aarch64, ..platform }));
        assert!(!target.is_of(&Platform { libc: None, ..platform }));
    }

    #[test]
    fn builds_for_newer_processors_are_no_targets() {
        assert!(Target::parse("x86_64_v3-unknown-linux-gnu").is_err());
    }
}
