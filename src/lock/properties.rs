//! Properties of locks: every selected wheel can be verified, whatever the lock contains.

use std::path::Path;

use url::Url;

use super::{Base, CodeKind, Lock, Selected, Selection, SourceCode};
use crate::platform::tags::{cpython, supported};
use crate::platform::{Arch, Libc, Os, Platform};
use crate::property::{Check, Property, Seeds};
use crate::vocab::{Location, MarkerEnvironment, parse_version};

/// A lock.
pub const LOCK: Property = Property {
    seeds: Seeds::Texts(&[
        "lock-version = '1.0'\ncreated-by = 'x'\nrequires-python = '>=3.8'\nextras = ['a']\n\
         dependency-groups = ['dev']\ndefault-groups = ['dev']\nenvironments = [\"sys_platform == 'linux'\"]\n\
         [[packages]]\nname = 'demo'\nversion = '1.0'\nmarker = \"'dev' in dependency_groups\"\n\
         dependencies = [{name = 'b'}]\nindex = 'https://index.example/'\n\
         wheels = [{name = 'demo-1.0-py3-none-any.whl', url = 'https://h.example/demo-1.0-py3-none-any.whl', \
         size = 1, upload-time = 2024-01-01T00:00:00Z, hashes = {sha256 = \
         '47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a'}}]\n\
         [[packages]]\nname = 'b'\n[packages.archive]\npath = 'x/b-2-py3-none-any.whl'\nhashes = {sha256 = \
         '47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a'}\n",
        "lock-version = '1.1'\ncreated-by = 'x'\npackages = [{name = 'a', sdist = {path = 'a-1.zip', hashes = {sha256 = \
         '47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a'}}}, {name = 'b', vcs = {type = 'git', \
         url = 'https://h.example/b', commit-id = '47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f'}}, {name = 'c', directory = \
         {path = 'c', subdirectory = 'd/'}}]\n",
        "lock-version = '2'\n",
    ]),
    holds: Check::Text(lock),
};

fn lock(text: &str) {
    check(text, Base::from(Path::new("/locks")));
    if let Ok(url) = Url::parse("https://locks.example/pylock.toml") {
        check(text, Base::from(url));
    }
}

fn check(text: &str, base: Base) {
    let is_remote = matches!(base, Base::Url(_));
    let Ok(lock) = Lock::parse(text, base) else { return };
    let libc = Some(Libc::Glibc { major: 2, minor: 17 });
    let tags = supported(&cpython(12, Platform { os: Os::Linux, arch: Arch::X86_64, libc, macos: None }));
    let markers = MarkerEnvironment { sys_platform: "linux".to_owned(), ..MarkerEnvironment::default() };
    let Ok(python) = parse_version("3.12.1") else { return };
    let Ok(pins) = lock.select(&markers, &python, &tags, &Selection::default()) else { return };
    assert!(pins.is_sorted_by(|one, other| one.name() < other.name()));
    for one in &pins {
        let pin = match one {
            Selected::Build(build) => {
                check_code(&build.code, is_remote);
                continue;
            }
            Selected::Wheel(pin) => pin,
        };
        assert!(pin.digests.is_some() && pin.wheel.name() == &pin.name, "{pin:?}");
        assert!(!is_remote || matches!(pin.location, Location::Url(_)), "{pin:?}");
    }
}

fn check_code(code: &SourceCode, is_remote: bool) {
    match &code.kind {
        CodeKind::Archive { location, digests, .. } => {
            assert!(digests.is_some() && (!is_remote || matches!(location, Location::Url(_))), "{code:?}");
        }
        CodeKind::Directory { .. } => assert!(!is_remote, "{code:?}"),
        CodeKind::Git { url, .. } => assert!(!is_remote || url.scheme() != "file", "{code:?}"),
    }
}

#[test]
fn selected_wheels_can_be_verified() {
    LOCK.try_out(1000);
}
