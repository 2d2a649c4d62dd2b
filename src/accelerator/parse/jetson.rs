//! Signs of Jetson modules.

use crate::accelerator::JetsonRelease;

/// The release in the first line of `/etc/nv_tegra_release`: `# R36 (release), REVISION: 4.3, GCID: …` is 36.4.3.
pub(in crate::accelerator) fn jetson_release(text: &str) -> Option<JetsonRelease> {
    let line = text.lines().next()?;
    let major = line.split_whitespace().find_map(|word| word.strip_prefix('R')?.parse().ok())?;
    let (_, revision) = line.split_once("REVISION:")?;
    let revision = revision.split(',').next()?.trim();
    let (minor, patch) = revision.split_once('.').unwrap_or((revision, "0"));
    Some(JetsonRelease { major, minor: minor.parse().ok()?, patch: patch.parse().ok()? })
}

/// The release in a text such as `36.4.3` or `36.4`.
pub(in crate::accelerator) fn jetson_of_version(text: &str) -> Option<JetsonRelease> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    let release =
        JetsonRelease { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next().unwrap_or(Some(0))? };
    numbers.next().is_none().then_some(release)
}

/// True for the content of `/sys/devices/soc0/family` on Tegra.
pub(in crate::accelerator) fn is_tegra_family(text: &str) -> bool {
    text.trim().to_ascii_lowercase().starts_with("tegra")
}

/// True for the release of a kernel for Tegra, such as `5.15.148-tegra`.
pub(in crate::accelerator) fn is_tegra_kernel(text: &str) -> bool {
    text.trim().contains("-tegra")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_t9_releases_of_jetson_linux() {
        let vectors = [
            (
                "# R32 (release), REVISION: 7.1, GCID: 29689809, BOARD: t186ref, EABI: aarch64, DATE: Wed Feb  2 21:33:23 UTC 2022",
                "32.7.1",
            ),
            (
                "# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: Tue Aug  1 19:57:35 UTC 2023",
                "35.4.1",
            ),
            (
                "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025",
                "36.4.3",
            ),
            (
                "# R36 (release), REVISION: 4.7, GCID: 42132812, BOARD: generic, EABI: aarch64, DATE: Thu Sep 18 22:54:44 UTC 2025\n# KERNEL_VARIANT: oot\n",
                "36.4.7",
            ),
        ];
        for (text, release) in vectors {
            assert_eq!(jetson_release(text).map(|release| release.to_string()).as_deref(), Some(release));
        }
        for text in [
            "",
            "\n# R36 (release), REVISION: 4.3",
            "# R36",
            "REVISION: 4.3",
            "# R999 (release), REVISION: 4.3",
            "# R36, REVISION: x",
        ] {
            assert_eq!(jetson_release(text), None, "{text}");
        }
    }

    #[test]
    fn tegra_shows_in_the_family_and_in_the_kernel() {
        assert!(is_tegra_family("Tegra\n") && is_tegra_family("tegra234") && !is_tegra_family("i.MX"));
        assert!(is_tegra_kernel("5.15.148-tegra\n") && !is_tegra_kernel("6.8.0-generic"));
    }
}
