//! The certificates that Spanish issuers issue, each as it is read.

use super::*;

#[test]
fn the_fnmt_certificate_of_a_person_is_read() {
    assert_eq!(
        identity(&Leaf::persona()),
        persona("99999901H", "MARTA ROBLES IBARRA")
    );
}

#[test]
fn the_fnmt_certificates_of_representatives_are_read() {
    assert_eq!(
        identity(&of(&repr())),
        representante("99999912Y", "PABLO LUNA SANZ", "B99999120", "HORNOS DEL SUR SL")
    );
    assert_eq!(
        identity(&of(&[
            (C, "ES"),
            (O, "TALLERES PISUERGA SA"),
            (OI, "VATES-A99999013"),
            (CN, "99999923V INES VIDAL (R: A99999013)"),
            (SERIAL, "IDCES-99999923V"),
        ])),
        representante("99999923V", "INES VIDAL", "A99999013", "TALLERES PISUERGA SA")
    );
    assert_eq!(
        identity(&of(&[
            (C, "ES"),
            (O, "CDAD PROP CALLE OLMO 3"),
            (OI, "VATES-H99999344"),
            (CN, "99999934M LUIS CANO (R: H99999344)"),
            (SERIAL, "IDCES-99999934M"),
        ])),
        representante("99999934M", "LUIS CANO", "H99999344", "CDAD PROP CALLE OLMO 3")
    );
}

#[test]
fn the_old_fnmt_certificates_are_read_in_the_common_name() {
    let clase_2 = |cn: &'static str| {
        [
            (C, "ES"),
            (O, "FNMT"),
            (OU, "FNMT Clase 2 CA"),
            (OU, "500070015"),
            (CN, cn),
        ]
    };
    assert_eq!(
        identity(&of(&clase_2("NOMBRE ROBLES IBARRA MARTA - NIF 99999901H"))),
        persona("99999901H", "ROBLES IBARRA MARTA")
    );
    let entidad = "ENTIDAD HORNOS DEL SUR SL - CIF B99999120 - NOMBRE LUNA SANZ PABLO - NIF 99999912Y";
    assert_eq!(
        identity(&of(&clase_2(entidad))),
        representante("99999912Y", "LUNA SANZ PABLO", "B99999120", "HORNOS DEL SUR SL")
    );
    let spoilt = "NOMBRE ROBLES IBARRA MARTA - NIF 99999901A";
    assert_eq!(identity(&of(&clase_2(spoilt))), Err(Why::BadIdentity));
}

#[test]
fn no_other_issuer_is_believed_by_the_common_name_alone() {
    assert_eq!(
        identity(&of(&[
            (C, "ES"),
            (O, "OTRA"),
            (CN, "NOMBRE ROBLES IBARRA MARTA - NIF 99999901H")
        ])),
        Err(Why::NoIdentity)
    );
    let other_unit = of(&[
        (O, "OTRA"),
        (OU, "FNMT Clase 2 CA"),
        (CN, "NOMBRE ROBLES IBARRA MARTA - NIF 99999901H"),
    ]);
    assert_eq!(identity(&other_unit), Err(Why::NoIdentity));
    assert_eq!(
        identity(&of(&[(C, "ES"), (CN, "ROBLES IBARRA MARTA - 99999901H")])),
        Err(Why::NoIdentity)
    );
}

#[test]
fn the_identity_card_is_read_without_prefix_in_both_its_certificates() {
    for cn in ["PRADO GIL, ANA (FIRMA)", "PRADO GIL, ANA (AUTENTICACIÓN)"] {
        assert_eq!(
            identity(&of(&[
                (C, "ES"),
                (SERIAL, "99999945Q"),
                (SN, "PRADO"),
                (GN, "ANA"),
                (CN, cn)
            ])),
            persona("99999945Q", "ANA PRADO")
        );
    }
    assert_eq!(
        identity(&of(&[(SERIAL, "99999945Q"), (CN, "PRADO GIL, ANA (FIRMA)")])),
        persona("99999945Q", "PRADO GIL, ANA")
    );
}

