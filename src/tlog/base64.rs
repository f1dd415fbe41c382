//! Base64 (RFC 4648 §4), in its one canonical form: with padding, and without bits that say nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Octets as text.
pub(super) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// The octets of a text that is written as [`encode`] writes it.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
