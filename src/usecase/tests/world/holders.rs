//! Those who ask, each with a certificate that was validated.

use super::*;

pub(super) fn holders() -> [Arc<Holder>; 4] {
    let at = instant(0) + TimeDelta::days(1);
    let (ca_key, ca_name) = (key(), name(&[("CN", "AC DE PRUEBA")]));
    let mut ca = unsigned(&ca_name, &ca_name, &ca_key, 1);
    ca.append_extension(BasicConstraints::new().critical().ca().build().unwrap())
        .unwrap();
    ca.append_extension(
        KeyUsage::new()
            .critical()
            .key_cert_sign()
            .crl_sign()
            .build()
            .unwrap(),
    )
    .unwrap();
    ca.sign(&ca_key, MessageDigest::sha256()).unwrap();
    let validator = Validator::new().unwrap();
    validator
        .replace(vec![AdmittedIssuer {
            id: 1,
            nombre: "AC".to_owned(),
            certificado: CaCertificate::inspect(&ca.build().to_der().unwrap()).unwrap(),
            desde: instant(-1_000_000),
            hasta: None,
            politicas: Vec::new(),
            revocacion: Revocacion::Ninguna,
            sellos: Sellos::Rechazar,
            rsa_minimo: crate::trust::RsaMinimo::default(),
        }])
        .unwrap();
    let company = |cn: &'static str, person: &'static str, o: &'static str, id: &'static str| {
        vec![("CN", cn), ("serialNumber", person), ("O", o), ("2.5.4.97", id)]
    };
    let subjects = [
        company(
            "99999912Y PABLO LUNA (R: B99999120)",
            "IDCES-99999912Y",
            "HORNOS DEL SUR SL",
            "VATES-B99999120",
        ),
        company(
            "99999923V INES VIDAL (R: A99999013)",
            "IDCES-99999923V",
            "TALLERES PISUERGA SA",
            "VATES-A99999013",
        ),
        vec![
            ("CN", "ROBLES IBARRA MARTA - 99999901H"),
            ("serialNumber", "IDCES-99999901H"),
        ],
        vec![
            ("CN", "PRADO GIL ANA - 99999945Q"),
            ("serialNumber", "IDCES-99999945Q"),
        ],
    ];
    let mut serial = 1;
    subjects.map(|subject| {
        serial += 1;
        let mut leaf = unsigned(&name(&subject), &ca_name, &key(), serial);
        leaf.append_extension(KeyUsage::new().critical().digital_signature().build().unwrap())
            .unwrap();
        leaf.sign(&ca_key, MessageDigest::sha256()).unwrap();
        validator
            .validate_at(&leaf.build().to_der().unwrap(), at)
            .unwrap()
    })
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(entries: &[(&str, &str)]) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    for (field, value) in entries {
        name.append_entry_by_text(field, value).unwrap();
    }
    name.build()
}

fn unsigned(subject: &X509Name, issuer: &X509Name, key: &PKey<Private>, serial: u32) -> X509Builder {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = Asn1Integer::from_bn(&BigNum::from_u32(serial).unwrap()).unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(subject).unwrap();
    builder.set_issuer_name(issuer).unwrap();
    builder.set_pubkey(key).unwrap();
    let time = |days| Asn1Time::from_unix((instant(0) + TimeDelta::days(days)).timestamp()).unwrap();
    builder.set_not_before(&time(-100)).unwrap();
    builder.set_not_after(&time(1000)).unwrap();
    builder
}
