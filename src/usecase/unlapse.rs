//! Taking back lapses that were written down, when an operator orders it: an outage that was declared late, or a wrong clock (D-11,
//! D-100). Which they are the journal says, by when they were written down. What is taken back is pending again, with the end that
//! its term has as it is counted now; where that is over too, it lapses again in the same transaction.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::notificacion::Codigo;
use crate::store::caducidades::{self, Anulable, Escrita, Pesadas};
use crate::store::journal::anulacion::{CADUCIDAD, TAKEN_BACK};
use crate::store::journal::{self, Fila, Search};
use crate::store::{Deed, Reader, StoreError, decisions, hold, plazos, practicadas};

use super::lapse::{CADUCADAS, CADUCAR};
use super::recount::AtDesk;
use super::{UseCaseError, rest};

/// The operation's name in the journal, of counting what it would do.
const SIMULAR: &str = "simularAnulacionCaducidades";

/// How many are taken back in one transaction, so that whoever decides on one of them is not kept waiting for long.
const BATCH: usize = 1000;

/// Which lapses are to be taken back, and why.
#[derive(Debug, Clone, Copy)]
pub struct Orden<'a> {
    /// Written down at this instant or later.
    pub desde: DateTime<Utc>,
    /// Written down before this instant.
    pub hasta: DateTime<Utc>,
    /// Why, for the journal.
    pub motivo: &'a str,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anulacion {
    /// How many lapses were taken back.
    pub anuladas: usize,
    /// How many of these have lapsed again, since the end that they have now is past.
    pub de_nuevo: usize,
    /// How many of these had been practised elsewhere within the term that they have now (D-18); not foreseen.
    pub practicadas: usize,
    /// How many stay: their term ended, also as it is counted now.
    pub firmes: usize,
    /// How many stay since there is no calendar to tell their last day by.
    pub sin_calendario: usize,
    /// How many rows of the journal are not as they were written, and were passed over.
    pub alteradas: usize,
}

/// What the journal says was written down.
#[derive(Default)]
struct Escritas {
    batches: Vec<Escrita>,
    alteradas: usize,
}

impl AtDesk<'_> {
    /// What [`take_back`](Self::take_back) would do now.
    pub fn weigh_taking_back(&self, orden: Orden<'_>) -> Result<Anulacion, UseCaseError> {
        self.desk.read(|conn| {
            let at = self.now(conn)?;
            let written = written(conn, orden)?;
            let mut total = Anulacion {
                alteradas: written.alteradas,
                ..Anulacion::default()
            };
            for batch in &written.batches {
                let pesadas = caducidades::weigh(conn, batch, at)?;
                total.add(&pesadas, lapsed_again(&pesadas.anulables, at).len());
            }
            let deed = orden.deed(SIMULAR).count(total.anuladas);
            Ok((total, deed))
        })
    }

    /// Takes back the lapses that were written down in an interval, each batch with its row in the journal; tells `progress` what
    /// has been done. What of it is done stays done, and whoever orders the same again goes on from there.
    pub fn take_back(
        &self,
        orden: Orden<'_>,
        mut progress: impl FnMut(&Anulacion),
    ) -> Result<Anulacion, UseCaseError> {
        let written = self.desk.read(|conn| {
            let written = written(conn, orden)?;
            let deed = orden.deed(TAKEN_BACK).ended("empezado").count(written.count());
            Ok::<_, StoreError>((written, deed))
        })?;
        let mut total = Anulacion {
            alteradas: written.alteradas,
            ..Anulacion::default()
        };
        for batch in &written.batches {
            let began = Instant::now();
            self.batch(orden, batch, &mut total)?;
            progress(&total);
            rest::after(began);
        }
        Ok(total)
    }

    /// One batch. Of one that has nothing to be taken back there is no row.
    fn batch(&self, orden: Orden<'_>, batch: &Escrita, total: &mut Anulacion) -> Result<(), UseCaseError> {
        let before = self
            .desk
            .look(|conn| caducidades::weigh(conn, batch, self.desk.now()))?;
        if before.anulables.is_empty() {
            total.add(&before, 0);
            return Ok(());
        }
        let (pesadas, again, practised) = self.desk.write(|conn| {
            // In the order in which lapses are written down: nobody changes how terms are counted meanwhile.
            plazos::hold(conn)?;
            hold::hold_rows(conn, &batch.codigos)?;
            let at = self.now(conn)?;
            let pesadas = caducidades::weigh(conn, batch, at)?;
            let peticion = Uuid::now_v7();
            caducidades::take_back(conn, (batch.fila, peticion), &pesadas.anulables, at)?;
            let codes: Vec<Codigo> = pesadas.anulables.iter().map(|one| one.codigo).collect();
            // What had been told of them, and came after the end that their term had, may have come before the one that it has now.
            let of_news = Uuid::now_v7();
            let news = practicadas::tell_again(conn, &codes, of_news, at)?;
            let practised: HashSet<i32> = news.iter().map(|one| one.dicha.codigo).collect();
            let mut again = lapsed_again(&pesadas.anulables, at);
            again.retain(|codigo| !practised.contains(&codigo.number()));
            decisions::record_lapsed(conn, &again)?;
            let deed = orden
                .deed(TAKEN_BACK)
                .under(peticion)
                .count(pesadas.anulables.len())
                .codes(codes)
                .with(CADUCIDAD, batch.fila.to_string())
                .with("plazos", ends(&pesadas.anulables))
                .and(practicadas::deed(&news, of_news))
                .and(deed_of_lapse(&again));
            Ok::<_, UseCaseError>(((pesadas, again.len(), practised.len()), deed))
        })?;
        total.add(&pesadas, again);
        total.practicadas += practised;
        Ok(())
    }
}

