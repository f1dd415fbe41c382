import com.google.gson.Gson;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code escenario.json}, as far as these programs need it. The names are those of the file. */
record Scenario(Map<String, String> urls, String advertencia, Service servicio, List<Holder> titulares) {

    record Service(String certificado) {

        X509Certificate read() throws Exception {
            try (InputStream file = Files.newInputStream(Path.of(certificado))) {
                return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
            }
        }
    }

    record Reach(String nif, int rol, List<Integer> pendientes, List<Integer> caducadas) {

        /** One that expired, if there is one. */
        List<Integer> someExpired() {
            return caducadas.subList(0, Math.min(1, caducadas.size()));
        }
    }

    record Holder(String nombre, String p12, String contrasena, String estado_certificado, List<Reach> poderdantes) {

        /** What the holder reaches by a role, with enough pending ones for a cycle. */
        Reach by(int rol) {
            return poderdantes.stream()
                    .filter(reach -> reach.rol() == rol && reach.pendientes().size() >= 6)
                    .findFirst()
                    .orElseThrow();
        }

        Set<Integer> roles() {
            return poderdantes.stream().map(Reach::rol).collect(Collectors.toSet());
        }

        Credential credential() throws Exception {
            KeyStore store = KeyStore.getInstance(Path.of(p12).toFile(), contrasena.toCharArray());
            String alias = store.aliases().nextElement();
            PrivateKey key = (PrivateKey) store.getKey(alias, contrasena.toCharArray());
            return new Credential(store, alias, contrasena, key, (X509Certificate) store.getCertificate(alias));
        }
    }

    /** A holder's key and certificate, with the store that they come from: WSS4J asks for that. */
    record Credential(KeyStore store, String alias, String password, PrivateKey key, X509Certificate certificate) {}

    static Scenario read(String file) throws Exception {
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            return new Gson().fromJson(reader, Scenario.class);
        }
    }

    /** The first holder with an RSA key whose certificate is in this state and who reaches these roles. */
    Holder holder(String state, Integer... roles) throws Exception {
        for (Holder holder : titulares) {
            boolean fits = holder.estado_certificado().equals(state) && holder.roles().containsAll(List.of(roles));
            if (fits && holder.credential().key().getAlgorithm().equals("RSA")) {
                return holder;
            }
        }
        throw new AssertionError("no holder " + state + " with roles " + List.of(roles));
    }
}
