import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
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

    /** Appends an element, with a text if there is one, and gives it. */
    static Element append(Node parent, String namespace, String name, String... text) {
        Element element = parent.getOwnerDocument().createElementNS(namespace, name);
        for (String each : text) {
            element.setTextContent(each);
        }
        parent.appendChild(element);
        return element;
    }

    /** The first element of that name, which must be there. */
    static Element find(Document document, String namespace, String name) {
        Element found = (Element) document.getElementsByTagNameNS(namespace, name).item(0);
        if (found == null) {
            throw new AssertionError("no " + name);
        }
        return found;
    }

    /** The only child element. */
    static Element child(Element parent) {
        Element found = null;
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                if (found != null) {
                    throw new AssertionError("more than one element in " + parent.getNodeName());
                }
                found = element;
            }
        }
        return found;
    }
}
