//! A channel over a store of its own, with one person and her notifications.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sha::sha256;
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};
use tempfile::TempDir;
use uuid::Uuid;

use crate::channel::reply::{Call, Contrato, Operation, Reply};
use crate::channel::{Channel, Clocks};
use crate::config::Settings;
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{Codigo, Documento, Huella};
use crate::domain::red::CuentasRed;
use crate::signature::{Freshness, SigningKey, seal_envelope};
use crate::store::admitted::{self, Admitted};
use crate::store::personas::{self, Persona};
use crate::store::{Durability, Store, StoreError, notificaciones, octets};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

/// Whose notifications there are, and who asks.
pub(super) const PERSONA: &str = "99999901H";
/// What their document holds.
const PDF: &[u8] = b"%PDF-1.7";

pub(super) struct World {
    pub(super) channel: Channel,
    key: SigningKey,
    _folder: TempDir,
}

/// What is known of a reply without looking into its signature.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) operation: &'static str,
    pub(super) code: String,
    pub(super) text: String,
}

impl World {
    /// With these notifications, published a day ago.
    pub(super) fn with(codigos: &[i32]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca = name(&[("CN", "AC DE PRUEBA")]);
        let ca_key = ec();
        let authority = issued(&ca, &ca_key, &ca, &ca_key);
        let service = name(&[("CN", "SERVICIO")]);
        let service_key = ec();
        let persona = name(&[
            ("CN", "ROBLES IBARRA MARTA - 99999901H"),
            ("serialNumber", "IDCES-99999901H"),
        ]);
        let persona_key = ec();
        let write = |file: &str, octets: &[u8]| std::fs::write(folder.path().join(file), octets).unwrap();
        write("clave.pem", &service_key.private_key_to_pem_pkcs8().unwrap());
        write(
            "certificado.pem",
            &issued(&service, &service_key, &ca, &ca_key).to_pem().unwrap(),
        );
        write(
            "notess.toml",
            b"database_url = \"notess.sqlite3\"\n[firma]\ncertificado = \"certificado.pem\"\nclave = \"clave.pem\"\n",
        );
        let settings = Settings::read_alone(&folder.path().join("notess.toml")).unwrap();
        prepare(&settings, &authority, codigos);
        let clocks = Clocks {
            system: Arc::new(Utc::now),
            since_boot: Arc::new(TimeDelta::zero),
            boot: "prueba".to_owned(),
            of_callers: None,
        };
        Self {
            channel: Channel::start(&settings, clocks).unwrap(),
            key: SigningKey::new(persona_key.clone(), issued(&persona, &persona_key, &ca, &ca_key)).unwrap(),
            _folder: folder,
        }
    }

    /// What octets are answered.
    pub(super) fn send(&self, contrato: Contrato, octets: &[u8]) -> Answer {
        let call = Call {
            octets,
            contrato,
            base: "https://canal.example",
            peticion: Uuid::now_v7(),
            fault: None,
        };
        let answered = self.channel.begin(&call);
        Answer::of(answered.unwrap_or_else(|pending| self.channel.finish(&call, pending)))
    }

    /// A message of the person's.
    pub(super) fn signed(&self, version: SoapVersion, payload: Canonical) -> Vec<u8> {
        let created = Utc::now();
        let freshness = Freshness {
            created,
            expires: created + TimeDelta::minutes(2),
            tag: &Uuid::now_v7().simple().to_string(),
        };
        seal_envelope(version, &self.key, freshness, payload)
            .unwrap()
            .into_octets()
    }

    /// An acuse that the person signed beside the service's seal, without transforms, as it may be.
    pub(super) fn cosigned(&self, acuse: &str) -> String {
        const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
        let end = "</ProsaSignatureData>";
        let data = &acuse[acuse.find("<ProsaSignatureData").unwrap()..acuse.find(end).unwrap() + end.len()];
        let info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod \
             Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></ds:CanonicalizationMethod><ds:SignatureMethod \
             Algorithm=\"{}\"></ds:SignatureMethod><ds:Reference URI=\"#ProsaData\"><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue>\
             </ds:Reference></ds:SignedInfo>",
            self.key.method().uri(),
            STANDARD.encode(sha256(data.as_bytes()))
        );
        let value = STANDARD.encode(self.key.sign_octets(info.as_bytes()).unwrap());
        let certificate = STANDARD.encode(self.key.certificate().to_der().unwrap());
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>\
             <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
        );
        acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"))
    }
}

