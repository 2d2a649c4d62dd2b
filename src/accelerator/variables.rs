//! Variables of Kingbolt and of other tools that state facts about accelerators.

use std::error::Error;

use super::assumptions::{Assumption, Assumptions};
use super::parse::{jetson_of_version, rocm_version};
use super::tables::jetson_of_jetpack;
use super::{CudaVersion, GfxTarget, Label};

/// A variable that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("failed to use `{name}`")]
pub struct InvalidVariable {
    pub name: &'static str,
    pub source: Box<dyn Error + Send + Sync>,
}

/// The value of a variable, also an empty one; `None` if it is not set.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Reads the text of a variable as an assumption; `None` if it makes none.
type Read = fn(&str) -> Result<Option<Assumption>, Box<dyn Error + Send + Sync>>;

/// The variables that state facts. Of several for the same fact, the first one counts.
const VARIABLES: &[(&str, Read)] = &[
    ("KINGBOLT_ASSUME_DRIVER", |text| stated(text, |text| Ok(Assumption::Driver(text.parse()?)))),
    ("KINGBOLT_ASSUME_COMPUTE", |text| stated(text, |text| Ok(Assumption::Compute(each(text)?)))),
    ("UV_CUDA_DRIVER_VERSION", |text| stated(text, |text| Ok(Assumption::Driver(text.parse()?)))),
    ("CONDA_OVERRIDE_CUDA", conda_cuda),
    ("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", |text| stated(text, |text| Ok(Assumption::Cuda(text.parse()?)))),
    ("CONDA_OVERRIDE_CUDA_ARCH", |text| stated(text, |text| Ok(Assumption::Compute(each(text)?)))),
    ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", |text| stated(text, |text| Ok(Assumption::Compute(each(text)?)))),
    ("UV_AMD_GPU_ARCHITECTURE", |text| stated(text, |text| Ok(Assumption::Gfx(each(text)?)))),
    ("AMD_VARIANT_PROVIDER_FORCE_GFX_ARCH", |text| stated(text, |text| Ok(Assumption::Gfx(each::<GfxTarget>(text)?)))),
    ("AMD_VARIANT_PROVIDER_FORCE_ROCM_VERSION", |text| {
        stated(text, |text| {
            Ok(Assumption::Rocm(rocm_version(text).ok_or("it is not a version of ROCm such as `7.2`")?))
        })
    }),
    ("L4T_VERSION", |text| {
        let parse = |text: &str| jetson_of_version(text).ok_or("it is not a release of Jetson Linux such as `36.4.3`");
        stated(text, |text| Ok(Assumption::Jetson(parse(text)?)))
    }),
    ("JETPACK_VERSION", jetpack),
    ("JETSON_JETPACK", jetpack),
];

/// The assumptions that variables state.
///
/// # Errors
/// If a variable is set and cannot be understood.
pub fn assumed_by_variables(lookup: Lookup<'_>) -> Result<Assumptions, InvalidVariable> {
    let mut assumptions = Assumptions::default();
    for (name, read) in VARIABLES {
        let Some(text) = lookup(name) else { continue };
        if let Some(assumption) = read(text.trim()).map_err(|source| InvalidVariable { name, source })? {
            assumptions.add(*name, assumption);
        }
    }
    Ok(assumptions)
}

/// The label that uv's variable names, which counts where Kingbolt is to choose one itself; `None` for `auto`, too.
///
/// # Errors
/// If it is no label that Kingbolt knows.
pub fn label_by_variables(lookup: Lookup<'_>) -> Result<Option<(&'static str, Label)>, InvalidVariable> {
    const NAME: &str = "UV_TORCH_BACKEND";
    let text = lookup(NAME).map(str::trim).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("auto"));
    let label = text.map(str::parse::<Label>).transpose();
    Ok(label.map_err(|source| InvalidVariable { name: NAME, source: source.into() })?.map(|label| (NAME, label)))
}

