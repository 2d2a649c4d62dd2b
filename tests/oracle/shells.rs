//! What shells are after an environment's activation script, and after they left it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::missing;
use crate::tools::run;
use crate::tree::Tree;

/// A shell, its activation script and a program for it. The program tells, before, within, twice within and after the
/// environment, everything that may change: lines of `NAME=VALUE` below one with the state.
struct Shell {
    name: &'static str,
    script: &'static str,
    options: &'static [&'static str],
    program: &'static str,
}

const SH: &str = r#"state() { echo "== $1"; env; echo "prompt=$PS1"; echo "python=$(command -v python)"; command -v deactivate || true; }
PS1='$ ' PYTHONHOME=nowhere; export PYTHONHOME
state before; . "$ACTIVATE"; state active; python -c "import sys; print('prefix=' + sys.prefix)"
. "$ACTIVATE"; state twice; deactivate; state left
PYTHONHOME=; VIRTUAL_ENV_DISABLE_PROMPT=1 ; . "$ACTIVATE"; state plain; deactivate; state again
"#;

const FISH: &str = r#"function fish_prompt; printf '> '; end
function state
    echo "== $argv[1]"; env; echo prompt=(fish_prompt); echo python=(command -s python); functions -q deactivate; and echo deactivate
    true
end
set -gx PYTHONHOME nowhere
state before; source $ACTIVATE; state active; python -c "import sys; print('prefix=' + sys.prefix)"
source $ACTIVATE; state twice; deactivate; state left
set -gx VIRTUAL_ENV_DISABLE_PROMPT 1; source $ACTIVATE; state plain; deactivate; state again
"#;

const CSH: &str = r#"alias state 'echo "== \!:1"; env; echo "prompt=$prompt"; which python; alias | grep -o "^deactivate"'
set prompt = '% '
setenv PYTHONHOME nowhere
state before; source $ACTIVATE
state active; env PYTHONHOME= python -c "import sys; print('prefix=' + sys.prefix)"
source $ACTIVATE
state twice; deactivate
state left
setenv VIRTUAL_ENV_DISABLE_PROMPT 1; source $ACTIVATE
state plain; deactivate
state again; exit 0
"#;

const SHELLS: &[Shell] = &[
    Shell { name: "bash", script: "activate", options: &["--norc"], program: SH },
    Shell { name: "dash", script: "activate", options: &[], program: SH },
    Shell { name: "zsh", script: "activate", options: &["-f"], program: SH },
    Shell { name: "fish", script: "activate.fish", options: &["--no-config"], program: FISH },
    Shell { name: "tcsh", script: "activate.csh", options: &["-f"], program: CSH },
];

/// Adds what every shell of this machine is with the environment.
pub(crate) fn look(tree: &mut Tree, environment: &Path, home: &Path) {
    for shell in SHELLS {
        let Some(executable) = on_search_path(shell.name) else { continue };
        let mut command = Command::new(executable);
        command.args(shell.options).args(["-c", shell.program]).current_dir(home).env_clear();
        command.env("ACTIVATE", environment.join("bin").join(shell.script));
        command.env("PATH", "/usr/bin:/bin").env("HOME", home).env("TERM", "dumb").env("LC_ALL", "C.UTF-8");
        let printed = run(&mut command).unwrap_or_else(|error| panic!("{}: {error}", shell.name));
        insert(tree, shell.name, &printed);
    }
}

fn insert(tree: &mut Tree, shell: &str, printed: &str) {
    let mut state = "";
    for line in printed.lines() {
        match (line.strip_prefix("== "), line.split_once('=')) {
            (Some(new), _) => state = new,
            (None, Some((name, value))) => tree.insert(&format!("{shell}, {state}: {name}"), value),
            (None, None) => tree.insert(&format!("{shell}, {state}: {line}"), ""),
        }
    }
}

fn on_search_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file());
    found.or_else(|| missing(&format!("{name} is not installed (apt-get install {name})")))
}
