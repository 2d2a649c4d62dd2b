//! Source code in repositories: what is built, and what reaches whom.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::{direct_url, machine, write};
use crate::support::{BuiltWheel, Index, Machine, Project, listing, missing};

fn git() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|directory| directory.join("git")).find(|path| path.is_file());
    found.or_else(|| missing("git is not installed (apt-get install git)"))
}

fn with_git(machine: Machine, git: &Path) -> Machine {
    let link = |path: &Path| std::os::unix::fs::symlink(git, path).expect("it is a new name");
    machine.with_program("git", link)
}

fn run(git: &Path, directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(git);
    command.args(["-c", "user.name=x", "-c", "user.email=x@index.example", "-c", "init.defaultBranch=main"]);
    let output = command.arg("-C").arg(directory).args(arguments).output().expect("git starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn commit(git: &Path, directory: &Path) -> String {
    run(git, directory, &["add", "."]);
    run(git, directory, &["commit", "--quiet", "--message", "x"]);
    run(git, directory, &["rev-parse", "HEAD"])
}

#[test]
fn a_repository_is_built_at_the_named_revision_and_its_commit_is_recorded() {
    let Some(git) = git() else { return };
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let machine = with_git(machine, &git);
    let directory = machine.home().join("project");
    run(&git, &directory, &["init", "--quiet"]);
    let first = commit(&git, &directory);
    run(&git, &directory, &["tag", "v1"]);
    write(&machine, &Project::new("demo", "2.0"));
    let second = commit(&git, &directory);
    let url = format!("git+file://{}", directory.display());
    machine.kingbolt(["install", &format!("{url}@v1"), "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 1.0\n").succeeds();
    let expected = format!(
        r#"{{"url":"file://[HOME]/project","vcs_info":{{"commit_id":"{first}","requested_revision":"v1","vcs":"git"}}}}"#
    );
    assert_eq!(direct_url(&machine), expected);
    machine.kingbolt(["install", &format!("demo @ {url}"), "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 2.0\n").succeeds();
    assert!(direct_url(&machine).contains(&second));
    write(&machine, &Project::new("demo", "3.0"));
    commit(&git, &directory);
    machine.kingbolt(["upgrade", "demo", "--quiet"]).succeeds();
    machine.command("demo", [""; 0]).stdout("demo 3.0\n").succeeds();
    let absent = "
        error: failed to build `demo @ git+file://[HOME]/project@absent`
          caused by: git failed:
            fatal: couldn't find remote ref absent
        hint: check the address and the name after `@`
        ";
    machine.kingbolt(["install", &format!("demo @ {url}@absent"), "--quiet"]).stderr(absent).exits(1);
}

#[test]
fn a_repository_in_a_lock_is_built_at_its_commit() {
    let Some(git) = git() else { return };
    let Some(machine) = machine(&Project::new("demo", "1.0")) else { return };
    let machine = with_git(machine, &git);
    let directory = machine.home().join("project");
    run(&git, &directory, &["init", "--quiet"]);
    let first = commit(&git, &directory);
    write(&machine, &Project::new("demo", "2.0"));
    let second = commit(&git, &directory);
    let lock = |commit: &str| {
        let vcs = format!("type = \"git\", path = \"project\", requested-revision = \"v1\", commit-id = \"{commit}\"");
        format!("lock-version = \"1.0\"\ncreated-by = \"tests\"\n[[packages]]\nname = \"demo\"\nvcs = {{ {vcs} }}\n")
    };
    machine.write("pylock.toml", lock(&first));
    let sync = ["sync", "pylock.toml", "--into", "env", "--allow-build", "demo", "--quiet"];
    machine.kingbolt(sync).succeeds();
    machine.program(&machine.home().join("env/bin/demo"), [""; 0]).stdout("demo 1.0\n").succeeds();
    let expected = format!(
        r#"{{"url":"file://[HOME]/project","vcs_info":{{"commit_id":"{first}","requested_revision":"v1","vcs":"git"}}}}"#
    );
    assert_eq!(direct_url(&machine), expected);
    // Branches may have the names of commits.
    run(&git, &directory, &["branch", &first, &second]);
    machine.write("pylock.toml", lock(&first));
    machine
        .kingbolt(sync)
        .stderr(&format!(
            "
            error: failed to build `demo`
              caused by: the repository has the commit {second} under the name {first}
            "
        ))
        .exits(4);
}

/// Publishes a repository of the machine for clients that only read files.
fn serve(git: &Path, machine: &Machine, index: &Index, name: &str, directory: &Path) {
    let served = machine.home().join(name);
    run(git, machine.home(), &["clone", "--quiet", "--bare", &directory.display().to_string(), name]);
    run(git, &served, &["update-server-info"]);
    for path in listing(&served).into_iter().filter(|path| served.join(path).is_file()) {
        let bytes = fs::read(served.join(&path)).expect("it was listed");
        let (file_name, project) = (format!("{name}/{path}"), "repository".to_owned());
        index.publish(&BuiltWheel { project, file_name, bytes, metadata: Vec::new(), requires_python: None });
    }
}

#[test]
fn the_password_of_a_repository_with_submodules_reaches_no_backend_and_no_argument_of_git() {
    let Some(git) = git() else { return };
    let backend = "
def build_wheel(*arguments):
    for directory, _, names in os.walk(os.getcwd()):
        for name in names:
            with open(os.path.join(directory, name), 'rb') as file:
                if b'S3' + b'CRET' in file.read():
                    sys.exit(f'{directory}/{name} has the password')
    with open('part/demo.txt') as file:
        sys.exit('the password is nowhere beside ' + file.read())
";
    let Some(machine) = machine(&Project::new("demo", "1.0").backend(backend)) else { return };
    let (index, log) = (Index::complete(), machine.home().join("arguments"));
    // `git submodule` is a script, which needs `sed` and the like.
    let script = "#!/bin/sh\necho \"$@\" >> 'LOG'\nPATH=\"$PATH:/usr/bin:/bin\"\nexec 'GIT' \"$@\"\n";
    let script = script.replace("LOG", &log.to_string_lossy()).replace("GIT", &git.to_string_lossy());
    let machine = machine.with_index(&index).with_program("git", |path| {
        fs::write(path, script).expect("it is a new file");
        fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it is ours");
    });
    let (part, project) = (machine.home().join("part"), machine.home().join("project"));
    machine.write("part/demo.txt", "the part");
    run(&git, &part, &["init", "--quiet"]);
    let commit_of_part = commit(&git, &part);
    serve(&git, &machine, &index, "part.git", &part);
    machine.write("project/.gitmodules", "[submodule \"part\"]\n\tpath = part\n\turl = ../part.git\n");
    run(&git, &project, &["init", "--quiet"]);
    fs::create_dir(project.join("part")).expect("it is a new directory");
    let entry = format!("160000,{commit_of_part},part");
    run(&git, &project, &["update-index", "--add", "--cacheinfo", &entry]);
    commit(&git, &project);
    serve(&git, &machine, &index, "project.git", &project);
    index.demand_login("ada", "S3CRET");
    let address = index.origin().replace("http://", "http://ada:S3CRET@") + "/files/project.git";
    let failed = "
        error: failed to build `demo @ git+[INDEX]/files/project.git`
          caused by: `build_wheel` of `backend` failed:
            the password is nowhere beside the part
        hint: the output above is that of the package's own build; its documentation tells which compilers and libraries it needs
        ";
    let requirement = format!("demo @ git+{address}");
    machine.kingbolt(["install", &requirement, "--allow-unhashed", "--quiet"]).stderr(failed).exits(1);
    let arguments = fs::read_to_string(log).expect("git was started");
    assert!(arguments.contains("submodule") && !arguments.contains("S3CRET"), "{arguments}");
    // A user name may be a token, and git has no password for it.
    let address = index.origin().replace("http://", "http://S3CRET@") + "/files/project.git";
    let failed = format!(
        "
        error: failed to build `demo @ git+[INDEX]/files/project.git`
          caused by: git failed:
            fatal: could not read Password for '{}': terminal prompts disabled
        hint: check the address and the name after `@`
        ",
        index.origin().replace("http://", "http://…@")
    );
    let requirement = format!("demo @ git+{address}");
    machine.kingbolt(["install", &requirement, "--allow-unhashed", "--quiet"]).stderr(&failed).exits(1);
    let arguments = fs::read_to_string(machine.home().join("arguments")).expect("git was started");
    assert!(!arguments.contains("S3CRET"), "{arguments}");
}
