//! Properties of manifests: one that was parsed can be written and parsed again.

use super::Manifest;
use crate::property::{Check, Property, Seeds};

/// The manifest of a stored wheel.
pub const MANIFEST: Property = Property {
    seeds: Seeds::Texts(&["kingbolt-wheel 1\narchive demo-1.0-py3-none-any.whl\n\
        sha256 47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a\nsize 1234\nproject Demo\n\
        dist-info demo-1.0.dist-info\nroot purelib\nconsole demo = demo.cli:main\ngui demow = demo:gui\nd \n\
        f 0 sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU one file.py\nd demo\n\
        x 0 sha512=z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg tool\n\
        end 2\n"]),
    holds: Check::Text(manifest),
};

fn manifest(text: &str) {
    let Some(manifest) = Manifest::parse(text) else { return };
    assert_eq!(Manifest::parse(&manifest.text()), Some(manifest));
}

#[test]
fn a_manifest_that_is_read_can_be_written_and_read_again() {
    MANIFEST.try_out(1000);
}
