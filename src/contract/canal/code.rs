//! The one table of this contract's error codes and their texts.

use std::borrow::Cow;

use uuid::Uuid;

use super::decode::DecodeError;
use crate::domain::denial::{Denial, Finality};
use crate::domain::materia::coded;
use crate::domain::nif::NifError;
use crate::domain::rol::Rol;
use crate::soap::fault::{Fault, FaultCode};
use crate::soap::wsdl::RouteError;

coded! {
    /// A code on the wire; its meaning is in the schema's documentation.
    ErrorCode {
        /// The caller does not act for the poderdante.
        SinRepresentacion = "SIN_REPRESENTACION",
        /// No such notification within reach.
        NotificacionDesconocida = "NOTIFICACION_DESCONOCIDA",
        /// Accepted before.
        YaAceptada = "YA_ACEPTADA",
        /// Rejected before.
        YaRechazada = "YA_RECHAZADA",
        /// Out of term.
        Caducada = "CADUCADA",
        /// Not decided yet.
        SinDecidir = "SIN_DECIDIR",
        /// Another warning than that in force.
        AdvertenciaNoVigente = "ADVERTENCIA_NO_VIGENTE",
        /// No poderdante.
        PoderdanteAusente = "PODERDANTE_AUSENTE",
        /// An empty one.
        PoderdanteVacio = "PODERDANTE_VACIO",
        /// One that is no NIF.
        PoderdanteInvalido = "PODERDANTE_INVALIDO",
        /// Too many of them.
        DemasiadosPoderdantes = "DEMASIADOS_PODERDANTES",
        /// Too many codes.
        DemasiadosCodigos = "DEMASIADOS_CODIGOS",
        /// No warning declared.
        AdvertenciaAusente = "ADVERTENCIA_AUSENTE",
        /// A date that is none.
        FechaInvalida = "FECHA_INVALIDA",
        /// A cursor that is none.
        CursorInvalido = "CURSOR_INVALIDO",
        /// Not by the schema.
        EsquemaInvalido = "ESQUEMA_INVALIDO",
        /// No such operation.
        OperacionDesconocida = "OPERACION_DESCONOCIDA",
        /// Not to be read at all.
        MensajeIlegible = "MENSAJE_ILEGIBLE",
        /// The service's own failure.
        ServicioNoDisponible = "SERVICIO_NO_DISPONIBLE",
        /// More requests than the service takes on at once.
        ServicioOcupado = "SERVICIO_OCUPADO",
        /// An envelope of no version known.
        MensajeVersionSoapDesconocida = "MENSAJE_VERSION_SOAP_DESCONOCIDA",
        /// A header that must be understood and is not.
        MensajeCabeceraNoEntendida = "MENSAJE_CABECERA_NO_ENTENDIDA",
        /// A message that was taken before.
        MensajeRepetido = "MENSAJE_REPETIDO",
        /// Not well-formed XML.
        MensajeMalFormado = "MENSAJE_MAL_FORMADO",
        /// Its end did not come, or not in time.
        MensajeIncompleto = "MENSAJE_INCOMPLETO",
        /// Too many octets.
        MensajeDemasiadoGrande = "MENSAJE_DEMASIADO_GRANDE",
        /// Too many or too deep elements, attributes or ids.
        MensajeDemasiadoComplejo = "MENSAJE_DEMASIADO_COMPLEJO",
        /// Not UTF-8, or characters that XML does not have.
        MensajeCodificacion = "MENSAJE_CODIFICACION",
        /// A DOCTYPE, an entity or a processing instruction.
        MensajeConstruccionNoAdmitida = "MENSAJE_CONSTRUCCION_NO_ADMITIDA",
        /// An id that is there twice, or is no name.
        MensajeIdInvalido = "MENSAJE_ID_INVALIDO",
        /// Not one Body with one element.
        MensajeEstructura = "MENSAJE_ESTRUCTURA",
        /// Signed for another address or action.
        MensajeOtroDestino = "MENSAJE_OTRO_DESTINO",
        /// No Timestamp, or not a good one.
        MensajeTimestampInvalido = "MENSAJE_TIMESTAMP_INVALIDO",
        /// A Timestamp that expired.
        MensajeCaducado = "MENSAJE_CADUCADO",
        /// A Timestamp of later.
        MensajeDelFuturo = "MENSAJE_DEL_FUTURO",
        /// No signature.
        FirmaAusente = "FIRMA_AUSENTE",
        /// More than one signature.
        FirmaMultiple = "FIRMA_MULTIPLE",
        /// A signature that lacks something.
        FirmaMalFormada = "FIRMA_MAL_FORMADA",
        /// A signature that does not point at one X.509 token.
        FirmaSinCertificado = "FIRMA_SIN_CERTIFICADO",
        /// An algorithm or transform that is not accepted.
        FirmaAlgoritmoNoAdmitido = "FIRMA_ALGORITMO_NO_ADMITIDO",
        /// A reference that is not to what may be signed.
        FirmaReferenciaInvalida = "FIRMA_REFERENCIA_INVALIDA",
        /// The Body is not signed.
        FirmaNoCubreBody = "FIRMA_NO_CUBRE_BODY",
        /// The Timestamp is not signed.
        FirmaNoCubreTimestamp = "FIRMA_NO_CUBRE_TIMESTAMP",
        /// A digest that is not that of the content.
        FirmaResumenIncorrecto = "FIRMA_RESUMEN_INCORRECTO",
        /// A signature value that is not of the certificate's key.
        FirmaIncorrecta = "FIRMA_INCORRECTA",
        /// No certificate in the token.
        CertificadoIlegible = "CERTIFICADO_ILEGIBLE",
        /// An issuer that is not admitted.
        CertificadoNoAdmitido = "CERTIFICADO_NO_ADMITIDO",
        /// A path that does not hold.
        CertificadoCadenaInvalida = "CERTIFICADO_CADENA_INVALIDA",
        /// A weak key or signature.
        CertificadoDebil = "CERTIFICADO_DEBIL",
        /// Not valid yet.
        CertificadoAunNoValido = "CERTIFICADO_AUN_NO_VALIDO",
        /// Expired.
        CertificadoCaducado = "CERTIFICADO_CADUCADO",
        /// Not for signing.
        CertificadoUsoIncorrecto = "CERTIFICADO_USO_INCORRECTO",
        /// Of a policy that is not admitted.
        CertificadoPoliticaNoAdmitida = "CERTIFICADO_POLITICA_NO_ADMITIDA",
        /// Revoked.
        CertificadoRevocado = "CERTIFICADO_REVOCADO",
        /// Of unknown status.
        CertificadoEstadoDesconocido = "CERTIFICADO_ESTADO_DESCONOCIDO",
        /// Without a NIF.
        CertificadoSinNif = "CERTIFICADO_SIN_NIF",
        /// With a wrong NIF, or several.
        CertificadoNifIncorrecto = "CERTIFICADO_NIF_INCORRECTO",
        /// A seal.
        CertificadoSelloNoAdmitido = "CERTIFICADO_SELLO_NO_ADMITIDO",
    }
}

