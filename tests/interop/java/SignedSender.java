import java.net.URL;
import java.util.function.UnaryOperator;
import javax.xml.validation.Schema;
import org.apache.axis.EngineConfiguration;
import org.apache.axis.AxisFault;
import org.apache.axis.Message;
import org.apache.axis.MessageContext;
import org.apache.axis.SimpleTargetedChain;
import org.apache.axis.configuration.SimpleProvider;
import org.apache.axis.message.SOAPHeaderElement;
import org.apache.axis.transport.http.HTTPSender;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import wscn.WSCNPruebas;
import wscn.WSCNPruebasServiceLocator;

/** Axis's own sender, over HTTP/1.0, which signs what goes out and holds what comes back against what it must be. */
final class SignedSender extends HTTPSender {
    private final transient MessageSignature signature;
    private final transient UnaryOperator<String> spoiler;
    private final transient Check check;

    /** What an answer must be. */
    interface Check {
        void of(Document answer) throws Exception;
    }

    private SignedSender(MessageSignature signature, UnaryOperator<String> spoiler, Check check) {
        this.signature = signature;
        this.spoiler = spoiler;
        this.check = check;
    }

    /** Axis whose messages are signed so, and changed on their way by {@code spoiler}. */
    static EngineConfiguration through(MessageSignature signature, UnaryOperator<String> spoiler, Check check) {
        SimpleProvider configuration = new SimpleProvider();
        configuration.deployTransport("http", new SimpleTargetedChain(new SignedSender(signature, spoiler, check)));
        return configuration;
    }

    /** A client of contract WSCN. */
    static WSCNPruebas client(Scenario scenario, MessageSignature signature, UnaryOperator<String> spoiler)
            throws Exception {
        String address = scenario.urls().get("wscn");
        Schema schema = Xml.schema(address + "?xsd=1");
        // Exactly what the schema says, and nothing around it.
        Check check = answer -> {
            Element body = Xml.child(answer.getDocumentElement());
            Expect.equal("Body", body.getLocalName(), "the only part of the envelope");
            Xml.validate(body, schema);
        };
        EngineConfiguration configuration = through(signature, spoiler, check);
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
            check.of(Xml.read(context.getResponseMessage().getSOAPPartAsBytes()));
            // Axis refuses an answer with a header that must be understood and that nobody says to have dealt with.
            for (Object header : context.getResponseMessage().getSOAPEnvelope().getHeaders()) {
                ((SOAPHeaderElement) header).setProcessed(true);
            }
        } catch (Exception exception) {
            throw AxisFault.makeFault(exception);
        }
    }
}
