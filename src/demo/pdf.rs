//! The document of a notification: a real PDF of one or two pages, the same octets for the same data.
//!
//! Helvetica is one of the fourteen fonts that every reader has, so that nothing is embedded; WinAnsiEncoding (ISO
//! 32000-1 annex D.2) makes accents show.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Madrid;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Settings, Str, TextStr};

use crate::domain::materia::{Entidad, Materia};
use crate::domain::notificacion::Codigo;

use super::acts::{Acto, Cents};

/// What the document says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printed<'a> {
    /// The notification's code.
    pub codigo: Codigo,
    /// The addressee's name.
    pub denominacion: &'a str,
    /// What the document says.
    pub acto: &'a Acto,
    /// When it was put at disposal.
    pub publicada: DateTime<Utc>,
}

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const REGULAR: Ref = Ref::new(3);
const BOLD: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
/// First of the pages' references: a page, then its content.
const FIRST_PAGE: i32 = 6;

const REGULAR_NAME: Name = Name(b"R");
const BOLD_NAME: Name = Name(b"B");

/// A4, in points.
const A4: [f32; 4] = [0.0, 0.0, 595.0, 842.0];
const LEFT: f32 = 62.0;

/// The octets of the PDF, the same for the same data.
#[must_use]
pub(super) fn render(printed: &Printed) -> Vec<u8> {
    let mut contents = vec![first_page(printed)];
    if takes_second_page(printed) {
        contents.push(second_page(printed));
    }
    let mut pdf = Pdf::with_settings_and_capacity(Settings { pretty: false }, 4096);
    pdf.catalog(CATALOG).pages(PAGES).lang(TextStr("es"));
    let references = (FIRST_PAGE..)
        .step_by(2)
        .map(|page| (Ref::new(page), Ref::new(page + 1)));
    let pages = contents.into_iter().zip(references).collect::<Vec<_>>();
    pdf.pages(PAGES)
        .kids(pages.iter().map(|(_, (page, _))| *page))
        .count(if pages.len() == 1 { 1 } else { 2 });
    for (content, (page_ref, content_ref)) in pages {
        let mut page = pdf.page(page_ref);
        page.media_box(Rect::new(A4[0], A4[1], A4[2], A4[3]))
            .parent(PAGES)
            .contents(content_ref);
        let mut resources = page.resources();
        resources
            .fonts()
            .pair(REGULAR_NAME, REGULAR)
            .pair(BOLD_NAME, BOLD);
        resources.finish();
        page.finish();
        pdf.stream(content_ref, &content);
    }
    for (reference, face) in [(REGULAR, &b"Helvetica"[..]), (BOLD, &b"Helvetica-Bold"[..])] {
        pdf.type1_font(reference)
            .base_font(Name(face))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    // The title appears in windows and lists, so that it must not say what the act is about (D-57).
    let mut title = String::from("Notificacion ");
    append(&mut title, printed.codigo);
    pdf.document_info(INFO).title(TextStr(&title));
    pdf.finish()
}

/// Text lines of a page, written from the top down.
struct Sheet {
    content: Content,
    font: (Name<'static>, f32),
}

impl Sheet {
    fn new(entidad: Entidad) -> Self {
        let mut content = Content::new();
        content
            .set_line_width(0.8)
            .move_to(LEFT, 770.0)
            .line_to(533.0, 770.0)
            .stroke();
        content
            .begin_text()
            .set_font(BOLD_NAME, 12.0)
            .next_line(LEFT, 778.0);
        content.show(Str(&win_ansi(issuer(entidad))));
        Self {
            content,
            font: (BOLD_NAME, 12.0),
        }
    }

    fn line(&mut self, font: (Name<'static>, f32), down: f32, text: &str) {
        if self.font != font {
            self.content.set_font(font.0, font.1);
            self.font = font;
        }
        self.content.next_line(0.0, -down).show(Str(&win_ansi(text)));
    }

    fn title(&mut self, text: &str) {
        self.line((BOLD_NAME, 14.0), 52.0, text);
    }

    fn body(&mut self, down: f32, text: &str) {
        self.line((REGULAR_NAME, 10.0), down, text);
    }

    fn finish(mut self) -> Vec<u8> {
        self.content.end_text();
        self.content.finish().to_vec()
    }
}

fn first_page(printed: &Printed) -> Vec<u8> {
    let acto = printed.acto;
    let procedure = acto.procedimiento;
    let mut sheet = Sheet::new(procedure.entidad);
    sheet.title(procedure.denominacion);
    let mut text = String::with_capacity(96);
    let mut datum = |sheet: &mut Sheet, name: &str, value: &dyn std::fmt::Display| {
        text.clear();
        text.push_str(name);
        append(&mut text, value);
        sheet.body(16.0, &text);
    };
    datum(&mut sheet, "Notificación: ", &printed.codigo);
    datum(&mut sheet, "Expediente: ", &acto.expediente);
    datum(&mut sheet, "Destinatario: ", &printed.denominacion);
    let kind = acto.tipo_destinatario.code();
    datum(&mut sheet, &format!("{kind}: "), &acto.destinatario);
    let published = printed
        .publicada
        .with_timezone(&Madrid)
        .format("%d-%m-%Y %H:%M:%S");
    datum(&mut sheet, "Puesta a disposición: ", &published);
    if let Some(principal) = acto.principal {
        datum(&mut sheet, "Principal: ", &principal);
        if adds_surcharge(procedure.codigo) {
            let surcharge = Cents(principal.0 / 5);
            datum(&mut sheet, "Recargo (20 %): ", &surcharge);
            datum(&mut sheet, "Total: ", &Cents(principal.0 + surcharge.0));
        }
    }
    for (at, paragraph) in wording(procedure.materia).iter().enumerate() {
        sheet.body(if at == 0 { 34.0 } else { 15.0 }, paragraph);
    }
    sheet.body(
        40.0,
        "Documento de demostración de notess: no es un acto de la Administración.",
    );
    sheet.finish()
}

fn second_page(printed: &Printed) -> Vec<u8> {
    let mut sheet = Sheet::new(printed.acto.procedimiento.entidad);
    sheet.title("Recursos");
    let mut text = String::from("Expediente ");
    append(&mut text, &printed.acto.expediente);
    sheet.body(24.0, &text);
    sheet.body(
        24.0,
        "Puede impugnarse en alzada en el plazo de un mes desde el día siguiente.",
    );
    sheet.body(
        15.0,
        "Pasados tres meses sin respuesta, el recurso se entiende desestimado.",
    );
    sheet.finish()
}

fn takes_second_page(printed: &Printed) -> bool {
    matches!(
        printed.acto.procedimiento.codigo,
        "TGSS-LIQ" | "TGSS-SAN" | "TGSS-ALZ"
    )
}

fn adds_surcharge(codigo: &str) -> bool {
    matches!(codigo, "TGSS-PA" | "TGSS-EMB")
}

fn issuer(entidad: Entidad) -> &'static str {
    match entidad {
        Entidad::Tgss => "Tesorería General de la Seguridad Social",
        Entidad::Inss => "Instituto Nacional de la Seguridad Social",
        Entidad::Ism => "Instituto Social de la Marina",
    }
}

fn wording(materia: Materia) -> &'static [&'static str] {
    match materia {
        Materia::Iacr => &[
            "Vistos los datos que constan en el expediente, se le comunica el acto indicado,",
            "con los importes que figuran arriba y con efectos desde su notificación.",
        ],
        Materia::Imp => &[
            "Examinado el recurso presentado y los informes del expediente, se resuelve",
            "en los términos que constan en la propuesta, que se hace propia.",
        ],
        Materia::Prestaciones => &[
            "En relación con la prestación solicitada se ha dictado la resolución indicada,",
            "cuyos efectos y cuantía se detallan en el expediente.",
        ],
        Materia::Marina => &[
            "Se le remite el estudio informativo solicitado, que no genera derechos ni",
            "expectativas, elaborado con los datos existentes en la fecha de emisión.",
        ],
    }
}

impl std::fmt::Display for Cents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (euros, cents) = (self.0 / 100, self.0 % 100);
        match (euros / 1000, euros % 1000) {
            (0, rest) => write!(f, "{rest},{cents:02} €"),
            (thousands, rest) => write!(f, "{thousands}.{rest:03},{cents:02} €"),
        }
    }
}

