//! Lines about RED: authorisations, their users, accounts, assignments and declarations (Order ISM/903/2020 art. 6.1).

use chrono::{DateTime, Utc};

use crate::domain::cuenta::{AutorizacionRed, Cuenta, CuentaError};
use crate::domain::nif::NifKind;
use crate::domain::red::{Asignacion, CambioRed, CuentasRed, UsuarioRed, Voluntad};
use crate::domain::vigencia::Intervalo;

use super::columns::Column;
use super::fields::{Fields, account, codes, not_in_list};
use super::reason::Reason;
use super::run::Kind;
use super::sink::{ImportSink, LoadError, RegistroRed};

/// What a line may be about.
const REGISTROS: [&str; 5] = ["autorizacion", "usuario", "cuentas", "asignacion", "cambio"];

/// Files of RED authorisations.
pub(super) struct AutorizadosRed {
    /// The instant of the load: nothing was declared after it.
    pub(super) now: DateTime<Utc>,
}

impl Kind for AutorizadosRed {
    type Item = RegistroRed;
    const COLUMNS: &'static [Column] = &[
        Column::needed("registro", "what the line is about").of(|| REGISTROS.to_vec()),
        Column::sometimes(
            "autorizacion",
            "with autorizacion, usuario and asignacion",
            "number of a RED authorisation",
        ),
        Column::needed(
            "nif",
            "holder or user of the authorisation, or addressee whose accounts, assignment or declaration the line says",
        ),
        Column::sometimes(
            "denominacion",
            "with autorizacion and cuentas",
            "its name, up to 200 characters",
        ),
        Column::optional("ccc_principal", "with cuentas: main account of an employer"),
        Column::optional("naf", "with cuentas: number of a person"),
        Column::sometimes(
            "cuenta",
            "with asignacion",
            "CCC or NAF through which the authorisation manages nif",
        ),
        Column::sometimes(
            "desde",
            "with asignacion and usuario",
            "day or instant of its beginning; with autorizacion and cuentas, since when they are so: without it always, \
             of what nothing was known, and from the load on, of what is known otherwise",
        ),
        Column::optional(
            "hasta",
            "with asignacion and usuario: its last day, whole, or the first instant without effect",
        ),
        Column::sometimes("voluntad", "with cambio", "what was declared (ISM/903 art. 6.1)")
            .of(|| codes(Voluntad::ALL, Voluntad::code)),
        Column::sometimes("instante", "with cambio", "when, not in the future"),
    ];

    fn read(&self, mut fields: Fields) -> Result<RegistroRed, Vec<Reason>> {
        let value = match fields.required("registro").as_deref() {
            None => None,
            Some("autorizacion") => authorisation(&mut fields),
            Some("usuario") => user(&mut fields),
            Some("cuentas") => accounts(&mut fields),
            Some("asignacion") => assignment(&mut fields),
            Some("cambio") => self.declaration(&mut fields),
            Some(other) => fields.keep(Err(not_in_list("registro", other, REGISTROS.join(", ")))),
        };
        fields.finish(value)
    }

    fn load(&self, items: &[RegistroRed], sink: &mut dyn ImportSink) -> Result<(), LoadError> {
        sink.red(items)
    }
}

impl AutorizadosRed {
    fn declaration(&self, fields: &mut Fields) -> Option<RegistroRed> {
        only(fields, &["nif", "voluntad", "instante"]);
        let nif = fields.nif("nif");
        let voluntad = fields.code("voluntad", Voluntad::ALL, Voluntad::code);
        let instante = fields.instant("instante");
        if instante.is_some_and(|at| at > self.now) {
            fields.refuse(Reason::Future("instante"));
        }
        Some(RegistroRed::Cambio(CambioRed {
            sujeto: nif?,
            voluntad: voluntad?,
            instante: instante?,
        }))
    }
}

