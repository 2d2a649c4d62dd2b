//! The locations where interpreters are installed, and the files in them that may be one.

use std::path::{Path, PathBuf};

use super::managed::record_path;
use super::source::{OwnedDirectory, Owner, PythonSource};
use crate::host::{Command, Hive, Host};
use crate::platform::Os;

/// A location to search.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct SearchLocation {
    /// The name that people know.
    pub(super) name: String,
    pub(super) entries: Vec<LocationEntry>,
}

/// A file or directory of a location.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum LocationEntry {
    /// A file that an installer registered as an interpreter.
    Executable(PathBuf),
    /// A directory with one interpreter under several names.
    Installation(PathBuf),
    /// A directory with any number of interpreters.
    Shared(PathBuf),
}

/// Minor versions of Python 3 that are tried by name in shared directories, which is faster than listing a directory
/// of thousands of files; the last one is far in the future.
const MINOR_VERSIONS: std::ops::RangeInclusive<u32> = 8..=20;

/// Directories in the home directory where conda is installed by default.
const CONDA_HOMES: &[&str] = &["miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba"];

/// Lists the locations of this machine, in the order in which ties are decided. `managed` is the directory of the
/// interpreters that Kingbolt fetched.
pub(super) fn list_locations(host: &Host, os: Os, managed: Option<&Path>) -> Vec<SearchLocation> {
    let home = host.environment.home_dir().unwrap_or_default();
    let mut locations = vec![active(host, os), search_path(host)];
    locations.extend(managed.filter(|directory| host.files.is_dir(directory)).map(|directory| {
        let installed = host.files.list(directory).unwrap_or_default().into_iter();
        let installed = installed.filter(|root| host.files.is_file(&record_path(root)));
        let entries = installed.flat_map(|root| installation(os, &root)).collect();
        SearchLocation { name: format!("Kingbolt ({})", directory.display()), entries }
    }));
    locations.extend(version_managers(host, os, &home));
    locations.push(conda(host, os, &home));
    locations.extend(match os {
        Os::Linux => vec![shared(&["/usr/local/bin", "/usr/bin"])],
        Os::MacOs => macos(host),
        Os::Windows => windows(host),
    });
    locations
}

/// Finds the files in the locations that may be interpreters.
pub(super) fn find_candidates(host: &Host, os: Os, locations: &[SearchLocation]) -> Vec<PathBuf> {
    let entries = locations.iter().flat_map(|location| &location.entries);
    let mut files = Vec::new();
    for entry in entries {
        match entry {
            LocationEntry::Executable(path) => files.push(path.clone()),
            LocationEntry::Installation(directory) => {
                files.extend(
                    own_names(os).into_iter().map(|name| directory.join(name)).find(|path| is_there(host, path)),
                );
            }
            LocationEntry::Shared(directory) if is_shims(directory) => {}
            LocationEntry::Shared(directory) => {
                let named = shared_names(os).into_iter().map(|name| directory.join(name));
                files.extend(named.filter(|path| is_there(host, path) && !is_stub(os, path)));
            }
        }
    }
    files
}

/// Finds the files in the locations that have a command's name.
pub(super) fn find_by_name(host: &Host, os: Os, locations: &[SearchLocation], command: &str) -> Vec<PathBuf> {
    let entries = locations.iter().flat_map(|location| &location.entries);
    let files = entries.flat_map(|entry| match entry {
        LocationEntry::Executable(path) => {
            let is_named = path.file_name().is_some_and(|file| file == with_extension(os, command).as_str());
            is_named.then(|| path.clone()).into_iter().collect()
        }
        LocationEntry::Installation(directory) | LocationEntry::Shared(directory) => {
            host.find_programs(command, std::slice::from_ref(directory))
        }
    });
    files.filter(|path| is_there(host, path)).collect()
}

/// Finds the interpreter that a path names: the file itself, or that of the environment or installation in a directory.
pub(super) fn find_at(host: &Host, os: Os, path: &Path) -> Vec<PathBuf> {
    let path = host.environment.current_dir().join(path);
    if host.files.is_dir(&path) {
        let entries = installation(os, &path).into_iter().chain([LocationEntry::Installation(path)]).collect();
        return find_candidates(host, os, &[SearchLocation { name: String::new(), entries }])
            .into_iter()
            .take(1)
            .collect();
    }
    let extended = PathBuf::from(with_extension(os, &path.to_string_lossy()));
    [path, extended].into_iter().find(|path| host.files.is_file(path)).into_iter().collect()
}

