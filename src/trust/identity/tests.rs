//! The example subjects, D-65 to D-68 and D-70.

#![expect(
    clippy::unnecessary_wraps,
    reason = "an expectation has the type of what it is compared with"
)]

mod responsible;
mod issuers;

use super::*;
use crate::trust::testing::name::{name, set};
use crate::trust::testing::{Issuing, Leaf};

const C: &str = attribute::COUNTRY;
const CN: &str = attribute::COMMON_NAME;
const GN: &str = attribute::GIVEN_NAME;
const O: &str = attribute::ORGANIZATION;
const OI: &str = attribute::ORGANIZATION_IDENTIFIER;
const OU: &str = attribute::ORGANIZATIONAL_UNIT;
const SERIAL: &str = attribute::SERIAL_NUMBER;
const SN: &str = attribute::SURNAME;

fn identity(leaf: &Leaf) -> Result<Firmante, Why> {
    with(leaf, Sellos::Rechazar)
}

fn with(leaf: &Leaf, sellos: Sellos) -> Result<Firmante, Why> {
    let common_name = CommonNameRule::Confirms;
    read_by(leaf, ReadingRule { sellos, common_name }).map_err(|error| match error {
        TrustError::Identity(IdentityFault::Ninguna { .. }) => Why::NoIdentity,
        TrustError::Identity(IdentityFault::Extranjera(_)) => Why::ForeignIdentity,
        TrustError::Identity(IdentityFault::Incorrecta { .. }) => Why::BadIdentity,
        TrustError::Identity(IdentityFault::Discordantes { .. }) => Why::IdentityConflict,
        TrustError::SealNotAdmitted { .. } => Why::SealNotAdmitted,
        other => panic!("{other:?}"),
    })
}

fn read_by(leaf: &Leaf, lectura: ReadingRule) -> Result<Firmante, TrustError> {
    let der = Issuing::root("RAIZ").issue(leaf);
    read(&Fields::inspect(&der).unwrap(), lectura)
}

/// In which way there is no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    NoIdentity,
    ForeignIdentity,
    BadIdentity,
    IdentityConflict,
    SealNotAdmitted,
}

/// What a refusal tells, as `field value`.
fn told(leaf: &Leaf) -> Vec<String> {
    let lectura = ReadingRule {
        sellos: Sellos::Rechazar,
        common_name: CommonNameRule::Confirms,
    };
    let leidos = match read_by(leaf, lectura).unwrap_err() {
        TrustError::Identity(IdentityFault::Ninguna { leidos, .. }) => leidos,
        TrustError::Identity(IdentityFault::Extranjera(leido) | IdentityFault::Incorrecta { leido, .. })
        | TrustError::SealNotAdmitted { entidad: leido } => vec![leido],
        TrustError::Identity(IdentityFault::Discordantes { uno, otro }) => vec![uno, otro],
        other => panic!("{other:?}"),
    };
    leidos
        .into_iter()
        .map(|leido| format!("{} {}", leido.campo, leido.valor))
        .collect()
}

fn of(attributes: &[(&str, &str)]) -> Leaf {
    Leaf::of(name(attributes))
}

fn nif(text: &str) -> Nif {
    text.parse().unwrap()
}

fn persona(id: &str, nombre: &str) -> Result<Firmante, Why> {
    Ok(Firmante::Persona {
        nif: nif(id),
        nombre: nombre.to_owned(),
    })
}

fn representante(id: &str, nombre: &str, entidad: &str, denominacion: &str) -> Result<Firmante, Why> {
    Ok(Firmante::Representante {
        nif: nif(id),
        nombre: nombre.to_owned(),
        entidad: nif(entidad),
        denominacion: denominacion.to_owned(),
    })
}

fn sello(entidad: &str, denominacion: &str) -> Result<Firmante, Why> {
    Ok(Firmante::Sello {
        entidad: nif(entidad),
        denominacion: denominacion.to_owned(),
    })
}

fn repr<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        (C, "ES"),
        (O, "HORNOS DEL SUR SL"),
        (OI, "VATES-B99999120"),
        (CN, "99999912Y PABLO LUNA (R: B99999120)"),
        (SN, "LUNA SANZ"),
        (GN, "PABLO"),
        (SERIAL, "IDCES-99999912Y"),
        ("2.5.4.13", "Ref:AEAT/AEAT0001/PUESTO 1/1/01012026"),
    ]
}

/// A subject with one attribute in place of another of the same kind.
fn changed<'a>(subject: &[(&'a str, &'a str)], oid: &str, value: Option<&'a str>) -> Leaf {
    let all: Vec<(&str, &str)> = subject
        .iter()
        .filter_map(|&(id, old)| {
            if id == oid {
                value.map(|new| (id, new))
            } else {
                Some((id, old))
            }
        })
        .collect();
    of(&all)
}

