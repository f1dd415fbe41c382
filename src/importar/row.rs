//! A line of either format as a row: column names and texts.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::domain::blank::trim;

use super::instants::Bars;
use super::reason::{Reason, shortened};

/// The formats of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An object a line.
    JsonLines,
    /// Header row and fields.
    Csv,
}

impl Format {
    /// The format that a file's extension tells: `csv`, or `jsonl`, `ndjson`, `json`.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Columns with their texts, none of them empty.
pub(super) type Row = BTreeMap<String, String>;

/// Reads an object: texts, whole numbers, true and false; null is as good as nothing.
pub(super) fn from_json(line: &str) -> Result<Row, Reason> {
    let Object(row) = serde_json::from_str(line).map_err(|error| Reason::Json(error.column()))?;
    match row {
        Pairs::Distinct(row) => Ok(row),
        Pairs::Repeated(name) => Err(Reason::RepeatedColumn(name)),
    }
}

/// What the header of a CSV file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    separator: u8,
    names: Vec<String>,
}

impl Header {
    /// Reads the header; the separator is the one of `;`, `,` and tab that it has most of. Columns at its end that have
    /// no name are those that a spreadsheet adds for cells that were once used: they must stay empty.
    pub(super) fn read(line: &str) -> Result<Self, Reason> {
        let count = |c: &u8| line.bytes().filter(|found| found == c).count();
        // Of equals the last one is taken.
        let separator = [b'\t', b',', b';'].into_iter().max_by_key(count).unwrap_or(b';');
        let mut names: Vec<String> = split(line, separator)?
            .iter()
            .map(|name| trim(name).to_lowercase())
            .collect();
        while names.len() > 1 && names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let repeated = names
            .iter()
            .enumerate()
            .find(|(at, name)| names.iter().take(*at).any(|n| n == *name));
        match repeated {
            Some((_, name)) => Err(Reason::RepeatedColumn(shortened(name))),
            None => Ok(Self { separator, names }),
        }
    }

    /// Names of the columns, in their order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// How dates with bars are read: a spreadsheet separates columns with `;` where it writes decimals with a comma, as
    /// in Spain, where the day comes first.
    pub(super) fn bars(&self) -> Bars {
        match self.separator {
            b',' => Bars::Unknown,
            _ => Bars::DayFirst,
        }
    }

    /// Reads a line of as many fields as the header; more of them are nothing only if they are empty.
    pub(super) fn row(&self, line: &str) -> Result<Row, Reason> {
        let fields = split(line, self.separator)?;
        let beyond = fields.iter().skip(self.names.len());
        if fields.len() < self.names.len() || beyond.into_iter().any(|field| !trim(field).is_empty()) {
            return Err(Reason::FieldCount {
                expected: self.names.len(),
                found: fields.len(),
            });
        }
        let pairs = self
            .names
            .iter()
            .zip(&fields)
            .map(|(name, field)| (name.clone(), trim(field).to_owned()));
        Ok(pairs.filter(|(_, text)| !text.is_empty()).collect())
    }
}

fn split(line: &str, separator: u8) -> Result<csv::StringRecord, Reason> {
    // The reader takes it for the end of a record, and what follows would be lost.
    if line.contains('\r') {
        return Err(Reason::CarriageReturn);
    }
    if line.bytes().filter(|c| *c == b'"').count() % 2 == 1 {
        return Err(Reason::UnclosedQuote);
    }
    let mut record = csv::StringRecord::new();
    // A reader for each line, so that a slip in one cannot swallow the next.
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(line.len().max(1))
        .from_reader(line.as_bytes())
        .read_record(&mut record)
        .map_err(|_| Reason::UnclosedQuote)?;
    Ok(record)
}

struct Object(Pairs);

enum Pairs {
    Distinct(Row),
    Repeated(String),
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object with simple values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut seen = BTreeMap::new();
        let mut repeated = None;
        while let Some((name, Scalar(value))) = map.next_entry::<String, Scalar>()? {
            if seen.contains_key(&name) {
                repeated.get_or_insert_with(|| shortened(&name));
            }
            seen.insert(name, value);
        }
        Ok(Object(match repeated {
            Some(name) => Pairs::Repeated(name),
            None => Pairs::Distinct(seen.into_iter().filter(|(_, text)| !text.is_empty()).collect()),
        }))
    }
}

