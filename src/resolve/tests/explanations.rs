//! Explanations of failed resolutions.

use std::convert::Infallible;

use super::index::{TestIndex, request};
use crate::host::Silent;
use crate::index::FileName;
use crate::resolve::{HashPolicy, NewestWithoutWheel, ResolveError, ResolveRequest, resolve};
use crate::vocab::WheelName;

/// First lines of the two errors with explanations.
const CONFLICT: &str = "no versions satisfy all requirements:";
const UNSUITABLE: &str = "no versions support CPython 3.12 on linux x86_64:";

#[track_caller]
fn assert_refused(index: &str, requirements: &[&str], expected: &str) {
    assert_eq!(TestIndex::new(index).error(requirements).to_string(), expected);
}

#[track_caller]
fn assert_explained(index: &str, requirements: &[&str], headline: &str, lines: &[&str]) {
    assert_refused(index, requirements, &format!("{headline}\n{}", lines.join("\n")));
}

#[test]
fn a_package_that_no_index_knows_is_named() {
    assert_refused("a 1.0", &["a", "nosuch>=1"], "package `nosuch` was not found in any index");
    assert_explained(
        "a 1.0 -> nosuch",
        &["a"],
        CONFLICT,
        &[
            "Because a 1.0 depends on nosuch and nosuch was not found in any index, a 1.0 cannot be used.",
            "And because you asked for a, the requirements cannot be satisfied.",
        ],
    );
}

#[test]
fn a_quarantined_package_is_named_with_the_reason() {
    assert_refused("a quarantined=malware", &["a"], "`a` is quarantined by the index: malware");
    assert_refused("a quarantined=", &["a"], "`a` is quarantined by the index");
}

#[test]
fn versions_that_exist_are_named_where_none_matches() {
    assert_refused("a 1.0\na 2.0", &["a>5"], "no version of `a` matches `a>5`: the newest versions are 2.0, 1.0");
    assert_refused("a 1.0", &["a>2"], "no version of `a` matches `a>2`: the only version is 1.0");
    assert_refused("a 1.0", &["a>2,<1"], "no version can match `a<1,>2`");
    assert_refused("a", &["a"], "no version of `a` matches `a`: it has no files");
    let many: Vec<String> = (0..9).map(|number| format!("a {number}")).collect();
    assert_refused(
        &many.join("\n"),
        &["a==10"],
        "no version of `a` matches `a==10`: the newest versions are 8, 7, 6, \
                                                  5, 4",
    );
}

#[test]
fn source_distributions_are_named() {
    let error = TestIndex::new("a 1.0 sdist\na 2.0 sdist").error(&["a"]);
    assert!(matches!(error, ResolveError::OnlySource { .. }));
    assert_eq!(error.to_string(), "`a` 2.0 has no wheel, only a source distribution");
    assert_eq!(error.hint().as_deref(), Some("pass `--allow-build a` to build it from source"));
}

#[test]
fn an_older_version_does_not_stand_for_a_newer_one_without_a_wheel() {
    for (newest, expected) in [
        ("a 2.0 sdist", "`a` 2.0 is published as source only"),
        (
            "a 2.0 wheel=cp312-cp312-win_amd64\na 2.0 sdist",
            "`a` 2.0 has no wheel for CPython 3.12 on linux x86_64, only for cp312 on win_amd64",
        ),
    ] {
        let error =
            TestIndex::new(&format!("a 1.0\na 1.1\n{newest}\na 3.0rc1 sdist\na 4.0 sdist yanked=")).error(&["a"]);
        assert_eq!(error.to_string(), expected);
        assert_eq!(
            error.hint().as_deref(),
            Some("pass `--allow-build a` to build from source, or request `a<=1.1`, the newest with a wheel")
        );
    }
    // Nobody asks for these.
    for index in ["a 1.0\na 2.0rc1 sdist", "a 1.0\na 2.0 sdist yanked=", "a 1.0\na 2.0 sdist python=>=3.13"] {
        assert_eq!(TestIndex::new(index).chosen(&["a"]), ["a 1.0"]);
    }
    assert_eq!(TestIndex::new("a 1.0\na 2.0 sdist").chosen(&["a<2"]), ["a 1.0"]);
}

