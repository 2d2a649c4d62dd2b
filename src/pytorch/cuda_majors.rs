//! The major version of CUDA that a package is built for, as far as its name and version tell. Two of them in one environment fail
//! when the second is loaded (vllm-project/vllm#44335).

use crate::accelerator::Label;
use crate::vocab::{PackageName, Version, parse_version};

/// Packages whose name does not tell it, with the first version that is built for a newer major version of CUDA, and the major versions
/// before and since. Sources: vllm-project/vllm#44335 and its release notes.
const BY_VERSION: &[(&str, &str, u8, u8)] = &[("vllm", "0.20", 12, 13)];

/// Packages whose own version begins with that of CUDA.
const OWN_VERSION: &[&str] = &["cuda-bindings", "cuda-python", "cuda-toolkit"];

/// Libraries of NVIDIA that have no suffix since CUDA 13 (wheelnext/variant-repack, `configs`).
const UNSUFFIXED: &[&str] = &[
    "nvidia-cublas",
    "nvidia-cuda-cupti",
    "nvidia-cuda-nvrtc",
    "nvidia-cuda-runtime",
    "nvidia-cufft",
    "nvidia-cufile",
    "nvidia-curand",
    "nvidia-cusolver",
    "nvidia-cusparse",
    "nvidia-nvjitlink",
    "nvidia-nvtx",
];

/// The major version of CUDA that a package is built for; `None` if it is not built for CUDA, or does not tell.
pub fn cuda_major(name: &PackageName, version: &Version) -> Option<u8> {
    if let Some(label) = label_of(version) {
        return match label {
            Label::Cuda(cuda) => Some(cuda.major),
            Label::Cpu | Label::Mps | Label::Rocm(_) | Label::Xpu => None,
        };
    }
    let name = name.as_str();
    if OWN_VERSION.contains(&name) {
        return version.release().first().and_then(|major| u8::try_from(*major).ok());
    }
    if UNSUFFIXED.contains(&name) {
        return Some(13);
    }
    if let Some((_, since, before, after)) = BY_VERSION.iter().find(|(known, ..)| *known == name) {
        let is_newer = parse_version(since).is_ok_and(|since| *version >= since);
        return Some(if is_newer { *after } else { *before });
    }
    name.split('-').skip(1).find_map(major_of_word)
}

/// The label at the end of a version: `2.14.0+cu126`.
pub fn label_of(version: &Version) -> Option<Label> {
    let text = version.to_string();
    text.split_once('+')?.1.parse().ok()
}

/// The major version in a word of a name: `cu12`, `cuda13`, `cuda12x`, `cuda114`.
fn major_of_word(word: &str) -> Option<u8> {
    let version = word.strip_prefix("cuda").or_else(|| word.strip_prefix("cu"))?;
    let digits = version.strip_suffix('x').unwrap_or(version);
    let is_version = (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_version { digits[..2].parse().ok().filter(|major| *major >= 10) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn major(name: &str, version: &str) -> Option<u8> {
        cuda_major(&name.parse().unwrap(), &parse_version(version).unwrap())
    }

    #[test]
    fn names_and_versions_tell_the_major_version_of_cuda() {
        for (name, version, expected) in [
            ("nvidia-cublas-cu12", "12.6.4.1", Some(12)),
            ("nvidia-cudnn-cu13", "9.13.0.50", Some(13)),
            ("nvidia-cufft", "12.0.0.61", Some(13)),
            ("nvidia-ml-py", "13.580.82", None),
            ("cuda-toolkit", "13.0.2", Some(13)),
            ("cuda-bindings", "12.9.4", Some(12)),
            ("cupy-cuda12x", "13.6.0", Some(12)),
            ("cupy-cuda114", "11.6.0", Some(11)),
            ("jax-cuda12-plugin", "0.8.0", Some(12)),
            ("jax-cuda13-pjrt", "0.8.0", Some(13)),
            ("cutensor-cu13", "2.3.1", Some(13)),
            ("torch", "2.14.0+cu126", Some(12)),
            ("torch", "2.14.0+cpu", None),
            ("torch", "2.14.0", None),
            ("vllm", "0.19.1", Some(12)),
            ("vllm", "0.20.0", Some(13)),
            ("vllm", "0.20.0+cu129", Some(12)),
            ("curl-cffi", "0.7", None),
            ("cuda", "0.1", None),
            ("cu12", "1.0", None),
            ("pycuda", "2025.1", None),
        ] {
            assert_eq!(major(name, version), expected, "{name} {version}");
        }
    }

    #[test]
    fn a_local_version_is_a_label_where_it_names_one() {
        let label = |text: &str| label_of(&parse_version(text).unwrap()).map(|label| label.to_string());
        assert_eq!(label("2.14.0+cu126"), Some("cu126".to_owned()));
        assert_eq!(label("2.14.0+rocm7.2"), Some("rocm7.2".to_owned()));
        assert_eq!(label("2.14.0+cpu.cxx11.abi"), None);
        assert_eq!(label("2.14.0"), None);
    }
}
