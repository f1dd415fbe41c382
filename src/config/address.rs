//! `Address`: where to listen: an address, or a name of this machine's, and a port.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where to listen. A name stands for its addresses, those of IPv4 first, since those who only know a name try these too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    host: String,
    port: u16,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no colon, or nothing behind it.
    #[error("names no port: an address and a port are expected, such as 127.0.0.1:8080 or localhost:8080")]
    NoPort,
    /// What follows the last colon is none.
    #[error("has no port from 0 to 65535 after its last colon")]
    Port,
    /// What stands before it is none.
    #[error("is neither IPv4:PORT, [IPv6]:PORT nor NAME:PORT")]
    Host,
}

impl Address {
    /// The same, with another port.
    pub fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    /// The addresses that it stands for. It may ask the resolver, and wait for it.
    pub fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let mut addresses: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs()?.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        Ok(addresses)
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: address.port(),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(address.into());
        }
        // Of an address of IPv6 the colons are its own.
        let bare = text.parse::<IpAddr>().is_ok();
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !bare && !port.is_empty() => (host, port),
            _ => return Err(AddressError::NoPort),
        };
        let figures = port.bytes().all(|octet| octet.is_ascii_digit());
        let port = port.parse().ok().filter(|_| figures).ok_or(AddressError::Port)?;
        if is_name(host) {
            Ok(Self {
                host: host.to_owned(),
                port,
            })
        } else {
            Err(AddressError::Host)
        }
    }
}

/// RFC 1123 §2.1, with the underscore that private names have; one that ends in a number is an address that is none.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(is_label) && !last.bytes().all(|octet| octet.is_ascii_digit())
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_with_a_port_are_taken_and_nothing_else() {
        for good in [
            "127.0.0.1:8080",
            "localhost:8080",
            "[::1]:0",
            "0.0.0.0:443",
            "nodo-1.red_a.example:80",
        ] {
            let address: Address = good.parse().unwrap();
            assert_eq!(address.to_string(), good);
        }
        let local: Address = "localhost:8080".parse().unwrap();
        assert_eq!(local.resolve().unwrap()[0], "127.0.0.1:8080".parse().unwrap());
        let (no_port, port, host) = (AddressError::NoPort, AddressError::Port, AddressError::Host);
        for (bad, error) in [
            ("", no_port),
            ("localhost", no_port),
            ("127.0.0.1", no_port),
            ("localhost:", no_port),
            ("::1", no_port),
            ("localhost:http", port),
            ("localhost:65536", port),
            ("localhost:+80", port),
            (":8080", host),
            ("*:8080", host),
            ("http://localhost:8080", host),
            ("256.0.0.1:80", host),
            ("a b:80", host),
            ("[::1:80", host),
        ] {
            assert_eq!(bad.parse::<Address>(), Err(error), "{bad}");
        }
    }
}
