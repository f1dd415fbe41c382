//! What is wrong in a request is told apart.

use super::*;

#[test]
fn a_poderdante_missing_empty_or_malformed_is_told_apart_in_every_operation() {
    let operations = [
        ("consultarNotificaciones", ""),
        (
            "firmarNotificaciones",
            "<advertencia>A</advertencia><codigo>1</codigo>",
        ),
        (
            "rechazarNotificaciones",
            "<advertencia>A</advertencia><codigo>1</codigo>",
        ),
        ("obtenerDocumento", "<codigo>1</codigo>"),
        ("obtenerAcuse", "<codigo>1</codigo>"),
    ];
    for (operation, rest) in operations {
        let with = |poderdante: &str| format!("{poderdante}{rest}");
        assert_eq!(invalid(operation, rest), Some(DecodeError::PoderdanteMissing));
        assert_eq!(
            invalid(operation, &with("<poderdante/>")),
            Some(DecodeError::PoderdanteEmpty { position: 1 })
        );
        assert_eq!(
            valid(operation, &with("<poderdante> - </poderdante>")),
            Err(DecodeError::PoderdanteEmpty { position: 1 })
        );
        assert_eq!(
            valid(operation, &with("<poderdante>B99999121</poderdante>")),
            Err(DecodeError::PoderdanteInvalid {
                position: 1,
                reason: NifError::Check
            })
        );
        assert_eq!(
            invalid(
                operation,
                &with("<poderdante>el de siempre, ya sabe usted</poderdante>")
            ),
            Some(DecodeError::PoderdanteInvalid {
                position: 1,
                reason: NifError::Form
            })
        );
        // In no namespace it is another element.
        assert_eq!(
            invalid(operation, &with("<poderdante xmlns=\"\">B99999120</poderdante>")),
            Some(DecodeError::PoderdanteMissing)
        );
    }
}

#[test]
fn the_position_of_a_wrong_poderdante_is_told() {
    let content = format!("{NIF}{NIF}<poderdante>1</poderdante>");
    assert_eq!(
        valid("consultarNotificaciones", &content),
        Err(DecodeError::PoderdanteInvalid {
            position: 3,
            reason: NifError::Form
        })
    );
    let empty = format!("{NIF}<poderdante></poderdante>");
    assert_eq!(
        invalid("consultarNotificaciones", &empty),
        Some(DecodeError::PoderdanteEmpty { position: 2 })
    );
}

#[test]
fn a_thousand_poderdantes_and_codes_are_taken_and_one_more_is_told() {
    assert_eq!(listed(&NIF.repeat(1000)), Ok(listing()));
    assert_eq!(
        invalid("consultarNotificaciones", &NIF.repeat(1001)),
        Some(DecodeError::TooManyPoderdantes)
    );
    let codes =
        |count: i32| (1..=count).fold(String::new(), |codes, n| codes + &format!("<codigo>{n}</codigo>"));
    match valid("firmarNotificaciones", &format!("{NIF}{ADV}{}", codes(1000))) {
        Ok(Request::Decide(decide)) => assert_eq!(decide.codigos.len(), 1000),
        other => panic!("{other:?}"),
    }
    for operation in ["firmarNotificaciones", "rechazarNotificaciones"] {
        assert_eq!(
            invalid(operation, &format!("{NIF}{ADV}{}", codes(1001))),
            Some(DecodeError::TooManyCodigos)
        );
        assert_eq!(
            invalid(operation, &format!("{NIF}{ADV}{}", codes(5000))),
            Some(DecodeError::TooManyCodigos)
        );
    }
}

#[test]
fn a_decision_without_warning_is_told() {
    for operation in ["firmarNotificaciones", "rechazarNotificaciones"] {
        for warning in ["", "<advertencia/>"] {
            assert_eq!(
                invalid(operation, &format!("{NIF}{warning}<codigo>1</codigo>")),
                Some(DecodeError::AdvertenciaMissing)
            );
        }
        assert_eq!(
            valid(
                operation,
                &format!("{NIF}<advertencia> </advertencia><codigo>1</codigo>")
            ),
            Err(DecodeError::AdvertenciaMissing)
        );
    }
}

