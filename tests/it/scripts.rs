//! `run ./script.py`: scripts with metadata (PEP 723).

use crate::support::{Feature, Fixture, Index, Machine, Wheel, other};

/// A script that names what it is given and what it can import, and exits with 7.
const BODY: &str = "import sys
try:
    import other
    found = 'other ' + other.__version__
except ImportError:
    found = 'nothing'
print(sys.argv[1:], found)
sys.exit(7)
";

fn fixture() -> Option<Fixture> {
    let wheel =
        |version: &str| Wheel::empty("other", version).file("other.py", format!("__version__ = '{version}'\n")).build();
    Fixture::serving(Index::complete(), &[wheel("1.0"), wheel("2.0")])
}

fn write_script(machine: &Machine, block: &str) {
    machine.write("tools/script.py", format!("#!/usr/bin/env python\n{block}\n{BODY}"));
}

#[test]
fn a_script_has_the_packages_that_it_names_its_arguments_and_its_exit_code() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    write_script(&machine, "# /// script\n# requires-python = '>=3.8'\n# dependencies = ['other<2']\n# ///");
    machine
        .kingbolt(["run", "tools/script.py", "a", "--quiet", "--with", "b"])
        .stdout("['a', '--quiet', '--with', 'b'] other 1.0\n")
        .stderr(
            "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            ",
        )
        .exits(7);
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    let listed = machine.kingbolt(["list", "--all"]).outcome();
    assert!(
        listed.stdout.starts_with(".other-") && listed.stdout.ends_with("  1.0  Python [PYTHON VERSION]\n"),
        "{listed:?}"
    );
    index.forget_requests();
    machine.kingbolt(["run", "./tools/script.py"]).stdout("[] other 1.0\n").exits(7);
    assert_eq!(index.paths(), Vec::<String>::new());
    write_script(&machine, "# /// script\n# dependencies = ['other']\n# ///");
    machine.kingbolt(["--quiet", "run", "tools/script.py"]).stdout("[] other 2.0\n").exits(7);
}

#[test]
fn a_script_without_packages_runs_in_python_alone() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    write_script(&machine, "");
    machine.kingbolt(["run", "tools/script.py", "a"]).stdout("['a'] nothing\n").exits(7);
    write_script(&machine, "# /// script\n# requires-python = '>=3.8'\n# ///");
    machine.kingbolt(["run", "tools/script.py"]).stdout("[] nothing\n").exits(7);
    assert_eq!(index.paths(), Vec::<String>::new());
    machine.kingbolt(["--quiet", "run", "--with", "other", "tools/script.py"]).stdout("[] other 2.0\n").exits(7);
    // Without `.py`, the slash makes it a script.
    machine.write("tools/script", BODY);
    machine.kingbolt(["run", "tools/script", "a"]).stdout("['a'] nothing\n").exits(7);
}

#[test]
fn requirements_of_other_machines_do_not_count() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    write_script(&machine, "# /// script\n# dependencies = ['absent; sys_platform == \"none\"', 'other']\n# ///");
    machine.kingbolt(["--quiet", "run", "tools/script.py"]).stdout("[] other 2.0\n").exits(7);
    write_script(&machine, "# /// script\n# dependencies = ['other; sys_platform == \"none\"']\n# ///");
    machine.kingbolt(["--quiet", "run", "tools/script.py"]).stdout("[] nothing\n").exits(7);
}

#[test]
fn a_script_that_no_python_can_run_names_its_requirement() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    for dependencies in ["[]", "['other']"] {
        write_script(
            &machine,
            &format!("# /// script\n# requires-python = '>=4'\n# dependencies = {dependencies}\n# ///"),
        );
        let outcome = machine.kingbolt(["run", "tools/script.py"]).outcome();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(6), ""), "{outcome:?}");
        assert!(outcome.stderr.contains(">=4"), "{outcome:?}");
    }
}

#[test]
fn keys_of_uv_in_a_script_are_named_because_they_do_not_count() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let table = "# [tool.uv]\n# exclude-newer = '2020-01-01'\n# [tool.uv.sources]\n# other = {index = 'corp'}\n";
    write_script(&machine, &format!("# /// script\n# dependencies = ['other']\n{table}# ///"));
    machine.kingbolt(["--quiet", "run", "tools/script.py"]).stdout("[] other 2.0\n").exits(7);
    machine
        .kingbolt(["run", "./tools/script.py"])
        .stdout("[] other 2.0\n")
        .stderr("warning: `[tool.uv]` of the script is not used: `exclude-newer`, `sources`\n")
        .exits(7);
}

#[test]
fn a_block_that_is_malformed_ends_the_run_by_name() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    write_script(&machine, "# /// script\n# dependencies = [other]\n# ///");
    machine
        .kingbolt(["run", "./tools/script.py"])
        .stderr(
            "
            error: failed to read the metadata of the script `[HOME]/tools/script.py`
              caused by: line 3: string values must be quoted, expected literal string
            hint: correct the block, which has the form of PEP 723, or remove it
            ",
        )
        .exits(2);
    machine
        .kingbolt(["run", "tools/absent.py"])
        .stderr(
            "
            error: `[HOME]/tools/absent.py` does not exist
            hint: check the path
            ",
        )
        .exits(8);
    machine
        .kingbolt(["run", "--extra", "x", "tools/script.py"])
        .stderr(
            "
            error: `--extra` cannot be used with a script
            hint: name what the script needs in its metadata, or with `--with`
            ",
        )
        .exits(2);
}

#[test]
fn a_script_has_16_mebibytes_at_most() {
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::offering(&[Feature::Digests]), &[other()]) else {
        return;
    };
    let largest = 16 * 1024 * 1024;
    let text = |length: usize| format!("print('read')\n{}", "#".repeat(length - "print('read')\n".len()));
    machine.write("script.py", text(largest));
    machine.kingbolt(["run", "script.py"]).stdout("read\n").succeeds();
    machine.write("script.py", text(largest + 1));
    machine
        .kingbolt(["run", "script.py"])
        .stderr(
            "
            error: failed to read `[HOME]/script.py`
              caused by: it is longer than [SIZE]
            ",
        )
        .exits(1);
}
