//! The engine that stands on libxmlsec1.

use std::ffi::CString;

use openssl::pkey::{PKeyRef, Public};

use super::algorithm::{C14n, Digest, SignatureMethod, Transform};
use super::engine::{Engine, EngineError, SignedOctets};
use super::ffi::{Attribute, Context, Document, LibraryFailed, Node, Status};
use super::filter;
use super::names::DS;
use super::policy::Policy;
use crate::xml::{Excerpt, Screened};

/// [`Engine`] by libxmlsec1 over libxml2 and OpenSSL. It holds nothing: one serves every thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct XmlSec;

impl Engine for XmlSec {
    fn verify(
        &self,
        document: &Screened<'_>,
        which: usize,
        key: &PKeyRef<Public>,
        expected: &[String],
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        let document = Document::parse(document.octets())?.ok_or(EngineError::Unreadable)?;
        if document.has_doctype() {
            return Err(EngineError::Unreadable);
        }
        let root = document.root().ok_or(EngineError::Unreadable)?;
        let signature = walk(root)
            .filter(|node| node.is(DS, "Signature"))
            .nth(which)
            .ok_or(EngineError::NoSignature)?;
        check_references(signature, expected)?;
        register_ids(&document, root, expected)?;

        let mut context = Context::new(key).map_err(|LibraryFailed| EngineError::Key)?;
        allow(&mut context, policy)?;
        if policy.takes_filter() && has_filter(root, signature)? {
            context.allow_transform(Transform::WithoutSignatures)?;
        }
        let verdict = context.verify(signature);
        judge(&context, verdict, expected)
    }
}

impl From<LibraryFailed> for EngineError {
    fn from(LibraryFailed: LibraryFailed) -> Self {
        Self::Internal
    }
}

/// The elements of a document, in document order.
fn walk(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut at = Some(root);
    std::iter::from_fn(move || {
        let node = at?;
        at = node.first_child().or_else(|| {
            let mut up = Some(node);
            while let Some(element) = up {
                if let Some(next) = element.next() {
                    return Some(next);
                }
                up = element.parent();
            }
            None
        });
        Some(node)
    })
}

/// The references in this parser's own tree must be exactly those expected: what was inspected may have been read
/// by another parser.
fn check_references(signature: Node<'_>, expected: &[String]) -> Result<(), EngineError> {
    let signed_info = children(signature)
        .find(|node| node.is(DS, "SignedInfo"))
        .ok_or(EngineError::Unprocessable)?;
    let mut found = vec![false; expected.len()];
    for reference in children(signed_info).filter(|node| node.is(DS, "Reference")) {
        let id = attribute(reference, b"URI")
            .and_then(|uri| uri.strip_prefix(b"#"))
            .ok_or(EngineError::OtherReferences)?;
        let seen = expected
            .iter()
            .zip(&mut found)
            .find(|(expected, _)| expected.as_bytes() == id);
        match seen {
            Some((_, seen)) if !*seen => *seen = true,
            _ => return Err(EngineError::OtherReferences),
        }
    }
    if found.iter().all(|&seen| seen) {
        Ok(())
    } else {
        Err(EngineError::OtherReferences)
    }
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.first_child(), |child| child.next())
}

