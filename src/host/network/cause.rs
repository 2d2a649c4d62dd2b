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

/// The first result of a function on an error of one type in the chain of causes, even inside an `io::Error`.
pub(super) fn find_cause<E: Error + 'static, T>(
    error: &(dyn Error + 'static),
    find: impl Fn(&E) -> Option<T>,
) -> Option<T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>().and_then(&find) {
            return Some(found);
        }
        // `io::Error` gives its content's cause as its own, which leaves out the content itself.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}
