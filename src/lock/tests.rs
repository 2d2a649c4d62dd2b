//! Locks written by uv and pip (with changed URLs), and invalid locks.

use std::path::Path;

use url::Url;

use super::{ArchiveOrigin, CodeKind, DefaultGroups, Lock, LockFileError, Selected, Selection, SourceCode};
use crate::platform::{Arch, Os, Platform};
use crate::python::Interpreter;
use crate::vocab::{Digest, Digests, ExtraName, GroupName, Location, MarkerEnvironment, Pin, Role, parse_version};

const UV_EXPORT: &str = include_str!("fixtures/uv-export.toml");
const UV_COMPILE: &str = include_str!("fixtures/uv-pip-compile.toml");

/// An interpreter on one of two machines.
struct Machine(Interpreter);

impl Machine {
    fn linux(minor: u64) -> Self {
        Self(Interpreter::sample(&format!("3.{minor}.1"), "/usr/bin/python3"))
    }

    fn windows(minor: u64) -> Self {
        let Self(mut interpreter) = Self::linux(minor);
        interpreter.platform = Platform { os: Os::Windows, arch: Arch::X86_64, libc: None, macos: None };
        interpreter.markers = MarkerEnvironment {
            os_name: "nt".to_owned(),
            platform_machine: "AMD64".to_owned(),
            platform_system: "Windows".to_owned(),
            sys_platform: "win32".to_owned(),
            ..interpreter.markers
        };
        Self(interpreter)
    }

    /// The wheels, as if nothing might be built.
    fn select_from(&self, lock: &Lock, selection: &Selection) -> Result<Vec<Pin>, LockFileError> {
        let selected = self.select_all(lock, selection)?.into_iter();
        let pin = |one| match one {
            Selected::Build(build) => Err(build.refusal),
            Selected::Wheel(pin) => Ok(*pin),
        };
        selected.map(pin).collect()
    }

    fn select_all(&self, lock: &Lock, selection: &Selection) -> Result<Vec<Selected>, LockFileError> {
        lock.select(&self.0.markers, &self.0.version, &self.0.tags(), selection)
    }

    /// The only package of a lock beside `/srv/locks`, which has to be built.
    fn code(&self, package: &str) -> SourceCode {
        let parsed = Lock::parse(&lock(package), Path::new("/srv/locks")).unwrap();
        match self.select_all(&parsed, &Selection::default()).unwrap().remove(0) {
            Selected::Build(build) => build.code,
            Selected::Wheel(pin) => panic!("{pin:?}"),
        }
    }

    fn select(&self, text: &str) -> Result<Vec<Pin>, LockFileError> {
        self.select_with(text, &Selection::default())
    }

    fn select_with(&self, text: &str, selection: &Selection) -> Result<Vec<Pin>, LockFileError> {
        let lock = Lock::parse(text, Path::new("/srv/locks"))?;
        self.select_from(&lock, selection)
    }

    fn files(&self, text: &str) -> Vec<String> {
        self.select(text).unwrap().iter().map(|pin| pin.wheel.as_str().to_owned()).collect()
    }

    fn error(&self, text: &str) -> String {
        self.select(text).unwrap_err().to_string()
    }
}

/// A lock with these packages.
fn lock(packages: &str) -> String {
    format!("lock-version = \"1.0\"\ncreated-by = \"tests\"\n{packages}")
}

/// A package with one wheel for all machines.
fn package(name: &str, more: &str) -> String {
    let hash = "a".repeat(64);
    format!(
        "[[packages]]\nname = \"{name}\"\nversion = \"1.0\"\n{more}\n\
         wheels = [{{ url = \"https://files.example/{name}-1.0-py3-none-any.whl\", hashes = {{ sha256 = \"{hash}\" }} }}]\n"
    )
}

