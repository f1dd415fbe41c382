//! Who stands in a case: names with identifiers of their own, so that cases share a database and nothing else.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use notess::domain::nif::Nif;
use notess::domain::notificacion::Codigo;
use notess::domain::operation::OneNotificacion;
use notess::domain::poder::PoderDicho;
use notess::domain::red::{Asignacion, UsuarioRed};
use notess::signature::SigningKey;
use notess::trust::{AdmittedIssuer, CaCertificate, Holder, Revocacion, RsaMinimo, Sellos, Validator};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Builder, X509Name};

use crate::site::{day, nif};
use crate::x509::{begun, name, on_curve};

/// Names of companies; the rest are persons.
const ENTIDADES: [&str; 4] = ["EMPRESA", "OTRAEMPRESA", "GESTORIA", "OTRAGESTORIA"];
const PERSONAS: [&str; 5] = ["ANA", "LUIS", "AUTONOMA", "EXTRAÑA", "EXTRAÑO"];

/// The identifiers of a case, and what was told in it.
pub(crate) struct Cast {
    number: usize,
    certificates: HashMap<&'static str, OnceCell<Certificate>>,
    /// Whose each notification is.
    pub(super) sujetos: HashMap<String, Nif>,
    /// What was told last of each.
    pub(super) poderes: HashMap<String, PoderDicho>,
    pub(super) asignaciones: Vec<Asignacion>,
    pub(super) usuarios: Vec<UsuarioRed>,
    /// The number of the last of each pair and body.
    pub(super) sucesiones: HashMap<String, i64>,
}

impl Cast {
    pub(crate) fn new(number: usize) -> Self {
        let names = ENTIDADES.into_iter().chain(PERSONAS);
        Self {
            number,
            certificates: names.map(|name| (name, OnceCell::new())).collect(),
            sujetos: HashMap::new(),
            poderes: HashMap::new(),
            asignaciones: Vec::new(),
            usuarios: Vec::new(),
            sucesiones: HashMap::new(),
        }
    }

    /// The NIF of a name.
    pub(crate) fn nif(&self, name: &str) -> Nif {
        if let Some(at) = ENTIDADES.iter().position(|known| *known == name) {
            return entity(self.number * 10 + at);
        }
        let at = PERSONAS.iter().position(|known| *known == name);
        let at = at.unwrap_or_else(|| panic!("{name} is nobody"));
        nif(u32::try_from(30_000_000 + self.number * 10 + at).unwrap())
    }

    /// The number of an authorisation.
    pub(crate) fn autorizacion(&self, number: &str) -> String {
        (self.number * 10 + number.parse::<usize>().unwrap()).to_string()
    }

    /// An account: CCC «A» or «B», or the NAF.
    pub(crate) fn cuenta(&self, name: &str) -> String {
        let own = 1_000_000 + self.number * 10;
        match name {
            "A" => format!("28{own:07}{:02}", (280_000_000 + own) % 97),
            "B" => format!("28{:07}{:02}", own + 1, (280_000_000 + own + 1) % 97),
            "NAF" => {
                let own = own * 10;
                format!("28{own:08}{:02}", (2_800_000_000 + own) % 97)
            }
            other => panic!("no account {other}"),
        }
    }

    /// A notification: «N1» and so on.
    pub(crate) fn notificacion(&self, name: &str) -> OneNotificacion {
        let number = name.strip_prefix('N').unwrap().parse::<usize>().unwrap();
        OneNotificacion {
            // Of one that is not published yet, the company's is meant.
            poderdante: self
                .sujetos
                .get(name)
                .copied()
                .unwrap_or_else(|| self.nif("EMPRESA")),
            codigo: Codigo::new(i32::try_from(self.number * 10 + number).unwrap()).unwrap(),
        }
    }

    /// Whom a certificate speaks for.
    pub(super) fn holder(&self, name: &str) -> &Holder {
        &self.certificate(name).holder
    }

