//! A Python interpreter and its properties.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Scheme;
use crate::platform::tags::supported;
use crate::platform::{Implementation, Libc, Manylinux, Os, Platform, TagInputs, Tags};
use crate::vocab::{MarkerEnvironment, Version};

/// A Python interpreter outside every virtual environment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Interpreter {
    /// The target of an environment's links: the most specific name in the interpreter's prefix, such as
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
    /// The directory of the standard library.
    pub stdlib: PathBuf,
    /// The directories of an environment of this interpreter.
    pub scheme: Scheme,
    pub markers: MarkerEnvironment,
    pub platform: Platform,
    /// The suffix of extension modules: `EXT_SUFFIX` of `sysconfig`.
    pub ext_suffix: String,
    pub manylinux: Manylinux,
}

/// The facts that make an environment of one interpreter different from one of another. A patch release is no other
/// interpreter: environments outlive it. Written as `<kind> <executable>`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "String", into = "String")]
pub struct Identity {
    /// Implementation, version, build and platform: no blank in it.
    kind: String,
    executable: String,
}

impl Identity {
    /// Returns true if an environment that was made with one could have been made with the other.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl From<String> for Identity {
    fn from(text: String) -> Self {
        let (kind, executable) = text.split_once(' ').unwrap_or((&text, ""));
        Self { kind: kind.to_owned(), executable: executable.to_owned() }
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        if identity.executable.is_empty() {
            identity.kind
        } else {
            format!("{} {}", identity.kind, identity.executable)
        }
    }
}

impl Interpreter {
    /// Major and minor version.
    pub fn minor_version(&self) -> (u64, u64) {
        let release = self.version.release();
        (release.first().copied().unwrap_or(0), release.get(1).copied().unwrap_or(0))
    }

    /// The wheel tags it supports, best first. Each call computes them again.
    pub fn tags(&self) -> Tags {
        supported(&TagInputs {
            implementation: self.implementation.clone(),
            version: self.minor_version(),
            free_threaded: self.free_threaded,
            debug: self.debug,
            ext_suffix: self.ext_suffix.clone(),
            platform: self.platform,
            manylinux: self.manylinux.clone(),
        })
    }

    /// The identity of the interpreter.
    pub fn identity(&self) -> Identity {
        let (major, minor) = self.minor_version();
        let libc = self.platform.libc.map_or("", Libc::name);
        let kind = format!(
            "{}-{major}.{minor}{}-{}-{}{}{libc}",
            self.implementation.name(),
            self.abi_flags(),
            self.platform.os.name(),
            self.platform.arch,
            if libc.is_empty() { "" } else { "-" },
        );
        Identity { kind, executable: self.executable.display().to_string() }
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

    /// True if `venv` gives its environments a link `lib64` to `lib`.
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

#[cfg(test)]
impl Interpreter {
    /// A `CPython` on Linux, for tests.
    pub(crate) fn sample(version: &str, executable: &str) -> Self {
        use crate::platform::Arch;
        use crate::vocab::{SafePath, parse_version};

        let version = parse_version(version).unwrap();
        let minor = format!("python{}.{}", version.release()[0], version.release()[1]);
        let path = |text: &str| SafePath::parse(text).unwrap();
        let site_packages = path(&format!("lib/{minor}/site-packages"));
        Self {
            executable: PathBuf::from(executable),
            implementation: Implementation::CPython,
            free_threaded: false,
            debug: false,
            pointer_bits: 64,
            prefix: PathBuf::from("/usr"),
            stdlib: PathBuf::from(format!("/usr/lib/{minor}")),
            scheme: Scheme {
                purelib: site_packages.clone(),
                platlib: site_packages,
                scripts: path("bin"),
                headers: path(&format!("include/site/{minor}")),
            },
            markers: MarkerEnvironment::sample(&version.to_string(), &minor.replace("python", "")),
            platform: Platform {
                os: Os::Linux,
                arch: Arch::X86_64,
                libc: Some(Libc::Glibc { major: 2, minor: 36 }),
                macos: None,
            },
            ext_suffix: String::new(),
            manylinux: Manylinux::All,
            version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_read_back_as_it_was_written() {
        let mut interpreter = Interpreter::sample("3.14.0rc1", "/usr/bin/python3.14");
        interpreter.manylinux = Manylinux::AllBut(["manylinux_2_28_x86_64".to_owned()].into());
        let text = serde_json::to_string(&interpreter).unwrap();
        assert_eq!(serde_json::from_str::<Interpreter>(&text).unwrap(), interpreter);
        let text = toml::to_string(&interpreter).unwrap();
        assert_eq!(toml::from_str::<Interpreter>(&text).unwrap(), interpreter);
    }

    #[test]
    fn a_patch_release_has_the_identity_of_its_minor_version() {
        let identity = |version: &str| String::from(Interpreter::sample(version, "/usr/bin/python3.12").identity());
        assert_eq!(identity("3.12.4"), "cpython-3.12-linux-x86_64-gnu /usr/bin/python3.12");
        assert_eq!(identity("3.12.5"), identity("3.12.4"));
    }

    #[test]
    fn what_makes_extension_modules_incompatible_changes_the_identity() {
        let interpreter = Interpreter::sample("3.13.0", "/p");
        let free_threaded = Interpreter { free_threaded: true, ..interpreter.clone() };
        let static_musl = Interpreter { platform: Platform { libc: None, ..interpreter.platform }, ..interpreter };
        assert_eq!(String::from(free_threaded.identity()), "cpython-3.13t-linux-x86_64-gnu /p");
        assert_eq!(String::from(static_musl.identity()), "cpython-3.13-linux-x86_64 /p");
    }
}
