//! Keys and signatures of releases: `release keygen`, `release sign`.

use crate::support::{Fixture, Index, Machine, hello, lock, other};

/// The table of a lock that makes it the lock of a release.
pub(crate) const TABLE: &str = "\n[tool.kingbolt]\nschema = 1\nname = \"hello\"\nversion = \"1.0\"\nsequence = 3\n";

/// A machine with the lock of a release.
fn prepared() -> Option<Fixture> {
    let fixture = Fixture::serving(Index::complete(), &[hello("1.0"), other()])?;
    let text = lock(&fixture.index, &[hello("1.0"), other()]) + TABLE;
    fixture.machine.write("pylock.toml", &text);
    Some(fixture)
}

/// Makes a key without a password in the home directory, and gives the public one.
pub(crate) fn keygen(machine: &Machine, stem: &str) -> String {
    let made = machine.kingbolt(["release", "keygen", "--no-password", "--out", stem, "--quiet"]).outcome();
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    made.stdout.trim_end().to_owned()
}

fn read(machine: &Machine, path: &str) -> String {
    std::fs::read_to_string(machine.home().join(path)).expect("it is there")
}

/// The identifier in the comment of a file with a public key.
fn key_id(machine: &Machine, stem: &str) -> String {
    let text = read(machine, &format!("{stem}.pub"));
    let comment = text.lines().next().expect("it has a comment");
    let (id, _) =
        comment.trim_start_matches("untrusted comment: minisign public key ").split_once(',').expect("its role");
    id.to_owned()
}

