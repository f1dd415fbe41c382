//! The values of which a PDF is made (ISO 32000-1 §7.3), as they lie: a dictionary is taken apart by its keys, and nothing further.

/// How deep values may lie in one another.
const DEPTH: usize = 64;

/// A dictionary: keys with their strokes, and values as they are written, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Vec<u8>)>);

impl Dictionary {
    /// The one with which the octets begin.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let mut rest = skip(octets).strip_prefix(b"<<")?;
        let mut entries = Vec::new();
        loop {
            rest = skip(rest);
            if rest.starts_with(b">>") {
                return Some(Self(entries));
            }
            let (key, after) = value(rest, DEPTH)?;
            if !key.starts_with(b"/") {
                return None;
            }
            let (said, after) = value(after, DEPTH)?;
            entries.push((key.to_vec(), said.to_vec()));
            rest = after;
        }
    }

    /// The value of a key, as it is written.
    pub(super) fn get(&self, key: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|(one, _)| one == key.as_bytes());
        found.map(|(_, said)| said.as_slice())
    }

    /// Puts a value in the place of the one that is there, or at the end.
    pub(super) fn set(&mut self, key: &str, said: impl Into<Vec<u8>>) {
        match self.0.iter_mut().find(|(one, _)| one == key.as_bytes()) {
            Some((_, old)) => *old = said.into(),
            None => self.0.push((key.as_bytes().to_vec(), said.into())),
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, key: &str) {
        self.0.retain(|(one, _)| one != key.as_bytes());
    }

    /// The number of the object that a key points to.
    pub(super) fn reference(&self, key: &str) -> Option<usize> {
        reference(self.get(key)?)
    }

    /// It as it is to be written.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut written = b"<<".to_vec();
        for (key, said) in &self.0 {
            written.extend_from_slice(b"\n  ");
            written.extend_from_slice(key);
            written.push(b' ');
            written.extend_from_slice(said);
        }
        written.extend_from_slice(b"\n>>");
        written
    }
}

/// What stands in an array, value by value.
pub(super) fn items(array: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = skip(array).strip_prefix(b"[")?;
    let mut items = Vec::new();
    loop {
        rest = skip(rest);
        if rest.starts_with(b"]") {
            return Some(items);
        }
        let (item, after) = value(rest, DEPTH)?;
        items.push(item);
        rest = after;
    }
}

/// The number of an object, of `12 0 R`.
pub(super) fn reference(said: &[u8]) -> Option<usize> {
    let (number, rest) = integer(said)?;
    let (generation, rest) = integer(skip(rest))?;
    (generation == 0 && skip(rest) == b"R").then_some(number)
}

/// A number without a sign, and what comes behind it.
pub(super) fn integer(octets: &[u8]) -> Option<(usize, &[u8])> {
    let figures = octets.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (figures, rest) = octets.split_at_checked(figures)?;
    Some((std::str::from_utf8(figures).ok()?.parse().ok()?, rest))
}

/// What comes behind white space and comments.
pub(super) fn skip(mut octets: &[u8]) -> &[u8] {
    loop {
        octets = match octets {
            [b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ', rest @ ..] => rest,
            [b'%', rest @ ..] => {
                let line = rest.iter().take_while(|&&octet| !matches!(octet, b'\n' | b'\r'));
                rest.get(line.count()..).unwrap_or_default()
            }
            _ => return octets,
        }
    }
}

/// The value with which the octets begin, and what comes behind it.
fn value(octets: &[u8], depth: usize) -> Option<(&[u8], &[u8])> {
    let from = skip(octets);
    let deeper = depth.checked_sub(1)?;
    let rest = match from {
        [b'<', b'<', inside @ ..] => until(inside, b">>", deeper)?,
        [b'[', inside @ ..] => until(inside, b"]", deeper)?,
        [b'<', inside @ ..] => inside.get(inside.iter().position(|&octet| octet == b'>')? + 1..)?,
        [b'(', inside @ ..] => behind_text(inside)?,
        [b'/', name @ ..] => behind_word(name),
        [octet, ..] if is_regular(*octet) => behind_number(from),
        _ => return None,
    };
    from.split_at_checked(from.len() - rest.len())
}

/// What comes behind the end of an array or a dictionary.
fn until<'a>(mut inside: &'a [u8], end: &[u8], depth: usize) -> Option<&'a [u8]> {
    loop {
        inside = skip(inside);
        if let Some(rest) = inside.strip_prefix(end) {
            return Some(rest);
        }
        inside = value(inside, depth)?.1;
    }
}

/// What comes behind a text in round brackets, which may hold further ones (§7.3.4.2).
fn behind_text(inside: &[u8]) -> Option<&[u8]> {
    let (mut open, mut at) = (1_usize, 0);
    while let Some(octet) = inside.get(at) {
        at += match octet {
            b'\\' => 2,
            _ => 1,
        };
        match octet {
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return inside.get(at..);
        }
    }
    None
}

/// What comes behind a number or a keyword; a reference is one value.
fn behind_number(from: &[u8]) -> &[u8] {
    let referenced = || {
        let (_, rest) = integer(from)?;
        let (_, rest) = integer(skip(rest))?;
        let rest = skip(rest).strip_prefix(b"R")?;
        rest.first()
            .is_none_or(|&octet| !is_regular(octet))
            .then_some(rest)
    };
    referenced().unwrap_or_else(|| behind_word(from))
}

fn behind_word(from: &[u8]) -> &[u8] {
    let regular = from.iter().take_while(|&&octet| is_regular(octet)).count();
    from.get(regular..).unwrap_or_default()
}

/// ISO 32000-1 §7.2.2: neither white space nor a delimiter.
fn is_regular(octet: u8) -> bool {
    !b"\0\t\n\x0c\r ()<>[]{}/%".contains(&octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_is_taken_apart_by_its_keys() {
        let octets = b"<</A 1/B(a\\)(b)>>)/C<</D[1 0 R<3e>]>> % none\n/E 12 0 R/F/G /H true>> rest";
        let mut read = Dictionary::read(octets).unwrap();
        assert_eq!(read.get("/A"), Some(b"1".as_slice()));
        assert_eq!(read.get("/B"), Some(b"(a\\)(b)>>)".as_slice()));
        assert_eq!(read.get("/C"), Some(b"<</D[1 0 R<3e>]>>".as_slice()));
        assert_eq!(read.reference("/E"), Some(12));
        assert_eq!(read.get("/F"), Some(b"/G".as_slice()));
        assert_eq!(read.get("/H"), Some(b"true".as_slice()));
        read.set("/A", *b"2");
        read.remove("/C");
        assert_eq!(Dictionary::read(&read.written()), Some(read));
    }

    #[test]
    fn what_is_cut_or_too_deep_is_no_value() {
        for octets in [
            b"<</A".as_slice(),
            b"<</A 1",
            b"<</A(1>>",
            b"<</A[1>>",
            b"<</A<31>>",
            b"<<1 2>>",
            b"",
        ] {
            assert_eq!(Dictionary::read(octets), None, "{}", octets.escape_ascii());
        }
        let deep = [b"<</A".as_slice(), &[b'['; 100], &[b']'; 100], b">>"].concat();
        assert_eq!(Dictionary::read(&deep), None);
        assert_eq!(
            items(b"[1 0 R [2] (3)]").unwrap(),
            [b"1 0 R".as_slice(), b"[2]", b"(3)"]
        );
    }
}
