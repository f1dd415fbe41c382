//! Lines that say a power (Orden ISM/189/2021).

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::plazo::start_of_day;
use crate::domain::poder::{Alcance, EstadoPoder, Poder};

use super::columns::Column;
use super::fields::{Fields, codes, find, not_in_list};
use super::reason::Motivo;
use super::run::Kind;
use super::sink::{ImportSink, LoadError};

/// First characters of the NIFs of entities that have no personality of their own: communities of goods and estates
/// (E), communities of owners (H) and temporary unions (U) (Orden EHA/451/2008 art. 2).
const WITHOUT_PERSONALITY: [char; 3] = ['E', 'H', 'U'];

/// What a power may reach.
const TIPOS: [&str; 2] = ["general", "materias"];

/// Files of powers.
pub(super) struct Poderes;

impl Kind for Poderes {
    type Item = Poder;
    const COLUMNS: &'static [Column] = &[
        Column::needed(
            "referencia",
            "reference number in the register, up to 60 characters",
        ),
        Column::needed("poderdante", "NIF of who grants"),
        Column::needed(
            "apoderado",
            "NIF of who may act: another one, not an entity without personality (ISM/189 art. 4)",
        ),
        Column::needed("tipo", "what it reaches (ISM/189 art. 2)").of(|| TIPOS.to_vec()),
        Column::sometimes(
            "materias",
            "with tipo materias",
            "codes, separated by blanks or «|»",
        )
        .of(|| codes(Materia::ALL, Materia::code)),
        Column::needed("estado", "where it stands in the register")
            .of(|| codes(EstadoPoder::ALL, EstadoPoder::code)),
        Column::needed(
            "inscrito",
            "day or instant of inscription (of the request, if it is not inscribed yet)",
        ),
        Column::optional(
            "prorrogado",
            "day or instant of inscription of its last extension; inscrito stays that of the power",
        ),
        Column::needed(
            "fin",
            "its last day, whole, or the first instant without effect; five years at most from its inscription or \
             last extension (ISM/189 art. 8)",
        ),
        Column::optional(
            "adaptado",
            "adapted to the models of 2021: without it nothing inscribed before 2021-04-02 is good",
        ),
    ];

    fn read(&self, mut fields: Fields) -> Result<Poder, Vec<Motivo>> {
        let referencia = fields.text("referencia", 60);
        let poderdante = fields.nif("poderdante");
        let apoderado = fields.nif("apoderado");
        check_parties(&mut fields, poderdante, apoderado);
        let alcance = scope(&mut fields);
        let estado = fields.code("estado", EstadoPoder::ALL, EstadoPoder::code);
        let inscrito = fields.beginning("inscrito");
        // Of the extension itself nothing more is kept: its effect is its end, and what the power reaches goes on
        // being counted from the first inscription (D-49).
        let prorrogado = match fields.optional("prorrogado") {
            Some(_) => fields.beginning("prorrogado"),
            None => inscrito,
        };
        let fin = fields.end("fin");
        let adaptado = fields.yes("adaptado");
        if let (Some(inscrito), Some(adaptado)) = (inscrito, adaptado) {
            check_void(&mut fields, inscrito, adaptado);
        }
        if let (Some(inscrito), Some(prorrogado), Some(fin)) = (inscrito, prorrogado, fin) {
            check_life(&mut fields, inscrito, prorrogado, fin);
        }
        let value = (|| {
            Some(Poder {
                referencia: referencia?,
                poderdante: poderdante?,
                apoderado: apoderado?,
                alcance: alcance?,
                estado: estado?,
                inscrito: inscrito?,
                fin: fin?,
            })
        })();
        fields.finish(value)
    }

    fn load(&self, items: &[Poder], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.poderes(items)
    }
}

/// Art. 4: entities without personality may grant, not be apoderados (D-53).
fn check_parties(fields: &mut Fields, poderdante: Option<Nif>, apoderado: Option<Nif>) {
    let Some(apoderado) = apoderado else {
        return;
    };
    if apoderado.as_str().starts_with(WITHOUT_PERSONALITY) {
        fields.refuse(Motivo::ApoderadoWithoutPersonality);
    }
    if poderdante == Some(apoderado) {
        fields.refuse(Motivo::SamePerson);
    }
}

fn scope(fields: &mut Fields) -> Option<Alcance> {
    let kind = fields.required("tipo")?;
    match kind.as_str() {
        "general" => {
            fields.absent("materias");
            Some(Alcance::General)
        }
        "materias" => {
            let text = fields.required("materias")?;
            let mut materias = Vec::new();
            for code in text.split(['|', ' ', ',']).filter(|code| !code.is_empty()) {
                let materia = fields.keep(find("materias", code, Materia::ALL, Materia::code))?;
                if !materias.contains(&materia) {
                    materias.push(materia);
                }
            }
            let some = !materias.is_empty();
            fields.keep(
                some.then_some(Alcance::Materias(materias))
                    .ok_or(Motivo::Missing("materias")),
            )
        }
        other => fields.keep(Err(not_in_list("tipo", other, TIPOS.join(", ")))),
    }
}

/// Transitional provision: powers of the former order lost validity on 2 April 2021 (D-46).
fn check_void(fields: &mut Fields, inscrito: DateTime<Utc>, adaptado: bool) {
    let threshold = NaiveDate::from_ymd_opt(2021, 4, 2).map(start_of_day);
    if !adaptado && threshold.is_some_and(|threshold| inscrito < threshold) {
        fields.refuse(Motivo::VoidPower);
    }
}

/// Art. 8: five years at most from the inscription, or from that of the last extension, the last day whole (D-50).
fn check_life(fields: &mut Fields, inscrito: DateTime<Utc>, prorrogado: DateTime<Utc>, fin: DateTime<Utc>) {
    if prorrogado < inscrito {
        fields.refuse(Motivo::ExtendedBeforeItBegins);
        return;
    }
    if fin <= prorrogado {
        fields.refuse(Motivo::EndsBeforeItBegins);
        return;
    }
    let first_day = prorrogado.with_timezone(&Madrid).date_naive();
    let limit = first_day
        .checked_add_months(Months::new(60))
        .and_then(|last_day| last_day.checked_add_days(Days::new(1)))
        .map(start_of_day);
    if limit.is_none_or(|limit| fin > limit) {
        fields.refuse(Motivo::LongPower);
    }
}
