//! `Paper`: what a paper says, before anybody knows on how many sheets.

use chrono::{DateTime, Utc};

/// What is to be set in type. Every text is Spanish, as people are to read it; a letter that the fonts lack is shown by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Whose paper it is, at the head of the first sheet.
    pub entity: String,
    /// What it is known by, such as its number, beside the entity and at the head of further sheets.
    pub reference: Option<String>,
    /// What everybody must see before anything else, at the top of each sheet and in the title: that it has no value, say.
    pub warning: Option<String>,
    /// Its kind, as the heading says it.
    pub title: String,
    /// What it certifies, in a sentence or two.
    pub lead: String,
    /// Its facts.
    pub sections: Vec<Section>,
    /// What stands below the facts, a paragraph each: the legal basis, how to verify it.
    pub notes: Vec<String>,
    /// By what anybody can verify it, at the foot of each sheet.
    pub verification: Option<Verification>,
    /// When it is made, to the second: what the file says of its own making.
    pub made: DateTime<Utc>,
    /// What it was made from, within the file.
    pub attachment: Option<Attachment>,
}

/// Facts that belong together, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// One row each.
    pub facts: Vec<Fact>,
}

/// A row: what it is, and how it is in this case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// How it is.
    pub value: Value,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// In words, of which each line is one of its own.
    Text(String),
    /// In letters of one width: a code, which whoever reads it may have to type.
    Code(String),
    /// In hexadecimal figures, by groups of eight: a digest.
    Huella(Vec<u8>),
}

/// The foot of each sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The code by which it is verified, as it is to be typed; in letters of one width.
    pub code: String,
    /// Where, in a sentence with the address.
    pub place: String,
}

/// A file within the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it is, in Spanish.
    pub description: String,
    /// Its octets.
    pub octets: Vec<u8>,
}

impl Fact {
    /// A row in words.
    #[must_use]
    pub fn text(label: impl Into<String>, value: impl Into<String>) -> Self {
        let label = label.into();
        let value = Value::Text(value.into());
        Self { label, value }
    }

    /// A row with a code.
    #[must_use]
    pub fn code(label: impl Into<String>, value: impl Into<String>) -> Self {
        let label = label.into();
        let value = Value::Code(value.into());
        Self { label, value }
    }

    /// A row with a digest.
    #[must_use]
    pub fn huella(label: impl Into<String>, digest: &[u8]) -> Self {
        let label = label.into();
        let value = Value::Huella(digest.to_vec());
        Self { label, value }
    }
}

impl Paper {
    /// What a reader's window shows above the paper, and what stands in its metadata.
    pub(super) fn whole_title(&self) -> String {
        match &self.warning {
            Some(warning) => format!("{warning} – {}", self.title),
            None => self.title.clone(),
        }
    }
}
