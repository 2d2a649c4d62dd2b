//! The version of NVIDIA's driver in the kernel, as its files state it.

use crate::accelerator::DriverVersion;

/// The version in `/sys/module/nvidia/version`.
pub(in crate::accelerator) fn module_version(text: &str) -> Option<DriverVersion> {
    whole_version(text.trim())
}

/// The version in `/proc/driver/nvidia/version`: the first one after the word `Module` in the line of NVRM. `JetPack` 5 has the
/// release of Jetson Linux there, which is none.
pub(in crate::accelerator) fn proc_version(text: &str) -> Option<DriverVersion> {
    let line = text.lines().find(|line| line.starts_with("NVRM version:"))?;
    let (_, after) = line.split_once("Module")?;
    after.split_whitespace().find_map(whole_version)
}

/// A version with a dot: years and branches have none.
pub(super) fn whole_version(text: &str) -> Option<DriverVersion> {
    if text.contains('.') { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_proc(text: &str) -> Option<String> {
        proc_version(text).map(|version| version.to_string())
    }

    #[test]
    fn vectors_t1_to_t6_versions_of_the_kernel_driver() {
        let vectors = [
            (
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.144.03  Release Build  \
                 (dvs-builder@U16-I3-D08-1-2)  Mon Dec 30 17:26:13 UTC 2024\n\
                 GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n",
                Some("550.144.03"),
            ),
            ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  375.74  Wed Jun 14 01:39:39 PDT 2017\n", Some("375.74")),
            (
                "NVRM version: NVIDIA UNIX aarch64 Kernel Module  550.120  Fri Sep 13 11:01:10 UTC 2024\n",
                Some("550.120"),
            ),
            ("NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.173.02\n", Some("580.173.02")),
            ("NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  35.4.1  Release Build\n", None),
            ("NVRM version: NVIDIA UNIX Open Kernel Module for aarch64 550.90.07\n", Some("550.90.07")),
        ];
        for (text, version) in vectors {
            assert_eq!(of_proc(text).as_deref(), version, "{text}");
        }
    }

    #[test]
    fn other_text_has_no_version() {
        for text in [
            "",
            "NVRM version:",
            "580.65.06",
            "GCC version: Module 580.65.06",
            "NVRM version: Module 2024",
            "\0\u{fffd}",
        ] {
            assert_eq!(of_proc(text), None, "{text}");
        }
        assert_eq!(module_version("580.65.06\n").map(|version| version.to_string()).as_deref(), Some("580.65.06"));
        for text in ["", "580", "35.4.1", "N/A", "580.65.06 580.65.06"] {
            assert_eq!(module_version(text), None, "{text}");
        }
    }
}
