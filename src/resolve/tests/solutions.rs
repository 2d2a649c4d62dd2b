//! The versions that are chosen.

use super::index::{TestIndex, digests, request};
use crate::host::Silent;
use crate::resolve::{AllowedBuilds, NewestWithoutWheel, Prereleases, ResolveRequest, VersionRules, resolve};
use crate::vocab::{DirectReference, Location, Pin, Role};

#[test]
fn the_newest_versions_that_fit_together_are_chosen() {
    let index = TestIndex::new(
        "app 1.0 -> lib>=1
         app 2.0 -> lib<2 | tool
         lib 1.0
         lib 1.5
         lib 2.0
         tool 3.0 -> lib!=1.5",
    );
    assert_eq!(index.chosen(&["app"]), ["app 2.0", "lib 1.0", "tool 3.0"]);
}

#[test]
fn a_pin_says_everything_that_installing_needs() {
    let index = TestIndex::new(
        "app 1.0 provides=fast -> lib | speed ; extra == 'fast' | absent ; os_name == 'nt'
         lib 1.0
         speed 1.0",
    );
    let pins = resolve(&request(&["app[fast]"]), &index, &Silent).unwrap();
    let pin = Pin {
        name: "app".parse().unwrap(),
        version: "1.0".parse().unwrap(),
        wheel: "app-1.0-py3-none-any.whl".parse().unwrap(),
        location: Location::Url("https://files.example/app-1.0-py3-none-any.whl".into()),
        digests: digests(),
        is_hash_stated: true,
        size: None,
        extras: vec!["fast".parse().unwrap()],
        dependencies: vec!["lib".parse().unwrap(), "speed".parse().unwrap()],
        role: Role::Requested,
        direct: None,
        built_from: None,
    };
    assert_eq!(pins.len(), 3);
    assert_eq!(pins[0], pin);
}

#[test]
fn an_older_version_of_a_dependency_in_place_of_one_without_a_wheel_is_told() {
    let index = TestIndex::new(
        "a 1.0 -> b
         b 1.0
         b 2.0 wheel=cp312-cp312-win_amd64
         b 3.0 sdist",
    );
    let (pins, warnings) = index.solve(&request(&["a"])).unwrap();
    assert_eq!(pins, ["a 1.0 requested -> b", "b 1.0"]);
    assert_eq!(warnings, ["`b` 1.0 is used: 3.0 is published as source only"]);
    let request = ResolveRequest { newest_without_wheel: NewestWithoutWheel::Report, ..request(&["b"]) };
    assert_eq!(index.solve(&request).unwrap().1, warnings);
}

#[test]
fn a_source_distribution_is_chosen_where_its_build_is_allowed_and_there_is_no_wheel() {
    let index = TestIndex::new(
        "a 1.0 -> b
         a 2.0 sdist -> b>=2
         b 1.0
         b 2.0 wheel=cp312-cp312-win_amd64
         b 2.0 sdist
         b 3.0 sdist python=>=3.13
         c 1.0
         c 1.0 sdist",
    );
    let solved = |builds: AllowedBuilds, asked: &str| {
        let request = ResolveRequest { builds, ..request(&[asked]) };
        index.solve(&request).map(|(pins, warnings)| (pins.join(", "), warnings.join(", ")))
    };
    let of = |name: &str| AllowedBuilds::Of([name.parse().unwrap()].into());
    let everything = ("a 2.0 requested -> b, b 2.0".to_owned(), String::new());
    assert_eq!(solved(AllowedBuilds::All, "a").unwrap(), everything);
    // The newest version that can be used, with what is allowed.
    let error = solved(of("b"), "a").unwrap_err().to_string();
    assert_eq!(error, "`a` 2.0 is published as source only");
    let older = solved(of("a"), "a").unwrap_err();
    assert_eq!(
        older.to_string(),
        "`a` 2.0 needs `b`, which has no wheel for CPython 3.12 on linux x86_64, only for cp312 on win_amd64"
    );
    assert_eq!(
        older.hint().as_deref(),
        Some("pass `--allow-build b` to build from source, or request `a<=1.0`, the newest that needs no build")
    );
    // A wheel comes before source code.
    let pins = resolve(&ResolveRequest { builds: AllowedBuilds::All, ..request(&["c"]) }, &index, &Silent).unwrap();
    assert_eq!(pins[0].location, Location::Url("https://files.example/c-1.0-py3-none-any.whl".into()));
}

