//! The elements of a screened document, their attributes, namespaces and texts, as they lie in it.
//!
//! [`screen`](super::screen()) makes the tree while it looks at the octets for the first time; whoever reads the document
//! afterwards reads the same tree. References are resolved, line ends and attribute values normalized (XML 1.0 §2.11,
//! §3.3.3); CDATA sections are text; comments are left out, as canonicalization without comments leaves them out.
//!
//! Weighed against roxmltree, which was used before and keeps neither prefixes nor where a namespace was declared, which
//! canonicalization needs, and against libxml2's tree, which the second engine reads and the first must not. One tree instead of
//! a reading for each step took verification from 72 to 93 µs to 37 to 43 (docs/decisions/0013-tree-of-our-own.md). roxmltree is
//! what the tests hold it against.

mod build;

pub(super) use build::{Builder, NamespaceFault};

use std::borrow::Cow;
use std::ops::Range;

/// A document's elements, in flat lists in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree<'a> {
    /// There is one at least: no other tree is ever finished.
    nodes: Vec<ElementNode<'a>>,
    attributes: Vec<AttributeNode<'a>>,
    declarations: Vec<Declaration<'a>>,
    texts: Vec<Text<'a>>,
    /// Whether there is a comment, wherever it is.
    commented: bool,
}

/// An element. Ranges but the first are of positions in the lists of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ElementNode<'a> {
    /// Its octets, from the `<` of its start tag to the `>` of its end tag.
    octets: Range<usize>,
    name: Name<'a>,
    namespace: Option<usize>,
    parent: Option<usize>,
    /// The first element that begins after this one ended.
    after: usize,
    attributes: Range<usize>,
    declarations: Range<usize>,
    /// The texts within it and the elements in it.
    texts: Range<usize>,
    /// Whether a comment is in it, and in no element in it.
    commented: bool,
}

/// A qualified name as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// Empty if there is none.
    pub(super) prefix: &'a str,
    pub(super) local: &'a str,
    pub(super) qualified: &'a str,
}

/// An attribute that is no namespace declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AttributeNode<'a> {
    name: Name<'a>,
    /// What its prefix was bound by.
    namespace: Option<usize>,
    value: Cow<'a, str>,
}

/// A namespace declaration: of the default namespace with an empty prefix; an empty namespace undoes another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declaration<'a> {
    prefix: &'a str,
    namespace: Cow<'a, str>,
}

/// All the text between one tag and the next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text<'a> {
    /// Where in the document it begins.
    at: usize,
    value: Cow<'a, str>,
}

impl<'a> Tree<'a> {
    pub(super) fn root(&self) -> Element<'_, 'a> {
        Element {
            tree: self,
            at: 0,
            node: &self.nodes[0],
        }
    }

    pub(super) fn has_comments(&self) -> bool {
        self.commented
    }

    /// The element at a position in document order; the root is at 0.
    pub(super) fn element(&self, at: usize) -> Option<Element<'_, 'a>> {
        let node = self.nodes.get(at)?;
        Some(Element { tree: self, at, node })
    }

    fn namespace(&self, declaration: Option<usize>) -> &str {
        declaration
            .and_then(|at| self.declarations.get(at))
            .map_or("", |declaration| &*declaration.namespace)
    }
}

/// An element of a screened document `'a`, in its tree `'t`.
#[derive(Debug, Clone, Copy)]
pub struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    at: usize,
    node: &'t ElementNode<'a>,
}

/// What an element holds.
#[derive(Debug, Clone, Copy)]
pub enum Content<'t, 'a> {
    /// An element, with all that is below it.
    Element(Element<'t, 'a>),
    /// All the text up to the next element, or to the end.
    Text(&'t str),
}

/// An attribute, with its value as it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'t> {
    /// Empty if it has none.
    pub prefix: &'t str,
    /// Its name without prefix.
    pub local: &'t str,
    /// Empty if it is in none, as all without a prefix are (Namespaces in XML §6.2).
    pub namespace: &'t str,
    /// Its value, normalized.
    pub value: &'t str,
}

/// Two are the same if they are one element, whatever they hold.
impl PartialEq for Element<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.node, other.node)
    }
}

impl Eq for Element<'_, '_> {}

