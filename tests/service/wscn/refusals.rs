//! What the operations refuse, code by code.

use crate::common::wscn::{Answer, Program, by, member, one};
use crate::common::{Alcance, Backend, TestApp, Titular};

over_both_databases!(
    every_way_of_sending_wrong_parameters_is_133,
    what_only_resembles_a_value_is_133_and_told_why,
    a_role_that_there_is_not_is_112,
    who_represents_nobody_is_told_by_role,
    a_notification_out_of_reach_is_told_as_one_that_does_not_exist,
    each_state_has_its_code_in_each_role,
    out_of_term_nothing_can_be_decided,
);

fn every_way_of_sending_wrong_parameters_is_133(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let number = member("codigoNotificacion", codigo);
    let nil = "<identificadorPoderdante xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"></identificadorPoderdante>";
    let wrong = of.nif.replace(|last: char| last.is_ascii_alphabetic(), "U") + "0";
    for members in [
        String::new(),
        by(1, &of.nif),
        number.clone() + &member("identificadorPoderdante", &of.nif),
        member("rol", 1) + &number,
        one(1, "", codigo),
        one(1, &wrong, codigo),
        one(1, "12345678A", codigo),
        member("rol", 1) + nil + &number,
        by(1, &of.nif) + &member("codigoNotificacion", "uno"),
        by(1, &of.nif) + &number + &number,
    ] {
        let answer = program.ask("verNotificacionAceptada", &members);
        assert_eq!(
            (answer.status, answer.codigo()),
            (200, 133),
            "{members}: {answer:?}"
        );
        assert!(answer.text_of("codigoNotificacion").is_some());
    }
    for sense in [
        "",
        "<esDeAceptacion></esDeAceptacion>",
        "<esDeAceptacion>sí</esDeAceptacion>",
    ] {
        let members = one(1, &of.nif, codigo) + sense;
        assert_eq!(program.ask("solicitarAcuseNotificacion", &members).codigo(), 133);
    }
    for acuse in ["", "<xmlAcuseFirmado></xmlAcuseFirmado>"] {
        let members = by(1, &of.nif) + acuse;
        let answer = program.ask("enviarAcuseNotificacion", &members);
        assert_eq!(answer.codigo(), 133);
        assert_eq!(answer.text_of("codigoNotificacion").as_deref(), Some("0"));
    }
}

fn what_only_resembles_a_value_is_133_and_told_why(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let (head, tail) = of.nif.split_at(4);
    for (members, word) in [
        (one(1, &format!("{head}<x></x>{tail}"), codigo), "elementos"),
        (
            by(1, &of.nif) + &member("codigoNotificacion", format!("<x></x>{codigo}")),
            "elementos",
        ),
        (one(1, &format!("\u{a0}{}", of.nif), codigo), "NIF"),
        (
            by(1, &of.nif) + &member("codigoNotificacion", format!("\u{a0}{codigo}")),
            "entero",
        ),
        (
            by(1, &of.nif) + &member("codigoNotificacion", format!("{codigo}\u{2003}")),
            "entero",
        ),
        (
            by(1, &of.nif) + &member("codigoNotificacion", "99999999999"),
            "«99999999999» y ha de ser un entero de -2147483648 a 2147483647",
        ),
    ] {
        let answer = program.ask(
            "solicitarAcuseNotificacion",
            &(members + &member("esDeAceptacion", true)),
        );
        assert_eq!((answer.status, answer.codigo()), (200, 133), "{answer:?}");
        let text = answer.text_of("descripcion").unwrap();
        assert!(text.contains(word), "{text}");
    }
    for written in [
        format!("+{codigo}"),
        format!("000{codigo}"),
        format!("\t{codigo}\n"),
    ] {
        let members =
            by(1, &of.nif) + &member("codigoNotificacion", written) + &member("esDeAceptacion", true);
        assert_eq!(program.ask("solicitarAcuseNotificacion", &members).codigo(), 0);
    }
}

fn a_role_that_there_is_not_is_112(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    for rol in [0, 4, 9] {
        assert_eq!(program.request(rol, &of.nif, 1, true).codigo(), 112);
        assert_eq!(program.view(rol, &of.nif, 1).codigo(), 112);
        assert_eq!(program.submit(rol, &of.nif, "<a/>").codigo(), 112);
    }
    assert_eq!(program.list(4, &of.nif, [0; 3]).codigo(), 112);
    assert_eq!(program.list(0, &of.nif, [0; 3]).codigo(), 0);
}

