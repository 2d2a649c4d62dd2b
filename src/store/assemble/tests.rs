//! Whole environments: their files, and the content of every RECORD.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::host::{Event, Host, Progress, RandomFile, VerifiedFile};
use crate::platform::Os;
use crate::store::{Store, StoredWheel};
use crate::venv::{Launchers, Layout};
use crate::vocab::{DirectReference, Role, Sha256, join_relative};
use crate::wheel::properties::files_below;
use crate::wheel::samples::Wheel;
use crate::wheel::{DiskNames, EntryPointGroup, RecordHash, WrongRecord};

use super::plan::Plan;
use super::roots::Roots;
use super::{AssembleError, Assembly, AssemblyOptions, CallerVariables, Clash, Command, LinkMode, Placement, assemble};

struct Fixture {
    host: Host,
    directory: tempfile::TempDir,
    details: Mutex<Vec<String>>,
}

impl Progress for Fixture {
    fn event(&self, event: Event<'_>) {
        if let Event::Detail { message } = event {
            self.details.lock().unwrap().push(message.to_owned());
        }
    }
}

impl Fixture {
    fn new() -> Self {
        Self { host: Host::real(), directory: tempfile::tempdir().unwrap(), details: Mutex::default() }
    }

    /// The environment's directory, with links resolved.
    fn root(&self) -> PathBuf {
        self.host.files.canonical(self.directory.path()).unwrap().join("env")
    }

    fn layout(&self) -> Layout {
        let root = self.root();
        let scripts = root.join("bin");
        Layout {
            python: scripts.join("python"),
            purelib: root.join("lib/python3.12/site-packages"),
            platlib: root.join("lib/python3.12/site-packages"),
            scripts,
            data: root.clone(),
            headers: root.join("include/site/python3.12"),
            os: Os::Linux,
            launchers: None,
            prefix: root.clone(),
            root,
        }
    }

    fn windows_layout(&self) -> Layout {
        let launcher = |name: &str| {
            let path = self.directory.path().join(name);
            self.host.files.write_atomic(&path, name.as_bytes()).unwrap();
            path
        };
        let launchers = Some(Launchers { console: launcher("console"), gui: launcher("gui") });
        let layout = self.layout();
        Layout { os: Os::Windows, python: layout.scripts.join("python.exe"), launchers, ..layout }
    }

    fn store(&self, wheel: &Wheel) -> StoredWheel {
        let path = self.directory.path().join(wheel.name.as_str());
        let bytes = wheel.bytes();
        self.host.files.write_atomic(&path, &bytes).unwrap();
        let store = Store::open(&self.directory.path().join("store"));
        let file = RandomFile::open(self.host.files, &path).unwrap();
        let verified = VerifiedFile { file, sha256: Sha256::of(&bytes) };
        store.admit(&self.host, self, &verified, &wheel.name, WrongRecord::Refuse).unwrap()
    }

    fn assemble(&self, wheels: &[Wheel]) -> Result<Assembly, AssembleError> {
        self.assemble_into(&self.layout(), LinkMode::File, wheels)
    }

    fn assemble_into(&self, layout: &Layout, mode: LinkMode, wheels: &[Wheel]) -> Result<Assembly, AssembleError> {
        let stored: Vec<StoredWheel> = wheels.iter().map(|wheel| self.store(wheel)).collect();
        let placement = |wheel| Placement { wheel, role: Role::Dependency, direct: None };
        let placements: Vec<Placement<'_>> = stored.iter().map(placement).collect();
        assemble(&self.host, self, &placements, layout, options(mode))
    }

    /// Every file of the environment.
    fn files(&self) -> Vec<String> {
        let root = self.root();
        let relative = |path: PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let mut files: Vec<String> = files_below(&self.host, &root).into_iter().map(relative).collect();
        files.sort();
        files
    }

    /// A path of the environment.
    fn at(&self, path: &str) -> PathBuf {
        join_relative(&self.root(), path)
    }

    fn read(&self, path: &str) -> String {
        self.host.files.read_text(&self.at(path)).unwrap()
    }

    fn record(&self, dist_info: &str) -> String {
        self.read(&format!("lib/python3.12/site-packages/{dist_info}/RECORD"))
    }
}

fn row(path: &str, content: &str) -> String {
    format!("{path},{},{}\n", RecordHash::of(content.as_bytes()), content.len())
}

