//! The places where interpreters stand, and the files in them that may be one.

use std::path::{Path, PathBuf};

use crate::host::{Command, Hive, Host};
use crate::platform::Os;

/// A place to look at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// As people call it.
    pub(super) name: String,
    pub(super) spots: Vec<Spot>,
}

/// Where in a place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Spot {
    /// A file that somebody registered as an interpreter.
    Executable(PathBuf),
    /// A directory with one interpreter under several names.
    Installation(PathBuf),
    /// A directory with any number of interpreters.
    Shared(PathBuf),
}

/// Minor versions of Python 3 that are looked for by name in shared directories. Asking for each is quicker than
/// listing a directory of thousands; the end is far enough for the years to come.
const MINOR_VERSIONS: std::ops::RangeInclusive<u32> = 8..=20;

/// Directories in the home directory where conda is installed by default.
const CONDA_HOMES: &[&str] = &["miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba"];

/// Every place on this machine, in the order in which ties are decided.
pub(super) fn everywhere(host: &Host, os: Os) -> Vec<Place> {
    let home = host.environment.home_dir().unwrap_or_default();
    let mut places = vec![active(host, os), search_path(host)];
    places.extend(version_managers(host, os, &home));
    places.push(conda(host, os, &home));
    places.extend(match os {
        Os::Linux => vec![shared(&["/usr/local/bin", "/usr/bin"])],
        Os::MacOs => macos(host),
        Os::Windows => windows(host),
    });
    places
}

/// The files in the places that may be interpreters, each once.
pub(super) fn candidates(host: &Host, os: Os, places: &[Place]) -> Vec<PathBuf> {
    let spots = places.iter().flat_map(|place| &place.spots);
    let mut files = Vec::new();
    for spot in spots {
        match spot {
            Spot::Executable(path) => files.push(path.clone()),
            Spot::Installation(directory) => {
                files.extend(
                    own_names(os).into_iter().map(|name| directory.join(name)).find(|path| is_there(host, path)),
                );
            }
            Spot::Shared(directory) if is_shims(directory) => {}
            Spot::Shared(directory) => {
                let named = shared_names(os).into_iter().map(|name| directory.join(name));
                files.extend(named.filter(|path| is_there(host, path) && !is_stub(os, path)));
            }
        }
    }
    files
}

/// The files in the places that have a command's name.
pub(super) fn named(host: &Host, os: Os, places: &[Place], command: &str) -> Vec<PathBuf> {
    let name = with_extension(os, command);
    let spots = places.iter().flat_map(|place| &place.spots);
    let files = spots.filter_map(|spot| match spot {
        Spot::Executable(path) => path.file_name().is_some_and(|file| file == name.as_str()).then(|| path.clone()),
        Spot::Installation(directory) | Spot::Shared(directory) => Some(directory.join(&name)),
    });
    files.filter(|path| is_there(host, path)).collect()
}

/// The files that a path may mean: itself, or those of the environment or installation at it.
pub(super) fn at(host: &Host, os: Os, path: &Path) -> Vec<PathBuf> {
    let path = host.environment.current_dir().join(path);
    if host.files.is_dir(&path) {
        let spots = installation(os, &path).into_iter().chain([Spot::Installation(path)]).collect();
        return candidates(host, os, &[Place { name: String::new(), spots }]).into_iter().take(1).collect();
    }
    let extended = PathBuf::from(with_extension(os, &path.to_string_lossy()));
    [path, extended].into_iter().find(|path| host.files.is_file(path)).into_iter().collect()
}

fn active(host: &Host, os: Os) -> Place {
    let roots = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(|name| host.environment.var_os(name));
    let spots = roots.flat_map(|root| installation(os, Path::new(root))).collect();
    Place { name: "the active environment".to_owned(), spots }
}

fn search_path(host: &Host) -> Place {
    let current = host.environment.current_dir();
    let directories = host.environment.search_path().into_iter().map(|directory| current.join(directory));
    Place { name: "PATH".to_owned(), spots: directories.map(Spot::Shared).collect() }
}

/// Those that keep each version in a directory of its own.
fn version_managers(host: &Host, os: Os, home: &Path) -> Vec<Place> {
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let data = match os {
        Os::Linux | Os::MacOs => variable("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local").join("share")),
        Os::Windows => variable("LOCALAPPDATA").unwrap_or_else(|| home.join("AppData").join("Local")),
    };
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
    let place = |tool: &str, directory: PathBuf| {
        let versions = host.files.list(&directory).unwrap_or_default();
        let spots = versions.iter().flat_map(|version| installation(os, version)).collect();
        Place { name: format!("{tool} ({})", directory.display()), spots }
    };
    vec![place("pyenv", pyenv), place("uv", uv), place("asdf", asdf), place("mise", mise)]
}

