//! What a client is told of a message that is not taken: which fault it has, and what to send instead, in both contracts.

mod certificates;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::signature::SigningKey;
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkcs7::{Pkcs7, Pkcs7Flags};
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::x509::X509;

use crate::common::caller::payload_of;
use crate::common::headers::{piece, signed_anew};
use crate::common::wscn::{INCLUSIVE, Program, data_of, signing_key};
use crate::common::x509::on_curve;
use crate::common::xades::{Bes, der};
use crate::common::{Backend, TestApp};

over_both_databases!(
    an_algorithm_that_is_not_taken_is_told_with_what_to_use,
    canonical_xml_1_1_is_taken_but_with_a_base,
    a_security_header_for_others_is_told_with_its_addressee,
    what_changed_after_it_was_signed_is_told_with_the_usual_causes,
    an_ecdsa_value_in_der_is_told_as_that,
    an_id_may_begin_with_a_figure,
);

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const C14N_11: &str = "http://www.w3.org/2006/12/xml-c14n11";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// What mostly has become of what was signed.
const ALTERED: [&str; 3] = [
    "lo firmado cambió después de firmarlo",
    "sangrado",
    "los mismos octetos",
];

/// Both contracts, for one holder.
struct Doors<'a> {
    app: &'a TestApp,
    /// Makes the holder's key, with a certificate of it.
    key: Box<dyn Fn() -> SigningKey + 'a>,
}

/// A message that is to be spoilt.
struct Message<'d> {
    text: String,
    key: &'d SigningKey,
}

impl<'a> Doors<'a> {
    fn of(app: &'a TestApp) -> Self {
        let titular = app.scenario().all_roles();
        Self {
            app,
            key: Box::new(|| signing_key(titular)),
        }
    }

    fn program(&self) -> Program<'a> {
        self.app.wscn_with((self.key)())
    }

    /// Sends a message to each contract, spoilt: the codes and words of the faults that come back, if any.
    fn sent(&self, spoil: impl Fn(&Message<'_>) -> String) -> [Option<(String, String)>; 2] {
        let program = self.program();
        let (key, caller) = ((self.key)(), self.app.with_key((self.key)()));
        let canal = caller.connection.sign(&payload_of(
            "<consultarPoderdantes xmlns=\"urn:notess:canal:1\"></consultarPoderdantes>",
        ));
        let wscn = program.message("solicitarPoderdantes", "");
        [("/canal/v1", canal.unwrap()), (program.entorno.path(), wscn)].map(|(path, message)| {
            let text = String::from_utf8(message).unwrap();
            let spoilt = spoil(&Message { text, key: &key });
            let (status, answer) = self.app.post(path, "text/xml; charset=utf-8", spoilt.as_bytes());
            let texts = |local: &str| {
                let document = roxmltree::Document::parse(&answer).unwrap();
                let mut nodes = document.descendants();
                let found = nodes.find(|node| node.tag_name().name() == local);
                found.and_then(|node| node.text()).unwrap_or_default().to_owned()
            };
            (status != 200).then(|| (texts("codigo"), texts("descripcion")))
        })
    }

    /// Each contract refuses the message by its code, and says all of these words.
    fn refuse(&self, codes: [&str; 2], words: &[&str], spoil: impl Fn(&Message<'_>) -> String) {
        for (told, code) in self.sent(spoil).into_iter().zip(codes) {
            let (codigo, descripcion) = told.unwrap_or_else(|| panic!("taken: {words:?}"));
            assert_eq!(codigo, code, "{descripcion}");
            for word in words {
                assert!(descripcion.contains(word), "{word}: {descripcion}");
            }
        }
    }

    /// Both contracts take the message.
    fn take(&self, change: impl Fn(&Message<'_>) -> String) {
        assert_eq!(self.sent(change), [None, None]);
    }
}

impl Message<'_> {
    fn replace(&self, from: &str, to: &str) -> String {
        assert!(self.text.contains(from), "{from}: {}", self.text);
        self.text.replace(from, to)
    }
}

fn an_algorithm_that_is_not_taken_is_told_with_what_to_use(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    for (from, to, advice) in [
        (SHA256, "http://www.w3.org/2000/09/xmldsig#sha1", SHA256),
        (
            RSA_SHA256,
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            RSA_SHA256,
        ),
        (
            RSA_SHA256,
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            RSA_SHA256,
        ),
        (
            RSA_SHA256,
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            RSA_SHA256,
        ),
        (
            EXCLUSIVE,
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
            EXCLUSIVE,
        ),
        (
            EXCLUSIVE,
            "http://www.w3.org/2006/12/xml-c14n11#WithComments",
            EXCLUSIVE,
        ),
        (
            EXCLUSIVE,
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
            INCLUSIVE,
        ),
    ] {
        let named = format!("«{to}»");
        doors.refuse(
            ["FIRMA_ALGORITMO_NO_ADMITIDO", "2"],
            &["no admitid", &named, "use ", advice],
            |message| message.replace(&format!("\"{from}\""), &format!("\"{to}\"")),
        );
    }
    let of = app.scenario().all_roles().by_role(1);
    let program = doors.program();
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    let mut bes = Bes::of(&program.key);
    bes.digest_method = sha1;
    let answer = program.submit(1, &of.nif, &bes.cosign(&acuse));
    assert_eq!((answer.status, answer.codigo()), (200, 23), "{answer:?}");
    let text = answer.text_of("descripcion").unwrap();
    assert!(
        text.contains("SigningCertificate") && text.contains(sha1) && text.contains(SHA256),
        "{text}"
    );
}

/// The sealed message's Body is the same in the inclusive form; of SignedInfo what is in scope is declared.
fn by_canonical_xml_1_1(message: &Message<'_>, envelope: &str) -> String {
    let (before, body) = message
        .text
        .rsplit_once(&format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\">"))
        .unwrap();
    let text = format!("{before}<ds:Transform Algorithm=\"{C14N_11}\">{body}");
    let method = |c14n: &str| format!("<ds:CanonicalizationMethod Algorithm=\"{c14n}\">");
    let text = text.replace(&method(EXCLUSIVE), &method(C14N_11));
    let info = "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    let scope = format!("{info} xmlns:soap=\"{SOAP}\" xmlns:wsse=\"{WSSE}\" xmlns:wsu=\"{WSU}\"");
    let text = text.replace("<soap:Envelope ", &format!("<soap:Envelope {envelope} "));
    signed_anew(&text.replace(info, &scope), message.key)
}

