//! What a signed paper is to programs that validate signatures.

use notess::cms::CmsError;
use notess::pades::{PadesError, verify};
use notess::tsp::TspError;

use crate::authorities::{KeyKind, World};
use crate::paper::{LONG_NAME, long, receipt};
use crate::tools::{OUTLOUD, laid, name, python, python_at, run};

const KINDS: [KeyKind; 3] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384];

/// A stamp of the authority that is here has fewer octets.
const EXPECTED: usize = 1200;

/// What lies before and behind the signature, and the signature, as anybody reads them.
fn parts(pdf: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let marked = pdf.windows(11).position(|some| some == b"/ByteRange ").unwrap();
    let text = String::from_utf8_lossy(&pdf[marked + 11..marked + 60]).into_owned();
    let inside = text.split(['[', ']']).nth(1).unwrap();
    let range: Vec<usize> = inside.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let [zero, start, end, length] = range.as_slice() else {
        panic!("{inside}");
    };
    assert_eq!((*zero, end + length), (0, pdf.len()));
    let content = [&pdf[..*start], &pdf[*end..]].concat();
    let figures = std::str::from_utf8(&pdf[start + 1..end - 1]).unwrap();
    let octets = (0..figures.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&figures[at..at + 2], 16).unwrap());
    (content, octets.collect())
}

#[test]
fn a_signed_receipt_is_good_to_poppler_and_whole_to_qpdf_by_every_kind_of_key() {
    for kind in KINDS {
        let world = World::new(kind);
        for paper in [receipt(LONG_NAME), long()] {
            let (file, _) = world.signed(&paper.to_pdf().unwrap(), EXPECTED);
            let told = run("pdfsig", &["-nocert", name(&file)]).text;
            assert!(told.contains("Signature is Valid."), "{told}");
            assert!(told.contains("Total document signed"), "{told}");
            assert!(told.contains("ETSI.CAdES.detached"), "{told}");
            let checked = run("qpdf", &["--check", name(&file)]);
            assert!(checked.well, "{}", checked.text);
        }
        // Room was made once, as expected.
        assert_eq!(world.stamps(), 2, "{kind:?}");
    }
}

#[test]
fn a_signed_receipt_is_still_accessible() {
    let world = World::new(KeyKind::P256);
    for paper in [receipt(LONG_NAME), long()] {
        let (file, _) = world.signed(&paper.to_pdf().unwrap(), EXPECTED);
        let checked = python(&["-m", "pdfua", "check", name(&file)]);
        assert!(checked.well, "{}", checked.text);
        let checked = python(&["-c", OUTLOUD, name(&file)]);
        assert!(checked.well, "{}", checked.text);
    }
}

#[test]
fn a_signed_receipt_is_good_to_pyhanko_today_and_when_its_signer_has_expired() {
    for kind in KINDS {
        let world = World::new(kind);
        let (file, _) = world.signed(&receipt(LONG_NAME).to_pdf().unwrap(), EXPECTED);
        let (root, tsa) = (world.path("raiz.pem"), world.path("raiz-tsa.pem"));
        let arguments = [
            "-m",
            "pyhanko",
            "sign",
            "adesverify",
            "--pretty-print",
            "--trust",
            name(&root),
            "--trust",
            name(&tsa),
            "--trust-replace",
            name(&file),
        ];
        for later in [None, Some("+3d")] {
            let told = python_at(later, &arguments);
            assert!(told.well, "{kind:?} {later:?} {}", told.text);
            assert!(
                told.text.contains("judged VALID"),
                "{kind:?} {later:?} {}",
                told.text
            );
            assert!(told.text.contains("covers the entire file"), "{}", told.text);
        }
        // Whoever trusts another root does not take it.
        let other = World::new(KeyKind::P256);
        let elsewhere = other.path("raiz.pem");
        let mut arguments = arguments;
        arguments[6] = name(&elsewhere);
        assert!(!python(&arguments).text.contains("judged VALID"));
    }
}

#[test]
fn openssl_verifies_the_signature_over_the_two_ranges() {
    for kind in KINDS {
        let world = World::new(kind);
        let (_, pdf) = world.signed(&receipt(LONG_NAME).to_pdf().unwrap(), EXPECTED);
        let (mut content, signature) = parts(&pdf);
        let message = laid(world.folder(), "firma.p7s", &signature);
        let root = world.path("raiz.pem");
        let verify = |content: &[u8]| {
            let content = laid(world.folder(), "contenido", content);
            run(
                "openssl",
                &[
                    "cms",
                    "-verify",
                    "-cades",
                    "-binary",
                    "-inform",
                    "DER",
                    "-purpose",
                    "any",
                    "-in",
                    name(&message),
                    "-content",
                    name(&content),
                    "-CAfile",
                    name(&root),
                    "-out",
                    "/dev/null",
                ],
            )
        };
        let told = verify(&content);
        assert!(told.well, "{kind:?} {}", told.text);
        content[100] ^= 1;
        assert!(!verify(&content).well);
        let told = run(
            "openssl",
            &[
                "cms",
                "-cmsout",
                "-print",
                "-inform",
                "DER",
                "-in",
                name(&message),
            ],
        )
        .text;
        assert!(!told.contains("signingTime"), "{told}");
        let signed = told.matches("object: id-smime-aa-signingCertificateV2").count();
        let stamped = told.matches("object: id-smime-aa-timeStampToken").count();
        assert_eq!((signed, stamped), (1, 1), "{told}");
        let digest = if matches!(kind, KeyKind::P384) {
            "sha384"
        } else {
            "sha256"
        };
        assert!(told.contains(&format!("algorithm: {digest}")), "{told}");
    }
}