/// A code with its text: what went wrong and what to mend, in Spanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// The code.
    pub codigo: ErrorCode,
    /// The text.
    pub descripcion: Cow<'static, str>,
}

pub(super) fn coded(codigo: ErrorCode, descripcion: impl Into<Cow<'static, str>>) -> Coded {
    Coded {
        codigo,
        descripcion: descripcion.into(),
    }
}

impl Coded {
    /// The fault that says it, of a request.
    #[must_use]
    pub fn into_fault(self, peticion: Uuid) -> Fault {
        let code = match self.codigo {
            ErrorCode::ServicioNoDisponible
            | ErrorCode::ServicioOcupado
            | ErrorCode::CertificadoEstadoDesconocido => FaultCode::Receiver,
            ErrorCode::MensajeVersionSoapDesconocida => FaultCode::VersionMismatch,
            ErrorCode::MensajeCabeceraNoEntendida => FaultCode::MustUnderstand,
            _ => FaultCode::Sender,
        };
        Fault {
            code,
            codigo: self.codigo.code().into(),
            descripcion: self.descripcion,
            identificador: peticion,
        }
    }
}

/// A lawful «no». The text depends on what was asked and never on what exists out of reach (D-79, D-117).
#[must_use]
pub fn denial(denial: &Denial) -> Coded {
    match denial {
        Denial::NotRepresented { rol, numero: None } => {
            coded(ErrorCode::SinRepresentacion, not_represented(*rol))
        }
        Denial::NotRepresented {
            rol,
            numero: Some(numero),
        } => coded(
            ErrorCode::SinRepresentacion,
            format!(
                "El poderdante número {numero} {}",
                not_represented_of_several(*rol)
            ),
        ),
        Denial::Unknown { .. } => coded(
            ErrorCode::NotificacionDesconocida,
            "No hay ninguna notificación con ese código entre las que este certificado alcanza del poderdante con el rol \
             indicado. Compruebe el código y el poderdante con consultarNotificaciones.",
        ),
        Denial::Final { finality, .. } => finality_of(*finality),
        Denial::Undecided { .. } => coded(
            ErrorCode::SinDecidir,
            "Nadie ha aceptado ni rechazado todavía la notificación: acéptela con firmarNotificaciones para obtener su \
             documento.",
        ),
        Denial::Rejected { .. } => coded(
            ErrorCode::YaRechazada,
            "La notificación fue rechazada, por lo que su documento no se entrega.",
        ),
        Denial::Lapsed { .. } => coded(
            ErrorCode::Caducada,
            "La notificación se practicó por transcurso de su plazo, por lo que su documento no se entrega por este canal.",
        ),
        Denial::WarningOfElsewhere => coded(
            ErrorCode::AdvertenciaNoVigente,
            "La advertencia declarada es la de otro entorno o instalación: lo que se firma para un servicio no vale en otro. \
             Muestre a quien firma la que da consultarPoderdantes de este y envíe su código en «advertencia».",
        ),
        Denial::StaleWarning => coded(
            ErrorCode::AdvertenciaNoVigente,
            "La advertencia declarada no es la vigente. Muestre a quien firma la que da consultarPoderdantes y envíe su \
             código en «advertencia».",
        ),
    }
}

