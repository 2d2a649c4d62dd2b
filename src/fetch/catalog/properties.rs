//! What holds for pages that are kept: only the answer to the same question counts, and it is kept as it was.

use url::Url;

use super::freshness::lifetime;
use super::kept_page::KeptPage;
use crate::property::{Property, texts};

/// A page as the cache has it, behind a line with its `cache-control`.
pub const PAGE: Property = Property {
    seeds: || {
        let head = r#"{"url":"https://index.example/simple/demo/","known":true,"etag":"\"1\"","last_modified":null,"#;
        let page = r#"{"meta":{"api-version":"1.0"},"name":"demo","files":[]}"#;
        texts(&[
            &format!("max-age=600, public\n{head}\"asked\":1700000000,\"lifetime\":600}}\n{page}"),
            &format!("no-store\n{head}\"asked\":-1,\"lifetime\":18446744073709551615}}\n"),
        ])
    },
    holds: page,
};

const QUESTION: &str = "https://index.example/simple/demo/";

fn page(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (control, kept) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    if let Ok(control) = str::from_utf8(control) {
        let (fresh, aged) = (lifetime(Some(control), None), lifetime(Some(control), Some("7")));
        let day = 24 * 60 * 60;
        assert!(fresh.is_none_or(|seconds| seconds <= day) && aged.is_some() == fresh.is_some());
        assert!(aged <= fresh && aged >= fresh.map(|seconds| seconds.saturating_sub(7)), "{aged:?} {fresh:?}");
    }
    let Ok(question) = Url::parse(QUESTION) else { return };
    let Some(page) = KeptPage::parse(kept, &question) else { return };
    let Some(written) = page.bytes() else { panic!("it cannot be written: {:?}", page.head) };
    assert_eq!(KeptPage::parse(&written, &question).and_then(|page| page.bytes()).as_ref(), Some(&written));
    for now in [i64::MIN, 0, 1_700_000_000, i64::MAX] {
        let _ = page.is_fresh(now);
    }
    let other = question.join("other/");
    assert!(other.is_ok_and(|other| KeptPage::parse(&written, &other).is_none()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_kept_as_they_were() {
        PAGE.try_out(1000);
    }
}
