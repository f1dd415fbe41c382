//! Lines that publish a notification.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use openssl::sha::sha256;

use crate::domain::blank::trim;
use crate::domain::cuenta::{Ccc, Naf};
use crate::domain::materia::Procedimiento;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{
    Categoria, Codigo, Documento, Huella, Obligacion, Publicada, TipoDestinatario,
};

use crate::domain::procedimientos::Tabla;

use super::columns::Column;
use super::documents::Folder;
use super::fields::{Fields, account, codes, find};
use super::ipf::nif_or_ipf;
use super::reason::{Reason, shortened};
use super::run::Kind;
use super::sink::{Carga, ImportSink, LoadError, Order, Publicacion, SinkError};
use super::when::{self, ANTES, antes};

/// Files of notifications.
pub(super) struct Notificaciones<'a> {
    /// Where their documents lie.
    pub(super) folder: &'a Folder,
    /// The instant of the load: nothing is dated after it.
    pub(super) now: DateTime<Utc>,
    /// The table of procedures.
    pub(super) procedimientos: &'a Tabla,
    /// Whether codes must grow.
    pub(super) order: Order,
    /// Whether the service publishes them, or another system did.
    pub(super) carga: Carga,
}

impl Kind for Notificaciones<'_> {
    type Item = Publicacion;
    const COLUMNS: &'static [Column] = &[
        Column::needed(
            "codigo",
            "positive number, of no other notification, and higher than all that are published",
        ),
        Column::needed("nif", "addressee"),
        Column::needed("denominacion", "its name, up to 200 characters"),
        Column::optional(
            "tipo_destinatario",
            "by what the act names it, NIF if it does not say",
        )
        .of(|| codes(TipoDestinatario::ALL, TipoDestinatario::code)),
        Column::sometimes(
            "destinatario",
            "with CCC and NAF",
            "that identifier; with NIF, nif again or nothing",
        ),
        Column::needed("procedimiento", "code of the table of procedures"),
        Column::needed("asunto", "what it is about, up to 500 characters"),
        Column::needed("obligacion", "ground (ISM/903 art. 4); of an entity it is 4.1.a")
            .of(|| codes(Obligacion::ALL, Obligacion::code)),
        Column::optional(
            "especial",
            "special-category data; procedures about health are flagged even if it says no",
        ),
        Column::sometimes(
            "especial_confirmado",
            "with especial, of materias IACR and IMP",
            "that the body confirms it, since RED is left out by it (TRLGSS art. 132.2)",
        ),
        Column::optional(
            "no_digitalizable",
            "has parts that cannot be digitised: must not be yes (ISM/903 art. 5.1)",
        ),
        Column::optional(
            "medio_de_pago",
            "holds means of payment: must not be yes (ISM/903 art. 5.1)",
        ),
        Column::sometimes(
            "puesta_a_disposicion",
            "with --historico",
            "when another system published it; without --historico it is published at the load, and this is left out or within two \
             minutes before it",
        ),
        Column::sometimes(
            "estado",
            "with --historico",
            "what became of it there; what is pending has its term to run still",
        )
        .of(|| codes(ANTES, antes)),
        Column::sometimes(
            "fecha_estado",
            "with --historico, unless it is pending",
            "instant of acceptance or rejection, or at which the term was over",
        ),
        Column::needed(
            "documento",
            "PDF file, a relative path within --documentos, up to 10 MiB",
        ),
    ];

    fn read(&self, mut fields: Fields) -> Result<Publicacion, Vec<Reason>> {
        let codigo = codigo(&mut fields);
        let nif = fields.nif("nif");
        let denominacion = fields.text("denominacion", 200);
        let addressee = addressee(&mut fields, nif);
        let published = when::publication(self.carga, self.now, &mut fields);
        let when = when::read(self.carga, self.now, &mut fields);
        let procedimiento = procedure(&mut fields, self.procedimientos, published.unwrap_or(self.now));
        let asunto = fields.text("asunto", 500);
        let obligacion = ground(&mut fields, nif);
        let categoria = category(&mut fields, procedimiento);
        refuse_never_electronic(&mut fields);
        let contenido = self.document(&mut fields);
        let value = (|| {
            let (tipo_destinatario, destinatario) = addressee?;
            let (puesta_a_disposicion, obligacion, contenido) = (published?, obligacion?, contenido?);
            let publicada = Publicada {
                codigo: codigo?,
                sujeto: nif?,
                denominacion: denominacion?,
                tipo_destinatario,
                destinatario,
                procedimiento: procedimiento?,
                asunto: asunto?,
                obligacion,
                categoria: categoria?,
                puesta_a_disposicion,
                documento: Documento {
                    huella: Huella(sha256(&contenido)),
                    tamano: u32::try_from(contenido.len()).ok()?,
                },
            };
            Some(Publicacion {
                publicada: Arc::new(publicada),
                when: when?,
                contenido,
            })
        })();
        let impossible = value.as_ref().and_then(|one| one.notificacion(self.now).err());
        if let Some(why) = impossible {
            fields.refuse(Reason::History(why));
        }
        fields.finish(value)
    }

    fn weight(item: &Publicacion) -> usize {
        item.contenido.len()
    }

    fn notice(item: &Publicacion) -> Option<&'static str> {
        let notice =
            "published with especial confirmed: no autorizado RED receives it, though its materia is of RED";
        item.publicada.leaves_red_out().then_some(notice)
    }

    fn conflicts(
        &self,
        items: &[Publicacion],
        sink: &mut dyn ImportSink,
    ) -> Result<Vec<(usize, Reason)>, SinkError> {
        let codes: Vec<Codigo> = items.iter().map(|item| item.publicada.codigo).collect();
        let recorded = sink.existentes(&codes)?;
        let mut last = match self.order {
            Order::Ascending => sink.ultimo()?,
            Order::Any => None,
        };
        let mut seen = HashSet::new();
        let reason = |codigo: &Codigo| {
            if recorded.contains(codigo) {
                return Some(Reason::OnRecord);
            }
            if seen.contains(codigo) {
                return Some(Reason::Repeated);
            }
            if let Some(last) = last.filter(|last| last > codigo) {
                return Some(Reason::OutOfOrder(last));
            }
            seen.insert(*codigo);
            if self.order == Order::Ascending {
                last = Some(*codigo);
            }
            None
        };
        let reasons = codes.iter().map(reason).enumerate();
        Ok(reasons
            .filter_map(|(place, reason)| Some((place, reason?)))
            .collect())
    }

    fn load(&self, items: &[Publicacion], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.publicaciones(items, self.order)
    }
}

