//! The manifest as a file: one fact per line, the same bytes for the same wheel.
//!
//! ```text
//! kingbolt-wheel 1
//! archive demo-1.0-py3-none-any.whl
//! sha256 9f86d08188...
//! size 1234
//! project Demo
//! dist-info demo-1.0.dist-info
//! root purelib
//! console demo = demo.cli:main
//! d                                      a directory; the files that follow are in it
//! d demo
//! f 17 sha256=2jmj7l5rSw... __init__.py   an ordinary file: size, hash as in RECORD, name
//! x 90 sha256=LPJNul-wow... tool          an executable file
//! end 2
//! ```
//!
//! A manifest of another version, or one that does not end in `end` with the number of its files, is ignored, and the
//! wheel is admitted again. A version that adds lines uses a new number.

use std::fmt::Write;

use crate::vocab::{Sha256, WheelName};
use crate::wheel::{EntryPoint, EntryPointGroup, FileMode, RecordHash, Root, Tree, TreeDirectory, TreeFile};

use super::Manifest;

const FORMAT: &str = "kingbolt-wheel 1";

impl Manifest {
    /// The text of the manifest.
    pub fn text(&self) -> String {
        let mut text = format!("{FORMAT}\narchive {}\nsha256 {}\nsize {}\n", self.archive, self.sha256, self.size);
        let root = match self.root {
            Root::Platlib => "platlib",
            Root::Purelib => "purelib",
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "project {}\ndist-info {}\nroot {root}\n", self.project, self.dist_info);
        for entry_point in &self.entry_points {
            let group = match entry_point.group {
                EntryPointGroup::Console => "console",
                EntryPointGroup::Gui => "gui",
            };
            let _ = writeln!(text, "{group} {}", entry_point.line());
        }
        for directory in &self.tree.directories {
            let _ = writeln!(text, "d {}", directory.path);
            for file in &directory.files {
                let mode = match file.mode {
                    FileMode::Executable => 'x',
                    FileMode::Plain => 'f',
                };
                let _ = writeln!(text, "{mode} {} {} {}", file.size, file.hash, file.name);
            }
        }
        let _ = writeln!(text, "end {}", self.tree.files());
        text
    }

    /// Parses the output of [`Manifest::text`]; `None` if it is damaged or of another version.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FORMAT {
            return None;
        }
        let mut fact = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let archive: WheelName = fact("archive")?.parse().ok()?;
        let sha256 = Sha256::from_hex(fact("sha256")?)?;
        let size = fact("size")?.parse().ok()?;
        let project = fact("project")?.to_owned();
        let dist_info = fact("dist-info").filter(|name| is_name(name) && !name.contains('/'))?.to_owned();
        let root = match fact("root")? {
            "platlib" => Root::Platlib,
            "purelib" => Root::Purelib,
            _ => return None,
        };
        let mut manifest =
            Self { archive, sha256, size, project, dist_info, root, entry_points: Vec::new(), tree: Tree::default() };
        for line in lines.by_ref() {
            let (key, value) = line.split_once(' ')?;
            match key {
                "console" => manifest.entry_points.push(EntryPoint::parse(EntryPointGroup::Console, value).ok()?),
                "gui" => manifest.entry_points.push(EntryPoint::parse(EntryPointGroup::Gui, value).ok()?),
                "d" if value.is_empty() || value.split('/').all(is_name) => {
                    manifest.tree.directories.push(TreeDirectory { path: value.to_owned(), files: Vec::new() });
                }
                "f" => manifest.push_file(FileMode::Plain, value)?,
                "x" => manifest.push_file(FileMode::Executable, value)?,
                "end" if value.parse() == Ok(manifest.tree.files()) => break,
                _ => return None,
            }
        }
        // No line follows the end, and the end is complete.
        (lines.next().is_none() && text.ends_with(&format!("end {}\n", manifest.tree.files()))).then_some(manifest)
    }

    fn push_file(&mut self, mode: FileMode, value: &str) -> Option<()> {
        let (size, rest) = value.split_once(' ')?;
        let (hash, name) = rest.split_once(' ')?;
        let hash = RecordHash::parse(hash).ok()?;
        if !is_name(name) || name.contains('/') {
            return None;
        }
        let file = TreeFile { name: name.to_owned(), mode, size: size.parse().ok()?, hash };
        self.tree.directories.last_mut()?.files.push(file);
        Some(())
    }
}

/// True if a part of a path cannot lead out of its directory. The wheel's names were checked when it was unpacked, but
/// the manifest may have been edited since.
fn is_name(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kingbolt-wheel 1\narchive demo-1.0-py3-none-any.whl\n\
        sha256 47dec09f9ed0d1e11d82ef1c3d86ac4a47dec09f9ed0d1e11d82ef1c3d86ac4a\nsize 1234\nproject Demo\n\
        dist-info demo-1.0.dist-info\nroot purelib\nconsole demo = demo.cli:main\ngui demow = demo:gui\nd \n\
        f 0 sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU one file.py\nd demo\n\
        x 0 sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU tool\nend 2\n";

    #[test]
    fn a_manifest_is_read_back_as_it_was_written() {
        let manifest = Manifest::parse(TEXT).unwrap();
        assert_eq!(manifest.text(), TEXT);
        assert_eq!(manifest.tree.directories[1].files[0].mode, FileMode::Executable);
        assert_eq!(manifest.tree.directories[0].files[0].name, "one file.py");
    }

    #[test]
    fn a_manifest_that_is_cut_anywhere_is_none() {
        for length in 0..TEXT.len() {
            assert_eq!(Manifest::parse(&TEXT[..length]), None, "{length}");
        }
        assert_eq!(Manifest::parse(&TEXT.replace("wheel 1", "wheel 2")), None);
        assert_eq!(Manifest::parse(&TEXT.replace("end 2", "end 3")), None);
        assert_eq!(Manifest::parse(&format!("{TEXT}d more\n")), None);
    }

    #[test]
    fn a_manifest_that_leads_out_of_its_tree_is_none() {
        for (name, other) in
            [("d demo", "d .."), ("d demo", "d demo/../.."), ("d demo", "d /demo"), ("tool", "../tool")]
        {
            assert_eq!(Manifest::parse(&TEXT.replace(name, other)), None, "{other}");
        }
        assert_eq!(Manifest::parse(&TEXT.replace("dist-info demo-1.0.dist-info", "dist-info ..")), None);
    }
}
