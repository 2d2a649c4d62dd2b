//! Releases of Jetson Linux, the `JetPack` that brings them, and its CUDA.

use crate::accelerator::{CudaVersion, JetsonRelease};

/// A range of releases.
struct Row {
    from: (u8, u8),
    jetpack: &'static str,
    cuda: CudaVersion,
}

const fn row(from: (u8, u8), jetpack: &'static str, cuda: CudaVersion) -> Row {
    Row { from, jetpack, cuda }
}

/// NVIDIA's archive of `JetPack`, and the table of `jetson-containers` (`l4t_version.py`); newest first.
const RELEASES: &[Row] = &[
    row((39, 0), "7.2", CudaVersion::new(13, 2)),
    row((38, 4), "7.1", CudaVersion::new(13, 0)),
    row((38, 0), "7.0", CudaVersion::new(13, 0)),
    row((36, 4), "6.1 or 6.2", CudaVersion::new(12, 6)),
    row((36, 3), "6.0", CudaVersion::new(12, 4)),
    row((36, 0), "6.0", CudaVersion::new(12, 2)),
    row((34, 0), "5", CudaVersion::new(11, 4)),
    row((32, 0), "4", CudaVersion::new(10, 2)),
];

/// The releases that a `JetPack` brings, as variables of other tools name it.
const JETPACKS: &[(&str, JetsonRelease)] = &[
    ("7.2", JetsonRelease { major: 39, minor: 2, patch: 0 }),
    ("7", JetsonRelease { major: 38, minor: 2, patch: 0 }),
    ("6", JetsonRelease { major: 36, minor: 4, patch: 0 }),
    ("5", JetsonRelease { major: 35, minor: 4, patch: 0 }),
    ("4", JetsonRelease { major: 32, minor: 7, patch: 0 }),
];

/// The `JetPack` and the CUDA of a release; `None` for releases older than the table.
pub(in crate::accelerator) fn jetpack(release: JetsonRelease) -> Option<(&'static str, CudaVersion)> {
    let row = RELEASES.iter().find(|row| (release.major, release.minor) >= row.from)?;
    Some((row.jetpack, row.cuda))
}

/// The release of Jetson Linux of a `JetPack`, named by its version or the first number of it.
pub(in crate::accelerator) fn jetson_of_jetpack(version: &str) -> Option<JetsonRelease> {
    let is_of = |known: &str| version == known || version.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
    JETPACKS.iter().find(|(known, _)| is_of(known)).map(|(_, release)| *release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_a_jetpack_and_a_cuda() {
        let told = |major, minor| {
            jetpack(JetsonRelease { major, minor, patch: 0 }).map(|(jetpack, cuda)| format!("{jetpack}: {cuda}"))
        };
        let vectors = [
            ((32, 7), "4: 10.2"),
            ((35, 4), "5: 11.4"),
            ((36, 2), "6.0: 12.2"),
            ((36, 3), "6.0: 12.4"),
            ((36, 4), "6.1 or 6.2: 12.6"),
            ((38, 2), "7.0: 13.0"),
            ((39, 2), "7.2: 13.2"),
        ];
        for ((major, minor), expected) in vectors {
            assert_eq!(told(major, minor).as_deref(), Some(expected));
        }
        assert_eq!(told(21, 0), None);
        assert!(RELEASES.is_sorted_by(|newer, older| newer.from > older.from));
    }

    #[test]
    fn other_tools_name_the_jetpack() {
        let release = |text| jetson_of_jetpack(text).map(|release| release.to_string());
        for (text, expected) in
            [("6", "36.4.0"), ("6.2", "36.4.0"), ("7.2", "39.2.0"), ("7.0", "38.2.0"), ("5.1.2", "35.4.0")]
        {
            assert_eq!(release(text).as_deref(), Some(expected));
        }
        assert_eq!([release("3"), release(""), release("60")], [None, None, None]);
    }
}
