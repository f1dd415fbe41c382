//! Messages to domain requests.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use thiserror::Error;

use super::message::{Member, Message, Operation};
use crate::domain::by_rol::{ListByRol, OneByRol, PerRol, Poderdantes, RequestAcuse};
use crate::domain::nif::NifError;
use crate::domain::notificacion::{Codigo, Sentido};
use crate::domain::operation::PageSize;
use crate::domain::rol::Rol;
use crate::xml::Excerpt;
use crate::xml::white::WHITE;

/// Base64 as toolkits write it: some leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What is done with a request that names nobody (D-78).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PoderdanteVacio {
    /// It is refused, as the channel has done since 25-10-2018.
    #[default]
    Rechazar,
    /// It is of everyone that the caller reaches by the role, for programs written before.
    Todos,
}

/// A request, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A page of notifications.
    Listado(ListByRol),
    /// An acuse to sign.
    SolicitarAcuse(RequestAcuse),
    /// A signed acuse.
    EnviarAcuse(EnviarAcuse),
    /// The document of an accepted notification.
    Ver(OneByRol),
    /// Those who granted the caller a power.
    Poderdantes,
}

/// A signed acuse on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnviarAcuse {
    /// Whose notification it is said to be.
    pub poderdantes: Poderdantes,
    /// By which role.
    pub rol: Rol,
    /// The document, not yet looked at.
    pub octetos: Vec<u8>,
}

/// What is wrong with a member of a request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParameterFault {
    /// It is not there, or nil, or empty.
    #[error("missing")]
    Missing,
    /// It is there more than once.
    #[error("repeated")]
    Repeated,
    /// It holds elements, and is to be a text.
    #[error("not a text")]
    NotText,
    /// It is not an `xs:int`.
    #[error("not a number")]
    NotANumber,
    /// It is a whole number that no `xs:int` can be.
    #[error("{value} is out of range")]
    OutOfRange {
        /// The number, as it is written.
        value: Excerpt,
    },
    /// It is not an `xs:boolean`.
    #[error("not a boolean")]
    NotABoolean,
    /// It is not a NIF (D-72, D-73, D-74).
    #[error("not a NIF")]
    NotANif(#[source] NifError),
}

impl ParameterFault {
    /// The error of a member that has it.
    pub(super) fn of(self, member: Member) -> DecodeError {
        DecodeError::Parameter { member, fault: self }
    }
}

/// Why a message of a known operation cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A member is not as it must be.
    #[error("the parameter {} cannot be used", member.code())]
    Parameter {
        /// The member of the request, as the WSDL names it.
        member: Member,
        /// What is wrong with it.
        #[source]
        fault: ParameterFault,
    },
    /// There is no such role, or it is that of all lists where there is no list.
    #[error("unknown role {0}")]
    UnknownRol(i32),
    /// No notification has a code below one.
    #[error("no notification has such a code")]
    NoSuchCode {
        /// The role asked for.
        rol: Rol,
    },
    /// The acuse is not base64.
    #[error("the acuse is not base64")]
    AcuseEncoding,
}

/// Which role is asked for.
enum RolPedido {
    Todos,
    Uno(Rol),
}

impl Message {
    /// What it asks for, given what is done with one that names nobody, and how long a page may be.
    pub fn request(&self, vacio: PoderdanteVacio, limite: PageSize) -> Result<Request, DecodeError> {
        match self.operation() {
            Operation::ConsultarListado => self.listado(vacio, limite).map(Request::Listado),
            Operation::SolicitarAcuse => {
                let cual = self.one(vacio)?;
                let sentido = self.sentido()?;
                Ok(Request::SolicitarAcuse(RequestAcuse { cual, sentido }))
            }
            Operation::EnviarAcuse => Ok(Request::EnviarAcuse(EnviarAcuse {
                rol: self.one_rol()?,
                poderdantes: self.poderdantes(vacio)?,
                octetos: self.acuse()?,
            })),
            Operation::VerNotificacion => self.one(vacio).map(Request::Ver),
            Operation::SolicitarPoderdantes => Ok(Request::Poderdantes),
        }
    }

