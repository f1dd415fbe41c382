//! `Fault`: why a message got no answer, in the form of either version of SOAP.

use std::borrow::Cow;

use uuid::Uuid;

use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Ns, Out, Tag};

/// Prefix of the fault's elements. An envelope must not use it: were the same prefix bound above, canonicalization would
/// drop the payload's own declaration of it, and the octets would no longer be canonical.
const PREFIX: &str = "flt";
/// Room for a fault without its texts.
const ROOM: usize = 1024;

/// Who has to mend what (SOAP 1.2 part 1 §5.4.6; SOAP 1.1 §4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The envelope is of no version known here. It is answered in SOAP 1.1 (SOAP 1.2 part 1, appendix A).
    VersionMismatch,
    /// A header block that must be understood is not.
    MustUnderstand,
    /// The sender: the same message would fail again.
    Sender,
    /// The receiver: the same message may do later.
    Receiver,
}

impl FaultCode {
    /// The code as a qualified name, with the prefix of the fault.
    fn qualified(self, version: SoapVersion) -> &'static str {
        match (self, version) {
            (Self::VersionMismatch, _) => "flt:VersionMismatch",
            (Self::MustUnderstand, _) => "flt:MustUnderstand",
            (Self::Sender, SoapVersion::V11) => "flt:Client",
            (Self::Sender, SoapVersion::V12) => "flt:Sender",
            (Self::Receiver, SoapVersion::V11) => "flt:Server",
            (Self::Receiver, SoapVersion::V12) => "flt:Receiver",
        }
    }

    /// Status of the HTTP response: SOAP 1.1 has 500 alone (§6.2); SOAP 1.2 gives 400 to what the sender must mend
    /// (part 2, table 20).
    #[must_use]
    pub fn http_status(self, version: SoapVersion) -> u16 {
        match (self, version) {
            (Self::Sender, SoapVersion::V12) => 400,
            _ => 500,
        }
    }
}

/// A fault: what went wrong, in a contract's code and in Spanish, and in which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Who has to mend it.
    pub code: FaultCode,
    /// The contract's code for it.
    pub codigo: Cow<'static, str>,
    /// What to mend, in Spanish; nothing of what the inside looks like.
    pub descripcion: Cow<'static, str>,
    /// The request, by which an operator finds it (D-114).
    pub identificador: Uuid,
}

impl Fault {
    /// The payload of the Body: the fault of that version, whose detail a contract writes in a namespace of its own.
    #[must_use]
    pub fn payload(&self, version: SoapVersion, detail: impl FnOnce(&mut Out<'_>)) -> Canonical {
        let room = ROOM + 2 * self.descripcion.len();
        let ns = Ns::new(PREFIX, version.namespace());
        Out::document(room, ns, "Fault", |out| match version {
            SoapVersion::V11 => out.in_namespace(Ns::NONE, |out| self.write_v11(out, detail)),
            SoapVersion::V12 => self.write_v12(out, detail),
        })
    }

    /// Status of the HTTP response that carries it.
    #[must_use]
    pub fn http_status(&self, version: SoapVersion) -> u16 {
        self.code.http_status(version)
    }

    /// SOAP 1.1 §4.4: the children are in no namespace.
    fn write_v11(&self, out: &mut Out<'_>, detail: impl FnOnce(&mut Out<'_>)) {
        out.element("faultcode", self.code.qualified(SoapVersion::V11));
        out.element("faultstring", &self.descripcion);
        out.within("detail", detail);
    }

    /// SOAP 1.2 part 1 §5.4.
    fn write_v12(&self, out: &mut Out<'_>, detail: impl FnOnce(&mut Out<'_>)) {
        out.within("Code", |out| {
            out.element("Value", self.code.qualified(SoapVersion::V12));
        });
        out.within("Reason", |out| {
            out.within(Tag::in_language("Text", "es"), |out| out.text(&self.descripcion));
        });
        out.within("Detail", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::envelope::plain_envelope;
    use crate::xml::write::tests::exclusive_canonical_form;

    fn fault(code: FaultCode) -> Fault {
        Fault {
            code,
            codigo: "X".into(),
            descripcion: "Falta algo & más".into(),
            identificador: Uuid::nil(),
        }
    }

    fn payload(code: FaultCode, version: SoapVersion) -> Canonical {
        let ns = Ns::new("", "urn:d");
        fault(code).payload(version, |out| out.in_namespace(ns, |out| out.element("d", "")))
    }

    fn text(octets: &[u8]) -> &str {
        std::str::from_utf8(octets).unwrap()
    }

    #[test]
    fn a_fault_of_soap_1_1_has_unqualified_children() {
        assert_eq!(
            text(payload(FaultCode::Sender, SoapVersion::V11).octets()),
            "<flt:Fault xmlns:flt=\"http://schemas.xmlsoap.org/soap/envelope/\"><faultcode>flt:Client</faultcode>\
             <faultstring>Falta algo &amp; más</faultstring><detail><d xmlns=\"urn:d\"></d></detail></flt:Fault>"
        );
    }

    #[test]
    fn a_fault_of_soap_1_2_gives_its_reason_in_spanish() {
        assert_eq!(
            text(payload(FaultCode::Receiver, SoapVersion::V12).octets()),
            "<flt:Fault xmlns:flt=\"http://www.w3.org/2003/05/soap-envelope\"><flt:Code><flt:Value>flt:Receiver\
             </flt:Value></flt:Code><flt:Reason><flt:Text xml:lang=\"es\">Falta algo &amp; más</flt:Text></flt:Reason>\
             <flt:Detail><d xmlns=\"urn:d\"></d></flt:Detail></flt:Fault>"
        );
    }

    #[test]
    fn only_a_sender_s_fault_of_soap_1_2_is_a_400() {
        use FaultCode::{MustUnderstand, Receiver, Sender, VersionMismatch};
        for code in [VersionMismatch, MustUnderstand, Sender, Receiver] {
            assert_eq!(code.http_status(SoapVersion::V11), 500);
            let expected = if code == Sender { 400 } else { 500 };
            assert_eq!(code.http_status(SoapVersion::V12), expected);
        }
    }

    #[test]
    fn a_fault_is_canonical_alone_and_in_its_envelope() {
        for version in SoapVersion::ALL {
            let payload = payload(FaultCode::MustUnderstand, version);
            let alone = payload.octets().to_vec();
            let whole = plain_envelope(version, payload).into_octets();
            for octets in [alone, whole] {
                assert_eq!(exclusive_canonical_form(&octets), text(&octets));
            }
        }
    }
}