fn active(host: &Host, os: Os) -> SearchLocation {
    let roots = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(|name| host.environment.var_os(name));
    let entries = roots.flat_map(|root| installation(os, Path::new(root))).collect();
    SearchLocation { name: "the active environment".to_owned(), entries }
}

fn search_path(host: &Host) -> SearchLocation {
    let current = host.environment.current_dir();
    let directories = host.environment.search_path().into_iter().map(|directory| current.join(directory));
    SearchLocation { name: "PATH".to_owned(), entries: directories.map(LocationEntry::Shared).collect() }
}

/// Version managers: each keeps every version in a separate directory.
fn version_managers(host: &Host, os: Os, home: &Path) -> Vec<SearchLocation> {
    let location = |(owner, directory): (Owner, PathBuf)| {
        let entries = versions_in(host, os, &directory);
        SearchLocation { name: format!("{owner} ({})", directory.display()), entries }
    };
    version_directories(host, os, home).into_iter().map(location).collect()
}

/// The directories in which version managers keep a directory for each version.
fn version_directories(host: &Host, os: Os, home: &Path) -> Vec<(Owner, PathBuf)> {
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let data = data_directory(host, os, home);
    let (pyenv, uv) = match os {
        Os::Linux | Os::MacOs => (home.join(".pyenv"), data.join("uv/python")),
        Os::Windows => {
            (home.join(".pyenv").join("pyenv-win"), variable("APPDATA").unwrap_or_default().join("uv").join("python"))
        }
    };
    let pyenv = variable("PYENV_ROOT").unwrap_or(pyenv).join("versions");
    let uv = variable("UV_PYTHON_INSTALL_DIR").unwrap_or(uv);
    let asdf = variable("ASDF_DATA_DIR").unwrap_or_else(|| home.join(".asdf")).join("installs").join("python");
    let mise = variable("MISE_DATA_DIR").unwrap_or_else(|| data.join("mise")).join("installs").join("python");
    vec![(Owner::Pyenv, pyenv), (Owner::Uv, uv), (Owner::Asdf, asdf), (Owner::Mise, mise)]
}

/// The directory of a user's application data.
fn data_directory(host: &Host, os: Os, home: &Path) -> PathBuf {
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    match os {
        Os::Linux | Os::MacOs => variable("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| home.join(".local").join("share")),
        Os::Windows => variable("LOCALAPPDATA").unwrap_or_else(|| home.join("AppData").join("Local")),
    }
}

/// The directories whose interpreters belong to somebody, as they are named and without links. Interpreters of further
/// tools are not searched for, but PATH may lead to them.
pub(super) fn owned_directories(host: &Host, os: Os, managed: Option<&Path>) -> Vec<OwnedDirectory> {
    let home = host.environment.home_dir().unwrap_or_default();
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let data = data_directory(host, os, &home);
    let mut owned: Vec<(PythonSource, PathBuf)> =
        managed.map(|directory| (PythonSource::Managed, directory.to_owned())).into_iter().collect();
    let managers = version_directories(host, os, &home);
    let further = [
        (Owner::Hatch, data.join("hatch").join("pythons")),
        (Owner::Nix, PathBuf::from("/nix/store")),
        (Owner::Pdm, data.join("pdm").join("python")),
        (Owner::Pipx, variable("PIPX_HOME").unwrap_or_else(|| data.join("pipx")).join("py")),
        (Owner::Poetry, variable("POETRY_DATA_DIR").unwrap_or_else(|| data.join("pypoetry")).join("python")),
        (Owner::Rye, variable("RYE_HOME").unwrap_or_else(|| home.join(".rye")).join("py")),
    ];
    let transient = managers.into_iter().chain(further).map(|(owner, path)| (PythonSource::Transient(owner), path));
    owned.extend(transient);
    let paths = owned.into_iter().flat_map(|(source, directory)| {
        let real = host.files.canonical(&directory).ok().filter(|real| *real != directory);
        [Some(directory), real].into_iter().flatten().map(move |directory| OwnedDirectory { directory, source })
    });
    paths.collect()
}

/// The installations in a directory that has one for each version.
fn versions_in(host: &Host, os: Os, directory: &Path) -> Vec<LocationEntry> {
    let versions = host.files.list(directory).unwrap_or_default();
    versions.iter().flat_map(|version| installation(os, version)).collect()
}

fn conda(host: &Host, os: Os, home: &Path) -> SearchLocation {
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let root_of_command = variable("CONDA_EXE").and_then(|command| command.ancestors().nth(2).map(Path::to_path_buf));
    let mut roots: Vec<PathBuf> = root_of_command.into_iter().chain(variable("MAMBA_ROOT_PREFIX")).collect();
    roots.extend(CONDA_HOMES.iter().map(|name| home.join(name)));
    if os != Os::Windows {
        roots.push(PathBuf::from("/opt/conda"));
    }
    let known = host.files.read_text(&home.join(".conda").join("environments.txt")).unwrap_or_default();
    roots.extend(known.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from));
    SearchLocation { name: "conda".to_owned(), entries: roots.iter().flat_map(|root| installation(os, root)).collect() }
}

