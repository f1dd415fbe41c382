//! Names.

use crate::xml::tree::Name;

/// Namespaces in XML §4: a qualified name has at most one colon, with a name on either side.
pub(super) fn qualified(name: &str) -> Option<Name<'_>> {
    let (prefix, local) = match name.bytes().position(|octet| octet == b':') {
        Some(at) => {
            let (prefix, rest) = name.split_at_checked(at)?;
            (is_ncname(prefix).then_some(prefix)?, rest.get(1..)?)
        }
        None => ("", name),
    };
    is_ncname(local).then_some(Name {
        prefix,
        local,
        qualified: name,
    })
}

/// XML 1.0 §2.3, without the colon.
fn is_ncname(name: &str) -> bool {
    // As nearly all are.
    let plain = name.bytes().all(|octet| PLAIN[usize::from(octet)]);
    let begins = match name.bytes().next() {
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => true,
        _ => name.starts_with(is_start),
    };
    begins && (plain || name.chars().all(is_part))
}

/// The octets that are characters by themselves, and of those that [`is_part`] takes.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut octet = 0_u8;
    while octet.is_ascii() {
        plain[octet as usize] = is_part(octet as char);
        octet += 1;
    }
    plain
};

const fn is_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn is_part(c: char) -> bool {
    is_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_a_prefix_or_none() {
        let parts = |name| qualified(name).map(|name| (name.prefix, name.local));
        assert_eq!(parts("a:b-1"), Some(("a", "b-1")));
        assert_eq!(parts("señal"), Some(("", "señal")));
        for bad in [
            "",
            ":",
            "a:",
            ":a",
            "a:b:c",
            "1a",
            "a:1",
            "-a",
            "a b",
            "a\u{D7}",
            "\u{B7}a",
            "a\u{2000}",
        ] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn names_are_those_of_a_tree_builder(name in "[a-z:_.\\-0-9]{0,3}|\\PC{0,2}|[a\u{B7}-\u{400}\u{2000}-\u{2100}\u{3000}\u{FDD0}]{1,2}") {
            let declared = format!("<r xmlns:{0}='u'><{name}/></r>", name.split(':').next().unwrap());
            let plain = format!("<{name}/>");
            let theirs = roxmltree::Document::parse(if name.contains(':') { &declared } else { &plain });
            let markup = name.contains(['/', '>', '<', ' ', '=', '!', '?']) || name.starts_with("xml");
            prop_assume!(!markup);
            prop_assert_eq!(qualified(&name).is_some(), theirs.is_ok(), "{}", name);
        }
    }
}
