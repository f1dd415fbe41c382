//! Imported data into the store: each batch one durable transaction.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;
use uuid::Uuid;

use crate::domain::calendario::SinCalendario;
use crate::domain::clock::{self, Disagreement};
use crate::domain::contradiccion::Contradiccion;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Categoria, Codigo, Huella, NoHistoria, Notificacion, Practica, Situacion};
use crate::domain::poder::PoderDicho;
use crate::domain::procedimientos::{ProcedimientoDicho, Tabla};
use crate::domain::red::{Asignacion, CambioRed, CuentasRed, UsuarioRed};
use crate::store::cargas::{self, Carga, Progress};
use crate::store::journal;
use crate::store::personas::{Persona, PersonaDicha};
use crate::store::red::{TitularDicho, insert_cambios, tell_asignaciones, tell_titulares, tell_usuarios};
use crate::store::sucesiones::{self, SucesionDicha};
use crate::store::{
    Deed, Desk, StoreError, Writer, believed, historicas, hold, notificaciones, octets, personas, plazos,
    poderes, procedimientos, to_the_microsecond,
};

use super::deeds;
use super::run::{ImportError, Summary};
use super::sink::{ImportSink, LoadError, Order, Publicacion, RegistroRed, Rehearsal, SinkError, When};

/// That nothing is published, and no term moved, by a clock that is in doubt.
#[derive(Debug, Error)]
#[error("nothing is published by a clock that may be wrong; see `notess reloj estado`")]
pub(super) struct ClockInDoubt(#[source] pub(super) Disagreement);

/// A sink that writes into a store, as an operator's command has it: each batch has its row in the journal.
pub struct StoreSink<'a> {
    /// The desk at which somebody operates on a store.
    pub desk: &'a Desk<'a>,
    /// When what it is given of titles is recorded.
    pub registrado: DateTime<Utc>,
    /// By how much clocks may differ.
    pub salto_maximo: TimeDelta,
    /// What the journal calls it.
    pub operacion: &'static str,
    /// SHA-256 of the file, where it can be read before it is loaded.
    pub fichero: Option<Huella>,
    /// How far the file will have got.
    pub progress: Progress,
    /// Of which notifications news came late.
    pub tardias: Vec<Codigo>,
    /// Whether what it is given stays.
    pub rehearsal: Rehearsal,
}

impl StoreSink<'_> {
    /// Says in the journal what came of a file as a whole, of which `fichero` is the SHA-256.
    pub fn end(
        &self,
        outcome: &Result<Summary, ImportError>,
        fichero: Option<Huella>,
    ) -> Result<(), StoreError> {
        let deed = deeds::ended(Deed::of(self.operacion).file(fichero), outcome);
        self.desk.write(|conn| {
            if let Some(carga) = self.carga().filter(|_| outcome.is_ok()) {
                cargas::finish(conn, carga)?;
            }
            Ok(((), deed.clone()))
        })
    }

    /// How far this very file got before, if its load was stopped.
    pub fn stopped_at(&self) -> Result<Option<Progress>, StoreError> {
        match self.carga() {
            Some(carga) => self.desk.look(|conn| cargas::find(conn, carga)),
            None => Ok(None),
        }
    }

    /// The table of procedures.
    pub fn procedures(&self) -> Result<Tabla, StoreError> {
        self.desk.look(procedimientos::table)
    }

    /// Which load it is; none of what can be read only once, which nobody can go on with.
    fn carga(&self) -> Option<Carga> {
        let clase = self.operacion;
        self.fichero.map(|huella| Carga { huella, clase })
    }

    /// What is said of a batch of this file.
    pub(super) fn deed(&self) -> Deed {
        Deed::of(self.operacion).file(self.fichero)
    }

    /// Records how things stand, and says so in the journal. A load of the same kind that was stopped begins anew after it: what
    /// that one told would else be overruled by this, though it is loaded later. Nothing is told twice by that.
    fn write(
        &self,
        deed: &Deed,
        mut work: impl FnMut(&mut Writer) -> Result<(), StoreError>,
    ) -> Result<(), LoadError> {
        self.write_telling(|conn| {
            work(conn)?;
            cargas::supersede(conn, self.operacion, self.fichero)?;
            Ok(deed.clone())
        })
    }

    /// Does something, and says in the journal what that was, with how far the file has got.
    pub(super) fn write_telling(
        &self,
        mut work: impl FnMut(&mut Writer) -> Result<Deed, StoreError>,
    ) -> Result<(), LoadError> {
        let mut rehearsed = false;
        let written = self
            .desk
            .write(|conn| {
                let deed = work(conn)?;
                if self.rehearsal == Rehearsal::Yes {
                    rehearsed = true;
                    return Err(StoreError::Conflict);
                }
                if let Some(carga) = self.carga() {
                    cargas::advance(conn, carga, self.progress, self.desk.now())?;
                }
                Ok(((), deed))
            })
            .map_err(|error| match error {
                StoreError::Contradiction(why) => LoadError::Contradicted(why),
                StoreError::Duplicate(_)
                | StoreError::Dangling(_)
                | StoreError::Conflict
                | StoreError::Keyless
                | StoreError::NoKey { .. } => LoadError::Refused(error.into()),
                other => LoadError::Unavailable(other.into()),
            });
        if rehearsed { Ok(()) } else { written }
    }
}

