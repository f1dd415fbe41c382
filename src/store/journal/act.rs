//! What the journal says that was decided, to be held against what the tables say now.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use diesel::prelude::*;
use uuid::Uuid;

use super::detalle;
use super::leaf::Clase;
use super::row::{Contents, Link, Row};
use crate::domain::acuse::Acuse;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella, Sentido};
use crate::store::backend::{Reader, on_each};
use crate::store::columns::{Id, Micros};
use crate::store::error::StoreError;
use crate::store::schema::{acuses_solicitados, auditoria, cadena, hojas};
use crate::store::stored::Stored;

/// What one request decided: a row of the journal that names evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Act {
    /// The codes that it decided, in order.
    pub(in crate::store) codigos: Vec<i32>,
    peticion: Uuid,
    instante: Micros,
    persona: Option<Nif>,
    entidad: Option<Nif>,
    /// Missing also where nobody was named.
    poderdante: Option<Nif>,
    /// Missing in rows that do not say it.
    sentido: Option<Sentido>,
    evidencia: Huella,
}

impl Act {
    /// What a row decided; nothing inside if it decided nothing, and nothing at all if it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "unreadable, not an act and an act are three answers"
    )]
    pub(in crate::store) fn of(row: &Contents) -> Option<Option<Self>> {
        let Some(evidencia) = &row.evidencia else {
            return Some(None);
        };
        let nif = |column: &Option<super::row::Text>| match column {
            None => Some(None),
            Some(text) => text.0.as_deref()?.parse().ok().map(Some),
        };
        let (sentido, codigos) = detalle::read(row.detalle.0.as_deref()?)?;
        Some(Some(Self {
            codigos,
            peticion: row.peticion.0?,
            instante: row.instante,
            persona: nif(&row.persona)?,
            entidad: nif(&row.entidad)?,
            poderdante: nif(&row.poderdante)?,
            sentido,
            evidencia: evidencia.0?,
        }))
    }

    /// The column of `acuses` that is not what this act made it.
    pub(in crate::store) fn difference(&self, acuse: &Acuse) -> Option<&'static str> {
        let differs = [
            ("peticion", self.peticion != acuse.peticion),
            ("instante", self.instante != Micros::from(acuse.instante)),
            ("sentido", self.sentido.is_some_and(|said| said != acuse.sentido)),
            ("persona_nif", self.persona != acuse.firmante.persona()),
            ("entidad_nif", self.entidad != acuse.firmante.entidad()),
            (
                "sujeto_nif",
                self.poderdante.is_some_and(|said| said != acuse.poderdante),
            ),
            ("evidencia_huella", self.evidencia != acuse.evidencia),
        ];
        differs
            .into_iter()
            .find_map(|(column, differs)| differs.then_some(column))
    }
}

/// Confirms that each acuse is what the journal says that was decided, by a row that bears its own hash. Whoever seals an
/// acuse, or gives a document on its word, asks this before: our key must not vouch for a row that somebody altered.
pub fn vouch<'a>(conn: &mut Reader, acuses: impl IntoIterator<Item = &'a Acuse>) -> Result<(), StoreError> {
    let mut known: HashMap<Uuid, Vec<Act>> = HashMap::new();
    for acuse in acuses {
        let acts = match known.entry(acuse.peticion) {
            Occupied(acts) => acts.into_mut(),
            Vacant(place) => place.insert(acts_of(conn, acuse.peticion)?),
        };
        let vouched = acts.iter().any(|act| {
            act.codigos.binary_search(&acuse.codigo.number()).is_ok() && act.difference(acuse).is_none()
        });
        if !vouched {
            return Err(StoreError::Unvouched {
                codigo: acuse.codigo.number(),
            });
        }
    }
    Ok(())
}

/// The same, and that the log has each decision by the document that is made of its rows, whose SHA-256 comes with it; one that
/// came back signed it has by what its signer was given. Rows of before there was a log have no leaves.
pub fn vouch_in_log<'a>(
    conn: &mut Reader,
    acuses: impl IntoIterator<Item = (&'a Acuse, Huella)>,
) -> Result<(), StoreError> {
    let mut known: HashMap<Uuid, Vec<Logged>> = HashMap::new();
    for (acuse, made) in acuses {
        let acts = match known.entry(acuse.peticion) {
            Occupied(acts) => acts.into_mut(),
            Vacant(place) => place.insert(logged(conn, acuse.peticion)?),
        };
        let codigo = acuse.codigo.number();
        let act = acts.iter().find(|logged| {
            logged.act.codigos.binary_search(&codigo).is_ok() && logged.act.difference(acuse).is_none()
        });
        let vouched = match act {
            None => false,
            Some(Logged { leaves: None, .. }) => true,
            Some(Logged {
                leaves: Some(leaves), ..
            }) => match leaves.get(&codigo) {
                None => false,
                Some(leaf) => *leaf == made || was_given(conn, acuse.codigo, *leaf)?,
            },
        };
        if !vouched {
            return Err(StoreError::Unvouched { codigo });
        }
    }
    Ok(())
}

