//! The proxy of Windows' settings; used if no variable names one.

use crate::host::{Hive, Registry};

/// The values of the settings. Automatic configuration scripts are not run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct WindowsProxy {
    /// `host:port` for everything, or `http=host:port;https=host:port;socks=host:port`.
    pub(super) server: String,
    /// Hosts that are reached directly: `*.corp.example;10.*;<local>`.
    pub(super) direct: String,
}

const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

impl WindowsProxy {
    /// Reads the settings; empty if the proxy is turned off, and on other systems.
    pub(super) fn of(registry: Registry) -> Self {
        let text = |name| registry.text(Hive::CurrentUser, SETTINGS, name).unwrap_or_default();
        match registry.number(Hive::CurrentUser, SETTINGS, "ProxyEnable") {
            Some(1..) => Self { server: text("ProxyServer"), direct: text("ProxyOverride") },
            Some(0) | None => Self::default(),
        }
    }

    /// The proxy for addresses of a scheme, as an address.
    pub(super) fn server(&self, scheme: &str) -> Option<String> {
        let entries = || self.server.split(';').map(str::trim).filter(|entry| !entry.is_empty());
        let of_kind = |kind: &str| {
            let named = entries().filter_map(|entry| entry.split_once('='));
            named.filter(|(name, _)| name.trim() == kind).map(|(_, server)| server.trim()).next()
        };
        let for_everything = || entries().find(|entry| !entry.contains('='));
        if let Some(server) = of_kind(scheme).or_else(for_everything) {
            return Some(server.to_owned());
        }
        of_kind("socks").map(|server| format!("socks5://{server}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_or_one_for_each_scheme_may_be_set() {
        let of = |server: &str| {
            let proxy = WindowsProxy { server: server.to_owned(), direct: String::new() };
            [proxy.server("http"), proxy.server("https")]
        };
        let text = |server: &str| Some(server.to_owned());
        assert_eq!(of(""), [None, None]);
        assert_eq!(of("p.example:80"), [text("p.example:80"), text("p.example:80")]);
        assert_eq!(of("http=a:1;https=b:2;ftp=c:3"), [text("a:1"), text("b:2")]);
        assert_eq!(of("https=b:2; socks=c:3"), [text("socks5://c:3"), text("b:2")]);
    }
}
