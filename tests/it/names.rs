//! Keeps names and comments plain.

use crate::support::rust_files;

/// Names that a reader who knows the field would not guess.
const UNWANTED: &[&str] = &[
    "Bench",
    "Bias",
    "Desk",
    "Exposure",
    "Foreign",
    "Keep",
    "Keyring",
    "Lab",
    "Loose",
    "Offer",
    "Office",
    "Places",
    "Realm",
    "Renewal",
    "Scene",
    "Shelf",
    "Stage",
    "Stock",
    "SyncWish",
    "UpgradeWish",
    "Verdict",
    "Wish",
    "Wishes",
    "Workshop",
    "expose",
    "hire",
    "patience",
    "settle",
    "sound",
    "standby",
    "trust",
    "works",
];

#[test]
fn names_are_those_of_the_field() {
    const DEFINITIONS: &[&str] = &["enum", "fn", "mod", "struct", "trait", "type"];
    let is_unwanted = |name: &str| UNWANTED.iter().any(|unwanted| unwanted.eq_ignore_ascii_case(name));
    let mut offences = Vec::new();
    for file in rust_files() {
        // `trust/` is the folder of signatures.
        let mut parts = file.path.trim_end_matches(".rs").split('/').filter(|part| *part != "trust");
        if parts.any(is_unwanted) {
            offences.push(file.path.clone());
        }
        for (number, line) in file.text.lines().enumerate() {
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let is_definition = |pair: &[&str]| {
                DEFINITIONS.contains(&pair[0]) && UNWANTED.contains(&pair[1]) && pair != ["mod", "trust"]
            };
            if !line.trim_start().starts_with("//") && words.windows(2).any(is_definition) {
                offences.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn comments_are_statements() {
    let is_question = |line: &str| {
        let text = line.trim_start().trim_start_matches(['/', '!']);
        text.len() < line.trim_start().len() && [" What ", " Whether "].iter().any(|start| text.starts_with(start))
    };
    let mut offences = Vec::new();
    for file in rust_files().into_iter().filter(|file| file.path.starts_with("src/")) {
        let lines = file.text.lines().enumerate().filter(|(_, line)| is_question(line));
        offences.extend(lines.map(|(number, line)| format!("{}:{}: {}", file.path, number + 1, line.trim())));
    }
    assert_eq!(offences, Vec::<String>::new());
}
