//! The proxy of a request, from curl's variables: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use super::NetworkError;
use super::windows_proxy::WindowsProxy;
use crate::host::Environment;
use crate::vocab::Address;

/// The proxies of this process.
#[derive(Clone, Default)]
pub(super) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    direct: Vec<Exception>,
}

/// One entry of `NO_PROXY`.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Exception {
    Everything,
    /// A host and all below it.
    Host {
        suffix: String,
        port: Option<u16>,
    },
    /// A host name without a dot, on the local network.
    Local,
    /// An address or a block of addresses.
    Network {
        base: IpAddr,
        prefix: u32,
    },
    /// Everything that begins like this; only Windows' settings have it.
    Prefix(String),
}

impl Proxies {
    /// Reads the variables; the lower-case form of a name wins over the other. In a CGI program `HTTP_PROXY` is set by
    /// the client of the request (<https://httpoxy.org>), so there only the lower-case form counts.
    pub(super) fn of(environment: &Environment, windows: &WindowsProxy) -> Result<Self, NetworkError> {
        let cgi = environment.var("REQUEST_METHOD").is_some();
        let http: &[&str] = match cgi {
            false => &["http_proxy", "HTTP_PROXY"],
            // Windows does not distinguish the two.
            true if cfg!(windows) => &[],
            true => &["http_proxy"],
        };
        let all = first_set(environment, &["all_proxy", "ALL_PROXY"])?;
        let no_proxy = environment.var("no_proxy").or_else(|| environment.var("NO_PROXY")).unwrap_or_default();
        let variables = Self {
            http: first_set(environment, http)?.or_else(|| all.clone()),
            https: first_set(environment, &["https_proxy", "HTTPS_PROXY"])?.or(all),
            direct: no_proxy.split([',', ' ']).filter_map(Exception::parse).collect(),
        };
        let named = variables.http.is_some() || variables.https.is_some();
        Ok(if named { variables } else { variables.or_windows(windows) })
    }

    /// The proxies of Windows' settings; invalid addresses are ignored. Exceptions of both sources apply.
    fn or_windows(mut self, windows: &WindowsProxy) -> Self {
        let server = |scheme| parse_proxy("ProxyServer", &windows.server(scheme)?).ok();
        self.direct.extend(windows.direct.split(';').filter_map(Exception::parse_windows));
        Self { http: server("http"), https: server("https"), direct: self.direct }
    }

    /// The proxy for an address; `None` means a direct connection.
    pub(super) fn for_url(&self, url: &Url) -> Option<&Url> {
        let proxy = if url.scheme() == "https" { self.https.as_ref() } else { self.http.as_ref() };
        proxy.filter(|_| !self.direct.iter().any(|exception| exception.holds_for(url)))
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        let entry = entry.trim();
        if entry == "*" {
            return Some(Self::Everything);
        }
        if let Some(network) = Self::parse_network(entry) {
            return Some(network);
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        let host = host.trim_start_matches("*.").trim_start_matches('.').trim_matches(['[', ']']).trim_end_matches('.');
        (!host.is_empty()).then(|| Self::Host { suffix: host.to_ascii_lowercase(), port })
    }

    fn parse_windows(entry: &str) -> Option<Self> {
        let entry = entry.trim();
        match (entry, entry.strip_suffix('*')) {
            ("<local>", _) => Some(Self::Local),
            (_, Some(prefix)) if !prefix.is_empty() => Some(Self::Prefix(prefix.to_ascii_lowercase())),
            _ => Self::parse(entry),
        }
    }

    fn parse_network(entry: &str) -> Option<Self> {
        let (address, prefix) = match entry.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (entry, None),
        };
        let base: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        Some(Self::Network { base, prefix: prefix.unwrap_or(longest).min(longest) })
    }

    fn holds_for(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
        match self {
            Self::Everything => true,
            Self::Host { suffix, port } => {
                let below =
                    host.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                below && port.is_none_or(|port| url.port_or_known_default() == Some(port))
            }
            Self::Local => !host.contains(['.', ':']),
            Self::Prefix(prefix) => host.starts_with(prefix.as_str()),
            Self::Network { base, prefix } => {
                host.parse().is_ok_and(|address: IpAddr| leading(address, *prefix) == leading(*base, *prefix))
            }
        }
    }
}

/// Addresses of proxies hold passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |proxy: &Option<Url>| proxy.as_ref().map(Address::from);
        let (http, https) = (shown(&self.http), shown(&self.https));
        f.debug_struct("Proxies").field("http", &http).field("https", &https).field("direct", &self.direct).finish()
    }
}

