//! `sync --public-key`: the lock of a release is used only with the signature of its publisher.

use crate::signatures::{TABLE, keygen};
use crate::support::{Fixture, Index, Machine, Times, Trouble, hello, lock, other, sha256_hex};

/// A machine with the signed lock of a release, its text, and the public key.
struct Signed {
    index: Index,
    machine: Machine,
    lock: String,
    signature: String,
    key: String,
}

impl Signed {
    fn prepared() -> Option<Self> {
        let Fixture { index, machine } = Fixture::serving(Index::complete(), &[hello("1.0"), other()])?;
        let key = keygen(&machine, "my");
        let lock = lock(&index, &[hello("1.0"), other()]) + TABLE;
        let signature = sign(&machine, "my.key", &lock);
        index.forget_requests();
        Some(Self { index, machine, lock, signature, key })
    }

    /// Writes lock and signature, and checks that they are refused for a reason before anything is asked of an index.
    #[track_caller]
    fn refuses(&self, lock: &str, signature: &str, stderr: &str) {
        self.machine.write("pylock.toml", lock);
        self.machine.write("pylock.toml.minisig", signature);
        let sync = self.machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--public-key", &self.key]);
        sync.stderr(stderr).exits(4);
        assert_eq!(self.index.paths(), [""; 0]);
        assert!(!self.machine.home().join("env").exists());
    }
}

/// Signs a lock, and gives the signature.
fn sign(machine: &Machine, key: &str, lock: &str) -> String {
    machine.write("pylock.toml", lock);
    machine.kingbolt(["release", "sign", "--secret-key", key, "pylock.toml", "--quiet"]).succeeds();
    std::fs::read_to_string(machine.home().join("pylock.toml.minisig")).expect("it was written")
}

fn id(text: &str) -> String {
    text.lines().next().and_then(|comment| comment.rsplit(' ').next()).expect("the key signed").to_owned()
}

