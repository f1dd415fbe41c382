//! The one revision that is added to a finished file: signature, field, and what it is validated by later (E-41, E-42, E-44, E-45).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use chrono::{DateTime, Utc};
use openssl::sha::sha256;

use super::error::PadesError;
use super::objects::File;
use super::text::{date, hexadecimal, text};
use super::value::{Dictionary, items};

/// Annotation flags (ISO 32000-1 §12.5.3): printed, and locked.
const FLAGS: u8 = 132;
/// SigFlags (§12.7.2): there is a signature, and the file is only to be added to.
const SIGNED_AND_APPENDED: u8 = 3;
/// Room for the three numbers of a ByteRange that are not known yet, ten figures each with blanks between them.
const RANGE: usize = 32;

/// What a signature says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Who signs, as people know him.
    pub signer: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Where.
    pub location: &'a str,
    /// When, by the clock of whoever signs; what proves the time is the stamp.
    pub at: DateTime<Utc>,
}

/// By what a signature is validated when nobody can be asked any more; everything in DER.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Certificates of the seal and of the time stamp, and those above them but the roots.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists for them.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses for them.
    pub ocsps: Vec<Vec<u8>>,
}

/// The whole file, but for the signature.
pub(super) struct Prepared {
    octets: Vec<u8>,
    /// Where the signature goes, its angle brackets included.
    gap: Range<usize>,
}

impl Prepared {
    /// Adds a revision in whose signature there is room for so many octets.
    pub(super) fn new(
        pdf: &[u8],
        field: Field<'_>,
        evidence: &Evidence,
        room: usize,
    ) -> Result<Self, PadesError> {
        let file = File::read(pdf)?;
        let mut update = Update::new(&file);
        let signature = update.next();
        let (dictionary, contents, range) = signature_dictionary(field, room);
        let begins = update.write(signature, &dictionary);
        let contents = begins + contents.start..begins + contents.end;
        update.link(&file, field, signature, evidence)?;
        update.end(&file);
        let mut octets = update.octets;
        let end = octets.len();
        let said = format!("{} {} {}", contents.start, contents.end, end - contents.end);
        if let Some(there) = octets
            .get_mut(begins + range..)
            .and_then(|o| o.get_mut(..said.len()))
        {
            there.copy_from_slice(said.as_bytes());
        }
        Ok(Self {
            octets,
            gap: contents,
        })
    }

    /// What is signed: everything but the signature.
    pub(super) fn signed(&self) -> Vec<u8> {
        let before = self.octets.get(..self.gap.start).unwrap_or_default();
        let behind = self.octets.get(self.gap.end..).unwrap_or_default();
        [before, behind].concat()
    }

    /// The file with its signature, if that has room.
    pub(super) fn complete(mut self, signature: &[u8]) -> Option<Vec<u8>> {
        let figures = hexadecimal(signature);
        let room = self.octets.get_mut(self.gap.start + 1..self.gap.end - 1)?;
        room.get_mut(..figures.len())?.copy_from_slice(&figures);
        Some(self.octets)
    }
}

/// The dictionary, where in it the signature goes, and where the rest of its ByteRange.
fn signature_dictionary(field: Field<'_>, room: usize) -> (Vec<u8>, Range<usize>, usize) {
    let mut written = format!(
        "<<\n  /Type /Sig\n  /Filter /Adobe.PPKLite\n  /SubFilter /ETSI.CAdES.detached\n  /M {}\n  /Name {}\n  /Reason {}\n  /Location {}\n  /ByteRange [0 ",
        date(field.at),
        text(field.signer),
        text(field.reason),
        text(field.location),
    );
    let range = written.len();
    let _ = write!(written, "{:RANGE$}]\n  /Contents ", "");
    let start = written.len();
    let _ = write!(written, "<{}>", "00".repeat(room));
    let end = written.len();
    written.push_str("\n>>");
    (written.into_bytes(), start..end, range)
}

/// What is added, behind what was there.
struct Update {
    octets: Vec<u8>,
    /// Where each object that was written begins.
    begins: BTreeMap<usize, usize>,
    /// How many objects there are by now.
    size: usize,
}

impl Update {
    fn new(file: &File<'_>) -> Self {
        let mut octets = file.octets.to_vec();
        if !octets.ends_with(b"\n") {
            octets.push(b'\n');
        }
        Self {
            octets,
            begins: BTreeMap::new(),
            size: file.size,
        }
    }

    /// A number that no object has.
    fn next(&mut self) -> usize {
        self.size += 1;
        self.size - 1
    }

    /// Writes an object, and tells where its content begins.
    fn write(&mut self, number: usize, content: &[u8]) -> usize {
        self.begins.insert(number, self.octets.len());
        self.octets
            .extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        let begins = self.octets.len();
        self.octets.extend_from_slice(content);
        self.octets.extend_from_slice(b"\nendobj\n");
        begins
    }

    /// Writes an object of ours.
    fn add(&mut self, content: &str) -> usize {
        let number = self.next();
        self.write(number, content.as_bytes());
        number
    }

    /// Writes each as a stream, and gives the array of them.
    fn streams(&mut self, all: &[Vec<u8>]) -> String {
        let mut array = "[".to_owned();
        for octets in all {
            let number = self.next();
            let head = format!("<< /Length {} >>\nstream\n", octets.len());
            self.write(number, &[head.as_bytes(), octets, b"\nendstream"].concat());
            let _ = write!(array, "{number} 0 R ");
        }
        array.trim_end().to_owned() + "]"
    }

