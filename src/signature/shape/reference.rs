//! `ds:SignedInfo`: by which algorithms, and over which elements.

use roxmltree::Node;

use super::security::Security;
use super::{Bearers, ShapeError};
use crate::signature::algorithm::{C14n, Digest, Role, SignatureMethod, Transform, UnknownAlgorithm};
use crate::signature::names::{DS, EC};
use crate::signature::policy::Policy;
use crate::signature::text::{elements, is_plain_id};
use crate::signature::xades::is_signed_properties;
use crate::xml::Excerpt;

/// The most prefixes in a PrefixList; toolkits list those in scope at the element.
const MAX_PREFIXES: usize = 64;
/// The most prefixes times nodes of the message: canonicalization looks up each listed prefix at each element.
const MAX_PREFIX_LOOKUPS: usize = 500_000;

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::signature) struct Reference {
    /// The id of the element, without `#`.
    pub(in crate::signature) id: String,
    /// What the element is.
    pub(in crate::signature) target: Target,
}

/// What a reference is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::signature) enum Target {
    /// The envelope's Body.
    Body,
    /// The Security header's Timestamp.
    Timestamp,
    /// The XAdES properties within the signature.
    SignedProperties,
    /// Another element within the Header: the token, KeyInfo, a header block.
    OtherInHeader,
}

/// Where references may point.
pub(super) struct Places<'p, 'd, 'i> {
    pub(super) header: Node<'d, 'i>,
    pub(super) body: Node<'d, 'i>,
    pub(super) security: &'p Security<'d, 'i>,
    pub(super) bearers: Bearers<'d, 'i>,
}

/// A SignedInfo whose algorithms are accepted.
pub(super) struct SignedInfo<'d, 'i> {
    pub(super) method: SignatureMethod,
    references: Vec<Node<'d, 'i>>,
    /// Nodes of the whole message.
    nodes: usize,
}

