//! The keys and certificates of the demonstration, on disk: `ca/`, `titulares/` and `servicio/` of the data folder.
//!
//! Every key is new at each preparation and is for its owner only (mode 0600), as the PKCS#12 files are.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::x509::X509;

use super::authority::{Authority, Identity, KeyKind, Validity, days_after, days_before};
use super::files::{Readers, folder, write};
use super::identifiers;
use super::keys;
use super::people::{EstadoCertificado, Titular};
pub use super::pki_files::{CaFiles, ServicioFiles, TitularFiles};
use super::{ADMITTED, DemoError};
use crate::domain::notificacion::Huella;
use crate::signature::SigningKey;

/// The password of every PKCS#12 of the demonstration.
pub const PASSWORD: &str = "demostracion";

/// How many years of days a certificate of a holder lasts.
const LEAF_DAYS: u64 = 1461;

impl ServicioFiles {
    /// The seal's key, with its certificate.
    pub(super) fn seal(&self) -> Result<SigningKey, DemoError> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|source| DemoError::Read {
                path: path.clone(),
                source,
            })
        };
        SigningKey::from_pem(&read(&self.sello_clave)?, &read(&self.sello)?)
            .map_err(|error| DemoError::Sink(error.into()))
    }
}

/// Everything that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pki {
    /// The authority of the allowed list.
    pub ca_admitida: CaFiles,
    /// Its certificate, DER.
    pub ca_admitida_der: Vec<u8>,
    /// The other one.
    pub ca_no_admitida: CaFiles,
    /// What the service signs its answers with.
    pub servicio: ServicioFiles,
    /// The holders, in the order in which they were given.
    pub titulares: Vec<TitularFiles>,
}

/// What keys are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    /// Those of holders of whom the cast does not say another.
    pub titulares: KeyKind,
    /// The service's own.
    pub servicio: KeyKind,
}

/// Makes every key and certificate, and writes them under `dir`.
pub(super) fn create(
    dir: &Path,
    titulares: &[Titular],
    kinds: Kinds,
    now: DateTime<Utc>,
) -> Result<Pki, DemoError> {
    let kind_of = |titular: &Titular| match kinds.titulares {
        KeyKind::Rsa2048 => titular.clave,
        KeyKind::P256 => KeyKind::P256,
    };
    let is_good = |titular: &&Titular| titular.certificado == EstadoCertificado::Vigente;
    // Of the authorities, of one that is withdrawn, of the service before and after it changes its key, of its seal, of all holders that are
    // refused, and of the others. A key of RSA takes longer than all else of a small world: none is made that nobody needs. Programs
    // sign with a holder's, and verify with the service's; whoever verifies what an authority signed can do so by EC.
    let wanted: Vec<KeyKind> = [
        KeyKind::P256,
        KeyKind::P256,
        KeyKind::P256,
        KeyKind::P256,
        kinds.servicio,
        KeyKind::P256,
        KeyKind::P256,
        kinds.titulares,
    ]
    .into_iter()
    .chain(titulares.iter().filter(is_good).map(kind_of))
    .collect();
    let mut made = keys::generate(&wanted)?.into_iter();
    let mut key = || made.next().ok_or(DemoError::TooMany);
    let admitted = Authority::new(ADMITTED, key()?, now)?;
    let foreign = Authority::new("AC DEMO NO ADMITIDA", key()?, now)?;
    let of_services = Authority::new("AC DEMO SERVICIO", key()?, now)?;
    let (withdrawn, service, other, seal, refused) = (key()?, key()?, key()?, key()?, key()?);
    let holders = dir.join("titulares");
    folder(&holders)?;

    let mut files = Vec::with_capacity(titulares.len());
    let mut revoked = Vec::new();
    for titular in titulares {
        let authority = match titular.certificado {
            EstadoCertificado::NoAdmitido => &foreign,
            _ => &admitted,
        };
        let key = if is_good(&titular) {
            key()?
        } else {
            refused.clone()
        };
        let identity = issue(authority, titular, key, now)?;
        files.push(write_holder(&holders, titular.nombre, &identity, authority)?);
        if titular.certificado == EstadoCertificado::Revocado {
            revoked.push(identity.certificate);
        }
    }

    let folder_of_authorities = dir.join("ca");
    folder(&folder_of_authorities)?;
    // A CRL with no entry is not made by the library, so the foreign authority revokes one that nobody holds.
    let life = Validity {
        from: days_before(now, 90)?,
        until: days_after(now, LEAF_DAYS)?,
    };
    let nobody = identifiers::entity('Q', 9_999_967)?;
    let withdrawn = foreign.issue_to_service("RETIRADO", &nobody, withdrawn, life)?;
    Ok(Pki {
        ca_admitida: write_authority(
            &folder_of_authorities,
            "admitida",
            &admitted,
            &revoked.iter().collect::<Vec<_>>(),
            now,
        )?,
        ca_admitida_der: admitted.identity().certificate.to_der()?,
        ca_no_admitida: write_authority(
            &folder_of_authorities,
            "no-admitida",
            &foreign,
            &[&withdrawn.certificate],
            now,
        )?,
        servicio: write_service(&dir.join("servicio"), &of_services, [service, other, seal], now)?,
        titulares: files,
    })
}