fn command(layout: &Layout, name: &str, file: &str, group: EntryPointGroup) -> Command {
    Command { name: name.to_owned(), path: layout.scripts.join(file), group }
}

/// `two` wins over `one`.
fn clash(path: PathBuf) -> Clash {
    Clash { path, loser: "one".parse().unwrap(), winner: "two".parse().unwrap() }
}

/// The text beside a launcher.
fn sidecar(python: &str, script: &str) -> String {
    format!("kingbolt-launcher 1\npython = {python}\nscript = {script}\n")
}

fn paths_in(record: &str) -> Vec<&str> {
    record.lines().filter_map(|row| row.split(',').next()).collect()
}

const PLAIN: &str = "one-1.0-py3-none-any.whl";
const SITE: &str = "lib/python3.12/site-packages";

#[test]
fn every_file_stands_where_its_scheme_says_and_record_says_so() {
    let fixture = Fixture::new();
    let wheel = Wheel::new(PLAIN)
        .file("one/__init__.py", b"1")
        .data("data/share/one/x", b"2")
        .data("headers/one.h", b"3")
        .data("purelib/one/pure.py", b"4")
        .data("platlib/one/plat.py", b"5")
        .data("scripts/run", b"#!python\nrun\n")
        .info("entry_points.txt", "[console_scripts]\none = one:main\n");
    let assembly = fixture.assemble(&[wheel]).unwrap();
    let python = fixture.layout().python;
    let run = format!("#!{}\nrun\n", python.display());
    let one = format!(
        "#!{}\nimport sys\nfrom one import main\nif __name__ == '__main__':\n    sys.exit(main())\n",
        python.display()
    );
    let info = "one-1.0.dist-info";
    let expected = [
        "bin/one".to_owned(),
        "bin/run".to_owned(),
        "include/site/python3.12/one/one.h".to_owned(),
        format!("{SITE}/{info}/INSTALLER"),
        format!("{SITE}/{info}/METADATA"),
        format!("{SITE}/{info}/RECORD"),
        format!("{SITE}/{info}/WHEEL"),
        format!("{SITE}/{info}/entry_points.txt"),
        format!("{SITE}/one/__init__.py"),
        format!("{SITE}/one/plat.py"),
        format!("{SITE}/one/pure.py"),
        "share/one/x".to_owned(),
    ];
    assert_eq!(fixture.files(), expected);
    assert_eq!((fixture.read("bin/run"), fixture.read("bin/one")), (run.clone(), one.clone()));
    let record = [
        row("../../../bin/one", &one),
        row("../../../bin/run", &run),
        row("../../../include/site/python3.12/one/one.h", "3"),
        row("../../../share/one/x", "2"),
        row(&format!("{info}/INSTALLER"), "kingbolt\n"),
        row(&format!("{info}/METADATA"), "Metadata-Version: 2.1\nName: one\nVersion: 1.0\n"),
        format!("{info}/RECORD,,\n"),
        row(&format!("{info}/WHEEL"), &fixture.read(&format!("{SITE}/{info}/WHEEL"))),
        row(&format!("{info}/entry_points.txt"), "[console_scripts]\none = one:main\n"),
        row("one/__init__.py", "1"),
        row("one/plat.py", "5"),
        row("one/pure.py", "4"),
    ];
    assert_eq!(fixture.record(info), record.concat());
    let command = |name: &str| command(&fixture.layout(), name, name, EntryPointGroup::Console);
    assert_eq!(assembly.wheels[0].commands, [command("one"), command("run")]);
    assert_eq!(assembly.wheels[0].files, 12);
    assert_eq!(assembly.clashes, []);
}

#[test]
fn a_package_that_was_asked_for_says_so_and_where_it_came_from() {
    let fixture = Fixture::new();
    let wheel = fixture.store(&Wheel::new(PLAIN));
    let direct = DirectReference { url: "https://index.example/one-1.0-py3-none-any.whl".into(), source: None };
    let placement = Placement { wheel: &wheel, role: Role::Requested, direct: Some(&direct) };
    assemble(&fixture.host, &fixture, &[placement], &fixture.layout(), options(LinkMode::File)).unwrap();
    let sha256 = wheel.sha256();
    let text = format!(
        "{{\"archive_info\":{{\"hash\":\"sha256={sha256}\",\"hashes\":{{\"sha256\":\"{sha256}\"}}}},\
         \"url\":\"https://index.example/one-1.0-py3-none-any.whl\"}}"
    );
    let info = "one-1.0.dist-info";
    assert_eq!(fixture.read(&format!("{SITE}/{info}/direct_url.json")), text);
    assert_eq!(fixture.read(&format!("{SITE}/{info}/REQUESTED")), "");
    let record = fixture.record(info);
    assert!(record.contains(&row(&format!("{info}/REQUESTED"), "")));
    assert!(record.contains(&row(&format!("{info}/direct_url.json"), &text)));
}

