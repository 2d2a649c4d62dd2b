//! Reads from a Linux interpreter's executable which C library it is linked with. Kingbolt itself is linked statically.

use std::path::{Path, PathBuf};

use object::ReadCache;

use super::elf::{self, Executable};
use super::{Libc, Manylinux, SystemLibc};
use crate::host::{Command, Host};

/// The properties of an interpreter's executable that decide binary compatibility.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Linkage {
    pub libc: Option<Libc>,
    pub manylinux: Manylinux,
    /// The dynamic loader; with it the C library changes.
    pub loader: Option<PathBuf>,
}

/// Programs that nearly every Linux system has.
const SYSTEM_PROGRAMS: &[&str] = &["/bin/sh", "/usr/bin/env", "/bin/ls"];

/// Loaders of the C libraries, by the ABIs of Linux: for containers that hold nothing but statically linked programs.
const LOADERS: &[(&str, SystemLibc)] = &[
    ("/lib64/ld-linux-x86-64.so.2", SystemLibc::Glibc),
    ("/lib/ld-linux-aarch64.so.1", SystemLibc::Glibc),
    ("/lib/ld-musl-x86_64.so.1", SystemLibc::Musl),
    ("/lib/ld-musl-aarch64.so.1", SystemLibc::Musl),
];

/// The C library of a Linux system: that of its own programs, else one whose loader exists. `None` where nothing but
/// statically linked programs can run.
pub fn read_system_libc(host: &Host) -> Option<SystemLibc> {
    system_libc(|program| loader_of(host, program), |path| host.files.is_file(path))
}

fn system_libc(loader_of: impl Fn(&Path) -> Option<PathBuf>, exists: impl Fn(&Path) -> bool) -> Option<SystemLibc> {
    let loaders = SYSTEM_PROGRAMS.iter().filter_map(|program| loader_of(Path::new(program)));
    let of_programs = loaders.map(|loader| if is_musl(&loader) { SystemLibc::Musl } else { SystemLibc::Glibc }).next();
    // A system with musl may have the loader of glibc too, for programs of others.
    of_programs.or_else(|| LOADERS.iter().find(|(path, _)| exists(Path::new(path))).map(|(_, libc)| *libc))
}

fn loader_of(host: &Host, program: &Path) -> Option<PathBuf> {
    let file = host.files.open(program).ok()?;
    elf::read_executable(&ReadCache::new(file))?.loader.map(PathBuf::from)
}

/// Reads an interpreter's executable; `glibc` is the version that the interpreter got from its C library.
pub fn read_linkage(host: &Host, executable: &Path, glibc: Option<&str>) -> Linkage {
    let read = host.files.open(executable).ok().and_then(|file| elf::read_executable(&ReadCache::new(file)));
    let loader = read.as_ref().and_then(|read| read.loader.clone()).map(PathBuf::from);
    let banner = loader.as_deref().filter(|loader| is_musl(loader)).and_then(|loader| run_for_banner(host, loader));
    Linkage { libc: libc(loader.as_deref(), glibc, banner.as_deref()), manylinux: manylinux(read.as_ref()), loader }
}

