//! `import`: the apps of pipx and uv.

#[cfg(unix)]
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::{Directory, Fixture, Machine, Wheel, app};

/// `hello`, `base` with an extra, and `more` are served.
fn fixture() -> Option<Fixture> {
    let fixture = Fixture::hello()?;
    fixture.index.publish(&Wheel::new("base", "1.0").extra("loud", "shout").console("base", "base:main").build());
    fixture.index.publish(&Wheel::new("shout", "1.0").console("shout", "shout:main").build());
    fixture.index.publish(&app("more", "1.0")).publish(&app("more", "2.0"));
    let machine =
        fixture.machine.with_variable_below_home("PIPX_HOME", "pipx").with_variable_below_home("UV_TOOL_DIR", "tools");
    Some(Fixture { machine, ..fixture })
}

/// The record of an app as pipx 1.18 writes it, without what concerns manual pages and completions.
fn pipx(machine: &Machine, name: &str, requirement: &str, injected: &str, arguments: &str) {
    let text = format!(
        r#"{{
        "backend": "uv",
        "environment": "{name}",
        "exposure_enabled": true,
        "injected_packages": {{{injected}}},
        "main_package": {{
            "app_paths": [{{"__Path__": "{name}", "__type__": "Path"}}],
            "apps": ["{name}"],
            "apps_of_dependencies": [],
            "cooldown_days": null,
            "include_apps": true,
            "include_dependencies": false,
            "package": "{name}",
            "package_or_url": "{requirement}",
            "package_version": "0.9",
            "pinned": false,
            "pip_args": [{arguments}],
            "suffix": ""
        }},
        "pipx_metadata_version": "0.12",
        "python_version": "Python 2.9.1",
        "source_interpreter": {{"__Path__": "/absent/python2.9", "__type__": "Path"}},
        "venv_args": []
    }}"#
    );
    machine.write(&format!("pipx/venvs/{name}/pipx_metadata.json"), text);
    place(machine, name, &format!("pipx/venvs/{name}/bin/{name}"));
}

