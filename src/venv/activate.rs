//! The scripts that shells source to enter an environment. Their templates are in `installers/activate`.

use super::quote;
use crate::platform::Os;

/// The values that are filled into the scripts.
pub(super) struct ActivationValues<'a> {
    /// The environment's directory.
    pub(super) root: &'a str,
    /// The directory of the scripts, relative to it.
    pub(super) scripts: &'a str,
    /// The text before the shell's prompt.
    pub(super) prompt: &'a str,
    pub(super) os: Os,
}

const SH: &str = include_str!("../../installers/activate/activate.sh");
const CSH: &str = include_str!("../../installers/activate/activate.csh");
const FISH: &str = include_str!("../../installers/activate/activate.fish");
const POWERSHELL: &str = include_str!("../../installers/activate/Activate.ps1");
const BATCH: &str = include_str!("../../installers/activate/activate.bat");
const BATCH_DEACTIVATE: &str = include_str!("../../installers/activate/deactivate.bat");

/// Names and contents of the scripts, for the shells that `venv` serves on that system.
pub(super) fn scripts(values: &ActivationValues<'_>) -> Vec<(&'static str, String)> {
    let fill = |template, quoted: fn(&str) -> String| filled(template, values, quoted);
    let mut scripts = vec![
        ("activate", fill(SH, quote::posix)),
        ("activate.fish", fill(FISH, quote::fish)),
        ("Activate.ps1", marked(fill(POWERSHELL, quote::powershell))),
    ];
    match values.os {
        Os::Linux | Os::MacOs => scripts.push(("activate.csh", fill(CSH, quote::csh))),
        Os::Windows => {
            let lines = |template| fill(template, str::to_owned).replace('\n', "\r\n");
            scripts.push(("activate.bat", lines(BATCH)));
            scripts.push(("deactivate.bat", lines(BATCH_DEACTIVATE)));
        }
    }
    scripts
}

/// Windows PowerShell takes a script for text of the local code page unless a mark at its beginning says otherwise.
fn marked(script: String) -> String {
    if script.is_ascii() { script } else { format!("\u{feff}{script}") }
}

fn filled(template: &str, values: &ActivationValues<'_>, quoted: fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{ ") {
        let (name, after) = after.split_once(" }}").unwrap_or((after, ""));
        text.push_str(before);
        match name {
            "label" => text.push_str(&quoted(&label(values.prompt))),
            "prompt" => text.push_str(&quoted(values.prompt)),
            "root" => text.push_str(&quoted(values.root)),
            "scripts" => text.push_str(values.scripts),
            unknown => debug_assert!(false, "no value is named `{unknown}`"),
        }
        rest = after;
    }
    text + rest
}

/// The prompt without characters that some shell would interpret inside its prompt: a directory's name must not become
/// a command.
pub(super) fn label(prompt: &str) -> String {
    let replaced = |character: char| character.is_control() || r#"\$`%!"'^&|<>"#.contains(character);
    prompt.chars().map(|character| if replaced(character) { '_' } else { character }).collect()
}
