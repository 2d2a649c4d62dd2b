//! The proxies and certificate authorities that count.

use super::facts::{Authorities, NetworkFacts, ProxyVariable};
use crate::host::network::{AuthoritySource, TrustedAuthorities};
use crate::host::{Environment, Network};
use crate::vocab::Address;

/// The variables of curl, lower case first, since that counts. Windows does not distinguish the two.
const VARIABLES: &[&str] =
    &["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

/// The settings of the network, except for what each index needs.
pub(super) fn network_facts(
    environment: &Environment,
    network: &Network,
    authorities: &TrustedAuthorities,
) -> NetworkFacts {
    let is_read = |name: &&&str| !cfg!(windows) || name.chars().all(|c| !c.is_ascii_lowercase());
    let variables = VARIABLES.iter().filter(is_read).filter_map(|name| {
        let value = environment.var(name)?;
        Some(ProxyVariable { name, value: Address::from(value).to_string() })
    });
    NetworkFacts {
        is_offline: network.is_offline(),
        proxy_variables: variables.collect(),
        authorities: sources(authorities),
    }
}

fn sources(authorities: &TrustedAuthorities) -> Vec<Authorities> {
    let system = match &authorities.source {
        AuthoritySource::CompiledIn { count } => {
            Authorities { source: "those of Mozilla in Kingbolt".to_owned(), variable: None, count: Some(*count) }
        }
        AuthoritySource::File { path, count } => {
            Authorities { source: path.display().to_string(), variable: None, count: Some(*count) }
        }
        AuthoritySource::System => {
            Authorities { source: "those of the system".to_owned(), variable: None, count: None }
        }
    };
    let named = authorities.named.iter().map(|named| Authorities {
        source: named.path.display().to_string(),
        variable: Some(named.variable),
        count: Some(named.count),
    });
    std::iter::once(system).chain(named).collect()
}
