//! The client's signature of an acuse, beside the service's seal.

use notess::contract::wscn::acuse_document::DATA_ID;
use notess::signature::{SigningKey, seal_element};
use notess::xml::write::{Canonical, Name, Ns, Writer};
use roxmltree::{Document, Node};

/// The end of the root.
const END: &str = "</ProsaSignature>";

/// An acuse that the client has signed too, as the root's last child.
pub struct Cosigned {
    pub document: Vec<u8>,
    /// Octets of what both have signed.
    pub data: usize,
}

/// Signs an acuse as programs do: enveloped, over `#ProsaData`, with the certificate in X509Data.
pub fn cosign(key: &SigningKey, acuse: &str) -> Cosigned {
    let data = canonical_data(acuse);
    let signature = seal_element(key, &data, DATA_ID).expect("it can be signed");
    let (inside, _) = acuse.rsplit_once(END).expect("a root");
    Cosigned {
        document: [inside.as_bytes(), &signature, END.as_bytes()].concat(),
        data: data.octets().len(),
    }
}

/// What is to be signed, which stands in the acuse in its canonical form.
fn canonical_data(acuse: &str) -> Canonical {
    let document = Document::parse(acuse).expect("XML");
    let data = document
        .descendants()
        .find(|node| node.attribute("Id") == Some(DATA_ID))
        .expect("what is to be signed");
    let mut writer = Writer::default();
    copy(&mut writer, data);
    let canonical = writer.finish().expect("one element");
    assert_eq!(canonical.octets(), &acuse.as_bytes()[data.range()]);
    canonical
}

/// Writes a node of no namespace with all that is in it.
fn copy<'n>(writer: &mut Writer<'n>, node: Node<'n, '_>) {
    if !node.is_element() {
        writer.text(node.text().unwrap_or_default());
        return;
    }
    writer.start(Ns::NONE.name(node.tag_name().name()));
    for attribute in node.attributes() {
        writer.attr(Name::unqualified(attribute.name()), attribute.value());
    }
    for child in node.children() {
        copy(writer, child);
    }
    writer.end();
}
