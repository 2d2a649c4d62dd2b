//! Keys and signatures, both ways between Kingbolt and `minisign`, with and without passwords.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::missing;
use crate::tools::{kingbolt, tell};

const LOCK: &str = "lock-version = \"1.0\"\ncreated-by = \"tests\"\npackages = []\n\n[tool.kingbolt]\nschema = 1\n\
                    name = \"hello\"\nversion = \"1.0\"\nsequence = 3\n";
const COMMENT: &str = "kingbolt-release:1 name:hello version:1.0 sequence:3";
const PASSWORD: &str = "correct horse";

#[derive(Clone, Copy, Debug)]
enum Maker {
    Kingbolt,
    Minisign,
}

#[derive(Clone, Copy, Debug)]
enum Protection {
    None,
    Password,
}

#[test]
fn keys_and_signatures_are_those_of_minisign() {
    if Command::new("minisign").arg("-v").output().is_err() {
        missing::<()>("minisign is not installed (scripts/check installs it)");
        return;
    }
    for protection in [Protection::None, Protection::Password] {
        for maker in [Maker::Kingbolt, Maker::Minisign] {
            let directory = tempfile::tempdir().expect("a directory");
            let root = directory.path();
            std::fs::write(root.join("pylock.toml"), LOCK).expect("it can be written");
            keygen(root, maker, protection);
            for signer in [Maker::Minisign, Maker::Kingbolt] {
                sign(root, signer, protection);
                let told = run(
                    Command::new("minisign").args(["-V", "-p", "key.pub", "-m", "pylock.toml"]).current_dir(root),
                    "",
                );
                let expected = format!("Signature and comment signature verified\nTrusted comment: {COMMENT}\n");
                assert_eq!(told, expected, "{maker:?} {signer:?} {protection:?}");
                let mut sync = kingbolt(root);
                run(
                    sync.args(["sync", "pylock.toml", "--into", "env", "--public-key", "key.pub"]).current_dir(root),
                    "",
                );
            }
        }
    }
    tell("4 pairs of keys, 8 signatures");
}

fn keygen(root: &Path, maker: Maker, protection: Protection) {
    let mut command = match maker {
        Maker::Kingbolt => ours(root, &["keygen", "--out", "key"]),
        Maker::Minisign => theirs(root, &["-G", "-p", "key.pub", "-s", "key.key"]),
    };
    match (maker, protection) {
        (Maker::Kingbolt, Protection::None) => command.arg("--no-password"),
        (Maker::Minisign, Protection::None) => command.arg("-W"),
        (_, Protection::Password) => &mut command,
    };
    run(&mut command, &format!("{PASSWORD}\n{PASSWORD}\n"));
}

fn sign(root: &Path, signer: Maker, protection: Protection) {
    let mut command = match signer {
        Maker::Kingbolt => ours(root, &["sign", "--secret-key", "key.key", "pylock.toml"]),
        Maker::Minisign => theirs(root, &["-S", "-s", "key.key", "-m", "pylock.toml", "-t", COMMENT]),
    };
    let input = match protection {
        Protection::None => String::new(),
        Protection::Password => format!("{PASSWORD}\n"),
    };
    run(&mut command, &input);
}

fn ours(root: &Path, arguments: &[&str]) -> Command {
    let mut command = kingbolt(root);
    command.arg("release").args(arguments).env("KINGBOLT_SIGN_PASSWORD", PASSWORD).current_dir(root);
    command
}

fn theirs(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("minisign");
    command.args(arguments).current_dir(root);
    command
}

/// What a program prints, which has to succeed.
fn run(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A program that asks for nothing may have ended by now.
    let _ = child.stdin.take().expect("it is a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it was started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
