//! The accelerators on the page of `kingbolt doctor`, on machines that a directory stands for.

use std::fs;
use std::path::Path;

use crate::support::{Fixture, Index, Machine, rust_files, users};

/// A machine with a Python, whose files of the system are below a directory.
struct Accelerated {
    machine: Machine,
    _index: Index,
}

impl Accelerated {
    fn new() -> Option<Self> {
        let Fixture { machine, index } = Fixture::hello()?;
        Some(Self { machine, _index: index })
    }

    fn file(self, path: &str, content: &str) -> Self {
        let path = self.machine.system().join(path);
        fs::create_dir_all(path.parent().expect("it is below")).expect("the directory is ours");
        fs::write(path, content).expect("the directory is ours");
        self
    }

    fn program(self, path: &str, script: &str) -> Self {
        let made = self.file(path, script);
        users::set_mode(&made.machine.system().join(path), 0o755);
        made
    }

    /// A GPU of NVIDIA with its driver.
    fn nvidia(self, device: &str, driver: &str) -> Self {
        let pci = "sys/bus/pci/devices/0000:01:00.0";
        self.file("sys/module/nvidia/version", &format!("{driver}\n"))
            .file(&format!("{pci}/vendor"), "0x10de\n")
            .file(&format!("{pci}/device"), &format!("0x{device}\n"))
            .file(&format!("{pci}/class"), "0x030000\n")
    }

    fn nodes(self) -> Self {
        self.file("dev/nvidiactl", "").file("dev/nvidia0", "")
    }

    /// The section of the page, with variables.
    fn section(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let run = self.machine.kingbolt(["doctor"].iter().chain(arguments));
        let outcome = variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).outcome();
        let (_, after) = outcome.stdout.split_once("\nAccelerator\n").unwrap_or_else(|| panic!("{}", outcome.shown()));
        let (section, _) = after.split_once("\n\n").expect("sections follow");
        section.replace(&self.machine.system().display().to_string(), "[SYSTEM]")
    }
}

#[test]
fn a_gpu_is_told_with_its_driver_and_the_build_for_it() {
    let Some(accelerated) = Accelerated::new() else { return };
    let accelerated = accelerated.nvidia("1b80", "580.126.09").nodes();
    let expected = "  state    usable: a GPU can be used\n  \
                      GPU      NVIDIA GPU 1b80, compute capability 6.1\n  \
                      driver   580.126.09, for CUDA 13.0\n  \
                      PyTorch  cu126 of 2.14: compute capability 6.1 on driver 580.126.09";
    assert_eq!(accelerated.section(&[], &[]), expected);
    let evidence = "  evidence  /sys/bus/pci/devices/0000:01:00.0: 10de:1b80, no driver\n            \
                                /sys/module/nvidia/version: driver 580.126.09\n            \
                                /dev: nvidiactl, nvidia0\n            ";
    let verbose = accelerated.section(&["-v"], &[]);
    assert!(verbose.contains(evidence), "{verbose}");
}

#[test]
fn every_state_has_its_build_and_its_advice() {
    let Some(none) = Accelerated::new() else { return };
    assert_eq!(none.section(&[], &[]), "  state    none: no GPU was found\n  PyTorch  cpu of 2.15: no GPU was found");
    let driver_only = none.nvidia("2204", "580.65.06");
    let expected = "  state    driver-only: a GPU driver is loaded, but no GPU can be reached from\n           \
                               here\n  \
                      GPU      NVIDIA GPU 2204, compute capability 8.6\n  \
                      driver   580.65.06, for CUDA 13.0\n  \
                      PyTorch  cpu of 2.15: a GPU driver is loaded, but no GPU can be reached from\n           \
                               here\n           \
                               start the container with its GPUs (`--gpus all`), or name the build\n           \
                               for another machine with `--accelerator`";
    assert_eq!(driver_only.section(&[], &[]), expected);
}

#[test]
fn a_driver_that_was_updated_without_a_restart_is_a_problem() {
    let Some(accelerated) = Accelerated::new() else { return };
    let accelerated = accelerated.nvidia("2204", "550.90.07").nodes().program(
        "usr/bin/nvidia-smi",
        "#!/bin/sh\necho 'Failed to initialize NVML: Driver/library version mismatch' >&2\nexit 18\n",
    );
    let outcome = accelerated.machine.kingbolt(["doctor", "--json"]).outcome();
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    let document = accelerated.machine.kingbolt(["doctor", "--json"]).json();
    let problem = document["problems"].as_array().expect("it is a list").iter().find(|it| it["area"] == "accelerator");
    let expected = serde_json::json!({
        "area": "accelerator",
        "problem": "the driver in the kernel (550.90.07) is of another version than its library",
        "fix": "restart the machine, so that the new driver is loaded",
    });
    assert_eq!(problem, Some(&expected));
    assert_eq!(document["accelerator"]["state"], "broken");
}

/// Failure 23: the variable hides GPUs from the tool, too.
#[test]
fn gpus_that_are_hidden_from_programs_are_found_all_the_same() {
    let Some(accelerated) = Accelerated::new() else { return };
    let accelerated = accelerated.file("sys/module/nvidia/version", "580.65.06\n").nodes().program(
        "usr/bin/nvidia-smi",
        "#!/bin/sh\n[ -z \"${CUDA_VISIBLE_DEVICES+set}\" ] || { echo 'No devices were found'; exit 6; }\n\
         echo '0, 00000000:01:00.0, GPU-1, NVIDIA H100 PCIe, 580.65.06, 9.0'\n",
    );
    let section = accelerated.section(&[], &[("CUDA_VISIBLE_DEVICES", "-1")]);
    let expected = "  state    usable: a GPU can be used\n  \
                      GPU      NVIDIA H100 PCIe, compute capability 9.0\n  \
                      driver   580.65.06, for CUDA 13.0\n  \
                      PyTorch  cu132 of 2.15: compute capability 9.0 on driver 580.65.06";
    assert_eq!(section, expected);
}

