//! What is left of an answer once that is away by which two answers of one kind differ.

use super::*;

/// The text without what is another each time. A document in base64 is looked into.
pub(super) fn without_what_differs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at_start = !plain.ends_with(|c: char| c.is_ascii_alphanumeric());
        let (taken, put) = at_start
            .then(|| uuid(rest).or_else(|| instant(rest)).or_else(|| figures(rest)))
            .flatten()
            .unwrap_or((first.len_utf8(), first.to_string()));
        plain.push_str(&put);
        rest = &rest[taken..];
    }
    plain
}

fn uuid(text: &str) -> Option<(usize, String)> {
    let is_one = text.get(..36)?.char_indices().all(|(at, c)| match at {
        8 | 13 | 18 | 23 => c == '-',
        _ => c.is_ascii_hexdigit(),
    });
    is_one.then(|| (36, "{uuid}".to_owned()))
}

/// `2026-03-10T10:15:00` with what may follow, or `10-03-2026 10:15:00 +01:00`.
fn instant(text: &str) -> Option<(usize, String)> {
    let fits = |form: &str| {
        text.get(..19)?
            .chars()
            .zip(form.chars())
            .all(|(c, form)| {
                if form == 'd' {
                    c.is_ascii_digit()
                } else {
                    c == form
                }
            })
            .then_some(19)
    };
    let start = fits("dddd-dd-ddTdd:dd:dd").or_else(|| fits("dd-dd-dddd dd:dd:dd"))?;
    let after = |c: char| !(c.is_ascii_digit() || ".+:-Z".contains(c));
    let end = text[start..].find(after).map_or(text.len(), |at| start + at);
    Some((end, "{instant}".to_owned()))
}

/// Hexadecimal or base64 figures, if there are many.
fn figures(text: &str) -> Option<(usize, String)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)))
        .unwrap_or(text.len());
    let run = &text[..end];
    if run.len() < 24 || run.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let inside = STANDARD
        .decode(run)
        .ok()
        .and_then(|octets| String::from_utf8(octets).ok());
    match inside {
        Some(inside) if inside.starts_with('<') => Some((end, without_what_differs(&inside))),
        _ => Some((end, "{figures}".to_owned())),
    }
}
