//! Lines of RED authorisations and their users.

use super::*;

pub(super) fn red(text: &str) -> (Vec<RegistroRed>, Vec<Refusal>) {
    let mut sink = Memory::default();
    let (outcome, refused) = drive(&import_autorizados_red, Format::JsonLines, text, &mut sink);
    outcome.unwrap();
    (sink.red, refused)
}

#[test]
fn each_kind_of_red_line_is_read() {
    let (loaded, refused) = red(concat!(
        r#"{"registro":"autorizacion","autorizacion":"00123456","nif":"B99999120","denominacion":"GESTORIA"}"#,
        "\n",
        r#"{"registro":"cuentas","nif":"99999901H","denominacion":"MARTA","ccc_principal":"28999990168","naf":"289999990119"}"#,
        "\n",
        r#"{"registro":"asignacion","autorizacion":123456,"nif":"99999901H","cuenta":"28999990168","desde":"2026-01-01","hasta":"2026-02-28"}"#,
        "\n",
        r#"{"registro":"cambio","nif":"99999901H","voluntad":"desasignar","instante":"2026-03-01 10:00:00"}"#,
        "\n",
        r#"{"registro":"usuario","autorizacion":123456,"nif":"99999912Y","desde":"2026-01-01"}"#,
        "\n",
        r#"{"registro":"cuentas","nif":"99999901H","denominacion":"MARTA","naf":"289999990119","desde":"2026-03-01"}"#,
    ));
    assert_eq!(refused, []);
    let [
        RegistroRed::Autorizacion { autorizacion, .. },
        RegistroRed::Cuentas { .. },
        RegistroRed::Asignacion(a),
        RegistroRed::Cambio(_),
        RegistroRed::Usuario(u),
        RegistroRed::Cuentas {
            desde: Some(since), ..
        },
    ] = &loaded[..]
    else {
        panic!("{loaded:?}");
    };
    assert_eq!(
        (autorizacion.number(), a.autorizacion.number()),
        (123_456, 123_456)
    );
    assert_eq!(a.hasta.unwrap().to_rfc3339(), "2026-02-28T23:00:00+00:00");
    assert_eq!(u.vigencia.desde.to_rfc3339(), "2025-12-31T23:00:00+00:00");
    assert_eq!(since.to_rfc3339(), "2026-02-28T23:00:00+00:00");
}

#[test]
fn each_slip_of_a_red_line_has_its_reason() {
    let account = |column, error| Reason::Account { column, error };
    for (line, reason) in [
        (r#"{"nif":"99999901H"}"#, Reason::Missing("registro")),
        (
            r#"{"registro":"autorizacion","autorizacion":"0","nif":"B99999120","denominacion":"G"}"#,
            account("autorizacion", CuentaError::Form),
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","naf":"289999990119"}"#,
            Reason::NafOfEntity,
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","ccc_principal":"28999990169"}"#,
            account("ccc_principal", CuentaError::Check),
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","voluntad":"desasignar"}"#,
            Reason::OutOfPlace("voluntad"),
        ),
        (
            r#"{"registro":"asignacion","autorizacion":7,"nif":"B99999120","cuenta":"28999990168","desde":"2026-02-01","hasta":"2026-01-01"}"#,
            Reason::EndsBeforeItBegins,
        ),
        (
            r#"{"registro":"usuario","autorizacion":7,"nif":"B99999120","desde":"2026-02-01"}"#,
            Reason::UserOfEntity,
        ),
        (
            r#"{"registro":"usuario","autorizacion":7,"nif":"99999901H","desde":"2026-02-01","hasta":"2026-01-01"}"#,
            Reason::EndsBeforeItBegins,
        ),
        (
            r#"{"registro":"cambio","nif":"B99999120","voluntad":"desasignar","instante":"2027-01-01 00:00:00"}"#,
            Reason::Future("instante"),
        ),
    ] {
        let (loaded, mut refused) = red(line);
        assert_eq!(loaded, [], "{line}");
        assert_eq!(refused.pop().map(|r| r.reasons), Some(vec![reason]), "{line}");
    }
    let (_, refused) = red(r#"{"registro":"otro","nif":"B99999120"}"#);
    assert!(matches!(
        &refused[0].reasons[..],
        [Reason::NotInList {
            column: "registro",
            ..
        }]
    ));
}
