//! The README and the guide agree with the executable.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::path::Path;

use crate::support::{Machine, backticked, repository_text, rust_files, table_after};

#[test]
fn the_readme_and_help_tell_the_same_exit_codes() {
    let help = help(&[]);
    let told = help.split_once("Exit codes:\n").expect("help tells exit codes").1;
    let told: Vec<(&str, &str)> =
        told.lines().map_while(|line| line.strip_prefix("  ")?.split_once(' ')).map(|(c, m)| (c, m.trim())).collect();
    let readme = repository_text("README.md");
    let rows = table_after(&readme, "## Exit codes");
    let documented: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(documented, told);
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let told = commands();
    let told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    let readme = repository_text("README.md");
    let rows = table_after(&readme, "## Commands");
    let documented = rows.iter().filter_map(|row| row[0].trim_matches('`').split_whitespace().nth(1)).collect();
    assert_eq!(told, documented);
}

#[test]
fn the_guide_names_every_variable_of_ours() {
    let files = [
        "src/accelerator/variables.rs",
        "src/cli/accelerator_settings.rs",
        "src/cli/settings.rs",
        "src/cli/index_settings.rs",
        "src/cli/configuration/keys.rs",
        "src/cli/command/secret_key.rs",
    ];
    let settings = files.map(repository_text).concat();
    let read: BTreeSet<&str> = settings.split('"').filter(|text| text.starts_with("KINGBOLT_")).collect();
    let guide = repository_text("docs/guide.md");
    let rows = table_after(&guide, "## Environment variables");
    let documented: BTreeSet<&str> =
        rows.iter().flat_map(|row| row[0].split('`')).filter(|text| text.starts_with("KINGBOLT_")).collect();
    assert_eq!(read, documented);
}

#[test]
fn an_upgrade_of_nothing_in_particular_is_a_wrong_command_line() {
    Machine::new()
        .kingbolt(["upgrade"])
        .stderr(
            "
            error: the following required arguments were not provided:
              <APP|--all>

            Usage: kingbolt upgrade <APP|--all>

            For more information, try '--help'.
            ",
        )
        .exits(2);
}

#[test]
fn the_document_on_reliability_names_every_checkpoint() {
    let sources: String =
        rust_files().into_iter().filter(|file| file.path.starts_with("src/")).map(|file| file.text).collect();
    let passed = ["checkpoint(\"", "pass(\""].into_iter().flat_map(|call| sources.split(call).skip(1));
    let passed: BTreeSet<String> = passed.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
    let reliability = repository_text("docs/reliability.md").replace('\n', " ");
    let (_, rest) = reliability.split_once("passes named checkpoints: ").expect("it lists them");
    let (list, _) = rest.split_once("`KINGBOLT_CHECKPOINT=").expect("it says how to use them");
    assert_eq!(backticked(list), passed);
}

#[test]
#[cfg(unix)]
fn bash_completes_commands_and_options() {
    let machine = Machine::new();
    let completions = machine.kingbolt(["completions", "bash"]).outcome();
    machine.write("completions", &completions.stdout);
    for (typed, expected) in [
        (&["ro"][..], "rollback\n"),
        (&["cache", "pru"], "prune\n"),
        (&["install", "--allow-"], "--allow-unhashed\n--allow-build\n"),
        (&["install", "--link-mode", ""], "copy\nfile\n"),
    ] {
        let (last, before) = typed.split_last().expect("something is typed");
        let script = format!(
            "source completions\nCOMP_WORDS=(kingbolt {} '{last}')\nCOMP_CWORD={}\n\
             _kingbolt kingbolt '{last}' {}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            before.join(" "),
            typed.len(),
            before.last().unwrap_or(&"kingbolt")
        );
        machine.program(Path::new("/bin/bash"), ["-c", &script]).stdout(expected).succeeds();
    }
}

