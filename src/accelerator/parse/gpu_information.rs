//! The file that NVIDIA's driver shows for each GPU.

/// The content of `/proc/driver/nvidia/gpus/<bus>/information`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::accelerator) struct GpuInformation {
    pub(in crate::accelerator) model: Option<String>,
    /// `None` also before the driver has initialised the GPU.
    pub(in crate::accelerator) uuid: Option<String>,
    pub(in crate::accelerator) bus: Option<String>,
    /// The number of its device file.
    pub(in crate::accelerator) minor: Option<u32>,
    pub(in crate::accelerator) use_of: Use,
}

/// The use of a GPU by its driver.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::accelerator) enum Use {
    /// The administrator has taken it from the driver.
    Excluded,
    #[default]
    Free,
}

impl GpuInformation {
    /// Reads lines of a name, a colon, white space and a value.
    pub(in crate::accelerator) fn parse(text: &str) -> Self {
        let mut information = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            let stated = || (!value.is_empty()).then(|| value.to_owned());
            match name.trim() {
                "Model" => information.model = stated(),
                "GPU UUID" => information.uuid = stated().filter(|uuid| !uuid.contains('?')),
                "Bus Location" => information.bus = stated().map(|bus| bus.to_ascii_lowercase()),
                "Device Minor" => information.minor = value.parse().ok(),
                "GPU Excluded" if value == "Yes" => information.use_of = Use::Excluded,
                _ => {}
            }
        }
        information
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_t8_the_file_of_a_gpu() {
        let text = "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 77\nGPU UUID: \t GPU-eaf23aa1-4d3d-596c-da66-b86b0e5db584\n\
                    Video BIOS: \t 94.02.26.40.81\nBus Type: \t PCI\nDMA Size: \t 47 bits\nDMA Mask: \t 0x7fffffffffff\n\
                    Bus Location: \t 0000:01:00.0\nDevice Minor: \t 0\nGPU Firmware: \t 590.48.01\nGPU Excluded:\t No\n";
        let expected = GpuInformation {
            model: Some("NVIDIA GeForce RTX 3090".to_owned()),
            uuid: Some("GPU-eaf23aa1-4d3d-596c-da66-b86b0e5db584".to_owned()),
            bus: Some("0000:01:00.0".to_owned()),
            minor: Some(0),
            use_of: Use::Free,
        };
        assert_eq!(GpuInformation::parse(text), expected);
    }

    #[test]
    fn a_gpu_that_is_not_initialised_or_excluded_is_told_as_such() {
        let text = "GPU UUID: \t GPU-????????-????-????-????-????????????\nGPU Excluded:\t Yes\nDevice Minor: \t x\n";
        let expected = GpuInformation { use_of: Use::Excluded, ..GpuInformation::default() };
        assert_eq!(GpuInformation::parse(text), expected);
        assert_eq!(GpuInformation::parse("\0\n::\nModel:\n"), GpuInformation::default());
    }
}
