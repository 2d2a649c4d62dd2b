//! Properties of the readers of what drivers, tools and variables say.

use super::parse::{
    Columns, CudaLibrary, GpuInformation, KfdNode, ToolReport, amd_smi_version, device_of, gfx_override,
    installed_rocm, jetson_release, library_version, listed_gpus, macos_version, module_version, proc_version,
    queried_gpus, trouble, windows_driver,
};
use super::{ComputeCapability, CudaVersion, DriverVersion, GfxTarget, Kernels, Label};
use crate::property::{Check, Property, Seeds};

/// Texts of all sources: every reader gets every text.
pub const ACCELERATOR: Property = Property {
    seeds: Seeds::Texts(&[
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.144.03  Release Build\nGCC version:  gcc 12.3.0\n",
        "Model: \t NVIDIA GeForce RTX 3090\nGPU UUID: \t GPU-eaf23aa1\nBus Location: \t 0000:01:00.0\nDevice Minor: \t 0\n",
        "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64\n",
        "| NVIDIA-SMI 610.43.02   KMD Version: 610.43.02     CUDA UMD Version: 13.3     |",
        "Driver Version : 610.47 [Deprecated; Use KMD Version instead]\n<cuda_version>12.4</cuda_version>",
        "0, 00000000:01:00.0, GPU-1, NVIDIA RTX A2000, 12GB, 572.60, 8.6\n1, [N/A], [N/A], Orin, [N/A], [N/A]\n",
        "GPU 0: NVIDIA A100 (UUID: GPU-565d962e)\n  MIG 1g.5gb Device 0: (UUID: MIG-a9)\n",
        "Failed to initialize NVML: Driver/library version mismatch",
        "vendor_id 4098\ngfx_target_version 120001\ndrm_render_minor 128\n",
        "AMDSMI Tool: 26 | ROCm version: 7.0.2 | amdgpu version: 6.10.10 |",
        "Package: rocm-core\nStatus: install ok installed\nVersion: 6.3.1.60301-48\n\n",
        "PCI\\VEN_10DE&DEV_2484&SUBSYS_147D10DE&REV_A1",
        "-----BEGIN KINGBOLT CUDA-----{\"version\": 13000, \"failure\": null, \"devices\": [{\"name\": \"x\", \"uuid\": null, \
         \"bus\": null, \"major\": 8, \"minor\": 7}]}-----END KINGBOLT CUDA-----",
        "<key>ProductVersion</key>\n<string>15.6.1</string>",
        "libcuda.so.610.43.02",
        "32.0.15.6094",
        "580.65.06",
        "12.0+ptx",
        "rocm6.2.4",
        "gfx90a",
    ]),
    holds: Check::Text(accelerator),
};

fn accelerator(text: &str) {
    let _ = (GpuInformation::parse(text), ToolReport::parse(text), trouble(text), device_of(text), macos_version(text));
    let _ =
        (jetson_release(text), KfdNode::parse(text), amd_smi_version(text), installed_rocm(text), gfx_override(text));
    let lines = text.lines().count();
    for columns in [Columns::All, Columns::WithoutCapability] {
        assert!(queried_gpus(text, columns).len() <= lines);
    }
    assert!(listed_gpus(text).len() <= lines);
    assert!(CudaLibrary::parse(text).is_none_or(|library| library.devices.len() <= 256));
    let versions = [module_version(text), proc_version(text), library_version(text), windows_driver(text)];
    for version in versions.into_iter().flatten() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    written_as_read::<ComputeCapability>(text);
    written_as_read::<CudaVersion>(text);
    written_as_read::<DriverVersion>(text);
    written_as_read::<GfxTarget>(text);
    written_as_read::<Kernels>(text);
    written_as_read::<Label>(text);
}

/// A value is read again from what it is written as.
fn written_as_read<T: std::str::FromStr + std::fmt::Debug + PartialEq + ToString>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse().ok(), Some(value));
    }
}

#[test]
fn every_text_about_accelerators_is_read_to_an_end() {
    ACCELERATOR.try_out(2000);
}
