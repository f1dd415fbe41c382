//! The only `unsafe`: owned wrappers over libxml2 and libxmlsec1, return codes to `Option` and `Result`.
//!
//! Nothing here decides what is accepted; that is [`super::xmlsec`], in safe Rust.
#![expect(
    unsafe_code,
    reason = "the C libraries behind the engine are called here and nowhere else"
)]

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use openssl::pkey::{PKey, PKeyRef, Public};
use xmlsec::bindings as c;

use super::algorithm::{C14n, Digest, SignatureMethod, Transform};

// In xmlsec's headers, but not among those that its Rust crate binds; and one of OpenSSL 3.
unsafe extern "C" {
    fn xmlSecOpenSSLEvpKeyAdopt(key: *mut c_void) -> c::xmlSecKeyDataPtr;
    fn EVP_PKEY_get0_provider(key: *const c_void) -> *const c_void;
    fn xmlSecErrorsSetCallback(callback: Option<unsafe extern "C" fn()>);
}

/// A library call failed for reasons of its own, memory above all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LibraryFailed;

/// Starts the libraries, once in the process; every maker below comes through here.
fn start() -> Result<(), LibraryFailed> {
    static STARTED: OnceLock<bool> = OnceLock::new();
    let started = STARTED.get_or_init(|| {
        openssl::init();
        libxml::init_parser();
        // SAFETY: both take nothing and set up global state; the cell runs this once, before any other call to
        // xmlsec. Without a callback xmlsec tells errors to nobody: none, that is, to stderr.
        unsafe {
            let started = c::xmlSecInit() >= 0 && c::xmlSecOpenSSLInit() >= 0;
            xmlSecErrorsSetCallback(None);
            started
        }
    });
    if *started { Ok(()) } else { Err(LibraryFailed) }
}

/// While it lives, libxml2 tells this thread's errors to nobody.
struct Silence {
    handler: c::xmlStructuredErrorFunc,
    context: *mut c_void,
}

/// Generic because libxml2 2.12 made the error `const`.
unsafe extern "C" fn tell_nobody<E>(_context: *mut c_void, _error: E) {}

impl Silence {
    fn new() -> Self {
        // SAFETY: both give the address of a variable of the calling thread, never null, which is read at once.
        let before = unsafe {
            Self {
                handler: *c::__xmlStructuredError(),
                context: *c::__xmlStructuredErrorContext(),
            }
        };
        // SAFETY: sets this thread's handler to a function that touches neither argument.
        unsafe { c::xmlSetStructuredErrorFunc(ptr::null_mut(), Some(tell_nobody)) };
        before
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // SAFETY: what is put back is what this thread had.
        unsafe { c::xmlSetStructuredErrorFunc(self.context, self.handler) };
    }
}

/// A parsed document. It stays on its thread.
pub(super) struct Document(NonNull<c::xmlDoc>);

impl Document {
    /// Parses without network, external subset or expansion of entities; `None` if it is not well-formed.
    pub(super) fn parse(octets: &[u8]) -> Result<Option<Self>, LibraryFailed> {
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
    pub(super) fn has_doctype(&self) -> bool {
        // SAFETY: a document that lives as long as `self`; fields are read only.
        unsafe { !(*self.0.as_ptr()).intSubset.is_null() || !(*self.0.as_ptr()).extSubset.is_null() }
    }

    /// The root element.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        // SAFETY: a document that lives as long as `self`; the node belongs to it.
        Node::new(unsafe { c::xmlDocGetRootElement(self.0.as_ptr()) })
    }

