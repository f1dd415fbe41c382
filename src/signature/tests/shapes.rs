//! Whatever `Native` takes, `XmlSec` takes too, also of a signer who writes as only `Native` would have it.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::client::*;
use super::*;
use crate::signature::names::DS;
use crate::signature::native::c14n::canonicalize;
use crate::signature::signed_info::SignedInfo;
use crate::xml::tree::Element;

const ANY: &str = "QUFB";

/// Signs a message that has some base64 in the places of its digests and its value, by what `Native` makes of it; nothing
/// if it makes nothing. `dress` writes base64 as the signer likes it.
fn sign_as_native_reads(unsigned: &str, dress: fn(String) -> String) -> Option<String> {
    let policy = Policy::wscn();
    let digested = {
        let document = screen(unsigned.as_bytes(), &Limits::MESSAGE).ok()?;
        let signature = document.root().descendants().find(|e| e.is(DS, "Signature"))?;
        let info = SignedInfo::read(signature.children().next()?, document.nodes(), &policy).ok()?;
        let values = signature.descendants().filter(|e| e.is(DS, "DigestValue"));
        let mut changes = Vec::new();
        for (reference, value) in info.references.iter().zip(values) {
            let omitted = reference.enveloped.then_some(signature);
            let bearer = document.bearer(&reference.id)?;
            let octets = canonicalize(bearer, &reference.canonicalization, omitted).ok()?;
            changes.push((
                content(unsigned, value),
                dress(STANDARD.encode(reference.digest.of(&octets))),
            ));
        }
        change(unsigned, changes)
    };
    let document = screen(digested.as_bytes(), &Limits::MESSAGE).ok()?;
    let signature = document.root().descendants().find(|e| e.is(DS, "Signature"))?;
    let mut parts = signature.children();
    let (signed_info, value) = parts.next().zip(parts.next())?;
    let info = SignedInfo::read(signed_info, document.nodes(), &policy).ok()?;
    let octets = canonicalize(signed_info, &info.canonicalization, None).ok()?;
    let signed = dress(STANDARD.encode(RSA.sign(MessageDigest::sha256(), &octets)));
    Some(change(&digested, vec![(content(&digested, value), signed)]))
}

/// Where the placeholder within an element is.
fn content(text: &str, element: Element<'_, '_>) -> Range<usize> {
    let within = element.octets();
    let at = within.start + text[within].find(ANY).unwrap();
    at..at + ANY.len()
}

fn change(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    let mut text = text.to_owned();
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, with) in changes {
        text.replace_range(range, &with);
    }
    text
}

/// What the engines say of it, if it comes so far.
fn verdicts(message: &str) -> Option<[Result<Vec<SignedOctets>, EngineError>; 2]> {
    let policy = Policy::wscn();
    let inspected = inspect(screen(message.as_bytes(), &Limits::MESSAGE).ok()?, &policy).ok()?;
    let ids: Vec<_> = inspected.ids().map(str::to_owned).collect();
    let key = RSA.certificate.public_key().unwrap();
    Some(ENGINES.map(|engine| engine.verify(inspected.document(), 0, &key, &ids, &policy)))
}

fn plain(base64: String) -> String {
    base64
}

/// A message with placeholders.
fn unsigned(message: &Message) -> String {
    message
        .unsigned()
        .replace("<ds:DigestValue></", &format!("<ds:DigestValue>{ANY}</"))
        .replace("<ds:SignatureValue></", &format!("<ds:SignatureValue>{ANY}</"))
}