#[test]
fn markers_and_extras_decide_what_is_needed() {
    let index = TestIndex::new(
        "app 1.0 provides=a,b,all -> x ; extra == 'a' | y ; extra == 'b' and sys_platform == 'win32' | app[a,b] ; extra == 'all' | z ; python_version >= '3.12'
         x 1.0
         z 1.0",
    );
    let solved = |requirement: &str| index.solve(&request(&[requirement])).unwrap().0;
    assert_eq!(solved("app"), ["app 1.0 requested -> z", "z 1.0"]);
    assert_eq!(solved("app[all]"), ["app[a,all,b] 1.0 requested -> x,z", "x 1.0", "z 1.0"]);
}

#[test]
fn a_requirement_whose_marker_does_not_hold_is_not_looked_at() {
    let index = TestIndex::new("app 1.0");
    assert_eq!(index.chosen(&["app", "absent ; sys_platform == 'win32'"]), ["app 1.0"]);
}

#[test]
fn an_extra_that_does_not_exist_is_reported() {
    let index = TestIndex::new("app 1.0 provides=a");
    let (pins, warnings) = index.solve(&request(&["app[b]"])).unwrap();
    assert_eq!(pins, ["app[b] 1.0 requested"]);
    assert_eq!(warnings, ["`app` 1.0 has no extra `b`"]);
}

