//! The escaping writer: what it writes is its own exclusive canonical form.
//!
//! Exclusive XML Canonicalization 1.0 (without comments) of a document written here gives the same octets again,
//! so they can be digested and signed as they are. Nothing here allocates per element. [`Writer`] writes any element;
//! [`Out`], on top of it, messages.

#![expect(
    clippy::inline_always,
    reason = "an element takes some twenty nanoseconds to write, and tens of thousands make an answer"
)]

mod canonical;
mod error;
mod escape;
mod fragments;
mod name;
mod out;

pub use canonical::{Canonical, Enclosed};
pub use error::WriteError;
pub use escape::{canonical_attribute, canonical_text};
pub use fragments::{Fragment, Fragments};
pub use name::{Name, Ns};
pub use out::{Out, Tag, base64_length};

use escape::Forbidden;
use name::Scope;

/// An attribute of the start tag that is being collected; its value lies escaped in [`Writer::values`].
#[derive(Debug)]
struct Attribute<'n> {
    name: Name<'n>,
    value: std::ops::Range<usize>,
}

/// Writes one element with all that is in it.
///
/// Mistakes in the order of calls are remembered and told by [`Writer::finish`], so that the calls between need
/// no checking. Local names and prefixes are the program's own and are not checked; values and texts may be anything.
#[derive(Debug)]
pub struct Writer<'n> {
    out: Vec<u8>,
    open: Vec<(Name<'n>, usize)>,
    scope: Scope<'n>,
    pending: Option<Name<'n>>,
    attributes: Vec<Attribute<'n>>,
    values: Vec<u8>,
    rooted: bool,
    forbidden: Forbidden,
    mistake: Option<WriteError>,
}

impl Default for Writer<'_> {
    fn default() -> Self {
        Self::with_capacity(1024)
    }
}

impl<'n> Writer<'n> {
    /// A writer with room for so many octets.
    #[must_use]
    pub fn with_capacity(octets: usize) -> Self {
        Self::new(octets, Forbidden::Refused)
    }

    fn new(octets: usize, forbidden: Forbidden) -> Self {
        Self {
            out: Vec::with_capacity(octets),
            open: Vec::with_capacity(16),
            scope: Scope::default(),
            pending: None,
            attributes: Vec::new(),
            values: Vec::new(),
            rooted: false,
            forbidden,
            mistake: None,
        }
    }

    /// Starts an element.
    #[inline]
    pub fn start(&mut self, name: Name<'n>) -> &mut Self {
        self.close_tag();
        if self.open.is_empty() {
            self.root();
        }
        self.pending = Some(name);
        self.open.push((name, self.scope.mark()));
        self
    }

    /// Gives the element just started an attribute. Order does not matter; a namespace needs a prefix here.
    pub fn attr(&mut self, name: Name<'n>, value: &str) -> &mut Self {
        if self.pending.is_none() {
            self.mistake(WriteError::LateAttribute);
            return self;
        }
        let start = self.values.len();
        let written = escape::attribute(&mut self.values, value, self.forbidden);
        self.note(written);
        self.attributes.push(Attribute {
            name,
            value: start..self.values.len(),
        });
        self
    }

