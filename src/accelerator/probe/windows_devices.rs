//! Display devices in Windows' registry, which answers a thousand times faster than its management interface.

use super::reader::Reader;
use crate::accelerator::DriverVersion;
use crate::accelerator::findings::PciGpu;
use crate::accelerator::parse::{NVIDIA, device_of, windows_driver};
use crate::host::Hive;

/// The class of display adapters.
const CLASS: &str = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}";

/// The GPUs that have a driver, and the version of NVIDIA's.
pub(super) fn read_windows_devices(reader: &mut Reader<'_>) -> (Vec<PciGpu>, Option<DriverVersion>) {
    let registry = reader.host.registry;
    let (mut gpus, mut driver) = (Vec::new(), None);
    for key in registry.keys(Hive::LocalMachine, CLASS) {
        let path = format!(r"{CLASS}\{key}");
        let value = |name: &str| registry.text(Hive::LocalMachine, &path, name);
        let Some(device) = value("MatchingDeviceId").and_then(|identifier| device_of(&identifier)) else { continue };
        let version = value("DriverVersion").unwrap_or_default();
        reader.found(format!(r"HKLM\{path}"), format!("{:04x}:{:04x}, driver {version}", device.vendor, device.device));
        if device.vendor == NVIDIA {
            driver = driver.or_else(|| windows_driver(&version));
        }
        gpus.push(PciGpu { bus: key, device, driver: Some(version) });
    }
    (gpus, driver)
}
