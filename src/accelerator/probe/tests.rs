//! Machines as people have them, laid out below a directory that stands for `/`.
#![cfg(unix)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Effort, Probe, Root, probe};
use crate::accelerator::{AcceleratorFacts, Gpu, JetsonRelease, Model, Problem, State, System};
use crate::host::{Command, Environment, Files, Host, Interrupt};
use crate::platform::Os;

/// A machine below a directory.
struct Machine {
    directory: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    current_dir: PathBuf,
    probe: Probe,
}

const TOOL: &str = "/usr/bin/nvidia-smi";

/// A tool that answers a query with a row, and would tell if GPUs were hidden from it.
const ONE_GPU: &str = "#!/bin/sh\n[ -z \"${CUDA_VISIBLE_DEVICES+set}\" ] || exit 1\n\
                       echo '0, 00000000:01:00.0, GPU-1, NVIDIA GeForce RTX 3090, 580.65.06, 8.6'\n";

impl Machine {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let probe = Probe {
            os: Os::Linux,
            root: Root::Below(directory.path().to_owned()),
            effort: Effort::Needed,
            python: None,
            time_limit: Duration::from_secs(10),
        };
        Self { directory, variables: Vec::new(), current_dir: PathBuf::from("/"), probe }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path.trim_start_matches('/'))
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        Files.create_dirs(path.parent().unwrap()).unwrap();
        Files.write_new(&path, content.as_ref(), 0o644).unwrap();
        self
    }

    /// Another process writes it: a program that any child of this one has open for writing cannot be started.
    fn program(self, path: &str, script: &str) -> Self {
        let path = self.path(path);
        Files.create_dirs(path.parent().unwrap()).unwrap();
        let write = "cat >\"$1\" && chmod 755 \"$1\"";
        let mut command = Command::new(Path::new("/bin/sh"), ["-c", write, "sh"]);
        command.arguments.push(path.into());
        command.stdin = script.into();
        let host = Host::with(Environment::of([], Path::new("/")), Interrupt::default());
        assert!(host.processes.capture(&command).unwrap().status.success());
        self
    }

    fn link(self, path: &str, target: &str) -> Self {
        let path = self.path(path);
        Files.create_dirs(path.parent().unwrap()).unwrap();
        Files.symlink(Path::new(target), &path).unwrap();
        self
    }

    /// A GPU on the PCI bus.
    fn pci(self, bus: &str, vendor: &str, device: &str, driver: Option<&str>) -> Self {
        let directory = format!("/sys/bus/pci/devices/{bus}");
        let made = self
            .file(&format!("{directory}/vendor"), format!("0x{vendor}\n"))
            .file(&format!("{directory}/device"), format!("0x{device}\n"))
            .file(&format!("{directory}/class"), "0x030000\n");
        match driver {
            Some(driver) => made.link(&format!("{directory}/driver"), &format!("../../../../bus/pci/drivers/{driver}")),
            None => made,
        }
    }

    /// NVIDIA's driver in the kernel.
    fn driver(self, version: &str) -> Self {
        self.file("/sys/module/nvidia/version", format!("{version}\n"))
    }

    /// The device files of NVIDIA's driver.
    fn nodes(self, count: u32) -> Self {
        let made = self.file("/dev/nvidiactl", "");
        (0..count).fold(made, |made, minor| made.file(&format!("/dev/nvidia{minor}"), ""))
    }

    fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The facts, with the directory taken out of the evidence.
    fn facts(&self) -> AcceleratorFacts {
        let variables = self.variables.iter().map(|(name, value)| (*name, OsStr::new(value)));
        let host = Host::with(Environment::of(variables, &self.current_dir), Interrupt::default());
        let mut facts = probe(&host, &self.probe);
        let directory = self.directory.path().to_string_lossy().into_owned();
        for evidence in &mut facts.evidence {
            evidence.source = evidence.source.replace(&directory, "");
            evidence.finding = evidence.finding.replace(&directory, "");
        }
        facts
    }
}