fn issue(
    authority: &Authority,
    titular: &Titular,
    key: PKey<Private>,
    now: DateTime<Utc>,
) -> Result<Identity, DemoError> {
    let validity = match titular.certificado {
        EstadoCertificado::Caducado => Validity {
            from: days_before(now, LEAF_DAYS)?,
            until: days_before(now, 30)?,
        },
        _ => Validity {
            from: days_before(now, 90)?,
            until: days_after(now, LEAF_DAYS)?,
        },
    };
    authority.issue_to_holder(&titular.subject, titular.clase, key, validity)
}

fn write_holder(
    dir: &Path,
    nombre: &str,
    identity: &Identity,
    authority: &Authority,
) -> Result<TitularFiles, DemoError> {
    let p12 = pkcs12(nombre, identity, &authority.identity().certificate)?;
    Ok(TitularFiles {
        p12: write(dir.join(format!("{nombre}.p12")), &p12, Readers::Owner)?,
        certificado: write_certificate(dir, nombre, &identity.certificate)?,
        clave: write_key(dir, nombre, identity)?,
    })
}

/// PBES2 with AES-256 and a MAC of SHA-256: what OpenSSL 3, Java 17 and .NET all read.
fn pkcs12(nombre: &str, identity: &Identity, ca: &X509) -> Result<Vec<u8>, DemoError> {
    let mut chain = Stack::new()?;
    chain.push(ca.clone())?;
    let p12 = Pkcs12::builder()
        .name(nombre)
        .pkey(&identity.key)
        .cert(&identity.certificate)
        .ca(chain)
        .key_algorithm(Nid::AES_256_CBC)
        .cert_algorithm(Nid::AES_256_CBC)
        .mac_md(MessageDigest::sha256())
        .build2(PASSWORD)?;
    Ok(p12.to_der()?)
}

fn write_authority(
    dir: &Path,
    nombre: &str,
    authority: &Authority,
    revoked: &[&X509],
    now: DateTime<Utc>,
) -> Result<CaFiles, DemoError> {
    let crl = authority.crl(revoked, now)?.to_pem()?;
    let identity = authority.identity();
    Ok(CaFiles {
        certificado: write_certificate(dir, nombre, &identity.certificate)?,
        clave: write_key(dir, nombre, identity)?,
        crl: write(dir.join(format!("{nombre}.crl.pem")), &crl, Readers::All)?,
    })
}

fn write_service(
    dir: &Path,
    authority: &Authority,
    [key, other, seal]: [PKey<Private>; 3],
    now: DateTime<Utc>,
) -> Result<ServicioFiles, DemoError> {
    folder(dir)?;
    let validity = Validity {
        from: days_before(now, 1)?,
        until: days_after(now, LEAF_DAYS)?,
    };
    let identifier = identifiers::entity('Q', 9_999_967)?;
    let issue =
        |key| authority.issue_to_service("NOTESS SERVICIO DE DEMOSTRACION", &identifier, key, validity);
    // A CRL with no entry is not made by the library.
    let withdrawn = authority.issue_to_service("RETIRADO", &identifier, other.clone(), validity)?;
    let crl = authority.crl(&[&withdrawn.certificate], now)?.to_pem()?;
    let (identity, other) = (issue(key)?, issue(other)?);
    write_certificate(dir, OTHER, &other.certificate)?;
    write_key(dir, OTHER, &other)?;
    // It has sealed what was decided before today.
    let since = Validity {
        from: days_before(now, 90)?,
        ..validity
    };
    let seal = authority.issue_to_seal("SELLO DE DEMOSTRACION", &identifier, seal, since)?;
    Ok(ServicioFiles {
        certificado: write_certificate(dir, "servicio", &identity.certificate)?,
        clave: write_key(dir, "servicio", &identity)?,
        sello: write_certificate(dir, "sello", &seal.certificate)?,
        sello_clave: write_key(dir, "sello", &seal)?,
        ca: write_certificate(dir, "ca", &authority.identity().certificate)?,
        crl: write(dir.join("ca.crl.pem"), &crl, Readers::All)?,
    })
}