/// A simple value, as text; null is the empty one.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text, a whole number, true, false or null")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(trim(value).to_owned()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar(String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(pairs: &[(&str, &str)]) -> Row {
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn json_values_become_texts_and_null_nothing() {
        let line = r#"{"codigo": 7, "especial": true, "asunto": " Deuda ", "nif": null}"#;
        let expected = row(&[("codigo", "7"), ("especial", "true"), ("asunto", "Deuda")]);
        assert_eq!(from_json(line), Ok(expected));
    }

    #[test]
    fn json_that_is_no_flat_object_or_repeats_a_column_is_refused() {
        for line in [
            "[1]",
            "{\"a\": [1]}",
            "{\"a\": {}}",
            "{\"a\": 1.5}",
            "{",
            "{} {}",
            "{}\r{}",
            "7",
        ] {
            assert!(matches!(from_json(line), Err(Reason::Json(_))), "{line}");
        }
        let twice = from_json(r#"{"nif": "1", "nif": "2"}"#);
        assert_eq!(twice, Err(Reason::RepeatedColumn("nif".to_owned())));
    }

    #[test]
    fn csv_takes_either_separator_and_quoted_fields() {
        for header in ["nif;asunto", "nif,asunto", "nif\tasunto"] {
            let header = Header::read(header).unwrap();
            let separator = char::from(header.separator);
            let line = format!("1R{separator}\"a;b, \"\"c\"\"\"");
            assert_eq!(
                header.row(&line),
                Ok(row(&[("nif", "1R"), ("asunto", "a;b, \"c\"")]))
            );
        }
    }

    #[test]
    fn the_empty_columns_that_a_spreadsheet_adds_are_nothing() {
        let header = Header::read("a\tb\t\t").unwrap();
        let expected = row(&[("a", "1"), ("b", "2,5")]);
        for line in ["1\t2,5", "1\t2,5\t", "1\t2,5\t\t \t"] {
            assert_eq!(header.row(line).as_ref(), Ok(&expected), "{line:?}");
        }
        assert_eq!(
            header.row("1\t2,5\t\t3"),
            Err(Reason::FieldCount {
                expected: 2,
                found: 4
            })
        );
        let between = Header::read("a;;b").unwrap();
        assert_eq!(between.names(), ["a", "", "b"]);
    }

    #[test]
    fn csv_of_another_shape_than_its_header_is_refused() {
        let header = Header::read("a;b").unwrap();
        assert_eq!(
            header.row("1;2;3"),
            Err(Reason::FieldCount {
                expected: 2,
                found: 3
            })
        );
        assert_eq!(
            header.row("1"),
            Err(Reason::FieldCount {
                expected: 2,
                found: 1
            })
        );
        assert_eq!(header.row("1;\"2"), Err(Reason::UnclosedQuote));
        assert_eq!(
            Header::read("a;A").unwrap_err(),
            Reason::RepeatedColumn("a".to_owned())
        );
    }

    #[test]
    fn a_carriage_return_within_a_csv_line_is_refused_quoted_or_not() {
        let header = Header::read("a;b").unwrap();
        for line in ["1;2\r3;4", "1;2\r", "\r1;2", "1;2\r3", "1;\"2\r3\"", "1;\"2\r"] {
            assert_eq!(header.row(line), Err(Reason::CarriageReturn), "{line:?}");
        }
        assert_eq!(Header::read("a;b\r1;2").unwrap_err(), Reason::CarriageReturn);
    }

    #[test]
    fn the_extension_tells_the_format() {
        assert_eq!(Format::of(Path::new("x/y.CSV")), Some(Format::Csv));
        assert_eq!(Format::of(Path::new("y.jsonl")), Some(Format::JsonLines));
        assert_eq!(Format::of(Path::new("y")), None);
    }

    proptest! {
        #[test]
        fn no_line_makes_either_reader_panic(line in ".{0,60}") {
            let _ = from_json(&line);
            if let Ok(header) = Header::read(&line) {
                let _ = header.row(&line);
            }
        }
    }
}
