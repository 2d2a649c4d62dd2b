//! A command of a wheel: a name, and the object that it calls.

use crate::vocab::SafePath;

/// A console or GUI entry point (PyPA entry points specification).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntryPoint {
    pub group: EntryPointGroup,
    /// The command's name: a plain file name.
    pub name: String,
    /// The dotted name of the module to import.
    pub module: String,
    /// The dotted name of the object in it to call.
    pub attribute: String,
}

/// The kind of a command: one that uses a terminal, or one that opens windows. Only Windows distinguishes them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum EntryPointGroup {
    Console,
    Gui,
}

impl EntryPoint {
    /// Parses `name = module:attribute [extras]`, as configparser and `importlib.metadata` do. Extras no longer have a
    /// meaning.
    ///
    /// # Errors
    /// With the rule that the line breaks.
    pub fn parse(group: EntryPointGroup, line: &str) -> Result<Self, &'static str> {
        let (name, object) = line.split_once('=').ok_or("it has no `=`")?;
        let name = name.trim();
        check_name(name)?;
        let object = match object.split_once('[') {
            Some((object, _extras)) => object.trim(),
            None => object.trim(),
        };
        let (module, attribute) = object.split_once(':').ok_or("it does not name an object in a module")?;
        let (module, attribute) = (module.trim_end(), attribute.trim());
        if !is_dotted_name(module) || !is_dotted_name(attribute) {
            return Err("its object does not have the form `module:attribute`");
        }
        Ok(Self { group, name: name.to_owned(), module: module.to_owned(), attribute: attribute.to_owned() })
    }

    /// `name = module:attribute`.
    pub fn line(&self) -> String {
        format!("{} = {}:{}", self.name, self.module, self.attribute)
    }
}

/// True if a file of this name in the scripts directory could be taken for a Python interpreter: `python`, `pythonw`,
/// `pypy` and the like, with a version, the `t` or `d` of a special build, `.exe` or `.py`, in any case.
pub fn is_interpreter_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let stem = [".exe", ".py", ".pyw", ".bat", ".cmd", ".com"].iter().find_map(|suffix| name.strip_suffix(suffix));
    let stem = stem.unwrap_or(&name);
    // The longest first: `python` is a prefix of `pythonw`.
    let Some(version) =
        ["pythonw", "python", "pypyw", "pypy", "graalpy"].iter().find_map(|interpreter| stem.strip_prefix(interpreter))
    else {
        return false;
    };
    let version = version.trim_end_matches(['t', 'd', 'w']);
    version.chars().all(|character| character.is_ascii_digit() || character == '.')
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || matches!(name, "." | "..") {
        return Err("its name is empty or a directory");
    }
    let path = SafePath::parse(name).ok().filter(|path| path.parent().is_none());
    let Some(path) = path else { return Err("its name is not a plain file name") };
    if path.windows_rule().is_some() {
        Err("no file can have its name on Windows")
    } else if name.len() > 200 {
        Err("its name is longer than 200 bytes")
    } else if is_interpreter_name(name) {
        Err("its name would replace the interpreter")
    } else {
        Ok(())
    }
}

/// Python's identifiers joined by dots. Letters and digits of every script are allowed, as in Python; characters that
/// could end an import statement are not.
fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|first: char| first == '_' || first.is_alphabetic())
            && part.chars().all(|character| character == '_' || character.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<(String, String, String), &'static str> {
        let EntryPoint { name, module, attribute, .. } = EntryPoint::parse(EntryPointGroup::Console, line)?;
        Ok((name, module, attribute))
    }

    #[test]
    fn entry_points_are_parsed_as_importlib_does() {
        let parts = |name: &str, module: &str, attribute: &str| Ok((name.into(), module.into(), attribute.into()));
        assert_eq!(parsed("a = b:c"), parts("a", "b", "c"));
        assert_eq!(parsed("a=b.c:d.e"), parts("a", "b.c", "d.e"));
        assert_eq!(parsed("a = b:c [x,y]"), parts("a", "b", "c"));
        assert_eq!(parsed("Az-1.x = b :  c[x]"), parts("Az-1.x", "b", "c"));
        assert_eq!(parsed("ä = ß:ö"), parts("ä", "ß", "ö"));
        assert_eq!(parsed("console = b:c"), parts("console", "b", "c"));
    }

    #[test]
    fn entry_points_that_could_do_harm_are_refused() {
        for line in [
            "a",
            "a = b",
            "= b:c",
            ".. = b:c",
            "../x = b:c",
            "a\\b = c:d",
            "a = b:",
            "a = :c",
            "a = b;import os:c",
            "a = b:c()",
            "a = 1b:c",
            "a = b..c:d",
            "python = b:c",
            "C:x = b:c",
            "aux = b:c",
            "Con.py = b:c",
            "LPT1 = b:c",
            "a. = b:c",
            "a? = b:c",
            "a/b = c:d",
            "a\u{1b} = b:c",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn names_of_interpreters_are_known_in_every_spelling() {
        for name in
            ["python", "Python3", "python3.13", "python3.13t", "pythonw.exe", "PYTHON.EXE", "pypy3", "python3.py"]
        {
            assert!(is_interpreter_name(name), "{name}");
        }
        for name in ["python-config", "pythonic", "ipython", "ipython3", "py", "pytest", "python3-foo", "pip3.13"] {
            assert!(!is_interpreter_name(name), "{name}");
        }
    }
}
