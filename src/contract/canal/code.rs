//! The one table of this contract's error codes, and what is said of the service itself. What is said of a request stands
//! beside it: `denial_code`, `request_code`, `message_code`, `certificate_code`.

use std::borrow::Cow;

use uuid::Uuid;

use crate::contract::words::service as words;
use crate::domain::coded::coded;
use crate::soap::fault::{Fault, FaultCode};

coded! {
    /// A code on the wire; its meaning is in the schema's documentation.
    ErrorCode {
        /// The caller does not act for the poderdante.
        SinRepresentacion = "SIN_REPRESENTACION",
        /// No such notification within reach.
        NotificacionDesconocida = "NOTIFICACION_DESCONOCIDA",
        /// Somebody accepted it before; whoever did is given the acuse again instead.
        YaAceptada = "YA_ACEPTADA",
        /// Somebody rejected it before; whoever did is given the acuse again instead.
        YaRechazada = "YA_RECHAZADA",
        /// Out of term.
        Caducada = "CADUCADA",
        /// Not decided yet.
        SinDecidir = "SIN_DECIDIR",
        /// Another warning than that in force.
        AdvertenciaNoVigente = "ADVERTENCIA_NO_VIGENTE",
        /// The element of the poderdante, which is mandatory, is not there.
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
        /// The message bears no signature in its wsse:Security header.
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
        /// Its validity ended before the message came.
        CertificadoCaducado = "CERTIFICADO_CADUCADO",
        /// Not for signing.
        CertificadoUsoIncorrecto = "CERTIFICADO_USO_INCORRECTO",
        /// Of a policy that is not admitted.
        CertificadoPoliticaNoAdmitida = "CERTIFICADO_POLITICA_NO_ADMITIDA",
        /// Its issuer's list names it as revoked.
        CertificadoRevocado = "CERTIFICADO_REVOCADO",
        /// Of unknown status.
        CertificadoEstadoDesconocido = "CERTIFICADO_ESTADO_DESCONOCIDO",
        /// Without a NIF.
        CertificadoSinNif = "CERTIFICADO_SIN_NIF",
        /// With a wrong NIF, or several.
        CertificadoNifIncorrecto = "CERTIFICADO_NIF_INCORRECTO",
        /// It is a seal of an entity, and its issuer is not admitted for seals.
        CertificadoSelloNoAdmitido = "CERTIFICADO_SELLO_NO_ADMITIDO",
    }
}

/// A code with its text: what went wrong and what to mend, in Spanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// One of those that the schema lists, for programs.
    pub codigo: ErrorCode,
    /// One sentence in Spanish, for whoever reads it: what to mend.
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
    coded(ErrorCode::ServicioNoDisponible, words::CLOCK_IN_DOUBT)
}

/// While the service's signing certificate is not in force.
#[must_use]
pub fn seal_not_in_force() -> Coded {
    coded(ErrorCode::ServicioNoDisponible, words::SEAL_NOT_IN_FORCE)
}

/// What was asked may have been done or not.
#[must_use]
pub fn uncertain() -> Coded {
    coded(ErrorCode::ServicioNoDisponible, words::UNCERTAIN)
}

/// A failure of the service's own; the cause is the log's.
#[must_use]
pub fn unavailable() -> Coded {
    coded(
        ErrorCode::ServicioNoDisponible,
        "El servicio no ha podido atender la petición. Repítala más tarde; si persiste, cite el identificador de la petición.",
    )
}
