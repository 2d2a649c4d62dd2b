//! Properties of the texts that become checked values: a value that was parsed can be written and parsed again, and
//! what was checked once stays true.

use std::cmp::Ordering;
use std::path::{Component, Path};

use pep440_rs::Operator;

use super::{
    ExtraName, Marker, MarkerEnvironment, Metadata, Origin, PackageName, Requirement, SafePath, Version, WheelName,
    admits, admitted, after_locals, mentions_prerelease, parse_requires_python, parse_specifiers, parse_version,
    pins_exactly,
};
use crate::property::{Check, Property, Seeds};

/// Lines of versions.
pub const VERSIONS: Property = Property {
    seeds: Seeds::Texts(&[
        "1.0\n1.0.0\n1!2.3a4.post5.dev6+local.7\nv1.0-1",
        "2024.1rc1\n1.0.dev0\n1.0+ubuntu.1",
        "18446744073709551615.18446744073709551614\n1.post18446744073709551615\n1.dev18446744073709551615",
    ]),
    holds: Check::Text(versions),
};

/// A line of specifiers, then lines of versions.
pub const SPECIFIERS: Property = Property {
    seeds: Seeds::Texts(&[
        ">=1.0,<2,!=1.5.*\n1.5\n1.6a1\n2.0.dev0",
        "~=1.4.2\n1.4.2\n1.5",
        "==1!1.0+local\n1!1.0+local",
        "===1.0a1,>1.0.post1\n1.0a1",
        "==1.0.*, <=1.0rc1\n1.0rc1\n1.0.post1",
        ">=3.6.*,<4\n3.6",
        "==18446744073709551615.*\n18446744073709551615.1",
    ]),
    holds: Check::Text(specifiers),
};

/// A marker.
pub const MARKER: Property = Property {
    seeds: Seeds::Texts(&[
        "python_version >= '3.8' and (os_name == \"posix\" or sys_platform not in 'win32 cygwin')",
        "extra == 'Foo_Bar' or 'a.b' in extras and 'dev' in dependency_groups",
        "'3.9' ~= python_full_version and platform_release === '6.1' and platform.machine != 'x86_64'",
        "((((implementation_version<'3.15.0a2'))))",
    ]),
    holds: Check::Text(marker),
};

/// A requirement.
pub const REQUIREMENT: Property = Property {
    seeds: Seeds::Texts(&[
        "Foo.Bar[b_c,a] >=1.0,<2 ; os_name == 'posix' and extra == 'X'",
        "foo (==1.0.*)",
        "foo[a] @ https://index.example/a;b-1.0-py3-none-any.whl#sha256=ab ; python_version<'3'",
        "foo>=1,",
    ]),
    holds: Check::Text(requirement),
};

/// METADATA of a wheel.
pub const METADATA: Property = Property {
    seeds: Seeds::Texts(&[
        "Metadata-Version: 2.4\r\nName: Foo.Bar\r\nVersion: 1.0\r\nSummary: a\r\n  folded: line\r\n\
         Requires-Python: >=3.8\r\nRequires-Dist: bar>=1 \r\nREQUIRES-DIST: baz; extra == 'x'\r\n\
         Provides-Extra: X\r\n\r\ntext\r\n",
        "Metadata-Version: 1.1\nName: foo\nVersion: 1!2a1\nRequires-Python: >=3.6.*\nLicense: a\n        b\n",
    ]),
    holds: Check::Bytes(metadata),
};