/// The receipt of a tool as uv 0.13 writes it.
fn uv(machine: &Machine, name: &str, requirements: &str, rest: &str) {
    let entry = format!(r#"{{ name = "{name}", install-path = "/absent/{name}", from = "{name}" }}"#);
    machine.write(
        &format!("tools/{name}/uv-receipt.toml"),
        format!("[tool]\nrequirements = [{requirements}]\nentrypoints = [\n    {entry},\n]\n{rest}"),
    );
    place(machine, name, &format!("tools/{name}/bin/{name}"));
}

/// Puts a command of another tool into the directory of commands.
fn place(machine: &Machine, name: &str, program: &str) {
    let path = machine.write(program, "#!/bin/sh\necho theirs\n");
    let command = machine.directory(Directory::Bin).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    std::fs::create_dir_all(machine.directory(Directory::Bin)).expect("home can be filled");
    install_link(&path, &command);
}

#[cfg(unix)]
fn install_link(target: &Path, link: &Path) {
    fs::set_permissions(target, fs::Permissions::from_mode(0o755)).expect("it was just made");
    symlink(target, link).expect("a link can be made");
}

#[cfg(not(unix))]
fn install_link(target: &Path, link: &Path) {
    std::fs::copy(target, link).expect("a file can be copied");
}

#[test]
fn apps_of_pipx_are_installed_as_they_were_requested_and_take_their_commands_over() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let injected = r#""more": {"package": "more", "package_or_url": "more<2", "include_apps": true, "apps": ["more"]}"#;
    pipx(&machine, "base", "base[loud]>=1", injected, r#""--pre", "--no-deps""#);
    pipx(&machine, "hello", "hello", "", "");
    let theirs = machine.everything().into_iter().filter(|path| path.starts_with("pipx/")).collect::<Vec<_>>();
    machine
        .kingbolt(["import", "--from", "pipx", "--dry-run"])
        .stdout(
            "
            base on Python [PYTHON VERSION] ([PYTHON])
              base 1.0
              more 1.0
              shout 1.0
            hello on Python [PYTHON VERSION] ([PYTHON])
              hello 1.0
            ",
        )
        .stderr(
            "
            As by `kingbolt install 'base[loud]>=1' --pre --with 'more<2' --with-executables-from more`:
            warning: `base`: `--no-deps` has no counterpart and is left out
            warning: `base`: its Python 2.9 is gone, so another one is taken
            As by `kingbolt install hello`:
            warning: `hello`: its Python 2.9 is gone, so another one is taken
            ",
        )
        .succeeds();
    machine
        .kingbolt(["import", "--from", "pipx"])
        .stderr(
            "
            warning: `base`: `--no-deps` has no counterpart and is left out
            warning: `base`: its Python 2.9 is gone, so another one is taken
            base 1.0: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Commands in [HOME]/bin: base, more
            warning: `hello`: its Python 2.9 is gone, so another one is taken
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            Installed 2 of 2 apps
            ",
        )
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    assert_eq!(machine.everything().into_iter().filter(|path| path.starts_with("pipx/")).collect::<Vec<_>>(), theirs);
}

#[test]
fn an_app_that_is_pinned_in_pipx_keeps_its_version_and_its_pin() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    pipx(&machine, "more", "more", "", "");
    let record = "pipx/venvs/more/pipx_metadata.json";
    let text = std::fs::read_to_string(machine.home().join(record)).expect("it was written");
    let text = text.replace("\"pinned\": false", "\"pinned\": true").replace("0.9", "1.0");
    machine.write(record, text);
    machine
        .kingbolt(["import", "--from", "pipx", "--dry-run"])
        .stdout("more on Python [PYTHON VERSION] ([PYTHON])\n  more 1.0\n")
        .stderr(
            "
            As by `kingbolt install more`, pinned:
            warning: `more`: its Python 2.9 is gone, so another one is taken
            Resolved 1 package in [TIME]
            ",
        )
        .succeeds();
    machine
        .kingbolt(["import", "--from", "pipx"])
        .stderr(
            "
            warning: `more`: its Python 2.9 is gone, so another one is taken
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            more 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: more
            Pinned more 1.0: `upgrade` leaves it as it is
            ",
        )
        .succeeds();
    machine.kingbolt(["list"]).stdout("more  1.0 (pinned)  Python [PYTHON VERSION]  more\n").succeeds();
}

#[test]
fn tools_of_uv_are_installed_as_they_were_requested() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let requirements = r#"{ name = "base", extras = ["loud"] }, { name = "more" }"#;
    let options = "[tool.options]\nprerelease = \"allow\"\nresolution = \"lowest\"\n";
    let rest = format!(
        r#"python = ">=3.8"
constraints = [{{ name = "more", specifier = "<2" }}]
{options}index-url = "{}"
"#,
        index.url()
    );
    uv(&machine, "base", requirements, &rest);
    let machine = machine.with_variable("KINGBOLT_INDEX_URL", "http://127.0.0.1:9/simple/");
    machine
        .kingbolt(["import", "--from", "uv", "--dry-run"])
        .stdout(
            "
            base on Python [PYTHON VERSION] ([PYTHON])
              base 1.0
              more 1.0
              shout 1.0
            ",
        )
        .stderr(
            "
            As by `kingbolt install 'base[loud]' --with more --index-url [INDEX]/simple/ --pre --python '>=3.8', with the constraints more<2`:
            warning: `base`: `resolution` has no counterpart and is left out
            Resolved 3 packages in [TIME]
            ",
        )
        .succeeds();
    machine.kingbolt(["import", "--from", "uv", "--quiet"]).succeeds();
    machine.command("base", [""; 0]).stdout("hello from base 1.0\n").succeeds();
    // Once it is here, it stays as it is.
    machine
        .kingbolt(["import", "--from", "uv"])
        .stderr(
            "
            warning: `base`: `resolution` has no counterpart and is left out
            base 1.0 is already installed
            Command in [HOME]/bin: base
            ",
        )
        .succeeds();
}

