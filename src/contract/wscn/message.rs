//! `Message`: an operation and its members, taken from the payload by their local names.
//!
//! Programs in use qualify members with the namespace of either environment, or not at all, and one of them invents the
//! namespace of its wrapper: what is meant is always plain from the local names, so that namespaces decide nothing but
//! whether an element is meant for us.

use std::num::IntErrorKind;
use std::str::FromStr;

use thiserror::Error;

use super::Entorno;
use super::decode::{DecodeError, ParameterFault};
use crate::domain::by_rol::PerRol;
use crate::domain::coded::coded;
use crate::xml::tree::Element;
use crate::xml::white::trim;
use crate::xml::{Excerpt, Limits, screen};

/// XML Schema part 1, §2.6: the namespace of `xsi:nil`.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The most members that are kept: no operation has as many.
const MAX_MEMBERS: usize = 32;

/// An operation of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A page of the notifications reached by a role, or by each.
    ConsultarListado,
    /// An acuse to sign.
    SolicitarAcuse,
    /// A signed acuse, which decides.
    EnviarAcuse,
    /// The document of an accepted notification.
    VerNotificacion,
    /// Those who granted the caller a power.
    SolicitarPoderdantes,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ConsultarListado,
        Self::SolicitarAcuse,
        Self::EnviarAcuse,
        Self::VerNotificacion,
        Self::SolicitarPoderdantes,
    ];

    /// Its name, which is that of the wrapper.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConsultarListado => "consultarListadoNotificaciones",
            Self::SolicitarAcuse => "solicitarAcuseNotificacion",
            Self::EnviarAcuse => "enviarAcuseNotificacion",
            Self::VerNotificacion => "verNotificacionAceptada",
            Self::SolicitarPoderdantes => "solicitarPoderdantes",
        }
    }
}

coded! {
    /// A member of a request.
    Member {
        /// By which role.
        Rol = "rol",
        /// NIF of the person or entity whose notifications are asked for.
        IdentificadorPoderdante = "identificadorPoderdante",
        /// Cursor of the caller's own.
        CodigoSiguientePropia = "codigoSiguienteNotificacionPropia",
        /// Cursor of those reached through RED.
        CodigoSiguienteAutorizadoRed = "codigoSiguienteNotificacionAutorizadoRED",
        /// Cursor of those reached by a power.
        CodigoSiguienteApoderado = "codigoSiguienteNotificacionApoderado",
        /// Code of the notification that is decided or given.
        CodigoNotificacion = "codigoNotificacion",
        /// Accept, or else reject.
        EsDeAceptacion = "esDeAceptacion",
        /// A signed acuse.
        XmlAcuseFirmado = "xmlAcuseFirmado",
    }
}

/// Why a payload is no request of this contract, so that no operation can answer it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotARequest {
    /// It is not one well-formed element.
    #[error("the body holds no readable element")]
    Unreadable,
    /// Its element is of no operation.
    #[error("no operation takes the element «{element}»")]
    UnknownOperation {
        /// Its local name.
        element: Excerpt,
    },
}

/// What a request says, not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    operation: Operation,
    /// With their texts; without one where elements are in it.
    members: Vec<(Member, Option<String>)>,
}

/// What an answer repeats of its request, whatever came of it; zero where it was not there or is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Echo {
    /// Code of the notification.
    pub codigo: i32,
    /// The code from which the list of each role was asked for.
    pub cursores: PerRol<i32>,
}

impl Message {
    /// Reads a payload: one element, which declares its namespaces, from the octets that were signed.
    pub fn read(payload: &[u8]) -> Result<Self, NotARequest> {
        let document = screen(payload, &Limits::MESSAGE).map_err(|_| NotARequest::Unreadable)?;
        let wrapper = document.root();
        let name = wrapper.local();
        let operation = Operation::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
            .ok_or_else(|| NotARequest::UnknownOperation {
                element: Excerpt::of(name),
            })?;
        let members = wrapper
            .children()
            .filter(|element| is_ours(*element, wrapper) && !is_nil(*element))
            .filter_map(|element| {
                let member = Member::from_code(element.local())?;
                let plain = element.children().next().is_none();
                Some((member, plain.then(|| element.own_text())))
            })
            .take(MAX_MEMBERS)
            .collect();
        Ok(Self { operation, members })
    }

    /// Which operation it asks for.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// What its answer repeats of it.
    #[must_use]
    pub fn echo(&self) -> Echo {
        let number = |member| self.number(member).ok().flatten().unwrap_or_default();
        Echo {
            codigo: number(Member::CodigoNotificacion),
            cursores: PerRol {
                propio: number(Member::CodigoSiguientePropia),
                autorizado_red: number(Member::CodigoSiguienteAutorizadoRed),
                apoderado: number(Member::CodigoSiguienteApoderado),
            },
        }
    }

    /// The text of a member, without the white space around it; nothing where it is missing or nil.
    pub(super) fn text(&self, member: Member) -> Result<Option<&str>, DecodeError> {
        let mut found = self.members.iter().filter(|(name, _)| *name == member);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(ParameterFault::Repeated.of(member)),
            (None, None) => Ok(None),
            (Some((_, Some(text))), None) => Ok(Some(trim(text))),
            // Who reads over the elements in it reads something else than who stops at the first.
            (Some((_, None)), None) => Err(ParameterFault::NotText.of(member)),
        }
    }

    /// The number in a member, as `xs:int`; nothing where it is missing, nil or empty.
    pub(super) fn number(&self, member: Member) -> Result<Option<i32>, DecodeError> {
        match self.text(member)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            // What `xs:int` takes: a sign or none, and figures, however many of them are leading zeros.
            Some(text) => i32::from_str(text).map(Some).map_err(|error| {
                let out_of_range = matches!(
                    error.kind(),
                    IntErrorKind::PosOverflow | IntErrorKind::NegOverflow
                );
                let value = Excerpt::of(text);
                let fault = if out_of_range {
                    ParameterFault::OutOfRange { value }
                } else {
                    ParameterFault::NotANumber
                };
                fault.of(member)
            }),
        }
    }
}

/// Whether an element of a wrapper is meant for this contract.
fn is_ours(element: Element<'_, '_>, wrapper: Element<'_, '_>) -> bool {
    let namespace = element.namespace();
    namespace.is_empty()
        || namespace == wrapper.namespace()
        || Entorno::ALL
            .iter()
            .any(|entorno| entorno.namespace() == namespace)
}

fn is_nil(element: Element<'_, '_>) -> bool {
    element
        .attribute(XSI, "nil")
        .is_some_and(|nil| matches!(trim(nil), "true" | "1"))
}
