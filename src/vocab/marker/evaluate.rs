//! Evaluates markers.
//!
//! Evaluation follows `packaging` 26: variables that contain versions are compared as PEP 440 specifiers if operator
//! and right side form one; everything else is compared as text, and text has no order. A comparison for which
//! `packaging` raises an error is false here.

use std::borrow::Cow;

use super::expression::{Marker, MarkerEnvironment, Operand, Operator, Variable};
use crate::vocab::{ExtraName, GroupName, admits, parse_specifiers, parse_version};

impl Marker {
    /// True if the marker holds for an interpreter and a set of requested extras.
    ///
    /// As in pip, `extra == "x"` is evaluated once per requested extra, or with the empty name if none is requested;
    /// `"x" in extras` (PEP 751) tests the set.
    pub fn evaluate(&self, environment: &MarkerEnvironment, extras: &[ExtraName]) -> bool {
        self.evaluate_locked(environment, extras, &[])
    }

    /// The same for a marker in a lock, which may name dependency groups as well (PEP 751).
    pub fn evaluate_locked(&self, environment: &MarkerEnvironment, extras: &[ExtraName], groups: &[GroupName]) -> bool {
        let holds = |extra| self.holds(&Scope { environment, extras, groups, extra });
        if !self.mentions(Variable::Extra) || extras.is_empty() {
            return holds("");
        }
        extras.iter().any(|extra| holds(extra.as_str()))
    }

    /// The first comparison for which `packaging` raises an error on some machine.
    pub fn undefined_comparison(&self) -> Option<&Self> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().find_map(Self::undefined_comparison),
            Self::Compare { left, operator, right } => is_undefined(left, *operator, right).then_some(self),
        }
    }

    fn holds(&self, scope: &Scope<'_>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(scope)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(scope)),
            Self::Compare { left, operator, right } => scope.compare(left, *operator, right),
        }
    }
}

/// Sets have no operators but `in` and `not in`, and text has none of those that only versions have.
fn is_undefined(left: &Operand, operator: Operator, right: &Operand) -> bool {
    match (left, right) {
        (Operand::Variable(set), _) if set.holds_set() => true,
        (_, Operand::Variable(set)) if set.holds_set() => !matches!(operator, Operator::In | Operator::NotIn),
        (Operand::Variable(key), Operand::Literal(text)) if key.holds_version() => {
            operator == Operator::Compatible && parse_specifiers(&format!("~={text}")).is_err()
        }
        (Operand::Variable(key), _) | (_, Operand::Variable(key)) => {
            !key.holds_version() && matches!(operator, Operator::Arbitrary | Operator::Compatible)
        }
        (Operand::Literal(_), Operand::Literal(_)) => true,
    }
}

struct Scope<'a> {
    environment: &'a MarkerEnvironment,
    extras: &'a [ExtraName],
    groups: &'a [GroupName],
    extra: &'a str,
}

impl Scope<'_> {
    fn compare(&self, left: &Operand, operator: Operator, right: &Operand) -> bool {
        match (left, right) {
            (Operand::Variable(set), _) if set.holds_set() => false,
            (Operand::Literal(name), Operand::Variable(set)) if set.holds_set() => match operator {
                Operator::In => self.has_member(*set, name),
                Operator::NotIn => !self.has_member(*set, name),
                Operator::NotEqual => true,
                _ => false,
            },
            (Operand::Variable(key), _) | (_, Operand::Variable(key)) => {
                let (left, right) = (self.value(left), self.value(right));
                let verdict = if key.holds_version() { compare_versions(&left, operator, &right) } else { None };
                verdict.unwrap_or_else(|| compare_texts(&left, operator, &right))
            }
            (Operand::Literal(_), Operand::Literal(_)) => false,
        }
    }

    fn has_member(&self, set: Variable, name: &str) -> bool {
        match set {
            Variable::DependencyGroups => self.groups.iter().any(|group| group.as_str() == name),
            _ => self.extras.iter().any(|extra| extra.as_str() == name),
        }
    }

    fn value<'v>(&'v self, operand: &'v Operand) -> Cow<'v, str> {
        match operand {
            Operand::Literal(text) => Cow::Borrowed(text),
            Operand::Variable(Variable::Extra) => Cow::Borrowed(self.extra),
            // An interpreter built from a checkout reports `3.14.0a1+`, which is not a version.
            Operand::Variable(Variable::PythonFullVersion) if self.environment.python_full_version.ends_with('+') => {
                Cow::Owned(format!("{}local", self.environment.python_full_version))
            }
            Operand::Variable(variable) => Cow::Borrowed(variable.value(self.environment)),
        }
    }
}

