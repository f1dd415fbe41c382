import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.w3c.dom.Element;

/**
 * Contract canal from Java, with WSS4J for the messages in both directions.
 *
 * <p>Usage: {@code Canal ESCENARIO.JSON}. Runs the whole cycle in SOAP 1.1 and in 1.2 and the main refusals, and ends
 * with status 0 if all of it went as it must.
 */
public final class Canal {
    private final Scenario scenario;
    private final Scenario.Holder holder;
    private final Scenario.Credential credential;
    /** What was decided already, by another version of SOAP. */
    private final Set<Integer> decided = new HashSet<>();

    private Canal(Scenario scenario) throws Exception {
        this.scenario = scenario;
        holder = scenario.holder("vigente", 1, 2, 3);
        credential = holder.credential();
    }

    public static void main(String[] arguments) throws Exception {
        Canal canal = new Canal(Scenario.read(arguments[0]));
        canal.cycle(Xml.SOAP);
        canal.cycle(CanalClient.SOAP12);
        canal.refusals();
        System.out.println("java: ok");
    }

    private void cycle(String soap) throws Exception {
        CanalClient client = client(soap, MessageSignature.wss4jWithTimestamp(credential, 0));
        Element granted = client.call("consultarPoderdantes");
        String warning = text(granted, "advertencia", "codigo");
        Expect.equal(scenario.advertencia(), warning, "the legal warning");
        Set<String> told = all(granted, "poderdante").stream()
                .map(each -> text(each, "nif") + " " + text(each, "rol"))
                .collect(Collectors.toSet());
        for (Scenario.Reach reach : holder.poderdantes()) {
            Expect.that(told.contains(reach.nif() + " " + reach.rol()), "a poderdante: " + reach.nif());
        }
        for (int rol = 1; rol <= 3; rol++) {
            decide(client, holder.by(rol), warning);
        }
    }

    private void decide(CanalClient client, Scenario.Reach of, String warning) throws Exception {
        Set<Integer> left = new HashSet<>(of.pendientes());
        left.removeAll(decided);
        Expect.equal(left, listed(client, of), "what is pending");
        List<Integer> some = new ArrayList<>(left).subList(0, 3);
        decided.addAll(some);
        int first = some.get(0);
        int second = some.get(1);
        int third = some.get(2);
        Object[] accept = {"poderdante", of.nif(), "rol", of.rol(), "advertencia", warning, "codigo"};

        List<Element> accepted =
                all(client.call("firmarNotificaciones", and(accept, List.of(first, second, 2147483647))), "resultado");
        Expect.equal("false", text(accepted.get(0), "repetida"), "the first time");
        Expect.equal("NOTIFICACION_DESCONOCIDA", text(accepted.get(2), "error", "codigo"), "unknown");
        Element again = Xml.child(client.call("firmarNotificaciones", and(accept, first)));
        Expect.equal("true", text(again, "repetida"), "the second time");
        for (String member : List.of("identificador", "fecha", "huella")) {
            Expect.equal(text(accepted.get(0), "acuse", member), text(again, "acuse", member), member);
        }

        Object[] which = {"poderdante", of.nif(), "codigo"};
        Element found = client.call("obtenerDocumento", and(which, first));
        byte[] document = octets(found, "documento");
        Expect.equal("%PDF-", new String(document, 0, 5, "US-ASCII"), "the document");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(document);
        Expect.equal(HexFormat.of().formatHex(digest), text(found, "huella"), "its digest");
        Expect.equal(text(accepted.get(0), "acuse", "huella"), text(found, "huella"), "its digest in the acuse");
        byte[] acuse = octets(client.call("obtenerAcuse", and(which, second)), "acuse");
        XmlSignature.verify(acuse, scenario.servicio().read());
        Expect.that(new String(acuse, "UTF-8").contains(text(accepted.get(1), "acuse", "identificador")), "its acuse");

        Element rejected = Xml.child(client.call("rechazarNotificaciones", and(accept, third)));
        UUID.fromString(text(rejected, "acuse", "identificador"));
        Element refused = client.call("obtenerDocumento", and(which, third));
        Expect.equal("YA_RECHAZADA", text(refused, "error", "codigo"), "the document of what was rejected");
        Element crossed = Xml.child(client.call("firmarNotificaciones", and(accept, third)));
        Expect.equal("YA_RECHAZADA", text(crossed, "error", "codigo"), "an acceptance of what was rejected");
        for (int expired : of.someExpired()) {
            Element late = Xml.child(client.call("firmarNotificaciones", and(accept, expired)));
            Expect.equal("CADUCADA", text(late, "error", "codigo"), "expired");
        }
    }

