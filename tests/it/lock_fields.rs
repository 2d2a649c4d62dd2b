//! Fields of a lock that are wrong: each is named, and nothing is installed.

use crate::support::{Fixture, Index, Machine, hello, lock};

/// A lock with `hello`, after replacements in its text.
fn changed(index: &Index, changes: &[(&str, &str)]) -> String {
    let mut text = lock(index, &[hello("1.0")]);
    for (old, new) in changes {
        assert!(text.contains(old), "{text}");
        text = text.replacen(old, new, 1);
    }
    text
}

/// Refuses a lock, and writes nothing.
fn refused(machine: &Machine, text: &str, code: i32, cause: &str) {
    machine.write("pylock.toml", text);
    let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).outcome();
    let expected = format!("error: failed to read the lock `[HOME]/pylock.toml`\n  caused by: {cause}");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(code), expected.as_str()), "{text}");
    assert_eq!(machine.files(), ["pylock.toml"]);
}

/// `field` is the line that replaces `anchor`, or is inserted before it.
#[test]
fn a_field_of_the_wrong_type_is_named_with_its_place() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let (top, package) = ("created-by", "version = \"1.0\"\nwheels");
    for (anchor, field) in [
        (top, "environments = \"os_name == 'nt'\""),
        (top, "environments = [1]"),
        (top, "environments = [\"os_name\"]"),
        (top, "requires-python = 3"),
        (top, "requires-python = \"three\""),
        (top, "extras = \"fast\""),
        (top, "extras = [\"-\"]"),
        (top, "dependency-groups = [1]"),
        (top, "default-groups = {}"),
        (top, "tool = 1"),
        (package, "marker = 1"),
        (package, "marker = \"os_name ==\""),
        (package, "requires-python = [\">=3\"]"),
        (package, "dependencies = [\"other\"]"),
        (package, "dependencies = [{ version = \"1\" }]"),
        (package, "index = 1"),
        (package, "vcs = \"git\""),
        (package, "vcs = { type = \"git\", url = \"https://x.example/\" }"),
        (package, "directory = \".\""),
        (package, "directory = { editable = true }"),
        (package, "directory = { path = \".\", editable = \"yes\" }"),
        (package, "directory = { path = \".\", subdirectory = \"../x\" }"),
        (package, "archive = []"),
        (package, "sdist = { url = 1 }"),
        (package, "sdist = { path = \"hello-1.0.zip\", size = -1 }"),
        (package, "sdist = { path = \"hello-1.0.zip\", size = \"1\" }"),
        (package, "sdist = { path = \"hello-1.0.zip\", upload-time = \"yesterday\" }"),
        (package, "sdist = { path = \"hello-1.0.zip\", hashes = \"1\" }"),
        (package, "sdist = { path = \"hello-1.0.zip\", hashes = { sha256 = 1 } }"),
        (package, "attestation-identities = [{}]"),
        (package, "tool = []"),
    ] {
        let text = changed(&index, &[(anchor, &format!("{field}\n{anchor}"))]);
        machine.write("pylock.toml", &text);
        let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).outcome();
        let line = text.lines().position(|line| line == field).expect("it was inserted") + 1;
        let told = "error: failed to read the lock `[HOME]/pylock.toml`\n  caused by: the file is not a valid lock\n  \
                    caused by: TOML parse error at line";
        assert!(outcome.stderr.starts_with(&format!("{told} {line}, column ")), "{field}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(&format!("{line} | {field}\n")), "{field}: {}", outcome.stderr);
        assert_eq!(outcome.code, Some(1), "{field}");
    }
    assert_eq!((index.paths(), machine.files()), (Vec::new(), vec!["pylock.toml".to_owned()]));
}

#[test]
fn a_field_that_is_missing_or_repeated_is_named() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let created_by = "created-by = \"tests\"\n";
    let invalid = |cause: &str| format!("the file is not a valid lock\n  caused by: {cause}");
    let begin = "TOML parse error at line 1, column 1\n      |\n    1 | ";
    refused(
        &machine,
        &changed(&index, &[("lock-version = \"1.0\"\n", "")]),
        1,
        &invalid(&format!("{begin}created-by = \"tests\"\n      | ^\n    missing field `lock-version`\n")),
    );
    refused(
        &machine,
        &changed(&index, &[(created_by, "")]),
        1,
        &invalid(&format!("{begin}lock-version = \"1.0\"\n      | ^\n    missing field `created-by`\n")),
    );
    refused(
        &machine,
        &changed(&index, &[(created_by, &created_by.repeat(2))]),
        1,
        &invalid(
            "TOML parse error at line 3, column 1\n      |\n    3 | created-by = \"tests\"\n      | ^^^^^^^^^^\n    duplicate key\n",
        ),
    );
}

#[test]
fn entries_that_contradict_themselves_or_each_other_are_refused() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let again = lock(&index, &[hello("2.0")]);
    let (_, again) = again.split_once("\n\n").expect("there is a package");
    let twice = |marker: &str| {
        lock(&index, &[hello("1.0")])
            + "\n"
            + &again.replacen("name = \"hello\"\n", &format!("name = \"hello\"\n{marker}"), 1)
    };
    refused(
        &machine,
        &twice("marker = \"os_name != 'java'\"\n").replace("created-by", "requires-python = \">=3\"\ncreated-by"),
        1,
        "two entries of the lock are for CPython [PYTHON MINOR] on [PLATFORM]: `hello 1.0` and `hello 2.0` for `os_name != \"java\"`\n",
    );
    for (old, new, code, cause) in [
        (
            "version = \"1.0\"\nwheels",
            "version = \"1.0\"\ndirectory = { path = \".\" }\nwheels",
            1,
            "`hello` has more than one kind of source, or none\n",
        ),
        ("hello-1.0-", "other-1.0-", 1, "`other-1.0-py3-none-any.whl` is not a wheel of `hello 1.0`\n"),
        ("hello-1.0-", "hello-1.1-", 1, "`hello-1.1-py3-none-any.whl` is not a wheel of `hello 1.0`\n"),
        (
            "sha256 = ",
            "md5 = ",
            4,
            "the lock has no secure hash for `hello-1.0-py3-none-any.whl`\nhint: create the lock with SHA-256 hashes; without a hash, the file cannot be verified\n",
        ),
        (
            "version = \"1.0\"\nwheels",
            "version = \"1.0\"\nmarker = \"extra == 'x'\"\nwheels",
            1,
            "the marker `extra == \"x\"` cannot be evaluated\n",
        ),
        (
            "created-by",
            "environments = [\"'x' in extras\"]\ncreated-by",
            1,
            "the marker `\"x\" in extras` cannot be evaluated\n",
        ),
    ] {
        refused(&machine, &changed(&index, &[(old, new)]), code, cause);
    }
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_file_with_another_name_than_that_of_a_lock_is_refused() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("lock.toml", lock(&index, &[hello("1.0")]));
    machine
        .kingbolt(["sync", "lock.toml", "--into", "env"])
        .stderr(
            "
            error: `[HOME]/lock.toml` does not have the file name of a lock
            hint: a lock is named `pylock.toml` or `pylock.NAME.toml`
            ",
        )
        .exits(2);
}

#[test]
fn a_wheel_of_another_size_than_the_locks_is_refused() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("pylock.toml", changed(&index, &[(", hashes", ", size = 7, hashes")]));
    let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).outcome();
    let told = "error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has [SIZE], not the \
                expected 7\nhint: the file was changed on the server or in transit; do not install it until its publisher \
                explains why\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), told));
    assert_eq!(machine.files_beside_store(), ["pylock.toml"]);
}
