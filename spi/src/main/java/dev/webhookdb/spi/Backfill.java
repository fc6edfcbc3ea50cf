package dev.webhookdb.spi;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lists existing resources, one page per call. Holds no state: the platform keeps the cursor. */
@FunctionalInterface
public interface Backfill {
    /**
     * Fetches one page, as large as the provider allows.
     *
     * @param cursor what the previous page named as next; empty for the first page
     * @throws IOException if the provider cannot be reached; the platform retries from the same cursor
     * @throws ConnectorException if trying again would not help
     */
    Page fetch(Optional<String> cursor, Context context) throws IOException, InterruptedException;

    /** A page of resources. */
    final class Page {
        private final List<Json> resources;
        private final Optional<String> next;

        private Page(List<Json> resources, Optional<String> next) {
            this.resources = List.copyOf(resources);
            this.next = next;
        }

        /** A page that another one follows, found with the cursor; empty for the last page. */
        public static Page of(List<Json> resources, Optional<String> next) {
            return new Page(resources, next);
        }

        /** Returns the resources, possibly none. */
        public List<Json> resources() {
            return resources;
        }

        /** Returns the cursor of the next page; empty after the last one. */
        public Optional<String> next() {
            return next;
        }
    }

    /** What a connector may use while it reads the provider's API. */
    interface Context {
        /** Returns what the operator supplied. */
        Settings settings();

        /** Returns a client that times out, retries, obeys rate limits and redacts secrets. */
        Http http();

        /** Returns the instant since which changes are wanted, for providers that can list by it; empty for everything. */
        Optional<Instant> since();
    }
}
