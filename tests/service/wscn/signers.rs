//! Programs that sign in other ways than most: by XAdES-BES, and with keys on curves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::signature::SigningKey;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Rsa;

use crate::common::wscn::{Answer, Program, Shape, signing_key};
use crate::common::x509::on_curve;
use crate::common::xades::{Bes, der};
use crate::common::{Alcance, Backend, TestApp, Titular};

over_both_databases!(
    a_program_of_each_shape_and_key_goes_through_the_whole_cycle,
    who_signs_messages_in_one_shape_may_sign_acuses_in_the_other,
    a_second_certificate_of_the_same_holder_may_sign_the_acuse,
    a_xades_message_must_name_and_show_the_certificate_of_its_token,
    a_xades_acuse_must_name_the_certificate_that_it_shows,
    what_an_acuse_shows_beside_its_certificate_is_the_signer_s,
    an_acuse_that_one_engine_alone_would_believe_decides_nothing,
);

/// What a program does with two notifications by a role: sees them listed, accepts one, sees it again, rejects the other.
fn go_through_the_cycle(program: &Program<'_>, of: &Alcance, [first, second]: [i32; 2]) {
    let list = match of.rol {
        1 => "notificacionesPropias",
        2 => "notificacionesAutorizadoRED",
        _ => "notificacionesApoderado",
    };
    let state = |codigo| {
        let listed = program.list(of.rol, &of.nif, [codigo; 3]).listed(list);
        listed.first().copied()
    };
    assert_eq!(state(first), Some((first, 0)));
    let accepted = program.decide(of.rol, &of.nif, first, true);
    assert_eq!((accepted.status, accepted.codigo()), (200, 0), "{accepted:?}");
    let document = accepted.octets("pdfNotificacion").unwrap();
    assert!(document.starts_with(b"%PDF-"));
    let seen = program.view(of.rol, &of.nif, first);
    assert_eq!(seen.octets("pdfNotificacion"), Some(document));
    let rejected = program.decide(of.rol, &of.nif, second, false);
    assert_eq!((rejected.status, rejected.codigo()), (200, 0), "{rejected:?}");
    assert_eq!(
        (state(first), state(second)),
        (Some((first, 2)), Some((second, 3)))
    );
}

/// A holder's own key, and new ones on each curve with a certificate of its own each.
fn keys(app: &TestApp, titular: &Titular) -> [SigningKey; 3] {
    let on = |curve| app.scenario().reissued(titular, on_curve(curve));
    [
        signing_key(titular),
        on(Nid::X9_62_PRIME256V1),
        on(Nid::SECP384R1),
    ]
}

fn a_program_of_each_shape_and_key_goes_through_the_whole_cycle(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let shapes = [Shape::Wss4j, Shape::XadesBes];
    for (which, key) in keys(&app, titular).into_iter().enumerate() {
        let mut program = app.wscn_with(key);
        for (shape, place) in shapes.into_iter().zip([2 * which, 2 * which + 6]) {
            program.shape = shape;
            for rol in 1..=3 {
                let of = titular.by_role(rol);
                go_through_the_cycle(&program, of, [of.pendientes[place], of.pendientes[place + 1]]);
            }
        }
    }
}

fn who_signs_messages_in_one_shape_may_sign_acuses_in_the_other(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [wss4j, xades] = [Shape::Wss4j, Shape::XadesBes].map(|shape| {
        let mut program = app.wscn_as(titular);
        program.shape = shape;
        program
    });
    for (codigo, (asks, signs)) in of.pendientes.iter().zip([(&wss4j, &xades), (&xades, &wss4j)]) {
        let acuse = asks.acuse(1, &of.nif, *codigo, true);
        assert_eq!(asks.submit(1, &of.nif, &signs.cosign(&acuse)).codigo(), 0);
    }
}

fn a_second_certificate_of_the_same_holder_may_sign_the_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let program = app.wscn_as(titular);
    for (codigo, key) in of.pendientes.iter().zip(keys(&app, titular)) {
        let acuse = program.acuse(1, &of.nif, *codigo, true);
        let mut bes = Bes::of(&key);
        bes.property = "SigningCertificateV2";
        let answer = program.submit(1, &of.nif, &bes.cosign(&acuse));
        assert_eq!(answer.codigo(), 0, "D-70: {answer:?}");
    }
}

fn assert_fault_of_signature(answer: &Answer, word: &str) {
    assert_eq!((answer.status, answer.codigo()), (500, 2), "{answer:?}");
    let text = answer.text_of("descripcion").unwrap();
    assert!(text.contains(word), "{text}");
}

