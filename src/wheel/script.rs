//! Scripts that start Python: first lines with the path of an interpreter, and scripts for entry points.
//!
//! A caller's `PYTHONPATH` and `PYTHONHOME` are about the caller's Python: they would put other modules in front of an
//! app's own, or keep it from starting. The scripts of an app remove both, unless they are started as a part of their own
//! environment: then the app may have set them for its workers.

use std::path::{Path, PathBuf};

use super::EntryPoint;

/// The program that starts a script.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Starter {
    /// A launcher in the same directory, on Windows: it passes the script's path to Python.
    Launcher,
    /// The system, which reads the script's first line.
    Shebang,
    /// A shell, which removes the caller's `PYTHONPATH` and `PYTHONHOME` before it starts Python, unless the path that
    /// the script was started by goes through this directory: two names, of which the first is unique.
    Shell { scripts: PathBuf },
}

/// The longest first line, including its line break, that every system reads completely. Linux read only 127 bytes
/// until 5.1.
const SHEBANG_LIMIT: usize = 127;

const FUTURE: &[u8] = b"from __future__ import";

/// The script that calls an entry point.
pub fn command_script(entry_point: &EntryPoint, python: &Path, starter: &Starter) -> Vec<u8> {
    let EntryPoint { module, attribute, .. } = entry_point;
    let imported = attribute.split('.').next().unwrap_or(attribute);
    let name_fix = match starter {
        // Programs may read their own name: it is the command's, not `command-script.py`.
        Starter::Launcher => "    sys.argv[0] = sys.argv[0].rpartition('-script.py')[0] or sys.argv[0]\n",
        Starter::Shebang | Starter::Shell { .. } => "",
    };
    let mut script = interpreter_lines(python, None, starter);
    script.extend_from_slice(
        format!(
            "import sys\nfrom {module} import {imported}\nif __name__ == '__main__':\n{name_fix}    sys.exit({attribute}())\n"
        )
        .as_bytes(),
    );
    script
}

/// A script of a wheel with the path of its interpreter; `None` if its first bytes do not ask for one.
///
/// As in pip, the whole first line is replaced. `#!pythonw` asks for the interpreter without a console, `windowed`.
pub fn rewritten_script(content: &[u8], python: &Path, windowed: &Path, starter: &Starter) -> Option<Vec<u8>> {
    let asked = content.strip_prefix(b"#!python")?;
    let python = if asked.starts_with(b"w") { windowed } else { python };
    let (_, rest) = split_line(content);
    let (second, _) = split_line(rest);
    let coding = declares_encoding(second).then_some(second);
    let Some(docstring) = docstring(rest) else {
        return Some([&interpreter_lines(python, coding, starter), rest].concat());
    };
    // The lines for the shell are a string for Python, and would be the docstring in place of the script's own. A
    // statement before a future import is an error.
    let has_future = rest.windows(FUTURE.len()).any(|window| window == FUTURE);
    let (starter, assigned) = match starter {
        Starter::Shell { .. } if has_future => (&Starter::Shebang, ""),
        Starter::Shell { .. } => (starter, "__doc__ = "),
        Starter::Launcher | Starter::Shebang => (starter, ""),
    };
    let (comments, body) = rest.split_at(docstring);
    Some([&interpreter_lines(python, coding, starter), comments, assigned.as_bytes(), body].concat())
}

/// The position of the string that is a script's docstring, if the script begins with one.
fn docstring(script: &[u8]) -> Option<usize> {
    let mut position = 0;
    loop {
        let (line, rest) = split_line(&script[position..]);
        match line.trim_ascii_start().first() {
            None | Some(b'#') if !rest.is_empty() => position += line.len(),
            _ => {
                let prefix = line.iter().take_while(|byte| b"rRuU".contains(byte)).count();
                let is_string = prefix < 2 && line.get(prefix).is_some_and(|byte| b"'\"".contains(byte));
                return is_string.then_some(position);
            }
        }
    }
}

