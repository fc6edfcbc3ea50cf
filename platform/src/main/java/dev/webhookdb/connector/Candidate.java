package dev.webhookdb.connector;

import dev.webhookdb.connector.PluginDirectory.Fingerprint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An entry of the directory, as it was when it was read, and the attempt to load it, which goes on by itself. */
final class Candidate<P extends Plugin> {
    private final Path path;
    private final Fingerprint fingerprint;
    private final CompletableFuture<P> loaded = new CompletableFuture<>();
    private volatile boolean discarded;

    private Candidate(Path path, Fingerprint fingerprint) {
        this.path = path;
        this.fingerprint = fingerprint;
    }

    /** How an entry is loaded. */
    interface Loading<P> {
        P load(Path path, Duration patience) throws LoadProblem;
    }

    static <P extends Plugin> Candidate<P> load(
            Path path, Fingerprint fingerprint, Duration patience, Loading<P> loading) {
        var candidate = new Candidate<P>(path, fingerprint);
        Thread.ofVirtual().name("load " + path.getFileName()).start(() -> candidate.attempt(patience, loading));
        return candidate;
    }

    private void attempt(Duration patience, Loading<P> loading) {
        try {
            P plugin = loading.load(path, patience);
            loaded.complete(plugin);
            if (discarded) {
                plugin.discard();
            }
        } catch (LoadProblem refusal) {
            loaded.completeExceptionally(refusal);
        } catch (Throwable unexpected) {
            loaded.completeExceptionally(new LoadProblem(
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

    /** Returns what was loaded, if the attempt has ended well. */
    Optional<P> loaded() {
        return loaded.state() == CompletableFuture.State.SUCCESS ? Optional.of(loaded.resultNow()) : Optional.empty();
    }

    /** Returns why nothing was loaded, if the attempt has ended badly. */
    Optional<LoadProblem> refusal() {
        return loaded.state() == CompletableFuture.State.FAILED && loaded.exceptionNow() instanceof LoadProblem refusal
                ? Optional.of(refusal)
                : Optional.empty();
    }

    /** Gives back what the attempt has led to, or will. */
    void discard() {
        discarded = true;
        loaded().ifPresent(Plugin::discard);
    }
}