    /// Makes the attribute an id by which references find its element; `false` if its value is one already.
    pub(super) fn register_id(&self, attribute: Attribute<'_>) -> bool {
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
pub(super) struct Node<'d> {
    pointer: NonNull<c::xmlNode>,
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
    pub(super) fn first_child(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; `children` is null or another.
        Self::element_from(unsafe { (*self.pointer.as_ptr()).children })
    }

    /// The next element beside it.
    pub(super) fn next(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; `next` is null or another.
        Self::element_from(unsafe { (*self.pointer.as_ptr()).next })
    }

    /// The element that it stands in.
    pub(super) fn parent(self) -> Option<Self> {
        // SAFETY: a node of the borrowed document; every element's parent is an element or the document node, which
        // begins with the same fields and is no element.
        Self::new(unsafe { (*self.pointer.as_ptr()).parent }).filter(|parent| parent.is_element())
    }

    /// Its text, if it holds text and nothing else.
    pub(super) fn text(self) -> Option<Vec<u8>> {
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
    pub(super) fn bound(self, prefix: &CStr) -> Option<&'d [u8]> {
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
    pub(super) fn is(self, namespace: &str, local: &str) -> bool {
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
    pub(super) fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
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
pub(super) struct Attribute<'d> {
    pointer: NonNull<c::xmlAttr>,
    document: PhantomData<&'d Document>,
}

impl<'d> Attribute<'d> {
    /// Its local name.
    pub(super) fn name(self) -> &'d [u8] {
        // SAFETY: an attribute of the borrowed document, which owns its NUL-terminated name.
        unsafe { text((*self.pointer.as_ptr()).name) }.unwrap_or_default()
    }

    /// Whether it is in a namespace.
    pub(super) fn is_qualified(self) -> bool {
        // SAFETY: an attribute of the borrowed document.
        unsafe { !(*self.pointer.as_ptr()).ns.is_null() }
    }

    /// Its value, if it is one text.
    pub(super) fn value(self) -> Option<&'d [u8]> {
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
unsafe fn text<'a>(text: *const c::xmlChar) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text.cast::<c_char>()) }.to_bytes())
}

/// How far the verification of a signature or of a reference came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It holds.
    Good,
    /// It does not hold.
    Bad,
    /// It was not reached.
    Unknown,
}

impl Status {
    fn of(status: c::xmlSecDSigStatus) -> Self {
        match status {
            c::xmlSecDSigStatus_xmlSecDSigStatusSucceeded => Self::Good,
            c::xmlSecDSigStatus_xmlSecDSigStatusInvalid => Self::Bad,
            _ => Self::Unknown,
        }
    }
}

/// A reference that was processed.
#[derive(Debug)]
pub(super) struct Processed<'a> {
    /// Its URI attribute.
    pub(super) uri: &'a [u8],
    /// Whether its digest holds.
    pub(super) status: Status,
    /// The octets that were digested.
    pub(super) octets: &'a [u8],
}

impl Processed<'_> {
    /// # Safety
    /// A reference context that lives, unchanged, for `'a`.
    unsafe fn of(reference: c::xmlSecDSigReferenceCtxPtr) -> Self {
        // SAFETY: the caller's promise: URI and buffer belong to the reference context, and are
        // null or, the URI NUL-terminated, the buffer as long as it says.
        unsafe {
            let buffer = c::xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
            let (data, size) = if buffer.is_null() {
                (ptr::null_mut(), 0)
            } else {
                (
                    c::xmlSecBufferGetData(buffer),
                    usize::try_from(c::xmlSecBufferGetSize(buffer)).unwrap_or(0),
                )
            };
            Self {
                uri: text((*reference).uri).unwrap_or_default(),
                status: Status::of((*reference).status),
                octets: if data.is_null() {
                    &[]
                } else {
                    std::slice::from_raw_parts(data, size)
                },
            }
        }
    }
}

/// One verification.
pub(super) struct Context(NonNull<c::xmlSecDSigCtx>);

impl Context {
    /// A context that takes this key and no other, resolves ids by lookup, and keeps what it digests.
    pub(super) fn new(key: &PKeyRef<Public>) -> Result<Self, LibraryFailed> {
        start()?;
        let key = adopt(key)?;
        // SAFETY: no key manager, so no key is ever looked for: not in KeyInfo nor anywhere else.
        let Some(context) = NonNull::new(unsafe { c::xmlSecDSigCtxCreate(ptr::null_mut()) }) else {
            // SAFETY: owned here, and used by nobody.
            unsafe { c::xmlSecKeyDestroy(key.as_ptr()) };
            return Err(LibraryFailed);
        };
        // SAFETY: a fresh context, owned here; it takes the key over and destroys it with itself.
        unsafe {
            let fields = context.as_ptr();
            (*fields).signKey = key.as_ptr();
            (*fields).enabledReferenceUris = c::xmlSecTransformUriTypeSameDocument;
            // The last flag makes «#id» a lookup among the registered ids instead of an XPointer to be evaluated.
            (*fields).flags = c::XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS
                | c::XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES
                | c::XMLSEC_DSIG_FLAGS_USE_VISA3D_HACK;
        }
        Ok(Self(context))
    }