/// Records what another system had published, and how it stood; the deed says so too (D-20).
fn tell_of_history(
    conn: &mut Writer,
    deed: Deed,
    batch: &[Publicacion],
    rows: &[Notificacion],
) -> Result<Deed, StoreError> {
    let pairs = batch.iter().zip(rows);
    let history: Vec<&Notificacion> = pairs
        .filter_map(|(one, row)| matches!(one.when, When::Before(_)).then_some(row))
        .collect();
    if history.is_empty() {
        return Ok(deed);
    }
    // Of its own, since a load of many batches is one request: the service looks for the row of one.
    let peticion = Uuid::now_v7();
    historicas::insert(conn, &history, peticion)?;
    let dichas: Vec<_> = history.iter().map(|one| historicas::dicha(one)).collect();
    Ok(deed.and(Some(deeds::historia(&dichas).under(peticion))))
}

impl ImportSink for StoreSink<'_> {
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        let found = self
            .desk
            .look(|conn| notificaciones::existing_codigos(conn, codigos))?;
        Ok(found.into_iter().collect())
    }

    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        Ok(self.desk.look(notificaciones::last_codigo)?)
    }

    fn progress(&mut self, progress: Progress) {
        self.progress = progress;
    }

    fn publicaciones(&mut self, batch: &[Publicacion], order: Order) -> Result<(), LoadError> {
        let (special, ordinary): (Vec<_>, Vec<_>) = batch
            .iter()
            .partition(|one| one.publicada.categoria == Categoria::Especial);
        let [special, ordinary] = [special, ordinary].map(documents_of);
        let names: BTreeMap<Nif, &str> = batch
            .iter()
            .map(|one| (one.publicada.sujeto, one.publicada.denominacion.as_str()))
            .collect();
        let deed = deeds::publicadas(self.deed(), batch);
        let first = batch.iter().map(|one| one.publicada.codigo).min();
        let mut refused = None;
        let written = self.write_telling(|conn| {
            // Those who publish take turns, whatever their order: one that is not committed yet may have a higher code.
            hold::hold_publication(conn)?;
            if order == Order::Ascending
                && let Some(last) = notificaciones::last_codigo(conn)?.filter(|last| Some(*last) > first)
            {
                refused = Some(LoadError::OutOfOrder(last));
                return Err(StoreError::Conflict);
            }
            let now = match believed(conn, self.desk.now(), self.salto_maximo)? {
                Ok(now) => now,
                Err(doubt) => {
                    refused = Some(LoadError::Unavailable(ClockInDoubt(doubt).into()));
                    return Err(StoreError::Conflict);
                }
            };
            let rows: Result<Vec<Notificacion>, NoHistoria> =
                batch.iter().map(|one| one.notificacion(now)).collect();
            let rows = match rows {
                Ok(rows) => rows,
                Err(why) => {
                    refused = Some(LoadError::History(why));
                    return Err(StoreError::Conflict);
                }
            };
            let tabla = procedimientos::table(conn)?;
            let in_force =
                |row: &Notificacion| tabla.find(row.procedimiento.codigo, row.puesta_a_disposicion);
            if rows.iter().any(|row| in_force(row) != Some(row.procedimiento)) {
                return Err(StoreError::Conflict);
            }
            add_unknown(conn, &names)?;
            octets::insert_documentos_especiales(conn, &special)?;
            octets::insert_documentos(conn, &ordinary)?;
            let rows = with_terms(conn, &rows)?;
            notificaciones::insert_notificaciones(conn, &rows)?;
            tell_of_history(conn, deed.clone(), batch, &rows)
        });
        match refused {
            Some(refused) if written.is_err() => Err(refused),
            _ => written,
        }
    }

    fn practicadas(&mut self, batch: &[Practica]) -> Result<(), LoadError> {
        self.record_practices(batch)
    }

    fn procedimientos(&mut self, batch: &[ProcedimientoDicho]) -> Result<(), LoadError> {
        let mut refused = None;
        let written = self.write(&deeds::procedimientos(self.deed(), batch), |conn| {
            // What is published meanwhile is published by the table that there was.
            hold::hold_publication(conn)?;
            // Behind all that was published, which may have been in this very microsecond where the clock is behind the journal.
            let after = journal::last(conn)?.map(|last| last + TimeDelta::microseconds(1));
            let now = clock::not_before(to_the_microsecond(self.desk.now()), after);
            let mut tabla = procedimientos::table(conn)?;
            for dicho in batch {
                match tabla.told(dicho, now) {
                    Ok(Some(fila)) => {
                        procedimientos::tell(conn, &fila)?;
                        tabla.add(fila);
                    }
                    Ok(None) => {}
                    Err(why) => {
                        refused = Some(LoadError::Procedure(why));
                        return Err(StoreError::Conflict);
                    }
                }
            }
            Ok(())
        });
        match refused {
            Some(refused) if written.is_err() => Err(refused),
            _ => written,
        }
    }

    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError> {
        self.write(&deeds::poderes(self.deed(), batch), |conn| {
            poderes::tell_poderes(conn, batch, self.registrado)
        })
    }

    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        let told = ByKind::of(batch);
        self.write(&deeds::red(self.deed(), batch), |conn| {
            // Before any row: who had one and waited for this would have whoever has this wait for it.
            hold::hold_titles(conn)?;
            told.record(conn, self.registrado)
        })
    }

    fn sucesiones(&mut self, batch: &[SucesionDicha]) -> Result<(), LoadError> {
        self.write(&deeds::sucesiones(self.deed(), batch), |conn| {
            hold::hold_titles(conn)?;
            // When it is told is asked for once nobody else is telling of titles.
            let now = clock::not_before(self.desk.now(), journal::last(conn)?);
            sucesiones::tell(conn, batch, to_the_microsecond(now))
        })
    }
}

