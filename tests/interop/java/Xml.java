import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Reading and writing XML without changing what was signed. */
final class Xml {
    static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String SHA1 = DS + "sha1";
    static final String RSA_SHA1 = DS + "rsa-sha1";
    static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

    private Xml() {}

    static Document read(byte[] octets) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(octets));
    }

    static byte[] write(Document document) throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(octets));
        return octets.toByteArray();
    }

    /** The schema at an address. */
    static Schema schema(String address) throws Exception {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(new URL(address));
    }

    /** Puts a schema's verdict on what an envelope's Body holds, or the detail of its fault. */
    static void validate(Element body, Schema schema) throws Exception {
        Element content = child(body);
        if (content.getLocalName().equals("Fault")) {
            List<Element> parts = children(content);
            content = child(parts.get(parts.size() - 1));
        }
        schema.newValidator().validate(new DOMSource(content));
    }

    /** Appends an element, with a text if there is one, and gives it. */
    static Element append(Node parent, String namespace, String name, String... text) {
        Element element = parent.getOwnerDocument().createElementNS(namespace, name);
        String prefix = element.getPrefix();
        if (!namespace.equals(parent.lookupNamespaceURI(prefix))) {
            // Canonicalization sees declarations alone, which writing would add after the signature.
            String declaration = prefix == null ? "xmlns" : "xmlns:" + prefix;
            element.setAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, declaration, namespace);
        }
        for (String each : text) {
            element.setTextContent(each);
        }
        parent.appendChild(element);
        return element;
    }

    /** The first element of that name, which must be there. */
    static Element find(Document document, String namespace, String name) {
        Element found = (Element) document.getElementsByTagNameNS(namespace, name).item(0);
        Expect.that(found != null, "there is a " + name);
        return found;
    }

    /** The child elements. */
    static List<Element> children(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    /** The only child element. */
    static Element child(Element parent) {
        List<Element> children = children(parent);
        Expect.equal(1, children.size(), "elements in " + parent.getNodeName());
        return children.get(0);
    }
}