fn macos(host: &Host) -> Vec<SearchLocation> {
    let versions = Path::new("/Library/Frameworks/Python.framework/Versions");
    let entries =
        host.files.list(versions).unwrap_or_default().iter().flat_map(|root| installation(Os::MacOs, root)).collect();
    let apple = ["/Library/Developer/CommandLineTools/usr/bin", "/Applications/Xcode.app/Contents/Developer/usr/bin"];
    vec![
        shared(&["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin"]),
        SearchLocation { name: versions.display().to_string(), entries },
        shared(&apple),
    ]
}

fn windows(host: &Host) -> Vec<SearchLocation> {
    let registered = registered(host);
    let launcher = if registered.is_empty() { known_to_launcher(host) } else { Vec::new() };
    let programs = host.environment.var_os("LOCALAPPDATA").map(|data| Path::new(data).join("Programs").join("Python"));
    let installed = programs.map(|programs| host.files.list(&programs).unwrap_or_default()).unwrap_or_default();
    let entries = installed.iter().flat_map(|root| installation(Os::Windows, root)).collect();
    vec![
        SearchLocation { name: "the registry".to_owned(), entries: registered },
        SearchLocation { name: "the py launcher".to_owned(), entries: launcher },
        SearchLocation { name: r"%LOCALAPPDATA%\Programs\Python".to_owned(), entries },
    ]
}

/// The interpreters that installers of Python registered (PEP 514).
fn registered(host: &Host) -> Vec<LocationEntry> {
    const ROOTS: &[(Hive, &str)] = &[
        (Hive::CurrentUser, r"Software\Python"),
        (Hive::LocalMachine, r"Software\Python"),
        (Hive::LocalMachine, r"Software\WOW6432Node\Python"),
    ];
    let mut entries = Vec::new();
    for (hive, root) in ROOTS {
        for company in host.registry.keys(*hive, root) {
            let company = format!(r"{root}\{company}");
            for tag in host.registry.keys(*hive, &company) {
                let key = format!(r"{company}\{tag}\InstallPath");
                let executable = host.registry.text(*hive, &key, "ExecutablePath").map(PathBuf::from);
                let directory = || host.registry.text(*hive, &key, "").map(PathBuf::from);
                entries.extend(
                    executable.or_else(|| Some(directory()?.join("python.exe"))).map(LocationEntry::Executable),
                );
            }
        }
    }
    entries
}

/// Used only if the registry lists none, because it starts a process.
fn known_to_launcher(host: &Host) -> Vec<LocationEntry> {
    let commands = host.find_programs("py.exe", &host.environment.search_path());
    let Some(launcher) = commands.into_iter().find(|path| is_there(host, path)) else { return Vec::new() };
    let Ok(output) = host.processes.capture(&Command::new(&launcher, ["-0p"])) else { return Vec::new() };
    launcher_list(&String::from_utf8_lossy(&output.stdout)).into_iter().map(LocationEntry::Executable).collect()
}

/// The paths in ` -V:3.12 *        C:\Python312\python.exe`.
fn launcher_list(text: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        let colon = line.find(r":\")?;
        line.get(colon.checked_sub(1)?..).map(|path| PathBuf::from(path.trim()))
    };
    text.lines().filter_map(path).collect()
}

