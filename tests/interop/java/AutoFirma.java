import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.xml.security.algorithms.MessageDigestAlgorithm;
import org.apache.xml.security.signature.ObjectContainer;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.apache.xml.security.transforms.params.XPathContainer;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Acuses signed as AutoFirma signs a node of a document: by XAdES, with {@code nodeToSign=ProsaData}. */
record AutoFirma(Scenario.Credential credential, Shape shape) {
    private static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
    private static final String SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties";
    private static final String POLICY = "2.16.724.1.3.1.1.2.1.9";

    /** What its parameters change. */
    record Shape(Format format, Strength strength, boolean v2, boolean policy, boolean keyInfoSigned, boolean inside) {
        /** Each value of each parameter with most of the others. */
        static List<Shape> all() {
            return IntStream.range(0, 12)
                    .mapToObj(i -> new Shape(
                            Format.values()[i % 3],
                            Strength.values()[(i / 3 + i) % 3],
                            i % 2 == 0,
                            i / 2 % 2 == 0,
                            i / 4 % 2 == 0,
                            false))
                    .collect(Collectors.toList());
        }
    }

    enum Format {
        /** {@code format=XAdES Detached}. */
        DETACHED,
        /** {@code format=XAdES Enveloped}, with its filter of signatures. */
        ENVELOPED,
        /** The same with {@code avoidXpathExtraTransformsOnEnveloped=true}. */
        ENVELOPED_WITHOUT_XPATH,
    }

    enum Strength {
        SHA256(XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256, MessageDigestAlgorithm.ALGO_ID_DIGEST_SHA256, "SHA-256"),
        SHA384(XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA384, MessageDigestAlgorithm.ALGO_ID_DIGEST_SHA384, "SHA-384"),
        SHA512(XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA512, MessageDigestAlgorithm.ALGO_ID_DIGEST_SHA512, "SHA-512"),
        /** What is not taken. */
        SHA1(XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA1, MessageDigestAlgorithm.ALGO_ID_DIGEST_SHA1, "SHA-1");

        private final String method;
        private final String digest;
        private final String name;

        Strength(String method, String digest, String name) {
            this.method = method;
            this.digest = digest;
            this.name = name;
        }
    }

    /** Adds the signature where AutoFirma puts it: detached beside the node, enveloped where it is told to. */
    byte[] cosign(byte[] acuse) throws Exception {
        Document document = Xml.read(acuse);
        Element root = document.getDocumentElement();
        Element data = (Element) root.getFirstChild();
        data.setIdAttributeNS(null, "Id", true);
        String id = "Signature-" + UUID.randomUUID();
        String reference = "Reference-" + UUID.randomUUID();
        Strength strength = shape.strength();
        XMLSignature signature =
                new XMLSignature(document, "", strength.method, Transforms.TRANSFORM_C14N_OMIT_COMMENTS);
        (shape.inside() ? data : root).appendChild(signature.getElement());
        signature.setId(id + "-Signature");
        Element value = (Element) signature.getElement().getElementsByTagNameNS(Xml.DS, "SignatureValue").item(0);
        value.setAttributeNS(null, "Id", id + "-SignatureValue");
        signature.addDocument("#ProsaData", transforms(document), strength.digest, reference, null);
        signature.addKeyInfo(credential.certificate());
        signature.addKeyInfo(credential.certificate().getPublicKey());
        signature.getKeyInfo().setId(id + "-KeyInfo");
        signature.appendObject(qualifyingProperties(document, id, reference));
        signature.addDocument("#" + id + "-SignedProperties", null, strength.digest, null, SIGNED_PROPERTIES);
        if (shape.keyInfoSigned()) {
            signature.addDocument("#" + id + "-KeyInfo", null, strength.digest);
        }
        signature.sign(credential.key());
        return Xml.write(document);
    }

    private Transforms transforms(Document document) throws Exception {
        Transforms transforms = new Transforms(document);
        if (shape.format() != Format.DETACHED) {
            transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
        }
        transforms.addTransform(Transforms.TRANSFORM_C14N_OMIT_COMMENTS);
        if (shape.format() == Format.ENVELOPED) {
            XPathContainer filter = new XPathContainer(document);
            filter.setXPathNamespaceContext("ds", Xml.DS);
            filter.setXPath("not(ancestor-or-self::ds:Signature)");
            transforms.addTransform(Transforms.TRANSFORM_XPATH, filter.getElement());
        }
        return transforms;
    }

    private ObjectContainer qualifyingProperties(Document document, String id, String reference) throws Exception {
        ObjectContainer object = new ObjectContainer(document);
        Element qualifying = Xml.append(object.getElement(), XADES, "xades:QualifyingProperties");
        qualifying.setAttributeNS(null, "Id", id + "-QualifyingProperties");
        qualifying.setAttributeNS(null, "Target", "#" + id + "-Signature");
        Element signed = Xml.append(qualifying, XADES, "xades:SignedProperties");
        signed.setAttributeNS(null, "Id", id + "-SignedProperties");
        signed.setIdAttributeNS(null, "Id", true);
        Element properties = Xml.append(signed, XADES, "xades:SignedSignatureProperties");
        Xml.append(properties, XADES, "xades:SigningTime", Instant.now().toString());
        String version = shape.v2() ? "V2" : "";
        Element certificates = Xml.append(properties, XADES, "xades:SigningCertificate" + version);
        Element certificate = Xml.append(certificates, XADES, "xades:Cert");
        digested(Xml.append(certificate, XADES, "xades:CertDigest"), credential.certificate().getEncoded());
        if (shape.v2()) {
            String serial = Base64.getEncoder().encodeToString(credential.certificate().getSerialNumber().toByteArray());
            Xml.append(certificate, XADES, "xades:IssuerSerialV2", serial);
        } else {
            Element issuer = Xml.append(certificate, XADES, "xades:IssuerSerial");
            String name = credential.certificate().getIssuerX500Principal().getName();
            Xml.append(issuer, Xml.DS, "ds:X509IssuerName", name);
            Xml.append(issuer, Xml.DS, "ds:X509SerialNumber", credential.certificate().getSerialNumber().toString());
        }
        if (shape.policy()) {
            Element policy = Xml.append(properties, XADES, "xades:SignaturePolicyIdentifier");
            Element named = Xml.append(policy, XADES, "xades:SignaturePolicyId");
            Element identified = Xml.append(named, XADES, "xades:SigPolicyId");
            Xml.append(identified, XADES, "xades:Identifier", "urn:oid:" + POLICY);
            digested(Xml.append(named, XADES, "xades:SigPolicyHash"), new byte[] {1});
        }
        Element objects = Xml.append(signed, XADES, "xades:SignedDataObjectProperties");
        Element format = Xml.append(objects, XADES, "xades:DataObjectFormat");
        format.setAttributeNS(null, "ObjectReference", "#" + reference);
        Xml.append(format, XADES, "xades:MimeType", "text/xml");
        return object;
    }

    private void digested(Element element, byte[] octets) throws Exception {
        Strength strength = shape.strength();
        Xml.append(element, Xml.DS, "ds:DigestMethod").setAttributeNS(null, "Algorithm", strength.digest);
        byte[] digest = MessageDigest.getInstance(strength.name).digest(octets);
        Xml.append(element, Xml.DS, "ds:DigestValue", Base64.getEncoder().encodeToString(digest));
    }
}
