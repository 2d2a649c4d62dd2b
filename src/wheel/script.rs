//! The files that start Python: first lines that name an interpreter, and scripts for entry points.

use std::path::Path;

use super::EntryPoint;

/// How a script comes to run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Starter {
    /// A launcher beside it, on Windows: it hands over the script's own path.
    Launcher,
    /// The system, by the script's first line.
    Shebang,
}

/// The longest first line, line break included, that every system reads whole. Linux stopped at 127 until 5.1.
const SHEBANG_LIMIT: usize = 127;

/// The script that calls an entry point.
pub fn command_script(entry_point: &EntryPoint, python: &Path, starter: Starter) -> Vec<u8> {
    let EntryPoint { module, attribute, .. } = entry_point;
    let imported = attribute.split('.').next().unwrap_or(attribute);
    let name_fix = match starter {
        // Programs look at their own name: it is the command's, not `command-script.py`.
        Starter::Launcher => "    sys.argv[0] = sys.argv[0].rpartition('-script.py')[0] or sys.argv[0]\n",
        Starter::Shebang => "",
    };
    let mut script = interpreter_lines(python, None);
    script.extend_from_slice(
        format!(
            "import sys\nfrom {module} import {imported}\nif __name__ == '__main__':\n{name_fix}    sys.exit({attribute}())\n"
        )
        .as_bytes(),
    );
    script
}

/// A script of a wheel with its interpreter named; `None` for one whose first bytes do not ask for that.
///
/// As in pip the whole first line is replaced. `#!pythonw` asks for the interpreter without a console, where there is
/// one: `windowed`.
pub fn rewritten_script(content: &[u8], python: &Path, windowed: &Path) -> Option<Vec<u8>> {
    let asked = content.strip_prefix(b"#!python")?;
    let python = if asked.starts_with(b"w") { windowed } else { python };
    let (_, rest) = split_line(content);
    let (second, _) = split_line(rest);
    let coding = declares_encoding(second).then_some(second);
    let mut script = interpreter_lines(python, coding);
    script.extend_from_slice(rest);
    Some(script)
}

/// What a script starts with. A path that is too long or has a blank is started by a shell, in lines that are a string
/// to Python; a declaration of the encoding then moves up, since Python looks for it in the first two lines only.
fn interpreter_lines(python: &Path, coding: Option<&[u8]>) -> Vec<u8> {
    let path = python.as_os_str().as_encoded_bytes();
    let plain = path.len() + b"#!\n".len() <= SHEBANG_LIMIT && !path.iter().any(u8::is_ascii_whitespace);
    if plain {
        return [b"#!", path, b"\n"].concat();
    }
    let coding = coding.map(|line| [line.trim_ascii_end(), b"\n"].concat()).unwrap_or_default();
    [b"#!/bin/sh\n", coding.as_slice(), b"'''exec' ", &quoted(path), b" \"$0\" \"$@\"\n' '''\n"].concat()
}

/// In double quotes, for a shell.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for &byte in path {
        if matches!(byte, b'"' | b'$' | b'`' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    quoted.push(b'"');
    quoted
}

/// The first line with its line break, and the rest.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    text.split_at(end)
}

/// Whether a line is a comment that names the source's encoding (PEP 263).
fn declares_encoding(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let mut words = line.windows(b"coding".len() + 1);
    line.starts_with(b"#")
        && words.any(|window| window.strip_prefix(b"coding").is_some_and(|next| matches!(next, b":" | b"=")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wheel::EntryPointGroup;

    fn rewritten(content: &str, python: &str) -> Option<String> {
        let script = rewritten_script(content.as_bytes(), Path::new(python), Path::new("/e/pythonw"));
        script.map(|script| String::from_utf8(script).unwrap())
    }

    #[test]
    fn entry_points_become_scripts() {
        let entry_point = EntryPoint::parse(EntryPointGroup::Console, "x = a.b:c.d").unwrap();
        let script =
            |starter| String::from_utf8(command_script(&entry_point, Path::new("/e/python"), starter)).unwrap();
        let start = "#!/e/python\nimport sys\nfrom a.b import c\nif __name__ == '__main__':\n";
        assert_eq!(script(Starter::Shebang), format!("{start}    sys.exit(c.d())\n"));
        let fix = "    sys.argv[0] = sys.argv[0].rpartition('-script.py')[0] or sys.argv[0]\n";
        assert_eq!(script(Starter::Launcher), format!("{start}{fix}    sys.exit(c.d())\n"));
    }

    #[test]
    fn only_scripts_that_ask_for_python_are_rewritten() {
        assert_eq!(rewritten("#!python\nx\n", "/e/p").as_deref(), Some("#!/e/p\nx\n"));
        assert_eq!(rewritten("#!pythonw -u\r\nx\r\n", "/e/p").as_deref(), Some("#!/e/pythonw\nx\r\n"));
        assert_eq!(rewritten("#!python", "/e/p").as_deref(), Some("#!/e/p\n"));
        for content in ["", "#!", "#!/usr/bin/env python\n", "#!/usr/bin/python\n", " #!python\n", "\u{7f}ELF"] {
            assert_eq!(rewritten(content, "/e/p"), None, "{content:?}");
        }
    }

    #[test]
    fn long_and_blank_paths_go_through_a_shell() {
        let expected = "#!/bin/sh\n'''exec' \"/my env/\\$p\" \"$0\" \"$@\"\n' '''\nx\n";
        assert_eq!(rewritten("#!python\nx\n", "/my env/$p").as_deref(), Some(expected));
        let fits = format!("/{}", "p".repeat(123));
        assert_eq!(rewritten("#!python\n", &fits), Some(format!("#!{fits}\n")));
        let long = format!("/{}", "p".repeat(124));
        assert_eq!(
            rewritten("#!python\n", &long),
            Some(format!("#!/bin/sh\n'''exec' \"{long}\" \"$0\" \"$@\"\n' '''\n"))
        );
    }

    #[test]
    fn the_encoding_of_a_script_stays_in_its_first_two_lines() {
        let script = "#!python\r\n# -*- coding: latin-1 -*-\r\nx\r\n";
        assert_eq!(rewritten(script, "/e/p").as_deref(), Some("#!/e/p\n# -*- coding: latin-1 -*-\r\nx\r\n"));
        let expected = "#!/bin/sh\n# -*- coding: latin-1 -*-\n'''exec' \"/e p\" \"$0\" \"$@\"\n' '''\n# -*- coding: latin-1 -*-\r\nx\r\n";
        assert_eq!(rewritten(script, "/e p").as_deref(), Some(expected));
    }
}
