import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.ObjectContainer;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Signatures made with Santuario, as those who sign an acuse make them. */
record XmlSignature(Scenario.Credential credential, Style style) {
    private static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
    private static final String SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties";

    static {
        Init.init();
    }

    enum Style {
        /** Inclusive canonicalization, and no Transforms at all. */
        INCLUSIVE,
        /** Exclusive canonicalization, and the KeyInfo signed too. */
        EXCLUSIVE,
        /** XAdES-BES: the SignedProperties signed too. */
        XADES,
    }

    /** Adds the signer's own signature to an acuse, beside the service's. */
    byte[] cosign(byte[] acuse) throws Exception {
        Document document = Xml.read(acuse);
        Element root = document.getDocumentElement();
        append(root, (Element) root.getFirstChild());
        return Xml.write(document);
    }

    /** Checks the one signature of a document with the certificate that must have made it. */
    static void verify(byte[] octets, X509Certificate certificate) throws Exception {
        Document document = Xml.read(octets);
        NodeList elements = document.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            Element element = (Element) elements.item(i);
            if (element.hasAttribute("Id")) {
                element.setIdAttributeNS(null, "Id", true);
            }
        }
        XMLSignature signature = new XMLSignature(Xml.find(document, Xml.DS, "Signature"), "");
        Expect.that(signature.checkSignatureValue(certificate), "the service's signature");
    }

    /** Appends to an element a signature of another, which has an {@code Id}. */
    void append(Element parent, Element target) throws Exception {
        Document document = parent.getOwnerDocument();
        String canonicalization = style == Style.EXCLUSIVE
                ? Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS
                : Transforms.TRANSFORM_C14N_OMIT_COMMENTS;
        XMLSignature signature = new XMLSignature(document, "", Xml.RSA_SHA256, canonicalization);
        parent.appendChild(signature.getElement());
        target.setIdAttributeNS(null, "Id", true);
        signature.addDocument("#" + target.getAttribute("Id"), transforms(document, true), Xml.SHA256);
        signature.addKeyInfo(credential.certificate());
        switch (style) {
            case INCLUSIVE -> {}
            case EXCLUSIVE -> {
                signature.getKeyInfo().setId("KeyInfo");
                signature.addDocument("#KeyInfo", transforms(document, false), Xml.SHA256);
            }
            case XADES -> {
                signature.setId("Signature");
                signature.appendObject(qualifyingProperties(document));
                signature.addDocument(
                        "#SignedProperties", transforms(document, false), Xml.SHA256, null, SIGNED_PROPERTIES);
            }
        }
        signature.sign(credential.key());
    }

    private Transforms transforms(Document document, boolean enveloped) throws Exception {
        if (style == Style.INCLUSIVE) {
            return null;
        }
        Transforms transforms = new Transforms(document);
        if (enveloped) {
            transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
        }
        transforms.addTransform(Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS);
        return transforms;
    }

    private ObjectContainer qualifyingProperties(Document document) throws Exception {
        ObjectContainer object = new ObjectContainer(document);
        Element qualifying = Xml.append(object.getElement(), XADES, "xades:QualifyingProperties");
        qualifying.setAttributeNS(null, "Target", "#Signature");
        Element signed = Xml.append(qualifying, XADES, "xades:SignedProperties");
        signed.setAttributeNS(null, "Id", "SignedProperties");
        signed.setIdAttributeNS(null, "Id", true);
        Element properties = Xml.append(signed, XADES, "xades:SignedSignatureProperties");
        Xml.append(properties, XADES, "xades:SigningTime", Instant.now().toString());
        Element certificates = Xml.append(properties, XADES, "xades:SigningCertificate");
        Element certificate = Xml.append(certificates, XADES, "xades:Cert");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(credential.certificate().getEncoded());
        Element digested = Xml.append(certificate, XADES, "xades:CertDigest");
        Xml.append(digested, Xml.DS, "ds:DigestMethod").setAttributeNS(null, "Algorithm", Xml.SHA256);
        Xml.append(digested, Xml.DS, "ds:DigestValue", Base64.getEncoder().encodeToString(digest));
        Element issuer = Xml.append(certificate, XADES, "xades:IssuerSerial");
        Xml.append(issuer, Xml.DS, "ds:X509IssuerName", credential.certificate().getIssuerX500Principal().getName());
        Xml.append(issuer, Xml.DS, "ds:X509SerialNumber", credential.certificate().getSerialNumber().toString());
        return object;
    }
}
