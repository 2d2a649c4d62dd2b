//! The interpreter that a build will be, for resolutions and plans before it is fetched.

use std::path::Path;

use super::ManagedBuild;
use crate::platform::{Arch, Implementation, Libc, Manylinux, Os, Platform};
use crate::python::{Interpreter, Scheme};
use crate::vocab::{MarkerEnvironment, SafePath, UnsafePath};

/// The interpreter of a build in a directory, on a platform. The markers `platform_release` and `platform_version` are
/// empty: only a running interpreter tells them.
///
/// # Errors
/// Never: the paths of its scheme are made of the version.
pub fn planned_interpreter(build: &ManagedBuild, root: &Path, platform: Platform) -> Result<Interpreter, UnsafePath> {
    let version = &build.name.version;
    let release = version.release();
    let (major, minor) = (release.first().copied().unwrap_or(0), release.get(1).copied().unwrap_or(0));
    let python = format!("python{major}.{minor}");
    let (executable, stdlib, site_packages, scripts) = match platform.os {
        Os::Linux | Os::MacOs => {
            (format!("bin/{python}"), format!("lib/{python}"), format!("lib/{python}/site-packages"), "bin")
        }
        Os::Windows => ("python.exe".to_owned(), "Lib".to_owned(), "Lib/site-packages".to_owned(), "Scripts"),
    };
    let site_packages = SafePath::parse(&site_packages)?;
    Ok(Interpreter {
        executable: root.join(executable),
        version: version.clone(),
        implementation: Implementation::CPython,
        free_threaded: false,
        debug: false,
        pointer_bits: 64,
        prefix: root.to_owned(),
        stdlib: root.join(stdlib),
        scheme: Scheme {
            purelib: site_packages.clone(),
            platlib: site_packages,
            scripts: SafePath::parse(scripts)?,
            headers: SafePath::parse(&format!("include/site/{python}"))?,
        },
        markers: markers(&version.to_string(), &format!("{major}.{minor}"), platform),
        ext_suffix: ext_suffix(&format!("{major}{minor}"), platform),
        platform,
        manylinux: Manylinux::All,
    })
}

fn markers(full_version: &str, version: &str, platform: Platform) -> MarkerEnvironment {
    let (os_name, system, sys_platform) = match platform.os {
        Os::Linux => ("posix", "Linux", "linux"),
        Os::MacOs => ("posix", "Darwin", "darwin"),
        Os::Windows => ("nt", "Windows", "win32"),
    };
    let machine = match (platform.os, platform.arch) {
        (Os::MacOs, Arch::Aarch64) => "arm64",
        (Os::Windows, Arch::Aarch64) => "ARM64",
        (Os::Windows, Arch::X86_64) => "AMD64",
        (Os::Linux | Os::MacOs | Os::Windows, arch) => arch.name(),
    };
    MarkerEnvironment {
        implementation_name: "cpython".to_owned(),
        implementation_version: full_version.to_owned(),
        os_name: os_name.to_owned(),
        platform_machine: machine.to_owned(),
        platform_python_implementation: "CPython".to_owned(),
        platform_release: String::new(),
        platform_system: system.to_owned(),
        platform_version: String::new(),
        python_full_version: full_version.to_owned(),
        python_version: version.to_owned(),
        sys_platform: sys_platform.to_owned(),
    }
}

fn ext_suffix(version: &str, platform: Platform) -> String {
    let arch = platform.arch;
    match (platform.os, arch) {
        (Os::Linux, _) => format!(".cpython-{version}-{arch}-linux-{}.so", platform.libc.map_or("gnu", Libc::name)),
        (Os::MacOs, _) => format!(".cpython-{version}-darwin.so"),
        (Os::Windows, Arch::Aarch64) => format!(".cp{version}-win_arm64.pyd"),
        (Os::Windows, _) => format!(".cp{version}-win_amd64.pyd"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::managed::{BuildTable, Target};

    #[test]
    fn the_interpreter_of_a_build_is_told_before_it_is_there() {
        let table = BuildTable::own().unwrap();
        let build = table.builds_for(Target::parse("x86_64-unknown-linux-musl").unwrap()).next().unwrap();
        let libc = Some(Libc::Musl { major: 1, minor: 2 });
        let platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc, macos: None };
        let interpreter = planned_interpreter(build, Path::new("/pythons/it"), platform).unwrap();
        let (major, minor) = interpreter.minor_version();
        assert_eq!(interpreter.executable, Path::new(&format!("/pythons/it/bin/python{major}.{minor}")));
        let identity = String::from(interpreter.identity());
        assert!(identity.starts_with(&format!("cpython-{major}.{minor}-linux-x86_64-musl ")), "{identity}");
        let tags: Vec<String> = interpreter.tags().iter().map(|tag| tag.to_string()).collect();
        let own = format!("cp{major}{minor}-cp{major}{minor}");
        let expected = ["linux_x86_64", "musllinux_1_2_x86_64"].map(|platform| format!("{own}-{platform}"));
        assert_eq!(tags[..2], expected);
    }
}
