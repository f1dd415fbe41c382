//! `Sheet`: what is where on a sheet of paper, and what it is to whoever has it read out.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use super::lines::Set;

/// ISO 216: A4, in points.
pub(super) const WIDTH: f32 = 595.28;
/// The same.
pub(super) const HEIGHT: f32 = 841.89;
/// Left and right, 18 mm.
pub(super) const MARGIN: f32 = 51.0;
/// Where the column of values begins.
pub(super) const VALUES: f32 = MARGIN + 138.0;
/// Right edge of what is set.
pub(super) const RIGHT: f32 = WIDTH - MARGIN;

/// Which face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
    Mono,
}

/// Which ink; all are told apart in grey too, and letters have a contrast of 7:1 at least (WCAG 2.2, 1.4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    /// Labels and what is small.
    Grey,
    /// Headings.
    Blue,
    /// Hairlines, of no meaning.
    Pale,
    /// Warnings.
    Red,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    /// In points, eight at least (E-37).
    pub(super) size: f32,
    /// From one line to the next, in points.
    pub(super) leading: f32,
}

/// Which part of the paper something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Entity,
    Warning,
    Title,
    Lead,
    /// The heading of a section.
    Heading(usize),
    /// The label of a section's fact.
    Label(usize, usize),
    /// The value of a section's fact.
    Value(usize, usize),
    Note(usize),
    /// The foot of the first sheet.
    Verification,
    /// What repeats at the head of sheets, which nobody wants to hear again and again.
    Header,
    /// The same at the foot, and the number of the sheet.
    Footer,
    /// Lines that only please the eye.
    Ornament,
}

impl Part {
    /// In which order parts are read out: section by section, label before value.
    fn turn(self) -> (u8, usize, usize, u8) {
        match self {
            Self::Ornament => (0, 0, 0, 0),
            Self::Header => (1, 0, 0, 0),
            Self::Entity => (2, 0, 0, 0),
            Self::Warning => (3, 0, 0, 0),
            Self::Title => (4, 0, 0, 0),
            Self::Lead => (5, 0, 0, 0),
            Self::Heading(section) => (6, section, 0, 0),
            Self::Label(section, fact) => (6, section, fact + 1, 0),
            Self::Value(section, fact) => (6, section, fact + 1, 1),
            Self::Note(note) => (7, note, 0, 0),
            Self::Verification => (8, 0, 0, 0),
            Self::Footer => (9, 0, 0, 0),
        }
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.turn().cmp(&other.turn())
    }
}

/// Something on a sheet, in points from its upper left corner.
pub(super) enum Item {
    /// A line of a text, whose letters stand on `y`.
    Line {
        x: f32,
        y: f32,
        set: Rc<Set>,
        glyphs: Range<usize>,
        style: Style,
        part: Part,
    },
    /// A line from margin to margin.
    Rule {
        from: f32,
        y: f32,
        thickness: f32,
        ink: Ink,
    },
    /// A frame from margin to margin.
    Frame { top: f32, bottom: f32, ink: Ink },
}

impl Item {
    pub(super) fn part(&self) -> Part {
        match self {
            Self::Line { part, .. } => *part,
            Self::Rule { .. } | Self::Frame { .. } => Part::Ornament,
        }
    }
}

/// One sheet.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) items: Vec<Item>,
}
