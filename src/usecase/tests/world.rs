//! A company, its gestoría, its apoderado and somebody who has nothing to do with it.

mod holders;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use tempfile::TempDir;
use uuid::Uuid;

use crate::domain::acuse::Acuse;
use crate::domain::advertencia::Advertencia;
use crate::domain::advertencia::tests::de_pruebas;
use crate::domain::by_rol::{OneByRol, Poderdantes};
use crate::domain::clock::Disagreement;
use crate::domain::firmante::Firmante;
use crate::domain::materia::Procedimiento;
use crate::domain::nif::Nif;
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{Codigo, Documento, Estado, Huella, Notificacion, Sentido, Situacion};
use crate::domain::poder::{Alcance, EstadoPoder, Poder};
use crate::domain::red::{Asignacion, CuentasRed, Emitidas};
use crate::domain::rol::Rol;
use crate::store::audit::verify;
use crate::store::journal::{self, Entry, detalle};
use crate::store::personas::Persona;
use crate::store::red::TitularDicho;
use crate::store::{
    Durability, Store, StoreError, Writer, acuses, decisions, notificaciones, octets, personas, poderes, red,
};
use crate::trust::Holder;
use crate::usecase::{Caller, Identified, Mark, Repeated, Seal, Surroundings};

/// Whose notifications there are.
pub(super) const EMPRESA: &str = "B99999120";
/// What each request was received as.
pub(super) const RECEIVED: &[u8] = b"the signed request";
/// The file of the database, within its folder.
const DATABASE: &str = "notess.sqlite3";
/// What each document holds.
pub(super) const PDF: &[u8] = b"%PDF-1.7";

/// 2026-03-10 09:15:00 in Madrid, of which D-12 says that the term ends on the 20th.
pub(super) const PUBLISHED: i64 = 1_773_130_500;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Represents the company.
    Empresa,
    /// Represents the gestoría, whose RED authorisation manages the company.
    Gestoria,
    /// Has a power of the company.
    Apoderado,
    /// Has nothing to do with it.
    Extrano,
}

/// Who has which role of the company.
pub(super) const BY_ROL: [(Who, Rol); 3] = [
    (Who::Empresa, Rol::Propio),
    (Who::Gestoria, Rol::AutorizadoRed),
    (Who::Apoderado, Rol::Apoderado),
];

pub(super) struct World {
    pub(super) store: Store,
    pub(super) now: Cell<DateTime<Utc>>,
    pub(super) advertencia: Advertencia,
    pub(super) emitidas: Emitidas,
    pub(super) doubt: Cell<Option<Disagreement>>,
    pub(super) seal: Seal,
    holders: [Arc<Holder>; 4],
    ids: Cell<u128>,
    folder: TempDir,
}

pub(super) fn codigo(number: i32) -> Codigo {
    Codigo::new(number).unwrap()
}

pub(super) fn nif(text: &str) -> Nif {
    text.parse().unwrap()
}

pub(super) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(PUBLISHED + seconds, 0).unwrap()
}

/// One of the company's, published when the term of D-12 began.
pub(super) fn notificacion(number: i32) -> Notificacion {
    altered(published(PUBLISHED), |publicada| {
        publicada.codigo = codigo(number);
        publicada.sujeto = nif(EMPRESA);
        publicada.documento = Documento {
            huella: Huella(openssl::sha::sha256(PDF)),
            tamano: 8,
        };
    })
}

/// One that RED does not reach, being of another materia.
pub(super) fn of_the_inss(number: i32) -> Notificacion {
    altered(notificacion(number), |publicada| {
        publicada.procedimiento = Procedimiento::find("INSS-IT").unwrap();
    })
}

pub(super) fn poder(estado: EstadoPoder) -> Poder {
    Poder {
        referencia: "P-1".to_owned(),
        poderdante: nif(EMPRESA),
        apoderado: nif("99999901H"),
        alcance: Alcance::General,
        estado,
        inscrito: instant(-1_000_000),
        fin: instant(100_000_000),
        baja: None,
    }
}

