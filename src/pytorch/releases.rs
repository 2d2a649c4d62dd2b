//! The builds of each release: `releases.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::accelerator::{Label, Variant};
use crate::platform::{Arch, Os, Platform};
use crate::vocab::Version;

/// A platform that PyTorch publishes builds for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TorchPlatform {
    LinuxAarch64,
    LinuxX86_64,
    MacOs,
    Windows,
}

/// The releases that the table has, newest first.
#[derive(Debug)]
pub struct Releases(Vec<Release>);

/// The builds of a release for one platform.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReleaseBuilds {
    /// Major and minor version of the release.
    pub release: (u64, u64),
    /// The label of the build on the Python Package Index.
    pub on_pypi: Label,
    /// All builds, CPU last. Rank 0 is the one on the Python Package Index, whose files are hashed and mirrored.
    pub variants: Vec<Variant>,
}

/// A release for all platforms.
#[derive(Debug)]
struct Release {
    version: (u64, u64),
    linux_aarch64: PlatformBuilds,
    linux_x86_64: PlatformBuilds,
    windows: PlatformBuilds,
}

/// The builds of a release for one platform, as the table has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlatformBuilds {
    on_pypi: Label,
    /// Compute capabilities by label.
    #[serde(default)]
    cuda: BTreeMap<Label, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    release: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    torch: String,
    #[expect(dead_code, reason = "for the reader of the table")]
    source: String,
    #[serde(rename = "linux-aarch64")]
    linux_aarch64: PlatformBuilds,
    #[serde(rename = "linux-x86_64")]
    linux_x86_64: PlatformBuilds,
    windows: PlatformBuilds,
}

static KNOWN: LazyLock<Releases> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a test reads the table, which is part of the program")]
    Releases::parse(include_str!("releases.toml")).expect("`releases.toml` is valid")
});

impl TorchPlatform {
    /// The platform of an interpreter; `None` if PyTorch publishes nothing for it.
    pub fn of(platform: &Platform) -> Option<Self> {
        match (platform.os, platform.arch) {
            (Os::Linux, Arch::Aarch64) => Some(Self::LinuxAarch64),
            (Os::Linux, Arch::X86_64) => Some(Self::LinuxX86_64),
            (Os::MacOs, Arch::Aarch64 | Arch::X86_64) => Some(Self::MacOs),
            (Os::Windows, Arch::X86_64) => Some(Self::Windows),
            (
                Os::Linux | Os::MacOs | Os::Windows,
                Arch::Aarch64
                | Arch::Armv6l
                | Arch::Armv7l
                | Arch::Armv8l
                | Arch::I686
                | Arch::Loongarch64
                | Arch::Ppc64
                | Arch::Ppc64le
                | Arch::Riscv64
                | Arch::S390x,
            ) => None,
        }
    }
}

impl Releases {
    /// Those that this version of Kingbolt knows.
    pub fn known() -> &'static Self {
        &KNOWN
    }

    /// The releases for a platform, newest first.
    pub fn on(&self, platform: TorchPlatform) -> impl Iterator<Item = ReleaseBuilds> {
        self.0.iter().map(move |release| release.builds(platform))
    }

    /// The release of the table that a version of `torch` belongs to, as major and minor version: a newer one counts as the
    /// newest. `None` for an older one.
    pub fn release_of(&self, version: &Version) -> Option<(u64, u64)> {
        let newest = self.newest();
        let release = major_and_minor(version);
        if release > newest {
            return Some(newest);
        }
        self.0.iter().map(|known| known.version).find(|known| *known == release)
    }

    /// True if a version of `torch` is newer than the table.
    pub fn is_newer(&self, version: &Version) -> bool {
        major_and_minor(version) > self.newest()
    }

    fn newest(&self) -> (u64, u64) {
        self.0.first().map(|release| release.version).unwrap_or_default()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let releases = table.release.into_iter().map(Release::of).collect::<Result<Vec<_>, _>>()?;
        let is_ordered = releases.is_sorted_by(|newer, older| newer.version > older.version);
        if releases.is_empty() || !is_ordered {
            return Err("the releases are not in order, newest first".to_owned());
        }
        Ok(Self(releases))
    }
}

impl Release {
    fn of(row: Row) -> Result<Self, String> {
        let invalid = || format!("`{}` is no release", row.torch);
        let (major, minor) = row.torch.split_once('.').ok_or_else(invalid)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| invalid());
        let version = (number(major)?, number(minor)?);
        for builds in [&row.linux_aarch64, &row.linux_x86_64, &row.windows] {
            builds.check().map_err(|problem| format!("{}: {problem}", row.torch))?;
        }
        let Row { linux_aarch64, linux_x86_64, windows, .. } = row;
        Ok(Self { version, linux_aarch64, linux_x86_64, windows })
    }

    fn builds(&self, platform: TorchPlatform) -> ReleaseBuilds {
        let release = self.version;
        let of_platform = match platform {
            TorchPlatform::LinuxAarch64 => &self.linux_aarch64,
            TorchPlatform::LinuxX86_64 => &self.linux_x86_64,
            TorchPlatform::Windows => &self.windows,
            TorchPlatform::MacOs => {
                let variants = vec![Variant::other(Label::Mps), Variant::other(Label::Cpu)];
                return ReleaseBuilds { release, on_pypi: Label::Mps, variants };
            }
        };
        let on_pypi = of_platform.on_pypi;
        let mut variants: Vec<Variant> = of_platform.variants().flatten().collect();
        variants.push(Variant::other(Label::Cpu));
        for variant in &mut variants {
            variant.rank = u8::from(variant.label != on_pypi);
        }
        ReleaseBuilds { release, on_pypi, variants }
    }
}

