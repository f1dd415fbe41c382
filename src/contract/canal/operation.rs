//! `Operation`: what can be asked, by the element that the Body holds.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use thiserror::Error;

use super::NAMESPACE;

/// An operation of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Whose notifications the caller may ask for.
    ConsultarPoderdantes,
    /// A page of notifications.
    ConsultarNotificaciones,
    /// Acceptance of some.
    FirmarNotificaciones,
    /// Rejection of some.
    RechazarNotificaciones,
    /// The document of an accepted one.
    ObtenerDocumento,
    /// The acuse of a decided one.
    ObtenerAcuse,
}

/// Why a body goes to no operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RouteError {
    /// It does not begin with an element.
    #[error("the body holds no readable element")]
    Unreadable,
    /// Its element is no operation's.
    #[error("no operation takes the element of the body")]
    Unknown,
}

impl Operation {
    /// All of them, in the order of the WSDL.
    pub const ALL: [Self; 6] = [
        Self::ConsultarPoderdantes,
        Self::ConsultarNotificaciones,
        Self::FirmarNotificaciones,
        Self::RechazarNotificaciones,
        Self::ObtenerDocumento,
        Self::ObtenerAcuse,
    ];

    /// Its name, which is that of the element of a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConsultarPoderdantes => "consultarPoderdantes",
            Self::ConsultarNotificaciones => "consultarNotificaciones",
            Self::FirmarNotificaciones => "firmarNotificaciones",
            Self::RechazarNotificaciones => "rechazarNotificaciones",
            Self::ObtenerDocumento => "obtenerDocumento",
            Self::ObtenerAcuse => "obtenerAcuse",
        }
    }

    /// The element of its answer.
    #[must_use]
    pub const fn response(self) -> &'static str {
        match self {
            Self::ConsultarPoderdantes => "consultarPoderdantesResponse",
            Self::ConsultarNotificaciones => "consultarNotificacionesResponse",
            Self::FirmarNotificaciones => "firmarNotificacionesResponse",
            Self::RechazarNotificaciones => "rechazarNotificacionesResponse",
            Self::ObtenerDocumento => "obtenerDocumentoResponse",
            Self::ObtenerAcuse => "obtenerAcuseResponse",
        }
    }

    /// The operation of a payload, by its first element; the rest of it is not looked at.
    pub fn of(payload: &[u8]) -> Result<Self, RouteError> {
        let text = std::str::from_utf8(payload).map_err(|_| RouteError::Unreadable)?;
        let mut reader = NsReader::from_str(text);
        loop {
            let event = reader.read_event().map_err(|_| RouteError::Unreadable)?;
            let (Event::Start(start) | Event::Empty(start)) = &event else {
                if event == Event::Eof {
                    return Err(RouteError::Unreadable);
                }
                continue;
            };
            let (resolved, local) = reader.resolver().resolve_element(start.name());
            let ours = match &resolved {
                ResolveResult::Bound(namespace) => namespace.0 == NAMESPACE,
                ResolveResult::Unbound => false,
                ResolveResult::Unknown(_) => return Err(RouteError::Unreadable),
            };
            let named = |operation: &Self| ours && operation.name() == local.as_ref();
            return Self::ALL.into_iter().find(named).ok_or(RouteError::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_body_element_decides_the_operation() {
        let of = |payload: &str| Operation::of(payload.as_bytes());
        for operation in Operation::ALL {
            let name = operation.name();
            assert_eq!(operation.response(), format!("{name}Response"));
            assert_eq!(
                of(&format!("<q:{name} xmlns:q='{NAMESPACE}'><x/></q:{name}>")),
                Ok(operation)
            );
            assert_eq!(
                of(&format!("<?xml version='1.0'?><{name} xmlns='{NAMESPACE}'/>")),
                Ok(operation)
            );
            assert_eq!(of(&format!("<{name}/>")), Err(RouteError::Unknown));
            assert_eq!(
                of(&format!("<{name} xmlns='urn:otro'/>")),
                Err(RouteError::Unknown)
            );
            assert_eq!(of(&format!("<q:{name}/>")), Err(RouteError::Unreadable));
        }
        assert_eq!(
            of(&format!("<borrarTodo xmlns='{NAMESPACE}'/>")),
            Err(RouteError::Unknown)
        );
        assert_eq!(of("   "), Err(RouteError::Unreadable));
    }

    proptest! {
        #[test]
        fn any_octets_are_routed_without_panic(octets in prop::collection::vec(any::<u8>(), 0..64), text in "[<>a-c:='/ &;]{0,40}") {
            let _ = Operation::of(&octets);
            let _ = Operation::of(text.as_bytes());
        }
    }
}
