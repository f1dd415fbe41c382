//! What the fields of a certificate say of the person, and of the entity (D-66).

use super::fault::{FieldRead, IdentityFault};
use super::identifier::Reading;
use crate::domain::nif::{Nif, NifKind};
use crate::trust::name::Name;
use crate::trust::oid::attribute;

/// Most fields that a refusal tells of.
const MAX_TOLD: usize = 8;
/// The person's fields in the alternative names.
const PERSONA_ALTERNATIVE: [&str; 2] = [attribute::FNMT_NIF, attribute::UID];

/// One value of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    campo: &'static str,
    valor: &'a str,
    reading: Reading,
}

impl<'a> Found<'a> {
    pub(super) fn of(oid: &'static str, valor: &'a str) -> Self {
        Self {
            campo: attribute::label(oid),
            valor,
            reading: Reading::of(valor),
        }
    }

    pub(super) fn leido(&self) -> FieldRead {
        FieldRead::of(self.campo, self.valor)
    }

    /// The NIF that it is, if it is one; one that is wrong is refused wherever it stands (D-65).
    pub(super) fn nif(&self) -> Result<Option<Nif>, IdentityFault> {
        match self.reading {
            Reading::Nif(nif) => Ok(Some(nif)),
            Reading::Wrong(fault) => Err(IdentityFault::Incorrecta {
                leido: self.leido(),
                fault,
            }),
            _ => Ok(None),
        }
    }

    fn is_of(&self, kind: NifKind) -> bool {
        matches!(self.reading, Reading::Nif(nif) if nif.kind() == kind)
    }
}

/// Two values that should be one identifier.
pub(super) fn discordant(uno: &Found<'_>, otro: &Found<'_>) -> IdentityFault {
    IdentityFault::Discordantes {
        uno: uno.leido(),
        otro: otro.leido(),
    }
}

/// What all the fields of one kind, the person's or the entity's, say together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field<'a> {
    /// The NIF that they agree on, where it was read first.
    pub(super) nif: Option<(Nif, Found<'a>)>,
    /// There is an identifier of another country.
    pub(super) foreign: Option<Found<'a>>,
    /// There is an identifier that says of itself that it is no NIF.
    pub(super) unread: bool,
    /// There is any value at all.
    pub(super) present: bool,
}

impl<'a> Field<'a> {
    /// Reads values that all speak of one: they agree, or are refused (D-66).
    fn agreed(values: impl IntoIterator<Item = Found<'a>>) -> Result<Self, IdentityFault> {
        let mut field = Self::default();
        for found in values {
            field.present = true;
            match (found.nif()?, found.reading) {
                (Some(nif), _) => field.agree(nif, found)?,
                (None, Reading::Foreign) => field.foreign = Some(found),
                (None, Reading::Unread) => field.unread = true,
                (None, _) => {}
            }
        }
        match (field.foreign, field.nif) {
            (Some(foreign), Some((_, found))) => Err(discordant(&found, &foreign)),
            _ => Ok(field),
        }
    }

    pub(super) fn agree(&mut self, nif: Nif, found: Found<'a>) -> Result<(), IdentityFault> {
        match self.nif {
            Some((other, first)) if other != nif => Err(discordant(&first, &found)),
            Some(_) => Ok(()),
            None => {
                self.nif = Some((nif, found));
                Ok(())
            }
        }
    }
}

/// The fields of a certificate's names, brought together by whose they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gathered<'a> {
    pub(super) persona: Field<'a>,
    pub(super) entidad: Field<'a>,
    /// The serial number is the entity's: the subject is the entity, and so is its common name.
    pub(super) of_entity: bool,
}