    fn listado(&self, vacio: PoderdanteVacio, limite: PageSize) -> Result<ListByRol, DecodeError> {
        let rol = match self.rol()? {
            RolPedido::Todos => None,
            RolPedido::Uno(rol) => Some(rol),
        };
        // A cursor that is left out reads as zero in the toolkits that the contract comes from.
        let cursor = |member| self.number(member).map(Option::unwrap_or_default);
        Ok(ListByRol {
            poderdantes: self.poderdantes(vacio)?,
            rol,
            desde: PerRol {
                propio: cursor(Member::CodigoSiguientePropia)?,
                autorizado_red: cursor(Member::CodigoSiguienteAutorizadoRed)?,
                apoderado: cursor(Member::CodigoSiguienteApoderado)?,
            },
            limite,
        })
    }

    fn one(&self, vacio: PoderdanteVacio) -> Result<OneByRol, DecodeError> {
        let rol = self.one_rol()?;
        let poderdantes = self.poderdantes(vacio)?;
        let codigo = self.required_number(Member::CodigoNotificacion)?;
        Ok(OneByRol {
            poderdantes,
            rol,
            codigo: Codigo::new(codigo).ok_or(DecodeError::NoSuchCode { rol })?,
        })
    }

    fn rol(&self) -> Result<RolPedido, DecodeError> {
        let number = self.required_number(Member::Rol)?;
        match Rol::from_number(number) {
            Some(rol) => Ok(RolPedido::Uno(rol)),
            None if number == 0 => Ok(RolPedido::Todos),
            None => Err(DecodeError::UnknownRol(number)),
        }
    }

    fn one_rol(&self) -> Result<Rol, DecodeError> {
        match self.rol()? {
            RolPedido::Uno(rol) => Ok(rol),
            RolPedido::Todos => Err(DecodeError::UnknownRol(0)),
        }
    }

    fn poderdantes(&self, vacio: PoderdanteVacio) -> Result<Poderdantes, DecodeError> {
        let member = Member::IdentificadorPoderdante;
        match self.text(member)?.unwrap_or_default().parse() {
            Ok(nif) => Ok(Poderdantes::Uno(nif)),
            Err(NifError::Empty) => match vacio {
                PoderdanteVacio::Rechazar => Err(ParameterFault::Missing.of(member)),
                PoderdanteVacio::Todos => Ok(Poderdantes::Todos),
            },
            Err(error) => Err(ParameterFault::NotANif(error).of(member)),
        }
    }

    /// What is left out is never taken for a rejection, although toolkits would read it so.
    fn sentido(&self) -> Result<Sentido, DecodeError> {
        let member = Member::EsDeAceptacion;
        match self.text(member)? {
            Some("true" | "1") => Ok(Sentido::Aceptacion),
            Some("false" | "0") => Ok(Sentido::Rechazo),
            None | Some("") => Err(ParameterFault::Missing.of(member)),
            Some(_) => Err(ParameterFault::NotABoolean.of(member)),
        }
    }

    fn acuse(&self) -> Result<Vec<u8>, DecodeError> {
        let member = Member::XmlAcuseFirmado;
        let text = self.text(member)?.unwrap_or_default();
        if text.is_empty() {
            return Err(ParameterFault::Missing.of(member));
        }
        base64(text).ok_or(DecodeError::AcuseEncoding)
    }

    fn required_number(&self, member: Member) -> Result<i32, DecodeError> {
        self.number(member)?
            .ok_or_else(|| ParameterFault::Missing.of(member))
    }
}

/// Octets of a base64 text that may be broken into lines.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut figures = text.as_bytes().to_vec();
    figures.retain(|octet| !WHITE.contains(&char::from(*octet)));
    BASE64.decode(figures).ok()
}
