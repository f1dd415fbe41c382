//! A program of the field, as far as contract WSCN goes: it signs messages, and acuses beside the service's seal.

use super::caller::payload_of;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::contract::wscn::Entorno;
use notess::signature::{Freshness, SigningKey, seal_envelope};
use notess::xml::soap::SoapVersion;
use openssl::sha::sha256;
use roxmltree::{Document, Node};
use uuid::Uuid;

use super::xades::{Bes, der};
use super::{TestApp, Titular};

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A holder's key, with what it needs to sign.
pub fn signing_key(titular: &Titular) -> SigningKey {
    let key = std::fs::read_to_string(&titular.clave).unwrap();
    let certificate = std::fs::read_to_string(&titular.certificado).unwrap();
    SigningKey::from_pem(&key, &certificate).unwrap()
}

/// How a program signs messages and acuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As WSS4J does, and acuses by a signature of their own alone.
    Wss4j,
    /// By XAdES-BES, both.
    XadesBes,
}

/// Somebody who calls through contract WSCN.
pub struct Program<'a> {
    app: &'a TestApp,
    pub key: SigningKey,
    pub entorno: Entorno,
    pub shape: Shape,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl TestApp {
    /// Calls as this holder.
    pub fn wscn_as(&self, titular: &Titular) -> Program<'_> {
        self.wscn_with(signing_key(titular))
    }

    /// Calls with this key.
    pub fn wscn_with(&self, key: SigningKey) -> Program<'_> {
        Program {
            app: self,
            key,
            entorno: Entorno::Pruebas,
            shape: Shape::Wss4j,
        }
    }
}

/// A member of a request.
pub fn member(name: &str, value: impl std::fmt::Display) -> String {
    format!("<{name}>{value}</{name}>")
}

/// Role and poderdante, with which most requests begin.
pub fn by(rol: u8, poderdante: &str) -> String {
    member("rol", rol) + &member("identificadorPoderdante", poderdante)
}

/// Members of a request for one notification.
pub fn one(rol: u8, poderdante: &str, codigo: i32) -> String {
    by(rol, poderdante) + &member("codigoNotificacion", codigo)
}

