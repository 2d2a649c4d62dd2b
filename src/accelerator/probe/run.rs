//! All sources, in order: cheap ones always, programs only where files leave something open.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::amd_files::{ask_amd_smi, read_kfd, read_rocm};
use super::cuda_python::ask_python;
use super::nvidia_files::read_nvidia;
use super::nvidia_tool::{ask_nvidia_smi, report_of_nvidia_smi};
use super::pci_files::read_pci;
use super::reader::{Reader, Root};
use super::system_files::{read_apple, read_system};
use super::variables::read_variables;
use super::windows_devices::read_windows_devices;
use crate::accelerator::conclude::conclude;
use crate::accelerator::findings::{Findings, Reach, SmiAnswer};
use crate::accelerator::nvidia_gpus::{are_told_by_files, nvidia_gpus};
use crate::accelerator::parse::{AMD, NVIDIA};
use crate::accelerator::{AcceleratorFacts, Model, System};
use crate::host::Host;
use crate::platform::Os;

/// The extent of a probe.
#[derive(Clone, Debug)]
pub struct Probe {
    pub os: Os,
    pub root: Root,
    pub effort: Effort,
    /// An interpreter that may be asked for the driver's library.
    pub python: Option<PathBuf>,
    /// How long each program may take.
    pub time_limit: Duration,
}

/// The programs to run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effort {
    /// All, for evidence.
    All,
    /// Only those that can tell what files leave open.
    Needed,
}

/// A tool that takes longer hangs, as with a wedged driver.
const TIME_LIMIT: Duration = Duration::from_secs(10);

impl Probe {
    /// A probe of this machine. In debug builds, `KINGBOLT_TEST_ROOT` names a directory that stands for `/`.
    pub fn of_machine(host: &Host, python: Option<&Path>) -> Self {
        Self {
            os: Os::current(),
            root: test_root(host).map_or(Root::Machine, Root::Below),
            effort: Effort::Needed,
            python: python.map(Path::to_owned),
            time_limit: TIME_LIMIT,
        }
    }
}

#[cfg(debug_assertions)]
fn test_root(host: &Host) -> Option<PathBuf> {
    host.environment.var_os("KINGBOLT_TEST_ROOT").map(PathBuf::from)
}

#[cfg(not(debug_assertions))]
fn test_root(_host: &Host) -> Option<PathBuf> {
    None
}

/// The accelerators of a machine. Never fails: what cannot be read or asked is evidence.
pub fn probe(host: &Host, probe: &Probe) -> AcceleratorFacts {
    let mut reader = Reader::new(host, &probe.root);
    let mut findings = Findings::none(read_system(&mut reader, probe.os));
    match findings.system {
        System::MacOs => findings.apple = read_apple(&mut reader),
        System::Windows => {
            (findings.pci, findings.nvidia.kernel) = read_windows_devices(&mut reader);
            if findings.pci_of(NVIDIA).next().is_some() {
                findings.nvidia.nodes.reach = Reach::Windows;
            }
        }
        System::Jetson(_) | System::Linux | System::Wsl => {
            findings.pci = read_pci(&mut reader);
            findings.nvidia = read_nvidia(&mut reader, findings.system);
            findings.kfd = read_kfd(&mut reader);
            if findings.pci_of(AMD).next().is_some() || !findings.kfd.is_empty() {
                findings.rocm = read_rocm(&mut reader);
            }
        }
    }
    ask_programs(&mut reader, probe, &mut findings);
    findings.container = read_variables(&mut reader);
    findings.evidence = reader.evidence;
    conclude(&findings)
}

/// Runs the programs that the files leave something to tell, in the order of what they cost.
fn ask_programs(reader: &mut Reader<'_>, probe: &Probe, findings: &mut Findings) {
    let Probe { effort, time_limit, .. } = *probe;
    let system = findings.system;
    let is_open = |findings: &Findings| findings.nvidia.shows_driver() && !are_told_by_files(findings);
    if effort == Effort::All || is_open(findings) {
        findings.nvidia.smi = ask_nvidia_smi(reader, system, time_limit);
        if system == System::Windows && matches!(findings.nvidia.smi, SmiAnswer::Gpus(_)) {
            findings.nvidia.nodes.reach = Reach::Windows;
        }
    }
    let lacks_capability = |findings: &Findings| {
        let gpus = nvidia_gpus(findings);
        is_open(findings) && (gpus.is_empty() || gpus.iter().any(|gpu| gpu.model == Model::Nvidia(None)))
    };
    let is_jetson = matches!(system, System::Jetson(_));
    if let Some(python) = &probe.python
        && findings.nvidia.shows_driver()
        && (effort == Effort::All || is_jetson || lacks_capability(findings))
    {
        findings.nvidia.library = ask_python(reader, python, time_limit);
    }
    if effort == Effort::All {
        report_of_nvidia_smi(reader, system, time_limit);
        findings.rocm.extend(ask_amd_smi(reader, time_limit));
    }
}