/// The name, within `servicio/`, of the certificate and key to which the service of a demonstration changes when it is told to.
pub const OTHER: &str = "otra";

/// Where a demonstration keeps the key under which acts of a special category lie, within its folder.
pub const CIPHER_KEY: &str = "servicio/cifrado.key";

/// Makes that key.
pub fn write_cipher_key(dir: &Path) -> Result<(), DemoError> {
    // A hash is written as a key is.
    let mut key = [0; 32];
    openssl::rand::rand_bytes(&mut key)?;
    let path = dir.join(CIPHER_KEY);
    path.parent().map_or(Ok(()), folder)?;
    let line = format!("{}\n", Huella(key));
    write(path, line.as_bytes(), Readers::Owner).map(drop)
}

pub(super) fn write_certificate(dir: &Path, nombre: &str, certificate: &X509) -> Result<PathBuf, DemoError> {
    write(
        dir.join(format!("{nombre}.crt.pem")),
        &certificate.to_pem()?,
        Readers::All,
    )
}

pub(super) fn write_key(dir: &Path, nombre: &str, identity: &Identity) -> Result<PathBuf, DemoError> {
    write(
        dir.join(format!("{nombre}.key.pem")),
        &identity.key.private_key_to_pem_pkcs8()?,
        Readers::Owner,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::Cast;
    use openssl::asn1::Asn1Time;
    use openssl::pkey::Id;
    use openssl::x509::{CrlStatus, X509Crl, X509VerifyResult};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn each_holder_has_the_certificate_that_its_state_says() {
        let dir = tempfile::tempdir().unwrap();
        let now = DateTime::from_timestamp(1_773_130_500, 0).unwrap();
        let titulares = Cast::new(now).unwrap().titulares;
        let kinds = Kinds {
            titulares: KeyKind::Rsa2048,
            servicio: KeyKind::P256,
        };
        let pki = create(dir.path(), &titulares, kinds, now).unwrap();
        let read = |path: &Path| X509::from_pem(&fs::read(path).unwrap()).unwrap();
        let admitted = read(&pki.ca_admitida.certificado);
        let crl = X509Crl::from_pem(&fs::read(&pki.ca_admitida.crl).unwrap()).unwrap();
        let at = Asn1Time::from_unix(now.timestamp()).unwrap();
        for (titular, files) in titulares.iter().zip(&pki.titulares) {
            let certificate = read(&files.certificado);
            let state = titular.certificado;
            let issued = admitted.issued(&certificate) == X509VerifyResult::OK;
            assert_eq!(
                issued,
                state != EstadoCertificado::NoAdmitido,
                "{}",
                titular.nombre
            );
            let expired = certificate.not_after() < &*at;
            assert_eq!(
                expired,
                state == EstadoCertificado::Caducado,
                "{}",
                titular.nombre
            );
            let revoked = matches!(crl.get_by_cert(&certificate), CrlStatus::Revoked(_));
            assert_eq!(
                revoked,
                state == EstadoCertificado::Revocado,
                "{}",
                titular.nombre
            );
            assert_eq!(
                fs::metadata(&files.clave).unwrap().permissions().mode() & 0o777,
                0o600
            );

            let p12 = Pkcs12::from_der(&fs::read(&files.p12).unwrap()).unwrap();
            let parsed = p12.parse2(PASSWORD).unwrap();
            assert_eq!(
                parsed.cert.unwrap().to_der().unwrap(),
                certificate.to_der().unwrap()
            );
            assert!(parsed.pkey.unwrap().public_eq(&certificate.public_key().unwrap()));
            assert_eq!(parsed.ca.unwrap().len(), 1);
        }
        let service = read(&pki.servicio.certificado);
        assert_eq!(service.public_key().unwrap().id(), Id::EC);
        let seal = read(&pki.servicio.sello);
        for issued in [&service, &seal] {
            assert_eq!(read(&pki.servicio.ca).issued(issued), X509VerifyResult::OK);
        }
        assert!(
            !seal
                .public_key()
                .unwrap()
                .public_eq(&service.public_key().unwrap())
        );
    }
}