fn append(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{value}");
}

/// The octets of a text in WinAnsiEncoding; what it lacks becomes a question mark.
fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '€' => 0x80,
            '–' => 0x96,
            ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
            _ => b'?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::Cast;
    use crate::demo::plan::Destino;
    use crate::demo::random::SplitMix;

    fn documents(seed: u64, count: usize) -> Vec<Vec<u8>> {
        let now = DateTime::from_timestamp(1_773_130_500, 0).unwrap();
        let addressees = Cast::new(now).unwrap().addressees;
        let mut random = SplitMix::new(seed);
        (0..count)
            .map(|at| {
                let addressee = &addressees[at % addressees.len()];
                let acto = Acto::invent(addressee, Destino::Pendiente, now, &mut random).unwrap();
                render(&Printed {
                    codigo: Codigo::new(100_001).unwrap(),
                    denominacion: &addressee.persona.denominacion,
                    acto: &acto,
                    publicada: now,
                })
            })
            .collect()
    }

    fn find(text: &[u8], what: &[u8]) -> Option<usize> {
        text.windows(what.len()).rposition(|window| window == what)
    }

    #[test]
    fn the_same_data_give_the_same_octets() {
        assert_eq!(documents(5, 40), documents(5, 40));
    }

    #[test]
    fn header_trailer_and_every_offset_of_the_cross_reference_table_are_right() {
        for pdf in documents(9, 300) {
            assert!(pdf.starts_with(b"%PDF-1."));
            assert!(pdf.trim_ascii_end().ends_with(b"%%EOF"));
            let start = find(&pdf, b"startxref").unwrap();
            let digits = std::str::from_utf8(&pdf[start + 9..]).unwrap();
            let offset: usize = digits.split_whitespace().next().unwrap().parse().unwrap();
            let table = std::str::from_utf8(&pdf[offset..start]).unwrap();
            let mut lines = table.lines();
            assert_eq!(lines.next(), Some("xref"));
            let count: usize = lines.next().unwrap().strip_prefix("0 ").unwrap().parse().unwrap();
            for (number, line) in lines.by_ref().take(count).enumerate().skip(1) {
                assert!(
                    line.ends_with(" 00000 n ") || line.ends_with(" 00000 n"),
                    "{line:?}"
                );
                let at: usize = line[..10].parse().unwrap();
                assert!(
                    pdf[at..].starts_with(format!("{number} 0 obj").as_bytes()),
                    "object {number}"
                );
            }
            assert!(table.contains("/Root 1 0 R") && table.contains("trailer"));
            assert!((1_000..2_600).contains(&pdf.len()), "{}", pdf.len());
        }
    }

    #[test]
    fn accents_and_the_euro_are_written_in_win_ansi_and_what_it_lacks_as_a_question_mark() {
        assert_eq!(win_ansi("ñÓ€–→a"), [0xf1, 0xd3, 0x80, 0x96, b'?', b'a']);
    }

    #[test]
    fn amounts_are_written_as_in_spain() {
        assert_eq!(Cents(5).to_string(), "0,05 €");
        assert_eq!(Cents(123_456).to_string(), "1.234,56 €");
        assert_eq!(Cents(100_050).to_string(), "1.000,50 €");
    }
}
