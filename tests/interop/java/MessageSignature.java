import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSEncryptionPart;
import org.apache.ws.security.WSSConfig;
import org.apache.ws.security.components.crypto.Merlin;
import org.apache.ws.security.message.WSSecHeader;
import org.apache.ws.security.message.WSSecSignature;
import org.apache.ws.security.message.WSSecTimestamp;
import org.apache.ws.security.util.WSTimeSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A way to sign a SOAP message. */
interface MessageSignature {
    void sign(Document envelope) throws Exception;

    /** Not at all. */
    static MessageSignature none() {
        return envelope -> {};
    }

    /** WSS4J with the old algorithms, which it takes when it is told nothing. */
    static MessageSignature sha1(Scenario.Credential credential) {
        return envelope -> wss4j(credential, secured(envelope), List.of(body(envelope)), Xml.RSA_SHA1, Xml.SHA1);
    }

    /** WSS4J: the Body by its {@code wsu:Id}, and a reference to the token as KeyInfo. */
    static MessageSignature wss4j(Scenario.Credential credential) {
        return envelope -> wss4j(credential, secured(envelope), List.of(body(envelope)), Xml.RSA_SHA256, Xml.SHA256);
    }

    /** WSS4J with a Timestamp made that many seconds ago, or to come, signed too. */
    static MessageSignature wss4jWithTimestamp(Scenario.Credential credential, long secondsAgo) {
        return envelope -> {
            WSSecHeader header = secured(envelope);
            WSSecTimestamp timestamp = new WSSecTimestamp();
            WSSConfig config = WSSConfig.getNewInstance();
            config.setCurrentTime(new WSTimeSource() {
                @Override
                public Date now() {
                    return new Date(System.currentTimeMillis() - 1000 * secondsAgo);
                }
            });
            timestamp.setWsConfig(config);
            timestamp.setTimeToLive(300);
            timestamp.build(envelope, header);
            List<WSEncryptionPart> parts =
                    List.of(body(envelope), new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, ""));
            wss4j(credential, header, parts, Xml.RSA_SHA256, Xml.SHA256);
        };
    }

    /** XAdES-BES: unqualified {@code Id}s, and the certificate itself as KeyInfo. */
    static MessageSignature xades(Scenario.Credential credential) {
        return envelope -> {
            Element security = secured(envelope).getSecurityHeader();
            security.setAttributeNS(null, "Id", "Security");
            Element token = Xml.append(
                    security,
                    WSConstants.WSSE_NS,
                    "wsse:BinarySecurityToken",
                    Base64.getEncoder().encodeToString(credential.certificate().getEncoded()));
            token.setAttributeNS(null, "ValueType", WSConstants.X509TOKEN_NS + "#X509v3");
            token.setAttributeNS(null, "EncodingType", WSConstants.SOAPMESSAGE_NS + "#Base64Binary");
            Element body = Xml.find(envelope, Xml.SOAP, "Body");
            body.setAttributeNS(null, "Id", "Body");
            new XmlSignature(credential, XmlSignature.Style.XADES).append(security, body);
        };
    }

    private static WSSecHeader secured(Document envelope) throws Exception {
        WSSecHeader header = new WSSecHeader();
        header.insertSecurityHeader(envelope);
        return header;
    }

    private static WSEncryptionPart body(Document envelope) {
        return new WSEncryptionPart("Body", envelope.getDocumentElement().getNamespaceURI(), "");
    }

    private static void wss4j(
            Scenario.Credential credential,
            WSSecHeader header,
            List<WSEncryptionPart> parts,
            String method,
            String digest)
            throws Exception {
        Merlin store = new Merlin();
        store.setKeyStore(credential.store());
        WSSecSignature signature = new WSSecSignature();
        signature.setUserInfo(credential.alias(), credential.password());
        signature.setKeyIdentifierType(WSConstants.BST_DIRECT_REFERENCE);
        signature.setSignatureAlgorithm(method);
        signature.setDigestAlgo(digest);
        signature.setParts(parts);
        signature.build(header.getSecurityHeader().getOwnerDocument(), store, header);
    }
}
