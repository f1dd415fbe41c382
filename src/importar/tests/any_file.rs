//! Whatever a file of notifications says: each line is loaded whole or refused with its number, a column and a reason, and what
//! is loaded is nothing that cannot be.

use super::*;
use crate::domain::notificacion::{Categoria, Situacion};
use proptest::prelude::*;
use proptest::sample::select;

/// What may stand in each column: right, wrong, and of the edge.
const VALUES: [(&str, &[&str]); 15] = [
    (
        "codigo",
        &[
            "1",
            "2",
            "7,00",
            "2147483647",
            "2147483648",
            "-1",
            "0",
            "x",
            "",
            "1E+9",
        ],
    ),
    (
        "nif",
        &[
            "B99999120",
            "99999901H",
            "1099999901H",
            "12345678A",
            "b-99999120",
            "",
            "ñ",
        ],
    ),
    ("denominacion", &["HORNOS", "", "A\u{1}", "PEÑA, S.L."]),
    ("tipo_destinatario", &["", "NIF", "CCC", "NAF", "CIE"]),
    (
        "destinatario",
        &[
            "",
            "B99999120",
            "011128999990168",
            "289999990119",
            "11128999990168",
        ],
    ),
    ("procedimiento", &["TGSS-RD", "INSS-IT", "TGSS-ALZ", "XXX", ""]),
    ("asunto", &["Deuda", "", "=1+1"]),
    ("obligacion", &["4.1.a", "4,2", "copia", "4.1.b", "4.9", ""]),
    ("especial", &["", "si", "no", "FALSO", "quizá"]),
    ("especial_confirmado", &["", "si", "no"]),
    ("no_digitalizable", &["", "no", "si"]),
    (
        "puesta_a_disposicion",
        &[
            "",
            "2026-03-10 12:59",
            "10/03/2026 12:59",
            "2026-03-01 10:00",
            "2025-12-01 10:00",
            "2026-03-10 13:01",
            "46091,5",
            "2026-02-30 10:00",
            "0000-01-01 00:00",
            "9999-12-31 23:59:59",
        ],
    ),
    (
        "estado",
        &["", "pendiente", "aceptada", "rechazada", "caducada", "2"],
    ),
    (
        "fecha_estado",
        &[
            "",
            "2026-03-05 10:00",
            "2025-12-12 00:00",
            "2025-12-11 23:59:59",
            "2026-03-11 10:00",
            "ayer",
        ],
    ),
    (
        "documento",
        &["a.pdf", "", "b.pdf", "../a.pdf", "/etc/passwd", "a.pdf\u{0}"],
    ),
];

/// A line: of half of its columns the first value that is right, of the rest any.
fn line() -> impl Strategy<Value = Vec<&'static str>> {
    VALUES
        .iter()
        .map(|(_, values)| prop_oneof![3 => Just(values[0]), 1 => select(*values)])
        .collect::<Vec<_>>()
}

