import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import wscn.AcuseNotificacion;
import wscn.ListadoNotificaciones;
import wscn.ListadoPoderdantes;
import wscn.Notificacion;
import wscn.NotificacionRecuperada;
import wscn.Poderdante;
import wscn.WSCNPruebas;
import wscn.WSCNPruebasExcepcionSistema;

/**
 * Contract WSCN as the Java programs of the field meet it: client classes that Axis 1.4 made from the WSDL that is served,
 * messages signed with WSS4J, acuses signed with Santuario, everything over HTTP/1.0.
 *
 * <p>Usage: {@code Wscn ESCENARIO.JSON PAGE}, where the service gives that many notifications at a time. Runs the whole
 * cycle and the refusals that a client can cause, and ends with status 0 if all of it went as it must.
 */
public final class Wscn {
    private final Scenario scenario;
    private final int pageSize;
    private final Scenario.Holder holder;
    private final Scenario.Credential credential;

    private Wscn(Scenario scenario, int pageSize) throws Exception {
        this.scenario = scenario;
        this.pageSize = pageSize;
        holder = scenario.holder("vigente", 1, 2, 3);
        credential = holder.credential();
    }

    public static void main(String[] arguments) throws Exception {
        Wscn wscn = new Wscn(Scenario.read(arguments[0]), Integer.parseInt(arguments[1]));
        wscn.cycle(
                1,
                MessageSignature.wss4j(wscn.credential),
                XmlSignature.Style.INCLUSIVE,
                XmlSignature.Style.EXCLUSIVE);
        wscn.cycle(
                2,
                MessageSignature.wss4jWithTimestamp(wscn.credential, 0),
                XmlSignature.Style.EXCLUSIVE,
                XmlSignature.Style.XADES);
        wscn.cycle(
                3,
                MessageSignature.xades(wscn.credential),
                XmlSignature.Style.XADES,
                XmlSignature.Style.INCLUSIVE);
        wscn.refusals();
        wscn.faults();
        System.out.println("java: ok");
    }

    /** Everything that can be done by a role, and what is refused on the way. */
    private void cycle(int rol, MessageSignature messages, XmlSignature.Style accepting, XmlSignature.Style rejecting)
            throws Exception {
        Scenario.Reach of = holder.by(rol);
        Session session = new Session(client(messages), rol, of.nif());
        int first = of.pendientes().get(0);
        int second = of.pendientes().get(1);
        int third = of.pendientes().get(2);
        XmlSignature accept = new XmlSignature(credential, accepting);
        XmlSignature reject = new XmlSignature(credential, rejecting);

        poderdantes(session.port);
        Map<Integer, Notificacion> found = session.listed();
        expect(true, found.keySet().containsAll(of.pendientes()), "what is listed");
        expect(0, found.get(first).getEstado(), "its state");

        expect(143 + rol, code(session.view(first)), "undecided");
        byte[] acuse = session.issued(first, true);
        expect(20, code(session.send(acuse)), "an acuse that was not signed");
        expect(14, code(session.send(replace(accept.cosign(acuse), "ACEPTACION", "RECHAZO"))), "an altered acuse");
        expect(24, code(session.send(new XmlSignature(stranger(), accepting).cosign(acuse))), "another's signature");
        byte[] signed = accept.cosign(acuse);
        NotificacionRecuperada accepted = session.send(signed);
        expect(0, code(accepted), "an acceptance");
        expect(first, accepted.getCodigoNotificacion(), "codigoNotificacion");
        expect("%PDF-", new String(accepted.getPdfNotificacion(), 0, 5, StandardCharsets.US_ASCII), "the document");
        NotificacionRecuperada again = session.send(signed);
        expect(0, code(again), "the same acuse again");
        expect(accepted.getSelladoTiempo(), again.getSelladoTiempo(), "its answer");
        expect(true, Arrays.equals(accepted.getPdfNotificacion(), again.getPdfNotificacion()), "its document");
        NotificacionRecuperada seen = session.view(first);
        expect(0, code(seen), "verNotificacionAceptada");
        expect(true, Arrays.equals(accepted.getPdfNotificacion(), seen.getPdfNotificacion()), "the document seen");
        expect(132 + 3 * rol, code(session.ask(first, false)), "already accepted");

        NotificacionRecuperada rejected = session.send(reject.cosign(session.issued(second, false)));
        expect(0, code(rejected), "a rejection");
        expect(null, rejected.getPdfNotificacion(), "the document of what was rejected");
        expect(27, code(session.view(second)), "rejected");
        expect(133 + 3 * rol, code(session.ask(second, true)), "already rejected");

        byte[] older = session.issued(third, true);
        byte[] newer = session.issued(third, false);
        expect(119, code(session.send(accept.cosign(older))), "an acuse that another took the place of");
        expect(0, code(session.send(accept.cosign(newer))), "the last acuse");
        for (int expired : of.caducadas()) {
            expect(134 + 3 * rol, code(session.ask(expired, true)), "expired");
        }
        found = session.listed();
        List<Integer> states = List.of(first, second, third).stream()
                .map(found::get)
                .map(Notificacion::getEstado)
                .collect(Collectors.toList());
        expect(List.of(2, 3, 3), states, "states");
    }

