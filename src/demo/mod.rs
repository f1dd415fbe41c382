//! The demonstration world: authorities, holders, those whom they represent, and their notifications.
//!
//! Keys are new each time; everything else follows from a seed and the instant of preparation, and codes, people and what
//! became of each from the seed alone. Terms run for ten days, so that a world has pending notifications for about that long;
//! then a new one is prepared.
//!
//! ```text
//! DIR/ca/admitida.{crt,key,crl}.pem      the authority of the allowed list
//! DIR/ca/no-admitida.{crt,key,crl}.pem   one outside it
//! DIR/titulares/NOMBRE.{p12,crt.pem,key.pem}
//! DIR/servicio/servicio.{crt,key}.pem    with which answers are signed
//! DIR/servicio/otra.{crt,key}.pem        with which they are signed where a changed key is to be tried
//! DIR/servicio/sello.{crt,key}.pem       with which acuses and receipts are sealed
//! DIR/servicio/ca.{crt,crl}.pem          who issued those certificates
//! DIR/tsa/tsa.{crt,key}.pem              with which what is kept is dated, and raiz.{crt,crl}.pem above it
//! DIR/escenario.json                     all of it, for test harnesses; written last
//! ```

mod store_sink;
mod random;
mod identifiers;
mod files;
mod subject;
mod authority;
mod pki;
mod pki_files;
mod keys;
mod addressee;
mod people;
mod addressees;
mod clients;
mod volumes;
mod plan;
mod acts;
mod pdf;
mod decisions;
mod notifications;
mod reached;
pub mod scenario;
mod sink;
mod tsa;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use indicatif::ProgressBar;
use openssl::error::ErrorStack;
use thiserror::Error;

use crate::domain::advertencia::Advertencia;
use crate::domain::notificacion::{Categoria, Codigo};

use notifications::{Made, Outcome};
use people::{Cast, EstadoCertificado};
use pki::Kinds;
use plan::Plan;
use reached::Reached;

pub use authority::KeyKind;
pub use pki::{CIPHER_KEY, CaFiles, OTHER, PASSWORD, Pki, ServicioFiles, TitularFiles, write_cipher_key};
pub use scenario::{Ca, Escenario, PoderdanteEscenario, Servicio, TitularEscenario, Urls};
pub use sink::{Autorizado, CaAdmitida, Decision, Persona, SinkError, WorldSink};
pub use store_sink::StoreSink;
pub use tsa::{TsaFiles, tsa};

/// The environment of every demonstration.
pub const ENTORNO: &str = "pruebas";

/// The legal warning in force in the demonstration.
fn advertencia() -> Advertencia {
    Advertencia::vigente(ENTORNO, None)
}

/// The name of the authority that is admitted in a demonstration.
pub const ADMITTED: &str = "AC DEMO ADMITIDA";
/// Where the numbers of the invented data start, if nobody says.
const SEED: u64 = 0x006E_6F74_6573_7321;
/// The first code: all of them have six figures up to nine hundred thousand notifications.
const FIRST_CODE: i32 = 100_001;
/// Rows handed to the sink at a time.
const SLICE: usize = 2000;

/// What to prepare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The port on which it will be served.
    pub puerto: u16,
    /// How many notifications in all, if not the cast's own, some 1,500.
    pub notificaciones: Option<u64>,
    /// Where the numbers of the invented data start, if somewhere else.
    pub semilla: Option<u64>,
    /// What key the service signs with.
    pub clave_servicio: KeyKind,
    /// What keys holders have.
    pub clave_titulares: KeyKind,
}

/// What was prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The data folder, absolute.
    pub dir: PathBuf,
    /// Keys and certificates.
    pub pki: Pki,
    /// What `escenario.json` says.
    pub escenario: Escenario,
    /// How many notifications there are.
    pub notificaciones: usize,
}

