//! The facts about accelerators for people, as lines, and for programs, as a document.

use serde::Serialize;

use super::coverage::reported_cuda;
use super::state::State;
use super::{AcceleratorFacts, CudaVersion, DriverVersion, Evidence, Gpu, Model, System, XpuSupport};

/// The facts as a document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AcceleratorReport {
    /// `usable`, `driver-only`, `hardware-only`, `broken` or `none`.
    pub state: &'static str,
    /// The state in words.
    pub meaning: String,
    pub system: String,
    pub gpus: Vec<GpuReport>,
    /// NVIDIA's driver.
    pub driver: Option<DriverVersion>,
    /// The newest CUDA that the driver supports.
    pub cuda: Option<CudaVersion>,
    /// The newest ROCm that is installed.
    pub rocm: Option<String>,
    pub evidence: Vec<Evidence>,
    pub hints: Vec<String>,
}

/// A GPU in the document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct GpuReport {
    pub vendor: &'static str,
    pub name: String,
    /// `8.6` for NVIDIA, `gfx1100` for AMD.
    pub architecture: Option<String>,
    pub uuid: Option<String>,
    pub bus: Option<String>,
}

impl AcceleratorReport {
    /// The document about a machine.
    pub fn of(facts: &AcceleratorFacts) -> Self {
        Self {
            state: facts.state.name(),
            meaning: facts.state.to_string(),
            system: system(facts.system),
            gpus: facts.gpus.iter().map(GpuReport::of).collect(),
            driver: facts.driver.clone(),
            cuda: reported_cuda(facts),
            rocm: facts.rocm.map(|version| version.to_string()),
            evidence: facts.evidence.clone(),
            hints: facts.hints.clone(),
        }
    }

    /// The document as pairs of a short name and a text: the state, each GPU, the versions. Evidence is apart.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("state", format!("{}: {}", self.state, self.meaning))];
        rows.extend(self.gpus.iter().map(|gpu| ("GPU", gpu.in_words())));
        if let Some(driver) = &self.driver {
            let cuda = self.cuda.map(|cuda| format!(", for CUDA {cuda}")).unwrap_or_default();
            rows.push(("driver", format!("{driver}{cuda}")));
        } else if let Some(cuda) = self.cuda {
            rows.push(("driver", format!("for CUDA {cuda}")));
        }
        rows.extend(self.rocm.iter().map(|version| ("ROCm", version.clone())));
        rows.extend(self.hints.iter().map(|hint| ("note", hint.clone())));
        rows
    }

    /// The evidence, a line for each source.
    pub fn evidence_lines(&self) -> Vec<String> {
        self.evidence.iter().map(|found| format!("{}: {}", found.source, found.finding)).collect()
    }
}

impl GpuReport {
    fn of(gpu: &Gpu) -> Self {
        let (vendor, architecture) = match gpu.model {
            Model::Amd(target) => ("amd", target.map(|target| target.to_string())),
            Model::Apple => ("apple", None),
            Model::Intel(XpuSupport::Listed | XpuSupport::Unlisted) => ("intel", None),
            Model::Nvidia(capability) => ("nvidia", capability.map(|capability| capability.to_string())),
        };
        Self { vendor, name: gpu.name.clone(), architecture, uuid: gpu.uuid.clone(), bus: gpu.bus.clone() }
    }

    fn in_words(&self) -> String {
        match (&self.architecture, self.vendor) {
            (Some(capability), "nvidia") => format!("{}, compute capability {capability}", self.name),
            (Some(target), _) => format!("{}, {target}", self.name),
            (None, "nvidia") => format!("{}, unknown compute capability", self.name),
            (None, _) => self.name.clone(),
        }
    }
}

impl AcceleratorFacts {
    /// The problem with the accelerators and its fix, if they are broken. A machine without one has no problem.
    pub fn problem(&self) -> Option<(String, String)> {
        let State::Broken(problem) = &self.state else { return None };
        let fix = problem
            .remedy()
            .map_or_else(|| "restart the machine, or install the driver again".to_owned(), |remedy| remedy.to_string());
        Some((problem.to_string(), fix))
    }
}

fn system(system: System) -> String {
    match system {
        System::Jetson(Some(release)) => format!("{} {release}", system.name()),
        System::Jetson(None) | System::Linux | System::MacOs | System::Windows | System::Wsl => {
            system.name().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accelerator::Problem;

    fn facts() -> AcceleratorFacts {
        let mut facts = AcceleratorFacts::none(System::Linux);
        facts.state = State::Usable;
        facts.driver = "580.65.06".parse().ok();
        let known = Gpu {
            name: "NVIDIA GeForce RTX 3090".to_owned(),
            uuid: Some("GPU-1".to_owned()),
            bus: Some("0000:01:00.0".to_owned()),
            ..Gpu::assumed("8.6".parse().ok())
        };
        facts.gpus = vec![known, Gpu { name: "NVIDIA GPU 3340".to_owned(), ..Gpu::assumed(None) }];
        let source = "/sys/module/nvidia/version".to_owned();
        facts.evidence = vec![Evidence { source, finding: "driver 580.65.06".to_owned() }];
        facts
    }

    #[test]
    fn a_machine_is_told_in_rows() {
        let report = AcceleratorReport::of(&facts());
        let rows: Vec<String> = report.rows().into_iter().map(|(name, text)| format!("{name}: {text}")).collect();
        let expected = [
            "state: usable: a GPU can be used",
            "GPU: NVIDIA GeForce RTX 3090, compute capability 8.6",
            "GPU: NVIDIA GPU 3340, unknown compute capability",
            "driver: 580.65.06, for CUDA 13.0",
        ];
        assert_eq!(rows, expected);
        assert_eq!(report.evidence_lines(), ["/sys/module/nvidia/version: driver 580.65.06"]);
        let none = AcceleratorReport::of(&AcceleratorFacts::none(System::Linux));
        assert_eq!(none.rows(), [("state", "none: no GPU was found".to_owned())]);
    }

    #[test]
    fn a_machine_is_told_as_a_document() {
        let mut facts = facts();
        facts.gpus.truncate(1);
        let document = serde_json::to_string(&AcceleratorReport::of(&facts)).unwrap();
        let expected = r#"{"state":"usable","meaning":"a GPU can be used","system":"Linux","gpus":[{"vendor":"nvidia","name":"NVIDIA GeForce RTX 3090","architecture":"8.6","uuid":"GPU-1","bus":"0000:01:00.0"}],"driver":"580.65.06","cuda":"13.0","rocm":null,"evidence":[{"source":"/sys/module/nvidia/version","finding":"driver 580.65.06"}],"hints":[]}"#;
        assert_eq!(document, expected);
    }

    #[test]
    fn only_broken_accelerators_are_a_problem() {
        let mut broken = facts();
        assert_eq!(broken.problem(), None);
        broken.state = State::Broken(Problem::Mismatch { kernel: None, user: None });
        let told = broken.problem().map(|(problem, fix)| format!("{problem}; {fix}"));
        let expected = "the driver in the kernel is of another version than its library; restart the machine, so that the new driver is loaded";
        assert_eq!(told.as_deref(), Some(expected));
    }
}