#[test]
fn without_any_identifier_there_is_no_identity() {
    assert_eq!(
        identity(&of(&[(C, "ES"), (CN, "MARTA ROBLES")])),
        Err(Why::NoIdentity)
    );
    assert_eq!(
        identity(&of(&[(SERIAL, "DEVICE-0001"), (CN, "X")])),
        Err(Why::NoIdentity)
    );
}

#[test]
fn an_identifier_that_fails_its_check_is_a_bad_identity() {
    assert_eq!(
        identity(&of(&[(SERIAL, "IDCES-99999901A")])),
        Err(Why::BadIdentity)
    );
}

#[test]
fn serial_number_and_common_name_must_agree() {
    let of_cn = |cn| identity(&of(&[(SERIAL, "IDCES-99999901H"), (CN, cn)]));
    assert_eq!(
        of_cn("ROBLES IBARRA MARTA - 99999901H"),
        persona("99999901H", "ROBLES IBARRA MARTA")
    );
    assert_eq!(
        of_cn("ROBLES IBARRA MARTA - 99999912Y"),
        Err(Why::IdentityConflict)
    );
    assert_eq!(of_cn("ROBLES IBARRA MARTA - 99999901A"), Err(Why::BadIdentity));
    let other_entity = changed(&repr(), CN, Some("99999912Y PABLO LUNA (R: A99999013)"));
    assert_eq!(identity(&other_entity), Err(Why::IdentityConflict));
}

#[test]
fn a_common_name_that_spells_an_attribute_is_only_a_name() {
    assert_eq!(
        identity(&of(&[(CN, "X, serialNumber=IDCES-99999901H")])),
        Err(Why::NoIdentity)
    );
    assert_eq!(
        identity(&of(&[
            (SERIAL, "IDCES-99999912Y"),
            (CN, "X/serialNumber=IDCES-99999901H")
        ])),
        persona("99999912Y", "X/serialNumber=IDCES-99999901H")
    );
}

#[test]
fn two_serial_numbers_must_say_the_same() {
    let two = |a, b| identity(&of(&[(SERIAL, a), (SERIAL, b), (CN, "X")]));
    assert_eq!(
        two("IDCES-99999901H", "TINES-99999901H"),
        persona("99999901H", "X")
    );
    assert_eq!(
        two("IDCES-99999901H", "IDCES-99999912Y"),
        Err(Why::IdentityConflict)
    );
    assert_eq!(two("IDCES-99999901H", "DEVICE-0001"), Err(Why::IdentityConflict));
    assert_eq!(
        two("IDCES-99999901H", "IDCPT-12345678"),
        Err(Why::IdentityConflict)
    );
    assert_eq!(two("IDCES-99999901H", "A99999013"), Err(Why::IdentityConflict));
}

#[test]
fn a_name_of_one_rdn_with_several_values_is_read() {
    let one = Leaf::of(set(&[
        (SERIAL, "IDCES-99999901H"),
        (CN, "ROBLES IBARRA MARTA"),
        (SN, "ROBLES IBARRA"),
        (GN, "MARTA"),
    ]));
    assert_eq!(identity(&one), persona("99999901H", "MARTA ROBLES IBARRA"));
}

#[test]
fn alternative_names_are_read_with_and_without_prefix() {
    let alternative = |nif, cif| {
        identity(
            &of(&[(O, "HORNOS DEL SUR SL"), (CN, "PABLO")])
                .alternative(&[(attribute::FNMT_NIF, nif), (attribute::FNMT_CIF, cif)]),
        )
    };
    let expected = representante("99999912Y", "PABLO", "B99999120", "HORNOS DEL SUR SL");
    assert_eq!(alternative("99999912Y", "B99999120"), expected);
    assert_eq!(alternative("IDCES-99999912Y", "VATES-B99999120"), expected);
    assert_eq!(alternative("99999912Y", "B99999121"), Err(Why::BadIdentity));
    assert_eq!(
        identity(&of(&[(CN, "EVA")]).alternative(&[(attribute::UID, "99999956G")])),
        persona("99999956G", "EVA")
    );
    assert_eq!(
        identity(&Leaf::persona().alternative(&[(attribute::FNMT_NIF, "99999912Y")])),
        Err(Why::IdentityConflict)
    );
    assert_eq!(
        identity(&of(&repr()).alternative(&[(attribute::FNMT_CIF, "A99999013")])),
        Err(Why::IdentityConflict)
    );
}

