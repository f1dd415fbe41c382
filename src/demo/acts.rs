//! What the notifications are about: procedures, grounds, subjects and amounts that suit each kind of addressee.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::materia::Procedimiento;
use crate::domain::notificacion::{Categoria, Obligacion, TipoDestinatario};

use super::DemoError;
use super::addressee::{Addressee, AddresseeKind};
use super::plan::Destino;
use super::random::SplitMix;

/// Cents of euro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cents(pub u32);

/// An act, with all that its notification says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acto {
    /// One of the table of procedures, by which the act is named and noticed.
    pub procedimiento: &'static Procedimiento,
    /// On what ground its addressee is notified electronically.
    pub obligacion: Obligacion,
    /// Whether it is of a special category.
    pub categoria: Categoria,
    /// By which identifier it names its addressee.
    pub tipo_destinatario: TipoDestinatario,
    /// NIF, CCC or NAF, as its kind says.
    pub destinatario: String,
    /// What it is about.
    pub asunto: String,
    /// Number of the file.
    pub expediente: String,
    /// What is owed or paid, if it is about money.
    pub principal: Option<Cents>,
}

/// Procedures and grounds of companies.
const OF_COMPANIES: &[(&str, Obligacion)] = &[
    ("TGSS-RD", Obligacion::Articulo41a),
    ("TGSS-RD", Obligacion::Articulo41a),
    ("TGSS-PA", Obligacion::Articulo41a),
    ("TGSS-PA", Obligacion::Articulo41a),
    ("TGSS-DED", Obligacion::Articulo41a),
    ("TGSS-EMB", Obligacion::Articulo41a),
    ("TGSS-APL", Obligacion::Articulo41a),
    ("TGSS-DEV", Obligacion::Articulo41a),
    ("TGSS-MOR", Obligacion::Articulo41a),
    ("TGSS-LIQ", Obligacion::Articulo41a),
    ("TGSS-SAN", Obligacion::Articulo41a),
    ("TGSS-ALZ", Obligacion::Articulo41a),
    ("TGSS-ALZ", Obligacion::Articulo41a),
];

/// Those of persons obliged to RED.
const OF_SELF_EMPLOYED: &[(&str, Obligacion)] = &[
    ("TGSS-RD", Obligacion::Articulo41b),
    ("TGSS-PA", Obligacion::Articulo41b),
    ("TGSS-APL", Obligacion::Articulo41b),
    ("TGSS-DEV", Obligacion::Articulo41b),
    ("TGSS-SAN", Obligacion::Articulo41b),
    ("TGSS-ALZ", Obligacion::Articulo41b),
];

/// Those of persons with benefits; copies of what goes on paper among them, whose term lapses nothing (D-8).
const OF_PERSONS: &[(&str, Obligacion)] = &[
    ("INSS-IT", Obligacion::Eleccion),
    ("INSS-NAC", Obligacion::Articulo41c),
    ("INSS-EMB", Obligacion::Articulo41c),
    ("INSS-CUM", Obligacion::Eleccion),
    ("ISM-EST", Obligacion::Eleccion),
    ("ISM-EST", Obligacion::Copia),
    ("INSS-IT", Obligacion::Copia),
    ("TGSS-DEV", Obligacion::Articulo41d),
    ("TGSS-ALZ", Obligacion::Eleccion),
];

impl Acto {
    /// An act for `addressee`, such that `destino` can become of it.
    pub(super) fn invent(
        addressee: &Addressee,
        destino: Destino,
        publicada: DateTime<Utc>,
        random: &mut SplitMix,
    ) -> Result<Self, DemoError> {
        let table = match addressee.kind {
            AddresseeKind::Empresa => OF_COMPANIES,
            AddresseeKind::Autonomo => OF_SELF_EMPLOYED,
            AddresseeKind::Particular => OF_PERSONS,
        };
        let &(codigo, ground) = random.pick(table).ok_or(DemoError::Encoding)?;
        let procedimiento =
            Procedimiento::find(codigo).ok_or_else(|| DemoError::Identifier(codigo.to_owned()))?;
        let obligacion = match destino {
            Destino::Copia => Obligacion::Copia,
            _ if destino.supposes_lapse() && !ground.lapses() => Obligacion::Eleccion,
            _ => ground,
        };
        let (tipo_destinatario, destinatario) = numbered(addressee, random);
        let year = publicada.with_timezone(&Madrid).year();
        let expediente = format!("{codigo}/{year}/{:07}", random.between(1, 9_999_999));
        let principal = about_money(codigo)
            .then(|| u32::try_from(random.between(4_500, 1_850_000)).map(Cents))
            .transpose()
            .map_err(|_| DemoError::Encoding)?;
        Ok(Self {
            procedimiento,
            obligacion,
            categoria: if procedimiento.especial {
                Categoria::Especial
            } else {
                Categoria::Ordinaria
            },
            tipo_destinatario,
            destinatario,
            asunto: format!("{}, expediente {expediente}", procedimiento.denominacion),
            expediente,
            principal,
        })
    }
}

/// The account where there is one, with its régimen before a CCC, and the NIF otherwise or one time in four.
fn numbered(addressee: &Addressee, random: &mut SplitMix) -> (TipoDestinatario, String) {
    let cuentas = &addressee.persona.cuentas;
    if random.between(0, 3) > 0 {
        if let Some(ccc) = &cuentas.ccc_principal {
            return (TipoDestinatario::Ccc, format!("0111{}", ccc.as_str()));
        }
        if let Some(naf) = &cuentas.naf {
            return (TipoDestinatario::Naf, naf.as_str().to_owned());
        }
    }
    (TipoDestinatario::Nif, addressee.persona.nif.as_str().to_owned())
}

fn about_money(codigo: &str) -> bool {
    codigo.starts_with("TGSS-") && codigo != "TGSS-ALZ"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::Cast;

    #[test]
    fn an_act_whose_lapse_is_wanted_is_never_a_copy_of_paper() {
        let now = DateTime::from_timestamp(1_773_130_500, 0).unwrap();
        let mut random = SplitMix::new(3);
        for addressee in Cast::new(now).unwrap().addressees {
            for _ in 0..40 {
                let acto = Acto::invent(&addressee, Destino::CaducadaRegistrada, now, &mut random).unwrap();
                assert!(acto.obligacion.lapses());
                let special = acto.categoria == Categoria::Especial;
                assert_eq!(special, acto.procedimiento.especial);
            }
        }
    }
}