#[test]
fn what_was_signed_is_what_was_there_and_one_revision_behind_it() {
    let world = World::new(KeyKind::P256);
    let paper = receipt(LONG_NAME).to_pdf().unwrap();
    let (_, signed) = world.signed(&paper, EXPECTED);
    assert!(signed.starts_with(&paper));
    let added = String::from_utf8_lossy(&signed[paper.len()..]).into_owned();
    assert_eq!(added.matches("%%EOF").count(), 1);
    for there in [
        "/Type /Sig",
        "/Type /DSS",
        "/S /Form",
        "/ESIC",
        "/Rect [0 0 0 0]",
        "/F 132",
        "/Tabs /S",
    ] {
        assert!(added.contains(there), "{there}");
    }
    for absent in ["/DocMDP", "/Cert ", "/VRI"] {
        assert!(!added.contains(absent), "{absent}");
    }
    let certificate = &world.middle.certificate;
    let verified = verify(&signed, &world.sealing(&[certificate])).unwrap();
    assert!(verified.dated.is_some());
}

#[test]
fn a_signature_that_finds_too_little_room_is_made_again_and_never_cut() {
    let world = World::new(KeyKind::P256);
    let paper = receipt(LONG_NAME).to_pdf().unwrap();
    let (file, _) = world.signed(&paper, 1);
    assert_eq!(world.stamps(), 2);
    let told = run("pdfsig", &["-nocert", name(&file)]).text;
    assert!(told.contains("Signature is Valid."), "{told}");
}

#[test]
fn a_receipt_without_a_stamp_is_signed_where_that_is_asked_for() {
    let world = World::new(KeyKind::P256);
    let signed = world
        .sign(&receipt(LONG_NAME).to_pdf().unwrap(), 0, |_| Ok(None))
        .unwrap();
    let certificate = &world.middle.certificate;
    let verified = verify(&signed, &world.sealing(&[certificate])).unwrap();
    assert_eq!(verified.dated, None);
    let file = laid(world.folder(), "sin.pdf", &signed);
    let told = run("pdfsig", &["-nocert", name(&file)]).text;
    assert!(told.contains("Signature is Valid."), "{told}");
}

#[test]
fn a_stamp_over_something_else_is_not_taken() {
    let world = World::new(KeyKind::P256);
    let paper = receipt(LONG_NAME).to_pdf().unwrap();
    let signing =
        |stamp: &dyn Fn(&[u8]) -> Vec<u8>| world.sign(&paper, EXPECTED, |value| Ok(Some(stamp(value))));
    let refused = signing(&|_| world.stamp(b"something else")).unwrap_err();
    assert!(
        matches!(refused, PadesError::Stamp(TspError::Imprint)),
        "{refused:?}"
    );
    assert!(signing(&|value| world.stamp(value)).is_ok());
}

#[test]
fn a_seal_of_another_is_not_taken_for_ours() {
    let (ours, other) = (World::new(KeyKind::P256), World::new(KeyKind::P256));
    let (_, pdf) = ours.signed(&receipt(LONG_NAME).to_pdf().unwrap(), EXPECTED);
    let chain = [other.middle.certificate.as_ref()];
    let refused = verify(&pdf, &other.sealing(&chain)).unwrap_err();
    assert!(matches!(refused, PadesError::Changed), "{refused:?}");
}

#[test]
fn what_is_added_behind_a_signature_or_changed_before_it_is_found() {
    let world = World::new(KeyKind::P256);
    let paper = receipt(LONG_NAME).to_pdf().unwrap();
    let (_, signed) = world.signed(&paper, EXPECTED);
    let chain = [world.middle.certificate.as_ref()];
    let spoilt = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut spoilt = signed.clone();
        change(&mut spoilt);
        verify(&spoilt, &world.sealing(&chain)).map(|_| ()).unwrap_err()
    };
    let behind = spoilt(&|pdf| pdf.push(b'\n'));
    assert!(matches!(behind, PadesError::Range(_)), "{behind:?}");
    let before = spoilt(&|pdf| pdf[200] ^= 1);
    assert!(
        matches!(before, PadesError::Signature(CmsError::Digest)),
        "{before:?}"
    );
    let unsigned = verify(&paper, &world.sealing(&chain)).map(|_| ()).unwrap_err();
    assert!(matches!(unsigned, PadesError::Range(_)), "{unsigned:?}");
}

#[test]
fn a_file_that_was_changed_before_or_is_none_of_ours_is_not_signed() {
    let world = World::new(KeyKind::P256);
    let paper = receipt(LONG_NAME).to_pdf().unwrap();
    let (_, signed) = world.signed(&paper, EXPECTED);
    let mut untagged = paper.clone();
    // The last to name it is the catalog, which leads there.
    let at = untagged
        .windows(15)
        .rposition(|some| some == b"/StructTreeRoot")
        .unwrap();
    untagged[at + 1] = b'X';
    for file in [signed.as_slice(), b"", b"%PDF-1.7\n", &paper[..500], &untagged] {
        let refused = world.sign(file, EXPECTED, |_| Ok(None)).map(|_| ()).unwrap_err();
        assert!(matches!(refused, PadesError::Unreadable(_)), "{refused:?}");
    }
}