#[test]
fn identifiers_of_other_countries_are_foreign() {
    assert_eq!(
        identity(&of(&[(SERIAL, "IDCPT-12345678"), (CN, "X")])),
        Err(Why::ForeignIdentity)
    );
    let foreigner = changed(&repr(), SERIAL, Some("IDCPT-12345678"));
    assert_eq!(identity(&foreigner), Err(Why::ForeignIdentity));
}

#[test]
fn an_identifier_of_no_country_beside_a_nif_says_nothing_against_it() {
    let lei = "LEIXG-529900T8BM49AURSDO55";
    let subject = [repr(), vec![(OI, lei)]].concat();
    assert_eq!(
        identity(&of(&subject)),
        representante("99999912Y", "PABLO LUNA SANZ", "B99999120", "HORNOS DEL SUR SL")
    );
    assert_eq!(identity(&changed(&repr(), OI, Some(lei))), Err(Why::NoIdentity));
}

#[test]
fn a_professional_under_her_own_nif_is_a_person_and_her_employee_is_not_her() {
    let of_entity = |value| {
        identity(&of(&[
            (SERIAL, "IDCES-99999901H"),
            (OI, value),
            (SN, "ROBLES"),
            (GN, "MARTA"),
        ]))
    };
    assert_eq!(of_entity("VATES-99999901H"), persona("99999901H", "MARTA ROBLES"));
    assert_eq!(of_entity("VATES-99999912Y"), Err(Why::IdentityConflict));
}

#[test]
fn identity_cards_of_one_person_are_the_same_identity() {
    let one = identity(&of(&[(SERIAL, "IDCES-99999901H"), (CN, "A")])).unwrap();
    let other = identity(&of(&[(SERIAL, "TINES-99999901H"), (CN, "B")])).unwrap();
    assert!(one.same_identity(&other));
    let entity = identity(&of(&repr())).unwrap();
    assert!(!one.same_identity(&entity));
}

#[test]
fn identifiers_are_read_in_whatever_kind_of_string_they_are_written() {
    use crate::trust::testing::der::{oid, seq, tlv};
    let wide = |text: &str, octets: usize| -> Vec<u8> {
        text.chars()
            .flat_map(|c| u32::from(c).to_be_bytes()[4 - octets..].to_vec())
            .collect()
    };
    let latin = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect()
    };
    for (tag, text) in [
        (0x0c, "IDCES-99999901H".as_bytes().to_vec()),
        (0x13, latin("IDCES-99999901H")),
        (0x14, latin("IDCES-99999901H")),
        (0x16, latin("IDCES-99999901H")),
        (0x1c, wide("IDCES-99999901H", 4)),
        (0x1e, wide("IDCES-99999901H", 2)),
    ] {
        let attribute = |id, tag, value: &[u8]| tlv(0x31, &seq(&[oid(id), tlv(tag, value)]));
        // An ñ where only ASCII may stand spoils nobody's certificate.
        let common_name: Vec<u8> = latin("MARTA IBAÑEZ");
        let subject = [attribute(SERIAL, tag, &text), attribute(CN, 0x13, &common_name)];
        assert_eq!(
            identity(&Leaf::of(seq(&subject))),
            persona("99999901H", "MARTA IBAÑEZ"),
            "{tag:x}"
        );
    }
}

#[test]
fn a_refusal_tells_which_field_held_what() {
    assert_eq!(
        told(&of(&[(SERIAL, "IDCES-99999901A"), (CN, "X")])),
        ["serialNumber IDCES-***9990**"]
    );
    assert_eq!(
        told(&of(&[(SERIAL, "IDCES-99999901H"), (CN, "X - 99999912Y")])),
        ["serialNumber IDCES-***9990**", "commonName ***9991**"]
    );
    assert_eq!(
        told(&of(&[(SERIAL, "PASES-AAA123456"), (SN, "SOTO - DNI 99999923V")])),
        ["serialNumber PASES-*****3456", "surname ***9992**"]
    );
    assert_eq!(
        told(&of(&[(SERIAL, "IDCPT-12345678"), (CN, "X")])),
        ["serialNumber IDCPT-***4567*"]
    );
    assert_eq!(
        told(&changed(&repr(), OI, Some("VATES-B99999121"))),
        ["organizationIdentifier VATES-B99999121"]
    );
    let alternative = of(&[(CN, "X")]).alternative(&[(attribute::FNMT_NIF, "99999912A")]);
    assert_eq!(told(&alternative), ["1.3.6.1.4.1.5734.1.4 ***9991**"]);
    assert_eq!(told(&of(&[(CN, "MARTA ROBLES")])), Vec::<String>::new());
    let seal = of(&[(OI, "VATES-A99999013"), (CN, "SELLO")]);
    assert_eq!(told(&seal), ["organizationIdentifier VATES-A99999013"]);
}
