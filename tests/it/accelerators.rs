//! `install --accelerator`: label and version of PyTorch are chosen together, for the GPUs and the driver of a machine. The table of
//! builds that is tried here is that of Linux on x86-64.

use crate::support::{ADA, Accelerated, KNOWN_ACCELERATORS, PASCAL, StatedHash, Wheel, cellpose, install_for, torch};

/// The decision vectors of the reference, with the releases up to 2.15.
#[test]
fn label_and_version_are_chosen_together_on_every_vector() {
    let Some(accelerated) = Accelerated::new() else { return };
    let newest = |version, label, compute, driver| {
        format!("torch {version}+{label}: newest release for compute capability {compute} on driver {driver}")
    };
    let own =
        |compute, driver| format!("torch 2.15.0 (cu132): build for compute capability {compute} on driver {driver}");
    let mut problems = Vec::new();
    for (driver, compute, version, said) in [
        ("580.126", "6.1", "2.14.0+cu126", newest("2.14.0", "cu126", "6.1", "580.126")),
        ("580.126", "8.9", "2.15.0", own("8.9", "580.126")),
        ("570.133", "8.9", "2.14.0+cu126", newest("2.14.0", "cu126", "8.9", "570.133")),
        ("570.133", "12.0", "2.11.0+cu128", newest("2.11.0", "cu128", "12.0", "570.133")),
        ("610.43", "10.0", "2.15.0", own("10.0", "610.43")),
        ("535.183", "8.0", "2.14.0+cu126", newest("2.14.0", "cu126", "8.0", "535.183")),
        ("470.256", "8.6", "2.7.1+cu118", newest("2.7.1", "cu118", "8.6", "470.256")),
        (
            "580",
            "6.1,12.0",
            "2.15.0",
            own("6.1 and 12.0", "580")
                + "\nwarning: the build cu132 cannot use assumed GPU (compute capability 6.1)\nset `CUDA_DEVICE_ORDER=PCI_BUS_ID \
                   CUDA_VISIBLE_DEVICES=1`, so that programs use only GPUs that the build supports",
        ),
        ("580", "6.1,8.6", "2.14.0+cu126", newest("2.14.0", "cu126", "6.1 and 8.6", "580")),
        ("580", "7.0", "2.14.0+cu126", newest("2.14.0", "cu126", "7.0", "580")),
        (
            "390.157",
            "2.1",
            "2.15.0+cpu",
            "warning: torch 2.15.0+cpu: CPU build, since cu130 and cu132 need driver 580 or newer, and this is 390.157; force a \
             build with `--accelerator cu132`"
                .to_owned(),
        ),
    ] {
        let arguments = ["cellpose", "--accelerator", "auto", "--assume-driver", driver, "--assume-compute", compute];
        let (packages, stated) = accelerated.planned(&arguments);
        let vision = version.split_once('+').map(|(_, label)| format!("+{label}")).unwrap_or_default();
        let expected = format!("cellpose 4.2, torch {version}, torchvision 0.29.2{vision}");
        if packages != expected || stated != said {
            problems.push(format!("{driver} {compute}:\n  {packages}\n  {stated}\n"));
        }
    }
    assert_eq!(problems.concat(), "");
    // No other package is asked for at these indexes, whatever they have.
    let asked = [accelerated.torch.pages.paths(), accelerated.torch.files.paths()].concat();
    let foreign: Vec<&String> = asked.iter().filter(|path| !path.contains("/torch")).collect();
    assert_eq!(foreign, Vec::<&String>::new());
}

#[test]
fn a_pascal_gpu_gets_the_newest_release_that_still_has_a_build_for_it() {
    let Some(accelerated) = Accelerated::new() else { return };
    let machine = &accelerated.fixture.machine;
    machine
        .kingbolt(install_for("cellpose", "auto", PASCAL))
        .stderr(
            "
            Resolved 3 packages in [TIME]
            torch 2.14.0+cu126: newest release for compute capability 6.1 on driver 580.126
            Downloaded 3 wheels ([SIZE]) in [TIME]
            Installed 3 packages in [TIME]
            cellpose 4.2: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: cellpose
            ",
        )
        .succeeds();
    machine.command("cellpose", [""; 0]).stdout("hello from cellpose 4.2\n").succeeds();
    machine.verifies(&["cellpose 4.2"]);
    let listed = machine.kingbolt(["list", "--verbose"]).outcome().stdout;
    let row = "    accelerator auto: cu126, newest release for compute capability 6.1 on driver 580.126\n";
    assert!(listed.contains(row), "{listed}");
}