impl Notificaciones<'_> {
    fn document(&self, fields: &mut Fields) -> Option<Vec<u8>> {
        let path = fields.required("documento")?;
        fields.keep(self.folder.read(&path).map_err(Reason::Document))
    }
}

/// The code of a notification: a positive number of 31 bits.
pub(super) fn codigo(fields: &mut Fields) -> Option<Codigo> {
    fields.required("codigo")?;
    let text = fields.number("codigo")?;
    fields.keep(text.parse().ok().and_then(Codigo::new).ok_or(Reason::Codigo))
}

/// By what the act names its addressee: the account must have right check figures (D-75).
fn addressee(fields: &mut Fields, nif: Option<Nif>) -> Option<(TipoDestinatario, String)> {
    const COLUMN: &str = "destinatario";
    let kind = match fields.optional("tipo_destinatario").map(str::to_owned) {
        None => TipoDestinatario::Nif,
        Some(text) => fields.keep(find(
            "tipo_destinatario",
            &text,
            TipoDestinatario::ALL,
            TipoDestinatario::code,
        ))?,
    };
    let given = match kind {
        TipoDestinatario::Nif => fields.optional(COLUMN).map(str::to_owned),
        TipoDestinatario::Ccc | TipoDestinatario::Naf => {
            fields.required(COLUMN)?;
            fields.number(COLUMN)
        }
    };
    let Some(text) = given else {
        return Some((kind, nif?.as_str().to_owned()));
    };
    let account = |error| account(COLUMN, &text, error);
    let checked = match kind {
        TipoDestinatario::Nif => nif_or_ipf(&text)
            .map_err(|error| Reason::Identifier {
                column: COLUMN,
                error,
            })
            .and_then(|named| match nif {
                // It would be published to the one, though the act names the other.
                Some(nif) if nif != named => Err(Reason::OtherAddressee),
                _ => Ok(named.as_str().to_owned()),
            }),
        TipoDestinatario::Ccc => text
            .parse::<Ccc>()
            .map(|_| trim(&text).to_owned())
            .map_err(account),
        TipoDestinatario::Naf => text
            .parse::<Naf>()
            .map(|naf| naf.as_str().to_owned())
            .map_err(account),
    };
    Some((kind, fields.keep(checked)?))
}

/// D-3: a procedure missing from the table, or over when it is published, cannot be.
fn procedure(fields: &mut Fields, tabla: &Tabla, at: DateTime<Utc>) -> Option<&'static Procedimiento> {
    let text = fields.required("procedimiento")?;
    let found = tabla.find(&text, at).ok_or_else(|| {
        let reason = if tabla.knows(&text) {
            Reason::ProcedureOver
        } else {
            Reason::UnknownProcedure
        };
        reason(shortened(&text))
    });
    fields.keep(found)
}

/// D-27: never without a ground, nor on one that the addressee cannot have (D-60).
fn ground(fields: &mut Fields, nif: Option<Nif>) -> Option<Obligacion> {
    let Some(text) = fields.optional("obligacion").map(str::to_owned) else {
        fields.refuse(Reason::MissingGround);
        return None;
    };
    // A spreadsheet set to Spanish takes 4.2 for a number, and writes it with a comma.
    let spelt = text.replace(',', ".");
    let found = fields.keep(find("obligacion", &spelt, Obligacion::ALL, Obligacion::code))?;
    if nif.is_some_and(|nif| !found.fits(nif.kind())) {
        fields.refuse(Reason::GroundOfPersons);
    }
    Some(found)
}

/// D-57: an act of a procedure about health is flagged whatever its line says. D-56: a flag that would keep from the
/// autorizado what TRLGSS art. 132.2 has him receive is confirmed by the body.
fn category(fields: &mut Fields, procedimiento: Option<&Procedimiento>) -> Option<Categoria> {
    let flagged = fields.yes("especial")?;
    let by_nature = procedimiento.is_some_and(|procedure| procedure.especial);
    let confirmed = fields.yes("especial_confirmado")?;
    if flagged && !confirmed && procedimiento.is_some_and(|procedure| procedure.materia.within_red()) {
        fields.refuse(Reason::UnconfirmedSpecial);
    }
    Some(if flagged || by_nature {
        Categoria::Especial
    } else {
        Categoria::Ordinaria
    })
}

/// ISM/903 art. 5.1 (D-27).
fn refuse_never_electronic(fields: &mut Fields) {
    for column in ["no_digitalizable", "medio_de_pago"] {
        if fields.yes(column) == Some(true) {
            fields.refuse(Reason::NeverElectronic(column));
        }
    }
}