fn shared(directories: &[&str]) -> SearchLocation {
    let entries = directories.iter().map(|directory| LocationEntry::Shared(PathBuf::from(directory))).collect();
    SearchLocation { name: directories.join(", "), entries }
}

/// The directories of the executables of an environment or installation.
fn installation(os: Os, root: &Path) -> Vec<LocationEntry> {
    match os {
        Os::Linux | Os::MacOs => vec![LocationEntry::Installation(root.join("bin"))],
        Os::Windows => {
            vec![LocationEntry::Installation(root.join("Scripts")), LocationEntry::Installation(root.to_owned())]
        }
    }
}

fn own_names(os: Os) -> Vec<String> {
    ["python3", "python", "pypy3", "pypy"].map(|name| with_extension(os, name)).to_vec()
}

fn shared_names(os: Os) -> Vec<String> {
    let plain = ["python3", "python", "pypy3", "pypy", "graalpy"].map(str::to_owned);
    let versions = MINOR_VERSIONS
        .rev()
        .flat_map(|minor| [format!("python3.{minor}"), format!("python3.{minor}t"), format!("pypy3.{minor}")]);
    plain.into_iter().chain(versions).map(|name| with_extension(os, &name)).collect()
}

fn with_extension(os: Os, name: &str) -> String {
    let has_extension = name.to_ascii_lowercase().ends_with(".exe");
    if os == Os::Windows && !has_extension { format!("{name}.exe") } else { name.to_owned() }
}

/// False for the stubs that open Windows' Store: they are empty files.
fn is_there(host: &Host, path: &Path) -> bool {
    host.files.metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
}

/// Directories of pyenv, asdf and mise whose files choose an interpreter by the current directory; the interpreters
/// themselves are found in the directories of these tools.
fn is_shims(directory: &Path) -> bool {
    directory.file_name().is_some_and(|name| name == "shims")
}