fn evidence(facts: &AcceleratorFacts) -> Vec<String> {
    facts.evidence.iter().map(|evidence| format!("{}: {}", evidence.source, evidence.finding)).collect()
}

fn gpus(facts: &AcceleratorFacts) -> Vec<String> {
    facts.gpus.iter().map(ToString::to_string).collect()
}

#[test]
fn a_machine_whose_files_tell_everything_needs_no_program() {
    let machine = Machine::new()
        .driver("580.65.06")
        .nodes(1)
        .pci("0000:01:00.0", "10de", "2204", Some("nvidia"))
        .pci("0000:00:02.0", "8086", "9a49", Some("i915"))
        .file("/sys/bus/pci/devices/0000:01:00.1/vendor", "0x10de\n")
        .file("/sys/bus/pci/devices/0000:01:00.1/class", "0x040300\n")
        .link("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1", "libnvidia-ml.so.580.65.06")
        .file(
            "/proc/driver/nvidia/gpus/0000:01:00.0/information",
            "Model: \t NVIDIA GeForce RTX 3090\nGPU UUID: \t GPU-1\nDevice Minor: \t 0\n",
        )
        .program(TOOL, "#!/bin/sh\nexit 1\n");
    let facts = machine.facts();
    let expected = Gpu {
        name: "NVIDIA GeForce RTX 3090".to_owned(),
        model: Model::Nvidia("8.6".parse().ok()),
        uuid: Some("GPU-1".to_owned()),
        bus: Some("0000:01:00.0".to_owned()),
    };
    assert_eq!((facts.state.clone(), facts.gpus.first().cloned()), (State::Usable, Some(expected)));
    assert_eq!(facts.summary(), "compute capability 8.6 on driver 580.65.06");
    let expected = [
        "/sys/bus/pci/devices/0000:00:02.0: 8086:9a49, driver i915",
        "/sys/bus/pci/devices/0000:01:00.0: 10de:2204, driver nvidia",
        "/sys/module/nvidia/version: driver 580.65.06",
        "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1: library 580.65.06",
        "/dev: nvidiactl, nvidia0",
        "/proc/driver/nvidia/gpus/0000:01:00.0/information: NVIDIA GeForce RTX 3090",
    ];
    assert_eq!(evidence(&facts), expected);
}