/// The documents of publications, with their hashes.
fn documents_of(batch: Vec<&Publicacion>) -> Vec<(Huella, &[u8])> {
    batch
        .into_iter()
        .map(|one| (one.publicada.documento.huella, one.contenido.as_slice()))
        .collect()
}

/// Lines about RED, of each kind in their order: what is told of one authorisation or addressee is read and made anew once,
/// however many lines tell of it.
#[derive(Default)]
struct ByKind<'a> {
    /// Names of holders: the first that is told of each.
    names: BTreeMap<Nif, &'a str>,
    titulares: Vec<TitularDicho>,
    usuarios: Vec<UsuarioRed>,
    personas: Vec<PersonaDicha>,
    asignaciones: Vec<Asignacion>,
    cambios: Vec<CambioRed>,
}

impl<'a> ByKind<'a> {
    fn of(batch: &'a [RegistroRed]) -> Self {
        let mut told = Self::default();
        for registro in batch {
            match registro {
                RegistroRed::Autorizacion {
                    autorizacion,
                    titular,
                    denominacion,
                    desde,
                } => {
                    told.names.entry(*titular).or_insert(denominacion);
                    told.titulares.push(TitularDicho {
                        autorizacion: *autorizacion,
                        titular: *titular,
                        desde: *desde,
                    });
                }
                RegistroRed::Usuario(usuario) => told.usuarios.push(*usuario),
                RegistroRed::Cuentas {
                    nif,
                    denominacion,
                    cuentas,
                    desde,
                } => told.personas.push(PersonaDicha {
                    persona: Persona {
                        nif: *nif,
                        denominacion: denominacion.clone(),
                        cuentas: cuentas.clone(),
                    },
                    cuentas_desde: *desde,
                }),
                RegistroRed::Asignacion(asignacion) => told.asignaciones.push(asignacion.clone()),
                RegistroRed::Cambio(cambio) => told.cambios.push(cambio.clone()),
            }
        }
        told
    }

    /// Authorisations come first: users and assignments are of one on record.
    fn record(&self, conn: &mut Writer, registrado: DateTime<Utc>) -> Result<(), StoreError> {
        add_unknown(conn, &self.names)?;
        tell_titulares(conn, &self.titulares, registrado)?;
        tell_usuarios(conn, &self.usuarios, registrado)?;
        personas::tell_personas(conn, &self.personas, registrado)?;
        tell_asignaciones(conn, &self.asignaciones, registrado)?;
        insert_cambios(conn, &self.cambios, registrado)
    }
}

/// The same notifications, the terms of those that are pending counted as they are now (D-10, D-11). Whoever declares an outage
/// waits meanwhile.
fn with_terms(conn: &mut Writer, rows: &[Notificacion]) -> Result<Vec<Notificacion>, StoreError> {
    let computo = plazos::computo(conn)?;
    let counted = |row: &Notificacion| {
        let caduca = match row.situacion {
            Situacion::Pendiente { .. } => computo.lapse_of(row.puesta_a_disposicion, row.obligacion)?,
            Situacion::Decidida { .. } | Situacion::Caducada => row.caduca,
        };
        Ok(Notificacion {
            caduca,
            ..row.clone()
        })
    };
    let counted: Result<_, SinCalendario> = rows.iter().map(counted).collect();
    counted.map_err(|SinCalendario(anyo)| {
        StoreError::Contradiction(Contradiccion::SinCalendario(anyo, "puesta_a_disposicion"))
    })
}

/// Adds those of whom nothing is on record yet, leaving names and accounts of the rest as they are. By NIF, so that two
/// imports at once never wait for each other in a circle.
fn add_unknown(conn: &mut Writer, names: &BTreeMap<Nif, &str>) -> Result<(), StoreError> {
    let personas: Vec<Persona> = names
        .iter()
        .map(|(nif, name)| Persona {
            nif: *nif,
            denominacion: (*name).to_owned(),
            cuentas: CuentasRed::default(),
        })
        .collect();
    personas::insert_unknown(conn, &personas)
}
