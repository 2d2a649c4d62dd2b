//! AMD's driver for computing and ROCm, in files and by `amd-smi`.

use std::time::Duration;

use super::reader::Reader;
use crate::accelerator::RocmVersion;
use crate::accelerator::findings::{KfdGpu, Place};
use crate::accelerator::parse::{Board, KfdNode, Memory, amd_smi_version, installed_rocm, is_integrated, rocm_version};
use crate::host::Command;

/// The most bytes of Debian's list of packages.
const LONGEST_STATUS: u64 = 32 << 20;

/// The GPUs that the driver for computing has.
pub(super) fn read_kfd(reader: &mut Reader<'_>) -> Vec<KfdGpu> {
    const NODES: &str = "/sys/class/kfd/kfd/topology/nodes";
    let mut gpus = Vec::new();
    for node in reader.names(NODES) {
        let path = format!("{NODES}/{node}/properties");
        let Some(node) = reader.text(&path).and_then(|text| KfdNode::parse(&text)) else { continue };
        let place = node.render_minor.map_or(Place::Card, |minor| read_place(reader, minor));
        let within = match place {
            Place::Card => "",
            Place::Processor => ", within the processor",
        };
        reader.found(path, format!("{}{within}", node.target));
        gpus.push(KfdGpu { target: node.target, place });
    }
    gpus
}

fn read_place(reader: &mut Reader<'_>, minor: u32) -> Place {
    let directory = format!("/sys/class/drm/renderD{minor}/device");
    let described =
        ["mem_info_vram_vendor", "board_info"].iter().any(|name| reader.exists(&format!("{directory}/{name}")));
    let mut number = |name: &str| reader.text(&format!("{directory}/{name}"))?.trim().parse().ok();
    let memory = Memory { vram: number("mem_info_vram_total"), gtt: number("mem_info_gtt_total") };
    let board = if described { Board::Described } else { Board::Unknown };
    if is_integrated(memory, board) { Place::Processor } else { Place::Card }
}

/// The versions of ROCm that files state. They may contradict each other.
pub(super) fn read_rocm(reader: &mut Reader<'_>) -> Vec<RocmVersion> {
    const VERSION: &str = "/opt/rocm/.info/version";
    const STATUS: &str = "/var/lib/dpkg/status";
    let stated = reader.text(VERSION).and_then(|text| rocm_version(&text));
    let installed = reader.text_at_most(STATUS, LONGEST_STATUS).and_then(|text| installed_rocm(&text));
    let mut versions = Vec::new();
    for (path, version) in [(VERSION, stated), (STATUS, installed)] {
        if let Some(version) = version {
            reader.found(path, format!("ROCm {version}"));
            versions.push(version);
        }
    }
    versions
}

/// The version of ROCm that AMD's tool states.
pub(super) fn ask_amd_smi(reader: &mut Reader<'_>, time_limit: Duration) -> Option<RocmVersion> {
    let directories = ["/opt/rocm/bin", "/usr/bin"].map(|path| reader.root.path(path.as_ref()));
    let program = reader.host.find_programs("amd-smi", &directories).into_iter().next()?;
    let command = Command { time_limit, ..Command::new(&program, ["version"]) };
    let source = program.display().to_string();
    match reader.host.processes.capture(&command) {
        Ok(output) => {
            let version = amd_smi_version(&String::from_utf8_lossy(&output.stdout));
            reader.found(source, version.map_or("no version of ROCm".to_owned(), |version| format!("ROCm {version}")));
            version
        }
        Err(error) => {
            reader.found(source, error.to_string());
            None
        }
    }
}
