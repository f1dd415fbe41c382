//! Certificates in order that do not say, or do not say rightly, whose they are: codes 17 and 110 (D-65).

use crate::common::wscn::{by, member, one};
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_message_by_a_certificate_without_a_right_nif_is_a_fault_with_its_code,
    an_acuse_by_a_certificate_without_a_right_nif_is_an_error_with_its_code,
);

const CN: (&str, &str) = ("CN", "ROBLES IBARRA MARTA");

/// Subjects that identify nobody, each with its code.
const SUBJECTS: [(&[(&str, &str)], i32); 8] = [
    (&[CN], 17),
    (&[CN, ("serialNumber", "1234")], 17),
    (&[CN, ("serialNumber", "PASES-AAA123456")], 17),
    (&[CN, ("serialNumber", "IDCPT-12345678")], 17),
    // Whoever represents an entity of another country does not act for herself.
    (
        &[
            CN,
            ("serialNumber", "IDCES-99999901H"),
            ("organizationIdentifier", "VATFR-12345678901"),
        ],
        17,
    ),
    (&[CN, ("serialNumber", "IDCES-99999901A")], 110),
    (&[CN, ("serialNumber", "IDCES-9999")], 110),
    (
        &[
            ("CN", "ROBLES IBARRA MARTA - 12345678Z"),
            ("serialNumber", "IDCES-99999901H"),
        ],
        110,
    ),
];

fn a_message_by_a_certificate_without_a_right_nif_is_a_fault_with_its_code(backend: Backend) {
    let app = TestApp::start(backend);
    let before = app.journal_rows();
    for (subject, codigo) in SUBJECTS {
        let program = app.wscn_with(app.scenario().issued_to(subject));
        let nif = "99999901H";
        for (operation, members) in [
            ("solicitarPoderdantes", String::new()),
            ("consultarListadoNotificaciones", by(1, nif)),
            (
                "solicitarAcuseNotificacion",
                one(1, nif, 1) + &member("esDeAceptacion", true),
            ),
            (
                "enviarAcuseNotificacion",
                by(1, nif) + &member("xmlAcuseFirmado", "PGEvPg=="),
            ),
            ("verNotificacionAceptada", one(1, nif, 1)),
        ] {
            let answer = program.ask(operation, &members);
            assert_eq!((answer.status, answer.codigo()), (500, codigo), "{subject:?}");
            assert!(answer.text_of("faultstring").is_some());
        }
    }
    assert_eq!(app.journal_rows(), before, "nobody was identified");
    let good = [CN, ("serialNumber", "IDCES-99999901H")];
    let program = app.wscn_with(app.scenario().issued_to(&good));
    assert_eq!(program.poderdantes().codigo(), 0);
}

fn an_acuse_by_a_certificate_without_a_right_nif_is_an_error_with_its_code(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(2);
    let pending = of.pendientes[0];
    let acuse = program.acuse(2, &of.nif, pending, true);
    for (subject, codigo) in SUBJECTS {
        let before = app.journal_rows();
        let signer = app.wscn_with(app.scenario().issued_to(subject));
        let answer = program.submit(2, &of.nif, &signer.cosign(&acuse));
        assert_eq!((answer.status, answer.codigo()), (200, codigo), "{subject:?}");
        assert_eq!(answer.text_of("codigoNotificacion"), Some(pending.to_string()));
        assert_eq!(app.journal_rows(), before + 1, "its bearer was identified");
    }
    let listed = program.list(2, &of.nif, [0, pending, 0]);
    assert_eq!(listed.listed("notificacionesAutorizadoRED")[0], (pending, 1));
    assert_eq!(program.submit(2, &of.nif, &program.cosign(&acuse)).codigo(), 0);
}