    /// Allows a digest in references.
    pub(super) fn allow_digest(&mut self, digest: Digest) -> Result<(), LibraryFailed> {
        // SAFETY: gives the address of a constant of the library.
        self.allow_in_references(unsafe {
            match digest {
                Digest::Sha1 => c::xmlSecOpenSSLTransformSha1GetKlass(),
                Digest::Sha256 => c::xmlSecOpenSSLTransformSha256GetKlass(),
                Digest::Sha384 => c::xmlSecOpenSSLTransformSha384GetKlass(),
                Digest::Sha512 => c::xmlSecOpenSSLTransformSha512GetKlass(),
            }
        })
    }

    /// Allows a transform in references.
    pub(super) fn allow_transform(&mut self, transform: Transform) -> Result<(), LibraryFailed> {
        self.allow_in_references(match transform {
            Transform::C14n(c14n) => klass_of(c14n),
            // SAFETY: gives the address of a constant of the library.
            Transform::EnvelopedSignature => unsafe { c::xmlSecTransformEnvelopedGetKlass() },
            // SAFETY: gives the address of a constant of the library.
            Transform::WithoutSignatures => unsafe { c::xmlSecTransformXPathGetKlass() },
        })
    }

    /// Allows a canonicalization of `ds:SignedInfo`.
    pub(super) fn allow_c14n(&mut self, c14n: C14n) -> Result<(), LibraryFailed> {
        self.allow_in_signature(klass_of(c14n))
    }

    /// Allows a signature method.
    pub(super) fn allow_method(&mut self, method: SignatureMethod) -> Result<(), LibraryFailed> {
        // SAFETY: gives the address of a constant of the library.
        self.allow_in_signature(unsafe {
            match method {
                SignatureMethod::RsaSha1 => c::xmlSecOpenSSLTransformRsaSha1GetKlass(),
                SignatureMethod::RsaSha256 => c::xmlSecOpenSSLTransformRsaSha256GetKlass(),
                SignatureMethod::RsaSha384 => c::xmlSecOpenSSLTransformRsaSha384GetKlass(),
                SignatureMethod::RsaSha512 => c::xmlSecOpenSSLTransformRsaSha512GetKlass(),
                SignatureMethod::EcdsaSha256 => c::xmlSecOpenSSLTransformEcdsaSha256GetKlass(),
                SignatureMethod::EcdsaSha384 => c::xmlSecOpenSSLTransformEcdsaSha384GetKlass(),
                SignatureMethod::EcdsaSha512 => c::xmlSecOpenSSLTransformEcdsaSha512GetKlass(),
            }
        })
    }

    fn allow_in_references(&mut self, klass: c::xmlSecTransformId) -> Result<(), LibraryFailed> {
        // SAFETY: a context that lives as long as `self`, and a constant of the library.
        done(unsafe { c::xmlSecDSigCtxEnableReferenceTransform(self.0.as_ptr(), klass) })
    }

    fn allow_in_signature(&mut self, klass: c::xmlSecTransformId) -> Result<(), LibraryFailed> {
        // SAFETY: a context that lives as long as `self`, and a constant of the library.
        done(unsafe { c::xmlSecDSigCtxEnableSignatureTransform(self.0.as_ptr(), klass) })
    }

    /// Verifies the signature; an error means that it could not be processed to the end. A context is used once.
    pub(super) fn verify(&mut self, signature: Node<'_>) -> Result<Status, LibraryFailed> {
        let _silence = Silence::new();
        // SAFETY: a context that lives as long as `self`, and an element of a document that outlives the call. It
        // registers ids in the document, of which no Rust reference exists: nodes are pointers here.
        let code = unsafe { c::xmlSecDSigCtxVerify(self.0.as_ptr(), signature.pointer.as_ptr()) };
        // What OpenSSL noted on the way must not be found by whoever calls it next on this thread.
        drop(openssl::error::ErrorStack::get());
        // SAFETY: a context that lives as long as `self`.
        done(code).map(|()| Status::of(unsafe { (*self.0.as_ptr()).status }))
    }

