//! A file as a whole: its header, its lines in order, and what stops it.

use super::*;

#[test]
fn good_lines_go_on_after_bad_ones_and_the_numbers_are_those_of_the_file() {
    let text = [
        &json(1),
        "",
        "{",
        &json(2),
        "{\"codigo\":9,\"color\":1}",
        &json(3),
    ]
    .join("\n");
    let mut sink = Memory::default();
    let (outcome, refused) = publish(&text, Format::JsonLines, &mut sink);
    let summary = outcome.unwrap();
    assert_eq!(
        (summary.cargadas, summary.rechazadas, summary.exit().code()),
        (3, 2, 3)
    );
    assert_eq!(refused.iter().map(|r| r.linea).collect::<Vec<_>>(), [3, 5]);
    assert_eq!(refused[1].reasons[0], Reason::UnknownColumn("color".to_owned()));
}

#[test]
fn a_code_is_taken_once_in_a_file_and_once_on_record() {
    let mut sink = Memory::default();
    let text = [json(1), json(2), json(1)].join("\n");
    let (_, refused) = publish(&text, Format::JsonLines, &mut sink);
    assert_eq!(
        refused,
        [Refusal {
            linea: 3,
            reasons: vec![Reason::Repeated]
        }]
    );
    let (outcome, refused) = publish(&json(2), Format::JsonLines, &mut sink);
    assert_eq!(
        refused,
        [Refusal {
            linea: 1,
            reasons: vec![Reason::OnRecord]
        }]
    );
    assert_eq!(outcome.unwrap().exit().code(), 1);
}

#[test]
fn lines_are_loaded_by_the_thousand() {
    let text = (1..=2500).map(json).collect::<Vec<_>>().join("\n");
    let mut sink = Memory::default();
    let (outcome, _) = publish(&text, Format::JsonLines, &mut sink);
    assert_eq!(
        outcome.unwrap(),
        Summary {
            cargadas: 2500,
            rechazadas: 0
        }
    );
    assert_eq!(sink.batches, [1000, 1000, 500]);
}

#[test]
fn a_header_with_an_unknown_or_without_a_needed_column_refuses_the_file() {
    let header = |text: &str| publish(text, Format::Csv, &mut Memory::default()).0.unwrap_err();
    let unknown = header(&format!("{NOTIFICACIONES};color\n"));
    assert!(matches!(unknown, ImportError::Header(Reason::UnknownColumn(name)) if name == "color"));
    assert!(matches!(
        header("nif;codigo\n"),
        ImportError::Header(Reason::Missing("denominacion"))
    ));
    assert!(matches!(header(""), ImportError::Header(Reason::Missing(_))));
}

#[test]
fn no_record_after_a_carriage_return_is_lost_in_silence() {
    let line = |n: u32| format!("P{n},B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01,");
    let load = |text: &str| {
        let mut sink = Memory::default();
        let (outcome, refused) = drive(&import_poderes, Format::Csv, text, &mut sink);
        let loaded: Vec<_> = sink.poderes.into_iter().map(|p| p.poder.referencia).collect();
        (outcome, refused, loaded)
    };
    let [one, two, three] = [1, 2, 3].map(line);
    let (outcome, _, loaded) = load(&format!("{PODERES}\r{one}\r{two}\r"));
    assert!(matches!(
        outcome,
        Err(ImportError::Header(Reason::CarriageReturn))
    ));
    assert_eq!(loaded, Vec::<String>::new());

    let (outcome, refused, loaded) = load(&format!("{PODERES}\r\n{one}\r{two}\n{three}\r\n"));
    assert_eq!(outcome.unwrap().exit(), Exit::Some);
    assert_eq!(
        refused,
        [Refusal {
            linea: 2,
            reasons: vec![Reason::CarriageReturn]
        }]
    );
    assert_eq!(loaded, ["P3"]);

    let text = [json(1), json(2)].join("\r");
    let (outcome, refused) = publish(&text, Format::JsonLines, &mut Memory::default());
    assert_eq!(outcome.unwrap().exit(), Exit::Nothing);
    assert!(
        matches!(&refused[..], [Refusal { linea: 1, reasons }] if matches!(reasons[..], [Reason::Json(_)])),
        "{refused:?}"
    );
}

#[test]
fn a_store_that_is_down_stops_the_import() {
    let mut sink = Memory {
        unavailable: true,
        ..Memory::default()
    };
    let (outcome, refused) = publish(&json(1), Format::JsonLines, &mut sink);
    assert!(matches!(
        outcome,
        Err(ImportError::Sink {
            line: 1,
            loaded: 0,
            ..
        })
    ));
    assert_eq!(refused, []);
}

#[test]
fn an_empty_file_of_lines_is_all_loaded() {
    let (outcome, _) = publish("\n\n", Format::JsonLines, &mut Memory::default());
    assert_eq!(outcome.unwrap().exit(), Exit::All);
    assert_eq!(Format::of(Path::new("x.txt")), None);
}
