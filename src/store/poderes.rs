//! Powers of attorney, as the register tells them.

use diesel::prelude::*;

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::poder::{Alcance, EstadoPoder, Poder};

use super::among::on_each_among;
use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::insert::{insert_rows, last_of_each};
use super::schema::poderes::{self, dsl};
use super::stored::{FromText, Stored};
use super::upsert::{columns, upsert};

#[derive(Queryable, Selectable)]
#[diesel(table_name = poderes)]
struct Row {
    referencia: String,
    poderdante_nif: Stored<Nif>,
    apoderado_nif: Stored<Nif>,
    materias: Option<Stored<Vec<Materia>>>,
    estado: Stored<EstadoPoder>,
    inscrito: Micros,
    fin: Micros,
}

impl FromText for Vec<Materia> {
    fn from_text(text: &str) -> Option<Self> {
        text.split_terminator(' ').map(Materia::from_code).collect()
    }
}

impl Row {
    fn read(self) -> Result<Poder, StoreError> {
        let Self {
            referencia,
            poderdante_nif,
            apoderado_nif,
            materias,
            estado,
            inscrito,
            fin,
        } = self;
        let alcance = match materias {
            None => Some(Alcance::General),
            Some(materias) => materias.0.map(Alcance::Materias),
        };
        match (
            poderdante_nif.0,
            apoderado_nif.0,
            alcance,
            estado.0,
            inscrito.instant(),
            fin.instant(),
        ) {
            (Some(poderdante), Some(apoderado), Some(alcance), Some(estado), Some(inscrito), Some(fin)) => {
                Ok(Poder {
                    referencia,
                    poderdante,
                    apoderado,
                    alcance,
                    estado,
                    inscrito,
                    fin,
                })
            }
            _ => Err(StoreError::corrupt("poderes", &referencia)),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = poderes, treat_none_as_default_value = false)]
struct New<'a> {
    referencia: &'a str,
    poderdante_nif: Nif,
    apoderado_nif: Nif,
    materias: Option<String>,
    estado: &'a str,
    inscrito: Micros,
    fin: Micros,
}

impl<'a> From<&'a Poder> for New<'a> {
    fn from(poder: &'a Poder) -> Self {
        let materias = match &poder.alcance {
            Alcance::General => None,
            Alcance::Materias(materias) => Some(
                materias
                    .iter()
                    .map(|materia| materia.code())
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        };
        Self {
            referencia: &poder.referencia,
            poderdante_nif: poder.poderdante,
            apoderado_nif: poder.apoderado,
            materias,
            estado: poder.estado.code(),
            inscrito: poder.inscrito.into(),
            fin: poder.fin.into(),
        }
    }
}

/// The powers, in force or not, that any of `poderdantes` granted to `apoderado`, by poderdante and reference.
pub(super) fn granted(
    conn: &mut Reader,
    apoderado: Nif,
    poderdantes: &[Nif],
) -> Result<Vec<Poder>, StoreError> {
    let rows: Vec<Row> = on_each_among!(conn, dsl::poderdante_nif, poderdantes, |c, these| {
        poderes::table
            .filter(dsl::apoderado_nif.eq(apoderado))
            .filter(these)
            .order((dsl::poderdante_nif, dsl::referencia))
            .select(Row::as_select())
            .load(c)
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// Everyone who ever granted a power to `apoderado`, in no order, perhaps repeated.
pub(super) fn poderdantes_of(conn: &mut Reader, apoderado: Nif) -> Result<Vec<Stored<Nif>>, StoreError> {
    on_each!(conn, |c| {
        poderes::table
            .filter(dsl::apoderado_nif.eq(apoderado))
            .select(dsl::poderdante_nif)
            .load(c)
    })
}

/// Records powers; one of the same reference is replaced, since that is how the register tells of a change (D-52).
/// Of those of one reference the last holds.
pub fn upsert_poderes(conn: &mut Writer, poderes: &[Poder]) -> Result<(), StoreError> {
    let rows = last_of_each(poderes.iter().map(New::from), |row| row.referencia);
    insert_rows!(conn, poderes::table, rows, |insert| {
        let others = columns![
            dsl::poderdante_nif,
            dsl::apoderado_nif,
            dsl::materias,
            dsl::estado,
            dsl::inscrito,
            dsl::fin,
        ];
        upsert(insert, columns![dsl::referencia], others)
    })
}