fn first_set(environment: &Environment, names: &[&'static str]) -> Result<Option<Url>, NetworkError> {
    let set = names.iter().find_map(|name| Some((*name, environment.var(name)?)));
    set.map(|(variable, value)| parse_proxy(variable, value)).transpose()
}

/// Without a scheme it is an http proxy.
fn parse_proxy(variable: &'static str, value: &str) -> Result<Url, NetworkError> {
    let value = value.trim();
    let address = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let refuse = |reason| NetworkError::ProxyAddress { variable, url: address.as_str().into(), reason };
    let url = Url::parse(&address).map_err(|_| refuse("it is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h") {
        return Err(refuse("its scheme is not http, https or socks"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("it has no host"));
    }
    Ok(url)
}

/// The leading bits of an address, with its family.
fn leading(address: IpAddr, prefix: u32) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => {
            (true, u128::from(address.to_bits().checked_shr(32_u32.saturating_sub(prefix)).unwrap_or(0)))
        }
        IpAddr::V6(address) => (false, address.to_bits().checked_shr(128_u32.saturating_sub(prefix)).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(name, value)| (*name, OsStr::new(*value)));
        Environment::of(variables, Path::new(""))
    }

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        Proxies::of(&environment(variables), &WindowsProxy::default()).unwrap()
    }

    fn chosen(proxies: &Proxies, address: &str) -> Option<String> {
        proxies.for_url(&Url::parse(address).unwrap()).map(Url::to_string)
    }

    #[test]
    fn each_scheme_has_its_proxy_and_all_proxy_stands_in() {
        let all = proxies(&[("ALL_PROXY", "socks5://all.example:1080"), ("HTTPS_PROXY", "secure.example:3128")]);
        assert_eq!(chosen(&all, "https://index.example/").as_deref(), Some("http://secure.example:3128/"));
        assert_eq!(chosen(&all, "http://index.example/").as_deref(), Some("socks5://all.example:1080"));
        assert_eq!(chosen(&all, "http://127.0.0.1/").as_deref(), Some("socks5://all.example:1080"));
        assert_eq!(chosen(&proxies(&[]), "https://index.example/"), None);
    }

    #[test]
    fn the_lower_case_variable_wins_and_the_upper_case_one_is_not_trusted_in_a_cgi_program() {
        let both = [("HTTP_PROXY", "http://upper.example"), ("http_proxy", "http://lower.example")];
        assert_eq!(chosen(&proxies(&both), "http://a.example/").as_deref(), Some("http://lower.example/"));
        let cgi = [("HTTP_PROXY", "http://upper.example"), ("REQUEST_METHOD", "GET")];
        assert_eq!(chosen(&proxies(&cgi), "http://a.example/"), None);
    }

    #[test]
    fn no_proxy_knows_hosts_suffixes_ports_and_networks() {
        let exceptions = "plain.example, .dot.example,*.star.example,ported.example:8080,10.1.0.0/16,192.168.7.7,\
                          fd00::/8,[::1], localhost ,,";
        let proxies = proxies(&[("ALL_PROXY", "http://proxy.example"), ("NO_PROXY", exceptions)]);
        for direct in [
            "https://plain.example/",
            "https://below.plain.example/",
            "https://PLAIN.example./",
            "https://a.dot.example/",
            "https://dot.example/",
            "https://a.b.star.example/",
            "http://ported.example:8080/",
            "http://10.1.200.3/",
            "http://192.168.7.7:81/",
            "http://[fd12::1]/",
            "http://[::1]:8000/",
            "http://localhost:8000/",
        ] {
            assert_eq!(chosen(&proxies, direct), None, "{direct}");
        }
        for proxied in [
            "https://notplain.example/",
            "http://ported.example/",
            "http://10.2.0.1/",
            "http://192.168.7.8/",
            "http://[fe80::1]/",
            "http://127.0.0.1/",
        ] {
            assert!(chosen(&proxies, proxied).is_some(), "{proxied}");
        }
    }

    #[test]
    fn windows_settings_count_where_no_variable_names_a_proxy() {
        let windows = WindowsProxy {
            server: "proxy.example:8080".to_owned(),
            direct: "*.corp.example; 10.1.*;exact.example;<local>".to_owned(),
        };
        let none = Proxies::of(&environment(&[("NO_PROXY", "named.example")]), &windows).unwrap();
        assert_eq!(chosen(&none, "https://index.example/").as_deref(), Some("http://proxy.example:8080/"));
        for direct in ["a.corp.example", "10.1.2.3", "exact.example", "neighbour", "named.example"] {
            assert_eq!(chosen(&none, &format!("http://{direct}/")), None, "{direct}");
        }
        let named = Proxies::of(&environment(&[("HTTP_PROXY", "http://named.example")]), &windows).unwrap();
        assert_eq!(chosen(&named, "https://index.example/"), None);
        let broken = WindowsProxy { server: "http://".to_owned(), direct: String::new() };
        assert_eq!(chosen(&Proxies::of(&environment(&[]), &broken).unwrap(), "http://a.example/"), None);
    }

    #[test]
    fn a_star_turns_every_proxy_off() {
        let proxies = proxies(&[("ALL_PROXY", "http://proxy.example"), ("no_proxy", "a.example,*")]);
        assert_eq!(chosen(&proxies, "https://index.example/"), None);
    }

    #[test]
    fn a_proxy_that_is_no_address_is_refused_without_its_password() {
        for (value, message) in [
            (
                "http://user:secret@:8080",
                "failed to parse the proxy URL `http://:8080` in `https_proxy`: it is not a URL",
            ),
            (
                "ftp://user:secret@proxy.example",
                "failed to parse the proxy URL `ftp://proxy.example/` in `https_proxy`: its scheme is not http, https \
                 or socks",
            ),
            ("http://", "failed to parse the proxy URL `http://` in `https_proxy`: it is not a URL"),
            ("socks5://", "failed to parse the proxy URL `socks5://` in `https_proxy`: it has no host"),
        ] {
            let environment = environment(&[("https_proxy", value)]);
            let error = Proxies::of(&environment, &WindowsProxy::default()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