/// The C library of a Linux system and its version: that of its own programs. `None` where they are linked statically, or
/// their loader tells no version.
pub fn read_system_libc_version(host: &Host) -> Option<Libc> {
    let loader = SYSTEM_PROGRAMS.iter().find_map(|program| loader_of(host, Path::new(program)))?;
    if is_musl(&loader) {
        return libc(Some(&loader), None, run_for_banner(host, &loader).as_deref());
    }
    // The loader has the option since glibc 2.33.
    let said = |program: &Path, argument: &str| {
        let output = host.processes.capture(&Command::new(program, [argument])).ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let of_loader = said(&loader, "--version").and_then(|text| loader_version(&text).map(str::to_owned));
    let version = of_loader.or_else(|| {
        let text = said(Path::new("/usr/bin/getconf"), "GNU_LIBC_VERSION")?;
        Some(text.trim().strip_prefix("glibc ")?.to_owned())
    });
    libc(Some(&loader), version.as_deref(), None)
}

/// The version in `ld.so (Debian GLIBC 2.36-9) stable release version 2.36.`
fn loader_version(text: &str) -> Option<&str> {
    Some(text.lines().next()?.rsplit_once(" version ")?.1.trim_end_matches('.'))
}

/// The version text that musl's loader prints when it is run without arguments.
fn run_for_banner(host: &Host, loader: &Path) -> Option<String> {
    let output = host.processes.capture(&Command::new::<&str>(loader, [])).ok()?;
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A loader named after musl counts more than a version of glibc, which programs under a compatibility layer report.
fn libc(loader: Option<&Path>, glibc: Option<&str>, musl_banner: Option<&str>) -> Option<Libc> {
    if loader.is_some_and(is_musl) {
        let (major, minor) = musl_version(musl_banner?)?;
        return Some(Libc::Musl { major, minor });
    }
    let (major, minor) = leading_version(glibc?)?;
    Some(Libc::Glibc { major, minor })
}

fn is_musl(loader: &Path) -> bool {
    loader.to_string_lossy().contains("musl")
}

/// The second line of `musl libc (x86_64)`, `Version 1.2.5`, `Dynamic Program Loader`.
fn musl_version(banner: &str) -> Option<(u16, u16)> {
    let mut lines = banner.lines().map(str::trim).filter(|line| !line.is_empty());
    if !lines.next()?.starts_with("musl") {
        return None;
    }
    leading_version(lines.next()?.strip_prefix("Version ")?)
}

/// Major and minor version at the beginning of a text; forks write more behind them, such as `2.20-2014.11`.
fn leading_version(text: &str) -> Option<(u16, u16)> {
    let (major, rest) = text.split_once('.')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    Some((major.parse().ok()?, rest[..digits].parse().ok()?))
}

fn manylinux(executable: Option<&Executable>) -> Manylinux {
    match executable {
        Some(Executable { soft_float: true, .. }) => Manylinux::None,
        Some(_) | None => Manylinux::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLIBC_LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
    const MUSL_LOADER: &str = "/lib/ld-musl-x86_64.so.1";

    #[test]
    fn the_c_library_of_a_system_is_that_of_its_programs() {
        let with = |loader: Option<&'static str>, files: &'static [&'static str]| {
            let loader_of =
                move |program: &Path| (program == Path::new("/usr/bin/env")).then(|| loader.map(PathBuf::from))?;
            system_libc(loader_of, |path| files.iter().any(|file| path == Path::new(file)))
        };
        // Alpine with `gcompat` has both loaders.
        assert_eq!(with(Some(MUSL_LOADER), &[GLIBC_LOADER, MUSL_LOADER]), Some(SystemLibc::Musl));
        assert_eq!(with(Some("/nix/store/x/lib/ld-linux-x86-64.so.2"), &[]), Some(SystemLibc::Glibc));
        assert_eq!(with(None, &[MUSL_LOADER]), Some(SystemLibc::Musl));
        assert_eq!(with(None, &[GLIBC_LOADER]), Some(SystemLibc::Glibc));
        assert_eq!(with(None, &[]), None);
    }

    #[test]
    fn glibc_is_what_the_interpreter_reports() {
        let expected = Some(Libc::Glibc { major: 2, minor: 36 });
        assert_eq!(libc(Some(Path::new(GLIBC_LOADER)), Some("2.36"), None), expected);
        assert_eq!(libc(Some(Path::new(GLIBC_LOADER)), Some("2.36-2014.11"), None), expected);
    }

    #[test]
    fn the_loader_of_glibc_tells_its_version_in_its_first_line() {
        let text = "ld.so (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\nCopyright (C) 2022\n";
        assert_eq!(loader_version(text), Some("2.36"));
        assert_eq!(loader_version("no such option\n"), None);
    }

    #[test]
    fn musl_is_what_its_loader_reports() {
        let banner = "musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\nUsage: ld [options]\n";
        let expected = Some(Libc::Musl { major: 1, minor: 2 });
        assert_eq!(libc(Some(Path::new(MUSL_LOADER)), None, Some(banner)), expected);
        assert_eq!(libc(Some(Path::new(MUSL_LOADER)), Some("2.36"), Some(banner)), expected);
    }

    #[test]
    fn a_libc_without_a_version_is_none() {
        assert_eq!(libc(Some(Path::new(MUSL_LOADER)), None, None), None);
        assert_eq!(libc(Some(Path::new(MUSL_LOADER)), None, Some("segfault\nVersion 1.2\n")), None);
        assert_eq!(libc(Some(Path::new(GLIBC_LOADER)), None, None), None);
        assert_eq!(libc(Some(Path::new(GLIBC_LOADER)), Some("unknown"), None), None);
        assert_eq!(libc(None, None, None), None);
    }
}