#[test]
fn locks_of_uv_are_read_for_the_machine_at_hand() {
    let markupsafe =
        "markupsafe-3.0.4-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl";
    assert_eq!(
        Machine::linux(12).files(UV_EXPORT),
        [
            "anyio-4.16.0-py3-none-any.whl",
            "idna-3.20-py3-none-any.whl",
            markupsafe,
            "typing_extensions-4.16.0-py3-none-any.whl"
        ]
    );
    assert_eq!(
        Machine::windows(12).files(UV_EXPORT),
        [
            "anyio-4.16.0-py3-none-any.whl",
            "colorama-0.4.6-py2.py3-none-any.whl",
            "idna-3.20-py3-none-any.whl",
            "markupsafe-3.0.4-cp312-cp312-win_amd64.whl",
            "typing_extensions-4.16.0-py3-none-any.whl"
        ]
    );
    assert_eq!(
        Machine::linux(10).files(UV_COMPILE),
        [
            "anyio-4.16.0-py3-none-any.whl",
            "exceptiongroup-1.3.1-py3-none-any.whl",
            "idna-3.20-py3-none-any.whl",
            "typing_extensions-4.16.0-py3-none-any.whl"
        ]
    );
}

// The lock names a path of Unix.
#[cfg(unix)]
#[test]
fn locks_of_pip_are_read_with_their_local_wheels() {
    let pins = Machine::linux(12).select(include_str!("fixtures/pip-lock.toml")).unwrap();
    let hex = "ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c";
    assert_eq!(pins.iter().map(|pin| pin.name.as_str()).collect::<Vec<_>>(), ["anyio", "idna", "typing-extensions"]);
    assert_eq!(
        pins[1],
        Pin {
            name: "idna".parse().unwrap(),
            version: parse_version("3.20").unwrap(),
            wheel: "idna-3.20-py3-none-any.whl".parse().unwrap(),
            location: Location::Path("/srv/wheels/idna-3.20-py3-none-any.whl".into()),
            digests: Digests::new(vec![Digest::parse("sha256", hex).unwrap()]),
            is_hash_stated: true,
            size: None,
            extras: Vec::new(),
            dependencies: Vec::new(),
            role: Role::Requested,
            direct: Some(crate::vocab::DirectReference {
                url: "file:///srv/wheels/idna-3.20-py3-none-any.whl".into(),
                source: None,
            }),
            built_from: None,
        }
    );
}

#[test]
fn packages_that_no_other_depends_on_are_requested() {
    let text = lock(&format!(
        "{}{}{}",
        package("app", "dependencies = [{ name = \"lib\", version = \"1.0\" }, { name = \"absent\" }]"),
        package("lib", ""),
        package("absent", "marker = \"os_name == 'nt'\"")
    ));
    let pins = Machine::linux(12).select(&text).unwrap();
    let shown: Vec<_> = pins.iter().map(|pin| (pin.name.as_str(), pin.role, pin.dependencies.len())).collect();
    assert_eq!(shown, [("app", Role::Requested, 1), ("lib", Role::Dependency, 0)]);
}

#[test]
fn extras_and_groups_are_chosen_by_name() {
    let text = lock(&format!(
        "extras = [\"fast\"]\ndependency-groups = [\"dev\", \"docs\"]\ndefault-groups = [\"docs\"]\n{}{}{}",
        package("a", "marker = \"'fast' in extras\""),
        package("b", "marker = \"'dev' in dependency_groups\""),
        package("c", "marker = \"'docs' in dependency_groups\"")
    ));
    let select = |extras: &[&str], groups: &[&str], default_groups| {
        let extras: Vec<ExtraName> = extras.iter().map(|name| name.parse().unwrap()).collect();
        let groups: Vec<GroupName> = groups.iter().map(|name| name.parse().unwrap()).collect();
        Machine::linux(12).select_with(&text, &Selection { extras, groups, default_groups })
    };
    let names = |extras: &[&str], groups: &[&str], default_groups| {
        let pins = select(extras, groups, default_groups).unwrap();
        pins.iter().map(|pin| pin.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&[], &[], DefaultGroups::Include), ["c"]);
    assert_eq!(names(&["Fast"], &["dev"], DefaultGroups::Include), ["a", "b", "c"]);
    assert_eq!(names(&[], &["dev"], DefaultGroups::Exclude), ["b"]);
    assert_eq!(names(&[], &[], DefaultGroups::Exclude), [""; 0]);
    let error = |extras: &[&str], groups: &[&str]| {
        let error = select(extras, groups, DefaultGroups::Include).unwrap_err();
        (error.to_string(), error.hint().unwrap())
    };
    let told = |error: &str, hint: &str| (error.to_owned(), hint.to_owned());
    assert_eq!(error(&["slow"], &[]), told("the lock has no extra `slow`", "its only extra is `fast`"));
    assert_eq!(
        error(&[], &["test"]),
        told("the lock has no dependency group `test`", "its dependency groups are `dev`, `docs`")
    );
}