#[test]
fn files_of_dist_info_that_the_environment_writes_itself_are_not_taken_from_the_wheel() {
    let fixture = Fixture::new();
    let wheel = Wheel::new(PLAIN).info("INSTALLER", "pip\n").info("REQUESTED", "").info("direct_url.json", "{}");
    fixture.assemble(&[wheel]).unwrap();
    let info = "one-1.0.dist-info";
    let expected = ["INSTALLER", "METADATA", "RECORD", "WHEEL"].map(|name| format!("{info}/{name}"));
    assert_eq!(paths_in(&fixture.record(info)), expected);
    assert_eq!(fixture.read(&format!("{SITE}/{info}/INSTALLER")), "kingbolt\n");
}

#[test]
fn wheels_may_share_directories_and_equal_files() {
    let fixture = Fixture::new();
    let one = Wheel::new(PLAIN).file("shared/__init__.py", b"").file("shared/one.py", b"1");
    let two = Wheel::new("two-1.0-py3-none-any.whl").file("shared/__init__.py", b"").file("shared/two.py", b"2");
    let assembly = fixture.assemble(&[one, two]).unwrap();
    assert_eq!(assembly.clashes, []);
    assert_eq!(*fixture.details.lock().unwrap(), Vec::<String>::new());
    for (info, own) in [("one-1.0.dist-info", "shared/one.py"), ("two-1.0.dist-info", "shared/two.py")] {
        let record = fixture.record(info);
        let shared: Vec<&str> = paths_in(&record).into_iter().filter(|path| path.starts_with("shared/")).collect();
        assert_eq!(shared, ["shared/__init__.py", own]);
    }
}

#[test]
fn of_two_files_for_one_path_the_later_wins_and_both_wheels_are_named() {
    let fixture = Fixture::new();
    let one =
        Wheel::new(PLAIN).file("shared/x.py", b"first").info("entry_points.txt", "[console_scripts]\nrun = a:b\n");
    let two = Wheel::new("two-1.0-py3-none-any.whl").file("shared/x.py", b"second").data("scripts/run", b"#!/bin/sh\n");
    let assembly = fixture.assemble(&[one.clone(), two.clone()]).unwrap();
    let (file, script) = (fixture.at(&format!("{SITE}/shared/x.py")), fixture.at("bin/run"));
    assert_eq!(assembly.clashes, [clash(script.clone()), clash(file.clone())]);
    let detail = |path: &Path| format!("one and two both contain `{}`; the file from two is installed", path.display());
    assert_eq!(*fixture.details.lock().unwrap(), [detail(&script), detail(&file)]);
    assert_eq!(fixture.read(&format!("{SITE}/shared/x.py")), "second");
    assert_eq!(fixture.read("bin/run"), "#!/bin/sh\n");
    assert!(!fixture.record("one-1.0.dist-info").contains("x.py"));
    assert!(fixture.record("two-1.0.dist-info").contains(&row("shared/x.py", "second")));

    let reversed = Fixture::new();
    reversed.assemble(&[two, one]).unwrap();
    assert_eq!(reversed.read(&format!("{SITE}/shared/x.py")), "first");
}

#[test]
fn a_file_where_another_wheel_has_a_directory_is_refused() {
    let one = Wheel::new(PLAIN).file("x", b"file");
    let two = Wheel::new("two-1.0-py3-none-any.whl").file("x/y.py", b"");
    for wheels in [[one.clone(), two.clone()], [two, one]] {
        let fixture = Fixture::new();
        let error = fixture.assemble(&wheels).unwrap_err();
        let path = fixture.at(&format!("{SITE}/x"));
        assert_eq!(error.to_string(), format!("`{}` is a file in one but a directory in two", path.display()));
        assert_eq!(error.hint().unwrap(), "one and two cannot be installed together; leave one out");
    }
}