    /** The codes of what is pending, page after page, none of them twice. */
    private Set<Integer> listed(CanalClient client, Scenario.Reach of) throws Exception {
        Set<Integer> found = new HashSet<>();
        List<String> cursor = List.of();
        Element page;
        do {
            Object[] wanted = {"poderdante", of.nif(), "rol", of.rol(), "estado", List.of(0, 1), "cursor", cursor};
            page = client.call("consultarNotificaciones", and(and(wanted, "limite"), 17));
            for (Element each : all(page, "notificacion")) {
                Expect.that(found.add(Integer.valueOf(text(each, "codigo"))), "listed once");
            }
            cursor = all(page, "siguienteCursor").stream().map(Element::getTextContent).collect(Collectors.toList());
        } while (text(page, "hayMas").equals("true"));
        Expect.equal(List.of(), cursor, "the cursor of the last page");
        return found;
    }

    private void refusals() throws Exception {
        MessageSignature good = MessageSignature.wss4jWithTimestamp(credential, 0);
        CanalClient client = client(Xml.SOAP, good);
        String own = holder.by(1).nif();
        String listing = "consultarNotificaciones";
        Expect.equal("PODERDANTE_VACIO", fault(client.call(listing, "poderdante", "")), "empty");
        Expect.equal("PODERDANTE_INVALIDO", fault(client.call(listing, "poderdante", "1A")), "not a NIF");
        Expect.equal("SIN_REPRESENTACION", fault(client.call(listing, "poderdante", "12345678Z")), "not reached");
        client.call(listing, "poderdante", own, "limite", 1);
        Expect.equal("MENSAJE_REPETIDO", fault(client.replay()), "the same message again");

        refused(MessageSignature.none(), "FIRMA_AUSENTE");
        refused(MessageSignature.wss4j(credential), "MENSAJE_TIMESTAMP_INVALIDO");
        refused(MessageSignature.wss4jWithTimestamp(credential, 3600), "MENSAJE_CADUCADO");
        refused(MessageSignature.wss4jWithTimestamp(credential, -3600), "MENSAJE_DEL_FUTURO");
        UnaryOperator<String> spoiler = message -> message.replace("consultarPoderdantes", "consultarPoderdantez");
        CanalClient spoiled = new CanalClient(scenario, Xml.SOAP, good, spoiler);
        Expect.equal("FIRMA_RESUMEN_INCORRECTO", fault(spoiled.call("consultarPoderdantes")), "altered on its way");
        for (String state : List.of("caducado", "revocado", "no_admitido")) {
            Scenario.Credential bad = scenario.holder(state).credential();
            refused(MessageSignature.wss4jWithTimestamp(bad, 0), "CERTIFICADO_" + state.toUpperCase(Locale.ROOT));
        }
    }

    private void refused(MessageSignature signature, String code) throws Exception {
        Expect.equal(code, fault(client(Xml.SOAP, signature).call("consultarPoderdantes")), "the fault");
    }

    private CanalClient client(String soap, MessageSignature signature) throws Exception {
        return new CanalClient(scenario, soap, signature, UnaryOperator.identity());
    }

    private static Object[] and(Object[] members, Object last) {
        List<Object> all = new ArrayList<>(List.of(members));
        all.add(last);
        return all.toArray();
    }

    /** The code of a fault. */
    private static String fault(Element content) {
        Expect.equal("Fault", content.getLocalName(), "what the Body holds");
        Element told = (Element) content.getElementsByTagNameNS(CanalClient.CANAL, "fallo").item(0);
        UUID.fromString(text(told, "identificadorPeticion"));
        Expect.that(!text(told, "descripcion").isEmpty(), "a description");
        return text(told, "codigo");
    }

    private static List<Element> all(Element parent, String name) {
        return Xml.children(parent).stream()
                .filter(each -> each.getLocalName().equals(name))
                .collect(Collectors.toList());
    }

    /** The text of the element at the end of a path, which must be there. */
    private static String text(Element parent, String... path) {
        Element found = parent;
        for (String name : path) {
            List<Element> all = all(found, name);
            Expect.equal(1, all.size(), name + " in " + found.getTextContent());
            found = all.get(0);
        }
        return found.getTextContent();
    }

    private static byte[] octets(Element parent, String name) {
        return Base64.getMimeDecoder().decode(text(parent, name));
    }
}
