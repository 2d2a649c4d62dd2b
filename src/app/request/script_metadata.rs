//! The metadata of a single-file script (PEP 723): a block of comments that holds TOML. Of the
//! table of tools, only the names of uv's keys are read: nothing there counts.

use serde::Deserialize;

use crate::vocab::{InvalidRequirement, Requirement, VersionSpecifiers, parse_specifiers};

/// The metadata of a script; empty for one without a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScriptMetadata {
    pub dependencies: Vec<Requirement>,
    pub requires_python: Option<VersionSpecifiers>,
    /// The keys of `[tool.uv]`, which are not used.
    pub unused: Vec<String>,
}

/// Why the metadata of a script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidScript {
    #[error("`{text}` in `dependencies` is not a requirement")]
    Dependency { text: String, source: InvalidRequirement },
    #[error("`{text}` in `requires-python` is not a version specifier")]
    Python { text: String },
    #[error("there is more than one block `# /// script`")]
    Repeated,
    #[error("line {line}: {message}")]
    Syntax { line: usize, message: String },
    #[error("the block `# /// script` has no end `# ///`")]
    Unclosed,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    #[serde(default)]
    dependencies: Vec<String>,
    requires_python: Option<String>,
    /// Its form is the business of the tools.
    tool: Option<toml::Value>,
}

/// A block without its comment signs.
struct Block {
    toml: String,
    /// The number of the line before its content.
    line: usize,
}

const BEGINNING: &str = "# /// script";
const END: &str = "# ///";

impl ScriptMetadata {
    /// Parses the metadata in the text of a script.
    ///
    /// # Errors
    /// When there is a block that is not as PEP 723 says.
    pub fn parse(text: &str) -> Result<Self, InvalidScript> {
        let Some(Block { toml, line }) = block(text)? else { return Ok(Self::default()) };
        let document: Document = toml::from_str(&toml).map_err(|error| {
            let before = error.span().map_or("", |span| toml.get(..span.start).unwrap_or_default());
            InvalidScript::Syntax {
                line: line + 1 + before.matches('\n').count(),
                message: error.message().trim().replace('\n', ", "),
            }
        })?;
        let dependency = |text: String| match text.parse() {
            Ok(requirement) => Ok(requirement),
            Err(source) => Err(InvalidScript::Dependency { text, source }),
        };
        let specifiers = |text: String| match parse_specifiers(&text) {
            Ok(specifiers) => Ok(specifiers),
            Err(_) => Err(InvalidScript::Python { text }),
        };
        Ok(Self {
            dependencies: document.dependencies.into_iter().map(dependency).collect::<Result<_, _>>()?,
            requires_python: document.requires_python.map(specifiers).transpose()?,
            unused: unused(document.tool.as_ref()),
        })
    }
}

fn unused(tools: Option<&toml::Value>) -> Vec<String> {
    let uv = tools.and_then(|tools| tools.get("uv")).and_then(toml::Value::as_table);
    uv.map(|uv| uv.keys().cloned().collect()).unwrap_or_default()
}

/// The block of a script. It ends at the last `# ///` of the comment that it is a part of.
fn block(text: &str) -> Result<Option<Block>, InvalidScript> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut found = None;
    let mut position = 0;
    while let Some(line) = lines.get(position) {
        position += 1;
        if *line != BEGINNING {
            continue;
        }
        let begins = position;
        let comment = lines[begins..].iter().take_while(|line| **line == "#" || line.starts_with("# ")).count();
        let end =
            lines[begins..begins + comment].iter().rposition(|line| *line == END).ok_or(InvalidScript::Unclosed)?;
        if found.is_some() {
            return Err(InvalidScript::Repeated);
        }
        let content = lines[begins..begins + end].iter().map(|line| line.get(2..).unwrap_or_default());
        found = Some(Block { toml: content.collect::<Vec<_>>().join("\n"), line: begins });
        position += end + 1;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Vec<String>, Option<String>), String> {
        let metadata = ScriptMetadata::parse(text).map_err(|error| error.to_string())?;
        let dependencies = metadata.dependencies.iter().map(ToString::to_string).collect();
        Ok((dependencies, metadata.requires_python.map(|python| python.to_string())))
    }

    #[test]
    fn a_block_of_comments_says_what_a_script_needs() {
        let lines = [
            "\u{feff}#!/usr/bin/env python",
            "# /// script",
            "# requires-python = \">=3.11\"",
            "# dependencies = [",
            "#   \"rich>=13\",",
            "#",
            "# ]",
            "# [tool.uv]",
            "# exclude-newer = \"2020-01-01T00:00:00Z\"",
            "# ///",
            "print(1)",
        ];
        for end in ["\n", "\r\n"] {
            let expected = (vec!["rich>=13".to_owned()], Some(">=3.11".to_owned()));
            assert_eq!(parsed(&lines.join(end)), Ok(expected));
        }
        for text in ["", "print('# /// script')\n", "#/// script\n# ///\n", "# /// other\n# x = [\n# ///\n"] {
            assert_eq!(parsed(text), Ok((Vec::new(), None)), "{text:?}");
        }
    }

    #[test]
    fn a_block_ends_at_the_last_end_of_its_comment() {
        let text = "# /// script\n# x = \"\"\"\n# ///\n# \"\"\"\n# dependencies = ['a']\n# ///\n# more\n\n# ///\n";
        assert_eq!(parsed(text), Ok((vec!["a".to_owned()], None)));
    }

    #[test]
    fn malformed_blocks_are_named() {
        for (text, error) in [
            ("# /// script\n# x = 1\n", "the block `# /// script` has no end `# ///`"),
            ("# /// script\nx = 1\n# ///\n", "the block `# /// script` has no end `# ///`"),
            ("# /// script\n# ///\n\n# /// script\n# ///\n", "there is more than one block `# /// script`"),
            (
                "\n# /// script\n# dependencies = 'rich'\n# ///\n",
                "line 3: invalid type: string \"rich\", expected a sequence",
            ),
            ("# /// script\n#\n# dependencies = ['r r']\n# ///\n", "`r r` in `dependencies` is not a requirement"),
            (
                "# /// script\n# requires-python = '3.11'\n# ///\n",
                "`3.11` in `requires-python` is not a version specifier",
            ),
        ] {
            assert_eq!(parsed(text), Err(error.to_owned()), "{text:?}");
        }
    }
}
