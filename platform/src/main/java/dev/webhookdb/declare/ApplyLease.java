package dev.webhookdb.declare;

import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.UUID;

/**
 * Lets one host at a time apply files: what two of them find missing would otherwise be made twice. Who dies while he holds it is waited for.
 * Thread-safe.
 */
final class ApplyLease {
    private static final Duration TERM = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Database platform;

    ApplyLease(Database platform) {
        this.platform = platform;
    }

    /** Waits until nobody else holds it. */
    Held take() {
        String holder = UUID.randomUUID().toString();
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!taken(holder)) {
            if (System.nanoTime() - patience > 0) {
                throw new IllegalStateException(
                        "Somebody else has been applying files for %d minutes. Try it again later."
                                .formatted(PATIENCE.toMinutes()));
            }
            pause();
        }
        return new Held(holder);
    }

    private boolean taken(String holder) {
        return platform.transaction(session -> session.sql("""
                        update declaration_lease set holder = :holder, until = clock_timestamp() + make_interval(secs => :seconds)
                        where holder = :holder or until < clock_timestamp()""")
                        .bind("holder", holder)
                        .bind("seconds", TERM.toSeconds())
                        .execute()
                > 0);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The host is being stopped. Try it again in a moment.", e);
        }
    }

    /** It is held until it is closed, or not renewed for its term. */
    final class Held implements AutoCloseable {
        private final String holder;

        private Held(String holder) {
            this.holder = holder;
        }

        /** Holds it for another term. */
        void renew() {
            if (!taken(holder)) {
                throw new IllegalStateException(
                        "Applying files took longer than %d minutes for one thing, and another host took over. Look what it did, and try it again."
                                .formatted(TERM.toMinutes()));
            }
        }

        @Override
        public void close() {
            platform.run(session -> session.sql(
                            "update declaration_lease set holder = null, until = '-infinity' where holder = :holder")
                    .bind("holder", holder)
                    .execute());
        }
    }
}
