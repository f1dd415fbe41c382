//! What a sheet may never be: cut, too small to read, or without what was to be on it.

use std::collections::BTreeMap;

use chrono::{TimeZone, Utc};

use super::compose::compose;
use super::fonts::Family;
use super::lines::width;
use super::sheet::{HEIGHT, Item, MARGIN, Part, RIGHT, Sheet};
use super::*;

/// A name as long as any register takes, in words and in one.
const LONG_NAME: &str = "Confederación Hidrográfica y Agroalimentaria Transfronteriza de las Comarcas del Noroeste Peninsular, Sociedad Cooperativa";
const ONE_WORD: &str = "Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsbibliotheksverwaltungsratsvorsitzendenbüro";
/// Latin of several lands, Greek, Cyrillic; and, of Han, Hebrew and Arabic, what the fonts lack.
const FIVE_SCRIPTS: &str = "Núñez Łódź Șerban Ελλάς Иван ŀl 李 דוד محمد";

fn paper() -> Paper {
    Paper {
        entity: "Servicio de Notificaciones".to_owned(),
        reference: Some("Núm. 2026-000000123".to_owned()),
        warning: None,
        title: "Recibo de aceptación".to_owned(),
        lead: "Este recibo acredita lo que dice.".to_owned(),
        sections: vec![Section {
            title: "Acto notificado".to_owned(),
            facts: vec![
                Fact::text("Asunto", "Liquidación"),
                Fact::code("Código", "4711"),
                Fact::huella("Huella", &[0xab; 32]),
            ],
        }],
        notes: vec!["Fundamento".to_owned()],
        verification: Some(Verification {
            code: "AR7K2M9PX4QT".to_owned(),
            place: "Compruébese en https://notess.example/verificacion".to_owned(),
        }),
        made: Utc.with_ymd_and_hms(2026, 6, 1, 12, 30, 15).unwrap(),
        attachment: Some(Attachment {
            name: "acuse.xml".to_owned(),
            media_type: "application/xml",
            description: "Acuse sellado".to_owned(),
            octets: b"<acuse/>".to_vec(),
        }),
    }
}

/// A paper whose every text is that one, many times over.
fn full_of(text: &str, facts: usize) -> Paper {
    let mut paper = paper();
    paper.entity = text.to_owned();
    paper.warning = Some(text.to_owned());
    paper.title = text.to_owned();
    paper.lead = text.repeat(3);
    paper.notes = vec![text.repeat(5), text.repeat(30)];
    paper.verification = Some(Verification {
        code: "AR7K2M9PX4QT".repeat(10),
        place: text.to_owned(),
    });
    let facts = (0..facts).map(|number| Fact::text(text, text.repeat(1 + number % 4)));
    paper.sections = vec![Section {
        title: text.to_owned(),
        facts: facts.collect(),
    }];
    // A reason of several thousand letters, in paragraphs.
    let reason = format!("{}\n\n{}", text.repeat(60), text.repeat(20));
    paper.sections.push(Section {
        title: "Motivo".to_owned(),
        facts: vec![Fact::text("Motivo", reason)],
    });
    paper
}

fn sheets(paper: &Paper) -> Vec<Sheet> {
    compose(paper, Family::built_in().unwrap())
}

/// What each part says, letter by letter, from its first line to its last.
fn said(sheets: &[Sheet]) -> BTreeMap<Part, String> {
    let mut said: BTreeMap<Part, String> = BTreeMap::new();
    for item in sheets.iter().flat_map(|sheet| &sheet.items) {
        if let Item::Line {
            set, glyphs, part, ..
        } = item
        {
            let line = set.line(glyphs);
            let from = line.first().map_or(0, |glyph| glyph.text_range.start);
            let until = line.last().map_or(0, |glyph| glyph.text_range.end);
            said.entry(*part).or_default().push_str(&set.text[from..until]);
        }
    }
    said
}

#[test]
fn nothing_is_smaller_than_eight_points_nor_outside_the_margins_nor_on_the_foot() {
    for text in [LONG_NAME, ONE_WORD, FIVE_SCRIPTS] {
        let sheets = sheets(&full_of(text, 40));
        assert!(sheets.len() > 1);
        for sheet in &sheets {
            let mut highest_foot = HEIGHT;
            let mut lowest_line = 0.0_f32;
            for item in &sheet.items {
                let Item::Line {
                    x,
                    y,
                    set,
                    glyphs,
                    style,
                    part,
                } = item
                else {
                    continue;
                };
                assert!(style.size >= 8.0, "{part:?}");
                let wide = width(&set.text, set.line(glyphs)) * style.size;
                assert!(*x >= MARGIN - 0.1, "{part:?} begins at {x}");
                assert!(x + wide <= RIGHT + 0.1, "{part:?} ends at {}", x + wide);
                if matches!(part, Part::Footer | Part::Verification) {
                    highest_foot = highest_foot.min(y - style.size);
                } else {
                    lowest_line = lowest_line.max(*y);
                }
            }
            assert!(lowest_line < highest_foot, "{lowest_line} {highest_foot}");
        }
    }
}

