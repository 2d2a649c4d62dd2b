//! Properties of sidecars: a sidecar that was read can be written and read again, and following one terminates.

use std::path::Path;

use super::Sidecar;
use super::follow::follow;
use crate::property::{Check, Property, Seeds};

/// The text beside a launcher, or of a pointer.
pub const SIDECAR: Property = Property {
    seeds: Seeds::Texts(&[
        "kingbolt-launcher 1\npython = C:\\e = 1\\python.exe\nscript = demo-script.py\n",
        "kingbolt-launcher 1\r\ncolour = red\r\n\r\ncommand = a\r\npointer = ../b\r\n",
    ]),
    holds: Check::Text(sidecar),
};

fn sidecar(text: &str) {
    let _ = follow(Path::new("bin/demo"), &|_| Ok(text.to_owned()));
    let Ok(sidecar) = Sidecar::parse(text) else { return };
    // Text that a person wrote may hold paths that are not written here: empty ones, or with blanks around them.
    if let Ok(written) = sidecar.to_text() {
        assert_eq!(Sidecar::parse(&written), Ok(sidecar));
    }
}

#[test]
fn a_sidecar_that_is_read_can_be_written_and_read_again() {
    SIDECAR.try_out(1000);
}