pub(super) fn asignacion(hasta: Option<DateTime<Utc>>) -> Asignacion {
    Asignacion {
        autorizacion: "123456".parse().unwrap(),
        sujeto: nif(EMPRESA),
        cuenta: "28999990168".parse().unwrap(),
        desde: instant(-1_000_000),
        hasta,
    }
}

impl World {
    pub(super) fn with(new: &[Notificacion]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE);
        let store = Store::open(&path.to_string_lossy().parse().unwrap(), 2).unwrap();
        store.migrate().unwrap();
        store
            .write::<_, StoreError, _>(Durability::Relaxed, |conn| {
                let cuentas = CuentasRed {
                    ccc_principal: Some("28999990168".parse().unwrap()),
                    naf: None,
                };
                let empresa = Persona {
                    nif: nif(EMPRESA),
                    denominacion: "HORNOS DEL SUR SL".to_owned(),
                    cuentas,
                };
                personas::tell_personas(conn, &[empresa.into()], instant(-1_000_000))?;
                let gestoria = TitularDicho {
                    autorizacion: "123456".parse().unwrap(),
                    titular: nif("A99999013"),
                    desde: None,
                };
                red::tell_titulares(conn, &[gestoria], instant(-1_000_000))?;
                red::tell_asignaciones(conn, &[asignacion(None)], instant(-1_000_000))?;
                let power = poder(EstadoPoder::Inscrito).into();
                poderes::tell_poderes(conn, &[power], instant(-1_000_000))?;
                octets::insert_documentos(conn, &[(Huella(openssl::sha::sha256(PDF)), PDF)])?;
                publish(conn, new)
            })
            .unwrap();
        Self {
            store,
            now: Cell::new(instant(3600)),
            advertencia: de_pruebas(),
            emitidas: Emitidas::Conservar,
            doubt: Cell::new(None),
            seal: Seal {
                from: instant(-1_000_000),
                until: instant(100_000_000),
            },
            holders: holders::holders(),
            ids: Cell::new(1000),
            folder,
        }
    }

    /// Asks as somebody, in a message that may be repeated.
    pub(super) fn as_<T>(
        &self,
        who: Who,
        ask: impl FnOnce(&Store, &Caller<'_>, &Surroundings<'_>) -> T,
    ) -> T {
        self.by(who, self.new_id().as_bytes(), Repeated::Answered, ask)
    }

    /// Asks as somebody, by the message that has this signature.
    pub(super) fn by<T>(
        &self,
        who: Who,
        signature: &[u8],
        repeated: Repeated,
        ask: impl FnOnce(&Store, &Caller<'_>, &Surroundings<'_>) -> T,
    ) -> T {
        let clock = || self.now.get();
        let ids = || self.new_id();
        let around = Surroundings {
            clock: &clock,
            ids: &ids,
            advertencia: &self.advertencia,
            emitidas: self.emitidas,
            believe: &|_, _| self.doubt.get().map_or(Ok(()), Err),
            seal: self.seal,
            certificado: b"certificate",
            huella_de_acuse: &|acuse, _| Huella(openssl::sha::sha256(acuse.identificador.as_bytes())),
        };
        let caller = Caller {
            who: Identified::Certificate(self.holder(who)),
            peticion: self.new_id(),
            operacion: "prueba",
            mark: Mark {
                key: openssl::sha::sha256(signature),
                until: DateTime::<Utc>::MAX_UTC,
                repeated,
            },
            received: RECEIVED,
        };
        ask(&self.store, &caller, &around)
    }

    pub(super) fn holder(&self, who: Who) -> &Holder {
        &self.holders[who as usize]
    }

    pub(super) fn write(&self, work: impl Fn(&mut crate::store::Writer) -> Result<(), StoreError>) {
        self.store.write(Durability::Relaxed, work).unwrap();
    }

    pub(super) fn estado(&self, number: i32) -> Estado {
        let find = |conn: &mut _| notificaciones::find(conn, nif(EMPRESA), &[codigo(number)]);
        let found: Vec<Notificacion> = self.store.read::<_, StoreError, _>(find).unwrap();
        found[0].estado_at(self.now.get())
    }

    pub(super) fn caduca(&self, number: i32) -> Option<DateTime<Utc>> {
        let find = |conn: &mut _| notificaciones::find(conn, nif(EMPRESA), &[codigo(number)]);
        let found: Vec<Notificacion> = self.store.read::<_, StoreError, _>(find).unwrap();
        found[0].caduca
    }

    pub(super) fn acuse(&self, number: i32) -> Option<Acuse> {
        let find = |conn: &mut _| acuses::acuses_of(conn, nif(EMPRESA), &[codigo(number)]);
        self.store.read::<_, StoreError, _>(find).unwrap().pop()
    }

    /// How many rows the journal has.
    pub(super) fn rows(&self) -> u64 {
        self.store
            .read::<_, StoreError, _>(|conn| verify(conn, None, |_| {}, |found| panic!("{found:?}")))
            .unwrap()
            .rows
    }

    /// What the last row of the journal says: result and particulars.
    pub(super) fn last_row(&self) -> Option<(String, serde_json::Value)> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            resultado: String,
            #[diesel(sql_type = Text)]
            detalle: String,
        }
        let path = self.folder.path().join(DATABASE);
        let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
        let last = "select resultado, detalle from auditoria order by id desc limit 1";
        let row: Option<Row> = sql_query(last).get_result(&mut conn).optional().unwrap();
        row.map(|row| (row.resultado, serde_json::from_str(&row.detalle).unwrap()))
    }

    fn new_id(&self) -> Uuid {
        self.ids.set(self.ids.get() + 1);
        Uuid::from_u128(self.ids.get())
    }
}

