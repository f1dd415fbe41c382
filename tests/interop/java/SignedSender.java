import java.net.URL;
import java.util.function.UnaryOperator;
import javax.xml.validation.Schema;
import org.apache.axis.AxisFault;
import org.apache.axis.Message;
import org.apache.axis.MessageContext;
import org.apache.axis.SimpleTargetedChain;
import org.apache.axis.configuration.SimpleProvider;
import org.apache.axis.transport.http.HTTPSender;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import wscn.WSCNPruebas;
import wscn.WSCNPruebasServiceLocator;

/** Axis's own sender, over HTTP/1.0, which signs what goes out and holds what comes back against the served schema. */
final class SignedSender extends HTTPSender {
    private final transient MessageSignature signature;
    private final transient UnaryOperator<String> spoiler;
    private final transient Schema schema;

    private SignedSender(MessageSignature signature, UnaryOperator<String> spoiler, Schema schema) {
        this.signature = signature;
        this.spoiler = spoiler;
        this.schema = schema;
    }

    /** A client of a service whose messages are signed so, and changed on their way by {@code spoiler}. */
    static WSCNPruebas client(Scenario scenario, MessageSignature signature, UnaryOperator<String> spoiler)
            throws Exception {
        String address = scenario.urls().get("wscn");
        Schema schema = Xml.schema(address + "?xsd=1");
        SimpleProvider configuration = new SimpleProvider();
        configuration.deployTransport("http", new SimpleTargetedChain(new SignedSender(signature, spoiler, schema)));
        return new WSCNPruebasServiceLocator(configuration).getWSCNPruebasPort(new URL(address));
    }

    @Override
    public void invoke(MessageContext context) throws AxisFault {
        try {
            Document envelope = context.getRequestMessage().getSOAPEnvelope().getAsDocument();
            signature.sign(envelope);
            String signed = new String(Xml.write(envelope), "UTF-8");
            Message message = new Message(spoiler.apply(signed).getBytes("UTF-8"));
            message.setMessageType(Message.REQUEST);
            context.setRequestMessage(message);
            super.invoke(context);
            check(Xml.read(context.getResponseMessage().getSOAPPartAsBytes()));
        } catch (Exception exception) {
            throw AxisFault.makeFault(exception);
        }
    }

    /** Exactly what the schema says, and nothing around it. */
    private void check(Document answer) throws Exception {
        Element body = Xml.child(answer.getDocumentElement());
        Expect.equal("Body", body.getLocalName(), "the only part of the envelope");
        Xml.validate(body, schema);
    }
}
