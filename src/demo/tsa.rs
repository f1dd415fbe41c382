//! The time-stamping authority of the demonstration, on disk: `tsa/` of the data folder. It proves that the way works, and nothing
//! else: it dates by the clock of the very machine.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::DemoError;
use super::authority::{Authority, KeyKind, Validity, days_after, days_before};
use super::files::{Readers, folder, write};
use super::pki::{write_certificate, write_key};

/// How many days its certificate lasts.
const TSA_DAYS: u64 = 3653;

/// Where what the authority needs lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TsaFiles {
    /// Its certificate, PEM.
    pub certificado: PathBuf,
    /// Its key, PEM.
    pub clave: PathBuf,
    /// Certificate of the authority above it, PEM.
    pub cadena: PathBuf,
    /// What that one has revoked, PEM.
    pub crl: PathBuf,
}

/// The files in a folder, which are made where they are not there: a world of before has none. The key of the authority above is
/// not kept.
pub fn tsa(dir: &Path, now: DateTime<Utc>) -> Result<TsaFiles, DemoError> {
    let dir = dir.join("tsa");
    let files = TsaFiles {
        certificado: dir.join("tsa.crt.pem"),
        clave: dir.join("tsa.key.pem"),
        cadena: dir.join("raiz.crt.pem"),
        crl: dir.join("raiz.crl.pem"),
    };
    let all = [&files.certificado, &files.clave, &files.cadena, &files.crl];
    if all.iter().all(|path| path.exists()) {
        return Ok(files);
    }
    folder(&dir)?;
    let root = Authority::new("RAIZ DE SELLADO DE TIEMPO", KeyKind::P256.generate()?, now)?;
    let validity = Validity {
        from: days_before(now, 1)?,
        until: days_after(now, TSA_DAYS)?,
    };
    let tsa = root.issue_to_tsa("TSA DE DEMOSTRACION", validity)?;
    write_certificate(&dir, "raiz", &root.identity().certificate)?;
    // A CRL with no entry is not made by the library.
    let withdrawn = root.issue_to_tsa("TSA RETIRADA", validity)?;
    let crl = root.crl(&[&withdrawn.certificate], now)?;
    write(files.crl.clone(), &crl.to_pem()?, Readers::All)?;
    write_certificate(&dir, "tsa", &tsa.certificate)?;
    write_key(&dir, "tsa", &tsa)?;
    Ok(files)
}
