//! The table of procedures: rows are only added, and the last that was told of a code counts.

use std::sync::Arc;

use arc_swap::ArcSwap;
use diesel::prelude::*;

use crate::domain::materia::{Entidad, Materia};
use crate::domain::procedimientos::{Fila, ProcedimientoEscrito, Tabla};
use crate::domain::vigencia::Intervalo;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::procedimientos::{self, dsl};
use super::stored::{Stored, nullable_instant};

/// The table as it was read last. The connections of a store share it.
#[derive(Default)]
pub(super) struct Known(ArcSwap<Read>);

/// What was read.
struct Read {
    tabla: Arc<Tabla>,
    /// What was published up to here is read by it: a change counts from when it is told, or later.
    up_to: Micros,
}

impl Default for Read {
    fn default() -> Self {
        Self {
            tabla: Arc::default(),
            up_to: Micros::FIRST,
        }
    }
}

impl Known {
    /// Forgets what was read: a world that was put back has fewer rows.
    pub(super) fn forget(&self) {
        self.0.store(Arc::default());
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = procedimientos)]
struct Row {
    secuencia: i64,
    codigo: Stored<String>,
    entidad: Stored<Entidad>,
    materia: Stored<Materia>,
    especial: bool,
    denominacion: Stored<String>,
    neutra: Stored<String>,
    desde: Micros,
    hasta: Option<Micros>,
    registrado: Micros,
}

impl Row {
    fn read(self) -> Option<Fila> {
        let escrito = ProcedimientoEscrito {
            codigo: self.codigo.0?,
            entidad: self.entidad.0?,
            materia: self.materia.0?,
            denominacion: self.denominacion.0?,
            especial: self.especial,
            neutra: self.neutra.0?,
        };
        Some(Fila {
            procedimiento: escrito.kept(),
            vigencia: Intervalo {
                desde: self.desde.instant()?,
                hasta: nullable_instant(self.hasta)?,
            },
            registrado: self.registrado.instant()?,
        })
    }
}

/// The table as it is.
pub fn table(conn: &mut Reader) -> Result<Tabla, StoreError> {
    let rows: Vec<Row> = on_each!(conn, |c| {
        procedimientos::table
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    let filas = rows.into_iter().map(|row| {
        let secuencia = row.secuencia;
        row.read()
            .ok_or_else(|| StoreError::corrupt("procedimientos", &secuencia))
    });
    Ok(Tabla::of(filas.collect::<Result<Vec<_>, _>>()?))
}

/// The table, by which is read what was published up to an instant, of these codes. It is asked for anew where something was
/// published later than all that was read by it before, and where it does not know a code: of a new one, rows of before may
/// have been loaded since. Of a code that it knows nothing can have changed up to there.
pub(super) fn up_to<'a>(
    conn: &mut Reader,
    published: Micros,
    mut codes: impl Iterator<Item = &'a str>,
) -> Result<Arc<Tabla>, StoreError> {
    let known = conn.procedimientos();
    let read = known.0.load();
    if published <= read.up_to && codes.all(|code| read.tabla.knows(code)) {
        return Ok(Arc::clone(&read.tabla));
    }
    let tabla = Arc::new(table(conn)?);
    if conn.sees_committed() {
        // Another thread may have read a later one meanwhile: rows are only added, and the longer one holds for both.
        known.0.rcu(|there| {
            let newer = tabla.filas().count() >= there.tabla.filas().count();
            Read {
                tabla: Arc::clone(if newer { &tabla } else { &there.tabla }),
                up_to: there.up_to.max(published),
            }
        });
    }
    Ok(tabla)
}

/// Adds a row, which the table takes: see [`Tabla::told`].
pub fn tell(conn: &mut Writer, fila: &Fila) -> Result<(), StoreError> {
    let Fila {
        procedimiento,
        vigencia,
        registrado,
    } = fila;
    let row = (
        dsl::codigo.eq(procedimiento.codigo),
        dsl::entidad.eq(procedimiento.entidad.code()),
        dsl::materia.eq(procedimiento.materia.code()),
        dsl::especial.eq(procedimiento.especial),
        dsl::denominacion.eq(procedimiento.denominacion),
        dsl::neutra.eq(procedimiento.neutra),
        dsl::desde.eq(Micros::from(vigencia.desde)),
        dsl::hasta.eq(vigencia.hasta.map(Micros::from)),
        dsl::registrado.eq(Micros::from(*registrado)),
    );
    on_each!(conn, |c| diesel::insert_into(procedimientos::table)
        .values(row)
        .execute(c))?;
    Ok(())
}
