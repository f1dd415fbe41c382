//! `ds:SignedInfo`: by which algorithms, and over what.

use super::algorithm::{C14n, Digest, Role, SignatureMethod, Transform, UnknownAlgorithm};
use super::filter;
use super::names::{DS, EC};
use super::policy::Policy;
use super::shape::ShapeError;
use super::text::{base64, is_plain_id};
use crate::xml::Excerpt;
use crate::xml::tree::Element;

/// The most prefixes in a PrefixList; toolkits list those in scope at the element.
const MAX_PREFIXES: usize = 64;
/// The most prefixes times nodes of the message: canonicalization looks up each listed prefix at each element.
const MAX_PREFIX_LOOKUPS: usize = 500_000;
/// The longest digest, in octets.
const MAX_DIGEST_OCTETS: usize = 64;

/// A SignedInfo whose algorithms are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedInfo {
    /// By which its own octets are made.
    pub(super) canonicalization: Canonicalization,
    pub(super) method: SignatureMethod,
    /// At most [`Policy::MAX_REFERENCES`].
    pub(super) references: Vec<Reference>,
}

/// A canonicalization with its parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Canonicalization {
    pub(super) c14n: C14n,
    /// Exclusive C14N §4: the prefixes that are treated as inclusive canonicalization does; `#default` is the empty one.
    prefixes: Vec<String>,
}

/// A `ds:Reference` to be verified: what it points at, how that is written, and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The id of the element, without `#`.
    pub(super) id: String,
    /// Whether the signature is left out of it.
    pub(super) enveloped: bool,
    /// Whether the filter of [`filter`] is to leave out all signatures.
    pub(super) filtered: bool,
    pub(super) canonicalization: Canonicalization,
    pub(super) digest: Digest,
    /// The digest that was signed.
    pub(super) value: Vec<u8>,
}

impl Canonicalization {
    /// The algorithm without `InclusiveNamespaces`.
    const fn plain(c14n: C14n) -> Self {
        Self {
            c14n,
            prefixes: Vec::new(),
        }
    }

    /// Whether a PrefixList names this prefix, empty for the default namespace.
    pub(super) fn lists(&self, prefix: &str) -> bool {
        let token = if prefix.is_empty() { "#default" } else { prefix };
        self.prefixes.iter().any(|listed| listed == token)
    }

    /// Exclusive C14N §4: an InclusiveNamespaces with a PrefixList is all that a transform may be told.
    fn read(element: Element<'_, '_>, c14n: C14n, nodes: usize) -> Result<Self, ShapeError> {
        let mut children = element.children();
        let Some(parameter) = children.next() else {
            return Ok(Self::plain(c14n));
        };
        let known =
            c14n == C14n::Exclusive && parameter.is(EC, "InclusiveNamespaces") && children.next().is_none();
        if !known {
            return Err(unexpected(parameter));
        }
        // libxmlsec1 asks for the list, and takes it apart at spaces only.
        let list = meaning(parameter, "PrefixList")?;
        let missing = parameter.attribute("", "PrefixList").is_none();
        if missing || list.contains(['\t', '\n', '\r']) {
            return Err(ShapeError::PrefixList);
        }
        let count = list.split_ascii_whitespace().count();
        if count > MAX_PREFIXES || count * nodes > MAX_PREFIX_LOOKUPS {
            return Err(ShapeError::PrefixList);
        }
        Ok(Self::listing(c14n, list))
    }

    /// With a PrefixList.
    pub(super) fn listing(c14n: C14n, prefixes: &str) -> Self {
        let prefixes = prefixes.split_ascii_whitespace().map(str::to_owned).collect();
        Self { c14n, prefixes }
    }
}

