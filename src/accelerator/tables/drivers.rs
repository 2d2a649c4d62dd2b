//! Drivers of NVIDIA and the versions of CUDA that run on them.

use crate::accelerator::{ComputeCapability, CudaVersion, DriverVersion, System};

/// The two series of NVIDIA's drivers, which have different numbers for the same state of the code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) enum DriverFamily {
    Linux,
    /// Also in WSL, where the driver is that of Windows.
    Windows,
}

/// The oldest drivers for a range of versions of CUDA.
struct Row {
    cuda: CudaVersion,
    linux: &'static [u16],
    windows: &'static [u16],
}

const fn row(major: u8, minor: u8, linux: &'static [u16], windows: &'static [u16]) -> Row {
    Row { cuda: CudaVersion::new(major, minor), linux, windows }
}

/// The oldest driver on which builds for CUDA from this version on run, by the compatibility of minor versions (NVIDIA, "CUDA
/// Compatibility" and CUDA release notes, table 2). NVIDIA states no driver of Windows for CUDA 13, since the toolkit no
/// longer brings one: 580 is the number of uv 0.12.5.
const FLOORS: &[Row] = &[
    row(13, 0, &[580], &[580]),
    row(12, 0, &[525, 60, 13], &[528, 33]),
    row(11, 1, &[450, 80, 2], &[452, 39]),
    row(11, 0, &[450, 36, 6], &[451, 22]),
    row(10, 2, &[440, 33], &[441, 22]),
    row(10, 1, &[418, 39], &[418, 96]),
    row(10, 0, &[410, 48], &[411, 31]),
];

/// The driver that came with each version of CUDA, and so the newest version that drivers from it on report (CUDA release
/// notes, table 3). There was no toolkit of 12.7. For 13.1, 13.2 NVIDIA states no driver of Windows: the branches of Linux
/// stand in. Drivers of the branch 610 report 13.3 and 616 reports 13.4 on Windows.
const NATIVE: &[Row] = &[
    row(13, 4, &[616], &[616]),
    row(13, 3, &[610, 43, 2], &[610, 47]),
    row(13, 2, &[595, 45, 4], &[595]),
    row(13, 1, &[590, 44, 1], &[590]),
    row(13, 0, &[580, 65, 6], &[580]),
    row(12, 9, &[575, 51, 3], &[576, 2]),
    row(12, 8, &[570, 26], &[570, 65]),
    row(12, 7, &[565, 57], &[565]),
    row(12, 6, &[560, 28, 3], &[560, 76]),
    row(12, 5, &[555, 42, 2], &[555, 85]),
    row(12, 4, &[550, 54, 14], &[551, 61]),
    row(12, 3, &[545, 23, 6], &[545, 84]),
    row(12, 2, &[535, 54, 3], &[536, 25]),
    row(12, 1, &[530, 30, 2], &[531, 14]),
    row(12, 0, &[525, 60, 13], &[527, 41]),
    row(11, 8, &[520, 61, 5], &[520, 6]),
    row(11, 7, &[515, 43, 4], &[516, 1]),
    row(11, 6, &[510, 39, 1], &[511, 23]),
    row(11, 5, &[495, 29, 5], &[496, 4]),
    row(11, 4, &[470, 42, 1], &[471, 11]),
    row(11, 3, &[465, 19, 1], &[465, 89]),
    row(11, 2, &[460, 27, 3], &[460, 82]),
    row(11, 1, &[455, 23], &[456, 38]),
    row(11, 0, &[450, 51, 5], &[451, 48]),
];

/// The last branch of the driver for GPUs below a compute capability: Kepler, then Maxwell, Pascal and Volta (NVIDIA, notices
/// of the end of support; 580 is also the first branch for CUDA 13).
const LAST_BRANCHES: &[(ComputeCapability, u16)] =
    &[(ComputeCapability::new(5, 0), 470), (ComputeCapability::new(7, 5), 580)];

impl DriverFamily {
    /// The series of a system.
    pub(in crate::accelerator) fn of(system: System) -> Self {
        match system {
            System::Jetson(_) | System::Linux | System::MacOs => Self::Linux,
            System::Windows | System::Wsl => Self::Windows,
        }
    }
}

impl Row {
    fn driver(&self, family: DriverFamily) -> &'static [u16] {
        match family {
            DriverFamily::Linux => self.linux,
            DriverFamily::Windows => self.windows,
        }
    }
}

/// The oldest driver for builds for a version of CUDA; `None` for versions older than 10.0. For versions newer than the table,
/// that of the newest one.
pub(in crate::accelerator) fn floor(family: DriverFamily, cuda: CudaVersion) -> Option<&'static [u16]> {
    FLOORS.iter().find(|row| cuda >= row.cuda).map(|row| row.driver(family))
}

/// The newest CUDA that a driver reports; `None` for drivers older than the table.
pub(in crate::accelerator) fn native(family: DriverFamily, driver: &DriverVersion) -> Option<CudaVersion> {
    NATIVE.iter().find(|row| driver.reaches(row.driver(family))).map(|row| row.cuda)
}

/// The last branch of the driver for a GPU; `None` for GPUs that current drivers support.
pub(in crate::accelerator) fn last_branch(capability: ComputeCapability) -> Option<u16> {
    LAST_BRANCHES.iter().find(|(below, _)| capability < *below).map(|(_, branch)| *branch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_go_from_the_newest_to_the_oldest() {
        for table in [FLOORS, NATIVE] {
            assert!(table.is_sorted_by(|newer, older| {
                newer.cuda > older.cuda && newer.linux > older.linux && newer.windows > older.windows
            }));
        }
    }

    #[test]
    fn every_driver_that_came_with_a_cuda_runs_it() {
        for row in NATIVE {
            assert!(
                DriverVersion::of(row.linux).reaches(floor(DriverFamily::Linux, row.cuda).unwrap()),
                "{}",
                row.cuda
            );
        }
    }

    #[test]
    fn drivers_report_the_cuda_that_they_came_with() {
        let reported = |family, text: &str| native(family, &text.parse().unwrap()).map(|version| version.to_string());
        for (driver, cuda) in [("580", "13.0"), ("580.126", "13.0"), ("570.133", "12.8"), ("610.43", "13.3")] {
            assert_eq!(reported(DriverFamily::Linux, driver).as_deref(), Some(cuda));
        }
        for (driver, cuda) in [("616.92", "13.4"), ("610.47", "13.3"), ("527.41", "12.0"), ("552.22", "12.4")] {
            assert_eq!(reported(DriverFamily::Windows, driver).as_deref(), Some(cuda));
        }
        assert_eq!(reported(DriverFamily::Linux, "375.74"), None);
    }

    #[test]
    fn old_gpus_have_a_last_driver() {
        let last = |major, minor| last_branch(ComputeCapability::new(major, minor));
        assert_eq!(
            [last(3, 7), last(5, 0), last(7, 0), last(7, 5), last(12, 0)],
            [Some(470), Some(580), Some(580), None, None]
        );
    }
}
