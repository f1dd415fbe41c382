//! `Proxies`: whose address counts. It is whoever connects or, if that is a proxy that is trusted, whom it says to have a
//! request from. No other header says anything about it.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

use crate::config::Proxy;

/// The proxies that are trusted.
pub(super) struct Proxies(Vec<Proxy>);

impl Proxies {
    /// Those of the settings.
    pub(super) fn new(trusted: Vec<Proxy>) -> Self {
        Self(trusted)
    }

    /// Where a request comes from that came over a connection from `peer`. Each proxy writes whom it has a request from behind
    /// what it was given, so that the list is read from its end, and only for as long as who wrote an entry is trusted: what
    /// stands before is what anybody liked to write. Where an entry is no address, whoever wrote it counts.
    pub(super) fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut origin = peer.to_canonical();
        if !self.trust(origin) {
            return origin;
        }
        // One header in several lines is one list (RFC 9110 §5.3).
        let lines = headers.get_all(X_FORWARDED_FOR).rev();
        let entries = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for entry in entries {
            let Some(before) = address(entry.trim()) else {
                return origin;
            };
            origin = before.to_canonical();
            if !self.trust(origin) {
                return origin;
            }
        }
        origin
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|proxy| proxy.has(address))
    }
}

/// An address as proxies write it: some add the port, and brackets to what is of IPv6.
fn address(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse().ok().map(|socket: SocketAddr| socket.ip());
    let bare = || {
        entry
            .strip_prefix('[')?
            .strip_suffix(']')?
            .parse()
            .ok()
            .map(IpAddr::V6)
    };
    entry.parse().ok().or_else(with_port).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn origin(trusted: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted = trusted.iter().map(|one| one.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        Proxies::new(trusted)
            .origin(peer.parse().unwrap(), &map)
            .to_string()
    }

    const CHAIN: &[&str] = &["10.0.0.0/8", "2001:db8::/64"];

    #[test]
    fn who_is_not_trusted_comes_from_where_he_connects_whatever_he_says() {
        for trusted in [&[][..], CHAIN] {
            for headers in [
                &[][..],
                &[("x-forwarded-for", "198.51.100.1")],
                &[("x-forwarded-for", "10.0.0.1")],
                &[("forwarded", "for=198.51.100.1"), ("x-real-ip", "198.51.100.1")],
            ] {
                assert_eq!(origin(trusted, "192.0.2.1", headers), "192.0.2.1");
            }
        }
        assert_eq!(
            origin(&[], "10.0.0.1", &[("x-forwarded-for", "198.51.100.1")]),
            "10.0.0.1"
        );
    }

    #[test]
    fn of_a_proxy_the_last_who_is_none_counts_and_nothing_before_him() {
        for (said, comes) in [
            ("198.51.100.1", "198.51.100.1"),
            ("203.0.113.7, 198.51.100.1", "198.51.100.1"),
            // Through a second proxy.
            ("203.0.113.7,198.51.100.1 ,\t10.1.2.3", "198.51.100.1"),
            ("198.51.100.1, 2001:db8::5, 10.1.2.3", "198.51.100.1"),
            // The forms that there are.
            ("198.51.100.1:4711", "198.51.100.1"),
            ("2001:db9::1", "2001:db9::1"),
            ("[2001:db9::1]", "2001:db9::1"),
            ("[2001:db9::1]:4711", "2001:db9::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("198.51.100.1, ::ffff:10.1.2.3", "198.51.100.1"),
            // All are proxies: it began at the first of them.
            ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
            // Who wrote what is no address.
            ("unknown", "10.0.0.1"),
            ("198.51.100.1, unknown", "10.0.0.1"),
            ("198.51.100.1, _hidden, 10.1.2.3", "10.1.2.3"),
            ("198.51.100.1,", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("198.51.100.1 10.1.2.3", "10.0.0.1"),
            ("[198.51.100.1]", "10.0.0.1"),
            ("198.51.100.1, \u{e1}", "10.0.0.1"),
        ] {
            assert_eq!(
                origin(CHAIN, "10.0.0.1", &[("x-forwarded-for", said)]),
                comes,
                "{said}"
            );
        }
        assert_eq!(
            origin(CHAIN, "::ffff:10.0.0.1", &[("x-forwarded-for", "198.51.100.1")]),
            "198.51.100.1"
        );
        assert_eq!(origin(CHAIN, "10.0.0.1", &[]), "10.0.0.1");
        for other in ["forwarded", "x-real-ip", "x-client-ip", "true-client-ip"] {
            assert_eq!(origin(CHAIN, "10.0.0.1", &[(other, "198.51.100.1")]), "10.0.0.1");
        }
    }

    #[test]
    fn lines_of_one_header_are_one_list() {
        let lines = [
            ("x-forwarded-for", "203.0.113.7, 198.51.100.1"),
            ("x-forwarded-for", "10.1.2.3"),
        ];
        assert_eq!(origin(CHAIN, "10.0.0.1", &lines), "198.51.100.1");
    }
}