/// Whether references of a signature have the filter of [`filter`], which this engine evaluates. That it is
/// the known expression, and of an element from which it removes nothing, is seen in this parser's own tree: allowing
/// XPath allows any expression, and some read all of the document for each of its nodes.
fn has_filter(root: Node<'_>, signature: Node<'_>) -> Result<bool, EngineError> {
    let below = |node, name| children(node).filter(move |child: &Node<'_>| child.is(DS, name));
    let mut found = false;
    for reference in below(signature, "SignedInfo").flat_map(|info| below(info, "Reference")) {
        let transforms = below(reference, "Transforms").flat_map(|transforms| below(transforms, "Transform"));
        for transform in transforms {
            if attribute(transform, b"Algorithm") != Some(Transform::WithoutSignatures.uri().as_bytes()) {
                continue;
            }
            let id = attribute(reference, b"URI").and_then(|uri| uri.strip_prefix(b"#"));
            let mut bearers = walk(root).filter(|node| id.is_some_and(|id| bears(*node, id)));
            let safe = is_filter(transform) && bearers.next().is_some_and(removes_nothing);
            if !safe || bearers.next().is_some() {
                return Err(EngineError::Unprocessable);
            }
            found = true;
        }
    }
    Ok(found)
}

fn is_filter(transform: Node<'_>) -> bool {
    let mut inside = children(transform);
    let (Some(xpath), None) = (inside.next(), inside.next()) else {
        return false;
    };
    let text = xpath.text().and_then(|text| String::from_utf8(text).ok());
    let prefix = text
        .as_deref()
        .and_then(filter::prefix)
        .and_then(|prefix| CString::new(prefix).ok());
    xpath.is(DS, "XPath") && prefix.is_some_and(|prefix| xpath.bound(&prefix) == Some(DS.as_bytes()))
}

fn removes_nothing(element: Node<'_>) -> bool {
    let mut around = std::iter::successors(Some(element), |node| node.parent());
    let signatures_in = |node: Node<'_>| within(node).any(|inner| inner.is(DS, "Signature"));
    !signatures_in(element) && !around.any(|outer| outer.is(DS, "Signature"))
}

/// An element and those within it.
fn within(element: Node<'_>) -> Box<dyn Iterator<Item = Node<'_>> + '_> {
    Box::new(std::iter::once(element).chain(children(element).flat_map(within)))
}

fn bears(node: Node<'_>, id: &[u8]) -> bool {
    node.attributes()
        .any(|a| matches!(a.name(), b"Id" | b"ID" | b"id") && a.value() == Some(id))
}

/// The value of an attribute in no namespace.
fn attribute<'d>(node: Node<'d>, name: &[u8]) -> Option<&'d [u8]> {
    node.attributes()
        .find(|a| !a.is_qualified() && a.name() == name)
        .and_then(Attribute::value)
}

/// Registers the ids that are referred to, each borne by one element.
fn register_ids(document: &Document, root: Node<'_>, expected: &[String]) -> Result<(), EngineError> {
    let mut found = vec![false; expected.len()];
    for attribute in walk(root)
        .flat_map(Node::attributes)
        .filter(|a| matches!(a.name(), b"Id" | b"ID" | b"id"))
    {
        let Some(value) = attribute.value() else { continue };
        let Some((_, seen)) = expected
            .iter()
            .zip(&mut found)
            .find(|(id, _)| id.as_bytes() == value)
        else {
            continue;
        };
        if *seen || !document.register_id(attribute) {
            // The screen found no other.
            return Err(EngineError::Disagreement);
        }
        *seen = true;
    }
    match expected.iter().zip(found).find(|(_, seen)| !seen) {
        Some((id, _)) => Err(EngineError::MissingId { id: Excerpt::of(id) }),
        None => Ok(()),
    }
}

/// Allows what the policy accepts; xmlsec refuses the rest before it computes anything with it.
fn allow(context: &mut Context, policy: &Policy) -> Result<(), LibraryFailed> {
    for digest in Digest::ALL
        .into_iter()
        .filter(|&digest| policy.accepts_digest(digest))
    {
        context.allow_digest(digest)?;
    }
    for method in SignatureMethod::ALL
        .into_iter()
        .filter(|&method| policy.accepts_method(method))
    {
        context.allow_method(method)?;
    }
    for c14n in C14n::ALL {
        context.allow_c14n(c14n)?;
        context.allow_transform(Transform::C14n(c14n))?;
    }
    context.allow_transform(Transform::EnvelopedSignature)
}

/// XMLDSig 1.1 §3.2: both must hold, every digest and the signature value; xmlsec stops at the first that does not.
fn judge(
    context: &Context,
    verdict: Result<Status, LibraryFailed>,
    expected: &[String],
) -> Result<Vec<SignedOctets>, EngineError> {
    let mut signed = Vec::with_capacity(expected.len());
    for reference in context.references() {
        let id = reference
            .uri
            .strip_prefix(b"#")
            .and_then(|id| std::str::from_utf8(id).ok())
            .unwrap_or_default();
        match reference.status {
            Status::Good => signed.push(SignedOctets {
                id: id.to_owned(),
                octets: reference.octets.to_vec(),
            }),
            Status::Bad => return Err(EngineError::DigestMismatch { id: Excerpt::of(id) }),
            Status::Unknown => return Err(EngineError::Unprocessable),
        }
    }
    let all = signed.len() == expected.len() && signed.iter().all(|signed| expected.contains(&signed.id));
    match verdict {
        Ok(Status::Good) if all => Ok(signed),
        Ok(Status::Bad) if all => Err(EngineError::SignatureMismatch),
        _ => Err(EngineError::Unprocessable),
    }
}