#[test]
fn every_shell_has_completions_of_every_command() {
    let commands = commands();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = Machine::new().kingbolt(["completions", shell]).outcome();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{shell}");
        let is_word = |character: char| character.is_alphanumeric() || character == '-';
        let words: BTreeSet<&str> = outcome.stdout.split(|character| !is_word(character)).collect();
        let missing: Vec<&String> = commands.iter().filter(|name| !words.contains(name.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new(), "{shell}");
    }
}

#[test]
fn every_command_has_a_man_page() {
    let machine = Machine::new();
    let commands = commands();
    for name in &commands {
        let page = machine.kingbolt(["man", name]).outcome();
        assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""), "{name}");
        let about = help(&[name]).lines().next().expect("help says what it does").to_owned();
        let expected = format!("kingbolt-{name} - {about}");
        let title = page.stdout.lines().find(|line| line.starts_with(".TH "));
        let version = env!("CARGO_PKG_VERSION");
        let expected_title = format!(".TH kingbolt-{name} 1  \"Kingbolt {version}\" \"Kingbolt Manual\"");
        assert_eq!(title, Some(expected_title.as_str()));
        let line = page.stdout.lines().skip_while(|line| *line != ".SH NAME").nth(1).expect("it has a name");
        // Outputs are compared with the separators of paths that Unix has.
        let escape = if cfg!(windows) { "/" } else { "\\" };
        let line = line.replace(&format!("{escape}-"), "-").replace(&format!("{escape}*(Aq"), "'");
        assert_eq!(line, expected);
    }
    machine
        .kingbolt(["man", "instal"])
        .stderr("error: unrecognized command `instal`\nhint: run `kingbolt --help` for a list of commands\n")
        .exits(2);
}

#[test]
fn help_has_the_sections_of_the_guide_as_topics() {
    let machine = Machine::new();
    machine
        .kingbolt(["help", "Exit"])
        .stdout(
            "
            Exit codes

            0
                success
            1
                failure
            2
                invalid command line
            3
                no matching versions
            4
                verification failed: hash, size, signature, RECORD or archive
            5
                network error
            6
                no suitable Python, platform or wheel
            7
                busy: another Kingbolt process is changing the app, or the app is running
            8
                file system error: disk space, permissions or path
            130
                interrupted with Ctrl-C
            ",
        )
        .succeeds();
    for (words, expected) in [(&["help"][..], &[][..]), (&["help", "cache", "prune"], &["cache", "prune"])] {
        machine.kingbolt(words).stdout(&help(expected)).succeeds();
    }
    machine
        .kingbolt(["help", "installing", "and"])
        .stderr(
            "error: there is no command or topic `installing and`\nhint: run `kingbolt help` for a list of topics\n",
        )
        .exits(2);
    machine
        .kingbolt(["help", "and"])
        .stderr(
            "
            error: there is no command or topic `and`
            hint: topics: upgrading-and-rolling-back, verifying-and-repairing
            ",
        )
        .exits(2);
}

#[test]
fn every_command_of_the_page_for_those_who_come_from_elsewhere_is_one() {
    let page = repository_text("docs/coming-from.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|line| line.trim_matches('|').rsplit(" | ").next());
    let texts = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).filter(|text| text.starts_with("kingbolt "));
    let mut tried = 0;
    for text in texts {
        // A shell would take the quotes away.
        let mut words: Vec<&str> = text.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
        // What follows an app is for its program.
        let position = match words[0] {
            "exec" => 1,
            "run" => words.len() - 1,
            _ => words.len(),
        };
        words.insert(position, "--help");
        let outcome = Machine::new().kingbolt(&words).outcome();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{text}");
        tried += 1;
    }
    assert!(tried > 60, "only {tried} commands were found");
}

/// The commands that `--help` lists, in its order.
pub(crate) fn commands() -> Vec<String> {
    let help = help(&[]);
    let commands = help.split_once("Commands:\n").expect("help tells commands").1;
    commands
        .lines()
        .map_while(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn help(arguments: &[&str]) -> String {
    Machine::new().kingbolt(arguments.iter().chain(&["--help"])).outcome().stdout
}