#[test]
fn what_the_environment_has_is_not_replaced() {
    let refused = |wheel: Wheel, path: &str| {
        let fixture = Fixture::new();
        fixture.host.files.write_atomic(&fixture.root().join("bin/activate"), b"own").unwrap();
        let error = fixture.assemble(&[wheel]).unwrap_err();
        let path = fixture.at(path);
        let expected = format!("one would replace `{}`, a file of the environment itself", path.display());
        assert_eq!(error.to_string(), expected);
    };
    let new = || Wheel::new(PLAIN);
    refused(new().data("scripts/activate", b"#!python\n"), "bin/activate");
    refused(new().data("data/bin/activate", b""), "bin/activate");
    refused(new().info("entry_points.txt", "[console_scripts]\nactivate = a:b\n"), "bin/activate");
    refused(new().data("scripts/python3.12", b""), "bin/python3.12");
    refused(new().data("data/bin/Python", b""), "bin/Python");
    refused(new().data("data/pyvenv.cfg", b""), "pyvenv.cfg");
}

#[test]
fn names_of_kingbolts_own_are_refused_however_they_are_written() {
    let assembled = |name: &str| Fixture::new().assemble(&[Wheel::new(PLAIN).data(name, b"#!python\n")]);
    for name in [
        "data/kingbolt.toml",
        "data/KINGBOLT.toml",
        "data/\u{212a}ingbolt.toml",
        "data/kingbolt\u{200c}.toml",
        "data/kingbolt.toml/x",
        "data/.kingbolt-previous/x",
        "data/.Kingbolt-moving",
        "scripts/.kingbolt-1-1-x",
    ] {
        assert!(matches!(assembled(name), Err(AssembleError::Reserved { .. })), "{name}");
    }
    for name in ["data/share/kingbolt.toml", "data/kingbolt.toml.in", "data/kingbolt"] {
        assert!(assembled(name).is_ok(), "{name}");
    }
}

#[test]
fn wrappers_that_old_builders_made_of_entry_points_are_left_out() {
    let fixture = Fixture::new();
    let wheel = Wheel::new(PLAIN)
        .info("entry_points.txt", "[console_scripts]\nrun = a:b\n")
        .data("scripts/run", b"#!python\nold\n")
        .data("scripts/run-script.py", b"#!python\nold\n")
        .data("scripts/run.exe", b"MZ");
    let assembly = fixture.assemble(&[wheel]).unwrap();
    assert_eq!(assembly.clashes, []);
    assert_eq!(fixture.files()[..2], ["bin/run".to_owned(), format!("{SITE}/one-1.0.dist-info/INSTALLER")]);
}

#[test]
fn programs_among_the_commands_are_kept_as_they_are() {
    let fixture = Fixture::new();
    let mut wheel = Wheel::new(PLAIN).data("scripts/tool", b"\x7fELF").data("data/bin/other", b"#!python\n");
    for entry in &mut wheel.entries {
        entry.attributes = 0o100_755 << 16;
    }
    let assembly = fixture.assemble(&[wheel]).unwrap();
    let names: Vec<&str> = assembly.wheels[0].commands.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["other", "tool"]);
    assert_eq!((fixture.read("bin/tool").as_str(), fixture.read("bin/other").as_str()), ("\x7fELF", "#!python\n"));
}

#[cfg(unix)]
#[test]
fn scripts_are_made_executable_without_touching_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let wheel = Wheel::new(PLAIN).data("scripts/asks", b"#!python\n").data("scripts/plain", b"#!/bin/sh\n");
    fixture.assemble(std::slice::from_ref(&wheel)).unwrap();
    let mode = |path: &Path| fixture.host.files.metadata(path).unwrap().permissions().mode() & 0o100;
    let stored = fixture.store(&wheel).tree().join("one-1.0.data/scripts");
    for name in ["asks", "plain"] {
        assert_eq!((mode(&fixture.layout().scripts.join(name)), mode(&stored.join(name))), (0o100, 0), "{name}");
    }
    assert_eq!(fixture.host.files.read(&stored.join("asks")).unwrap(), b"#!python\n");
}

#[cfg(unix)]
#[test]
fn copies_are_files_of_their_own() {
    use std::os::unix::fs::MetadataExt;
    let fixture = Fixture::new();
    let wheel = Wheel::new(PLAIN).program("one/tool", b"1");
    fixture.assemble_into(&fixture.layout(), LinkMode::Copy, &[wheel]).unwrap();
    let metadata = fixture.host.files.metadata(&fixture.root().join(SITE).join("one/tool")).unwrap();
    assert_eq!((metadata.nlink(), metadata.mode() & 0o100), (1, 0o100));
}

