//! Text at the end of the name of an app and of its commands, which tells several installations of a package apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocab::{InvalidName, PackageName, string_conversions};

/// The end of the names of an app's commands: `_12` in `black_12`. Only characters that the name of a package may have, and
/// `@`, as in `--suffix=@next`, which users of pipx know.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommandSuffix(String);

impl CommandSuffix {
    /// True if the name of an app ends with it; such names are normalised (PEP 503).
    pub fn ends(&self, app: &str) -> bool {
        ending(&self.0).is_ok_and(|ending| app.ends_with(&ending))
    }
}

/// The normalised text at the end of a longer name.
fn ending(text: &str) -> Result<String, InvalidName> {
    let name = format!("x{}", text.replace('@', "-")).parse::<PackageName>()?;
    Ok(name.as_str()[1..].to_owned())
}

impl FromStr for CommandSuffix {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() {
            // The error for an empty name.
            text.parse::<PackageName>()?;
        }
        ending(text).map(|_| Self(text.to_owned()))
    }
}

string_conversions!(CommandSuffix);

impl fmt::Display for CommandSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_endings_of_names_are_suffixes() {
        for text in ["_12", "12", "-3.12", "-LTS", "@next", "@1.0"] {
            assert_eq!(text.parse::<CommandSuffix>().map(|suffix| suffix.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "_", "@", "12-", "/../x", " 12", "é"] {
            assert!(text.parse::<CommandSuffix>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_of_apps_are_compared_in_their_normal_form() {
        let suffix: CommandSuffix = "_LTS".parse().expect("it is right");
        assert!(suffix.ends("black-lts") && !suffix.ends("black") && !suffix.ends("blacklts"));
        let suffix: CommandSuffix = "@next".parse().expect("it is right");
        assert!(suffix.ends("black-next") && !suffix.ends("blacknext"));
    }
}
