//! Text -> marker, as `packaging` reads it.

use std::str::FromStr;

use super::expression::{Marker, OPERATORS, Operand, Operator, VARIABLES};
use crate::vocab::package_name::normalized;

/// Text that is not a marker.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid marker: {reason} at byte {offset}")]
pub struct InvalidMarker {
    text: String,
    reason: &'static str,
    offset: usize,
}

/// The maximum depth of nested parentheses. It limits the recursion, and no real marker comes near it.
const MAX_DEPTH: usize = 64;

impl FromStr for Marker {
    type Err = InvalidMarker;

    fn from_str(text: &str) -> Result<Self, InvalidMarker> {
        let mut parser = Parser { text, offset: 0, depth: 0 };
        let marker = parser.alternatives()?;
        parser.skip_spaces();
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
        self.skip_spaces();
        if !self.take("(") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("parentheses are nested too deeply"));
        }
        let marker = self.alternatives()?;
        self.skip_spaces();
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
        match (left, right) {
            (Operand::Literal(_), Operand::Literal(_)) => Err(self.error("expected a marker variable")),
            (Operand::Literal(name), Operand::Variable(variable)) if variable.holds_names() => Ok(Marker::Compare {
                left: Operand::Literal(normalized(&name)),
                operator,
                right: Operand::Variable(variable),
            }),
            (Operand::Variable(variable), Operand::Literal(name)) if variable.holds_names() => Ok(Marker::Compare {
                left: Operand::Variable(variable),
                operator,
                right: Operand::Literal(normalized(&name)),
            }),
            (left, right) => Ok(Marker::Compare { left, operator, right }),
        }
    }

    fn operand(&mut self) -> Result<Operand, InvalidMarker> {
        self.skip_spaces();
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
        self.skip_spaces();
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
        self.skip_spaces();
        let follows = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let found = self.rest().strip_prefix(word).is_some_and(follows);
        if found {
            self.offset += word.len();
        }
        found
    }

    fn skip_spaces(&mut self) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_marker_is_refused() {
        for text in [
            "",
            "()",
            "python_version",
            "python_version >= 3.8",
            "python_version = '3.8'",
            "python_version notin '3.8'",
            "python_version >= '3.8' and",
            "python_version >= '3.8' AND os_name == 'x'",
            "(python_version >= '3.8'",
            "python_version >= '3.8')",
            "unknown == 'x'",
            "'3' == '3'",
            "python_version >= '3.8",
        ] {
            assert!(text.parse::<Marker>().is_err(), "{text}");
        }
        let nested = format!("{}os_name == 'x'{}", "(".repeat(100), ")".repeat(100));
        assert!(nested.parse::<Marker>().is_err());
    }
}