fn not_represented(rol: Option<Rol>) -> &'static str {
    match rol {
        None => {
            "El titular del certificado no puede recibir notificaciones de este poderdante: no es él mismo, ni consta un \
             poder en vigor ni una autorización RED asignada. Consulte consultarPoderdantes."
        }
        Some(Rol::Propio) => {
            "Con el rol 1 el poderdante ha de ser el propio titular del certificado o la entidad a la que representa."
        }
        Some(Rol::AutorizadoRed) => {
            "Con el rol 2 el poderdante ha de estar asignado a una autorización RED del titular del certificado. Consulte \
             consultarPoderdantes."
        }
        Some(Rol::Apoderado) => {
            "Con el rol 3 ha de constar un poder inscrito y en vigor del poderdante a favor del titular del certificado. \
             Consulte consultarPoderdantes."
        }
    }
}

/// The same of one of several, as what is said of it.
fn not_represented_of_several(rol: Option<Rol>) -> &'static str {
    match rol {
        None => {
            "no es el titular del certificado, ni consta de él un poder en vigor ni una autorización RED asignada, por lo \
             que sus notificaciones no pueden consultarse. Consulte consultarPoderdantes."
        }
        Some(Rol::Propio) => {
            "no es el titular del certificado ni la entidad a la que representa, y con el rol 1 ha de serlo."
        }
        Some(Rol::AutorizadoRed) => {
            "no está asignado a una autorización RED del titular del certificado, y con el rol 2 ha de estarlo. Consulte \
             consultarPoderdantes."
        }
        Some(Rol::Apoderado) => {
            "no ha otorgado al titular del certificado un poder inscrito y en vigor, y con el rol 3 ha de constar. Consulte \
             consultarPoderdantes."
        }
    }
}

fn finality_of(finality: Finality) -> Coded {
    match finality {
        Finality::Aceptada => coded(
            ErrorCode::YaAceptada,
            "La notificación ya fue aceptada: su documento se obtiene con obtenerDocumento.",
        ),
        Finality::Rechazada => coded(ErrorCode::YaRechazada, "La notificación ya fue rechazada."),
        Finality::Caducada => coded(
            ErrorCode::Caducada,
            "El plazo de la notificación terminó, por lo que ya no puede aceptarse ni rechazarse.",
        ),
    }
}

