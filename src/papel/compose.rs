//! Laying a paper out on sheets: what comes where, and when a further sheet begins (E-37).

use std::fmt::Write as _;
use std::ops::Range;
use std::rc::Rc;

use super::fonts::{Face, Family};
use super::lines::{Set, width};
use super::paper::{Fact, Paper, Section, Value};
use super::sheet::{HEIGHT, Ink, Item, MARGIN, Part, RIGHT, Sheet, Style, VALUES, Weight};

/// Where the first line of a sheet has its upper edge.
const TOP: f32 = 36.0;
/// Where the last line of a foot has its lower edge.
const BOTTOM: f32 = HEIGHT - 30.0;
/// Room for «Página n de m» beside the foot's other lines.
const PAGE_NUMBER: f32 = 72.0;
/// Above and below the text of a fact.
const PADDING: f32 = 1.9;
/// A fact of no more lines than these is not divided between sheets.
const UNDIVIDED: usize = 8;
/// How far below the upper edge of a line its letters stand, of its height: the same for whatever is beside one another.
const BASELINE: f32 = 0.74;
/// Figures of a digest in one group.
const GROUP: usize = 8;

const ENTITY: Style = style(Weight::Bold, Ink::Blue, 11.0, 14.0);
const REFERENCE: Style = style(Weight::Bold, Ink::Blue, 10.0, 14.0);
const WARNING: Style = style(Weight::Bold, Ink::Red, 11.0, 14.0);
const TITLE: Style = style(Weight::Bold, Ink::Black, 16.0, 20.0);
const LEAD: Style = style(Weight::Regular, Ink::Black, 9.5, 13.0);
const HEADING: Style = style(Weight::Bold, Ink::Blue, 10.0, 13.0);
const LABEL: Style = style(Weight::Regular, Ink::Grey, 8.5, 11.5);
const VALUE: Style = style(Weight::Regular, Ink::Black, 9.0, 11.5);
const CODE: Style = style(Weight::Mono, Ink::Black, 8.5, 11.5);
const HUELLA: Style = style(Weight::Mono, Ink::Black, 8.0, 11.5);
const NOTE: Style = style(Weight::Regular, Ink::Grey, 8.0, 10.5);
const FOOT: Style = style(Weight::Regular, Ink::Grey, 8.0, 10.5);
const FOOT_CODE: Style = style(Weight::Mono, Ink::Black, 8.0, 11.0);

const fn style(weight: Weight, ink: Ink, size: f32, leading: f32) -> Style {
    Style {
        weight,
        ink,
        size,
        leading,
    }
}

/// A line that has no place yet.
type Line = (Rc<Set>, Range<usize>);

/// The sheets of a paper.
pub(super) fn compose(paper: &Paper, family: &Family) -> Vec<Sheet> {
    let mut composer = Composer {
        paper,
        family,
        sheets: vec![Sheet::default()],
        y: TOP,
        bottom: BOTTOM,
    };
    composer.bottom = composer.top_of_foot() - 8.0;
    composer.head(Part::Entity, Part::Warning);
    composer.title();
    for (number, section) in paper.sections.iter().enumerate() {
        composer.section(number, section);
    }
    composer.notes();
    composer.feet();
    composer.sheets
}

struct Composer<'p> {
    paper: &'p Paper,
    family: &'p Family,
    sheets: Vec<Sheet>,
    /// Down to where the last sheet is full.
    y: f32,
    /// Down to where it may be.
    bottom: f32,
}

