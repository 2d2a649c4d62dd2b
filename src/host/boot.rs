//! The current boot of the machine: files written before it may have been lost with the power.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Command, Files, Hive, Processes, Registry};

/// Identifies one run of the machine. Empty where the system gives no identifier.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Boot(String);

impl Boot {
    /// The current boot of the machine.
    pub(super) fn of_machine(files: Files, processes: &Processes, registry: Registry) -> Self {
        let text = if cfg!(target_os = "linux") {
            // Random for every boot, see random(4).
            files.read_text(Path::new("/proc/sys/kernel/random/boot_id")).ok()
        } else if cfg!(windows) {
            // A number that Windows counts up when it starts.
            let key = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters";
            registry.number(Hive::LocalMachine, key, "BootId").map(|number| number.to_string())
        } else {
            let asked = processes.capture(&Command::new(Path::new("/usr/sbin/sysctl"), ["-n", "kern.bootsessionuuid"]));
            asked.ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        };
        Self(text.map(|text| text.trim().to_owned()).unwrap_or_default())
    }

    /// Reads the text of [`Boot::as_str`], perhaps written in an earlier run.
    pub fn parse(text: &[u8]) -> Self {
        Self(String::from_utf8_lossy(text).into_owned())
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if both are known to be the same run.
    pub fn is_same_run(&self, other: &Self) -> bool {
        !self.0.is_empty() && self == other
    }
}
