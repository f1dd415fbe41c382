//! Lines that say a día inhábil (LPAC art. 30.7; D-102). A file is loaded whole or not at all: of a calendar that lacks a line
//! nobody would see that it does.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Europe::Madrid;
use thiserror::Error;

use crate::domain::calendario::{Ambito, Calendario};
use crate::domain::computo::Prorroga;
use crate::domain::plazo::start_of_day;
use crate::store::{StoreError, Writer, believed, calendarios, hold, plazos};

use super::columns::Column;
use super::fields::{Fields, codes};
use super::reason::Reason;
use super::run::{self, ImportError, Kind, Options, Summary};
use super::sink::{ImportSink, LoadError, SinkError};
use super::store_sink::{ClockInDoubt, StoreSink};

/// Files of calendars, of which the lines are kept until all are read.
#[derive(Default)]
pub(super) struct Calendarios(RefCell<Vec<Dia>>);

/// What a line says.
#[derive(Debug, Clone)]
pub(super) struct Dia {
    fecha: NaiveDate,
    ambito: Ambito,
    fuente: String,
}

impl Kind for Calendarios {
    type Item = Dia;
    const COLUMNS: &'static [Column] = &[
        Column::needed("fecha", "a day that is inhábil, besides Saturdays and Sundays"),
        Column::needed(
            "ambito",
            "where: in all of Spain, or in one of its parts by its code of ISO 3166-2:ES",
        )
        .of(|| codes(Ambito::ALL, Ambito::code)),
        Column::needed("fuente", "where the calendar was published, up to 200 characters"),
    ];

    fn read(&self, mut fields: Fields) -> Result<Dia, Vec<Reason>> {
        let fecha = fields.beginning("fecha").and_then(|at| {
            let day = at.with_timezone(&Madrid).date_naive();
            let whole = start_of_day(day) == at && (1..=9999).contains(&day.year());
            fields.keep(whole.then_some(day).ok_or(Reason::Instant("fecha")))
        });
        let ambito = fields.code("ambito", Ambito::ALL, Ambito::code);
        let fuente = fields.text("fuente", 200);
        let value = (|| {
            Some(Dia {
                fecha: fecha?,
                ambito: ambito?,
                fuente: fuente?,
            })
        })();
        fields.finish(value)
    }

    fn load(&self, items: &[Dia], _: &mut dyn ImportSink) -> Result<(), LoadError> {
        self.0.borrow_mut().extend_from_slice(items);
        Ok(())
    }
}

/// Loads the calendars of a file, each of which takes the place of what there was of its year and part of Spain; or none of them.
pub fn import_calendarios(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut StoreSink<'_>,
) -> Result<Summary, ImportError> {
    let kind = Calendarios::default();
    let read = run::run(&kind, input, options, sink)?;
    if read.rechazadas > 0 {
        return Ok(Summary {
            cargadas: 0,
            rechazadas: read.cargadas + read.rechazadas,
        });
    }
    let calendars = by_year(kind.0.into_inner());
    sink.calendarios(&calendars).map_err(|source| ImportError::Sink {
        line: read.cargadas,
        loaded: 0,
        source,
    })?;
    Ok(read)
}

/// Why no calendar was loaded.
#[derive(Debug, Error)]
#[error(transparent)]
enum NotLoaded {
    /// By a clock that is in doubt terms are not counted anew.
    Clock(#[from] ClockInDoubt),
    /// The store failed.
    Store(#[from] StoreError),
}

impl StoreSink<'_> {
    /// Loads calendars, all or none. Where terms go on to a working day, those of what is pending are to be counted anew.
    fn calendarios(&self, new: &[Calendario]) -> Result<(), SinkError> {
        let names = new
            .iter()
            .map(|one| format!("{} {}", one.anyo, one.ambito.code()));
        let deed = self.deed().with("calendarios", names.collect::<Vec<_>>());
        self.desk.write(|conn| {
            hold::hold_publication(conn)?;
            let mut deed = deed.clone();
            if plazos::prorroga(conn)? == Prorroga::HastaHabil {
                let now = |conn: &mut Writer| -> Result<_, NotLoaded> {
                    Ok(believed(conn, self.desk.now(), self.salto_maximo)?.map_err(ClockInDoubt)?)
                };
                let (_, counted) = plazos::change(conn, now)?;
                deed = deed.with("plazos", counted.told());
            }
            let added = calendarios::insert(conn, new, self.registrado)?;
            Ok::<_, NotLoaded>(((), deed.count(added)))
        })?;
        Ok(())
    }
}

fn by_year(dias: Vec<Dia>) -> Vec<Calendario> {
    let mut years: BTreeMap<(i32, Ambito), (BTreeSet<NaiveDate>, BTreeSet<String>)> = BTreeMap::new();
    for Dia {
        fecha,
        ambito,
        fuente,
    } in dias
    {
        let (days, sources) = years.entry((fecha.year(), ambito)).or_default();
        days.insert(fecha);
        sources.insert(fuente);
    }
    let calendar = |((anyo, ambito), (dias, sources)): (_, (_, BTreeSet<String>))| Calendario {
        anyo,
        ambito,
        dias,
        fuente: Vec::from_iter(sources).join("; "),
    };
    years.into_iter().map(calendar).collect()
}
