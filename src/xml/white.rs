//! White space (XML 1.0 §2.3, production 3): four characters. What else Unicode calls so is text like any other.

/// Space, tab, carriage return, line feed.
pub const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

/// A text without the white space around it (XML Schema part 2, §4.3.6, `collapse`, as far as one value goes).
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(WHITE)
}

/// Whether a text is white space and nothing else.
#[must_use]
pub fn is_white(text: &str) -> bool {
    trim(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_white_space_is_text() {
        assert_eq!(trim("\r\n\t true \n"), "true");
        assert!(is_white(" \t\r\n") && is_white(""));
        for text in ["\u{a0}", "\u{2003}", "\u{85}", "\u{b}", "\u{feff}", "\u{3000}"] {
            assert!(!is_white(text), "{text:?}");
            assert_eq!(trim(text), text);
        }
    }
}
