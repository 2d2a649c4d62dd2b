//! The output of `nvidia-smi` for programs: rows of values, and the list of GPUs.

use crate::accelerator::{ComputeCapability, DriverVersion};

/// The columns that are asked for. The name is between the others, because it may have commas.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) enum Columns {
    All,
    /// Drivers before 510 do not know the compute capability.
    WithoutCapability,
}

/// One GPU, as `nvidia-smi` tells it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::accelerator) struct SmiGpu {
    pub(in crate::accelerator) name: String,
    pub(in crate::accelerator) uuid: Option<String>,
    pub(in crate::accelerator) bus: Option<String>,
    pub(in crate::accelerator) driver: Option<DriverVersion>,
    pub(in crate::accelerator) capability: Option<ComputeCapability>,
}

/// The obstacles that `nvidia-smi` tells of in its messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accelerator) enum SmiTrouble {
    /// "GPU access blocked by the operating system".
    Blocked,
    /// "Driver/library version mismatch".
    Mismatch,
    /// It cannot reach the driver, or the driver no GPU.
    NoDevice,
    /// It does not know a column.
    UnknownColumn,
}

const TROUBLES: &[(&str, SmiTrouble)] = &[
    ("Driver/library version mismatch", SmiTrouble::Mismatch),
    ("GPU access blocked by the operating system", SmiTrouble::Blocked),
    ("is not a valid field to query", SmiTrouble::UnknownColumn),
    ("couldn't communicate with the NVIDIA driver", SmiTrouble::NoDevice),
    ("No devices were found", SmiTrouble::NoDevice),
];

impl Columns {
    /// The argument that asks for the columns.
    pub(in crate::accelerator) fn query(self) -> String {
        format!("--query-gpu={},name,{}", Self::BEFORE.join(","), self.after().join(","))
    }

    const BEFORE: &[&str] = &["index", "pci.bus_id", "uuid"];

    fn after(self) -> &'static [&'static str] {
        match self {
            Self::All => &["driver_version", "compute_cap"],
            Self::WithoutCapability => &["driver_version"],
        }
    }
}

/// The GPUs in rows without a header: one for each line whose first value is a number. Other lines are messages.
pub(in crate::accelerator) fn queried_gpus(output: &str, columns: Columns) -> Vec<SmiGpu> {
    output.lines().filter_map(|line| queried_gpu(line, columns)).collect()
}

fn queried_gpu(line: &str, columns: Columns) -> Option<SmiGpu> {
    let (before, name, after) = row(line, Columns::BEFORE.len(), columns.after().len())?;
    let [index, bus, uuid] = before[..] else { return None };
    index.parse::<u32>().ok()?;
    let known = |text: &str| known(text).map(str::to_owned);
    Some(SmiGpu {
        name: known(&name).unwrap_or_else(|| "NVIDIA GPU".to_owned()),
        uuid: known(uuid),
        bus: known(bus).map(|bus| short_bus(&bus)),
        driver: after.first().and_then(|text| text.parse().ok()),
        capability: after.get(1).and_then(|text| text.parse().ok()),
    })
}

/// The values of a row before a name, the name, and those after it.
fn row(line: &str, before: usize, after: usize) -> Option<(Vec<&str>, String, Vec<&str>)> {
    let values: Vec<&str> = line.trim().split(", ").map(str::trim).collect();
    if values.len() < before + 1 + after {
        return None;
    }
    let end = values.len() - after;
    Some((values[..before].to_vec(), values[before..end].join(", "), values[end..].to_vec()))
}

/// A value, unless it says that there is none.
fn known(text: &str) -> Option<&str> {
    const UNKNOWN: &[&str] = &["", "N/A", "[N/A]", "[Not Supported]", "[Unknown Error]", "[GPU requires reset]"];
    (!UNKNOWN.contains(&text)).then_some(text)
}

/// The PCI address as Linux writes it: `00000000:01:00.0` is `0000:01:00.0`.
fn short_bus(bus: &str) -> String {
    let lowercase = bus.to_ascii_lowercase();
    match lowercase.split_once(':') {
        Some((domain, rest)) if domain.len() == 8 && domain.starts_with("0000") => format!("{}:{rest}", &domain[4..]),
        Some(_) | None => lowercase,
    }
}

/// The GPUs in the output of `nvidia-smi -L`. Lines of parts of GPUs (MIG) are indented.
pub(in crate::accelerator) fn listed_gpus(output: &str) -> Vec<SmiGpu> {
    let listed = |line: &str| {
        let (index, rest) = line.strip_prefix("GPU ")?.split_once(':')?;
        index.parse::<u32>().ok()?;
        let (name, uuid) = match rest.rsplit_once("(UUID:") {
            Some((name, uuid)) => (name, Some(uuid.trim_end().trim_end_matches(')').trim().to_owned())),
            None => (rest, None),
        };
        Some(SmiGpu { name: name.trim().to_owned(), uuid, ..SmiGpu::default() })
    };
    output.lines().filter_map(listed).collect()
}