fn canonical_xml_1_1_is_taken_but_with_a_base(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    for envelope in ["", "xml:id=\"e\"", "base=\"http://otro.example/\""] {
        doors.take(|message| by_canonical_xml_1_1(message, envelope));
    }
    let words = [
        &format!("{C14N_11} no se admite donde hay un xml:base"),
        EXCLUSIVE,
        INCLUSIVE,
    ];
    for base in ["xml:base=\"http://otro.example/\"", "xml:base=\"\""] {
        doors.refuse(["FIRMA_ALGORITMO_NO_ADMITIDO", "2"], &words, |message| {
            by_canonical_xml_1_1(message, base)
        });
    }
    let of = app.scenario().all_roles().by_role(1);
    let program = doors.program();
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let signature = program.signature_of(data_of(&acuse)).replace(INCLUSIVE, C14N_11);
    let signature = signed_anew(&signature, &program.key);
    let with = |signature: &str| acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"));
    let based = signature.replace("<ds:Signature ", "<ds:Signature xml:base=\"x\" ");
    let answer = program.submit(1, &of.nif, &with(&based));
    assert_eq!((answer.status, answer.codigo()), (200, 11), "{answer:?}");
    let told = answer.text_of("descripcion").unwrap();
    assert!(words.iter().all(|word| told.contains(word)), "{told}");
    assert_eq!(program.submit(1, &of.nif, &with(&signature)).codigo(), 0);
}

fn a_security_header_for_others_is_told_with_its_addressee(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    let next = "http://schemas.xmlsoap.org/soap/actor/next";
    let to = |actor: &str| format!("<wsse:Security soap:actor=\"{actor}\" ");
    let absent = ["FIRMA_AUSENTE", "2"];
    doors.refuse(
        absent,
        &["dirigida a otro", "actor es «urn:otro»", next],
        |message| message.replace("<wsse:Security ", &to("urn:otro")),
    );
    let several = format!("{}xmlns:wsse=\"{WSSE}\"/>", to("urn:uno"));
    doors.refuse(
        absent,
        &["dirigida a otro", "«urn:uno», «urn:otro»", next],
        |message| {
            let all = message.replace("<wsse:Security ", &to("urn:otro"));
            all.replace("<soap:Header>", &format!("<soap:Header>{several}"))
        },
    );
    doors.refuse(absent, &["la cabecera wsse:Security"], |message| {
        let header = piece(&message.text, "<soap:Header>", "</soap:Header>");
        message.replace(&header, "<soap:Header/>")
    });
    let drafts = "http://schemas.xmlsoap.org/ws/2002/12/secext";
    doors.refuse(absent, &[drafts, WSSE], |message| {
        let old = message.replace(
            "<wsse:Security xmlns:wsse",
            "<old:Security xmlns:old=\"OLD\" xmlns:wsse",
        );
        old.replace("</wsse:Security>", "</old:Security>")
            .replace("OLD", drafts)
            .replace("soap:mustUnderstand=\"1\"", "")
    });
    doors.take(|message| message.replace("<wsse:Security ", &to(next)));
}

