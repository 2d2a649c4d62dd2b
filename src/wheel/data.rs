//! Assigns the directories of a tree to schemes: most to the root scheme, those below a `.data` directory to the scheme
//! that their second part names.

/// A scheme of installation paths (`sysconfig.get_scheme_names`), or the one that Root-Is-Purelib selects.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scheme {
    Data,
    Headers,
    Platlib,
    Purelib,
    Root,
    Scripts,
}

/// A directory below that of a scheme; empty for the scheme's directory itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Destination<'a> {
    pub scheme: Scheme,
    pub directory: &'a str,
}

/// The directory may not hold files: a `.data` directory contains only directories of schemes, and `scripts` contains
/// no directories.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NoDestination;

impl<'a> Destination<'a> {
    /// The destination of the files directly in a directory of the tree.
    ///
    /// # Errors
    /// If the directory may not hold files. As in pip, this applies to every top-level directory whose name ends in
    /// `.data`: no module could be imported from it.
    pub fn of(directory: &'a str) -> Result<Self, NoDestination> {
        let mut parts = directory.splitn(3, '/');
        if parts.next().is_none_or(|top| top.strip_suffix(".data").is_none()) {
            return Ok(Self { scheme: Scheme::Root, directory });
        }
        let key = parts.next().ok_or(NoDestination)?;
        let rest = parts.next().unwrap_or_default();
        let scheme = match key {
            "data" => Scheme::Data,
            "headers" => Scheme::Headers,
            "platlib" => Scheme::Platlib,
            "purelib" => Scheme::Purelib,
            "scripts" if rest.is_empty() => Scheme::Scripts,
            _ => return Err(NoDestination),
        };
        Ok(Self { scheme, directory: rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_go_where_their_data_key_says() {
        let to = |scheme, directory| Ok(Destination { scheme, directory });
        assert_eq!(Destination::of(""), to(Scheme::Root, ""));
        assert_eq!(Destination::of("a/b"), to(Scheme::Root, "a/b"));
        assert_eq!(Destination::of("a/x.data"), to(Scheme::Root, "a/x.data"));
        assert_eq!(Destination::of("x-1.data/scripts"), to(Scheme::Scripts, ""));
        assert_eq!(Destination::of("x-1.data/data/share/x"), to(Scheme::Data, "share/x"));
        assert_eq!(Destination::of("x-1.data/purelib/x/y"), to(Scheme::Purelib, "x/y"));
    }

    #[test]
    fn files_outside_every_scheme_are_refused() {
        for directory in ["x-1.data", "x-1.data/lib", "x-1.data/scripts/sub", "x-1.data/Scripts"] {
            assert_eq!(Destination::of(directory), Err(NoDestination), "{directory}");
        }
    }
}
