//! `Connection`: one signed question, one verified answer.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, PKeyRef, Public};
use openssl::x509::X509;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use uuid::Uuid;

use crate::contract::canal::messages::{Fallo, Message};
use crate::contract::canal::{self, confirmation};
use crate::contract::words::InWords;
use crate::signature::{
    Freshness, PayloadError, Policy, SealError, ShapeError, SigningKey, VerifiedEnvelope, VerifyError,
    XmlSec, inspect, seal_envelope, verify,
};
use crate::xml::schema::{SchemaError, SchemaViolation, Schemas};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;
use crate::xml::{Limits, ScreenError, screen};

use super::cause;

/// How long a question says that it is fresh: far less than the service would allow, enough for a slow line.
const QUESTION_LIFE: TimeDelta = TimeDelta::minutes(2);
/// A thousand acceptances are answered in well under a second; a document may be large and the line slow.
const PATIENCE: Duration = Duration::from_mins(2);
/// The largest answer that is read: a document of the size that can be served, in base64.
const MAX_ANSWER: u32 = 64 * 1024 * 1024;
/// What an answer may hold: that a gestoría has fifty thousand poderdantes, each with every materia, is told in some 800,000 elements;
/// the rest as in a message to the service. It is signed by the service alone, but who sent it is known when it has been read.
pub(super) const LIMITS: Limits = Limits {
    octets: MAX_ANSWER as usize,
    nodes: 1_000_000,
    namespace_lookups: 30_000_000,
    ..Limits::MESSAGE
};

/// A service, and who asks it.
pub struct Connection {
    url: String,
    key: SigningKey,
    service: ServiceCertificate,
    schemas: Schemas,
    agent: Agent,
    clock: fn() -> DateTime<Utc>,
    ahead: TimeDelta,
}

