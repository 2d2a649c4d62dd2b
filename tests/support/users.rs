//! Other users of the machine, and what the umask leaves to them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::index::Index;
use super::machine::Machine;
use super::packages::hello;
use super::parts::missing;
use super::python::Python;
use super::run::Run;

/// The user and the group `nobody` of most systems.
const ANOTHER: u32 = 65534;

/// Prepares a run of Kingbolt under a umask.
pub(crate) fn with_umask<'a>(machine: &'a Machine, umask: &str, arguments: &[&str]) -> Run<'a> {
    let script = format!("umask {umask}; exec \"$@\"");
    let words = ["-c", &script, "sh", env!("CARGO_BIN_EXE_kingbolt")];
    machine.program(Path::new("/bin/sh"), words.iter().chain(arguments))
}

/// Prepares a run of a program as a user who owns nothing here.
pub(crate) fn as_another_user<'a>(machine: &'a Machine, program: &Path, arguments: &[&str]) -> Run<'a> {
    let program = program.display().to_string();
    let (user, group) = (format!("--reuid={ANOTHER}"), format!("--regid={ANOTHER}"));
    let words = [user.as_str(), &group, "--clear-groups", &program];
    machine.program(Path::new("/usr/bin/setpriv"), words.iter().chain(arguments))
}

/// A machine on which `hello` 1.0 is installed for all users, with a Python that all may start.
pub(crate) fn installed_for_all() -> Option<Machine> {
    another_user()?;
    let python = Python::of_the_system()?;
    let index = Index::complete();
    index.publish(&hello("1.0"));
    let machine = Machine::new().with_python(&python).with_index(&index);
    with_umask(&machine, "022", &["install", "hello", "--quiet"]).succeeds();
    open_to_others(&machine);
    Some(machine)
}

/// Asks for what [`as_another_user`] needs.
pub(crate) fn another_user() -> Option<()> {
    if rustix::process::geteuid().is_root() { Some(()) } else { missing("only root may act as another user") }
}

/// Gives a file or a directory to another user.
pub(crate) fn give_away(path: &Path) {
    std::os::unix::fs::chown(path, Some(ANOTHER), Some(ANOTHER)).expect("root may do this");
}

/// Lets other users reach the home directory: a temporary directory is for its user only.
pub(crate) fn open_to_others(machine: &Machine) {
    set_mode(machine.home().parent().expect("it is in a temporary directory"), 0o755);
}

/// The permission bits of a file, in octal digits.
pub(crate) fn mode_of(path: &Path) -> String {
    let metadata = fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    format!("{:o}", metadata.permissions().mode() & 0o7777)
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}