/// The file name of a wheel.
pub const WHEEL_NAME: Property = Property {
    seeds: Seeds::Texts(&[
        "demo-1.0-py3-none-any.whl",
        "Demo_x.y-1!2.0+cu118.a-1abc-cp38.cp39-abi3.none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    ]),
    holds: Check::Text(wheel_name),
};

/// A path in an archive, and a package's name.
pub const NAMES: Property = Property {
    seeds: Seeds::Texts(&["pkg/sub dir/module.py", "C:/a", "..", "con.txt/a.", "Zope.Interface", "a_-.b", "ü/…"]),
    holds: Check::Text(names),
};

fn versions(text: &str) {
    let versions: Vec<Version> = text.lines().take(8).filter_map(|line| parse_version(line).ok()).collect();
    for version in &versions {
        assert_eq!(parse_version(&version.to_string()).as_ref(), Ok(version));
        assert!(after_locals(version) > *version, "{version}");
    }
    for one in &versions {
        for other in &versions {
            assert_eq!(one.cmp(other), other.cmp(one).reverse());
            assert_eq!(one == other, one.cmp(other) == Ordering::Equal);
        }
    }
}

fn specifiers(text: &str) {
    let mut lines = text.lines().take(8);
    let Some(first) = lines.next() else { return };
    let _ = parse_requires_python(first);
    let Ok(specifiers) = parse_specifiers(first) else { return };
    let again = parse_specifiers(&specifiers.to_string());
    assert_eq!(again.as_ref(), Ok(&specifiers));
    assert_eq!(parse_requires_python(first).as_ref(), Some(&specifiers));
    let _ = (mentions_prerelease(&specifiers), pins_exactly(&specifiers));
    let range = admitted(&specifiers);
    let mentioned = specifiers.iter().map(|specifier| specifier.version().clone());
    for version in mentioned.chain(lines.filter_map(|line| parse_version(line).ok())) {
        assert_eq!(admits(&specifiers, &version), range.contains(&version), "{version}");
    }
    for specifier in specifiers.iter().filter(|specifier| includes_its_version(*specifier.operator())) {
        let alone = [specifier.clone()].into_iter().collect();
        assert!(admits(&alone, specifier.version()), "{specifier}");
    }
}

fn includes_its_version(operator: Operator) -> bool {
    use Operator::{Equal, ExactEqual, GreaterThanEqual, LessThanEqual, TildeEqual};
    matches!(operator, Equal | ExactEqual | GreaterThanEqual | LessThanEqual | TildeEqual)
}

fn marker(text: &str) {
    let Ok(marker) = text.parse::<Marker>() else { return };
    let again = marker.to_string().parse::<Marker>();
    assert_eq!(again.as_ref(), Ok(&marker));
    let extras: Vec<ExtraName> = ["a", "foo-bar"].iter().filter_map(|name| name.parse().ok()).collect();
    let environment = MarkerEnvironment {
        implementation_version: "3.12.1".to_owned(),
        os_name: "posix".to_owned(),
        platform_release: "6.1.0-18-amd64".to_owned(),
        python_full_version: "3.12.1+".to_owned(),
        python_version: "3.12".to_owned(),
        ..MarkerEnvironment::default()
    };
    let _ = marker.evaluate(&environment, &extras);
}

fn requirement(text: &str) {
    let Ok(requirement) = text.parse::<Requirement>() else { return };
    let again = requirement.to_string().parse::<Requirement>();
    if let Origin::Url(url) = &requirement.origin {
        assert!(!url.with_secrets().contains(char::is_whitespace), "{url}");
        let written = Requirement { origin: Origin::Url(url.without_secrets()), ..requirement.clone() };
        assert_eq!(again, Ok(written));
    } else {
        assert_eq!(again.as_ref(), Ok(&requirement));
    }
}

fn metadata(data: &[u8]) {
    let read = Metadata::parse(data);
    let described = [data, b"\n\nRequires-Dist: not a field\n"].concat();
    assert_eq!(Metadata::parse(&described), read, "the description counts");
}

fn wheel_name(text: &str) {
    let Ok(name) = text.parse::<WheelName>() else { return };
    assert_eq!(name.as_str(), text);
    assert!((1..=500).contains(&name.tags().count()));
    assert_eq!(SafePath::parse(text).map(|path| path.parts().count()), Ok(1), "it is not the name of a file");
}

fn names(text: &str) {
    if let Ok(path) = SafePath::parse(text) {
        let below = path.below(Path::new("root"));
        let parts: Vec<Component<'_>> = below.components().collect();
        assert!(parts.iter().all(|part| matches!(part, Component::Normal(_))), "{text}");
        assert_eq!(parts.len(), path.parts().count() + 1);
        let joined =
            path.parent().map_or(path.file_name().to_owned(), |parent| format!("{parent}/{}", path.file_name()));
        assert_eq!(joined, text);
        let _ = path.windows_rule();
    }
    if let Ok(name) = text.parse::<PackageName>() {
        assert_eq!(name.as_str().parse().as_ref(), Ok(&name));
        assert_eq!(name.escaped().parse(), Ok(name));
    }
}

#[test]
fn what_is_read_can_be_written_and_read_again() {
    for property in [VERSIONS, SPECIFIERS, MARKER, REQUIREMENT, METADATA, WHEEL_NAME, NAMES] {
        property.try_out(1000);
    }
}
