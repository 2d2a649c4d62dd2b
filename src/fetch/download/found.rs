//! Wheels that were fetched before anybody wanted them installed: where downloads look for what has arrived.

use std::path::Path;

use super::directory::{self, PRESENCE};
use crate::host::{FileLock, Files, Sharing};
use crate::vocab::Sha256;

/// Leaves a verified wheel where its download will find it, unless somebody is downloading it. Moves the file, or
/// leaves it where it is: this only spares work.
pub(in crate::fetch) fn leave_for_download(files: Files, cache_dir: &Path, sha256: Sha256, wheel: &Path) {
    let downloads = cache_dir.join("downloads");
    let key = sha256.to_hex();
    let take = |name: &str, sharing| FileLock::try_take(&downloads.join(name), sharing);
    let Ok(_presence) = take(PRESENCE, Sharing::Shared) else { return };
    let Ok(_lock) = take(&directory::lock_name(&key), Sharing::Exclusive) else { return };
    let place = downloads.join(directory::partial_name(&key));
    if files.kind(&place).is_ok_and(|kind| kind.is_none()) {
        let _ = files.rename(wheel, &place);
    }
}
