//! The content of `pyvenv.cfg` (PEP 405).

use std::fmt::Write as _;
use std::path::Path;

use crate::python::Interpreter;

/// The packages of the base installation, and of the user, in an environment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SystemSitePackages {
    #[default]
    Exclude,
    /// Python finds them behind those of the environment.
    Include,
}

/// The text of `pyvenv.cfg`. Python itself reads `home` and `include-system-site-packages`; `version` is what `venv`
/// adds, `implementation` and `version_info` what virtualenv and uv add, and tools that list environments read them.
pub(super) fn pyvenv_cfg(
    interpreter: &Interpreter,
    home: &str,
    executable: &Path,
    prompt: &str,
    system: SystemSitePackages,
) -> String {
    let release: Vec<String> = interpreter.version.release().iter().map(u64::to_string).collect();
    let version = release.join(".");
    let includes_system = match system {
        SystemSitePackages::Exclude => "false",
        SystemSitePackages::Include => "true",
    };
    let mut text = String::new();
    for (key, value) in [
        ("home", home),
        ("implementation", &interpreter.implementation.to_string()),
        ("include-system-site-packages", includes_system),
        ("version", &version),
        ("version_info", &version),
        ("executable", &executable.to_string_lossy()),
        ("prompt", prompt),
        ("kingbolt", env!("CARGO_PKG_VERSION")),
    ] {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venv::fixtures::linux;

    #[test]
    fn the_configuration_names_the_base_installation() {
        let text = pyvenv_cfg(
            &linux(),
            "/opt/my python/bin",
            Path::new("/opt/my python/bin/python3.12"),
            "demo",
            SystemSitePackages::Exclude,
        );
        let expected = "home = /opt/my python/bin\n\
                        implementation = CPython\n\
                        include-system-site-packages = false\n\
                        version = 3.12.1\n\
                        version_info = 3.12.1\n\
                        executable = /opt/my python/bin/python3.12\n\
                        prompt = demo\n";
        assert_eq!(text, format!("{expected}kingbolt = {}\n", env!("CARGO_PKG_VERSION")));
    }
}
