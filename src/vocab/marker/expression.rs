//! The parts of a marker, and its text form.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The values of the marker variables for one interpreter (PEP 508, "Environment Markers").
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct MarkerEnvironment {
    pub implementation_name: String,
    pub implementation_version: String,
    pub os_name: String,
    pub platform_machine: String,
    pub platform_python_implementation: String,
    pub platform_release: String,
    pub platform_system: String,
    pub platform_version: String,
    pub python_full_version: String,
    pub python_version: String,
    pub sys_platform: String,
}

/// A parsed marker.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Marker {
    And(Vec<Self>),
    Compare { left: Operand, operator: Operator, right: Operand },
    Or(Vec<Self>),
}

/// One side of a comparison.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Operand {
    Literal(String),
    Variable(Variable),
}

/// A marker variable.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Variable {
    DependencyGroups,
    Extra,
    Extras,
    ImplementationName,
    ImplementationVersion,
    OsName,
    PlatformMachine,
    PlatformPythonImplementation,
    PlatformRelease,
    PlatformSystem,
    PlatformVersion,
    PythonFullVersion,
    PythonVersion,
    SysPlatform,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Operator {
    Arbitrary,
    Compatible,
    Equal,
    Greater,
    GreaterEqual,
    In,
    Less,
    LessEqual,
    NotEqual,
    NotIn,
}

/// Names of variables, including the spellings that predate PEP 508 and that `packaging` still accepts.
pub(super) const VARIABLES: &[(&str, Variable)] = &[
    ("dependency_groups", Variable::DependencyGroups),
    ("extra", Variable::Extra),
    ("extras", Variable::Extras),
    ("implementation_name", Variable::ImplementationName),
    ("implementation_version", Variable::ImplementationVersion),
    ("os.name", Variable::OsName),
    ("os_name", Variable::OsName),
    ("platform.machine", Variable::PlatformMachine),
    ("platform.python_implementation", Variable::PlatformPythonImplementation),
    ("platform.version", Variable::PlatformVersion),
    ("platform_machine", Variable::PlatformMachine),
    ("platform_python_implementation", Variable::PlatformPythonImplementation),
    ("platform_release", Variable::PlatformRelease),
    ("platform_system", Variable::PlatformSystem),
    ("platform_version", Variable::PlatformVersion),
    ("python_full_version", Variable::PythonFullVersion),
    ("python_implementation", Variable::PlatformPythonImplementation),
    ("python_version", Variable::PythonVersion),
    ("sys.platform", Variable::SysPlatform),
    ("sys_platform", Variable::SysPlatform),
];

/// Operators as written, longest first so that no prefix matches first.
pub(super) const OPERATORS: &[(&str, Operator)] = &[
    ("===", Operator::Arbitrary),
    ("~=", Operator::Compatible),
    ("==", Operator::Equal),
    (">=", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("!=", Operator::NotEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

impl MarkerEnvironment {
    /// The interpreter and its machine in words: `CPython 3.12 on linux x86_64`.
    pub fn description(&self) -> String {
        format!(
            "{} {} on {} {}",
            self.platform_python_implementation, self.python_version, self.sys_platform, self.platform_machine
        )
    }

    /// `CPython` of a version on Linux, for tests.
    #[cfg(test)]
    pub(crate) fn sample(full_version: &str, version: &str) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            implementation_name: text("cpython"),
            implementation_version: text(full_version),
            os_name: text("posix"),
            platform_machine: text("x86_64"),
            platform_python_implementation: text("CPython"),
            platform_release: text("6.1.0"),
            platform_system: text("Linux"),
            platform_version: text("#1 SMP"),
            python_full_version: text(full_version),
            python_version: text(version),
            sys_platform: text("linux"),
        }
    }
}

impl Marker {
    /// True if a variable occurs in the marker.
    pub fn mentions(&self, variable: Variable) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.mentions(variable)),
            Self::Compare { left, right, .. } => {
                [left, right].into_iter().any(|operand| *operand == Operand::Variable(variable))
            }
        }
    }
}

impl Variable {
    pub(super) fn holds_version(self) -> bool {
        matches!(
            self,
            Self::ImplementationVersion | Self::PlatformRelease | Self::PythonFullVersion | Self::PythonVersion
        )
    }

    pub(super) fn holds_names(self) -> bool {
        matches!(self, Self::DependencyGroups | Self::Extra | Self::Extras)
    }

    pub(super) fn holds_set(self) -> bool {
        matches!(self, Self::DependencyGroups | Self::Extras)
    }

    pub(super) fn value(self, environment: &MarkerEnvironment) -> &str {
        match self {
            Self::DependencyGroups | Self::Extra | Self::Extras => "",
            Self::ImplementationName => &environment.implementation_name,
            Self::ImplementationVersion => &environment.implementation_version,
            Self::OsName => &environment.os_name,
            Self::PlatformMachine => &environment.platform_machine,
            Self::PlatformPythonImplementation => &environment.platform_python_implementation,
            Self::PlatformRelease => &environment.platform_release,
            Self::PlatformSystem => &environment.platform_system,
            Self::PlatformVersion => &environment.platform_version,
            Self::PythonFullVersion => &environment.python_full_version,
            Self::PythonVersion => &environment.python_version,
            Self::SysPlatform => &environment.sys_platform,
        }
    }

    pub(super) fn name(self) -> &'static str {
        let named = |(name, variable): &&(&'static str, Self)| *variable == self && !name.contains('.');
        VARIABLES.iter().find(named).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => write_joined(f, parts, " and "),
            Self::Compare { left, operator, right } => write!(f, "{left} {operator} {right}"),
            Self::Or(parts) => write_joined(f, parts, " or "),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Marker], joint: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(joint)?;
        }
        match part {
            Marker::And(_) | Marker::Or(_) => write!(f, "({part})")?,
            Marker::Compare { .. } => write!(f, "{part}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) if text.contains('"') => write!(f, "'{text}'"),
            Self::Literal(text) => write!(f, "\"{text}\""),
            Self::Variable(variable) => f.write_str(variable.name()),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = OPERATORS.iter().find(|(_, operator)| operator == self).map(|(symbol, _)| *symbol);
        f.write_str(symbol.unwrap_or(if *self == Self::In { "in" } else { "not in" }))
    }
}