#[test]
fn no_line_lies_on_another() {
    for sheet in sheets(&full_of(LONG_NAME, 40)) {
        let mut lines: Vec<(f32, f32, f32)> = Vec::new();
        for item in &sheet.items {
            if let Item::Line {
                x,
                y,
                set,
                glyphs,
                style,
                ..
            } = item
            {
                let wide = width(&set.text, set.line(glyphs)) * style.size;
                for (other_y, from, until) in &lines {
                    let beside = x + wide <= *from || *x >= *until;
                    assert!(beside || (y - other_y).abs() > 7.0, "{y} {other_y}: {}", set.text);
                }
                lines.push((*y, *x, x + wide));
            }
        }
    }
}

#[test]
fn everything_is_said_however_long_it_is() {
    let paper = full_of(LONG_NAME, 40);
    let said = said(&sheets(&paper));
    let section = &paper.sections[0];
    assert_eq!(said[&Part::Title], paper.title);
    assert_eq!(said[&Part::Lead], paper.lead);
    for (at, fact) in section.facts.iter().enumerate() {
        assert_eq!(said[&Part::Label(0, at)], fact.label);
        assert_eq!(Value::Text(said[&Part::Value(0, at)].clone()), fact.value);
    }
    let reason = LONG_NAME.repeat(60) + &LONG_NAME.repeat(20);
    assert_eq!(said[&Part::Value(1, 0)], reason);
    for (at, note) in paper.notes.iter().enumerate() {
        assert_eq!(said[&Part::Note(at)], *note);
    }
}

#[test]
fn every_sheet_has_the_code_and_its_number_among_all() {
    let sheets = sheets(&full_of(LONG_NAME, 40));
    for (at, sheet) in sheets.iter().enumerate() {
        let said = said(std::slice::from_ref(sheet));
        let foot = &said[&Part::Footer];
        let code = said.get(&Part::Verification).unwrap_or(foot);
        assert!(code.contains("AR7K2M9PX4QT"), "{code}");
        assert!(
            foot.ends_with(&format!("Página {} de {}", at + 1, sheets.len())),
            "{foot}"
        );
    }
}

#[test]
fn a_letter_that_the_fonts_lack_is_written_by_its_number_and_none_is_hidden() {
    let mut paper = paper();
    let hidden = "uno\u{ad}dos\u{202e}tres\u{e000}cuatro\tcinco";
    paper.sections[0].facts = vec![Fact::text("Nombre", FIVE_SCRIPTS), Fact::text("Otro", hidden)];
    let said = said(&sheets(&paper));
    let shown =
        "Núñez Łódź Șerban Ελλάς Иван ŀl [U+674E] [U+05D3][U+05D5][U+05D3] [U+0645][U+062D][U+0645][U+062F]";
    assert_eq!(said[&Part::Value(0, 0)], shown);
    let shown = "uno[U+00AD]dos[U+202E]tres[U+E000]cuatro cinco";
    assert_eq!(said[&Part::Value(0, 1)], shown);
    assert!(paper.to_pdf().is_ok());
}

#[test]
fn a_digest_is_in_groups_that_fit_a_line() {
    let said = said(&sheets(&paper()));
    let group = "abababab ";
    assert_eq!(said[&Part::Value(0, 2)], group.repeat(8).trim_end());
}

#[test]
fn the_same_paper_gives_the_same_octets() {
    for paper in [paper(), full_of(FIVE_SCRIPTS, 40)] {
        let pdf = paper.to_pdf().unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        let again = std::thread::spawn(move || paper.to_pdf().unwrap());
        assert_eq!(pdf, again.join().unwrap());
    }
}

#[test]
fn a_paper_conforms_with_nothing_but_a_title() {
    let mut bare = paper();
    bare.entity = String::new();
    bare.reference = None;
    bare.lead = String::new();
    bare.sections.clear();
    bare.notes.clear();
    bare.verification = None;
    bare.attachment = None;
    assert!(bare.to_pdf().is_ok());
    bare.sections.push(Section {
        title: "Vacía".to_owned(),
        facts: vec![Fact::text("Sin valor", "")],
    });
    assert!(bare.to_pdf().is_ok());
}
