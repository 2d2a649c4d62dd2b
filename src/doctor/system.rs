//! Looks at the machine: operating system, kernel, processor, C library, shells.

use std::path::Path;

use super::facts::{SearchPath, System};
use super::operating_system::{WindowsVersion, of_os_release, of_system_version};
use crate::host::{Hive, Host};
use crate::platform::{Arch, Os, X86_64Level, probe};

/// The shells that people use, by name.
const SHELLS: &[&str] = &["bash", "csh", "dash", "fish", "ksh", "nu", "pwsh", "tcsh", "zsh"];

const WINDOWS_VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

/// The machine.
pub(super) fn system(host: &Host, os: Os) -> System {
    let kernel = host.kernel();
    let variable = |name| host.environment.var(name).map(str::to_owned);
    let machine = match &kernel {
        Some(kernel) => Some(kernel.machine.clone()),
        // The first is set for a 32-bit program on a 64-bit system.
        None => variable("PROCESSOR_ARCHITEW6432").or_else(|| variable("PROCESSOR_ARCHITECTURE")),
    };
    let is_x86_64 = machine.as_deref().and_then(Arch::parse) == Some(Arch::X86_64);
    let features = host.processor_features();
    System {
        os: operating_system(host, os),
        kernel: kernel.map(|kernel| format!("{} {}", kernel.name, kernel.release)),
        level: (is_x86_64 && !features.is_empty()).then(|| X86_64Level::of(&features).to_string()),
        machine,
        libc: match os {
            Os::Linux => probe::read_system_libc_version(host).map(|libc| libc.to_string()),
            Os::MacOs | Os::Windows => None,
        },
    }
}

fn operating_system(host: &Host, os: Os) -> Option<String> {
    let text = |path: &str| host.files.read_text(Path::new(path)).ok();
    match os {
        Os::Linux => {
            text("/etc/os-release").or_else(|| text("/usr/lib/os-release")).and_then(|text| of_os_release(&text))
        }
        Os::MacOs => text("/System/Library/CoreServices/SystemVersion.plist").and_then(|text| of_system_version(&text)),
        Os::Windows => {
            let text = |name| host.registry.text(Hive::LocalMachine, WINDOWS_VERSION, name);
            let revision = host.registry.number(Hive::LocalMachine, WINDOWS_VERSION, "UBR");
            let (product, display, build) = (text("ProductName"), text("DisplayVersion"), text("CurrentBuildNumber"));
            WindowsVersion { product, display, build, revision }.name()
        }
    }
}

/// The shells of the machine, and the directories of PATH. The caller tells what of it concerns the commands.
pub(super) fn shells(host: &Host, search_path: SearchPath) -> SearchPath {
    let entries = host.environment.search_path();
    let is_installed = |name: &&str| !host.find_programs(name, &entries).is_empty();
    SearchPath {
        shell: host.environment.var("SHELL").map(str::to_owned),
        shells: SHELLS.iter().filter(|name| is_installed(name)).map(|name| (*name).to_owned()).collect(),
        entries,
        ..search_path
    }
}