#[test]
fn a_wheel_is_chosen_by_tag_and_then_by_build_number() {
    let wheel = |name: &str| {
        format!(
            "{{ name = \"{name}\", path = \"w/{name}\", size = 7, hashes = {{ sha512 = \"{}\" }} }}",
            "b".repeat(128)
        )
    };
    let text = lock(&format!(
        "[[packages]]\nname = \"a\"\nwheels = [{}, {}, {}]",
        wheel("a-1.0-py3-none-any.whl"),
        wheel("a-1.0-1-cp312-cp312-manylinux_2_17_x86_64.whl"),
        wheel("a-1.0-2-cp312-cp312-manylinux_2_17_x86_64.whl")
    ));
    let pins = Machine::linux(12).select(&text).unwrap();
    assert_eq!(pins[0].wheel.as_str(), "a-1.0-2-cp312-cp312-manylinux_2_17_x86_64.whl");
    assert_eq!(pins[0].version, parse_version("1.0").unwrap());
    assert_eq!(pins[0].size, Some(7));
    let path = Path::new("/srv/locks").join("w/a-1.0-2-cp312-cp312-manylinux_2_17_x86_64.whl");
    assert_eq!(pins[0].location, Location::Path(path));
}

#[test]
fn paths_of_a_lock_from_elsewhere_are_addresses_beside_it() {
    let text = package("a", "").replace("url = \"https://files.example/", "path = \"wheels/");
    let base = Url::parse("https://x.example/releases/pylock.a.toml").unwrap();
    let machine = Machine::linux(12);
    let select = |text: &str| {
        let lock = Lock::parse(&lock(text), base.clone())?;
        machine.select_from(&lock, &Selection::default())
    };
    let there = "https://x.example/releases/wheels/a-1.0-py3-none-any.whl";
    assert_eq!(select(&text).unwrap()[0].location, Location::Url(there.into()));
    let outside = text.replace("wheels/", "../wheels/");
    assert!(matches!(select(&outside), Err(LockFileError::EscapingPath { .. })));
}

#[test]
fn a_lock_for_other_machines_is_refused() {
    let linux = Machine::linux(12);
    let environments =
        lock(&format!("environments = [\"os_name == 'nt'\", \"os_name == 'java'\"]\n{}", package("a", "")));
    assert_eq!(linux.error(&environments), "the lock does not support CPython 3.12 on linux x86_64");
    assert!(Machine::windows(12).select(&environments).is_ok());
    let newer = lock(&format!("requires-python = \">=3.13\"\n{}", package("a", "")));
    assert_eq!(linux.error(&newer), "the lock requires Python >=3.13, not 3.12.1");
    let package_newer = lock(&package("a", "requires-python = \">=3.13\""));
    assert_eq!(linux.error(&package_newer), "`a 1.0` requires Python >=3.13, not 3.12.1");
    assert_eq!(
        Machine::linux(11).error(UV_EXPORT),
        "no wheel of `markupsafe 3.0.4` supports CPython 3.11 on linux x86_64; there are wheels for cp312 on \
         macosx_10_13_x86_64, macosx_11_0_arm64, manylinux2014_aarch64, manylinux_2_17_aarch64, \
         manylinux_2_28_aarch64, manylinux2014_armv7l and 18 more"
    );
}

#[test]
fn another_python_is_proposed_only_where_a_wheel_is_for_this_machine() {
    let text = lock(&package("a", ""));
    let hint = |tag: &str| {
        let text = text.replace("py3-none-any.whl", tag);
        Machine::linux(12).select(&text).unwrap_err().hint().unwrap()
    };
    let other_python = "try another Python with `--python`, or create a lock that supports this machine";
    assert_eq!(hint("cp311-cp311-manylinux_2_17_x86_64.whl"), other_python);
    assert_eq!(hint("cp312-cp312-win_amd64.whl"), "create a lock that supports this machine");
}

