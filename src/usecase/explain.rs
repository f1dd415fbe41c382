//! Explaining who may receive a notification, and why, to whoever operates the service. It asks the same of the same titles
//! as every operation does ([`Reach`]), at any instant and by what was known at any other; each explanation has its row in the
//! journal.

use chrono::{DateTime, Utc};

use crate::domain::document::accepted;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Medio, Notificacion};
use crate::domain::reach::{Reach, Reason};
use crate::domain::red::Emitidas;
use crate::domain::rol::Rol;
use crate::store::caducidades::{self, Anulada};
use crate::store::{Deed, Desk, Reader, StoreError, access, acuses, as_of, notificaciones, practicadas};

use super::serve::counts;

/// The operation's name in the journal.
const OPERACION: &str = "explicar";

/// What is asked: what somebody may do with a notification.
#[derive(Debug, Clone, Copy)]
pub struct Pregunta {
    /// For whom the certificate would act.
    pub nif: Nif,
    /// Whose notification it is.
    pub poderdante: Nif,
    /// The notification that is asked about.
    pub codigo: Codigo,
    /// At which instant; nothing means now.
    pub en: Option<DateTime<Utc>>,
    /// By what was known at which instant; nothing means all that is known.
    pub sabido: Option<DateTime<Utc>>,
}

/// What may be done with a notification by a role that reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Puede {
    /// By which role.
    pub rol: Rol,
    /// Accept or reject it (D-13).
    pub decidir: bool,
    /// Be given its document (D-15).
    pub documento: bool,
    /// Be given the acuse of its decision (D-15).
    pub acuse: bool,
}

/// Who may see or sign, by what, and what that was judged on.
#[derive(Debug, Clone)]
pub struct Explicacion {
    /// At which instant.
    pub en: DateTime<Utc>,
    /// By what was known at which instant.
    pub sabido: DateTime<Utc>,
    /// The notification as it stood then; nothing where the poderdante had none of that code.
    pub notificacion: Option<Notificacion>,
    /// By which way it was practised elsewhere, if it was (D-18).
    pub fuera: Option<Medio>,
    /// Lapses of it that were known to be taken back (D-11).
    pub anuladas: Vec<Anulada>,
    /// What each title says.
    pub razones: Vec<Reason>,
    /// What may be done, by each role that reaches it.
    pub puede: Vec<Puede>,
}

/// Explains, and records that it did. `emitidas` says whether an autorizado keeps what had been issued before he lost the
/// addressee (D-32).
pub fn explain(desk: &Desk<'_>, emitidas: Emitidas, pregunta: &Pregunta) -> Result<Explicacion, StoreError> {
    let ahora = desk.now();
    desk.read(|conn| {
        let explicacion = weigh(conn, ahora, emitidas, pregunta)?;
        let roles: Vec<u8> = explicacion.puede.iter().map(|one| one.rol.number()).collect();
        let deed = Deed::of(OPERACION)
            .about(Some(pregunta.poderdante))
            .with("codigo", pregunta.codigo.number())
            .with("nif", pregunta.nif.as_str())
            .with("en", explicacion.en.to_rfc3339())
            .with("sabido", explicacion.sabido.to_rfc3339())
            .with("roles", roles);
        Ok((explicacion, deed))
    })
}

/// The same without a row in the journal.
fn weigh(
    conn: &mut Reader,
    ahora: DateTime<Utc>,
    emitidas: Emitidas,
    pregunta: &Pregunta,
) -> Result<Explicacion, StoreError> {
    let Pregunta {
        nif,
        poderdante,
        codigo,
        ..
    } = *pregunta;
    let en = pregunta.en.unwrap_or(ahora);
    let sabido = pregunta.sabido.unwrap_or(ahora);
    let titles = if pregunta.en.is_none() && pregunta.sabido.is_none() {
        access::titles(conn, nif, &[poderdante])?
            .remove(&poderdante)
            .unwrap_or_default()
    } else {
        as_of::titles(conn, nif, poderdante, (en, sabido))?
    };
    let reach = Reach::weigh(nif, poderdante, titles, emitidas, en);
    // What is decided here is recorded when it happens; what came to be known later is taken off below.
    let known = en.min(sabido);
    let mut anuladas = caducidades::of(conn, codigo)?;
    let notificacion = notificaciones::find(conn, poderdante, &[codigo])?
        .pop()
        .map(|found| practicadas::as_known(conn, found, sabido))
        .transpose()?
        .and_then(|found| caducidades::as_known(found, &anuladas, sabido).as_of(known));
    anuladas.retain(|one| notificacion.is_some() && one.anulada <= sabido);
    let fuera = practicadas::medios(conn, notificacion.iter())?.remove(&codigo);
    let acuse = acuses::acuses_of(conn, poderdante, &[codigo])?.pop();
    let (razones, puede) = match &notificacion {
        Some(notificacion) => {
            let over = reach.over(notificacion);
            let acuse = acuse.is_some_and(|acuse| counts(&acuse, notificacion));
            let puede = over.iter().map(|rol| may(rol, notificacion, acuse, en));
            (reach.razones(notificacion), puede.collect())
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(Explicacion {
        en,
        sabido,
        notificacion,
        fuera,
        anuladas,
        razones,
        puede,
    })
}

fn may(rol: Rol, notificacion: &Notificacion, acuse: bool, en: DateTime<Utc>) -> Puede {
    Puede {
        rol,
        decidir: notificacion.open_at(en).is_ok(),
        documento: accepted(notificacion, rol, en).is_ok(),
        acuse,
    }
}
