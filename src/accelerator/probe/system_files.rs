//! The kind of system: WSL, Jetson, a Mac.

use super::reader::Reader;
use crate::accelerator::System;
use crate::accelerator::findings::Apple;
use crate::accelerator::parse::{is_tegra_family, is_tegra_kernel, jetson_release, macos_version};
use crate::accelerator::tables::jetpack;
use crate::platform::{Arch, Os};

/// The system, as far as drivers differ.
pub(super) fn read_system(reader: &mut Reader<'_>, os: Os) -> System {
    match os {
        Os::MacOs => System::MacOs,
        Os::Windows => System::Windows,
        Os::Linux if is_wsl(reader) => System::Wsl,
        Os::Linux => read_jetson(reader).unwrap_or(System::Linux),
    }
}

fn is_wsl(reader: &mut Reader<'_>) -> bool {
    const INTEROP: &str = "/proc/sys/fs/binfmt_misc/WSLInterop";
    const VERSION: &str = "/proc/version";
    if reader.exists(INTEROP) {
        reader.found(INTEROP, "WSL");
        return true;
    }
    let version = reader.text(VERSION).unwrap_or_default();
    let is_wsl = version.to_ascii_lowercase().contains("microsoft");
    if is_wsl {
        reader.found(VERSION, &version);
    }
    is_wsl || (reader.exists("/dev/dxg") && reader.exists("/usr/lib/wsl"))
}

fn read_jetson(reader: &mut Reader<'_>) -> Option<System> {
    const RELEASE: &str = "/etc/nv_tegra_release";
    const FAMILY: &str = "/sys/devices/soc0/family";
    const KERNEL: &str = "/proc/sys/kernel/osrelease";
    if let Some(text) = reader.text(RELEASE) {
        let release = jetson_release(&text);
        match release {
            Some(release) => {
                let jetpack = jetpack(release).map(|(version, cuda)| format!(", JetPack {version}, CUDA {cuda}"));
                reader.found(RELEASE, format!("Jetson Linux {release}{}", jetpack.unwrap_or_default()));
            }
            None => reader.found(RELEASE, format!("no release is stated: {text}")),
        }
        return Some(System::Jetson(release));
    }
    for (path, is_sign) in [(FAMILY, is_tegra_family as fn(&str) -> bool), (KERNEL, is_tegra_kernel)] {
        if let Some(text) = reader.text(path).filter(|text| is_sign(text)) {
            reader.found(path, text);
            return Some(System::Jetson(None));
        }
    }
    None
}

/// A Mac, by the architecture of this program and the version of the system.
pub(super) fn read_apple(reader: &mut Reader<'_>) -> Apple {
    const VERSION: &str = "/System/Library/CoreServices/SystemVersion.plist";
    if Arch::parse(std::env::consts::ARCH) != Some(Arch::Aarch64) {
        reader.found("processor", std::env::consts::ARCH);
        return Apple::No;
    }
    let version = reader.text(VERSION).and_then(|text| macos_version(&text));
    if let Some((major, minor)) = version {
        reader.found(VERSION, format!("macOS {major}.{minor}"));
    }
    Apple::Silicon(version)
}
