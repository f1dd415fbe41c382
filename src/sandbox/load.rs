//! What is loaded by the door: the files that operators load, by the same importer; whole, or not at all.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use indicatif::ProgressBar;
use openssl::sha::sha256;
use pdf_writer::{Pdf, Rect, Ref};
use serde_json::{Value, json};

use actix_web::http::StatusCode;

use crate::chain::Chain;
use crate::domain::notificacion::Huella;
use crate::importar::{
    Carga, Encoding, Folder, Format, ImportError, LoadError, Options, Order, Progress, Refusal, Rehearsal,
    StoreSink, Summary, Whole, fit, import_autorizados_red, import_notificaciones, import_poderes,
    import_sucesiones,
};

use super::Sandbox;
use super::answer::{Refused, Wrong};
use super::steer::failed;

/// The document that every demonstration has, for who has none at hand.
const SAMPLE: &str = "ejemplo.pdf";
/// The longest name of a document.
const LONGEST: usize = 100;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Notifications, in the order of their codes or in any, published now or by another system before.
    Notificaciones(Order, Carga),
    /// Powers of attorney.
    Poderes,
    /// What is known of RED.
    AutorizadosRed,
    /// Who succeeds addressees.
    Sucesiones,
}

impl Kind {
    /// What the journal calls the load.
    fn operacion(self) -> &'static str {
        match self {
            Self::Notificaciones(..) => "importarNotificaciones",
            Self::Poderes => "importarPoderes",
            Self::AutorizadosRed => "importarAutorizadosRed",
            Self::Sucesiones => "importarSucesiones",
        }
    }
}

/// Makes the folder of documents, with one in it.
pub(super) fn prepare(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let (catalog, pages, page) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    pdf.page(page)
        .parent(pages)
        .media_box(Rect::new(0.0, 0.0, 595.0, 842.0));
    fs::write(folder.join(SAMPLE), pdf.finish())
}

impl Sandbox {
    /// Keeps a document under a name, for lines to name it.
    pub(super) fn keep_document(&self, name: &str, octets: Vec<u8>) -> Result<Value, Refused> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.starts_with('.') || name.len() > LONGEST || !name.chars().all(plain) {
            return Err(Refused::asked(vec![Wrong::field(
                "nombre",
                "ha de tener hasta 100 letras sin acentos, cifras, puntos y guiones, y no empezar por punto",
            )]));
        }
        let octets =
            fit(octets).map_err(|error| Refused::asked(vec![Wrong::field("cuerpo", error.to_string())]))?;
        // No name that is taken begins with a point: nobody reads half of a document.
        let fresh = self.documents.join(format!(".{name}"));
        fs::write(&fresh, &octets)
            .and_then(|()| fs::rename(&fresh, self.documents.join(name)))
            .map_err(|error| Refused::failed(format!("no se puede guardar: {error}")))?;
        Ok(json!({ "documento": name, "octetos": octets.len() }))
    }

    /// Loads a file: every line of it or none.
    pub(super) fn load(&self, kind: Kind, format: Format, body: &[u8]) -> Result<Value, Refused> {
        let desk = self.desk();
        let folder = Folder::open(&self.documents).map_err(|error| failed(&error))?;
        let encoding = match format {
            Format::JsonLines => Encoding::Utf8,
            Format::Csv => Encoding::of(&mut &*body).map_err(|error| failed(&error))?,
        };
        let now = desk.now();
        let sink = StoreSink {
            desk: &desk,
            registrado: now,
            salto_maximo: self.salto_maximo,
            operacion: kind.operacion(),
            fichero: Some(Huella(sha256(body))),
            progress: Progress::default(),
            tardias: Vec::new(),
            rehearsal: Rehearsal::No,
        };
        let tabla = sink.procedures().map_err(|error| failed(&error))?;
        let (mut refused, mut notices) = (Vec::new(), Vec::new());
        let bar = ProgressBar::hidden();
        let how = Options {
            format,
            encoding,
            now,
            desde: Progress::default(),
            advance: &mut |_| (),
            bar: &bar,
            report: &mut |one| refused.extend(wrong_with(one)),
            notice: &mut |linea, reason| notices.push(json!({ "linea": linea, "motivo": reason })),
        };
        let mut whole = Whole::new(sink);
        let mut input = body;
        let outcome = match kind {
            Kind::Notificaciones(order, carga) => {
                import_notificaciones(&mut input, (&folder, &tabla), (order, carga), how, &mut whole)
            }
            Kind::Poderes => import_poderes(&mut input, how, &mut whole),
            Kind::AutorizadosRed => import_autorizados_red(&mut input, how, &mut whole),
            Kind::Sucesiones => import_sucesiones(&mut input, how, &mut whole),
        };
        let loaded = whole.end(&outcome);
        let Summary { cargadas, .. } = outcome.map_err(|error| not_read(&error))?;
        if !refused.is_empty() {
            return Err(Refused::asked(refused));
        }
        loaded.map_err(|error| not_loaded(&error))?;
        Ok(json!({ "cargadas": cargadas, "avisos": notices }))
    }
}

/// What is wrong with a line, reason by reason.
fn wrong_with(refusal: &Refusal) -> Vec<Wrong> {
    let reasons = refusal.reasons.iter();
    reasons
        .map(|reason| Wrong::line(refusal.linea, reason.columna(), reason.to_string()))
        .collect()
}

fn not_read(error: &ImportError) -> Refused {
    match error {
        ImportError::Header(reason) => {
            Refused::asked(vec![Wrong::line(1, reason.columna(), reason.to_string())])
        }
        other => failed(other),
    }
}

/// What changed between the rehearsal and the load.
fn not_loaded(error: &LoadError) -> Refused {
    Refused::for_one(StatusCode::CONFLICT, Wrong::whole(Chain(error).to_string()))
}
