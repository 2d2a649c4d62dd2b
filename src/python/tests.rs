//! Discovery on the machine of the test run.

use std::path::PathBuf;

use super::{PythonRequest, Search, discover};
use crate::host::{Command, Host, Silent};
use crate::parts::missing;

/// All Pythons of the machine, or the one that is named in `KINGBOLT_TEST_PYTHON`.
#[test]
fn real_interpreters_are_understood() {
    let host = Host::real();
    let cache = tempfile::tempdir().unwrap();
    let named = host.environment.var("KINGBOLT_TEST_PYTHON").map(|path| PythonRequest::Path(PathBuf::from(path)));
    let search = Search { cache_dir: Some(cache.path()), ..Search::default() };
    let discovery = discover(&host, &named.unwrap_or(PythonRequest::Any), &search, &Silent).unwrap();
    if discovery.found.is_empty() {
        return missing("no Python from 3.8 on is installed (apt-get install python3)").unwrap_or_default();
    }
    for interpreter in &discovery.found {
        let code = "import sys, sysconfig; print('%d.%d' % sys.version_info[:2], sysconfig.get_platform())";
        let asked = host.processes.capture(&Command::new(&interpreter.executable, ["-c", code])).unwrap();
        let version = &interpreter.markers.python_version;
        let platform = interpreter.tags().platforms()[0].clone();
        let said = String::from_utf8_lossy(&asked.stdout).trim().replace('-', "_");
        if platform.starts_with("macosx") {
            assert_eq!(said.split(' ').next(), Some(version.as_str()));
        } else {
            assert_eq!(said, format!("{version} {platform}"));
        }
        let (major, minor) = interpreter.minor_version();
        assert_eq!(*version, format!("{major}.{minor}"));
        assert!(host.files.is_dir(&interpreter.stdlib));
    }
}
