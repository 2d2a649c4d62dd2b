//! The report of an interpreter about itself, and the answer that follows from it.

use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Interpreter, Scheme, SkipReason};
use crate::platform::probe::Linkage;
use crate::platform::{Arch, Implementation, Manylinux, Os, Platform};
use crate::vocab::{MarkerEnvironment, SafePath, Version, parse_version};

/// The answer of the probe script.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Report {
    version: VersionInfo,
    /// `sys.executable`.
    #[serde(deserialize_with = "path")]
    pub(super) executable: PathBuf,
    /// Given by every Python that is new enough.
    #[serde(rename = "facts")]
    info: Option<InterpreterInfo>,
}

/// The answer of a candidate.
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
struct InterpreterInfo {
    implementation: String,
    in_environment: bool,
    #[serde(deserialize_with = "path")]
    prefix: PathBuf,
    #[serde(deserialize_with = "path")]
    base_executable: PathBuf,
    #[serde(deserialize_with = "path")]
    base_prefix: PathBuf,
    #[serde(deserialize_with = "path")]
    stdlib: PathBuf,
    scheme: RawScheme,
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
struct RawScheme {
    purelib: String,
    platlib: String,
    scripts: String,
}

/// There are tags for every minor version up to an interpreter's own.
const GREATEST_MINOR: u64 = 999;

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

    /// The executable whose C library decides, and the version of glibc that it reports. `None` if they do
    /// not matter: on other systems than Linux, and for an environment.
    pub(super) fn linked(&self) -> Option<(&PathBuf, Option<&str>)> {
        let info = self.info.as_ref()?;
        let asked = info.platform.starts_with("linux") && !info.in_environment;
        asked.then_some((&info.base_executable, info.glibc.as_deref()))
    }

    /// The answer that the report gives.
    pub(super) fn answer(self, linkage: Linkage) -> Result<Answer, SkipReason> {
        let version = self.version.parse()?;
        let Some(info) = self.info else {
            return Ok(Answer::TooOld { version });
        };
        if info.base_executable.as_os_str().is_empty() {
            return Err(SkipReason::Unusable { what: "the path of its executable" });
        }
        if info.in_environment {
            return Ok(Answer::Environment { base: info.base_executable, prefix: info.prefix });
        }
        Ok(Answer::Interpreter(Box::new(info.interpreter(version, linkage)?)))
    }
}

/// A path as the script writes it: on POSIX a character for each byte. A path that is not UTF-8 becomes empty, since records
/// cannot hold it.
fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let text = String::deserialize(deserializer)?;
    if cfg!(windows) {
        return Ok(text.into());
    }
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    let bytes = bytes.map_err(|_| D::Error::custom("a path has characters that are no bytes"))?;
    Ok(String::from_utf8(bytes).map(PathBuf::from).unwrap_or_default())
}

impl VersionInfo {
    fn parse(&self) -> Result<Version, SkipReason> {
        let Self(major, minor, micro, level, serial) = self;
        let invalid = || SkipReason::Unusable { what: "its version" };
        if *minor > GREATEST_MINOR {
            return Err(invalid());
        }
        let level = match level.as_str() {
            "alpha" => format!("a{serial}"),
            "beta" => format!("b{serial}"),
            "candidate" => format!("rc{serial}"),
            _ => String::new(),
        };
        parse_version(&format!("{major}.{minor}.{micro}{level}")).map_err(|_| invalid())
    }
}

