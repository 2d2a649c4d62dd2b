//! Interpreters for the tests.

use crate::platform::{Arch, Os, Platform};
use crate::python::{Interpreter, Scheme};
use crate::vocab::SafePath;

/// An interpreter like Fedora's: platform-specific modules are below `lib64`.
pub(super) fn linux() -> Interpreter {
    Interpreter {
        prefix: "/opt/python".into(),
        stdlib: "/opt/python/lib/python3.12".into(),
        scheme: scheme("lib/python3.12/site-packages", "lib64/python3.12/site-packages", "bin"),
        ext_suffix: ".cpython-312-x86_64-linux-gnu.so".into(),
        ..Interpreter::sample("3.12.1", "/opt/python/bin/python3.12")
    }
}

/// An interpreter on Windows, in directories written with slashes, so that tests read the same everywhere.
pub(super) fn windows() -> Interpreter {
    Interpreter {
        executable: "base/python.exe".into(),
        prefix: "base".into(),
        stdlib: "base/Lib".into(),
        scheme: scheme("Lib/site-packages", "Lib/site-packages", "Scripts"),
        platform: Platform { os: Os::Windows, arch: Arch::X86_64, libc: None, macos: None },
        ext_suffix: ".cp312-win_amd64.pyd".into(),
        ..linux()
    }
}

fn scheme(purelib: &str, platlib: &str, scripts: &str) -> Scheme {
    let path = |text| SafePath::parse(text).unwrap();
    Scheme {
        purelib: path(purelib),
        platlib: path(platlib),
        scripts: path(scripts),
        headers: path("include/site/python3.12"),
    }
}
