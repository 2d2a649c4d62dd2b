//! The property of accepted source archives: no file has two contents, and every link leads to a file that came before.

use std::collections::BTreeMap;

use tar::{Builder, EntryType, Header};

use super::names::NameCase;
use super::reader::read_tar;
use super::{Member, MemberKind, TarError};
use crate::property::{Check, Property, Seeds};

/// The bytes of an archive that is not compressed.
pub const TAR: Property = Property {
    seeds: Seeds::Made(|| vec![sample(&[]), sample(&[(EntryType::Link, "a/b"), (EntryType::Symlink, "b")])]),
    holds: Check::Bytes(|data| {
        let mut members = BTreeMap::new();
        // The members of an archive that turns out to be invalid count for nothing.
        let _ = read_tar::<TarError>(data, NameCase::Distinct, &mut |Member { path, kind, content }| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            if let MemberKind::HardLink { target } | MemberKind::SymbolicLink { target } = &kind {
                let of_target = members.get(target);
                let is_file =
                    |kind: &MemberKind| !matches!(kind, MemberKind::Directory | MemberKind::SymbolicLink { .. });
                assert!(of_target.is_some_and(is_file), "{target}");
            }
            let is_directory = kind == MemberKind::Directory;
            let before = members.insert(path, kind);
            assert!(before.is_none() || is_directory && before == Some(MemberKind::Directory));
            Ok(())
        });
    }),
};

/// An archive with a directory, a file, and links.
fn sample(links: &[(EntryType, &str)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    let header = |kind: EntryType, size: u64| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_size(size);
        header
    };
    let mut add =
        |kind, name: &str, content: &[u8]| builder.append_data(&mut header(kind, content.len() as u64), name, content);
    let _ = add(EntryType::Directory, "a", b"");
    let _ = add(EntryType::Regular, "a/b", b"content");
    let _ = add(EntryType::Regular, &format!("a/{}", "long/".repeat(30)), b"x");
    for (number, (kind, target)) in links.iter().enumerate() {
        let _ = builder.append_link(&mut header(*kind, 0), format!("a/link{number}"), target);
    }
    builder.into_inner().unwrap_or_default()
}

#[cfg(test)]
#[test]
fn links_lead_to_files_and_no_name_is_used_twice() {
    TAR.try_out(2000);
}
