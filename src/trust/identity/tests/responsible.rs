//! Who acts for an entity: seals, representatives, and the person responsible for its certificate.

use super::*;

#[test]
fn a_seal_is_taken_only_where_the_list_admits_seals() {
    let seal = of(&[
        (C, "ES"),
        (O, "TALLERES PISUERGA SA"),
        (OI, "VATES-A99999013"),
        (SERIAL, "A99999013"),
        (CN, "SELLO"),
    ]);
    assert_eq!(
        with(&seal, Sellos::Admitir),
        sello("A99999013", "TALLERES PISUERGA SA")
    );
    assert_eq!(with(&seal, Sellos::Rechazar), Err(Why::SealNotAdmitted));
}

#[test]
fn a_person_in_the_surname_of_a_seal_is_not_its_signer() {
    let seal = of(&[
        (O, "TALLERES PISUERGA SA"),
        (OI, "VATES-A99999013"),
        (SERIAL, "A99999013"),
        (SN, "VIDAL SOTO - DNI 99999923V"),
        (GN, "INES"),
        (CN, "SELLO"),
    ]);
    assert_eq!(
        with(&seal, Sellos::Admitir),
        sello("A99999013", "TALLERES PISUERGA SA")
    );
    assert_eq!(identity(&seal), Err(Why::SealNotAdmitted));
}

#[test]
fn a_seal_that_also_names_a_person_is_neither() {
    let seal = of(&[(OI, "VATES-A99999013"), (SERIAL, "A99999013"), (CN, "SELLO")])
        .alternative(&[(attribute::FNMT_NIF, "99999923V")]);
    assert_eq!(with(&seal, Sellos::Admitir), Err(Why::IdentityConflict));
}

#[test]
fn a_representative_without_her_own_nif_is_no_seal() {
    let without = changed(&repr(), SERIAL, None);
    assert_eq!(with(&without, Sellos::Admitir), Err(Why::NoIdentity));
    let passport = changed(&repr(), SERIAL, Some("PASES-AAA123456"));
    assert_eq!(with(&passport, Sellos::Admitir), Err(Why::NoIdentity));
}

#[test]
fn a_representative_of_an_unknown_entity_is_no_person_on_her_own() {
    let of_entity = |value| identity(&changed(&repr(), OI, value));
    assert_eq!(of_entity(None), Err(Why::NoIdentity));
    assert_eq!(of_entity(Some("NTRES-M-123456")), Err(Why::NoIdentity));
    assert_eq!(of_entity(Some("VATPT-501234567")), Err(Why::ForeignIdentity));
    assert_eq!(of_entity(Some("VATES-B99999121")), Err(Why::BadIdentity));
}

/// ANF and CATCERT: the certificate is the entity's, with the person responsible beside it.
#[test]
fn the_person_responsible_for_an_entity_s_certificate_is_its_representative() {
    let of_entity = |serial, responsable| {
        of(&[
            (C, "ES"),
            (CN, "HORNOS DEL SUR SL"),
            (SERIAL, serial),
            (attribute::RESPONSABLE_NIF, responsable),
        ])
    };
    let expected = || representante("99999912Y", "99999912Y", "B99999120", "HORNOS DEL SUR SL");
    for (serial, responsable) in [
        ("B99999120", "99999912Y"),
        ("ESB99999120", "ES99999912Y"),
        ("VATES-B99999120", "IDCES-99999912Y"),
        ("vates-b99999120", "99999912-y"),
    ] {
        assert_eq!(identity(&of_entity(serial, responsable)), expected(), "{serial}");
    }
    let named = of(&[
        (O, "HORNOS DEL SUR SL"),
        (CN, "HORNOS"),
        (SERIAL, "B99999120"),
        (GN, "PABLO"),
        (SN, "LUNA SANZ"),
    ])
    .alternative(&[(attribute::RESPONSABLE_NIF, "99999912Y")]);
    assert_eq!(
        identity(&named),
        representante("99999912Y", "PABLO LUNA SANZ", "B99999120", "HORNOS DEL SUR SL")
    );
    assert_eq!(
        identity(&of_entity("B99999120", "99999912A")),
        Err(Why::BadIdentity)
    );
}

#[test]
fn the_person_responsible_agrees_with_what_the_other_fields_say() {
    let beside = |nif| identity(&of(&[repr(), vec![(attribute::RESPONSABLE_NIF, nif)]].concat()));
    assert_eq!(
        beside("99999912Y"),
        representante("99999912Y", "PABLO LUNA SANZ", "B99999120", "HORNOS DEL SUR SL")
    );
    assert_eq!(beside("99999923V"), Err(Why::IdentityConflict));
    let seal = |other| {
        identity(&of(&[
            (O, "HORNOS DEL SUR SL"),
            (OI, "VATES-B99999120"),
            (SERIAL, other),
            (CN, "HORNOS DEL SUR SL"),
            (attribute::RESPONSABLE_NIF, "99999912Y"),
        ]))
    };
    assert_eq!(
        seal("B99999120"),
        representante("99999912Y", "99999912Y", "B99999120", "HORNOS DEL SUR SL")
    );
    assert_eq!(seal("A99999013"), Err(Why::IdentityConflict));
    // Alone it is the person's too.
    let alone = of(&[(CN, "PABLO LUNA"), (attribute::RESPONSABLE_NIF, "99999912Y")]);
    assert_eq!(identity(&alone), persona("99999912Y", "PABLO LUNA"));
}

#[test]
fn an_entity_in_the_serial_number_is_that_of_a_person_elsewhere() {
    let leaf = of(&[(SERIAL, "B99999120"), (CN, "HORNOS DEL SUR SL")]);
    for field in [attribute::FNMT_NIF, attribute::UID] {
        assert_eq!(
            identity(&leaf.clone().alternative(&[(field, "99999912Y")])),
            representante("99999912Y", "99999912Y", "B99999120", "HORNOS DEL SUR SL"),
            "{field}"
        );
    }
}
