//! The table of procedures (D-3): what was told of each, and what is in force at an instant.
//!
//! A change counts from when it is told, or later: what was published before stays what it was. So what is in force at an
//! instant that has gone by never changes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::materia::{Entidad, Materia, PROCEDIMIENTOS, Procedimiento};
use super::vigencia::{Intervalo, SIEMPRE};

/// What procedures were read that the first edition does not have, by code. There are some hundreds in years, and everything
/// that names one does so for as long as the process runs.
static KEPT: Mutex<BTreeMap<&'static str, Vec<&'static Procedimiento>>> = Mutex::new(BTreeMap::new());

/// A procedure as it is written in a file or in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcedimientoEscrito {
    /// Its code, by which files and filters name it.
    pub codigo: String,
    /// Who issues it.
    pub entidad: Entidad,
    /// Its subject matter.
    pub materia: Materia,
    /// Its name, as listings and acuses show it.
    pub denominacion: String,
    /// Whether its acts carry special-category data by nature.
    pub especial: bool,
    /// What listings show instead of its name, of an act of a special category.
    pub neutra: String,
}

impl ProcedimientoEscrito {
    /// The procedure: one for all that are written alike.
    #[must_use]
    pub fn kept(&self) -> &'static Procedimiento {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let of_code = kept.get(self.codigo.as_str()).into_iter().flatten().copied();
        let known = PROCEDIMIENTOS.iter().chain(of_code).find(|one| self.says(one));
        if let Some(known) = known {
            return known;
        }
        let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let new: &'static Procedimiento = Box::leak(Box::new(Procedimiento {
            codigo: text(&self.codigo),
            entidad: self.entidad,
            materia: self.materia,
            denominacion: text(&self.denominacion),
            especial: self.especial,
            neutra: text(&self.neutra),
        }));
        kept.entry(new.codigo).or_default().push(new);
        new
    }

    fn says(&self, one: &Procedimiento) -> bool {
        let Self {
            codigo,
            entidad,
            materia,
            denominacion,
            especial,
            neutra,
        } = self;
        (codigo.as_str(), denominacion.as_str(), neutra.as_str())
            == (one.codigo, one.denominacion, one.neutra)
            && (*entidad, *materia, *especial) == (one.entidad, one.materia, one.especial)
    }
}

/// What a line of a file tells of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcedimientoDicho {
    /// How it is.
    pub procedimiento: &'static Procedimiento,
    /// From when; nothing where the line does not tell.
    pub desde: Option<DateTime<Utc>>,
    /// Until when, if an end is known.
    pub hasta: Option<DateTime<Utc>>,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fila {
    /// How the procedure is.
    pub procedimiento: &'static Procedimiento,
    /// From when until when.
    pub vigencia: Intervalo,
    /// When it was recorded.
    pub registrado: DateTime<Utc>,
}

/// Why what is told of a procedure cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoProcedimiento {
    /// The code is another body's.
    #[error("the code is of an act of {}: give this one another", .0.code())]
    OtherBody(Entidad),
    /// It would change what was published already.
    #[error(
        "the code is known, and what was published under it stays what it was: a change counts from its load, or later"
    )]
    Past,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
}

impl NoProcedimiento {
    /// In which column it shows.
    #[must_use]
    pub fn columna(self) -> &'static str {
        match self {
            Self::OtherBody(_) => "entidad",
            Self::Past => "desde",
            Self::EndsBeforeItBegins => "hasta",
        }
    }
}

/// All procedures that are known, each with its validity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tabla {
    /// Of each code what was told of it, in the order in which it was.
    filas: BTreeMap<&'static str, Vec<Fila>>,
}

impl Tabla {
    /// The table of these rows, in the order in which they were told.
    #[must_use]
    pub fn of(filas: impl IntoIterator<Item = Fila>) -> Self {
        let mut tabla = Self::default();
        filas.into_iter().for_each(|fila| tabla.add(fila));
        tabla
    }

    /// The first edition, in force since always.
    #[must_use]
    pub fn primera() -> Self {
        Self::of(PROCEDIMIENTOS.iter().map(|procedimiento| Fila {
            procedimiento,
            vigencia: Intervalo {
                desde: SIEMPRE,
                hasta: None,
            },
            registrado: SIEMPRE,
        }))
    }

    /// Adds a row, told after all the others.
    pub fn add(&mut self, fila: Fila) {
        self.filas
            .entry(fila.procedimiento.codigo)
            .or_default()
            .push(fila);
    }

    /// Whether anything was told of a code.
    #[must_use]
    pub fn knows(&self, codigo: &str) -> bool {
        self.filas.contains_key(codigo)
    }

    /// The row of a code in force at an instant: of those that had begun the one told last, if it is not over.
    #[must_use]
    pub fn row(&self, codigo: &str, at: DateTime<Utc>) -> Option<&Fila> {
        let begun = self
            .filas
            .get(codigo)?
            .iter()
            .rfind(|fila| fila.vigencia.desde <= at)?;
        begun.vigencia.contains(at).then_some(begun)
    }