#[test]
fn the_rest_that_the_schema_refuses_has_no_error_of_its_own() {
    for (operation, content) in [
        ("consultarNotificaciones", format!("{NIF}<otro/>")),
        ("consultarNotificaciones", format!("<rol>1</rol>{NIF}")),
        ("firmarNotificaciones", format!("{NIF}{ADV}")),
        (
            "firmarNotificaciones",
            format!("{NIF}{ADV}<codigo>1<x/></codigo>"),
        ),
        (
            "firmarNotificaciones",
            format!("{NIF}{ADV}<codigo>1</codigo><motivo>x</motivo>"),
        ),
        (
            "firmarNotificaciones",
            format!("{NIF}{NIF}{ADV}<codigo>1</codigo>"),
        ),
        ("obtenerAcuse", NIF.to_owned()),
        ("consultarPoderdantes", NIF.to_owned()),
    ] {
        assert_eq!(invalid(operation, &content), None, "{operation} {content}");
    }
}

#[test]
fn a_value_out_of_range_is_told_with_its_range() {
    let long = "x".repeat(1001);
    for (operation, before, element, value, allowed) in [
        ("consultarNotificaciones", NIF, "rol", "4", "un entero de 1 a 3"),
        ("consultarNotificaciones", NIF, "rol", "0", "un entero de 1 a 3"),
        (
            "consultarNotificaciones",
            NIF,
            "estado",
            "5",
            "un entero de 0 a 4",
        ),
        (
            "consultarNotificaciones",
            NIF,
            "entidad",
            "SEPE",
            "uno de TGSS, INSS, ISM",
        ),
        (
            "consultarNotificaciones",
            NIF,
            "limite",
            "1001",
            "un entero de 1 a 1000",
        ),
        (
            "consultarNotificaciones",
            NIF,
            "limite",
            "uno",
            "un entero de 1 a 1000",
        ),
        ("obtenerAcuse", NIF, "codigo", "0", "un entero de 1 a 2147483647"),
        (
            "obtenerAcuse",
            NIF,
            "codigo",
            "2147483648",
            "un entero de 1 a 2147483647",
        ),
        (
            "rechazarNotificaciones",
            &format!("{NIF}{ADV}<codigo>1</codigo>"),
            "motivo",
            &long,
            "un texto de 0 a 1000 caracteres",
        ),
    ] {
        let content = format!("{before}<{element}>{value}</{element}>");
        let expected = DecodeError::OutOfRange {
            element: Excerpt::of(element),
            value: Excerpt::of(value.get(..64).unwrap_or(value)),
            allowed: allowed.to_owned(),
        };
        assert_eq!(invalid(operation, &content), Some(expected), "{content}");
    }
}

#[test]
fn dates_and_cursors_that_the_schema_lets_through_are_refused() {
    assert_eq!(
        listed(&format!("{NIF}<hasta>2026-03-10T24:00:00</hasta>")),
        Err(DecodeError::Fecha { element: "hasta" })
    );
    assert_eq!(
        listed(&format!("{NIF}<desde>12026-03-10T00:00:00Z</desde>")),
        Err(DecodeError::Fecha { element: "desde" })
    );
    assert_eq!(
        listed(&format!("{NIF}<cursor>AAAA</cursor>")),
        Err(DecodeError::Cursor(CursorError))
    );
}

#[test]
fn a_date_that_the_schema_refuses_is_told_as_one() {
    for element in ["desde", "hasta", "finAntesDe"] {
        for text in ["2026-11-20", "mañana", ""] {
            let content = format!("{NIF}<{element}>{text}</{element}>");
            assert_eq!(
                invalid("consultarNotificaciones", &content),
                Some(DecodeError::Fecha { element }),
                "{content}"
            );
        }
    }
}

#[test]
fn a_message_of_another_kind_is_refused() {
    let document = payload("obtenerDocumento", NIF);
    assert_eq!(
        decode(Operation::ObtenerDocumento, document.as_bytes()),
        Err(DecodeError::Message(MessageError("obtenerDocumento")))
    );
}
