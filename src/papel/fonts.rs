//! The letters: three faces of one family, and how a text becomes glyphs of one of them.

use std::fmt::Write as _;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};

/// Licence and origin lie beside them.
const REGULAR: &[u8] = include_bytes!("fuentes/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fuentes/NotoSans-Bold.ttf");
const MONO: &[u8] = include_bytes!("fuentes/NotoSansMono-Regular.ttf");

/// Read once: they take some milliseconds.
static FAMILY: LazyLock<Option<Family>> = LazyLock::new(Family::read);

/// An invisible mark of where a word may be divided; fonts have it, and nobody would see what it stands for.
const SOFT_HYPHEN: char = '\u{ad}';

/// All faces.
pub(super) struct Family {
    pub(super) regular: Face,
    pub(super) bold: Face,
    /// Letters of one width.
    pub(super) mono: Face,
}

/// One face, as it is measured and as it is embedded.
pub(super) struct Face {
    pub(super) font: Font,
    shaper: rustybuzz::Face<'static>,
    units: f32,
}

impl Family {
    /// The one that is built in; nothing if it cannot be read.
    pub(super) fn built_in() -> Option<&'static Self> {
        FAMILY.as_ref()
    }

    fn read() -> Option<Self> {
        Some(Self {
            regular: Face::read(REGULAR)?,
            bold: Face::read(BOLD)?,
            mono: Face::read(MONO)?,
        })
    }
}

impl Face {
    fn read(octets: &'static [u8]) -> Option<Self> {
        let font = Font::new(octets.into(), 0)?;
        Some(Self {
            units: font.units_per_em(),
            shaper: rustybuzz::Face::from_slice(octets, 0)?,
            font,
        })
    }

    fn has(&self, letter: char) -> bool {
        letter != SOFT_HYPHEN && self.shaper.glyph_index(letter).is_some()
    }

    /// The text as this face can show it: each letter that it lacks, and each mark that nobody sees, by its number (E-38).
    pub(super) fn printable(&self, text: &str) -> String {
        let mut printable = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.has(letter) {
                printable.push(letter);
            } else if letter == '\t' {
                printable.push(' ');
            } else {
                // Writing into a string cannot fail.
                let _ = write!(printable, "[U+{:04X}]", u32::from(letter));
            }
        }
        printable
    }

    /// The glyphs of a text that this face can show, from left to right, kerned and with accents in their places.
    pub(super) fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        let infos = shaped.glyph_infos();
        let mut glyphs: Vec<KrillaGlyph> = infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = usize::try_from(info.cluster).unwrap_or_default();
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    self.em(position.x_advance),
                    self.em(position.x_offset),
                    self.em(position.y_offset),
                    self.em(position.y_advance),
                    start..start,
                    None,
                )
            })
            .collect();
        // A glyph stands for the letters up to where the next group of glyphs begins.
        let (mut end, mut begins) = (text.len(), text.len());
        for glyph in glyphs.iter_mut().rev() {
            let start = glyph.text_range.start;
            if start != begins {
                end = begins;
                begins = start;
            }
            glyph.text_range = start..end;
        }
        glyphs
    }

    #[expect(clippy::cast_precision_loss, reason = "a font has some thousand units an em")]
    fn em(&self, units: i32) -> f32 {
        units as f32 / self.units
    }
}