    /// The references that were processed, in their order.
    pub(super) fn references(&self) -> impl Iterator<Item = Processed<'_>> {
        // SAFETY: a context that lives as long as `self` and that nobody changes meanwhile.
        let list: c::xmlSecPtrListPtr = unsafe { &raw mut (*self.0.as_ptr()).signedInfoReferences };
        // SAFETY: the list is a field of that context.
        let count: c_uint = unsafe { c::xmlSecPtrListGetSize(list) };
        (0..count).filter_map(move |position| {
            // SAFETY: within the list's size; the items of this list are reference contexts.
            let item = unsafe { c::xmlSecPtrListGetItem(list, position) }.cast::<c::xmlSecDSigReferenceCtx>();
            // SAFETY: null or a reference context that lives as long as the list.
            (!item.is_null()).then(|| unsafe { Processed::of(item) })
        })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: owned, and destroyed once, with the key that it took over.
        unsafe { c::xmlSecDSigCtxDestroy(self.0.as_ptr()) };
    }
}

/// A key of xmlsec's that shares OpenSSL's.
fn adopt(key: &PKeyRef<Public>) -> Result<NonNull<c::xmlSecKey>, LibraryFailed> {
    // A second owner of the same EVP_PKEY, by its reference count.
    let mut shared = key.to_owned();
    // SAFETY: an EVP_PKEY that `shared` owns; the answer is compared with null only.
    if unsafe { EVP_PKEY_get0_provider(evp(&shared)) }.is_null() {
        // A key made by OpenSSL's older interface (one parsed from a certificate is not) does not answer xmlsec's
        // questions about its curve; read again from its own encoding, it does.
        let encoded = shared.public_key_to_der().map_err(|_| LibraryFailed)?;
        shared = PKey::public_key_from_der(&encoded).map_err(|_| LibraryFailed)?;
    }
    // SAFETY: an EVP_PKEY that `shared` owns one count of. On success that count is xmlsec's, so it is forgotten here.
    let Some(data) = NonNull::new(unsafe { xmlSecOpenSSLEvpKeyAdopt(evp(&shared)) }) else {
        return Err(LibraryFailed);
    };
    std::mem::forget(shared);
    // SAFETY: the library is started.
    let Some(key) = NonNull::new(unsafe { c::xmlSecKeyCreate() }) else {
        // SAFETY: owned here, and used by nobody.
        unsafe { c::xmlSecKeyDataDestroy(data.as_ptr()) };
        return Err(LibraryFailed);
    };
    // SAFETY: a fresh key, which takes the data over on success.
    if unsafe { c::xmlSecKeySetValue(key.as_ptr(), data.as_ptr()) } < 0 {
        // SAFETY: both are still owned here, and used by nobody.
        unsafe {
            c::xmlSecKeyDataDestroy(data.as_ptr());
            c::xmlSecKeyDestroy(key.as_ptr());
        }
        return Err(LibraryFailed);
    }
    Ok(key)
}

/// The address of a `PKeyRef` is that of its EVP_PKEY: it is a foreign type's borrowed form.
fn evp(key: &PKeyRef<Public>) -> *mut c_void {
    ptr::from_ref(key).cast_mut().cast()
}

fn klass_of(c14n: C14n) -> c::xmlSecTransformId {
    // SAFETY: gives the address of a constant of the library.
    unsafe {
        match c14n {
            C14n::Inclusive => c::xmlSecTransformInclC14NGetKlass(),
            C14n::Inclusive11 => c::xmlSecTransformInclC14N11GetKlass(),
            C14n::Exclusive => c::xmlSecTransformExclC14NGetKlass(),
        }
    }
}

fn done(code: c_int) -> Result<(), LibraryFailed> {
    if code < 0 { Err(LibraryFailed) } else { Ok(()) }
}
