//! Caches that other users can write to, and files that they put into a cache: only bytes with a known hash are used.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::users::{another_user, give_away, mode_of, set_mode, with_umask};
use crate::support::{Directory, Fixture, Index, Machine, dependent_hello, hello, listing};

const WARNING: &str = "warning: other users can write to the cache [HOME]/cache: its pages and metadata are not used, and its downloads only if their hashes are known\n";

#[test]
fn a_cache_is_for_its_user_alone_and_an_older_one_is_closed() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let cache = machine.directory(Directory::Cache);
    with_umask(&machine, "000", &["install", "hello", "--quiet"]).succeeds();
    assert_eq!(mode_of(cache), "700");
    for mode in [0o755, 0o775, 0o777] {
        set_mode(cache, mode);
        machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
        assert_eq!(mode_of(cache), "700", "{mode:o}");
    }
    // A cache of 0.1.0 has no marker.
    fs::remove_file(cache.join("kingbolt-cache")).expect("it was made");
    set_mode(cache, 0o755);
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    assert_eq!(mode_of(cache), "700");
}

#[test]
fn pages_and_metadata_that_another_user_wrote_are_not_believed() {
    let Some(()) = another_user() else { return };
    for bucket in ["pages", "metadata"] {
        let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let directory = machine.directory(Directory::Cache).join(bucket);
        let asked = |index: &Index| {
            index.forget_requests();
            machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
            index.paths().iter().filter(|path| is_of(bucket, path)).count()
        };
        // Pages are asked about again, and found to be unchanged; metadata are not.
        let known = asked(&index);
        assert_eq!(known, if bucket == "pages" { 2 } else { 0 });
        let offline = |machine: &Machine| {
            let outcome = machine.kingbolt(["install", "hello", "--force", "--quiet", "--offline"]).outcome();
            outcome.code
        };
        assert_eq!(offline(&machine), Some(0));
        let files = listing(&directory);
        for spoil in [
            |path: &std::path::Path| give_away(path),
            |path: &std::path::Path| set_mode(path, 0o666),
            |path: &std::path::Path| fs::hard_link(path, path.with_extension("other")).expect("a link can be made"),
            |path: &std::path::Path| {
                let moved = path.with_extension("moved");
                fs::rename(path, &moved).expect("it is there");
                symlink(moved, path).expect("a link can be made");
            },
        ] {
            for file in &files {
                spoil(&directory.join(file));
            }
            assert_eq!(offline(&machine), Some(5), "{bucket}");
            // An honest answer takes their place.
            assert!(asked(&index) > 0, "{bucket}");
            assert_eq!(offline(&machine), Some(0));
        }
        give_away(&directory);
        assert_eq!(offline(&machine), Some(5), "{bucket}");
    }
}

#[test]
fn a_cache_of_another_user_serves_only_downloads_whose_hashes_are_known() {
    let Some(()) = another_user() else { return };
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let cache = machine.directory(Directory::Cache).to_owned();
    give_away(&cache);
    for mode in [0o777, 0o700] {
        set_mode(&cache, mode);
        let before = listing(&cache);
        index.forget_requests();
        let installed = "Resolved 2 packages in [TIME]\nInstalled 2 packages in [TIME]\nhello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]\nCommand in [HOME]/bin: hello\n";
        machine.kingbolt(["install", "hello", "--force"]).stderr(&format!("{WARNING}{installed}")).succeeds();
        assert!(index.paths().iter().filter(|path| path.starts_with("/simple/")).count() >= 2, "{:?}", index.paths());
        machine
            .kingbolt(["install", "hello", "--force", "--quiet", "--offline"])
            .stderr(
                "
                error: the page of `hello` at the index `[INDEX]/simple/` is not cached, and the network is disabled
                hint: run the command once without `--offline`
                ",
            )
            .exits(5);
        assert_eq!(listing(&cache), before);
        assert_eq!(mode_of(&cache), format!("{mode:o}"));
    }
    // What is there begins with the right bytes, and its hash is known.
    set_mode(&cache, 0o777);
    let newer = dependent_hello("2.0");
    index.publish(&newer);
    let part = machine.write(&format!("cache/downloads/{}.part", newer.sha256()), &newer.bytes[..100]);
    give_away(&part);
    machine.kingbolt(["upgrade", "--all", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine.verifies(&["hello 2.0"]);
}

#[test]
fn a_planted_download_without_a_known_hash_is_not_used() {
    let Some(()) = another_user() else { return };
    for is_cache_given_away in [false, true] {
        let Some(Fixture { index, machine }) = Fixture::serving(Index::offering(&[]), &[hello("1.0")]) else { return };
        let cache = machine.directory(Directory::Cache).to_owned();
        machine.kingbolt(["install", "hello", "--allow-unhashed", "--quiet"]).succeeds();
        machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
        let evil =
            crate::support::Wheel::new("hello", "1.0").file("hello/evil.py", "").console("hello", "hello:main").build();
        let url = format!("{}/files/{}", index.origin(), hello("1.0").file_name);
        let key = format!("url-{}", crate::support::sha256_hex(url.as_bytes()));
        let part = machine.write(&format!("cache/downloads/{key}.part"), &evil.bytes);
        let tag = machine.write(&format!("cache/downloads/{key}.etag"), "\"planted\"");
        give_away(&part);
        give_away(&tag);
        if is_cache_given_away {
            give_away(&cache);
            set_mode(&cache, 0o777);
        }
        machine.kingbolt(["install", "hello", "--allow-unhashed", "--quiet"]).succeeds();
        assert!(machine.files().iter().all(|path| !path.ends_with("evil.py")), "{:?}", machine.files());
        machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    }
}

#[test]
fn a_link_in_the_place_of_a_directory_of_the_cache_is_refused_and_not_followed() {
    for bucket in ["downloads", "interpreters", "metadata", "pages"] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        machine.write("private/letter.txt", "mine");
        let link = machine.directory(Directory::Cache).join(bucket);
        let _ = fs::remove_dir_all(&link);
        symlink("../private", &link).expect("a link can be made");
        let refused = format!(
            "
            error: `[HOME]/cache` is not a cache of Kingbolt: it contains `[HOME]/cache/{bucket}`
            hint: set KINGBOLT_CACHE_DIR to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
            "
        );
        machine.kingbolt(["install", "hello", "--force", "--quiet"]).stderr(&refused).exits(8);
        let is_counted = |path: &&String| path.contains('/') && !path.ends_with("/.lock");
        let files = listing(machine.directory(Directory::Cache)).iter().filter(is_counted).count();
        machine
            .kingbolt(["cache", "clear"])
            .stderr(&format!(
                "Removed {files} cached files ([SIZE]), 0 unused wheels ([SIZE])\n\
                 Kept [HOME]/cache/{bucket}, which Kingbolt did not create\n"
            ))
            .succeeds();
        assert_eq!(listing(&machine.home().join("private")), ["letter.txt"]);
        assert!(link.is_symlink());
    }
}

fn is_of(bucket: &str, path: &str) -> bool {
    if bucket == "pages" { path.starts_with("/simple/") } else { path.ends_with(".metadata") }
}
