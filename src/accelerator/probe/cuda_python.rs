//! Lets a Python ask the library of NVIDIA's driver: a program that is linked statically cannot load it.

use std::path::Path;
use std::time::Duration;

use super::reader::Reader;
use crate::accelerator::parse::CudaLibrary;
use crate::host::Command;

const SCRIPT: &str = include_str!("../cuda_probe.py");

/// The answer of the library; `None` if there is no library, or the Python cannot load it.
pub(super) fn ask_python(reader: &mut Reader<'_>, python: &Path, time_limit: Duration) -> Option<CudaLibrary> {
    let mut command = Command { stdin: SCRIPT.into(), time_limit, ..Command::new(python, ["-E", "-s", "-B", "-"]) };
    // It hides GPUs that a build must serve all the same.
    command.remove_variables(&["CUDA_VISIBLE_DEVICES"]);
    let source = format!("libcuda, by {}", python.display());
    let output = match reader.host.processes.capture(&command) {
        Ok(output) => output,
        Err(error) => {
            reader.found(source, error.to_string());
            return None;
        }
    };
    let answer = CudaLibrary::parse(&String::from_utf8_lossy(&output.stdout));
    match &answer {
        Some(library) => tell(reader, &source, library),
        None => reader.found(source, "there is no library, or it cannot be loaded"),
    }
    answer
}

fn tell(reader: &mut Reader<'_>, source: &str, library: &CudaLibrary) {
    if let Some(cuda) = library.cuda {
        reader.found(source, format!("CUDA {cuda}"));
    }
    if let Some(code) = library.failure {
        reader.found(source, format!("it failed with error {code}"));
    }
    for device in &library.devices {
        let capability = device.capability.map(|it| format!(", compute capability {it}")).unwrap_or_default();
        reader.found(source, format!("{}{capability}", device.name));
    }
}