    /// The procedure of a code in force at an instant.
    #[must_use]
    pub fn find(&self, codigo: &str, at: DateTime<Utc>) -> Option<&'static Procedimiento> {
        self.row(codigo, at).map(|fila| fila.procedimiento)
    }

    /// Every row, by code and in the order in which it was told.
    pub fn filas(&self) -> impl Iterator<Item = &Fila> {
        self.filas.values().flatten()
    }

    /// The row by which what is told at `now` is recorded; none where the table says it already.
    pub fn told(
        &self,
        dicho: &ProcedimientoDicho,
        now: DateTime<Utc>,
    ) -> Result<Option<Fila>, NoProcedimiento> {
        let ProcedimientoDicho {
            procedimiento,
            desde,
            hasta,
        } = *dicho;
        let before = self.filas.get(procedimiento.codigo);
        if let Some(last) = before.and_then(|filas| filas.last()) {
            let same = last.procedimiento == procedimiento && last.vigencia.hasta == hasta;
            if same && desde.unwrap_or(now).max(now) >= last.vigencia.desde {
                return Ok(None);
            }
            if last.procedimiento.entidad != procedimiento.entidad {
                return Err(NoProcedimiento::OtherBody(last.procedimiento.entidad));
            }
            if desde.is_some_and(|desde| desde < now) {
                return Err(NoProcedimiento::Past);
            }
        }
        let desde = desde.unwrap_or(now);
        if hasta.is_some_and(|hasta| hasta <= desde) {
            return Err(NoProcedimiento::EndsBeforeItBegins);
        }
        Ok(Some(Fila {
            procedimiento,
            vigencia: Intervalo { desde, hasta },
            registrado: now,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_130_500 + day * 86_400, 0).unwrap()
    }

    fn named(codigo: &str, denominacion: &str) -> &'static Procedimiento {
        let model = Procedimiento::find("TGSS-RD").unwrap();
        ProcedimientoEscrito {
            codigo: codigo.to_owned(),
            entidad: model.entidad,
            materia: model.materia,
            denominacion: denominacion.to_owned(),
            especial: model.especial,
            neutra: model.neutra.to_owned(),
        }
        .kept()
    }

    fn dicho(
        procedimiento: &'static Procedimiento,
        desde: Option<i64>,
        hasta: Option<i64>,
    ) -> ProcedimientoDicho {
        ProcedimientoDicho {
            procedimiento,
            desde: desde.map(day),
            hasta: hasta.map(day),
        }
    }

    #[test]
    fn what_is_written_alike_is_one_procedure() {
        assert!(std::ptr::eq(named("TGSS-X1", "Uno"), named("TGSS-X1", "Uno")));
        assert_ne!(named("TGSS-X1", "Uno"), named("TGSS-X1", "Otro"));
        let first = Procedimiento::find("TGSS-RD").unwrap();
        assert_eq!(named("TGSS-RD", first.denominacion), first);
    }

    #[test]
    fn a_change_counts_from_its_load_and_what_was_before_stays() {
        let mut tabla = Tabla::primera();
        let (old, new) = (
            Procedimiento::find("TGSS-RD").unwrap(),
            named("TGSS-RD", "Reclamación"),
        );
        assert_eq!(tabla.told(&dicho(old, None, None), day(5)), Ok(None));
        assert_eq!(tabla.told(&dicho(old, Some(0), None), day(5)), Ok(None));
        assert_eq!(
            tabla.told(&dicho(new, Some(4), None), day(5)),
            Err(NoProcedimiento::Past)
        );
        let fila = tabla.told(&dicho(new, Some(9), None), day(5)).unwrap().unwrap();
        tabla.add(fila);
        assert_eq!(tabla.find("TGSS-RD", day(8)), Some(old));
        assert_eq!(tabla.find("TGSS-RD", day(9)), Some(new));
        let over = tabla
            .told(&dicho(new, Some(10), Some(20)), day(9))
            .unwrap()
            .unwrap();
        tabla.add(over);
        assert_eq!(tabla.find("TGSS-RD", day(19)), Some(new));
        assert_eq!(tabla.find("TGSS-RD", day(20)), None);
        assert_eq!(tabla.find("TGSS-RD", day(8)), Some(old));
    }

    #[test]
    fn a_new_code_may_have_begun_before_and_never_changes_its_body() {
        let mut tabla = Tabla::primera();
        let new = named("TGSS-X2", "Nuevo");
        assert_eq!(tabla.find("TGSS-X2", day(1)), None);
        let ends = tabla.told(&dicho(new, Some(3), Some(3)), day(5));
        assert_eq!(ends, Err(NoProcedimiento::EndsBeforeItBegins));
        let fila = tabla.told(&dicho(new, Some(0), None), day(5)).unwrap().unwrap();
        tabla.add(fila);
        assert_eq!(tabla.find("TGSS-X2", day(1)), Some(new));
        let inss = ProcedimientoEscrito {
            codigo: "TGSS-X2".to_owned(),
            entidad: Entidad::Inss,
            materia: Materia::Prestaciones,
            denominacion: "Nuevo".to_owned(),
            especial: false,
            neutra: "Resolución".to_owned(),
        };
        let other = tabla.told(&dicho(inss.kept(), None, None), day(6));
        assert_eq!(other, Err(NoProcedimiento::OtherBody(Entidad::Tgss)));
    }
}
