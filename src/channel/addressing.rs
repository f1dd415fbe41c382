//! Whether a message was signed for this address and operation, where its signer says for which.

use ::http::Uri;

use crate::soap::addressing::{Addressing, AddressingError};
use crate::soap::wsdl::Contract;

use super::open::Opened;
use super::reply::Call;

/// Holds the signed headers of addressing against what the WSDL says to whoever asks as this client did.
pub(super) fn addressed(
    call: &Call<'_>,
    opened: &Opened<'_>,
    contract: &Contract,
    operation: &str,
) -> Result<(), AddressingError> {
    let addressing = Addressing::read(opened.envelope.header_blocks())?;
    let actions = contract.operations().iter().find(|one| one.name == operation);
    let actions = actions.map_or(&[][..], |one| one.actions.as_slice());
    addressing.check(&contract.address(call.base), is_same, operation, actions)
}

/// Whether two texts are one address (RFC 3986 §6.2.2.1, §6.2.3): scheme and host in whatever case, and the port of the
/// scheme written or not. Of what follows each character counts.
fn is_same(one: &str, other: &str) -> bool {
    // A fragment is no part of what `Uri` keeps.
    let parsed = |text: &str| text.parse::<Uri>().ok().filter(|_| !text.contains('#'));
    let (Some(one), Some(other)) = (parsed(one), parsed(other)) else {
        return false;
    };
    let server = server(&one);
    server.is_some() && server == self::server(&other) && one.path_and_query() == other.path_and_query()
}

/// Scheme, host and port. One with a name or password, or a port that is none, has no server.
fn server(uri: &Uri) -> Option<(String, String, u16)> {
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let authority = uri.authority()?;
    let port = match authority.as_str().strip_prefix(authority.host())? {
        "" | ":" if scheme == "https" => 443,
        "" | ":" => 80,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    Some((scheme, authority.host().to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_scheme_host_and_port_are_written() {
        for (one, other) in [
            ("http://h.example/canal/v1", "HTTP://H.Example:80/canal/v1"),
            ("https://h/canal/v1", "https://h:443/canal/v1"),
            ("https://h:/canal/v1", "https://h/canal/v1"),
            ("http://[::1]:8080/p", "http://[::1]:8080/p"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
    }

    #[test]
    fn whatever_else_differs_makes_another_address() {
        let address = "https://h.example/canal/v1";
        for other in [
            "http://h.example/canal/v1",
            "https://h.example:80/canal/v1",
            "https://h.example:99999/canal/v1",
            "https://g.example/canal/v1",
            "https://h.example.otro.example/canal/v1",
            "https://u@h.example/canal/v1",
            "https://h.example@otro.example/canal/v1",
            "https://h.example/canal/V1",
            "https://h.example/canal/v1/",
            "https://h.example/canal/v1?x",
            "https://h.example/canal/v1#x",
            "https://h.example/",
            "https://h.example",
            "h.example/canal/v1",
            "/canal/v1",
            "urn:otro",
            "",
            "no es una dirección",
        ] {
            assert!(!is_same(address, other), "{other}");
            assert!(!is_same(other, address), "{other}");
        }
    }
}
