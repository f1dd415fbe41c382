//! The schema's types, one to one: what comes in a payload, not yet understood.
//!
//! Texts and numbers are as the schema types them; dates stay texts. Elements that are unknown are passed over, since
//! the schema has already refused them in a request, and a client may meet a newer service.

use thiserror::Error;
use yaserde::YaDeserialize;

/// A payload that does not hold the message expected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the payload is not a {0}")]
pub struct MessageError(pub &'static str);

/// A message that is the payload of a Body.
pub trait Message: YaDeserialize {
    /// Local name of its element, in the namespace of the contract.
    const ELEMENT: &'static str;

    /// Reads it from the octets of its element, which stand alone: they declare their namespaces.
    fn read(payload: &[u8]) -> Result<Self, MessageError> {
        std::str::from_utf8(payload)
            .ok()
            // The cause may quote the message, which is nobody's to see but the sender's.
            .and_then(|text| yaserde::de::from_str(text).ok())
            .ok_or(MessageError(Self::ELEMENT))
    }
}

/// A type of the schema; `as payload` those that stand in a Body.
macro_rules! message {
    ($(#[$doc:meta])* $name:ident $element:tt as payload { $($fields:tt)* }) => {
        message! { $(#[$doc])* $name $element { $($fields)* } }

        impl Message for $name {
            const ELEMENT: &'static str = $element;
        }
    };
    ($(#[$doc:meta])* $name:ident $element:tt {
        $($(#[$fdoc:meta])* $field:ident $child:tt: $kind:ident $(<$of:ident>)?,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, YaDeserialize)]
        #[yaserde(rename = $element, prefix = "c", namespaces = { "c" = "urn:notess:canal:1" })]
        pub struct $name {
            $($(#[$fdoc])* #[yaserde(prefix = "c", rename = $child)] pub $field: $kind $(<$of>)?,)*
        }
    };
}

message! {
    /// Request for those whose notifications the caller may receive.
    ConsultarPoderdantes "consultarPoderdantes" as payload {}
}

message! {
    /// Request for a page of notifications.
    ConsultarNotificaciones "consultarNotificaciones" as payload {
        /// NIFs, as typed.
        poderdantes "poderdante": Vec<String>,
        /// Numbers of roles.
        roles "rol": Vec<i32>,
        /// Numbers of states.
        estados "estado": Vec<i32>,
        /// Codes of bodies.
        entidades "entidad": Vec<String>,
        /// `xs:dateTime`.
        desde "desde": Option<String>,
        /// `xs:dateTime`.
        hasta "hasta": Option<String>,
        /// `xs:dateTime`.
        fin_antes_de "finAntesDe": Option<String>,
        /// As the service gave it.
        cursor "cursor": Option<String>,
        /// From 1 to 1,000.
        limite "limite": Option<i32>,
        /// `xs:boolean`.
        practicada "practicada": Option<String>,
    }
}

message! {
    /// Request to accept.
    FirmarNotificaciones "firmarNotificaciones" as payload {
        /// A NIF, as typed.
        poderdante "poderdante": String,
        /// Number of a role.
        rol "rol": Option<i32>,
        /// Code of the warning read.
        advertencia "advertencia": String,
        /// Codes of notifications.
        codigos "codigo": Vec<i32>,
    }
}

message! {
    /// Request to reject.
    RechazarNotificaciones "rechazarNotificaciones" as payload {
        /// A NIF, as typed.
        poderdante "poderdante": String,
        /// Number of a role.
        rol "rol": Option<i32>,
        /// Code of the warning read.
        advertencia "advertencia": String,
        /// Codes of notifications.
        codigos "codigo": Vec<i32>,
        /// Reason that the sender gives for rejecting; it is kept in the evidence and judged by nobody.
        motivo "motivo": Option<String>,
    }
}

message! {
    /// Request for a document.
    ObtenerDocumento "obtenerDocumento" as payload {
        /// A NIF, as typed.
        poderdante "poderdante": String,
        /// Code of a notification.
        codigo "codigo": i32,
    }
}

message! {
    /// Request for an acuse.
    ObtenerAcuse "obtenerAcuse" as payload {
        /// A NIF, as typed.
        poderdante "poderdante": String,
        /// Code of a notification.
        codigo "codigo": i32,
    }
}

message! {
    /// Those whose notifications the caller may receive, and the warning.
    ConsultarPoderdantesResponse "consultarPoderdantesResponse" as payload {
        /// One for each of them and role.
        poderdantes "poderdante": Vec<PoderdanteAccesible>,
        /// The warning in force.
        advertencia "advertencia": Advertencia,
    }
}

message! {
    /// Somebody whose notifications the caller may receive by one role.
    PoderdanteAccesible "poderdante" {
        /// Nine characters in capitals, with their check character.
        nif "nif": String,
        /// As it is on record.
        denominacion "denominacion": String,
        /// Number of the role.
        rol "rol": i32,
        /// The subject matters that the title covers, or all.
        materias "materias": Materias,
        /// `xs:dateTime`: last second of the title.
        vigente_hasta "vigenteHasta": Option<String>,
    }
}

message! {
    /// A list of materias.
    Materias "materias" {
        /// Codes of subject matters, as the schema lists them.
        materias "materia": Vec<String>,
    }
}

message! {
    /// The legal warning.
    Advertencia "advertencia" {
        /// The code that whoever decides writes into «advertencia».
        codigo "codigo": String,
        /// Its text in Spanish, to be shown to the signer before.
        texto "texto": String,
    }
}

message! {
    /// A page of notifications.
    ConsultarNotificacionesResponse "consultarNotificacionesResponse" as payload {
        /// One page of notifications, by code; empty where there is none.
        notificaciones "notificacion": Vec<Notificacion>,
        /// How to ask for the next page, where there is one.
        siguiente_cursor "siguienteCursor": Option<String>,
        /// Whether there is a next page.
        hay_mas "hayMas": bool,
    }
}

message! {
    /// A notification in a listing.
    Notificacion "notificacion" {
        /// Code of the notification, from 1 on.
        codigo "codigo": i32,
        /// NIF of the one whose it is.
        poderdante "poderdante": String,
        /// By which roles the caller reaches it.
        roles "roles": Roles,
        /// Code of the body.
        entidad "entidad": String,
        /// Code of the procedure; absent with data of a special category.
        codigo_procedimiento "codigoProcedimiento": Option<String>,
        /// Name of the procedure.
        procedimiento "procedimiento": String,
        /// Code of the materia.
        materia "materia": String,
        /// Subject in Spanish; neutral words where it is of a special category.
        asunto "asunto": String,
        /// Kind of the addressee's identifier.
        tipo_destinatario "tipoDestinatario": String,
        /// The addressee's identifier.
        destinatario "destinatario": String,
        /// The addressee's name.
        nombre_destinatario "nombreDestinatario": String,
        /// Number of the state.
        estado "estado": i32,
        /// `xs:dateTime`.
        puesta_a_disposicion "puestaADisposicion": String,
        /// `xs:dateTime`: last second of the term, where one runs.
        fin_disponibilidad "finDisponibilidad": Option<String>,
        /// Days left, while it can be decided.
        dias_restantes "diasRestantes": Option<i32>,
        /// Whether it holds data of a special category.
        categoria_especial "categoriaEspecial": bool,
        /// Hash and size of its document, which is given once it was accepted.
        documento "documento": Documento,
        /// How it was practised, where the request asks for it.
        practicada "practicada": Option<Practicada>,
    }
}

message! {
    /// How a notification was practised.
    Practicada "practicada" {
        /// `xs:dateTime`: the instant that counts.
        fecha "fecha": String,
        /// Accepted, rejected, or by the end of the term.
        sentido "sentido": String,
        /// Number of the role by which it was decided here.
        rol "rol": Option<i32>,
        /// By which way, if that was elsewhere.
        medio "medio": Option<String>,
        /// Who signed; only for whoever reaches it by rol 1.
        firmante "firmante": Option<Firmante>,
    }
}

message! {
    /// Who signed a decision.
    Firmante "firmante" {
        /// The person, unless it is a seal.
        persona "persona": Option<Identidad>,
        /// The entity, where there is one.
        entidad "entidad": Option<Identidad>,
    }
}

message! {
    /// Somebody by NIF and name.
    Identidad "identidad" {
        /// Nine characters in capitals, with their check character.
        nif "nif": String,
        /// Its name, as in the certificate.
        nombre "nombre": String,
    }
}

message! {
    /// A list of roles.
    Roles "roles" {
        /// Numbers of roles, 1 to 3, each once.
        roles "rol": Vec<i32>,
    }
}

message! {
    /// What is known of a document without opening it.
    Documento "documento" {
        /// SHA-256, in hexadecimal.
        huella "huella": String,
        /// Size of the document in octets.
        tamano "tamano": i64,
    }
}

message! {
    /// What came of each code accepted.
    FirmarNotificacionesResponse "firmarNotificacionesResponse" as payload {
        /// In the order of the request.
        resultados "resultado": Vec<Resultado>,
    }
}

message! {
    /// What came of each code rejected.
    RechazarNotificacionesResponse "rechazarNotificacionesResponse" as payload {
        /// In the order of the request.
        resultados "resultado": Vec<Resultado>,
    }
}

message! {
    /// What came of one code: an acuse or an error.
    Resultado "resultado" {
        /// Code of the notification, from 1 on.
        codigo "codigo": i32,
        /// What the decision is proved by; absent where it failed.
        acuse "acuse": Option<AcuseResumido>,
        /// Why there is none.
        error "error": Option<ErrorFuncional>,
        /// Whether it was on record before the request.
        repetida "repetida": bool,
    }
}

message! {
    /// What a decision's answer tells of its acuse.
    AcuseResumido "acuse" {
        /// UUID of the acuse, by which it is found in the journal.
        identificador "identificador": String,
        /// `xs:dateTime`: instant of the decision.
        fecha "fecha": String,
        /// SHA-256 of the document, in hexadecimal.
        huella "huella": String,
    }
}

message! {
    /// Why something is not given.
    ErrorFuncional "error" {
        /// One of the error codes that the schema lists.
        codigo "codigo": String,
        /// One sentence in Spanish: what to mend.
        descripcion "descripcion": String,
    }
}

message! {
    /// A document, or why it is not given.
    ObtenerDocumentoResponse "obtenerDocumentoResponse" as payload {
        /// Code of the notification.
        codigo "codigo": i32,
        /// Octets, in base64.
        documento "documento": Option<String>,
        /// Media type of the document: application/pdf.
        tipo "tipo": Option<String>,
        /// SHA-256, in hexadecimal.
        huella "huella": Option<String>,
        /// Why it is not given.
        error "error": Option<ErrorFuncional>,
    }
}

message! {
    /// An acuse, or why it is not given.
    ObtenerAcuseResponse "obtenerAcuseResponse" as payload {
        /// Code of the notification.
        codigo "codigo": i32,
        /// The signed document, in base64.
        acuse "acuse": Option<String>,
        /// SHA-256 of the notified document, in hexadecimal.
        huella "huella": Option<String>,
        /// Why it is not given.
        error "error": Option<ErrorFuncional>,
    }
}

message! {
    /// Detail of a fault.
    Fallo "fallo" as payload {
        /// One of the error codes that the schema lists.
        codigo "codigo": String,
        /// One sentence in Spanish: what to mend.
        descripcion "descripcion": String,
        /// The request, by which an operator finds it.
        identificador_peticion "identificadorPeticion": String,
    }
}
