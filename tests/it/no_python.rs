//! A machine without any Python: a root directory that holds Kingbolt, a shell and the C library.

use crate::support::{Chroot, Index, Python, dependent_hello, other};

#[test]
fn an_app_is_installed_and_runs_on_a_machine_without_python() {
    let (Some(chroot), Some(python)) = (Chroot::new(), Python::newest()) else { return };
    let index = Index::complete();
    index.publish(&dependent_hello("1.0")).publish(&other());
    chroot.write("etc/python-builds.toml", &chroot.build_of(python).served_by(&index));
    let chroot = chroot
        .with_variable("KINGBOLT_INDEX_URL", &index.url())
        .with_variable("KINGBOLT_PYTHON_BUILDS", "/etc/python-builds.toml")
        .naming(&python.version, "[PYTHON VERSION]");
    chroot
        .run("/bin/kingbolt", ["install", "hello", "--no-python-downloads"])
        .stderr(
            "
            error: no Python was found; looked in the active environment, PATH, pyenv (/home/.pyenv/versions), uv (/home/.local/share/uv/python), asdf (/home/.asdf/installs/python), mise (/home/.local/share/mise/installs/python), conda, /usr/local/bin, /usr/bin
            hint: Kingbolt can fetch Python [PYTHON VERSION]: run `kingbolt python install [PYTHON VERSION]` with KINGBOLT_PYTHON_DOWNLOADS=manual
            ",
        )
        .exits(6);
    chroot
        .run("/bin/kingbolt", ["install", "hello"])
        .stderr(
            "
            Downloaded 1 Python ([SIZE]) in [TIME]
            Fetched Python [PYTHON VERSION]
            Resolved 2 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in ~/.local/bin: hello
            ",
        )
        .succeeds();
    chroot.run("/home/.local/bin/hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    let details = chroot.run("/bin/kingbolt", ["list", "--json"]).outcome();
    assert!(details.stdout.contains("\"python_source\": \"managed\""), "{details:?}");
    chroot.run("/bin/kingbolt", ["verify", "--quiet"]).succeeds();
}
