//! First sight of foreign octets: one streaming pass that settles what every later reader relies on.

mod attributes;
mod error;
mod limits;
mod name;
mod pass;
mod uri;

pub use error::{IllFormed, ScreenError};
pub use limits::Limits;

use std::borrow::Cow;

use pass::{Pass, Passed};

use super::Excerpt;
use super::tree::{Element, Tree};

/// The UTF-8 byte order mark, which may stand before the document and is not part of it.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Foreign XML that passed [`screen`], with the tree of its elements: UTF-8, well-formed by the rules of XML 1.0 and of
/// namespaces, no DOCTYPE, no processing instructions, no entities but the predefined ones, ids unique, and within the
/// [`Limits`].
///
/// It says nothing about who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened<'a> {
    text: &'a str,
    tree: Tree<'a>,
    ids: Vec<(&'a str, usize)>,
    nodes: usize,
    odd_namespace: Option<Cow<'a, str>>,
}

impl<'a> Screened<'a> {
    /// The document, without byte order mark.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The document's octets, without byte order mark.
    #[must_use]
    pub fn octets(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_, 'a> {
        self.tree.root()
    }

    /// The element that bears an id: one at most does.
    #[must_use]
    pub fn bearer(&self, id: &str) -> Option<Element<'_, 'a>> {
        let (_, at) = self.ids.iter().find(|(other, _)| *other == id)?;
        self.tree.element(*at)
    }

    /// Whether there is a comment in it, in the root or outside of it.
    #[must_use]
    pub fn has_comments(&self) -> bool {
        self.tree.has_comments()
    }

    /// The first namespace that it declares and that is no absolute URI: Namespaces in XML lets it be one, but a document
    /// with such has no canonical form (Canonical XML 1.0 §1.3).
    #[must_use]
    pub fn odd_namespace(&self) -> Option<&str> {
        self.odd_namespace.as_deref()
    }

    /// Elements, comments and CDATA sections in it.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }
}

/// Screens foreign octets in one pass, in time and memory linear in their number.
///
/// Ids are attributes whose local name is `Id`, `ID` or `id`, in whatever namespace (`wsu:Id` and `xml:id` among
/// them): none may be there twice. The caller must still canonicalize or parse with limits of its own for what
/// is not bounded here (the length of a text or of a name is bounded by that of the document only).
pub fn screen<'a>(octets: &'a [u8], limits: &Limits) -> Result<Screened<'a>, ScreenError> {
    if octets.len() > limits.octets {
        return Err(ScreenError::TooLarge {
            octets: octets.len(),
            limit: limits.octets,
        });
    }
    let octets = octets.strip_prefix(BOM).unwrap_or(octets);
    let text = utf8(octets)?;
    forbidden_character(text)?;
    let Passed {
        tree,
        ids,
        nodes,
        odd_namespace,
    } = Pass::new(text, limits).run()?;
    Ok(Screened {
        text,
        tree,
        ids,
        nodes,
        odd_namespace,
    })
}

/// Reads the octets as UTF-8; what looks like UTF-16 or UTF-32 (XML 1.0 appendix F) is called by its name.
fn utf8(octets: &[u8]) -> Result<&str, ScreenError> {
    if octets.iter().all(u8::is_ascii_whitespace) {
        return Err(ScreenError::Empty);
    }
    let encoding = match octets {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0x00, b'<', ..] | [b'<', 0x00, ..] => "UTF-16",
        [0x00, 0x00, ..] => "UTF-32",
        _ => {
            return std::str::from_utf8(octets).map_err(|error| ScreenError::NotUtf8 {
                at: error.valid_up_to(),
            });
        }
    };
    Err(ScreenError::OtherEncoding {
        encoding: Excerpt::of(encoding),
    })
}

/// XML 1.0 §2.2: of the C0 controls only tab, line feed and carriage return; neither U+FFFE nor U+FFFF.
/// (Surrogates are no UTF-8.)
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without jumps the compiler can use vector instructions"
)]
fn forbidden_character(text: &str) -> Result<(), ScreenError> {
    const BLOCK: usize = 256;
    let octets = text.as_bytes();
    let is_control = |o: u8| (o < 0x20) & (o != b'\t') & (o != b'\n') & (o != b'\r');
    // Block by block without leaving one early, for the same reason.
    let suspect = |found: bool, &octet: &u8| found | is_control(octet) | (octet == 0xEF);
    for (block, start) in octets.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        if !block.iter().fold(false, suspect) {
            continue;
        }
        for (at, &octet) in (start..).zip(block) {
            let nonchar = octet == 0xEF && matches!(octets.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF]));
            if is_control(octet) || nonchar {
                return Err(ScreenError::ForbiddenCharacter { at });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
