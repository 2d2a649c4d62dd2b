//! Shells that enter environments and leave them.

use std::path::{Path, PathBuf};

use super::activate::{ActivationValues, label, scripts};
use crate::host::{Command, Host};
use crate::parts::missing;
use crate::platform::Os;
use crate::venv::fixtures::linux;
use crate::venv::{Layout, Options, layout, write};

/// Everything that some shell could take for its own.
const NASTY: &str = r#"it's "a" $HOME `id` $(id) \n %n !x &|<>^ * ~ {a,b} Zoë 文字"#;

const PATH: &str = "/usr/bin:/bin";

/// The output of a shell while an environment is active, and afterwards.
struct Shown {
    inside: Vec<String>,
    outside: Vec<String>,
}

fn environment(parent: &Path, name: &str) -> Layout {
    let options = Options { prompt: Some(name.to_owned()), ..Options::default() };
    let (host, interpreter) = (Host::real(), linux());
    let layout = layout(&host, &interpreter, &parent.join(name)).unwrap();
    write(&host, &interpreter, &layout, &options).unwrap();
    layout
}

fn shell(name: &str) -> Option<PathBuf> {
    let host = Host::real();
    let found = host.find_programs(name, &host.environment.search_path()).into_iter().next();
    found.or_else(|| missing(&format!("{name} is not installed (apt-get install {name})")))
}

