//! Files and tools of AMD's driver and of ROCm.

use crate::accelerator::{GfxTarget, RocmVersion};

/// The vendor of AMD's GPUs as KFD has it. NVIDIA's open driver registers nodes of its own vendor there.
const AMD_NODE: u64 = 4098;

/// A GPU in `/sys/class/kfd/kfd/topology/nodes/*/properties`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) struct KfdNode {
    pub(in crate::accelerator) target: GfxTarget,
    /// The number of its device file for computing.
    pub(in crate::accelerator) render_minor: Option<u32>,
}

/// The memory of a GPU, in bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::accelerator) struct Memory {
    /// Its own.
    pub(in crate::accelerator) vram: Option<u64>,
    /// The memory of the machine that it may use.
    pub(in crate::accelerator) gtt: Option<u64>,
}

impl KfdNode {
    /// `None` for processors and for GPUs of other vendors.
    pub(in crate::accelerator) fn parse(properties: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut lines = properties.lines().filter_map(|line| line.trim().split_once(' '));
            lines.find(|(key, _)| *key == name).and_then(|(_, value)| value.trim().parse::<u64>().ok())
        };
        if value("vendor_id")? != AMD_NODE {
            return None;
        }
        Some(Self {
            target: gfx_target(value("gfx_target_version")?)?,
            render_minor: value("drm_render_minor").and_then(|minor| u32::try_from(minor).ok()),
        })
    }
}

/// 110501 is gfx1151.
fn gfx_target(version: u64) -> Option<GfxTarget> {
    let part = |number: u64| u8::try_from(number).ok();
    let target =
        GfxTarget { major: part(version / 10_000)?, minor: part(version / 100 % 100)?, step: part(version % 100)? };
    (target.major > 0).then_some(target)
}

/// The target that `HSA_OVERRIDE_GFX_VERSION` names: `11.0.0`, or `gfx1030`.
pub(in crate::accelerator) fn gfx_override(text: &str) -> Option<GfxTarget> {
    let text = text.trim();
    if text.starts_with("gfx") {
        return text.parse().ok();
    }
    let numbers: Option<Vec<u64>> =
        text.split('.').map(|part| part.parse().ok().filter(|number| *number < 100)).collect();
    let [major, minor, step] = numbers?[..] else { return None };
    gfx_target(major * 10_000 + minor * 100 + step)
}

/// The version of ROCm in `/opt/rocm/.info/version`: `7.0.2-56`.
pub(in crate::accelerator) fn rocm_version(text: &str) -> Option<RocmVersion> {
    let first = text.split_whitespace().next()?;
    let mut numbers = first.split(['.', '-']).map_while(|part| part.parse().ok());
    let major = numbers.next().filter(|major| *major > 0)?;
    Some(RocmVersion { major, minor: numbers.next()?, patch: numbers.next() })
}

/// The version of ROCm in the output of `amd-smi version`, which has others beside it.
pub(in crate::accelerator) fn amd_smi_version(output: &str) -> Option<RocmVersion> {
    let (_, after) = output.split_once("ROCm version:")?;
    rocm_version(after.split('|').next()?)
}

/// The version of the package `rocm-core` in `/var/lib/dpkg/status`, if it is installed.
pub(in crate::accelerator) fn installed_rocm(status: &str) -> Option<RocmVersion> {
    let paragraph =
        status.split("\n\n").find(|paragraph| paragraph.lines().any(|line| line == "Package: rocm-core"))?;
    let field = |name: &str| paragraph.lines().find_map(|line| line.strip_prefix(name));
    if field("Status: ")? != "install ok installed" {
        return None;
    }
    rocm_version(field("Version: ")?)
}

/// True for a GPU within a processor, by its memory: little of its own, and much of the machine's. Cards state a vendor of
/// their memory or have information about their board, which `has_board` says (the rule of Ollama's `discover`).
pub(in crate::accelerator) fn is_integrated(memory: Memory, board: Board) -> bool {
    const GIB: u64 = 1 << 30;
    let (Some(vram), Some(gtt)) = (memory.vram, memory.gtt) else { return false };
    board == Board::Unknown && vram <= 4 * GIB && gtt >= 8 * GIB && gtt >= 4 * vram
}

