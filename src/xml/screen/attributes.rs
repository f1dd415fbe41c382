//! Attributes as they are written.
//!
//! quick-xml's own reader of them forgives what XML does not, such as two attributes with nothing between them, which
//! another parser would not read.

/// White space (XML 1.0 §2.3).
pub(super) const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// What a tag holds after its name, `(S Name Eq AttValue)* S?` (XML 1.0 §3.1), attribute by attribute: each as its name
/// and what stands between its quotes, or `None` if it is not written so. Neither name nor value is looked at.
pub(super) struct Attributes<'a>(pub(super) &'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = Option<(&'a str, &'a str)>;

    fn next(&mut self) -> Option<Self::Item> {
        let from_name = self.0.trim_start_matches(SPACE);
        if from_name.is_empty() {
            return None;
        }
        let apart = from_name.len() < self.0.len();
        let read = split(from_name).filter(|_| apart);
        // Nothing that follows what cannot be read is an attribute.
        self.0 = read.map_or("", |(_, rest)| rest);
        Some(read.map(|(attribute, _)| attribute))
    }
}

/// Parts the first attribute, as name and value, from what follows it.
fn split(from_name: &str) -> Option<((&str, &str), &str)> {
    let (name, after) = from_name.split_once('=')?;
    let after = after.trim_start_matches(SPACE);
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, rest) = after.strip_prefix(quote)?.split_once(quote)?;
    Some(((name.trim_end_matches(SPACE), value), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str) -> Vec<Option<(&str, &str)>> {
        Attributes(tag).collect()
    }

    #[test]
    fn an_attribute_is_a_name_and_a_quoted_value_with_space_around() {
        assert_eq!(read(""), []);
        assert_eq!(read(" \r\n"), []);
        assert_eq!(
            read(" a='\"' \t b\n=\r\"='\" c=''"),
            [Some(("a", "\"")), Some(("b", "='")), Some(("c", ""))]
        );
    }

    #[test]
    fn what_is_not_written_so_is_no_attribute_and_ends_them() {
        for tag in [" a", " a=", " a=b c='1'", " a='1", " a='1\" ", "a='1'", " ='1'a"] {
            assert_eq!(read(tag).last(), Some(&None), "{tag}");
        }
        assert_eq!(read(" a='1'b='2' c='3'"), [Some(("a", "1")), None]);
    }
}
