//! Passwords from the command `keyring`, as pip and uv call it: `keyring get SERVICE USER`.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::host::{Command, Host, KeptOutput, ProcessError, Processes};
use crate::vocab::KeyringUse;

/// It may ask the person to unlock the keyring.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The most bytes of a password.
const LONGEST_PASSWORD: usize = 64 * 1024;

/// The command, if it is to be asked and exists.
#[derive(Clone, Debug)]
pub(super) struct KeyringCommand {
    program: PathBuf,
    processes: Processes,
}

impl KeyringCommand {
    /// The first `keyring` on PATH.
    pub(super) fn of(host: &Host, keyring_use: KeyringUse) -> Option<Self> {
        match keyring_use {
            KeyringUse::Ask => {
                let program = host.find_programs("keyring", &host.environment.search_path()).into_iter().next()?;
                Some(Self { program, processes: host.processes.clone() })
            }
            KeyringUse::Never => None,
        }
    }

    /// The password of a user at an address, or else at its server; `None` if the keyring has none.
    ///
    /// # Errors
    /// When the command does not start, or does not end in time.
    pub(super) fn password(&self, url: &Url, user: &str) -> Result<Option<String>, ProcessError> {
        let mut address = url.clone();
        // Both fail only for addresses without a host, which have no user.
        let _ = address.set_username("");
        let _ = address.set_password(None);
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let server = format!("{}{port}", url.host_str().unwrap_or_default());
        for service in [address.as_str(), &server] {
            let mut command = Command::new(&self.program, ["get", service, user]);
            command.time_limit = TIME_LIMIT;
            command.kept = KeptOutput::AtMost(LONGEST_PASSWORD);
            let output = self.processes.capture(&command)?;
            let text = String::from_utf8(output.stdout).unwrap_or_default();
            let password = text.trim_end_matches(['\r', '\n']);
            if output.status.success() && !password.is_empty() {
                return Ok(Some(password.to_owned()));
            }
        }
        Ok(None)
    }
}
