package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A destination that can be used, and the guarded way to its functions. Safe for use by many threads. */
public final class LoadedDestination {
    private static final Duration CHECK = Duration.ofSeconds(5);

    private final DeclaredDestination declared;
    private final Destination destination;
    private final DestinationCalls calls;
    private volatile boolean replaced;

    LoadedDestination(DeclaredDestination declared) {
        this.declared = declared;
        this.destination = declared.destination();
        this.calls = new DestinationCalls(declared);
    }

    /** Returns the identifier, for example {@code mariadb}. */
    public String id() {
        return declared.id();
    }

    /** Returns the name shown to people, for example {@code MariaDB}. */
    public String title() {
        return declared.title();
    }

    /** Returns the release, as its manifest says. */
    public String version() {
        return declared.version();
    }

    /** Returns the schemes of its URLs, in lower case. */
    public List<String> schemes() {
        return declared.schemes();
    }

    /** Returns a URL that people can take as a pattern. */
    public String example() {
        return declared.example();
    }

    /**
     * Returns whether another release has taken its place. It works as before for whoever holds it or a session of it, who should close
     * the session when it is at a good place to stop, and ask for the destination anew: its JARs are closed in the end.
     */
    public boolean isReplaced() {
        return replaced;
    }

    /** Says that another release has taken its place. */
    void replaced() {
        replaced = true;
    }

    /** Returns whether a session is open, or a call under way. */
    boolean isInUse() {
        return calls.areUnderWay();
    }

    /**
     * Refuses a URL with which nothing could be reached; within six seconds.
     *
     * @param url with one of the {@link #schemes}
     * @throws IllegalArgumentException with a sentence for who wrote the URL
     */
    public void check(URI url) {
        Optional<String> refusal;
        try {
            DestinationCalls.Call<Optional<String>> call = calls.prepare("check", () -> refusal(url));
            call.start();
            refusal = call.result(CHECK);
        } catch (DestinationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("The host stopped while the URL was checked. Try again.", e);
        }
        if (refusal.isPresent()) {
            throw new IllegalArgumentException(refusal.get());
        }
    }

    private Optional<String> refusal(URI url) {
        try {
            destination.check(url);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            String sentence = e.getMessage();
            return Optional.of(
                    sentence == null || sentence.isBlank()
                            ? "It is no URL that %s can use; one looks like %s.".formatted(title(), example())
                            : sentence);
        }
    }

    /**
     * Opens a session, within the place's time-out and a second. Opening a table and writing to it then have the same limit, counting and
     * replacing ten minutes.
     *
     * @return a session that throws nothing but {@link DestinationException} and {@link InterruptedException}, and whose {@link
     *     DestinationSession#close close} throws nothing and takes three seconds at the most
     * @throws DestinationException for whatever goes wrong, with a sentence
     */
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        var handover = new CompletableFuture<DestinationSession>();
        DestinationCalls.Call<DestinationSession> call =
                calls.prepare("connect", () -> handedOver(destination.connect(place), handover));
        calls.sessionOpened();
        call.start();
        try {
            return new GuardedSession(calls, call.result(place.timeout()), place.timeout());
        } catch (DestinationException | InterruptedException e) {
            calls.sessionClosed();
            boolean tooLate = !handover.cancel(false);
            if (tooLate) {
                calls.beginClosing(handover.join());
            }
            throw e;
        }
    }

    /** A session that nobody waits for any more is closed. */
    private static DestinationSession handedOver(
            DestinationSession session, CompletableFuture<DestinationSession> handover) {
        if (session != null && !handover.complete(session)) {
            session.close();
        }
        return session;
    }

    @Override
    public String toString() {
        return "LoadedDestination[%s %s]".formatted(id(), version());
    }
}
