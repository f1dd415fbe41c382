//! `File`: a PDF of one revision whose cross-reference table is written out, as our papers are, and the objects that a signature has
//! to do with.

use super::error::PadesError;
use super::value::{Dictionary, integer, items, reference, skip};

/// How far the first page may lie below the root of the tree of pages.
const PAGE_TREE: usize = 16;
/// Octets of an entry of the cross-reference table (ISO 32000-1 §7.5.4).
const ENTRY: usize = 20;

/// The file, and where each of its objects begins.
pub(super) struct File<'a> {
    pub(super) octets: &'a [u8],
    /// Where the cross-reference table begins.
    pub(super) table: usize,
    /// How many objects there are, the free one among them.
    pub(super) size: usize,
    pub(super) trailer: Dictionary,
}

/// An object that is to be written anew, by its number.
pub(super) struct Numbered {
    pub(super) number: usize,
    pub(super) dictionary: Dictionary,
}

impl<'a> File<'a> {
    /// Reads table and trailer.
    pub(super) fn read(octets: &'a [u8]) -> Result<Self, PadesError> {
        let read = || {
            let marked = octets.windows(9).rposition(|some| some == b"startxref")?;
            let (table, rest) = integer(skip(octets.get(marked + 9..)?))?;
            if rest.trim_ascii() != b"%%EOF" {
                return None;
            }
            let rest = skip(octets.get(table..)?.strip_prefix(b"xref")?);
            let (first, rest) = integer(rest)?;
            let (size, rest) = integer(skip(rest))?;
            let entries = skip(rest);
            let rest = entries.get(size.checked_mul(ENTRY)?..)?;
            let trailer = Dictionary::read(skip(rest).strip_prefix(b"trailer")?)?;
            (first == 0).then_some(Self {
                octets,
                table,
                size,
                trailer,
            })
        };
        let file = read().ok_or(PadesError::Unreadable("it has no cross-reference table"))?;
        if file.trailer.get("/Prev").is_some() {
            return Err(PadesError::Unreadable("it has been changed before"));
        }
        Ok(file)
    }

    /// The dictionary that an object is.
    fn object(&self, number: usize) -> Option<Numbered> {
        let rest = self.octets.get(self.table..)?.strip_prefix(b"xref")?;
        let (_, rest) = integer(skip(rest))?;
        let (_, rest) = integer(skip(rest))?;
        let entry = skip(rest).get(number.checked_mul(ENTRY)?..)?.get(..ENTRY)?;
        if entry.get(17) != Some(&b'n') {
            return None;
        }
        let (offset, _) = integer(entry)?;
        let (named, rest) = integer(self.octets.get(offset..)?)?;
        let (_, rest) = integer(skip(rest))?;
        let dictionary = Dictionary::read(skip(rest).strip_prefix(b"obj")?)?;
        (named == number).then_some(Numbered { number, dictionary })
    }

    /// The root of everything.
    pub(super) fn catalog(&self) -> Result<Numbered, PadesError> {
        let catalog = self.trailer.reference("/Root").and_then(|root| self.object(root));
        catalog.ok_or(PadesError::Unreadable("it has no catalog"))
    }

    /// The first page.
    pub(super) fn first_page(&self, catalog: &Dictionary) -> Result<Numbered, PadesError> {
        let found = || {
            let mut node = self.object(catalog.reference("/Pages")?)?;
            for _ in 0..PAGE_TREE {
                let Some(kids) = node.dictionary.get("/Kids") else {
                    return Some(node);
                };
                let first = reference(items(kids)?.first()?)?;
                node = self.object(first)?;
            }
            None
        };
        found().ok_or(PadesError::Unreadable("it has no page"))
    }

    /// The root of what is read out, and the element below it that holds the whole document.
    pub(super) fn structure(&self, catalog: &Dictionary) -> Result<(Numbered, Numbered), PadesError> {
        let found = || {
            let root = self.object(catalog.reference("/StructTreeRoot")?)?;
            let below = root.dictionary.get("/K")?;
            let document = match items(below) {
                Some(several) => reference(several.first()?)?,
                None => reference(below)?,
            };
            Some((root, self.object(document)?))
        };
        found().ok_or(PadesError::Unreadable("it is not tagged"))
    }

    /// The tree by which content finds what it is; within its root, or an object of its own.
    pub(super) fn parent_tree(&self, root: &Dictionary) -> Result<Dictionary, PadesError> {
        let found = || {
            let said = root.get("/ParentTree")?;
            match reference(said) {
                Some(number) => Some(self.object(number)?.dictionary),
                None => Dictionary::read(said),
            }
        };
        found().ok_or(PadesError::Unreadable("its tags lead nowhere"))
    }
}
