import java.util.Objects;

/** What every program here asks of an answer. */
final class Expect {
    private Expect() {}

    static void equal(Object expected, Object found, String what) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError(what + ": " + found + " where " + expected + " was due");
        }
    }

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
