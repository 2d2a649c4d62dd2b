//! Permissions of installed files: those that the umask of the installation gives, whatever the store has.

use std::fs;
use std::path::PathBuf;

use crate::support::users::{another_user, as_another_user, mode_of, open_to_others, set_mode, with_umask};
use crate::support::{Directory, Fixture, Index, Machine, Python, Wheel};

#[test]
fn a_home_that_was_filled_under_another_umask_hides_nothing_from_other_users() {
    let (Some(()), Some(python)) = (another_user(), Python::of_the_system()) else { return };
    let index = Index::complete();
    let data = Wheel::new("data", "1.0").file("data/table.txt", "1,2").console("data", "data:main").build();
    let reader = "import data\nfrom pathlib import Path\n\ndef main():\n    print(Path(data.__file__).with_name('table.txt').read_text())\n";
    let reader = Wheel::new("reader", "1.0")
        .requires("data")
        .file("reader/read.py", reader)
        .console("reader", "reader.read:main");
    index.publish(&data).publish(&reader.build());
    let machine = Machine::new().with_python(&python).with_index(&index);
    with_umask(&machine, "077", &["install", "data", "--quiet"]).succeeds();
    open_to_others(&machine);
    let home = machine.directory(Directory::Home);
    for directory in [machine.home().to_owned(), home.to_owned(), home.join("apps"), machine.home().join("bin")] {
        set_mode(&directory, 0o755);
    }
    let hidden = as_another_user(&machine, &machine.home().join("bin/data"), &[]).outcome();
    assert_ne!(hidden.code, Some(0), "{hidden:?}");
    for arguments in [["install", "reader", "--quiet"].as_slice(), &["install", "reader", "--force", "--quiet"]] {
        with_umask(&machine, "022", arguments).succeeds();
        as_another_user(&machine, &machine.home().join("bin/reader"), &[]).stdout("1,2\n").succeeds();
    }
    // Files are still shared where the modes are the same.
    let shared = |app: &str| links(&machine, app, "data/table.txt");
    assert_eq!((shared("data") > 1, shared("reader")), (true, 1));
    let table = file(&machine, "reader", "data/table.txt");
    assert_eq!(mode_of(&table), "644");
    with_umask(&machine, "077", &["install", "reader", "--force", "--quiet"]).succeeds();
    assert!(shared("reader") > 1);
}

#[test]
fn an_environment_has_the_modes_of_its_own_umask() {
    let Some(fixture) = Fixture::hello() else { return };
    let machine = &fixture.machine;
    for (umask, mode) in [("022", "644"), ("027", "640"), ("002", "664"), ("077", "600"), ("022", "644")] {
        with_umask(machine, umask, &["install", "hello", "--force", "--quiet"]).succeeds();
        assert_eq!(mode_of(&file(machine, "hello", "hello/__init__.py")), mode, "{umask}");
    }
}

/// A file of the packages of the newest generation of an app.
fn file(machine: &Machine, app: &str, path: &str) -> PathBuf {
    let start = format!("kingbolt/apps/{app}/current");
    let current = fs::canonicalize(machine.home().join(start)).expect("it is installed");
    let name = current.file_name().expect("it has a name").to_string_lossy().into_owned();
    let is_file = |file: &String| file.contains(&name) && file.ends_with(path);
    machine.home().join(machine.files().into_iter().find(is_file).expect("it is installed"))
}

/// The number of names of a file.
fn links(machine: &Machine, app: &str, path: &str) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(file(machine, app, path)).expect("it is installed").nlink()
}
