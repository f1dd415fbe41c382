//! The cast of the demonstration: holders of certificates, RED authorisations, and those whom they represent.
//!
//! `gestoria` reaches all three roles.

use chrono::{DateTime, Utc};

use crate::domain::cuenta::AutorizacionRed;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;

use super::DemoError;
use super::addressee::Addressee;
use super::addressees::addressees;
use super::authority::KeyKind;
use super::identifiers::{authorisation, entity, foreigner, person};
use super::sink::Autorizado;
use super::subject::{Kind, Represented, Subject};

/// Whether a holder's certificate may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EstadoCertificado {
    /// It is in force and its issuer is admitted.
    Vigente,
    /// Its validity is over.
    Caducado,
    /// Its authority's CRL names it.
    Revocado,
    /// Its authority is not in the allowed list.
    NoAdmitido,
}

/// A holder of a certificate.
#[derive(Debug, Clone)]
pub(super) struct Titular {
    /// Name of its files.
    pub nombre: &'static str,
    /// What its certificate says.
    pub subject: Subject,
    /// For whom it speaks.
    pub firmante: Firmante,
    /// Kind of certificate.
    pub clase: Kind,
    /// Kind of key.
    pub clave: KeyKind,
    /// Whether it may be used.
    pub certificado: EstadoCertificado,
    /// RED authorisations that it holds.
    pub autorizaciones: Vec<AutorizacionRed>,
}

/// Everybody in the world, before notifications are given to them.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    /// Holders of certificates, of every kind that is taken or refused.
    pub titulares: Vec<Titular>,
    /// Addressees of notifications, holders or not.
    pub addressees: Vec<Addressee>,
    /// Who holds each RED authorisation.
    pub autorizaciones: Vec<Autorizado>,
}

/// The authorisation of the gestoría.
pub(super) const GESTORIA_RED: i32 = 123_456;
/// The authorisation of a person.
pub(super) const PERSONA_RED: i32 = 7;

/// The NIFs that several parts of the cast name.
pub(super) struct Names {
    pub(super) gestoria: Nif,
    pub(super) hornos: Nif,
    pub(super) talleres: Nif,
    pub(super) comunidad: Nif,
    pub(super) marta: Nif,
    pub(super) ana: Nif,
    pub(super) jane: Nif,
}

impl Names {
    fn new() -> Result<Self, DemoError> {
        Ok(Self {
            gestoria: entity('B', 9_999_978)?,
            hornos: entity('B', 9_999_912)?,
            talleres: entity('A', 9_999_901)?,
            comunidad: entity('H', 9_999_934)?,
            marta: person(99_999_901)?,
            ana: person(99_999_945)?,
            jane: foreigner('X', 9_999_901)?,
        })
    }
}

impl Cast {
    /// The cast as of `now`, before any client that a greater size adds.
    pub(super) fn new(now: DateTime<Utc>) -> Result<Self, DemoError> {
        let names = Names::new()?;
        let titulares = titulares(&names)?;
        let mut addressees = addressees(&names, now)?;
        let holder = |nif: Nif| titulares.iter().find(|titular| titular.firmante.titular() == nif);
        for addressee in &mut addressees {
            // Its own holder signs for it, if it has one.
            if let Some(titular) = holder(addressee.persona.nif) {
                addressee.firmante = titular.firmante.clone();
            }
        }
        let autorizaciones = titulares
            .iter()
            .flat_map(|titular| {
                titular
                    .autorizaciones
                    .iter()
                    .map(move |number| (titular, *number))
            })
            .map(|(titular, autorizacion)| Autorizado {
                autorizacion,
                titular: titular.firmante.titular(),
                denominacion: titular.firmante.denominacion().to_owned(),
            })
            .collect();
        Ok(Self {
            titulares,
            addressees,
            autorizaciones,
        })
    }
}

fn titulares(names: &Names) -> Result<Vec<Titular>, DemoError> {
    let represented = |nif, denominacion: &str| {
        Some(Represented {
            nif,
            denominacion: denominacion.to_owned(),
        })
    };
    let marta = titular("persona", names.marta, "MARTA", ["ROBLES", "IBARRA"], None);
    let hornos = represented(names.hornos, "HORNOS DEL SUR SL");
    let talleres = represented(names.talleres, "TALLERES PISUERGA SA");
    let comunidad = represented(names.comunidad, "CDAD PROP CALLE OLMO 3");
    let gestoria = represented(names.gestoria, "GESTORIA MESETA SL");
    Ok(vec![
        marta.clone(),
        Titular {
            clase: Kind::AdministradorUnico,
            ..titular("empresa", person(99_999_912)?, "PABLO", ["LUNA", "SANZ"], hornos)
        },
        Titular {
            autorizaciones: vec![authorisation(GESTORIA_RED)?],
            ..titular(
                "gestoria",
                person(99_999_967)?,
                "ELENA",
                ["MARIN", "COBO"],
                gestoria,
            )
        },
        titular(
            "talleres",
            person(99_999_923)?,
            "INES",
            ["VIDAL", "CORTES"],
            talleres,
        ),
        Titular {
            clase: Kind::SinPersonalidad,
            clave: KeyKind::P256,
            ..titular(
                "comunidad",
                person(99_999_934)?,
                "LUIS",
                ["CANO", "VEGA"],
                comunidad,
            )
        },
        titular("apoderado", names.ana, "ANA", ["PRADO", "GIL"], None),
        Titular {
            autorizaciones: vec![authorisation(PERSONA_RED)?],
            ..titular("autorizada", names.jane, "JANE", ["DOE", ""], None)
        },
        Titular {
            certificado: EstadoCertificado::Caducado,
            ..titular("caducado", person(99_999_956)?, "JULIO", ["SOTO", "PARDO"], None)
        },
        Titular {
            certificado: EstadoCertificado::Revocado,
            ..titular("revocado", person(99_999_978)?, "RAUL", ["NIETO", "BLASCO"], None)
        },
        // The same person as «persona»: only the authority differs.
        Titular {
            nombre: "no-admitido",
            certificado: EstadoCertificado::NoAdmitido,
            ..marta
        },
    ])
}

fn titular(
    nombre: &'static str,
    nif: Nif,
    given: &'static str,
    apellidos: [&'static str; 2],
    entidad: Option<Represented>,
) -> Titular {
    let full = [given, apellidos[0], apellidos[1]]
        .join(" ")
        .trim_end()
        .to_owned();
    let (firmante, clase) = match &entidad {
        None => (Firmante::Persona { nif, nombre: full }, Kind::PersonaFisica),
        Some(entity) => (
            Firmante::Representante {
                nif,
                nombre: full,
                entidad: entity.nif,
                denominacion: entity.denominacion.clone(),
            },
            Kind::PersonaJuridica,
        ),
    };
    let subject = Subject {
        nif,
        nombre: given,
        apellidos,
        entidad,
    };
    Titular {
        nombre,
        subject,
        firmante,
        clase,
        clave: KeyKind::Rsa2048,
        certificado: EstadoCertificado::Vigente,
        autorizaciones: Vec::new(),
    }
}
