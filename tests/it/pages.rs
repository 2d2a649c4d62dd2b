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
        let (index_url, page_url) = (index.url(), format!("{}hello/", index.url()));
        for (option, address, what) in [
            ("--index-url", &index_url, format!("parse the page of `hello` from the index `{index_url}`")),
            ("--find-links", &page_url, format!("read the find-links page `{page_url}`")),
        ] {
            let refused = format!(
                "
                error: failed to {what}
                  caused by: the response is not a package index page: it is HTML that offers no files
                hint: check the index URL; the response may come from a login page or a proxy, or the index answers so for packages that it does not have
                "
            );
            machine.kingbolt(["install", "hello", option, address, "--quiet"]).stderr(&refused).exits(5);
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

#[test]
fn a_page_without_files_is_never_judged_by_its_title() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for page in [
        "<html><head><title>Links for hello</title></head><body><h1>Links for hello</h1></body></html>",
        "<html><head><title>team/dev: links for hello</title></head><body><h1>team/dev: links for hello</h1></body></html>",
        "<html><head><title>Index of /hello/</title></head><body><a href='../'>../</a></body></html>",
        "",
    ] {
        let first = Index::complete();
        serve_page(&first, page);
        let refused = format!(
            "
            error: failed to parse the page of `hello` from the index `{}`
              caused by: the response is not a package index page: it is HTML that offers no files
            hint: check the index URL; the response may come from a login page or a proxy, or the index answers so for packages that it does not have
            ",
            first.url()
        );
        machine.kingbolt(["install", "hello", "--extra-index-url", &first.url()]).stderr(&refused).exits(5);
    }
}

#[test]
fn metadata_that_a_server_fails_to_send_is_read_from_the_wheel() {
    for status in [403, 404, 410, 500, 502] {
        let Some(Fixture { index, machine }) = Fixture::hello() else { return };
        let sidecar = "/files/hello-1.0-py3-none-any.whl.metadata";
        index.trouble(sidecar, Times::Always, Trouble::status(status));
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let asked = index.paths().iter().filter(|path| *path == sidecar).count();
        assert_eq!(asked, if status < 500 { 1 } else { 2 }, "{status}");
    }
}