#[test]
fn an_older_version_does_not_stand_for_a_newer_one_whose_dependency_has_no_wheel() {
    let index = "a 1.0\na 1.1\na 2.0 -> b\nb 1.0 -> c>=2\nc 1.0\nc 2.0 sdist";
    assert_refused(index, &["a"], "`a` 2.0 needs `c`, which is published as source only");
    // A conflict is no such reason, and neither is another Python.
    for index in ["a 1.0\na 2.0 -> b>=2\nb 1.0", "a 1.0\na 2.0 -> b\nb 1.0 python=>=3.13"] {
        assert_eq!(TestIndex::new(index).chosen(&["a"]), ["a 1.0"]);
    }
    assert_eq!(TestIndex::new(index).chosen(&["a<2"]), ["a 1.1"]);
}

#[test]
fn an_older_version_without_an_extra_does_not_stand_for_a_newer_one_that_has_it() {
    let index = TestIndex::new(
        "a 1.0
         a 2.0 provides=dev -> b ; extra == 'dev'
         b 1.0 sdist
         c 1.0 -> a[dev]",
    );
    assert_eq!(index.error(&["a[dev]"]).to_string(), "`a` 2.0 needs `b`, which is published as source only");
    let (pins, warnings) = index.solve(&request(&["c"])).unwrap();
    assert_eq!(pins, ["a[dev] 1.0", "c 1.0 requested -> a"]);
    assert_eq!(warnings, ["`a` 1.0 has no extra `dev`"]);
}

#[test]
fn wheels_for_other_machines_are_named() {
    let error = TestIndex::new(
        "a 1.0 wheel=cp310-cp310-win_amd64
         a 1.0 wheel=cp311-cp311-macosx_11_0_arm64
         a 1.0 sdist",
    )
    .error(&["a"]);
    assert!(matches!(error, ResolveError::NoWheel { .. }));
    assert_eq!(
        error.to_string(),
        "no wheel of `a` 1.0 supports CPython 3.12 on linux x86_64; there are wheels for cp310 and cp311 on win_amd64 \
         and macosx_11_0_arm64"
    );
}

#[test]
fn another_python_is_named_where_one_is_needed() {
    let error = TestIndex::new("a 1.0 python=>=3.13 wheel=cp313-cp313-win_amd64").error(&["a"]);
    assert!(matches!(error, ResolveError::OtherPython { .. }));
    assert_eq!(error.to_string(), "`a` 1.0 requires Python >=3.13, not 3.12.1");
    assert_eq!(error.hint().as_deref(), Some("pass `--python \">=3.13\"`"));
}

#[test]
fn yanked_versions_are_named_with_the_reason() {
    let error = TestIndex::new("a 1.0 yanked=\na 2.0 yanked=leaks").error(&["a>=1"]);
    assert!(matches!(error, ResolveError::OnlyYanked { .. }));
    assert_eq!(error.to_string(), "every version of `a` that matches `a>=1` was yanked: leaks");
    assert_eq!(error.hint().as_deref(), Some("to install it anyway, pin it exactly: `a==2.0`"));
}

#[test]
fn versions_that_do_not_fit_for_different_reasons_are_all_named() {
    assert_explained(
        "a 1.0 sdist
         a 1.1 sdist
         a 1.2 sdist
         a 1.3 sdist
         a 2.0 wheel=cp312-cp312-win_amd64
         a 3.0 python=>=3.13
         a 4.0 yanked=oops",
        &["a"],
        UNSUITABLE,
        &["Because a 4.0 was yanked, a 3.0 requires Python >=3.13, a 2.0 has no wheel for CPython 3.12 on linux \
             x86_64 and a 1.3, 1.2, 1.1 and 1 older have only a source distribution, the requirements cannot be \
             satisfied."],
    );
}

#[test]
fn files_without_hashes_come_over_https_only_unless_more_or_less_is_asked_for() {
    use HashPolicy::{AllowUnhashed, OverHttps, Require};
    let file: WheelName = "a-1.0-py3-none-any.whl".parse().unwrap();
    let told = |policy: HashPolicy, scheme: &str| {
        let url = format!("{scheme}://index.example/a-1.0-py3-none-any.whl");
        policy.admit::<Infallible>(&FileName::Wheel(file.clone()), &url.into()).err().map(|error| error.to_string())
    };
    let missing = Some("no secure hash is stated for `a-1.0-py3-none-any.whl`".to_owned());
    let plain = missing.clone().map(|missing| missing + ", which comes over plain HTTP");
    assert_eq!((told(OverHttps, "https"), told(OverHttps, "http")), (None, plain));
    assert_eq!((told(AllowUnhashed, "https"), told(AllowUnhashed, "http")), (None, None));
    assert_eq!((told(Require, "https"), told(Require, "http")), (missing.clone(), missing));
    let index = TestIndex::new("a 1.0 no-hash");
    assert_eq!(resolve(&request(&["a"]), &index, &Silent).unwrap()[0].digests, None);
    let requiring = ResolveRequest { hashes: Require, ..request(&["a"]) };
    assert!(matches!(resolve(&requiring, &index, &Silent), Err(ResolveError::MissingDigest { .. })));
}

