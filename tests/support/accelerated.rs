//! The beginning of tests about accelerators: an index with PyTorch, and a copy of PyTorch's own indexes.

use super::fixture::Fixture;
use super::index::Index;
use super::run::Outcome;
use super::torch_indexes::TorchIndexes;
use super::wheel::{BuiltWheel, Wheel};

/// Options for facts about a machine.
pub(crate) const PASCAL: &[&str] = &["--assume-driver", "580.126", "--assume-compute", "6.1"];
pub(crate) const ADA: &[&str] = &["--assume-driver", "580.126", "--assume-compute", "8.9"];

/// The accelerators that a refusal lists.
pub(crate) const KNOWN_ACCELERATORS: &str = "`auto`, `cpu`, `cu117`, `cu118`, `cu121`, `cu124`, `cu126`, `cu128`, `cu129`, `cu130`, `cu132`, `cu134`, \
     `rocm5.4.2`, `rocm5.6`, `rocm5.7`, `rocm6.0`, `rocm6.1`, `rocm6.2`, `rocm6.2.4`, `rocm6.3`, `rocm6.4`, `rocm7.0`, \
     `rocm7.1`, `rocm7.2`, `rocm7.14`, `xpu`, `mps`";

/// A machine, its index, and the indexes of PyTorch.
pub(crate) struct Accelerated {
    pub(crate) fixture: Fixture,
    pub(crate) torch: TorchIndexes,
}

/// Releases of `torch`, each with the labels of its builds beside the one on the main index.
const RELEASES: &[(&str, &[&str])] = &[
    ("2.15.0", &["cpu", "cu130"]),
    ("2.14.0", &["cpu", "cu126", "cu130"]),
    ("2.11.0", &["cpu", "cu126", "cu128"]),
    ("2.8.0", &["cpu", "cu126", "cu129"]),
    ("2.7.1", &["cpu", "cu118", "cu128"]),
];

pub(crate) fn torch(version: &str) -> BuiltWheel {
    Wheel::new("torch", version).build()
}

/// `torchvision` works with several releases of `torch`, as it does since 0.29.
pub(crate) fn torchvision(version: &str) -> BuiltWheel {
    Wheel::new("torchvision", version).requires("torch>=2.7").build()
}

pub(crate) fn cellpose(version: &str) -> Wheel {
    Wheel::new("cellpose", version).console("cellpose", "cellpose:main").requires("torch>=2.7")
}

impl Accelerated {
    /// Everything that `cellpose` 4.2 needs, in all builds.
    pub(crate) fn new() -> Option<Self> {
        Self::serving(&[cellpose("4.1").build(), cellpose("4.2").requires("torchvision").build()])
    }

    pub(crate) fn serving(apps: &[BuiltWheel]) -> Option<Self> {
        let mut torch = TorchIndexes::new();
        let mut wheels = apps.to_vec();
        wheels.push(torchvision("0.29.2"));
        for (version, labels) in RELEASES {
            wheels.push(self::torch(version));
            for label in *labels {
                torch.publish(label, &self::torch(&format!("{version}+{label}")));
            }
        }
        for label in ["cpu", "cu118", "cu126", "cu128", "cu130"] {
            torch.publish(label, &torchvision(&format!("0.29.2+{label}")));
        }
        // The indexes of PyTorch carry other packages, too, which may be anything.
        torch.publish("cu126", &cellpose("9.9").build());
        let Fixture { index, machine } = Fixture::serving(Index::complete(), &wheels)?;
        let machine = machine.with_variable("KINGBOLT_ACCELERATOR_INDEX_URL", torch.url());
        // Nothing is found on the machine that the tests run on.
        let machine = machine.with_variable_below_home("KINGBOLT_TEST_ROOT", "machine");
        let machine = machine.naming(&torch.pages.origin(), "[TORCH]").naming(&torch.files.origin(), "[FILES]");
        Some(Self { fixture: Fixture { index, machine }, torch })
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.fixture.machine.kingbolt(arguments).outcome()
    }

    /// The plan to install an app: its packages, and all that is said but for the time of the resolution.
    pub(crate) fn planned(&self, arguments: &[&str]) -> (String, String) {
        let outcome = self.run(&[&["install", "--dry-run"], arguments].concat());
        assert_eq!(outcome.code, Some(0), "{arguments:?} {}", outcome.shown());
        let packages: Vec<&str> = outcome.stdout.lines().skip(1).map(str::trim).collect();
        let said: Vec<&str> = outcome.stderr.lines().filter(|line| !line.starts_with("Resolved ")).collect();
        (packages.join(", "), said.join("\n"))
    }

    /// The same on a machine with a variable.
    pub(crate) fn with_variable(self, name: &str, value: &str) -> Self {
        let Self { fixture: Fixture { machine, index }, torch } = self;
        Self { fixture: Fixture { machine: machine.with_variable(name, value), index }, torch }
    }

    /// The same on a machine with a GPU of compute capability 8.9.
    pub(crate) fn on_ada(self) -> Self {
        self.with_variable("KINGBOLT_ASSUME_DRIVER", "580.126").with_variable("KINGBOLT_ASSUME_COMPUTE", "8.9")
    }

    /// The versions of the packages of the one app that is installed.
    pub(crate) fn installed(&self) -> String {
        let exported = self.fixture.machine.kingbolt(["export", "--json"]).json();
        let versions = exported["manifest"]["versions"]["cellpose"].as_object().expect("it is installed").clone();
        let shown = |(name, version): (String, serde_json::Value)| format!("{name} {}", version.as_str().unwrap_or(""));
        versions.into_iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) {
        self.fixture.succeeds(arguments);
    }
}

/// `install` with an accelerator, and more.
pub(crate) fn install_for<'a>(app: &'a str, accelerator: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["install", app, "--accelerator", accelerator], more].concat()
}
