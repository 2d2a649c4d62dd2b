//! The paths of the machine that a build was made on. `sysconfig` tells the installation's directories from files that
//! name `/install`, where builds are installed on that machine; extension modules that are built later depend on them.

use std::path::Path;

use crate::vocab::SafePath;

/// The installation directory on the machine that builds are made on.
const BUILD_PREFIX: &str = "/install";

/// Returns true for a file that names directories of the installation: `_sysconfigdata…py`, the Makefile that
/// `sysconfig` reads, and files of pkg-config.
pub fn is_relocated(path: &SafePath) -> bool {
    let parent = path.parent();
    let directory = parent.as_ref().map_or("", SafePath::file_name);
    match path.file_name().rsplit_once('.') {
        None => path.file_name() == "Makefile" && directory.starts_with("config-"),
        Some((_, "pc")) => directory == "pkgconfig",
        Some((stem, "py")) => stem.starts_with("_sysconfigdata"),
        Some(_) => false,
    }
}

/// The text of such a file with the directory of the installation in place of the one on the builder's machine. `None`
/// for a directory whose name could not stand in these files as it is.
pub fn relocated(text: &str, directory: &Path) -> Option<String> {
    let directory = directory.to_str()?;
    if directory.contains(|character: char| character.is_control() || "'\"\\$#`".contains(character)) {
        return None;
    }
    let mut rest = text;
    let mut relocated = String::with_capacity(text.len());
    while let Some(position) = rest.find(BUILD_PREFIX) {
        let (before, after) = (&rest[..position], &rest[position + BUILD_PREFIX.len()..]);
        relocated.push_str(before);
        let is_path = begins_path(&relocated) && ends_component(after);
        relocated.push_str(if is_path { directory } else { BUILD_PREFIX });
        rest = after;
    }
    relocated.push_str(rest);
    Some(relocated)
}

/// Returns true if a path can begin behind a text: `/usr/bin/install` contains the prefix, and is not one.
fn begins_path(before: &str) -> bool {
    let is_flag = ["-I", "-L", "-F", "-B"].iter().any(|flag| before.ends_with(flag));
    is_flag || before.chars().next_back().is_none_or(|last| last.is_whitespace() || "'\"=:,;(".contains(last))
}

fn ends_component(after: &str) -> bool {
    after.chars().next().is_none_or(|next| next.is_whitespace() || "/'\":,;)".contains(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_of_the_builder_is_replaced_wherever_it_begins_a_path() {
        let text = "build_time_vars = {'prefix': '/install',\n 'LDFLAGS': '-L/install/lib -Wl,-rpath,/install/lib',\n \
                    'INSTALL': '/usr/bin/install -c', 'SCRIPT': './install-sh', 'A': '/installed/x', 'B': '/x/install/y'}\n\
                    prefix=/install\n";
        let expected = "build_time_vars = {'prefix': '/home/u/p',\n 'LDFLAGS': '-L/home/u/p/lib -Wl,-rpath,/home/u/p/lib',\n \
                        'INSTALL': '/usr/bin/install -c', 'SCRIPT': './install-sh', 'A': '/installed/x', 'B': '/x/install/y'}\n\
                        prefix=/home/u/p\n";
        assert_eq!(relocated(text, Path::new("/home/u/p")).as_deref(), Some(expected));
    }

    #[test]
    fn a_directory_that_would_change_the_meaning_of_a_file_is_not_written_into_it() {
        for directory in ["/home/o'neil", "/home/\"x\"", "C:\\Users\\u", "/home/$HOME", "/home/a\nb"] {
            assert_eq!(relocated("'/install'", Path::new(directory)), None, "{directory}");
        }
    }

    #[test]
    fn only_files_that_tell_directories_are_changed() {
        for (path, is_changed) in [
            ("lib/python3.12/_sysconfigdata__linux_x86_64-linux-gnu.py", true),
            ("lib/python3.12/config-3.12-x86_64-linux-gnu/Makefile", true),
            ("lib/pkgconfig/python-3.12.pc", true),
            ("lib/python3.12/sysconfig.py", false),
            ("lib/python3.12/idlelib/Makefile", false),
            ("share/x.pc", false),
        ] {
            assert_eq!(is_relocated(&SafePath::parse(path).unwrap()), is_changed, "{path}");
        }
    }
}