fn authorisation(fields: &mut Fields) -> Option<RegistroRed> {
    only(fields, &["autorizacion", "nif", "denominacion", "desde"]);
    let autorizacion = number::<AutorizacionRed>(fields, "autorizacion", Need::Required);
    let titular = fields.nif("nif");
    let denominacion = fields.text("denominacion", 200);
    Some(RegistroRed::Autorizacion {
        autorizacion: autorizacion?,
        titular: titular?,
        denominacion: denominacion?,
        desde: since(fields)?,
    })
}

/// Since when, where the line tells.
#[expect(
    clippy::option_option,
    reason = "refused, not told and an instant are three answers"
)]
fn since(fields: &mut Fields) -> Option<Option<DateTime<Utc>>> {
    match fields.optional("desde") {
        Some(_) => fields.beginning("desde").map(Some),
        None => Some(None),
    }
}

/// ESS/484 art. 5.4 (D-34).
fn user(fields: &mut Fields) -> Option<RegistroRed> {
    only(fields, &["autorizacion", "nif", "desde", "hasta"]);
    let autorizacion = number(fields, "autorizacion", Need::Required);
    let usuario = fields.nif("nif");
    if usuario.is_some_and(|nif| nif.kind() == NifKind::Entidad) {
        fields.refuse(Reason::UserOfEntity);
    }
    let vigencia = stretch(fields);
    Some(RegistroRed::Usuario(UsuarioRed {
        autorizacion: autorizacion?,
        usuario: usuario?,
        vigencia: vigencia?,
    }))
}

/// From when until when.
fn stretch(fields: &mut Fields) -> Option<Intervalo> {
    let desde = fields.beginning("desde");
    let hasta = match fields.optional("hasta") {
        Some(_) => fields.end("hasta"),
        None => None,
    };
    if let (Some(desde), Some(hasta)) = (desde, hasta)
        && hasta <= desde
    {
        fields.refuse(Reason::EndsBeforeItBegins);
    }
    desde.map(|desde| Intervalo { desde, hasta })
}

fn accounts(fields: &mut Fields) -> Option<RegistroRed> {
    only(fields, &["nif", "denominacion", "ccc_principal", "naf", "desde"]);
    let nif = fields.nif("nif");
    let denominacion = fields.text("denominacion", 200);
    let ccc_principal = number(fields, "ccc_principal", Need::Optional);
    let naf = number(fields, "naf", Need::Optional);
    if naf.is_some() && nif.is_some_and(|nif| nif.kind() == NifKind::Entidad) {
        fields.refuse(Reason::NafOfEntity);
    }
    Some(RegistroRed::Cuentas {
        nif: nif?,
        denominacion: denominacion?,
        cuentas: CuentasRed { ccc_principal, naf },
        desde: since(fields)?,
    })
}

fn assignment(fields: &mut Fields) -> Option<RegistroRed> {
    only(fields, &["autorizacion", "nif", "cuenta", "desde", "hasta"]);
    let autorizacion = number(fields, "autorizacion", Need::Required);
    let sujeto = fields.nif("nif");
    let cuenta = number::<Cuenta>(fields, "cuenta", Need::Required);
    if matches!(cuenta, Some(Cuenta::Naf(_))) && sujeto.is_some_and(|nif| nif.kind() == NifKind::Entidad) {
        fields.refuse(Reason::NafOfEntity);
    }
    let Intervalo { desde, hasta } = stretch(fields)?;
    Some(RegistroRed::Asignacion(Asignacion {
        autorizacion: autorizacion?,
        sujeto: sujeto?,
        cuenta: cuenta?,
        desde,
        hasta,
    }))
}

/// Whether a column may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

/// A number with check figures (D-75, D-76).
fn number<T>(fields: &mut Fields, column: &'static str, need: Need) -> Option<T>
where
    T: std::str::FromStr<Err = CuentaError>,
{
    if need == Need::Required {
        fields.required(column)?;
    }
    let text = fields.number(column)?;
    fields.keep(text.parse().map_err(|error| account(column, &text, error)))
}

/// Refuses the columns that belong to another kind of line.
fn only(fields: &mut Fields, columns: &[&str]) {
    for column in AutorizadosRed::COLUMNS {
        if column.name != "registro" && !columns.contains(&column.name) {
            fields.absent(column.name);
        }
    }
}
