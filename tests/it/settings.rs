//! Settings of pip and uv: their whole grammar, and what becomes of those that cannot be understood.

use crate::support::{Directory, Fixture, Index, Machine, dependent_hello, hello, other};

const PIP_CONFIGURATION: &str = if cfg!(windows) { "roaming/pip/pip.ini" } else { ".config/pip/pip.conf" };

/// A machine without a setting of Kingbolt's for indexes, and an index that serves `hello` to those who log in.
fn private_hello() -> Option<Fixture> {
    let Fixture { index, machine } = Fixture::serving(Index::complete(), &[dependent_hello("1.0")])?;
    index.demand_login("ada", "s3cret");
    Some(Fixture { index, machine: machine.without_variable("KINGBOLT_INDEX_URL") })
}

#[track_caller]
fn installs(machine: &Machine, variables: &[(&str, &str)]) {
    let run = machine.kingbolt(["install", "hello", "--quiet"]);
    variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).succeeds();
    assert!(machine.directory(Directory::Bin).read_dir().is_ok_and(|mut commands| commands.next().is_some()));
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
}

#[test]
fn indexes_of_uv_have_names_and_credentials() {
    let Some(Fixture { index, machine }) = private_hello() else { return };
    let public = Index::complete();
    public.publish(&other());
    let (url, public) = (index.url(), public.url());
    let with_password = url.replace("://", "://ada:s3cret@");
    for variables in [
        &[("UV_DEFAULT_INDEX", public.as_str()), ("UV_INDEX", with_password.as_str())][..],
        &[("UV_DEFAULT_INDEX", &public), ("UV_INDEX", &format!("corp={with_password}"))],
        &[("UV_DEFAULT_INDEX", &format!("main={public}")), ("UV_EXTRA_INDEX_URL", &with_password)],
        &[("UV_DEFAULT_INDEX", &format!("corp={with_password}")), ("UV_INDEX", &public)],
        &[
            ("UV_DEFAULT_INDEX", &public),
            ("UV_INDEX", &format!("my-corp={url}")),
            ("UV_INDEX_MY_CORP_USERNAME", "ada"),
            ("UV_INDEX_MY_CORP_PASSWORD", "s3cret"),
        ],
    ] {
        installs(&machine, variables);
    }
    assert_eq!(machine.containing("s3cret"), Vec::<String>::new());
}

#[test]
fn no_index_of_pip_and_uv_counts() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("wheels/hello-1.0-py3-none-any.whl", hello("1.0").bytes);
    let machine = machine.without_variable("KINGBOLT_INDEX_URL").with_variable_below_home("PIP_FIND_LINKS", "wheels");
    let url = index.url();
    machine.write(PIP_CONFIGURATION, format!("[global]\nindex-url = {url}\n[install]\nno-index = true\n"));
    installs(&machine, &[]);
    installs(&machine, &[("UV_NO_INDEX", "1"), ("UV_INDEX", &url)]);
    assert_eq!(index.paths(), Vec::<String>::new());
    installs(&machine, &[("PIP_NO_INDEX", "off")]);
    assert_eq!(index.paths().first().map(String::as_str), Some("/simple/hello/"));
    installs(&machine, &[("KINGBOLT_INDEX_URL", &url)]);
    machine
        .kingbolt(["install", "absent"])
        .with_variable("PIP_NO_INDEX", "1")
        .stderr(
            "
            warning: no index is searched: `PIP_NO_INDEX` turns them off
            error: package `absent` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            ",
        )
        .exits(3);
}

#[test]
fn a_setting_that_cannot_be_understood_ends_the_run_and_is_named() {
    let machine = Machine::new().without_variable("KINGBOLT_INDEX_URL");
    for (variable, value, cause) in [
        ("UV_INDEX", "corp=ftp://index.example", "`ftp://index.example` is not an index URL or a directory"),
        ("PIP_INDEX_URL", "https://", "`https://` is not an index URL or a directory"),
        ("PIP_NO_INDEX", "maybe", "it is neither true nor false"),
        ("KINGBOLT_INDEX_ABSENT_STATUS", "https://index.example/=404", "an entry does not have the form `URL=403`"),
    ] {
        let expected = format!(
            "
            error: failed to use `{variable}`
              caused by: {cause}
            hint: correct or remove the setting; settings are never ignored
            "
        );
        machine.kingbolt(["install", "hello"]).with_variable(variable, value).stderr(&expected).exits(2);
    }
}

#[test]
fn pip_configuration_that_cannot_be_understood_ends_the_run_and_is_named() {
    let machine = Machine::new().without_variable("KINGBOLT_INDEX_URL");
    let option = b"[global]\nindex-url = http://index.example/\n";
    for (content, cause) in [
        (b"# f\xfcr alle\n".as_slice(), "invalid utf-8 sequence of [SIZE] from index 3"),
        (b"index-url = http://index.example/\n", "line 1 is not an option of a section"),
    ] {
        machine.write(PIP_CONFIGURATION, [content, option].concat());
        let expected = format!(
            "
            error: failed to use `[HOME]/{PIP_CONFIGURATION}`
              caused by: {cause}
            hint: correct or remove the setting; settings are never ignored
            "
        );
        machine.kingbolt(["install", "hello"]).stderr(&expected).exits(2);
    }
}

#[test]
fn pip_configuration_with_a_byte_order_mark_is_read() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let machine = machine.without_variable("KINGBOLT_INDEX_URL");
    machine.write(PIP_CONFIGURATION, format!("\u{feff}[global]\nindex-url = {}\n", index.url()));
    installs(&machine, &[]);
}
