//! What stands where a certificate should.

use std::borrow::Cow;

use super::InWords;
use crate::signature::{NotACertificate, Thing};

/// It goes on from «ha de llevar un certificado, y …».
impl InWords for NotACertificate {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Empty => "está vacío",
            Self::Content => {
                "lleva dentro elementos o comentarios: ha de llevar sólo texto (si es un xop:Include, desactive MTOM)"
            }
            Self::TooLong { limit } => {
                return format!("ocupa más de {limit} octetos: envíe sólo el certificado del firmante, sin su cadena").into();
            }
            Self::Pem => "lleva las líneas de PEM («-----BEGIN CERTIFICATE-----»): envíe sólo el base64 que va entre ellas",
            Self::PemWithText => {
                "lleva las líneas de PEM y el texto que openssl pone delante («Bag Attributes», «subject=»): envíe sólo el \
                 base64 que va entre «-----BEGIN CERTIFICATE-----» y «-----END CERTIFICATE-----»"
            }
            Self::Several => {
                "lleva varios certificados seguidos: envíe sólo el del firmante, sin los de su cadena"
            }
            Self::Character { character } => {
                let number = u32::from(*character);
                return format!("no es base64: lleva «{character}» (U+{number:04X})").into();
            }
            Self::UrlAlphabet => "es base64 para URL, con «-» y «_»: use el corriente, con «+» y «/»",
            Self::Length => "no es un base64 entero: le faltan o le sobran caracteres, o lleva «=» en medio",
            Self::EncodedTwice => {
                "es base64 dos veces: si su biblioteca ya codifica el contenido, dele los octetos del DER sin codificar"
            }
            Self::EncodedPem => {
                "es el base64 de un fichero PEM, que ya es base64: envíe el que va entre «-----BEGIN CERTIFICATE-----» y \
                 «-----END CERTIFICATE-----», sin codificarlo otra vez"
            }
            Self::Hexadecimal => "es hexadecimal: ha de ser base64",
            Self::Thing(thing) => return thing.in_words(),
            Self::Trailing => "lleva octetos de más detrás del certificado: envíe sólo los de este",
            Self::Truncated => "está cortado, pues le faltan octetos al final: envíelo entero",
        }
        .into()
    }
}

impl InWords for Thing {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Certificate => "lleva un certificado",
            Self::Path => {
                "lleva una cadena de certificados (PKIPath): envíe sólo el del firmante, con ValueType X509v3"
            }
            Self::Pkcs7 => {
                "lleva un PKCS#7 (.p7b), que es una cadena: envíe sólo el certificado del firmante, con ValueType X509v3"
            }
            Self::Pkcs12 => {
                "lleva un PKCS#12 (.p12, .pfx), que contiene la clave privada y no ha de enviarse a nadie: envíe sólo el \
                 certificado que hay en él"
            }
            Self::PrivateKey => {
                "lleva una clave privada, que no ha de enviarse a nadie: dé esa clave por comprometida y envíe sólo el \
                 certificado"
            }
            Self::PublicKey => "lleva sólo la clave pública: envíe el certificado",
            Self::Request => {
                "lleva una solicitud de certificado (CSR): envíe el certificado que se emitió por ella"
            }
            Self::RevocationList => "lleva una lista de revocación: envíe el certificado",
            Self::Other => "no lleva un certificado X.509: envíe el del firmante",
        }
        .into()
    }
}
