//! NVIDIA's driver, in Linux's files.

use super::reader::Reader;
use crate::accelerator::findings::{DeviceNodes, NvidiaFindings, Reach};
use crate::accelerator::parse::{GpuInformation, Use, library_version, module_version, proc_version};
use crate::accelerator::{DriverVersion, System};

/// The directories of the driver's libraries: those of distributions, of NixOS, and of containers.
const LIBRARY_DIRECTORIES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/run/opengl-driver/lib",
    "/usr/local/nvidia/lib64",
    "/usr/lib/aarch64-linux-gnu/nvidia",
];

/// The libraries whose files have the version in their names. Packages for forward compatibility bring the other one alone.
const LIBRARIES: &[&str] = &["libnvidia-ml.so.1", "libcuda.so.1"];

/// The library with which Windows lets programs in WSL use its driver. Its name has no version.
const WSL_LIBRARY: &str = "/usr/lib/wsl/lib/libcuda.so.1";

pub(super) fn read_nvidia(reader: &mut Reader<'_>, system: System) -> NvidiaFindings {
    NvidiaFindings {
        kernel: read_kernel_driver(reader),
        libraries: read_libraries(reader),
        nodes: read_nodes(reader, system),
        informed: read_information(reader),
        ..NvidiaFindings::default()
    }
}

fn read_kernel_driver(reader: &mut Reader<'_>) -> Option<DriverVersion> {
    const MODULE: &str = "/sys/module/nvidia/version";
    const DRIVER: &str = "/proc/driver/nvidia/version";
    let mut found = None;
    for path in [MODULE, DRIVER] {
        let Some(text) = reader.text(path) else { continue };
        let version = if path == MODULE { module_version(&text) } else { proc_version(&text) };
        match &version {
            Some(version) => reader.found(path, format!("driver {version}")),
            None => reader.found(path, format!("no version of a driver: {text}")),
        }
        found = found.or(version);
    }
    found
}

fn read_libraries(reader: &mut Reader<'_>) -> Vec<DriverVersion> {
    let mut versions = Vec::new();
    for library in LIBRARIES {
        for directory in LIBRARY_DIRECTORIES {
            let path = format!("{directory}/{library}");
            let Some(version) = reader.link_target(&path).and_then(|name| library_version(&name)) else { continue };
            reader.found(path, format!("library {version}"));
            versions.push(version);
        }
        if !versions.is_empty() {
            break;
        }
    }
    versions
}

fn read_nodes(reader: &mut Reader<'_>, system: System) -> DeviceNodes {
    let devices = reader.names("/dev");
    let minors: Vec<u32> = devices.iter().filter_map(|name| name.strip_prefix("nvidia")?.parse().ok()).collect();
    let has = |name: &str| devices.iter().any(|device| device == name);
    // Containers in WSL have the library where other systems have it.
    let libraries = LIBRARY_DIRECTORIES.iter().map(|directory| format!("{directory}/libcuda.so.1"));
    let library = [WSL_LIBRARY.to_owned()].into_iter().chain(libraries).find(|path| reader.exists(path));
    let reach = match system {
        System::Wsl if has("dxg") && library.is_some() => Reach::Windows,
        System::Jetson(_) if has("nvhost-gpu") || has("nvgpu") || has("nvidiactl") => Reach::Tegra,
        System::Jetson(_) | System::Linux | System::MacOs | System::Windows | System::Wsl
            if has("nvidiactl") && !minors.is_empty() =>
        {
            Reach::DeviceFiles
        }
        System::Jetson(_) | System::Linux | System::MacOs | System::Windows | System::Wsl => Reach::None,
    };
    match reach {
        Reach::DeviceFiles => {
            let names: Vec<String> = minors.iter().map(|minor| format!("nvidia{minor}")).collect();
            reader.found("/dev", format!("nvidiactl, {}", names.join(", ")));
        }
        Reach::Tegra => reader.found("/dev", "the GPU of a Jetson"),
        Reach::Windows => {
            reader.found("/dev/dxg", format!("the GPU of Windows, with {}", library.unwrap_or_default()));
        }
        Reach::None if has("dxg") => reader.found("/dev/dxg", "the GPU of Windows, without libcuda.so.1"),
        Reach::None => {}
    }
    DeviceNodes { reach, minors }
}

fn read_information(reader: &mut Reader<'_>) -> Vec<GpuInformation> {
    const GPUS: &str = "/proc/driver/nvidia/gpus";
    let mut gpus = Vec::new();
    for bus in reader.names(GPUS) {
        let path = format!("{GPUS}/{bus}/information");
        let Some(text) = reader.text(&path) else { continue };
        let information = GpuInformation::parse(&text);
        let model = information.model.clone().unwrap_or_else(|| "a GPU".to_owned());
        let excluded = match information.use_of {
            Use::Excluded => ", excluded",
            Use::Free => "",
        };
        reader.found(path, format!("{model}{excluded}"));
        gpus.push(GpuInformation { bus: information.bus.clone().or(Some(bus.to_ascii_lowercase())), ..information });
    }
    gpus
}
