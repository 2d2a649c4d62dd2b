//! Limits on the time of uploads.

use super::index::{TestIndex, request};
use crate::host::Silent;
use crate::resolve::{ResolveError, ResolveRequest, UndatedFiles, UploadFilter, UploadRules, resolve};
use crate::vocab::UploadLimit;

/// `app` 1.0 is old, 2.0 is a day old; both need `lib`, of which 1.5 is a day old.
const PAGES: &str = "
    app 1.0 uploaded=2026-01-31T00:00:00Z -> lib
    app 2.0 uploaded=2026-06-30T00:00:00Z -> lib
    lib 1.0 uploaded=2026-01-31T00:00:00Z
    lib 1.5 uploaded=2026-06-30T00:00:00Z
";

fn rules(limit: &str) -> UploadRules {
    UploadRules { limit: Some(limit.parse().unwrap()), ..UploadRules::default() }
}

fn limited(asked: &str, rules: UploadRules) -> ResolveRequest {
    let request = request(&[asked]);
    ResolveRequest { uploads: UploadFilter { rules, ..request.uploads }, ..request }
}

/// The versions that are chosen.
fn chosen(request: &ResolveRequest) -> Vec<String> {
    let pins = TestIndex::new(PAGES).solve(request).unwrap().0;
    pins.iter().map(|pin| pin.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect()
}

fn error(pages: &str, request: &ResolveRequest) -> String {
    let error = TestIndex::new(pages).solve(request).unwrap_err();
    format!("{error}\n{}", error.hint().unwrap_or_default())
}

#[test]
fn files_that_are_too_new_are_left_out() {
    for (limit, expected) in [
        ("false", ["app 2.0", "lib 1.5"]),
        ("12 hours", ["app 2.0", "lib 1.5"]),
        ("1 day", ["app 1.0", "lib 1.0"]),
        ("2026-06-29", ["app 1.0", "lib 1.0"]),
        ("2026-06-30T00:00:01Z", ["app 2.0", "lib 1.5"]),
    ] {
        assert_eq!(chosen(&limited("app", rules(limit))), expected, "{limit}");
    }
}

#[test]
fn a_package_may_have_a_limit_of_its_own() {
    let package =
        |limit: UploadLimit| UploadRules { packages: [("lib".parse().unwrap(), limit)].into(), ..rules("7d") };
    assert_eq!(chosen(&limited("app", package(UploadLimit::Off))), ["app 1.0", "lib 1.5"]);
    assert_eq!(chosen(&limited("app", package(UploadLimit::days(1)))), ["app 1.0", "lib 1.0"]);
}

#[test]
fn installed_files_have_no_limit() {
    let mut request = limited("app", rules("7d"));
    request.uploads.exempt_wheels = vec!["app-2.0-py3-none-any.whl".parse().unwrap()];
    assert_eq!(chosen(&request), ["app 2.0", "lib 1.0"]);
}

#[test]
fn a_requirement_that_only_new_files_satisfy_names_the_time_of_the_newest() {
    assert_eq!(
        error(PAGES, &limited("app>1", rules("7d"))),
        "every version of `app` that matches `app>1` is too new: 2.0 was uploaded at 2026-06-30T00:00:00Z\n\
         to take it now, pass `--exclude-newer-package app=false`"
    );
}

#[test]
fn a_conflict_says_which_versions_were_left_out() {
    let pages = "
        app 1.0 uploaded=2026-01-31T00:00:00Z -> lib>=2
        lib 1.0 uploaded=2026-01-31T00:00:00Z
        lib 2.0 uploaded=2026-06-30T00:00:00Z
    ";
    assert_eq!(
        error(pages, &limited("app", rules("7d"))),
        "no versions satisfy all requirements:\n\
         Because app 1.0 depends on lib>=2 and lib 2.0 was uploaded too recently, at 2026-06-30T00:00:00Z, app 1.0 cannot \
         be used.\n\
         And because you asked for app, the requirements cannot be satisfied.\n\
         Not considered: lib 2.0 was uploaded too recently, at 2026-06-30T00:00:00Z.\n\
         change the version requirements, or install fewer packages together"
    );
}

#[test]
fn an_index_without_times_is_refused_unless_it_has_no_limit() {
    let index = TestIndex::new("app 1.0");
    let mut request = limited("app", rules("7d"));
    let error = index.solve(&request).unwrap_err();
    assert!(matches!(error, ResolveError::NoUploadTimes { .. }), "{error}");
    assert_eq!(index.solve(&limited("app", rules("false"))).unwrap().0, ["app 1.0 requested"]);
    request.uploads.undated = UndatedFiles::Admit;
    assert_eq!(index.solve(&request).unwrap().0, ["app 1.0 requested"]);
}

#[test]
fn a_wheel_that_joins_an_old_version_is_as_new_as_it_is() {
    let pages = "
        app 1.0 uploaded=2026-01-31T00:00:00Z
        app 1.0 wheel=1-py3-none-any uploaded=2026-06-30T00:00:00Z
    ";
    let index = TestIndex::new(pages);
    let wheel = |limit: &str| -> String {
        let pins = resolve(&limited("app", rules(limit)), &index, &Silent).unwrap();
        pins.iter().map(|pin| pin.wheel.as_str().to_owned()).collect()
    };
    assert_eq!(wheel("false"), "app-1.0-1-py3-none-any.whl");
    assert_eq!(wheel("7d"), "app-1.0-py3-none-any.whl");
}