#[test]
fn sources_that_need_a_build_are_refused() {
    let hash = "a".repeat(64);
    let hashes = format!("hashes = {{ sha256 = \"{hash}\" }}");
    let commit = "b".repeat(40);
    let vcs = |system: &str| {
        format!("vcs = {{ type = \"{system}\", url = \"https://x.example/a\", commit-id = \"{commit}\" }}")
    };
    let build = "pass `--allow-build a` to build it, which runs code of the package";
    let other = "lock a version that has a wheel, or ask the maintainers for one";
    for (source, kind, hint) in [
        (
            format!("sdist = {{ url = \"https://files.example/a-1.0.tar.gz\", {hashes} }}"),
            "a source distribution",
            build,
        ),
        (format!("archive = {{ url = \"https://files.example/a.zip\", {hashes} }}"), "a source archive", build),
        (vcs("git"), "a repository", build),
        ("directory = { path = \".\" , editable = true }".to_owned(), "a source directory", build),
        (format!("sdist = {{ path = \"a-1.0.tar.bz2\", {hashes} }}"), "`a-1.0.tar.bz2`", other),
        (format!("archive = {{ path = \"a.tar.xz\", {hashes} }}"), "`a.tar.xz`", other),
        (vcs("hg"), "a repository of `hg`", other),
    ] {
        let error = Machine::linux(12).select(&lock(&format!("[[packages]]\nname = \"a\"\n{source}"))).unwrap_err();
        assert_eq!(error.to_string(), format!("`a` has no wheel, only {kind}"));
        assert_eq!(error.hint().as_deref(), Some(hint));
    }
}

#[test]
fn a_release_without_a_wheel_for_this_machine_is_built_from_its_source_distribution() {
    let hash = "a".repeat(64);
    let sdist =
        format!("sdist = {{ name = \"a-1.0.zip\", path = \"s/x\", size = 5, hashes = {{ sha256 = \"{hash}\" }} }}");
    let text = package("a", &sdist).replace("py3-none-any", "cp312-cp312-win_amd64");
    let refused = Machine::linux(12).select(&lock(&text)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no wheel of `a 1.0` supports CPython 3.12 on linux x86_64; there are wheels for cp312 on win_amd64"
    );
    let hint = "build it from source with `--allow-build a`, or create a lock that supports this machine";
    assert_eq!(refused.hint().as_deref(), Some(hint));
    let kind = CodeKind::Archive {
        location: Location::Path(Path::new("/srv/locks").join("s/x")),
        file: "a-1.0.zip".to_owned(),
        size: Some(5),
        digests: Digests::new(vec![Digest::parse("sha256", &hash).unwrap()]),
        origin: ArchiveOrigin::Index,
    };
    assert_eq!(Machine::linux(12).code(&text), SourceCode { kind, subdirectory: None });
    assert_eq!(Machine::windows(12).files(&lock(&text)), ["a-1.0-cp312-cp312-win_amd64.whl"]);
    let weak = text.replace("hashes = { sha256", "hashes = { md5");
    assert_eq!(Machine::linux(12).error(&lock(&weak)), "the lock has no secure hash for `a-1.0.zip`");
}

#[test]
fn directories_and_repositories_are_where_the_lock_says() {
    let machine = Machine::linux(12);
    let package = |source: &str| format!("[[packages]]\nname = \"a\"\n{source}");
    let found = machine.code(&package("directory = { path = \"../a\", editable = true, subdirectory = \"b/c/\" }"));
    let path = Path::new("/srv/locks").join("../a");
    assert_eq!(found.kind, CodeKind::Directory { path, editable: true });
    assert_eq!(found.subdirectory.map(|path| path.to_string()).as_deref(), Some("b/c"));
    let commit = "C".repeat(40);
    let vcs = |url: &str| {
        package(&format!(
            "vcs = {{ type = \"git\", url = \"{url}\", requested-revision = \"v1\", commit-id = \"{commit}\" }}"
        ))
    };
    let url = Url::parse("https://x.example/a.git").unwrap();
    let kind = CodeKind::Git { url, commit: "c".repeat(40), requested: Some("v1".to_owned()) };
    assert_eq!(machine.code(&vcs("https://x.example/a.git")).kind, kind);
    let error = |text: &str, base: &str| {
        let parsed = Lock::parse(&lock(text), Url::parse(base).unwrap());
        parsed.and_then(|lock| machine.select_all(&lock, &Selection::default())).unwrap_err()
    };
    let remote = "https://y.example/pylock.toml";
    assert_eq!(
        error(&vcs("file:///srv/a.git"), remote).to_string(),
        "`file:///srv/a.git` is outside the directory of the lock"
    );
    assert_eq!(machine.error(&lock(&vcs("ext::sh -c x"))), "`ext::sh -c x` is not a URL that can be downloaded");
    let directory = error(&package("directory = { path = \"a\" }"), remote);
    assert_eq!(directory.to_string(), "`a` has no wheel, only a source directory");
    assert!(directory.hint().unwrap().starts_with("create the lock without the project itself"));
}