/// Lines that a shell writes while it runs a script in which `$ENTER` and `$ENTER2` are activation scripts.
fn lines(shell: &Path, script: &str, enter: &[PathBuf; 2]) -> Vec<String> {
    let mut command = Command::new(shell, ["-c", script]);
    let variables = [
        ("ENTER", Some(enter[0].as_os_str())),
        ("ENTER2", Some(enter[1].as_os_str())),
        ("PATH", Some(PATH.as_ref())),
        ("PYTHONHOME", Some("/python/home".as_ref())),
        ("VIRTUAL_ENV", None),
        ("VIRTUAL_ENV_DISABLE_PROMPT", None),
    ];
    command.variables = variables.map(|(name, value)| (name.into(), value.map(Into::into))).into();
    let output = Host::real().processes.capture(&command).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", shell.display());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Enters one environment, then another in its place, shows the state, leaves, and shows it again.
fn shown(shell: &Path, script: &str, [first, second]: [&Layout; 2], file: &str) -> Shown {
    let mut lines = lines(shell, script, &[first.scripts.join(file), second.scripts.join(file)]);
    let outside = lines.split_off(lines.iter().position(|line| line == "left").unwrap());
    Shown { inside: lines, outside }
}

fn assert_enters_and_leaves(name: &str, file: &str, script: &str) {
    let Some(shell) = shell(name) else { return };
    let parent = tempfile::tempdir().unwrap();
    let long = parent.path().join(format!("{} x", "long".repeat(40)));
    let [first, second] = [environment(parent.path(), "first"), environment(&long, NASTY)];
    let shown = shown(&shell, script, [&first, &second], file);
    let root = second.root.to_str().unwrap();
    let inside = [
        root.to_owned(),
        NASTY.to_owned(),
        format!("{root}/bin:{PATH}"),
        "unset".to_owned(),
        format!("({}) > ", label(NASTY)),
    ];
    assert_eq!(shown.inside, inside, "{name}");
    assert_eq!(shown.outside, ["left", "unset", "unset", PATH, "/python/home", "> "], "{name}");
}

const POSIX_SCRIPT: &str = r#"
        set -eu
        PS1='> '
        show() {
            printf '%s\n' "${VIRTUAL_ENV-unset}" "${VIRTUAL_ENV_PROMPT-unset}" "$PATH" "${PYTHONHOME-unset}" "$PS1"
        }
        . "$ENTER"
        . "$ENTER2"
        show
        deactivate
        echo left
        show
        if command -v deactivate; then echo 'deactivate is still there'; fi
    "#;

#[test]
fn shells_of_the_bourne_family_enter_and_leave() {
    for name in ["bash", "dash", "ksh", "mksh", "yash", "zsh"] {
        assert_enters_and_leaves(name, "activate", POSIX_SCRIPT);
    }
}

#[test]
fn fish_enters_and_leaves() {
    let script = r"
            function fish_prompt; printf '> '; end
            function show
                set -q VIRTUAL_ENV; and echo $VIRTUAL_ENV; or echo unset
                set -q VIRTUAL_ENV_PROMPT; and echo $VIRTUAL_ENV_PROMPT; or echo unset
                string join : $PATH
                set -q PYTHONHOME; and echo $PYTHONHOME; or echo unset
                fish_prompt
                echo
            end
            source $ENTER
            source $ENTER2
            show
            deactivate
            echo left
            show
            functions -q deactivate; and echo 'deactivate is still there'
            true
        ";
    assert_enters_and_leaves("fish", "activate.fish", script);
}

#[test]
fn csh_and_tcsh_enter_and_leave() {
    // csh replaces variables before it knows whether the line is to run: hence the blocks.
    let show = ["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PATH", "PYTHONHOME", "prompt"]
        .map(|name| format!("if ( $?{name} ) then\nprintf %s\\\\n \"${name}:q\"\nelse\necho unset\nendif\n"))
        .concat();
    let script = format!(
        "set prompt = '> '\nsource $ENTER:q\nsource $ENTER2:q\n{show}\ndeactivate\necho left\n{show}\nalias deactivate\n"
    );
    for name in ["csh", "tcsh"] {
        assert_enters_and_leaves(name, "activate.csh", &script);
    }
}

#[cfg(windows)]
#[test]
fn the_command_prompt_enters_and_leaves() {
    let host = Host::real();
    let parent = tempfile::tempdir().unwrap();
    let root = parent.path().join("an env (x86) & Co");
    let directory = root.join("Scripts");
    host.files.create_dirs(&directory).unwrap();
    let values = ActivationValues { root: "", scripts: "Scripts", prompt: "demo", os: Os::Windows };
    for (name, script) in scripts(&values).iter().filter(|(name, _)| name.contains("activate.bat")) {
        host.files.write_new(&directory.join(name), script.as_bytes(), 0o666).unwrap();
    }
    let show = "@set VIRTUAL_ENV\r\n@echo \"%PATH%\"\r\n@echo [%PYTHONHOME%]\r\n@echo %PROMPT%\r\n";
    let enter = format!("@call \"{}\"\r\n", directory.join("activate.bat").display());
    let script = format!(
        "@set \"PATH=C:\\a (b);C:\\c\"\r\n@set PYTHONHOME=H\r\n@set PROMPT=$G\r\n{enter}{enter}{show}@call deactivate\r\n{show}"
    );
    let file = parent.path().join("test.bat");
    host.files.write_new(&file, script.as_bytes(), 0o666).unwrap();
    let output = host.processes.capture(&Command::new(Path::new("cmd"), ["/c".as_ref(), file.as_os_str()])).unwrap();
    let root = root.display();
    let expected = format!(
        "VIRTUAL_ENV={root}\r\nVIRTUAL_ENV_PROMPT=demo\r\n\"{root}\\Scripts;C:\\a (b);C:\\c\"\r\n[]\r\n(demo) $G\r\n\
             \"C:\\a (b);C:\\c\"\r\n[H]\r\n$G\r\n"
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[cfg(unix)]
#[test]
fn the_prompt_is_left_alone_when_asked() {
    let parent = tempfile::tempdir().unwrap();
    let enter = environment(parent.path(), "demo").scripts;
    let cases = [
        ("dash", "activate", "PS1='> '; VIRTUAL_ENV_DISABLE_PROMPT=1; . \"$ENTER\"; echo \"$PS1\""),
        (
            "tcsh",
            "activate.csh",
            "set prompt = '> '\nsetenv VIRTUAL_ENV_DISABLE_PROMPT 1\nsource $ENTER:q\necho \"$prompt:q\"",
        ),
        (
            "fish",
            "activate.fish",
            "function fish_prompt; echo '> '; end; set VIRTUAL_ENV_DISABLE_PROMPT 1; source $ENTER; fish_prompt",
        ),
    ];
    for (name, file, script) in cases {
        if let Some(shell) = shell(name) {
            let enter = enter.join(file);
            assert_eq!(lines(&shell, script, &[enter.clone(), enter]), ["> "], "{name}");
        }
    }
}

#[test]
fn a_script_names_what_it_is_for_and_leaves_no_gap() {
    for os in [Os::Linux, Os::MacOs, Os::Windows] {
        let values = ActivationValues { root: "/env", scripts: "bin", prompt: "{{ root }}", os };
        for (name, script) in scripts(&values) {
            let gaps = script.matches("{{ ").count() - script.matches("{{ root }}").count();
            assert_eq!(gaps, 0, "{name}");
        }
    }
}

#[test]
fn batch_files_have_lines_and_labels_that_the_command_prompt_understands() {
    let values = ActivationValues { root: r"C:\env", scripts: "Scripts", prompt: "100% a^b", os: Os::Windows };
    let scripts = scripts(&values);
    let (_, batch) = scripts.iter().find(|(name, _)| *name == "activate.bat").unwrap();
    assert!(batch.lines().count() > 10 && !batch.replace("\r\n", "").contains('\n'));
    assert!(batch.contains("@set \"VIRTUAL_ENV_PROMPT=100_ a_b\"\r\n"));
}

#[test]
fn only_a_script_that_needs_it_bears_a_byte_order_mark() {
    for (prompt, marked) in [("demo", false), ("Zoë", true)] {
        let values = ActivationValues { root: "/env", scripts: "bin", prompt, os: Os::Linux };
        let scripts = scripts(&values);
        let (_, script) = scripts.iter().find(|(name, _)| *name == "Activate.ps1").unwrap();
        assert_eq!(script.starts_with('\u{feff}'), marked);
    }
}
