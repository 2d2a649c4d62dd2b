//! The chain of causes of an error.

use std::error::Error;

/// The beginnings of errors that say nothing beyond their cause.
const EMPTY_PHRASES: &[&str] = &["client error", "dns error", "error resolving DNS", "error sending request"];

/// The causes of an error in one line, without the address, which may hold a password, and without phrases that say
/// nothing.
pub(super) fn simplified(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        let says_more = !EMPTY_PHRASES.iter().any(|phrase| text.starts_with(phrase));
        if says_more && !texts.last().is_some_and(|last| last.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    if texts.is_empty() { "the connection was lost".to_owned() } else { texts.join(": ") }
}

/// True if an error in the chain of causes has this type, even inside an `io::Error`.
pub(super) fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static), holds: impl Fn(&E) -> bool) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<E>().is_some_and(&holds) {
            return true;
        }
        // `io::Error` gives its content's cause as its own, which leaves out the content itself.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    false
}
