//! The page of `doctor`: facts in sections, then the problems, in lines that can be pasted into a report.

use std::path::MAIN_SEPARATOR;

use serde::Serialize;

use crate::cli::configuration::Effective;
use crate::cli::escape::escaped_line;
use crate::cli::settings::Verbosity;
use crate::cli::text::{bytes, counted, labelled};
use crate::doctor::{
    AcceleratorSection, AppFacts, DirectoryFacts, Facts, Finding, IndexFacts, IndexState, NetworkFacts, PythonFacts,
    PythonStatus, SearchPath, System,
};
use crate::host::Host;

/// Everything that is shown.
#[derive(Serialize)]
pub(super) struct Content {
    pub kingbolt: Build,
    #[serde(flatten)]
    pub facts: Facts,
    pub settings: Vec<Effective>,
    pub problems: Vec<Finding>,
}

/// This executable.
#[derive(Serialize)]
pub(super) struct Build {
    pub version: &'static str,
    pub os: &'static str,
    pub architecture: &'static str,
}

/// A fact: a label, and a line for each part of it.
struct Row {
    label: String,
    lines: Vec<String>,
}

/// The form of lines.
struct Layout {
    columns: usize,
    /// The home directory of the person, which is shown as `~`.
    home: String,
}

/// The page, with the home directory as `~`.
pub(super) fn page(host: &Host, verbosity: Verbosity, columns: usize, content: &Content) -> String {
    let Content { kingbolt, facts, settings, problems } = content;
    let Facts { system, search_path, directories, pythons, accelerator, network, indexes, apps, tags } = facts;
    let mut sections = vec![
        ("System", system_rows(system)),
        ("Shell", shell_rows(search_path, verbosity)),
        ("Directories", directories.iter().map(directory_row).collect()),
        ("Python", python_rows(pythons)),
        ("Accelerator", accelerator_rows(accelerator, verbosity)),
        ("Network", network_rows(network)),
        ("Indexes", indexes.iter().map(index_row).collect()),
        ("Settings", setting_rows(settings, verbosity)),
        ("Apps", app_rows(apps)),
    ];
    if let Some(tags) = tags {
        sections.push(("Wheel tags", tags.iter().map(|tag| row("", tag)).collect()));
    }
    let mut page = format!("Kingbolt {} ({} {})\n", kingbolt.version, kingbolt.os, kingbolt.architecture);
    let layout = Layout { columns, home: host.environment.home_dir().unwrap_or_default().display().to_string() };
    for (title, rows) in sections {
        page.push_str(&layout.section(title, &rows));
    }
    page + &layout.problems(problems)
}

impl Layout {
    /// A title, and its rows in two columns.
    fn section(&self, title: &str, rows: &[Row]) -> String {
        if rows.is_empty() {
            return format!("\n{title}\n  none\n");
        }
        let width = rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
        let mut text = format!("\n{title}\n");
        for Row { label, lines } in rows {
            for (index, line) in lines.iter().enumerate() {
                let label = if index == 0 { label.as_str() } else { "" };
                let label = if width == 0 { "  ".to_owned() } else { format!("  {label:width$}  ") };
                text.push_str(&self.line(&label, line));
            }
        }
        text
    }

    fn problems(&self, problems: &[Finding]) -> String {
        if problems.is_empty() {
            return "\nNo problems found\n".to_owned();
        }
        let mut text = format!("\n{} found\n", counted(problems.len(), "problem"));
        for (index, Finding { problem, fix, .. }) in problems.iter().enumerate() {
            let number = format!("  {}. ", index + 1);
            text.push_str(&self.line(&number, problem));
            text.push_str(&self.line(&" ".repeat(number.len()), &format!("Fix: {fix}")));
        }
        text
    }

    /// A label and its text, which may take several lines.
    fn line(&self, label: &str, text: &str) -> String {
        labelled(label, &escaped_line(&with_tilde(text, &self.home)), self.columns) + "\n"
    }
}

fn row(label: &str, line: &str) -> Row {
    Row { label: label.to_owned(), lines: vec![line.to_owned()] }
}