#[test]
fn failure_8_wsl_has_its_tool_beside_the_path_and_the_driver_of_windows() {
    let machine = Machine::new()
        .file("/proc/version", "Linux version 6.6.87.2-microsoft-standard-WSL2 (root@x) #1 SMP\n")
        .file("/dev/dxg", "")
        .file("/usr/lib/wsl/lib/libcuda.so.1", "")
        .program(
            "/usr/lib/wsl/lib/nvidia-smi",
            "#!/bin/sh\necho '0, 00000000:01:00.0, GPU-1, NVIDIA GeForce RTX 3080, 572.60, 8.6'\n",
        );
    let facts = machine.facts();
    assert_eq!((facts.system, facts.state.clone()), (System::Wsl, State::Usable));
    assert_eq!(facts.summary(), "compute capability 8.6 on driver 572.60");
    // The device alone may be one of AMD.
    Files.remove_file(&machine.path("/usr/lib/wsl/lib/libcuda.so.1")).unwrap();
    assert_eq!(machine.facts().state, State::None);
    // Containers have it elsewhere.
    let machine = machine.file("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "");
    assert_eq!(machine.facts().state, State::Usable);
}

#[test]
fn failure_9_a_gpu_that_windows_keeps_from_wsl_is_broken() {
    let machine = Machine::new()
        .file("/proc/sys/fs/binfmt_misc/WSLInterop", "enabled\n")
        .file("/dev/dxg", "")
        .file("/usr/lib/wsl/lib/libcuda.so.1", "")
        .program(
            "/usr/lib/wsl/lib/nvidia-smi",
            "#!/bin/sh\necho 'Failed to initialize NVML: GPU access blocked by the operating system'\nexit 4\n",
        );
    assert_eq!(machine.facts().state, State::Broken(Problem::Blocked));
}

/// Failure 10 and vector T7.
#[test]
fn failure_10_a_driver_that_was_updated_without_a_restart_is_broken() {
    let machine = Machine::new()
        .driver("550.90.07")
        .nodes(1)
        .pci("0000:01:00.0", "10de", "2204", Some("nvidia"))
        .link("/usr/lib64/libnvidia-ml.so.1", "libnvidia-ml.so.610.43.02");
    let mismatch = Problem::Mismatch { kernel: "550.90.07".parse().ok(), user: "610.43.02".parse().ok() };
    assert_eq!(machine.facts().state, State::Broken(mismatch));

    let told = Machine::new()
        .driver("550.90.07")
        .nodes(1)
        .program(TOOL, "#!/bin/sh\necho 'Failed to initialize NVML: Driver/library version mismatch' >&2\nexit 18\n");
    let facts = told.facts();
    let mismatch = Problem::Mismatch { kernel: "550.90.07".parse().ok(), user: None };
    assert_eq!((facts.state.clone(), gpus(&facts)), (State::Broken(mismatch), vec![]));
    assert_eq!(
        evidence(&facts).last().map(String::as_str),
        Some("/usr/bin/nvidia-smi: names no GPU: Failed to initialize NVML: Driver/library version mismatch")
    );
}

#[test]
fn failure_11_a_gpu_that_sleeps_is_known_from_the_files() {
    for message in
        ["No devices were found", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."]
    {
        let machine = Machine::new()
            .driver("580.65.06")
            .nodes(1)
            // A second GPU that sleeps has no device file.
            .pci("0000:01:00.0", "10de", "2484", Some("nvidia"))
            .pci("0000:02:00.0", "10de", "2484", Some("nvidia"))
            .program(TOOL, &format!("#!/bin/sh\necho \"{message}\"\nexit 6\n"));
        let facts = machine.facts();
        assert_eq!(facts.state, State::Usable);
        assert_eq!(gpus(&facts), ["NVIDIA GPU 2484 (compute capability 8.6)"; 2]);
        assert_eq!(facts.hints, [format!("`nvidia-smi` names no GPU ({message}); the files of the driver do")]);
    }
}

/// Failures 12 and 13: a tool that is older than the driver, without the column of the compute capability.
#[test]
fn failure_12_13_an_old_tool_is_asked_again_without_what_it_does_not_know() {
    let machine = Machine::new().driver("580.95.05").nodes(2).pci("0000:01:00.0", "10de", "1b80", Some("nvidia")).program(
        "/snap/bin/nvidia-smi",
        "#!/bin/sh\ncase $1 in *compute_cap*) echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2;; esac\n\
         echo '0, 00000000:01:00.0, GPU-1, NVIDIA GeForce GTX 1080, 580.95.05'\n",
    );
    let machine = machine.variable("PATH", "/snap/bin");
    let facts = machine.facts();
    assert_eq!(facts.summary(), "compute capability 6.1 on driver 580.95.05");
    assert_eq!(gpus(&facts), ["NVIDIA GeForce GTX 1080 (compute capability 6.1)"]);
}

#[test]
fn a_tool_that_knows_no_query_is_asked_for_a_list() {
    let machine = Machine::new().driver("440.33").nodes(1).program(
        TOOL,
        "#!/bin/sh\n[ \"$1\" = -L ] || { echo 'Field \"uuid\" is not a valid field to query.'; exit 2; }\n\
         echo 'GPU 0: Tesla K80 (UUID: GPU-1)'\n",
    );
    assert_eq!(gpus(&machine.facts()), ["Tesla K80 (unknown compute capability)"]);
}

/// Failure 14 and vector T5.
#[test]
fn failure_14_a_jetson_is_known_by_its_files_and_its_library() {
    let python = "#!/bin/sh\ncat >/dev/null\necho '-----BEGIN KINGBOLT CUDA-----{\"version\": 12060, \"failure\": null, \"devices\": \
                  [{\"name\": \"Orin\", \"uuid\": null, \"bus\": null, \"major\": 8, \"minor\": 7}]}-----END KINGBOLT CUDA-----'\n";
    let mut machine = Machine::new()
        .file(
            "/etc/nv_tegra_release",
            "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64\n",
        )
        .file(
            "/proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  35.4.1  Release Build\n",
        )
        .file("/dev/nvhost-gpu", "")
        .program(TOOL, "#!/bin/sh\necho '0, [N/A], 54d0709b, Orin (nvgpu), [N/A], [N/A]'\n")
        .program("/python", python);
    machine.probe.python = Some(machine.path("/python"));
    let facts = machine.facts();
    let release = JetsonRelease { major: 36, minor: 4, patch: 3 };
    assert_eq!((facts.system, facts.state.clone()), (System::Jetson(Some(release)), State::Usable));
    assert_eq!(facts.summary(), "compute capability 8.7 on a driver for CUDA 12.6");
    assert_eq!(
        evidence(&facts),
        [
            "/etc/nv_tegra_release: Jetson Linux 36.4.3, JetPack 6.1 or 6.2, CUDA 12.6",
            "/proc/driver/nvidia/version: no version of a driver: NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  35.4.1  Release Build",
            "/dev: the GPU of a Jetson",
            "/usr/bin/nvidia-smi: Orin (nvgpu)",
            "libcuda, by /python: CUDA 12.6",
            "libcuda, by /python: Orin, compute capability 8.7",
        ]
    );
    // Without the tool and a Python, the release tells the CUDA.
    let bare = Machine::new().file("/sys/devices/soc0/family", "Tegra\n").file("/dev/nvhost-gpu", "");
    assert_eq!(bare.facts().system, System::Jetson(None));
    let bare = Machine::new().file("/proc/sys/kernel/osrelease", "5.15.148-tegra\n").file("/dev/nvgpu", "");
    assert_eq!(gpus(&bare.facts()), ["NVIDIA Tegra GPU (unknown compute capability)"]);
}

#[test]
fn failure_18_the_toolkit_of_an_image_is_suggested_and_not_taken() {
    let facts = Machine::new().variable("CUDA_VERSION", "12.6.3").variable("NVIDIA_VISIBLE_DEVICES", "void").facts();
    assert_eq!(facts.state, State::None);
    let hint =
        "the image has the toolkit of CUDA 12.6; for a machine with a GPU, name the build: `--accelerator cu126`";
    assert_eq!(facts.hints, [hint]);
    let expected = [
        "NVIDIA_VISIBLE_DEVICES: GPUs for this container: void",
        "CUDA_VERSION: the image has the toolkit of CUDA 12.6.3",
    ];
    assert_eq!(evidence(&facts), expected);
}

#[test]
fn failure_19_a_container_without_a_gpu_on_a_host_with_one_has_only_the_driver() {
    let machine = Machine::new()
        .driver("580.65.06")
        .pci("0000:01:00.0", "10de", "2204", Some("nvidia"))
        .file("/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06\n");
    let facts = machine.facts();
    assert_eq!((facts.state.clone(), facts.driver.clone()), (State::DriverOnly, "580.65.06".parse().ok()));
    // One of two GPUs is here: the files are those of the host.
    let one = Machine::new()
        .driver("580.65.06")
        .file("/dev/nvidiactl", "")
        .file("/dev/nvidia1", "")
        .pci("0000:01:00.0", "10de", "1b80", Some("nvidia"))
        .pci("0000:02:00.0", "10de", "2204", Some("nvidia"))
        .file("/proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: GTX 1080\nDevice Minor: 0\n")
        .file("/proc/driver/nvidia/gpus/0000:02:00.0/information", "Model: RTX 3090\nDevice Minor: 1\n");
    assert_eq!(gpus(&one.facts()), ["RTX 3090 (compute capability 8.6)"]);
}

#[test]
fn failure_20_a_tool_left_behind_that_names_no_gpu_is_no_gpu() {
    let amd = |machine: Machine| {
        machine.pci("0000:03:00.0", "1002", "7550", Some("amdgpu")).file(
            "/sys/class/kfd/kfd/topology/nodes/1/properties",
            "vendor_id 4098\ngfx_target_version 120001\ndrm_render_minor 128\n",
        )
    };
    let mut machine = amd(Machine::new()).program(TOOL, "#!/bin/sh\necho 'NVIDIA-SMI version : 550.76.01'\nexit 0\n");
    machine.probe.effort = Effort::All;
    let facts = machine.facts();
    assert_eq!((facts.state.clone(), gpus(&facts)), (State::Usable, vec!["AMD GPU (gfx1201)".to_owned()]));
    assert_eq!(facts.driver, None);
    // Not even one that lies is believed without a driver.
    let mut machine = Machine::new().program(TOOL, ONE_GPU);
    machine.probe.effort = Effort::All;
    assert_eq!(machine.facts().state, State::None);
}

#[test]
fn failure_21_a_tool_that_hangs_is_stopped() {
    let hangs = "#!/bin/sh\nexec sleep 600\n";
    let mut machine = Machine::new().driver("580.65.06").nodes(1).program(TOOL, hangs);
    machine.probe.time_limit = Duration::from_millis(300);
    let facts = machine.facts();
    assert_eq!((facts.state.clone(), gpus(&facts)), (State::DriverOnly, vec![]));
    let expected = "/usr/bin/nvidia-smi: did not finish within 0.3 s";
    assert_eq!(evidence(&facts).last().map(String::as_str), Some(expected));
    // Files may tell the GPUs all the same.
    let mut machine = Machine::new()
        .driver("580.65.06")
        .nodes(2)
        .pci("0000:01:00.0", "10de", "2204", Some("nvidia"))
        .program(TOOL, hangs);
    machine.probe.time_limit = Duration::from_millis(300);
    let facts = machine.facts();
    assert_eq!(
        (facts.state.clone(), facts.summary()),
        (State::Usable, "compute capability 8.6 on driver 580.65.06".to_owned())
    );
    // In WSL, nothing else tells.
    let mut machine = Machine::new()
        .file("/proc/sys/fs/binfmt_misc/WSLInterop", "")
        .file("/dev/dxg", "")
        .file("/usr/lib/wsl/lib/libcuda.so.1", "")
        .program("/usr/lib/wsl/lib/nvidia-smi", hangs);
    machine.probe.time_limit = Duration::from_millis(300);
    let said = "did not finish within 0.3 s".to_owned();
    assert_eq!(machine.facts().state, State::Broken(Problem::NoAnswer { said }));
}

#[test]
fn failure_22_a_tool_in_the_current_directory_is_never_run() {
    let planted = "#!/bin/sh\ntouch \"$0.was-run\"\n";
    let mut machine = Machine::new().driver("580.65.06").nodes(1).program("/home/nvidia-smi", planted);
    machine.current_dir = PathBuf::from("/home");
    let machine = machine.variable("PATH", ".:/home::home");
    let facts = machine.facts();
    assert_eq!(facts.state, State::DriverOnly);
    assert!(!Files.is_file(&machine.path("/home/nvidia-smi.was-run")));
    assert!(evidence(&facts).iter().all(|line| !line.contains("nvidia-smi")), "{:?}", evidence(&facts));
}

#[test]
fn failure_23_hidden_gpus_are_seen_by_the_tool() {
    let machine =
        Machine::new().driver("580.65.06").nodes(1).program(TOOL, ONE_GPU).variable("CUDA_VISIBLE_DEVICES", "");
    let facts = machine.facts();
    assert_eq!(facts.summary(), "compute capability 8.6 on driver 580.65.06");
    let expected = "CUDA_VISIBLE_DEVICES: hides all GPUs from programs; builds are chosen for them all the same";
    assert_eq!(evidence(&facts).last().map(String::as_str), Some(expected));
}

#[test]
fn failure_24_a_toolkit_is_no_driver() {
    let machine = Machine::new()
        .file("/usr/local/cuda/version.json", "{\"cuda\": {\"version\": \"13.0.0\"}}")
        .program("/usr/local/cuda/bin/nvcc", "#!/bin/sh\necho 'release 13.0'\n")
        .variable("PATH", "/usr/local/cuda/bin");
    assert_eq!(machine.facts(), AcceleratorFacts::none(System::Linux));
}

#[test]
fn failure_27_a_card_comes_before_a_gpu_within_the_processor() {
    let node =
        |target: u32, minor: u32| format!("vendor_id 4098\ngfx_target_version {target}\ndrm_render_minor {minor}\n");
    let machine = Machine::new()
        .file("/sys/class/kfd/kfd/topology/nodes/0/properties", "vendor_id 0\ngfx_target_version 0\n")
        .file("/sys/class/kfd/kfd/topology/nodes/1/properties", node(100_306, 128))
        .file("/sys/class/drm/renderD128/device/mem_info_vram_total", "536870912\n")
        .file("/sys/class/drm/renderD128/device/mem_info_gtt_total", "17179869184\n")
        .file("/sys/class/kfd/kfd/topology/nodes/2/properties", node(110_000, 129))
        .file("/sys/class/drm/renderD129/device/mem_info_vram_vendor", "samsung\n")
        // NVIDIA's open driver registers its GPUs too (failure 28).
        .file("/sys/class/kfd/kfd/topology/nodes/3/properties", "vendor_id 4318\ngfx_target_version 90000\n");
    let facts = machine.facts();
    assert_eq!(gpus(&facts), ["AMD GPU (gfx1100)", "AMD GPU within the processor (gfx1036)"]);
}

#[test]
fn failure_29_of_several_versions_of_rocm_the_highest_counts() {
    let mut machine = Machine::new()
        .file("/sys/class/kfd/kfd/topology/nodes/1/properties", "vendor_id 4098\ngfx_target_version 110000\n")
        .file("/opt/rocm/.info/version", "6.4.1-83\n")
        .file("/var/lib/dpkg/status", "Package: rocm-core\nStatus: install ok installed\nVersion: 6.3.1.60301-48\n")
        .program(
            "/opt/rocm/bin/amd-smi",
            "#!/bin/sh\necho 'AMDSMI Tool: 26 | ROCm version: 7.0.2 | amdgpu version: 6.10.10'\n",
        );
    machine.probe.effort = Effort::All;
    let facts = machine.facts();
    assert_eq!(facts.rocm.map(|version| version.to_string()).as_deref(), Some("7.0.2"));
    let expected = [
        "/sys/class/kfd/kfd/topology/nodes/1/properties: gfx1100",
        "/opt/rocm/.info/version: ROCm 6.4.1",
        "/var/lib/dpkg/status: ROCm 6.3.1",
        "/opt/rocm/bin/amd-smi: ROCm 7.0.2",
    ];
    assert_eq!(evidence(&facts), expected);
}

#[test]
fn a_gpu_of_amd_without_its_driver_for_computing_is_only_hardware() {
    let facts = Machine::new().pci("0000:03:00.0", "1002", "73ff", Some("amdgpu")).facts();
    assert_eq!((facts.state.clone(), gpus(&facts)), (State::HardwareOnly(None), vec!["AMD GPU 73ff".to_owned()]));
    assert_eq!(facts.hints, ["there is a GPU of AMD, but its driver for computing (amdkfd) does not have it"]);
}

#[test]
fn failure_30_a_gpu_of_intel_counts_only_if_it_is_listed() {
    let old = Machine::new().pci("0000:00:02.0", "8086", "0166", Some("i915")).facts();
    assert_eq!((old.state.clone(), old.hints.len()), (State::None, 1));
    let arc = Machine::new().pci("0000:03:00.0", "8086", "e20b", Some("xe")).facts();
    assert_eq!((arc.state.clone(), gpus(&arc)), (State::Usable, vec!["Intel GPU e20b".to_owned()]));
    let unbound = Machine::new().pci("0000:03:00.0", "8086", "e20b", None).facts();
    assert_eq!(unbound.state, State::None);
}

#[test]
fn failure_34_nixos_has_the_library_elsewhere() {
    let machine = Machine::new()
        .driver("580.65.06")
        .nodes(1)
        .pci("0000:01:00.0", "10de", "2204", Some("nvidia"))
        .file("/nix/store/abc-nvidia-x11/lib/libnvidia-ml.so.575.51.03", "")
        .link(
            "/run/opengl-driver/lib/libnvidia-ml.so.1",
            "../../../nix/store/abc-nvidia-x11/lib/libnvidia-ml.so.575.51.03",
        );
    let mismatch = Problem::Mismatch { kernel: "580.65.06".parse().ok(), user: "575.51.03".parse().ok() };
    assert_eq!(machine.facts().state, State::Broken(mismatch));
    assert!(include_str!("../cuda_probe.py").contains("\"/run/opengl-driver/lib\""));
}

#[test]
fn a_gpu_that_another_driver_has_is_only_hardware() {
    for (driver, expected) in [(Some("nouveau"), Some("nouveau")), (Some("vfio-pci"), Some("vfio-pci")), (None, None)] {
        let facts = Machine::new().pci("0000:01:00.0", "10de", "2204", driver).facts();
        assert_eq!(facts.state, State::HardwareOnly(expected.map(str::to_owned)));
    }
}

#[test]
fn a_gpu_that_cannot_be_used_does_not_decide_beside_one_that_can() {
    let facts = Machine::new()
        .pci("0000:01:00.0", "10de", "2204", Some("vfio-pci"))
        .pci("0000:03:00.0", "1002", "7550", Some("amdgpu"))
        .file("/sys/class/kfd/kfd/topology/nodes/1/properties", "vendor_id 4098\ngfx_target_version 120001\n")
        .facts();
    assert_eq!((facts.state.clone(), gpus(&facts)), (State::Usable, vec!["AMD GPU (gfx1201)".to_owned()]));
}

/// Binary, huge, cut off, a pipe that nobody writes to, a directory: never an error, and never a wait.
#[test]
// rustix makes named pipes on Linux only.
#[cfg(target_os = "linux")]
fn garbage_in_the_files_of_the_kernel_is_evidence_and_no_error() {
    let machine = Machine::new()
        .file("/sys/module/nvidia/version", b"\x00\xff\xfe580.65\n")
        .file("/proc/driver/nvidia/version", vec![b'x'; 1 << 20])
        .file("/sys/bus/pci/devices/0000:01:00.0/vendor", b"\xff\xff")
        .file("/sys/bus/pci/devices/0000:02:00.0/vendor", "0x10de")
        .file("/sys/bus/pci/devices/0000:02:00.0/device", "0x")
        .file("/sys/class/kfd/kfd/topology/nodes/1/properties", "vendor_id\ngfx_target_version -1")
        .file("/proc/version/file", "a directory in place of a file");
    let pipe = machine.path("/etc/nv_tegra_release");
    Files.create_dirs(pipe.parent().unwrap()).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let facts = machine.facts();
    assert_eq!((facts.state.clone(), facts.system), (State::None, System::Linux));
    let expected = [
        "/proc/version: cannot be read: Is a directory (os error 21)",
        "/etc/nv_tegra_release: cannot be read: it is not a regular file",
        "/sys/module/nvidia/version: no version of a driver: \0\u{fffd}\u{fffd}580.65",
        "/proc/driver/nvidia/version: cannot be read: it is longer than 65536 bytes",
    ];
    assert_eq!(evidence(&facts), expected);
}

#[test]
fn what_the_tool_prints_for_people_is_evidence_only() {
    let script = "#!/bin/sh\n[ $# = 0 ] || { echo '0, 00000000:01:00.0, GPU-1, NVIDIA H100, 580.65.06, 9.0'; exit 14; }\n\
                  echo '| NVIDIA-SMI 610.43.02   KMD Version: 610.43.02     CUDA UMD Version: 13.3     |'\n";
    let mut machine = Machine::new().driver("580.65.06").nodes(1).program(TOOL, script);
    machine.probe.effort = Effort::All;
    let facts = machine.facts();
    // A row counts although the tool ends with an error: another GPU is lost.
    assert_eq!((facts.summary(), facts.cuda), ("compute capability 9.0 on driver 580.65.06".to_owned(), None));
    let expected = [
        "/usr/bin/nvidia-smi: NVIDIA H100, driver 580.65.06, compute capability 9.0",
        "/usr/bin/nvidia-smi (banner): driver 610.43.02, CUDA 13.3",
    ];
    assert_eq!(evidence(&facts)[2..], expected);
}

#[test]
fn a_gpu_that_the_tool_does_not_know_well_is_asked_of_the_library() {
    let python = "#!/bin/sh\ncat >/dev/null\necho '-----BEGIN KINGBOLT CUDA-----{\"version\": 13000, \"failure\": null, \"devices\": \
                  [{\"name\": \"New\", \"uuid\": \"GPU-2\", \"bus\": null, \"major\": 13, \"minor\": 0}]}-----END KINGBOLT CUDA-----'\n";
    let tool = "#!/bin/sh\necho '0, 00000000:01:00.0, GPU-1, H100, 610.43.02, 9.0'\necho '1, [N/A], GPU-2, New, 610.43.02, [N/A]'\n";
    let mut machine = Machine::new().driver("610.43.02").nodes(2).program(TOOL, tool).program("/python", python);
    machine.probe.python = Some(machine.path("/python"));
    assert_eq!(machine.facts().summary(), "compute capability 9.0 and 13.0 on driver 610.43.02");
}

#[test]
fn a_python_that_does_not_answer_is_evidence() {
    for (script, finding) in [
        ("#!/bin/sh\nexec sleep 600\n", "did not finish within 0.3 s"),
        ("#!/bin/sh\ncat >/dev/null\n", "there is no library, or it cannot be loaded"),
    ] {
        let mut machine = Machine::new().driver("580.65.06").nodes(1).program("/python", script);
        machine.probe.python = Some(machine.path("/python"));
        machine.probe.time_limit = Duration::from_millis(300);
        let facts = machine.facts();
        assert_eq!(facts.state, State::DriverOnly);
        let last = evidence(&facts).pop().unwrap_or_default();
        assert!(last.starts_with("libcuda, by /python: ") && last.ends_with(finding), "{last}");
    }
}

#[test]
fn the_library_tells_of_a_driver_that_does_not_match() {
    let python = "#!/bin/sh\ncat >/dev/null\necho '-----BEGIN KINGBOLT CUDA-----{\"version\": 13000, \"failure\": 803}-----END KINGBOLT CUDA-----'\n";
    let mut machine = Machine::new().driver("580.65.06").nodes(1).program("/python", python);
    machine.probe.python = Some(machine.path("/python"));
    let mismatch = Problem::Mismatch { kernel: "580.65.06".parse().ok(), user: None };
    assert_eq!(machine.facts().state, State::Broken(mismatch));
}

#[test]
fn a_probe_of_this_machine_ends() {
    let host = Host::with(Environment::of([], Path::new("/")), Interrupt::default());
    let facts = probe(&host, &Probe::of_machine(&host, None));
    assert!(!facts.state.name().is_empty());
}
