//! Where the keys and certificates of a demonstration lie, by whose they are.

use std::path::PathBuf;

/// An authority's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaFiles {
    /// Certificate, PEM.
    pub certificado: PathBuf,
    /// Key, PEM.
    pub clave: PathBuf,
    /// CRL, PEM.
    pub crl: PathBuf,
}

/// A holder's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitularFiles {
    /// PKCS#12 under [`super::pki::PASSWORD`].
    pub p12: PathBuf,
    /// Certificate, PEM.
    pub certificado: PathBuf,
    /// Key, PEM.
    pub clave: PathBuf,
}

/// The service's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicioFiles {
    /// Certificate with which answers are signed, PEM.
    pub certificado: PathBuf,
    /// Its key, PEM.
    pub clave: PathBuf,
    /// Certificate with which acuses and receipts are sealed, PEM.
    pub sello: PathBuf,
    /// Its key, PEM.
    pub sello_clave: PathBuf,
    /// Certificate of the authority that issued both, PEM: what a client trusts.
    pub ca: PathBuf,
    /// What that one has revoked, PEM.
    pub crl: PathBuf,
}
