//! Whom a certificate speaks for: from its fields to a [`Firmante`] (D-65 to D-68, D-70).
//!
//! Each field is read by its object identifier, never in a printed name; every identifier found must agree with the
//! rest. What does not fit is refused: nobody becomes another by being read loosely, nor the representative of an
//! entity a person on her own.

mod common_name;
mod fault;
mod field;
mod identifier;
mod masked;

use self::common_name::CommonName;
pub use self::fault::{FieldRead, IdentityFault, Lacking};
use self::field::{Field, Found, Gathered, all_read, discordant};
pub use self::identifier::NifFault;
use super::admitted::Sellos;
use super::error::TrustError;
use super::fields::Fields;
use super::name::{Name, tidy};
use super::oid::attribute;
use crate::domain::firmante::Firmante;
use crate::domain::nif::{Nif, NifKind};

/// The unit of FNMT's former authority, which wrote identifiers in the common name and nowhere else (D-66).
const CLASE_2: &str = "FNMT Clase 2 CA";

/// How the certificates of an entry of the list are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadingRule {
    pub(super) sellos: Sellos,
    pub(super) common_name: CommonNameRule,
}

/// What the common name is worth where no other field identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommonNameRule {
    /// It only confirms or contradicts.
    Confirms,
    /// The pattern `name - DNI identifier` identifies the person: the entry names the policies for which it is admitted, so
    /// an operator has looked at what its issuer writes in them (certificates of public employees).
    Identifies,
}

/// The identity that a certificate holds, or why it holds none that can be taken.
pub(super) fn read(certificate: &Fields<'_>, lectura: ReadingRule) -> Result<Firmante, TrustError> {
    let subject = &certificate.subject;
    let alternative = certificate
        .alternative_names()
        .map_err(|_| TrustError::Unreadable)?;
    let texts: Vec<&str> = subject.values(attribute::COMMON_NAME).collect();
    let common: Vec<CommonName> = texts.iter().map(|text| CommonName::read(text)).collect();

    let Gathered {
        mut persona,
        mut entidad,
        of_entity,
    } = Gathered::from(subject, &alternative)?;
    let named = Named::from(&common)?;
    // Only FNMT's former authority is believed by the common name alone.
    if matches!(common.as_slice(), [one] if one.is_clase_2()) && is_clase_2(certificate) {
        persona.nif = persona.nif.or(named.persona);
        entidad.nif = entidad.nif.or(named.entidad);
    }
    if lectura.common_name == CommonNameRule::Identifies && named.identifies(&persona, &entidad) {
        persona.nif = named.persona;
    }
    named.check(&persona, &entidad)?;
    let titles = Titles::new(subject, &common, of_entity && named.persona.is_none());
    assemble(&persona, &entidad, &named, lectura.sellos, &titles).map_err(|error| match error {
        TrustError::Identity(IdentityFault::Ninguna { falta, .. }) => {
            let leidos = all_read(subject, &alternative);
            TrustError::Identity(IdentityFault::Ninguna { falta, leidos })
        }
        other => other,
    })
}

/// D-70: the pair of person and entity, or an entity alone where seals are admitted.
fn assemble(
    persona: &Field<'_>,
    entidad: &Field<'_>,
    named: &Named<'_>,
    sellos: Sellos,
    titles: &Titles,
) -> Result<Firmante, TrustError> {
    let none = |falta| {
        let leidos = Vec::new();
        Err(IdentityFault::Ninguna { falta, leidos }.into())
    };
    let foreign = match (persona.nif, entidad.nif) {
        (Some(_), None) => entidad.foreign,
        (None, _) => persona.foreign.or(entidad.foreign),
        (Some(_), Some(_)) => None,
    };
    if let Some(foreign) = foreign {
        return Err(IdentityFault::Extranjera(foreign.leido()).into());
    }
    match (persona.nif, entidad.nif) {
        // Someone's certificate for an entity of which nothing is known: not hers alone.
        (Some(_), None) if entidad.present || named.entidad.is_some() => none(Lacking::Entidad),
        (Some((nif, _)), None) => Ok(Firmante::Persona {
            nif,
            nombre: titles.person(nif),
        }),
        // A professional whose tax identifier is her own.
        (Some((nif, _)), Some((same, _))) if nif == same => Ok(Firmante::Persona {
            nif,
            nombre: titles.person(nif),
        }),
        (Some((_, uno)), Some((other, otro))) if other.kind() == NifKind::Persona => {
            Err(discordant(&uno, &otro).into())
        }
        (Some((nif, _)), Some((of, _))) => Ok(Firmante::Representante {
            nif,
            nombre: titles.person(nif),
            entidad: of,
            denominacion: titles.entity(of),
        }),
        // The person is there, but not her NIF: that is no seal.
        (None, _) if persona.unread || named.persona.is_some() => none(Lacking::Persona),
        (None, Some((of, found))) if of.kind() == NifKind::Entidad => match sellos {
            Sellos::Admitir => Ok(Firmante::Sello {
                entidad: of,
                denominacion: titles.entity(of),
            }),
            Sellos::Rechazar => Err(TrustError::SealNotAdmitted {
                entidad: found.leido(),
            }),
        },
        (None, _) => none(Lacking::Persona),
    }
}

