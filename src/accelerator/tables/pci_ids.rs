//! NVIDIA's PCI device numbers and the compute capability of the chips behind them.

use crate::accelerator::ComputeCapability;

/// Ranges of device numbers, from the PCI ID Repository of 2026-08-22 (`pci.ids`, functions for sound, USB and bridges left
/// out) and NVIDIA's list of GPUs with their capabilities. Kepler has 3.0 to 3.7: the lowest stands for all, since no build
/// has kernels for them.
const RANGES: &[(u16, u16, ComputeCapability)] = &[
    (0x0fc0, 0x130b, ComputeCapability::new(3, 0)),
    (0x1340, 0x139d, ComputeCapability::new(5, 0)),
    (0x13ad, 0x13ae, ComputeCapability::new(5, 2)),
    (0x13b0, 0x13bd, ComputeCapability::new(5, 0)),
    (0x13be, 0x1436, ComputeCapability::new(5, 2)),
    (0x15c2, 0x15ff, ComputeCapability::new(6, 0)),
    (0x1613, 0x1676, ComputeCapability::new(5, 2)),
    (0x1725, 0x172f, ComputeCapability::new(6, 0)),
    (0x174d, 0x179c, ComputeCapability::new(5, 0)),
    (0x17c2, 0x17fd, ComputeCapability::new(5, 2)),
    (0x1b00, 0x1d56, ComputeCapability::new(6, 1)),
    (0x1d81, 0x1df5, ComputeCapability::new(7, 0)),
    (0x1e02, 0x1ff9, ComputeCapability::new(7, 5)),
    (0x2080, 0x20ff, ComputeCapability::new(8, 0)),
    (0x2182, 0x21d1, ComputeCapability::new(7, 5)),
    (0x2200, 0x223f, ComputeCapability::new(8, 6)),
    (0x2302, 0x23f0, ComputeCapability::new(9, 0)),
    (0x2414, 0x25fb, ComputeCapability::new(8, 6)),
    (0x2681, 0x28f8, ComputeCapability::new(8, 9)),
    (0x2901, 0x29f1, ComputeCapability::new(10, 0)),
    (0x2b00, 0x2b00, ComputeCapability::new(11, 0)),
    (0x2b85, 0x2df9, ComputeCapability::new(12, 0)),
    (0x2e03, 0x2e2a, ComputeCapability::new(12, 1)),
    (0x2f04, 0x2f58, ComputeCapability::new(12, 0)),
    (0x3182, 0x323e, ComputeCapability::new(10, 3)),
];

/// The stand-in for chips before the table, Fermi and older: no current build runs on them.
const OLDER: ComputeCapability = ComputeCapability::new(2, 0);

/// The compute capability of a chip, inferred from its number; `None` if it is newer than the table, or missing in it.
pub(in crate::accelerator) fn capability_of(device: u16) -> Option<ComputeCapability> {
    if device < RANGES[0].0 {
        return Some(OLDER);
    }
    RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&device)).map(|(_, _, capability)| *capability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_order_and_apart() {
        assert!(RANGES.iter().all(|(first, last, _)| first <= last));
        assert!(RANGES.is_sorted_by(|(_, last, _), (first, _, _)| last < first));
    }

    #[test]
    fn chips_have_the_capability_of_their_generation() {
        let of = |device| capability_of(device).map(|capability| capability.to_string());
        let chips = [
            (0x1b80, "6.1"),  // GeForce GTX 1080
            (0x1db1, "7.0"),  // Tesla V100
            (0x1e04, "7.5"),  // GeForce RTX 2080 Ti
            (0x20b0, "8.0"),  // A100
            (0x2204, "8.6"),  // GeForce RTX 3090
            (0x2684, "8.9"),  // GeForce RTX 4090
            (0x2330, "9.0"),  // H100
            (0x2b85, "12.0"), // GeForce RTX 5090
            (0x06c0, "2.0"),  // GeForce GTX 480
        ];
        for (device, capability) in chips {
            assert_eq!(of(device).as_deref(), Some(capability), "{device:04x}");
        }
        assert_eq!([of(0x3340), of(0xffff), of(0x1437)], [None, None, None]);
    }
}
