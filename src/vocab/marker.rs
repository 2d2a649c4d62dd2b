//! Environment markers: PEP 508, with the set variables `extras` and `dependency_groups` of PEP 751.
//!
//! Evaluation follows `packaging`: the variables that hold versions compare as PEP 440 specifiers where the right
//! side is one, everything else compares as text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ExtraName, parse_specifiers, parse_version};

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

/// Text that is not a marker.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid marker: {reason} at byte {offset}")]
pub struct InvalidMarker {
    text: String,
    reason: &'static str,
    offset: usize,
}

/// Names of variables, with the spellings that predate PEP 508 and that `packaging` still reads.
const VARIABLES: &[(&str, Variable)] = &[
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

/// Operators as written, longest first so that a prefix never wins.
const OPERATORS: &[(&str, Operator)] = &[
    ("===", Operator::Arbitrary),
    ("~=", Operator::Compatible),
    ("==", Operator::Equal),
    (">=", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("!=", Operator::NotEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

/// How deep parentheses may nest: enough for people, and a bound on the recursion for everybody else.
const DEEPEST_NESTING: usize = 64;

impl Marker {
    /// Whether the marker holds for an interpreter and a set of requested extras.
    ///
    /// `extra == "x"` is asked once per requested extra, and once with the empty name when none is requested, as
    /// pip does; `"x" in extras` (PEP 751) asks the set.
    pub fn evaluate(&self, environment: &MarkerEnvironment, extras: &[ExtraName]) -> bool {
        if !self.mentions(Variable::Extra) || extras.is_empty() {
            return self.holds(environment, extras, "");
        }
        extras.iter().any(|extra| self.holds(environment, extras, extra.as_str()))
    }

    /// Whether a variable occurs in the marker.
    pub fn mentions(&self, variable: Variable) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.mentions(variable)),
            Self::Compare { left, right, .. } => {
                [left, right].into_iter().any(|operand| *operand == Operand::Variable(variable))
            }
        }
    }

    fn holds(&self, environment: &MarkerEnvironment, extras: &[ExtraName], extra: &str) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(environment, extras, extra)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(environment, extras, extra)),
            Self::Compare { left, operator, right } => {
                compare(left, *operator, right, &Scope { environment, extras, extra })
            }
        }
    }
}

struct Scope<'a> {
    environment: &'a MarkerEnvironment,
    extras: &'a [ExtraName],
    extra: &'a str,
}

fn compare(left: &Operand, operator: Operator, right: &Operand, scope: &Scope<'_>) -> bool {
    if let (Operand::Literal(name), Operand::Variable(set @ (Variable::Extras | Variable::DependencyGroups))) =
        (left, right)
    {
        let members = if *set == Variable::Extras { scope.extras } else { &[] };
        let contained = name.parse::<ExtraName>().is_ok_and(|name| members.contains(&name));
        return contained == (operator == Operator::In);
    }
    let variable = match (left, right) {
        (Operand::Variable(variable), _) | (_, Operand::Variable(variable)) => Some(*variable),
        (Operand::Literal(_), Operand::Literal(_)) => None,
    };
    let (left, right) = (scope.value(left, variable), scope.value(right, variable));
    if variable.is_some_and(Variable::holds_version)
        && let Some(verdict) = compare_versions(&left, operator, &right)
    {
        return verdict;
    }
    compare_texts(&left, operator, &right)
}

impl Scope<'_> {
    fn value(&self, operand: &Operand, compared_with: Option<Variable>) -> String {
        match operand {
            Operand::Literal(text) if compared_with == Some(Variable::Extra) => {
                text.parse::<ExtraName>().map_or_else(|_| text.clone(), String::from)
            }
            Operand::Literal(text) => text.clone(),
            Operand::Variable(Variable::Extra) => self.extra.to_owned(),
            Operand::Variable(variable) => variable.value(self.environment).to_owned(),
        }
    }
}

/// Compares as PEP 440 does; `None` where a side is no version, and text has to do.
fn compare_versions(left: &str, operator: Operator, right: &str) -> Option<bool> {
    let symbol = match operator {
        Operator::In | Operator::NotIn => return None,
        Operator::Arbitrary => "===",
        Operator::Compatible => "~=",
        Operator::Equal => "==",
        Operator::Greater => ">",
        Operator::GreaterEqual => ">=",
        Operator::Less => "<",
        Operator::LessEqual => "<=",
        Operator::NotEqual => "!=",
    };
    let specifiers = parse_specifiers(&format!("{symbol}{right}")).ok()?;
    Some(specifiers.contains(&parse_version(left).ok()?))
}