impl Answer {
    pub(super) fn of(reply: Reply) -> Self {
        Self {
            status: reply.status,
            operation: Operation::name_of(reply.outcome.operation),
            code: reply.outcome.code.into_owned(),
            text: String::from_utf8(reply.octets.into_octets()).unwrap(),
        }
    }

    /// The text between two.
    pub(super) fn between(&self, from: &str, to: &str) -> &str {
        let (_, rest) = self.text.split_once(from).unwrap();
        rest.split_once(to).unwrap().0
    }
}

fn prepare(settings: &Settings, authority: &X509, codigos: &[i32]) {
    let yesterday = (Utc::now() - TimeDelta::days(1)).timestamp();
    let nif = PERSONA.parse().unwrap();
    let new: Vec<_> = codigos
        .iter()
        .map(|codigo| {
            altered(published(yesterday), |publicada| {
                publicada.codigo = Codigo::new(*codigo).unwrap();
                publicada.sujeto = nif;
                publicada.destinatario = PERSONA.to_owned();
                publicada.documento = Documento {
                    huella: Huella(sha256(PDF)),
                    tamano: 8,
                };
            })
        })
        .collect();
    let store = Store::open(&settings.database_url.parse().unwrap(), 1).unwrap();
    store.migrate().unwrap();
    store
        .write::<_, StoreError, _>(Durability::Relaxed, |conn| {
            let persona = Persona {
                nif,
                denominacion: "ROBLES IBARRA MARTA".to_owned(),
                cuentas: CuentasRed::default(),
            };
            personas::tell_personas(conn, &[persona.into()], DateTime::UNIX_EPOCH)?;
            octets::insert_documentos(conn, &[(Huella(sha256(PDF)), PDF)])?;
            notificaciones::insert_notificaciones(conn, &new)?;
            let entry = Admitted {
                nombre: "AC".to_owned(),
                certificado: authority.to_der().unwrap(),
                desde: DateTime::from_timestamp(0, 0).unwrap(),
                hasta: None,
                politicas: Vec::new(),
                revocacion: "ninguna".to_owned(),
                crl: None,
                sellos: false,
                rsa_minimo: None,
            };
            admitted::insert(conn, &entry).map(drop)
        })
        .unwrap();
}

fn ec() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(entries: &[(&str, &str)]) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    for (field, value) in entries {
        name.append_entry_by_text(field, value).unwrap();
    }
    name.build()
}

/// A certificate: of an authority if it is its own issuer, else of somebody who signs.
fn issued(subject: &X509Name, key: &PKey<Private>, issuer: &X509Name, issuer_key: &PKey<Private>) -> X509 {
    let is_authority = key.public_eq(issuer_key);
    let mut builder: X509Builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(if is_authority { 1 } else { 2 }).unwrap();
    builder
        .set_serial_number(&Asn1Integer::from_bn(&serial).unwrap())
        .unwrap();
    builder.set_subject_name(subject).unwrap();
    builder.set_issuer_name(issuer).unwrap();
    builder.set_pubkey(key).unwrap();
    let day = 86_400;
    let now = Utc::now().timestamp();
    builder
        .set_not_before(&Asn1Time::from_unix(now - 100 * day).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::from_unix(now + 100 * day).unwrap())
        .unwrap();
    let mut usage = KeyUsage::new();
    usage.critical();
    if is_authority {
        let constraints = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(constraints).unwrap();
        usage.key_cert_sign().crl_sign();
    } else {
        usage.digital_signature();
    }
    builder.append_extension(usage.build().unwrap()).unwrap();
    builder.sign(issuer_key, MessageDigest::sha256()).unwrap();
    builder.build()
}
