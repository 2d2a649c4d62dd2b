//! The permissions that new files of this process lack.

use super::Host;

impl Host {
    /// Lets all users read what this process creates and its own user alone write it, whatever the caller's umask is. On
    /// Windows, the directories decide.
    pub fn create_for_all_users(&self) {
        #[cfg(unix)]
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    }
}