/// The certificate with which the service signs: known beforehand, since an answer could bring any.
struct ServiceCertificate {
    der: Vec<u8>,
    key: PKey<Public>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The service says no.
    #[error("{codigo}: {descripcion} (petición {peticion})")]
    Fault {
        /// A word of the contract, for programs.
        codigo: String,
        /// A sentence that says what to mend.
        descripcion: String,
        /// The request's identifier, by which the operator finds it in the log.
        peticion: String,
    },
    /// The service could not be reached, or the line broke: the question may or may not have been acted on.
    #[error("no hay respuesta de {url}: {reason}")]
    Transport {
        /// The address that was asked.
        url: String,
        /// What broke, in Spanish.
        reason: String,
    },
    /// It answered something that is no SOAP message.
    #[error("la respuesta no es un mensaje SOAP (estado HTTP {status}): «{text}»")]
    NotSoap {
        /// Status of HTTP (RFC 9110 §15) with which it came.
        status: u16,
        /// Its first 300 octets, in one line.
        text: String,
    },
    /// The answer cannot be read.
    #[error("la respuesta no se puede leer: {}", .0.in_words())]
    Unreadable(#[from] ScreenError),
    /// The answer's signature does not have the shape that it must.
    #[error("la respuesta no está firmada como debe: {}", .0.in_words())]
    Shape(#[from] ShapeError),
    /// The answer's signature does not hold.
    #[error("la firma de la respuesta no es válida: {}", .0.in_words())]
    Signature(#[from] VerifyError),
    /// The answer is signed by somebody else.
    #[error("la respuesta no está firmada con el certificado del servicio")]
    OtherSigner,
    /// The answer is signed by the service, and is to another question: somebody gives old answers for new ones.
    #[error("la respuesta es a otra pregunta; no se sabe si esta se llegó a tramitar")]
    OtherQuestion,
    /// The answer's Body does not hold one element.
    #[error("la respuesta no cumple el contrato: {}", .0.in_words())]
    Payload(#[from] PayloadError),
    /// What it holds is not what the contract's schema says.
    #[error("la respuesta no cumple el contrato: {}", .0.in_words())]
    Schema(#[from] SchemaViolation),
    /// The question could not be signed.
    #[error("la pregunta no se puede firmar: {}", cause::of_key(.0))]
    Seal(#[from] SealError),
}

/// Why a connection could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The service's certificate cannot be used.
    #[error("el certificado del servicio no se puede usar")]
    Certificate(#[from] ErrorStack),
    /// The contract's schema cannot be used.
    #[error("el esquema del contrato no se puede usar")]
    Schema(#[from] SchemaError),
}

impl Connection {
    /// A connection to the service at `url`, which signs with `service`, for the holder of `key`.
    pub fn open(url: &str, key: SigningKey, service: &X509) -> Result<Self, OpenError> {
        let schemas = Schemas::compile(canal::SCHEMA, &[])?;
        let service = ServiceCertificate {
            der: service.to_der()?,
            key: service.public_key()?,
        };
        Ok(Self {
            url: url.to_owned(),
            key,
            service,
            schemas,
            agent: agent(RootCerts::PlatformVerifier),
            clock: Utc::now,
            ahead: TimeDelta::zero(),
        })
    }

    /// The same, where TLS certificates are those of these authorities, and of no other.
    pub fn trusting(self, authorities: &[X509]) -> Result<Self, ErrorStack> {
        let ders = authorities.iter().map(|authority| authority.to_der());
        let ders = ders.collect::<Result<Vec<_>, _>>()?;
        let roots: Vec<_> = ders
            .iter()
            .map(|der| Certificate::from_der(der).to_owned())
            .collect();
        let agent = agent(RootCerts::new_with_certs(&roots));
        Ok(Self { agent, ..self })
    }

    /// The same, with a clock that is ahead of the machine's: for services whose clock is.
    #[must_use]
    pub fn ahead(self, ahead: TimeDelta) -> Self {
        Self { ahead, ..self }
    }

    /// The key with which the service signs.
    pub(super) fn service_key(&self) -> &PKeyRef<Public> {
        &self.service.key
    }

    /// A signed question, as octets.
    pub fn sign(&self, payload: &Canonical) -> Result<Vec<u8>, CallError> {
        let created = self.now();
        let tag = Uuid::now_v7().simple().to_string();
        let freshness = Freshness {
            created,
            expires: created + QUESTION_LIFE,
            tag: &tag,
        };
        let sealed = seal_envelope(SoapVersion::V11, &self.key, freshness, payload.clone())?;
        Ok(sealed.into_octets())
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)() + self.ahead
    }

    /// Asks, and gives the octets of the answer's payload, which the service signed.
    pub fn ask(&self, payload: &Canonical) -> Result<Vec<u8>, CallError> {
        self.send(&self.sign(payload)?)
    }

    /// Sends a message as it is.
    pub fn send(&self, message: &[u8]) -> Result<Vec<u8>, CallError> {
        let transport = |error: ureq::Error| CallError::Transport {
            url: self.url.clone(),
            reason: cause::of_transport(&error),
        };
        let mut response = self
            .agent
            .post(&self.url)
            .header("content-type", SoapVersion::V11.content_type())
            .header("soapaction", "\"\"")
            .send(message)
            .map_err(transport)?;
        let status = response.status().as_u16();
        let octets = response
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER.into())
            .read_to_vec()
            .map_err(transport)?;
        self.open_answer(replay_key(message), status, &octets)
    }

    fn open_answer(
        &self,
        question: Option<[u8; 32]>,
        status: u16,
        octets: &[u8],
    ) -> Result<Vec<u8>, CallError> {
        if !octets.trim_ascii_start().starts_with(b"<") {
            let text = String::from_utf8_lossy(&octets[..octets.len().min(300)])
                .trim()
                .replace('\n', " ");
            return Err(CallError::NotSoap { status, text });
        }
        let screened = screen(octets, &LIMITS)?;
        let policy = Policy::canal();
        let inspected = match inspect(screened, &policy) {
            Ok(inspected) => inspected,
            // Whom the service could not identify it answers unsigned; that can only be a refusal.
            Err(unsigned) => return Err(unsigned_fault(octets).unwrap_or(unsigned.into())),
        };
        if inspected.token_der() != self.service.der {
            return Err(CallError::OtherSigner);
        }
        let verified: VerifiedEnvelope = verify(&XmlSec, &inspected, &self.service.key, self.now(), &policy)?;
        if !question.is_some_and(|question| confirmation::confirms(verified.body_id(), &question)) {
            return Err(CallError::OtherQuestion);
        }
        let payload = verified.payload()?;
        if let Some(fallo) = fallo(payload) {
            return Err(fallo.into());
        }
        self.schemas.validate(payload)?;
        Ok(payload.to_vec())
    }
}

fn agent(authorities: RootCerts) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::NativeTls)
        .root_certs(authorities)
        .build();
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .tls_config(tls)
        .build()
        .new_agent()
}

impl From<Fallo> for CallError {
    fn from(fallo: Fallo) -> Self {
        let Fallo {
            codigo,
            descripcion,
            identificador_peticion: peticion,
        } = fallo;
        Self::Fault {
            codigo,
            descripcion,
            peticion,
        }
    }
}

/// By what a question is known in its answer. What is not signed as it must be has no signed answer.
fn replay_key(message: &[u8]) -> Option<[u8; 32]> {
    let screened = screen(message, &LIMITS).ok()?;
    inspect(screened, &Policy::canal())
        .ok()
        .map(|inspected| inspected.replay_key())
}

/// The fault of an unsigned answer.
fn unsigned_fault(octets: &[u8]) -> Option<CallError> {
    fallo(octets).map(CallError::from)
}

/// The contract's detail of a fault, wherever in the octets it stands.
fn fallo(octets: &[u8]) -> Option<Fallo> {
    let text = std::str::from_utf8(octets).ok()?;
    let start = text.find("<fallo ")?;
    let end = text.find("</fallo>")? + "</fallo>".len();
    Fallo::read(text.get(start..end)?.as_bytes()).ok()
}
