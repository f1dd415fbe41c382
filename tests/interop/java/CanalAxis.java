import canal.Canal_PortType;
import canal.Canal_ServiceLocator;
import canal.Entidad;
import canal.Fallo;
import canal.Notificacion;
import canal.PoderdanteAccesible;
import canal.Resultado;
import canal.holders.AdvertenciaHolder;
import canal.holders.ErrorFuncionalHolder;
import canal.holders.NotificacionArrayHolder;
import canal.holders.PoderdanteAccesibleArrayHolder;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.xml.rpc.holders.BooleanHolder;
import javax.xml.rpc.holders.ByteArrayHolder;
import javax.xml.rpc.holders.IntHolder;
import javax.xml.rpc.holders.StringHolder;
import javax.xml.validation.Schema;

/**
 * Contract canal from programs of the field: client classes that Axis 1.4 made from the WSDL that is served, messages in
 * both directions with WSS4J 1.6, everything over HTTP/1.0.
 *
 * <p>Usage: {@code CanalAxis ESCENARIO.JSON}. Runs the whole cycle by each role and the main refusals, and ends with
 * status 0 if all of it went as it must.
 */
public final class CanalAxis {
    private static final int UNKNOWN = 2147483647;

    private final Scenario scenario;
    private final Scenario.Holder holder;
    private final Canal_PortType port;

    private CanalAxis(Scenario scenario) throws Exception {
        this.scenario = scenario;
        holder = scenario.holder("vigente", 1, 2, 3);
        port = client(MessageSignature.wss4jWithTimestamp(holder.credential(), 0), UnaryOperator.identity());
    }

    public static void main(String[] arguments) throws Exception {
        CanalAxis program = new CanalAxis(Scenario.read(arguments[0]));
        String warning = program.warning();
        for (int rol = 1; rol <= 3; rol++) {
            program.decide(program.holder.by(rol), warning);
        }
        program.refusals();
        System.out.println("java: ok");
    }

    private String warning() throws Exception {
        PoderdanteAccesibleArrayHolder granted = new PoderdanteAccesibleArrayHolder();
        AdvertenciaHolder warning = new AdvertenciaHolder();
        port.consultarPoderdantes(granted, warning);
        Set<String> told = Arrays.stream(granted.value)
                .map(PoderdanteAccesible::getNif)
                .collect(Collectors.toSet());
        for (Scenario.Reach reach : holder.poderdantes()) {
            Expect.that(told.contains(reach.nif()), "a poderdante: " + reach.nif());
        }
        Expect.equal(scenario.advertencia(), warning.value.getCodigo(), "the legal warning");
        return warning.value.getCodigo();
    }

    private void decide(Scenario.Reach of, String warning) throws Exception {
        Expect.equal(new HashSet<>(of.pendientes()), listed(of), "what is pending");
        int first = of.pendientes().get(0);
        int second = of.pendientes().get(1);

        Resultado[] accepted = port.firmarNotificaciones(of.nif(), of.rol(), warning, new int[] {first, UNKNOWN});
        Expect.equal(false, accepted[0].isRepetida(), "the first time");
        Expect.equal("NOTIFICACION_DESCONOCIDA", accepted[1].getError().getCodigo(), "unknown");
        Resultado again = port.firmarNotificaciones(of.nif(), of.rol(), warning, new int[] {first})[0];
        Expect.equal(true, again.isRepetida(), "the second time");
        String acuse = accepted[0].getAcuse().getIdentificador();
        Expect.equal(acuse, again.getAcuse().getIdentificador(), "its acuse");

        ByteArrayHolder document = new ByteArrayHolder();
        StringHolder digest = new StringHolder();
        ErrorFuncionalHolder error = new ErrorFuncionalHolder();
        port.obtenerDocumento(of.nif(), first, new IntHolder(), document, new StringHolder(), digest, error);
        Expect.equal(null, error.value, "an error");
        byte[] found = MessageDigest.getInstance("SHA-256").digest(document.value);
        Expect.equal(HexFormat.of().formatHex(found), digest.value, "the document's digest");
        ByteArrayHolder proof = new ByteArrayHolder();
        port.obtenerAcuse(of.nif(), first, new IntHolder(), proof, new StringHolder(), error);
        XmlSignature.verify(proof.value, scenario.servicio().read());
        Expect.that(new String(proof.value, StandardCharsets.UTF_8).contains(acuse), "its acuse, whole");

        Resultado rejected =
                port.rechazarNotificaciones(of.nif(), of.rol(), warning, new int[] {second}, "no procede")[0];
        UUID.fromString(rejected.getAcuse().getIdentificador());
        port.obtenerDocumento(of.nif(), second, new IntHolder(), document, new StringHolder(), digest, error);
        Expect.equal("YA_RECHAZADA", error.value.getCodigo(), "the document of what was rejected");
    }

    /** The codes of what is pending, page after page, none of them twice. */
    private Set<Integer> listed(Scenario.Reach of) throws Exception {
        Set<Integer> found = new HashSet<>();
        StringHolder cursor = new StringHolder();
        BooleanHolder more = new BooleanHolder();
        do {
            NotificacionArrayHolder page = new NotificacionArrayHolder();
            port.consultarNotificaciones(
                    new String[] {of.nif()},
                    new int[] {of.rol()},
                    new int[] {0, 1},
                    new Entidad[] {Entidad.TGSS, Entidad.INSS, Entidad.ISM},
                    null,
                    null,
                    null,
                    cursor.value,
                    17,
                    null,
                    page,
                    cursor,
                    more);
            for (Notificacion each : page.value) {
                Expect.that(found.add(each.getCodigo()), "listed once");
            }
        } while (more.value);
        Expect.equal(null, cursor.value, "the cursor of the last page");
        return found;
    }

    private void refusals() throws Exception {
        Expect.equal("PODERDANTE_INVALIDO", refused(port, "1A"), "not a NIF");
        Expect.equal("SIN_REPRESENTACION", refused(port, "12345678Z"), "not reached");
        String own = holder.by(1).nif();
        Canal_PortType unsigned = client(MessageSignature.none(), UnaryOperator.identity());
        Expect.equal("FIRMA_AUSENTE", refused(unsigned, own), "not signed");
        UnaryOperator<String> spoiler = message -> message.replace("</poderdante>", " </poderdante>");
        MessageSignature good = MessageSignature.wss4jWithTimestamp(holder.credential(), 0);
        String altered = refused(client(good, spoiler), own);
        Expect.equal("FIRMA_RESUMEN_INCORRECTO", altered, "altered on its way");
    }

    /** The code of the fault that asking for a document ends in. */
    private static String refused(Canal_PortType port, String nif) throws Exception {
        try {
            port.obtenerDocumento(
                    nif,
                    1,
                    new IntHolder(),
                    new ByteArrayHolder(),
                    new StringHolder(),
                    new StringHolder(),
                    new ErrorFuncionalHolder());
        } catch (Fallo fault) {
            UUID.fromString(fault.getIdentificadorPeticion());
            Expect.that(!fault.getDescripcion().isEmpty(), "a description");
            return fault.getCodigo();
        }
        throw new AssertionError("no fault");
    }

    private Canal_PortType client(MessageSignature signature, UnaryOperator<String> spoiler) throws Exception {
        String address = scenario.urls().get("canal");
        X509Certificate service = scenario.servicio().read();
        Schema schema = Xml.schema(address + "?xsd=1");
        SignedSender.Check check = answer -> CanalClient.checked(answer, Xml.SOAP, service, schema);
        return new Canal_ServiceLocator(SignedSender.through(signature, spoiler, check))
                .getCanalSoap11(new URL(address));
    }
}