fn who_represents_nobody_is_told_by_role(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let nobody = "12345678Z";
    for (rol, listing, other) in [(1, 133, 133), (2, 134, 117), (3, 109, 109)] {
        let page = program.list(rol, nobody, [5, 6, 7]);
        assert_eq!(page.codigo(), listing);
        assert_eq!(
            page.text_of("hayMas").as_deref(),
            Some("false"),
            "or a client never ends"
        );
        assert_eq!(
            page.text_of("codigoSiguienteNotificacionPropia").as_deref(),
            Some("5")
        );
        assert_eq!(program.request(rol, nobody, 1, true).codigo(), other);
        assert_eq!(program.view(rol, nobody, 1).codigo(), other);
    }
    let all = program.list(0, nobody, [0; 3]);
    assert_eq!(all.codigo(), 0, "D-79");
    assert!(!all.text.contains("<notificaciones"));
}

fn a_notification_out_of_reach_is_told_as_one_that_does_not_exist(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    for (rol, unknown) in [(1, 116), (2, 117), (3, 118)] {
        let of = titular.by_role(rol);
        let theirs = titular.by_role(rol % 3 + 1).pendientes[0];
        let told = |answer: Answer, codigo: i32| {
            assert_eq!((answer.status, answer.codigo()), (200, unknown), "{answer:?}");
            answer.anonymous().replace(&codigo.to_string(), "")
        };
        let view = |codigo| told(program.view(rol, &of.nif, codigo), codigo);
        let request = |codigo| told(program.request(rol, &of.nif, codigo, true), codigo);
        assert_eq!(view(theirs), view(i32::MAX), "D-79, D-117");
        assert_eq!(request(theirs), request(i32::MAX), "D-79, D-117");
        assert_eq!(program.view(rol, &of.nif, 0).codigo(), unknown);
        assert_eq!(program.view(rol, &of.nif, -1).codigo(), unknown);
    }
}

/// By each role, one that has such a notification.
fn having(titular: &Titular, rol: u8, of: impl Fn(&Alcance) -> &[i32]) -> Option<(&str, i32)> {
    let mut reached = titular.poderdantes.iter().filter(|p| p.rol == rol);
    reached.find_map(|p| Some((p.nif.as_str(), *of(p).first()?)))
}

fn each_state_has_its_code_in_each_role(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let both = |program: &Program<'_>, rol, (nif, codigo): (&str, i32)| {
        let request = program.request(rol, nif, codigo, true).codigo();
        (program.view(rol, nif, codigo).codigo(), request)
    };
    for (rol, place) in [(1, 0), (2, 1), (3, 2)] {
        let accepted = having(titular, rol, |p| &p.aceptadas).unwrap();
        assert_eq!(both(&program, rol, accepted), (0, 135 + 3 * place));
        let rejected = having(titular, rol, |p| &p.rechazadas).unwrap();
        assert_eq!(both(&program, rol, rejected), (27, 136 + 3 * place));
        let lapsed = having(titular, rol, |p| &p.caducadas).unwrap();
        let code = 137 + 3 * place;
        assert_eq!(both(&program, rol, lapsed), (code, code));
        let pending = having(titular, rol, |p| &p.pendientes).unwrap();
        assert_eq!(both(&program, rol, pending), (144 + place, 0), "D-15");
        assert_eq!(
            program.view(rol, pending.0, pending.1).codigo(),
            144 + place,
            "asking for an acuse decides nothing"
        );
    }
}

fn out_of_term_nothing_can_be_decided(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(2);
    let codigo = of.pendientes[0];
    let signed = program.cosign(&program.acuse(2, &of.nif, codigo, true));
    app.move_clock(chrono::TimeDelta::days(11));
    assert_eq!(program.submit(2, &of.nif, &signed).codigo(), 140, "D-24");
    assert_eq!(program.request(2, &of.nif, codigo, false).codigo(), 140);
    assert_eq!(program.view(2, &of.nif, codigo).codigo(), 140);
}
