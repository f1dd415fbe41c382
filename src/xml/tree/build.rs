//! How a tree is made, tag by tag: here names get their namespaces.

use std::borrow::Cow;

use super::{AttributeNode, Declaration, ElementNode, Name, Text, Tree};

/// Namespaces in XML §3: what `xml` is bound to, always and alone.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Namespaces in XML §3: what `xmlns` is bound to; nothing may be declared to be it.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The rules of namespaces that a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::xml) enum NamespaceFault {
    /// A prefix that nothing declares (Namespaces in XML §5).
    Unbound,
    /// A declaration that may not be made (Namespaces in XML §3, §5).
    Declaration,
    /// Two attributes of one name, or two declarations of one prefix (XML 1.0 §3.1, Namespaces in XML §6.3).
    Twice,
}

/// A tree that is being made.
#[derive(Debug)]
pub(in crate::xml) struct Builder<'a> {
    tree: Tree<'a>,
    /// Positions of the open elements, innermost last.
    open: Vec<usize>,
    /// Positions of the declarations that are in force, innermost last.
    in_force: Vec<usize>,
    /// Whether what comes next belongs to the last text.
    within_text: bool,
}

impl<'a> Builder<'a> {
    pub(in crate::xml) fn new() -> Self {
        // What a message of a few notifications has.
        let mut tree = Tree {
            nodes: Vec::with_capacity(48),
            attributes: Vec::with_capacity(48),
            declarations: Vec::with_capacity(16),
            texts: Vec::with_capacity(64),
            commented: false,
        };
        tree.declarations.push(Declaration {
            prefix: "xml",
            namespace: Cow::Borrowed(XML),
        });
        Self {
            tree,
            open: Vec::with_capacity(16),
            in_force: vec![0],
            within_text: false,
        }
    }

    /// Elements open now.
    pub(in crate::xml) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Elements so far; the next has this position.
    pub(in crate::xml) fn elements(&self) -> usize {
        self.tree.nodes.len()
    }

    /// Namespace declarations in force, without that of `xml`.
    pub(in crate::xml) fn namespaces_in_force(&self) -> usize {
        self.in_force.len() - 1
    }

    /// Begins an element, of which the start tag begins at `at`.
    pub(in crate::xml) fn open(&mut self, at: usize, name: Name<'a>) {
        let Tree {
            nodes,
            attributes,
            declarations,
            texts,
            ..
        } = &mut self.tree;
        let position = nodes.len();
        let from = |start| start..start;
        nodes.push(ElementNode {
            octets: from(at),
            name,
            namespace: None,
            parent: self.open.last().copied(),
            after: position + 1,
            attributes: from(attributes.len()),
            declarations: from(declarations.len()),
            texts: from(texts.len()),
            commented: false,
        });
        self.open.push(position);
        self.within_text = false;
    }

    /// Takes a declaration of the element that began last.
    pub(in crate::xml) fn declare(
        &mut self,
        prefix: &'a str,
        namespace: Cow<'a, str>,
    ) -> Result<(), NamespaceFault> {
        match (prefix, &*namespace) {
            ("xml", XML) => return Ok(()),
            ("xml" | "xmlns", _) | (_, XML | XMLNS) => return Err(NamespaceFault::Declaration),
            ("", _) => (),
            // Only Namespaces in XML 1.1 lets a prefix be undone.
            (_, "") => return Err(NamespaceFault::Declaration),
            _ => (),
        }
        let Tree {
            nodes, declarations, ..
        } = &mut self.tree;
        let own = nodes.last().map_or(0, |node| node.declarations.start);
        if declarations.iter().skip(own).any(|other| other.prefix == prefix) {
            return Err(NamespaceFault::Twice);
        }
        self.in_force.push(declarations.len());
        declarations.push(Declaration { prefix, namespace });
        Ok(())
    }

    /// Takes an attribute of the element that began last.
    pub(in crate::xml) fn attribute(&mut self, name: Name<'a>, value: Cow<'a, str>) {
        self.tree.attributes.push(AttributeNode {
            name,
            namespace: None,
            value,
        });
    }

    /// Ends the start tag of the element that began last: what its names mean can be known now.
    pub(in crate::xml) fn opened(&mut self) -> Result<(), NamespaceFault> {
        let Tree {
            nodes,
            attributes,
            declarations,
            ..
        } = &mut self.tree;
        let Some(node) = nodes.last_mut() else {
            return Ok(());
        };
        let innermost = |prefix: &str| {
            let mut in_force = self.in_force.iter().rev().copied();
            in_force.find(|&at| declarations.get(at).is_some_and(|other| other.prefix == prefix))
        };
        node.declarations.end = declarations.len();
        node.attributes.end = attributes.len();
        node.namespace = innermost(node.name.prefix);
        if node.namespace.is_none() && !node.name.prefix.is_empty() {
            return Err(NamespaceFault::Unbound);
        }
        let own = attributes.get_mut(node.attributes.clone()).unwrap_or_default();
        for attribute in &mut *own {
            if !attribute.name.prefix.is_empty() {
                attribute.namespace = Some(innermost(attribute.name.prefix).ok_or(NamespaceFault::Unbound)?);
            }
        }
        let namespace = |attribute: &AttributeNode<'a>| {
            let declaration = attribute.namespace.and_then(|at| declarations.get(at));
            declaration.map(|declaration| &declaration.namespace)
        };
        let twice = own.iter().enumerate().any(|(count, one)| {
            let mut before = own.iter().take(count);
            before.any(|other| other.name.local == one.name.local && namespace(other) == namespace(one))
        });
        if twice {
            return Err(NamespaceFault::Twice);
        }
        Ok(())
    }

    /// Takes text of the innermost open element, of which this piece begins at `at`.
    pub(in crate::xml) fn text(&mut self, at: usize, piece: Cow<'a, str>) {
        match self.tree.texts.last_mut().filter(|_| self.within_text) {
            Some(text) => text.value.to_mut().push_str(&piece),
            None => self.tree.texts.push(Text { at, value: piece }),
        }
        self.within_text = true;
    }

    /// Takes a comment, which may stand outside of the root.
    pub(in crate::xml) fn comment(&mut self) {
        self.tree.commented = true;
        let innermost = self.open.last().and_then(|&at| self.tree.nodes.get_mut(at));
        if let Some(node) = innermost {
            node.commented = true;
        }
    }

    /// Ends the innermost open element, of which the end tag ends at `end`; false if none is open.
    pub(in crate::xml) fn close(&mut self, end: usize) -> bool {
        let Tree { nodes, texts, .. } = &mut self.tree;
        let after = nodes.len();
        let Some(node) = self.open.pop().and_then(|at| nodes.get_mut(at)) else {
            return false;
        };
        node.octets.end = end;
        node.after = after;
        node.texts.end = texts.len();
        let in_force = self.in_force.len() - node.declarations.len();
        self.in_force.truncate(in_force);
        self.within_text = false;
        true
    }

    /// The tree, when its root has ended.
    pub(in crate::xml) fn finish(self) -> Option<Tree<'a>> {
        let whole = self.open.is_empty() && !self.tree.nodes.is_empty();
        whole.then_some(self.tree)
    }
}