    /// What somebody signs with.
    pub(crate) fn key(&self, name: &str) -> SigningKey {
        let Certificate { key, octets, .. } = self.certificate(name);
        SigningKey::new(key.clone(), octets.clone()).unwrap()
    }

    fn certificate(&self, name: &str) -> &Certificate {
        self.certificates[name].get_or_init(|| {
            let nif = self.nif(name);
            if ENTIDADES.contains(&name) {
                let person = crate::site::nif(99_999_912);
                certificate(&[
                    (
                        "CN",
                        &format!("{} PABLO LUNA (R: {})", person.as_str(), nif.as_str()),
                    ),
                    ("serialNumber", &format!("IDCES-{}", person.as_str())),
                    ("O", name),
                    ("2.5.4.97", &format!("VATES-{}", nif.as_str())),
                ])
            } else {
                certificate(&[
                    ("CN", &format!("ALGUIEN - {}", nif.as_str())),
                    ("serialNumber", &format!("IDCES-{}", nif.as_str())),
                ])
            }
        })
    }
}

/// The NIF of a company: of its ten checks one is right.
fn entity(number: usize) -> Nif {
    (0..10)
        .find_map(|check| format!("B{:07}{check}", 1_000_000 + number).parse().ok())
        .unwrap()
}

// ---- Certificates ----

struct Certificate {
    key: PKey<Private>,
    octets: X509,
    holder: Arc<Holder>,
}

struct Issuer {
    key: PKey<Private>,
    name: X509Name,
    /// Its own certificate, DER.
    octets: Vec<u8>,
    validator: Validator,
}

thread_local! {
    static ISSUER: Issuer = issuer();
}

/// The certificate of who certifies all, DER: whoever asks on this thread has one of its own.
pub(crate) fn authority() -> Vec<u8> {
    ISSUER.with(|issuer| issuer.octets.clone())
}

fn issuer() -> Issuer {
    let (key, name) = (key(), name(&[("CN", "AC DE PRUEBA")]));
    let mut ca = unsigned(&name, &name, &key);
    ca.append_extension(BasicConstraints::new().critical().ca().build().unwrap())
        .unwrap();
    let usage = KeyUsage::new().critical().key_cert_sign().crl_sign().build();
    ca.append_extension(usage.unwrap()).unwrap();
    ca.sign(&key, MessageDigest::sha256()).unwrap();
    let octets = ca.build().to_der().unwrap();
    let validator = Validator::new().unwrap();
    validator
        .replace(vec![AdmittedIssuer {
            id: 1,
            nombre: "AC".to_owned(),
            certificado: CaCertificate::inspect(&octets).unwrap(),
            desde: day(-100),
            hasta: None,
            politicas: Vec::new(),
            revocacion: Revocacion::Ninguna,
            sellos: Sellos::Rechazar,
            rsa_minimo: RsaMinimo::default(),
        }])
        .unwrap();
    Issuer {
        key,
        name,
        octets,
        validator,
    }
}

fn certificate(subject: &[(&str, &str)]) -> Certificate {
    ISSUER.with(|issuer| {
        let key = key();
        let mut leaf = unsigned(&name(subject), &issuer.name, &key);
        let usage = KeyUsage::new().critical().digital_signature().build();
        leaf.append_extension(usage.unwrap()).unwrap();
        leaf.sign(&issuer.key, MessageDigest::sha256()).unwrap();
        let octets = leaf.build();
        let holder = issuer
            .validator
            .validate_at(&octets.to_der().unwrap(), day(1))
            .unwrap();
        Certificate { key, octets, holder }
    })
}

fn key() -> PKey<Private> {
    on_curve(Nid::X9_62_PRIME256V1)
}

/// One that is valid in all cases.
fn unsigned(subject: &X509Name, issuer: &X509Name, key: &PKey<Private>) -> X509Builder {
    begun(subject, issuer, key, day(-100)..day(1000))
}
