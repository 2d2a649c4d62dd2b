//! Names and versions of devices in Windows' registry.

use super::pci::PciDevice;
use crate::accelerator::DriverVersion;

/// The vendor and device in an identifier such as `PCI\VEN_10DE&DEV_2484&SUBSYS_…`.
pub(in crate::accelerator) fn device_of(identifier: &str) -> Option<PciDevice> {
    let uppercase = identifier.to_ascii_uppercase();
    let mut parts = uppercase.strip_prefix(r"PCI\")?.split(['&', '\\']);
    let vendor = hexadecimal(parts.next()?.strip_prefix("VEN_")?)?;
    let device = hexadecimal(parts.next()?.strip_prefix("DEV_")?)?;
    Some(PciDevice { vendor, device })
}

/// NVIDIA's number in a version of Windows' kind: of `32.0.15.6094` the last five digits, 560.94.
pub(in crate::accelerator) fn windows_driver(version: &str) -> Option<DriverVersion> {
    let parts: Vec<&str> = version.trim().split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() != 4 || !parts.iter().all(is_number) {
        return None;
    }
    let digits = parts.concat();
    let last = digits.get(digits.len().checked_sub(5)?..)?;
    format!("{}.{}", &last[..3], &last[3..]).parse().ok()
}

fn hexadecimal(text: &str) -> Option<u16> {
    let is_number = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_number { u16::from_str_radix(text, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_t26_identifiers_of_devices() {
        let device = |text| device_of(text).map(|found| (found.vendor, found.device));
        let nvidia = r"PCI\VEN_10DE&DEV_2484&SUBSYS_147D10DE&REV_A1\4&2D2E5D1F&0&0008";
        assert_eq!(device(nvidia), Some((0x10de, 0x2484)));
        assert_eq!(device(r"PCI\VEN_8086&DEV_9A49&SUBSYS_00000000"), Some((0x8086, 0x9a49)));
        assert_eq!(device(r"pci\ven_1002&dev_73ff"), Some((0x1002, 0x73ff)));
        for text in [
            "",
            r"PCI\DEV_8086&SUBSYS_1",
            r"USB\VEN_10DE&DEV_2484",
            r"PCI\VEN_10DE",
            r"PCI\VEN_10DE&DEV_+484",
            r"PCI\VEN_10DE&DEV_24845",
        ] {
            assert_eq!(device(text), None, "{text}");
        }
    }

    #[test]
    fn vector_t27_and_failure_32_the_last_five_digits_are_the_version() {
        let vectors = [
            ("32.0.15.6094", "560.94"),
            ("32.0.16.1047", "610.47"),
            ("31.0.15.7652", "576.52"),
            ("30.0.14.7111", "471.11"),
            ("32.0.15.9159", "591.59"),
        ];
        for (text, version) in vectors {
            assert_eq!(windows_driver(text).map(|version| version.to_string()).as_deref(), Some(version));
        }
        for text in ["", "560.94", "32.0.15", "32.0.x.6094", "1.0.0.1", "32.0.1٥.6094", "32.0.15.6094.1"] {
            assert_eq!(windows_driver(text), None, "{text}");
        }
    }
}