/// Publishes notifications; of those that are decided, with the acuse and the row of the journal that go with it.
fn publish(conn: &mut Writer, new: &[Notificacion]) -> Result<(), StoreError> {
    let as_published = |notificacion: &Notificacion| match notificacion.situacion {
        Situacion::Decidida { .. } => Notificacion {
            situacion: Situacion::Pendiente {
                acuse_solicitado: false,
            },
            ..notificacion.clone()
        },
        _ => notificacion.clone(),
    };
    let published: Vec<Notificacion> = new.iter().map(as_published).collect();
    notificaciones::insert_notificaciones(conn, &published)?;
    for decided in new {
        if let Situacion::Decidida { sentido, instante } = decided.situacion {
            decide(conn, decided, sentido, instante)?;
        }
    }
    Ok(())
}

/// Records that the apoderado decided.
fn decide(
    conn: &mut Writer,
    decided: &Notificacion,
    sentido: Sentido,
    instante: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (peticion, firmante) = (Uuid::now_v7(), nif("99999901H"));
    let evidencia = octets::keep_evidencia(conn, RECEIVED, instante)?;
    let acuse = Acuse {
        identificador: Uuid::now_v7(),
        codigo: decided.codigo,
        poderdante: decided.sujeto,
        sentido,
        instante,
        firmante: Firmante::Persona {
            nif: firmante,
            nombre: "MARTA ROBLES IBARRA".to_owned(),
        },
        rol: Rol::Apoderado,
        autorizacion: None,
        documento: decided.documento.huella,
        evidencia,
        peticion,
        motivo: None,
    };
    decisions::record_decisions(conn, std::slice::from_ref(decided), &[acuse])?;
    let (codigo, none) = (BTreeSet::from([decided.codigo.number()]), BTreeSet::new());
    let entry = Entry {
        instante,
        peticion,
        operacion: "prueba".to_owned(),
        persona: Some(firmante),
        entidad: None,
        emisor: "CN=AC DE PRUEBA".to_owned(),
        serie: "1".to_owned(),
        poderdante: Some(decided.sujeto),
        resultado: "hecho".to_owned(),
        detalle: detalle::decididas(sentido, &codigo, &none, &none),
        evidencia: Some(evidencia),
    };
    journal::append(conn, &entry).map(drop)
}

pub(super) fn one(rol: Rol, number: i32) -> OneByRol {
    OneByRol {
        poderdantes: Poderdantes::Uno(nif(EMPRESA)),
        rol,
        codigo: codigo(number),
    }
}

/// The same notification, decided or lapsed.
pub(super) fn in_situation(number: i32, situacion: Situacion) -> Notificacion {
    Notificacion {
        situacion,
        ..notificacion(number)
    }
}

// ---- Certificates ----
