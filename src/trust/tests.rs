use super::properties::{KEY, LEGACY, PREHASHED, SIGNED};
use super::*;

/// The secret key of [`KEY`], made by `minisign -G -W`, version 0.11.
const PLAIN: &str = "untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAzeKvH24Zk97BRx0a0x213iFC90Uu+lxBCLxiTT+q5Tp9Z1UKelQ1VbGxS1LFoZjmSjABb9fx2TocTu2SnkD1+xn4JFkQx3MKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
";

fn key() -> PublicKey {
    PublicKey::parse(KEY).unwrap()
}

fn verified(bytes: &[u8], text: &str) -> Result<String, String> {
    let signature = Signature::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    verify(bytes, &signature, &key()).map(|release| release.to_string()).map_err(|error| error.to_string())
}

#[test]
fn prehashed_and_legacy_signatures_of_minisign_are_verified() {
    for text in [PREHASHED, LEGACY] {
        assert_eq!(verified(SIGNED, text), Ok("hello 1.0 (sequence 3)".to_owned()));
        assert_eq!(verified(SIGNED, &text.replace('\n', "\r\n")), Ok("hello 1.0 (sequence 3)".to_owned()));
        let other_file = "it is a signature of another file, or one of them was changed";
        assert_eq!(verified(b"lick", text), Err(other_file.to_owned()));
        assert_eq!(verified(b"", text), Err(other_file.to_owned()));
        let changed = text.replace("sequence:3", "sequence:4");
        let comment = "its trusted comment was changed, or belongs to another signature";
        assert_eq!(verified(SIGNED, &changed), Err(comment.to_owned()));
    }
}

#[test]
fn a_signature_is_read_in_one_form_only() {
    let invalid = Err(InvalidSignature.to_string());
    let ambiguous = PREHASHED.replace("0gE=", "0gF=");
    for text in [
        "",
        "untrusted comment: x\n",
        PREHASHED.trim_end(),
        &format!("{PREHASHED}\n"),
        &PREHASHED.replace("sequence:3\n", "sequence:3 \n"),
        &PREHASHED.replace("untrusted comment: ", "comment: "),
        &PREHASHED.replace("\ntrusted comment: ", "\nTrusted comment: "),
        &PREHASHED.replace("RUTN", "RVTN"),
        &PREHASHED.replace("HeDg==\n", "HeD=\n"),
        &PREHASHED.replace("HeDg==", "HeDh=="),
        &PREHASHED.replace("HeDg==", ""),
        &ambiguous,
    ] {
        assert_eq!(verified(SIGNED, text), invalid, "{text}");
    }
    let untrusted = PREHASHED.replace("signature from minisign secret key", "anything");
    assert!(verified(SIGNED, &untrusted).is_ok());
}

#[test]
fn a_public_key_is_read_in_one_form_only() {
    let file = format!("untrusted comment: minisign public key DE93196E1FAFE2CD\r\n{KEY}\r\n");
    assert_eq!(PublicKey::parse(&file), Ok(key()));
    assert_eq!((key().to_string(), key().id().to_string()), (KEY.to_owned(), "DE93196E1FAFE2CD".to_owned()));
    for text in ["", "RWTN", &KEY.replace("RWTN", "RUTN"), &format!("{KEY}\n{KEY}"), &format!("{KEY} x"), &KEY[1..]] {
        assert_eq!(PublicKey::parse(text), Err(InvalidPublicKey::Malformed), "{text}");
    }
    assert_eq!(PublicKey::parse(PLAIN), Err(InvalidPublicKey::Secret));
}

#[test]
fn a_key_of_minisign_signs_with_and_without_its_comment() {
    for text in [PLAIN, PLAIN.lines().nth(1).unwrap()] {
        let Ok(StoredKey::Plain(secret)) = StoredKey::parse(text) else { panic!("it has no password") };
        assert_eq!(format!("{secret:?}"), "SecretKey(DE93196E1FAFE2CD)");
        let release = verify(SIGNED, &Signature::parse(PREHASHED.as_bytes()).unwrap(), &key()).unwrap();
        let signed = sign(SIGNED, &release, &secret).unwrap();
        assert_eq!(verified(SIGNED, &signed), Ok(release.to_string()));
    }
}

#[test]
fn a_new_key_is_opened_by_its_password_only() {
    let pair = KeyPair::generate(KeyRole::Recovery, Some("correct horse".to_owned())).unwrap();
    let id = pair.public.id();
    let comment = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(comment(&pair.public_file), format!("untrusted comment: minisign public key {id}, recovery key"));
    assert_eq!(
        comment(&pair.secret_file),
        format!("untrusted comment: minisign encrypted secret key {id}, recovery key")
    );
    let unlock = |password: &str| match StoredKey::parse(&pair.secret_file).unwrap() {
        StoredKey::Protected(key) => key.unlock(password.to_owned()),
        StoredKey::Plain(_) => panic!("it has a password"),
    };
    assert_eq!(unlock("correct horse").unwrap().id(), id);
    assert_eq!(unlock("wrong").unwrap_err(), InvalidSecretKey::WrongPassword);
    assert_eq!(PublicKey::parse(&pair.public_file), Ok(pair.public));
}

#[test]
fn what_is_no_secret_key_is_told_without_its_text() {
    let line = PLAIN.lines().nth(1).unwrap();
    let protected = line.replacen("RWQAAEIy", "RWRTY0Iy", 1);
    // The limit on operations is in the bytes 38 to 45.
    let expensive = format!("{}////////{}", &protected[..52], &protected[60..]);
    let error = |text: &str| StoredKey::parse(text).unwrap_err();
    assert_eq!(error(""), InvalidSecretKey::Malformed);
    assert_eq!(error("untrusted comment: x\n"), InvalidSecretKey::Malformed);
    assert_eq!(error(&line[4..]), InvalidSecretKey::Malformed);
    assert_eq!(error(&line.replace("RWQAAEIy", "RWQBAEIy")), InvalidSecretKey::Malformed);
    assert_eq!(error(&expensive), InvalidSecretKey::Expensive);
    assert_eq!(error(&line.replace("AAAAA=", "AAAAB=")), InvalidSecretKey::Malformed);
    assert_eq!(error(&line.replace("AAAAAAA=", "BAAAAAA=")), InvalidSecretKey::Damaged);
    assert_eq!(error(KEY), InvalidSecretKey::Public);
}

#[test]
fn a_damaged_key_signs_nothing() {
    // One bit of the public half differs.
    let StoredKey::Plain(damaged) = StoredKey::parse(&PLAIN.replace("bGxS1L", "bHxS1L")).unwrap() else { panic!() };
    let release = verify(SIGNED, &Signature::parse(PREHASHED.as_bytes()).unwrap(), &key()).unwrap();
    assert!(sign(SIGNED, &release, &damaged).is_err());
}
