//! What an interpreter says about itself, and what follows from it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Interpreter, Scheme, SkipReason};
use crate::platform::probe::Linkage;
use crate::platform::{Arch, Implementation, Manylinux, Os, Platform};
use crate::vocab::{MarkerEnvironment, SafePath, Version, parse_version};

/// The answer of the probe script.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Report {
    version: VersionInfo,
    /// `sys.executable`.
    pub(super) executable: PathBuf,
    /// Told by every Python that is new enough.
    facts: Option<Facts>,
}

/// What a candidate turned out to be.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    /// A virtual environment, made from another interpreter.
    Environment {
        base: PathBuf,
        prefix: PathBuf,
    },
    Interpreter(Box<Interpreter>),
    TooOld {
        version: Version,
    },
}

/// `sys.version_info`.
#[derive(Clone, Debug, Deserialize)]
struct VersionInfo(u64, u64, u64, String, u64);

#[derive(Clone, Debug, Deserialize)]
struct Facts {
    implementation: String,
    in_environment: bool,
    prefix: PathBuf,
    base_executable: PathBuf,
    base_prefix: PathBuf,
    base_exec_prefix: PathBuf,
    stdlib: PathBuf,
    scheme: Directories,
    markers: MarkerEnvironment,
    pointer_bits: u8,
    free_threaded: bool,
    debug: bool,
    ext_suffix: String,
    platform: String,
    macos: Option<(u16, u16)>,
    glibc: Option<String>,
    refused_manylinux: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Directories {
    purelib: String,
    platlib: String,
    scripts: String,
}

const BEGIN: &str = "-----BEGIN KINGBOLT PROBE-----";
const END: &str = "-----END KINGBOLT PROBE-----";

impl Report {
    /// Finds the report in what an interpreter wrote: start-up hooks may write before and after it.
    pub(super) fn parse(output: &[u8]) -> Option<Self> {
        let output = String::from_utf8_lossy(output);
        let (_, rest) = output.rsplit_once(BEGIN)?;
        let (document, _) = rest.split_once(END)?;
        serde_json::from_str(document).ok()
    }

    /// The executable whose C library decides, and the version of glibc that it reports. `None` where no such
    /// question arises: away from Linux, and in an environment, which is not asked for it.
    pub(super) fn linked(&self) -> Option<(&PathBuf, Option<&str>)> {
        let facts = self.facts.as_ref()?;
        let asked = facts.platform.starts_with("linux") && !facts.in_environment;
        asked.then_some((&facts.base_executable, facts.glibc.as_deref()))
    }

    /// What the candidate is.
    pub(super) fn answer(self, linkage: Linkage) -> Result<Answer, SkipReason> {
        let version = self.version.parse()?;
        let Some(facts) = self.facts else {
            return Ok(Answer::TooOld { version });
        };
        if !facts.base_executable.is_absolute() {
            return Err(SkipReason::Unusable { what: "the path of its executable" });
        }
        if facts.in_environment {
            return Ok(Answer::Environment { base: facts.base_executable, prefix: facts.prefix });
        }
        Ok(Answer::Interpreter(Box::new(facts.interpreter(version, linkage)?)))
    }
}

impl VersionInfo {
    fn parse(&self) -> Result<Version, SkipReason> {
        let Self(major, minor, micro, level, serial) = self;
        let level = match level.as_str() {
            "alpha" => format!("a{serial}"),
            "beta" => format!("b{serial}"),
            "candidate" => format!("rc{serial}"),
            _ => String::new(),
        };
        parse_version(&format!("{major}.{minor}.{micro}{level}"))
            .map_err(|_| SkipReason::Unusable { what: "its version" })
    }
}

impl Facts {
    fn interpreter(self, version: Version, linkage: Linkage) -> Result<Interpreter, SkipReason> {
        let (os, arch) = self.system().ok_or(SkipReason::Unsupported { platform: self.platform.clone() })?;
        let platform = Platform { os, arch, libc: linkage.libc, macos: self.macos };
        Ok(Interpreter {
            executable: self.base_executable,
            scheme: self.scheme.checked(&version)?,
            version,
            implementation: Implementation::from(self.implementation),
            free_threaded: self.free_threaded,
            debug: self.debug,
            pointer_bits: self.pointer_bits,
            prefix: self.base_prefix,
            exec_prefix: self.base_exec_prefix,
            stdlib: self.stdlib,
            markers: self.markers,
            platform,
            ext_suffix: self.ext_suffix,
            manylinux: manylinux(linkage.manylinux, self.refused_manylinux),
        })
    }

    /// `sysconfig` names the system and, but on macOS, the architecture; there its name is that of the binary, which
    /// may hold several.
    fn system(&self) -> Option<(Os, Arch)> {
        let narrowed = |arch: Arch| if self.pointer_bits == 32 { arch.narrowed() } else { arch };
        let machine = self.markers.platform_machine.as_str();
        match self.platform.split_once('-') {
            Some(("linux", arch)) => Some((Os::Linux, narrowed(Arch::parse(arch)?))),
            Some(("macosx", _)) => Some((Os::MacOs, narrowed(Arch::parse(machine)?))),
            Some(("win", arch)) => Some((Os::Windows, Arch::parse(arch)?)),
            None if self.platform == "win32" => Some((Os::Windows, Arch::I686)),
            Some(_) | None => None,
        }
    }
}

impl Directories {
    fn checked(&self, version: &Version) -> Result<Scheme, SkipReason> {
        let checked =
            |text: &str| SafePath::parse(text).map_err(|_| SkipReason::Unusable { what: "a directory of its scheme" });
        let release: Vec<String> = version.release().iter().take(2).map(ToString::to_string).collect();
        Ok(Scheme {
            purelib: checked(&self.purelib)?,
            platlib: checked(&self.platlib)?,
            scripts: checked(&self.scripts)?,
            headers: checked(&format!("include/site/python{}", release.join(".")))?,
        })
    }
}

fn manylinux(by_code: Manylinux, refused: Vec<String>) -> Manylinux {
    match by_code {
        Manylinux::All if !refused.is_empty() => Manylinux::AllBut(refused.into_iter().collect()),
        other => other,
    }
}