    private void poderdantes(WSCNPruebas port) throws Exception {
        ListadoPoderdantes granted = port.solicitarPoderdantes();
        expect(0, code(granted.getError()), "solicitarPoderdantes");
        expect(true, granted.isTienePoderdantes(), "tienePoderdantes");
        Set<String> powers = holder.poderdantes().stream()
                .filter(reach -> reach.rol() == 3)
                .map(Scenario.Reach::nif)
                .collect(Collectors.toSet());
        Set<String> told =
                Arrays.stream(granted.getPoderdantes()).map(Poderdante::getIdentificador).collect(Collectors.toSet());
        expect(powers, told, "poderdantes");
    }

    /** What is refused in {@code error}, over HTTP 200. */
    private void refusals() throws Exception {
        WSCNPruebas port = client(MessageSignature.wss4j(credential));
        String own = holder.by(1).nif();
        expect(133, code(port.verNotificacionAceptada(1, null, 1)), "no poderdante");
        expect(133, code(port.verNotificacionAceptada(1, "", 1)), "an empty poderdante");
        expect(133, code(port.verNotificacionAceptada(1, "12345678Z", 1)), "another's own");
        expect(112, code(port.verNotificacionAceptada(0, own, 1)), "role 0");
        expect(112, code(port.verNotificacionAceptada(7, own, 1)), "role 7");
        expect(117, code(port.verNotificacionAceptada(2, "12345678Z", 1)), "not reached by RED");
        expect(109, code(port.verNotificacionAceptada(3, "12345678Z", 1)), "no power");
        expect(134, code(port.consultarListadoNotificaciones(2, "12345678Z", 0, 0, 0).getError()), "no RED");
        for (int rol = 1; rol <= 3; rol++) {
            Session session = new Session(port, rol, holder.by(rol).nif());
            expect(115 + rol, code(session.view(Integer.MAX_VALUE)), "unknown");
            expect(115 + rol, code(session.ask(Integer.MAX_VALUE, true)), "unknown");
            expect(133, code(session.send(null)), "no acuse");
            expect(133, code(session.send(new byte[0])), "an empty acuse");
            expect(16, code(session.send(new byte[] {'<', (byte) 0xff, '>'})), "not UTF-8");
            expect(119, code(session.send("<acuse/>".getBytes(StandardCharsets.UTF_8))), "no acuse of the service");
        }
    }

    /** What ends in a fault, over HTTP 500. */
    private void faults() throws Exception {
        expect(2, fault(client(MessageSignature.none())), "not signed");
        expect(2, fault(client(MessageSignature.sha1(credential))), "SHA-1");
        expect(2, fault(client(MessageSignature.wss4jWithTimestamp(credential, 3600))), "an old Timestamp");
        UnaryOperator<String> spoiler = message -> message.replace("solicitarPoderdantes", "solicitarPoderdantez");
        for (MessageSignature signature :
                List.of(MessageSignature.wss4j(credential), MessageSignature.xades(credential))) {
            expect(2, fault(SignedSender.client(scenario, signature, spoiler)), "altered on its way");
        }
        for (String state : List.of("caducado", "revocado", "no_admitido")) {
            Scenario.Credential bad = scenario.holder(state).credential();
            expect(1, fault(client(MessageSignature.wss4j(bad))), state);
            expect(1, fault(client(MessageSignature.xades(bad))), state);
        }
    }

    private WSCNPruebas client(MessageSignature signature) throws Exception {
        return SignedSender.client(scenario, signature, UnaryOperator.identity());
    }