impl<'a> Gathered<'a> {
    pub(super) fn from(subject: &'a Name, alternative: &'a [Name]) -> Result<Self, IdentityFault> {
        let of_subject = |oid| values([subject], oid);
        let of_alternative = |oid| values(alternative, oid);
        let anywhere = |oid| of_subject(oid).chain(of_alternative(oid));

        let serials: Vec<Found<'a>> = of_subject(attribute::SERIAL_NUMBER).collect();
        check_serials(&serials)?;
        let responsable: Vec<Found<'a>> = anywhere(attribute::RESPONSABLE_NIF).collect();
        let in_alternative: Vec<Found<'a>> =
            PERSONA_ALTERNATIVE.into_iter().flat_map(of_alternative).collect();
        let mut entidad = Field::agreed(
            of_subject(attribute::ORGANIZATION_IDENTIFIER)
                .chain(of_alternative(attribute::FNMT_CIF))
                .chain(anywhere(attribute::CAMERFIRMA_CIF)),
        )?;

        // What stands in a person's field and is an entity's speaks of the entity: the serial number of a seal, or of a
        // certificate in which the person responsible has a field of her own (ANF, CATCERT).
        let is_entity = |found: &Found<'_>| found.is_of(NifKind::Entidad);
        let of_entity = serials.iter().any(is_entity);
        let (entities, others): (Vec<_>, Vec<_>) =
            serials.iter().chain(&responsable).copied().partition(is_entity);
        let mut persona = Field::agreed(others.into_iter().chain(in_alternative.iter().copied()))?;
        if let Some((nif, found)) = persona.nif.take_if(|(nif, _)| nif.kind() == NifKind::Entidad) {
            entidad.agree(nif, found)?;
        }
        // D-67: where entity and serial number make a seal, a person whom only an alternative name mentions is neither its
        // signer nor overlooked.
        if let (Some((_, found)), true, true) = (persona.nif, of_entity, entidad.present)
            && !responsable.iter().any(|found| found.is_of(NifKind::Persona))
            && let Some(serial) = serials.first()
        {
            return Err(discordant(serial, &found));
        }
        for found in entities {
            if let Some(nif) = found.nif()? {
                entidad.agree(nif, found)?;
            }
        }
        Ok(Self {
            persona,
            entidad,
            of_entity,
        })
    }
}

/// D-67: of two serial numbers, one that is read and one that is not do not agree either.
fn check_serials(serials: &[Found<'_>]) -> Result<(), IdentityFault> {
    for serial in serials {
        serial.nif()?;
    }
    let Some(first) = serials.first() else {
        return Ok(());
    };
    let is_nif = |found: &Found<'_>| matches!(found.reading, Reading::Nif(_));
    match serials.iter().find(|other| other.reading != first.reading) {
        Some(other) if serials.iter().any(is_nif) => Err(discordant(first, other)),
        _ => Ok(()),
    }
}

fn values<'a>(
    names: impl IntoIterator<Item = &'a Name>,
    oid: &'static str,
) -> impl Iterator<Item = Found<'a>> {
    names
        .into_iter()
        .flat_map(move |name| name.values(oid).map(move |value| Found::of(oid, value)))
}

/// What a certificate holds that identifies, or looks as if: for whoever is told that it was not enough.
pub(super) fn all_read(subject: &Name, alternative: &[Name]) -> Vec<FieldRead> {
    let of_subject = subject.attributes().filter_map(|(oid, value)| {
        let is_read = matches!(
            oid,
            attribute::SERIAL_NUMBER
                | attribute::ORGANIZATION_IDENTIFIER
                | attribute::CAMERFIRMA_CIF
                | attribute::RESPONSABLE_NIF
        );
        told(is_read, oid, value)
    });
    let of_alternative = alternative
        .iter()
        .flat_map(Name::attributes)
        .filter_map(|(oid, value)| {
            let is_read = matches!(
                oid,
                attribute::FNMT_NIF
                    | attribute::UID
                    | attribute::FNMT_CIF
                    | attribute::CAMERFIRMA_CIF
                    | attribute::RESPONSABLE_NIF
            );
            told(is_read, oid, value)
        });
    of_subject.chain(of_alternative).take(MAX_TOLD).collect()
}

/// A value of a field that is read, or the NIF within one of another field: nobody is told that there is none where there is.
fn told(is_read: bool, oid: &str, value: &str) -> Option<FieldRead> {
    if is_read {
        return Some(FieldRead::of(attribute::label(oid), value));
    }
    value
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'))
        .find(|word| matches!(Reading::of(word), Reading::Nif(_)))
        .map(|word| FieldRead::of(attribute::label(oid), word))
}
