//! Properties of input from users and servers about the network: no password is shown.

use std::ffi::OsStr;
use std::path::Path;
use std::time::SystemTime;

use url::Url;

use super::address::{parse, redirected};
use super::netrc::Netrc;
use super::proxy::Proxies;
use super::retry::Retry;
use super::windows_proxy::WindowsProxy;
use crate::host::Environment;
use crate::property::{Check, Property, Seeds};
use crate::vocab::Address;

/// A netrc file.
pub const NETRC: Property = Property {
    seeds: Seeds::Texts(&[
        "# people's comments\nmachine a.example login one password p1 # trailing\n\
         machine b.example\n\tlogin two\n\taccount x\n\tpassword \"p 2\\\"\"\n\
         macdef init\nmachine c.example login no password no\n\n\
         default login any password #p3\n",
        "machine a\\ b user c password \\",
    ]),
    holds: Check::Bytes(netrc),
};

/// An address, and one that it redirects to.
pub const URL: Property = Property {
    seeds: Seeds::Texts(&[
        "https://user:secret@index.example/simple/?token=secret#secret\n//u:secret@other.example/x",
        "http://user@secret@h.example:80\n../up?secret",
        "ftp://secret@old.example/\nhttps:x",
        "htt:secret@other#secret@h://secret@x/#x",
    ]),
    holds: Check::Text(address),
};

/// `HTTPS_PROXY`, `NO_PROXY`, Windows' proxy and its exceptions, and an address, each on a line.
pub const PROXY: Property = Property {
    seeds: Seeds::Texts(&[
        "user:secret@proxy.example:3128\nlocalhost, *.corp.example:8080,10.0.0.0/8 [fe80::1]/10,.x\n\
         http=a:1;https=b:2;socks=c:3\n*.local;<local>;192.168.*\nhttps://a.corp.example:8080/x",
        "socks5h://[::1]:9\n*\nproxy:80\n\nhttp://10.1.2.3/",
        "\n::/0,0.0.0.0/33\nsocks=c\n10.*\nhttp://[::1]/",
    ]),
    holds: Check::Text(proxy),
};

/// The header `Retry-After`.
pub const RETRY_AFTER: Property = Property {
    seeds: Seeds::Texts(&["120", "Fri, 31 Dec 1999 23:59:59 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "-1"]),
    holds: Check::Text(|text| {
        let _ = Retry::of_status(503, Some(text), SystemTime::UNIX_EPOCH);
    }),
};

fn netrc(data: &[u8]) {
    let netrc = Netrc::parse(&String::from_utf8_lossy(data));
    let _ = (netrc.machine("a.example"), netrc.otherwise());
    // A comment before the first entry changes nothing.
    let commented = [b"# x\n".as_slice(), data].concat();
    assert_eq!(Netrc::parse(&String::from_utf8_lossy(&commented)), netrc);
}

fn address(text: &str) {
    let (address, location) = text.split_once('\n').unwrap_or((text, ""));
    check_redacted(address);
    let Ok(from) = parse(&address.into()) else { return };
    if let Ok(to) = redirected(&from, location) {
        assert!(matches!(to.scheme(), "http" | "https"), "{to}");
        assert!(from.scheme() == "http" || to.scheme() == "https", "{from} to {to}");
        check_redacted(to.as_str());
    }
}

fn check_redacted(address: &str) {
    let shown = Address::from(address).to_string();
    assert_eq!(Address::from(shown.as_str()).to_string(), shown, "it is shown in another way when it is shown again");
    if let Ok(shown) = Url::parse(&shown) {
        assert!(shown.username().is_empty() && shown.password().is_none(), "{shown}");
    }
}

fn proxy(text: &str) {
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let variables = [("HTTPS_PROXY", OsStr::new(next())), ("no_proxy", OsStr::new(next()))];
    let environment = Environment::of(variables, Path::new("/"));
    let windows = WindowsProxy { server: next().to_owned(), direct: next().to_owned() };
    let Ok(proxies) = Proxies::of(&environment, &windows) else { return };
    let Ok(url) = Url::parse(next()) else { return };
    if let Some(proxy) = proxies.for_url(&url) {
        assert!(proxy.has_host(), "{proxy}");
    }
}

#[test]
fn nothing_about_the_network_is_misread() {
    for property in [NETRC, URL, PROXY, RETRY_AFTER] {
        property.try_out(1000);
    }
}
