package dev.webhookdb.spi;

import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a webhook says about one resource.
 *
 * <p>{@code asOf} is the instant at which the state was true at the provider: the resource's own time of modification where it has
 * one, else the event's time. The platform keeps the newest state whatever the order of arrival; of two states with the same
 * instant the later arrival wins. An event's id, where there is one, tells a delivery that is repeated from a second event within
 * the same instant.
 */
public sealed interface Item {
    /** A state of a resource. */
    final class Upsert implements Item {
        private final Json resource;
        private final Instant asOf;
        private final Optional<String> event;

        private Upsert(Json resource, Instant asOf, Optional<String> event) {
            this.resource = Objects.requireNonNull(resource, "resource");
            this.asOf = Objects.requireNonNull(asOf, "asOf");
            this.event = event;
        }

        /** Adds the provider's id of the event that carried the state. */
        public Upsert event(String id) {
            return new Upsert(resource, asOf, Optional.of(id));
        }

        /** Returns the whole resource. */
        public Json resource() {
            return resource;
        }

        /** Returns when the state was true. */
        public Instant asOf() {
            return asOf;
        }

        /** Returns the id of the event that carried the state. */
        public Optional<String> event() {
            return event;
        }
    }

    /** A deletion. The row stays, with {@code deleted_at}; only a state newer than the deletion clears it. */
    final class Delete implements Item {
        private final String key;
        private final Instant asOf;

        private Delete(String key, Instant asOf) {
            this.key = Objects.requireNonNull(key, "key");
            this.asOf = Objects.requireNonNull(asOf, "asOf");
        }

        /** Returns the key of the deleted resource. */
        public String key() {
            return key;
        }

        /** Returns when it was deleted. */
        public Instant asOf() {
            return asOf;
        }
    }

    /** An event that only names a resource, which the platform then fetches with the limits and retries of a backfill. */
    final class Fetch implements Item {
        private final Fetcher fetcher;
        private final Optional<String> deleted;

        private Fetch(Fetcher fetcher, Optional<String> deleted) {
            this.fetcher = Objects.requireNonNull(fetcher, "fetcher");
            this.deleted = deleted;
        }

        /**
         * Says that a resource which is gone was deleted; the resource has to be {@linkplain Resource.Builder#deletable deletable}.
         * Without it nothing changes when what is named is gone.
         *
         * @param key of the resource that is fetched
         */
        public Fetch goneMeansDeleted(String key) {
            return new Fetch(fetcher, Optional.of(key));
        }

        /** Returns the key of what was deleted if it is gone; empty if that means nothing. */
        public Optional<String> deleted() {
            return deleted;
        }

        /** Returns what fetches the resource. */
        public Fetcher fetcher() {
            return fetcher;
        }
    }

    /** Fetches one resource. */
    @FunctionalInterface
    interface Fetcher {
        /**
         * Fetches the resource's present state.
         *
         * @throws IOException if the provider cannot be reached; the platform retries
         * @throws ConnectorException if trying again would not help; with {@link ConnectorException.Reason#GONE} if it is not there,
         *     which is what {@link Http.Call#send} throws for 404 and 410
         */
        Json fetch(Backfill.Context context) throws IOException, InterruptedException;
    }

    /** A state of a resource, true at an instant. */
    static Upsert upsert(Json resource, Instant asOf) {
        return new Upsert(resource, asOf, Optional.empty());
    }

    /** The deletion of the resource with a key, at an instant. */
    static Delete delete(String key, Instant asOf) {
        return new Delete(key, asOf);
    }

    /** A resource that has to be fetched. */
    static Fetch fetch(Fetcher fetcher) {
        return new Fetch(fetcher, Optional.empty());
    }
}
