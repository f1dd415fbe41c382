use proptest::prelude::*;

use super::*;

fn ok(text: &str) -> Screened<'_> {
    screen(text.as_bytes(), &Limits::MESSAGE).unwrap()
}

fn refused(text: impl AsRef<[u8]>) -> ScreenError {
    screen(text.as_ref(), &Limits::MESSAGE).unwrap_err()
}

fn ill_formed(text: &str) -> IllFormed {
    match refused(text) {
        ScreenError::IllFormed { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plain_document_passes_and_is_counted() {
    let text =
        "<?xml version='1.0' encoding='utf-8'?>\n<a b=\"1&amp;&#x41;\"><!-- c --><![CDATA[<]]>&lt;t</a>\n";
    assert_eq!(ok(text).nodes(), 3);
    assert_eq!(ok(text).text(), text);
}

#[test]
fn a_declaration_may_tell_of_encoding_and_standing_alone() {
    for rest in [
        "",
        " encoding='UTF-8'",
        " standalone='no'",
        " encoding=\"utf-8\"\tstandalone = 'yes' ",
    ] {
        ok(&format!("<?xml version='1.0'{rest}?><a/>"));
    }
}

#[test]
fn a_byte_order_mark_is_dropped() {
    assert_eq!(
        screen("\u{FEFF}<a/>".as_bytes(), &Limits::MESSAGE)
            .unwrap()
            .text(),
        "<a/>"
    );
}

#[test]
fn nothing_is_not_a_document() {
    assert_eq!(refused(""), ScreenError::Empty);
    assert_eq!(refused(" \r\n"), ScreenError::Empty);
    assert_eq!(ill_formed("<!-- -->"), IllFormed::NoRoot);
}

#[test]
fn another_encoding_is_its_own_error() {
    let other = |name| ScreenError::OtherEncoding {
        encoding: Excerpt::of(name),
    };
    assert_eq!(
        refused("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"),
        other("ISO-8859-1")
    );
    assert_eq!(refused(b"\xFF\xFE<\0a\0/\0>\0"), other("UTF-16"));
    assert_eq!(refused(b"<\0a\0/\0>\0"), other("UTF-16"));
    assert_eq!(refused(b"<a>\xE9</a>"), ScreenError::NotUtf8 { at: 3 });
    assert_eq!(refused("<?xml version='1.1'?><a/>"), ScreenError::OtherVersion);
}

#[test]
fn a_doctype_is_refused_wherever_it_stands_and_never_expanded() {
    assert_eq!(refused("<!DOCTYPE a><a/>"), ScreenError::Doctype);
    assert_eq!(
        refused("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
        ScreenError::Doctype
    );
}

#[test]
fn processing_instructions_are_refused() {
    assert_eq!(
        refused("<?xml-stylesheet href='a'?><a/>"),
        ScreenError::ProcessingInstruction
    );
    assert_eq!(refused("<a><?php ?></a>"), ScreenError::ProcessingInstruction);
}

#[test]
fn only_the_predefined_entities_and_characters_may_be_referred_to() {
    ok("<a>&lt;&gt;&amp;&quot;&apos;&#13;&#x1F600;</a>");
    assert_eq!(
        refused("<a>&nbsp;</a>"),
        ScreenError::Entity {
            name: Excerpt::of("nbsp")
        }
    );
    assert_eq!(
        refused("<a b='&x;'/>"),
        ScreenError::Entity {
            name: Excerpt::of("x")
        }
    );
    for bad in [
        "#0",
        "#x8",
        "#xFFFE",
        "#xD800",
        "#",
        "#x110000",
        "#99999999999999",
    ] {
        assert_eq!(
            refused(format!("<a>&{bad};</a>")),
            ScreenError::CharacterReference {
                reference: Excerpt::of(bad)
            }
        );
    }
}

#[test]
fn characters_outside_xml_are_refused() {
    assert_eq!(refused("<a>\0</a>"), ScreenError::ForbiddenCharacter { at: 3 });
    assert_eq!(
        refused("<a b='\u{1}'/>"),
        ScreenError::ForbiddenCharacter { at: 6 }
    );
    assert_eq!(
        refused("<a>\u{FFFF}</a>"),
        ScreenError::ForbiddenCharacter { at: 3 }
    );
    ok("<a>\u{FFFD}\u{EFFF}\t\r\n\u{7F}</a>");
}

#[test]
fn what_is_not_well_formed_is_refused_with_the_reason() {
    for (text, reason) in [
        ("<a>", IllFormed::Truncated),
        ("<a", IllFormed::Markup),
        ("<a></b>", IllFormed::EndTag),
        ("</a>", IllFormed::EndTag),
        ("<a/></a>", IllFormed::EndTag),
        ("<a/><b/>", IllFormed::SecondRoot),
        ("x<a/>", IllFormed::TextOutsideRoot),
        ("<a/>x", IllFormed::TextOutsideRoot),
        ("<a/>&lt;", IllFormed::TextOutsideRoot),
        ("<a/><![CDATA[]]>", IllFormed::TextOutsideRoot),
        ("<a b='1' b='2'/>", IllFormed::Attribute),
        ("<a b/>", IllFormed::Attribute),
        ("<a b=c/>", IllFormed::Attribute),
        ("<a b='<'/>", IllFormed::Attribute),
        ("<a b=''c=''/>", IllFormed::Attribute),
        ("<a b=''/ >", IllFormed::Attribute),
        ("<a b='&lt'/>", IllFormed::Attribute),
        ("<a>]]></a>", IllFormed::CdataEnd),
        ("<a><!-- -- --></a>", IllFormed::Markup),
        ("<a>&lt</a>", IllFormed::Markup),
        ("<1a/>", IllFormed::Name),
        ("<a:b:c/>", IllFormed::Name),
        ("<:a/>", IllFormed::Name),
        ("<a b@='1'/>", IllFormed::Name),
        ("<p:a/>", IllFormed::Prefix),
        ("<a p:b=''/>", IllFormed::Prefix),
        ("<a><b xmlns:p='u'/><p:b/></a>", IllFormed::Prefix),
        ("<xmlns:a/>", IllFormed::Prefix),
        ("<a xmlns:p=''/>", IllFormed::Namespace),
        ("<a xmlns:xml='u'/>", IllFormed::Namespace),
        ("<a xmlns:xmlns='u'/>", IllFormed::Namespace),
        (
            "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
            IllFormed::Namespace,
        ),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", IllFormed::Namespace),
        ("<a xmlns='u' xmlns='u'/>", IllFormed::Attribute),
        ("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", IllFormed::Attribute),
        (" <?xml version='1.0'?><a/>", IllFormed::Declaration),
        ("<a><?xml version='1.0'?></a>", IllFormed::Declaration),
        (
            "<?xml version='1.0'?><?xml version='1.0'?><a/>",
            IllFormed::Declaration,
        ),
        ("<?xml encoding='UTF-8'?><a/>", IllFormed::Declaration),
        (
            "<?xml version='1.0'encoding='UTF-8'?><a/>",
            IllFormed::Declaration,
        ),
        (
            "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>",
            IllFormed::Declaration,
        ),
        ("<?xml version='1.0' standalone='1'?><a/>", IllFormed::Declaration),
        ("<?xml version='1.0' author='1'?><a/>", IllFormed::Declaration),
    ] {
        assert_eq!(ill_formed(text), reason, "{text}");
    }
}

#[test]
fn an_id_may_be_there_once_whatever_its_attribute_is_called() {
    let twice = ScreenError::DuplicateId { id: Excerpt::of("x") };
    for (one, other) in [
        ("Id", "Id"),
        ("Id", "ID"),
        ("id", "wsu:Id"),
        ("xml:id", "p:ID"),
        ("q:Id", "wsu:Id"),
    ] {
        assert_eq!(
            refused(format!(
                "<a xmlns:p='p' xmlns:q='q' xmlns:wsu='w' {one}='x'><b {other}='x'/></a>"
            )),
            twice,
            "{one} {other}"
        );
    }
    ok("<a Id='x'><b ID='X'/><c Ident='x'/></a>");
}

#[test]
fn an_id_that_two_parsers_could_read_differently_is_refused() {
    for id in ["", " x", "x ", "a&#98;", "a\tb"] {
        assert_eq!(
            refused(format!("<a Id='{id}'/>")),
            ScreenError::OddId { id: Excerpt::of(id) }
        );
    }
}

#[test]
fn sixty_four_elements_deep_is_taken_and_sixty_five_is_not() {
    let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
    ok(&nested(64));
    assert_eq!(refused(nested(65)), ScreenError::TooDeep { limit: 64 });
    assert_eq!(refused(nested(100_000)), ScreenError::TooDeep { limit: 64 });
}

#[test]
fn every_count_has_a_bound() {
    let many = |n: usize, f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<String>();
    let attributes = |n| format!("<a {}/>", many(n, &|i| format!(" a{i}=''")));
    ok(&attributes(64));
    assert_eq!(
        refused(attributes(65)),
        ScreenError::TooManyAttributes { limit: 64 }
    );
    assert_eq!(
        refused(attributes(500_000)),
        ScreenError::TooManyAttributes { limit: 64 }
    );

    let ids = |n| format!("<a>{}</a>", many(n, &|i| format!("<b Id='i{i}'/>")));
    ok(&ids(256));
    assert_eq!(refused(ids(257)), ScreenError::TooManyIds { limit: 256 });

    let nodes = |n| format!("<a>{}</a>", "<!---->".repeat(n));
    ok(&nodes(99_999));
    assert_eq!(
        refused(nodes(100_000)),
        ScreenError::TooManyNodes { limit: 100_000 }
    );

    let spread = |n| format!("<a>{}</a>", "<b c='' d=''/>".repeat(n));
    ok(&spread(50_000));
    assert_eq!(
        refused(spread(50_001)),
        ScreenError::TooManyAttributes { limit: 100_000 }
    );

    let distinct = |n| format!("<a>{}</a>", many(n, &|i| format!("<b xmlns='u{i}'/>")));
    ok(&distinct(256));
    assert_eq!(
        refused(distinct(257)),
        ScreenError::TooManyNamespaces { limit: 256 }
    );

    let long = |n: usize| format!("<a xmlns='{}'/>", "u".repeat(n));
    ok(&long(1024));
    assert_eq!(refused(long(1025)), ScreenError::LongNamespace { limit: 1024 });

    let declarations = |e: usize| many(60, &|i| format!(" xmlns:p{e}x{i}='u'"));
    let scope = format!(
        "<a{}><b{}><c{}/></b></a>",
        declarations(1),
        declarations(2),
        declarations(3)
    );
    assert_eq!(refused(scope), ScreenError::TooManyNamespaces { limit: 128 });
    ok(&format!("<a>{}</a>", "<b xmlns='' xmlns:p='u'/>".repeat(1000)));
}

#[test]
fn many_elements_under_many_declarations_are_refused() {
    let declared = (0..50)
        .map(|i| format!(" xmlns:p{i}='urn:{i}'"))
        .collect::<Vec<_>>()
        .concat();
    let message = |rows| format!("<a{declared}>{}</a>", "<b/>".repeat(rows));
    ok(&message(1_000));
    assert_eq!(refused(message(2_000)), ScreenError::TooManyLookups);
}

#[test]
fn too_many_octets_are_refused_unread() {
    let limit = Limits::MESSAGE.octets;
    assert_eq!(
        refused(vec![b'<'; limit + 1]),
        ScreenError::TooLarge {
            octets: limit + 1,
            limit
        }
    );
}

proptest! {
    #[test]
    fn whatever_passes_is_read_by_a_tree_builder_with_the_same_ids(text in "(<|>|/|a|b|=|'|\"| |&|;|#|x|<a |</a>|Id=|!--|-->|\\]\\]>){0,30}") {
        if let Ok(screened) = screen(text.as_bytes(), &Limits::MESSAGE) {
            prop_assert!(roxmltree::Document::parse(screened.text()).is_ok(), "{}", text);
        }
    }

    #[test]
    fn octets_of_any_kind_never_make_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = screen(&octets, &Limits::MESSAGE);
    }
}