/// What a request decided, with the leaf of each code, if the log was there.
struct Logged {
    act: Act,
    leaves: Option<HashMap<i32, Huella>>,
}

fn logged(conn: &mut Reader, peticion: Uuid) -> Result<Vec<Logged>, StoreError> {
    let mut all = Vec::new();
    for row in rows_of(conn, peticion)? {
        let Some(act) = Act::of(&row).flatten() else {
            continue;
        };
        let leaves = if row.hojas() == 0 {
            None
        } else {
            Some(leaves_of(conn, row.id())?)
        };
        all.push(Logged { act, leaves });
    }
    Ok(all)
}

/// The leaves of the decisions of a row, by code.
fn leaves_of(conn: &mut Reader, asiento: i64) -> Result<HashMap<i32, Huella>, StoreError> {
    let leaves: Vec<(Stored<String>, Stored<Huella>)> = on_each!(conn, |c| {
        hojas::table
            .filter(hojas::asiento.eq(asiento))
            .filter(hojas::clase.eq(i16::from(Clase::Decision.number())))
            .select((hojas::referencia, hojas::huella))
            .load(c)
    })?;
    let read = |(referencia, huella): (Stored<String>, Stored<Huella>)| {
        Some((referencia.0?.parse().ok()?, huella.0?))
    };
    Ok(leaves.into_iter().filter_map(read).collect())
}

/// Whether something of this SHA-256 was given out to be signed for a notification.
fn was_given(conn: &mut Reader, codigo: Codigo, huella: Huella) -> Result<bool, StoreError> {
    let found: Option<i32> = on_each!(conn, |c| {
        acuses_solicitados::table
            .filter(acuses_solicitados::codigo.eq(codigo))
            .filter(acuses_solicitados::datos_huella.eq(huella))
            .select(acuses_solicitados::codigo)
            .first(c)
            .optional()
    })?;
    Ok(found.is_some())
}

/// The codes that rows behind a number decided, of so many such rows at most, and up to which number that is all.
pub fn decided_after(
    conn: &mut Reader,
    secuencia: i64,
    limit: i64,
) -> Result<(Vec<Codigo>, i64), StoreError> {
    let last = super::head(conn)?.map_or(secuencia, |head| head.secuencia);
    if last <= secuencia {
        return Ok((Vec::new(), secuencia));
    }
    let rows: Vec<(i64, Contents)> = on_each!(conn, |c| {
        cadena::table
            .inner_join(auditoria::table)
            .filter(cadena::secuencia.gt(secuencia))
            .filter(auditoria::evidencia.is_not_null())
            .order(cadena::secuencia)
            .limit(limit)
            .select((cadena::secuencia, Contents::as_select()))
            .load(c)
    })?;
    let is_all = i64::try_from(rows.len()).is_ok_and(|there| there < limit);
    let to = rows
        .last()
        .filter(|_| !is_all)
        .map_or(last, |(number, _)| *number);
    let codigos = rows
        .iter()
        .filter_map(|(_, row)| Act::of(row).flatten())
        .flat_map(|act| act.codigos)
        .filter_map(Codigo::new)
        .collect();
    Ok((codigos, to))
}

/// What a request decided, by rows that are as they were written.
fn acts_of(conn: &mut Reader, peticion: Uuid) -> Result<Vec<Act>, StoreError> {
    let rows = rows_of(conn, peticion)?;
    Ok(rows.iter().filter_map(|row| Act::of(row).flatten()).collect())
}

/// The rows by which a request decided that are as they were written.
fn rows_of(conn: &mut Reader, peticion: Uuid) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<(Contents, Option<Link>)> = on_each!(conn, |c| {
        auditoria::table
            .left_join(cadena::table)
            .filter(auditoria::peticion.eq(Id(peticion)))
            .filter(auditoria::evidencia.is_not_null())
            .select((Contents::as_select(), Option::<Link>::as_select()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(Row::from).filter(Row::is_intact).collect())
}