/// The trouble that messages of `nvidia-smi` tell of.
pub(in crate::accelerator) fn trouble(output: &str) -> Option<SmiTrouble> {
    TROUBLES.iter().find(|(message, _)| output.contains(message)).map(|(_, trouble)| *trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_t17_and_failure_6_each_gpu_has_a_row() {
        let drivers: Vec<Option<DriverVersion>> = "572.60\n572.60\n"
            .lines()
            .filter_map(|line| row(line, 0, 0))
            .map(|(_, value, _)| value.parse().ok())
            .collect();
        assert_eq!(drivers, ["572.60".parse().ok(), "572.60".parse().ok()]);
        let output = "0, 00000000:01:00.0, GPU-1, NVIDIA GeForce RTX 3090, 572.60, 8.6\n\
                      1, 00000000:02:00.0, GPU-2, NVIDIA RTX A2000, 12GB, 572.60, 8.6\n";
        let gpu = |name: &str, uuid: &str, bus: &str| SmiGpu {
            name: name.to_owned(),
            uuid: Some(uuid.to_owned()),
            bus: Some(bus.to_owned()),
            driver: "572.60".parse().ok(),
            capability: "8.6".parse().ok(),
        };
        let expected = [
            gpu("NVIDIA GeForce RTX 3090", "GPU-1", "0000:01:00.0"),
            gpu("NVIDIA RTX A2000, 12GB", "GPU-2", "0000:02:00.0"),
        ];
        assert_eq!(queried_gpus(output, Columns::All), expected);
    }

    #[test]
    fn vector_t18_unknown_values_are_no_values() {
        let values = "8.6\n[N/A]\n7.5\ngarbage".lines().filter_map(|line| row(line, 0, 0)).map(|(_, value, _)| value);
        let (unknown, stated): (Vec<String>, Vec<String>) = values.partition(|value| known(value).is_none());
        let capabilities: Vec<ComputeCapability> = stated.iter().filter_map(|text| text.parse().ok()).collect();
        assert_eq!(unknown, ["[N/A]"]);
        assert_eq!(capabilities, [ComputeCapability::new(8, 6), ComputeCapability::new(7, 5)]);
        assert_eq!(capabilities.iter().min(), Some(&ComputeCapability::new(7, 5)));
    }

    #[test]
    fn vector_t19_a_gpu_without_a_memory_of_its_own() {
        let (_, name, after) = row("NVIDIA GB10, 580.173.02, [N/A]", 0, 2).unwrap();
        assert_eq!(
            (name.as_str(), after[0].parse().ok(), known(after[1])),
            ("NVIDIA GB10", "580.173.02".parse::<DriverVersion>().ok(), None)
        );
        let gpus = queried_gpus("0, 0000000F:01:00.0, [N/A], NVIDIA GB10, 580.173.02, [N/A]\n", Columns::All);
        let expected = SmiGpu {
            name: "NVIDIA GB10".to_owned(),
            uuid: None,
            bus: Some("000f:01:00.0".to_owned()),
            driver: "580.173.02".parse().ok(),
            capability: None,
        };
        assert_eq!(gpus, [expected]);
    }

    #[test]
    fn vector_t20_messages_are_neither_gpus_nor_versions() {
        let messages = [
            ("Failed to initialize NVML: Driver/library version mismatch", Some(SmiTrouble::Mismatch)),
            ("Failed to initialize NVML: GPU access blocked by the operating system", Some(SmiTrouble::Blocked)),
            (
                "Failed to properly shut down NVML: GPU access blocked by the operating system",
                Some(SmiTrouble::Blocked),
            ),
            (
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
                Some(SmiTrouble::NoDevice),
            ),
            ("No devices were found", Some(SmiTrouble::NoDevice)),
            ("Field \"compute_cap\" is not a valid field to query.", Some(SmiTrouble::UnknownColumn)),
            ("", None),
        ];
        for (message, expected) in messages {
            assert_eq!(trouble(message), expected, "{message}");
            assert_eq!(queried_gpus(message, Columns::All), []);
            assert_eq!(queried_gpus(message, Columns::WithoutCapability), []);
            assert_eq!(listed_gpus(message), []);
        }
    }

    #[test]
    fn vector_t22_and_failure_31_parts_of_a_gpu_are_no_gpus() {
        let output = "GPU 0: NVIDIA A100-PCIE-40GB (UUID: GPU-565d962e-2b15-aaad-cbe0-97c5c4b447ac)\n  \
                      MIG 1g.5gb      Device  0: (UUID: MIG-a9aaa9b9-3415-5b83-baab-d52b391db3ac)\n\
                      GPU 1: NVIDIA A100-PCIE-40GB (UUID: GPU-2f76cbca-88aa-4e8e-2fde-65765797dbbb)\n";
        let gpu = |uuid: &str| SmiGpu {
            name: "NVIDIA A100-PCIE-40GB".to_owned(),
            uuid: Some(uuid.to_owned()),
            ..SmiGpu::default()
        };
        let expected =
            [gpu("GPU-565d962e-2b15-aaad-cbe0-97c5c4b447ac"), gpu("GPU-2f76cbca-88aa-4e8e-2fde-65765797dbbb")];
        assert_eq!(listed_gpus(output), expected);
    }

    #[test]
    fn vector_t23_gpus_of_jetson() {
        let name = |line| listed_gpus(line).into_iter().map(|gpu| gpu.name).collect::<Vec<_>>();
        assert_eq!(name("GPU 0: Orin (nvgpu) (UUID: 54d0709b-558d-5a59-9c65-0c5fc14a21a4)"), ["Orin (nvgpu)"]);
        assert_eq!(name("GPU 0: NVIDIA Thor  (UUID: 54d0709b-558d-5a59-9c65-0c5fc14a21a4)"), ["NVIDIA Thor"]);
    }

    #[test]
    fn the_columns_of_a_query_are_those_that_are_read() {
        let expected = "--query-gpu=index,pci.bus_id,uuid,name,driver_version,compute_cap";
        assert_eq!(Columns::All.query(), expected);
        assert_eq!(Columns::WithoutCapability.query(), expected.trim_end_matches(",compute_cap"));
        let gpus = queried_gpus("0, 00000000:04:00.0, GPU-3, Tesla K80, 470.182.03\n", Columns::WithoutCapability);
        assert_eq!((gpus[0].name.as_str(), gpus[0].driver.clone()), ("Tesla K80", "470.182.03".parse().ok()));
    }
}
