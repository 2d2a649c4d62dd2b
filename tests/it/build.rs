//! Source code that a person names: directories, archives and repositories, built by their own backends.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::support::{BuiltWheel, Fixture, Index, Machine, Project, Python, Wheel, hello, sha256_hex};

/// A machine with a Python, and a project in `project` below its home directory.
pub(crate) fn machine(project: &Project) -> Option<Machine> {
    let machine = Machine::new().with_python(Python::newest()?);
    write(&machine, project);
    Some(machine)
}

pub(crate) fn write(machine: &Machine, project: &Project) {
    for (path, content) in project.files() {
        machine.write(&format!("project/{path}"), content);
    }
}

/// The `direct_url.json` of the newest generation.
pub(crate) fn direct_url(machine: &Machine) -> String {
    let files = machine.files();
    let path = files.iter().rfind(|path| path.ends_with("direct_url.json")).expect("it was written");
    let text = fs::read_to_string(machine.home().join(path)).expect("it can be read");
    text.replace(&machine.home().display().to_string(), "[HOME]")
}

#[test]
fn a_directory_is_built_and_installed() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine
        .kingbolt(["install", "./project"])
        .stderr(
            "
            Built demo-1.0-py3-none-any.whl in [TIME]
            Resolved 1 package in [TIME]
            Installed 1 package in [TIME]
            demo 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: demo
            ",
        )
        .succeeds();
    machine.command("demo", ["x"]).stdout("demo 1.0\nNone [] 315532800\n").succeeds();
    assert_eq!(direct_url(&machine), r#"{"dir_info":{},"url":"file://[HOME]/project"}"#);
}

#[test]
fn the_directory_one_is_in_is_built_by_its_name_or_a_dot() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.kingbolt(["install", ".", "--quiet"]).in_directory("project").succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    write(&machine, &Project::new("demo", "2.0"));
    machine.kingbolt(["install", "demo @ .", "--quiet"]).in_directory("project").succeeds();
    machine.command("demo", [""; 0]).stdout("demo 2.0\n").succeeds();
}

