//! Somebody who calls the service, with one verb for each operation.

use notess::client::calls::{self, AnswerError};
use notess::client::connection::{CallError, Connection};
use notess::contract::canal::messages::{Notificacion, Resultado};
use notess::domain::nif::Nif;
use notess::domain::notificacion::{Codigo, Estado, Sentido};
use notess::domain::operation::{DecideRequest, ListRequest};
use notess::domain::rol::Rol;
use notess::signature::SigningKey;
use notess::xml::write::{Canonical, Name, Ns, Writer};
use openssl::x509::X509;
use roxmltree::{Document, Node};

use super::{Scenario, TestApp, Titular};

pub struct Caller {
    pub connection: Connection,
    advertencia: String,
}

impl TestApp {
    /// Calls as this holder, with the service's own idea of the time.
    pub fn as_(&self, titular: &Titular) -> Caller {
        self.with_key(key_of(titular))
    }

    /// The same, of whoever answers at another address.
    pub fn as_at(&self, titular: &Titular, url: &str) -> Caller {
        self.with_key_at(key_of(titular), url)
    }

    pub fn with_key(&self, key: SigningKey) -> Caller {
        self.with_key_at(key, &self.url("/canal/v1"))
    }

    fn with_key_at(&self, key: SigningKey, url: &str) -> Caller {
        let service = X509::from_pem(&std::fs::read(&self.scenario().servicio.certificado).unwrap()).unwrap();
        let ahead = self.now() - chrono::Utc::now();
        let connection = Connection::open(url, key, &service).unwrap().ahead(ahead);
        Caller::new(connection, self.scenario())
    }
}

pub fn key_of(titular: &Titular) -> SigningKey {
    let key = std::fs::read_to_string(&titular.clave).unwrap();
    let certificate = std::fs::read_to_string(&titular.certificado).unwrap();
    SigningKey::from_pem(&key, &certificate).unwrap()
}

pub fn nif(text: &str) -> Nif {
    text.parse().unwrap()
}

pub fn codigos(numbers: &[i32]) -> Vec<Codigo> {
    numbers.iter().map(|&n| Codigo::new(n).unwrap()).collect()
}

/// A listing of everything of one poderdante's.
pub fn listing(poderdante: &str) -> ListRequest {
    calls::everything(vec![nif(poderdante)], None)
}

impl Caller {
    pub fn new(connection: Connection, scenario: &Scenario) -> Self {
        Self {
            connection,
            advertencia: scenario.advertencia.clone(),
        }
    }

    pub fn decision(&self, sentido: Sentido, poderdante: &str, numbers: &[i32]) -> DecideRequest {
        DecideRequest {
            sentido,
            poderdante: nif(poderdante),
            rol: None,
            advertencia: self.advertencia.clone(),
            codigos: codigos(numbers),
            motivo: None,
        }
    }

    pub fn accept(&self, poderdante: &str, numbers: &[i32]) -> Result<Vec<Resultado>, AnswerError> {
        calls::decide(
            &self.connection,
            self.decision(Sentido::Aceptacion, poderdante, numbers),
        )
    }

    pub fn reject(&self, poderdante: &str, numbers: &[i32]) -> Result<Vec<Resultado>, AnswerError> {
        calls::decide(
            &self.connection,
            self.decision(Sentido::Rechazo, poderdante, numbers),
        )
    }

    pub fn list(&self, listing: ListRequest) -> Vec<Notificacion> {
        calls::pages(&self.connection, listing)
            .flat_map(Result::unwrap)
            .collect()
    }

    pub fn pending(&self, poderdante: &str, rol: Option<Rol>) -> Vec<i32> {
        self.list(ListRequest {
            estados: vec![Estado::SinAcuse, Estado::AcuseSolicitado],
            ..calls::everything(vec![nif(poderdante)], rol)
        })
        .iter()
        .map(|n| n.codigo)
        .collect()
    }

    /// Asks with a payload as written, and gives the code of the fault that it ends in.
    pub fn fault_of(&self, payload: &str) -> String {
        code_of(
            self.connection
                .ask(&payload_of(payload))
                .map_err(AnswerError::from),
        )
    }
}

/// A payload that is given as text, to be signed.
pub fn payload_of(text: &str) -> Canonical {
    let document = Document::parse(text).unwrap();
    let mut writer = Writer::default();
    write(&mut writer, document.root_element());
    writer.finish().unwrap()
}

fn write<'n>(writer: &mut Writer<'n>, node: Node<'n, '_>) {
    if let Some(text) = node.text().filter(|_| node.is_text()) {
        writer.text(text);
    }
    if node.is_element() {
        let tag = node.tag_name();
        let uri = tag.namespace().unwrap_or_default();
        let ns = Ns::new(node.lookup_prefix(uri).unwrap_or_default(), uri);
        writer.start(ns.name(tag.name()));
        for attribute in node.attributes() {
            let name = match attribute.namespace() {
                Some(uri) => Ns::new(node.lookup_prefix(uri).unwrap_or_default(), uri).name(attribute.name()),
                None => Name::unqualified(attribute.name()),
            };
            writer.attr(name, attribute.value());
        }
        for child in node.children() {
            write(writer, child);
        }
        writer.end();
    }
}

/// The code with which the service refused.
pub fn code_of<T: std::fmt::Debug>(answer: Result<T, AnswerError>) -> String {
    match answer {
        Err(AnswerError::Call(CallError::Fault { codigo, .. }) | AnswerError::Denied { codigo, .. }) => {
            codigo
        }
        other => panic!("not a refusal: {other:?}"),
    }
}

/// The error code of the only result.
pub fn only_error(results: &[Resultado]) -> &str {
    match results {
        [one] => one.error.as_ref().map_or("", |error| error.codigo.as_str()),
        _ => panic!("{results:?}"),
    }
}
