import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import wscn.AcuseNotificacion;
import wscn.ListadoNotificaciones;
import wscn.ListadoPoderdantes;
import wscn.Notificacion;
import wscn.NotificacionRecuperada;
import wscn.Poderdante;
import wscn.WSCNPruebas;
import wscn.WSCNPruebasExcepcionSistema;

/**
 * Contract WSCN as the Java programs of the field meet it: client classes that Axis 1.4 made from the WSDL that is
 * served, messages signed with WSS4J, acuses signed with Santuario, everything over HTTP/1.0.
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
        wscn.autofirma();
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
        Expect.that(found.keySet().containsAll(of.pendientes()), "what is listed");
        Expect.equal(0, found.get(first).getEstado(), "its state");

        Expect.equal(143 + rol, code(session.view(first)), "undecided");
        byte[] acuse = session.issued(first, true);
        Expect.equal(20, code(session.send(acuse)), "an acuse that was not signed");
        byte[] signed = accept.cosign(acuse);
        Expect.equal(14, code(session.send(replace(signed, "ACEPTACION", "RECHAZO"))), "an altered acuse");
        byte[] other = new XmlSignature(stranger(), accepting).cosign(acuse);
        Expect.equal(24, code(session.send(other)), "an acuse that somebody else signed");
        NotificacionRecuperada accepted = session.send(signed);
        Expect.equal(0, code(accepted), "an acceptance");
        Expect.equal(first, accepted.getCodigoNotificacion(), "codigoNotificacion");
        String beginning = new String(accepted.getPdfNotificacion(), 0, 5, StandardCharsets.US_ASCII);
        Expect.equal("%PDF-", beginning, "the document");
        NotificacionRecuperada again = session.send(signed);
        Expect.equal(0, code(again), "the same acuse again");
        Expect.equal(accepted.getSelladoTiempo(), again.getSelladoTiempo(), "its answer");
        Expect.that(Arrays.equals(accepted.getPdfNotificacion(), again.getPdfNotificacion()), "its document");
        NotificacionRecuperada seen = session.view(first);
        Expect.equal(0, code(seen), "verNotificacionAceptada");
        Expect.that(Arrays.equals(accepted.getPdfNotificacion(), seen.getPdfNotificacion()), "the document seen");
        Expect.equal(132 + 3 * rol, code(session.ask(first, false)), "already accepted");

        NotificacionRecuperada rejected = session.send(reject.cosign(session.issued(second, false)));
        Expect.equal(0, code(rejected), "a rejection");
        Expect.equal(null, rejected.getPdfNotificacion(), "the document of what was rejected");
        Expect.equal(27, code(session.view(second)), "rejected");
        Expect.equal(133 + 3 * rol, code(session.ask(second, true)), "already rejected");

        byte[] older = session.issued(third, true);
        byte[] newer = session.issued(third, false);
        Expect.equal(119, code(session.send(accept.cosign(older))), "an acuse that another took the place of");
        Expect.equal(0, code(session.send(accept.cosign(newer))), "the last acuse");
        for (int expired : of.someExpired()) {
            Expect.equal(134 + 3 * rol, code(session.ask(expired, true)), "expired");
        }
        found = session.listed();
        List<Integer> states = List.of(first, second, third).stream()
                .map(found::get)
                .map(Notificacion::getEstado)
                .collect(Collectors.toList());
        Expect.equal(List.of(2, 3, 3), states, "states");
    }

    /** Acuses in the shapes of AutoFirma: those that are taken, and what is told of the others. */
    private void autofirma() throws Exception {
        Scenario.Reach of = holder.by(3);
        Session session = new Session(client(MessageSignature.wss4j(credential)), 3, of.nif());
        List<AutoFirma.Shape> shapes = AutoFirma.Shape.all();
        for (int i = 0; i < shapes.size(); i++) {
            int codigo = of.pendientes().get(3 + i);
            AutoFirma.Shape shape = shapes.get(i);
            byte[] acuse = session.issued(codigo, i % 2 == 0);
            NotificacionRecuperada decided = session.send(new AutoFirma(credential, shape).cosign(acuse));
            Expect.equal(0, code(decided), shape + ": " + decided.getError().getDescripcion());
        }
        byte[] acuse = session.issued(of.pendientes().get(3 + shapes.size()), true);
        told(session, acuse, AutoFirma.Format.ENVELOPED, AutoFirma.Strength.SHA256, true, 119, "ProsaSignature");
        told(session, acuse, AutoFirma.Format.DETACHED, AutoFirma.Strength.SHA1, false, 11, "rsa-sha1");
    }

    private void told(
            Session session,
            byte[] acuse,
            AutoFirma.Format format,
            AutoFirma.Strength strength,
            boolean inside,
            int codigo,
            String word)
            throws Exception {
        AutoFirma.Shape shape = new AutoFirma.Shape(format, strength, true, false, true, inside);
        wscn.Error error = session.send(new AutoFirma(credential, shape).cosign(acuse)).getError();
        Expect.equal(codigo, code(error), shape.toString());
        Expect.that(error.getDescripcion().contains(word), error.getDescripcion());
    }

    private void poderdantes(WSCNPruebas port) throws Exception {
        ListadoPoderdantes granted = port.solicitarPoderdantes();
        Expect.equal(0, code(granted.getError()), "solicitarPoderdantes");
        Expect.that(granted.isTienePoderdantes(), "tienePoderdantes");
        Set<String> powers = holder.poderdantes().stream()
                .filter(reach -> reach.rol() == 3)
                .map(Scenario.Reach::nif)
                .collect(Collectors.toSet());
        Set<String> told =
                Arrays.stream(granted.getPoderdantes()).map(Poderdante::getIdentificador).collect(Collectors.toSet());
        Expect.equal(powers, told, "poderdantes");
    }

    /** What is refused in {@code error}, over HTTP 200. */
    private void refusals() throws Exception {
        WSCNPruebas port = client(MessageSignature.wss4j(credential));
        String own = holder.by(1).nif();
        Expect.equal(133, code(port.verNotificacionAceptada(1, null, 1)), "no poderdante");
        Expect.equal(133, code(port.verNotificacionAceptada(1, "", 1)), "an empty poderdante");
        Expect.equal(133, code(port.verNotificacionAceptada(1, "12345678Z", 1)), "another's own");
        Expect.equal(112, code(port.verNotificacionAceptada(0, own, 1)), "role 0");
        Expect.equal(112, code(port.verNotificacionAceptada(7, own, 1)), "role 7");
        Expect.equal(117, code(port.verNotificacionAceptada(2, "12345678Z", 1)), "not reached by RED");
        Expect.equal(109, code(port.verNotificacionAceptada(3, "12345678Z", 1)), "no power");
        Expect.equal(134, code(port.consultarListadoNotificaciones(2, "12345678Z", 0, 0, 0).getError()), "no RED");
        for (int rol = 1; rol <= 3; rol++) {
            Session session = new Session(port, rol, holder.by(rol).nif());
            Expect.equal(115 + rol, code(session.view(Integer.MAX_VALUE)), "unknown");
            Expect.equal(115 + rol, code(session.ask(Integer.MAX_VALUE, true)), "unknown");
            Expect.equal(133, code(session.send(null)), "no acuse");
            Expect.equal(133, code(session.send(new byte[0])), "an empty acuse");
            Expect.equal(16, code(session.send(new byte[] {'<', (byte) 0xff, '>'})), "not UTF-8");
            Expect.equal(119, code(session.send("<acuse/>".getBytes(StandardCharsets.UTF_8))), "another document");
        }
    }

    /** What ends in a fault, over HTTP 500. */
    private void faults() throws Exception {
        Expect.equal(2, fault(client(MessageSignature.none())), "not signed");
        Expect.equal(2, fault(client(MessageSignature.sha1(credential))), "SHA-1");
        Expect.equal(2, fault(client(MessageSignature.wss4jWithTimestamp(credential, 3600))), "an old Timestamp");
        UnaryOperator<String> spoiler = message -> message.replace("solicitarPoderdantes", "solicitarPoderdantez");
        for (MessageSignature signature :
                List.of(MessageSignature.wss4j(credential), MessageSignature.xades(credential))) {
            Expect.equal(2, fault(SignedSender.client(scenario, signature, spoiler)), "altered on its way");
        }
        for (String state : List.of("caducado", "revocado", "no_admitido")) {
            Scenario.Credential bad = scenario.holder(state).credential();
            Expect.equal(1, fault(client(MessageSignature.wss4j(bad))), state);
            Expect.equal(1, fault(client(MessageSignature.xades(bad))), state);
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
            Expect.equal(0, code(answer), "solicitarAcuseNotificacion");
            Expect.equal(codigo, answer.getCodigoNotificacion(), "codigoNotificacion");
            XmlSignature.verify(answer.getXML(), scenario.servicio().read());
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
                Expect.that(asked.add(from), "a page that moves on");
                page = port.consultarListadoNotificaciones(rol, nif, from.get(0), from.get(1), from.get(2));
                Expect.equal(0, code(page.getError()), "consultarListadoNotificaciones");
                Notificacion[] list = new Notificacion[][] {
                    page.getNotificacionesPropias(),
                    page.getNotificacionesAutorizadoRED(),
                    page.getNotificacionesApoderado()
                }[rol - 1];
                Expect.that(page.isHayMas() ? list.length == pageSize : list.length <= pageSize, "a page's length");
                for (Notificacion each : list) {
                    Expect.equal(null, found.put(each.getCodigo(), each), "what was listed twice");
                }
                from = List.of(
                        page.getCodigoSiguienteNotificacionPropia(),
                        page.getCodigoSiguienteNotificacionAutorizadoRED(),
                        page.getCodigoSiguienteNotificacionApoderado());
            } while (page.isHayMas());
            Expect.that(asked.size() > 1, "more than one page");
            return found;
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
        Expect.equal(false, error.getDescripcion().isEmpty(), "an empty description");
        return error.getCodigo();
    }

    /** The code of the fault that a call ends in. */
    private static int fault(WSCNPruebas port) throws Exception {
        try {
            port.solicitarPoderdantes();
        } catch (WSCNPruebasExcepcionSistema fault) {
            Expect.equal(null, fault.getMessage1(), "message");
            return code(fault.getError());
        }
        throw new AssertionError("no fault");
    }
}
