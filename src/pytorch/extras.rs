//! The extras of projects for an accelerator: a label is not the name of an extra.

use crate::accelerator::{CudaVersion, Label, RocmVersion};
use crate::vocab::ExtraName;

/// Names of extras for CUDA, the most specific first; `{major}` and `{minor}` stand for the version. An extra without a version, such
/// as `cuda` or `gpu`, is never chosen: JAX means CUDA 12 by `cuda`, others mean another one.
const CUDA: &[&str] = &[
    // The label.
    "cu{major}{minor}",
    // spaCy and Thinc up to CUDA 12.
    "cuda{major}{minor}",
    // JAX: `jax[cuda13]`.
    "cuda{major}",
    // spaCy and Thinc: `spacy[cuda12x]`.
    "cuda{major}x",
    "cu{major}",
];

/// The same for ROCm.
const ROCM: &[&str] = &["rocm{major}.{minor}", "rocm{major}{minor}", "rocm{major}"];

/// The version of ROCm since which the package `rocm` has an extra for all GPUs (pytorch/pytorch#191688).
const ROCM_DEVICES_SINCE: (u8, u8) = (7, 14);

/// The extra for an accelerator among those that a project has.
pub fn extra_for(label: Label, provided: &[ExtraName]) -> Option<ExtraName> {
    names(label).iter().filter_map(|name| name.parse().ok()).find(|extra| provided.contains(extra))
}

/// The names of extras for an accelerator, whatever project has them.
pub fn is_for_accelerator(extra: &ExtraName) -> bool {
    Label::all().any(|label| names(label).iter().any(|name| name.parse().as_ref() == Ok(extra)))
}

fn names(label: Label) -> Vec<String> {
    match label {
        Label::Cpu => vec!["cpu".to_owned()],
        Label::Cuda(CudaVersion { major, minor }) => filled(CUDA, major, minor),
        Label::Mps => vec!["mps".to_owned()],
        Label::Rocm(RocmVersion { major, minor, .. }) => {
            let mut names = filled(ROCM, major, minor);
            if (major, minor) >= ROCM_DEVICES_SINCE {
                names.push("device-all".to_owned());
            }
            names
        }
        // JAX calls it by the name of Intel's toolkit.
        Label::Xpu => vec!["xpu".to_owned(), "oneapi".to_owned()],
    }
}

fn filled(patterns: &[&str], major: u8, minor: u8) -> Vec<String> {
    let fill = |pattern: &&str| pattern.replace("{major}", &major.to_string()).replace("{minor}", &minor.to_string());
    patterns.iter().map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(label: &str, provided: &str) -> Option<String> {
        let provided: Vec<ExtraName> = provided.split(' ').map(|name| name.parse().unwrap()).collect();
        extra_for(label.parse().unwrap(), &provided).map(|extra| extra.to_string())
    }

    #[test]
    fn labels_are_the_extras_that_projects_have_for_them() {
        let some = |name: &str| Some(name.to_owned());
        let jax = "cpu cuda cuda12 cuda12-local cuda13 cuda13-local rocm7-local tpu oneapi";
        assert_eq!(chosen("cu130", jax), some("cuda13"));
        assert_eq!(chosen("cu132", jax), some("cuda13"));
        assert_eq!(chosen("cu126", jax), some("cuda12"));
        assert_eq!(chosen("cpu", jax), some("cpu"));
        assert_eq!(chosen("xpu", jax), some("oneapi"));
        assert_eq!(chosen("cu118", jax), None);
        assert_eq!(chosen("cu126", "cuda cuda117 cuda12x"), some("cuda12x"));
        assert_eq!(chosen("cu126", "cu126 cu130 cuda12"), some("cu126"));
        assert_eq!(chosen("rocm7.2", "rocm7_2 rocm7"), some("rocm7-2"));
        assert_eq!(chosen("rocm7.14", "device-gfx90a device-all"), some("device-all"));
        assert_eq!(chosen("rocm7.2", "device-all"), None);
        assert_eq!(chosen("cu130", "gpu cuda"), None);
    }

    #[test]
    fn an_extra_of_any_label_is_one_for_accelerators() {
        let is = |name: &str| is_for_accelerator(&name.parse().unwrap());
        assert!(["cuda12", "cu130", "cpu", "rocm7.2", "oneapi"].into_iter().all(is));
        assert!(!["gui", "cuda", "cuda99", "tpu"].into_iter().any(is));
    }
}
