//! The program that manages a command which Kingbolt did not create, as far as paths and package databases tell.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::host::{Command, Host};

/// The manager of a command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CommandOwner {
    /// The environment of conda that the bin directory belongs to.
    Conda {
        environment: PathBuf,
    },
    Homebrew {
        formula: String,
    },
    Pipx {
        app: String,
    },
    /// A package of the operating system.
    System {
        manager: PackageManager,
        package: String,
    },
    Uv {
        tool: String,
    },
}

/// A package manager of Linux distributions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PackageManager {
    Dpkg,
    Pacman,
    Rpm,
}

/// Directories in the path of a program, behind which the name of its app follows.
type Marks = &'static [&'static str];

/// Makes the owner from the name of its app.
type OwnerOf = fn(String) -> CommandOwner;

/// The layouts of other managers. `PIPX_HOME` and `UV_TOOL_DIR` replace the directories above.
const LAYOUTS: &[(Marks, OwnerOf)] = &[
    (&["pipx", "venvs"], |app| CommandOwner::Pipx { app }),
    (&["uv", "tools"], |tool| CommandOwner::Uv { tool }),
    (&["Cellar"], |formula| CommandOwner::Homebrew { formula }),
];

/// The programs that ask package databases, each with the arguments before a path. All print the package first.
const DATABASES: &[(PackageManager, &str, &[&str])] = &[
    (PackageManager::Dpkg, "/usr/bin/dpkg-query", &["--search"]),
    (PackageManager::Rpm, "/usr/bin/rpm", &["--query", "--queryformat", "%{NAME}\n", "--file"]),
    (PackageManager::Pacman, "/usr/bin/pacman", &["--query", "--owns", "--quiet"]),
];

/// The directories in which distributions put programs.
const OF_PACKAGES: &[&str] = &["/bin", "/opt", "/sbin", "/usr"];

impl CommandOwner {
    /// The manager of a file, if one is known.
    pub(super) fn of(host: &Host, path: &Path) -> Option<Self> {
        let target = host.files.read_link(path).map(|target| path.parent().unwrap_or(path).join(target));
        let real = host.files.canonical(path).ok();
        let paths = [target.ok(), real];
        let named = |variable: &str| host.environment.var_os(variable).map(PathBuf::from);
        let by_path = paths.iter().flatten().find_map(|path| {
            below(path, named("PIPX_HOME").map(|home| home.join("venvs")))
                .map(|app| Self::Pipx { app })
                .or_else(|| below(path, named("UV_TOOL_DIR")).map(|tool| Self::Uv { tool }))
                .or_else(|| by_layout(path))
        });
        by_path.or_else(|| conda(host, path)).or_else(|| system_package(host, path))
    }

    /// The command that removes it there.
    pub(in crate::app) fn removal(&self) -> String {
        match self {
            Self::Conda { environment } => format!("conda remove --prefix {} PACKAGE", environment.display()),
            Self::Homebrew { formula } => format!("brew uninstall {formula}"),
            Self::Pipx { app } => format!("pipx uninstall {app}"),
            Self::System { manager: PackageManager::Dpkg, package } => format!("apt remove {package}"),
            Self::System { manager: PackageManager::Pacman, package } => format!("pacman --remove {package}"),
            Self::System { manager: PackageManager::Rpm, package } => format!("rpm --erase {package}"),
            Self::Uv { tool } => format!("uv tool uninstall {tool}"),
        }
    }
}

/// The first name below a directory in a path.
fn below(path: &Path, directory: Option<PathBuf>) -> Option<String> {
    let rest = path.strip_prefix(directory?).ok()?;
    Some(rest.components().next()?.as_os_str().to_str()?.to_owned())
}

fn by_layout(path: &Path) -> Option<CommandOwner> {
    let parts: Vec<&str> = path.components().map(Component::as_os_str).filter_map(|part| part.to_str()).collect();
    LAYOUTS.iter().find_map(|(marks, owner)| {
        let at = parts.windows(marks.len()).position(|window| window == *marks)?;
        Some(owner((*parts.get(at + marks.len())?).to_owned()))
    })
}

/// Every environment of conda has this directory beside that of its programs.
fn conda(host: &Host, path: &Path) -> Option<CommandOwner> {
    let environment = path.parent()?.parent()?;
    let is_one = host.files.is_dir(&environment.join("conda-meta"));
    is_one.then(|| CommandOwner::Conda { environment: environment.to_owned() })
}

fn system_package(host: &Host, path: &Path) -> Option<CommandOwner> {
    if !OF_PACKAGES.iter().any(|directory| path.starts_with(directory)) {
        return None;
    }
    DATABASES.iter().find_map(|(manager, program, arguments)| {
        let program = Path::new(program);
        if !host.files.is_file(program) {
            return None;
        }
        let arguments = arguments.iter().map(Into::into).chain([path.as_os_str().to_owned()]);
        let output = host.processes.capture(&Command::new(program, arguments)).ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let package = output.status.success().then(|| package_in(&text)).flatten()?;
        Some(CommandOwner::System { manager: *manager, package })
    })
}

/// The package in `httpie: /usr/bin/http`, `libc6:amd64: /…` or a line with nothing else.
fn package_in(text: &str) -> Option<String> {
    let package = text.lines().next()?.split([':', ',']).next()?.trim();
    (!package.is_empty() && !package.contains(' ')).then(|| package.to_owned())
}

impl fmt::Display for CommandOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conda { environment } => write!(f, "the conda environment `{}`", environment.display()),
            Self::Homebrew { formula } => write!(f, "the Homebrew formula `{formula}`"),
            Self::Pipx { app } => write!(f, "the pipx app `{app}`"),
            Self::System { manager, package } => {
                let manager = match manager {
                    PackageManager::Dpkg => "dpkg",
                    PackageManager::Pacman => "pacman",
                    PackageManager::Rpm => "rpm",
                };
                write!(f, "the {manager} package `{package}`")
            }
            Self::Uv { tool } => write!(f, "the uv tool `{tool}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_manager_and_its_app() {
        for (path, owner) in [
            ("/home/ada/.local/share/pipx/venvs/httpie/bin/http", Some("the pipx app `httpie`")),
            ("/home/ada/.local/share/uv/tools/httpie/bin/http", Some("the uv tool `httpie`")),
            ("/opt/homebrew/Cellar/httpie/3.2.4/bin/http", Some("the Homebrew formula `httpie`")),
            ("/home/ada/pipx/http", None),
            ("/home/ada/uv/tools", None),
        ] {
            assert_eq!(by_layout(Path::new(path)).map(|owner| owner.to_string()).as_deref(), owner, "{path}");
        }
    }

    #[test]
    fn the_answer_of_a_package_database_begins_with_the_package() {
        for (text, package) in [
            ("httpie: /usr/bin/http\n", Some("httpie")),
            ("libc6:amd64: /lib/ld.so\n", Some("libc6")),
            ("httpie\n", Some("httpie")),
            ("diversion by dash from: /bin/sh\n", None),
            ("", None),
        ] {
            assert_eq!(package_in(text).as_deref(), package, "{text}");
        }
    }
}