#[test]
#[cfg(unix)]
fn a_command_that_belongs_to_neither_is_not_taken_over_and_the_other_apps_are_installed() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    for name in ["base", "hello", "more"] {
        uv(&machine, name, &format!(r#"{{ name = "{name}" }}"#), "");
    }
    machine.write("tools/broken/uv-receipt.toml", "[tool]\n");
    let command = machine.directory(Directory::Bin).join("hello");
    fs::remove_file(&command).expect("it was made");
    fs::write(&command, "mine").expect("it can be written");
    machine
        .kingbolt(["import", "--from", "uv"])
        .stderr(
            "
            base 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: base
            error: failed to import `broken`
              caused by: failed to use `[HOME]/tools/broken/uv-receipt.toml`
              caused by: it is not valid TOML
              caused by: TOML parse error at line 1, column 1
                  |
                1 | [tool]
                  | ^^^^^^
                missing field `requirements`
            hint: install the app with `kingbolt install`
            error: failed to import `hello`
              caused by: `[HOME]/bin/hello` already exists and was not created by Kingbolt
            hint: pass `--force` to replace it, or move it
            more 2.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: more
            Installed 2 of 4 apps
            error: 2 of 4 apps failed
            ",
        )
        .exits(8);
    assert_eq!(fs::read_to_string(command).expect("it is there"), "mine");
}

#[test]
#[cfg(unix)]
fn a_record_passes_no_options_to_kingbolt_or_to_its_tool() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    pipx(&machine, "--help", "hello", "", "");
    pipx(&machine, "base", "--force", "", "");
    machine
        .kingbolt(["import", "--from", "pipx"])
        .stderr(
            "
            error: `--force` is not an installable source
              caused by: `--force` is not a valid requirement: it does not start with a package name
            hint: pass a package (`httpie`), a requirement (`black[d]>=24`), the path or URL of a wheel or a source archive, a directory (`./project`), or a repository (`git+https://…`)
            ",
        )
        .exits(2);
}

/// A program that removes an app of uv as uv does it: with the file in the place of its command, whoever made that.
#[cfg(unix)]
const UV: &str = "#!/bin/sh\n[ \"$1 $2\" = 'tool uninstall' ] && [ \"$3\" != base ] || { echo \"error: $3 stays\" >&2; exit 1; }\n/bin/rm -r \"$UV_TOOL_DIR/$3\" \"$HOME/bin/$3\"\n";

#[test]
#[cfg(unix)]
fn an_app_is_removed_from_the_other_tool_once_it_is_installed_and_its_commands_stay() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let machine = machine.with_program("uv", |path| {
        fs::write(path, UV).expect("it can be written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it was just made");
    });
    for name in ["absent", "base", "hello"] {
        uv(&machine, name, &format!(r#"{{ name = "{name}" }}"#), "");
    }
    machine
        .kingbolt(["import", "--from", "uv", "--remove"])
        .stderr(
            "
            error: failed to import `absent`
              caused by: package `absent` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            base 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: base
            error: failed to import `base`
              caused by: `uv tool uninstall base` failed: error: base stays
            hint: run `uv tool uninstall base` yourself; the app is installed here
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            Removed hello from uv
            Installed 1 of 3 apps
            error: 2 of 3 apps failed
            ",
        )
        .exits(1);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    let left: Vec<String> = machine.everything().into_iter().filter(|path| path.ends_with("uv-receipt.toml")).collect();
    assert_eq!(left, ["tools/absent/uv-receipt.toml", "tools/base/uv-receipt.toml"]);
}

#[test]
fn an_import_that_is_not_possible_is_told() {
    let machine = Machine::new().with_variable_below_home("UV_TOOL_DIR", "tools");
    machine.kingbolt(["import", "--from", "uv"]).stderr("uv has no apps\n").succeeds();
    machine
        .kingbolt(["import", "--from", "uv", "--remove"])
        .stderr("error: `uv` is not on PATH\nhint: leave out `--remove`\n")
        .exits(1);
    machine
        .kingbolt(["import", "--from", "conda"])
        .stderr(
            "
            error: invalid value 'conda' for '--from <TOOL>'
              [possible values: pipx, uv]

            For more information, try '--help'.
            ",
        )
        .exits(2);
    assert_eq!(machine.everything(), Vec::<String>::new());
}
