//! The indexes in pip's configuration files, so that a machine set up for pip needs no second set-up.
//! Source: pip's user guide, "Configuration".

use std::path::PathBuf;

use crate::host::Host;

/// The index options of pip's `[global]` and `[install]` sections.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct PipConfiguration {
    pub index_url: Option<String>,
    pub extra_index_urls: Vec<String>,
    pub find_links: Vec<String>,
}

/// Reads the files in pip's order, later ones over earlier ones. Files that cannot be read are left out, as pip
/// leaves them out.
pub(super) fn read(host: &Host) -> PipConfiguration {
    let mut configuration = PipConfiguration::default();
    for path in paths(host) {
        if let Ok(text) = host.files.read_text(&path) {
            configuration.merge(&text);
        }
    }
    configuration
}

fn paths(host: &Host) -> Vec<PathBuf> {
    let environment = &host.environment;
    let named = environment.var("PIP_CONFIG_FILE");
    if named == Some("/dev/null") || named == Some("NUL") {
        return Vec::new();
    }
    let variable = |name: &str| environment.var_os(name).map(PathBuf::from);
    let home = environment.home_dir();
    let below_home = |parts: &str| home.as_ref().map(|home| home.join(parts));
    let directories = if cfg!(windows) {
        vec![
            variable("ProgramData").map(|data| data.join("pip").join("pip.ini")),
            below_home("pip/pip.ini"),
            variable("APPDATA").map(|data| data.join("pip").join("pip.ini")),
        ]
    } else {
        vec![
            Some(PathBuf::from("/etc/xdg/pip/pip.conf")),
            Some(PathBuf::from("/etc/pip.conf")),
            below_home(".pip/pip.conf"),
            variable("XDG_CONFIG_HOME")
                .map(|config| config.join("pip/pip.conf"))
                .or(below_home(".config/pip/pip.conf")),
            if cfg!(target_os = "macos") { below_home("Library/Application Support/pip/pip.conf") } else { None },
        ]
    };
    directories.into_iter().flatten().chain(named.map(PathBuf::from)).collect()
}

impl PipConfiguration {
    fn merge(&mut self, text: &str) {
        for (section, key, values) in entries(text) {
            if !matches!(section.as_str(), "global" | "install") {
                continue;
            }
            match key.as_str() {
                "index-url" => self.index_url = values.into_iter().next(),
                "extra-index-url" => self.extra_index_urls = values,
                "find-links" => self.find_links = values,
                _ => {}
            }
        }
    }
}

/// `(section, key, words)` of every option; a value continues in indented lines.
pub(super) fn entries(text: &str) -> Vec<(String, String, Vec<String>)> {
    let mut entries: Vec<(String, String, Vec<String>)> = Vec::new();
    let mut section = String::new();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, _, values)) = entries.last_mut() {
                values.extend(words(content));
            }
        } else if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
        } else if let Some((key, value)) = content.split_once(['=', ':']) {
            entries.push((section.clone(), key.trim().to_ascii_lowercase().replace('_', "-"), words(value)));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_options_are_read_as_pip_reads_them() {
        let mut configuration = PipConfiguration::default();
        configuration.merge(
            "; company set-up\n[global]\nindex_url = https://index.example/simple\nextra-index-url =\n    https://a.example/simple\n    \
             https://b.example/simple\n[list]\nindex-url = https://other.example\n[install]\nfind-links: /srv/wheels\n",
        );
        assert_eq!(
            configuration,
            PipConfiguration {
                index_url: Some("https://index.example/simple".to_owned()),
                extra_index_urls: vec!["https://a.example/simple".to_owned(), "https://b.example/simple".to_owned()],
                find_links: vec!["/srv/wheels".to_owned()],
            }
        );
    }
}