fn system_rows(system: &System) -> Vec<Row> {
    let System { os, kernel, machine, level, libc } = system;
    let processor = machine.as_ref().map(|machine| match level {
        Some(level) => format!("{machine} ({level})"),
        None => machine.clone(),
    });
    let facts = [("OS", os), ("kernel", kernel), ("processor", &processor), ("C library", libc)];
    facts.into_iter().filter_map(|(label, fact)| Some(row(label, fact.as_deref()?))).collect()
}

fn shell_rows(search_path: &SearchPath, verbosity: Verbosity) -> Vec<Row> {
    let SearchPath { shell, shells, has_bin_dir, entries, .. } = search_path;
    let mut rows: Vec<Row> = shell.iter().map(|shell| row("SHELL", shell)).collect();
    if !shells.is_empty() {
        rows.push(row("installed", &shells.join(", ")));
    }
    let state = if *has_bin_dir { "has the directory of commands" } else { "lacks the directory of commands" };
    let mut lines = vec![state.to_owned()];
    if verbosity == Verbosity::Verbose {
        lines.extend(entries.iter().map(|entry| entry.display().to_string()));
    }
    rows.push(Row { label: "PATH".to_owned(), lines });
    rows
}

fn directory_row(directory: &DirectoryFacts) -> Row {
    let DirectoryFacts { usage, path, file_system, free_bytes, total_bytes, free_inodes, states } = directory;
    let mut facts: Vec<String> = file_system.iter().cloned().collect();
    match (free_bytes, total_bytes) {
        (Some(free), Some(total)) => facts.push(format!("{} of {} free", bytes(*free), bytes(*total))),
        (Some(free), None) => facts.push(format!("{} free", bytes(*free))),
        (None, _) => {}
    }
    facts.extend(free_inodes.map(|free| format!("{free} inodes free")));
    facts.extend(states.iter().map(ToString::to_string));
    Row { label: (*usage).to_owned(), lines: vec![path.display().to_string(), facts.join(", ")] }
}

fn python_rows(pythons: &[PythonFacts]) -> Vec<Row> {
    let of_python = |python: &PythonFacts| {
        let PythonFacts { path, version, kind, platform, source, status, problem } = python;
        let status = match status {
            PythonStatus::Default => "usable, the default",
            PythonStatus::Usable => "usable",
            PythonStatus::Excluded => "not used",
            PythonStatus::Unusable => "cannot be used",
        };
        let status = problem.as_ref().map_or_else(|| status.to_owned(), |problem| format!("{status}: {problem}"));
        let facts = [kind.as_deref(), platform.as_deref(), *source, Some(&status)];
        let facts: Vec<&str> = facts.into_iter().flatten().collect();
        let lines = vec![path.display().to_string(), facts.join(", ")];
        Row { label: version.clone().unwrap_or_else(|| "-".to_owned()), lines }
    };
    pythons.iter().map(of_python).collect()
}

fn accelerator_rows(accelerator: &AcceleratorSection, verbosity: Verbosity) -> Vec<Row> {
    let AcceleratorSection { report, pytorch } = accelerator;
    let mut rows: Vec<Row> = report.rows().into_iter().map(|(label, text)| row(label, &text)).collect();
    if let Some(build) = pytorch {
        let mut lines = vec![format!("{} of {}: {}", build.label, build.release, build.reason)];
        lines.extend(build.warnings.iter().cloned());
        lines.extend(build.advice.clone());
        rows.push(Row { label: "PyTorch".to_owned(), lines });
    }
    if verbosity == Verbosity::Verbose && !report.evidence.is_empty() {
        rows.push(Row { label: "evidence".to_owned(), lines: report.evidence_lines() });
    }
    rows
}