/// What happens to a Body on its way.
type Change = fn(&str) -> String;

fn what_changed_after_it_was_signed_is_told_with_the_usual_causes(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    let body = |message: &Message<'_>| piece(&message.text, "<soap:Body", "</soap:Body>");
    let changes: [Change; 4] = [
        // Indented.
        |body| body.replacen('>', ">\n    ", 1),
        // Another prefix.
        |body| {
            body.replace("soap:Body", "s:Body")
                .replace("xmlns:soap", "xmlns:s")
        },
        // Another text.
        |body| body.replace("</soap:Body>", "x</soap:Body>"),
        // Attributes that somebody added.
        |body| body.replacen("<soap:Body ", "<soap:Body soap:encodingStyle=\"\" ", 1),
    ];
    for change in changes {
        doors.refuse(
            ["FIRMA_RESUMEN_INCORRECTO", "2"],
            &[&ALTERED[..], &["«#Body-"]].concat(),
            |message| message.replace(&body(message), &change(&body(message))),
        );
    }
    let of = app.scenario().all_roles().by_role(1);
    let program = doors.program();
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let altered = program.signature_of(&data_of(&acuse).replace("><", ">\n<"));
    let answer = program.submit(
        1,
        &of.nif,
        &acuse.replace("</ProsaSignature>", &format!("{altered}</ProsaSignature>")),
    );
    assert_eq!((answer.status, answer.codigo()), (200, 22), "{answer:?}");
    let told = answer.text_of("descripcion").unwrap();
    assert!(ALTERED.iter().all(|word| told.contains(word)), "{told}");
}

fn an_ecdsa_value_in_der_is_told_as_that(backend: Backend) {
    let app = TestApp::start(backend);
    for (curve, octets) in [
        (Nid::X9_62_PRIME256V1, "32 octetos, 64"),
        (Nid::SECP384R1, "48 octetos, 96"),
    ] {
        let (scenario, key) = (app.scenario(), on_curve(curve));
        let doors = Doors {
            app: &app,
            key: Box::new(move || scenario.reissued(scenario.all_roles(), key.clone())),
        };
        doors.take(|message| message.text.clone());
        doors.refuse(
            ["FIRMA_MAL_FORMADA", "2"],
            &["DER", "r y s seguidos", octets],
            |message| {
                let value = piece(&message.text, "<ds:SignatureValue>", "</ds:SignatureValue>");
                let base64 = value
                    .trim_start_matches("<ds:SignatureValue>")
                    .split('<')
                    .next()
                    .unwrap();
                let plain = STANDARD.decode(base64).unwrap();
                let (r, s) = plain.split_at(plain.len() / 2);
                let number = |octets| openssl::bn::BigNum::from_slice(octets).unwrap();
                let value = EcdsaSig::from_private_components(number(r), number(s)).unwrap();
                message.replace(base64, &STANDARD.encode(value.to_der().unwrap()))
            },
        );
    }
}

fn an_id_may_begin_with_a_figure(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    for (number, first) in ["0f8fad5b", "9b2e3c5d", "-1", "a1"].into_iter().enumerate() {
        doors.take(|message| {
            let id = piece(&piece(&message.text, "<soap:Body", ">"), "Body-", "\"");
            let id = id.trim_end_matches('"');
            let digest = |text: &str| {
                let body = piece(text, "<soap:Body", "</soap:Body>");
                STANDARD.encode(openssl::sha::sha256(body.as_bytes()))
            };
            let before = digest(&message.text);
            let renamed = message.replace(id, &format!("{first}-d9cb-469f-a165-70867728950{number}"));
            let digested = renamed.replace(&before, &digest(&renamed));
            signed_anew(&digested, message.key)
        });
    }
}