/// The first lines of a script. An interpreter whose path is too long or contains a space is started by a shell, in
/// lines that are a string for Python. A declaration of the encoding then moves up, since Python looks for it only in
/// the first two lines.
fn interpreter_lines(python: &Path, coding: Option<&[u8]>, starter: &Starter) -> Vec<u8> {
    let path = python.as_os_str().as_encoded_bytes();
    let coding = coding.map(|line| [line.trim_ascii_end(), b"\n"].concat()).unwrap_or_default();
    if let Starter::Shell { scripts } = starter {
        let mut lines = [b"#!/bin/sh\n", coding.as_slice(), b"''':'\ncase $0 in *"].concat();
        lines.extend(quoted(format!("/{}/", scripts.display()).as_bytes()));
        lines.extend_from_slice(b"*) ;; *) unset PYTHONPATH PYTHONHOME ;; esac\nexec ");
        lines.extend(quoted(path));
        lines.extend_from_slice(b" \"$0\" \"$@\"\n' '''\n");
        return lines;
    }
    let plain = path.len() + b"#!\n".len() <= SHEBANG_LIMIT && !path.iter().any(u8::is_ascii_whitespace);
    if plain {
        return [b"#!", path, b"\n"].concat();
    }
    [b"#!/bin/sh\n", coding.as_slice(), b"'''exec' ", &quoted(path), b" \"$0\" \"$@\"\n' '''\n"].concat()
}

/// Quotes a path with single quotes for a shell, inside the string that the lines are for Python. The two characters
/// that must be outside of the quotes are escaped with a backslash, which both understand: Python warns of a backslash
/// before any other character.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for &byte in path {
        match byte {
            b'\'' | b'\\' => quoted.extend([b'\'', b'\\', byte, b'\'']),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// Splits a script after its first line break.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    text.split_at(end)
}

