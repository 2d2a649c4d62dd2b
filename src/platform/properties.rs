//! Properties of the reader of executables: it terminates on any input.

use super::elf::read_executable;
use crate::property::{Check, Property, Seeds};

/// The beginning of an executable.
pub const EXECUTABLE: Property = Property {
    seeds: Seeds::Made(|| {
        let mut dynamic = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
        dynamic.extend([0_u64, 64, 0].map(u64::to_le_bytes).concat());
        dynamic.extend([0; 4]);
        dynamic.extend([64_u16, 56, 1, 64, 0, 0].map(u16::to_le_bytes).concat());
        dynamic.extend([3_u32, 4].map(u32::to_le_bytes).concat());
        dynamic.extend([120_u64, 0, 0, 7, 7, 1].map(u64::to_le_bytes).concat());
        dynamic.extend(b"/ld.so\0");
        let mut arm = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x28\0".to_vec();
        arm.extend([1_u32, 0, 52, 0, 0x0500_0400].map(u32::to_le_bytes).concat());
        arm.extend([52_u16, 32, 1, 40, 0, 0].map(u16::to_le_bytes).concat());
        arm.extend([3_u32, 84, 0, 0, 2, 2, 4, 1].map(u32::to_le_bytes).concat());
        arm.extend(b"x\0");
        vec![dynamic, arm]
    }),
    holds: Check::Bytes(|data| {
        let _ = read_executable(data);
    }),
};

#[test]
fn executables_of_every_kind_are_read_to_an_end() {
    let loaders: Vec<_> = EXECUTABLE.seeds().iter().map(|seed| read_executable(seed.as_slice())?.loader).collect();
    assert_eq!(loaders, [Some("/ld.so".to_owned()), Some("x".to_owned())]);
    EXECUTABLE.try_out(1000);
}
