//! Subjects of the demonstration certificates, spelt as the FNMT spells them.

use openssl::error::ErrorStack;
use openssl::x509::X509Name;

use crate::domain::nif::Nif;
use crate::store::demonstration::ORGANISATION;

/// `organizationIdentifier` (ETSI EN 319 412-1 section 5.1.4).
const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";

/// The kinds of certificate of the FNMT that the holders have, each with its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A natural person for herself.
    PersonaFisica,
    /// The sole or joint administrator of a company.
    AdministradorUnico,
    /// Another representative of a legal person.
    PersonaJuridica,
    /// The representative of an entity without personality.
    SinPersonalidad,
}

impl Kind {
    /// The policies that its certificates declare: that of the FNMT and that of ETSI EN 319 411-2 (QCP-n).
    #[must_use]
    pub(super) fn policies(self) -> [&'static str; 2] {
        let own = match self {
            Self::PersonaFisica => "1.3.6.1.4.1.5734.3.10.1",
            Self::AdministradorUnico => "1.3.6.1.4.1.5734.3.11.1",
            Self::PersonaJuridica => "1.3.6.1.4.1.5734.3.11.2",
            Self::SinPersonalidad => "1.3.6.1.4.1.5734.3.11.3",
        };
        [own, "0.4.0.194112.1.0"]
    }
}

/// An entity that a certificate represents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Represented {
    /// NIF of the entity.
    pub nif: Nif,
    /// Name of the entity, as in its organizationName.
    pub denominacion: String,
}

/// Who a certificate says that its holder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The person's NIF.
    pub nif: Nif,
    /// Given name alone, as in givenName.
    pub nombre: &'static str,
    /// First and second surname.
    pub apellidos: [&'static str; 2],
    /// The entity represented, if any.
    pub entidad: Option<Represented>,
}

impl Subject {
    /// The subject of the certificate.
    pub(super) fn name(&self, kind: Kind) -> Result<X509Name, ErrorStack> {
        let Self {
            nif,
            nombre,
            apellidos: [first, second],
            entidad,
        } = self;
        let nif = nif.as_str();
        let surnames = if second.is_empty() {
            (*first).to_owned()
        } else {
            format!("{first} {second}")
        };
        let serial_number = format!("IDCES-{nif}");
        let mut entries = vec![("C", "ES".to_owned())];
        match entidad {
            None => entries.extend([
                ("serialNumber", serial_number),
                ("GN", (*nombre).to_owned()),
                ("SN", surnames.clone()),
                ("CN", format!("{surnames} {nombre} - {nif}")),
            ]),
            Some(Represented {
                nif: entity,
                denominacion,
            }) => {
                let entity = entity.as_str();
                entries.extend([
                    ("O", denominacion.clone()),
                    (ORGANIZATION_IDENTIFIER, format!("VATES-{entity}")),
                    ("CN", format!("{nif} {nombre} {first} (R: {entity})")),
                    ("SN", surnames),
                    ("GN", (*nombre).to_owned()),
                    ("serialNumber", serial_number),
                ]);
                if kind == Kind::AdministradorUnico {
                    let reference = "Ref:AEAT/AEAT0001/PUESTO 1/00001/01012026090000";
                    entries.push(("description", reference.to_owned()));
                }
            }
        }
        name(&entries)
    }

    /// The directory name of the subject's alternative name, where the FNMT repeats the data under its own arc.
    pub(super) fn alternative(&self) -> Result<X509Name, ErrorStack> {
        let [first, second] = self.apellidos;
        let mut entries = vec![
            ("1.3.6.1.4.1.5734.1.1", self.nombre.to_owned()),
            ("1.3.6.1.4.1.5734.1.2", first.to_owned()),
        ];
        if !second.is_empty() {
            entries.push(("1.3.6.1.4.1.5734.1.3", second.to_owned()));
        }
        entries.push(("1.3.6.1.4.1.5734.1.4", self.nif.as_str().to_owned()));
        if let Some(entity) = &self.entidad {
            entries.push(("1.3.6.1.4.1.5734.1.6", entity.denominacion.clone()));
            entries.push(("1.3.6.1.4.1.5734.1.7", entity.nif.as_str().to_owned()));
        }
        name(&entries)
    }
}

/// The name of an authority of the demonstration, or of the service.
pub(super) fn organisation(common_name: &str, identifier: Option<&Nif>) -> Result<X509Name, ErrorStack> {
    let mut entries = vec![("C", "ES".to_owned()), ("O", ORGANISATION.to_owned())];
    if let Some(nif) = identifier {
        entries.push((ORGANIZATION_IDENTIFIER, format!("VATES-{}", nif.as_str())));
    }
    entries.push(("CN", common_name.to_owned()));
    name(&entries)
}

fn name(entries: &[(&str, String)]) -> Result<X509Name, ErrorStack> {
    let mut builder = X509Name::builder()?;
    for (field, value) in entries {
        builder.append_entry_by_text(field, value)?;
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::x509::X509NameRef;

    fn printed(name: &X509NameRef) -> Vec<(String, String)> {
        name.entries()
            .map(|entry| (entry.object().to_string(), entry.data().to_string().unwrap()))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_person_is_named_as_in_the_table() {
        let marta = Subject {
            nif: "99999901H".parse().unwrap(),
            nombre: "MARTA",
            apellidos: ["ROBLES", "IBARRA"],
            entidad: None,
        };
        let expected = pairs(&[
            ("countryName", "ES"),
            ("serialNumber", "IDCES-99999901H"),
            ("givenName", "MARTA"),
            ("surname", "ROBLES IBARRA"),
            ("commonName", "ROBLES IBARRA MARTA - 99999901H"),
        ]);
        assert_eq!(printed(&marta.name(Kind::PersonaFisica).unwrap()), expected);
    }

    #[test]
    fn a_representative_bears_both_identifiers_in_subject_and_alternative_name() {
        let pablo = Subject {
            nif: "99999912Y".parse().unwrap(),
            nombre: "PABLO",
            apellidos: ["LUNA", "SANZ"],
            entidad: Some(Represented {
                nif: "B99999120".parse().unwrap(),
                denominacion: "HORNOS DEL SUR SL".to_owned(),
            }),
        };
        let name = printed(&pablo.name(Kind::AdministradorUnico).unwrap());
        assert_eq!(
            name.get(..7).unwrap(),
            pairs(&[
                ("countryName", "ES"),
                ("organizationName", "HORNOS DEL SUR SL"),
                ("organizationIdentifier", "VATES-B99999120"),
                ("commonName", "99999912Y PABLO LUNA (R: B99999120)"),
                ("surname", "LUNA SANZ"),
                ("givenName", "PABLO"),
                ("serialNumber", "IDCES-99999912Y"),
            ])
        );
        let alternative = printed(&pablo.alternative().unwrap());
        assert!(alternative.contains(&("1.3.6.1.4.1.5734.1.7".to_owned(), "B99999120".to_owned())));
    }
}