#[test]
fn a_key_is_made_that_only_its_user_can_read_and_never_replaced() {
    let machine = Machine::new();
    let made = machine.kingbolt(["release", "keygen"]).with_variable("KINGBOLT_SIGN_PASSWORD", "hunter2").outcome();
    let id = key_id(&machine, "kingbolt");
    assert_eq!(
        made.stderr,
        format!(
            "Made the working key {id}\n  [HOME]/kingbolt.key: the secret key; keep it to yourself, and a copy of it \
             offline\n  [HOME]/kingbolt.pub: the public key, for everybody\n"
        )
    );
    let public = read(&machine, "kingbolt.pub");
    assert_eq!(public, format!("untrusted comment: minisign public key {id}, working key\n{}", made.stdout));
    let secret = read(&machine, "kingbolt.key");
    assert!(secret.starts_with(&format!("untrusted comment: minisign encrypted secret key {id}, working key\nRWRT")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(machine.home().join("kingbolt.key")).expect("it was made");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    for (removed, exists) in [("", "kingbolt.key"), ("kingbolt.key", "kingbolt.pub")] {
        if !removed.is_empty() {
            std::fs::remove_file(machine.home().join(removed)).expect("it can be removed");
        }
        machine
            .kingbolt(["release", "keygen", "--no-password"])
            .stderr(&format!(
                "
                error: `[HOME]/{exists}` already exists
                hint: choose another name with `--out`, or move the file
                "
            ))
            .exits(1);
    }
    assert_eq!(read(&machine, "kingbolt.pub"), public);
    assert!(!machine.home().join("kingbolt.key").exists());
}

#[test]
fn a_recovery_key_has_files_of_its_own() {
    let machine = Machine::new();
    let made = machine.kingbolt(["release", "keygen", "--recovery", "--no-password", "--json"]).json();
    let id = key_id(&machine, "kingbolt-recovery");
    assert_eq!((&made["role"], &made["key_id"]), (&"recovery".into(), &id.as_str().into()));
    assert_eq!(made["public_key"], read(&machine, "kingbolt-recovery.pub").lines().nth(1).expect("a key"));
    let comment = format!("untrusted comment: minisign secret key {id}, recovery key\n");
    assert!(read(&machine, "kingbolt-recovery.key").starts_with(&comment));
}

#[test]
fn a_key_without_a_password_is_made_only_if_that_is_asked_for() {
    let machine = Machine::new();
    machine
        .kingbolt(["release", "keygen"])
        .stderr(
            "
            error: the secret key has a password, and there is no terminal to ask for it
            hint: set KINGBOLT_SIGN_PASSWORD, or run the command in a terminal
            ",
        )
        .exits(2);
    assert!(!machine.home().join("kingbolt.key").exists());
}

#[test]
fn a_lock_is_signed_with_a_key_from_a_file_the_environment_or_standard_input() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    let made = machine
        .kingbolt(["release", "keygen", "--out", "my", "--quiet"])
        .with_variable("KINGBOLT_SIGN_PASSWORD", "hunter2")
        .outcome();
    assert_eq!(made.code, Some(0));
    let (id, secret) = (key_id(&machine, "my"), read(&machine, "my.key"));
    let said = format!("Signed hello 1.0 (sequence 3) with the key {id}: [HOME]/pylock.toml.minisig\n");
    let line = secret.lines().nth(1).expect("the key");
    let by_file = machine.kingbolt(["release", "sign", "--secret-key", "my.key", "pylock.toml"]);
    let by_text = machine.kingbolt(["release", "sign", "pylock.toml"]).with_variable("KINGBOLT_SIGN_KEY", &secret);
    let by_line = machine.kingbolt(["release", "sign", "pylock.toml"]).with_variable("KINGBOLT_SIGN_KEY", line);
    let by_input = machine.kingbolt(["release", "sign", "--secret-key", "-", "pylock.toml"]).with_input(&secret);
    for run in [by_file, by_text, by_line, by_input] {
        run.with_variable("KINGBOLT_SIGN_PASSWORD", "hunter2").stderr(&said).succeeds();
        let signature = read(&machine, "pylock.toml.minisig");
        let lines: Vec<&str> = signature.lines().collect();
        assert_eq!(lines[0], format!("untrusted comment: signature by the key {id}"));
        assert_eq!(lines[2], "trusted comment: kingbolt-release:1 name:hello version:1.0 sequence:3");
        std::fs::remove_file(machine.home().join("pylock.toml.minisig")).expect("it was written");
    }
    let document = machine
        .kingbolt(["release", "sign", "--secret-key", "my.key", "pylock.toml", "--json", "--quiet"])
        .with_variable("KINGBOLT_SIGN_PASSWORD", "hunter2")
        .json();
    assert_eq!((&document["name"], &document["sequence"]), (&"hello".into(), &3.into()));
}

#[test]
fn a_key_that_cannot_be_used_is_told_without_its_text() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    let made = machine
        .kingbolt(["release", "keygen", "--out", "my", "--quiet"])
        .with_variable("KINGBOLT_SIGN_PASSWORD", "hunter2")
        .outcome();
    assert_eq!(made.code, Some(0));
    let sign = |key: &str| machine.kingbolt(["release", "sign", "--secret-key", key, "pylock.toml"]);
    sign("my.key")
        .with_variable("KINGBOLT_SIGN_PASSWORD", "hunter3")
        .stderr(
            "
            error: failed to use the secret key of `[HOME]/my.key`
              caused by: the password is wrong
            ",
        )
        .exits(1);
    sign("my.key")
        .stderr(
            "
            error: the secret key has a password, and there is no terminal to ask for it
            hint: set KINGBOLT_SIGN_PASSWORD, or run the command in a terminal
            ",
        )
        .exits(2);
    sign("my.pub")
        .stderr("error: failed to use the secret key of `[HOME]/my.pub`\n  caused by: it is a public key\n")
        .exits(1);
    sign("-")
        .with_input("secret")
        .stderr(
            "
            error: failed to use the secret key of standard input
              caused by: it is not a secret key of minisign
            ",
        )
        .exits(1);
    machine
        .kingbolt(["release", "sign", "pylock.toml"])
        .stderr("error: no secret key was named\nhint: pass `--secret-key FILE`, or set KINGBOLT_SIGN_KEY\n")
        .exits(2);
    machine
        .kingbolt(["release", "sign", "pylock.toml"])
        .with_variable("KINGBOLT_SIGN_KEY", &read(&machine, "my.key").replace("RWRT", "RWRU"))
        .stderr(
            "
            error: failed to use the secret key of KINGBOLT_SIGN_KEY
              caused by: it is not a secret key of minisign
            ",
        )
        .exits(1);
    assert!(!machine.home().join("pylock.toml.minisig").exists());
}

