//! File systems that are mounted for one test: small, odd, read-only.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::missing;

/// A mounted file system. It is unmounted when it goes.
pub(crate) struct Disk {
    kind: Kind,
    mounted: PathBuf,
    root: PathBuf,
    /// Holds image and mount point.
    _directory: TempDir,
    /// The device of a loop mount that does not go by itself.
    device: Option<String>,
}

/// What is mounted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Shares blocks between files. What it may hold is limited by a quota.
    Btrfs,
    /// No links of either kind, no modes, and case does not count.
    Exfat,
    Ext4,
    /// A directory served by the other side of an SFTP connection.
    Sftp,
    Tmpfs,
    Xfs,
}

/// What a file system can run out of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    /// Of 4096 bytes.
    Blocks,
    Inodes,
}

/// The first subvolume of a Btrfs, in the words of its quotas.
const VOLUME: &str = "0/256";

/// Files that take up what is to be missing.
const FILLER: &str = "filler";

/// For whoever serves a directory to `sshfs` without a network.
const SFTP_SERVERS: [&str; 2] = ["/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server"];

impl Disk {
    /// Mounts an empty file system.
    pub(crate) fn mount(kind: Kind) -> Option<Self> {
        Self::try_mount(kind).map_or_else(|error| missing(&format!("{kind:?} cannot be mounted: {error}")), Some)
    }

