//! When a notification of a file is published, and what became of one that was published before.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::notificacion::{Desenlace, Estado, Sentido};

use super::fields::Fields;
use super::reason::Reason;
use super::sink::{Carga, When};

/// Up to how long before the load an instant is that of the load: whoever writes a file writes the minute, and then has it loaded.
const AHORA: TimeDelta = TimeDelta::minutes(2);

/// The states in which a notification may be loaded.
pub(super) const ANTES: &[Estado] = &[
    Estado::SinAcuse,
    Estado::Aceptada,
    Estado::Rechazada,
    Estado::Caducada,
];

/// How a file spells a state.
pub(super) fn antes(estado: Estado) -> &'static str {
    match estado {
        Estado::SinAcuse | Estado::AcuseSolicitado => "pendiente",
        Estado::Aceptada => "aceptada",
        Estado::Rechazada => "rechazada",
        Estado::Caducada => "caducada",
    }
}

/// Its instant. D-2: publication is when the service publishes, and what a line says of it can only agree.
pub(super) fn publication(carga: Carga, now: DateTime<Utc>, fields: &mut Fields) -> Option<DateTime<Utc>> {
    const COLUMN: &str = "puesta_a_disposicion";
    if carga == Carga::Publicacion && fields.optional(COLUMN).is_none() {
        return Some(now);
    }
    let at = past(COLUMN, now, fields)?;
    let agrees = carga == Carga::Historico || now - at <= AHORA;
    fields.keep(agrees.then_some(at).ok_or(Reason::Past(COLUMN)))
}

/// When it is published, and what became of it if that was before.
pub(super) fn read(carga: Carga, now: DateTime<Utc>, fields: &mut Fields) -> Option<When> {
    const ESTADO: &str = "estado";
    const FECHA: &str = "fecha_estado";
    if carga == Carga::Publicacion {
        for column in [ESTADO, FECHA] {
            if fields.optional(column).is_some() {
                fields.refuse(Reason::OnlyHistory(column));
            }
        }
        return Some(When::Now);
    }
    let estado = fields.code(ESTADO, ANTES, antes)?;
    let mut decided = |sentido| {
        let instante = past(FECHA, now, fields)?;
        Some(Desenlace::Decidida { sentido, instante })
    };
    let desenlace = match estado {
        Estado::Aceptada => decided(Sentido::Aceptacion)?,
        Estado::Rechazada => decided(Sentido::Rechazo)?,
        Estado::Caducada => Desenlace::Caducada {
            instante: past(FECHA, now, fields)?,
        },
        Estado::SinAcuse | Estado::AcuseSolicitado => {
            fields.absent(FECHA);
            Desenlace::Pendiente
        }
    };
    Some(When::Before(desenlace))
}

/// An instant that is not to come.
pub(super) fn past(column: &'static str, now: DateTime<Utc>, fields: &mut Fields) -> Option<DateTime<Utc>> {
    let at = fields.instant(column)?;
    fields.keep((at <= now).then_some(at).ok_or(Reason::Future(column)))
}