#[test]
fn a_key_has_4_kibibytes_at_most() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    keygen(&machine, "my");
    let key = read(&machine, "my.key");
    for (length, code) in [(4096, 0), (4097, 1)] {
        let padded = key.clone() + &"\n".repeat(length - key.len());
        machine.write("padded.key", &padded);
        for (place, told) in [("padded.key", "`[HOME]/padded.key`"), ("-", "standard input")] {
            let sign = machine.kingbolt(["release", "sign", "--quiet", "--secret-key", place, "pylock.toml"]);
            let too_long = format!("error: failed to read {told}\n  caused by: it is longer than [SIZE]\n");
            sign.with_input(&padded).stderr(if code == 0 { "" } else { &too_long }).exits(code);
        }
    }
}

#[test]
fn only_the_lock_of_a_release_is_signed() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    keygen(&machine, "my");
    let sign = || machine.kingbolt(["release", "sign", "--secret-key", "my.key", "pylock.toml"]);
    let plain = lock(&index, &[hello("1.0")]);
    machine.write("pylock.toml", &plain);
    sign()
        .stderr(
            "
            error: `[HOME]/pylock.toml` is not the lock of a release
              caused by: it has no `[tool.kingbolt]` table with `schema`, `name`, `version` and `sequence`
            ",
        )
        .exits(1);
    machine.write("pylock.toml", &(plain.clone() + &TABLE.replace("schema = 1", "schema = 2")));
    sign()
        .stderr(
            "
            error: `[HOME]/pylock.toml` is not the lock of a release
              caused by: its `[tool.kingbolt]` table has the schema 2, which this version of Kingbolt does not know
            ",
        )
        .exits(1);
    machine.write("pylock.toml", TABLE);
    let outcome = sign().outcome();
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.starts_with("error: failed to read the lock `[HOME]/pylock.toml`\n"), "{}", outcome.stderr);
    assert!(!machine.home().join("pylock.toml.minisig").exists());
}

/// On Linux `setsid` of util-linux gives the process a terminal of its own.
#[test]
#[cfg(target_os = "linux")]
fn a_password_is_asked_for_on_the_terminal_and_not_shown() {
    let Some(Fixture { machine, .. }) = prepared() else { return };
    let kingbolt = env!("CARGO_BIN_EXE_kingbolt");
    let run = |arguments: &[&str]| {
        let all = [&["--ctty", "--wait", kingbolt], arguments].concat();
        machine.program(std::path::Path::new("/usr/bin/setsid"), all)
    };
    let (code, shown) = run(&["release", "keygen", "--out", "my", "--quiet"]).typing(&["hunter2\n", "hunter2\n"]);
    let public = read(&machine, "my.pub").lines().nth(1).expect("a key").to_owned();
    let prompts = "Password for the secret key: \nThe same again: \n";
    assert_eq!((code, shown), (Some(0), format!("{prompts}{public}\n")));
    let sign = ["release", "sign", "--secret-key", "my.key", "pylock.toml", "--quiet"];
    assert_eq!(run(&sign).typing(&["hunter2\n"]), (Some(0), "Password of the secret key: \n".to_owned()));
    let (code, shown) = run(&["release", "keygen", "--out", "other"]).typing(&["hunter2\n", "hunter3\n"]);
    assert_eq!((code, shown), (Some(1), format!("{prompts}error: the passwords differ\n")));
    let (code, shown) = run(&["release", "keygen", "--out", "other"]).typing(&["\n"]);
    let empty = "error: the password is empty\nhint: choose a password, or pass `--no-password`\n";
    assert_eq!((code, shown), (Some(1), format!("Password for the secret key: \n{empty}")));
    let (code, _) = run(&["release", "keygen", "--out", "other"]).typing(&["\u{3}"]);
    assert_eq!(code, Some(130));
    assert!(!machine.home().join("other.key").exists());
}
