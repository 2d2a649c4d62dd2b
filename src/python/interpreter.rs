//! A Python interpreter and what there is to know about it.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Scheme;
use crate::platform::tags::supported;
use crate::platform::{Implementation, Libc, Manylinux, Os, Platform, TagFacts, Tags};
use crate::vocab::{MarkerEnvironment, Version};

/// A Python interpreter outside every virtual environment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Interpreter {
    /// What an environment links to: the most specific name in the interpreter's own prefix, such as
    /// `/usr/bin/python3.12`; links are not resolved, so that it outlives a patch upgrade.
    pub executable: PathBuf,
    /// `sys.version_info`, with its pre-release part.
    pub version: Version,
    pub implementation: Implementation,
    pub free_threaded: bool,
    pub debug: bool,
    /// 32 or 64.
    pub pointer_bits: u8,
    /// `sys.base_prefix`.
    pub prefix: PathBuf,
    /// `sys.base_exec_prefix`.
    pub exec_prefix: PathBuf,
    /// The directory of the standard library.
    pub stdlib: PathBuf,
    /// Where an environment of this interpreter keeps its files.
    pub scheme: Scheme,
    pub markers: MarkerEnvironment,
    pub platform: Platform,
    /// How the file names of extension modules end: `EXT_SUFFIX` of `sysconfig`.
    pub ext_suffix: String,
    pub manylinux: Manylinux,
}

impl Interpreter {
    /// Major and minor version.
    pub fn minor_version(&self) -> (u64, u64) {
        let release = self.version.release();
        (release.first().copied().unwrap_or(0), release.get(1).copied().unwrap_or(0))
    }

    /// The wheel tags it supports, best first. Worth keeping: each call composes them anew.
    pub fn tags(&self) -> Tags {
        supported(&TagFacts {
            implementation: self.implementation.clone(),
            version: self.minor_version(),
            free_threaded: self.free_threaded,
            debug: self.debug,
            ext_suffix: self.ext_suffix.clone(),
            platform: self.platform,
            manylinux: self.manylinux.clone(),
        })
    }

    /// What makes an environment of one interpreter different from one of another. A patch release is no other
    /// interpreter: environments live through it.
    pub fn identity(&self) -> String {
        let (major, minor) = self.minor_version();
        let libc = self.platform.libc.map_or("", Libc::name);
        format!(
            "{}-{major}.{minor}{}-{}-{}{}{libc} {}",
            self.implementation.name(),
            self.abi_flags(),
            self.platform.os.name(),
            self.platform.arch,
            if libc.is_empty() { "" } else { "-" },
            self.executable.display()
        )
    }

    /// The part of names such as `python3.13t` behind the version: `t` when free-threaded, `d` for a debug build.
    pub fn abi_flags(&self) -> &'static str {
        match (self.free_threaded, self.debug) {
            (false, false) => "",
            (false, true) => "d",
            (true, false) => "t",
            (true, true) => "td",
        }
    }

    /// Whether `venv` gives environments of it a link `lib64` to `lib`.
    pub fn wants_lib64_link(&self) -> bool {
        self.platform.os == Os::Linux && self.pointer_bits == 64
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.free_threaded { ", free-threaded" } else { "" };
        write!(f, "{}: {} {}{kind}", self.executable.display(), self.implementation, self.version)
    }
}
