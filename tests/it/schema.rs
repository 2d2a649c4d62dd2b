//! A home that the first form of our files was written into: every later version has to read it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::{Machine, Python};

/// Never written anew: what an old version left is what it is. Python and its paths stand there by name, and the pointer
/// as a file.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/home-schema-1");

#[test]
fn a_home_of_the_first_schema_is_listed_verified_run_rolled_back_and_removed() {
    let Some(python) = Python::newest() else { return };
    let machine = Machine::new().with_python(python);
    let home = machine.home().join("kingbolt");
    lay_out(Path::new(FIXTURE), &home, python);
    fs::create_dir(machine.home().join("bin")).expect("home can be filled");
    symlink(home.join("apps/hello/current/bin/hello"), machine.home().join("bin/hello")).expect("a link can be made");
    machine.kingbolt(["list"]).stdout("hello  2.0  Python [PYTHON VERSION]  hello\n").succeeds();
    machine.kingbolt(["verify"]).stdout("hello 2.0: 8 files in 1 package, no problems\n").succeeds();
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 2.0\n").succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["verify"]).stdout("hello 1.0: 8 files in 1 package, no problems\n").succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

/// Copies a directory of the fixture, with the names in it replaced, and what Git does not keep added.
fn lay_out(from: &Path, to: &Path, python: &Python) {
    fs::create_dir_all(to).expect("home can be filled");
    for entry in fs::read_dir(from).expect("the fixture is there") {
        let from = entry.expect("an entry can be read").path();
        let to = to.join(from.file_name().expect("an entry has a name"));
        if from.is_dir() {
            lay_out(&from, &to, python);
            continue;
        }
        let executable = python.executable.display().to_string();
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let text = fs::read_to_string(&from).expect("the fixture is text");
        let text = text
            .replace("[EXECUTABLE]", &executable)
            .replace("[VERSION]", &python.version)
            .replace("[IDENTITY]", &format!("cpython-{}-{os}-{arch}-gnu {executable}", python.minor_version()));
        if to.ends_with("current") {
            symlink(text.trim(), to).expect("a link can be made");
            continue;
        }
        fs::write(&to, text).expect("home can be filled");
        if to.ends_with("bin/hello") {
            fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("it is ours");
            symlink(&python.executable, to.with_file_name("python")).expect("a link can be made");
        }
    }
}