/// Without Apple's developer tools these programs open a window that offers to install them; with them, the real
/// interpreter is found among the tools.
fn is_stub(os: Os, path: &Path) -> bool {
    os == Os::MacOs && path.starts_with("/usr/bin")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::host::Environment;
    use crate::host::Interrupt;

    #[test]
    fn the_py_launcher_lists_paths_behind_versions() {
        let text = " -V:3.12 *        C:\\Python312\\python.exe\r\n -V:Astral/CPython3.13.1 D:\\my py\\python.exe\r\n\
                    -3.8-32 C:\\Python38-32\\python.exe\nNo installed Pythons found!\n";
        let expected = [r"C:\Python312\python.exe", r"D:\my py\python.exe", r"C:\Python38-32\python.exe"];
        assert_eq!(launcher_list(text), expected.map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn every_place_of_a_unix_machine_is_named_once_in_order() {
        let fixture = Fixture::new(&["home/.pyenv/versions/3.12.1/bin/python3"]);
        let names: Vec<String> =
            list_locations(&fixture.host(&[]), Os::Linux, None).into_iter().map(|location| location.name).collect();
        let below = |path: &str| fixture.path(path).display().to_string();
        let expected = [
            "the active environment".to_owned(),
            "PATH".to_owned(),
            format!("pyenv ({})", below("home/.pyenv/versions")),
            format!("uv ({})", below("home/.local/share/uv/python")),
            format!("asdf ({})", below("home/.asdf/installs/python")),
            format!("mise ({})", below("home/.local/share/mise/installs/python")),
            "conda".to_owned(),
            "/usr/local/bin, /usr/bin".to_owned(),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn interpreters_are_found_where_each_tool_keeps_them() {
        let found = [
            "env/bin/python3",
            "path/python3",
            "path/python",
            "path/python3.13",
            "path/python3.13t",
            "path/pypy3.10",
            "home/.pyenv/versions/3.11.7/bin/python3",
            "home/.local/share/uv/python/cpython-3.12-linux-x86_64-gnu/bin/python3",
            "home/miniconda3/bin/python3",
            "somewhere/conda-env/bin/python3",
        ];
        let ignored = ["path/python3-config", "path/python2", "path/python3.7", "shims/python3", "env/bin/python"];
        let fixture = Fixture::new(&[found.as_slice(), &ignored].concat());
        let known = format!("{}\n", fixture.path("somewhere/conda-env").display());
        fixture.write("home/.conda/environments.txt", &known);
        let (shims, path, env) = (fixture.path("shims"), fixture.path("path"), fixture.path("env"));
        let search_path = std::env::join_paths([shims, path]).unwrap();
        let host = fixture.host(&[("PATH", &search_path), ("VIRTUAL_ENV", env.as_os_str())]);
        let candidates = find_candidates(&host, Os::Linux, &list_locations(&host, Os::Linux, None));
        let below: Vec<&Path> =
            candidates.iter().filter_map(|path| path.strip_prefix(fixture.directory.path()).ok()).collect();
        let mut expected = found.map(Path::new).to_vec();
        let mut below_sorted = below.clone();
        below_sorted.sort();
        expected.sort();
        assert_eq!(below_sorted, expected);
        assert_eq!(below.first(), Some(&Path::new("env/bin/python3")));
    }

    #[test]
    fn stubs_without_content_are_no_interpreters() {
        let fixture = Fixture::new(&["bin/python.exe"]);
        fixture.write("bin/python3.exe", "");
        let location =
            SearchLocation { name: String::new(), entries: vec![LocationEntry::Shared(fixture.path("bin"))] };
        assert_eq!(find_candidates(&fixture.host(&[]), Os::Windows, &[location]), [fixture.path("bin/python.exe")]);
    }

    #[test]
    fn a_command_is_also_looked_for_behind_shims() {
        let fixture = Fixture::new(&["shims/python3.12", "home/.pyenv/versions/3.12.1/bin/python3.12"]);
        let host = fixture.host(&[("PATH", fixture.path("shims").as_os_str())]);
        let found = find_by_name(&host, Os::Linux, &list_locations(&host, Os::Linux, None), "python3.12");
        let below: Vec<&Path> =
            found.iter().filter_map(|path| path.strip_prefix(fixture.directory.path()).ok()).collect();
        assert_eq!(below, ["shims/python3.12", "home/.pyenv/versions/3.12.1/bin/python3.12"].map(Path::new));
    }

    #[test]
    fn a_path_may_be_an_executable_an_environment_or_an_installation() {
        let fixture = Fixture::new(&["env/bin/python", "win/Scripts/python.exe", "conda/python.exe"]);
        let host = fixture.host(&[]);
        let unix = |path: &str| find_at(&host, Os::Linux, Path::new(path));
        let windows = |path: &str| find_at(&host, Os::Windows, Path::new(path));
        assert_eq!(unix("env"), [fixture.path("env/bin/python")]);
        assert_eq!(unix("env/bin"), [fixture.path("env/bin/python")]);
        assert_eq!(unix("env/bin/python"), [fixture.path("env/bin/python")]);
        assert_eq!(windows("win"), [fixture.path("win/Scripts/python.exe")]);
        assert_eq!(windows("conda"), [fixture.path("conda/python.exe")]);
        assert_eq!(windows("conda/python"), [fixture.path("conda/python.exe")]);
        assert_eq!(unix("missing"), [""; 0].map(PathBuf::from));
        assert_eq!(unix("win"), [""; 0].map(PathBuf::from));
    }

    /// A machine whose home and current directory are new and hold only these files.
    struct Fixture {
        directory: tempfile::TempDir,
    }

    impl Fixture {
        fn new(files: &[&str]) -> Self {
            let fixture = Self { directory: tempfile::tempdir().unwrap() };
            for file in files {
                fixture.write(file, "content");
            }
            fixture
        }

        fn write(&self, path: &str, content: &str) {
            let (files, path) = (Host::real().files, self.path(path));
            files.write_unsynced(&path, content.as_bytes()).unwrap();
            files.set_mode(&path, 0o755).unwrap();
        }

        fn path(&self, path: &str) -> PathBuf {
            self.directory.path().join(path)
        }

        fn host(&self, variables: &[(&str, &OsStr)]) -> Host {
            let home = self.path("home");
            let homes = [("HOME", home.as_os_str()), ("USERPROFILE", home.as_os_str())];
            let variables = homes.into_iter().chain(variables.iter().copied());
            Host::with(Environment::of(variables, self.directory.path()), Interrupt::default())
        }
    }
}