fn compare_texts(left: &str, operator: Operator, right: &str) -> bool {
    match operator {
        Operator::Arbitrary | Operator::Compatible => false,
        Operator::Equal => left == right,
        Operator::Greater => left > right,
        Operator::GreaterEqual => left >= right,
        Operator::In => right.contains(left),
        Operator::Less => left < right,
        Operator::LessEqual => left <= right,
        Operator::NotEqual => left != right,
        Operator::NotIn => !right.contains(left),
    }
}

impl Variable {
    fn holds_version(self) -> bool {
        matches!(
            self,
            Self::ImplementationVersion | Self::PlatformRelease | Self::PythonFullVersion | Self::PythonVersion
        )
    }

    fn value(self, environment: &MarkerEnvironment) -> &str {
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

    fn name(self) -> &'static str {
        let named = |(name, variable): &&(&'static str, Self)| *variable == self && !name.contains('.');
        VARIABLES.iter().find(named).map_or("", |(name, _)| name)
    }
}

impl FromStr for Marker {
    type Err = InvalidMarker;

    fn from_str(text: &str) -> Result<Self, InvalidMarker> {
        let mut parser = Parser { text, offset: 0, depth: 0 };
        let marker = parser.alternatives()?;
        parser.skip_blanks();
        if parser.offset == text.len() { Ok(marker) } else { Err(parser.error("unexpected text")) }
    }
}

struct Parser<'a> {
    text: &'a str,
    offset: usize,
    depth: usize,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Marker, InvalidMarker> {
        let mut parts = vec![self.conjunction()?];
        while self.take_word("or") {
            parts.push(self.conjunction()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Marker::Or(parts) })
    }

    fn conjunction(&mut self) -> Result<Marker, InvalidMarker> {
        let mut parts = vec![self.atom()?];
        while self.take_word("and") {
            parts.push(self.atom()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Marker::And(parts) })
    }

    fn atom(&mut self) -> Result<Marker, InvalidMarker> {
        self.skip_blanks();
        if !self.take("(") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > DEEPEST_NESTING {
            return Err(self.error("parentheses nest too deep"));
        }
        let marker = self.alternatives()?;
        self.skip_blanks();
        if !self.take(")") {
            return Err(self.error("expected `)`"));
        }
        self.depth -= 1;
        Ok(marker)
    }

    fn comparison(&mut self) -> Result<Marker, InvalidMarker> {
        let left = self.operand()?;
        let operator = self.operator()?;
        let right = self.operand()?;
        Ok(Marker::Compare { left, operator, right })
    }

    fn operand(&mut self) -> Result<Operand, InvalidMarker> {
        self.skip_blanks();
        for quote in ['"', '\''] {
            if !self.rest().starts_with(quote) {
                continue;
            }
            let body = &self.rest()[1..];
            let Some(end) = body.find(quote) else {
                return Err(self.error("unterminated string"));
            };
            let literal = body[..end].to_owned();
            self.offset += end + 2;
            return Ok(Operand::Literal(literal));
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
        let Some((name, variable)) = VARIABLES.iter().find(|(name, _)| *name == &rest[..end]) else {
            return Err(self.error("expected a marker variable or a quoted string"));
        };
        self.offset += name.len();
        Ok(Operand::Variable(*variable))
    }

    fn operator(&mut self) -> Result<Operator, InvalidMarker> {
        self.skip_blanks();
        for (symbol, operator) in OPERATORS {
            if self.take(symbol) {
                return Ok(*operator);
            }
        }
        if self.take_word("in") {
            return Ok(Operator::In);
        }
        if self.take_word("not") && self.take_word("in") {
            return Ok(Operator::NotIn);
        }
        Err(self.error("expected an operator"))
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.offset += symbol.len();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let follows = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let found = self.rest().strip_prefix(word).is_some_and(follows);
        if found {
            self.offset += word.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &str {
        &self.text[self.offset..]
    }

    fn error(&self, reason: &'static str) -> InvalidMarker {
        InvalidMarker { text: self.text.to_owned(), reason, offset: self.offset }
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