    /** Somebody else, with a certificate as good as the holder's. */
    private Scenario.Credential stranger() throws Exception {
        return scenario.holder("vigente", 1).credential();
    }

    /** A role and a poderdante, and the operations that name them. */
    private final class Session {
        private final WSCNPruebas port;
        private final int rol;
        private final String nif;

        private Session(WSCNPruebas port, int rol, String nif) {
            this.port = port;
            this.rol = rol;
            this.nif = nif;
        }

        AcuseNotificacion ask(int codigo, boolean accept) throws Exception {
            return port.solicitarAcuseNotificacion(rol, nif, codigo, accept);
        }

        /** An acuse that was given, with the service's signature on it. */
        byte[] issued(int codigo, boolean accept) throws Exception {
            AcuseNotificacion answer = ask(codigo, accept);
            expect(0, code(answer), "solicitarAcuseNotificacion");
            expect(codigo, answer.getCodigoNotificacion(), "codigoNotificacion");
            verifySeal(answer.getXML());
            return answer.getXML();
        }

        NotificacionRecuperada send(byte[] acuse) throws Exception {
            return port.enviarAcuseNotificacion(rol, nif, acuse);
        }

        NotificacionRecuperada view(int codigo) throws Exception {
            return port.verNotificacionAceptada(rol, nif, codigo);
        }

        /** Every notification, page after page. */
        Map<Integer, Notificacion> listed() throws Exception {
            Map<Integer, Notificacion> found = new TreeMap<>();
            Set<List<Integer>> asked = new HashSet<>();
            List<Integer> from = List.of(-1, -1, -1);
            ListadoNotificaciones page;
            do {
                expect(true, asked.add(from), "a page that moves on");
                page = port.consultarListadoNotificaciones(rol, nif, from.get(0), from.get(1), from.get(2));
                expect(0, code(page.getError()), "consultarListadoNotificaciones");
                Notificacion[] list = new Notificacion[][] {
                    page.getNotificacionesPropias(),
                    page.getNotificacionesAutorizadoRED(),
                    page.getNotificacionesApoderado()
                }[rol - 1];
                expect(true, page.isHayMas() ? list.length == pageSize : list.length <= pageSize, "a page's length");
                for (Notificacion each : list) {
                    expect(null, found.put(each.getCodigo(), each), "what was listed twice");
                }
                from = List.of(
                        page.getCodigoSiguienteNotificacionPropia(),
                        page.getCodigoSiguienteNotificacionAutorizadoRED(),
                        page.getCodigoSiguienteNotificacionApoderado());
            } while (page.isHayMas());
            expect(true, asked.size() > 1, "more than one page");
            return found;
        }
    }

    /** The service's signature on an acuse, with the service's certificate. */
    private void verifySeal(byte[] acuse) throws Exception {
        Document document = Xml.read(acuse);
        ((Element) document.getDocumentElement().getFirstChild()).setIdAttributeNS(null, "Id", true);
        XMLSignature seal = new XMLSignature(Xml.find(document, Xml.DS, "Signature"), "");
        try (FileInputStream file = new FileInputStream(scenario.servicio().certificado())) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            expect(true, seal.checkSignatureValue(factory.generateCertificate(file).getPublicKey()), "the seal");
        }
    }

    private static byte[] replace(byte[] octets, String what, String by) {
        return new String(octets, StandardCharsets.UTF_8).replace(what, by).getBytes(StandardCharsets.UTF_8);
    }

    private static int code(AcuseNotificacion answer) {
        return code(answer.getError());
    }

    private static int code(NotificacionRecuperada answer) {
        return code(answer.getError());
    }

    /** The code of what each answer carries, success too. */
    private static int code(wscn.Error error) {
        UUID.fromString(error.getIdentificadorPeticion());
        expect(false, error.getDescripcion().isEmpty(), "an empty description");
        return error.getCodigo();
    }

    /** The code of the fault that a call ends in. */
    private static int fault(WSCNPruebas port) throws Exception {
        try {
            port.solicitarPoderdantes();
        } catch (WSCNPruebasExcepcionSistema fault) {
            expect(null, fault.getMessage1(), "message");
            return code(fault.getError());
        }
        throw new AssertionError("no fault");
    }

    private static void expect(Object expected, Object found, String what) {
        if (expected == null ? found != null : !expected.equals(found)) {
            throw new AssertionError(what + ": " + found + " where " + expected + " was due");
        }
    }
}
