//! Properties of the files of apps and environments, and of sources: every value that can be read can be written and read
//! again.

use std::fmt::Debug;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::state::Receipt;
use super::state::generation::{GenerationName, GenerationRecord, SCHEMA};
use super::state::schema::check_schema;
use super::{Environment, Source};
use crate::index::file_name;
use crate::property::{Check, Property, Seeds};
use crate::vocab::{Origin, Requirement, WheelName};

/// The record of a generation.
pub const COMPLETE: Property = Property {
    seeds: Seeds::Texts(&[
        "schema = 1\napp = 'demo'\nversion = '1.0'\ncreated = '2024-01-01T00:00:00Z'\nfiles = 1\nbytes = 2\n\
         [request]\nrequirement = \"demo[a]>=1 ; os_name == 'posix'\"\nwith = ['b']\npython = '3.12'\n\
         link_mode = 'file'\n[request.sources]\nindex_url = 'https://index.example/simple'\n\
         [python]\nexecutable = '/usr/bin/python3'\nversion = '3.12.1'\nidentity = 'x'\n\
         [[commands]]\nname = 'demo'\nscript = 'bin/demo'\nkind = 'console'\n\
         [[own]]\npath = 'pyvenv.cfg'\nhash = 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'\n\
         [[own]]\npath = 'bin/python'\ntarget = '/usr/bin/python3'\n\
         [[wheels]]\nname = 'demo'\nversion = '1.0'\nfile = 'demo-1.0-py3-none-any.whl'\ndigest = \
         'sha256:47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a'\nrole = 'requested'\n\
         location = { url = 'https://index.example/demo-1.0-py3-none-any.whl' }\n\
         record = 'lib/demo-1.0.dist-info/RECORD'\n\
         record_hash = 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'\n",
    ]),
    holds: Check::Text(complete),
};

/// The receipt.
pub const RECEIPT: Property = Property {
    seeds: Seeds::Texts(&["schema = 1\napp = '.demo-0123456789ab'\ncurrent = '1-0123456789ab'\n\
         [request]\nrequirement = 'demo'\nlink_mode = 'copy'\n\
         [[history]]\ngeneration = '1-0123456789ab'\nversion = '1.0'\ncreated = '2024-01-01T00:00:00Z'\n"]),
    holds: Check::Text(written_again::<Receipt>),
};

/// The record of an environment that `sync` made.
pub const ENVIRONMENT: Property = Property {
    seeds: Seeds::Texts(&["schema = 1\nid = 'x'\nfiles = 1\nbytes = 2\n\
         [python]\nexecutable = '/usr/bin/python3'\nversion = '3.12.1'\nidentity = 'x'\n\
         [[wheels]]\nname = 'demo'\nversion = '1.0'\nfile = 'demo-1.0-py3-none-any.whl'\ndigest = \
         'sha256:47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a'\nrole = 'dependency'\n\
         location = { path = '/srv/demo-1.0-py3-none-any.whl' }\n\
         record = 'lib/demo-1.0.dist-info/RECORD'\n\
         record_hash = 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'\n"]),
    holds: Check::Text(written_again::<Environment>),
};

/// A source of `install`.
pub const SOURCE: Property = Property {
    seeds: Seeds::Texts(&[
        "demo[a]>=1 ; os_name == 'posix'",
        "demo @ https://index.example/demo-1.0-py3-none-any.whl#sha256=0",
        "https://user:word@index.example/a b/demo-1.0%2Bcpu-py3-none-any.whl?x=/#egg=demo",
        "file:///srv/demo-1.0-1-cp312-abi3-manylinux_2_17_x86_64.whl",
        "../a#b/demo-1.0-py3-none-any.whl",
        "\u{4}x:y://index.example/a 1\0/demo-1.0-py3-none-any.whl?",
        "https://index.example/pylock.toml",
        "demo-1.0.tar.gz",
    ]),
    holds: Check::Text(source),
};

fn complete(text: &str) {
    if let Some(name) = GenerationName::parse(text) {
        assert_eq!(GenerationName::parse(&name.directory()), Some(name));
    }
    let _ = check_schema(Path::new("record"), text, SCHEMA);
    written_again::<GenerationRecord>(text);
}

/// Writes a value that can be read, and reads it again.
fn written_again<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) {
    let Ok(value) = toml::from_str::<T>(text) else { return };
    let written = toml::to_string(&value);
    let Ok(written) = written else { panic!("{written:?}") };
    let again = toml::from_str::<T>(&written);
    assert_eq!(again.as_ref().ok(), Some(&value), "{again:?}");
}

fn source(text: &str) {
    let Ok(Source::Requirement(requirement)) = Source::parse(text, Path::new(CURRENT_DIR)) else { return };
    let Origin::Url(url) = &requirement.origin else { return };
    // Text that is not an address at all is refused later, before anything is written.
    if url.to_url().is_err() {
        return;
    }
    let written = Requirement { origin: Origin::Url(url.without_secrets()), ..requirement.clone() };
    assert_eq!(requirement.to_string().parse::<Requirement>(), Ok(written));
    if !text.contains('@') {
        let name = file_name(url.with_secrets()).and_then(|name| name.parse::<WheelName>().ok());
        assert_eq!(name.as_ref().map(WheelName::name), Some(&requirement.name), "{url}");
    }
}

#[cfg(unix)]
const CURRENT_DIR: &str = "/base";
#[cfg(windows)]
const CURRENT_DIR: &str = r"C:\base";

#[test]
fn receipts_that_are_read_can_be_written_and_read_again() {
    for seed in COMPLETE.seeds() {
        let read = toml::from_str::<GenerationRecord>(&String::from_utf8(seed).unwrap());
        assert!(read.is_ok(), "{read:?}");
    }
    for seed in ENVIRONMENT.seeds() {
        let read = toml::from_str::<Environment>(&String::from_utf8(seed).unwrap());
        assert!(read.is_ok(), "{read:?}");
    }
    for property in [COMPLETE, ENVIRONMENT, RECEIPT] {
        property.try_out(1000);
    }
}

#[test]
fn what_is_asked_for_can_be_written_down_and_read_again() {
    SOURCE.try_out(3000);
}