    /// Writes text into the open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.close_tag();
        if self.open.is_empty() {
            self.mistake(WriteError::NotOneRoot);
            return self;
        }
        self.escaped(text);
        self
    }

    /// Ends the open element.
    #[inline]
    pub fn end(&mut self) -> &mut Self {
        self.close_tag();
        let Some((name, mark)) = self.open.pop() else {
            self.mistake(WriteError::NothingOpen);
            return self;
        };
        self.end_tag(name);
        self.scope.restore(mark);
        self
    }

    /// An element that holds text only.
    #[inline]
    pub fn element(&mut self, name: Name<'n>, text: &str) -> &mut Self {
        self.leaf(name, |writer| writer.escaped(text));
        self
    }

    /// What was written, if it is one whole element.
    pub fn finish(mut self) -> Result<Canonical, WriteError> {
        self.close_tag();
        if !self.open.is_empty() {
            self.mistake(WriteError::LeftOpen);
        }
        if !self.rooted {
            self.mistake(WriteError::NotOneRoot);
        }
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => Ok(self.conclude()),
        }
    }

    /// What was written, which is one whole element.
    fn conclude(self) -> Canonical {
        Canonical {
            octets: self.out,
            declared: self.scope.into_prefixes(),
        }
    }

    /// An element without elements in it.
    #[inline(always)]
    fn leaf(&mut self, name: Name<'n>, content: impl FnOnce(&mut Self)) {
        self.close_tag();
        if self.open.is_empty() {
            self.root();
        }
        if self.scope.is_plain(name) {
            name.write_tag(&mut self.out, b"<");
            content(self);
            name.write_tag(&mut self.out, b"</");
            return;
        }
        let mark = self.scope.mark();
        self.start_tag(name);
        self.out.push(b'>');
        content(self);
        self.end_tag(name);
        self.scope.restore(mark);
    }

    /// Notices an element that is inside no other.
    #[cold]
    fn root(&mut self) {
        if self.rooted {
            self.mistake(WriteError::NotOneRoot);
        }
        self.rooted = true;
    }

    fn escaped(&mut self, text: &str) {
        let written = escape::text(&mut self.out, text, self.forbidden);
        self.note(written);
    }

    /// Octets written so far.
    #[must_use]
    pub fn octets_written(&self) -> usize {
        self.out.len()
    }

    #[cold]
    fn mistake(&mut self, mistake: WriteError) {
        // The first one is told: the rest may follow from it.
        self.mistake.get_or_insert(mistake);
    }

    fn note(&mut self, written: Result<(), WriteError>) {
        if let Err(mistake) = written {
            self.mistake(mistake);
        }
    }

    /// Writes the start tag that was being collected, if there is one.
    #[inline]
    fn close_tag(&mut self) {
        if let Some(name) = self.pending.take() {
            self.write_pending(name);
        }
    }

    fn write_pending(&mut self, name: Name<'n>) {
        if self.attributes.is_empty() {
            self.start_tag(name);
        } else {
            self.out.push(b'<');
            name.write(&mut self.out);
            self.write_attributes(name);
        }
        self.out.push(b'>');
    }

    /// A start tag without attributes, but for its end.
    #[inline(always)]
    fn start_tag(&mut self, name: Name<'n>) {
        self.out.push(b'<');
        name.write(&mut self.out);
        self.scope.declare(&mut self.out, name.ns());
    }

    #[inline(always)]
    fn end_tag(&mut self, name: Name<'n>) {
        self.out.extend_from_slice(b"</");
        name.write(&mut self.out);
        self.out.push(b'>');
    }

    /// C14N 1.0 §2.3: namespace declarations by prefix, then attributes by namespace and local name.
    fn write_attributes(&mut self, element: Name<'n>) {
        let mut attributes = std::mem::take(&mut self.attributes);
        let prefixed = attributes.iter().filter(|a| !a.name.is_unqualified()).count();
        if prefixed == 0 {
            self.scope.declare(&mut self.out, element.ns());
        } else {
            // Exclusive C14N §3: what the element or one of its attributes visibly uses.
            let mut used: Vec<Ns<'n>> = Vec::with_capacity(prefixed + 1);
            used.push(element.ns());
            used.extend(
                attributes
                    .iter()
                    .filter(|a| !a.name.is_unqualified())
                    .map(|a| a.name.ns()),
            );
            if used.iter().skip(1).any(|ns| ns.prefix.is_empty()) {
                self.mistake(WriteError::Unbindable);
            }
            used.sort_unstable();
            used.dedup();
            if used
                .windows(2)
                .any(|pair| matches!(pair, [a, b] if a.prefix == b.prefix))
            {
                self.mistake(WriteError::Unbindable);
            }
            for ns in used {
                self.scope.declare(&mut self.out, ns);
            }
        }
        attributes.sort_unstable_by_key(|a| a.name.order());
        if attributes
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.name.order() == b.name.order()))
        {
            self.mistake(WriteError::RepeatedAttribute);
        }
        for attribute in attributes.drain(..) {
            self.out.push(b' ');
            attribute.name.write(&mut self.out);
            self.out.extend_from_slice(b"=\"");
            self.out
                .extend_from_slice(self.values.get(attribute.value).unwrap_or_default());
            self.out.push(b'"');
        }
        self.values.clear();
        self.attributes = attributes;
    }
}

#[cfg(test)]
pub(crate) mod tests;
