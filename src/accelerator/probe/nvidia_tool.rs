//! Runs NVIDIA's tool `nvidia-smi`, by its absolute path and for a limited time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reader::Reader;
use crate::accelerator::System;
use crate::accelerator::findings::SmiAnswer;
use crate::accelerator::parse::{Columns, SmiGpu, SmiTrouble, ToolReport, listed_gpus, queried_gpus, trouble};
use crate::host::{Command, Output, ProcessError};

/// Directories beside those of PATH: of distributions, WSL, NixOS and containers of Kubernetes.
const DIRECTORIES: &[&str] = &["/usr/bin", "/usr/lib/wsl/lib", "/run/current-system/sw/bin", "/usr/local/nvidia/bin"];

/// The GPUs that `nvidia-smi` names, if there is one.
pub(super) fn ask_nvidia_smi(reader: &mut Reader<'_>, system: System, time_limit: Duration) -> SmiAnswer {
    let Some(program) = find(reader, system) else { return SmiAnswer::NotAsked };
    let mut said = String::new();
    let mut seen = None;
    for columns in [Columns::All, Columns::WithoutCapability] {
        let query = [columns.query(), "--format=csv,noheader,nounits".to_owned()];
        let output = match run(reader, &program, &query, time_limit) {
            Ok(output) => output,
            Err(failure) => {
                reader.found(program.display().to_string(), &failure);
                return SmiAnswer::Failed { trouble: None, said: failure };
            }
        };
        let (stdout, text) = texts(&output);
        // One of several GPUs may have failed: the exit code is about that one, the rows are about the others.
        let gpus = queried_gpus(&stdout, columns);
        if !gpus.is_empty() {
            return named(reader, &program, gpus);
        }
        seen = trouble(&text);
        said = first_line(&text, &output);
        reader.found(program.display().to_string(), format!("names no GPU: {said}"));
        if seen != Some(SmiTrouble::UnknownColumn) && output.status.code() != Some(2) {
            return SmiAnswer::Failed { trouble: seen, said };
        }
    }
    let listed = run(reader, &program, &["-L".to_owned()], time_limit);
    let gpus = listed.map(|output| listed_gpus(&texts(&output).0)).unwrap_or_default();
    if gpus.is_empty() { SmiAnswer::Failed { trouble: seen, said } } else { named(reader, &program, gpus) }
}

/// Adds the versions that the tool prints for people to the evidence. They decide nothing.
pub(super) fn report_of_nvidia_smi(reader: &mut Reader<'_>, system: System, time_limit: Duration) {
    let Some(program) = find(reader, system) else { return };
    let Ok(output) = run(reader, &program, &[], time_limit) else { return };
    let ToolReport { driver, cuda } = ToolReport::parse(&texts(&output).0);
    let driver = driver.map(|version| format!("driver {version}"));
    let cuda = cuda.map(|version| format!("CUDA {version}"));
    let told: Vec<String> = driver.into_iter().chain(cuda).collect();
    if !told.is_empty() {
        reader.found(format!("{} (banner)", program.display()), told.join(", "));
    }
}

fn named(reader: &mut Reader<'_>, program: &Path, gpus: Vec<SmiGpu>) -> SmiAnswer {
    for gpu in &gpus {
        let driver = gpu.driver.as_ref().map(|driver| format!(", driver {driver}")).unwrap_or_default();
        let capability = gpu.capability.map(|it| format!(", compute capability {it}")).unwrap_or_default();
        reader.found(program.display().to_string(), format!("{}{driver}{capability}", gpu.name));
    }
    SmiAnswer::Gpus(gpus)
}

/// The tool's path. Never one in the current directory, where anybody may have put it.
fn find(reader: &Reader<'_>, system: System) -> Option<PathBuf> {
    match system {
        System::Windows => find_on_windows(reader),
        System::Jetson(_) | System::Linux | System::MacOs | System::Wsl => {
            let environment = &reader.host.environment;
            let current = environment.current_dir();
            let named = environment.search_path().into_iter().filter(|path| path.is_absolute() && path != current);
            let known = DIRECTORIES.iter().map(PathBuf::from);
            let directories: Vec<PathBuf> = named.chain(known).map(|path| reader.root.path(&path)).collect();
            reader.host.find_programs("nvidia-smi", &directories).into_iter().next()
        }
    }
}

/// Drivers of Windows have brought the tool to three places.
fn find_on_windows(reader: &Reader<'_>) -> Option<PathBuf> {
    const TOOL: &str = "nvidia-smi.exe";
    let directory =
        |name: &str, default: &str| PathBuf::from(reader.host.environment.var_os(name).unwrap_or(default.as_ref()));
    let system = directory("SystemRoot", r"C:\Windows").join("System32");
    let program_files = directory("ProgramFiles", r"C:\Program Files");
    let is_file = |path: &PathBuf| reader.host.files.is_file(path);
    let known = [system.join(TOOL), program_files.join(r"NVIDIA Corporation\NVSMI").join(TOOL)];
    let found = known.iter().map(|path| reader.root.path(path)).find(is_file);
    found.or_else(|| {
        let repository = reader.root.path(&system.join(r"DriverStore\FileRepository"));
        let is_of_nvidia = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.to_ascii_lowercase().starts_with("nv")
        };
        let packages = reader.host.files.list(&repository).unwrap_or_default();
        let tools = packages.into_iter().filter(is_of_nvidia).map(|package| package.join(TOOL)).filter(is_file);
        tools.max_by_key(|tool| reader.host.files.metadata(tool).ok().and_then(|it| it.modified().ok()))
    })
}

fn run(reader: &Reader<'_>, program: &Path, arguments: &[String], time_limit: Duration) -> Result<Output, String> {
    let mut command = Command::new(program, arguments);
    command.time_limit = time_limit;
    command.variables.push(("LC_ALL".into(), Some("C".into())));
    // It hides GPUs that a build must serve all the same.
    command.remove_variables(&["CUDA_VISIBLE_DEVICES"]);
    reader.host.processes.capture(&command).map_err(|error| match error {
        ProcessError::TimedOut { limit, .. } => format!("did not finish within {} s", limit.as_secs_f32()),
        ProcessError::Start { source, .. } => format!("could not be started: {source}"),
        ProcessError::Interrupted { .. } => "was interrupted".to_owned(),
        ProcessError::Noisy { limit, .. } => format!("wrote more than {limit} bytes"),
    })
}

/// The text of stdout, and that of both.
fn texts(output: &Output) -> (String, String) {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let both = format!("{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    (stdout, both)
}

fn first_line(text: &str, output: &Output) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.map_or_else(|| format!("nothing ({})", output.status), |line| line.chars().take(200).collect())
}
