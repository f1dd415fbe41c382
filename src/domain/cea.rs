//! The código electrónico de autenticidad (CEA) of an issued document, by which anybody can have it verified: the id of the document,
//! the date of its generation, and a code that only its holder knows (E-50).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Madrid;

use super::emitido::TipoDocumento;

/// Figures and capitals but I, L, O and U, which are taken for others or make words (Crockford's base 32).
const ALFABETO: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of an id.
const ID: usize = 12;
/// How many of them are random: the first two say the kind.
const AZAR_ID: usize = ID - 2;
/// Characters of a code: 150 bits.
const CODIGO: usize = GRUPOS * GRUPO;
/// Groups in which a code is printed.
pub const GRUPOS: usize = 6;
/// Characters of a group.
const GRUPO: usize = 5;

/// Random octets that a CEA is made of.
pub const AZAR: usize = AZAR_ID + CODIGO;

/// A text is no id, code or group of a CEA, nor a date of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not of the form of a CEA")]
pub struct NoCea;

/// The whole of a document's CEA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cea {
    /// By which the document is known.
    pub id: CeaId,
    /// The day on which it was made, in Madrid.
    pub fecha: NaiveDate,
    /// What only its holder knows.
    pub codigo: CeaCodigo,
}

impl Cea {
    /// That of a document of this kind, made at this instant, by octets that nobody can foresee.
    #[must_use]
    pub fn new(tipo: TipoDocumento, emitido: DateTime<Utc>, azar: &[u8; AZAR]) -> Self {
        let [a, b] = tipo.prefijo();
        let mut id = [a, b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut codigo = [0; CODIGO];
        let places = id[2..].iter_mut().chain(&mut codigo);
        for (place, octet) in places.zip(azar) {
            *place = ALFABETO[usize::from(octet % 32)];
        }
        Self {
            id: CeaId(id),
            fecha: emitido.with_timezone(&Madrid).date_naive(),
            codigo: CeaCodigo(codigo),
        }
    }

    /// The date as it is printed, `ddMMyyyy`.
    #[must_use]
    pub fn fecha_impresa(&self) -> String {
        self.fecha.format("%d%m%Y").to_string()
    }
}

/// The id of a document: two characters for its kind, ten random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CeaId([u8; ID]);

impl CeaId {
    /// The id, in capitals and without separators.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text(&self.0)
    }
}

impl FromStr for CeaId {
    type Err = NoCea;

    /// Reads what people type.
    fn from_str(text: &str) -> Result<Self, NoCea> {
        typed(text).map(Self)
    }
}

/// The code of a document, which whoever knows it may show. It is written nowhere but on the document and where it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct CeaCodigo([u8; CODIGO]);

impl CeaCodigo {
    /// The code, without separators.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text(&self.0)
    }

    /// Its groups, as they are printed.
    pub fn grupos(&self) -> impl Iterator<Item = &str> {
        self.0.chunks(GRUPO).map(text)
    }

    /// One of them, counted from 0; the last one for any number above.
    #[must_use]
    pub fn grupo(&self, numero: usize) -> CeaGrupo {
        let mut grupo = [0; GRUPO];
        let from = numero.min(GRUPOS - 1) * GRUPO;
        grupo.copy_from_slice(&self.0[from..from + GRUPO]);
        CeaGrupo(grupo)
    }

    /// As it is printed: six groups of five, with hyphens between.
    #[must_use]
    pub fn impreso(&self) -> String {
        self.grupos().collect::<Vec<_>>().join("-")
    }
}

impl fmt::Debug for CeaCodigo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CeaCodigo(…)")
    }
}

impl FromStr for CeaCodigo {
    type Err = NoCea;

    /// Reads what people type.
    fn from_str(text: &str) -> Result<Self, NoCea> {
        typed(text).map(Self)
    }
}

/// One group of a code.
#[derive(Clone, Copy)]
pub struct CeaGrupo([u8; GRUPO]);

impl CeaGrupo {
    /// Its characters, for whoever compares them in a time that does not tell how many are right.
    #[must_use]
    pub fn octets(&self) -> &[u8; GRUPO] {
        &self.0
    }
}

impl fmt::Debug for CeaGrupo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CeaGrupo(…)")
    }
}

impl FromStr for CeaGrupo {
    type Err = NoCea;

    /// Reads what people type.
    fn from_str(text: &str) -> Result<Self, NoCea> {
        typed(text).map(Self)
    }
}

/// Two different groups of a code, counted from 0, in order: those that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pareja {
    /// The first.
    pub primero: u8,
    /// The second, behind it.
    pub segundo: u8,
}

impl Pareja {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..6).flat_map(|primero| (primero + 1..6).map(move |segundo| Self { primero, segundo }))
    }

    /// The one on which a number that nobody can foresee falls.
    #[must_use]
    pub fn drawn(azar: u64) -> Self {
        let count = Self::all().count() as u64;
        let place = usize::try_from(azar % count).unwrap_or_default();
        let first = Self {
            primero: 0,
            segundo: 1,
        };
        Self::all().nth(place).unwrap_or(first)
    }
}

/// Reads the date of a CEA as people type it: `ddMMyyyy` as it is printed, day, month and year with something between, or the
/// year first as machines write it.
pub fn fecha(text: &str) -> Result<NaiveDate, NoCea> {
    let is_between = |c: char| is_separator(c) || matches!(c, '/' | '.');
    let parts: Vec<&str> = text.split(is_between).filter(|part| !part.is_empty()).collect();
    let all_figures = parts.iter().all(|part| part.bytes().all(|c| c.is_ascii_digit()));
    let number = |figures: &str| figures.parse::<u32>().map_err(|_| NoCea);
    let (day, month, year) = match parts.as_slice() {
        _ if !all_figures => return Err(NoCea),
        [year, month, day] | [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
            (number(day)?, number(month)?, number(year)?)
        }
        parts => {
            let together = parts.concat();
            if together.len() != 8 {
                return Err(NoCea);
            }
            (
                number(&together[..2])?,
                number(&together[2..4])?,
                number(&together[4..])?,
            )
        }
    };
    let year = i32::try_from(year).map_err(|_| NoCea)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(NoCea)
}