#[test]
fn two_packages_that_need_different_versions_of_a_third_are_named() {
    assert_explained(
        "a 1.0 -> c>=2\nb 1.0 -> c<2\nc 1.0\nc 2.0",
        &["a", "b"],
        CONFLICT,
        &[
            "Because a 1.0 depends on c>=2 and b 1.0 depends on c<2, a 1.0 and b 1.0 are incompatible.",
            "And because you asked for a and b, the requirements cannot be satisfied.",
        ],
    );
}

#[test]
fn a_conflict_names_what_the_newest_versions_need_and_is_derived_on_request() {
    let error = TestIndex::new(
        "a 1.0 -> c>=2
         a 2.0 -> c>=3
         b 1.0 -> c<2
         b 1.1 -> c<1.5
         c 1.0
         c 2.0
         c 3.0",
    )
    .error(&["a", "b"]);
    assert_eq!(
        error.to_string(),
        "no versions satisfy all requirements:\n\
         - a 2.0 depends on c>=3 (another version is similar)\n\
         - b 1.1 depends on c<1.5 (another version is similar)\n\
         - you asked for a and b"
    );
    let hint = "change the version requirements, or install fewer packages together; `--verbose` shows how the conflict \
                comes about";
    assert_eq!(error.hint().as_deref(), Some(hint));
    assert_eq!(
        error.derivation(),
        Some(
            "Because b 1.1 depends on c<1.5 and b 1.0 depends on c<2, all versions of b need c<2. (1)\n\
             And because a 1.0 depends on c>=2, a 1.0 and all versions of b are incompatible. (2)\n\n\
             Because all versions of b need c<2 (1) and a 2.0 depends on c>=3, a 2.0 and all versions of b are \
             incompatible.\n\
             And because a 1.0 and all versions of b are incompatible (2), all versions of a and all versions of b are \
             incompatible.\n\
             And because you asked for a and b, the requirements cannot be satisfied."
        )
    );
}

#[test]
fn the_one_who_asked_and_the_extra_are_named() {
    let index = TestIndex::new("a 1.0 provides=x -> b>=2 ; extra == 'x'\nb 1.0\nb 2.0");
    let request = ResolveRequest { asked_by: "pyproject.toml".to_owned(), ..request(&["a[x]", "b<2"]) };
    assert_eq!(
        index.solve(&request).unwrap_err().to_string(),
        "no versions satisfy all requirements:\n\
         Because pyproject.toml asked for a[x] and a[x] 1.0 depends on b>=2, b>=2 must be installed.\n\
         And because pyproject.toml asked for b<2, the requirements cannot be satisfied."
    );
}

#[test]
fn two_addresses_for_one_package_contradict_each_other() {
    assert_explained(
        "a 1.0 -> b @ https://x.example/b-1.0-py3-none-any.whl\nb 1.0",
        &["a @ https://x.example/a-1.0-py3-none-any.whl", "b @ https://y.example/b-1.0-py3-none-any.whl"],
        CONFLICT,
        &[
            "Because you asked for a @ https://x.example/a-1.0-py3-none-any.whl and a 1.0 \
             depends on b @ https://x.example/b-1.0-py3-none-any.whl, b @ \
             https://x.example/b-1.0-py3-none-any.whl must be installed.",
            "And because you asked for b @ https://y.example/b-1.0-py3-none-any.whl, the requirements cannot be \
             satisfied.",
        ],
    );
}