fn conda(host: &Host, os: Os, home: &Path) -> Place {
    let variable = |name: &str| host.environment.var_os(name).map(PathBuf::from);
    let root_of_command = variable("CONDA_EXE").and_then(|command| command.ancestors().nth(2).map(Path::to_path_buf));
    let mut roots: Vec<PathBuf> = root_of_command.into_iter().chain(variable("MAMBA_ROOT_PREFIX")).collect();
    roots.extend(CONDA_HOMES.iter().map(|name| home.join(name)));
    if os != Os::Windows {
        roots.push(PathBuf::from("/opt/conda"));
    }
    let known = host.files.read_text(&home.join(".conda").join("environments.txt")).unwrap_or_default();
    roots.extend(known.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from));
    Place { name: "conda".to_owned(), spots: roots.iter().flat_map(|root| installation(os, root)).collect() }
}

fn macos(host: &Host) -> Vec<Place> {
    let versions = Path::new("/Library/Frameworks/Python.framework/Versions");
    let spots =
        host.files.list(versions).unwrap_or_default().iter().flat_map(|root| installation(Os::MacOs, root)).collect();
    let apple = ["/Library/Developer/CommandLineTools/usr/bin", "/Applications/Xcode.app/Contents/Developer/usr/bin"];
    vec![
        shared(&["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin"]),
        Place { name: versions.display().to_string(), spots },
        shared(&apple),
    ]
}

fn windows(host: &Host) -> Vec<Place> {
    let registered = registered(host);
    let launcher = if registered.is_empty() { known_to_launcher(host) } else { Vec::new() };
    let programs = host.environment.var_os("LOCALAPPDATA").map(|data| Path::new(data).join("Programs").join("Python"));
    let installed = programs.map(|programs| host.files.list(&programs).unwrap_or_default()).unwrap_or_default();
    let spots = installed.iter().flat_map(|root| installation(Os::Windows, root)).collect();
    vec![
        Place { name: "the registry".to_owned(), spots: registered },
        Place { name: "the py launcher".to_owned(), spots: launcher },
        Place { name: r"%LOCALAPPDATA%\Programs\Python".to_owned(), spots },
    ]
}

/// What installers of Python wrote to the registry (PEP 514).
fn registered(host: &Host) -> Vec<Spot> {
    const ROOTS: &[(Hive, &str)] = &[
        (Hive::CurrentUser, r"Software\Python"),
        (Hive::LocalMachine, r"Software\Python"),
        (Hive::LocalMachine, r"Software\WOW6432Node\Python"),
    ];
    let mut spots = Vec::new();
    for (hive, root) in ROOTS {
        for company in host.registry.keys(*hive, root) {
            let company = format!(r"{root}\{company}");
            for tag in host.registry.keys(*hive, &company) {
                let key = format!(r"{company}\{tag}\InstallPath");
                let executable = host.registry.text(*hive, &key, "ExecutablePath").map(PathBuf::from);
                let directory = || host.registry.text(*hive, &key, "").map(PathBuf::from);
                spots.extend(executable.or_else(|| Some(directory()?.join("python.exe"))).map(Spot::Executable));
            }
        }
    }
    spots
}

/// Asked only when the registry is empty: it is a process.
fn known_to_launcher(host: &Host) -> Vec<Spot> {
    let commands = host.environment.search_path().into_iter().map(|directory| directory.join("py.exe"));
    let Some(launcher) = commands.into_iter().find(|path| is_there(host, path)) else { return Vec::new() };
    let Ok(output) = host.processes.capture(&Command::new(&launcher, ["-0p"])) else { return Vec::new() };
    launcher_list(&String::from_utf8_lossy(&output.stdout)).into_iter().map(Spot::Executable).collect()
}

/// The paths in ` -V:3.12 *        C:\Python312\python.exe`.
fn launcher_list(text: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        let colon = line.find(r":\")?;
        line.get(colon.checked_sub(1)?..).map(|path| PathBuf::from(path.trim()))
    };
    text.lines().filter_map(path).collect()
}

fn shared(directories: &[&str]) -> Place {
    let spots = directories.iter().map(|directory| Spot::Shared(PathBuf::from(directory))).collect();
    Place { name: directories.join(", "), spots }
}