impl InterpreterInfo {
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

impl RawScheme {
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

/// The report of an interpreter of Debian with a version, for tests.
#[cfg(test)]
pub(super) fn sample(version: &str) -> serde_json::Value {
    let (minor, patch) = version.rsplit_once('.').unwrap();
    let numbers = minor.split('.').chain([patch]).map(|number| number.parse::<u64>().unwrap().into());
    let info: Vec<serde_json::Value> = numbers.chain(["final".into(), 0.into()]).collect();
    serde_json::json!({
        "version": info,
        "executable": "/usr/bin/python3",
        "facts": {
            "implementation": "cpython",
            "in_environment": false,
            "prefix": "/usr",
            "base_executable": format!("/usr/bin/python{minor}"),
            "base_prefix": "/usr",
            "stdlib": format!("/usr/lib/python{minor}"),
            "scheme": {
                "purelib": format!("lib/python{minor}/site-packages"),
                "platlib": format!("lib/python{minor}/site-packages"),
                "scripts": "bin"
            },
            "markers": MarkerEnvironment::sample(version, minor),
            "pointer_bits": 64,
            "free_threaded": false,
            "debug": false,
            "ext_suffix": format!(".cpython-{}-x86_64-linux-gnu.so", minor.replace('.', "")),
            "platform": "linux-x86_64",
            "macos": null,
            "glibc": "2.36",
            "refused_manylinux": []
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::platform::Libc;

    const GLIBC: Option<Libc> = Some(Libc::Glibc { major: 2, minor: 36 });

    #[test]
    fn noise_around_the_report_does_not_matter() {
        let output = format!("warning: {BEGIN}\n{BEGIN}{}{END}\nbye", debian());
        assert_eq!(answer(&output), Ok(Answer::Interpreter(Box::new(interpreter()))));
    }

    #[test]
    fn what_is_no_report_is_told_from_one() {
        for output in ["", "Python 3.12.1", BEGIN, &format!("{BEGIN}{{}}{END}"), &format!("{END}{BEGIN}")] {
            assert!(Report::parse(output.as_bytes()).is_none(), "{output}");
        }
    }

    #[test]
    fn an_old_python_tells_its_version_and_nothing_else() {
        let report = json!({"version": [2, 7, 18, "final", 0], "executable": "/usr/bin/python2.7"});
        let version = parse_version("2.7.18").unwrap();
        assert_eq!(answer(&marked(&report)), Ok(Answer::TooOld { version }));
    }

    #[test]
    fn an_environment_names_what_it_was_made_from() {
        let report = with(&[("in_environment", json!(true)), ("prefix", json!("/env"))]);
        let expected = Answer::Environment { base: "/usr/bin/python3.11".into(), prefix: "/env".into() };
        assert_eq!(answer(&marked(&report)), Ok(expected));
    }

    #[test]
    fn a_pre_release_keeps_its_number() {
        for (info, expected) in [
            (json!([3, 15, 0, "alpha", 2]), "3.15.0a2"),
            (json!([3, 15, 0, "beta", 1]), "3.15.0b1"),
            (json!([3, 14, 0, "candidate", 3]), "3.14.0rc3"),
        ] {
            let mut report = debian();
            report["version"] = info;
            assert_eq!(found(&report).version, parse_version(expected).unwrap());
        }
    }

    #[test]
    fn a_minor_version_that_no_list_of_tags_could_hold_is_refused() {
        let mut report = debian();
        report["version"] = json!([3, 4_294_967_295_u32, 0, "final", 0]);
        assert_eq!(answer(&marked(&report)), Err("its version cannot be used".to_owned()));
    }

    #[test]
    fn a_32_bit_python_on_a_64_bit_kernel_is_32_bit() {
        for (platform, arch) in [("linux-x86_64", Arch::I686), ("linux-aarch64", Arch::Armv8l)] {
            let report = with(&[("pointer_bits", json!(32)), ("platform", json!(platform))]);
            assert_eq!(found(&report).platform.arch, arch);
        }
    }

    #[test]
    fn on_macos_the_machine_decides_and_not_the_kinds_in_the_binary() {
        let mut report = with(&[("platform", json!("macosx-10.9-universal2")), ("macos", json!([14, 5]))]);
        report["facts"]["markers"]["platform_machine"] = json!("arm64");
        let expected = Platform { os: Os::MacOs, arch: Arch::Aarch64, libc: None, macos: Some((14, 5)) };
        assert_eq!(report_of(&report).answer(Linkage::default()).ok().and_then(platform_of), Some(expected));
        assert_eq!(report_of(&report).linked(), None);
    }

    #[test]
    fn on_windows_the_interpreter_decides_and_not_the_machine() {
        for (platform, arch) in [("win-amd64", Arch::X86_64), ("win32", Arch::I686), ("win-arm64", Arch::Aarch64)] {
            let expected = Platform { os: Os::Windows, arch, libc: None, macos: None };
            let report = report_of(&with(&[("platform", json!(platform))]));
            assert_eq!(report.answer(Linkage::default()).ok().and_then(platform_of), Some(expected));
        }
    }

    #[test]
    fn unknown_platforms_and_paths_outside_of_an_environment_are_refused() {
        for (changes, reason) in [
            (("platform", json!("mingw_x86_64")), "it runs on `mingw_x86_64`, which is not supported"),
            (("platform", json!("linux-mips")), "it runs on `linux-mips`, which is not supported"),
            (("base_executable", json!("")), "the path of its executable cannot be used"),
            (("scheme", json!({"purelib": "../x", "platlib": "a", "scripts": "b"})), {
                "a directory of its scheme cannot be used"
            }),
        ] {
            assert_eq!(answer(&marked(&with(&[changes]))), Err(reason.to_owned()));
        }
    }

    #[test]
    fn a_distributor_may_refuse_manylinux() {
        let report = with(&[("refused_manylinux", json!(["manylinux_2_30_x86_64"]))]);
        assert_eq!(found(&report).manylinux, Manylinux::AllBut(["manylinux_2_30_x86_64".to_owned()].into()));
    }

    fn interpreter() -> Interpreter {
        Interpreter {
            ext_suffix: ".cpython-311-x86_64-linux-gnu.so".to_owned(),
            ..Interpreter::sample("3.11.2", "/usr/bin/python3.11")
        }
    }

    fn found(report: &Value) -> Interpreter {
        match answer(&marked(report)) {
            Ok(Answer::Interpreter(interpreter)) => *interpreter,
            other => panic!("{other:?}"),
        }
    }

    fn platform_of(answer: Answer) -> Option<Platform> {
        match answer {
            Answer::Interpreter(interpreter) => Some(interpreter.platform),
            Answer::Environment { .. } | Answer::TooOld { .. } => None,
        }
    }

    fn answer(output: &str) -> Result<Answer, String> {
        let linkage = Linkage { libc: GLIBC, ..Linkage::default() };
        Report::parse(output.as_bytes()).unwrap().answer(linkage).map_err(|reason| reason.to_string())
    }

    fn report_of(report: &Value) -> Report {
        Report::parse(marked(report).as_bytes()).unwrap()
    }

    fn marked(report: &Value) -> String {
        format!("{BEGIN}{report}{END}")
    }

    fn with(changes: &[(&str, Value)]) -> Value {
        let mut report = debian();
        for (name, value) in changes {
            report["facts"][name] = value.clone();
        }
        report
    }

    /// The report of Debian's Python.
    fn debian() -> Value {
        sample("3.11.2")
    }
}