/// Failure 22: Kingbolt runs in the home directory here.
#[test]
fn a_tool_that_lies_in_the_current_directory_is_never_run() {
    let Some(accelerated) = Accelerated::new() else { return };
    let home = accelerated.machine.home().display().to_string();
    let planted = format!("{}/nvidia-smi", home.trim_start_matches('/'));
    let script = format!("#!/bin/sh\ntouch '{home}/was-run'\n");
    let accelerated = accelerated.file("sys/module/nvidia/version", "580.65.06\n").nodes().program(&planted, &script);
    let real = accelerated.machine.write("nvidia-smi", &script);
    users::set_mode(&real, 0o755);
    let path = format!("{home}:.:{}", Path::new(&home).join("../path").display());
    let section = accelerated.section(&["-v"], &[("PATH", &path)]);
    assert!(!section.contains("nvidia-smi"), "{section}");
    assert!(!Path::new(&home).join("was-run").exists());
}

/// The decision vectors of docs/accelerators.md, for the releases that Kingbolt knows.
#[test]
fn assumed_machines_get_the_build_for_them() {
    let Some(accelerated) = Accelerated::new() else { return };
    let vectors = [
        ("580.126", "6.1", "cu126 of 2.14: compute capability 6.1 on driver 580.126"),
        ("580.126", "8.9", "cu132 of 2.15: compute capability 8.9 on driver 580.126"),
        ("570.133", "8.9", "cu126 of 2.14: compute capability 8.9 on driver 570.133"),
        ("570.133", "12.0", "cu128 of 2.11: compute capability 12.0 on driver 570.133"),
        ("610.43", "10.0", "cu132 of 2.15: compute capability 10.0 on driver 610.43"),
        ("535.183", "8.0", "cu126 of 2.14: compute capability 8.0 on driver 535.183"),
        ("580", "6.1,8.6", "cu126 of 2.14: compute capability 6.1 and 8.6 on driver 580"),
    ];
    for (driver, compute, expected) in vectors {
        let variables = [("KINGBOLT_ASSUME_DRIVER", driver), ("KINGBOLT_ASSUME_COMPUTE", compute)];
        let section = accelerated.section(&[], &variables);
        let row = section.lines().find_map(|line| line.strip_prefix("  PyTorch  "));
        assert_eq!(row, Some(expected), "{section}");
    }
    // Options come before variables.
    let variables = [("KINGBOLT_ASSUME_DRIVER", "525"), ("KINGBOLT_ASSUME_COMPUTE", "8.6")];
    let section = accelerated.section(&["--assume-driver", "580", "--assume-compute", "6.1,12.0"], &variables);
    let expected = "  PyTorch  cu132 of 2.15: compute capability 6.1 and 12.0 on driver 580\n           \
                               the build cu132 cannot use assumed GPU (compute capability 6.1)";
    assert!(section.ends_with(expected), "{section}");
}

#[test]
fn an_option_that_cannot_be_understood_ends_the_run() {
    let Some(accelerated) = Accelerated::new() else { return };
    let outcome = accelerated.machine.kingbolt(["doctor", "--assume-driver", "new"]).outcome();
    let expected = "error: invalid value 'new' for '--assume-driver <VERSION>': `new` is not a version of NVIDIA's driver such as `580.65.06`\n";
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        outcome.stderr.split_once("\n\n").map_or(outcome.stderr.clone(), |(first, _)| format!("{first}\n")),
        expected
    );
}

#[test]
fn a_variable_that_cannot_be_understood_is_a_problem_that_names_it() {
    let Some(accelerated) = Accelerated::new() else { return };
    let run = accelerated.machine.kingbolt(["doctor", "--json"]).with_variable("KINGBOLT_ASSUME_COMPUTE", "8.6,new");
    let problem =
        run.json()["problems"].as_array().expect("it is a list").iter().find(|it| it["area"] == "accelerator").cloned();
    let expected = serde_json::json!({
        "area": "accelerator",
        "problem": "failed to use `KINGBOLT_ASSUME_COMPUTE`: `new` is not a compute capability such as `8.6`",
        "fix": "correct the variable, or unset it",
    });
    assert_eq!(problem, Some(expected));
}

/// The variable that lets a directory stand for the machine must not be known to releases.
#[test]
fn only_debug_builds_let_a_directory_stand_for_the_machine() {
    let name = concat!("\"KINGBOLT_TEST", "_ROOT\"");
    let named: Vec<_> =
        rust_files().into_iter().filter(|file| file.path.starts_with("src/") && file.text.contains(name)).collect();
    let [only] = named.as_slice() else { panic!("{} files name it", named.len()) };
    let (before, after) = only.text.split_once(name).expect("it is there");
    assert!(!after.contains(name));
    let function = before.rsplit("\n\n").next().unwrap_or_default();
    assert!(function.starts_with("#[cfg(debug_assertions)]\nfn "), "{function}");
}