fn network_rows(network: &NetworkFacts) -> Vec<Row> {
    let NetworkFacts { is_offline, proxy_variables, authorities } = network;
    let mut rows = Vec::new();
    if *is_offline {
        rows.push(row("network", "disabled"));
    }
    let proxies: Vec<String> =
        proxy_variables.iter().map(|variable| format!("{}: {}", variable.name, variable.value)).collect();
    let lines = if proxies.is_empty() { vec!["no variable is set".to_owned()] } else { proxies };
    rows.push(Row { label: "proxies".to_owned(), lines });
    let sources = authorities.iter().map(|authorities| {
        let variable = authorities.variable.map(|variable| format!("{variable}: ")).unwrap_or_default();
        let count = authorities.count.map(|count| format!(" ({count})")).unwrap_or_default();
        format!("{variable}{}{count}", authorities.source)
    });
    rows.push(Row { label: "certificates".to_owned(), lines: sources.collect() });
    rows
}

fn index_row(index: &IndexFacts) -> Row {
    let state = match &index.state {
        IndexState::Local => "exists".to_owned(),
        IndexState::NotAsked => "not asked".to_owned(),
        IndexState::Reachable { milliseconds } => format!("reachable, {milliseconds} ms"),
        IndexState::Unreachable { .. } => "unreachable".to_owned(),
    };
    let proxy = index.proxy.as_ref().map(|proxy| format!(", through {proxy}")).unwrap_or_default();
    Row { label: String::new(), lines: vec![index.url.clone(), format!("  {state}{proxy}")] }
}

/// The settings that something sets; with `--verbose` all.
fn setting_rows(settings: &[Effective], verbosity: Verbosity) -> Vec<Row> {
    let is_shown = |setting: &&Effective| setting.source.is_some() || verbosity == Verbosity::Verbose;
    let mut rows: Vec<Row> = settings.iter().filter(is_shown).map(setting_row).collect();
    match (rows.is_empty(), verbosity) {
        (true, _) => rows.push(row("", "all have their defaults")),
        (false, Verbosity::Normal | Verbosity::Quiet) => rows.push(row("others", "default")),
        (false, Verbosity::Verbose) => {}
    }
    rows
}

fn setting_row(setting: &Effective) -> Row {
    let Effective { key, values, source, locked } = setting;
    let value = if values.is_empty() { "none".to_owned() } else { values.join(" ") };
    let locked = if *locked { ", locked" } else { "" };
    let source = source.as_deref().unwrap_or("default");
    Row { label: (*key).to_owned(), lines: vec![value, format!("  {source}{locked}")] }
}

fn app_rows(apps: &AppFacts) -> Vec<Row> {
    let mut broken: Vec<String> = apps.broken.iter().map(|broken| broken.app.to_string()).collect();
    broken.dedup();
    let count = match broken.len() {
        0 => counted(apps.installed, "app"),
        failed => format!("{}, {failed} broken: {}", counted(apps.installed, "app"), broken.join(", ")),
    };
    vec![row("", &count)]
}

/// The text with a directory as `~`, where it is a whole path or the beginning of one.
fn with_tilde(text: &str, home: &str) -> String {
    let home = home.trim_end_matches(MAIN_SEPARATOR);
    if home.is_empty() {
        return text.to_owned();
    }
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '/' | '\\');
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(home) {
        let (before, after) = (&rest[..at], &rest[at + home.len()..]);
        let begins = !(before.ends_with(is_part) || before.is_empty() && result.ends_with(is_part));
        let ends = after.starts_with(['/', '\\']) || !after.starts_with(is_part);
        result += before;
        result += if begins && ends { "~" } else { home };
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_directory_is_a_tilde_only_where_it_is_a_path_of_its_own() {
        for (text, shown) in [
            ("/home/ada/bin, `/home/ada`, /home/ada\n", "~/bin, `~`, ~\n"),
            ("/home/ada2/bin /mnt/home/ada/bin /home/ada.old", "/home/ada2/bin /mnt/home/ada/bin /home/ada.old"),
            ("file:///home/ada/wheels", "file:///home/ada/wheels"),
        ] {
            assert_eq!(with_tilde(text, "/home/ada"), shown);
        }
        assert_eq!(with_tilde("/usr/bin", "/"), "/usr/bin");
    }
}
