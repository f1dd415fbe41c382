//! Lines that tell who succeeds an addressee, as a body admits it (RD 203/2021 art. 42.4; D-20).

use crate::domain::materia::Entidad;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};
use crate::domain::vigencia::Intervalo;
use crate::store::sucesiones::SucesionDicha;

use super::columns::Column;
use super::fields::{Fields, codes};
use super::reason::Reason;
use super::run::Kind;
use super::sink::{ImportSink, LoadError};

/// Longest text, in characters.
const TEXT: usize = 500;

/// Files of successions.
pub(super) struct Sucesiones;

impl Kind for Sucesiones {
    type Item = SucesionDicha;
    const COLUMNS: &'static [Column] = &[
        Column::needed("antecesor", "NIF of who is succeeded: the addressee"),
        Column::needed("sucesor", "NIF of who succeeds: another one"),
        Column::needed("entidad", "the body that admits it, of what it notifies itself")
            .of(|| codes(Entidad::ALL, Entidad::code)),
        Column::needed("causa", "how: a merger, transfer or split, or a death")
            .of(|| codes(ClaseSucesion::ALL, ClaseSucesion::code)),
        Column::needed(
            "desde",
            "day or instant of the event that causes it, not in the future",
        ),
        Column::optional(
            "hasta",
            "its last day, whole, or the first instant without effect: told when it is declared or, of one that is on record, once it \
             has come",
        ),
        Column::needed("motivo", "why, for the journal, up to 500 characters"),
        Column::needed(
            "referencia",
            "the body's paper that says it (file, resolution), up to 500 characters",
        ),
    ];

    fn read(&self, mut fields: Fields) -> Result<SucesionDicha, Vec<Reason>> {
        let antecesor = fields.nif("antecesor");
        let sucesor = fields.nif("sucesor");
        let entidad = fields.code("entidad", Entidad::ALL, Entidad::code);
        let clase = fields.code("causa", ClaseSucesion::ALL, ClaseSucesion::code);
        let desde = fields.beginning("desde");
        let hasta = match fields.optional("hasta") {
            Some(_) => fields.end("hasta"),
            None => None,
        };
        let motivo = fields.text("motivo", TEXT);
        let referencia = fields.text("referencia", TEXT);
        let value = (|| {
            let sucesion = Sucesion {
                antecesor: antecesor?,
                sucesor: sucesor?,
                clase: clase?,
                entidad: entidad?,
                vigencia: Intervalo { desde: desde?, hasta },
            };
            Some(SucesionDicha {
                sucesion,
                motivo: motivo?,
                referencia: referencia?,
            })
        })();
        fields.finish(value)
    }

    fn load(&self, items: &[SucesionDicha], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.sucesiones(items)
    }
}