impl<'t, 'a> Element<'t, 'a> {
    /// Its name as it is written.
    #[must_use]
    pub fn qualified(self) -> &'a str {
        self.node.name.qualified
    }

    /// Its prefix; empty if it has none.
    #[must_use]
    pub fn prefix(self) -> &'a str {
        self.node.name.prefix
    }

    /// Its name without prefix.
    #[must_use]
    pub fn local(self) -> &'a str {
        self.node.name.local
    }

    /// Its namespace; empty if it is in none.
    #[must_use]
    pub fn namespace(self) -> &'t str {
        self.tree.namespace(self.node.namespace)
    }

    /// Whether it has that name in that namespace, empty for none.
    #[must_use]
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.local() == local && self.namespace() == namespace
    }

    /// Where its octets are in the document.
    #[must_use]
    pub fn octets(self) -> Range<usize> {
        self.node.octets.clone()
    }

    /// The element that it is in.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.tree.element(self.node.parent?)
    }

    /// The elements that it is in, the innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |element| element.parent())
    }

    /// The elements that it holds, without those in them.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let end = self.node.after;
        let at = move |at| if at < end { self.tree.element(at) } else { None };
        std::iter::successors(at(self.at + 1), move |child| at(child.node.after))
    }

    /// It and all elements within it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        (self.at..self.node.after).filter_map(|at| self.tree.element(at))
    }

    /// What it holds, in document order.
    pub fn contents(self) -> impl Iterator<Item = Content<'t, 'a>> {
        let mut children = self.children().peekable();
        let mut texts = self.node.texts.clone();
        std::iter::from_fn(move || {
            let text = self.tree.texts.get(texts.start).filter(|_| !texts.is_empty());
            let text = text.filter(|text| {
                children
                    .peek()
                    .is_none_or(|child| text.at < child.node.octets.start)
            });
            if let Some(text) = text {
                texts.start += 1;
                return Some(Content::Text(&text.value));
            }
            let child = children.next()?;
            texts.start = child.node.texts.end;
            Some(Content::Element(child))
        })
    }

    /// The text of an element that holds nothing else: no element, and no comment either.
    #[must_use]
    pub fn text(self) -> Option<&'t str> {
        if self.node.commented || self.node.after > self.at + 1 {
            return None;
        }
        let texts = self.tree.texts.get(self.node.texts.clone())?;
        Some(texts.first().map_or("", |text| &*text.value))
    }

    /// All the text that it holds, which comments and elements may interrupt; not that of these elements.
    #[must_use]
    pub fn own_text(self) -> String {
        self.contents()
            .filter_map(|content| match content {
                Content::Text(text) => Some(text),
                Content::Element(_) => None,
            })
            .collect()
    }

    /// Its attributes that are no namespace declarations, in the order in which they are written.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'t>> {
        let attributes = self.tree.attributes.get(self.node.attributes.clone());
        attributes
            .unwrap_or_default()
            .iter()
            .map(move |attribute| Attribute {
                prefix: attribute.name.prefix,
                local: attribute.name.local,
                namespace: self.tree.namespace(attribute.namespace),
                value: &attribute.value,
            })
    }

    /// The value of its attribute of that name in that namespace, empty for none.
    #[must_use]
    pub fn attribute(self, namespace: &str, local: &str) -> Option<&'t str> {
        self.attributes()
            .find(|attribute| attribute.local == local && attribute.namespace == namespace)
            .map(|attribute| attribute.value)
    }

    /// The namespaces that it declares, each as prefix and namespace, in the order in which they are written.
    pub fn declarations(self) -> impl Iterator<Item = (&'a str, &'t str)> {
        let declarations = self.tree.declarations.get(self.node.declarations.clone());
        declarations
            .unwrap_or_default()
            .iter()
            .map(|declaration| (declaration.prefix, &*declaration.namespace))
    }

    /// The values of its id attributes: `Id`, `ID` or `id` in any namespace.
    pub fn ids(self) -> impl Iterator<Item = &'t str> {
        self.attributes()
            .filter(|attribute| is_id(attribute.local))
            .map(|attribute| attribute.value)
    }
}

/// Whether an attribute of this local name bears an id.
#[must_use]
pub fn is_id(local: &str) -> bool {
    matches!(local, "Id" | "ID" | "id")
}

#[cfg(test)]
mod tests;
