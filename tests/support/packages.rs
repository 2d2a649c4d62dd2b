//! The packages of most tests.

use std::fmt::Write;

use super::index::Index;
use super::wheel::{BuiltWheel, Wheel};

/// The refusal of an app whose command is that of [`hello`], which is installed.
pub(crate) const HELLO_IS_TAKEN: &str = "error: the command `hello` belongs to the installed app `hello`\nhint: run `kingbolt \
     uninstall hello` first, or install with `--force` to replace the command\n";

/// A package with a command of its name.
pub(crate) fn app(name: &str, version: &str) -> BuiltWheel {
    Wheel::new(name, version).console(name, &format!("{name}:main")).build()
}

/// The application of most tests.
pub(crate) fn hello(version: &str) -> BuiltWheel {
    app("hello", version)
}

/// The same, which needs [`other`].
pub(crate) fn dependent_hello(version: &str) -> BuiltWheel {
    dependent("hello", version)
}

/// An [`app`] that needs [`other`].
pub(crate) fn dependent(name: &str, version: &str) -> BuiltWheel {
    Wheel::new(name, version).requires("other>=2").console(name, &format!("{name}:main")).build()
}

/// A package without a command.
pub(crate) fn other() -> BuiltWheel {
    Wheel::new("other", "2.1").build()
}

/// A lock that names wheels by hash and by their address on an index.
pub(crate) fn lock(index: &Index, wheels: &[BuiltWheel]) -> String {
    let mut text = "lock-version = \"1.0\"\ncreated-by = \"tests\"\n".to_owned();
    for wheel in wheels {
        let (file, sha256) = (&wheel.file_name, wheel.sha256());
        let version = file.split('-').nth(1).unwrap_or_default();
        let url = format!("{}/files/{file}", index.origin());
        let _ = writeln!(text, "\n[[packages]]\nname = \"{}\"\nversion = \"{version}\"", wheel.project);
        let _ = writeln!(text, "wheels = [{{ url = \"{url}\", hashes = {{ sha256 = \"{sha256}\" }} }}]");
    }
    text
}