/// Where the executables of an environment or installation are.
fn installation(os: Os, root: &Path) -> Vec<Spot> {
    match os {
        Os::Linux | Os::MacOs => vec![Spot::Installation(root.join("bin"))],
        Os::Windows => vec![Spot::Installation(root.join("Scripts")), Spot::Installation(root.to_owned())],
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

/// Windows' stubs that open its Store are files without content.
fn is_there(host: &Host, path: &Path) -> bool {
    host.files.metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
}

/// Directories of pyenv, asdf and mise whose files choose an interpreter by the current directory; the interpreters
/// themselves are found where those keep them.
fn is_shims(directory: &Path) -> bool {
    directory.file_name().is_some_and(|name| name == "shims")
}

/// Without Apple's developer tools this one opens a window that offers to install them; with them, what it runs is
/// found where they are.
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
        let scene = Scene::new(&["home/.pyenv/versions/3.12.1/bin/python3"]);
        let names: Vec<String> = everywhere(&scene.host(&[]), Os::Linux).into_iter().map(|place| place.name).collect();
        let below = |path: &str| scene.path(path).display().to_string();
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
        let scene = Scene::new(&[found.as_slice(), &ignored].concat());
        let known = format!("{}\n", scene.path("somewhere/conda-env").display());
        scene.write("home/.conda/environments.txt", &known);
        let (shims, path, env) = (scene.path("shims"), scene.path("path"), scene.path("env"));
        let search_path = std::env::join_paths([shims, path]).unwrap();
        let host = scene.host(&[("PATH", &search_path), ("VIRTUAL_ENV", env.as_os_str())]);
        let candidates = candidates(&host, Os::Linux, &everywhere(&host, Os::Linux));
        let below: Vec<&Path> =
            candidates.iter().filter_map(|path| path.strip_prefix(scene.directory.path()).ok()).collect();
        let mut expected = found.map(Path::new).to_vec();
        let mut below_sorted = below.clone();
        below_sorted.sort();
        expected.sort();
        assert_eq!(below_sorted, expected);
        assert_eq!(below.first(), Some(&Path::new("env/bin/python3")));
    }

    #[test]
    fn stubs_without_content_are_no_interpreters() {
        let scene = Scene::new(&["bin/python.exe"]);
        scene.write("bin/python3.exe", "");
        let place = Place { name: String::new(), spots: vec![Spot::Shared(scene.path("bin"))] };
        assert_eq!(candidates(&scene.host(&[]), Os::Windows, &[place]), [scene.path("bin/python.exe")]);
    }

    #[test]
    fn a_command_is_also_looked_for_behind_shims() {
        let scene = Scene::new(&["shims/python3.12", "home/.pyenv/versions/3.12.1/bin/python3.12"]);
        let host = scene.host(&[("PATH", scene.path("shims").as_os_str())]);
        let found = named(&host, Os::Linux, &everywhere(&host, Os::Linux), "python3.12");
        let below: Vec<&Path> =
            found.iter().filter_map(|path| path.strip_prefix(scene.directory.path()).ok()).collect();
        assert_eq!(below, ["shims/python3.12", "home/.pyenv/versions/3.12.1/bin/python3.12"].map(Path::new));
    }

    #[test]
    fn a_path_may_be_an_executable_an_environment_or_an_installation() {
        let scene = Scene::new(&["env/bin/python", "win/Scripts/python.exe", "conda/python.exe"]);
        let host = scene.host(&[]);
        let unix = |path: &str| at(&host, Os::Linux, Path::new(path));
        let windows = |path: &str| at(&host, Os::Windows, Path::new(path));
        assert_eq!(unix("env"), [scene.path("env/bin/python")]);
        assert_eq!(unix("env/bin"), [scene.path("env/bin/python")]);
        assert_eq!(unix("env/bin/python"), [scene.path("env/bin/python")]);
        assert_eq!(windows("win"), [scene.path("win/Scripts/python.exe")]);
        assert_eq!(windows("conda"), [scene.path("conda/python.exe")]);
        assert_eq!(windows("conda/python"), [scene.path("conda/python.exe")]);
        assert_eq!(unix("missing"), [""; 0].map(PathBuf::from));
        assert_eq!(unix("win"), [""; 0].map(PathBuf::from));
    }

    /// A machine whose home and current directory are new and hold only these files.
    struct Scene {
        directory: tempfile::TempDir,
    }

    impl Scene {
        fn new(files: &[&str]) -> Self {
            let scene = Self { directory: tempfile::tempdir().unwrap() };
            for file in files {
                scene.write(file, "content");
            }
            scene
        }

        fn write(&self, path: &str, content: &str) {
            Host::real().files.write_unsynced(&self.path(path), content.as_bytes()).unwrap();
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
