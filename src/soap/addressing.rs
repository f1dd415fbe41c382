//! `Addressing`: for which address and action a message was signed, as far as its signer says (WS-Addressing).
//!
//! The service needs no such header, and one that nobody signed anybody may have put there; but a signed one binds.

use crate::xml::white::trim;
use crate::xml::{Excerpt, Limits, screen};

/// WS-Addressing 1.0 Core, §1.3, and the member submission that came before it, §1.2; each with the address of nobody in
/// particular, which says nothing (Core §2.1).
const VERSIONS: [(&str, &str); 2] = [
    (
        "http://www.w3.org/2005/08/addressing",
        "http://www.w3.org/2005/08/addressing/anonymous",
    ),
    (
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
    ),
];

/// Why a signed header of addressing keeps a message from being for this service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressingError {
    /// The same header twice: who reads the first reads something else than who reads the last (SOAP Binding §3.2).
    #[error("the signed header wsa:{header} is there twice")]
    Repeated {
        /// Its local name.
        header: &'static str,
    },
    /// Not a text alone.
    #[error("the signed header wsa:{header} is not a text")]
    NotText {
        /// Its local name.
        header: &'static str,
    },
    /// A signed To that is another service's.
    #[error("the signed wsa:To is «{to}», and the address is «{address}»")]
    OtherAddress {
        /// What it says.
        to: Excerpt,
        /// What the WSDL says.
        address: String,
    },
    /// A signed Action that is another operation's.
    #[error("the signed wsa:Action is «{action}», not one of {operation}")]
    OtherAction {
        /// What it says.
        action: Excerpt,
        /// The operation of the Body.
        operation: String,
    },
}

/// What the signed headers of addressing say, each a text that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addressing {
    to: Vec<String>,
    action: Vec<String>,
}

impl Addressing {
    /// Reads header blocks, each from the octets that were signed. Whatever else they are is not looked at.
    pub fn read<'b>(blocks: impl Iterator<Item = &'b [u8]>) -> Result<Self, AddressingError> {
        let mut read = Self::default();
        let mut seen = Vec::new();
        for block in blocks {
            let Ok(document) = screen(block, &Limits::MESSAGE) else {
                continue;
            };
            let root = document.root();
            let version = VERSIONS
                .into_iter()
                .find(|(namespace, _)| *namespace == root.namespace());
            let (Some((namespace, anonymous)), Some(header)) = (
                version,
                ["To", "Action"].into_iter().find(|local| *local == root.local()),
            ) else {
                continue;
            };
            if seen.contains(&(namespace, header)) {
                return Err(AddressingError::Repeated { header });
            }
            seen.push((namespace, header));
            if root.children().next().is_some() {
                return Err(AddressingError::NotText { header });
            }
            let own_text = root.own_text();
            let text = trim(&own_text);
            if !text.is_empty() && text != anonymous {
                let texts = if header == "To" {
                    &mut read.to
                } else {
                    &mut read.action
                };
                texts.push(text.to_owned());
            }
        }
        Ok(read)
    }

    /// Checks that it names this address, given what makes two the same, and this operation by one of its actions.
    pub fn check(
        &self,
        address: &str,
        same: impl Fn(&str, &str) -> bool,
        operation: &str,
        actions: &[String],
    ) -> Result<(), AddressingError> {
        if let Some(to) = self.to.iter().find(|to| !same(to, address)) {
            return Err(AddressingError::OtherAddress {
                to: Excerpt::of(to),
                address: address.to_owned(),
            });
        }
        // Beside what the WSDL says, what toolkits make of an operation's name.
        let is_its = |action: &String| {
            actions.contains(action) || action.strip_prefix("urn:").is_some_and(|name| name == operation)
        };
        match self.action.iter().find(|action| !is_its(action)) {
            None => Ok(()),
            Some(action) => Err(AddressingError::OtherAction {
                action: Excerpt::of(action),
                operation: operation.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = VERSIONS[0].0;
    const OLD: &str = VERSIONS[1].0;

    fn block(namespace: &str, local: &str, content: &str) -> String {
        format!("<w:{local} xmlns:w=\"{namespace}\">{content}</w:{local}>")
    }

    fn checked(blocks: &[String]) -> Result<(), AddressingError> {
        let actions = ["urn:x:list".to_owned()];
        Addressing::read(blocks.iter().map(String::as_bytes))?.check(
            "http://h/p",
            |one, other| one == other,
            "list",
            &actions,
        )
    }

    #[test]
    fn what_names_this_service_and_operation_is_taken_in_both_versions() {
        for version in [NEW, OLD] {
            for action in ["urn:x:list", " urn:list\n", ""] {
                let blocks = [
                    block(version, "To", "\n http://h/p "),
                    block(version, "Action", action),
                    block(version, "MessageID", "urn:uuid:1"),
                ];
                assert_eq!(checked(&blocks), Ok(()));
            }
        }
        assert_eq!(checked(&[block(NEW, "To", VERSIONS[0].1)]), Ok(()));
        assert_eq!(checked(&[block(OLD, "To", VERSIONS[1].1)]), Ok(()));
        assert_eq!(checked(&[block("urn:otro", "To", "http://otro/")]), Ok(()));
        assert_eq!(checked(&[]), Ok(()));
    }

    #[test]
    fn what_names_something_else_is_refused_in_both_versions() {
        for version in [NEW, OLD] {
            let other = checked(&[block(version, "To", "http://h/q")]);
            assert!(matches!(other, Err(AddressingError::OtherAddress { .. })));
            for action in ["urn:x:accept", "urn:accept", "list", "urn:x:LIST"] {
                let other = checked(&[block(version, "Action", action)]);
                assert!(
                    matches!(other, Err(AddressingError::OtherAction { .. })),
                    "{action}"
                );
            }
        }
        // Of two, both must.
        let both = [block(NEW, "To", "http://h/p"), block(OLD, "To", "http://h/q")];
        assert!(matches!(
            checked(&both),
            Err(AddressingError::OtherAddress { .. })
        ));
    }

    #[test]
    fn a_header_that_repeats_or_is_no_text_is_refused_whatever_it_says() {
        for (header, value) in [("To", "http://h/p"), ("Action", "urn:list")] {
            let one = block(NEW, header, value);
            assert_eq!(
                checked(&[one.clone(), one]),
                Err(AddressingError::Repeated { header })
            );
            let torn = block(NEW, header, &format!("{value}<x/>"));
            assert_eq!(checked(&[torn]), Err(AddressingError::NotText { header }));
        }
    }
}