impl<'d, 'i> SignedInfo<'d, 'i> {
    /// XMLDSig 1.1 §4.4: CanonicalizationMethod, SignatureMethod, References.
    pub(super) fn read(element: Node<'d, 'i>, nodes: usize, policy: &Policy) -> Result<Self, ShapeError> {
        let mut children = elements(element);
        let mut next = |local| {
            let child = children.next().filter(|child| child.has_tag_name((DS, local)));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let canonicalization = next("CanonicalizationMethod")?;
        let c14n = C14n::from_uri(algorithm(canonicalization))?;
        check_parameters(canonicalization, Some(c14n), nodes)?;

        let method = SignatureMethod::from_uri(algorithm(next("SignatureMethod")?))?;
        if !policy.accepts_method(method) {
            return Err(refused(Role::Signature, method.uri()));
        }
        let references: Vec<_> = children.collect();
        if let Some(other) = references
            .iter()
            .find(|child| !child.has_tag_name((DS, "Reference")))
        {
            return Err(ShapeError::Unexpected {
                name: Excerpt::of(other.tag_name().name()),
            });
        }
        if references.len() > Policy::MAX_REFERENCES {
            return Err(ShapeError::TooManyReferences {
                limit: Policy::MAX_REFERENCES,
            });
        }
        Ok(Self {
            method,
            references,
            nodes,
        })
    }

    /// Reads the references; each is to one element, no two to the same.
    pub(super) fn references(
        &self,
        places: &Places<'_, 'd, 'i>,
        policy: &Policy,
    ) -> Result<Vec<Reference>, ShapeError> {
        let mut references: Vec<Reference> = Vec::with_capacity(self.references.len());
        let mut signed: Vec<Node<'_, '_>> = Vec::with_capacity(self.references.len());
        for element in &self.references {
            let id = same_document_id(*element)?;
            let node = places.bearer(id)?;
            let target = places
                .target(node)
                .ok_or_else(|| ShapeError::ReferenceTarget { id: Excerpt::of(id) })?;
            check_reference(*element, self.nodes, policy)?;
            if signed.contains(&node) {
                return Err(ShapeError::ReferencedTwice { id: Excerpt::of(id) });
            }
            references.push(Reference {
                id: id.to_owned(),
                target,
            });
            signed.push(node);
        }
        // So that no part of the message is canonicalized more than once.
        for (reference, node) in references.iter().zip(&signed) {
            if node.ancestors().skip(1).any(|outer| signed.contains(&outer)) {
                return Err(ShapeError::NestedReferences {
                    id: Excerpt::of(&reference.id),
                });
            }
        }
        Ok(references)
    }
}

/// XMLDSig 1.1 §4.4.3.1: `#id`, and neither the whole document, nor another one, nor an XPointer.
fn same_document_id<'d>(reference: Node<'d, '_>) -> Result<&'d str, ShapeError> {
    let uri = reference
        .attribute("URI")
        .ok_or(ShapeError::ReferenceUri { uri: Excerpt::of("") })?;
    let id = uri.strip_prefix('#').filter(|id| is_plain_id(id));
    id.ok_or_else(|| ShapeError::ReferenceUri {
        uri: Excerpt::of(uri),
    })
}

/// The algorithms of a reference: at most one enveloped-signature and then one canonicalization, in this order, so
/// that nothing is ever parsed again between two of them.
fn check_reference(reference: Node<'_, '_>, nodes: usize, policy: &Policy) -> Result<(), ShapeError> {
    let mut children = elements(reference).peekable();
    if let Some(transforms) = children.next_if(|child| child.has_tag_name((DS, "Transforms"))) {
        let mut left = [Transform::EnvelopedSignature, Transform::C14n(C14n::Exclusive)].into_iter();
        for element in elements(transforms) {
            let uri = algorithm(element);
            if !element.has_tag_name((DS, "Transform")) {
                return Err(ShapeError::Unexpected {
                    name: Excerpt::of(element.tag_name().name()),
                });
            }
            if Transform::is_str_transform(uri) {
                return Err(ShapeError::StrTransform);
            }
            let transform = Transform::from_uri(uri)?;
            let same_kind =
                |slot: Transform| std::mem::discriminant(&slot) == std::mem::discriminant(&transform);
            if !left.any(same_kind) {
                return Err(ShapeError::TransformOrder);
            }
            let c14n = if let Transform::C14n(c14n) = transform {
                Some(c14n)
            } else {
                None
            };
            check_parameters(element, c14n, nodes)?;
        }
    }
    let method = children
        .next()
        .filter(|child| child.has_tag_name((DS, "DigestMethod")));
    let method = method.ok_or(ShapeError::SignatureLacks {
        element: "DigestMethod",
    })?;
    let digest = Digest::from_uri(algorithm(method))?;
    if !policy.accepts_digest(digest) {
        return Err(refused(Role::Digest, digest.uri()));
    }
    let value = children
        .next()
        .filter(|child| child.has_tag_name((DS, "DigestValue")));
    value.ok_or(ShapeError::SignatureLacks {
        element: "DigestValue",
    })?;
    match children.next() {
        Some(other) => Err(ShapeError::Unexpected {
            name: Excerpt::of(other.tag_name().name()),
        }),
        None => Ok(()),
    }
}

/// Exclusive C14N §4: an InclusiveNamespaces with a PrefixList is all that a transform may be told.
fn check_parameters(element: Node<'_, '_>, c14n: Option<C14n>, nodes: usize) -> Result<(), ShapeError> {
    let mut children = elements(element);
    let Some(parameter) = children.next() else {
        return Ok(());
    };
    let known = c14n == Some(C14n::Exclusive)
        && parameter.has_tag_name((EC, "InclusiveNamespaces"))
        && children.next().is_none();
    if !known {
        return Err(ShapeError::Unexpected {
            name: Excerpt::of(parameter.tag_name().name()),
        });
    }
    let prefixes = parameter
        .attribute("PrefixList")
        .unwrap_or("")
        .split_ascii_whitespace()
        .count();
    if prefixes > MAX_PREFIXES || prefixes * nodes > MAX_PREFIX_LOOKUPS {
        return Err(ShapeError::PrefixList);
    }
    Ok(())
}

impl<'d, 'i> Places<'_, 'd, 'i> {
    /// The one element of this id.
    fn bearer(&self, id: &str) -> Result<Node<'d, 'i>, ShapeError> {
        let mut bearers = self
            .bearers
            .iter()
            .filter(|(other, _)| *other == id)
            .map(|(_, node)| *node);
        match (bearers.next(), bearers.next()) {
            (Some(node), None) => Ok(node),
            (Some(_), Some(_)) => Err(ShapeError::DuplicateId { id: Excerpt::of(id) }),
            (None, _) => Err(ShapeError::MissingId { id: Excerpt::of(id) }),
        }
    }

    /// What this element is, if it may be referred to: the Body or something within the Header. A reference to the
    /// Envelope, to the Header or into the Body says nothing that the reference to the Body does not.
    fn target(&self, node: Node<'d, 'i>) -> Option<Target> {
        if node == self.body {
            return Some(Target::Body);
        }
        if Some(node) == self.security.timestamp {
            return Some(Target::Timestamp);
        }
        let within = |outer| node.ancestors().skip(1).any(|ancestor| ancestor == outer);
        if is_signed_properties(node) {
            // ETSI TS 101 903 §6.3.1: they stand in the signature that they are of, and there is but one.
            return within(self.security.element).then_some(Target::SignedProperties);
        }
        within(self.header).then_some(Target::OtherInHeader)
    }
}

fn algorithm<'d>(element: Node<'d, '_>) -> &'d str {
    element.attribute("Algorithm").unwrap_or("")
}

fn refused(role: Role, uri: &str) -> ShapeError {
    ShapeError::Algorithm(UnknownAlgorithm {
        role,
        uri: Excerpt::of(uri),
    })
}