impl PlatformBuilds {
    fn variants(&self) -> impl Iterator<Item = Result<Variant, String>> {
        self.cuda.iter().map(|(label, compute)| match label {
            Label::Cuda(version) => Variant::cuda(*version, compute).map_err(|error| error.to_string()),
            Label::Cpu | Label::Mps | Label::Rocm(_) | Label::Xpu => Err(format!("`{label}` is not a build for CUDA")),
        })
    }

    /// Checks that the capabilities can be read, and that the build on the Python Package Index is one of them, or for CPUs.
    fn check(&self) -> Result<(), String> {
        let variants = self.variants().collect::<Result<Vec<_>, _>>()?;
        let is_known = self.on_pypi == Label::Cpu || variants.iter().any(|variant| variant.label == self.on_pypi);
        if is_known { Ok(()) } else { Err(format!("`{}` has no capabilities", self.on_pypi)) }
    }
}

fn major_and_minor(version: &Version) -> (u64, u64) {
    let release = version.release();
    (release.first().copied().unwrap_or_default(), release.get(1).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::parse_version;

    /// The labels of a release, that of the Python Package Index first.
    fn labels(platform: TorchPlatform, release: (u64, u64)) -> String {
        let builds = Releases::known().on(platform).find(|builds| builds.release == release).unwrap();
        let mut variants = builds.variants;
        variants.sort_by_key(|variant| variant.rank);
        let labels: Vec<String> = variants.iter().map(|variant| variant.label.to_string()).collect();
        labels.join(" ")
    }

    #[test]
    fn the_build_on_pypi_comes_first() {
        for (platform, release, expected) in [
            (TorchPlatform::LinuxX86_64, (2, 15), "cu132 cu130 cpu"),
            (TorchPlatform::LinuxX86_64, (2, 14), "cu132 cu126 cu130 cpu"),
            (TorchPlatform::LinuxX86_64, (2, 11), "cu130 cu126 cu128 cpu"),
            (TorchPlatform::LinuxX86_64, (2, 7), "cu126 cu118 cu128 cpu"),
            (TorchPlatform::LinuxAarch64, (2, 15), "cu132 cu130 cpu"),
            (TorchPlatform::LinuxAarch64, (2, 14), "cpu cu126 cu130 cu132"),
            (TorchPlatform::Windows, (2, 15), "cpu cu130 cu132"),
            (TorchPlatform::MacOs, (2, 15), "mps cpu"),
        ] {
            assert_eq!(labels(platform, release), expected, "{platform:?} {release:?}");
        }
    }

    #[test]
    fn a_newer_version_than_the_table_has_counts_as_the_newest() {
        let (known, version) = (Releases::known(), |text| parse_version(text).unwrap());
        for (text, release) in [
            ("2.14.1+cu126", Some((2, 14))),
            ("2.15.0", Some((2, 15))),
            ("2.16.0.dev20261101", Some((2, 15))),
            ("3.0", Some((2, 15))),
            ("2.4.1", Some((2, 4))),
            ("2.3.1", None),
            ("1.13.1", None),
        ] {
            assert_eq!(known.release_of(&version(text)), release, "{text}");
        }
        assert!(known.is_newer(&version("2.16.0")));
        assert!(!known.is_newer(&version("2.15.3")));
    }

    #[test]
    fn a_table_that_is_not_in_order_or_names_no_capabilities_is_refused() {
        let platforms = |on_pypi: &str| {
            ["linux-aarch64", "linux-x86_64", "windows"]
                .map(|platform| {
                    format!("[release.{platform}]\non-pypi = \"{on_pypi}\"\ncuda = {{ cu126 = \"8.0 9.0+PTX\" }}\n")
                })
                .concat()
        };
        let release = |torch: &str, on_pypi: &str| {
            format!("[[release]]\ntorch = \"{torch}\"\nsource = \"\"\n{}", platforms(on_pypi))
        };
        assert!(Releases::parse(&(release("2.2", "cpu") + &release("2.1", "cu126"))).is_ok());
        for (table, problem) in [
            (release("2.1", "cpu") + &release("2.2", "cpu"), "the releases are not in order, newest first"),
            (release("2.1", "cu130"), "2.1: `cu130` has no capabilities"),
            (release("two", "cpu"), "`two` is no release"),
            (
                release("2.1", "cpu").replace("8.0", "eight"),
                "2.1: `eight` is not a compute capability such as `8.6` or `12.0+ptx`",
            ),
            (release("2.1", "cpu").replace("cu126", "xpu"), "2.1: `xpu` is not a build for CUDA"),
        ] {
            assert_eq!(Releases::parse(&table).unwrap_err(), problem);
        }
    }
}
