//! The demonstration world poured into the store, as the service itself would have written it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::contract::canal::acuse_document;
use crate::domain::acuse::Acuse;
use crate::domain::notificacion::{Codigo, Huella, Notificacion, Sentido};
use crate::domain::poder::{Poder, PoderDicho};
use crate::domain::red::{Asignacion, CambioRed};
use crate::signature::SigningKey;
use crate::store::admitted::{self, Admitted};
use crate::store::journal::{self, Clase, Entry, Hoja, detalle};
use crate::store::red::{TitularDicho, insert_cambios, tell_asignaciones, tell_titulares};
use crate::store::{
    Durability, Store, StoreError, Writer, acuses, decisions, notificaciones, octets, personas, poderes,
};

use crate::usecase::Seal;
use crate::usecase::seal::{Sealer, seal};

use super::sink::{Autorizado, CaAdmitida, Decision, Persona, SinkError, WorldSink};

/// Decisions of the past that are journalled in one transaction.
const SLICE: usize = 1000;

/// A sink that writes each slice in a transaction of its own.
pub struct StoreSink<'a> {
    /// Where all is written, each slice in a transaction of its own.
    pub store: &'a Store,
    /// When what it is given is recorded.
    pub registrado: DateTime<Utc>,
}

impl StoreSink<'_> {
    fn write(&self, work: impl FnMut(&mut Writer) -> Result<(), StoreError>) -> Result<(), SinkError> {
        // What is lost in a power cut is only prepared once more.
        Ok(self.store.write(Durability::Relaxed, work)?)
    }
}

impl WorldSink for StoreSink<'_> {
    fn personas(&mut self, slice: &[Persona]) -> Result<(), SinkError> {
        let rows: Vec<personas::PersonaDicha> = slice
            .iter()
            .map(|persona| personas::Persona {
                nif: persona.nif,
                denominacion: persona.denominacion.clone(),
                cuentas: persona.cuentas.clone(),
            })
            .map(personas::PersonaDicha::from)
            .collect();
        self.write(|conn| personas::tell_personas(conn, &rows, self.registrado))
    }

    fn documentos(&mut self, slice: &[(Huella, Vec<u8>)]) -> Result<(), SinkError> {
        let rows = borrowed(slice);
        self.write(|conn| octets::insert_documentos(conn, &rows))
    }

    fn documentos_especiales(&mut self, slice: &[(Huella, Vec<u8>)]) -> Result<(), SinkError> {
        let rows = borrowed(slice);
        self.write(|conn| octets::insert_documentos_especiales(conn, &rows))
    }

    fn notificaciones(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
        self.write(|conn| notificaciones::insert_notificaciones(conn, slice))
    }

    fn decisiones(&mut self, slice: &[Decision]) -> Result<(), SinkError> {
        let decided: Vec<Notificacion> = slice.iter().map(|one| one.notificacion.clone()).collect();
        let acuses: Vec<_> = slice.iter().map(|one| one.acuse.clone()).collect();
        self.write(|conn| {
            for decision in slice {
                octets::keep_evidencia(conn, &decision.evidencia, decision.acuse.instante)?;
            }
            decisions::record_decisions(conn, &decided, &acuses)
        })
    }

    fn caducadas(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
        let lapsed: Vec<_> = slice.iter().map(|one| one.codigo).collect();
        self.write(|conn| decisions::record_lapsed(conn, &lapsed))
    }

    fn historia(&mut self) -> Result<(), SinkError> {
        let mut acts = self.store.read(acuses::instants)?;
        acts.sort_unstable();
        for slice in acts.chunks(SLICE) {
            let codigos: Vec<Codigo> = slice.iter().map(|(_, codigo)| *codigo).collect();
            self.write(|conn| {
                let mut acuses = acuses::of_codes(conn, &codigos)?;
                acuses.sort_by_key(|acuse| (acuse.instante, acuse.codigo));
                let of: HashMap<Codigo, Notificacion> = notificaciones::of_codes(conn, &codigos)?
                    .into_iter()
                    .map(|one| (one.codigo, one))
                    .collect();
                acuses
                    .iter()
                    .filter_map(|acuse| Some((acuse, of.get(&acuse.codigo)?)))
                    .try_for_each(|(acuse, notificacion)| tell(conn, acuse, notificacion))
            })?;
        }
        // Before anybody serves it.
        journal::number(self.store)?;
        Ok(())
    }

    fn sello(&mut self, key: &SigningKey) -> Result<(), SinkError> {
        let mut acts = self.store.read(acuses::instants)?;
        acts.sort_unstable();
        // As soon as the last one was decided.
        let Some((last, _)) = acts.last().copied() else {
            return Ok(());
        };
        let chain = [key.certificate().to_owned()];
        let (from, until) = key.validity()?;
        let sealer = Sealer {
            clock: &|| last,
            ids: &Uuid::now_v7,
            believe: &|_, _| Ok(()),
            huella_de_acuse: &acuse_document::huella,
            validity: Seal { from, until },
            make: &|served, at| acuse_document::sealed(key, &chain, at, served),
        };
        for slice in acts.chunks(SLICE) {
            let codigos: Vec<Codigo> = slice.iter().map(|(_, codigo)| *codigo).collect();
            seal(self.store, &sealer, &codigos, None)?;
        }
        journal::number(self.store)?;
        Ok(())
    }

    fn poderes(&mut self, slice: &[Poder]) -> Result<(), SinkError> {
        let dichos: Vec<PoderDicho> = slice.iter().cloned().map(PoderDicho::from).collect();
        self.write(|conn| poderes::tell_poderes(conn, &dichos, self.registrado))
    }

    fn autorizaciones(&mut self, slice: &[Autorizado]) -> Result<(), SinkError> {
        let rows: Vec<_> = slice
            .iter()
            .map(|one| TitularDicho {
                autorizacion: one.autorizacion,
                titular: one.titular,
                desde: None,
            })
            .collect();
        self.write(|conn| tell_titulares(conn, &rows, self.registrado))
    }

    fn asignaciones(&mut self, slice: &[Asignacion]) -> Result<(), SinkError> {
        self.write(|conn| tell_asignaciones(conn, slice, self.registrado))
    }

    fn cambios(&mut self, slice: &[CambioRed]) -> Result<(), SinkError> {
        self.write(|conn| insert_cambios(conn, slice, self.registrado))
    }

    fn ca_admitida(&mut self, ca: &CaAdmitida) -> Result<(), SinkError> {
        let entry = Admitted {
            nombre: ca.nombre.clone(),
            certificado: ca.certificado.clone(),
            desde: ca.desde,
            hasta: None,
            politicas: Vec::new(),
            revocacion: "crl".to_owned(),
            crl: Some(ca.crl.to_string_lossy().into_owned()),
            sellos: false,
            rsa_minimo: None,
        };
        self.write(|conn| admitted::insert(conn, &entry).map(drop))
    }
}

