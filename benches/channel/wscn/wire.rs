//! Requests of contract WSCN as a gestoría's program writes them, and what it reads from the answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::contract::wscn::Entorno;
use notess::contract::wscn::message::{Member, Operation};
use notess::domain::nif::Nif;
use notess::domain::notificacion::Codigo;
use notess::domain::rol::Rol;
use notess::xml::write::{Canonical, Ns, Out, base64_length};
use roxmltree::{Document, Node};

/// Room for a request, beside an acuse.
const ROOM: usize = 512;
/// Where lists begin.
const START: i32 = 0;

/// A page of a client's notifications, as its RED authorisation reaches them, from a code on.
pub fn listing(poderdante: Nif, desde: Option<Codigo>) -> Canonical {
    request(Operation::ConsultarListado, ROOM, poderdante, |out| {
        out.number(Member::CodigoSiguientePropia.code(), START);
        let desde = desde.map_or(START, Codigo::number);
        out.number(Member::CodigoSiguienteAutorizadoRed.code(), desde);
        out.number(Member::CodigoSiguienteApoderado.code(), START);
    })
}

/// An acuse of the acceptance of a notification.
pub fn solicitud(poderdante: Nif, codigo: Codigo) -> Canonical {
    request(Operation::SolicitarAcuse, ROOM, poderdante, |out| {
        out.number(Member::CodigoNotificacion.code(), codigo.number());
        out.boolean(Member::EsDeAceptacion.code(), true);
    })
}

/// An acuse that both have signed.
pub fn envio(poderdante: Nif, acuse: &[u8]) -> Canonical {
    let room = ROOM + base64_length(acuse);
    request(Operation::EnviarAcuse, room, poderdante, |out| {
        out.base64(Member::XmlAcuseFirmado.code(), acuse);
    })
}

fn request(
    operation: Operation,
    room: usize,
    poderdante: Nif,
    members: impl FnOnce(&mut Out<'_>),
) -> Canonical {
    let namespace = Ns::new("w", Entorno::Pruebas.namespace());
    Out::document(room, namespace, operation.name(), |out| {
        out.in_namespace(Ns::NONE, |out| {
            out.number(Member::Rol.code(), Rol::AutorizadoRed.number());
            out.element(Member::IdentificadorPoderdante.code(), poderdante.as_str());
            members(out);
        });
    })
}

/// An answer that says that what was asked was done.
pub struct Answer<'a>(Document<'a>);

impl<'a> Answer<'a> {
    pub fn read(octets: &'a [u8]) -> Self {
        let text = std::str::from_utf8(octets).expect("UTF-8");
        let answer = Self(Document::parse(text).expect("XML"));
        assert_eq!(answer.text("codigo"), Some("0"), "{text:.1000}");
        answer
    }

    /// How many notifications it lists.
    pub fn listed(&self) -> usize {
        let named = |node: &Node<'_, '_>| node.has_tag_name("notificacionesAutorizadoRED");
        self.0.descendants().filter(named).count()
    }

    /// The sealed acuse.
    pub fn acuse(&self) -> String {
        String::from_utf8(self.octets("XML")).expect("UTF-8")
    }

    /// The document of what was accepted.
    pub fn documento(&self) -> Vec<u8> {
        self.octets("pdfNotificacion")
    }

    fn octets(&self, name: &str) -> Vec<u8> {
        let text = self.text(name).expect("what was asked for");
        STANDARD.decode(text).expect("base64")
    }

    /// The text of the first element of that name; the first `codigo` is that of the error.
    fn text(&self, name: &str) -> Option<&str> {
        let mut named = self.0.descendants().filter(|node| node.has_tag_name(name));
        named.next()?.text()
    }
}
