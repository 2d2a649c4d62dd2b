//! Properties of direct references: each names a wheel of the package, by a URL that contains the file name.

use super::direct::Direct;
use crate::index::file_name;
use crate::property::{Check, Property, Seeds};
use crate::vocab::{PackageName, WheelName};

/// The URL of a wheel.
pub const DIRECT: Property = Property {
    seeds: Seeds::Texts(&[
        "https://user:word@index.example/a%20b/demo-1.0%2Bcpu-py3-none-any.whl?x=/#egg=demo",
        "https://index.example/demo-1.0-py3-none-any.whl#sha256=\
         47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a&md5=0",
        "file:///srv/demo-1.0-1-cp312-abi3-manylinux_2_17_x86_64.whl#sha256=short",
        "https:/demo-1.0-py3-none-any.whl?//index.example",
        "ftp://old.example/demo-1.0-py3-none-any.whl",
    ]),
    holds: Check::Text(direct),
};

fn direct(text: &str) {
    let Ok(name) = "demo".parse::<PackageName>() else { return };
    let Ok(direct) = Direct::parse(&name, &text.into()) else { return };
    let url = direct.file.url.with_secrets();
    assert!(!url.contains('#') && !url.contains(char::is_whitespace), "{url}");
    let wheel = direct.file.name.wheel();
    assert_eq!(wheel.map(|wheel| (wheel.name(), wheel.version())), Some((&name, &direct.release.version)));
    assert_eq!(file_name(url).as_deref(), wheel.map(WheelName::as_str));
    let again = Direct::parse(&name, &direct.file.url);
    assert_eq!(again.map(|again| again.file.url).ok(), Some(direct.file.url));
}

#[test]
fn direct_references_are_addresses_of_wheels() {
    DIRECT.try_out(3000);
}
