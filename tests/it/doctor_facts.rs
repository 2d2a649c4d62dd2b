//! Every line of `kingbolt doctor` beside another source: what the system's own programs say.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{Directory, Fixture, Machine, Python};

/// What a program prints, without the line break at its end.
fn says(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    String::from_utf8(output.stdout).expect("it is text").trim_end().to_owned()
}

/// The level of the processor by the flags that the kernel lists: the x86-64 psABI names them, and this is how Linux spells
/// them.
fn level() -> Option<&'static str> {
    const LEVELS: [(&str, &[&str]); 3] = [
        ("x86-64-v2", &["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"]),
        ("x86-64-v3", &["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]),
        ("x86-64-v4", &["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
    ];
    let text = fs::read_to_string("/proc/cpuinfo").expect("Linux has it");
    let flags: Vec<&str> = text.lines().find(|line| line.starts_with("flags"))?.split_whitespace().collect();
    let has = |(_, names): &&(&str, &[&str])| names.iter().all(|name| flags.contains(name));
    Some(LEVELS.iter().take_while(has).last().map_or("x86-64-v1", |(level, _)| level))
}

/// A text with the real values in the places of the names of a test.
fn real(text: &str, machine: &Machine, python: &Python, origin: &str) -> String {
    text.replace("[HOME]", &machine.home().display().to_string())
        .replace("[ROOT]", &machine.home().parent().expect("it is below a root").display().to_string())
        .replace("[PYTHON VERSION]", &python.version)
        .replace("[PYTHON MINOR]", &python.minor_version())
        .replace("[PYTHON]", &python.executable.display().to_string())
        .replace("[PLATFORM]", &format!("linux {}", std::env::consts::ARCH))
        .replace("[INDEX]", origin)
}

/// The number before `inodes` changes with every file that another program creates.
fn without_count(page: &str) -> String {
    let words = page.split(' ').collect::<Vec<_>>();
    let is_count = |index: usize| words.get(index + 1).is_some_and(|next| next.starts_with("inodes"));
    let shown = words.iter().enumerate().map(|(index, word)| if is_count(index) { "[COUNT]" } else { word });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_line_of_the_page_is_what_another_source_says() {
    let Some((fixture, python)) = Fixture::installed().zip(Python::newest()) else { return };
    let Fixture { machine, index } = fixture;
    let machine = ["fish", "zsh"].iter().fold(machine.with_variable("SHELL", "/bin/zsh"), |machine, shell| {
        machine.with_program(shell, |path| {
            fs::write(path, "#!/bin/sh\n").expect("the directory is ours");
            crate::support::users::set_mode(path, 0o755);
        })
    });
    index.forget_requests();
    let document = machine.kingbolt(["doctor", "--json"]).json();
    let outcome = machine.kingbolt(["doctor"]).outcome();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{}", outcome.shown());
    let page = without_count(&real(&outcome.stdout, &machine, python, &index.origin()));
    let expected = [
        format!("Kingbolt {} (linux {})\n", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH),
        system(),
        "Shell\n  SHELL      /bin/zsh\n  installed  fish, zsh\n  PATH       has the directory of commands\n".to_owned(),
        directories(&machine),
        pythons(&document, |text| real(text, &machine, python, &index.origin())),
        "Accelerator\n  state    none: no GPU was found\n  PyTorch  cpu of 2.15: no GPU was found\n".to_owned(),
        certificates(&document),
        format!("Indexes\n  {}\n    reachable, [TIME]\n", index.url()),
        settings(&machine, &index.url()),
        "Apps\n  1 app\n".to_owned(),
        "No problems found\n".to_owned(),
    ];
    assert_eq!(page, expected.join("\n"));
    assert_eq!(index.paths(), ["/simple/pip/", "/simple/pip/"]);
}

fn system() -> String {
    let os = says("/bin/sh", &["-c", ". /etc/os-release; echo \"$PRETTY_NAME\""]);
    let machine = says("uname", &["-m"]);
    let processor = level().map_or_else(|| machine.clone(), |level| format!("{machine} ({level})"));
    let kernel = says("uname", &["-sr"]);
    let libc = says("getconf", &["GNU_LIBC_VERSION"]);
    format!("System\n  OS         {os}\n  kernel     {kernel}\n  processor  {processor}\n  C library  {libc}\n")
}

fn directories(machine: &Machine) -> String {
    let row = |(label, directory): (&str, Directory)| {
        let path = machine.directory(directory).display().to_string();
        let kind = says("df", &["--output=fstype", &path]);
        let kind = kind.lines().last().unwrap_or_default();
        format!("  {label:8}  {path}\n            {kind}, [SIZE] of [SIZE] free, [COUNT] inodes free\n")
    };
    let rows = [("home", Directory::Home), ("commands", Directory::Bin), ("cache", Directory::Cache)].map(row);
    format!("Directories\n{}", rows.concat())
}

/// Each interpreter as it describes itself.
fn pythons(document: &Value, real: impl Fn(&str) -> String) -> String {
    const PROGRAM: &str = "import os, platform as p; print(p.python_version(), p.python_implementation(), p.machine(), \
                           os.confstr('CS_GNU_LIBC_VERSION'))";
    let listed = document["pythons"].as_array().expect("it is a list");
    let rows: Vec<(String, String, String)> = listed
        .iter()
        .enumerate()
        .map(|(index, python)| {
            let path = real(python["path"].as_str().expect("it is text"));
            let said = says(&path, &["-I", "-c", PROGRAM]);
            let words: Vec<&str> = said.split(' ').collect();
            let default = if index == 0 { ", the default" } else { "" };
            let [version, implementation, arch, libc, libc_version] = words.as_slice() else {
                panic!("{path}: {said}")
            };
            // Other tools keep theirs below the home directory, which is empty here.
            let facts = format!("{implementation}, Linux {arch} ({libc} {libc_version}), system, usable{default}");
            ((*version).to_owned(), path, facts)
        })
        .collect();
    let width = rows.iter().map(|(version, ..)| version.len()).max().unwrap_or(0);
    let row = |(version, path, facts): &(String, String, String)| {
        format!("  {version:width$}  {path}\n  {:width$}  {facts}\n", "")
    };
    format!("Python\n{}", rows.iter().map(row).collect::<String>())
}

/// The certificates in the file that the document names.
fn certificates(document: &Value) -> String {
    let authorities = &document["network"]["authorities"][0];
    let source = authorities["source"].as_str().expect("it is text");
    let text = fs::read_to_string(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let count = text.matches("-----BEGIN CERTIFICATE-----").count();
    format!("Network\n  proxies       no variable is set\n  certificates  {source} ({count})\n")
}

fn settings(machine: &Machine, index: &str) -> String {
    let directory = |directory| machine.directory(directory).display().to_string();
    let builds = machine.home().with_file_name("python-builds.toml");
    let rows = [
        ("home", directory(Directory::Home), "KINGBOLT_HOME"),
        ("bin-dir", directory(Directory::Bin), "KINGBOLT_BIN_DIR"),
        ("cache-dir", directory(Directory::Cache), "KINGBOLT_CACHE_DIR"),
        ("index-url", index.to_owned(), "KINGBOLT_INDEX_URL"),
        ("python-builds", builds.display().to_string(), "KINGBOLT_PYTHON_BUILDS"),
    ];
    let row = |(key, value, variable): (&str, String, &str)| format!("  {key:13}  {value}\n{:19}`{variable}`\n", "");
    format!("Settings\n{}  others         default\n", rows.map(row).concat())
}

#[test]
fn the_numbers_of_file_systems_are_those_of_df() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    let document = machine.kingbolt(["doctor", "--json", "--offline"]).json();
    for (entry, directory) in [(0, Directory::Home), (1, Directory::Bin), (2, Directory::Cache)] {
        let found = &document["directories"][entry];
        let path = machine.directory(directory).display().to_string();
        let told = says("df", &["--block-size=1", "--output=avail,size,iavail", &path]);
        let told: Vec<u64> =
            told.lines().last().unwrap_or_default().split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [free, total, inodes] = told.as_slice() else { panic!("{told:?}") };
        let number = |key: &str| found[key].as_u64().unwrap_or_else(|| panic!("{key} in {found}"));
        assert_eq!(number("total_bytes"), *total);
        // Other tests write at the same time.
        assert!(number("free_bytes").abs_diff(*free) < 1 << 30, "{found}, {told:?}");
        assert!(number("free_inodes").abs_diff(*inodes) < 100_000, "{found}, {told:?}");
    }
}
