//! The platform of the machine itself, for interpreters that are not there yet.

use std::path::Path;

use super::machine::{Arch, Libc, Os, Platform, SystemLibc};
use super::probe::{read_system_libc, read_system_libc_version};
use crate::host::{Command, Host};

/// The oldest glibc that CPython builds run on (manylinux2014, PEP 599), for a machine whose version cannot be told.
const OLDEST_GLIBC: Libc = Libc::Glibc { major: 2, minor: 17 };

/// The oldest musl of the wheels for it (PEP 656), likewise.
const OLDEST_MUSL: Libc = Libc::Musl { major: 1, minor: 1 };

/// The platform of programs that are built for this machine; `None` for an architecture without a name.
pub fn read_system_platform(host: &Host) -> Option<Platform> {
    let os = Os::current();
    let libc = match os {
        Os::Linux => read_system_libc(host).map(|libc| libc_version(host, libc)),
        Os::MacOs | Os::Windows => None,
    };
    let macos = match os {
        Os::MacOs => said(host, Path::new("/usr/bin/sw_vers"), "-productVersion").and_then(|text| version(text.trim())),
        Os::Linux | Os::Windows => None,
    };
    Some(Platform { os, arch: Arch::parse(std::env::consts::ARCH)?, libc, macos })
}

fn libc_version(host: &Host, libc: SystemLibc) -> Libc {
    let oldest = match libc {
        SystemLibc::Glibc => OLDEST_GLIBC,
        SystemLibc::Musl => OLDEST_MUSL,
    };
    read_system_libc_version(host).unwrap_or(oldest)
}

fn said(host: &Host, program: &Path, argument: &str) -> Option<String> {
    let output = host.processes.capture(&Command::new(program, [argument])).ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Major and minor version at the beginning of a text.
fn version(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split(|character: char| !character.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_platform() {
        let platform = read_system_platform(&Host::real()).unwrap();
        assert_eq!(platform.arch.name(), std::env::consts::ARCH);
        assert_eq!(platform.libc.map(Libc::name), read_system_libc(&Host::real()).map(SystemLibc::name));
    }
}