impl Program<'_> {
    /// The signed message of an operation.
    pub fn message(&self, operation: &str, members: &str) -> Vec<u8> {
        let payload = self.payload(operation, members);
        match self.shape {
            Shape::Wss4j => self.signed(SoapVersion::V11, &payload),
            Shape::XadesBes => Bes::of(&self.key).message(&payload),
        }
    }

    /// What the message of an operation carries.
    pub fn payload(&self, operation: &str, members: &str) -> String {
        let namespace = self.entorno.namespace();
        format!("<w:{operation} xmlns:w=\"{namespace}\">{members}</w:{operation}>")
    }

    pub fn signed(&self, version: SoapVersion, payload: &str) -> Vec<u8> {
        let created = self.app.now();
        let tag = Uuid::now_v7().simple().to_string();
        let freshness = Freshness {
            created,
            expires: created + chrono::TimeDelta::minutes(2),
            tag: &tag,
        };
        let payload = payload_of(payload);
        seal_envelope(version, &self.key, freshness, payload)
            .unwrap()
            .into_octets()
    }

    pub fn send(&self, message: &[u8]) -> Answer {
        let (status, text) = self
            .app
            .post(self.entorno.path(), "text/xml;charset=\"UTF-8\"", message);
        Answer { status, text }
    }

    pub fn ask(&self, operation: &str, members: &str) -> Answer {
        self.send(&self.message(operation, members))
    }

    pub fn poderdantes(&self) -> Answer {
        self.ask("solicitarPoderdantes", "")
    }

    /// A page from these codes on: own, RED, power.
    pub fn list(&self, rol: u8, poderdante: &str, from: [i32; 3]) -> Answer {
        let [own, red, power] = from;
        let members = by(rol, poderdante)
            + &member("codigoSiguienteNotificacionPropia", own)
            + &member("codigoSiguienteNotificacionAutorizadoRED", red)
            + &member("codigoSiguienteNotificacionApoderado", power);
        self.ask("consultarListadoNotificaciones", &members)
    }

    pub fn request(&self, rol: u8, poderdante: &str, codigo: i32, accept: bool) -> Answer {
        let members = one(rol, poderdante, codigo) + &member("esDeAceptacion", accept);
        self.ask("solicitarAcuseNotificacion", &members)
    }

    /// The sealed acuse.
    pub fn acuse(&self, rol: u8, poderdante: &str, codigo: i32, accept: bool) -> String {
        let answer = self.request(rol, poderdante, codigo, accept);
        assert_eq!(answer.codigo(), 0, "{answer:?}");
        String::from_utf8(answer.octets("XML").unwrap()).unwrap()
    }

    /// What comes of a document that is sent as it is, in whatever encoding.
    pub fn submit_encoded(&self, rol: u8, poderdante: &str, encoded: &str) -> Answer {
        let members = by(rol, poderdante) + &member("xmlAcuseFirmado", encoded);
        self.ask("enviarAcuseNotificacion", &members)
    }

    pub fn submit(&self, rol: u8, poderdante: &str, acuse: &str) -> Answer {
        self.submit_encoded(rol, poderdante, &STANDARD.encode(acuse))
    }

    /// Asks for an acuse, signs it and returns it.
    pub fn decide(&self, rol: u8, poderdante: &str, codigo: i32, accept: bool) -> Answer {
        let signed = self.cosign(&self.acuse(rol, poderdante, codigo, accept));
        self.submit(rol, poderdante, &signed)
    }

    pub fn view(&self, rol: u8, poderdante: &str, codigo: i32) -> Answer {
        self.ask("verNotificacionAceptada", &one(rol, poderdante, codigo))
    }

    /// Signs an acuse: in the shape of WSS4J as most programs do, enveloped, over `#ProsaData`, as the root's last
    /// child.
    pub fn cosign(&self, acuse: &str) -> String {
        match self.shape {
            Shape::Wss4j => {
                let signature = self.signature_of(data_of(acuse));
                acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"))
            }
            Shape::XadesBes => Bes::of(&self.key).cosign(acuse),
        }
    }

    /// The signature of what is canonical as it stands.
    pub fn signature_of(&self, data: &str) -> String {
        self.signature_through(
            data,
            &format!("<ds:Transform Algorithm=\"{ENVELOPED}\"></ds:Transform>"),
        )
    }

    /// The same through these transforms, of which it is the form already.
    pub fn signature_through(&self, data: &str, transforms: &str) -> String {
        let digest = STANDARD.encode(sha256(data.as_bytes()));
        let signed_info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{INCLUSIVE}\">\
             </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"#ProsaData\"><ds:Transforms>{transforms}</ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod><ds:DigestValue>{digest}\
             </ds:DigestValue></ds:Reference></ds:SignedInfo>",
            self.key.method().uri()
        );
        let value = STANDARD.encode(self.key.sign_octets(signed_info.as_bytes()).unwrap());
        let certificate = STANDARD.encode(der(&self.key));
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>\
             <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
        )
    }
}

/// What both signatures are of.
pub fn data_of(acuse: &str) -> &str {
    let end = "</ProsaSignatureData>";
    &acuse[acuse.find("<ProsaSignatureData").unwrap()..acuse.find(end).unwrap() + end.len()]
}

impl Answer {
    fn read<T>(&self, read: impl FnOnce(&Document<'_>) -> T) -> T {
        read(&Document::parse(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}")))
    }

    /// The text of the first element of that name.
    pub fn text_of(&self, name: &str) -> Option<String> {
        self.read(|document| {
            let found = document.descendants().find(|node| node.tag_name().name() == name);
            found.map(|node| node.text().unwrap_or_default().to_owned())
        })
    }

    /// Octets of a base64 element.
    pub fn octets(&self, name: &str) -> Option<Vec<u8>> {
        self.text_of(name).map(|text| STANDARD.decode(text).unwrap())
    }

    /// The error's code, which is always there.
    pub fn codigo(&self) -> i32 {
        self.read(|document| {
            let error = document.descendants().find(|node| node.has_tag_name("error"));
            let codigo = error.and_then(|error| error.children().find(|node| node.has_tag_name("codigo")));
            codigo
                .and_then(|codigo| codigo.text()?.parse().ok())
                .unwrap_or_else(|| panic!("no code in {self:?}"))
        })
    }

    /// Codes and states of the notifications in a list.
    pub fn listed(&self, list: &str) -> Vec<(i32, i32)> {
        let number = |row: &Node<'_, '_>, name| -> i32 {
            let found = row.children().find(|node| node.has_tag_name(name)).unwrap();
            found.text().unwrap().parse().unwrap()
        };
        self.read(|document| {
            let rows = document.descendants().filter(|node| node.has_tag_name(list));
            rows.map(|row| (number(&row, "codigo"), number(&row, "estado")))
                .collect()
        })
    }

    /// The answer without what names the request.
    pub fn anonymous(&self) -> String {
        let request = self.text_of("identificadorPeticion").unwrap();
        self.text.replace(&request, "")
    }
}
