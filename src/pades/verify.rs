//! Whether a file is what was signed here (E-39): not a validator of others' files, which may be written in many ways, but one that
//! takes nothing else than what `sign` writes, down to the last octet; only the frame of a stamp, such as its version, which its
//! authority has not signed, is as that authority wrote it.

use crate::cms::{Sealing, SignedData, Unstamped};
use crate::trust::der::{Reader, tag};
use crate::tsp::{Dated, dated};

use super::error::PadesError;
use super::text::octets;
use super::value::integer;

const RANGE: &[u8] = b"/ByteRange [0 ";
const CONTENTS: &[u8] = b"/Contents ";

/// What a file is signed by, if it is what was signed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// When the signature was there at the latest, as its stamp says; nothing if it has none.
    pub dated: Option<Dated>,
    /// How many octets the stamp has.
    pub stamp: usize,
}

/// Looks whether the whole file was signed by this certificate, whose chain is in it, and whether its stamp is of that signature.
/// Whether whoever gave the stamp may, is for `TsaTrust` to say, when it is asked for.
pub fn verify(pdf: &[u8], by: &Sealing<'_>) -> Result<Signed, PadesError> {
    let (before, figures, behind) = ranges(pdf).map_err(PadesError::Range)?;
    let padded = octets(figures).ok_or(PadesError::Range("the signature is not in figures"))?;
    let message = Reader::new(&padded)
        .expect(tag::SEQUENCE)
        .map_err(|_| PadesError::Range("the signature is no CMS"))?
        .whole;
    let padding = padded.get(message.len()..).unwrap_or_default();
    if padding.iter().any(|&octet| octet != 0) {
        return Err(PadesError::Changed);
    }
    let content = [before, behind].concat();
    let signed = SignedData::read_detached(message, &content)?;
    signed.verify()?;
    let token = signed.stamp()?;
    // Of what nobody signs, such as the certificates in it, nothing may be other than it is written here.
    let anew = Unstamped::of(&signed, by)?.finish(token)?;
    if anew != message {
        return Err(PadesError::Changed);
    }
    let dated = match token {
        Some(token) => Some(dated(token, signed.signature())?),
        None => None,
    };
    Ok(Signed {
        dated,
        stamp: token.map_or(0, <[u8]>::len),
    })
}

/// What lies before the signature, its figures, and what lies behind it.
type Ranges<'a> = (&'a [u8], &'a [u8], &'a [u8]);

fn ranges(pdf: &[u8]) -> Result<Ranges<'_>, &'static str> {
    let mut found = pdf
        .windows(RANGE.len())
        .enumerate()
        .filter(|(_, some)| *some == RANGE);
    let (Some((at, _)), None) = (found.next(), found.next()) else {
        return Err("it has not one signature");
    };
    let read = || {
        let (start, rest) = integer(pdf.get(at + RANGE.len()..)?)?;
        let (end, rest) = integer(rest.strip_prefix(b" ")?)?;
        let (length, rest) = integer(rest.strip_prefix(b" ")?)?;
        let rest = rest.trim_ascii_start().strip_prefix(b"]")?;
        let gap = rest.trim_ascii_start().strip_prefix(CONTENTS)?;
        Some((start, end, length, pdf.len() - gap.len()))
    };
    let (start, end, length, gap) = read().ok_or("its ranges cannot be read")?;
    if start != gap {
        return Err("what is left out is not the signature");
    }
    if end.checked_add(length) != Some(pdf.len()) {
        return Err("something comes behind what is signed");
    }
    let split = || {
        let figures = pdf.get(start..end)?;
        let figures = figures.strip_prefix(b"<")?.strip_suffix(b">")?;
        Some((pdf.get(..start)?, figures, pdf.get(end..)?))
    };
    split().ok_or("what is left out is not the signature")
}
