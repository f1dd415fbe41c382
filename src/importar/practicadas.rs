//! Lines of news that notifications were practised elsewhere (D-18, D-19).

use chrono::{DateTime, Utc};

use crate::domain::notificacion::{Codigo, Medio, Practica, Sentido};

use super::columns::Column;
use super::fields::{Fields, codes};
use super::notificaciones::codigo;
use super::reason::Reason;
use super::run::Kind;
use super::sink::{ImportSink, LoadError, SinkError};
use super::when::past;

/// Longest reference, in characters.
const TEXT: usize = 100;

/// Files of such news.
pub(super) struct Practicadas {
    /// The instant of the load: nothing was practised after it.
    pub(super) now: DateTime<Utc>,
}

impl Kind for Practicadas {
    type Item = Practica;
    const COLUMNS: &'static [Column] = &[
        Column::needed("codigo", "of which notification, which is published here"),
        Column::needed("medio", "by which way it was practised").of(|| codes(Medio::ALL, Medio::code)),
        Column::needed(
            "instante",
            "when: neither before its puesta a disposición nor to come. Of all practices the earliest counts, those here among them",
        ),
        Column::needed("sentido", "whether it was accepted or rejected")
            .of(|| codes(Sentido::ALL, Sentido::code)),
        Column::optional(
            "referencia",
            "by what it is known there, up to 100 characters; nobody but operators sees it",
        ),
    ];

    fn read(&self, mut fields: Fields) -> Result<Practica, Vec<Reason>> {
        let codigo = codigo(&mut fields);
        let medio = fields.code("medio", Medio::ALL, Medio::code);
        let instante = past("instante", self.now, &mut fields);
        let sentido = fields.code("sentido", Sentido::ALL, Sentido::code);
        let has_reference = fields.optional("referencia").is_some();
        let referencia = has_reference.then(|| fields.text("referencia", TEXT)).flatten();
        let value = (|| {
            Some(Practica {
                codigo: codigo?,
                medio: medio?,
                sentido: sentido?,
                instante: instante?,
                referencia,
            })
        })();
        fields.finish(value)
    }

    fn conflicts(
        &self,
        items: &[Practica],
        sink: &mut dyn ImportSink,
    ) -> Result<Vec<(usize, Reason)>, SinkError> {
        let codes: Vec<Codigo> = items.iter().map(|item| item.codigo).collect();
        let recorded = sink.existentes(&codes)?;
        let unknown = codes.iter().enumerate();
        Ok(unknown
            .filter(|(_, codigo)| !recorded.contains(codigo))
            .map(|(place, _)| (place, Reason::NoNotification))
            .collect())
    }

    fn load(&self, items: &[Practica], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.practicadas(items)
    }
}
