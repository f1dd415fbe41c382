//! What a spreadsheet set to Spanish makes of a file.

use super::*;

fn latin_1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

fn line(changes: &[(usize, &str)]) -> String {
    let mut line = GOOD;
    for (column, text) in changes {
        line[*column] = text;
    }
    line.join(";")
}

#[test]
fn a_file_as_excel_saves_it_in_spain_is_read() {
    let file = format!(
        "{NOTIFICACIONES};;\r\n{};;\r\n;;;;;;;;;;;;;;\r\n",
        line(&[
            (0, "7,00"),
            (2, "PANADERÍA PEÑA E HIJOS, S.L."),
            (6, "Reclamación de deuda"),
            (8, "FALSO"),
            (10, "FALSO"),
            (11, "10/3/2026 12:59"),
        ]),
    );
    for octets in [
        latin_1(&file),
        file.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", file.as_bytes()].concat(),
    ] {
        let mut sink = Memory::default();
        let (outcome, refused) = publish_in(CRECIENTE, &octets, Format::Csv, &mut sink);
        assert_eq!(refused, []);
        assert_eq!(outcome.unwrap().cargadas, 1);
        let read = sink.publicaciones.pop().unwrap().publicada;
        assert_eq!(read.codigo.number(), 7);
        assert_eq!(read.denominacion, "PANADERÍA PEÑA E HIJOS, S.L.");
        assert_eq!(read.asunto, "Reclamación de deuda");
        assert_eq!(
            read.puesta_a_disposicion.to_rfc3339(),
            "2026-03-10T11:59:00+00:00"
        );
    }
}

#[test]
fn a_line_of_another_encoding_in_utf_8_is_refused_with_what_to_save_as() {
    let utf_8 = line(&[(6, "Reclamación")]);
    let other = latin_1(&line(&[(0, "8"), (6, "Reclamación")]));
    let octets = [NOTIFICACIONES.as_bytes(), utf_8.as_bytes(), &other].join(&b'\n');
    let (outcome, refused) = publish_in(CRECIENTE, &octets, Format::Csv, &mut Memory::default());
    assert_eq!(outcome.unwrap().cargadas, 1);
    assert_eq!(refused[0].reasons, [Reason::NotUtf8]);
    assert!(Reason::NotUtf8.to_string().contains("CSV UTF-8"));
    let json = latin_1(&json(1).replace("Deuda", "Reclamación"));
    let (_, refused) = publish_in(CRECIENTE, &json, Format::JsonLines, &mut Memory::default());
    assert_eq!(refused[0].reasons, [Reason::NotUtf8]);
}

#[test]
fn a_number_that_lost_figures_is_refused_with_what_to_do() {
    for (column, name, text) in [
        (0, "codigo", "1,23E+10"),
        (0, "codigo", "1.23E+10"),
        (4, "destinatario", "1,11289999E+13"),
        (4, "destinatario", "3E+10"),
        (6, "asunto", "2,02211E+14"),
    ] {
        assert_eq!(
            reasons(&[(column, text)]),
            [Reason::Abbreviated(name.to_owned())],
            "{text}"
        );
    }
    let power = "2,02E+14,B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01,";
    assert_eq!(
        power_reasons(&format!("\"2,02E+14\"{}", &power[8..])),
        [Reason::Abbreviated("referencia".to_owned())]
    );
    for text in ["7.000", "7,000", "7,5", "1.234.567", "7 000", ",00"] {
        assert_eq!(reasons(&[(0, text)]), [Reason::Codigo], "{text}");
    }
    for text in ["7,0", "7,00", "7.0", "7.00", "0007"] {
        assert_eq!(published(&[(0, text)]).codigo.number(), 7, "{text}");
    }
}

#[test]
fn an_account_that_lost_its_first_zero_is_refused_with_what_to_do() {
    let lost = [Reason::LostZero("destinatario")];
    // 08098765422, and 0111 before another.
    for text in ["8098765422", "11128999990168"] {
        assert_eq!(reasons(&[(3, "CCC"), (4, text)]), lost, "{text}");
    }
    assert_eq!(reasons(&[(3, "NAF"), (4, "80987654329")]), lost);
    let (_, refused) = super::red::red(
        r#"{"registro":"asignacion","autorizacion":7,"nif":"99999901H","cuenta":80987654329,"desde":"2026-01-01"}"#,
    );
    assert_eq!(refused[0].reasons, [Reason::LostZero("cuenta")]);
    let wrong = Reason::Account {
        column: "destinatario",
        error: CuentaError::Province,
    };
    assert_eq!(reasons(&[(3, "CCC"), (4, "011199000000103")]), [wrong]);
}

#[test]
fn a_date_that_could_be_of_two_days_is_refused_where_the_file_does_not_tell() {
    let power = |separator: &str, date: &str| {
        let header = PODERES.replace(',', separator);
        let line = [
            "P1",
            "B99999120",
            "99999945Q",
            "general",
            "",
            "inscrito",
            date,
            "2027-05-01",
            "",
        ];
        let text = format!("{header}\n{}\n", line.join(separator));
        let mut sink = Memory::default();
        let (outcome, refused) = drive(&import_poderes, Format::Csv, &text, &mut sink);
        outcome.unwrap();
        let found = sink.poderes.pop().map(|power| power.poder.inscrito.to_rfc3339());
        (
            found,
            refused.into_iter().flat_map(|r| r.reasons).collect::<Vec<_>>(),
        )
    };
    let fourth_of_may = Some("2024-05-03T22:00:00+00:00".to_owned());
    assert_eq!(power(";", "4/5/2024"), (fourth_of_may.clone(), vec![]));
    assert_eq!(power("\t", "4/5/2024"), (fourth_of_may, vec![]));
    assert_eq!(power(",", "4/5/2024"), (None, vec![Reason::TwoDays("inscrito")]));
    let of_november = Some("2024-11-25T23:00:00+00:00".to_owned());
    assert_eq!(power(",", "26/11/2024"), (of_november, vec![]));
    for separator in [",", ";"] {
        let american = power(separator, "11/26/2024");
        assert_eq!(american, (None, vec![Reason::Instant("inscrito")]));
        let serial = power(separator, "45622");
        assert_eq!(serial, (None, vec![Reason::SerialDate("inscrito")]));
    }
}

#[test]
fn a_ground_that_was_taken_for_a_number_is_read() {
    let person = [(1, "12345678Z"), (3, ""), (4, ""), (7, "4,2")];
    assert_eq!(super::published(&person).obligacion.code(), "4.2");
}
