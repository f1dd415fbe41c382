//! What changes a notification: decisions, and the lapse of its term.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::acuse::Acuse;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado, Notificacion, Sentido, Situacion};

use super::acuses;
use super::among::among;
use super::backend::{Backend, Writer, on_each};
use super::columns::Micros;
use super::decided::Decide;
use super::error::StoreError;
use super::journal::{self, Held};
use super::notificaciones::Taken;
use super::octets::Evidencia;
use super::open::open;
use super::schema::notificaciones::{self, dsl};
use super::update::update;

/// Makes ready to decide on notifications, and gives those that there are: from here to the end of the transaction nobody else
/// decides on them. Whoever decides on others is not waited for. Only after this wait is the clock to be asked, and are titles to
/// be weighed: what counts is the end (D-6, D-31).
pub fn hold(conn: &mut Writer, poderdante: Nif, codigos: &[Codigo]) -> Result<(Taken, Held), StoreError> {
    let taken = super::notificaciones::take(conn, poderdante, codigos)?;
    Ok((taken, journal::hold(conn)?))
}

/// Records decisions, as [`Notificacion::decide`] made them, and the acuse of each: all of them, or none.
///
/// The evidence of the acuses must have been kept before. If any of the notifications is by now decided or out of
/// term at the instant of its decision it is [`StoreError::Conflict`], upon which the transaction must be given up
/// (D-13, D-22, D-24).
pub fn record_decisions(
    conn: &mut Writer,
    decided: &[Notificacion],
    acuses: &[Acuse],
) -> Result<(), StoreError> {
    record_all(conn, decided, acuses, None)
}

/// The same, keeping the evidence of the acuses with them.
pub fn record_with_evidence(
    conn: &mut Writer,
    decided: &[Notificacion],
    acuses: &[Acuse],
    evidencia: &Evidencia<'_>,
) -> Result<(), StoreError> {
    record_all(conn, decided, acuses, Some(evidencia))
}

fn record_all(
    conn: &mut Writer,
    decided: &[Notificacion],
    acuses: &[Acuse],
    mut evidencia: Option<&Evidencia<'_>>,
) -> Result<(), StoreError> {
    // A decided notification without its acuse, or the reverse, is nothing that could be explained later.
    if !decided
        .iter()
        .map(|notificacion| notificacion.codigo)
        .eq(acuses.iter().map(|acuse| acuse.codigo))
    {
        return Err(StoreError::Conflict);
    }
    for (decision, acuses) in by_decision(decided, acuses)? {
        let moved = record(conn, decision, &acuses, evidencia.take()).map_err(|error| match error {
            StoreError::Duplicate(_) => StoreError::Conflict,
            other => other,
        })?;
        if moved != acuses.len() {
            return Err(StoreError::Conflict);
        }
    }
    Ok(())
}

/// One decision: whose notifications, in which sense, when.
type Decision = (Nif, Sentido, DateTime<Utc>);

/// The acuses of each decision: usually there is one, of one instant about one poderdante's notifications.
type ByDecision<'a> = BTreeMap<Decision, Vec<&'a Acuse>>;

fn by_decision<'a>(decided: &[Notificacion], acuses: &'a [Acuse]) -> Result<ByDecision<'a>, StoreError> {
    let mut groups = ByDecision::new();
    for (notificacion, acuse) in decided.iter().zip(acuses) {
        let Situacion::Decidida { sentido, instante } = notificacion.situacion else {
            return Err(StoreError::Conflict);
        };
        let decision = (notificacion.sujeto, sentido, instante);
        groups.entry(decision).or_default().push(acuse);
    }
    Ok(groups)
}

/// Moves what is open at the instant of a decision to its final state, and keeps the acuses; gives how many it moved.
fn record(
    conn: &mut Writer,
    decision: Decision,
    acuses: &[&Acuse],
    evidencia: Option<&Evidencia<'_>>,
) -> Result<usize, StoreError> {
    let (sujeto, sentido, instante) = decision;
    let codigos: Vec<Codigo> = acuses.iter().map(|acuse| acuse.codigo).collect();
    let Backend::Postgres(c) = conn.backend() else {
        evidencia.map_or(Ok(()), |evidencia| evidencia.keep(conn))?;
        let moved = move_open(conn, decision, &codigos)?;
        acuses::insert(conn, acuses)?;
        return Ok(moved);
    };
    let decide = Decide {
        sujeto,
        estado: sentido.estado().number().into(),
        instante: instante.into(),
        codigos,
        acuses: acuses.iter().copied().map(acuses::New::from).collect(),
        evidencia: evidencia.map(Evidencia::row),
    };
    let moved = decide.get_result::<i64>(c);
    let moved = conn.note(moved)?;
    Ok(usize::try_from(moved).unwrap_or(usize::MAX))
}

/// Moves what is open at the instant of a decision to its final state; gives how many there were.
fn move_open(conn: &mut Writer, decision: Decision, codigos: &[Codigo]) -> Result<usize, StoreError> {
    let (sujeto, sentido, instante) = decision;
    let instante = Micros::from(instante);
    let changes = (
        dsl::estado.eq(i16::from(sentido.estado().number())),
        dsl::decidida.eq(instante),
    );
    let still_open = dsl::sujeto_nif
        .eq(sujeto)
        .and(among(dsl::codigo, codigos))
        .and(open())
        .and(dsl::caduca.is_null().or(dsl::caduca.gt(instante)));
    on_each!(conn, |c| update(&notificaciones::table, changes, still_open)
        .execute(c))
}

/// Records the lapse of at most `limit` notifications whose term is over at `at`, the oldest first, and gives their
/// codes. Processes that do this side by side take different ones (D-9, D-24).
pub fn lapse_due(conn: &mut Writer, at: DateTime<Utc>, limit: u32) -> Result<Vec<Codigo>, StoreError> {
    let at = Micros::clamped(at);
    macro_rules! due {
        () => {
            notificaciones::table
                .filter(open())
                .filter(dsl::caduca.le(at))
                .order((dsl::caduca, dsl::codigo))
                .limit(limit.into())
                .select(dsl::codigo)
        };
    }
    let due: Result<Vec<i32>, _> = match conn.backend() {
        Backend::Sqlite(c) => due!().load(c),
        Backend::Postgres(c) => due!().for_update().skip_locked().load(c),
    };
    let mut codigos = conn
        .note(due)?
        .into_iter()
        .map(|codigo| Codigo::new(codigo).ok_or_else(|| StoreError::corrupt("notificaciones", &codigo)))
        .collect::<Result<Vec<_>, _>>()?;
    codigos.sort_unstable();
    record_lapsed(conn, &codigos)?;
    Ok(codigos)
}

/// Records the lapse of these notifications, of those that are still open. That their term is over is the caller's to
/// know.
pub fn record_lapsed(conn: &mut Writer, codigos: &[Codigo]) -> Result<(), StoreError> {
    let lapsed = dsl::estado.eq(i16::from(Estado::Caducada.number()));
    let these = among(dsl::codigo, codigos).and(open());
    on_each!(conn, |c| update(&notificaciones::table, lapsed, these).execute(c))?;
    Ok(())
}