/// Why no demonstration could be prepared.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// Path of the file or folder.
        path: PathBuf,
        /// What the system says of it.
        source: std::io::Error,
    },
    /// A file or folder could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Path of the file or folder.
        path: PathBuf,
        /// What the system says of it.
        source: std::io::Error,
    },
    /// A key, certificate or CRL could not be made.
    #[error("cannot make keys and certificates")]
    Crypto(#[from] ErrorStack),
    /// The sink refused a slice.
    #[error("cannot load the demonstration")]
    Sink(#[source] SinkError),
    /// `escenario.json` could not be composed.
    #[error("cannot compose escenario.json")]
    Json(#[from] serde_json::Error),
    /// No check character makes an identifier of this.
    #[error("no valid identifier can be made like {0}")]
    Identifier(String),
    /// More notifications than there are codes or identifiers for.
    #[error("too many notifications were asked for")]
    TooMany,
    /// The present is so far off that dates around it cannot be told.
    #[error("the clock is out of the calendar")]
    Calendar,
    /// Some data are longer than what holds them.
    #[error("some data of the demonstration do not fit where they belong")]
    Encoding,
    /// Nobody could have decided this notification.
    #[error("nobody could have decided notification {0}")]
    Undecidable(Codigo),
}

/// Whether a folder holds a whole demonstration.
#[must_use]
pub fn is_prepared(dir: &Path) -> bool {
    scenario::path(dir).is_file()
}

/// Prepares a demonstration as of `now`: keys and certificates under `dir`, everything else into `sink`, and
/// `escenario.json` once all the rest is there. `progress` counts notifications. After a failure it is begun again with
/// an empty sink; what lies under `dir` is replaced.
pub fn prepare(
    dir: &Path,
    options: Options,
    now: DateTime<Utc>,
    sink: &mut dyn WorldSink,
    progress: &ProgressBar,
) -> Result<World, DemoError> {
    files::folder(dir)?;
    let dir = fs::canonicalize(dir).map_err(|source| DemoError::Write {
        path: dir.to_owned(),
        source,
    })?;
    let cast = cast(options, now)?;
    let seed = options.semilla.unwrap_or(SEED);
    let plans = plan::plan(&cast.addressees, seed, now)?;
    progress.set_length(plans.len().try_into().unwrap_or(u64::MAX));

    let kinds = Kinds {
        titulares: options.clave_titulares,
        servicio: options.clave_servicio,
    };
    let pki = pki::create(&dir, &cast.titulares, kinds, now)?;
    load_titles(&cast, sink)?;
    sink.ca_admitida(&CaAdmitida {
        nombre: ADMITTED.to_owned(),
        certificado: pki.ca_admitida_der.clone(),
        crl: pki.ca_admitida.crl.clone(),
        desde: authority::days_before(now, 1461)?,
    })
    .map_err(DemoError::Sink)?;

    let mut reached = Reached::new(&cast, now)?;
    let mut next_code = FIRST_CODE;
    for plans in plans.chunks(SLICE) {
        let slice = make(plans, &mut next_code, &cast, (seed, now))?;
        for (plan, made) in plans.iter().zip(&slice) {
            reached.note(
                usize::try_from(plan.addressee).unwrap_or(usize::MAX),
                made.actual(),
            );
        }
        load(slice, sink).map_err(DemoError::Sink)?;
        progress.inc(plans.len().try_into().unwrap_or_default());
    }

    sink.historia().map_err(DemoError::Sink)?;
    sink.sello(&pki.servicio.seal()?).map_err(DemoError::Sink)?;

    let escenario = describe(options, (seed, now), &cast, &pki, reached);
    scenario::write(&dir, &escenario)?;
    Ok(World {
        dir,
        pki,
        escenario,
        notificaciones: plans.len(),
    })
}

/// The cast, with as many more clients as the number of notifications calls for, or with fewer notifications of its own.
fn cast(options: Options, now: DateTime<Utc>) -> Result<Cast, DemoError> {
    let mut cast = Cast::new(now)?;
    let own: u64 = cast
        .addressees
        .iter()
        .map(|addressee| u64::from(addressee.volume.pendientes) + u64::from(addressee.volume.historicas))
        .sum();
    let wanted = options.notificaciones.unwrap_or(own);
    if wanted < own {
        volumes::spread(&mut cast.addressees, wanted);
    }
    cast.addressees
        .extend(clients::clients(wanted.saturating_sub(own), now)?);
    Ok(cast)
}

fn load_titles(cast: &Cast, sink: &mut dyn WorldSink) -> Result<(), DemoError> {
    let addressees = || cast.addressees.iter();
    in_slices(addressees().map(|s| s.persona.clone()), |slice| {
        sink.personas(slice)
    })?;
    in_slices(cast.autorizaciones.iter().cloned(), |slice| {
        sink.autorizaciones(slice)
    })?;
    in_slices(addressees().flat_map(|s| s.asignaciones.clone()), |slice| {
        sink.asignaciones(slice)
    })?;
    in_slices(addressees().flat_map(|s| s.cambios.clone()), |slice| {
        sink.cambios(slice)
    })?;
    in_slices(addressees().flat_map(|s| s.poderes.clone()), |slice| {
        sink.poderes(slice)
    })
}

fn in_slices<T>(
    items: impl Iterator<Item = T>,
    mut take: impl FnMut(&[T]) -> Result<(), SinkError>,
) -> Result<(), DemoError> {
    let mut items = items.peekable();
    while items.peek().is_some() {
        let slice = items.by_ref().take(SLICE).collect::<Vec<_>>();
        take(&slice).map_err(DemoError::Sink)?;
    }
    Ok(())
}

fn make(
    plans: &[Plan],
    next_code: &mut i32,
    cast: &Cast,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<Vec<Made>, DemoError> {
    plans
        .iter()
        .map(|plan| {
            let codigo = Codigo::new(*next_code).ok_or(DemoError::TooMany)?;
            *next_code = next_code.checked_add(1).ok_or(DemoError::TooMany)?;
            Made::new(plan, codigo, cast, seed, now)
        })
        .collect()
}

fn load(slice: Vec<Made>, sink: &mut dyn WorldSink) -> Result<(), SinkError> {
    let mut special = Vec::new();
    let (mut documents, mut published) = (Vec::with_capacity(slice.len()), Vec::with_capacity(slice.len()));
    let (mut decisions, mut lapsed) = (Vec::new(), Vec::new());
    for made in slice {
        let document = (made.publicada.documento.huella, made.documento);
        match made.publicada.categoria {
            Categoria::Ordinaria => documents.push(document),
            Categoria::Especial => special.push(document),
        }
        published.push(made.publicada);
        match made.outcome {
            Outcome::Ninguno => {}
            Outcome::Decidida(decision) => decisions.push(*decision),
            Outcome::Caducada(caducada) => lapsed.push(caducada),
        }
    }
    sink.documentos(&documents)?;
    sink.documentos_especiales(&special)?;
    sink.notificaciones(&published)?;
    sink.decisiones(&decisions)?;
    sink.caducadas(&lapsed)
}

fn describe(
    options: Options,
    (seed, now): (u64, DateTime<Utc>),
    cast: &Cast,
    pki: &Pki,
    reached: Reached,
) -> Escenario {
    let ca = |files: &CaFiles| Ca {
        certificado: files.certificado.clone(),
        clave: files.clave.clone(),
        crl: files.crl.clone(),
    };
    let poderdantes = reached.finish(cast.titulares.len());
    let titulares = cast
        .titulares
        .iter()
        .zip(&pki.titulares)
        .zip(poderdantes)
        .map(|((titular, files), poderdantes)| TitularEscenario {
            nombre: titular.nombre.to_owned(),
            nif: titular.subject.nif.as_str().to_owned(),
            nif_representado: titular.firmante.entidad().map(|nif| nif.as_str().to_owned()),
            p12: files.p12.clone(),
            certificado: files.certificado.clone(),
            clave: files.clave.clone(),
            contrasena: PASSWORD.to_owned(),
            estado_certificado: match titular.certificado {
                EstadoCertificado::Vigente => "vigente",
                EstadoCertificado::Caducado => "caducado",
                EstadoCertificado::Revocado => "revocado",
                EstadoCertificado::NoAdmitido => "no_admitido",
            }
            .to_owned(),
            poderdantes,
        })
        .collect();
    Escenario {
        urls: Urls::local(options.puerto),
        entorno: ENTORNO.to_owned(),
        semilla: seed,
        preparado: now.to_rfc3339_opts(SecondsFormat::Micros, true),
        advertencia: advertencia().codigo,
        ca_admitida: ca(&pki.ca_admitida),
        ca_no_admitida: ca(&pki.ca_no_admitida),
        servicio: Servicio {
            certificado: pki.servicio.certificado.clone(),
            ca: pki.servicio.ca.clone(),
        },
        titulares,
    }
}

#[cfg(test)]
mod tests;
