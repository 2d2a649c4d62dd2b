//! Pages of indexes that do not say what they should, and what becomes of an install.

use crate::support::{Fixture, Index, Machine, Times, Trouble, hello};

/// A page in HTML in place of the one of `hello`.
fn serve_page(index: &Index, page: &str) {
    let html = vec![("Content-Type", "text/html".to_owned())];
    index.trouble("/simple/hello/", Times::Always, Trouble::Answer(200, html, page.into()));
}

/// A wheel in the user's downloads, and the URL of that directory.
fn downloaded_wheel(machine: &Machine) -> String {
    machine.write("Downloads/hello-1.0-py3-none-any.whl", hello("1.0").bytes);
    url::Url::from_directory_path(machine.home().join("Downloads")).expect("the home is absolute").into()
}

#[test]
fn a_page_from_a_server_never_names_a_file_of_this_machine() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let downloads = downloaded_wheel(&machine);
    let wheel = "hello-1.0-py3-none-any.whl";
    let on_localhost = downloads.replace("file:///", "file://localhost/");
    for page in [
        format!("<base href='{downloads}'><a href='{wheel}'>x</a>"),
        format!("<base href='{on_localhost}'><a href='{wheel}'>x</a>"),
        format!("<a href='{downloads}{wheel}'>x</a>"),
    ] {
        let index = Index::complete();
        serve_page(&index, &page);
        for option in ["--index-url", "--find-links"] {
            let address = if option == "--index-url" { index.url() } else { format!("{}hello/", index.url()) };
            machine.kingbolt(["install", "hello", option, &address, "--quiet"]).exits_whatever_it_says(5);
        }
        assert!(!machine.files().iter().any(|path| path.starts_with("kingbolt/apps")), "{page}");
    }
}

#[test]
fn a_page_in_a_file_names_files_beside_it() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    downloaded_wheel(&machine);
    let page = machine.write("page.html", "<base href='Downloads/'><a href='hello-1.0-py3-none-any.whl'>x</a>");
    let page = page.to_string_lossy();
    machine.kingbolt(["install", "hello", "--offline", "--find-links", &page, "--quiet"]).succeeds();
}
