//! What stands where a certificate should, in a token and in an acuse.

use super::*;

over_both_databases!(
    what_stands_for_a_certificate_is_told_by_what_it_is,
    what_stands_for_a_certificate_in_an_acuse_is_told_by_what_it_is,
);

fn sequence(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82][..], &length, content].concat()
}

/// What programs put where a certificate should be, and a word of what they are told.
fn mistaken(app: &TestApp) -> Vec<(String, &'static str)> {
    let scenario = app.scenario();
    let titular = scenario.all_roles();
    let own = X509::from_pem(&std::fs::read(&titular.certificado).unwrap()).unwrap();
    let key: PKey<Private> = PKey::private_key_from_pem(&std::fs::read(&titular.clave).unwrap()).unwrap();
    let ca = X509::from_pem(&std::fs::read(&scenario.ca_admitida.certificado).unwrap()).unwrap();
    let (own_der, ca_der) = (own.to_der().unwrap(), ca.to_der().unwrap());
    let pem = String::from_utf8(own.to_pem().unwrap()).unwrap();
    let ca_pem = String::from_utf8(ca.to_pem().unwrap()).unwrap();
    let key_pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let mut chain = Stack::new().unwrap();
    chain.push(ca).unwrap();
    let signed = Pkcs7::sign(&own, &key, &chain, b"x", Pkcs7Flags::empty()).unwrap();
    let base64 = STANDARD.encode(&own_der);
    let figures = own_der.iter().map(|octet| format!("{octet:02X}"));
    let hexadecimal = figures.collect::<Vec<_>>().concat();
    vec![
        (pem.clone(), "entre ellas"),
        (
            format!("Bag Attributes\n    friendlyName: yo\n{pem}"),
            "Bag Attributes",
        ),
        (pem.clone() + &ca_pem, "varios certificados"),
        (
            STANDARD.encode([own_der.clone(), ca_der.clone()].concat()),
            "varios certificados",
        ),
        (
            STANDARD.encode(sequence(&[ca_der, own_der.clone()].concat())),
            "PKIPath",
        ),
        (STANDARD.encode(signed.to_der().unwrap()), "PKCS#7"),
        (STANDARD.encode(std::fs::read(&titular.p12).unwrap()), "PKCS#12"),
        (
            STANDARD.encode(key.private_key_to_pkcs8().unwrap()),
            "clave privada",
        ),
        (key_pem + &pem, "clave privada"),
        (STANDARD.encode(key.public_key_to_der().unwrap()), "clave pública"),
        (STANDARD.encode(&pem), "fichero PEM"),
        (STANDARD.encode(&base64), "base64 dos veces"),
        (hexadecimal, "hexadecimal"),
        (format!("{base64}\u{a0}"), "U+00A0"),
        (STANDARD.encode([&own_der[..], b"\n"].concat()), "octetos de más"),
        (STANDARD.encode(&own_der[..own_der.len() - 3]), "cortado"),
        (base64[..base64.len() - 3].to_owned(), "base64 entero"),
        (STANDARD.encode(sequence(&[0; 16 * 1024])), "más de 16384 octetos"),
        ("hola".to_owned(), "no lleva un certificado X.509"),
        (String::new(), "vacío"),
    ]
}

fn what_stands_for_a_certificate_is_told_by_what_it_is(backend: Backend) {
    let app = TestApp::start(backend);
    let doors = Doors::of(&app);
    let base64 = STANDARD.encode(der(&(doors.key)()));
    for (content, word) in mistaken(&app) {
        doors.refuse(
            ["CERTIFICADO_ILEGIBLE", "1"],
            &[word, "wsse:BinarySecurityToken ha de llevar un certificado X.509"],
            |message| message.replace(&base64, &content),
        );
    }
    for (other, word) in [
        ("X509PKIPathv1", "una cadena"),
        ("PKCS7", "un PKCS#7"),
        ("X509v1", "#X509v1»"),
    ] {
        let words = [word, "envíe sólo el certificado del firmante", "#X509v3»"];
        doors.refuse(["FIRMA_SIN_CERTIFICADO", "1"], &words, |message| {
            message.replace("#X509v3", &format!("#{other}"))
        });
    }
    doors.take(|message| message.replace(&base64, &format!("\n{}\n", base64.replace('=', ""))));
}

fn what_stands_for_a_certificate_in_an_acuse_is_told_by_what_it_is(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(1);
    let program = app.wscn_as(app.scenario().all_roles());
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let base64 = STANDARD.encode(der(&program.key));
    let xades = Bes::of(&program.key).cosign(&acuse);
    for signed in [program.cosign(&acuse), xades] {
        for (content, word) in mistaken(&app) {
            let spoilt = signed.replace(&base64, &content);
            assert_ne!(spoilt, signed);
            let answer = program.submit(1, &of.nif, &spoilt);
            assert_eq!((answer.status, answer.codigo()), (200, 23), "{word}: {answer:?}");
            let told = answer.text_of("descripcion").unwrap();
            assert!(
                told.contains(word) && told.contains("X509Certificate"),
                "{word}: {told}"
            );
        }
    }
    assert_eq!(program.submit(1, &of.nif, &program.cosign(&acuse)).codigo(), 0);
}