#[test]
fn an_extra_that_only_a_dependency_asks_for_is_nothing_to_warn_of() {
    let index = TestIndex::new("app 1.0 -> lib[b]\nlib 1.0 provides=a");
    let (pins, warnings) = index.solve(&request(&["app"])).unwrap();
    assert_eq!(pins, ["app 1.0 requested -> lib", "lib[b] 1.0"]);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn extras_follow_the_version_of_their_package() {
    let index = TestIndex::new(
        "app 1.0 provides=x -> old ; extra == 'x'
         app 2.0 provides=x -> new ; extra == 'x'
         user 1.0 -> app<2
         old 1.0
         new 1.0",
    );
    assert_eq!(index.chosen(&["app[x]", "user"]), ["app 1.0", "old 1.0", "user 1.0"]);
}

#[test]
fn additional_requirements_are_resolved_too() {
    let index = TestIndex::new(
        "app 1.0 -> lib
         lib 1.0
         lib 2.0
         plugin 1.0 -> lib<2",
    );
    let request = crate::resolve::ResolveRequest { with: vec!["plugin".parse().unwrap()], ..request(&["app"]) };
    let (pins, _) = index.solve(&request).unwrap();
    assert_eq!(pins, ["app 1.0 requested -> lib", "lib 1.0", "plugin 1.0 -> lib"]);
}

#[test]
fn pre_releases_are_left_alone_unless_asked_for() {
    let index = TestIndex::new(
        "lib 1.0
         lib 2.0rc1
         only 1.0a1
         only 1.0a2
         app 1.0 -> lib>=2.0a1",
    );
    assert_eq!(index.chosen(&["lib"]), ["lib 1.0"]);
    assert_eq!(index.chosen(&["lib!=2.0rc2"]), ["lib 1.0"]);
    assert_eq!(index.chosen(&["lib>=1.0rc1"]), ["lib 2.0rc1"]);
    assert_eq!(index.chosen(&["lib>1"]), ["lib 2.0rc1"]);
    assert_eq!(index.chosen(&["only"]), ["only 1.0a2"]);
    assert_eq!(index.chosen(&["app"]), ["app 1.0", "lib 2.0rc1"]);
    let allowing = |prereleases, asked: &[&str]| {
        let rules = VersionRules { prereleases, ..VersionRules::default() };
        index.solve(&ResolveRequest { rules, ..request(asked) }).unwrap().0
    };
    assert_eq!(allowing(Prereleases::Allow, &["lib"]), ["lib 2.0rc1 requested"]);
    let of_lib = Prereleases::Of(["lib".parse().unwrap()].into());
    assert_eq!(allowing(of_lib.clone(), &["lib"]), ["lib 2.0rc1 requested"]);
    let of_other = Prereleases::Of(["only".parse().unwrap()].into());
    assert_eq!(allowing(of_other, &["lib"]), ["lib 1.0 requested"]);
}

#[test]
fn constraints_count_wherever_a_package_is_required_and_require_nothing() {
    let index = TestIndex::new(
        "app 1.0 -> lib
         lib 1.0
         lib 2.0
         lib 3.0
         unused 1.0",
    );
    let chosen = |constraints: &[&str], overrides: &[&str]| {
        let all = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let rules =
            VersionRules { constraints: all(constraints), overrides: all(overrides), ..VersionRules::default() };
        index
            .solve(&ResolveRequest { rules, ..request(&["app"]) })
            .map(|(pins, _)| pins)
            .map_err(|error| error.to_string())
    };
    let pins = |lib: &str| Ok(vec!["app 1.0 requested -> lib".to_owned(), format!("lib {lib}")]);
    assert_eq!(chosen(&["lib<3", "unused==1.0"], &[]), pins("2.0"));
    assert_eq!(chosen(&["lib<3", "lib!=2.0"], &[]), pins("1.0"));
    assert_eq!(chosen(&["lib<3; sys_platform == 'none'"], &[]), pins("3.0"));
    assert!(chosen(&["lib<1"], &[]).is_err());
    // An override replaces what packages require; constraints on its package still count.
    assert_eq!(chosen(&[], &["lib<2"]), pins("1.0"));
    assert_eq!(chosen(&["lib<2"], &["lib>=1"]), pins("1.0"));
    assert_eq!(chosen(&[], &["lib<2; sys_platform == 'none'"]), Ok(vec!["app 1.0 requested".to_owned()]));
}

#[test]
fn an_override_admits_what_packages_exclude() {
    let index = TestIndex::new(
        "app 1.0 -> lib<2
         lib 1.0
         lib 2.0",
    );
    let rules = VersionRules { overrides: vec!["lib>=2".parse().unwrap()], ..VersionRules::default() };
    let pins = index.solve(&ResolveRequest { rules, ..request(&["app"]) }).unwrap().0;
    assert_eq!(pins, ["app 1.0 requested -> lib", "lib 2.0"]);
}

#[test]
fn a_conflict_does_not_bring_in_pre_releases_that_nobody_asked_for() {
    let index = TestIndex::new(
        "lib 1.0 -> base<2
         lib 2.0a1
         base 1.0
         base 2.0",
    );
    assert!(index.error(&["lib", "base>=2"]).to_string().contains("lib 1.0 depends on base<2"));
}

#[test]
fn a_pre_release_is_used_where_a_later_requirement_asks_for_it() {
    let index = TestIndex::new(
        "app 1.0 -> late
         lib 1.0
         lib 2.0
         lib 3.0a1
         late 1.0 -> lib>=3.0a0",
    );
    assert_eq!(index.chosen(&["lib", "app"]), ["app 1.0", "late 1.0", "lib 3.0a1"]);
}

#[test]
fn yanked_files_are_used_only_where_they_are_pinned() {
    let index = TestIndex::new(
        "lib 1.0
         lib 2.0 yanked=broken
         app 1.0 -> lib==2.0",
    );
    assert_eq!(index.chosen(&["lib"]), ["lib 1.0"]);
    let (pins, warnings) = index.solve(&request(&["lib", "app"])).unwrap();
    assert_eq!(pins, ["app 1.0 requested -> lib", "lib 2.0 requested"]);
    assert_eq!(warnings, ["`lib` 2.0 was yanked: broken"]);
}

#[test]
fn requirements_of_a_version_that_was_given_up_admit_nothing() {
    for (newest, wants) in [("lib 2.0a1", "lib>=0.5a1"), ("lib 2.0 yanked=broken", "lib==2.0")] {
        for conflict in ["base>=2", "between"] {
            let index = TestIndex::new(&format!(
                "app 1.0 -> lib>=1
                 app 2.0 -> {wants} | {conflict}
                 between 1.0 -> base>=2
                 base 1.0
                 base 2.0
                 lib 0.5
                 lib 1.0
                 {newest}"
            ));
            assert_eq!(index.chosen(&["app", "base<2"]), ["app 1.0", "base 1.0", "lib 1.0"], "{newest} {conflict}");
            let error = index.error(&["app", "base<2", "lib!=1.0"]).to_string();
            assert!(error.starts_with("no versions satisfy all requirements"), "{error}");
        }
    }
}

#[test]
fn versions_for_another_python_or_platform_are_passed_over() {
    let index = TestIndex::new(
        "lib 1.0
         lib 2.0 python=>=3.13
         lib 3.0 wheel=cp312-cp312-win_amd64
         lib 4.0 sdist
         lib 5.0 needs-python=<3.12
         lib 6.0 invalid=nonsense",
    );
    let request = ResolveRequest { newest_without_wheel: NewestWithoutWheel::Report, ..request(&["lib"]) };
    assert_eq!(index.solve(&request).unwrap().0, ["lib 1.0 requested"]);
}

#[test]
fn the_best_wheel_is_the_most_specific_one_with_the_highest_build_number() {
    let index = TestIndex::new(
        "lib 1.0 wheel=py3-none-any
         lib 1.0 wheel=cp312-cp312-manylinux_2_17_x86_64
         lib 1.0 wheel=2-cp312-cp312-manylinux_2_28_x86_64
         lib 1.0 wheel=10-cp312-cp312-manylinux_2_28_x86_64
         lib 1.0 wheel=cp312-cp312-manylinux_2_39_x86_64
         lib 1.0 wheel=11-cp312-cp312-manylinux_2_28_x86_64 yanked=",
    );
    let pins = resolve(&request(&["lib"]), &index, &Silent).unwrap();
    assert_eq!(pins[0].wheel.as_str(), "lib-1.0-10-cp312-cp312-manylinux_2_28_x86_64.whl");
}

#[test]
fn local_versions_satisfy_specifiers_of_their_public_version() {
    let index = TestIndex::new("torch 2.0+cu118\ntorch 2.0\napp 1.0 -> torch==2.0");
    assert_eq!(index.chosen(&["app"]), ["app 1.0", "torch 2.0+cu118"]);
    assert_eq!(index.chosen(&["app", "torch<=2.0"]), ["app 1.0", "torch 2.0+cu118"]);
    assert_eq!(index.chosen(&["app", "torch!=2.0+cu118"]), ["app 1.0", "torch 2.0"]);
}

#[test]
fn a_direct_reference_is_the_version() {
    let index = TestIndex::new(
        "lib 1.0
         lib 9.0
         app 1.0 -> lib>=1",
    );
    let reference =
        "lib @ https://you:secret@files.example/lib-1.0-py3-none-any.whl#sha256=".to_owned() + &"a".repeat(64);
    let pins = resolve(&request(&["app", &reference]), &index, &Silent).unwrap();
    assert_eq!(pins[1].version.to_string(), "1.0");
    assert_eq!(pins[1].digests, digests());
    assert_eq!(pins[1].location, Location::Url("https://you:secret@files.example/lib-1.0-py3-none-any.whl".into()));
    assert_eq!(
        pins[1].direct,
        Some(DirectReference { url: "https://files.example/lib-1.0-py3-none-any.whl".into(), source: None })
    );
}

#[cfg(unix)]
#[test]
fn a_local_wheel_needs_neither_index_nor_hash() {
    let index = TestIndex::new("lib 1.0 -> dep\ndep 1.0");
    let pins = resolve(&request(&["lib @ file:///w%20h/lib-1.0-py3-none-any.whl"]), &index, &Silent).unwrap();
    assert_eq!(pins[1].location, Location::Path("/w h/lib-1.0-py3-none-any.whl".into()));
    assert_eq!(pins[1].digests, None);
    assert_eq!(pins[0].name.as_str(), "dep");
}

#[test]
fn a_direct_reference_of_a_dependency_counts() {
    let index = TestIndex::new(
        "app 1.0 -> lib>=1 | late
         lib 1.0
         lib 3.0
         late 1.0 -> lib @ https://files.example/lib-1.0-py3-none-any.whl",
    );
    let late = "late @ https://files.example/late-1.0-py3-none-any.whl";
    let (pins, warnings) = index.solve(&request(&["app", late])).unwrap();
    assert_eq!(pins, ["app 1.0 requested -> late,lib", "late 1.0 requested -> lib", "lib 1.0"]);
    assert_eq!(warnings, ["`late` 1.0 requires `lib @ https://files.example/lib-1.0-py3-none-any.whl`"]);
}

#[test]
fn only_you_and_what_you_named_by_address_name_addresses() {
    let wheel = "https://files.example/lib-1.0-py3-none-any.whl";
    let late = "late @ https://files.example/late-1.0-py3-none-any.whl";
    let with = |scheme: &str| {
        let address = wheel.replace("https", scheme);
        TestIndex::new(&format!("late 1.0 -> lib @ {address}\nother 1.0 -> lib @ {address}\nlib 1.0"))
    };
    let index = with("https");
    assert_eq!(index.chosen(&[late]), ["late 1.0", "lib 1.0"]);
    assert_eq!(index.chosen(&["other", &format!("lib @ {wheel}")]), ["lib 1.0", "other 1.0"]);
    let error = index.error(&["other"]);
    let expected = format!("`other` 1.0 requires `lib @ {wheel}`, but only you can name an address");
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.hint(), Some(format!("if you trust this address, pass `--with 'lib @ {wheel}'`")));
    for (scheme, requested) in [("http", late), ("file", late), ("http", "other"), ("file", "other")] {
        let error = with(scheme).error(&[requested]).to_string();
        assert!(error.ends_with("but only you can name an address"), "{error}");
    }
}

