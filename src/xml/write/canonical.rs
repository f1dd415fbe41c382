//! `Canonical`: what was written, with the promise that it is canonical; `Enclosed`: that, within a document.

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

    /// The document that has it between `head` and `tail`. It may be large, and is not copied for that.
    #[must_use]
    pub fn between(self, head: Vec<u8>, tail: &[&str]) -> Enclosed {
        let mut rest = self.octets;
        for text in tail {
            rest.extend_from_slice(text.as_bytes());
        }
        Enclosed { head, rest }
    }

    /// Whether `prefix` is declared anywhere in it. An element may be put, as it is, into another document in
    /// exclusive canonical form if that one's open elements declare none of the same prefixes.
    #[must_use]
    pub fn declares(&self, prefix: &str) -> bool {
        self.declared.iter().any(|declared| declared == prefix)
    }
}

/// A document in two pieces, of which the second begins with what was enclosed.
#[derive(Debug)]
pub struct Enclosed {
    head: Vec<u8>,
    rest: Vec<u8>,
}

impl Enclosed {
    /// How many octets it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.head.len() + self.rest.len()
    }

    /// The pieces, in their order.
    #[must_use]
    pub fn into_pieces(self) -> [Vec<u8>; 2] {
        [self.head, self.rest]
    }

    /// The whole document.
    #[must_use]
    pub fn into_octets(self) -> Vec<u8> {
        self.into_pieces().concat()
    }
}
