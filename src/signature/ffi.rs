//! The only `unsafe`: owned wrappers over libxml2 and libxmlsec1, return codes to `Option` and `Result`.
//!
//! Nothing here decides what is accepted; that is [`super::xmlsec`], in safe Rust.
#![expect(
    unsafe_code,
    reason = "the C libraries behind the engine are called here and nowhere else"
)]

mod document;

use document::text;
pub(super) use document::{Attribute, Document, Node};

use std::ffi::{c_int, c_uint, c_void};
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

/// How far the verification of a signature or of a reference came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// The library verified it to its end and found it right.
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

/// One verification: libxmlsec1's context, which is never used for a second.
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
