//! Properties of other programs' settings: whatever their files hold, options are lines.

use super::pip_configuration::{Entry, entries};
use crate::property::{Check, Property, Seeds};

/// A configuration file of pip.
pub const PIP_CONFIGURATION: Property = Property {
    seeds: Seeds::Texts(&[
        "; company set-up\n[global]\nindex_url = https://index.example/simple\nextra-index-url =\n    \
         https://a.example/simple\n    # and\n    https://b.example/simple\n[install]\nfind-links: /srv/wheels\n",
        "[ global ]\r\nINDEX-URL=x\r\n\tgoes on\r\n[]\n= nothing\n: 1\n",
    ]),
    holds: Check::Text(pip_configuration),
};

fn pip_configuration(text: &str) {
    let options = entries(text);
    for Entry { key, value, .. } in options.iter().flatten() {
        assert!(!key.contains(['_', '\n']) && key.trim() == key, "{key:?}");
        assert!(!value.contains('\n') && value.trim() == value, "{value:?}");
    }
    if options.is_ok() {
        assert_eq!(entries(&format!("# note\n\n{text}\n; end")), options, "comments count");
    }
}

#[test]
fn options_are_words_whatever_the_file_holds() {
    PIP_CONFIGURATION.try_out(1000);
}
