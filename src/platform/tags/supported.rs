//! The wheel tags that an interpreter supports.

use super::list::Reach;
use super::native::platform_tags;
use super::{Manylinux, Tags};
use crate::platform::{Implementation, Platform};

/// The properties of an interpreter that decide which wheels it can use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagInputs {
    pub implementation: Implementation,
    /// Major and minor version of the language.
    pub version: (u64, u64),
    pub free_threaded: bool,
    pub debug: bool,
    /// `EXT_SUFFIX` of `sysconfig`; asked of implementations other than CPython, whose ABI is written nowhere else.
    pub ext_suffix: String,
    pub platform: Platform,
    pub manylinux: Manylinux,
}

/// The oldest minor version of Python 3 with a stable ABI (PEP 384).
const FIRST_STABLE_ABI: u64 = 2;

/// The tags that an interpreter supports.
pub fn supported(inputs: &TagInputs) -> Tags {
    let (major, minor) = inputs.version;
    let name = inputs.implementation.tag_name();
    let interpreter = format!("{name}{major}{minor}");
    let mut tags = Tags::new(platform_tags(&inputs.platform, &inputs.manylinux));
    for abi in abis(inputs, &interpreter) {
        tags.push(&interpreter, &abi, Reach::Native);
    }
    if inputs.implementation == Implementation::CPython {
        let stable = if inputs.free_threaded { "abi3t" } else { "abi3" };
        tags.push(&interpreter, stable, Reach::Native);
        tags.push(&interpreter, "none", Reach::Native);
        for older in (FIRST_STABLE_ABI..minor).rev() {
            tags.push(&format!("{name}{major}{older}"), stable, Reach::Native);
        }
    } else {
        tags.push(&interpreter, "none", Reach::Native);
    }
    let pure = pure_interpreters(major, minor);
    for python in &pure {
        tags.push(python, "none", Reach::Native);
    }
    match inputs.implementation {
        Implementation::CPython => tags.push(&interpreter, "none", Reach::Any),
        Implementation::PyPy => tags.push("pp3", "none", Reach::Any),
        Implementation::GraalPy | Implementation::Other(_) => {}
    }
    for python in &pure {
        tags.push(python, "none", Reach::Any);
    }
    tags
}

/// `py312`, `py3`, `py311` … `py30`.
fn pure_interpreters(major: u64, minor: u64) -> Vec<String> {
    let older = (0..minor).rev().map(|older| format!("py{major}{older}"));
    [format!("py{major}{minor}"), format!("py{major}")].into_iter().chain(older).collect()
}

/// The ABIs of exactly this interpreter. A debug build loads release modules as well.
fn abis(inputs: &TagInputs, interpreter: &str) -> Vec<String> {
    if inputs.implementation != Implementation::CPython {
        return abi_of_suffix(&inputs.ext_suffix).into_iter().collect();
    }
    let release = format!("{interpreter}{}", if inputs.free_threaded { "t" } else { "" });
    if inputs.debug { vec![format!("{release}d"), release] } else { vec![release] }
}

