//! Canonical XML, inclusive and exclusive, without comments, of one element of a document.
//!
//! W3C: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.

use super::scope::Scope;
use crate::signature::algorithm::C14n;
use crate::signature::engine::EngineError;
use crate::signature::signed_info::Canonicalization;
use crate::xml::Limits;
use crate::xml::tree::{Attribute, Content, Element};
use crate::xml::write::{WriteError, canonical_attribute, canonical_text};

/// Octets that a canonical form may take: twice what a message may. A form declares namespaces anew where the document
/// need not, so that of a small document there could be a form of any size.
const MOST: usize = 2 * Limits::MESSAGE.octets;

/// The canonical form of an element, without what is `omitted` of it: a whole element within it.
pub(in crate::signature) fn canonicalize(
    element: Element<'_, '_>,
    how: &Canonicalization,
    omitted: Option<Element<'_, '_>>,
) -> Result<Vec<u8>, EngineError> {
    let mut form = Form {
        how,
        omitted,
        out: Vec::with_capacity(1024),
        scope: Scope::default(),
        attributes: Vec::new(),
    };
    let mut around: Vec<_> = element.ancestors().collect();
    around.reverse();
    for ancestor in &around {
        form.scope.enter(ancestor.declarations());
    }
    let inherited = form.inherited(element, &around)?;
    form.element(element, Some(inherited))?;
    Ok(form.out)
}

/// What canonical XML cannot hold, no screened document does.
impl From<WriteError> for EngineError {
    fn from(_: WriteError) -> Self {
        Self::Unreadable
    }
}

/// A canonical form that is being written.
struct Form<'t, 'a, 'h> {
    how: &'h Canonicalization,
    omitted: Option<Element<'t, 'a>>,
    out: Vec<u8>,
    scope: Scope<'t>,
    /// Room for the attributes of one element.
    attributes: Vec<Attribute<'t>>,
}

impl<'t, 'a: 't> Form<'t, 'a, '_> {
    /// The attributes of `xml` that the first element has from its ancestors, the root first. Canonical XML 1.0 §2.4: the
    /// nearest of each; 1.1 §2.4: of `xml:lang` and `xml:space`.
    fn inherited(
        &self,
        element: Element<'t, 'a>,
        around: &[Element<'t, 'a>],
    ) -> Result<Vec<Attribute<'t>>, EngineError> {
        let mut inherited: Vec<Attribute<'t>> = Vec::new();
        if self.how.c14n == C14n::Exclusive {
            return Ok(inherited);
        }
        let of_xml =
            |element: Element<'t, 'a>| element.attributes().filter(|attribute| attribute.prefix == "xml");
        for attribute in around.iter().copied().flat_map(of_xml) {
            self.check(&attribute)?;
            match (self.how.c14n, attribute.local) {
                (C14n::Inclusive11, "lang" | "space") | (C14n::Inclusive | C14n::Exclusive, _) => (),
                (C14n::Inclusive11, _) => continue,
            }
            inherited.retain(|farther| farther.local != attribute.local);
            inherited.push(attribute);
        }
        inherited.retain(|farther| of_xml(element).all(|own| own.local != farther.local));
        Ok(inherited)
    }

    /// Refuses an attribute of which the form is not certain.
    fn check(&self, attribute: &Attribute<'_>) -> Result<(), EngineError> {
        let base =
            self.how.c14n == C14n::Inclusive11 && attribute.prefix == "xml" && attribute.local == "base";
        if base { Err(EngineError::XmlBase) } else { Ok(()) }
    }

    /// Writes an element. It is the apex of what is written if attributes are `inherited`, which may be none.
    fn element(
        &mut self,
        element: Element<'t, 'a>,
        inherited: Option<Vec<Attribute<'t>>>,
    ) -> Result<(), EngineError> {
        if self.out.len() > MOST {
            return Err(EngineError::Unprocessable);
        }
        self.scope.enter(element.declarations());
        let apex = inherited.is_some();
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.clear();
        attributes.extend(element.attributes().chain(inherited.into_iter().flatten()));
        attributes
            .iter()
            .try_for_each(|attribute| self.check(attribute))?;
        pieces(&mut self.out, ["<", element.qualified()]);
        self.declarations(element, &attributes, apex)?;
        // C14N 1.0 §2.3: by namespace, and then by local name.
        attributes.sort_unstable_by_key(|attribute| (attribute.namespace, attribute.local));
        for Attribute {
            prefix, local, value, ..
        } in &attributes
        {
            attribute(&mut self.out, [prefix, colon(prefix), local], value)?;
        }
        self.out.push(b'>');
        self.attributes = attributes;
        // As deep as the limits let a document be.
        for content in element.contents() {
            match content {
                Content::Text(text) => canonical_text(&mut self.out, text)?,
                Content::Element(inner) if self.omitted == Some(inner) => (),
                Content::Element(inner) => self.element(inner, None)?,
            }
        }
        pieces(&mut self.out, ["</", element.qualified(), ">"]);
        self.scope.leave();
        Ok(())
    }

    fn declarations(
        &mut self,
        element: Element<'t, 'a>,
        attributes: &[Attribute<'t>],
        apex: bool,
    ) -> Result<(), EngineError> {
        // Exclusive C14N §1.1: what is visibly utilized. All else that is in scope, the inclusive form has as well.
        let qualified = attributes
            .iter()
            .map(|attribute| attribute.prefix)
            .filter(|prefix| !prefix.is_empty());
        let used = std::iter::once(element.prefix()).chain(qualified);
        let how = self.how;
        let inclusive = |prefix: &str| how.c14n != C14n::Exclusive || how.lists(prefix);
        for &(prefix, namespace) in self.scope.render(used, inclusive, apex) {
            attribute(&mut self.out, ["xmlns", colon(prefix), prefix], namespace)?;
        }
        Ok(())
    }
}

fn attribute(out: &mut Vec<u8>, [prefix, colon, local]: [&str; 3], value: &str) -> Result<(), WriteError> {
    pieces(out, [" ", prefix, colon, local, "=\""]);
    canonical_attribute(out, value)?;
    out.push(b'"');
    Ok(())
}

fn pieces<const N: usize>(out: &mut Vec<u8>, pieces: [&str; N]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// What stands after a prefix.
fn colon(prefix: &str) -> &'static str {
    if prefix.is_empty() { "" } else { ":" }
}