#[test]
fn without_an_accelerator_only_the_configured_index_is_asked() {
    let Some(accelerated) = Accelerated::new() else { return };
    let (packages, said) = accelerated.planned(&["cellpose"]);
    assert_eq!((packages.as_str(), said.as_str()), ("cellpose 4.2, torch 2.15.0, torchvision 0.29.2", ""));
    assert_eq!(accelerated.torch.pages.paths(), Vec::<String>::new());
}

#[test]
fn builds_of_the_configured_index_come_first_where_the_gpu_allows() {
    let Some(accelerated) = Accelerated::new() else { return };
    let (_, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto"], ADA].concat());
    assert_eq!(said, "torch 2.15.0 (cu132): build for compute capability 8.9 on driver 580.126");
    // Older releases have no builds there for this GPU that others have: nothing else needs to be asked.
    assert_eq!(accelerated.torch.pages.paths(), Vec::<String>::new());
}

#[test]
fn a_machine_without_a_gpu_gets_builds_for_cpus_or_a_refusal() {
    let Some(accelerated) = Accelerated::new() else { return };
    let (packages, said) = accelerated.planned(&["cellpose", "--accelerator", "auto"]);
    assert_eq!(packages, "cellpose 4.2, torch 2.15.0+cpu, torchvision 0.29.2+cpu");
    assert_eq!(said, "torch 2.15.0+cpu: CPU build, since no GPU was found");
    let machine = &accelerated.fixture.machine;
    machine
        .kingbolt(install_for("cellpose", "auto", &["--require-gpu"]))
        .stderr(
            "
            error: the build would be one for CPUs: no GPU was found
            hint: leave out `--require-gpu` to accept it, or name a build with `--accelerator LABEL`
            ",
        )
        .exits(6);
    machine
        .kingbolt(install_for("cellpose", "cpu", &["--require-gpu"]))
        .stderr(
            "
            error: the build would be one for CPUs: requested with `--accelerator cpu`
            hint: leave out `--require-gpu` to accept it, or name a build with `--accelerator LABEL`
            ",
        )
        .exits(6);
    assert_eq!(machine.files(), Vec::<String>::new());
}

/// The app is what a person asks for: its version does not become older for the sake of PyTorch.
#[test]
fn an_app_is_never_older_for_the_sake_of_the_gpu_unless_the_label_is_named() {
    let apps = [cellpose("4.1").build(), cellpose("4.2").requires("torch>=2.15").build()];
    let Some(accelerated) = Accelerated::serving(&apps) else { return };
    let (packages, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto"], PASCAL].concat());
    assert_eq!(packages, "cellpose 4.2, torch 2.15.0+cpu");
    assert_eq!(
        said,
        "warning: torch 2.15.0+cpu: CPU build, since `cellpose` 4.2 admits no release of torch with a build for compute capability \
         6.1 on driver 580.126; force a build with `--accelerator cu126`"
    );
    let (packages, said) = accelerated.planned(&["cellpose", "--accelerator", "cu126"]);
    assert_eq!(packages, "cellpose 4.1, torch 2.14.0+cu126");
    assert_eq!(said, "torch 2.14.0+cu126: requested with `--accelerator cu126`");
}

#[test]
fn a_label_can_be_named_and_one_that_cannot_be_is_refused_with_those_that_can() {
    let Some(accelerated) = Accelerated::new() else { return };
    for (label, packages) in [
        ("cu126", "cellpose 4.2, torch 2.14.0+cu126, torchvision 0.29.2+cu126"),
        ("CU132", "cellpose 4.2, torch 2.15.0, torchvision 0.29.2"),
        ("cu130", "cellpose 4.2, torch 2.15.0+cu130, torchvision 0.29.2+cu130"),
        ("cpu", "cellpose 4.2, torch 2.15.0+cpu, torchvision 0.29.2+cpu"),
        ("cu118", "cellpose 4.2, torch 2.7.1+cu118, torchvision 0.29.2+cu118"),
    ] {
        assert_eq!(accelerated.planned(&["cellpose", "--accelerator", label]).0, packages, "{label}");
    }
    let machine = &accelerated.fixture.machine;
    machine
        .kingbolt(install_for("cellpose", "cu126", &["--with", "torch>=2.15"]))
        .stderr(
            "
            error: no `cu126` builds fit the request
              caused by: no version of `torch` matches `torch>=2.15`: the newest versions are 2.14.0+cu126, 2.11.0+cu126, \
             2.8.0+cu126, 2.7.1
            hint: `cu126` is built for torch 2.6 to 2.14; torch 2.15 is built for `cu130`, `cu132`, `cpu`
            ",
        )
        .exits(3);
    machine
        .kingbolt(install_for("cellpose", "rocm7.2", &[]))
        .stderr(
            "
            error: no `rocm7.2` builds fit the request
              caused by: no versions satisfy all requirements:
                Because all versions of cellpose depend on torch>=2.7 and there is no torch>=2.7, no version of cellpose can be used.
                And because you asked for cellpose, the requirements cannot be satisfied.
            hint: torch 2.15 is built for `cu130`, `cu132`, `cpu`
            ",
        )
        .exits(3);
    let refusal = format!(
        "error: invalid value 'cu999' for '--accelerator <auto|LABEL>': `cu999` is not an accelerator; there are {KNOWN_ACCELERATORS}\n\nFor more \
         information, try '--help'.\n"
    );
    machine.kingbolt(install_for("cellpose", "cu999", &[])).stderr(&refusal).exits(2);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_label_without_any_build_to_choose_is_said_to_have_no_effect() {
    let hello = Wheel::new("hello", "1.0").console("hello", "hello:main").build();
    let Some(accelerated) = Accelerated::serving(&[hello]) else { return };
    let (packages, said) = accelerated.planned(&["hello", "--accelerator", "cu126"]);
    assert_eq!(packages, "hello 1.0");
    assert_eq!(said, "warning: no package of `hello` has builds for accelerators: `--accelerator cu126` has no effect");
    assert_eq!(accelerated.planned(&["hello", "--accelerator", "auto"]).1, "");
    assert_eq!(accelerated.torch.pages.paths(), Vec::<String>::new());
}

/// A failing index must not lead to a build for CPUs without a word.
#[test]
fn an_index_that_is_down_is_a_network_error_and_never_a_cpu_build() {
    let Some(Accelerated { fixture, .. }) = Accelerated::new() else { return };
    // Nothing answers there.
    let machine = fixture.machine.with_variable("KINGBOLT_ACCELERATOR_INDEX_URL", "http://127.0.0.1:9/whl");
    for accelerator in ["auto", "cu126"] {
        machine
            .kingbolt(install_for("cellpose", accelerator, PASCAL))
            .stderr(
                "
                error: failed to look up `torch`
                  caused by: failed to look up `torch` in the index `http://127.0.0.1:9/whl/cu126/`
                  caused by: failed to fetch `http://127.0.0.1:9/whl/cu126/torch/`
                  caused by: tcp connect error: [SYSTEM ERROR]
                hint: check the network connection; if you need a proxy, set `HTTPS_PROXY=http://host:port`
                ",
            )
            .exits(5);
    }
}

/// The pages of PyTorch lose hashes now and then.
#[test]
fn files_without_a_hash_need_encryption_or_permission() {
    let Some(mut accelerated) = Accelerated::serving(&[cellpose("4.2").build()]) else { return };
    accelerated.torch.publish_with("cu126", &torch("2.14.1+cu126"), StatedHash::Absent);
    let machine = &accelerated.fixture.machine;
    machine
        .kingbolt(install_for("cellpose", "auto", PASCAL))
        .stderr(
            "
            error: no secure hash is stated for `torch-2.14.1+cu126-py3-none-any.whl`, which comes over plain HTTP
            hint: use an `https` URL or an index with SHA-256 hashes, or accept any file with `--allow-unhashed`
            ",
        )
        .exits(4);
    let allowed = [PASCAL, &["--allow-unhashed", "--quiet"]].concat();
    machine.kingbolt(install_for("cellpose", "auto", &allowed)).succeeds();
    machine.verifies(&["cellpose 4.2"]);
}

/// The library with code for the GPU has the build that `torch` has, whichever that is.
#[test]
fn packages_beside_torch_get_the_build_that_it_has() {
    let old = cellpose("4.2").requires("torch==2.8.0").requires("torchvision").build();
    let Some(accelerated) = Accelerated::serving(&[old]) else { return };
    let facts = ["--assume-driver", "570.133", "--assume-compute", "8.9"];
    let (packages, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto"], &facts[..]].concat());
    assert_eq!(packages, "cellpose 4.2, torch 2.8.0, torchvision 0.29.2");
    assert_eq!(said, "torch 2.8.0 (cu128): build for compute capability 8.9 on driver 570.133");
    // PyTorch's index of this label has no such package: that of the configured index is better than none.
    accelerated.fixture.index.publish(&Wheel::new("torchaudio", "2.11.0").build());
    let (packages, _) = accelerated.planned(&["cellpose", "--accelerator", "cu126", "--with", "torchaudio"]);
    assert_eq!(packages, "cellpose 4.2, torch 2.8.0+cu126, torchaudio 2.11.0, torchvision 0.29.2+cu126");
}

#[test]
fn an_extra_for_the_accelerator_is_added_and_named() {
    let plugin = |name: &str| Wheel::new(name, "1.0").build();
    let app = Wheel::new("jaxapp", "1.0").console("jaxapp", "jaxapp:main");
    let app = app.extra("cuda12", "jax-cuda12-plugin").extra("cuda13", "jax-cuda13-plugin").extra("gui", "jaxgui");
    let wheels = [app.build(), plugin("jax-cuda12-plugin"), plugin("jax-cuda13-plugin"), plugin("jaxgui")];
    let Some(accelerated) = Accelerated::serving(&wheels) else { return };
    let planned = |arguments: &[&str]| accelerated.planned(&[&["--accelerator", "auto"], arguments].concat());
    let (packages, said) = planned(&[&["jaxapp[gui]"], ADA].concat());
    assert_eq!(packages, "jax-cuda13-plugin 1.0, jaxapp 1.0, jaxgui 1.0");
    assert_eq!(said, "jaxapp[cuda13] 1.0: build for compute capability 8.9 on driver 580.126");
    let (packages, said) = planned(&[&["jaxapp"], PASCAL].concat());
    assert_eq!(packages, "jax-cuda12-plugin 1.0, jaxapp 1.0");
    assert_eq!(said, "jaxapp[cuda12] 1.0: build for compute capability 6.1 on driver 580.126");
    // The person has named one.
    let (packages, said) = planned(&[&["jaxapp[cuda12]"], ADA].concat());
    assert_eq!((packages.as_str(), said.as_str()), ("jax-cuda12-plugin 1.0, jaxapp 1.0", ""));
    assert_eq!(planned(&["jaxapp"]), ("jaxapp 1.0".to_owned(), String::new()));
}

#[test]
fn packages_for_a_second_major_version_of_cuda_are_named() {
    let library = |name: &str, version: &str| Wheel::new(name, version).build();
    let app = cellpose("4.2").requires("cupy-cuda12x").requires("nvidia-cublas-cu12").requires("nvidia-cudnn-cu13");
    let libraries = [
        library("cupy-cuda12x", "13.6.0"),
        library("nvidia-cublas-cu12", "12.6.4.1"),
        library("nvidia-cudnn-cu13", "9.13.0.50"),
    ];
    let Some(accelerated) = Accelerated::serving(&[&libraries[..], &[app.build()]].concat()) else { return };
    let (_, said) = accelerated.planned(&[&["cellpose", "--accelerator", "auto"], ADA].concat());
    assert_eq!(
        said,
        "warning: packages for CUDA 12 beside those for CUDA 13, which may not work in one environment: `cupy-cuda12x` 13.6.0, \
         `nvidia-cublas-cu12` 12.6.4.1\ntorch 2.15.0 (cu132): build for compute capability 8.9 on driver 580.126"
    );
    let (_, said) = accelerated.planned(&["cellpose", "--accelerator", "cu126"]);
    assert_eq!(
        said,
        "warning: packages for CUDA 13 beside those for CUDA 12, which may not work in one environment: `nvidia-cudnn-cu13` \
         9.13.0.50\ntorch 2.14.0+cu126: requested with `--accelerator cu126`"
    );
}