/// conda's variable: an empty one means that there is no CUDA. It may have a third number.
fn conda_cuda(text: &str) -> Result<Option<Assumption>, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Ok(Some(Assumption::NoCuda));
    }
    let two: Vec<&str> = text.splitn(3, '.').take(2).collect();
    let version: CudaVersion = two.join(".").parse().map_err(|_| "it is not a version of CUDA such as `13.0`")?;
    Ok(Some(Assumption::Cuda(version)))
}

fn jetpack(text: &str) -> Result<Option<Assumption>, Box<dyn Error + Send + Sync>> {
    let parse = |text: &str| jetson_of_jetpack(text).ok_or("it is not a version of JetPack such as `6.2`");
    stated(text, |text| Ok(Assumption::Jetson(parse(text)?)))
}

/// An empty variable counts as one that is not set.
fn stated(
    text: &str,
    read: impl FnOnce(&str) -> Result<Assumption, Box<dyn Error + Send + Sync>>,
) -> Result<Option<Assumption>, Box<dyn Error + Send + Sync>> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

/// Values that are separated by commas.
fn each<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, T::Err> {
    text.split(',').map(|part| part.trim().parse()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accelerator::{AcceleratorFacts, Gpu, Model, State, System};

    fn facts(variables: &[(&str, &str)], found: AcceleratorFacts) -> AcceleratorFacts {
        let lookup = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        assumed_by_variables(&lookup).unwrap().apply(found)
    }

    fn machine(capability: &str) -> AcceleratorFacts {
        let mut facts = AcceleratorFacts::none(System::Linux);
        facts.state = State::Usable;
        facts.driver = "580.65.06".parse().ok();
        facts.cuda = Some(CudaVersion::new(13, 0));
        facts.gpus = vec![Gpu { name: "found".to_owned(), ..Gpu::assumed(capability.parse().ok()) }];
        facts
    }

    #[test]
    fn assumptions_come_in_place_of_what_was_found_and_are_told() {
        let none = || AcceleratorFacts::none(System::Linux);
        let both = [("KINGBOLT_ASSUME_DRIVER", "570.133"), ("KINGBOLT_ASSUME_COMPUTE", "6.1, 8.6")];
        for found in [none(), machine("9.0")] {
            let assumed = facts(&both, found);
            assert_eq!((&assumed.state, assumed.cuda), (&State::Usable, None));
            assert_eq!(assumed.summary(), "compute capability 6.1 and 8.6 on driver 570.133");
            let told: Vec<&str> = assumed.evidence.iter().map(|evidence| evidence.finding.as_str()).collect();
            assert_eq!(told, ["assumes driver 570.133", "assumes compute capability 6.1 and 8.6"]);
        }
        let capability = facts(&[("KINGBOLT_ASSUME_COMPUTE", "6.1")], machine("9.0"));
        assert_eq!(capability.summary(), "compute capability 6.1 on driver 580.65.06");
        let driver = facts(&[("KINGBOLT_ASSUME_DRIVER", "535")], none());
        assert_eq!(driver.summary(), "unknown compute capability on driver 535");
        assert_eq!(facts(&[("KINGBOLT_ASSUME_DRIVER", " ")], machine("9.0")), machine("9.0"));
    }

    #[test]
    fn variables_of_other_tools_count_after_our_own() {
        let summary = |variables: &[(&str, &str)]| facts(variables, machine("9.0")).summary();
        assert_eq!(summary(&[("UV_CUDA_DRIVER_VERSION", "525.60.13")]), "compute capability 9.0 on driver 525.60.13");
        assert_eq!(
            summary(&[("UV_CUDA_DRIVER_VERSION", "525.60.13"), ("KINGBOLT_ASSUME_DRIVER", "610.43.02")]),
            "compute capability 9.0 on driver 610.43.02"
        );
        assert_eq!(summary(&[("CONDA_OVERRIDE_CUDA", "12.8.1")]), "compute capability 9.0 on a driver for CUDA 12.8");
        assert_eq!(summary(&[("CONDA_OVERRIDE_CUDA_ARCH", "8.6")]), "compute capability 8.6 on driver 580.65.06");
        assert_eq!(
            summary(&[
                ("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", "12.6"),
                ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "7.0")
            ]),
            "compute capability 7.0 on a driver for CUDA 12.6"
        );
    }

    #[test]
    fn an_empty_variable_of_conda_means_no_cuda() {
        let without = facts(&[("CONDA_OVERRIDE_CUDA", "")], machine("9.0"));
        assert_eq!((without.summary().as_str(), without.driver), ("no GPU was found", None));
    }

    #[test]
    fn amd_and_jetson_can_be_assumed() {
        let none = || AcceleratorFacts::none(System::Linux);
        let amd = facts(
            &[("UV_AMD_GPU_ARCHITECTURE", "gfx1100"), ("AMD_VARIANT_PROVIDER_FORCE_ROCM_VERSION", "7.0.2")],
            none(),
        );
        assert_eq!(amd.gpus.iter().map(|gpu| gpu.model).collect::<Vec<_>>(), [Model::Amd("gfx1100".parse().ok())]);
        assert_eq!(amd.rocm.map(|version| version.to_string()).as_deref(), Some("7.0.2"));
        let gfx = facts(&[("AMD_VARIANT_PROVIDER_FORCE_GFX_ARCH", "gfx90a,gfx942")], none());
        assert_eq!(gfx.gpus.len(), 2);
        for (name, value) in [("L4T_VERSION", "36.4.3"), ("JETPACK_VERSION", "6.2"), ("JETSON_JETPACK", "6")] {
            let System::Jetson(Some(release)) = facts(&[(name, value)], none()).system else { panic!("{name}") };
            assert_eq!((release.major, release.minor), (36, 4));
        }
    }

    #[test]
    fn a_variable_that_cannot_be_understood_is_an_error_that_names_it() {
        let told = |name: &'static str, value: &'static str| {
            let lookup = |asked: &str| (asked == name).then_some(value);
            let error = assumed_by_variables(&lookup).unwrap_err();
            format!("{error}: {}", error.source)
        };
        assert_eq!(
            told("KINGBOLT_ASSUME_DRIVER", "new"),
            "failed to use `KINGBOLT_ASSUME_DRIVER`: `new` is not a version of NVIDIA's driver such as `580.65.06`"
        );
        assert_eq!(
            told("KINGBOLT_ASSUME_COMPUTE", "8.6,x"),
            "failed to use `KINGBOLT_ASSUME_COMPUTE`: `x` is not a compute capability such as `8.6`"
        );
        assert_eq!(
            told("CONDA_OVERRIDE_CUDA", "none"),
            "failed to use `CONDA_OVERRIDE_CUDA`: it is not a version of CUDA such as `13.0`"
        );
        assert_eq!(
            told("UV_AMD_GPU_ARCHITECTURE", "rdna"),
            "failed to use `UV_AMD_GPU_ARCHITECTURE`: `rdna` is not an instruction set of an AMD GPU such as `gfx1100`"
        );
        assert_eq!(
            told("AMD_VARIANT_PROVIDER_FORCE_ROCM_VERSION", "x"),
            "failed to use `AMD_VARIANT_PROVIDER_FORCE_ROCM_VERSION`: it is not a version of ROCm such as `7.2`"
        );
        assert_eq!(
            told("L4T_VERSION", "x"),
            "failed to use `L4T_VERSION`: it is not a release of Jetson Linux such as `36.4.3`"
        );
        assert_eq!(
            told("JETPACK_VERSION", "1"),
            "failed to use `JETPACK_VERSION`: it is not a version of JetPack such as `6.2`"
        );
    }

    #[test]
    fn the_label_of_uv_counts_where_there_is_one() {
        let label = |value: Option<&'static str>| {
            let lookup = |_: &str| value;
            label_by_variables(&lookup).map(|found| found.map(|(name, label)| format!("{name}: {label}")))
        };
        assert_eq!(label(Some("cu128")).unwrap().as_deref(), Some("UV_TORCH_BACKEND: cu128"));
        for value in [None, Some(""), Some("auto")] {
            assert_eq!(label(value).unwrap(), None);
        }
        assert_eq!(label(Some("cu999")).unwrap_err().to_string(), "failed to use `UV_TORCH_BACKEND`");
    }
}