/// The part of `EXT_SUFFIX` that names the ABI: `.pypy310-pp73-x86_64-linux-gnu.so` is `pypy310_pp73`.
fn abi_of_suffix(ext_suffix: &str) -> Option<String> {
    let mut parts = ext_suffix.split('.');
    let (Some(""), Some(soabi), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let words: Vec<&str> = soabi.split('-').collect();
    let abi = match words.as_slice() {
        ["cpython", version, ..] => format!("cp{version}"),
        [first, ..] if first.starts_with("cp") => (*first).to_owned(),
        [first, ..] if first.starts_with("pypy") => words[..words.len().min(2)].join("_"),
        [first, ..] if first.starts_with("graalpy") => words[..words.len().min(3)].join("_"),
        _ => words.join("_"),
    };
    (!abi.is_empty()).then(|| abi.replace(' ', "_"))
}

/// A usual `CPython`, for tests.
#[cfg(any(test, fuzzing))]
pub(crate) fn cpython(minor: u64, platform: Platform) -> TagInputs {
    TagInputs {
        implementation: Implementation::CPython,
        version: (3, minor),
        free_threaded: false,
        debug: false,
        ext_suffix: String::new(),
        platform,
        manylinux: Manylinux::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{Arch, Libc, Os};
    use crate::vocab::{Tag, WheelName};

    const GLIBC: Option<Libc> = Some(Libc::Glibc { major: 2, minor: 39 });
    const OLD_GLIBC: Option<Libc> = Some(Libc::Glibc { major: 2, minor: 31 });
    const MUSL: Option<Libc> = Some(Libc::Musl { major: 1, minor: 2 });

    #[test]
    fn windows_has_one_platform() {
        let expected = [
            "cp310-cp310-win_amd64",
            "cp310-abi3-win_amd64",
            "cp310-none-win_amd64",
            "cp39-abi3-win_amd64",
            "cp38-abi3-win_amd64",
            "cp37-abi3-win_amd64",
            "cp36-abi3-win_amd64",
            "cp35-abi3-win_amd64",
            "cp34-abi3-win_amd64",
            "cp33-abi3-win_amd64",
            "cp32-abi3-win_amd64",
            "py310-none-win_amd64",
            "py3-none-win_amd64",
            "py39-none-win_amd64",
            "py38-none-win_amd64",
            "py37-none-win_amd64",
            "py36-none-win_amd64",
            "py35-none-win_amd64",
            "py34-none-win_amd64",
            "py33-none-win_amd64",
            "py32-none-win_amd64",
            "py31-none-win_amd64",
            "py30-none-win_amd64",
            "cp310-none-any",
            "py310-none-any",
            "py3-none-any",
            "py39-none-any",
            "py38-none-any",
            "py37-none-any",
            "py36-none-any",
            "py35-none-any",
            "py34-none-any",
            "py33-none-any",
            "py32-none-any",
            "py31-none-any",
            "py30-none-any",
        ];
        assert_eq!(listed(&cpython(10, windows(Arch::X86_64))), expected);
    }

    #[test]
    fn free_threaded_builds_take_abi3t_and_never_abi3() {
        let inputs = TagInputs { free_threaded: true, ..cpython(15, windows(Arch::Aarch64)) };
        let tags = listed(&inputs);
        let expected = [
            "cp315-cp315t-win_arm64",
            "cp315-abi3t-win_arm64",
            "cp315-none-win_arm64",
            "cp314-abi3t-win_arm64",
            "cp313-abi3t-win_arm64",
        ];
        assert_eq!(tags[..5], expected);
        assert_eq!(tags.iter().filter(|tag| tag.contains("-abi3-")).count(), 0);
    }

    #[test]
    fn debug_builds_take_release_wheels_after_their_own() {
        let inputs = TagInputs { debug: true, ..cpython(13, windows(Arch::I686)) };
        assert_eq!(listed(&inputs)[..3], ["cp313-cp313d-win32", "cp313-cp313-win32", "cp313-abi3-win32"]);
    }

    #[test]
    fn pypy_names_its_own_abi_and_pp3() {
        let inputs = TagInputs {
            implementation: Implementation::PyPy,
            ext_suffix: ".pypy310-pp73-win_amd64.pyd".to_owned(),
            ..cpython(10, windows(Arch::X86_64))
        };
        let tags = listed(&inputs);
        assert_eq!(tags[..3], ["pp310-pypy310_pp73-win_amd64", "pp310-none-win_amd64", "py310-none-win_amd64"]);
        assert_eq!(tags[tags.len() - 13..][..3], ["pp3-none-any", "py310-none-any", "py3-none-any"]);
    }

    #[test]
    fn linux_platforms_go_from_the_newest_glibc_to_the_oldest_with_their_old_names() {
        let tags = supported(&cpython(12, linux(Arch::X86_64, Some(Libc::Glibc { major: 2, minor: 18 }))));
        let expected = [
            "linux_x86_64",
            "manylinux_2_18_x86_64",
            "manylinux_2_17_x86_64",
            "manylinux2014_x86_64",
            "manylinux_2_16_x86_64",
            "manylinux_2_15_x86_64",
            "manylinux_2_14_x86_64",
            "manylinux_2_13_x86_64",
            "manylinux_2_12_x86_64",
            "manylinux2010_x86_64",
            "manylinux_2_11_x86_64",
            "manylinux_2_10_x86_64",
            "manylinux_2_9_x86_64",
            "manylinux_2_8_x86_64",
            "manylinux_2_7_x86_64",
            "manylinux_2_6_x86_64",
            "manylinux_2_5_x86_64",
            "manylinux1_x86_64",
        ];
        assert_eq!(tags.platforms(), expected);
        let tags = supported(&cpython(12, linux(Arch::Aarch64, MUSL)));
        let expected = ["linux_aarch64", "musllinux_1_2_aarch64", "musllinux_1_1_aarch64", "musllinux_1_0_aarch64"];
        assert_eq!(tags.platforms(), expected);
        let tags = supported(&cpython(12, linux(Arch::X86_64, None)));
        assert_eq!(tags.platforms(), ["linux_x86_64"]);
    }

    #[test]
    fn macos_on_arm_runs_universal_binaries_of_macos_10() {
        let tags = supported(&cpython(12, macos(Arch::Aarch64, (12, 6))));
        let mut expected = vec!["macosx_12_0_arm64", "macosx_12_0_universal2", "macosx_11_0_arm64"];
        expected.extend(["macosx_11_0_universal2", "macosx_10_16_universal2", "macosx_10_15_universal2"]);
        assert_eq!(tags.platforms()[..6], expected);
        assert_eq!(tags.platforms().last().map(String::as_str), Some("macosx_10_4_universal2"));
    }

    /// The hashes are those of `packaging` 26.3's own lists, one tag per line.
    #[test]
    fn every_list_is_the_one_of_packaging() {
        let all_but_new = (28..=31).map(|minor| format!("manylinux_2_{minor}_x86_64")).collect();
        let pypy = ".pypy310-pp73-x86_64-linux-gnu.so".to_owned();
        let graalpy = ".graalpy311-311-native-x86_64-linux.so".to_owned();
        let x86 = |libc| linux(Arch::X86_64, libc);
        let here = Some(Libc::Glibc { major: 2, minor: 36 });
        let cases = [
            (695, "ebfd5c7dc3c6184b", cpython(8, x86(here))),
            (768, "00fe27b22325ccca", cpython(9, x86(here))),
            (841, "e4d52577edf1bd51", cpython(10, x86(here))),
            (914, "042934d46eb9f04c", cpython(11, x86(here))),
            (987, "5f574889921690cf", cpython(12, x86(here))),
            (1060, "6255c5160fbcb560", cpython(13, x86(here))),
            (582, "0fc0d703a059b8bc", cpython(12, macos(Arch::Aarch64, (14, 5)))),
            (2607, "06715e904162e1cb", cpython(12, macos(Arch::X86_64, (13, 0)))),
            (1524, "b4f007f3ac5b51e4", cpython(9, macos(Arch::X86_64, (10, 15)))),
            (961, "6dd63349e477c6f9", cpython(8, macos(Arch::I686, (10, 13)))),
            (42, "daa7002dca67bfdf", cpython(12, windows(Arch::X86_64))),
            (45, "410c7b68b01d1b56", TagInputs { free_threaded: true, ..cpython(13, windows(Arch::Aarch64)) }),
            (36, "a94d6b07b5bd7596", cpython(10, windows(Arch::I686))),
            (1068, "fb38c672f6fa5ecd", cpython(12, x86(GLIBC))),
            (1147, "a9d1e40000395a65", TagInputs { free_threaded: true, ..cpython(13, x86(GLIBC)) }),
            (1186, "7e91de0c694755e3", TagInputs { debug: true, ..cpython(13, x86(GLIBC)) }),
            (721, "18665754ce0d9854", {
                TagInputs { free_threaded: true, debug: true, ..cpython(14, linux(Arch::Aarch64, here)) }
            }),
            (123, "2e32048c63d8b302", cpython(12, linux(Arch::Aarch64, MUSL))),
            (42, "0d9cdc0f40f3f6db", cpython(12, x86(None))),
            (789, "be80db7d72b30894", cpython(11, linux(Arch::I686, OLD_GLIBC))),
            (864, "c63997040f49f388", cpython(11, linux(Arch::Armv8l, OLD_GLIBC))),
            (39, "4ecc8465cd3111c2", {
                TagInputs { manylinux: Manylinux::None, ..cpython(11, linux(Arch::Armv7l, OLD_GLIBC)) }
            }),
            (39, "f62533252324968993", cpython(11, linux(Arch::Armv6l, OLD_GLIBC))),
            (744, "deec4d75291c3d8c", {
                TagInputs { manylinux: Manylinux::AllBut(all_but_new), ..cpython(12, x86(OLD_GLIBC)) }
            }),
            (559, "3e032b438769bcf4", {
                TagInputs { implementation: Implementation::PyPy, ext_suffix: pypy, ..cpython(10, x86(GLIBC)) }
            }),
            (598, "1eb6e5ea89c0b9b5", {
                TagInputs { implementation: Implementation::GraalPy, ext_suffix: graalpy, ..cpython(11, x86(GLIBC)) }
            }),
        ];
        for (count, hash, inputs) in cases {
            let tags = listed(&inputs);
            let lines: String = tags.iter().flat_map(|tag| [tag.as_str(), "\n"]).collect();
            assert_eq!((tags.len(), &hex(&lines)[..hash.len()]), (count, hash), "{inputs:?}");
        }
    }

    #[test]
    fn a_tag_ranks_by_its_place_in_the_list() {
        let inputs = TagInputs { debug: true, ..cpython(12, linux(Arch::X86_64, GLIBC)) };
        let tags = supported(&inputs);
        let ranks: Vec<Option<usize>> = tags.iter().map(|tag| tags.rank_of(&tag)).collect();
        let expected: Vec<Option<usize>> = (0..tags.len()).map(Some).collect();
        assert_eq!(ranks, expected);
    }

    #[test]
    fn a_wheel_ranks_by_its_best_tag() {
        let tags = supported(&cpython(12, linux(Arch::X86_64, GLIBC)));
        let rank = |name: &str| tags.rank(&name.parse::<WheelName>().unwrap());
        let best = rank("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl").unwrap();
        assert_eq!(tags.iter().nth(best), Some(Tag::new("cp312", "cp312", "manylinux_2_17_x86_64")));
        assert!(best < rank("a-1-cp38-abi3-manylinux_2_17_x86_64.whl").unwrap());
        assert!(rank("a-1-py3-none-any.whl") < rank("a-1-py2.py30-none-any.whl"));
        for foreign in ["cp311-cp311-linux_x86_64", "cp312-cp312-win_amd64", "cp312-cp312t-linux_x86_64"] {
            assert_eq!(rank(&format!("a-1-{foreign}.whl")), None, "{foreign}");
        }
        assert_eq!(rank("a-1-cp312-cp312-manylinux_2_40_x86_64.whl"), None);
    }

    fn linux(arch: Arch, libc: Option<Libc>) -> Platform {
        Platform { os: Os::Linux, arch, libc, macos: None }
    }

    fn macos(arch: Arch, version: (u16, u16)) -> Platform {
        Platform { os: Os::MacOs, arch, libc: None, macos: Some(version) }
    }

    fn windows(arch: Arch) -> Platform {
        Platform { os: Os::Windows, arch, libc: None, macos: None }
    }

    fn listed(inputs: &TagInputs) -> Vec<String> {
        supported(inputs).iter().map(|tag| tag.to_string()).collect()
    }

    fn hex(text: &str) -> String {
        crate::vocab::Sha256::of(text.as_bytes()).to_hex()
    }
}