#[cfg(unix)]
#[test]
fn a_library_directory_behind_a_link_is_the_same_directory() {
    let fixture = Fixture::new();
    let mut layout = fixture.layout();
    fixture.host.files.create_dirs(&layout.purelib).unwrap();
    fixture.host.files.symlink(Path::new("lib"), &layout.root.join("lib64")).unwrap();
    layout.platlib = layout.root.join("lib64/python3.12/site-packages");
    let two = Wheel::new("two-1.0-py3-none-any.whl");
    let one = Wheel::new(PLAIN).file("shared.py", b"pure");
    let two =
        two.info("WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n").file("shared.py", b"plat");
    let assembly = fixture.assemble_into(&layout, LinkMode::File, &[one, two]).unwrap();
    assert_eq!(assembly.clashes.len(), 1);
    assert_eq!(fixture.read(&format!("{SITE}/shared.py")), "plat");
}

#[test]
fn where_scripts_cannot_start_themselves_launchers_do() {
    let fixture = Fixture::new();
    let layout = fixture.windows_layout();
    let wheel = Wheel::new(PLAIN).info("entry_points.txt", "[console_scripts]\none = a:b\n[gui_scripts]\nonew = a:c\n");
    let assembly = fixture.assemble_into(&layout, LinkMode::File, &[wheel]).unwrap();
    let names = ["one-script.py", "one.exe", "one.kingbolt", "onew-script.pyw", "onew.exe", "onew.kingbolt"];
    assert_eq!(fixture.files()[..6], names.map(|name| format!("bin/{name}")));
    assert_eq!((fixture.read("bin/one.exe").as_str(), fixture.read("bin/onew.exe").as_str()), ("console", "gui"));
    assert_eq!(fixture.read("bin/one.kingbolt"), sidecar("python.exe", "one-script.py"));
    assert_eq!(fixture.read("bin/onew.kingbolt"), sidecar("pythonw.exe", "onew-script.pyw"));
    let record = fixture.record("one-1.0.dist-info");
    assert_eq!(paths_in(&record)[..6], names.map(|name| format!("../../../bin/{name}")));
    let expected = [
        command(&layout, "one", "one.exe", EntryPointGroup::Console),
        command(&layout, "onew", "onew.exe", EntryPointGroup::Gui),
    ];
    assert_eq!(assembly.wheels[0].commands, expected);
}

#[test]
fn scripts_of_a_wheel_are_commands_on_windows_where_windows_can_start_them() {
    let fixture = Fixture::new();
    let layout = fixture.windows_layout();
    let wheel = Wheel::new(PLAIN)
        .data("scripts/batch", b"#!/bin/sh\n")
        .data("scripts/batch.bat", b"@echo off\r\n")
        .data("scripts/run", b"#!python\nrun\n")
        .data("scripts/show.pyw", b"#!pythonw\nshow\n")
        .data("scripts/tool.exe", b"MZ");
    let assembly = fixture.assemble_into(&layout, LinkMode::File, &[wheel]).unwrap();
    let names = [
        "batch",
        "batch.bat",
        "run",
        "run.exe",
        "run.kingbolt",
        "show.pyw",
        "show.pyw.exe",
        "show.pyw.kingbolt",
        "tool.exe",
    ];
    assert_eq!(fixture.files()[..9], names.map(|name| format!("bin/{name}")));
    assert_eq!((fixture.read("bin/run.exe").as_str(), fixture.read("bin/show.pyw.exe").as_str()), ("console", "gui"));
    assert_eq!(fixture.read("bin/run.kingbolt"), sidecar("python.exe", "run"));
    assert_eq!(fixture.read("bin/show.pyw.kingbolt"), sidecar("pythonw.exe", "show.pyw"));
    let record = fixture.record("one-1.0.dist-info");
    assert_eq!(paths_in(&record)[..9], names.map(|name| format!("../../../bin/{name}")));
    let expected = [
        command(&layout, "batch", "batch.bat", EntryPointGroup::Console),
        command(&layout, "run", "run.exe", EntryPointGroup::Console),
        command(&layout, "show.pyw", "show.pyw.exe", EntryPointGroup::Gui),
        command(&layout, "tool", "tool.exe", EntryPointGroup::Console),
    ];
    assert_eq!(assembly.wheels[0].commands, expected);
}

