//! Which certificates a list tells about, and of which form it must be.

use super::*;

#[test]
fn lists_that_are_not_complete_refuse() {
    let delta = List::of(-1, 1).extension("2.5.29.27", true, &integer(1));
    assert_eq!(with(&delta), unknown(CrlFault::Incomplete));
    let by_reasons = scope(&[tlv(0x83, &[0, 0x40])]);
    assert_eq!(with(&by_reasons), unknown(CrlFault::Incomplete));
    for (number, name) in [(4, "indirect"), (5, "of attribute certificates")] {
        let list = scope(&[tlv(0x80 | number, &[0xff])]);
        assert_eq!(with(&list), unknown(CrlFault::Incomplete), "{name}");
    }
}

#[test]
fn unknown_extensions_of_a_list_refuse_if_critical() {
    let list = |critical| List::of(-1, 1).extension("1.2.3.4", critical, &[5, 0]);
    assert_eq!(with(&list(false)), None);
    assert_eq!(with(&list(true)), unknown(CrlFault::CriticalExtension));
    let entry = |critical| List::of(-1, 1).entry(7, -5, &[extension("2.5.29.29", critical, &seq(&[]))]);
    assert_eq!(with(&entry(false)), None);
    assert_eq!(with(&entry(true)), unknown(CrlFault::CriticalExtension));
}

#[test]
fn a_list_of_some_certificates_tells_about_those_only() {
    assert_eq!(with(&scope(&[tlv(0x81, &[0xff])])), None);
    assert_eq!(with(&scope(&[tlv(0x82, &[0xff])])), unknown(CrlFault::OutOfScope));
    let part = scope(&[point("http://raiz.es/crl1")]);
    assert_eq!(with(&part), unknown(CrlFault::OutOfScope));
    let relative = scope(&[tlv(0xa0, &tlv(0xa1, &[]))]);
    assert_eq!(with(&relative), unknown(CrlFault::OutOfScope));
}

#[test]
fn of_the_parts_of_a_list_the_one_that_the_certificate_names_tells() {
    let world = World::new();
    let first = scope(&[point("http://raiz.es/crl1")]);
    let second = scope(&[point("http://raiz.es/crl2")]).revoking(SERIAL, -5);
    let both = [pem(&world.root.list(&first)), pem(&world.root.list(&second))].concat();
    world.write(&both);
    let naming = |address| {
        let leaf = Leaf::persona().extension("2.5.29.31", false, &seq(&[seq(&[point(address)])]));
        fault(world.validator.validate_at(&world.root.issue(&leaf), at(0)))
    };
    assert_eq!(naming("http://raiz.es/crl1"), None);
    assert_eq!(
        naming("http://raiz.es/crl2"),
        Some(TrustError::Revoked { since: at(-5) })
    );
    assert_eq!(naming("http://raiz.es/crl3"), unknown(CrlFault::OutOfScope));
}

#[test]
fn one_bad_list_spoils_its_file() {
    let world = World::new();
    let good = pem(&world.root.list(&List::of(-1, 1)));
    world.write(&good);
    assert_eq!(world.outcome(), None);
    let other = pem(&Issuing::root("OTRA").list(&List::of(-1, 1)));
    world.write(&[good, other].concat());
    assert_eq!(world.outcome(), unknown(CrlFault::OtherIssuer));
}

/// RFC 5280 §6.3.3 b.1, b.2: that the issuer of the list is named changes nothing where it is the certificate's own.
#[test]
fn a_place_of_publication_may_name_the_issuer_itself() {
    let world = World::with(&scope(&[point("http://raiz.es/crl1")]));
    let own = || name(&[("2.5.4.6", "ES"), ("2.5.4.3", "RAIZ")]);
    let naming = |fields: &[Vec<u8>]| {
        let leaf = Leaf::persona().extension("2.5.29.31", false, &seq(&[seq(fields)]));
        fault(world.validator.validate_at(&world.root.issue(&leaf), at(0)))
    };
    let issuer = |name: Vec<u8>| tlv(0xa2, &tlv(0xa4, &name));
    let (one, other) = (point("http://raiz.es/crl1"), point("http://raiz.es/crl2"));
    assert_eq!(naming(&[one.clone(), issuer(own())]), None);
    // In other kinds of strings, and in other capitals.
    let printable = seq(&[
        tlv(0x31, &seq(&[oid("2.5.4.6"), tlv(0x13, b"ES")])),
        tlv(0x31, &seq(&[oid("2.5.4.3"), tlv(0x13, b"Raiz")])),
    ]);
    assert_eq!(naming(&[one.clone(), issuer(printable)]), None);
    assert_eq!(naming(&[other, issuer(own())]), unknown(CrlFault::OutOfScope));
    let foreign = issuer(name(&[("2.5.4.3", "OTRA")]));
    assert_eq!(naming(&[one.clone(), foreign]), unknown(CrlFault::OutOfScope));
    let reasons = tlv(0x81, &[0, 0x40]);
    assert_eq!(
        naming(&[one, reasons, issuer(own())]),
        unknown(CrlFault::OutOfScope)
    );
    // Without a name the place is the issuer's; a relative one is below it.
    let directory = |name: Vec<u8>| tlv(0xa0, &tlv(0xa0, &tlv(0xa4, &name)));
    world.publish(&scope(&[directory(own())]));
    assert_eq!(naming(&[issuer(own())]), None);
    let part = seq(&[oid("2.5.4.3"), tlv(0x0c, b"CRL7")]);
    let relative = tlv(0xa0, &tlv(0xa1, &part));
    world.publish(&scope(std::slice::from_ref(&relative)));
    assert_eq!(naming(std::slice::from_ref(&relative)), None);
    let whole = name(&[("2.5.4.6", "ES"), ("2.5.4.3", "RAIZ"), ("2.5.4.3", "CRL7")]);
    assert_eq!(naming(&[directory(whole)]), None);
    assert_eq!(naming(&[issuer(own())]), unknown(CrlFault::OutOfScope));
}

#[test]
fn text_around_lists_in_pem_is_passed_over() {
    let world = World::new();
    let list = String::from_utf8(pem(&world.root.list(&List::of(-1, 1)))).unwrap();
    for file in [
        format!("Certificate Revocation List (CRL):\n    Version 2 (0x1)\n{list}"),
        format!(
            "\u{feff}# renewed hourly - by cron\r\n{}",
            list.replace('\n', "\r\n")
        ),
        format!("{list}\n-- \n"),
    ] {
        world.write(file.as_bytes());
        assert_eq!(world.outcome(), None, "{file}");
    }
    let two = format!("one\n{list}two\n{}", list.replace("X509 CRL", "CERTIFICATE"));
    world.write(two.as_bytes());
    assert_eq!(world.outcome(), None);
}

#[test]
fn a_list_whose_dates_are_of_another_form_is_told() {
    let world = World::new();
    let list = world.root.list(&List::of(-1, 1));
    let at = list.windows(15).position(|w| w == b"20260531000000Z").unwrap();
    let mut spoilt = list;
    spoilt[at + 14] = b'+';
    world.write(&spoilt);
    assert_eq!(world.outcome(), unknown(CrlFault::Dates));
}
