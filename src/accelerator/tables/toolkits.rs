//! Versions of CUDA whose compiler makes kernels for a GPU.

use crate::accelerator::{ComputeCapability, CudaVersion};

/// Thor, whose compute capability CUDA 13 renamed.
pub(in crate::accelerator) const THOR: ComputeCapability = ComputeCapability::new(11, 0);
/// The name of the same GPU up to CUDA 12.9.
pub(in crate::accelerator) const THOR_IN_CUDA_12: ComputeCapability = ComputeCapability::new(10, 1);

/// GPUs from a compute capability on, and the first and the last CUDA for them (CUDA release notes: new and removed
/// architectures). The last row that a capability reaches counts.
const TOOLKITS: &[(ComputeCapability, CudaVersion, Option<CudaVersion>)] = &[
    (ComputeCapability::new(3, 5), CudaVersion::new(5, 0), Some(CudaVersion::new(11, 8))),
    (ComputeCapability::new(5, 0), CudaVersion::new(6, 5), Some(CudaVersion::new(12, 9))),
    (ComputeCapability::new(6, 0), CudaVersion::new(8, 0), Some(CudaVersion::new(12, 9))),
    (ComputeCapability::new(7, 0), CudaVersion::new(9, 0), Some(CudaVersion::new(12, 9))),
    (ComputeCapability::new(7, 5), CudaVersion::new(10, 0), None),
    (ComputeCapability::new(8, 0), CudaVersion::new(11, 0), None),
    (ComputeCapability::new(8, 6), CudaVersion::new(11, 1), None),
    (ComputeCapability::new(8, 7), CudaVersion::new(11, 4), None),
    (ComputeCapability::new(8, 9), CudaVersion::new(11, 8), None),
    (ComputeCapability::new(9, 0), CudaVersion::new(11, 8), None),
    (ComputeCapability::new(10, 0), CudaVersion::new(12, 8), None),
    (ComputeCapability::new(10, 3), CudaVersion::new(12, 9), None),
    (ComputeCapability::new(11, 0), CudaVersion::new(13, 0), None),
    (ComputeCapability::new(12, 0), CudaVersion::new(12, 8), None),
    (ComputeCapability::new(12, 1), CudaVersion::new(12, 9), None),
];

/// The first CUDA for a GPU, and the last one if there will be no newer; `None` for GPUs that are older than the table.
pub(in crate::accelerator) fn toolkits(capability: ComputeCapability) -> Option<(CudaVersion, Option<CudaVersion>)> {
    let row = TOOLKITS.iter().rfind(|(from, _, _)| capability >= *from)?;
    Some((row.1, row.2))
}
