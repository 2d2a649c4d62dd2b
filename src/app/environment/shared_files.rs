//! The manual pages and completions in a wheel: files in the directories of `share` where `man` and shells look for them.

use crate::store::Manifest;
use crate::wheel::{Destination, Scheme};

use crate::app::state::InstalledCommand;

/// The directories of completions, each with what the names of files there have before and after the name of the command.
const COMPLETIONS: [(&str, &str, &str); 3] = [
    ("share/bash-completion/completions", "", ""),
    ("share/fish/vendor_completions.d", "", ".fish"),
    ("share/zsh/site-functions", "_", ""),
];

/// The sections of the manual.
const SECTIONS: std::ops::RangeInclusive<u8> = 1..=9;

/// The directories in which such files are linked, relative to the parent of the bin directory.
pub(in crate::app) fn shared_directories() -> Vec<String> {
    let manual = SECTIONS.map(|section| format!("share/man/man{section}"));
    manual.chain(COMPLETIONS.map(|(directory, ..)| directory.to_owned())).collect()
}

/// The manual pages in a wheel, and the completions of some commands, relative to its environment. Completions of other
/// commands would be executed by the shell whenever somebody types those.
pub(super) fn shared_files(manifest: &Manifest, commands: &[InstalledCommand]) -> Vec<String> {
    let is_page = |directory: &str| {
        let section = directory.strip_prefix("share/man/man").and_then(|section| section.parse().ok());
        section.is_some_and(|section| SECTIONS.contains(&section))
    };
    let completes = |directory: &str, file: &str| {
        let kind = COMPLETIONS.iter().find(|(of, ..)| *of == directory);
        let command = kind.and_then(|(_, start, end)| file.strip_prefix(start)?.strip_suffix(end));
        command.is_some_and(|name| commands.iter().any(|command| command.name == name))
    };
    let mut found = Vec::new();
    for source in &manifest.tree.directories {
        let Ok(Destination { scheme: Scheme::Data, directory }) = Destination::of(&source.path) else { continue };
        let files = source.files.iter().filter(|file| is_page(directory) || completes(directory, &file.name));
        found.extend(files.map(|file| format!("{directory}/{}", file.name)));
    }
    found
}
