//! `Document`: a tree of libxml2, its nodes and attributes, each borrowed from it.

use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use xmlsec::bindings as c;

use super::{LibraryFailed, Silence, start};

/// A parsed document. It stays on its thread.
pub(in crate::signature) struct Document(NonNull<c::xmlDoc>);

impl Document {
    /// Parses without network, external subset or expansion of entities; `None` if it is not well-formed.
    pub(in crate::signature) fn parse(octets: &[u8]) -> Result<Option<Self>, LibraryFailed> {
        start()?;
        let _silence = Silence::new();
        // Not XML_PARSE_HUGE: libxml2's own limits (10 MB for a text, depth 256) are above those of the screen.
        let options = c::xmlParserOption_XML_PARSE_NONET
            | c::xmlParserOption_XML_PARSE_NOERROR
            | c::xmlParserOption_XML_PARSE_NOWARNING
            | c::xmlParserOption_XML_PARSE_COMPACT;
        let (Ok(length), Ok(options)) = (c_int::try_from(octets.len()), c_int::try_from(options)) else {
            return Ok(None);
        };
        // SAFETY: pointer and length are those of one slice, which libxml2 reads and does not keep; address and
        // encoding may be null.
        let document =
            unsafe { c::xmlReadMemory(octets.as_ptr().cast(), length, ptr::null(), ptr::null(), options) };
        Ok(NonNull::new(document).map(Self))
    }

    /// Whether it has a document type declaration.
    pub(in crate::signature) fn has_doctype(&self) -> bool {
        // SAFETY: a document that lives as long as `self`; fields are read only.
        unsafe { !(*self.0.as_ptr()).intSubset.is_null() || !(*self.0.as_ptr()).extSubset.is_null() }
    }

    /// The root element.
    pub(in crate::signature) fn root(&self) -> Option<Node<'_>> {
        // SAFETY: a document that lives as long as `self`; the node belongs to it.
        Node::new(unsafe { c::xmlDocGetRootElement(self.0.as_ptr()) })
    }

    /// Makes the attribute an id by which references find its element; `false` if its value is one already.
    pub(in crate::signature) fn register_id(&self, attribute: Attribute<'_>) -> bool {
        let Some(value) = attribute.content() else {
            return false;
        };
        let document = self.0.as_ptr();
        // SAFETY: the document and one of its attributes; the value is NUL-terminated text that the attribute owns,
        // and libxml2 copies it. No Rust reference to what it changes exists: nodes are pointers here.
        unsafe {
            let bearer = c::xmlGetID(document, value);
            // The parser has registered `xml:id` by itself.
            bearer == attribute.pointer.as_ptr()
                || (bearer.is_null()
                    && !c::xmlAddID(ptr::null_mut(), document, value, attribute.pointer.as_ptr()).is_null())
        }
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once; nodes borrow from it, so none is left.
        unsafe { c::xmlFreeDoc(self.0.as_ptr()) };
    }
}

/// An element of a document.
#[derive(Clone, Copy)]
pub(in crate::signature) struct Node<'d> {
    pub(super) pointer: NonNull<c::xmlNode>,
    document: PhantomData<&'d Document>,
}

impl<'d> Node<'d> {
    /// `pointer` is null or a node of the document that `'d` borrows; the tree is never changed while borrowed.
    fn new(pointer: *mut c::xmlNode) -> Option<Self> {
        NonNull::new(pointer).map(|pointer| Self {
            pointer,
            document: PhantomData,
        })
    }

    /// `node`, or the first of its following siblings that is an element.
    fn element_from(mut node: *mut c::xmlNode) -> Option<Self> {
        while let Some(candidate) = Self::new(node) {
            // SAFETY: a node of the borrowed document (see `new`).
            let (kind, next) = unsafe { ((*node).type_, (*node).next) };
            if kind == c::xmlElementType_XML_ELEMENT_NODE {
                return Some(candidate);
            }
            node = next;
        }
        None
    }

    /// Its first child element.
    pub(in crate::signature) fn first_child(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; `children` is null or another.
        Self::element_from(unsafe { (*self.pointer.as_ptr()).children })
    }

    /// The next element beside it.
    pub(in crate::signature) fn next(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; `next` is null or another.
        Self::element_from(unsafe { (*self.pointer.as_ptr()).next })
    }

    /// The element that it stands in.
    pub(in crate::signature) fn parent(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; every element's parent is an element or the document node, which
        // begins with the same fields and is no element.
        Self::new(unsafe { (*self.pointer.as_ptr()).parent }).filter(|parent| parent.is_element())
    }

