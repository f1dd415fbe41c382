import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.xml.validation.Schema;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSDataRef;
import org.apache.ws.security.WSSecurityEngine;
import org.apache.ws.security.WSSecurityEngineResult;
import org.apache.ws.security.components.crypto.Merlin;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A client of contract canal: the JDK's own HTTP, and WSS4J for what is sent and what comes back. */
final class CanalClient {
    static final String CANAL = "urn:notess:canal:1";
    static final String SOAP12 = "http://www.w3.org/2003/05/soap-envelope";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Scenario scenario;
    private final String soap;
    private final MessageSignature signature;
    private final UnaryOperator<String> spoiler;
    private final X509Certificate service;
    private final Schema schema;
    private byte[] last;

    /** Messages of a version of SOAP that are signed so, and changed on their way by {@code spoiler}. */
    CanalClient(Scenario scenario, String soap, MessageSignature signature, UnaryOperator<String> spoiler)
            throws Exception {
        this.scenario = scenario;
        this.soap = soap;
        this.signature = signature;
        this.spoiler = spoiler;
        service = scenario.servicio().read();
        schema = Xml.schema(scenario.urls().get("canal") + "?xsd=1");
    }

    /** What an operation answers; members are names and values, a value that is a collection once for each. */
    Element call(String operation, Object... members) throws Exception {
        String empty = "<e:Envelope xmlns:e='" + soap + "'><e:Header/><e:Body/></e:Envelope>";
        Document envelope = Xml.read(empty.getBytes(StandardCharsets.UTF_8));
        Element request = Xml.append(Xml.find(envelope, soap, "Body"), CANAL, operation);
        for (int i = 0; i < members.length; i += 2) {
            Collection<?> values = members[i + 1] instanceof Collection<?> many ? many : List.of(members[i + 1]);
            for (Object value : values) {
                Xml.append(request, CANAL, (String) members[i], value.toString());
            }
        }
        signature.sign(envelope);
        String message = new String(Xml.write(envelope), StandardCharsets.UTF_8);
        last = spoiler.apply(message).getBytes(StandardCharsets.UTF_8);
        return post();
    }

    /** What the last message gets when it is sent again, octet by octet. */
    Element replay() throws Exception {
        return post();
    }

    private Element post() throws Exception {
        String type = soap.equals(SOAP12) ? "application/soap+xml" : "text/xml";
        HttpRequest request = HttpRequest.newBuilder(URI.create(scenario.urls().get("canal")))
                .header("Content-Type", type + "; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(last))
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        Document envelope = Xml.read(answer.body());
        Element content = checked(envelope, soap, service, schema);
        boolean fault = content.getLocalName().equals("Fault");
        Expect.equal(fault, answer.statusCode() != 200, "a fault by the status");
        return content;
    }

    /** What the Body of an answer holds, once signature and schema have been held against it. */
    static Element checked(Document envelope, String soap, X509Certificate service, Schema schema) throws Exception {
        Element body = Xml.find(envelope, soap, "Body");
        Element content = Xml.child(body);
        boolean fault = content.getLocalName().equals("Fault");
        if (!fault || envelope.getElementsByTagNameNS(Xml.DS, "Signature").getLength() > 0) {
            verify(envelope, body, service);
        }
        Xml.validate(body, schema);
        return content;
    }

    /** Only what the service signed counts, and a fault for somebody whom it could not identify. */
    private static void verify(Document envelope, Element body, X509Certificate service) throws Exception {
        Merlin trusted = new Merlin();
        trusted.setTrustStore(trusted.load(null, null, null, "PKCS12"));
        trusted.getTrustStore().setCertificateEntry("service", service);
        boolean signed = false;
        for (WSSecurityEngineResult result :
                new WSSecurityEngine().processSecurityHeader(envelope, null, null, trusted)) {
            if (!Integer.valueOf(WSConstants.SIGN).equals(result.get(WSSecurityEngineResult.TAG_ACTION))) {
                continue;
            }
            Expect.equal(service, result.get(WSSecurityEngineResult.TAG_X509_CERTIFICATE), "whose signature it is");
            for (Object part : (List<?>) result.get(WSSecurityEngineResult.TAG_DATA_REF_URIS)) {
                signed |= ((WSDataRef) part).getProtectedElement() == body;
            }
        }
        Expect.that(signed, "the Body of an answer is signed");
    }
}
