//! Header blocks that a client signs beside the Body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::signature::SigningKey;
use openssl::sha::sha256;

const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// From the beginning of one text to the end of the next.
pub fn piece(text: &str, from: &str, to: &str) -> String {
    let start = text.find(from).unwrap();
    let end = start + text[start..].find(to).unwrap() + to.len();
    text[start..end].to_owned()
}

/// Signs SignedInfo anew, as it stands.
pub fn signed_anew(message: &str, key: &SigningKey) -> String {
    let info = piece(message, "<ds:SignedInfo", "</ds:SignedInfo>");
    let value = piece(message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let new = STANDARD.encode(key.sign_octets(info.as_bytes()).unwrap());
    message.replacen(
        &value,
        &format!("<ds:SignatureValue>{new}</ds:SignatureValue>"),
        1,
    )
}

/// A header block in its canonical form.
pub fn block(namespace: &str, local: &str, id: &str, text: &str) -> String {
    format!("<a:{local} xmlns:a=\"{namespace}\" xmlns:wsu=\"{WSU}\" wsu:Id=\"{id}\">{text}</a:{local}>")
}

/// A message with a header block that nobody signed.
pub fn with_block(message: &str, block: &str) -> String {
    message.replacen("<soap:Header>", &format!("<soap:Header>{block}"), 1)
}

/// A message with a header block that is signed too.
pub fn with_signed_block(message: &str, key: &SigningKey, block: &str) -> String {
    let id = piece(block, "wsu:Id=\"", "\">");
    let id = id.trim_start_matches("wsu:Id=\"").trim_end_matches("\">");
    let reference = piece(message, "<ds:Reference", "</ds:Reference>");
    let digest = STANDARD.encode(sha256(block.as_bytes()));
    let also = reference
        .replacen(&piece(&reference, "URI=\"", "\">"), &format!("URI=\"#{id}\">"), 1)
        .replacen(
            &piece(&reference, "<ds:DigestValue>", "</ds:DigestValue>"),
            &format!("<ds:DigestValue>{digest}</ds:DigestValue>"),
            1,
        );
    let message = message.replacen("</ds:SignedInfo>", &format!("{also}</ds:SignedInfo>"), 1);
    signed_anew(&with_block(&message, block), key)
}
