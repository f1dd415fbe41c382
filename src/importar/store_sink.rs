//! Imported data into the store: each batch one durable transaction.

use std::collections::{BTreeMap, HashSet};

use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Notificacion};
use crate::domain::poder::Poder;
use crate::domain::red::CuentasRed;
use crate::store::personas::Persona;
use crate::store::red::{insert_cambios, upsert_asignaciones, upsert_autorizaciones};
use crate::store::{Durability, Store, StoreError, Writer, notificaciones, octets, personas, poderes};

use super::sink::{ImportSink, LoadError, Orden, Publicacion, RegistroRed, SinkError};

/// A sink that writes into a store.
pub struct StoreSink<'a>(pub &'a Store);

impl StoreSink<'_> {
    fn write(&self, work: impl FnMut(&mut Writer) -> Result<(), StoreError>) -> Result<(), LoadError> {
        self.0.write(Durability::Full, work).map_err(|error| match error {
            StoreError::Duplicate(_) | StoreError::Dangling(_) | StoreError::Conflict => {
                LoadError::Refused(error.into())
            }
            other => LoadError::Unavailable(other.into()),
        })
    }
}

impl ImportSink for StoreSink<'_> {
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        let found = self
            .0
            .read::<_, StoreError, _>(|conn| notificaciones::existing_codigos(conn, codigos))?;
        Ok(found.into_iter().collect())
    }

    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        Ok(self.0.read::<_, StoreError, _>(notificaciones::last_codigo)?)
    }

    fn publicaciones(&mut self, batch: &[Publicacion], orden: Orden) -> Result<(), LoadError> {
        let documents: Vec<_> = batch
            .iter()
            .map(|one| (one.notificacion.documento.huella, one.contenido.as_slice()))
            .collect();
        let rows: Vec<Notificacion> = batch.iter().map(|one| one.notificacion.clone()).collect();
        let names: BTreeMap<Nif, &str> = rows
            .iter()
            .map(|row| (row.sujeto, row.denominacion.as_str()))
            .collect();
        let first = rows.iter().map(|row| row.codigo).min();
        let mut before = None;
        let written = self.write(|conn| {
            // Those who publish take turns, whatever their order: one that is not committed yet may have a higher code.
            notificaciones::hold_publication(conn)?;
            if orden == Orden::Creciente {
                before = notificaciones::last_codigo(conn)?.filter(|last| Some(*last) > first);
                if before.is_some() {
                    return Err(StoreError::Conflict);
                }
            }
            add_unknown(conn, &names)?;
            octets::insert_documentos(conn, &documents)?;
            notificaciones::insert_notificaciones(conn, &rows)
        });
        match before {
            Some(last) if written.is_err() => Err(LoadError::OutOfOrder(last)),
            _ => written,
        }
    }

    fn poderes(&mut self, batch: &[Poder]) -> Result<(), LoadError> {
        self.write(|conn| poderes::upsert_poderes(conn, batch))
    }

    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        self.write(|conn| batch.iter().try_for_each(|registro| record(conn, registro)))
    }
}

fn record(conn: &mut Writer, registro: &RegistroRed) -> Result<(), StoreError> {
    match registro {
        RegistroRed::Autorizacion {
            autorizacion,
            titular,
            denominacion,
        } => {
            add_unknown(conn, &BTreeMap::from([(*titular, denominacion.as_str())]))?;
            upsert_autorizaciones(conn, &[(*autorizacion, *titular)])
        }
        RegistroRed::Cuentas {
            nif,
            denominacion,
            cuentas,
        } => {
            let persona = Persona {
                nif: *nif,
                denominacion: denominacion.clone(),
                cuentas: cuentas.clone(),
            };
            personas::upsert_personas(conn, &[persona])
        }
        RegistroRed::Asignacion(asignacion) => upsert_asignaciones(conn, std::slice::from_ref(asignacion)),
        RegistroRed::Cambio(cambio) => insert_cambios(conn, std::slice::from_ref(cambio)),
    }
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
