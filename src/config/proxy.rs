//! `Proxy`: proxies that are trusted to say whom a request comes from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// An address, or a network, from which only proxies connect that say whom they have a request from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Proxy(IpNet);

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It is neither; a name is none, since whoever answers for it would be trusted.
    #[error("is neither an address nor a network, such as 10.0.0.5 or 10.0.0.0/8")]
    NoNetwork,
    /// Its address goes on behind the bits that tell the network: one of the two was meant, and nobody can say which.
    #[error("is no network: its address has bits beyond the {bits} that are said. {network} is one")]
    Beyond {
        /// How many bits tell the network.
        bits: u8,
        /// What it would be without the others.
        network: IpNet,
    },
    /// An address of IPv4 in the form of IPv6: of those that connect the other is known.
    #[error("is of IPv4 and written as of IPv6: write it without ::ffff:")]
    Mapped,
    /// Everybody would be believed whatever he says of himself.
    #[error("is everybody: name the proxies alone")]
    Everybody,
}

impl Proxy {
    /// Whether an address, which is not of IPv4 in the form of IPv6, is one of them.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        let network = address.or_else(|_| text.parse::<IpNet>());
        let network = network.map_err(|_| ProxyError::NoNetwork)?;
        if matches!(network.addr(), IpAddr::V6(address) if address.to_ipv4_mapped().is_some()) {
            return Err(ProxyError::Mapped);
        }
        let bits = network.prefix_len();
        if bits == 0 {
            return Err(ProxyError::Everybody);
        }
        if network != network.trunc() {
            let network = network.trunc();
            return Err(ProxyError::Beyond { bits, network });
        }
        Ok(Self(network))
    }
}

impl TryFrom<String> for Proxy {
    type Error = ProxyError;

    fn try_from(text: String) -> Result<Self, ProxyError> {
        text.parse()
    }
}

impl From<Proxy> for String {
    fn from(proxy: Proxy) -> Self {
        proxy.to_string()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_taken_and_nothing_that_would_trust_others() {
        for (good, is_one, is_none) in [
            ("10.0.0.5", "10.0.0.5", "10.0.0.6"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("::1", "::1", "::2"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("::/64", "::1", "127.0.0.1"),
        ] {
            let proxy: Proxy = good.parse().unwrap();
            assert!(proxy.has(is_one.parse().unwrap()), "{good}");
            assert!(!proxy.has(is_none.parse().unwrap()), "{good}");
        }
        let beyond = |bits, network: &str| ProxyError::Beyond {
            bits,
            network: network.parse().unwrap(),
        };
        for (bad, why) in [
            ("", ProxyError::NoNetwork),
            ("proxy.example.es", ProxyError::NoNetwork),
            ("10.0.0.5:8080", ProxyError::NoNetwork),
            ("10.0.0.0/33", ProxyError::NoNetwork),
            ("10.0.0.0/", ProxyError::NoNetwork),
            ("10.0.0.0/255.0.0.0", ProxyError::NoNetwork),
            ("10.0.0.5/8", beyond(8, "10.0.0.0/8")),
            ("2001:db8::1/32", beyond(32, "2001:db8::/32")),
            ("::ffff:10.0.0.5", ProxyError::Mapped),
            ("::ffff:10.0.0.0/104", ProxyError::Mapped),
            ("0.0.0.0/0", ProxyError::Everybody),
            ("::/0", ProxyError::Everybody),
        ] {
            assert_eq!(bad.parse::<Proxy>(), Err(why), "{bad}");
        }
    }
}
