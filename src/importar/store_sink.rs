//! Imported data into the store: each batch one durable transaction.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::clock;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Notificacion};
use crate::domain::poder::PoderDicho;
use crate::domain::red::CuentasRed;
use crate::store::journal::{self, Entry};
use crate::store::personas::{Persona, PersonaDicha};
use crate::store::red::{TitularDicho, insert_cambios, tell_asignaciones, tell_titulares, tell_usuarios};
use crate::store::{Durability, Store, StoreError, Writer, hold, notificaciones, octets, personas, poderes};

use super::sink::{ImportSink, LoadError, Orden, Publicacion, RegistroRed, SinkError};

/// A sink that writes into a store.
pub struct StoreSink<'a> {
    /// The store.
    pub store: &'a Store,
    /// When what it is given is recorded.
    pub registrado: DateTime<Utc>,
    /// The account of whoever loads.
    pub operador: &'a str,
}

impl StoreSink<'_> {
    fn write(&self, work: impl FnMut(&mut Writer) -> Result<(), StoreError>) -> Result<(), LoadError> {
        self.store
            .write(Durability::Full, work)
            .map_err(|error| match error {
                StoreError::Contradiction(why) => LoadError::Contradicted(why),
                StoreError::Duplicate(_) | StoreError::Dangling(_) | StoreError::Conflict => {
                    LoadError::Refused(error.into())
                }
                other => LoadError::Unavailable(other.into()),
            })
    }
}

impl StoreSink<'_> {
    /// The journal says which acts of materias of RED the body confirmed to be kept from it (D-56).
    fn tell_of_red(&self, conn: &mut Writer, codigos: &[i32]) -> Result<(), StoreError> {
        if codigos.is_empty() {
            return Ok(());
        }
        let held = journal::hold(conn)?;
        let entry = Entry {
            instante: clock::not_before(self.registrado, held.last()),
            peticion: Uuid::now_v7(),
            operacion: "publicarSinRed".to_owned(),
            persona: None,
            entidad: None,
            emisor: "operador".to_owned(),
            serie: self.operador.to_owned(),
            poderdante: None,
            resultado: "hecho".to_owned(),
            detalle: json!({ "codigos": codigos }),
            evidencia: None,
        };
        held.append(conn, &entry).map(drop)
    }
}

impl ImportSink for StoreSink<'_> {
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        let found = self
            .store
            .read::<_, StoreError, _>(|conn| notificaciones::existing_codigos(conn, codigos))?;
        Ok(found.into_iter().collect())
    }

    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        Ok(self.store.read::<_, StoreError, _>(notificaciones::last_codigo)?)
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
        let without_red: Vec<i32> = rows
            .iter()
            .filter(|row| row.leaves_red_out())
            .map(|row| row.codigo.number())
            .collect();
        let first = rows.iter().map(|row| row.codigo).min();
        let mut before = None;
        let written = self.write(|conn| {
            // Those who publish take turns, whatever their order: one that is not committed yet may have a higher code.
            hold::hold_publication(conn)?;
            if orden == Orden::Creciente {
                before = notificaciones::last_codigo(conn)?.filter(|last| Some(*last) > first);
                if before.is_some() {
                    return Err(StoreError::Conflict);
                }
            }
            add_unknown(conn, &names)?;
            octets::insert_documentos(conn, &documents)?;
            notificaciones::insert_notificaciones(conn, &rows)?;
            self.tell_of_red(conn, &without_red)
        });
        match before {
            Some(last) if written.is_err() => Err(LoadError::OutOfOrder(last)),
            _ => written,
        }
    }

    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError> {
        self.write(|conn| poderes::tell_poderes(conn, batch, self.registrado))
    }

    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        self.write(|conn| {
            // Before any row: who had one and waited for this would have whoever has this wait for it.
            hold::hold_titles(conn)?;
            let mut each = batch.iter();
            each.try_for_each(|registro| record(conn, registro, self.registrado))
        })
    }
}

fn record(conn: &mut Writer, registro: &RegistroRed, registrado: DateTime<Utc>) -> Result<(), StoreError> {
    match registro {
        RegistroRed::Autorizacion {
            autorizacion,
            titular,
            denominacion,
            desde,
        } => {
            add_unknown(conn, &BTreeMap::from([(*titular, denominacion.as_str())]))?;
            let dicho = TitularDicho {
                autorizacion: *autorizacion,
                titular: *titular,
                desde: *desde,
            };
            tell_titulares(conn, &[dicho], registrado)
        }
        RegistroRed::Usuario(usuario) => tell_usuarios(conn, &[*usuario], registrado),
        RegistroRed::Cuentas {
            nif,
            denominacion,
            cuentas,
            desde,
        } => {
            let persona = Persona {
                nif: *nif,
                denominacion: denominacion.clone(),
                cuentas: cuentas.clone(),
            };
            let dicha = PersonaDicha {
                persona,
                cuentas_desde: *desde,
            };
            personas::tell_personas(conn, &[dicha], registrado)
        }
        RegistroRed::Asignacion(asignacion) => {
            tell_asignaciones(conn, std::slice::from_ref(asignacion), registrado)
        }
        RegistroRed::Cambio(cambio) => insert_cambios(conn, std::slice::from_ref(cambio), registrado),
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
