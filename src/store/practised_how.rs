//! How notifications of a page were practised: what acuses and news of elsewhere say of them, in one statement for all.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Medio, Notificacion, Sentido, Situacion};
use crate::domain::operation::How;
use crate::domain::rol::Rol;

use super::acuses::firmante;
use super::among::among;
use super::backend::{Reader, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::{acuses, notificaciones, practicadas};
use super::stored::Stored;

/// What an acuse says: NIF and name of the person, the same of the entity, sense, instant and role.
type OfAcuse = (
    Option<Stored<Nif>>,
    Option<Stored<String>>,
    Option<Stored<Nif>>,
    Option<Stored<String>>,
    Stored<Sentido>,
    Micros,
    i16,
);

/// What news says: by which way, the state and the instant.
type OfNews = (Stored<Medio>, i16, Micros);

/// By what each of these that is decided was: what counts of what is on record. Who signed is told of all.
pub fn of<'a>(
    conn: &mut Reader,
    notificaciones: impl Iterator<Item = &'a Notificacion>,
) -> Result<HashMap<Codigo, How>, StoreError> {
    let decided: HashMap<Codigo, (Sentido, Micros)> = notificaciones
        .filter_map(|one| match one.situacion {
            Situacion::Decidida { sentido, instante } => Some((one.codigo, (sentido, instante.into()))),
            Situacion::Pendiente { .. } | Situacion::Caducada => None,
        })
        .collect();
    if decided.is_empty() {
        return Ok(HashMap::new());
    }
    let codigos: Vec<Codigo> = decided.keys().copied().collect();
    let mut how = HashMap::with_capacity(codigos.len());
    for (number, acuse, news) in rows(conn, &codigos)? {
        let corrupt = || StoreError::corrupt("acuses", &number);
        let codigo = Codigo::new(number).ok_or_else(corrupt)?;
        let Some(stands) = decided.get(&codigo) else {
            continue;
        };
        let (sentido, _) = *stands;
        let decided_here = acuse
            .map(|acuse| by_acuse(acuse, *stands).ok_or_else(corrupt))
            .transpose()?;
        let medio = news.and_then(|news| by_news(news, *stands));
        let found = match (decided_here.flatten(), medio) {
            (Some((rol, firmante)), _) => How::Decided {
                sentido,
                rol,
                firmante: Some(firmante),
            },
            (None, medio) => How::Elsewhere { sentido, medio },
        };
        how.insert(codigo, found);
    }
    Ok(how)
}

type Row = (i32, Option<OfAcuse>, Option<OfNews>);

fn rows(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        let of_news = practicadas::codigo
            .eq(notificaciones::codigo)
            .and(practicadas::rige)
            .and(notificaciones::decidida.eq(practicadas::instante.nullable()));
        notificaciones::table
            .left_join(acuses::table.on(acuses::codigo.eq(notificaciones::codigo)))
            .left_join(practicadas::table.on(of_news))
            .filter(among(notificaciones::codigo, codigos))
            .select((
                notificaciones::codigo,
                (
                    acuses::persona_nif,
                    acuses::persona_nombre,
                    acuses::entidad_nif,
                    acuses::entidad_denominacion,
                    acuses::sentido,
                    acuses::instante,
                    acuses::rol,
                )
                    .nullable(),
                (practicadas::medio, practicadas::estado, practicadas::instante).nullable(),
            ))
            .load(c)
    })
}

/// The role and the signer of an acuse, if a notification stands by it; nothing at all where it cannot be read.
#[expect(
    clippy::option_option,
    reason = "unreadable, not what counts and what counts are three answers"
)]
fn by_acuse(
    (persona, nombre, entidad, denominacion, sentido, instante, rol): OfAcuse,
    stands: (Sentido, Micros),
) -> Option<Option<(Rol, Firmante)>> {
    if (sentido.0?, instante) != stands {
        return Some(None);
    }
    let firmante = firmante((persona, nombre), (entidad, denominacion))?;
    Some(Some((Rol::from_number(rol.into())?, firmante)))
}

fn by_news((medio, estado, instante): OfNews, (sentido, at): (Sentido, Micros)) -> Option<Medio> {
    (estado == i16::from(sentido.estado().number()) && instante == at).then_some(medio.0)?
}
