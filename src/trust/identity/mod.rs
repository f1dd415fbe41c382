//! Whom a certificate speaks for: from its fields to a [`Firmante`] (D-65 to D-68, D-70).
//!
//! Each field is read by its object identifier, never in a printed name; every identifier found must agree with the
//! rest. What does not fit is refused: nobody becomes another by being read loosely, nor the representative of an
//! entity a person on her own.

mod common_name;
mod identifier;

use self::common_name::CommonName;
use self::identifier::Reading;
use super::admitted::Sellos;
use super::error::TrustError;
use super::fields::Fields;
use super::name::{Name, tidy};
use super::oid::attribute;
use crate::domain::firmante::Firmante;
use crate::domain::nif::{Nif, NifKind};

/// The unit of FNMT's former authority, which wrote identifiers in the common name and nowhere else (D-66).
const CLASE_2: &str = "FNMT Clase 2 CA";

/// What all the fields of one kind, the person's or the entity's, say together.
#[derive(Debug, Default)]
struct Field {
    nif: Option<Nif>,
    /// There is an identifier of another country.
    foreign: bool,
    /// There is an identifier that says of itself that it is no NIF.
    unread: bool,
    /// There is any value at all.
    present: bool,
}

/// The identity that a certificate holds, or why it holds none that can be taken.
pub(super) fn read(certificate: &Fields<'_>, sellos: Sellos) -> Result<Firmante, TrustError> {
    let subject = &certificate.subject;
    let alternative = certificate
        .alternative_names()
        .map_err(|_| TrustError::Unreadable)?;
    let common = common_names(certificate);

    let serials = Field::agreed(subject.values(attribute::SERIAL_NUMBER))?;
    let mut persona = Field::agreed(
        subject
            .values(attribute::SERIAL_NUMBER)
            .chain(everywhere(&alternative, &[attribute::FNMT_NIF, attribute::UID])),
    )?;
    let mut entidad = Field::agreed(
        subject
            .values(attribute::ORGANIZATION_IDENTIFIER)
            .chain(everywhere(&alternative, &[attribute::FNMT_CIF]))
            .chain(everywhere(
                std::iter::once(subject).chain(&alternative),
                &[attribute::CAMERFIRMA_CIF, attribute::OTHER_CIF],
            )),
    )?;
    // D-67: of two serial numbers, one that is read and one that is not do not agree either.
    if serials.nif.is_some() && distinct_serials(subject) {
        return Err(TrustError::IdentityConflict);
    }
    // The serial number of a seal is the entity's own (D-67, last example).
    if let Some(nif) = persona.nif.take_if(|nif| nif.kind() == NifKind::Entidad) {
        entidad.agree(nif)?;
    }
    let named = Named::from(&common)?;
    // Only FNMT's former authority is believed by the common name alone.
    if matches!(common.as_slice(), [one] if one.is_clase_2()) && is_clase_2(certificate) {
        persona.nif = persona.nif.or(named.persona);
        entidad.nif = entidad.nif.or(named.entidad);
    }
    named.check(&persona, &entidad)?;
    assemble(&persona, &entidad, &named, sellos, &Titles::new(subject, &common))
}

fn common_names(certificate: &Fields<'_>) -> Vec<CommonName> {
    certificate
        .subject
        .values(attribute::COMMON_NAME)
        .map(CommonName::read)
        .collect()
}

/// D-70: the pair of person and entity, or an entity alone where seals are admitted.
fn assemble(
    persona: &Field,
    entidad: &Field,
    named: &Named,
    sellos: Sellos,
    titles: &Titles,
) -> Result<Firmante, TrustError> {
    match (persona.nif, entidad.nif) {
        // Someone's certificate for an entity of which nothing is known: not hers alone.
        (Some(_), None) if entidad.foreign => Err(TrustError::ForeignIdentity),
        (Some(_), None) if entidad.present || named.entidad.is_some() => Err(TrustError::NoIdentity),
        (Some(nif), None) => Ok(Firmante::Persona {
            nif,
            nombre: titles.person(nif),
        }),
        // A professional whose tax identifier is her own.
        (Some(nif), Some(same)) if nif == same => Ok(Firmante::Persona {
            nif,
            nombre: titles.person(nif),
        }),
        (Some(_), Some(other)) if other.kind() == NifKind::Persona => Err(TrustError::IdentityConflict),
        (Some(nif), Some(of)) => Ok(Firmante::Representante {
            nif,
            nombre: titles.person(nif),
            entidad: of,
            denominacion: titles.entity(of),
        }),
        (None, _) if persona.foreign || entidad.foreign => Err(TrustError::ForeignIdentity),
        // The person is there, but not her NIF: that is no seal.
        (None, _) if persona.unread || named.persona.is_some() => Err(TrustError::NoIdentity),
        (None, Some(of)) if of.kind() == NifKind::Entidad => match sellos {
            Sellos::Admitir => Ok(Firmante::Sello {
                entidad: of,
                denominacion: titles.entity(of),
            }),
            Sellos::Rechazar => Err(TrustError::SealNotAdmitted),
        },
        (None, _) => Err(TrustError::NoIdentity),
    }
}

