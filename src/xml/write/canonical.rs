//! `Canonical`: what was written, with the promise that it is canonical.

/// A document or element that [`Writer`](super::Writer) wrote: one element, in exclusive canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    pub(super) octets: Vec<u8>,
    pub(super) declared: Vec<String>,
}

impl Canonical {
    /// The octets: UTF-8, without XML declaration.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// Whether `prefix` is declared anywhere in it. An element may be put, as it is, into another document in
    /// exclusive canonical form if that one's open elements declare none of the same prefixes.
    #[must_use]
    pub fn declares(&self, prefix: &str) -> bool {
        self.declared.iter().any(|declared| declared == prefix)
    }
}
