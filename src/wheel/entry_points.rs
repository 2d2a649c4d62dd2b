//! `entry_points.txt`: groups of entry points in INI form (PyPA entry points specification).

use std::collections::HashSet;

use super::{EntryPoint, EntryPointGroup};

/// A line that cannot become a command, and the reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct InvalidLine {
    pub(super) line: String,
    pub(super) reason: &'static str,
}

/// The console and GUI entry points, in the order of the file. Of two with the same name in a group, the later counts,
/// as in configparser's lenient mode. Other groups are ignored: they do not concern an installer.
pub(super) fn parse(text: &str) -> Result<Vec<EntryPoint>, InvalidLine> {
    let mut group = None;
    let mut entry_points: Vec<EntryPoint> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            group = match name.trim() {
                "console_scripts" => Some(EntryPointGroup::Console),
                "gui_scripts" => Some(EntryPointGroup::Gui),
                _ => None,
            };
        } else if let Some(group) = group {
            let invalid = |reason| InvalidLine { line: line.to_owned(), reason };
            let entry_point = EntryPoint::parse(group, line).map_err(invalid)?;
            entry_points.push(entry_point);
        }
    }
    Ok(remove_repeated(entry_points))
}

/// The names of the commands in an `entry_points.txt` that nothing depends on; none if it is invalid.
pub fn command_names(text: &str) -> Vec<String> {
    parse(text).unwrap_or_default().into_iter().map(|entry_point| entry_point.name).collect()
}

/// Removes entry points that are followed by another of the same name and group.
fn remove_repeated(entry_points: Vec<EntryPoint>) -> Vec<EntryPoint> {
    let mut seen = HashSet::new();
    let is_last = |entry_point: &EntryPoint| seen.insert((entry_point.group, entry_point.name.clone()));
    let mut last: Vec<EntryPoint> = entry_points.into_iter().rev().filter(is_last).collect();
    last.reverse();
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_are_read_and_case_counts() {
        let text = "# made by hand\n[other]\nx = not an object\n\n[ console_scripts ]\nA = m:f\na = m:g\r\n; note\n\
                    [gui_scripts]\nw = m.x:f.g [extra]\n";
        let lines: Vec<_> = parse(text).unwrap().into_iter().map(|point| (point.group, point.line())).collect();
        let expected = [
            (EntryPointGroup::Console, "A = m:f".to_owned()),
            (EntryPointGroup::Console, "a = m:g".to_owned()),
            (EntryPointGroup::Gui, "w = m.x:f.g".to_owned()),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn of_many_lines_for_one_command_the_last_counts_and_none_takes_long() {
        let many: Vec<String> = (0..200_000).map(|number| format!("a{} = m:f{number}", number / 2)).collect();
        let found = parse(&format!("[console_scripts]\n{}\n[gui_scripts]\na0 = m:g\n", many.join("\n"))).unwrap();
        let lines: Vec<String> = found.iter().map(EntryPoint::line).collect();
        assert_eq!((lines.len(), lines[0].as_str(), lines[100_000].as_str()), (100_001, "a0 = m:f1", "a0 = m:g"));
    }

    #[test]
    fn the_line_that_is_refused_is_named() {
        let expected = InvalidLine { line: "a = b".to_owned(), reason: "it does not name an object in a module" };
        assert_eq!(parse("[console_scripts]\na = b\n"), Err(expected));
    }
}