fn written(lines: &[Vec<&str>], format: Format) -> String {
    let names = VALUES.iter().map(|(name, _)| *name);
    match format {
        Format::Csv => {
            let header = names.collect::<Vec<_>>().join(";");
            let rows = lines.iter().map(|line| line.join(";"));
            std::iter::once(header).chain(rows).collect::<Vec<_>>().join("\n")
        }
        Format::JsonLines => {
            let object = |line: &Vec<&str>| {
                let members = names
                    .clone()
                    .zip(line)
                    .map(|(name, text)| (name.to_owned(), (*text).into()));
                serde_json::Value::Object(members.collect()).to_string()
            };
            lines.iter().map(object).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Whether a reason names the column that it is about, or the line as a whole.
fn names_its_column(reason: &Reason) -> bool {
    let text = reason.to_string();
    let of_the_line = [
        "line",
        "JSON",
        "fields",
        "quoted",
        "unknown column",
        "abbreviated number",
    ];
    VALUES.iter().any(|(name, _)| text.contains(name)) || of_the_line.iter().any(|word| text.contains(word))
}

/// What must hold of anything that is loaded at `now`.
fn cannot_be(one: &Publicacion, carga: Carga) -> Option<&'static str> {
    let notificacion = one.notificacion(now()).ok()?;
    let published = notificacion.puesta_a_disposicion;
    let wrong = [
        (
            carga == Carga::Publicacion && published != now(),
            "published at another instant than now",
        ),
        (published > now(), "published in the future"),
        (
            carga == Carga::Publicacion && !matches!(notificacion.situacion, Situacion::Pendiente { .. }),
            "published as something else than pending",
        ),
        (
            notificacion.practised_at(now()).is_some_and(|at| at < published),
            "practised before it was published",
        ),
        (
            notificacion.practised_at(now()).is_some_and(|at| at > now()),
            "practised in the future",
        ),
        (
            matches!(notificacion.situacion, Situacion::Pendiente { .. })
                && notificacion.open_at(now()).is_err(),
            "pending, and out of its term",
        ),
        (
            notificacion.procedimiento.especial && notificacion.categoria == Categoria::Ordinaria,
            "about health, and not flagged",
        ),
        (
            !notificacion.obligacion.fits(notificacion.sujeto.kind()),
            "on a ground that its addressee cannot have",
        ),
        (one.contenido != PDF, "without its document"),
    ];
    wrong.into_iter().find_map(|(wrong, what)| wrong.then_some(what))
}

fn holds(octets: &[u8], format: Format, carga: Carga) -> Result<(), TestCaseError> {
    let mut sink = Memory::default();
    let (outcome, refused) = publish_in((Order::Ascending, carga), octets, format, &mut sink);
    let summary = match outcome {
        Ok(summary) => summary,
        Err(ImportError::Header(_)) => {
            prop_assert!(sink.publicaciones.is_empty());
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    prop_assert_eq!(summary.cargadas, sink.publicaciones.len() as u64);
    prop_assert_eq!(summary.rechazadas, refused.len() as u64);
    let mut codes: Vec<_> = sink
        .publicaciones
        .iter()
        .map(|one| one.publicada.codigo)
        .collect();
    prop_assert!(codes.is_sorted(), "{:?}", codes);
    codes.dedup();
    prop_assert_eq!(codes.len(), sink.publicaciones.len());
    for one in &sink.publicaciones {
        prop_assert!(one.notificacion(now()).is_ok());
        prop_assert_eq!(cannot_be(one, carga), None);
    }
    for refusal in &refused {
        prop_assert!(refusal.linea > 0 && !refusal.reasons.is_empty());
        for reason in &refusal.reasons {
            prop_assert!(names_its_column(reason), "{}", reason);
        }
    }
    Ok(())
}

fn carga() -> impl Strategy<Value = Carga> {
    select(vec![Carga::Publicacion, Carga::Historico])
}

fn format() -> impl Strategy<Value = Format> {
    select(vec![Format::Csv, Format::JsonLines])
}

proptest! {
    #[test]
    fn lines_of_any_values_are_loaded_or_refused_with_a_column_and_a_reason(
        lines in prop::collection::vec(line(), 1..8), format in format(), carga in carga()
    ) {
        holds(written(&lines, format).as_bytes(), format, carga)?;
    }

    /// A file that was cut, or of which octets were lost or altered on its way.
    #[test]
    fn a_damaged_file_is_refused_where_it_is_damaged_and_nothing_half_of_it_is_loaded(
        lines in prop::collection::vec(line(), 1..4), format in format(), carga in carga(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<Option<u8>>()), 1..6)
    ) {
        let mut octets = written(&lines, format).into_bytes();
        for (place, octet) in damage {
            let at = place.index(octets.len());
            match octet {
                Some(octet) => octets[at] = octet,
                None => drop(octets.remove(at)),
            }
        }
        holds(&octets, format, carga)?;
    }
}