#[test]
fn a_marker_that_cannot_be_evaluated_is_refused_wherever_the_lock_is_used() {
    for marker in [
        "extra == 'fast'",
        "extras == 'fast'",
        "'fast' == extras",
        "os_name == 'nt' and dependency_groups in 'dev'",
        "sys_platform ~= 'linux'",
        "python_version ~= 'three'",
        "os_name === 'nt'",
    ] {
        let error = Machine::linux(12).error(&lock(&package("a", &format!("marker = \"{marker}\""))));
        assert!(error.starts_with("the marker `") && error.ends_with("` cannot be evaluated"), "{marker}: {error}");
    }
    let environments = |marker: &str| lock(&format!("environments = [\"{marker}\"]\npackages = []"));
    assert_eq!(
        Machine::linux(12).error(&environments("'fast' in extras")),
        "the marker `\"fast\" in extras` cannot be evaluated"
    );
    assert!(Machine::linux(12).select(&environments("python_version ~= '3.8'")).is_ok());
}

#[test]
fn a_wheel_without_a_secure_hash_is_refused() {
    for hashes in ["hashes = {}", "hashes = { md5 = \"d41d8cd98f00b204e9800998ecf8427e\" }", "size = 3"] {
        let url = "https://files.example/a-1.0-py3-none-any.whl";
        let text = lock(&format!("[[packages]]\nname = \"a\"\nwheels = [{{ url = \"{url}\", {hashes} }}]"));
        let error = Machine::linux(12).select(&text).unwrap_err();
        assert!(matches!(error, LockFileError::MissingDigest { .. }), "{hashes}");
        assert_eq!(error.to_string(), "the lock has no secure hash for `a-1.0-py3-none-any.whl`");
    }
}

#[test]
fn locks_that_contradict_themselves_are_refused() {
    let twice = lock(&format!("{}{}", package("a", ""), package("A", "marker = \"os_name == 'posix'\"")));
    let sdist = "sdist = { url = \"https://files.example/a-1.0.tar.gz\" }";
    let directory = "directory = { path = \".\" }";
    for (text, expected) in [
        (
            twice,
            "two entries of the lock are for CPython 3.12 on linux x86_64: `a 1.0` and `a 1.0` for \
             `os_name == \"posix\"`",
        ),
        (lock(&package("a", directory)), "`a` has more than one kind of source, or none"),
        (lock("[[packages]]\nname = \"a\""), "`a` has more than one kind of source, or none"),
        (lock(&package("a", sdist).replace("a-1.0-", "b-1.0-")), "`b-1.0-py3-none-any.whl` is not a wheel of `a 1.0`"),
        (lock(&package("a", "").replace("a-1.0-", "a-2.0-")), "`a-2.0-py3-none-any.whl` is not a wheel of `a 1.0`"),
        (
            lock(&package("a", "").replace("a-1.0-", "a-1.0+cpu-")),
            "`a-1.0+cpu-py3-none-any.whl` is not a wheel of `a 1.0`",
        ),
        (lock(&package("a", "").replace("-any.whl", ".whl")), "a wheel of `a` has an invalid name"),
        (
            lock(&package("a", "").replace("https:", "ftp:")),
            "`ftp://files.example/a-1.0-py3-none-any.whl` is not a URL that can be downloaded",
        ),
        (lock(&package("a", "").replace("aaaa\"", "aaa\"")), "the hash of `a-1.0-py3-none-any.whl` is invalid"),
        (lock(&package("a", "").replace("url =", "link =")), "a file of `a` has neither a path nor a URL"),
        (
            lock(&package("a", sdist).replace("a-1.0.tar", "b-1.0.tar")),
            "`b-1.0.tar.gz` is not a source distribution of `a 1.0`",
        ),
        (
            lock(&package("a", sdist).replace("a-1.0.tar", "a-1.1.tar")),
            "`a-1.1.tar.gz` is not a source distribution of `a 1.0`",
        ),
        (
            lock(&package("a", "").replace("wheels = [", "wheels = [{ path = \"a-1.0-py3-none-any.whl\" }, ")),
            "the lock lists `a-1.0-py3-none-any.whl` twice",
        ),
        (
            lock("[[packages]]\nname = \"a\"\nvcs = { type = \"git\", path = \"a\", commit-id = \"v1\" }"),
            "`v1`, the commit of `a`, is not the full ID of a commit",
        ),
    ] {
        assert_eq!(Machine::linux(12).error(&text), expected);
    }
}

