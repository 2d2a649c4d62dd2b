//! The platform parts of wheel tags, best first: `linux_*`, manylinux (PEP 600), musllinux (PEP 656), macOS, Windows.
//! The order is that of `packaging.tags.platform_tags`.

use super::Manylinux;
use crate::platform::{Arch, Libc, Os, Platform};

/// The platform tags of a machine, best first.
pub(super) fn platform_tags(platform: &Platform, manylinux: &Manylinux) -> Vec<String> {
    match platform.os {
        Os::Linux => linux(platform, manylinux),
        Os::MacOs => macos(platform.arch, platform.macos.unwrap_or(OLDEST_MACOS)),
        Os::Windows => vec![windows(platform.arch).to_owned()],
    }
}

/// Names of manylinux platforms before PEP 600, with the glibc they stand for (PEP 513, 571, 599).
const LEGACY_MANYLINUX: &[((u16, u16), &str)] =
    &[((2, 5), "manylinux1"), ((2, 12), "manylinux2010"), ((2, 17), "manylinux2014")];

/// The oldest macOS of any wheel on the architectures that current Pythons know.
const OLDEST_MACOS: (u16, u16) = (10, 9);

fn linux(platform: &Platform, manylinux: &Manylinux) -> Vec<String> {
    let architectures = match platform.arch {
        Arch::Armv8l => vec![Arch::Armv8l, Arch::Armv7l],
        arch => vec![arch],
    };
    let mut tags: Vec<String> = architectures.iter().map(|arch| format!("linux_{arch}")).collect();
    for arch in architectures {
        match platform.libc {
            Some(Libc::Glibc { major: 2, minor }) if has_manylinux(arch) => {
                tags.extend(manylinux_tags(arch, minor, manylinux));
            }
            Some(Libc::Musl { major, minor }) => {
                tags.extend((0..=minor).rev().map(|minor| format!("musllinux_{major}_{minor}_{arch}")));
            }
            Some(Libc::Glibc { .. }) | None => {}
        }
    }
    tags
}

fn has_manylinux(arch: Arch) -> bool {
    // 32-bit ARM before version 7 is the only one without a profile.
    arch != Arch::Armv6l
}

fn manylinux_tags(arch: Arch, newest_minor: u16, manylinux: &Manylinux) -> Vec<String> {
    let oldest = if matches!(arch, Arch::X86_64 | Arch::I686) { 5 } else { 17 };
    let mut tags = Vec::new();
    for minor in (oldest..=newest_minor).rev() {
        let tag = format!("manylinux_2_{minor}_{arch}");
        let accepted = match manylinux {
            Manylinux::All => true,
            Manylinux::AllBut(refused) => !refused.contains(&tag),
            Manylinux::None => false,
        };
        if accepted {
            tags.push(tag);
            let legacy = LEGACY_MANYLINUX.iter().find(|(glibc, _)| *glibc == (2, minor));
            tags.extend(legacy.map(|(_, name)| format!("{name}_{arch}")));
        }
    }
    tags
}

/// Until macOS 10.15 every release raised the minor version, since macOS 11 the major version. A machine with macOS 11
/// or newer also runs what was built for macOS 10: on ARM only the `universal2` binaries of that time.
fn macos(arch: Arch, version: (u16, u16)) -> Vec<String> {
    let (major, minor) = version;
    let mut tags = Vec::new();
    if major == 10 {
        for minor in (0..=minor).rev() {
            tags.extend(macos_formats(arch, (10, minor)).map(|format| format!("macosx_10_{minor}_{format}")));
        }
        return tags;
    }
    for major in (11..=major).rev() {
        tags.extend(macos_formats(arch, (major, 0)).map(|format| format!("macosx_{major}_0_{format}")));
    }
    for minor in (4..=16).rev() {
        if arch == Arch::X86_64 {
            tags.extend(macos_formats(arch, (10, minor)).map(|format| format!("macosx_10_{minor}_{format}")));
        } else {
            tags.push(format!("macosx_10_{minor}_universal2"));
        }
    }
    tags
}

/// The kinds of binaries that a macOS runs: for one architecture, or for several at once.
fn macos_formats(arch: Arch, version: (u16, u16)) -> impl Iterator<Item = &'static str> {
    let formats: &[&str] = match arch {
        Arch::Aarch64 => &["arm64", "universal2"],
        Arch::X86_64 if version >= (10, 4) => &["x86_64", "intel", "fat64", "fat3", "universal2", "universal"],
        Arch::I686 if version >= (10, 4) => &["i386", "intel", "fat3", "fat", "universal"],
        _ => &[],
    };
    formats.iter().copied()
}

fn windows(arch: Arch) -> &'static str {
    match arch {
        Arch::Aarch64 => "win_arm64",
        Arch::I686 => "win32",
        _ => "win_amd64",
    }
}
