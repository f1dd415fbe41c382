//! `Address`: where a log is published, and how its files are fetched.

use std::str::FromStr;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address below which a log has its files, in http or https.
#[derive(Debug, Clone)]
pub(super) struct Address(String);

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// It is not there.
    #[error("the log does not have it (HTTP {0})")]
    NotThere(u16),
    /// The server answers something else.
    #[error("the server answers with HTTP {0}")]
    Status(u16),
    /// The server was not reached, or the line broke.
    #[error("it could not be fetched")]
    Transport(#[source] Box<ureq::Error>),
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_end_matches('/');
        let after = ["http://", "https://"]
            .into_iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        match after {
            Some(after) if !after.is_empty() && !text.contains(['?', '#', ' ']) => Ok(Self(text.to_owned())),
            _ => Err("an address begins with http:// or https://, as https://example.es/transparencia"),
        }
    }
}

/// Whoever fetches files of a log.
pub(super) struct Files {
    address: Address,
    agent: Agent,
}

impl Files {
    /// Those of a log at an address.
    pub(super) fn of(address: Address) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        // Nobody else is asked than the one who was named.
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build()
            .new_agent();
        Self { address, agent }
    }

    /// The file at a path below the address, of so many octets at most.
    pub(super) fn fetch(&self, path: &str, most: usize) -> Result<Vec<u8>, FetchError> {
        let transport = |error| FetchError::Transport(Box::new(error));
        let url = format!("{}/{path}", self.address.0);
        let mut response = self.agent.get(&url).call().map_err(transport)?;
        match response.status().as_u16() {
            200 => response
                .body_mut()
                .with_config()
                .limit(most as u64)
                .read_to_vec()
                .map_err(transport),
            status @ (404 | 410) => Err(FetchError::NotThere(status)),
            status => Err(FetchError::Status(status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_neither_query_nor_fragment() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.0);
        assert_eq!(
            read("https://example.es/t/").as_deref(),
            Ok("https://example.es/t")
        );
        assert_eq!(read("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        for text in [
            "",
            "example.es",
            "ftp://example.es",
            "https://",
            "http://a/?b",
            "http://a b",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
