//! The answer of the driver's library, which a Python asks through `ctypes` (`cuda_probe.py`).

use serde::Deserialize;

use crate::accelerator::{ComputeCapability, CudaVersion};

/// The answer of the library.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::accelerator) struct CudaLibrary {
    /// The newest CUDA that it supports.
    pub(in crate::accelerator) cuda: Option<CudaVersion>,
    pub(in crate::accelerator) devices: Vec<CudaDevice>,
    /// The code of the first call that failed (`CUresult`).
    pub(in crate::accelerator) failure: Option<i64>,
}

/// One GPU, as the library tells it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::accelerator) struct CudaDevice {
    pub(in crate::accelerator) name: String,
    pub(in crate::accelerator) uuid: Option<String>,
    pub(in crate::accelerator) bus: Option<String>,
    pub(in crate::accelerator) capability: Option<ComputeCapability>,
}

/// `CUDA_ERROR_SYSTEM_DRIVER_MISMATCH`.
pub(in crate::accelerator) const DRIVER_MISMATCH: i64 = 803;

/// The most GPUs of an answer.
const MOST_DEVICES: usize = 256;

const BEGIN: &str = "-----BEGIN KINGBOLT CUDA-----";
const END: &str = "-----END KINGBOLT CUDA-----";

#[derive(Deserialize)]
struct Answer {
    version: Option<i64>,
    failure: Option<i64>,
    #[serde(default)]
    devices: Vec<Device>,
}

#[derive(Deserialize)]
struct Device {
    name: String,
    uuid: Option<String>,
    bus: Option<String>,
    major: Option<u8>,
    minor: Option<u8>,
}

impl CudaLibrary {
    /// `None` for output without an answer: there is no library, or the Python has no `ctypes`.
    pub(in crate::accelerator) fn parse(output: &str) -> Option<Self> {
        let (_, after) = output.rsplit_once(BEGIN)?;
        let (document, _) = after.split_once(END)?;
        let answer: Answer = serde_json::from_str(document).ok()?;
        let device = |device: Device| CudaDevice {
            name: device.name,
            uuid: device.uuid,
            bus: device.bus.map(|bus| bus.to_ascii_lowercase()),
            capability: device
                .major
                .zip(device.minor)
                .and_then(|(major, minor)| format!("{major}.{minor}").parse().ok()),
        };
        Some(Self {
            cuda: answer.version.and_then(CudaVersion::from_driver),
            devices: answer.devices.into_iter().take(MOST_DEVICES).map(device).collect(),
            failure: answer.failure,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_stands_between_its_marks() {
        let output = "noise\n-----BEGIN KINGBOLT CUDA-----{\"version\": 13000, \"failure\": null, \"devices\": [{\"name\": \
                      \"Orin\", \"uuid\": null, \"bus\": \"0000:00:00.0\", \"major\": 8, \"minor\": 7}]}\
                      -----END KINGBOLT CUDA-----\n";
        let device = CudaDevice {
            name: "Orin".to_owned(),
            uuid: None,
            bus: Some("0000:00:00.0".to_owned()),
            capability: Some(ComputeCapability::new(8, 7)),
        };
        let expected = CudaLibrary { cuda: Some(CudaVersion::new(13, 0)), devices: vec![device], failure: None };
        assert_eq!(CudaLibrary::parse(output), Some(expected));
    }

    #[test]
    fn other_output_is_no_answer() {
        for output in
            ["", "{}", "-----BEGIN KINGBOLT CUDA-----{", "-----BEGIN KINGBOLT CUDA-----null-----END KINGBOLT CUDA-----"]
        {
            assert_eq!(CudaLibrary::parse(output), None, "{output}");
        }
        let lies = "-----BEGIN KINGBOLT CUDA-----{\"version\": -1, \"failure\": 803}-----END KINGBOLT CUDA-----";
        assert_eq!(
            CudaLibrary::parse(lies),
            Some(CudaLibrary { failure: Some(DRIVER_MISMATCH), ..CudaLibrary::default() })
        );
    }
}
