//! Writing sheets as a file: PDF 1.7, held by `krilla` against PDF/A-3a and PDF/UA-1 as it is written (E-36).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike, Utc};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{self, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier};
use thiserror::Error;

use super::compose::compose;
use super::fonts::Family;
use super::paper::{Attachment, Paper};
use super::sheet::{HEIGHT, Ink, Item, MARGIN, Part, RIGHT, Sheet, WIDTH, Weight};
use super::tags;

/// Why a paper could not be set.
#[derive(Debug, Error)]
pub enum PaperError {
    /// The fonts that are built in cannot be read.
    #[error("the fonts that are built in cannot be read")]
    Fonts,
    /// A standard, a size or a media type that the library refuses.
    #[error("the paper cannot be begun: {0}")]
    Settings(&'static str),
    /// What was written is not what the standards ask for.
    #[error("the paper does not conform to PDF/A-3a and PDF/UA-1: {0}")]
    Standards(String),
}

impl Paper {
    /// The paper as PDF/A-3a and PDF/UA-1. It is signed by nobody yet.
    pub fn to_pdf(&self) -> Result<Vec<u8>, PaperError> {
        let family = Family::built_in().ok_or(PaperError::Fonts)?;
        let sheets = compose(self, family);
        let mut document = Document::new_with(settings()?);
        let mut parts: BTreeMap<Part, Vec<Identifier>> = BTreeMap::new();
        for sheet in &sheets {
            let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PaperError::Settings("size"))?;
            let mut page = document.start_page_with(size);
            let mut surface = page.surface();
            draw(sheet, family, &mut surface, &mut parts);
            surface.finish();
            page.finish();
        }
        document.set_tag_tree(tags::tree(self, &parts));
        document.set_outline(outline(self, &sheets));
        document.set_metadata(self.metadata());
        if let Some(attachment) = &self.attachment {
            let file = embedded(attachment, self.made).ok_or(PaperError::Settings("media type"))?;
            document
                .embed_file(file)
                .ok_or(PaperError::Settings("attachment"))?;
        }
        document
            .finish()
            .map_err(|error| PaperError::Standards(format!("{error:?}")))
    }

    fn metadata(&self) -> Metadata {
        Metadata::new()
            .title(self.whole_title())
            .authors(vec![self.entity.clone()])
            .language("es".to_owned())
            .creation_date(date(self.made))
            .producer(concat!("notess ", env!("CARGO_PKG_VERSION")).to_owned())
    }
}

fn settings() -> Result<SerializeSettings, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .with_version(PdfVersion::Pdf17)
        .finish()
        .map_err(|_| PaperError::Settings("standards"))?;
    Ok(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    })
}

/// An instant as the file says it, to the second, in UTC.
fn date(at: DateTime<Utc>) -> metadata::DateTime {
    // Each part of an instant is below the bound of its kind.
    let small = |part: u32| u8::try_from(part).unwrap_or_default();
    metadata::DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn embedded(attachment: &Attachment, made: DateTime<Utc>) -> Option<EmbeddedFile> {
    Some(EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: Some(MimeType::new(attachment.media_type)?),
        description: Some(attachment.description.clone()),
        association_kind: AssociationKind::Source,
        data: attachment.octets.clone().into(),
        modification_date: Some(date(made)),
        compress: Some(true),
        location: None,
    })
}

/// Title and headings, each with where it is.
fn outline(paper: &Paper, sheets: &[Sheet]) -> Outline {
    let mut outline = Outline::new();
    let titles = paper.sections.iter().enumerate();
    let headings = titles.map(|(number, section)| (Part::Heading(number), &section.title));
    for (part, text) in [(Part::Title, &paper.title)].into_iter().chain(headings) {
        let found = sheets.iter().enumerate().find_map(|(at, sheet)| {
            sheet.items.iter().find_map(|item| match item {
                Item::Line {
                    y, style, part: of, ..
                } if *of == part => Some((at, y - style.size)),
                _ => None,
            })
        });
        let (sheet, y) = found.unwrap_or((0, 0.0));
        let there = XyzDestination::new(sheet, Point::from_xy(MARGIN, y));
        outline.push_child(OutlineNode::new(text.clone(), there));
    }
    outline
}

/// Draws a sheet part by part, each marked as what it is.
fn draw(
    sheet: &Sheet,
    family: &Family,
    surface: &mut Surface<'_>,
    parts: &mut BTreeMap<Part, Vec<Identifier>>,
) {
    let mut items: Vec<&Item> = sheet.items.iter().collect();
    items.sort_by_key(|item| item.part());
    for same in items.chunk_by(|one, next| one.part() == next.part()) {
        let Some(part) = same.first().map(|item| item.part()) else {
            continue;
        };
        let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        let tag = match part {
            Part::Ornament => artifact(ArtifactType::Layout),
            Part::Header => artifact(ArtifactType::Header),
            Part::Footer => artifact(ArtifactType::Footer),
            _ => ContentTag::Other,
        };
        let is_read = matches!(tag, ContentTag::Other);
        let identifier = surface.start_tagged(tag);
        for item in same {
            draw_item(item, family, surface);
        }
        surface.end_tagged();
        if is_read {
            parts.entry(part).or_default().push(identifier);
        }
    }
}

fn draw_item(item: &Item, family: &Family, surface: &mut Surface<'_>) {
    match item {
        Item::Line {
            x,
            y,
            set,
            glyphs,
            style,
            ..
        } => {
            let face = match style.weight {
                Weight::Regular => &family.regular,
                Weight::Bold => &family.bold,
                Weight::Mono => &family.mono,
            };
            surface.set_stroke(None);
            surface.set_fill(Some(Fill {
                paint: colour(style.ink).into(),
                ..Fill::default()
            }));
            let start = Point::from_xy(*x, *y);
            let font = face.font.clone();
            surface.draw_glyphs(start, set.line(glyphs), font, &set.text, style.size, false);
        }
        Item::Rule {
            from,
            y,
            thickness,
            ink,
        } => stroke(surface, *thickness, *ink, |path| {
            path.move_to(*from, *y);
            path.line_to(RIGHT, *y);
        }),
        Item::Frame { top, bottom, ink } => stroke(surface, 1.0, *ink, |path| {
            if let Some(frame) = Rect::from_ltrb(MARGIN, *top, RIGHT, *bottom) {
                path.push_rect(frame);
            }
        }),
    }
}

fn stroke(surface: &mut Surface<'_>, width: f32, ink: Ink, along: impl Fn(&mut PathBuilder)) {
    let mut path = PathBuilder::new();
    along(&mut path);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: colour(ink).into(),
        width,
        ..Stroke::default()
    }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Black => rgb::Color::new(0x14, 0x14, 0x14),
        Ink::Grey => rgb::Color::new(0x44, 0x44, 0x44),
        Ink::Blue => rgb::Color::new(0x1b, 0x36, 0x5d),
        Ink::Pale => rgb::Color::new(0xc4, 0xc4, 0xc4),
        Ink::Red => rgb::Color::new(0x96, 0x1b, 0x1b),
    }
}
