//! The version of macOS.

/// Major and minor version in `SystemVersion.plist`.
pub(in crate::accelerator) fn macos_version(text: &str) -> Option<(u16, u16)> {
    let (_, after) = text.split_once("<key>ProductVersion</key>")?;
    let (_, after) = after.split_once("<string>")?;
    let (version, _) = after.split_once("</string>")?;
    let mut numbers = version.trim().split('.');
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().map_or(Ok(0), str::parse).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_of_the_product() {
        let plist = |version: &str| {
            format!(
                "<dict>\n<key>ProductBuildVersion</key>\n<string>23A344</string>\n<key>ProductVersion</key>\n\t<string>{version}</string>\n</dict>"
            )
        };
        assert_eq!(macos_version(&plist("14.0")), Some((14, 0)));
        assert_eq!(macos_version(&plist("15.6.1")), Some((15, 6)));
        assert_eq!(macos_version(&plist("26")), Some((26, 0)));
        for text in ["", "<key>ProductVersion</key>", &plist("x")] {
            assert_eq!(macos_version(text), None);
        }
    }
}
