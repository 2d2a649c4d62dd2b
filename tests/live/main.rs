//! Installs real packages from the index that this machine is configured for, on several Pythons, and runs them.
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

mod fixture;
#[path = "../support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other test binaries use the rest")]
mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;

use fixture::on_each_python;

#[test]
fn imednet_installs_runs_and_goes() {
    on_each_python(|fixture| {
        fixture.kingbolt(&["install", "imednet"]);
        assert!(fixture.run("imednet", &["--help"]).contains("imednet"));
        fixture.kingbolt(&["uninstall", "imednet"]);
        assert!(!fixture.command_path("imednet").exists());
        assert_eq!(fixture.apps(), Vec::<String>::new());
    });
}

/// A server on loopback has the Python, the index of this machine has the packages.
#[cfg(target_os = "linux")]
#[test]
fn imednet_installs_and_runs_on_a_machine_without_python() {
    use support::{Chroot, Index, Python};
    let (Some(chroot), Some(python)) = (Chroot::new(), Python::newest()) else { return };
    if !fixture::index_answers(python) {
        return support::missing("pip reaches no package index from here").unwrap_or_default();
    }
    let index = Index::complete();
    chroot.write("etc/python-builds.toml", &chroot.build_of(python).served_by(&index));
    for path in ["/etc/hosts", "/etc/nsswitch.conf", "/etc/pip.conf", "/etc/resolv.conf", "/etc/ssl"] {
        if std::path::Path::new(path).exists() {
            chroot.add(path);
        }
    }
    let of_network = |name: &str| {
        let name = name.to_ascii_uppercase();
        name.ends_with("_PROXY") || name.ends_with("INDEX_URL") || name.starts_with("SSL_CERT") || name == "PIP_CERT"
    };
    let variables = std::env::vars().filter(|(name, _)| of_network(name));
    let chroot = variables.fold(chroot, |chroot, (name, value)| chroot.with_variable(&name, &value));
    let chroot = chroot.with_variable("KINGBOLT_PYTHON_BUILDS", "/etc/python-builds.toml");
    let installed = chroot.run("/bin/kingbolt", ["install", "imednet"]).outcome();
    assert_eq!(installed.code, Some(0), "{installed:?}");
    let help = chroot.run("/home/.local/bin/imednet", ["--help"]).outcome();
    assert!(help.code == Some(0) && help.stdout.contains("imednet"), "{help:?}");
}

#[test]
fn httpie_installs_and_runs() {
    on_each_python(|fixture| {
        fixture.kingbolt(&["install", "httpie"]);
        let version = fixture.run("http", &["--version"]);
        assert!(version.starts_with("3."), "{version}");
        assert!(fixture.run("https", &["--version"]) == version);
    });
}

#[test]
fn black_installs_with_an_extra_and_runs() {
    on_each_python(|fixture| {
        fixture.kingbolt(&["install", "black[d]"]);
        assert_eq!(fixture.run("black", &["-q", "-c", "x  =  'a'"]), "x = \"a\"\n");
        assert!(fixture.run("blackd", &["--help"]).contains("--bind-port"));
    });
}

#[test]
fn jupyterlab_installs_and_its_server_answers() {
    on_each_python(|fixture| {
        fixture.kingbolt(&["install", "jupyterlab"]);
        let port = free_port();
        let mut server = Server(fixture.start(
            "jupyter-lab",
            &[
                "--no-browser",
                "--allow-root",
                "--ServerApp.port_retries=0",
                "--IdentityProvider.token=",
                &format!("--ServerApp.port={port}"),
            ],
        ));
        assert!(server.answer(port, "/api/status").contains("\"started\""));
        assert!(server.answer(port, "/lab").contains("<title>JupyterLab</title>"));
    });
}

#[test]
fn transformers_installs_beside_others_and_everything_imports() {
    const PROGRAM: &str = "
import matplotlib, pandas, sklearn.linear_model, transformers
matplotlib.use('agg')
import matplotlib.pyplot as plot
frame = pandas.DataFrame({'x': [1, 2, 3], 'y': [2, 4, 6]})
model = sklearn.linear_model.LinearRegression().fit(frame[['x']], frame['y'])
plot.plot(frame['x'], frame['y'])
plot.savefig('plot.png')
print(round(model.coef_[0]), transformers.__name__)
";
    on_each_python(|fixture| {
        let with = ["--with", "scikit-learn", "--with", "pandas", "--with", "matplotlib"];
        fixture.kingbolt(&[&["install", "transformers"], with.as_slice()].concat());
        assert_eq!(fixture.run_python("transformers", PROGRAM), "2 transformers\n");
    });
}

/// A server that ends with the test.
struct Server(Child);

impl Server {
    /// The answer to a GET request, asked for until the server listens.
    fn answer(&mut self, port: u16, path: &str) -> String {
        let mut stream = loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => break stream,
                Err(_) => assert_eq!(self.0.try_wait().expect("it is ours"), None, "the server ended"),
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server answers");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
