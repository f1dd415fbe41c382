//! A writer of DER, as small as the tests need.

pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(u8::try_from(short).unwrap()),
        long => {
            let octets: Vec<u8> = long.to_be_bytes().into_iter().skip_while(|&o| o == 0).collect();
            out.push(0x80 | u8::try_from(octets.len()).unwrap());
            out.extend(octets);
        }
    }
    out.extend_from_slice(content);
    out
}

pub(crate) fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn oid(text: &str) -> Vec<u8> {
    let object = openssl::asn1::Asn1Object::from_str(text).unwrap();
    tlv(6, object.as_slice())
}

pub(crate) fn integer(number: u64) -> Vec<u8> {
    let mut octets: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|&o| o == 0).collect();
    if octets.first().is_none_or(|&o| o >= 0x80) {
        octets.insert(0, 0);
    }
    tlv(2, &octets)
}

pub(crate) fn bit_string(octets: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], octets].concat())
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0c, text.as_bytes())
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(1, &[if value { 0xff } else { 0 }])
}

pub(crate) fn time(at: chrono::DateTime<chrono::Utc>) -> Vec<u8> {
    tlv(0x18, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes())
}

pub(crate) fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { boolean(true) } else { Vec::new() };
    seq(&[oid(id), critical, tlv(4, value)])
}
