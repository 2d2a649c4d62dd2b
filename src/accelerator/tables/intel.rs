//! Intel's GPUs that builds for XPU support.

/// Ranges of device numbers (the `pciids.h` of Linux 6.16: `DG2`, `ATS-M`, `BMG`, `LNL`, `ARL-H`, `MTL-H`, `PTL`, `PVC`). Other GPUs of
/// Intel, most of them within processors, are not among the requirements of PyTorch for XPU: builds start there and fail.
const RANGES: &[(u16, u16)] = &[
    // Data Center GPU Max
    (0x0bd0, 0x0bdb),
    // Arc A series and Data Center GPU Flex
    (0x5690, 0x5697),
    (0x56a0, 0x56a6),
    (0x56b0, 0x56b3),
    (0x56ba, 0x56bf),
    (0x56c0, 0x56c2),
    // Core Ultra 200V
    (0x6420, 0x6420),
    (0x64a0, 0x64a0),
    (0x64b0, 0x64b0),
    // Core Ultra 200H and 100H
    (0x7d51, 0x7d51),
    (0x7d55, 0x7d55),
    (0x7dd1, 0x7dd1),
    (0x7dd5, 0x7dd5),
    // Core Ultra of series 3
    (0xb080, 0xb08f),
    (0xb090, 0xb090),
    (0xb0a0, 0xb0a0),
    (0xb0b0, 0xb0b0),
    // Arc B series
    (0xe202, 0xe202),
    (0xe20b, 0xe20d),
    (0xe210, 0xe216),
    (0xe220, 0xe223),
];

/// True for a GPU of Intel that builds for XPU support.
pub(in crate::accelerator) fn supports_xpu(device: u16) -> bool {
    RANGES.iter().any(|(first, last)| (*first..=*last).contains(&device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_order_and_apart() {
        assert!(RANGES.iter().all(|(first, last)| first <= last));
        assert!(RANGES.is_sorted_by(|(_, last), (first, _)| last < first));
    }

    #[test]
    fn failure_30_only_listed_gpus_of_intel_support_xpu() {
        // Arc A770 and B580.
        assert!(supports_xpu(0x56a0) && supports_xpu(0xe20b));
        // HD Graphics 4000 of 2012, Iris Xe of 2020.
        assert!(!supports_xpu(0x0166) && !supports_xpu(0x9a49));
    }
}
