//! What happens to terms: outages, lapses that are written down, and lapses that are taken back. It happens to all cases.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::computo::Incidencia;
use notess::store::{Store, StoreError, incidencias, plazos};
use notess::usecase::lapse::record_lapsed;
use notess::usecase::recount::AtDesk;
use notess::usecase::unlapse::Orden;

use super::world::{at_desk, surroundings};
use crate::site::{day, write};

/// «incidencia de 13 horas desde el día 205», «se anotan las caducidades», «se anulan las caducidades del día 211».
pub(super) fn tell(store: &Store, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    if hecho == "se anotan las caducidades" {
        surroundings(at, |around| record_lapsed(store, around).unwrap());
        return Some(());
    }
    if let Some(days) = hecho.strip_prefix("se anulan las caducidades del día ") {
        let desde = day(days.parse().ok()?);
        at_desk(store, at, |desk| {
            let operator = AtDesk {
                desk,
                salto_maximo: TimeDelta::days(100_000),
            };
            let orden = Orden {
                desde,
                hasta: desde + TimeDelta::days(1),
                motivo: "incidencia declarada tarde",
            };
            operator.take_back(orden, |_| ()).unwrap();
        });
        return Some(());
    }
    let (hours, days) = hecho
        .strip_prefix("incidencia de ")?
        .split_once(" horas desde el día ")?;
    let desde = day(days.parse().ok()?);
    let incidencia = Incidencia {
        desde,
        hasta: desde + TimeDelta::hours(hours.parse().ok()?),
    };
    write(store, |conn| {
        plazos::change::<StoreError>(conn, |_| Ok(at))?;
        incidencias::declare(conn, incidencia, "corte", at)?;
        plazos::recount(conn, at, 10_000).map(drop)
    });
    Some(())
}
