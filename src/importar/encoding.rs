//! How the octets of a file are letters: UTF-8, or what a spreadsheet on a Spanish Windows writes.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::lines::{Line, Lines};
use super::reason::Reason;

/// How the octets of a file are letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with a byte order mark or without.
    #[default]
    Utf8,
    /// Windows-1252, of which Latin-1 is the part without curly quotes, dashes and the euro.
    Windows1252,
}

impl Encoding {
    /// The encoding of a whole file, which is read to its end.
    ///
    /// It is Windows-1252 where some line is no UTF-8, none has a letter in UTF-8, and all reads as text of that encoding.
    /// Otherwise it is taken for UTF-8, and its lines that are none are refused: an old MS-DOS or Macintosh encoding
    /// would give wrong names, and no error.
    pub fn of(input: &mut dyn BufRead) -> io::Result<Self> {
        let mut lines = Lines::new(input);
        let mut other = false;
        loop {
            let line = match lines.next()? {
                None => break,
                Some(Line::TooLong) => continue,
                Some(Line::Whole(line)) => line,
            };
            if line.is_ascii() {
                continue;
            }
            if std::str::from_utf8(line).is_ok() || !reads_as_windows_1252(line) {
                return Ok(Self::Utf8);
            }
            other = true;
        }
        Ok(if other && !lines.marked() {
            Self::Windows1252
        } else {
            Self::Utf8
        })
    }

    /// A line's text.
    pub(super) fn decode(self, line: &[u8]) -> Result<Cow<'_, str>, Reason> {
        // Of UTF-16, and of a spreadsheet's own file, every line or two has some.
        if line.contains(&0) {
            return Err(Reason::NotText);
        }
        match std::str::from_utf8(line) {
            Ok(text) if self == Self::Utf8 || line.is_ascii() => Ok(Cow::Borrowed(text)),
            _ if self == Self::Windows1252 => windows_1252(line).map(Cow::Owned).ok_or(Reason::NotUtf8),
            _ => Err(Reason::NotUtf8),
        }
    }
}

/// What the octets from 0x80 to 0x9F are in Windows-1252; five are nothing.
const BETWEEN: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

fn windows_1252(line: &[u8]) -> Option<String> {
    line.iter()
        .map(|octet| match octet {
            0x80..=0x9f => BETWEEN.get(usize::from(octet - 0x80)).copied().flatten(),
            _ => Some(char::from(*octet)),
        })
        .collect()
}

/// Marks that stand at the end of a word («nº», «Mª») or beside one («¿», «…», a quotation), and never within.
const BESIDE_LETTERS: &str = "ªº¿¡«»“”‘–—…€°´";