    fn try_mount(kind: Kind) -> Result<Self, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("only root may mount file systems".to_owned());
        }
        let directory = TempDir::new().expect("a temporary directory");
        let base = directory.path().canonicalize().expect("it was just made");
        let (mounted, image) = (base.join("disk"), base.join("image"));
        fs::create_dir(&mounted).expect("the temporary directory can be filled");
        let (at, image) = (mounted.display().to_string(), image.display().to_string());
        let (mut device, mut root) = (None, mounted.clone());
        match kind {
            Kind::Btrfs => {
                make(&image, 256, &["mkfs.btrfs", "-q"])?;
                ran(&["mount", "-o", "loop", &image, &at])?;
                ran(&["btrfs", "quota", "enable", &at])?;
                root = mounted.join("volume");
                ran(&["btrfs", "subvolume", "create", &root.display().to_string()])?;
            }
            Kind::Exfat => {
                make(&image, 64, &["mkfs.exfat"])?;
                let loop_device = ran(&["losetup", "-f", "--show", &image])?.trim().to_owned();
                let mounted = ran(&["mount.exfat-fuse", &loop_device, &at]);
                if mounted.is_err() {
                    let _ = ran(&["losetup", "-d", &loop_device]);
                }
                mounted?;
                device = Some(loop_device);
            }
            Kind::Ext4 => {
                make(&image, 32, &["mkfs.ext4", "-q", "-m", "0", "-N", "2048"])?;
                ran(&["mount", "-o", "loop", &image, &at])?;
            }
            Kind::Sftp => {
                let server = SFTP_SERVERS.iter().find(|path| Path::new(path).is_file());
                let server = server.ok_or("sftp-server is not installed (apt-get install openssh-sftp-server)")?;
                let shared = base.join("shared");
                fs::create_dir(&shared).expect("the temporary directory can be filled");
                let program = base.join("connect");
                fs::write(&program, format!("#!/bin/sh\nexec {server}\n")).expect("the directory can be filled");
                ran(&["chmod", "+x", &program.display().to_string()])?;
                let connect = format!("ssh_command={},no_contain_symlinks", program.display());
                ran(&["sshfs", "-o", &connect, &format!("nowhere:{}", shared.display()), &at])?;
            }
            Kind::Tmpfs => {
                ran(&["mount", "-t", "tmpfs", "-o", "size=64m,nr_inodes=100000", "tmpfs", &at])?;
            }
            Kind::Xfs => {
                make(&image, 320, &["mkfs.xfs", "-q"])?;
                ran(&["mount", "-o", "loop", &image, &at])?;
            }
        }
        Ok(Self { kind, mounted, root, _directory: directory, device })
    }

    /// The directory to fill.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Mounts it anew with other options.
    pub(crate) fn remount(&self, options: &str) {
        ran(&["mount", "-o", &format!("remount,{options}"), &self.mounted.display().to_string()])
            .expect("what is mounted can be mounted anew");
    }

    /// Leaves so much of something, and takes up the rest.
    pub(crate) fn leave(&self, limit: Limit, count: u64) {
        self.leave_all();
        let held = rustix::fs::statvfs(&self.root).expect("it is mounted");
        match (self.kind, limit) {
            (Kind::Btrfs, Limit::Blocks) => {
                ran(&["sync"]).expect("it is always there");
                let shown = ran(&["btrfs", "qgroup", "show", "--raw", &self.mounted.display().to_string()]);
                let shown = shown.expect("quotas are enabled");
                let words = shown.lines().find(|line| line.starts_with(VOLUME)).map(str::split_whitespace);
                let used: u64 = words.and_then(|mut words| words.nth(1)?.parse().ok()).expect("the volume has a quota");
                self.limit(&(used + count * 4096).to_string());
            }
            (Kind::Tmpfs, Limit::Blocks) => {
                let used = (held.f_blocks - held.f_bfree) * held.f_frsize;
                self.remount(&format!("size={}", used + count * 4096));
            }
            (Kind::Tmpfs, Limit::Inodes) => {
                self.remount(&format!("nr_inodes={}", held.f_files - held.f_ffree + count));
            }
            (_, Limit::Blocks) => {
                // The file system takes some for its own records of the filler.
                let most = (held.f_bavail * held.f_frsize).saturating_sub((count + 64) * 4096);
                let path = self.root.join(FILLER);
                ran(&["fallocate", "-l", &most.to_string(), &path.display().to_string()]).expect("there is space");
                let mut filler = fs::OpenOptions::new().append(true).open(path).expect("it was just made");
                while self.free() > count * 4096
                    && filler.write_all(&[0; 1024]).and_then(|()| filler.sync_all()).is_ok()
                {}
            }
            (_, Limit::Inodes) => {
                let directory = self.root.join(FILLER);
                fs::create_dir(&directory).expect("there is space");
                for number in 0..(held.f_ffree - 1).saturating_sub(count) {
                    fs::write(directory.join(number.to_string()), "").expect("there are so many inodes");
                }
            }
        }
    }

    /// Sets the quota of a Btrfs volume.
    fn limit(&self, bytes: &str) {
        ran(&["btrfs", "qgroup", "limit", bytes, VOLUME, &self.mounted.display().to_string()])
            .expect("quotas are enabled");
    }

    /// The bytes that may be written.
    fn free(&self) -> u64 {
        let held = rustix::fs::statvfs(&self.root).expect("it is mounted");
        held.f_bavail * held.f_frsize
    }

    /// Gives back what was taken up.
    pub(crate) fn leave_all(&self) {
        if self.kind == Kind::Btrfs {
            return self.limit("none");
        }
        if self.kind == Kind::Tmpfs {
            return self.remount("size=64m,nr_inodes=100000");
        }
        let filler = self.root.join(FILLER);
        if filler.is_dir() {
            fs::remove_dir_all(filler).expect("it is ours");
        } else if filler.exists() {
            fs::remove_file(filler).expect("it is ours");
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A process of the test may still be leaving.
        for _ in 0..50 {
            if ran(&["umount", &self.mounted.display().to_string()]).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        if let Some(device) = &self.device {
            let _ = ran(&["losetup", "-d", device]);
        }
    }
}

/// Makes an image of so many megabytes, and a file system in it.
fn make(image: &str, megabytes: u64, command: &[&str]) -> Result<(), String> {
    fs::File::create(image).and_then(|file| file.set_len(megabytes << 20)).expect("there is space");
    ran(&[command, &[image]].concat()).map(|_| ())
}

/// Runs a program, and gives what it prints, or why there is nothing.
pub(crate) fn ran(command: &[&str]) -> Result<String, String> {
    let output = Command::new(command[0]).args(&command[1..]).output();
    let output = output.map_err(|error| format!("{} does not start: {error}", command[0]))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
        return Err(format!("{} fails: {said}", command[0]));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
