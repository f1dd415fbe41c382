//! What a file tells of successions: how each stands.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    AnuladaRow, Declarada, Dicho, Row, Told, annul, declare, read, sucesiones, sucesiones_anuladas,
    to_the_microsecond_each,
};
use crate::domain::contradiccion::Contradiccion;
use crate::domain::sucesion::Sucesion;
use crate::domain::vigencia::Intervalo;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;

/// A succession as a line of a file tells it: how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SucesionDicha {
    /// Who succeeds whom, and for how long.
    pub sucesion: Sucesion,
    /// Why it is told.
    pub motivo: String,
    /// The body's paper that says it.
    pub referencia: String,
}

/// Records how successions stand, in this order: one that is on record stays, or is taken back from its end on, where that is told
/// and has come; any other is declared.
pub fn tell(
    conn: &mut Writer,
    dichas: &[SucesionDicha],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    hold_titles(conn)?;
    for dicha in dichas {
        let told = to_the_microsecond_each(&dicha.sucesion);
        let dicho = Dicho {
            motivo: dicha.motivo.clone(),
            referencia: dicha.referencia.clone(),
            registrado,
        };
        match begun_with(conn, &told)? {
            Some(same) if same.vigente() == told => {}
            // What an operator took back does not come back by a file that tells how things stood before.
            Some(same) if same.anulada.is_some() => return Err(Contradiccion::SucesionAnulada.into()),
            Some(same) if ends_sooner(&told, &same.sucesion) => {
                let end = told.vigencia.hasta.unwrap_or(registrado);
                if end > registrado {
                    return Err(Contradiccion::Futuro("hasta").into());
                }
                annul(conn, same.numero, end, &dicho)?;
            }
            _ => {
                declare(conn, &told, &dicho)?;
            }
        }
    }
    Ok(())
}

/// Whether it is another one, but that it ends sooner.
fn ends_sooner(told: &Sucesion, other: &Sucesion) -> bool {
    let sooner = match (told.vigencia.hasta, other.vigencia.hasta) {
        (Some(hasta), Some(end)) => hasta < end,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let unended = |one: &Sucesion| Sucesion {
        vigencia: Intervalo {
            hasta: None,
            ..one.vigencia
        },
        ..*one
    };
    sooner && unended(told) == unended(other)
}

/// That of the same body, between the same parties and with the same beginning that was told last.
fn begun_with(conn: &mut Reader, told: &Sucesion) -> Result<Option<Declarada>, StoreError> {
    let row: Option<Told> = on_each!(conn, |c| {
        sucesiones::table
            .left_join(sucesiones_anuladas::table)
            .filter(sucesiones::sucesor_nif.eq(told.sucesor))
            .filter(sucesiones::antecesor_nif.eq(told.antecesor))
            .filter(sucesiones::entidad.eq(told.entidad.code()))
            .filter(sucesiones::desde.eq(Micros::from(told.vigencia.desde)))
            .order(sucesiones::secuencia.desc())
            .select((Row::as_select(), Option::<AnuladaRow>::as_select()))
            .first(c)
            .optional()
    })?;
    row.map(read).transpose()
}