    /// Its text, if it holds text and nothing else.
    pub(in crate::signature) fn text(self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        // SAFETY: a node of the borrowed document; `children` is null or another.
        let mut child = unsafe { (*self.pointer.as_ptr()).children };
        while !child.is_null() {
            // SAFETY: a node of the borrowed document, whose `next` is null or another; what text nodes hold is
            // NUL-terminated text that the document owns, or null.
            unsafe {
                let kind = (*child).type_;
                if kind != c::xmlElementType_XML_TEXT_NODE && kind != c::xmlElementType_XML_CDATA_SECTION_NODE
                {
                    return None;
                }
                all.extend_from_slice(text((*child).content).unwrap_or_default());
                child = (*child).next;
            }
        }
        Some(all)
    }

    /// The namespace that a prefix is bound to where it stands.
    pub(in crate::signature) fn bound(self, prefix: &CStr) -> Option<&'d [u8]> {
        let node = self.pointer.as_ptr();
        // SAFETY: a node of the borrowed document with that document, and NUL-terminated text that is only read; the
        // answer is null or a namespace that the document owns, whose name is NUL-terminated or null.
        unsafe {
            let ns = c::xmlSearchNs((*node).doc, node, prefix.as_ptr().cast());
            if ns.is_null() { None } else { text((*ns).href) }
        }
    }

    fn is_element(self) -> bool {
        // SAFETY: a node of the borrowed document.
        unsafe { (*self.pointer.as_ptr()).type_ == c::xmlElementType_XML_ELEMENT_NODE }
    }

    /// Whether it has this name.
    pub(in crate::signature) fn is(self, namespace: &str, local: &str) -> bool {
        // SAFETY: an element of the borrowed document: `ns` is null or a namespace that the document owns, and the
        // strings are NUL-terminated or null.
        unsafe {
            let node = self.pointer.as_ptr();
            let ns = (*node).ns;
            !ns.is_null()
                && text((*ns).href) == Some(namespace.as_bytes())
                && text((*node).name) == Some(local.as_bytes())
        }
    }

    /// Its attributes, namespace declarations aside.
    pub(in crate::signature) fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        // SAFETY: an element of the borrowed document: `properties` is null or the first of its attributes.
        let first = NonNull::new(unsafe { (*self.pointer.as_ptr()).properties });
        std::iter::successors(first, |attribute| {
            // SAFETY: an attribute of the borrowed document; `next` is null or another.
            NonNull::new(unsafe { (*attribute.as_ptr()).next })
        })
        .map(|pointer| Attribute {
            pointer,
            document: PhantomData,
        })
    }
}

/// An attribute of a document.
#[derive(Clone, Copy)]
pub(in crate::signature) struct Attribute<'d> {
    pointer: NonNull<c::xmlAttr>,
    document: PhantomData<&'d Document>,
}

impl<'d> Attribute<'d> {
    /// Its local name.
    pub(in crate::signature) fn name(self) -> &'d [u8] {
        // SAFETY: an attribute of the borrowed document, which owns its NUL-terminated name.
        unsafe { text((*self.pointer.as_ptr()).name) }.unwrap_or_default()
    }

    /// Whether it is in a namespace.
    pub(in crate::signature) fn is_qualified(self) -> bool {
        // SAFETY: an attribute of the borrowed document.
        unsafe { !(*self.pointer.as_ptr()).ns.is_null() }
    }

    /// Its value, if it is one text.
    pub(in crate::signature) fn value(self) -> Option<&'d [u8]> {
        // SAFETY: `content` gives NUL-terminated text of the borrowed document, or nothing.
        self.content().and_then(|content| unsafe { text(content) })
    }

    fn content(self) -> Option<*const c::xmlChar> {
        // SAFETY: an attribute of the borrowed document; its children are null or nodes of the document.
        unsafe {
            let child = (*self.pointer.as_ptr()).children;
            let single = !child.is_null()
                && (*child).next.is_null()
                && (*child).type_ == c::xmlElementType_XML_TEXT_NODE
                && !(*child).content.is_null();
            single.then(|| (*child).content.cast_const())
        }
    }
}

/// # Safety
/// Null, or NUL-terminated text that lives for `'a` and is not changed.
pub(super) unsafe fn text<'a>(text: *const c::xmlChar) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text.cast::<c_char>()) }.to_bytes())
}
