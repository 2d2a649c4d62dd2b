//! PCI devices.

/// The numbers of a vendor and its device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) struct PciDevice {
    pub(in crate::accelerator) vendor: u16,
    pub(in crate::accelerator) device: u16,
}

pub(in crate::accelerator) const AMD: u16 = 0x1002;
pub(in crate::accelerator) const INTEL: u16 = 0x8086;
pub(in crate::accelerator) const NVIDIA: u16 = 0x10de;

impl PciDevice {
    /// The device from the files `vendor` and `device` in a directory of `/sys/bus/pci/devices`.
    pub(in crate::accelerator) fn parse(vendor: &str, device: &str) -> Option<Self> {
        let number = |text: &str| u16::try_from(prefixed(text)?).ok();
        Some(Self { vendor: number(vendor)?, device: number(device)? })
    }
}

/// True for the content of the file `class` of GPUs: VGA controllers, 3D controllers (cards for computing, second GPUs of
/// laptops) and other display controllers. The sound of a graphics card is a device of its own.
pub(in crate::accelerator) fn is_display(class: &str) -> bool {
    prefixed(class).is_some_and(|class| matches!(class >> 8, 0x0300 | 0x0302 | 0x0380))
}

fn prefixed(text: &str) -> Option<u32> {
    let digits = text.trim().strip_prefix("0x")?;
    if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accelerator::tables::capability_of;

    #[test]
    fn vector_t29_devices_and_classes() {
        let device = PciDevice::parse("0x10de\n", "0x2204\n").unwrap();
        assert_eq!(device, PciDevice { vendor: NVIDIA, device: 0x2204 });
        assert_eq!(capability_of(device.device).map(|capability| capability.to_string()).as_deref(), Some("8.6"));
        for (class, displays) in [("0x030000\n", true), ("0x030200", true), ("0x038000", true), ("0x040300", false)] {
            assert_eq!(is_display(class), displays, "{class}");
        }
        for text in ["", "030000", "0x", "0x+30000", "0xzz", "0x1030000000"] {
            assert!(!is_display(text), "{text}");
        }
        assert_eq!(PciDevice::parse("0x10de", "0x12204"), None);
    }
}
