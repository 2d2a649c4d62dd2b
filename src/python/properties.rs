//! Properties of the answers of interpreters and of requests.

use super::PythonRequest;
use super::report::{Answer, Report};
use crate::platform::probe::Linkage;
use crate::property::{Check, Property, Seeds};

/// The answer of an interpreter, between its marks.
pub const ANSWER: Property = Property {
    seeds: Seeds::Texts(&[
        r#"{"version": [3, 13, 0, "candidate", 2], "executable": "/e/bin/python", "facts": {"implementation":
            "cpython", "in_environment": false, "prefix": "/usr", "base_executable": "/usr/bin/python3.13",
            "base_prefix": "/usr", "stdlib": "/usr/lib/python3.13", "scheme": {"purelib":
            "lib/python3.13/site-packages", "platlib": "lib/python3.13/site-packages", "scripts": "bin"}, "markers":
            {"implementation_name": "cpython", "implementation_version": "3.13.0rc2", "os_name": "posix",
            "platform_machine": "x86_64", "platform_python_implementation": "CPython", "platform_release": "6.1",
            "platform_system": "Linux", "platform_version": "SMP", "python_full_version": "3.13.0rc2",
            "python_version": "3.13", "sys_platform": "linux"}, "pointer_bits": 64, "free_threaded": true, "debug":
            false, "ext_suffix": ".cpython-313t-x86_64-linux-gnu.so", "platform": "linux-x86_64", "macos": null,
            "glibc": "2.36", "refused_manylinux": ["manylinux_2_17_x86_64"]}}"#,
        r#"{"version": [3, 9, 6, "final", 0], "executable": "C:\\python.exe", "facts": {"implementation": "pypy",
            "in_environment": true, "prefix": "C:\\e", "base_executable": "C:\\python.exe", "base_prefix": "C:\\",
            "stdlib": "C:\\Lib", "scheme": {"purelib": "Lib/site-packages", "platlib":
            "Lib/site-packages", "scripts": "Scripts"}, "markers": {"implementation_name": "pypy",
            "implementation_version": "7.3", "os_name": "nt", "platform_machine": "AMD64",
            "platform_python_implementation": "PyPy", "platform_release": "10", "platform_system": "Windows",
            "platform_version": "10.0", "python_full_version": "3.9.6", "python_version": "3.9", "sys_platform":
            "win32"}, "pointer_bits": 32, "free_threaded": false, "debug": true, "ext_suffix":
            ".pypy39-pp73-win_amd64.pyd", "platform": "win-amd64", "macos": [65535, 15], "glibc": null,
            "refused_manylinux": []}}"#,
        r#"{"version": [2, 7, 18, "final", 0], "executable": "/usr/bin/python2", "facts": null}"#,
        r#"{"version": [3, 4294967295, 0, "final", 0], "executable": "", "facts": null}"#,
    ]),
    holds: Check::Bytes(answer),
};

/// A request for an interpreter.
pub const REQUEST: Property = Property {
    seeds: Seeds::Texts(&["3.12", ">=3.10,<3.13", "3.13t", "pypy@3.10", "python3.12", "./e/bin/python", "==3.12.*"]),
    holds: Check::Text(request),
};

fn answer(data: &[u8]) {
    let output = [b"noise\n-----BEGIN KINGBOLT PROBE-----", data, b"-----END KINGBOLT PROBE-----\n"].concat();
    let Some(report) = Report::parse(&output) else { return };
    let _ = report.linked();
    let Ok(answer) = report.answer(Linkage::default()) else { return };
    let kept = serde_json::to_vec(&answer);
    let Ok(kept) = kept else { panic!("{kept:?}") };
    let again: Result<Answer, _> = serde_json::from_slice(&kept);
    assert_eq!(again.as_ref().ok(), Some(&answer), "{again:?}");
    if let Answer::Interpreter(interpreter) = answer {
        assert!(!interpreter.tags().is_empty() && interpreter.tags().len() < 10_000_000);
        assert!(!String::from(interpreter.identity()).is_empty());
    }
}

fn request(text: &str) {
    let Ok(request) = PythonRequest::parse(text) else { return };
    assert!(!request.to_string().is_empty());
}

#[test]
fn answers_can_be_kept_and_read_again() {
    for property in [ANSWER, REQUEST] {
        property.try_out(1000);
    }
}