fn borrowed(documents: &[(Huella, Vec<u8>)]) -> Vec<(Huella, &[u8])> {
    documents
        .iter()
        .map(|(huella, pdf)| (*huella, pdf.as_slice()))
        .collect()
}

/// Has the journal tell of a decision, with its leaf (E-6).
fn tell(conn: &mut Writer, acuse: &Acuse, notificacion: &Notificacion) -> Result<(), StoreError> {
    let leaf = Hoja {
        clase: Clase::Decision,
        referencia: acuse.codigo.to_string(),
        huella: acuse_document::huella(acuse, notificacion),
    };
    let held = journal::hold(conn)?;
    held.append_with(conn, &row_of(acuse), &[leaf]).map(drop)
}

/// What the journal would say of a decision, had it come as a message of contract canal.
fn row_of(acuse: &Acuse) -> Entry {
    let decidida = BTreeSet::from([acuse.codigo.number()]);
    let none = BTreeSet::new();
    let operacion = match acuse.sentido {
        Sentido::Aceptacion => "firmarNotificaciones",
        Sentido::Rechazo => "rechazarNotificaciones",
    };
    Entry {
        instante: acuse.instante,
        peticion: acuse.peticion,
        operacion: operacion.to_owned(),
        persona: acuse.firmante.persona(),
        entidad: acuse.firmante.entidad(),
        emisor: "demostración".to_owned(),
        serie: "0".to_owned(),
        poderdante: Some(acuse.poderdante),
        resultado: "hecho".to_owned(),
        detalle: detalle::decididas(acuse.sentido, &decidida, &none, &none),
        evidencia: Some(acuse.evidencia),
    }
}