/// Whether octets make sense as Windows-1252. What an MS-DOS or Macintosh encoding writes as a Spanish letter is in this
/// one a sign of money, a mark or a small letter amid capitals, right beside other letters.
fn reads_as_windows_1252(line: &[u8]) -> bool {
    let Some(text) = windows_1252(line) else {
        return false;
    };
    let letters: Vec<char> = text.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| letters.get(place)).copied();
    letters.iter().enumerate().all(|(place, letter)| {
        let before = at(place.checked_sub(1)).unwrap_or(' ');
        let after = at(place.checked_add(1)).unwrap_or(' ');
        let (amid, beside) = (
            before.is_alphabetic() && after.is_alphabetic(),
            before.is_alphabetic() || after.is_alphabetic(),
        );
        match letter {
            '\0'..='\x7f' => true,
            // «l’Hospitalet», «col·legi».
            '’' | '·' => !beside || amid,
            'À'..='ÿ' if letter.is_alphabetic() => {
                let earlier = at(place.checked_sub(2)).unwrap_or(' ');
                let capitals = before.is_uppercase() && (earlier.is_uppercase() || after.is_uppercase());
                let heads_capitals = after.is_uppercase() && !before.is_alphabetic();
                letter.is_uppercase() || !(capitals || heads_capitals)
            }
            _ if BESIDE_LETTERS.contains(*letter) => !amid,
            _ => !beside,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mut octets: &[u8]) -> Encoding {
        Encoding::of(&mut octets).unwrap()
    }

    /// Spanish letters, as other encodings write them.
    fn written(text: &str, table: &[(char, u8)]) -> Vec<u8> {
        text.chars()
            .map(|c| match table.iter().find(|(letter, _)| *letter == c) {
                Some((_, octet)) => *octet,
                None => u8::try_from(u32::from(c)).unwrap(),
            })
            .collect()
    }

    #[test]
    fn a_file_of_latin_1_or_windows_1252_is_known_as_such() {
        for text in [
            "Reclamación de deuda\nPEÑA IBÁÑEZ JOSÉ\n",
            "CONSTRUCCIONES MUÑOZ, S.L.\nÁNGEL ÑÍGUEZ\nMARÍA ÚBEDA",
            "Col·legi de Gestors\nnº 3, 1ª planta\n¿Procede?",
            "GONÇALVES JOÃO\nMÜLLER KÖNIG",
            "codigo\n\nSí",
        ] {
            assert_eq!(of(&written(text, &[])), Encoding::Windows1252, "{text}");
            assert_eq!(of(text.as_bytes()), Encoding::Utf8, "{text}");
        }
        for octets in [&b"L\x92Hospitalet"[..], b"\x93Obra\x94 \x96 5 \x80"] {
            assert_eq!(of(octets), Encoding::Windows1252);
        }
        let read = Encoding::Windows1252.decode(b"L\x92Hospitalet, 5 \x80").unwrap();
        assert_eq!(read, "L’Hospitalet, 5 €");
    }

    #[test]
    fn a_file_of_an_older_encoding_is_not_read_as_another() {
        let ms_dos = [
            ('á', 0xa0),
            ('é', 0x82),
            ('í', 0xa1),
            ('ó', 0xa2),
            ('ú', 0xa3),
            ('ñ', 0xa4),
            ('Ñ', 0xa5),
            ('Á', 0xb5),
            ('É', 0x90),
            ('Ó', 0xe0),
            ('Ú', 0xe9),
        ];
        let macintosh = [
            ('á', 0x87),
            ('é', 0x8e),
            ('í', 0x92),
            ('ó', 0x97),
            ('ú', 0x9c),
            ('ñ', 0x96),
            ('Ñ', 0x84),
            ('Á', 0xe7),
            ('É', 0x83),
            ('Ó', 0xee),
            ('Ú', 0xf2),
        ];
        for text in [
            "Reclamación",
            "Deducción única",
            "embargo según ley, año, débito",
            "MUÑOZ",
            "GESTIÓN",
            "ÁNGEL",
            "PERÚ SL",
            "CAFÉ",
            "ÓSCAR",
        ] {
            for table in [&ms_dos[..], &macintosh] {
                assert_eq!(of(&written(text, table)), Encoding::Utf8, "{text}");
            }
        }
    }

    #[test]
    fn a_line_of_another_encoding_amid_utf_8_does_not_make_the_file_another() {
        assert_eq!(of("Peña\n".as_bytes()), Encoding::Utf8);
        assert_eq!(of(&[b"Pe\xf1a\n", "Peña\n".as_bytes()].concat()), Encoding::Utf8);
        assert_eq!(of(b"\xef\xbb\xbfcodigo\nPe\xf1a\n"), Encoding::Utf8);
        assert_eq!(Encoding::Utf8.decode(b"Pe\xf1a"), Err(Reason::NotUtf8));
        assert_eq!(of(b"codigo;nif\n"), Encoding::Utf8);
    }

    #[test]
    fn utf_16_and_a_spreadsheet_are_no_text() {
        let utf_16: Vec<u8> = "codigo;nif".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for octets in [&utf_16[..], b"PK\x03\x04\x14\0\x06"] {
            for encoding in [Encoding::Utf8, Encoding::Windows1252] {
                assert_eq!(encoding.decode(octets), Err(Reason::NotText));
            }
        }
    }
}
