//! GPUs on the PCI bus, in Linux's files.

use super::reader::Reader;
use crate::accelerator::findings::PciGpu;
use crate::accelerator::parse::{AMD, INTEL, NVIDIA, PciDevice, is_display};

/// The GPUs of the three vendors, with the driver that has each.
pub(super) fn read_pci(reader: &mut Reader<'_>) -> Vec<PciGpu> {
    const DEVICES: &str = "/sys/bus/pci/devices";
    let mut gpus = Vec::new();
    for bus in reader.names(DEVICES) {
        let directory = format!("{DEVICES}/{bus}");
        let Some(vendor) = reader.text(&format!("{directory}/vendor")) else { continue };
        let device = reader.text(&format!("{directory}/device")).unwrap_or_default();
        let Some(device) = PciDevice::parse(&vendor, &device) else { continue };
        if ![AMD, INTEL, NVIDIA].contains(&device.vendor) {
            continue;
        }
        let class = reader.text(&format!("{directory}/class")).unwrap_or_default();
        if !is_display(&class) {
            continue;
        }
        let driver = reader.link_target(&format!("{directory}/driver"));
        let by = driver.as_ref().map_or("no driver".to_owned(), |driver| format!("driver {driver}"));
        reader.found(directory, format!("{:04x}:{:04x}, {by}", device.vendor, device.device));
        gpus.push(PciGpu { bus: bus.to_ascii_lowercase(), device, driver });
    }
    gpus
}
