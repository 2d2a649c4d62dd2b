//! Lists in sentences.

/// Words in a sentence: `a`, `a and b`, `a, b and c`.
pub fn joined(words: &[String]) -> String {
    listed(words, "and")
}

/// Alternatives in a sentence: `a`, `a or b`, `a, b or c`.
pub fn alternatives(words: &[String]) -> String {
    listed(words, "or")
}

fn listed(words: &[String], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}
