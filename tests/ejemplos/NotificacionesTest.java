import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/**
 * Pruebas de un programa de gestoría contra un notess de demostración. Se ejecutan con JUnit 4:
 *
 * <pre>
 * notess demo --datos mundo --puerto 8097 --control 8098 --notificaciones 300 &
 * java -cp CLASES org.junit.runner.JUnitCore NotificacionesTest
 * </pre>
 */
public class NotificacionesTest {
    private final Path mundo = Path.of(variable("MUNDO", "mundo"));
    private final JsonObject escenario = leer(mundo.resolve("escenario.json"));
    private final JsonObject empresa = uno("titulares", escenario, "nombre", "empresa");
    private final JsonObject propias = uno("poderdantes", empresa, "rol", "1");
    private final String codigo = propias.getAsJsonArray("pendientes").get(0).getAsString();

    /** Cada prueba empieza con el mundo como se preparó. */
    @Before
    public void mundoComoEstaba() throws Exception {
        control("/origen", "");
    }

    @Test
    public void loQueSeFirmaDejaDeEstarPendiente() throws Exception {
        assertTrue(pendientes().contains(codigo));
        assertTrue(primero(firmar()).get("acuse").isJsonObject());
        assertFalse(pendientes().contains(codigo));
    }

    @Test
    public void aLosDiezDiasYaNoSePuedeFirmar() throws Exception {
        control("/reloj", "{\"avance\": \"+11d\"}");
        assertEquals(List.of(), pendientes());
        assertEquals("CADUCADA", primero(firmar()).getAsJsonObject("error").get("codigo").getAsString());
    }

    @Test
    public void siSePierdeLaRespuestaRepetirDaElMismoAcuse() throws Exception {
        control("/fallos", "{\"fallo\": \"respuesta_perdida\", \"operacion\": \"firmarNotificaciones\"}");
        assertTrue(firmar().contains("no hay respuesta"));
        JsonObject segunda = primero(firmar());
        JsonObject tercera = primero(firmar());
        assertTrue(segunda.get("repetida").getAsBoolean());
        assertEquals(segunda.get("acuse"), tercera.get("acuse"));
    }

    @Test
    public void unServicioOcupadoPideQueSeVuelva() throws Exception {
        control("/fallos", "{\"fallo\": \"ocupado\", \"operacion\": \"consultarNotificaciones\"}");
        assertTrue(programa("consultar").contains("SERVICIO_OCUPADO"));
        assertTrue(pendientes().contains(codigo));
    }

    /** Una llamada a la puerta de control. */
    private void control(String ruta, String cuerpo) throws Exception {
        URI uri = URI.create(escenario.getAsJsonObject("urls").get("control").getAsString() + ruta);
        HttpRequest llamada = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(cuerpo)).build();
        HttpResponse<String> respuesta = HttpClient.newHttpClient().send(llamada, HttpResponse.BodyHandlers.ofString());
        assertEquals(respuesta.body(), 200, respuesta.statusCode());
    }

    /** Su programa. Aquí hace sus veces el cliente que trae notess: lo que dice o, si no dice nada, por qué. */
    private String programa(String operacion, String... argumentos) throws Exception {
        List<String> orden = new ArrayList<>(List.of(variable("NOTESS", "notess"), "cliente", operacion, "--json",
            "--url", escenario.getAsJsonObject("urls").get("canal").getAsString(),
            "--p12", mundo.resolve(empresa.get("p12").getAsString()).toString(),
            "--contrasena", empresa.get("contrasena").getAsString(),
            "--servicio", mundo.resolve(escenario.getAsJsonObject("servicio").get("certificado").getAsString()).toString(),
            "--poderdante", propias.get("nif").getAsString()));
        orden.addAll(List.of(argumentos));
        Process proceso = new ProcessBuilder(orden).start();
        String dicho = new String(proceso.getInputStream().readAllBytes(), "UTF-8");
        String error = new String(proceso.getErrorStream().readAllBytes(), "UTF-8");
        proceso.waitFor();
        return dicho.isEmpty() ? error : dicho;
    }

    private String firmar() throws Exception {
        return programa("firmar", "--advertencia", escenario.get("advertencia").getAsString(), codigo);
    }

    private List<String> pendientes() throws Exception {
        List<String> codigos = new ArrayList<>();
        String dicho = programa("consultar", "--estado", "0", "--estado", "1");
        JsonParser.parseString(dicho).getAsJsonArray().forEach(una -> codigos.add(una.getAsJsonObject().get("codigo").getAsString()));
        return codigos;
    }

    private static JsonObject primero(String dicho) {
        return JsonParser.parseString(dicho).getAsJsonArray().get(0).getAsJsonObject();
    }

    private static JsonObject uno(String lista, JsonObject de, String campo, String valor) {
        for (JsonElement elemento : de.getAsJsonArray(lista)) {
            JsonObject objeto = elemento.getAsJsonObject();
            if (objeto.get(campo).getAsString().equals(valor)) {
                return objeto;
            }
        }
        throw new IllegalStateException(lista + " sin " + valor);
    }

    private static JsonObject leer(Path ruta) {
        try {
            return JsonParser.parseString(Files.readString(ruta)).getAsJsonObject();
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    private static String variable(String nombre, String siNo) {
        String valor = System.getenv(nombre);
        return valor == null ? siNo : valor;
    }
}
