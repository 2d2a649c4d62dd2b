//! The topics of `kingbolt help`: the sections of the guide, and the exit codes.

use super::exit;
use super::text::filled;

const GUIDE: &str = include_str!("../../docs/guide.md");

/// The columns by which code and the meanings of table rows are indented.
const INDENT: &str = "    ";

/// A text about one topic.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Topic {
    title: &'static str,
    /// In Markdown.
    text: String,
}

/// All topics, in the order of the guide.
pub(super) fn topics() -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    let mut is_code = false;
    for line in GUIDE.lines() {
        is_code ^= line.starts_with("```");
        let title = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")).filter(|_| !is_code);
        match (title, topics.last_mut()) {
            (Some(title), _) => topics.push(Topic { title, text: String::new() }),
            (None, Some(topic)) => topic.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    let mut codes = vec!["| code | meaning |".to_owned(), "|---|---|".to_owned()];
    codes.extend(exit::CODES.iter().map(|(code, meaning)| format!("| {} | {meaning} |", code.code())));
    topics.push(Topic { title: "Exit codes", text: codes.join("\n") });
    topics
}

/// The only topic with all of these words in its name.
///
/// # Errors
/// The names of those that have the words, of which there are several or none.
pub(super) fn find(words: &[String]) -> Result<Topic, Vec<String>> {
    let words: Vec<String> = words.iter().flat_map(|word| word.split([' ', '-'])).map(str::to_lowercase).collect();
    let has_words = |topic: &Topic| {
        let name = topic.name();
        words.iter().all(|word| name.split('-').any(|part| part == word))
    };
    let is_named = |topic: &&Topic| topic.name() == words.join("-");
    let mut topics = topics();
    if let Some(position) = topics.iter().position(|topic| is_named(&topic)) {
        return Ok(topics.swap_remove(position));
    }
    topics.retain(has_words);
    if topics.len() == 1 { Ok(topics.swap_remove(0)) } else { Err(topics.iter().map(Topic::name).collect()) }
}

impl Topic {
    /// The name, as it is typed.
    pub(super) fn name(&self) -> String {
        self.title.to_lowercase().replace(' ', "-")
    }

    /// The text in lines of at most so many columns, without the marks of Markdown.
    pub(super) fn shown(&self, columns: usize) -> String {
        let mut shown = format!("{}\n\n", self.title);
        let (mut paragraph, mut header, mut is_code) = (String::new(), Vec::new(), false);
        for line in self.text.trim().lines().chain([""]) {
            let is_fence = line.starts_with("```");
            let is_text = !is_fence && !is_code && !line.starts_with('|');
            if is_text && !line.is_empty() && !line.starts_with("- ") {
                let space = if paragraph.is_empty() { "" } else { " " };
                paragraph.extend([space, line.trim_start()]);
                continue;
            }
            if !paragraph.is_empty() {
                let indent = if paragraph.starts_with("- ") { "  " } else { "" };
                shown.extend([&filled(&without_links(&paragraph), columns, indent), "\n"]);
                paragraph.clear();
            }
            if is_fence {
                is_code = !is_code;
            } else if is_code {
                shown.extend([if line.is_empty() { "" } else { INDENT }, line, "\n"]);
            } else if line.starts_with('|') {
                row(&mut shown, &mut header, line, columns);
            } else if line.is_empty() {
                header.clear();
                shown.push('\n');
            } else {
                line.clone_into(&mut paragraph);
            }
        }
        shown.truncate(shown.trim_end().len());
        shown + "\n"
    }
}

/// A row of a table: the first cell, and below it the others, each after the name of its column but for the second.
fn row(shown: &mut String, header: &mut Vec<String>, line: &str, columns: usize) {
    let cells: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| without_links(cell.trim())).collect();
    if header.is_empty() {
        *header = cells;
        return;
    }
    if line.starts_with("|---") {
        return;
    }
    for (number, cell) in cells.iter().enumerate() {
        let text = match number {
            0 => cell.replace('`', ""),
            1 => format!("{INDENT}{cell}"),
            _ => format!("{INDENT}{}: {cell}", header.get(number).map_or("", String::as_str)),
        };
        shown.extend([&filled(&text, columns, INDENT), "\n"]);
    }
}

/// The text without the targets of links.
fn without_links(text: &str) -> String {
    let mut parts = text.split("](");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(start) = kept.rfind('[') {
            kept.remove(start);
        }
        kept += part.split_once(')').map_or(part, |(_, rest)| rest);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_shown_without_the_marks_of_markdown() {
        let text = "
First [words](page.md#part) of
a paragraph, and `code`.

- a point
  in two lines
- another

```sh
kingbolt list    # everything

kingbolt help
```

| variable | meaning | default |
|---|---|---|
| `ONE` | one that has a rather long meaning | 1 |
| `TWO`, `DUE` | two | none |
";
        let topic = Topic { title: "Some words", text: text.to_owned() };
        assert_eq!(
            topic.shown(30),
            "Some words

First words of a paragraph,
and `code`.

- a point in two lines
- another

    kingbolt list    # everything

    kingbolt help

ONE
    one that has a rather long
    meaning
    default: 1
TWO, DUE
    two
    default: none
"
        );
    }

    #[test]
    fn every_topic_has_a_name_of_its_own_and_a_text() {
        let topics = topics();
        for topic in &topics {
            assert_eq!(find(&[topic.name()]).as_ref(), Ok(topic));
            assert!(!topic.text.trim().is_empty(), "{}", topic.title);
        }
        assert!(topics.len() > 10);
    }
}