impl SignedInfo {
    /// XMLDSig 1.1 §4.4: CanonicalizationMethod, SignatureMethod, References. `nodes` are those of the whole message.
    pub(super) fn read(element: Element<'_, '_>, nodes: usize, policy: &Policy) -> Result<Self, ShapeError> {
        let mut children = element.children();
        let mut next = |local| {
            let child = children.next().filter(|child| child.is(DS, local));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let canonicalization = next("CanonicalizationMethod")?;
        let c14n = C14n::from_uri(algorithm(canonicalization)?)?;
        let canonicalization = Canonicalization::read(canonicalization, c14n, nodes)?;

        let method = SignatureMethod::from_uri(algorithm(next("SignatureMethod")?)?)?;
        if !policy.accepts_method(method) {
            return Err(ShapeError::Algorithm(UnknownAlgorithm {
                role: Role::Signature,
                uri: Excerpt::of(method.uri()),
            }));
        }
        let references: Vec<_> = children.take(Policy::MAX_REFERENCES + 1).collect();
        if let Some(other) = references.iter().find(|child| !child.is(DS, "Reference")) {
            return Err(unexpected(*other));
        }
        if references.len() > Policy::MAX_REFERENCES {
            return Err(ShapeError::TooManyReferences {
                limit: Policy::MAX_REFERENCES,
            });
        }
        Ok(Self {
            canonicalization,
            method,
            references: references
                .into_iter()
                .map(|reference| Reference::read(reference, nodes, policy))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Reference {
    /// XMLDSig 1.1 §4.4.3: at most one enveloped-signature and then one canonicalization, in this order, so that nothing
    /// is ever parsed again between two of them; where the policy takes it, the filter too, which finds the same whether
    /// it comes before or after.
    fn read(element: Element<'_, '_>, nodes: usize, policy: &Policy) -> Result<Self, ShapeError> {
        let id = same_document_id(element)?;
        let (mut enveloped, mut filtered) = (false, false);
        // XMLDSig 1.1 §4.4.3.2: what is still a set of nodes becomes octets so.
        let mut canonicalization = Canonicalization::plain(C14n::Inclusive);
        let mut children = element.children().peekable();
        if let Some(transforms) = children.next_if(|child| child.is(DS, "Transforms")) {
            let mut left = [Transform::EnvelopedSignature, Transform::C14n(C14n::Exclusive)].into_iter();
            for element in transforms.children() {
                let transform = transform(element, policy)?;
                let same_kind =
                    |slot: Transform| std::mem::discriminant(&slot) == std::mem::discriminant(&transform);
                let in_order = match transform {
                    Transform::WithoutSignatures => !filtered,
                    _ => left.any(same_kind),
                };
                if !in_order {
                    return Err(ShapeError::TransformOrder);
                }
                match transform {
                    Transform::WithoutSignatures => {
                        filter::read(element)?;
                        filtered = true;
                    }
                    Transform::C14n(c14n) => canonicalization = Canonicalization::read(element, c14n, nodes)?,
                    Transform::EnvelopedSignature => {
                        if let Some(parameter) = element.children().next() {
                            return Err(unexpected(parameter));
                        }
                        enveloped = true;
                    }
                }
            }
        }
        let mut next = |local| {
            let child = children.next().filter(|child| child.is(DS, local));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let digest = Digest::accepted(algorithm(next("DigestMethod")?)?, policy)?;
        let value = next("DigestValue")?;
        if let Some(other) = children.next() {
            return Err(unexpected(other));
        }
        Ok(Self {
            id: id.to_owned(),
            enveloped,
            filtered,
            canonicalization,
            digest,
            value: base64(value, MAX_DIGEST_OCTETS).ok_or(ShapeError::DigestValue)?,
        })
    }
}

/// XMLDSig 1.1 §4.4.3.1: `#id`, and neither the whole document, nor another one, nor an XPointer.
fn same_document_id<'t>(reference: Element<'t, '_>) -> Result<&'t str, ShapeError> {
    let uri = meaning(reference, "URI")?;
    let id = uri.strip_prefix('#').filter(|id| is_plain_id(id));
    id.ok_or_else(|| ShapeError::ReferenceUri {
        uri: Excerpt::of(uri),
    })
}

fn transform(element: Element<'_, '_>, policy: &Policy) -> Result<Transform, ShapeError> {
    let uri = algorithm(element)?;
    if !element.is(DS, "Transform") {
        return Err(unexpected(element));
    }
    if Transform::is_str_transform(uri) {
        return Err(ShapeError::StrTransform);
    }
    if uri == Transform::WithoutSignatures.uri() && policy.takes_filter() {
        return Ok(Transform::WithoutSignatures);
    }
    Ok(Transform::from_uri(uri)?)
}

fn algorithm<'t>(element: Element<'t, '_>) -> Result<&'t str, ShapeError> {
    meaning(element, "Algorithm")
}

/// The value of an attribute on which the meaning of a signature hangs; empty if it is not there. It must be the only one
/// of that local name: libxml2 looks attributes up without their namespaces, and finds the first.
fn meaning<'t>(element: Element<'t, '_>, local: &'static str) -> Result<&'t str, ShapeError> {
    let mut named = element.attributes().filter(|attribute| attribute.local == local);
    match (named.next(), named.next()) {
        (None, _) => Ok(""),
        (Some(attribute), None) if attribute.namespace.is_empty() => Ok(attribute.value),
        _ => Err(ShapeError::Attribute { local }),
    }
}

fn unexpected(element: Element<'_, '_>) -> ShapeError {
    ShapeError::Unexpected {
        name: Excerpt::of(element.local()),
    }
}