impl Field {
    /// Reads values that all speak of one: they agree, or are refused (D-66).
    fn agreed<'a>(values: impl Iterator<Item = &'a str>) -> Result<Self, TrustError> {
        let mut field = Self::default();
        for value in values {
            field.present = true;
            match Reading::of(value) {
                Reading::Nif(nif) => field.agree(nif)?,
                Reading::Wrong => return Err(TrustError::BadIdentity),
                Reading::Foreign => field.foreign = true,
                Reading::Unread => field.unread = true,
                Reading::Nothing => {}
            }
        }
        if field.foreign && field.nif.is_some() {
            return Err(TrustError::IdentityConflict);
        }
        Ok(field)
    }

    fn agree(&mut self, nif: Nif) -> Result<(), TrustError> {
        if self.nif.is_some_and(|other| other != nif) {
            return Err(TrustError::IdentityConflict);
        }
        self.nif = Some(nif);
        Ok(())
    }
}

/// What the common names say.
#[derive(Debug, Default)]
struct Named {
    persona: Option<Nif>,
    entidad: Option<Nif>,
}

impl Named {
    fn from(names: &[CommonName]) -> Result<Self, TrustError> {
        let (mut persona, mut entidad) = (Field::default(), Field::default());
        for text in names.iter().flat_map(CommonName::identifiers) {
            match Reading::of(text) {
                Reading::Nif(nif) if nif.kind() == NifKind::Persona => persona.agree(nif)?,
                Reading::Nif(nif) => entidad.agree(nif)?,
                Reading::Wrong => return Err(TrustError::BadIdentity),
                Reading::Foreign | Reading::Unread | Reading::Nothing => {}
            }
        }
        Ok(Self {
            persona: persona.nif,
            entidad: entidad.nif,
        })
    }

    /// D-65, D-66: what is found in two places must be the same.
    fn check(&self, persona: &Field, entidad: &Field) -> Result<(), TrustError> {
        let differ = |one: Option<Nif>, other: Option<Nif>| one.zip(other).is_some_and(|(a, b)| a != b);
        if differ(self.persona, persona.nif) || differ(self.entidad, entidad.nif) {
            return Err(TrustError::IdentityConflict);
        }
        Ok(())
    }
}

/// The names of person and entity, as they are shown and kept.
struct Titles {
    given_and_surname: Option<String>,
    organization: Option<String>,
    common: Option<CommonName>,
}

impl Titles {
    fn new(subject: &Name, names: &[CommonName]) -> Self {
        let given: Vec<&str> = subject.values(attribute::GIVEN_NAME).collect();
        let surname: Vec<&str> = subject.values(attribute::SURNAME).collect();
        Self {
            given_and_surname: (!given.is_empty() && !surname.is_empty())
                .then(|| tidy(&[given, surname].concat().join(" "))),
            organization: subject.values(attribute::ORGANIZATION).next().map(tidy),
            common: names.first().cloned(),
        }
    }

    /// Given name and surname; else the common name without what surrounds the name in it; else the identifier.
    fn person(&self, nif: Nif) -> String {
        first_of(
            [
                self.given_and_surname.clone(),
                self.common.as_ref().map(|c| tidy(c.person())),
            ],
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

/// The values of some attributes in some names.
fn everywhere<'a>(
    names: impl IntoIterator<Item = &'a Name>,
    oids: &'static [&'static str],
) -> impl Iterator<Item = &'a str> {
    names
        .into_iter()
        .flat_map(move |name| oids.iter().flat_map(move |oid| name.values(oid)))
}

/// Whether two serial numbers are read differently.
fn distinct_serials(subject: &Name) -> bool {
    let mut readings = subject.values(attribute::SERIAL_NUMBER).map(Reading::of);
    let first = readings.next();
    readings.any(|other| Some(other) != first)
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
