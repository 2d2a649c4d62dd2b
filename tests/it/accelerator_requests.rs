//! The accelerator of a request: how it is named, what it is kept through, and what else may name it.

use crate::support::{ADA, Accelerated, Fixture, KNOWN_ACCELERATORS, PASCAL, Request, install_for, torch};

#[test]
fn the_accelerator_is_kept_and_looked_for_again_by_upgrades() {
    let Some(accelerated) = Accelerated::new() else { return };
    accelerated.succeeds(&install_for("cellpose", "auto", PASCAL));
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126");
    let machine = &accelerated.fixture.machine;
    let receipt = std::fs::read_to_string(machine.home().join("kingbolt/apps/cellpose/receipt.toml"));
    assert!(receipt.expect("there is one").contains("accelerator = \"auto\"\n"));
    // The same machine with another GPU.
    let accelerated = accelerated.on_ada();
    let machine = &accelerated.fixture.machine;
    machine
        .kingbolt(["upgrade", "cellpose", "--dry-run"])
        .stdout(
            "
            cellpose on Python [PYTHON VERSION] ([PYTHON])
              torch 2.14.0+cu126 -> 2.15.0
              torchvision 0.29.2+cu126 -> 0.29.2
            ",
        )
        .stderr(
            "
            KINGBOLT_ASSUME_DRIVER: assumes driver 580.126
            KINGBOLT_ASSUME_COMPUTE: assumes compute capability 8.9
            Resolved 3 packages in [TIME]
            torch 2.15.0 (cu132): build for compute capability 8.9 on driver 580.126
            ",
        )
        .succeeds();
    accelerated.succeeds(&["upgrade", "cellpose"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.15.0, torchvision 0.29.2");
    accelerated.succeeds(&["inject", "cellpose", "torchvision"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.15.0, torchvision 0.29.2");
    // It holds on for another request, until that names another one or starts afresh.
    let said = accelerated.run(&["install", "cellpose>=4"]).stderr;
    assert!(said.contains("Kept: --with 'torchvision' --accelerator auto; --replace starts afresh\n"), "{said}");
    accelerated.succeeds(&install_for("cellpose", "cu126", &[]));
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126");
    accelerated.succeeds(&["upgrade", "cellpose"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126");
    accelerated.succeeds(&["install", "cellpose", "--replace"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.15.0, torchvision 0.29.2");
}

#[test]
fn facts_that_are_stated_count_for_an_app_that_is_installed() {
    let Some(accelerated) = Accelerated::new() else { return };
    accelerated.succeeds(&install_for("cellpose", "auto", ADA));
    accelerated.succeeds(&install_for("cellpose", "auto", PASCAL));
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126");
    let outcome = accelerated.run(&install_for("cellpose", "auto", &["--require-gpu"]));
    assert_eq!(outcome.code, Some(6), "{}", outcome.shown());
}

#[test]
fn a_manifest_carries_the_accelerator_and_another_machine_gets_its_own_build() {
    let Some(accelerated) = Accelerated::new() else { return };
    accelerated.succeeds(&install_for("cellpose", "auto", PASCAL));
    let manifest = accelerated.run(&["export"]).stdout;
    accelerated.fixture.machine.write("apps.toml", &manifest);
    accelerated.succeeds(&["uninstall", "cellpose"]);
    let accelerated = accelerated.on_ada();
    accelerated.succeeds(&["install", "--file", "apps.toml", "--exact"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.14.0, torchvision 0.29.2");
    accelerated.succeeds(&["upgrade", "cellpose"]);
    assert_eq!(accelerated.installed(), "cellpose 4.2, torch 2.15.0, torchvision 0.29.2");
}

#[test]
fn documents_state_the_build_and_the_reason() {
    let Some(accelerated) = Accelerated::new() else { return };
    let machine = &accelerated.fixture.machine;
    let expected = serde_json::json!({
        "label": "cu126",
        "reason": "newest release for compute capability 6.1 on driver 580.126",
    });
    let planned =
        machine.kingbolt(install_for("cellpose", "auto", &[PASCAL, &["--dry-run", "--json"]].concat())).json();
    assert_eq!(planned["results"][0]["plan"]["accelerator"], expected);
    let installed = machine.kingbolt(install_for("cellpose", "auto", &[PASCAL, &["--json"]].concat())).json();
    assert_eq!(installed["results"][0]["accelerator"], expected);
    machine.kingbolt(["install", "cellpose", "--replace", "--quiet"]).succeeds();
    let without = machine.kingbolt(["install", "cellpose", "--json"]).json();
    assert_eq!(without["results"][0].get("accelerator"), None);
}

#[test]
fn a_variable_names_the_accelerator_and_options_come_first() {
    let Some(accelerated) = Accelerated::new() else { return };
    let accelerated = accelerated.with_variable("KINGBOLT_ACCELERATOR", "cu126");
    assert_eq!(accelerated.planned(&["cellpose"]).1, "torch 2.14.0+cu126: requested with `--accelerator cu126`");
    assert_eq!(
        accelerated.planned(&["cellpose", "--accelerator", "cpu"]).1,
        "torch 2.15.0+cpu: requested with `--accelerator cpu`"
    );
    let outcome = accelerated.fixture.machine.kingbolt(["run", "cellpose"]).outcome();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), "hello from cellpose 4.2\n"), "{}", outcome.shown());
    assert!(
        outcome.stderr.contains("torch 2.14.0+cu126: requested with `--accelerator cu126`\n"),
        "{}",
        outcome.shown()
    );
    let Accelerated { fixture: Fixture { machine, .. }, .. } = accelerated;
    let refusal = format!(
        "error: failed to use `KINGBOLT_ACCELERATOR`\n  caused by: `gpu` is not an accelerator; there are {KNOWN_ACCELERATORS}\nhint: correct or \
         remove the setting; settings are never ignored\n"
    );
    machine.with_variable("KINGBOLT_ACCELERATOR", "gpu").kingbolt(["install", "cellpose"]).stderr(&refusal).exits(2);
}

#[test]
fn builds_from_the_cache_need_no_network() {
    let Some(accelerated) = Accelerated::new() else { return };
    accelerated.succeeds(&install_for("cellpose", "auto", PASCAL));
    accelerated.succeeds(&["uninstall", "cellpose"]);
    accelerated.torch.pages.forget_requests();
    let (packages, _) = accelerated.planned(&[&["cellpose", "--accelerator", "auto", "--offline"], PASCAL].concat());
    assert_eq!(packages, "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126");
    assert_eq!(accelerated.torch.pages.paths(), Vec::<String>::new());
}

/// A mirror that asks for a password: it goes to the mirror only, and is not written anywhere.
#[test]
fn credentials_of_a_mirror_stay_with_it() {
    let Some(Accelerated { fixture: Fixture { machine, index }, torch }) = Accelerated::new() else { return };
    torch.pages.demand_login("alice", "s3cret");
    let url = torch.url().replace("http://", "http://alice:s3cret@");
    let machine = machine.with_variable("KINGBOLT_ACCELERATOR_INDEX_URL", &url);
    machine.kingbolt(install_for("cellpose", "auto", &[PASCAL, &["--quiet"]].concat())).succeeds();
    assert_eq!(machine.containing("s3cret"), Vec::<String>::new());
    let is_secret = |request: &Request| request.header("authorization").is_some();
    assert!(!torch.files.requests().iter().any(is_secret) && !index.requests().iter().any(is_secret));
    assert!(torch.pages.requests().iter().any(is_secret));
}

#[test]
fn a_release_that_is_newer_than_the_table_counts_as_its_newest() {
    let Some(accelerated) = Accelerated::new() else { return };
    accelerated.fixture.index.publish(&torch("2.99.0"));
    let (packages, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto", "--verbose"], ADA].concat());
    assert!(packages.starts_with("cellpose 4.2, torch 2.99.0, torchvision 0.29.2"), "{packages}");
    assert_eq!(
        said,
        "--assume-driver: assumes driver 580.126\n--assume-compute: assumes compute capability 8.9\ntorch 2.99.0 (cu132): build for compute capability 8.9 on driver 580.126\ntorch 2.99.0 is newer than the table of builds, and \
         counts as its newest release"
    );
}

/// The numbers of drivers in WSL are those of Windows, which has other floors.
#[test]
fn a_container_without_its_gpu_and_wsl_are_told_by_the_files_of_the_machine() {
    let Some(accelerated) = Accelerated::new() else { return };
    let machine = &accelerated.fixture.machine;
    machine.write("machine/sys/module/nvidia/version", "580.126.09\n");
    let (packages, said) = accelerated.planned(&["cellpose", "--accelerator", "auto"]);
    assert_eq!(packages, "cellpose 4.2, torch 2.15.0+cpu, torchvision 0.29.2+cpu");
    assert_eq!(
        said,
        "warning: torch 2.15.0+cpu: CPU build, since a GPU driver is loaded, but no GPU can be reached from here; start the container \
         with its GPUs (`--gpus all`), or name the build for another machine with `--accelerator`"
    );
    machine.write("machine/proc/version", "Linux version 6.6.87.2-microsoft-standard-WSL2 (gcc)\n");
    for (driver, version) in [("572.60", "2.14.0+cu126"), ("528.33", "2.14.0+cu126"), ("527.41", "2.7.1+cu118")] {
        let facts = ["--assume-driver", driver, "--assume-compute", "8.6"];
        let (packages, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto"], &facts[..]].concat());
        let label = version.split_once('+').map_or("", |(_, label)| label);
        assert_eq!(packages, format!("cellpose 4.2, torch {version}, torchvision 0.29.2+{label}"));
        assert_eq!(said, format!("torch {version}: newest release for compute capability 8.6 on driver {driver}"));
    }
}

#[test]
fn variables_of_other_tools_count_and_are_named() {
    let Some(accelerated) = Accelerated::new() else { return };
    let accelerated =
        accelerated.with_variable("UV_CUDA_DRIVER_VERSION", "580.126").with_variable("CONDA_OVERRIDE_CUDA_ARCH", "6.1");
    assert_eq!(
        accelerated.planned(&["cellpose", "--accelerator", "auto"]).1,
        "UV_CUDA_DRIVER_VERSION: assumes driver 580.126\nCONDA_OVERRIDE_CUDA_ARCH: assumes compute capability 6.1\ntorch 2.14.0+cu126: \
         newest release for compute capability 6.1 on driver 580.126"
    );
    let accelerated = accelerated.with_variable("UV_TORCH_BACKEND", "cu130");
    assert_eq!(
        accelerated.planned(&["cellpose", "--accelerator", "auto"]).1,
        "torch 2.15.0+cu130: requested with `UV_TORCH_BACKEND`"
    );
    assert_eq!(accelerated.planned(&["cellpose"]).1, "");
}