fn a_xades_message_must_name_and_show_the_certificate_of_its_token(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let other = app.scenario().reissued(titular, on_curve(Nid::X9_62_PRIME256V1));
    let payload = program.payload("solicitarPoderdantes", "");
    let send = |spoil: &dyn Fn(&mut Bes<'_>)| {
        let mut bes = Bes::of(&program.key);
        spoil(&mut bes);
        program.send(&bes.message(&payload))
    };
    assert_eq!(send(&|_| ()).codigo(), 0);
    for property in ["SigningCertificate", "SigningCertificateV2"] {
        let named = send(&|bes| {
            bes.property = property;
            bes.named = der(&other);
        });
        assert_fault_of_signature(&named, "SigningCertificate");
    }
    let none = send(&|bes| bes.property = "SigningCertificateV3");
    assert_fault_of_signature(&none, "SigningCertificate");
    let shown = send(&|bes| bes.shown = der(&other));
    assert_fault_of_signature(&shown, "KeyInfo");
}

fn a_xades_acuse_must_name_the_certificate_that_it_shows(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let program = app.wscn_as(titular);
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let [own, other, _] = keys(&app, titular);
    for (key, named) in [(&own, &other), (&other, &own)] {
        for property in ["SigningCertificate", "SigningCertificateV2"] {
            let mut bes = Bes::of(key);
            bes.property = property;
            bes.named = der(named);
            let answer = program.submit(1, &of.nif, &bes.cosign(&acuse));
            assert_eq!((answer.status, answer.codigo()), (200, 23), "{answer:?}");
            let text = answer.text_of("descripcion").unwrap();
            assert!(text.contains("SigningCertificate"), "{text}");
        }
    }
    let good = Bes::of(&own).cosign(&acuse);
    assert_eq!(program.submit(1, &of.nif, &good).codigo(), 0);
}

/// A namespace with an ampersand, of which libxml2 makes another canonical form; and base64 without its padding, which
/// libxmlsec1 does not read.
fn an_acuse_that_one_engine_alone_would_believe_decides_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let program = app.wscn_as(titular);
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let mut bes = Bes::of(&program.key);
    let cosigned = bes.cosign(&acuse);
    let (before, after) = cosigned.rsplit_once("=</ds:SignatureValue>").unwrap();
    let bare = format!("{before}</ds:SignatureValue>{after}");
    bes.also_declares = " xmlns:zz=\"urn:a&amp;b\"";
    for odd in [bes.cosign(&acuse), bare] {
        let answer = program.submit(1, &of.nif, &odd);
        assert_eq!((answer.status, answer.codigo()), (200, 11), "{answer:?}");
        let text = answer.text_of("descripcion").unwrap();
        assert!(!text.contains("no coinciden"), "{text}");
    }
    bes.also_declares = "";
    assert_eq!(program.submit(1, &of.nif, &bes.cosign(&acuse)).codigo(), 0);
}

/// KeyInfo is no part of what is signed here: whoever keeps the acuse keeps what stands there.
fn what_an_acuse_shows_beside_its_certificate_is_the_signer_s(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let program = app.wscn_as(titular);
    let other = app.scenario().reissued(titular, on_curve(Nid::X9_62_PRIME256V1));
    let value = |key: &PKey<Public>| {
        let key = key.rsa().unwrap();
        let [n, e] = [key.n(), key.e()].map(|number| STANDARD.encode(number.to_vec()));
        format!(
            "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{n}</ds:Modulus><ds:Exponent>{e}</ds:Exponent></ds:RSAKeyValue>\
             </ds:KeyValue>"
        )
    };
    let own = value(&program.key.public_key().unwrap());
    let stranger = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let stranger = PKey::public_key_from_der(&stranger.public_key_to_der().unwrap()).unwrap();
    let shown = STANDARD.encode(der(&other));
    let second = format!("<ds:X509Data><ds:X509Certificate>{shown}</ds:X509Certificate></ds:X509Data>");
    let name = "<ds:KeyName>CN=quien sea</ds:KeyName>";
    let serial = "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>5\
                  </ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>";
    let with = |acuse: &str, beside: &str| {
        let signed = program.cosign(acuse);
        let (before, after) = signed.rsplit_once("</ds:KeyInfo>").unwrap();
        format!("{before}{beside}</ds:KeyInfo>{after}")
    };
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    for beside in [
        value(&stranger),
        second,
        format!("{own}{name}"),
        serial.to_owned(),
        "<ds:RetrievalMethod URI=\"http://otro.example/\"></ds:RetrievalMethod>".to_owned(),
        "<ds:KeyValue></ds:KeyValue>".to_owned(),
        "<w:SecurityTokenReference xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"></w:SecurityTokenReference>".to_owned(),
    ] {
        let answer = program.submit(1, &of.nif, &with(&acuse, &beside));
        assert_eq!((answer.status, answer.codigo()), (200, 23), "{beside}: {answer:?}");
        let text = answer.text_of("descripcion").unwrap();
        assert!(text.contains("KeyInfo"), "{text}");
    }
    assert_eq!(program.submit(1, &of.nif, &with(&acuse, &own)).codigo(), 0);
    let acuse = program.acuse(1, &of.nif, of.pendientes[1], true);
    assert_eq!(program.submit(1, &of.nif, &with(&acuse, name)).codigo(), 0);
}