/// What a signer may write otherwise: what stands there, and what is put in its place. Both engines take these.
const TAKEN: [(&str, &str); 29] = [
    (
        "<ds:Reference ",
        "<ds:Reference Id=\"r\" Type=\"t\" xml:lang=\"es\" ",
    ),
    (
        "<ds:SignedInfo>",
        "<ds:SignedInfo Id=\"si\" xml:space=\"preserve\">",
    ),
    ("<ds:SignedInfo>", "<ds:SignedInfo> texto <!-- c -->"),
    ("</ds:SignedInfo>", " texto</ds:SignedInfo>"),
    ("</ds:Reference>", " texto</ds:Reference>"),
    ("<ds:Transforms>", "<ds:Transforms Id=\"t\"> texto <!-- c -->"),
    (
        "<ds:Transforms>",
        "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\">t<!-- --></ds:Transform>",
    ),
    (
        "rsa-sha256\"/>",
        "rsa-sha256\">t<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
    ),
    ("#sha256\"/>", "#sha256\">t<x xmlns=\"urn:x\"/></ds:DigestMethod>"),
    (
        "<ds:DigestValue>QUFB",
        "<ds:DigestValue> \t\r\n&#13;&#10;&#9;&#32;QUFB&#13;",
    ),
    ("<ds:DigestValue>QUFB<", "<ds:DigestValue><![CDATA[QUFB]]><"),
    ("<ds:SignatureValue>QUFB<", "<ds:SignatureValue><![CDATA[QUFB]]><"),
    (
        "<ds:SignatureValue>QUFB<",
        "<ds:SignatureValue Id=\"v\"> \t\r\n&#13;&#10;QUFB&#32;<",
    ),
    ("<soap:Header>", "<soap:Header><x xmlns=\"a1+.-:b?c#d\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"http://[::1]:80/\"/>"),
    (
        "<soap:Header>",
        "<soap:Header><x xmlns:xml=\"http://www.w3.org/XML/1998/namespace\" xml:base=\"%%\" xml:id=\"1\"/>",
    ),
    (
        "<soap:Header>",
        "<soap:Header><ñ ó='ú'/><a:b xmlns:a='urn:a' ></a:b >",
    ),
    (
        "<soap:Body ",
        "<soap:Body xml:lang=\"\" xml:space=\"raro\" xml:id=\"1\" xmlns:xml=\"http://www.w3.org/XML/1998/namespace\" ",
    ),
    (
        "<soap:Envelope ",
        "<soap:Envelope xml:lang=\"es\" xml:id=\"q\" xml:space=\"x\" xml:otro=\"1\" xmlns:q=\"urn:q\" ",
    ),
    (
        "<ds:Signature ",
        "<ds:Signature xml:lang=\"es\" xml:otro=\"1\" xmlns=\"urn:d\" ",
    ),
    ("<c:consultar>", "<c:consultar xmlns=\"\">"),
    (
        "<c:consultar>",
        "<c:consultar xmlns=\"urn:x\"><y xmlns=\"\"><z xmlns=\"urn:x\"/></y>",
    ),
    (
        "<c:consultar>",
        "<c:consultar>&#x10FFFF;\u{85}\u{2028}&#x7f;]]&gt;<![CDATA[a]]]]><![CDATA[>]]>\r\r\n<!---->",
    ),
    (
        "<c:consultar>",
        "<c:consultar><a xmlns:A=\"urn:1\" xmlns:a=\"urn:1\" A:z='\"&#39;&lt;&#9;' b = \"2\"\n/>",
    ),
    ("\"id-1\"", "\"0f8fad5b-d9cb-469f-a165-70867728950e\""),
    ("\"id-1\"", "\"-9.ñ\""),
    (
        "PrefixList=\"\"",
        "PrefixList=\" soap  c xml xmlns #default nadie 1 % \"",
    ),
    ("PrefixList=\"\"", "PrefixList=\"soap\tc\" Id=\"pl\""),
    ("?>", "?><!-- - -->\n"),
];

/// What libxml2 or libxmlsec1 reads otherwise than we do, or not at all.
const REFUSED: [(&str, &str); 28] = [
    (
        "<ds:SignatureMethod ",
        "<ds:SignatureMethod wsu:Algorithm=\"urn:x\" ",
    ),
    (
        "<ds:CanonicalizationMethod ",
        "<ds:CanonicalizationMethod wsu:Algorithm=\"urn:x\" ",
    ),
    (
        "<ds:DigestMethod ",
        "<ds:DigestMethod wsu:Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\" ",
    ),
    ("<ds:Transform ", "<ds:Transform wsu:Algorithm=\"urn:x\" "),
    ("<ds:Reference ", "<ds:Reference wsu:URI=\"#X509-1\" "),
    ("<ds:DigestValue>QUFB", "<ds:DigestValue><!-- -->QUFB"),
    ("<ds:SignatureValue>QUFB<", "<ds:SignatureValue><!-- -->QUFB<"),
    ("<ds:SignatureValue>QUFB<", "<ds:SignatureValue>QUFB\u{a0}<"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"relativo\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"urn:a b\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"urn:%zz\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"urn:ñ\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"urn:a[1]\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"http://a:b/c\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"a:b#c#d\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"urn:a&#10;b\"/>"),
    ("<soap:Header>", "<soap:Header><x xmlns=\"//a/b\"/>"),
    ("<c:consultar>", "<c:consultar xmlns:q=\"urn:a&amp;b\" q:a=\"\">"),
    ("<soap:Body ", "<soap:Body xmlns:n=\"n\" "),
    ("PrefixList=\"\"", ""),
    ("PrefixList=\"\"", "PrefixList=\"soap&#9;c\""),
    ("PrefixList=\"\"", "PrefixList=\"soap&#10;c\""),
    ("PrefixList=\"\"", "wsu:PrefixList=\"c\""),
    ("PrefixList=\"\"", "wsu:PrefixList=\"c\" PrefixList=\"soap\""),
    ("PrefixList=\"\"", "PrefixList=\"soap\" wsu:PrefixList=\"c\""),
    (
        "<ds:Reference ",
        "<ds:Reference xmlns:u=\"urn:u\" u:URI=\"#id-1\" ",
    ),
    ("<ds:KeyInfo>", "<ds:KeyInfo xmlns:k=\"k\">"),
    (
        "</ds:Transforms>",
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></ds:Transforms>",
    ),
];

fn list() -> String {
    format!(r#"<ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList=""/>"#)
}

/// A message of which every canonicalization has a list of prefixes.
fn listing() -> String {
    let mut text = unsigned(&Message::new(&RSA));
    for element in ["CanonicalizationMethod", "Transform"] {
        let (empty, full) = (
            format!(r#"<ds:{element} Algorithm="{EXC}"/>"#),
            format!(r#"<ds:{element} Algorithm="{EXC}">{}</ds:{element}>"#, list()),
        );
        text = text.replace(&empty, &full);
    }
    text
}

fn edited(text: &str, (from, to): (&str, &str)) -> String {
    // An id is changed where it is borne and where it is referred to.
    let uri = |quoted: &str| quoted.replacen('"', "\"#", 1);
    let text = text.replacen(&uri(from), &uri(to), usize::from(from.starts_with('"')));
    text.replacen(from, to, 1)
}

#[test]
fn what_a_signer_may_write_otherwise_both_engines_take() {
    for edit in TAKEN {
        let text = edited(&listing(), edit);
        assert_ne!(text, listing(), "{edit:?}");
        let signed = sign_as_native_reads(&text, plain).unwrap_or_else(|| panic!("{edit:?}"));
        let [ours, theirs] = verdicts(&signed).unwrap_or_else(|| panic!("{edit:?}"));
        assert!(ours.is_ok(), "{edit:?}: {ours:?}");
        assert_eq!(ours, theirs, "{edit:?}");
    }
}

#[test]
fn what_only_one_engine_would_take_none_does() {
    for edit in REFUSED {
        let text = edited(&listing(), edit);
        assert_ne!(text, listing(), "{edit:?}");
        assert!(!is_taken_by_native(&text, plain), "{edit:?}");
    }
    for dress in DRESSES {
        assert!(!is_taken_by_native(&listing(), dress));
    }
    let long = "n".repeat(50_001);
    for element in [
        format!("<{long}/>"),
        format!("<x {long}=''/>"),
        format!("<x xmlns:{long}='urn:x'/>"),
    ] {
        let text = edited(&listing(), ("<soap:Header>", &format!("<soap:Header>{element}")));
        assert!(!is_taken_by_native(&text, plain));
    }
}

fn is_taken_by_native(unsigned: &str, dress: fn(String) -> String) -> bool {
    let signed = sign_as_native_reads(unsigned, dress);
    signed
        .and_then(|signed| verdicts(&signed))
        .is_some_and(|[ours, _]| ours.is_ok())
}

/// Base64 that is none: without its padding, with more, or with bits that say nothing.
const DRESSES: [fn(String) -> String; 4] = [
    |base64| base64.trim_end_matches('=').to_owned(),
    |base64| base64 + "=",
    |base64| base64.replacen('=', "*=", 1),
    |base64| {
        let (sure, last) = base64
            .trim_end_matches('=')
            .split_at(base64.trim_end_matches('=').len() - 1);
        let next = char::from(last.as_bytes()[0] + 1);
        base64.replace(&format!("{sure}{last}"), &format!("{sure}{next}"))
    },
];

/// What is left of a part of the signature without the signature is nothing.
#[test]
fn a_part_of_the_signature_is_not_taken_without_the_signature() {
    for transforms in [[ENVELOPED, EXC].as_slice(), &[ENVELOPED]] {
        let mut message = Message::new(&RSA);
        message.key_info = message.key_info.replace("<ds:KeyInfo>", "<ds:KeyInfo Id=\"KI\">");
        message.references.push(reference("KI", transforms));
        assert!(!is_taken_by_native(&unsigned(&message), plain));
    }
}

proptest! {
    #[test]
    fn what_native_takes_xmlsec_takes(
        edits in subsequence(TAKEN.to_vec(), 0..8),
        odd in subsequence(REFUSED.to_vec(), 0..2),
        c14n in select(C14n::ALL.to_vec()),
        lists in any::<bool>(),
        attribute in "(xml:(base|lang|id|otro)|xmlns(:q)?|q)=\"(urn:[a-z%. ]{0,3}|[a-z]{0,3})\"",
    ) {
        let mut text = listing();
        if !lists || c14n != C14n::Exclusive {
            text = text.replace(&list(), "");
        }
        text = text.replace(&format!("Algorithm=\"{EXC}\""), &format!("Algorithm=\"{}\"", c14n.uri()));
        text = edited(&text, ("<soap:Envelope ", &format!("<soap:Envelope {attribute} ")));
        for edit in edits.into_iter().chain(odd) {
            text = edited(&text, edit);
        }
        let signed = sign_as_native_reads(&text, plain);
        if let Some([Ok(ours), theirs]) = signed.and_then(|signed| verdicts(&signed)) {
            prop_assert_eq!(Ok(ours), theirs, "{}", text);
        }
    }
}