#[test]
fn the_format_is_checked_before_the_content() {
    let machine = Machine::linux(12);
    assert_eq!(
        machine.error("lock-version = \"2.0\"\npackages = \"another kind of thing\""),
        "lock format version 2.0 is not supported"
    );
    for text in [
        "lock-version = \"1.0\"",
        "packages = []",
        "lock-version = 1\npackages = []",
        "lock-version = \"1.0\"\npackages = []",
        "no toml",
    ] {
        assert_eq!(machine.error(text), "the file is not a valid lock", "{text}");
    }
    assert_eq!(machine.select(&lock("packages = []")).unwrap(), []);
    let newer = "lock-version = \"1.1\"\ncreated-by = \"tests\"\nnew-key = 1\npackages = []";
    let lock = Lock::parse(newer, Path::new("/srv")).unwrap();
    assert_eq!(lock.warnings(), ["the lock has format version 1.1; anything newer than 1.0 is ignored"]);
}

#[test]
fn syntax_errors_are_reported_with_their_position() {
    let text = lock("requires-python = \"three\"\npackages = []");
    let LockFileError::Syntax(source) = Lock::parse(&text, Path::new("/srv")).unwrap_err() else { panic!() };
    assert_eq!(
        source.to_string(),
        "TOML parse error at line 3, column 19\n  |\n3 | requires-python = \"three\"\n  |                   ^^^^^^^\n\
         `three` is not a valid version specifier\n"
    );
}

/// PEP 751 lets tools prefer the path, which a lock from a URL would resolve against that URL.
#[test]
fn of_a_path_and_an_address_the_nearer_counts() {
    let url = "https://files.example/a-1.0-py3-none-any.whl";
    let text = lock(&package("a", "").replace("{ url", "{ path = \"w/a-1.0-py3-none-any.whl\", url"));
    let machine = Machine::linux(12);
    let path = Path::new("/srv/locks").join("w/a-1.0-py3-none-any.whl");
    assert_eq!(machine.select(&text).unwrap()[0].location, Location::Path(path));
    let base = Url::parse("https://x.example/pylock.toml").unwrap();
    let pins = machine.select_from(&Lock::parse(&text, base).unwrap(), &Selection::default());
    assert_eq!(pins.unwrap()[0].location, Location::Url(url.into()));
}

#[test]
fn the_end_of_an_address_is_a_file_name_once_it_is_decoded() {
    let text = package("a", "").replace("a-1.0-", "a-1.0%2Bcpu-").replace("version = \"1.0\"", "version = \"1.0+cpu\"");
    let pin = Machine::linux(12).select(&lock(&text)).unwrap().remove(0);
    assert_eq!(pin.wheel.as_str(), "a-1.0+cpu-py3-none-any.whl");
    assert_eq!(pin.location, Location::Url("https://files.example/a-1.0%2Bcpu-py3-none-any.whl".into()));
}

#[test]
fn weak_hashes_are_passed_over_beside_a_secure_one() {
    let text =
        package("a", "").replace("{ sha256", "{ md5 = \"d41d8cd98f00b204e9800998ecf8427e\", sha1 = \"x\", sha256");
    let pin = Machine::linux(12).select(&lock(&text)).unwrap().remove(0);
    assert_eq!(pin.digests, Digests::new(vec![Digest::parse("sha256", &"a".repeat(64)).unwrap()]));
}
