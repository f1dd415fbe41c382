//! Blanks around what somebody wrote: the four that XML knows (XML 1.0 §2.3, production 3), and no others.
//!
//! Unicode has some twenty more, which look like nothing and are not the same to every reader of a text.

/// Space, tab, carriage return, line feed.
pub const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A text without the blanks around it.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(BLANKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_blanks_of_xml_are_dropped() {
        assert_eq!(trim("\r\n\t 7 \n"), "7");
        for text in [
            "\u{a0}7",
            "7\u{2003}",
            "\u{b}7",
            "7\u{85}",
            "\u{feff}7",
            "7\u{3000}",
        ] {
            assert_eq!(trim(text), text, "{text:?}");
        }
    }
}