#[test]
fn a_direct_reference_counts_in_a_search_that_started_again() {
    let mut lines = vec!["app 1.0 -> lib>=1 | many | base<2".to_owned()];
    lines.extend(["lib 1.0", "lib 3.0", "base 1.0", "base 2.0"].map(str::to_owned));
    lines.push("late 1.0 -> lib @ https://files.example/lib-1.0-py3-none-any.whl".to_owned());
    lines.push("many 0".to_owned());
    lines.extend((1..40).map(|number| format!("many {number} -> base>=2,!=2.{number}")));
    let index = TestIndex::new(&lines.join("\n"));
    let late = "late @ https://files.example/late-1.0-py3-none-any.whl";
    let pins = resolve(&request(&["app", late]), &index, &Silent).unwrap();
    let shown: Vec<_> =
        pins.iter().map(|pin| format!("{} {} {}", pin.name, pin.version, pin.direct.is_some())).collect();
    assert_eq!(shown, ["app 1.0 false", "base 1.0 false", "late 1.0 true", "lib 1.0 true", "many 0 false"]);
}

#[test]
fn many_versions_that_do_not_fit_are_searched_through() {
    // boto3 needs one botocore each, all but the oldest of those need a new urllib3.
    let mut lines = vec!["urllib3 1.26".to_owned(), "urllib3 2.0".to_owned()];
    for number in 0..300 {
        let urllib3 = if number < 3 { "<2" } else { ">=2" };
        lines.push(format!("boto3 1.{number} -> botocore>=1.{number},<1.{}", number + 1));
        lines.push(format!("botocore 1.{number}.0 -> urllib3{urllib3}"));
        lines.push(format!("botocore 1.{number}.5 -> urllib3{urllib3}"));
    }
    let index = TestIndex::new(&lines.join("\n"));
    assert_eq!(index.chosen(&["boto3", "urllib3<2"]), ["boto3 1.2", "botocore 1.2.5", "urllib3 1.26"]);
    let requested = index.requested.lock().unwrap().len();
    assert!(requested < 1000, "{requested}");
}

#[test]
fn likely_versions_are_asked_for_ahead() {
    let index = TestIndex::new(
        "app 1.0 -> lib<3
         lib 1.0
         lib 2.0
         lib 2.5a1
         lib 2.6 sdist
         lib 2.7 yanked=
         lib 2.8 python=<3
         lib 3.0",
    );
    index.chosen(&["app"]);
    assert_eq!(*index.prefetched.lock().unwrap(), ["app-1.0-py3-none-any.whl", "lib-2.0-py3-none-any.whl"]);
}

#[test]
fn a_package_that_needs_itself_is_no_problem() {
    let index = TestIndex::new(
        "app 1.0 -> app>=0.5
         app 2.0 -> app<2",
    );
    assert_eq!(index.chosen(&["app"]), ["app 1.0"]);
}

#[test]
fn packages_that_need_each_other_are_no_problem() {
    let index = TestIndex::new("a 1.0 -> b\nb 1.0 -> a");
    assert_eq!(index.chosen(&["a"]), ["a 1.0", "b 1.0"]);
}
