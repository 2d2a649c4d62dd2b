//! How long a response may be reused without revalidation (RFC 9111). Only durations count, no dates: the clocks of
//! the server and of this machine may differ.

/// Seconds. No response is fresh for longer: a release that is published or withdrawn is seen the next day.
const LONGEST: u64 = 24 * 60 * 60;

/// The seconds for which a response is fresh, by its headers; `None` if it must not be stored at all.
pub(super) fn lifetime(cache_control: Option<&str>, age: Option<&str>) -> Option<u64> {
    let mut lifetime = 0_u64;
    let mut forbidden = false;
    let mut must_revalidate = false;
    for directive in cache_control.unwrap_or_default().split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "max-age" => lifetime = value.trim().trim_matches('"').parse().unwrap_or(0),
            "no-cache" => must_revalidate = true,
            "no-store" => forbidden = true,
            _ => {}
        }
    }
    let age = age.and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    (!forbidden).then(|| if must_revalidate { 0 } else { lifetime.saturating_sub(age).min(LONGEST) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_say_how_long_a_response_is_fresh() {
        for (cache_control, age, expected) in [
            (None, None, Some(0)),
            (Some("max-age=600, public"), None, Some(600)),
            (Some("public, Max-Age=\"600\""), Some("20"), Some(580)),
            (Some("max-age=600"), Some("700"), Some(0)),
            (Some("max-age=600, no-cache"), None, Some(0)),
            (Some("no-cache, no-store"), None, None),
            (Some("private, no-store"), None, None),
            (Some("max-age=soon"), None, Some(0)),
            (Some("max-age=-5"), None, Some(0)),
            (Some("max-age=31536000, immutable"), None, Some(LONGEST)),
            (Some("max-age=99999999999999999999"), None, Some(0)),
        ] {
            assert_eq!(lifetime(cache_control, age), expected, "{cache_control:?}");
        }
    }
}
