//! Name and version of the operating system, from the files and values in which systems keep them.

/// The name in `os-release` (os-release(5)): `PRETTY_NAME`, else `NAME`.
pub(super) fn of_os_release(text: &str) -> Option<String> {
    let value = |key: &str| {
        let line = text.lines().rev().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        let value = line.trim();
        let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        let value = quoted.unwrap_or(value).replace("\\\"", "\"").replace("\\$", "$").replace("\\`", "`");
        (!value.is_empty()).then_some(value)
    };
    value("PRETTY_NAME").or_else(|| value("NAME"))
}

/// The version in macOS' `SystemVersion.plist`.
pub(super) fn of_system_version(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<key>ProductVersion</key>")?;
    let (_, rest) = rest.split_once("<string>")?;
    let (version, _) = rest.split_once("</string>")?;
    Some(format!("macOS {version}"))
}

/// The values of `SOFTWARE\Microsoft\Windows NT\CurrentVersion` in the registry.
#[derive(Clone, Debug, Default)]
pub(super) struct WindowsVersion {
    pub(super) product: Option<String>,
    /// Such as `24H2`.
    pub(super) display: Option<String>,
    pub(super) build: Option<String>,
    /// The number of the update.
    pub(super) revision: Option<u32>,
}

/// The first build of Windows 11, whose name in the registry is still that of Windows 10.
const FIRST_OF_WINDOWS_11: u32 = 22_000;

impl WindowsVersion {
    pub(super) fn name(self) -> Option<String> {
        let Self { product, display, build, revision } = self;
        let number = build.as_ref().and_then(|build| build.parse::<u32>().ok());
        let product = product?;
        let is_11 = number.is_some_and(|number| number >= FIRST_OF_WINDOWS_11) && !product.contains("Server");
        let product = if is_11 { product.replace("Windows 10", "Windows 11") } else { product };
        let display = display.map(|display| format!(" {display}")).unwrap_or_default();
        let revision = revision.map(|revision| format!(".{revision}")).unwrap_or_default();
        let build = build.map(|build| format!(" (build {build}{revision})")).unwrap_or_default();
        Some(format!("{product}{display}{build}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_named_as_its_file_says() {
        for (text, name) in [
            ("NAME=Alpine\nPRETTY_NAME=\"Alpine Linux v3.20\"\nID=alpine\n", Some("Alpine Linux v3.20")),
            ("PRETTY_NAME='A \"B\"'\n", Some("A \"B\"")),
            ("NAME=Void\nPRETTY_NAME=\"\"\n", Some("Void")),
            ("ID=x\n", None),
        ] {
            assert_eq!(of_os_release(text).as_deref(), name);
        }
    }

    #[test]
    fn macos_and_windows_are_named_with_their_versions() {
        let plist = "<dict>\n<key>ProductVersion</key>\n\t<string>14.5</string>\n</dict>";
        assert_eq!(of_system_version(plist).as_deref(), Some("macOS 14.5"));
        assert_eq!(of_system_version("<dict/>"), None);
        let windows = |product: &str, build: &str| {
            let (product, build) = (Some(product.to_owned()), Some(build.to_owned()));
            WindowsVersion { product, display: Some("24H2".to_owned()), build, revision: Some(863) }.name()
        };
        let named = [
            windows("Windows 10 Pro", "19045"),
            windows("Windows 10 Pro", "26100"),
            windows("Windows Server 2025 Standard", "26100"),
        ];
        assert_eq!(
            named.map(Option::unwrap),
            [
                "Windows 10 Pro 24H2 (build 19045.863)",
                "Windows 11 Pro 24H2 (build 26100.863)",
                "Windows Server 2025 Standard 24H2 (build 26100.863)"
            ]
        );
        assert_eq!(WindowsVersion::default().name(), None);
    }
}