/// A payload that is no request.
#[must_use]
pub fn decode_error(error: &DecodeError) -> Coded {
    match error {
        DecodeError::UnknownOperation => operation_unknown(),
        DecodeError::Message(_) => coded(
            ErrorCode::EsquemaInvalido,
            "El mensaje no cumple el esquema publicado junto al WSDL.",
        ),
        DecodeError::PoderdanteMissing => coded(
            ErrorCode::PoderdanteAusente,
            "Falta el elemento poderdante, del espacio de nombres urn:notess:canal:1: es el NIF de la persona o entidad \
             cuyas notificaciones se piden.",
        ),
        DecodeError::PoderdanteEmpty { position } => coded(
            ErrorCode::PoderdanteVacio,
            format!("El poderdante número {position} está vacío: ha de llevar un NIF."),
        ),
        DecodeError::PoderdanteInvalid { position, reason } => coded(
            ErrorCode::PoderdanteInvalido,
            format!(
                "El poderdante número {position} no es un NIF: {}.",
                match reason {
                    NifError::Check => "su carácter de control no es el correcto",
                    NifError::Form | NifError::Empty => "no tiene la forma de ninguno",
                }
            ),
        ),
        DecodeError::TooManyPoderdantes => coded(
            ErrorCode::DemasiadosPoderdantes,
            "Hay más de 1000 poderdantes: repártalos en varias consultas.",
        ),
        DecodeError::TooManyCodigos => coded(
            ErrorCode::DemasiadosCodigos,
            "Hay más de 1000 códigos: repártalos en varias peticiones.",
        ),
        DecodeError::AdvertenciaMissing => coded(
            ErrorCode::AdvertenciaAusente,
            "Falta en «advertencia» el código de la advertencia legal que quien firma ha leído; la vigente la da \
             consultarPoderdantes.",
        ),
        DecodeError::Fecha { element } => coded(
            ErrorCode::FechaInvalida,
            format!("La fecha de «{element}» no puede leerse: use la forma 2026-03-20T09:15:00+01:00."),
        ),
        DecodeError::Cursor(_) => coded(
            ErrorCode::CursorInvalido,
            "El cursor no es de este servicio: devuélvalo tal como vino en «siguienteCursor», o empiece sin él.",
        ),
        DecodeError::OutOfRange {
            element,
            value,
            allowed,
        } => coded(
            ErrorCode::EsquemaInvalido,
            format!("El valor «{value}» de «{element}» no se admite: ha de ser {allowed}."),
        ),
        DecodeError::Value { element } => coded(
            ErrorCode::EsquemaInvalido,
            format!("El valor de «{element}» no es uno de los que admite el esquema."),
        ),
    }
}

/// A body that goes to no operation.
#[must_use]
pub fn route_error(error: &RouteError) -> Coded {
    match error {
        RouteError::Unreadable => coded(
            ErrorCode::MensajeIlegible,
            "El Body no contiene un elemento legible.",
        ),
        RouteError::Unknown { .. } => operation_unknown(),
    }
}

fn operation_unknown() -> Coded {
    coded(
        ErrorCode::OperacionDesconocida,
        "El elemento del Body no es el de ninguna operación del WSDL; compruebe su nombre y que su espacio de nombres sea \
         urn:notess:canal:1.",
    )
}

/// A message that was taken before: its signature counts once.
#[must_use]
pub fn replayed() -> Coded {
    coded(
        ErrorCode::MensajeRepetido,
        "Este mensaje firmado ya se recibió. Para repetir la operación, fírmela de nuevo: una decisión repetida devuelve el \
         mismo acuse.",
    )
}

/// More requests than the service takes on.
#[must_use]
pub fn busy() -> Coded {
    coded(
        ErrorCode::ServicioOcupado,
        "El servicio está ocupado. Repita la petición dentro de unos segundos.",
    )
}

/// What the service would sign would not hold.
#[must_use]
pub fn clock_in_doubt() -> Coded {
    coded(
        ErrorCode::ServicioNoDisponible,
        "El reloj del servicio no concuerda con los que lo comprueban, de modo que ahora no se decide nada. Repita la petición más \
         tarde; las consultas se atienden.",
    )
}

/// While the service's signing certificate is not in force.
#[must_use]
pub fn seal_not_in_force() -> Coded {
    coded(
        ErrorCode::ServicioNoDisponible,
        "El certificado con el que firma el servicio no está en vigor, de modo que ahora no se decide nada ni se dan acuses. Repita \
         la petición más tarde; las consultas se atienden.",
    )
}

/// A failure of the service's own; the cause is the log's.
#[must_use]
pub fn unavailable() -> Coded {
    coded(
        ErrorCode::ServicioNoDisponible,
        "El servicio no ha podido atender la petición. Repítala más tarde; si persiste, cite el identificador de la petición.",
    )
}