#[test]
fn an_app_from_a_directory_leaves_nothing_when_it_is_uninstalled() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let before = machine.files();
    machine.kingbolt(["install", "./project", "--quiet"]).succeeds();
    machine.kingbolt(["uninstall", "demo", "--quiet"]).succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn an_upgrade_builds_a_directory_again_and_changes_nothing_if_the_result_is_the_same() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.kingbolt(["install", "./project", "--quiet"]).succeeds();
    machine
        .kingbolt(["upgrade", "demo"])
        .stderr(
            "
            Built demo-1.0-py3-none-any.whl in [TIME]
            Resolved 1 package in [TIME]
            demo 1.0 is up to date
            ",
        )
        .succeeds();
    write(&machine, &Project::new("demo", "2.0"));
    machine.kingbolt(["upgrade", "demo", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 2.0\n").succeeds();
}

#[test]
fn an_editable_directory_is_changed_without_another_installation() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.kingbolt(["install", "--editable", "./project", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    machine.write("project/demo.py", "def main():\n    print('edited')\n");
    machine.command("demo", [""; 0]).stdout("edited\n").succeeds();
    assert_eq!(direct_url(&machine), r#"{"dir_info":{"editable":true},"url":"file://[HOME]/project"}"#);
    let listed = machine.kingbolt(["list", "-v"]).outcome().stdout;
    let requested = "    requested   demo @ file://[HOME]/project (editable)";
    assert_eq!(listed.lines().nth(1), Some(requested), "{listed}");
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["editable"], true);
    machine
        .kingbolt(["install", "--editable", "hello"])
        .stderr(
            "
            error: `hello` is not a directory, and only directories can be editable
            hint: pass the directory of the project, without `--editable` for all else
            ",
        )
        .exits(2);
}

#[test]
fn a_source_archive_is_built_from_the_bytes_that_have_its_hash() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let (tar, zip) = (Project::new("demo", "1.0").sdist("demo-1.0"), Project::new("demo", "2.0").zip("demo-2.0"));
    machine.write("demo-1.0.tar.gz", &tar);
    machine.write("demo-2.0.zip", &zip);
    machine.kingbolt(["install", "demo-1.0.tar.gz", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    let hash = sha256_hex(&tar);
    let expected = format!(
        r#"{{"archive_info":{{"hash":"sha256={hash}","hashes":{{"sha256":"{hash}"}}}},"url":"file://[HOME]/demo-1.0.tar.gz"}}"#
    );
    assert_eq!(direct_url(&machine), expected);
    let url = format!("demo @ file://{}/demo-2.0.zip", machine.home().display());
    machine.kingbolt(["install", &format!("{url}#sha256={}", sha256_hex(&zip)), "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 2.0\n").succeeds();
    machine
        .kingbolt(["install", &format!("{url}#sha256={hash}"), "--quiet"])
        .stderr(&format!(
            "
            error: failed to build `demo @ file://[HOME]/demo-2.0.zip#sha256={hash}`
              caused by: `demo-2.0.zip` does not have the stated hash: expected sha256:{hash}, got sha256:{}
            hint: do not use this file; get it from somewhere else
            ",
            sha256_hex(&zip)
        ))
        .exits(4);
}

#[test]
fn a_changed_source_archive_is_built_again() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.write("demo-1.0.tar.gz", Project::new("demo", "1.0").sdist("demo-1.0"));
    machine.kingbolt(["install", "demo-1.0.tar.gz", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "demo-1.0.tar.gz"])
        .stderr(
            "
            demo 1.0 is already installed
            Command in [HOME]/bin: demo
            ",
        )
        .succeeds();
    machine.write("demo-1.0.tar.gz", Project::new("demo", "1.1").sdist("demo-1.0"));
    machine.kingbolt(["install", "demo-1.0.tar.gz", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.1\n").succeeds();
}

#[test]
fn an_archive_with_a_name_that_leaves_it_is_refused_before_anything_of_it_runs() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let before = machine.files();
    machine.write("demo-1.0.tar.gz", b"PK\x03\x04");
    machine.write("demo-1.0.zip", Project::new("demo", "1.0").file("sub/../../../escaped", "").zip("demo-1.0"));
    machine
        .kingbolt(["install", "demo-1.0.zip"])
        .stderr(
            "
            error: failed to build `demo @ file://[HOME]/demo-1.0.zip`
              caused by: entry \"demo-1.0/sub/../../../escaped\" of the archive is invalid: its name is unsafe: it has a component `.` or `..`
            ",
        )
        .exits(4);
    machine
        .kingbolt(["install", "demo-1.0.tar.gz"])
        .stderr(
            "
            error: failed to build `demo @ file://[HOME]/demo-1.0.tar.gz`
              caused by: the archive is invalid: it is damaged: unexpected end of file
            ",
        )
        .exits(4);
    fs::remove_file(machine.home().join("demo-1.0.zip")).expect("it was written");
    fs::remove_file(machine.home().join("demo-1.0.tar.gz")).expect("it was written");
    assert_eq!(machine.files(), before);
}

#[test]
fn secrets_and_settings_of_the_person_reach_a_backend_only_if_they_are_meant_for_it() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let run = machine.kingbolt(["install", "./project", "-C", "a=1", "-C", "a=2", "-C", "b=3", "--quiet"]);
    let secrets = ["GITHUB_TOKEN", "UV_INDEX_CORP_PASSWORD", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH"];
    let run = secrets.into_iter().fold(run, |run, name| run.with_variable(name, "secret"));
    run.with_variable("SOURCE_DATE_EPOCH", "1000000000").succeeds();
    machine.command("demo", ["x"]).stdout("demo 1.0\n{'a': ['1', '2'], 'b': '3'} [] 1000000000\n").succeeds();
    machine
        .kingbolt(["install", "./project", "-C", "a"])
        .stderr(
            "
            error: `--config-setting a` is not of the form `KEY=VALUE`
            hint: pass it as the build backend documents it: `-C KEY=VALUE`
            ",
        )
        .exits(2);
}

#[test]
fn a_killed_checkout_of_a_repository_is_swept_by_the_next_change() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let script =
        "#!/bin/sh\nfor last; do :; done\n/bin/mkdir -p \"$last\"\necho half > \"$last/half\"\nexec /bin/sleep 10\n";
    let machine = machine.with_program("git", |path| {
        fs::write(path, script).expect("it is a new file");
        fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it is ours");
    });
    let checkouts = || machine.everything().into_iter().filter(|path| path.ends_with("/half")).collect::<Vec<String>>();
    let install = machine.kingbolt(["install", "git+file:///repository"]);
    assert_eq!(install.outcome_killed_when(|| !checkouts().is_empty()).code, None);
    let left = checkouts();
    assert!(left.iter().all(|path| path.starts_with("kingbolt/store/.kingbolt-")), "{left:?}");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.everything().into_iter().filter(|path| path.contains(".kingbolt-")).count(), 0);
}

#[test]
fn a_failed_build_shows_the_output_of_its_backend_and_leaves_nothing() {
    let backend = "def build_wheel(*arguments):\n    print('compiling')\n    sys.exit('no compiler')";
    let Some(machine) = machine(&Project::new("demo", "1.0").backend(backend)) else { return };
    let before = machine.files();
    machine
        .kingbolt(["install", "./project"])
        .stderr(
            "
            error: failed to build `demo @ file://[HOME]/project`
              caused by: `build_wheel` of `backend` failed:
                compiling
                no compiler
            hint: the output above is that of the package's own build; its documentation tells which compilers and libraries it needs
            ",
        )
        .exits(1);
    assert_eq!(machine.files(), before);
}

#[test]
fn an_interrupted_build_leaves_no_compiler_running() {
    let backend = "
def build_wheel(*arguments):
    import subprocess
    compiler = 'while /bin/sleep 0.02 && echo compiling >> \"$CALLS\"; do :; done'
    subprocess.run(['/bin/sh', '-c', compiler])
";
    let Some(machine) = machine(&Project::new("demo", "1.0").backend(backend)) else { return };
    let machine = machine.with_variable_below_home("CALLS", "calls");
    let calls = machine.home().join("calls");
    let size = || fs::metadata(&calls).map_or(0, |metadata| metadata.len());
    machine.kingbolt(["install", "./project"]).stderr("error: interrupted\n").interrupted_when(|| size() > 0);
    let ended = size();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(size(), ended);
}

#[test]
fn a_backend_that_prints_without_end_fills_no_disk() {
    let backend = "
def build_wheel(*arguments):
    for _ in range(1000):
        print('x' * 50_000)
    room = os.path.dirname(os.environ['TMPDIR'])
    sizes = [os.path.getsize(os.path.join(room, name)) for name in os.listdir(room) if name != 'environment']
    print('y' * 20_000)
    sys.exit('nothing is long' if max(sizes) < 50_000 else f'{sizes}')
";
    let Some(machine) = machine(&Project::new("demo", "1.0").backend(backend)) else { return };
    let failed = "
        error: failed to build `demo @ file://[HOME]/project`
          caused by: `build_wheel` of `backend` failed:
            …
            nothing is long
        hint: the output above is that of the package's own build; its documentation tells which compilers and libraries it needs
        ";
    machine.kingbolt(["install", "./project"]).stderr(failed).exits(1);
}

#[test]
fn a_backend_that_returns_no_wheel_of_the_project_is_refused() {
    let no_wheel = "
        error: failed to build `demo @ file://[HOME]/project`
          caused by: `backend` built no wheel: it returned \"\\\"../x.whl\\\"\"
        ";
    let of_another_project = "
        Built other-1.0-py3-none-any.whl in [TIME]
        error: failed to build `demo @ file://[HOME]/project`
          caused by: the backend built `other-1.0-py3-none-any.whl`, not a wheel of `demo`
        hint: request it by the name that it has
        ";
    for (lines, stderr, code) in [
        ("def build_wheel(*arguments):\n    return '../x.whl'", no_wheel, 1),
        ("NAME = 'other'", of_another_project, 2),
    ] {
        let project = Project::new("demo", "1.0").backend(lines).file("other.py", "");
        let Some(machine) = machine(&project) else { return };
        machine.kingbolt(["install", "./project"]).stderr(stderr).exits(code);
    }
}

#[test]
fn a_backend_comes_from_the_index_into_an_environment_of_its_own() {
    let project = Project::new("demo", "1.0");
    let backend = project.files().find(|(path, _)| *path == "backend.py").map(|(_, text)| text.to_owned());
    let tool = Wheel::empty("tool", "2.0").file("tool.py", backend.expect("it has one")).build();
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[tool, hello("1.0")]) else { return };
    let table = "[project]\nname = \"demo\"\n[build-system]\nrequires = [\"tool>=2\"]\nbuild-backend = \"tool\"\n";
    write(&machine, &project.file("pyproject.toml", table));
    machine.kingbolt(["install", "./project", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    // Packages that only the build needed are in no environment, and not in the store.
    assert_eq!(machine.files().iter().filter(|path| path.ends_with("tool.py")).count(), 0);
    assert!(index.paths().iter().any(|path| path.contains("tool-2.0")));
}

#[test]
fn an_archive_from_a_server_needs_a_hash_or_an_encrypted_connection() {
    let bytes = Project::new("demo", "1.0").sdist("demo-1.0");
    let hash = sha256_hex(&bytes);
    let file_name = "demo-1.0.tar.gz".to_owned();
    let file = BuiltWheel { project: "x".to_owned(), file_name, bytes, metadata: Vec::new(), requires_python: None };
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[file]) else { return };
    let url = format!("{}/files/demo-1.0.tar.gz", index.origin());
    machine
        .kingbolt(["install", &url])
        .stderr(
            "
            error: failed to build `demo @ [INDEX]/files/demo-1.0.tar.gz`
              caused by: no secure hash is stated for `demo-1.0.tar.gz`, which comes over plain HTTP
            hint: use an `https` URL or an index with SHA-256 hashes, or accept any file with `--allow-unhashed`
            ",
        )
        .exits(4);
    assert_eq!(index.paths(), Vec::<String>::new());
    machine.kingbolt(["install", &format!("{url}#sha256={hash}"), "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
}

#[test]
fn a_plan_for_source_code_builds_nothing() {
    let Some(machine) = machine(&Project::new("demo", "1.0").backend("raise SystemExit('it ran')")) else { return };
    let before = machine.files();
    machine
        .kingbolt(["install", "--dry-run", "./project"])
        .stdout("would build demo @ file://[HOME]/project; its version and dependencies are known after the build\n")
        .succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn source_code_that_does_not_state_its_name_has_to_be_named() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.write("v1.0.tar.gz", Project::new("demo", "1.0").sdist("demo-main"));
    machine
        .kingbolt(["install", "./v1.0.tar.gz"])
        .stderr(
            "
            error: `./v1.0.tar.gz` does not state the name of its package
            hint: name it: `NAME @ ./v1.0.tar.gz`
            ",
        )
        .exits(2);
    machine.kingbolt(["install", "demo @ ./v1.0.tar.gz", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    machine.write("empty/readme", "");
    machine
        .kingbolt(["install", "./empty"])
        .stderr(
            "
            error: failed to build `./empty`
              caused by: it has no `pyproject.toml` or `setup.py`
            hint: pass the directory that contains `pyproject.toml`
            ",
        )
        .exits(2);
}

#[test]
fn a_damaged_app_from_source_code_is_built_again_by_a_repair() {
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    machine.kingbolt(["install", "./project", "--quiet"]).succeeds();
    let files = machine.files();
    let module = files.iter().find(|path| path.ends_with("site-packages/demo.py")).expect("it is installed");
    fs::write(machine.home().join(module), "broken").expect("it is a file");
    // The files of the store are shared where the file system can.
    let stored = files.iter().filter(|path| path.contains("/store/") && path.ends_with("/demo.py"));
    let damaged = stored.filter(|path| fs::read(machine.home().join(path)).is_ok_and(|content| content == b"broken"));
    let shared = damaged.map(|path| format!("    changed  [HOME]/{path}\n")).collect::<Vec<_>>().concat();
    let count = if shared.is_empty() { "1 problem" } else { "2 problems" };
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(&format!(
            "demo 1.0: {count}, repaired\n    \
             changed  [HOME]/kingbolt/apps/demo/generations/1-[ID]/[LIBRARY]/demo.py\n{shared}"
        ))
        .succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
}