/// The lapses that the journal says were written down in the interval of an order.
fn written(conn: &mut Reader, orden: Orden<'_>) -> Result<Escritas, StoreError> {
    let search = Search {
        operacion: Some(CADUCAR),
        desde: Some(orden.desde),
        hasta: Some(orden.hasta),
        ..Search::default()
    };
    let mut escritas = Escritas::default();
    // Each has up to a thousand codes, so that there are few.
    for fila in &journal::search(conn, &search, usize::MAX)?.filas {
        escritas.take(fila);
    }
    Ok(escritas)
}

impl Escritas {
    fn take(&mut self, fila: &Fila) {
        let read = || {
            let codes: Vec<i32> =
                serde_json::from_value(fila.detalle.as_ref()?.get(CADUCADAS)?.clone()).ok()?;
            let codigos: Option<Vec<Codigo>> = codes.into_iter().map(Codigo::new).collect();
            Some((fila.peticion?, codigos?))
        };
        match read().filter(|_| fila.intacta) {
            Some((peticion, codigos)) => self.batches.extend(codigos.chunks(BATCH).map(|codigos| Escrita {
                fila: peticion,
                codigos: codigos.to_vec(),
            })),
            None => self.alteradas += 1,
        }
    }

    fn count(&self) -> usize {
        self.batches.iter().map(|batch| batch.codigos.len()).sum()
    }
}

impl Orden<'_> {
    fn deed(&self, operacion: &'static str) -> Deed {
        Deed::of(operacion)
            .with("desde", self.desde.to_rfc3339())
            .with("hasta", self.hasta.to_rfc3339())
            .with("motivo", self.motivo)
    }
}

impl Anulacion {
    fn add(&mut self, pesadas: &Pesadas, de_nuevo: usize) {
        self.anuladas += pesadas.anulables.len();
        self.de_nuevo += de_nuevo;
        self.firmes += pesadas.firmes;
        self.sin_calendario += pesadas.sin_calendario;
    }
}

/// Those whose term is over at an instant, also by the end that they have now.
fn lapsed_again(anulables: &[Anulable], at: DateTime<Utc>) -> Vec<Codigo> {
    let over = anulables.iter().filter(|one| one.caduca <= at);
    over.map(|one| one.codigo).collect()
}

/// That they lapsed, as the journal tells every lapse.
fn deed_of_lapse(codigos: &[Codigo]) -> Option<Deed> {
    let codes: Vec<i32> = codigos.iter().map(|codigo| codigo.number()).collect();
    (!codes.is_empty()).then(|| Deed::of(CADUCAR).under(Uuid::now_v7()).with(CADUCADAS, codes))
}

/// The ends that they have now, with the codes of each.
fn ends(anulables: &[Anulable]) -> Value {
    let mut ends: BTreeMap<DateTime<Utc>, Vec<i32>> = BTreeMap::new();
    for one in anulables {
        ends.entry(one.caduca).or_default().push(one.codigo.number());
    }
    let each = ends
        .iter()
        .map(|(end, codigos)| json!({ "caduca": end.to_rfc3339(), "codigos": codigos }));
    each.collect()
}
