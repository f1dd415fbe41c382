//! What a paper is before anybody has signed it.

use notess::papel::Paper;

use crate::paper::{FIVE_SCRIPTS, LONG_NAME, acuse, long, receipt};
use crate::tools::{OUTLOUD, laid, name, python, run};

/// Each paper of these, as a file of its own.
fn each(look: impl Fn(&Paper, &std::path::Path)) {
    for paper in [
        receipt("Talleres Ibáñez, S.L."),
        receipt(LONG_NAME),
        receipt(FIVE_SCRIPTS),
        long(),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = laid(folder.path(), "papel.pdf", &paper.to_pdf().unwrap());
        look(&paper, &file);
    }
}

#[test]
fn a_paper_is_whole_to_qpdf_and_accessible_to_pdfua_and_outloud() {
    each(|_, file| {
        let checked = run("qpdf", &["--check", name(file)]);
        assert!(checked.well, "{}", checked.text);
        let checked = python(&["-m", "pdfua", "check", name(file)]);
        assert!(checked.well, "{}", checked.text);
        let checked = python(&["-c", OUTLOUD, name(file)]);
        assert!(checked.well, "{}", checked.text);
    });
}

#[test]
fn a_usual_receipt_has_one_page_of_a4_and_a_long_one_more() {
    for (paper, pages) in [
        (receipt("Talleres Ibáñez, S.L."), 1..=1),
        (receipt(LONG_NAME), 1..=1),
        (long(), 2..=2),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = laid(folder.path(), "papel.pdf", &paper.to_pdf().unwrap());
        let told = run("pdfinfo", &[name(&file)]).text;
        let of = |field: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(field));
            line.unwrap_or_default().trim().to_owned()
        };
        assert!(pages.contains(&of("Pages:").parse().unwrap()), "{told}");
        assert!(of("Page size:").contains("(A4)"), "{told}");
        assert_eq!(of("PDF version:"), "1.7");
        assert_eq!(of("Tagged:"), "yes");
        assert_eq!(of("JavaScript:"), "no");
        assert_eq!(of("Encrypted:"), "no");
        assert!(of("Title:").ends_with(&paper.title), "{told}");
    }
}

#[test]
fn all_that_a_paper_says_can_be_taken_out_as_text() {
    each(|paper, file| {
        let told = run("pdftotext", &["-raw", name(file), "-"]).text;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("");
        let told = words(&told);
        let shown = paper
            .lead
            .replace('李', "[U+674E]")
            .replace("דוד", "[U+05D3][U+05D5][U+05D3]");
        assert!(told.contains(&words(&shown)), "{told}");
        for note in &paper.notes {
            assert!(told.contains(&words(note)), "{told}");
        }
        let code = &paper.verification.as_ref().unwrap().code;
        assert!(told.contains(&words(code)), "{told}");
    });
}

#[test]
fn fonts_are_embedded_as_subsets_that_know_their_letters() {
    each(|_, file| {
        let told = run("pdffonts", &[name(file)]).text;
        let fonts: Vec<Vec<&str>> = told
            .lines()
            .skip(2)
            .map(|line| line.split_whitespace().rev().collect())
            .collect();
        assert_eq!(fonts.len(), 3, "{told}");
        for font in fonts {
            // From behind: generation, object, has Unicode, is a subset, is embedded.
            assert_eq!(font.get(2..5), Some(["yes", "yes", "yes"].as_slice()), "{told}");
        }
    });
}

#[test]
fn the_acuse_is_attached_octet_for_octet() {
    each(|_, file| {
        let out = file.with_extension("xml");
        let told = run("pdfdetach", &["-save", "1", "-o", name(&out), name(file)]);
        assert!(told.well, "{}", told.text);
        assert_eq!(std::fs::read(out).unwrap(), acuse());
    });
}
