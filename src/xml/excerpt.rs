//! Quotation of foreign text in errors, bounded and without control characters.

use std::fmt;

/// The longest quotation, in characters: the URIs of the token profiles have up to ninety, and differ after `#`.
const MAX_CHARS: usize = 160;

/// At most 160 characters of foreign text, control characters replaced by `·`, `…` where it was cut.
///
/// It may hold markup characters: whoever writes it into XML or HTML escapes it, as with any text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Excerpt(String);

impl Excerpt {
    /// Quotes the beginning of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut chars = text.chars().map(|c| if c.is_control() { '·' } else { c });
        let mut quoted: String = chars.by_ref().take(MAX_CHARS).collect();
        if chars.next().is_some() {
            quoted.push('…');
        }
        Self(quoted)
    }

    /// The text as it is quoted: on one line, and cut with «…» where it is long.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_quoted_whole() {
        assert_eq!(Excerpt::of("http://a").as_str(), "http://a");
    }

    #[test]
    fn the_uri_of_a_token_profile_is_quoted_whole() {
        let uri =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509PKIPathv1";
        assert_eq!(Excerpt::of(uri).as_str(), uri);
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let quoted = Excerpt::of(&"ñ".repeat(200));
        assert_eq!(quoted.as_str(), format!("{}…", "ñ".repeat(160)));
    }

    #[test]
    fn control_characters_never_reach_a_log_line() {
        assert_eq!(Excerpt::of("a\r\n\u{1b}[31m").as_str(), "a···[31m");
    }
}