#[test]
fn a_signed_lock_is_used_with_the_key_or_a_file_with_it() {
    let Some(Signed { machine, key, .. }) = Signed::prepared() else { return };
    for (key, env) in [(key.as_str(), "one"), ("my.pub", "two")] {
        machine.kingbolt(["sync", "pylock.toml", "--into", env, "--public-key", key, "--quiet"]).succeeds();
        let script = if cfg!(windows) { format!("{env}/Scripts/hello.exe") } else { format!("{env}/bin/hello") };
        machine.program(&machine.home().join(script), [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    }
}

#[test]
fn a_lock_of_another_key_file_or_release_is_refused_before_it_is_read() {
    let Some(signed) = Signed::prepared() else { return };
    let Signed { machine, lock, signature, .. } = &signed;
    keygen(machine, "stranger");
    let foreign = sign(machine, "stranger.key", lock);
    let refused = "error: refused the signature of the lock `[HOME]/pylock.toml`\n  caused by: ";
    let unsigned = "hint: do not use this lock unless its publisher explains why\n";
    signed.refuses(
        lock,
        &foreign,
        &format!(
            "{refused}it was made with the key {}, not with {}\nhint: use this lock only if its publisher announced that \
             key where you trust it\n",
            id(&foreign),
            id(signature)
        ),
    );
    let other_file = format!("{refused}it is a signature of another file, or one of them was changed\n{unsigned}");
    signed.refuses(&lock.replace("hello-1.0", "hello-6.6"), signature, &other_file);
    // Not even TOML: it is refused for its signature all the same.
    signed.refuses("\u{0}", signature, &other_file);
    // The key of somebody else under the identifier of the right one.
    let mut lines: Vec<String> = foreign.lines().map(str::to_owned).collect();
    let ours: Vec<&str> = signature.lines().collect();
    let decoded = |line: &str| data_encoding::BASE64.decode(line.as_bytes()).expect("it is base64");
    let mut bytes = decoded(&lines[1]);
    bytes[2..10].copy_from_slice(&decoded(ours[1])[2..10]);
    lines[1] = data_encoding::BASE64.encode(&bytes);
    signed.refuses(lock, &(lines.join("\n") + "\n"), &other_file);
    let comment = format!("{refused}its trusted comment was changed, or belongs to another signature\n{unsigned}");
    signed.refuses(lock, &signature.replace("sequence:3", "sequence:4"), &comment);
    let newer = sign(machine, "my.key", &lock.replace("sequence = 3", "sequence = 4"));
    let newer: Vec<&str> = newer.lines().collect();
    signed.refuses(lock, &format!("{}\n{}\n{}\n{}\n", ours[0], ours[1], newer[2], newer[3]), &comment);
    let no_signature = format!("{refused}it is not a signature of minisign\n{unsigned}");
    for text in ["", "<!doctype html>", signature.trim_end(), &signature.replace("=\ntrusted", "==\ntrusted")] {
        signed.refuses(lock, text, &no_signature);
    }
}

#[test]
fn a_lock_without_a_signature_is_refused_if_a_key_is_named() {
    let Some(Signed { index, machine, key, lock, .. }) = Signed::prepared() else { return };
    std::fs::remove_file(machine.home().join("pylock.toml.minisig")).expect("it was written");
    let sync = |lock: &str| machine.kingbolt(["sync", lock, "--into", "env", "--public-key", &key]);
    sync("pylock.toml")
        .stderr(
            "
            error: the lock `[HOME]/pylock.toml` is not signed: there is no `[HOME]/pylock.toml.minisig`
            hint: do not use this lock unless its publisher explains why
            ",
        )
        .exits(4);
    index.trouble("/files/pylock.toml", Times::Always, Trouble::Answer(200, Vec::new(), lock.clone().into_bytes()));
    let url = format!("{}/files/pylock.toml#sha256={}", index.origin(), sha256_hex(lock.as_bytes()));
    sync(&url)
        .stderr(
            "
            error: the lock `[URL]` is not signed: there is no `[INDEX]/files/pylock.toml.minisig`
            hint: do not use this lock unless its publisher explains why
            "
            .replace("[URL]", &url.replace(&index.origin(), "[INDEX]"))
            .as_str(),
        )
        .exits(4);
    assert_eq!(index.paths(), ["/files/pylock.toml", "/files/pylock.toml.minisig"]);
}

#[test]
fn a_signature_with_a_comment_that_does_not_name_the_release_is_refused() {
    let Some(signed) = Signed::prepared() else { return };
    let Signed { machine, lock, .. } = &signed;
    let secret = std::fs::read_to_string(machine.home().join("my.key")).expect("it was made");
    let secret = minisign::SecretKeyBox::from(secret).into_unencrypted_secret_key().expect("it has no password");
    let sign = |lock: &str, comment: &str| {
        let signed = minisign::sign(None, &secret, lock.as_bytes(), Some(comment), None);
        signed.expect("it can sign").into_string()
    };
    let unsigned = "hint: do not use this lock unless its publisher explains why\n";
    signed.refuses(
        lock,
        &sign(lock, "timestamp:1764300000 file:pylock.toml hashed"),
        &format!(
            "error: refused the signature of the lock `[HOME]/pylock.toml`\n  caused by: its trusted comment \
             `timestamp:1764300000 file:pylock.toml hashed` is not that of a release\n{unsigned}"
        ),
    );
    signed.refuses(
        lock,
        &sign(lock, "kingbolt-release:1 name:hello version:1.0 sequence:4"),
        &format!(
            "error: the lock `[HOME]/pylock.toml` is that of hello 1.0 (sequence 3), but its signature is for hello 1.0 \
             (sequence 4)\n{unsigned}"
        ),
    );
    let plain = lock.replace(TABLE, "");
    signed.refuses(
        &plain,
        &sign(&plain, "kingbolt-release:1 name:hello version:1.0 sequence:3"),
        &format!(
            "error: `[HOME]/pylock.toml` is not the lock of a release\n  caused by: it has no `[tool.kingbolt]` table with \
             `schema`, `name`, `version` and `sequence`\n{unsigned}"
        ),
    );
}

#[test]
fn a_lock_on_a_server_has_its_signature_beside_it() {
    let Some(Signed { index, machine, lock, signature, key }) = Signed::prepared() else { return };
    let serve = |path: &str, text: &str| {
        index.trouble(path, Times::Always, Trouble::Answer(200, Vec::new(), text.as_bytes().to_vec()));
    };
    let sync = |name: &str, lock: &str| {
        serve(&format!("/files/{name}"), lock);
        serve(&format!("/files/{name}.minisig"), &signature);
        let url = format!("{}/files/{name}", index.origin());
        machine.kingbolt(["sync", &url, "--into", "env", "--public-key", &key, "--allow-unhashed", "--quiet"])
    };
    sync("pylock.toml", &lock).succeeds();
    sync("pylock.other.toml", &lock.replace("hello-1.0", "hello-6.6"))
        .stderr(
            "
            error: refused the signature of the lock `[INDEX]/files/pylock.other.toml`
              caused by: it is a signature of another file, or one of them was changed
            hint: do not use this lock unless its publisher explains why
            ",
        )
        .exits(4);
}

#[test]
fn a_signature_has_8_kibibytes_at_most() {
    let Some(Signed { machine, key, signature, .. }) = Signed::prepared() else { return };
    let comment = "untrusted comment: ";
    let padded = |length: usize| {
        let filler = "x".repeat(length - signature.len());
        signature.replacen(comment, &format!("{comment}{filler}"), 1)
    };
    let sync = || machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--public-key", &key, "--quiet"]);
    machine.write("pylock.toml.minisig", padded(8192));
    sync().succeeds();
    machine.write("pylock.toml.minisig", padded(8193));
    sync()
        .stderr(
            "
            error: refused the signature of the lock `[HOME]/pylock.toml`
              caused by: it is not a signature of minisign
            hint: do not use this lock unless its publisher explains why
            ",
        )
        .exits(4);
}

#[test]
fn a_key_that_is_none_is_told() {
    let Some(Signed { machine, .. }) = Signed::prepared() else { return };
    let secret = std::fs::read_to_string(machine.home().join("my.key")).expect("it was made");
    machine.write("letter.txt", "do not lose me");
    for (key, stderr) in [
        (
            "none.pub",
            "
            error: `[HOME]/none.pub` is neither a public key nor a file with one
            hint: `kingbolt release keygen` writes it into a file that ends in `.pub`
            ",
        ),
        (
            "letter.txt",
            "
            error: failed to use the public key of `[HOME]/letter.txt`
              caused by: it is not a public key of minisign
            ",
        ),
        (
            "my.key",
            "
            error: failed to use the public key of `[HOME]/my.key`
              caused by: it is a secret key; keep it to yourself
            ",
        ),
        (
            secret.lines().nth(1).expect("a key"),
            "
            error: failed to use the public key
              caused by: it is a secret key; keep it to yourself
            ",
        ),
    ] {
        machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--public-key", key]).stderr(stderr).exits(2);
    }
}

/// Each byte of the signature, and bytes all over the lock, changed in one bit and to a line break.
#[test]
fn one_changed_byte_of_a_lock_or_its_signature_is_a_failed_verification() {
    let Some(Signed { index, machine, lock, signature, key }) = Signed::prepared() else { return };
    let untrusted = "untrusted comment: ".len()..signature.find('\n').expect("it has lines");
    let of_signature = (0..signature.len()).filter(|place| !untrusted.contains(place));
    let with_change = |bytes: &str, place: usize, byte: fn(u8) -> u8| {
        let mut bytes = bytes.as_bytes().to_vec();
        bytes[place] = byte(bytes[place]);
        bytes
    };
    let changes: [fn(u8) -> u8; 2] = [|byte| byte ^ 1, |byte| if byte == b'\n' { b'\r' } else { b'\n' }];
    let write = |path: &str, bytes: &[u8]| std::fs::write(machine.home().join(path), bytes).expect("it can be written");
    let check = |what: &str, place: usize| {
        let sync = machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--public-key", &key]).outcome();
        assert_eq!((sync.code, sync.stdout.as_str()), (Some(4), ""), "{what} {place}: {}", sync.stderr);
    };
    for (number, place) in of_signature.enumerate() {
        write("pylock.toml.minisig", &with_change(&signature, place, changes[number % 2]));
        check("signature", place);
    }
    write("pylock.toml.minisig", signature.as_bytes());
    for (number, place) in (0..lock.len()).step_by(7).enumerate() {
        write("pylock.toml", &with_change(&lock, place, changes[number % 2]));
        check("lock", place);
    }
    assert_eq!(index.paths(), [""; 0]);
    write("pylock.toml", lock.as_bytes());
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--public-key", &key, "--quiet"]).succeeds();
}
