//! Decisions for machines as people have them.

use super::{
    AcceleratorFacts, ComputeCapability, Covers, CudaVersion, Decision, Gpu, JetsonRelease, Label, Model, Problem,
    State, System, Variant, decide, decide_for,
};

/// The builds of PyTorch 2.14 for Linux on x86-64, of which none is preferred.
fn torch_2_14() -> Vec<Variant> {
    vec![
        Variant::other(Label::Cpu),
        cuda(12, 6, "5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        cuda(13, 0, "7.5 8.0 8.6 9.0 10.0 12.0+ptx"),
        cuda(13, 2, "7.5 8.0 8.6 9.0 10.0 12.0+ptx"),
    ]
}

/// The same of 2.11.
fn torch_2_11() -> Vec<Variant> {
    vec![
        Variant::other(Label::Cpu),
        cuda(12, 6, "5.0 6.0 7.0 7.5 8.0 8.6 9.0"),
        cuda(12, 8, "7.5 8.0 8.6 9.0 10.0 12.0"),
        cuda(13, 0, "7.5 8.0 8.6 9.0 10.0 12.0+ptx"),
    ]
}

/// The builds of PyTorch 2.14 for Linux on ARM64.
fn torch_2_14_arm() -> Vec<Variant> {
    vec![
        Variant::other(Label::Cpu),
        cuda(12, 6, "8.0 9.0"),
        cuda(13, 0, "8.0 9.0 10.0 11.0 12.0+ptx"),
        cuda(13, 2, "8.0 9.0 10.0 11.0 12.0+ptx"),
    ]
}

fn cuda(major: u8, minor: u8, compute: &str) -> Variant {
    Variant::cuda(CudaVersion::new(major, minor), compute).unwrap()
}

/// A machine with a driver and GPUs that can be used; `?` is a GPU of unknown capability.
fn machine(system: System, driver: &str, capabilities: &str) -> AcceleratorFacts {
    let mut facts = AcceleratorFacts::none(system);
    facts.state = State::Usable;
    facts.driver = driver.parse().ok();
    facts.gpus = capabilities.split(' ').map(|text| Gpu::assumed(text.parse().ok())).collect();
    facts
}

fn outcome(decision: &Decision) -> (String, Covers, String, Vec<String>, Option<String>) {
    let Decision { label, covers, reason, warnings, .. } = decision;
    (label.to_string(), *covers, reason.clone(), warnings.clone(), decision.advice())
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// The decision vectors of docs/accelerators.md that end at a GPU.
#[test]
fn decision_vectors_with_a_build_for_the_gpu() {
    let vectors = [
        (System::Linux, "580.126", "6.1", "cu126"),
        (System::Linux, "580.126", "8.9", "cu130"),
        (System::Linux, "570.133", "8.9", "cu126"),
        (System::Linux, "610.43", "10.0", "cu132"),
        (System::Linux, "535.183", "8.0", "cu126"),
        (System::Linux, "580", "6.1 8.6", "cu126"),
        (System::Wsl, "572.60", "8.6", "cu126"),
    ];
    for (system, driver, capabilities, label) in vectors {
        let facts = machine(system, driver, capabilities);
        let decision = decide(&facts, &torch_2_14());
        let capabilities = capabilities.replace(' ', " and ");
        let reason = format!("compute capability {capabilities} on driver {driver}");
        assert_eq!(outcome(&decision), (text(label), Covers::AllGpus, reason, vec![], None));
        assert_eq!(decision.variant.map(|position| torch_2_14()[position].label), Some(decision.label));
    }
}

#[test]
fn decision_vector_with_a_gpu_too_old_for_the_build_of_the_strongest() {
    let facts = machine(System::Linux, "580", "6.1 12.0");
    let decision = decide(&facts, &torch_2_14());
    let reason = text("compute capability 6.1 and 12.0 on driver 580");
    let warning = text("the build cu130 cannot use assumed GPU (compute capability 6.1)");
    assert_eq!(outcome(&decision), (text("cu130"), Covers::Strongest, reason, vec![warning], None));
    assert_eq!(decision.left_out.len(), 1);
    assert_eq!(
        (decision.left_out[0].gpu.clone(), decision.left_out[0].why.as_str()),
        (facts.gpus[0].clone(), "cu130 has no kernels for it")
    );
    let visible = decision.visible_devices(&facts.gpus);
    assert_eq!(visible.as_deref(), Some("CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=1"));
}

#[test]
fn the_gpus_that_a_build_uses_are_named_by_their_uuids() {
    let mut facts = machine(System::Linux, "580.65.06", "6.1 12.0 12.0");
    for (gpu, uuid) in facts.gpus.iter_mut().zip(["GPU-a", "GPU-b", "GPU-c"]) {
        gpu.uuid = Some(uuid.to_owned());
    }
    let decision = decide(&facts, &torch_2_14());
    assert_eq!(decision.visible_devices(&facts.gpus).as_deref(), Some("CUDA_VISIBLE_DEVICES=GPU-b,GPU-c"));
}

/// The decision vectors that end at the CPU, with the reason and the way out.
#[test]
fn decision_vectors_without_a_build_for_the_gpu() {
    let too_new = "cu130 and cu132 need driver 580 or newer, and this is 570.133, and cu126 has no kernels for compute \
                   capability 12.0";
    let too_old = "cu126, cu130 and cu132 need driver 525.60.13 or newer, and this is 470.256";
    let too_old_in_wsl = "cu126, cu130 and cu132 need driver 528.33 or newer, and this is 527.41";
    let release = |driver: &str, labels: &str| {
        format!("update the driver to {driver} or newer or take a release that has a build for {labels}")
    };
    let vectors = [
        (System::Linux, "570.133", "12.0", too_new, release("580", "`cu128` or `cu129`")),
        (System::Linux, "470.256", "8.6", too_old, release("525.60.13", "`cu117` or `cu118`")),
        (System::Wsl, "527.41", "8.6", too_old_in_wsl, release("528.33", "`cu117` or `cu118`")),
    ];
    for (system, driver, capabilities, reason, advice) in vectors {
        let decision = decide(&machine(system, driver, capabilities), &torch_2_14());
        assert_eq!(outcome(&decision), (text("cpu"), Covers::NoGpu, text(reason), vec![], Some(advice)));
        assert_eq!(decision.variant, Some(0));
    }
}

#[test]
fn decision_vectors_without_a_usable_gpu() {
    let container = "start the container with its GPUs (`--gpus all`), or name the build for another machine with \
                     `--accelerator`";
    let mismatch = Problem::Mismatch { kernel: "550.90.07".parse().ok(), user: "610.43.02".parse().ok() };
    let vectors = [
        (State::None, "no GPU was found", None),
        (State::DriverOnly, "a GPU driver is loaded, but no GPU can be reached from here", Some(container)),
        (
            State::HardwareOnly(None),
            "there is a GPU, but no driver that runs programs on it",
            Some("install the driver of the GPU's vendor"),
        ),
        (
            State::HardwareOnly(Some(text("nouveau"))),
            "there is a GPU, but the driver `nouveau` has it, which runs no programs on it",
            Some("install the driver of the GPU's vendor"),
        ),
        (
            State::Broken(mismatch),
            "the driver in the kernel (550.90.07) is of another version than its library (610.43.02)",
            Some("restart the machine, so that the new driver is loaded"),
        ),
        (
            State::Broken(Problem::Blocked),
            "the operating system keeps programs from the GPU",
            Some("update the driver of Windows, and install none in WSL"),
        ),
    ];
    for (state, reason, advice) in vectors {
        let mut facts = machine(System::Linux, "580.65.06", "8.6");
        facts.state = state;
        let expected = (text("cpu"), Covers::NoGpu, text(reason), vec![], advice.map(text));
        assert_eq!(outcome(&decide(&facts, &torch_2_14())), expected);
    }
}

/// Failure 1: the newest driver for Pascal is the first one for CUDA 13, whose builds have no kernels for Pascal.
#[test]
fn failure_1_a_gpu_too_old_for_the_newest_release_is_told_which_builds_run() {
    let without_cu126: Vec<Variant> =
        torch_2_14().into_iter().filter(|it| it.cuda != Some(CudaVersion::new(12, 6))).collect();
    let decision = decide(&machine(System::Linux, "580.126", "6.1"), &without_cu126);
    let reason = text("cu130 and cu132 have no kernels for compute capability 6.1");
    let labels = "`cu117`, `cu118`, `cu121`, `cu124`, `cu126`, `cu128` or `cu129`";
    let advice = format!("take a release that has a build for {labels}");
    assert_eq!(outcome(&decision), (text("cpu"), Covers::NoGpu, reason, vec![], Some(advice)));
}

/// Failures 2, 3 and 4: kernels differ from release to release, and drivers from build to build.
#[test]
fn failure_2_3_4_each_release_has_its_own_kernels_and_floors() {
    let decided =
        |driver, capability| decide(&machine(System::Linux, driver, capability), &torch_2_11()).label.to_string();
    // Volta is gone from the builds for CUDA 12.8.
    assert_eq!(decided("570.133", "7.0"), "cu126");
    // Blackwell is in no build before CUDA 12.8.
    assert_eq!(decided("570.133", "12.0"), "cu128");
    // The driver is too old for the default build, and runs the newest of the older major version.
    assert_eq!(decided("535.183", "9.0"), "cu128");
}

/// Failure 7: no build covers both.
#[test]
fn failure_7_the_strongest_gpu_decides_where_no_build_covers_all() {
    let decision = decide(&machine(System::Linux, "580.65.06", "12.0 7.0 7.5"), &torch_2_14());
    assert_eq!((decision.label.to_string().as_str(), decision.covers), ("cu130", Covers::Strongest));
    assert_eq!(decision.warnings, ["the build cu130 cannot use assumed GPU (compute capability 7.0)"]);
}

/// Failure 14: the builds for servers do not run on JetPack 4 to 6.
#[test]
fn failure_14_no_build_is_chosen_on_jetson_up_to_jetpack_6() {
    let system = |major, minor, patch| System::Jetson(Some(JetsonRelease { major, minor, patch }));
    let decision = decide(&machine(system(36, 4, 3), "540.4.0", "8.7"), &torch_2_14_arm());
    let advice = text("name the index of NVIDIA's builds for this release of JetPack with `--index-url`");
    let reason = text("builds for CUDA on Linux do not run on Jetson Linux 36.4.3");
    assert_eq!(outcome(&decision), (text("cpu"), Covers::NoGpu, reason, vec![], Some(advice)));
    let unknown = decide(&machine(System::Jetson(None), "540.4.0", "8.7"), &torch_2_14_arm());
    assert_eq!(unknown.reason, "builds for CUDA on Linux do not run on Jetson Linux");
}

/// Failures 16 and 17: Thor and GB10 are platforms for CUDA 13 on ARM64.
#[test]
fn failure_16_17_arm_machines_get_builds_for_cuda_13() {
    let thor = System::Jetson(Some(JetsonRelease { major: 38, minor: 2, patch: 0 }));
    let mut facts = machine(thor, "", "11.0");
    facts.cuda = Some(CudaVersion::new(13, 0));
    let decision = decide(&facts, &torch_2_14_arm());
    assert_eq!(decision.to_string(), "cu130: compute capability 11.0 on a driver for CUDA 13.0");
    let decision = decide(&machine(System::Linux, "580.173.02", "12.1"), &torch_2_14_arm());
    assert_eq!(decision.to_string(), "cu130: compute capability 12.1 on driver 580.173.02");
    // An Orin is covered by none of them (failure 15).
    let orin = System::Jetson(Some(JetsonRelease { major: 39, minor: 2, patch: 0 }));
    assert_eq!(decide(&machine(orin, "595.45.04", "8.7"), &torch_2_14_arm()).label, Label::Cpu);
}

/// Failure 25: a label that fits but that the release does not have is never composed.
#[test]
fn failure_25_only_builds_that_a_release_has_are_chosen() {
    let drivers = ["450.80.02", "525.60.13", "535.183", "570.133", "580.65.06", "610.43.02", "?"];
    let capabilities =
        ["3.5", "5.0", "6.1", "7.0", "8.6", "8.7", "9.0", "10.3", "11.0", "12.0", "12.1", "13.0", "?", "6.1 12.0"];
    for variants in [torch_2_11(), torch_2_14(), torch_2_14_arm()] {
        for (driver, capability) in
            drivers.iter().flat_map(|driver| capabilities.map(|capability| (driver, capability)))
        {
            for system in [System::Linux, System::Windows, System::Wsl] {
                let decision = decide(&machine(system, driver, capability), &variants);
                let chosen = decision.variant.map(|position| variants[position].label);
                assert_eq!(chosen, Some(decision.label), "{driver} {capability}");
                assert_eq!(decision.covers == Covers::NoGpu, decision.label == Label::Cpu, "{driver} {capability}");
                assert!(!decision.reason.is_empty());
            }
        }
    }
}

/// Failure 33: the build for CUDA 12.6 has no kernels for Maxwell on Windows, and has them on Linux.
#[test]
fn failure_33_kernels_differ_from_system_to_system() {
    let windows = [Variant::other(Label::Cpu), cuda(12, 6, "6.1 7.0 7.5 8.0 8.6 9.0")];
    let decided = |capability| decide(&machine(System::Windows, "576.52", capability), &windows).label.to_string();
    assert_eq!(decided("5.2"), "cpu");
    assert_eq!(decided("6.1"), "cu126");
    assert_eq!(decide(&machine(System::Linux, "575.64", "5.2"), &torch_2_14()).label.to_string(), "cu126");
}

#[test]
fn a_build_whose_source_is_preferred_comes_before_the_native_one() {
    let mut variants = torch_2_14();
    variants[1].rank = 1;
    variants[2].rank = 1;
    let decided = |driver, capability| decide(&machine(System::Linux, driver, capability), &variants).label.to_string();
    assert_eq!(decided("580.126", "8.9"), "cu132");
    // It must fit all the same.
    assert_eq!(decided("580.126", "6.1"), "cu126");
    assert_eq!(decided("570.133", "8.9"), "cu126");
    assert_eq!(decided("580.126", "6.1 8.9"), "cu126");
}

#[test]
fn a_gpu_that_is_newer_than_the_tables_gets_the_newest_build_and_a_warning() {
    let mut variants = torch_2_14();
    variants[1].rank = 0;
    variants[3].rank = 1;
    let decision = decide(&machine(System::Linux, "610.43.02", "?"), &variants);
    let warning = "the compute capability of a GPU is unknown; it counts as newer than the tables; state it with \
                   `--assume-compute` if it is not";
    let reason = text("unknown compute capability on driver 610.43.02");
    assert_eq!(outcome(&decision), (text("cu132"), Covers::AllGpus, reason, vec![text(warning)], None));
}

#[test]
fn a_driver_of_unknown_version_gets_the_build_that_demands_least() {
    let decided = |capability| decide(&machine(System::Linux, "", capability), &torch_2_14());
    assert_eq!(decided("8.6").label.to_string(), "cu126");
    assert_eq!(decided("8.6").warnings, ["the version of the driver is unknown; cu126 demands the least of it"]);
    assert_eq!(decided("12.0").label.to_string(), "cu130");
}

#[test]
fn apple_gets_mps_and_other_gpus_get_a_build_only_by_its_name() {
    let mut facts = machine(System::MacOs, "", "");
    facts.gpus = vec![Gpu { name: text("Apple GPU"), model: Model::Apple, uuid: None, bus: None }];
    let variants = [Variant::other(Label::Cpu), Variant::other(Label::Mps)];
    assert_eq!(decide(&facts, &variants).to_string(), "mps: Apple GPU");
    assert_eq!(decide(&facts, &variants[..1]).to_string(), "cpu: no build for MPS is offered");

    let rocm: Label = "rocm7.2".parse().unwrap();
    facts.system = System::Linux;
    facts.gpus = vec![Gpu { name: text("AMD GPU"), model: Model::Amd(None), uuid: None, bus: None }];
    let decision = decide(&facts, &[Variant::other(Label::Cpu), Variant::other(rocm)]);
    let advice = text("force a build with `--accelerator rocm7.2`");
    let reason = text("a build for AMD GPU is chosen only by its name");
    assert_eq!(outcome(&decision), (text("cpu"), Covers::NoGpu, reason, vec![], Some(advice)));
}

#[test]
fn a_release_without_builds_for_cuda_ends_at_the_cpu() {
    let facts = machine(System::Linux, "580.126", "8.9");
    let decision = decide(&facts, &[Variant::other(Label::Cpu)]);
    let labels = "`cu118`, `cu121`, `cu124`, `cu126`, `cu128`, `cu129`, `cu130`, `cu132` or `cu134`";
    let advice = format!("take a release that has a build for {labels}");
    let reason = text("no build for CUDA is offered");
    assert_eq!(outcome(&decision), (text("cpu"), Covers::NoGpu, reason, vec![], Some(advice)));
    assert_eq!(decide(&facts, &[]).variant, None);
}

#[test]
fn a_named_build_is_taken_with_warnings_about_what_keeps_it_from_running() {
    let named = |facts: &AcceleratorFacts, label: &str| {
        let decision = decide_for(facts, &torch_2_14(), label.parse().unwrap())?;
        Some((decision.label.to_string(), decision.variant, decision.warnings))
    };
    let pascal = machine(System::Linux, "570.133", "6.1");
    let warnings = vec![
        text("the build cu130 was named, but cu130 needs driver 580 or newer, and this is 570.133"),
        text("the build cu130 cannot use assumed GPU (compute capability 6.1)"),
    ];
    assert_eq!(named(&pascal, "cu130"), Some((text("cu130"), Some(2), warnings)));
    assert_eq!(named(&pascal, "cu126"), Some((text("cu126"), Some(1), vec![])));
    assert_eq!(named(&pascal, "cpu"), Some((text("cpu"), Some(0), vec![])));
    assert_eq!(named(&pascal, "cu128"), None);
    let warning = text("the build cu130 was named, but no GPU was found");
    let expected = Some((text("cu130"), Some(2), vec![warning]));
    assert_eq!(named(&AcceleratorFacts::none(System::Linux), "cu130"), expected);
}

#[test]
fn capabilities_are_told_once_each() {
    let summary = |capabilities| machine(System::Linux, "580", capabilities).summary();
    assert_eq!(summary("8.6 8.6 6.1"), "compute capability 6.1 and 8.6 on driver 580");
    assert_eq!(summary("8.6 ?"), "compute capability 8.6 and an unknown one on driver 580");
    assert_eq!(ComputeCapability::new(8, 6).to_string(), "8.6");
}