#[test]
fn addresses_that_cannot_be_installed_are_refused_at_once() {
    let cause = |requirement: &str| {
        let error = TestIndex::new("").error(&[requirement]);
        let source = std::error::Error::source(&error).map(ToString::to_string);
        (error.to_string(), source.unwrap_or_default())
    };
    let text = |requirement: &str| format!("`{requirement}` cannot be installed");
    for (requirement, expected) in [
        ("a @ git+https://x.example/a", "it is not a wheel"),
        ("a @ https://x.example/a-1.0.tar.gz", "it is not a wheel"),
        ("a @ a-1.0-py3-none-any.whl", "it is not a URL"),
        ("a @ https://x.example/b-1.0-py3-none-any.whl", "the wheel belongs to `b`"),
        ("a @ https://x.example/a-1.0-py3-none-any.whl#sha256=12", "its hash cannot be verified"),
        (
            "a @ https://x.example/a-1.0-cp312-cp312-win_amd64.whl",
            "the wheel does not support CPython 3.12 on linux x86_64",
        ),
    ] {
        assert_eq!(cause(requirement), (text(requirement), expected.to_owned()));
    }
}

#[test]
fn a_dependency_that_no_machine_like_this_can_use_is_named() {
    let index = TestIndex::new(
        "a 1.0 -> b
         a 2.0 -> b
         a 3.0 python=>=3.13
         b 1.0 sdist",
    );
    assert_eq!(index.error(&["a"]).to_string(), "`a` 2.0 needs `b`, which is published as source only");
    let request = ResolveRequest { newest_without_wheel: NewestWithoutWheel::Report, ..request(&["a"]) };
    let expected = "no versions support CPython 3.12 on linux x86_64:\n\
         Because all usable versions of a depend on b and b 1.0 has only a source distribution, no version of a can be used.\n\
         And because you asked for a, the requirements cannot be satisfied.\n\
         Not considered: a 3.0 requires Python >=3.13.";
    assert_eq!(index.solve(&request).unwrap_err().to_string(), expected);
    // Older versions have other problems, which nobody can do anything about.
    let index = TestIndex::new("a 1.0 -> absent\na 1.1 -> c>=2\na 2.0 -> b\nb 1.0 sdist\nc 1.0");
    let error = index.error(&["a"]);
    assert_eq!(error.to_string(), "`a` 2.0 needs `b`, which is published as source only");
    assert_eq!(error.hint().as_deref(), Some("pass `--allow-build b` to build from source"));
}

#[test]
fn another_python_is_proposed_only_where_it_may_help() {
    let hint = |lines: &str, builds| {
        let request = ResolveRequest { newest_without_wheel: builds, ..request(&["a"]) };
        TestIndex::new(lines).solve(&request).unwrap_err().hint().expect("there is one")
    };
    for (b, refused, reported) in [
        ("b 1.0 wheel=cp39-cp39-win32", "request another version of `a`", "request other versions"),
        (
            "b 1.0 wheel=cp39-cp39-manylinux_2_17_x86_64",
            "try another Python with `--python`",
            "try another Python with `--python`, or other versions",
        ),
        ("b 1.0 python=>=3.13", "", "try another Python with `--python`, or other versions"),
    ] {
        let lines = format!("a 1.0 -> b\n{b}");
        if !refused.is_empty() {
            assert_eq!(hint(&lines, NewestWithoutWheel::Refuse), refused, "{b}");
        }
        assert_eq!(hint(&lines, NewestWithoutWheel::Report), reported, "{b}");
    }
}

#[test]
fn unusable_metadata_is_reported() {
    assert_explained(
        "a 1.0 invalid=nonsense\na 2.0 needs-python=>=3.13",
        &["a"],
        CONFLICT,
        &[
            "Because a 1.0 cannot be used (nonsense) and a 2.0 requires Python >=3.13, no version of a can be used.",
            "And because you asked for a, the requirements cannot be satisfied.",
        ],
    );
}

#[test]
fn a_long_search_is_summed_up() {
    let mut lines = vec!["urllib3 1.26".to_owned(), "urllib3 2.0".to_owned()];
    for number in 0..40 {
        lines.push(format!("boto3 1.{number} -> botocore>=1.{number},<1.{}", number + 1));
        lines.push(format!("botocore 1.{number}.0 -> urllib3>=2.{number}"));
        lines.push(format!("botocore 1.{number}.5 -> urllib3>=2.{number}"));
    }
    assert_explained(
        &lines.join("\n"),
        &["boto3", "urllib3<2"],
        CONFLICT,
        &[
            "- boto3 1.39 depends on botocore>=1.39,<1.40 (39 other versions are similar)",
            "- botocore>=1.39.0 depends on urllib3>=2.39 (78 other versions are similar)",
            "- you asked for boto3 and urllib3<2",
        ],
    );
}
