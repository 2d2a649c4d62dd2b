//! METADATA of every version, in bad encodings and with obsolete specifiers, beside `packaging` and pip. Where the two
//! do not agree, Kingbolt is with one of them.

use kingbolt::vocab::{ExtraName, Metadata, Origin, Requirement, VersionSpecifiers};
use serde::{Deserialize, Serialize};

use crate::difference::{Difference, Meant, assert_meant};
use crate::tools::{Form, Tools, tell};

#[derive(Serialize)]
struct Question {
    count: usize,
}

#[derive(Deserialize)]
struct Answer {
    /// Files with something old, odd or wrong in them.
    written: Vec<Case>,
    /// One ordinary file with some bytes changed.
    changed: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    label: String,
    bytes: Vec<u8>,
    packaging: String,
    pip: String,
}

#[test]
fn metadata_means_what_it_means_for_packaging() {
    let Some(tools) = Tools::find() else { return };
    let count = if Form::asked_for() == Form::Long { 10_000 } else { 500 };
    let answer: Answer = tools.ask("metadata.py", &Question { count });
    tell(&format!("{} METADATA files, {} changed ones", answer.written.len(), answer.changed.len()));
    let from_packaging: Vec<Difference> =
        answer.written.iter().filter_map(|case| difference(case, &[&case.packaging])).collect();
    assert_meant(&from_packaging, MEANT);
    let from_both: Vec<Difference> =
        answer.changed.iter().filter_map(|case| difference(case, &[&case.packaging, &case.pip])).collect();
    assert_meant(&from_both, &[]);
}

pub(crate) const MEANT: &[Meant] = &[
    Meant {
        kind: "METADATA",
        reason: "As in pip, a file without a version, or with a draft or future version, is accepted.",
        inputs: &["version 2.0", "version 2.99", "version missing", "version twice"],
    },
    Meant {
        kind: "METADATA",
        reason: "As in pip, an invalid `Requires-Python` admits every Python, and `.*` after an ordered comparison is \
                 ignored.",
        inputs: &[
            "Requires-Python >=3.6.*",
            "Requires-Python >=3.6.*, <4",
            "Requires-Python ~=3",
            "Requires-Python three",
            "Requires-Python >=2.7 !=3.0",
            "Requires-Python 3.6",
            "Requires-Python =>3.6",
            "Requires-Python >'3.5'",
        ],
    },
    Meant {
        kind: "METADATA",
        reason: "`===` with text that is not a version matches no release of an index, so Kingbolt refuses it when \
                 parsing.",
        inputs: &["Requires-Dist bar (===one)"],
    },
    Meant {
        kind: "METADATA",
        reason: "As in pip, an extra with an invalid name is ignored, because nobody can request it.",
        inputs: &[
            "Provides-Extra -",
            "Provides-Extra a b",
            "Provides-Extra ",
            "Provides-Extra \u{e9}",
            "Provides-Extra a-",
        ],
    },
    Meant {
        kind: "METADATA",
        reason: "As in pip, the first of two values is used while resolving; a wheel with two names or versions is \
                 not installed.",
        inputs: &["two names", "two versions", "two Requires-Python"],
    },
    Meant {
        kind: "METADATA",
        reason: "A requirement may be folded like any other field; pip reads it only on one line.",
        inputs: &["a folded requirement", "a requirement on the next line"],
    },
    Meant {
        kind: "METADATA",
        reason: "Whitespace around a value is not part of it; `packaging` refuses names with whitespace, and pip \
                 keeps it.",
        inputs: &["an extra on the next line", "a blank behind an extra", "a blank behind the name"],
    },
    Meant {
        kind: "METADATA",
        reason: "A name ends in a letter or a digit (PEP 508); in requirements `packaging` also accepts `_`.",
        inputs: &["a requirement that ends in _"],
    },
    Meant {
        kind: "METADATA",
        reason: "Both lose every field of a file that begins with a UTF-8 byte order mark. Kingbolt skips the mark.",
        inputs: &["UTF-8 with its mark"],
    },
    Meant {
        kind: "METADATA",
        reason: "`packaging` drops a requirement that is not UTF-8, so that a dependency would be missing. pip \
                 refuses the file too.",
        inputs: &["Latin-1 in a requirement"],
    },
];

/// A difference when what Kingbolt reads is none of what is allowed.
fn difference(case: &Case, allowed: &[&str]) -> Option<Difference> {
    let kingbolt = verdict(&case.bytes);
    let differs = !allowed.contains(&kingbolt.as_str());
    let other = format!("{} (pip: {})", case.packaging, case.pip);
    differs.then(|| Difference { kind: "METADATA".to_owned(), input: case.label.clone(), kingbolt, other })
}

/// What Kingbolt reads, written as the program writes it.
fn verdict(bytes: &[u8]) -> String {
    let Ok(metadata) = Metadata::parse(bytes) else { return "invalid".to_owned() };
    let python = metadata.requires_python.as_ref().map(specifiers).unwrap_or_default();
    let needs: Vec<String> = metadata.requires_dist.iter().map(need).collect();
    let offers: Vec<&str> = metadata.provides_extra.iter().map(ExtraName::as_str).collect();
    let (name, version) = (&metadata.name, &metadata.version);
    format!("{name} {version}; Python {python}; needs {}; offers {}", needs.join("|"), offers.join(","))
}

fn need(requirement: &Requirement) -> String {
    let specifiers = match &requirement.origin {
        Origin::Index(list) => specifiers(list),
        Origin::Url(_) => String::new(),
    };
    format!("{} {specifiers}", requirement.name)
}

fn specifiers(list: &VersionSpecifiers) -> String {
    let mut texts: Vec<String> = list.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.join(",")
}
