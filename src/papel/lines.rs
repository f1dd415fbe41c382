//! Breaking a text into lines that fit.

use std::ops::Range;

use krilla::text::KrillaGlyph;

/// Within what has no blanks, such as an address, a text may be broken behind these.
const SIGNS: [char; 2] = ['-', '/'];

/// A text as glyphs, and which of them make a line each.
pub(super) struct Set {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) lines: Vec<Range<usize>>,
}

impl Set {
    /// Sets glyphs of `text`, of this size, in lines no wider than `width`. A word that is wider than a line goes on in the next; nothing is lost.
    pub(super) fn new(text: String, glyphs: Vec<KrillaGlyph>, size: f32, width: f32) -> Self {
        let lines = broken(&text, &glyphs, width / size);
        Self { text, glyphs, lines }
    }

    /// The glyphs of a line.
    pub(super) fn line(&self, line: &Range<usize>) -> &[KrillaGlyph] {
        self.glyphs.get(line.clone()).unwrap_or_default()
    }
}

/// How wide glyphs are, in ems; a blank at the end takes no room.
pub(super) fn width(text: &str, glyphs: &[KrillaGlyph]) -> f32 {
    let seen = glyphs.iter().rposition(|glyph| !is_blank(text, glyph));
    let seen = seen.map_or(0, |last| last + 1);
    glyphs.iter().take(seen).map(|glyph| glyph.x_advance).sum()
}

fn is_blank(text: &str, glyph: &KrillaGlyph) -> bool {
    text.get(glyph.text_range.clone()) == Some(" ")
}

fn broken(text: &str, glyphs: &[KrillaGlyph], most: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    // Behind which glyph one may break, at a blank or at a sign, and how wide the line is up to the glyph that is looked at.
    let (mut blank, mut sign, mut wide) = (None, None, 0.0);
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if wide + glyph.x_advance > most && !is_blank(text, glyph) && at > start {
            let end = blank.or(sign).unwrap_or_else(|| whole_letter(glyphs, start, at));
            lines.push(start..end);
            (start, at) = (end, end);
            (blank, sign, wide) = (None, None, 0.0);
            continue;
        }
        wide += glyph.x_advance;
        at += 1;
        let said = text.get(glyph.text_range.clone()).unwrap_or_default();
        if said.ends_with(' ') {
            blank = Some(at);
        } else if said.ends_with(SIGNS) {
            sign = Some(at);
        }
    }
    lines.push(start..glyphs.len());
    lines
}

/// The last place at or before `at` where a letter begins: an accent stays with what it is on.
fn whole_letter(glyphs: &[KrillaGlyph], start: usize, at: usize) -> usize {
    let begins = |at: &usize| match (glyphs.get(at - 1), glyphs.get(*at)) {
        (Some(before), Some(here)) => before.text_range.start != here.text_range.start,
        _ => true,
    };
    (start + 1..=at).rev().find(begins).unwrap_or(at)
}
