//! Powers of attorney: each thing that happened to one, and where each stands by the last of it.

mod dichos;
mod listado;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::poder::{Alcance, EstadoPoder, Poder, Tramite};

pub(super) use self::dichos::known;
pub use self::dichos::tell_poderes;
pub use self::listado::{PoderesPedidos, list};

use crate::store::among::on_each_among;
use crate::store::backend::{Reader, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::poderes::{self, dsl};
use crate::store::schema::sucesiones;
use crate::store::stored::{FromText, Stored, nullable, nullable_instant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = poderes)]
struct Row {
    referencia: String,
    poderdante_nif: Stored<Nif>,
    apoderado_nif: Stored<Nif>,
    materias: Option<Stored<Vec<Materia>>>,
    tramites: Option<Stored<Vec<Tramite>>>,
    estado: Stored<EstadoPoder>,
    inscrito: Micros,
    fin: Micros,
    baja: Option<Micros>,
}

impl FromText for Vec<Materia> {
    fn from_text(text: &str) -> Option<Self> {
        text.split_terminator(' ').map(Materia::from_code).collect()
    }
}

impl FromText for Vec<Tramite> {
    fn from_text(text: &str) -> Option<Self> {
        text.split_terminator(' ').map(Tramite::from_code).collect()
    }
}

/// What a power covers, as two columns say it.
fn alcance(
    materias: Option<Stored<Vec<Materia>>>,
    tramites: Option<Stored<Vec<Tramite>>>,
) -> Option<Alcance> {
    match (nullable(materias)?, nullable(tramites)?) {
        (None, None) => Some(Alcance::General),
        (Some(materias), None) => Some(Alcance::Materias(materias)),
        (None, Some(tramites)) => Some(Alcance::Tramites(tramites)),
        (Some(_), Some(_)) => None,
    }
}

/// The same on its way into them.
fn in_columns(alcance: &Alcance) -> (Option<String>, Option<String>) {
    match alcance {
        Alcance::General => (None, None),
        Alcance::Materias(materias) => {
            let codes: Vec<&str> = materias.iter().map(|materia| materia.code()).collect();
            (Some(codes.join(" ")), None)
        }
        Alcance::Tramites(tramites) => {
            let codes: Vec<&str> = tramites.iter().map(Tramite::code).collect();
            (None, Some(codes.join(" ")))
        }
    }
}

impl Row {
    fn read(self) -> Result<Poder, StoreError> {
        let Self {
            referencia,
            poderdante_nif,
            apoderado_nif,
            materias,
            tramites,
            estado,
            inscrito,
            fin,
            baja,
        } = self;
        let read = || {
            Some((
                poderdante_nif.0?,
                apoderado_nif.0?,
                alcance(materias, tramites)?,
                estado.0?,
                inscrito.instant()?,
                fin.instant()?,
                nullable_instant(baja)?,
            ))
        };
        match read() {
            Some((poderdante, apoderado, alcance, estado, inscrito, fin, baja)) => Ok(Poder {
                referencia,
                poderdante,
                apoderado,
                alcance,
                estado,
                inscrito,
                fin,
                baja,
            }),
            None => Err(StoreError::corrupt("poderes", &referencia)),
        }
    }
}

/// The powers, in force or not, that any of `poderdantes` granted to `apoderado`, by poderdante and reference; and beside each
/// whether the apoderado succeeds anybody.
pub(super) fn granted(
    conn: &mut Reader,
    apoderado: Nif,
    poderdantes: &[Nif],
) -> Result<Vec<(Poder, bool)>, StoreError> {
    let succeeds = || sucesiones::table.filter(sucesiones::sucesor_nif.eq(apoderado));
    let rows: Vec<(Row, bool)> = on_each_among!(conn, dsl::poderdante_nif, poderdantes, |c, these| {
        poderes::table
            .filter(dsl::apoderado_nif.eq(apoderado))
            .filter(these)
            .order((dsl::poderdante_nif, dsl::referencia))
            .select((Row::as_select(), exists(succeeds())))
            .load(c)
    })?;
    rows.into_iter()
        .map(|(row, succeeds)| Ok((row.read()?, succeeds)))
        .collect()
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