impl Composer<'_> {
    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.family.regular,
            Weight::Bold => &self.family.bold,
            Weight::Mono => &self.family.mono,
        }
    }

    /// The lines of a text, of which each of its own is one at least.
    fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let face = self.face(style.weight);
        let paragraphs = text.lines().map(|paragraph| {
            let text = face.printable(paragraph);
            let glyphs = face.shape(&text);
            Rc::new(Set::new(text, glyphs, style.size, width))
        });
        paragraphs
            .flat_map(|set| {
                let lines = set.lines.clone();
                lines.into_iter().map(move |line| (Rc::clone(&set), line))
            })
            .collect()
    }

    fn put(&mut self, item: Item) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.items.push(item);
        }
    }

    /// A line whose upper edge is at `top`.
    fn put_line(&mut self, (set, glyphs): Line, x: f32, top: f32, style: Style, part: Part) {
        let y = top + style.leading * BASELINE;
        self.put(Item::Line {
            x,
            y,
            set,
            glyphs,
            style,
            part,
        });
    }

    fn rule(&mut self, y: f32, thickness: f32, ink: Ink) {
        self.put(Item::Rule {
            from: MARGIN,
            y,
            thickness,
            ink,
        });
    }

    /// Sees to it that there is so much room, on a further sheet if need be.
    fn room(&mut self, height: f32) {
        if self.y + height > self.bottom {
            self.sheets.push(Sheet::default());
            self.y = TOP;
            self.head(Part::Header, Part::Header);
        }
    }

    /// Lines one below the other, from sheet to sheet.
    fn flow(&mut self, lines: Vec<Line>, style: Style, part: Part) {
        for line in lines {
            self.room(style.leading);
            self.put_line(line, MARGIN, self.y, style, part);
            self.y += style.leading;
        }
    }

    /// Lines that are to stand at the right edge, with how wide each is.
    fn for_right(&self, text: &str, style: Style) -> Vec<(Line, f32)> {
        let lines = self.lines(text, style, (RIGHT - MARGIN) / 2.0);
        let measured = lines.into_iter().map(|(set, glyphs)| {
            let wide = width(&set.text, set.line(&glyphs)) * style.size;
            ((set, glyphs), wide)
        });
        measured.collect()
    }

    fn at_right(&mut self, lines: Vec<(Line, f32)>, mut top: f32, style: Style, part: Part) {
        for (line, wide) in lines {
            self.put_line(line, RIGHT - wide, top, style, part);
            top += style.leading;
        }
    }

    /// The head of a sheet: on the first one it is read out, on each further one it repeats.
    fn head(&mut self, entity: Part, warning: Part) {
        let top = self.y;
        let reference = self.paper.reference.as_deref().unwrap_or_default();
        let reference = self.for_right(reference, REFERENCE);
        let taken = reference.iter().map(|(_, wide)| *wide).fold(0.0, f32::max);
        for line in self.lines(&self.paper.entity, ENTITY, RIGHT - MARGIN - taken - 16.0) {
            self.put_line(line, MARGIN, self.y, ENTITY, entity);
            self.y += ENTITY.leading;
        }
        self.at_right(reference, top, REFERENCE, entity);
        self.y += 4.0;
        self.rule(self.y, 1.5, Ink::Blue);
        self.y += 8.0;
        self.warning(warning);
    }

    fn warning(&mut self, part: Part) {
        let Some(warning) = &self.paper.warning else {
            return;
        };
        let top = self.y;
        self.y += 4.0;
        for (set, glyphs) in self.lines(warning, WARNING, RIGHT - MARGIN - 16.0) {
            let wide = width(&set.text, set.line(&glyphs)) * WARNING.size;
            let x = f32::midpoint(MARGIN, RIGHT) - wide / 2.0;
            self.put_line((set, glyphs), x, self.y, WARNING, part);
            self.y += WARNING.leading;
        }
        self.y += 4.0;
        let bottom = self.y;
        self.put(Item::Frame {
            top,
            bottom,
            ink: Ink::Red,
        });
        self.y += 8.0;
    }

    fn title(&mut self) {
        let title = self.lines(&self.paper.title, TITLE, RIGHT - MARGIN);
        self.flow(title, TITLE, Part::Title);
        self.y += 3.0;
        let lead = self.lines(&self.paper.lead, LEAD, RIGHT - MARGIN);
        self.flow(lead, LEAD, Part::Lead);
    }

    fn section(&mut self, number: usize, section: &Section) {
        self.y += 8.0;
        let heading = self.lines(&section.title, HEADING, RIGHT - MARGIN);
        // A heading is never the last on a sheet.
        self.room(HEADING.leading + 2.0 * VALUE.leading + 2.0 * PADDING);
        self.flow(heading, HEADING, Part::Heading(number));
        self.y += 1.5;
        self.rule(self.y, 0.75, Ink::Blue);
        for (at, fact) in section.facts.iter().enumerate() {
            self.fact((number, at), fact);
        }
    }

    fn fact(&mut self, (section, at): (usize, usize), fact: &Fact) {
        let mut labels = self.lines(&fact.label, LABEL, VALUES - MARGIN - 10.0).into_iter();
        let (said, style) = match &fact.value {
            Value::Text(text) => (text.clone(), VALUE),
            Value::Code(code) => (code.clone(), CODE),
            Value::Huella(octets) => (groups(octets), HUELLA),
        };
        let mut values = self.lines(&said, style, RIGHT - VALUES).into_iter();
        let rows = labels.len().max(values.len());
        let leading = VALUE.leading;
        let undivided = (0..rows.min(UNDIVIDED)).fold(0.0, |height, _| height + leading);
        self.room(undivided + 2.0 * PADDING);
        self.y += PADDING;
        for _ in 0..rows {
            self.room(leading);
            if let Some(line) = labels.next() {
                self.put_line(line, MARGIN, self.y, LABEL, Part::Label(section, at));
            }
            if let Some(line) = values.next() {
                self.put_line(line, VALUES, self.y, style, Part::Value(section, at));
            }
            self.y += leading;
        }
        self.y += PADDING;
        self.rule(self.y, 0.4, Ink::Pale);
    }

    fn notes(&mut self) {
        self.y += 8.0;
        for (number, note) in self.paper.notes.iter().enumerate() {
            let lines = self.lines(note, NOTE, RIGHT - MARGIN);
            if lines.len() <= UNDIVIDED {
                let height = lines.iter().fold(0.0, |height, _| height + NOTE.leading);
                self.room(height);
            }
            self.flow(lines, NOTE, Part::Note(number));
            self.y += 3.0;
        }
    }

    /// What every foot says, and how each line of it looks.
    fn foot(&self) -> Vec<(Line, Style)> {
        let Some(verification) = &self.paper.verification else {
            return Vec::new();
        };
        let width = RIGHT - MARGIN - PAGE_NUMBER;
        let code = self.lines(&verification.code, FOOT_CODE, width);
        let place = self.lines(&verification.place, FOOT, width);
        let code = code.into_iter().map(|line| (line, FOOT_CODE));
        code.chain(place.into_iter().map(|line| (line, FOOT))).collect()
    }

    /// Where the feet begin: as high as what they say asks for.
    fn top_of_foot(&self) -> f32 {
        let lines = self.foot();
        let height: f32 = lines.iter().map(|(_, style)| style.leading).sum();
        BOTTOM - height.max(FOOT.leading)
    }

    /// The foot of every sheet, now that it is known how many there are.
    fn feet(&mut self) {
        let sheets = std::mem::take(&mut self.sheets);
        let count = sheets.len();
        let top = self.top_of_foot();
        for (number, sheet) in (1..).zip(sheets) {
            self.sheets.push(sheet);
            self.rule(top - 4.0, 0.75, Ink::Blue);
            let mut y = top;
            for (line, style) in self.foot() {
                let part = if number == 1 {
                    Part::Verification
                } else {
                    Part::Footer
                };
                self.put_line(line, MARGIN, y, style, part);
                y += style.leading;
            }
            let page = format!("Página {number} de {count}");
            let page = self.for_right(&page, FOOT);
            self.at_right(page, BOTTOM - FOOT.leading, FOOT, Part::Footer);
        }
    }
}

/// A digest as people compare it: in groups.
fn groups(octets: &[u8]) -> String {
    let mut said = String::with_capacity(octets.len() * 9 / 4);
    for (at, octet) in octets.iter().enumerate() {
        if at > 0 && (at * 2).is_multiple_of(GROUP) {
            said.push(' ');
        }
        // Writing into a string cannot fail.
        let _ = write!(said, "{octet:02x}");
    }
    said
}
