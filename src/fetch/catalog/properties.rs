//! The properties of cached pages: a page is read for its own address only, and read as it was written.

use url::Url;

use super::cached_page::CachedPage;
use super::freshness::lifetime;
use crate::property::{Check, Property, Seeds};

/// A cached page, after a line with its `cache-control`.
pub const PAGE: Property = Property {
    seeds: Seeds::Made(|| {
        let head = r#"{"url":"https://index.example/simple/demo/","known":true,"etag":"\"1\"","last_modified":null,"#;
        let page = r#"{"meta":{"api-version":"1.0"},"name":"demo","files":[]}"#;
        [
            format!("max-age=600, public\n{head}\"asked\":1700000000,\"lifetime\":600}}\n{page}"),
            format!("no-store\n{head}\"asked\":-1,\"lifetime\":18446744073709551615}}\n"),
        ]
        .map(String::into_bytes)
        .to_vec()
    }),
    holds: Check::Bytes(page),
};

const ADDRESS: &str = "https://index.example/simple/demo/";

fn page(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (control, cached) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    if let Ok(control) = str::from_utf8(control) {
        let (fresh, aged) = (lifetime(Some(control), None), lifetime(Some(control), Some("7")));
        let day = 24 * 60 * 60;
        assert!(fresh.is_none_or(|seconds| seconds <= day) && aged.is_some() == fresh.is_some());
        assert!(aged <= fresh && aged >= fresh.map(|seconds| seconds.saturating_sub(7)), "{aged:?} {fresh:?}");
    }
    let Ok(url) = Url::parse(ADDRESS) else { return };
    let Some(page) = CachedPage::parse(cached, &url) else { return };
    let Some(written) = page.bytes() else { panic!("it cannot be written: {:?}", page.head) };
    assert_eq!(CachedPage::parse(&written, &url).and_then(|page| page.bytes()).as_ref(), Some(&written));
    for now in [i64::MIN, 0, 1_700_000_000, i64::MAX] {
        let _ = page.is_fresh(now);
    }
    let other = url.join("other/");
    assert!(other.is_ok_and(|other| CachedPage::parse(&written, &other).is_none()));
}

#[test]
fn cached_pages_are_read_as_they_were_written() {
    PAGE.try_out(1000);
}