/// So many characters of the alphabet, as people type them: in small letters too, with blanks and hyphens anywhere, and with O for
/// 0 and I and L for 1.
fn typed<const N: usize>(text: &str) -> Result<[u8; N], NoCea> {
    let mut read = [0; N];
    let mut count = 0;
    for c in text.chars().filter(|c| !is_separator(*c)) {
        let place = read.get_mut(count).ok_or(NoCea)?;
        *place = character(c).ok_or(NoCea)?;
        count += 1;
    }
    if count == N { Ok(read) } else { Err(NoCea) }
}

/// What may stand anywhere: blanks, hyphens of all kinds, and what PDF readers put where a line is broken.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{200b}'
        )
}

fn character(typed: char) -> Option<u8> {
    let octet = match u8::try_from(typed).ok()?.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALFABETO.contains(&octet).then_some(octet)
}

fn text(characters: &[u8]) -> &str {
    // Only characters of the alphabet are ever stored, so the fallback cannot be reached.
    std::str::from_utf8(characters).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cea(azar: [u8; AZAR]) -> Cea {
        // The evening of the 1st in London, the morning of the 2nd in Madrid.
        let at = DateTime::parse_from_rfc3339("2026-03-01T23:30:00Z").unwrap();
        Cea::new(TipoDocumento::Aceptacion, at.to_utc(), &azar)
    }

    #[test]
    fn a_cea_has_its_kind_its_day_in_madrid_and_six_groups_of_five() {
        let azar: [u8; AZAR] = std::array::from_fn(|n| u8::try_from(n).unwrap() + 192);
        let cea = cea(azar);
        assert_eq!(cea.id.as_str(), "AC0123456789");
        assert_eq!(cea.fecha_impresa(), "02032026");
        assert_eq!(cea.codigo.impreso(), "ABCDE-FGHJK-MNPQR-STVWX-YZ012-34567");
        assert_eq!(cea.codigo.grupo(5).octets(), b"34567");
    }

    #[test]
    fn a_code_is_not_shown_by_whoever_writes_what_holds_it() {
        let shown = format!("{:?} {:?}", cea([7; AZAR]), cea([7; AZAR]).codigo.grupo(0));
        assert!(shown.contains("CeaCodigo(…)") && !shown.contains("77777-") && !shown.contains("77777\""));
    }

    #[test]
    fn a_date_is_read_as_it_is_printed_and_as_people_write_it() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        for text in [
            "02032026",
            "02/03/2026",
            "2-3-2026",
            "02.03.2026",
            " 02 03 2026 ",
            "2026-03-02",
            "0203 2026",
        ] {
            assert_eq!(fecha(text), Ok(day), "{text}");
        }
        for text in [
            "",
            "2032026",
            "31022026",
            "02/03/26",
            "02/03/2026/1",
            "hoy",
            "٠٢٠٣٢٠٢٦",
            "0203202a",
            "020320260",
        ] {
            assert_eq!(fecha(text), Err(NoCea), "{text}");
        }
    }

    #[test]
    fn every_pair_of_groups_is_drawn_and_none_has_one_twice() {
        let drawn: Vec<Pareja> = (0..15).map(Pareja::drawn).collect();
        assert_eq!(drawn, Pareja::all().collect::<Vec<_>>());
        assert!(
            drawn
                .iter()
                .all(|pair| pair.primero < pair.segundo && pair.segundo < 6)
        );
        assert_eq!(Pareja::drawn(15), drawn[0]);
    }

    #[test]
    fn what_is_no_character_of_a_cea_is_not_read() {
        for text in [
            "",
            "AC012345678",
            "AC01234567890",
            "AC012345678U",
            "AC012345678Ñ",
            "AC01234567/9",
            "AC0123456789 x",
        ] {
            assert_eq!(text.parse::<CeaId>(), Err(NoCea), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back_however_it_is_typed(
            azar in prop::array::uniform32(any::<u8>()), more in prop::array::uniform8(any::<u8>()),
            swaps in prop::collection::vec(0_u8..6, 64),
        ) {
            let mut all = [0; AZAR];
            all[..32].copy_from_slice(&azar);
            all[32..].copy_from_slice(&more);
            let cea = cea(all);
            let typed = |text: &str| -> String {
                text.chars().zip(&swaps).map(|(c, swap)| match (swap, c) {
                    (0, c) => c.to_ascii_lowercase().to_string(),
                    (1, c) => format!(" {c}"),
                    (2, c) => format!("{c}-"),
                    (3, '0') => "o".to_owned(),
                    (3, '1') => "l".to_owned(),
                    (4, '1') => "I".to_owned(),
                    (5, c) => format!("{c}\u{2013}\u{a0}"),
                    (_, c) => c.to_string(),
                }).collect()
            };
            prop_assert_eq!(typed(cea.id.as_str()).parse(), Ok(cea.id));
            prop_assert_eq!(typed(&cea.codigo.impreso()).parse(), Ok(cea.codigo.clone()));
            for (numero, grupo) in cea.codigo.grupos().enumerate() {
                let read: CeaGrupo = typed(grupo).parse().unwrap();
                let printed = cea.codigo.grupo(numero);
                prop_assert_eq!(read.octets(), printed.octets());
            }
        }
    }
}