/// What the common names say.
#[derive(Debug, Default)]
struct Named<'a> {
    persona: Option<(Nif, Found<'a>)>,
    entidad: Option<(Nif, Found<'a>)>,
}

impl<'a> Named<'a> {
    fn from(names: &'a [CommonName]) -> Result<Self, IdentityFault> {
        let (mut persona, mut entidad) = (Field::default(), Field::default());
        for text in names.iter().flat_map(CommonName::identifiers) {
            let found = Found::of(attribute::COMMON_NAME, text);
            match found.nif()? {
                Some(nif) if nif.kind() == NifKind::Persona => persona.agree(nif, found)?,
                Some(nif) => entidad.agree(nif, found)?,
                None => {}
            }
        }
        Ok(Self {
            persona: persona.nif,
            entidad: entidad.nif,
        })
    }

    /// Whether the person is named and nobody else is anywhere: neither by another field, nor an entity.
    fn identifies(&self, persona: &Field<'_>, entidad: &Field<'_>) -> bool {
        let of_another = persona.unread || persona.foreign.is_some() || persona.nif.is_some();
        self.persona.is_some()
            && self.entidad.is_none()
            && !of_another
            && !entidad.present
            && entidad.nif.is_none()
    }

    /// D-65, D-66: what is found in two places must be the same.
    fn check(&self, persona: &Field<'_>, entidad: &Field<'_>) -> Result<(), IdentityFault> {
        for (named, field) in [(self.persona, persona.nif), (self.entidad, entidad.nif)] {
            if let (Some((name, uno)), Some((nif, otro))) = (named, field)
                && name != nif
            {
                return Err(discordant(&otro, &uno));
            }
        }
        Ok(())
    }
}

/// The names of person and entity, as they are shown and kept.
struct Titles {
    given_and_surname: Option<String>,
    organization: Option<String>,
    common: Option<CommonName>,
    /// The common name is the entity's and not the person's.
    common_of_entity: bool,
}

impl Titles {
    fn new(subject: &Name, names: &[CommonName], common_of_entity: bool) -> Self {
        let given: Vec<&str> = subject.values(attribute::GIVEN_NAME).collect();
        let surname: Vec<&str> = subject.values(attribute::SURNAME).collect();
        Self {
            given_and_surname: (!given.is_empty() && !surname.is_empty())
                .then(|| tidy(&[given, surname].concat().join(" "))),
            organization: subject.values(attribute::ORGANIZATION).next().map(tidy),
            common: names.first().cloned(),
            common_of_entity,
        }
    }

    /// Given name and surname; else the common name without what surrounds the name in it; else the identifier.
    fn person(&self, nif: Nif) -> String {
        let common = self.common.as_ref().filter(|_| !self.common_of_entity);
        first_of(
            [self.given_and_surname.clone(), common.map(|c| tidy(c.person()))],
            nif,
        )
    }

    /// The organization; in the certificates of FNMT's former authority, whose own name stands there, the entity
    /// of the common name.
    fn entity(&self, nif: Nif) -> String {
        let old = self.common.as_ref().and_then(CommonName::entity).map(tidy);
        let common = self.common.as_ref().map(|c| tidy(c.person()));
        first_of([old, self.organization.clone(), common], nif)
    }
}

fn first_of<const N: usize>(names: [Option<String>; N], nif: Nif) -> String {
    names
        .into_iter()
        .flatten()
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| nif.as_str().to_owned())
}

/// Whether FNMT's former authority is written in the issuer's name, or in the holder's, where it wrote itself too.
fn is_clase_2(certificate: &Fields<'_>) -> bool {
    [&certificate.subject, &certificate.issuer]
        .into_iter()
        .any(|name| {
            let has = |oid, value: &str| name.values(oid).any(|v| v.eq_ignore_ascii_case(value));
            has(attribute::ORGANIZATION, "FNMT") && has(attribute::ORGANIZATIONAL_UNIT, CLASE_2)
        })
}

#[cfg(test)]
mod tests;
