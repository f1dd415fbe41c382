//! Names with their namespaces, and which declarations are in force where.

use super::escape::{self, Forbidden};

/// A namespace and the prefix that it is always written with; an empty prefix makes it the default namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ns<'n> {
    // Compared first, as canonical order asks.
    pub(super) prefix: &'n str,
    uri: &'n str,
}

impl<'n> Ns<'n> {
    /// What stands in no namespace, without a prefix.
    pub const NONE: Ns<'static> = Ns { prefix: "", uri: "" };

    /// The `xml` prefix, which is bound without a declaration (Namespaces in XML §3).
    pub const XML: Ns<'static> = Ns {
        prefix: "xml",
        uri: "http://www.w3.org/XML/1998/namespace",
    };

    /// A namespace with its prefix. It is meant for constants, so that a pair that must not be bound (Namespaces in
    /// XML §3, §6.1) does not compile: no name with a prefix, `xmlns`, or `xml` and its namespace with anything else.
    ///
    /// # Panics
    /// With such a pair, when it is not in a constant.
    #[must_use]
    pub const fn new(prefix: &'n str, uri: &'n str) -> Self {
        assert!(
            is_bindable(prefix.as_bytes(), uri.as_bytes()),
            "this prefix must not be bound to this namespace"
        );
        Self { prefix, uri }
    }

    /// The prefix with which it is written; empty for a default namespace.
    #[must_use]
    pub const fn prefix(self) -> &'n str {
        self.prefix
    }

    /// Whether it is the other one, in one and the same constant. That costs no look at the texts.
    fn is_same_constant(self, other: Self) -> bool {
        std::ptr::eq(self.uri, other.uri) && std::ptr::eq(self.prefix, other.prefix)
    }

    /// A name in this namespace.
    #[must_use]
    pub const fn name(self, local: &'n str) -> Name<'n> {
        Name { ns: self, local }
    }
}

const fn is_bindable(prefix: &[u8], uri: &[u8]) -> bool {
    let nameless = uri.is_empty() && !prefix.is_empty();
    let of_xml = is_equal(prefix, b"xml") || is_equal(uri, Ns::XML.uri.as_bytes());
    !nameless && !of_xml && !is_equal(prefix, b"xmlns")
}

/// `==`, which a constant cannot use yet.
const fn is_equal(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([first, others @ ..], [other_first, other_others @ ..]) = (a, b) {
        if *first != *other_first {
            return false;
        }
        (a, b) = (others, other_others);
    }
    a.is_empty() && b.is_empty()
}

/// The name of an element or attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'n> {
    ns: Ns<'n>,
    local: &'n str,
}

impl<'n> Name<'n> {
    /// A name in no namespace.
    #[must_use]
    pub const fn unqualified(local: &'n str) -> Self {
        Self { ns: Ns::NONE, local }
    }

    pub(super) const fn ns(self) -> Ns<'n> {
        self.ns
    }

    pub(super) const fn is_unqualified(self) -> bool {
        self.ns.uri.is_empty()
    }

    /// C14N 1.0 §2.2: attributes go by namespace name, those without one first, then by local name.
    pub(super) const fn order(self) -> (&'n str, &'n str) {
        (self.ns.uri, self.local)
    }

    /// Writes a whole tag of a name without prefix, at once: where the name is known when compiling, so is the tag.
    #[inline(always)]
    pub(super) fn write_tag(self, out: &mut Vec<u8>, open: &[u8]) {
        const LONGEST: usize = 32;
        let local = self.local.as_bytes();
        let length = open.len() + local.len() + 1;
        if length > LONGEST {
            out.extend_from_slice(open);
            out.extend_from_slice(local);
            out.push(b'>');
            return;
        }
        let mut tag = [b'>'; LONGEST];
        let (start, rest) = tag.split_at_mut(open.len());
        start.copy_from_slice(open);
        let (name, _) = rest.split_at_mut(local.len());
        name.copy_from_slice(local);
        let (tag, _) = tag.split_at(length);
        out.extend_from_slice(tag);
    }

    #[inline(always)]
    pub(super) fn write(self, out: &mut Vec<u8>) {
        if !self.ns.prefix.is_empty() {
            out.extend_from_slice(self.ns.prefix.as_bytes());
            out.push(b':');
        }
        out.extend_from_slice(self.local.as_bytes());
    }
}

/// The declarations in force, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'n> {
    in_force: Vec<Ns<'n>>,
    ever: Vec<&'n str>,
}

impl<'n> Scope<'n> {
    /// Where the declarations of the element about to be written begin.
    pub(super) fn mark(&self) -> usize {
        self.in_force.len()
    }

    /// Back to what was in force at `mark`.
    pub(super) fn restore(&mut self, mark: usize) {
        self.in_force.truncate(mark);
    }

    /// Every prefix ever declared, each once.
    pub(super) fn into_prefixes(self) -> Vec<String> {
        self.ever.into_iter().map(str::to_owned).collect()
    }

    /// Whether the tags of an element are its name alone: without prefix, and with its namespace in force already.
    #[inline(always)]
    pub(super) fn is_plain(&self, name: Name<'n>) -> bool {
        let no_default = || self.in_force.iter().all(|bound| !bound.prefix.is_empty());
        name.ns.prefix.is_empty() && (self.is_innermost(name.ns) || name.ns.uri.is_empty() && no_default())
    }

    /// Elements of one namespace follow each other by the thousand.
    #[inline(always)]
    fn is_innermost(&self, ns: Ns<'n>) -> bool {
        self.in_force.last().is_some_and(|last| last.is_same_constant(ns))
    }

    /// Writes the declaration of `ns` unless it is in force already (Exclusive C14N §3, item 3).
    #[inline(always)]
    pub(super) fn declare(&mut self, out: &mut Vec<u8>, ns: Ns<'n>) {
        if !self.is_innermost(ns) {
            self.look_further(out, ns);
        }
    }

    /// Whether its prefix is bound to it.
    pub(super) fn is_in_force(&self, ns: Ns<'_>) -> bool {
        let bound = self.in_force.iter().rev().find(|bound| bound.prefix == ns.prefix);
        // The prefix `xml` is bound without a declaration (Namespaces in XML §3).
        bound.map_or("", |bound| bound.uri) == ns.uri || ns == Ns::XML
    }

    fn look_further(&mut self, out: &mut Vec<u8>, ns: Ns<'n>) {
        if self.is_in_force(ns) {
            return;
        }
        self.in_force.push(ns);
        if !self.ever.contains(&ns.prefix) {
            self.ever.push(ns.prefix);
        }
        out.extend_from_slice(b" xmlns");
        if !ns.prefix.is_empty() {
            out.push(b':');
            out.extend_from_slice(ns.prefix.as_bytes());
        }
        out.extend_from_slice(b"=\"");
        // A namespace's name is the program's own: nothing is to be replaced.
        let _ = escape::attribute(out, ns.uri, Forbidden::Replaced);
        out.push(b'"');
    }
}