#[test]
fn camerfirma_is_read_in_its_old_form_and_its_new_one() {
    let expected = representante("99999956G", "EVA SOL", "G99999567", "ASOCIACION RIO");
    let common = [(O, "ASOCIACION RIO"), (CN, "EVA SOL")];
    let old = [(SERIAL, "99999956G"), (attribute::CAMERFIRMA_CIF, "G99999567")];
    let new = [(SERIAL, "IDCES-99999956G"), (OI, "VATES-G99999567")];
    assert_eq!(identity(&of(&[common, old].concat())), expected);
    assert_eq!(identity(&of(&[common, new].concat())), expected);
    let other = [(SERIAL, "99999956G"), (attribute::RESPONSABLE_NIF, "G99999567")];
    assert_eq!(identity(&of(&[common, other].concat())), expected);
}

#[test]
fn the_holder_of_a_nie_is_read() {
    assert_eq!(
        identity(&of(&[(SERIAL, "IDCES-X9999901F"), (CN, "DOE JANE - X9999901F")])),
        persona("X9999901F", "DOE JANE")
    );
}

#[test]
fn old_attributes_may_bear_the_country_before_the_nif() {
    let expected = || representante("99999956G", "EVA SOL", "B99999120", "ASOCIACION RIO");
    for cif in [
        "B99999120",
        "ESB99999120",
        "esb99999120",
        "ES-B99999120",
        "ES B-99999120",
        "VATES-B99999120",
        " B99999120 ",
    ] {
        let old = |oid| {
            of(&[
                (O, "ASOCIACION RIO"),
                (CN, "EVA SOL"),
                (SERIAL, "ES99999956G"),
                (oid, cif),
            ])
        };
        assert_eq!(identity(&old(attribute::CAMERFIRMA_CIF)), expected(), "{cif}");
        assert_eq!(identity(&old(OI)), expected(), "{cif}");
        let fnmt = of(&[(O, "ASOCIACION RIO"), (CN, "EVA SOL")])
            .alternative(&[(attribute::FNMT_NIF, "es99999956g"), (attribute::FNMT_CIF, cif)]);
        assert_eq!(identity(&fnmt), expected(), "{cif}");
    }
}

/// D-66: of whom the common name alone is believed, the operator decides by naming policies.
#[test]
fn a_public_employee_is_a_person_and_the_common_name_identifies_where_policies_are_named() {
    let cn = "ROBLES IBARRA MARTA - DNI 99999901H";
    let unit = "CERTIFICADO ELECTRONICO DE EMPLEADO PUBLICO";
    let employee = |serial: Option<&'static str>| {
        let mut subject = vec![(C, "ES"), (O, "AYUNTAMIENTO DE PRUEBA"), (OU, unit), (CN, cn)];
        subject.extend(serial.map(|serial| (SERIAL, serial)));
        of(&subject)
    };
    let expected = || persona("99999901H", "ROBLES IBARRA MARTA");
    let by_policies = |leaf: &Leaf| {
        read_by(
            leaf,
            ReadingRule {
                sellos: Sellos::Rechazar,
                common_name: CommonNameRule::Identifies,
            },
        )
        .map_err(|_| Why::NoIdentity)
    };
    assert_eq!(identity(&employee(Some("IDCES-99999901H"))), expected());
    assert_eq!(
        identity(&employee(Some("IDCES-99999912Y"))),
        Err(Why::IdentityConflict)
    );
    assert_eq!(identity(&employee(None)), Err(Why::NoIdentity));
    assert_eq!(told(&employee(None)), ["commonName ***9990**"]);
    assert_eq!(by_policies(&employee(None)), expected());
    // A field of another document, or an entity, and the common name is not enough.
    assert_eq!(
        by_policies(&employee(Some("PASES-AAA123456"))),
        Err(Why::NoIdentity)
    );
    let of_entity = of(&[(CN, cn), (OI, "NTRES-M-123456")]);
    assert_eq!(by_policies(&of_entity), Err(Why::NoIdentity));
}