#[test]
fn pip_gets_the_commands_of_this_python() {
    let fixture = Fixture::new();
    let pip = Wheel::new("pip-99-py3-none-any.whl");
    let pip = pip.info("entry_points.txt", "[console_scripts]\npip = p:m\npip3 = p:m\npip3.8 = p:m\n");
    fixture.assemble(&[pip]).unwrap();
    assert_eq!(fixture.files()[..3], ["bin/pip", "bin/pip3", "bin/pip3.12"]);
}

/// Scripts as in environments of `sync`.
fn options(link_mode: LinkMode) -> AssemblyOptions {
    AssemblyOptions { link_mode, variables: CallerVariables::Keep }
}

#[test]
fn an_interrupted_assembly_says_so() {
    let fixture = Fixture::new();
    let wheel = fixture.store(&Wheel::new(PLAIN));
    fixture.host.interrupt.raise();
    let placement = Placement { wheel: &wheel, role: Role::Requested, direct: None };
    let (layout, mode) = (fixture.layout(), LinkMode::File);
    let error = assemble(&fixture.host, &fixture, &[placement], &layout, options(mode)).unwrap_err();
    assert!(matches!(error, AssembleError::Interrupted { .. }), "{error}");
}

/// Some programs copy their own templates with the same modes, and then write to the copies.
#[cfg(unix)]
#[test]
fn an_installed_file_is_as_writable_as_any_new_one() {
    use std::os::unix::fs::PermissionsExt;
    let wheel = Wheel::new(PLAIN).file("one/template", b"1").program("one/tool", b"2");
    for link_mode in [LinkMode::Copy, LinkMode::File] {
        let fixture = Fixture::new();
        fixture.assemble_into(&fixture.layout(), link_mode, std::slice::from_ref(&wheel)).unwrap();
        let mode = |path: &Path| fixture.host.files.metadata(path).unwrap().permissions().mode();
        for (name, bits) in [("template", 0o666), ("tool", 0o777)] {
            let new = fixture.directory.path().join(name);
            fixture.host.files.write_new(&new, b"", bits).unwrap();
            assert_eq!(mode(&fixture.at(&format!("{SITE}/one/{name}"))), mode(&new), "{link_mode:?} {name}");
        }
    }
}

#[test]
fn where_case_does_not_count_names_in_other_letters_are_the_same() {
    let fixture = Fixture::new();
    let roots = Roots::create(&fixture.host, &fixture.layout()).unwrap();
    let two = || Wheel::new("two-1.0-py3-none-any.whl");
    let decide = |one: &Wheel, two: &Wheel, names| {
        let (one, two) = (fixture.store(one), fixture.store(two));
        let plan = Plan::decide(&[one.manifest(), two.manifest()], &[0, 1], &roots, None, names);
        plan.map(|plan| plan.clashes).map_err(|error| error.to_string())
    };
    let files = Wheel::new(PLAIN).file("Shared/X.py", b"1").data("scripts/Run", b"#!/bin/sh\n");
    let others = two().file("shared/x.py", b"2").data("data/BIN/run", b"");
    let expected = vec![clash(fixture.at("bin/run")), clash(fixture.at(&format!("{SITE}/Shared/X.py")))];
    assert_eq!(decide(&files, &others, DiskNames::CaseInsensitive), Ok(expected));
    assert_eq!(decide(&files, &others, DiskNames::CaseSensitive), Ok(Vec::new()));

    let (file, directory) = (Wheel::new(PLAIN).file("X", b""), two().file("x/y.py", b""));
    let error = format!("`{}` is a file in one but a directory in two", fixture.at(&format!("{SITE}/x")).display());
    assert_eq!(decide(&file, &directory, DiskNames::CaseInsensitive), Err(error));
    assert_eq!(decide(&file, &directory, DiskNames::CaseSensitive), Ok(Vec::new()));

    let configuration = Wheel::new(PLAIN).data("data/PyVenv.cfg", b"");
    let path = fixture.at("PyVenv.cfg");
    let error = format!("one would replace `{}`, a file of the environment itself", path.display());
    assert_eq!(decide(&configuration, &two(), DiskNames::CaseInsensitive), Err(error));
}