    /// Writes field, structure and evidence, and everything anew that is to lead to them.
    fn link(
        &mut self,
        file: &File<'_>,
        field: Field<'_>,
        signature: usize,
        evidence: &Evidence,
    ) -> Result<(), PadesError> {
        let mut catalog = file.catalog()?;
        let mut page = file.first_page(&catalog.dictionary)?;
        let (mut root, mut document) = file.structure(&catalog.dictionary)?;
        let (widget, form) = (self.next(), self.next());
        let key = file.parents(&mut root.dictionary, form)?;
        self.write(
            widget,
            format!(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sello) /TU {} /Rect [0 0 0 0] /F {FLAGS} /P {} 0 R /StructParent {key} /V {signature} 0 R >>",
                text(field.reason),
                page.number,
            )
            .as_bytes(),
        );
        self.write(
            form,
            format!(
                "<< /Type /StructElem /S /Form /P {} 0 R /Pg {page} 0 R /K << /Type /OBJR /Obj {widget} 0 R /Pg {page} 0 R >> >>",
                document.number,
                page = page.number,
            )
            .as_bytes(),
        );
        append(&mut document.dictionary, "/K", form)?;
        append(&mut page.dictionary, "/Annots", widget)?;
        page.dictionary.set("/Tabs", *b"/S");
        let fields = format!("<< /Fields [{widget} 0 R] /SigFlags {SIGNED_AND_APPENDED} >>");
        catalog.dictionary.set("/AcroForm", fields);
        if *evidence != Evidence::default() {
            let (certificates, crls, ocsps) = (
                self.streams(&evidence.certificates),
                self.streams(&evidence.crls),
                self.streams(&evidence.ocsps),
            );
            let dss = self.add(&format!(
                "<< /Type /DSS /Certs {certificates} /CRLs {crls} /OCSPs {ocsps} >>"
            ));
            catalog.dictionary.set("/DSS", format!("{dss} 0 R"));
            let extension = "<< /ESIC << /BaseVersion /1.7 /ExtensionLevel 1 >> >>";
            catalog.dictionary.set("/Extensions", extension);
        }
        for changed in [catalog, page, root, document] {
            self.write(changed.number, &changed.dictionary.written());
        }
        Ok(())
    }

    /// Writes the cross-reference table of what was added, and the trailer (§7.5.6).
    fn end(&mut self, file: &File<'_>) {
        let table = self.octets.len();
        let mut written = "xref\n".to_owned();
        let begins: Vec<(usize, usize)> = self.begins.iter().map(|(&n, &at)| (n, at)).collect();
        for run in begins.chunk_by(|(one, _), (next, _)| one + 1 == *next) {
            let _ = writeln!(written, "{} {}", run.first().map_or(0, |(n, _)| *n), run.len());
            for (_, at) in run {
                let _ = writeln!(written, "{at:010} 00000 n ");
            }
        }
        let mut trailer = file.trailer.clone();
        trailer.set("/Size", self.size.to_string());
        trailer.set("/Prev", file.table.to_string());
        if let Some(made) = file
            .trailer
            .get("/ID")
            .and_then(items)
            .as_deref()
            .and_then(<[_]>::first)
        {
            // §14.4: the first stays for ever, the second is of this revision.
            let now = hexadecimal(sha256(&self.octets).get(..16).unwrap_or_default());
            trailer.set("/ID", [b"[", *made, b" <", &now, b">]"].concat());
        }
        written.push_str("trailer\n");
        self.octets.extend_from_slice(written.as_bytes());
        self.octets.extend_from_slice(&trailer.written());
        let end = format!("\nstartxref\n{table}\n%%EOF\n");
        self.octets.extend_from_slice(end.as_bytes());
    }
}

impl File<'_> {
    /// Has the form found by its content: a key of its own in the tree of parents, which comes back.
    fn parents(&self, root: &mut Dictionary, form: usize) -> Result<usize, PadesError> {
        let mut tree = self.parent_tree(root)?;
        let found = || {
            let numbers = items(tree.get("/Nums")?)?;
            let last = numbers
                .chunks(2)
                .filter_map(|pair| integer_of(pair.first()?))
                .max();
            let key = last.map_or(0, |last| last + 1);
            let mut array = numbers.join(b" ".as_slice());
            array.extend_from_slice(format!(" {key} {form} 0 R]").as_bytes());
            array.insert(0, b'[');
            Some((key, array))
        };
        let (key, array) = found().ok_or(PadesError::Unreadable("its tags lead nowhere"))?;
        tree.set("/Nums", array);
        // A tree without a root's limits holds every key.
        tree.remove("/Limits");
        root.set("/ParentTree", tree.written());
        root.set("/ParentTreeNextKey", (key + 1).to_string());
        Ok(key)
    }
}

fn integer_of(said: &[u8]) -> Option<usize> {
    std::str::from_utf8(said).ok()?.parse().ok()
}

/// Adds a reference to an array, which may not be there yet, or be one value alone.
fn append(dictionary: &mut Dictionary, key: &str, number: usize) -> Result<(), PadesError> {
    let there = match dictionary.get(key) {
        None => Vec::new(),
        Some(said) if said.starts_with(b"[") => items(said)
            .ok_or(PadesError::Unreadable("an array has no end"))?
            .join(b" ".as_slice()),
        Some(one) => one.to_vec(),
    };
    let said = [b"[", there.as_slice(), format!(" {number} 0 R]").as_bytes()].concat();
    dictionary.set(key, said);
    Ok(())
}