/// The board of a GPU.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) enum Board {
    Described,
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(properties: &str) -> Option<String> {
        KfdNode::parse(properties).map(|node| node.target.to_string())
    }

    #[test]
    fn vector_t24_nodes_of_kfd() {
        let properties =
            "vendor_id 4098\ndevice_id 30032\ngfx_target_version 120001\nsimd_count 64\ndrm_render_minor 128";
        let target = GfxTarget { major: 12, minor: 0, step: 1 };
        assert_eq!(KfdNode::parse(properties), Some(KfdNode { target, render_minor: Some(128) }));
        let vectors = [
            (110_501, "gfx1151"),
            (110_000, "gfx1100"),
            (110_003, "gfx1103"),
            (100_300, "gfx1030"),
            (90_010, "gfx90a"),
            (90_402, "gfx942"),
        ];
        for (version, target) in vectors {
            assert_eq!(node(&format!("vendor_id 4098\ngfx_target_version {version}\n")).as_deref(), Some(target));
        }
    }

    #[test]
    fn failure_28_nodes_of_processors_and_of_nvidia_are_no_gpus_of_amd() {
        assert_eq!(node("vendor_id 0\ngfx_target_version 0\n"), None);
        assert_eq!(node("vendor_id 4098\ngfx_target_version 0\n"), None);
        assert_eq!(node("vendor_id 4318\ngfx_target_version 90000\n"), None);
        assert_eq!(node("vendor_id 4098\ngfx_target_version 18446744073709551615\n"), None);
        assert_eq!(node("\0 garbage"), None);
    }

    #[test]
    fn vector_t25_a_version_that_is_not_there_is_not_the_one_behind_it() {
        assert_eq!(amd_smi_version("… | ROCm version: N/A | amdgpu version: 6.10.10 | …"), None);
        let version = amd_smi_version("AMDSMI Tool: 26.0.0 | ROCm version: 7.0.2 | amdgpu version: 6.10.10 |");
        assert_eq!(version.map(|version| version.to_string()).as_deref(), Some("7.0.2"));
    }

    #[test]
    fn vector_t30_overrides_of_the_target() {
        let target = |text| gfx_override(text).map(|target| target.to_string());
        for (text, expected) in
            [("11.0.0", "gfx1100"), ("10.3.0", "gfx1030"), ("9.0.10", "gfx90a"), ("gfx1030", "gfx1030")]
        {
            assert_eq!(target(text).as_deref(), Some(expected));
        }
        for text in ["junk", "", "11.0", "11.0.0.0", "0.0.0", "300.0.0", "gfx", "gfxzz"] {
            assert_eq!(target(text), None, "{text}");
        }
    }

    #[test]
    fn failure_27_a_gpu_within_a_processor_shows_by_its_memory() {
        const GIB: u64 = 1 << 30;
        let memory = |vram: u64, gtt: u64| Memory { vram: Some(vram), gtt: Some(gtt) };
        assert!(is_integrated(memory(GIB / 2, 16 * GIB), Board::Unknown));
        assert!(!is_integrated(memory(GIB / 2, 16 * GIB), Board::Described));
        assert!(!is_integrated(memory(16 * GIB, 16 * GIB), Board::Unknown));
        assert!(!is_integrated(Memory::default(), Board::Unknown));
    }

    #[test]
    fn versions_of_rocm_are_read_from_files_and_packages() {
        let version = |text| rocm_version(text).map(|version| version.to_string());
        assert_eq!(version("7.0.2-56\n").as_deref(), Some("7.0.2"));
        assert_eq!(version("6.4\n").as_deref(), Some("6.4"));
        for text in ["", "N/A", "7", "0.1", "\0"] {
            assert_eq!(version(text), None, "{text}");
        }
        let status = |state: &str| {
            format!(
                "Package: zlib\nStatus: install ok installed\nVersion: 1.2\n\nPackage: rocm-core\nStatus: {state}\nVersion: 6.3.1.60301-48~24.04\n"
            )
        };
        assert_eq!(installed_rocm(&status("install ok installed")).map(|it| it.to_string()).as_deref(), Some("6.3.1"));
        assert_eq!(installed_rocm(&status("deinstall ok config-files")), None);
        assert_eq!(installed_rocm(""), None);
    }
}
