//! The versions that `nvidia-smi` prints for people. Evidence only: names and layout change from driver to driver.

use crate::accelerator::{CudaVersion, DriverVersion};

/// The versions in the banner, in `--version`, in `-q` or in `-q -x`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::accelerator) struct ToolReport {
    /// In WSL that of Windows.
    pub(in crate::accelerator) driver: Option<DriverVersion>,
    pub(in crate::accelerator) cuda: Option<CudaVersion>,
}

impl ToolReport {
    /// Reads the values behind the names that drivers have used: those from 610 on, and the older ones. The number behind
    /// `NVIDIA-SMI` is that of the tool.
    pub(in crate::accelerator) fn parse(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let first = |names: [&str; 4]| names.iter().find_map(|name| value(&text, name));
        Self {
            driver: first(["kmd version", "driver version", "<kmd_version>", "<driver_version>"])
                .and_then(|text| text.parse().ok()),
            cuda: first(["cuda umd version", "cuda version", "<cuda_umd_version>", "<cuda_version>"])
                .and_then(|text| text.parse().ok()),
        }
    }
}

/// The word behind a name and a colon, or behind an opening tag.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.match_indices(name).find_map(|(position, _)| {
        let after = &text[position + name.len()..];
        let after =
            if name.ends_with('>') { after } else { after.trim_start_matches([' ', '\t']).strip_prefix(':')? };
        let word = after.trim_start().split(|end: char| end.is_whitespace() || end == '<' || end == '|').next()?;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str) -> (Option<String>, Option<String>) {
        let ToolReport { driver, cuda } = ToolReport::parse(text);
        (driver.map(|version| version.to_string()), cuda.map(|version| version.to_string()))
    }

    /// Failures 5 and 12: renamed fields, and a tool that is older than the driver.
    #[test]
    fn vectors_t10_to_t16_versions_in_all_layouts() {
        let vectors = [
            (
                "| NVIDIA-SMI 570.133.07             Driver Version: 570.133.07     CUDA Version: 12.8     |",
                "570.133.07",
                Some("12.8"),
            ),
            (
                "| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |",
                "610.43.02",
                Some("13.3"),
            ),
            (
                "| NVIDIA-SMI 616.92                 KMD Version: 616.92        CUDA UMD Version: 13.4     |",
                "616.92",
                Some("13.4"),
            ),
            (
                "| NVIDIA-SMI 470.256.02   Driver Version: 580.95.05    CUDA Version: 13.0     |",
                "580.95.05",
                Some("13.0"),
            ),
            ("| NVIDIA-SMI 550.54.15              Driver Version: 537.58         CUDA ...", "537.58", None),
            (
                "NVIDIA-SMI version  : 550.76.01\nNVML version        : 550.76\nDRIVER version      : 552.22\nCUDA Version        : 12.4\n",
                "552.22",
                Some("12.4"),
            ),
            (
                "Driver Version                                         : 610.47 [Deprecated; will be removed in CUDA 14.0. Use KMD Version instead]\n\
                 CUDA Version                                           : 13.3 [Deprecated; will be removed in CUDA 14.0. Use CUDA UMD Version instead]\n\
                 KMD Version                                            : 610.47\nCUDA UMD Version                                       : 13.3\n",
                "610.47",
                Some("13.3"),
            ),
        ];
        for (text, driver, cuda) in vectors {
            assert_eq!(report(text), (Some(driver.to_owned()), cuda.map(str::to_owned)), "{text}");
        }
        // Without the lines that will be removed, and without those that replace them.
        let old = "Driver Version  : 610.47 [Deprecated; Use KMD Version instead]\nCUDA Version : 13.3 [Deprecated; Use CUDA UMD Version instead]";
        assert_eq!(report(old), (Some("610.47".to_owned()), Some("13.3".to_owned())));
    }

    #[test]
    fn vector_t21_versions_in_xml() {
        assert_eq!(
            report("<nvidia_smi_log>\n  <cuda_version>12.4</cuda_version>\n</nvidia_smi_log>").1.as_deref(),
            Some("12.4")
        );
        assert_eq!(report("<cuda_version>N/A</cuda_version>"), (None, None));
        assert_eq!(report("<cuda_umd_version>13.1</cuda_umd_version>").1.as_deref(), Some("13.1"));
    }

    #[test]
    fn messages_have_no_versions() {
        for text in [
            "",
            "Failed to initialize NVML: Driver/library version mismatch",
            "CUDA Version:",
            "Driver Version: N/A",
            "sm_Failed",
        ] {
            assert_eq!(report(text), (None, None), "{text}");
        }
    }
}
