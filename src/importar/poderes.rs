//! Lines that say a power (Order ISM/189/2021).

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::plazo::start_of_day;
use crate::domain::poder::{Alcance, EstadoPoder, Poder, PoderDicho, Registro, Tramite};

use super::columns::Column;
use super::fields::{Fields, codes, find, not_in_list};
use super::reason::{Reason, shortened};
use super::run::Kind;
use super::sink::{ImportSink, LoadError};

/// First characters of the NIFs of entities that have no personality of their own: communities of goods and estates
/// (E), communities of owners (H) and temporary unions (U) (Order EHA/451/2008 art. 2).
const WITHOUT_PERSONALITY: [char; 3] = ['E', 'H', 'U'];

/// What a power may reach.
const TIPOS: [&str; 3] = ["general", "materias", "tramites"];

/// Files of powers.
pub(super) struct Poderes;

impl Kind for Poderes {
    type Item = PoderDicho;
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
        Column::sometimes(
            "tramites",
            "with tipo tramites",
            "codes, separated by blanks or «|»; those of receiving notifications are NOTIF- and the materia",
        ),
        Column::needed(
            "estado",
            "where it stands in the register; caducado once its end has come",
        )
        .of(|| codes(EstadoPoder::ALL, EstadoPoder::code)),
        Column::needed(
            "inscrito",
            "day or instant of inscription (of the request, if it is not inscribed yet)",
        ),
        Column::optional(
            "registro",
            "in which register it is; that of the Seguridad Social, if it is missing",
        )
        .of(|| codes(Registro::ALL, Registro::code)),
        Column::optional("solicitado", "day or instant at which it was granted"),
        Column::optional(
            "aceptado",
            "day or instant of its acceptance, within a month of that (ISM/189 art. 9)",
        ),
        Column::optional(
            "declarado",
            "day or instant of the declaración responsable of an apoderado that is a legal person (ISM/189 art. 6.4)",
        ),
        Column::optional(
            "modificado",
            "day or instant of inscription of its last change or revocation in part; that of the load, if it is missing",
        ),
        Column::optional(
            "baja",
            "day or instant of inscription of its revocation or renunciation; that of the load, if it is missing",
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

    fn read(&self, mut fields: Fields) -> Result<PoderDicho, Vec<Reason>> {
        let referencia = fields.text("referencia", 60);
        let poderdante = fields.nif("poderdante");
        let apoderado = fields.nif("apoderado");
        check_parties(&mut fields, poderdante, apoderado);
        let alcance = scope(&mut fields);
        let estado = fields.code("estado", EstadoPoder::ALL, EstadoPoder::code);
        let inscrito = fields.beginning("inscrito");
        let registro = match fields.optional("registro") {
            Some(_) => fields.code("registro", Registro::ALL, Registro::code),
            None => Some(Registro::SeguridadSocial),
        };
        let mut dated = |column| match fields.optional(column) {
            Some(_) => fields.beginning(column),
            None => None,
        };
        // What a power reaches goes on being counted from its first inscription (D-49).
        let prorrogado = dated("prorrogado");
        let [solicitado, aceptado, declarado, modificado, baja] =
            ["solicitado", "aceptado", "declarado", "modificado", "baja"].map(&mut dated);
        let fin = fields.end("fin");
        let adaptado = fields.yes("adaptado");
        match (inscrito, adaptado, registro) {
            (Some(inscrito), Some(adaptado), Some(Registro::SeguridadSocial)) => {
                check_void(&mut fields, inscrito, adaptado);
            }
            // ISM/903 arts. 4.1.d, 6.3 (D-45).
            (.., Some(Registro::Age)) if alcance.as_ref().is_some_and(|one| *one != Alcance::General) => {
                fields.refuse(Reason::AgeNotGeneral);
            }
            _ => {}
        }
        if let (Some(inscrito), Some(fin)) = (inscrito, fin) {
            check_life(&mut fields, inscrito, prorrogado.unwrap_or(inscrito), fin);
        }
        let value = (|| {
            let poder = Poder {
                referencia: referencia?,
                poderdante: poderdante?,
                apoderado: apoderado?,
                alcance: alcance?,
                estado: estado?,
                inscrito: inscrito?,
                fin: fin?,
                baja,
            };
            Some(PoderDicho {
                poder,
                registro: registro?,
                solicitado,
                aceptado,
                declarado,
                prorrogado,
                modificado,
            })
        })();
        fields.finish(value)
    }

    fn load(&self, items: &[PoderDicho], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.poderes(items)
    }
}

/// Art. 4: entities without personality may grant, not be apoderados (D-53).
fn check_parties(fields: &mut Fields, poderdante: Option<Nif>, apoderado: Option<Nif>) {
    let Some(apoderado) = apoderado else {
        return;
    };
    if apoderado.as_str().starts_with(WITHOUT_PERSONALITY) {
        fields.refuse(Reason::ApoderadoWithoutPersonality);
    }
    if poderdante == Some(apoderado) {
        fields.refuse(Reason::SamePerson);
    }
}

fn scope(fields: &mut Fields) -> Option<Alcance> {
    let kind = fields.required("tipo")?;
    match kind.as_str() {
        "general" => {
            fields.absent("materias");
            fields.absent("tramites");
            Some(Alcance::General)
        }
        "materias" => {
            fields.absent("tramites");
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
                    .ok_or(Reason::Missing("materias")),
            )
        }
        "tramites" => {
            fields.absent("materias");
            procedures(fields)
        }
        other => fields.keep(Err(not_in_list("tipo", other, TIPOS.join(", ")))),
    }
}

fn procedures(fields: &mut Fields) -> Option<Alcance> {
    let text = fields.required("tramites")?;
    let mut tramites = Vec::new();
    for code in text.split(['|', ' ', ',']).filter(|code| !code.is_empty()) {
        let tramite =
            fields.keep(Tramite::from_code(code).ok_or_else(|| Reason::Tramite(shortened(code))))?;
        if !tramites.contains(&tramite) {
            tramites.push(tramite);
        }
    }
    let some = !tramites.is_empty();
    fields.keep(
        some.then_some(Alcance::Tramites(tramites))
            .ok_or(Reason::Missing("tramites")),
    )
}

/// Transitional provision: powers of the former order lost validity on 2 April 2021 (D-46).
fn check_void(fields: &mut Fields, inscrito: DateTime<Utc>, adaptado: bool) {
    let threshold = NaiveDate::from_ymd_opt(2021, 4, 2).map(start_of_day);
    if !adaptado && threshold.is_some_and(|threshold| inscrito < threshold) {
        fields.refuse(Reason::VoidPower);
    }
}

/// Art. 8: five years at most from the inscription, or from that of the last extension, the last day whole (D-50).
fn check_life(fields: &mut Fields, inscrito: DateTime<Utc>, prorrogado: DateTime<Utc>, fin: DateTime<Utc>) {
    if prorrogado < inscrito {
        fields.refuse(Reason::ExtendedBeforeItBegins);
        return;
    }
    if fin <= prorrogado {
        fields.refuse(Reason::EndsBeforeItBegins);
        return;
    }
    let first_day = prorrogado.with_timezone(&Madrid).date_naive();
    let limit = first_day
        .checked_add_months(Months::new(60))
        .and_then(|last_day| last_day.checked_add_days(Days::new(1)))
        .map(start_of_day);
    if limit.is_none_or(|limit| fin > limit) {
        fields.refuse(Reason::LongPower);
    }
}