/// True if a line is a comment that declares the source's encoding (PEP 263).
fn declares_encoding(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let mut words = line.windows(b"coding".len() + 1);
    line.starts_with(b"#")
        && words.any(|window| window.strip_prefix(b"coding").is_some_and(|next| matches!(next, b":" | b"=")))
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::ffi::OsString;
    #[cfg(unix)]
    use std::time::Duration;

    use super::*;
    #[cfg(unix)]
    use crate::host::{Command, Host, Silent};
    #[cfg(unix)]
    use crate::python::{PythonRequest, Search, discover};
    use crate::wheel::EntryPointGroup;

    fn rewritten(content: &str, python: &str) -> Option<String> {
        let script =
            rewritten_script(content.as_bytes(), Path::new(python), Path::new("/e/pythonw"), &Starter::Shebang);
        script.map(|script| String::from_utf8(script).unwrap())
    }

    #[test]
    fn entry_points_become_scripts() {
        let entry_point = EntryPoint::parse(EntryPointGroup::Console, "x = a.b:c.d").unwrap();
        let script =
            |starter| String::from_utf8(command_script(&entry_point, Path::new("/e/python"), &starter)).unwrap();
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
        let expected = "#!/bin/sh\n'''exec' '/my env/$p' \"$0\" \"$@\"\n' '''\nx\n";
        assert_eq!(rewritten("#!python\nx\n", "/my env/$p").as_deref(), Some(expected));
        let fits = format!("/{}", "p".repeat(123));
        assert_eq!(rewritten("#!python\n", &fits), Some(format!("#!{fits}\n")));
        let long = format!("/{}", "p".repeat(124));
        assert_eq!(
            rewritten("#!python\n", &long),
            Some(format!("#!/bin/sh\n'''exec' '{long}' \"$0\" \"$@\"\n' '''\n"))
        );
    }

    #[test]
    fn the_encoding_of_a_script_stays_in_its_first_two_lines() {
        let script = "#!python\r\n# -*- coding: latin-1 -*-\r\nx\r\n";
        assert_eq!(rewritten(script, "/e/p").as_deref(), Some("#!/e/p\n# -*- coding: latin-1 -*-\r\nx\r\n"));
        let expected = "#!/bin/sh\n# -*- coding: latin-1 -*-\n'''exec' '/e p' \"$0\" \"$@\"\n' '''\n# -*- coding: latin-1 -*-\r\nx\r\n";
        assert_eq!(rewritten(script, "/e p").as_deref(), Some(expected));
    }

    #[test]
    fn a_shell_removes_variables_unless_the_script_starts_as_a_part_of_its_environment() {
        let lines = "#!/bin/sh\n''':'\ncase $0 in *'/1-ab/bin/'*) ;; *) unset PYTHONPATH PYTHONHOME ;; esac\n\
                     exec '/e/p' \"$0\" \"$@\"\n' '''\n";
        assert_eq!(for_shell("#!python\nx\n"), format!("{lines}x\n"));
        let coded = lines.replacen('\n', "\n# coding: latin-1\n", 1);
        assert_eq!(for_shell("#!python\n# coding: latin-1\nx\n"), format!("{coded}# coding: latin-1\nx\n"));
        let entry_point = EntryPoint::parse(EntryPointGroup::Console, "x = a:b").unwrap();
        let script = command_script(&entry_point, Path::new("/e/p"), &shell());
        let body = "import sys\nfrom a import b\nif __name__ == '__main__':\n    sys.exit(b())\n";
        assert_eq!(String::from_utf8(script).unwrap(), format!("{lines}{body}"));
    }

    #[test]
    fn a_docstring_stays_one_behind_the_lines_for_a_shell() {
        let body = |script: &str| for_shell(script).split_once("\n' '''\n").unwrap().1.to_owned();
        for string in ["\"\"\"Usage\"\"\"\n", "r'Usage'\n", "U\"Usage\"\n"] {
            let script = format!("#!python\n# comment\n\n{string}x\n");
            assert_eq!(body(&script), format!("# comment\n\n__doc__ = {string}x\n"));
        }
        for script in ["rb'x'\n", "run()\n", "# only comments\n", "", "u = 'x'\n"] {
            assert_eq!(body(&format!("#!python\n{script}")), script);
        }
        // Nothing may stand between a docstring and such an import.
        let future = "#!python\n'''Usage'''\nfrom __future__ import annotations\n";
        assert_eq!(for_shell(future), future.replace("#!python", "#!/e/p"));
        let future = "from __future__ import annotations\n";
        assert_eq!(body(&format!("#!python\n{future}")), future);
    }

    fn shell() -> Starter {
        Starter::Shell { scripts: "1-ab/bin".into() }
    }

    fn for_shell(content: &str) -> String {
        let script = rewritten_script(content.as_bytes(), Path::new("/e/p"), Path::new("/e/p"), &shell());
        String::from_utf8(script.unwrap()).unwrap()
    }

    /// Python 3.12 and later warn of invalid escape sequences.
    #[cfg(unix)]
    #[test]
    fn scripts_run_from_directories_of_any_name_without_a_warning() {
        let host = Host::real();
        let directory = tempfile::tempdir().unwrap();
        let directory = host.files.canonical(directory.path()).unwrap();
        let hard = directory.join(r#"a 'b'' "$HOME" `id` \N\x\\ %s ü '"#);
        host.files.create_dir(&hard).unwrap();
        let cache_dir = directory.join("cache");
        let search = Search { cache_dir: Some(&cache_dir), ..Search::default() };
        let found = discover(&host, &PythonRequest::Any, &search, &Silent).unwrap().found;
        for (number, interpreter) in found.iter().enumerate() {
            let python = hard.join(format!("python{number}"));
            host.files.symlink(&interpreter.executable, &python).unwrap();
            let script = directory.join(format!("script{number}"));
            let content = b"#!python\nimport sys\nprint(sys.argv[1:], __name__)\n";
            let expected = ("['an argument', '$x'] __main__\n".to_owned(), String::new());
            for starter in [Starter::Shebang, Starter::Shell { scripts: r"1-ab 'c'' \d/bin".into() }] {
                let content = rewritten_script(content, &python, &python, &starter).unwrap();
                host.files.remove_any(&script).unwrap();
                host.files.write_new(&script, &content, 0o777).unwrap();
                for shell in [None, Some("sh"), Some("dash"), Some("bash")] {
                    let Some(told) = told(&host, shell, &script) else { continue };
                    assert_eq!(told, expected, "{shell:?}, {}", interpreter.executable.display());
                }
            }
        }
    }

    /// The output of a script started by the system or by a shell; `None` if there is no such shell.
    #[cfg(unix)]
    fn told(host: &Host, shell: Option<&str>, script: &Path) -> Option<(String, String)> {
        let arguments = ["an argument", "$x"].map(OsString::from);
        let mut command = match shell {
            None => Command::new(script, arguments),
            Some(shell) => {
                let mut places = host.environment.search_path().into_iter().map(|directory| directory.join(shell));
                let shell = places.find(|path| host.files.is_file(path))?;
                Command::new(&shell, [&[script.as_os_str().to_owned()], arguments.as_slice()].concat())
            }
        };
        command.time_limit = Duration::from_mins(1);
        for (name, value) in [("PYTHONWARNINGS", Some("error".into())), ("PYTHONHOME", None), ("PYTHONPATH", None)] {
            command.variables.push((name.into(), value));
        }
        let output = host.processes.capture(&command).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Some((text(output.stdout), text(output.stderr)))
    }
}
