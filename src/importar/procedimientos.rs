//! Lines of a table of procedures.

use crate::domain::materia::{Entidad, Materia};
use crate::domain::procedimientos::{ProcedimientoDicho, ProcedimientoEscrito};

use super::columns::Column;
use super::fields::{Fields, codes};
use super::reason::Reason;
use super::run::Kind;
use super::sink::{ImportSink, LoadError};

/// Longest code, in characters.
const LONGEST: usize = 20;
/// Longest name, in characters.
const TEXT: usize = 200;

/// Files of procedures.
pub(super) struct Procedimientos;

impl Kind for Procedimientos {
    type Item = ProcedimientoDicho;
    const COLUMNS: &'static [Column] = &[
        Column::needed(
            "codigo",
            "capitals, figures and hyphens, up to 20; a code stays with its body",
        ),
        Column::needed("entidad", "who issues its acts").of(|| codes(Entidad::ALL, Entidad::code)),
        Column::needed("materia", "what they are about; of the INSS never IACR nor IMP")
            .of(|| codes(Materia::ALL, Materia::code)),
        Column::needed("denominacion", "its name, up to 200 characters"),
        Column::needed(
            "neutra",
            "what listings show of a flagged act instead: it neither tells what that is about nor names another body",
        ),
        Column::optional(
            "especial",
            "its acts hold special-category data (health) by nature",
        ),
        Column::optional(
            "desde",
            "from when; without it from the load. Of a code that is known not before the load: what was published stays what it was",
        ),
        Column::optional("hasta", "its last day, or the first instant at which it is over"),
    ];

    fn read(&self, mut fields: Fields) -> Result<ProcedimientoDicho, Vec<Reason>> {
        let codigo = code(&mut fields);
        let entidad = fields.code("entidad", Entidad::ALL, Entidad::code);
        let materia = fields.code("materia", Materia::ALL, Materia::code);
        if entidad == Some(Entidad::Inss) && materia.is_some_and(Materia::within_red) {
            fields.refuse(Reason::MateriaOfTgss);
        }
        let denominacion = fields.text("denominacion", TEXT);
        let neutra = fields.text("neutra", TEXT);
        let especial = fields.yes("especial");
        if let (Some(entidad), Some(name), Some(neutral)) = (entidad, &denominacion, &neutra)
            && !is_neutral(entidad, name, neutral)
        {
            fields.refuse(Reason::NotNeutral);
        }
        let desde = fields.optional("desde").is_some();
        let desde = desde.then(|| fields.beginning("desde")).flatten();
        let hasta = fields.optional("hasta").is_some();
        let hasta = hasta.then(|| fields.end("hasta")).flatten();
        if let (Some(from), Some(until)) = (desde, hasta)
            && until <= from
        {
            fields.refuse(Reason::EndsBeforeItBegins);
        }
        let value = (|| {
            let escrito = ProcedimientoEscrito {
                codigo: codigo?,
                entidad: entidad?,
                materia: materia?,
                denominacion: denominacion?,
                especial: especial?,
                neutra: neutra?,
            };
            Some((escrito, desde, hasta))
        })();
        // What is refused is not kept.
        let (escrito, desde, hasta) = fields.finish(value)?;
        Ok(ProcedimientoDicho {
            procedimiento: escrito.kept(),
            desde,
            hasta,
        })
    }

    fn load(&self, items: &[ProcedimientoDicho], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.procedimientos(items)
    }
}

fn code(fields: &mut Fields) -> Option<String> {
    let text = fields.required("codigo")?;
    let letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let good =
        text.len() <= LONGEST && text.starts_with(letter) && text.chars().all(|c| letter(c) || c == '-');
    fields.keep(good.then_some(text).ok_or(Reason::ProcedureCode))
}

/// D-57: the text stands for the name in lists that pass through many hands.
fn is_neutral(entidad: Entidad, name: &str, neutral: &str) -> bool {
    let text = neutral.to_lowercase();
    let has = |words: &str| {
        text.match_indices(words).any(|(at, found)| {
            let outside = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text
                .get(at + found.len()..)
                .and_then(|after| after.chars().next());
            outside(before) && outside(after)
        })
    };
    let others = Entidad::ALL.iter().filter(|body| **body != entidad);
    let of_another = others.flat_map(|body| body.names()).any(|name| has(name));
    !of_another && !text.contains(&name.to_lowercase())
}
