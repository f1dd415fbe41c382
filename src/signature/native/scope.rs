//! Namespaces while an element is canonicalized: which are in scope, and which are declared in what is written.

use std::borrow::Cow;

use crate::signature::engine::EngineError;

/// Namespaces in XML §3: what `xml` is bound to, always and alone.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Namespaces in XML §3: what `xmlns` is bound to; nothing may be declared to be it.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A prefix (empty for the default namespace) and what it is bound to (empty where that is undone).
#[derive(Debug)]
struct Binding<'a> {
    prefix: &'a str,
    uri: Cow<'a, str>,
}

/// The bindings of the elements that are open, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    bindings: Vec<Binding<'a>>,
    /// Those among them that the canonical form declares, as positions in `bindings`.
    written: Vec<usize>,
    /// How many there were of each before each open element.
    levels: Vec<(usize, usize)>,
    /// Room for the prefixes of one element.
    prefixes: Vec<&'a str>,
}

impl<'a> Scope<'a> {
    /// Begins an element.
    pub(super) fn enter(&mut self) {
        self.levels.push((self.bindings.len(), self.written.len()));
    }

    /// Ends the innermost element.
    pub(super) fn leave(&mut self) {
        if let Some((bindings, written)) = self.levels.pop() {
            self.bindings.truncate(bindings);
            self.written.truncate(written);
        }
    }

    /// Takes a declaration of the innermost element (Namespaces in XML §3 and §5).
    pub(super) fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>) -> Result<(), EngineError> {
        match (prefix, &*uri) {
            ("xml", XML) => return Ok(()),
            ("xml" | "xmlns", _) | (_, XML | XMLNS) => return Err(EngineError::Unreadable),
            ("", _) => (),
            // Only Namespaces in XML 1.1 lets a prefix be undone.
            (_, "") => return Err(EngineError::Unreadable),
            _ => (),
        }
        let (own, _) = self.levels.last().copied().unwrap_or_default();
        if self
            .bindings
            .iter()
            .skip(own)
            .any(|binding| binding.prefix == prefix)
        {
            return Err(EngineError::Unreadable);
        }
        self.bindings.push(Binding { prefix, uri });
        Ok(())
    }

    /// What a prefix is bound to.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&str> {
        self.find(prefix).map(|at| self.uri(at))
    }

    /// The namespace of an attribute: without a prefix, none (Namespaces in XML §6.2).
    pub(super) fn attribute_namespace(&self, prefix: &str) -> Result<&str, EngineError> {
        match prefix {
            "" => Ok(""),
            "xml" => Ok(XML),
            _ => self.namespace(prefix).ok_or(EngineError::Unreadable),
        }
    }

    /// The declarations that the innermost element has in canonical form, by prefix: of the prefixes that it uses, and of
    /// those that it declares and `inclusive` holds of, each that is not in force already in what is written.
    ///
    /// What is written begins with the `apex`, for which the declarations of its ancestors count as its own.
    pub(super) fn render(
        &mut self,
        used: impl Iterator<Item = &'a str>,
        inclusive: impl Fn(&str) -> bool,
        apex: bool,
    ) -> Result<impl Iterator<Item = (&'a str, &str)>, EngineError> {
        let own = self.levels.last().map_or(0, |(bindings, _)| *bindings);
        let declared = self.bindings.iter().skip(if apex { 0 } else { own });
        let mut prefixes = std::mem::take(&mut self.prefixes);
        prefixes.clear();
        prefixes.extend(used);
        prefixes.extend(
            declared
                .map(|binding| binding.prefix)
                .filter(|prefix| inclusive(prefix)),
        );
        prefixes.sort_unstable();
        prefixes.dedup();
        let before = self.written.len();
        for prefix in prefixes.iter().copied().filter(|prefix| *prefix != "xml") {
            let Some(at) = self.find(prefix) else {
                if prefix.is_empty() {
                    continue;
                }
                return Err(EngineError::Unreadable);
            };
            let mut written = self.written.iter().rev().copied();
            let in_force = written.find(|&at| self.prefix(at) == prefix);
            if in_force.map_or("", |at| self.uri(at)) != self.uri(at) {
                self.written.push(at);
            }
        }
        self.prefixes = prefixes;
        let new = self.written.get(before..).unwrap_or_default();
        Ok(new.iter().map(|&at| (self.prefix(at), self.uri(at))))
    }

    /// The innermost binding of a prefix.
    fn find(&self, prefix: &str) -> Option<usize> {
        self.bindings.iter().rposition(|binding| binding.prefix == prefix)
    }

    fn prefix(&self, at: usize) -> &'a str {
        self.bindings.get(at).map_or("", |binding| binding.prefix)
    }

    fn uri(&self, at: usize) -> &str {
        self.bindings.get(at).map_or("", |binding| &*binding.uri)
    }
}