/// Compares as PEP 440 specifies; `None` if operator and right side are not a specifier and must be compared as text.
fn compare_versions(left: &str, operator: Operator, right: &str) -> Option<bool> {
    if operator == Operator::Arbitrary {
        return Some(left.eq_ignore_ascii_case(right));
    }
    if matches!(operator, Operator::In | Operator::NotIn) || right.contains(',') {
        return None;
    }
    let specifiers = parse_specifiers(&format!("{operator}{right}")).ok().filter(|all| !all.is_empty())?;
    Some(parse_version(left).is_ok_and(|version| admits(&specifiers, &version)))
}

/// Compares text for equality; text has no order.
fn compare_texts(left: &str, operator: Operator, right: &str) -> bool {
    match operator {
        Operator::Arbitrary | Operator::Compatible | Operator::Greater | Operator::Less => false,
        Operator::Equal | Operator::GreaterEqual | Operator::LessEqual => left == right,
        Operator::In => right.contains(left),
        Operator::NotEqual => left != right,
        Operator::NotIn => !right.contains(left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux() -> MarkerEnvironment {
        let sample = MarkerEnvironment::sample("3.12.1", "3.12");
        MarkerEnvironment { platform_release: "6.1.0-28-amd64".to_owned(), ..sample }
    }

    fn extras(names: &[&str]) -> Vec<ExtraName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn holds(marker: &str, names: &[&str]) -> bool {
        marker.parse::<Marker>().unwrap().evaluate(&linux(), &extras(names))
    }

    #[test]
    fn variables_that_hold_versions_compare_as_versions() {
        for (marker, expected) in [
            ("python_version >= '3.9'", true),
            ("python_version in '3.8 3.12'", true),
            ("python_version not in '3.8 3.11'", true),
            ("python_version == '3.12.*'", true),
            ("python_version ~= '3.9'", true),
            ("'3.9' <= python_version", true),
            ("python_full_version < '3.12.1rc1'", false),
            ("python_full_version === '3.12.1'", true),
            ("implementation_version > '3.12'", true),
        ] {
            assert_eq!(holds(marker, &[]), expected, "{marker}");
        }
    }

    #[test]
    fn a_value_that_is_no_version_satisfies_no_version_comparison() {
        for marker in ["platform_release >= '4'", "platform_release != '4'", "'abc' != python_version"] {
            assert!(!holds(marker, &[]), "{marker}");
        }
        assert!(holds("platform_release === '6.1.0-28-AMD64'", &[]));
    }

    #[test]
    fn texts_have_no_order() {
        for (marker, expected) in [
            ("sys_platform < 'zzz'", false),
            ("sys_platform > 'aaa'", false),
            ("sys_platform >= 'linux'", true),
            ("sys_platform <= 'win32'", false),
            ("python_version < 'abc'", false),
            ("sys_platform ~= 'linux'", false),
            ("'win' not in sys_platform", true),
        ] {
            assert_eq!(holds(marker, &[]), expected, "{marker}");
        }
    }

    #[test]
    fn an_interpreter_from_a_checkout_has_a_local_version() {
        let environment = MarkerEnvironment { python_full_version: "3.15.0a2+".to_owned(), ..linux() };
        let marker: Marker = "python_full_version >= '3.15.0a2'".parse().unwrap();
        assert!(marker.evaluate(&environment, &[]));
    }

    #[test]
    fn extras_are_asked_one_by_one_and_by_their_normalised_names() {
        for (marker, names, expected) in [
            ("extra == 'Foo_Bar'", vec!["foo.bar"], true),
            ("'foo-bar' == extra", vec!["a", "foo_bar"], true),
            ("extra == 'a' and extra == 'b'", vec!["a", "b"], false),
            ("extra == 'a'", vec![], false),
            ("extra != 'a'", vec![], true),
            ("extra != 'a'", vec!["a"], false),
            ("'A.B' in extras", vec!["a-b", "c"], true),
            ("'a' in extras and 'c' in extras", vec!["a", "c"], true),
            ("'a' not in extras", vec!["c"], true),
            ("'a' == extras", vec!["a"], false),
        ] {
            assert_eq!(holds(marker, &names), expected, "{marker} {names:?}");
        }
    }

    #[test]
    fn dependency_groups_are_asked_of_a_lock() {
        let marker: Marker = "'Dev_1' in dependency_groups".parse().unwrap();
        assert!(marker.evaluate_locked(&linux(), &[], &["dev-1".parse().unwrap()]));
        assert!(!marker.evaluate_locked(&linux(), &[], &["dev".parse().unwrap()]));
        assert!(!marker.evaluate(&linux(), &extras(&["dev-1"])));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(holds("os_name == 'posix' or os_name == 'nt' and sys_platform == 'win32'", &[]));
        assert!(!holds("(os_name == 'posix' or os_name == 'nt') and sys_platform == 'win32'", &[]));
        assert!(holds("os_name=='posix'and(sys.platform=='linux')", &[]));
    }
}
