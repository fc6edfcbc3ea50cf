package dev.webhookdb.cli;

import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** A statement that the server runs for a command, and ends when Ctrl-C ends the command. Of use once. */
final class CancellableStatement {
    private static final String UNSTOPPED =
            "The server does not say that the statement ended. It has 30 seconds: then the server ends it in any case.";

    private final String key = UUID.randomUUID().toString();
    private final Interruption interruption;

    /**
     * @param path where statements of the organization's database are run
     * @param environment whose person is told when the server does not stop
     */
    CancellableStatement(Api api, String path, Environment environment) {
        this.interruption = new Interruption(
                () -> api.post(path + "/cancel", Map.of("key", key)), () -> environment.tell(UNSTOPPED));
    }

    /** By what the server knows it: the parameter {@code key} of the request that runs it. */
    String key() {
        return key;
    }

    /** Waits for the answer to that request. */
    <T> T during(Supplier<T> request) {
        return interruption.during(request);
    }
}
