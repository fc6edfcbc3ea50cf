package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorDirectory.Fingerprint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An entry of the directory, as it was when it was read, and the attempt to load it, which goes on by itself. */
final class Candidate {
    private final Path path;
    private final Fingerprint fingerprint;
    private final CompletableFuture<LoadedConnector> loaded = new CompletableFuture<>();

    private Candidate(Path path, Fingerprint fingerprint) {
        this.path = path;
        this.fingerprint = fingerprint;
    }

    static Candidate load(Path path, Fingerprint fingerprint, Duration patience) {
        var candidate = new Candidate(path, fingerprint);
        Thread.ofVirtual().name("load " + path.getFileName()).start(() -> candidate.attempt(patience));
        return candidate;
    }

    private void attempt(Duration patience) {
        try {
            loaded.complete(ConnectorLoader.load(path, patience));
        } catch (Refusal refusal) {
            loaded.completeExceptionally(refusal);
        } catch (Throwable unexpected) {
            loaded.completeExceptionally(new Refusal(
                    "The host failed to load it: %s.".formatted(unexpected), "Report it with the host's log."));
        }
    }

    /** Waits for the attempt to end, but not longer than until a value of {@link System#nanoTime}. */
    void await(long deadline) throws InterruptedException {
        try {
            loaded.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // what became of it is asked for below, now or at the next look
        }
    }

    Path path() {
        return path;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Returns the connector, if the attempt has ended well. */
    Optional<LoadedConnector> loaded() {
        return loaded.state() == CompletableFuture.State.SUCCESS ? Optional.of(loaded.resultNow()) : Optional.empty();
    }

    /** Returns why there is no connector, if the attempt has ended badly. */
    Optional<Refusal> refusal() {
        return loaded.state() == CompletableFuture.State.FAILED && loaded.exceptionNow() instanceof Refusal refusal
                ? Optional.of(refusal)
                : Optional.empty();
    }
}
