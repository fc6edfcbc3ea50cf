package dev.webhookdb.spi;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a webhook says about one resource.
 *
 * <p>{@code asOf} is the instant at which the state was true at the provider: the resource's own time of modification where it has
 * one, else the event's time. The platform keeps the newest state whatever the order of arrival. Of two states with the same instant
 * that one wins which was {@linkplain Upsert#triggeredAt triggered} later or, if nobody says so, received later; then the resource is
 * fetched besides, if it {@linkplain Resource.Builder#fetchedBy can be}. An event's id, where there is one, tells a delivery that is
 * repeated from a second event within the same instant.
 */
public sealed interface Item {
    /** A state of a resource. */
    final class Upsert implements Item {
        private final Json resource;
        private final Instant asOf;
        private final Optional<String> event;
        private final Optional<Instant> triggeredAt;

        private Upsert(Json resource, Instant asOf, Optional<String> event, Optional<Instant> triggeredAt) {
            this.resource = Objects.requireNonNull(resource, "resource");
            this.asOf = Objects.requireNonNull(asOf, "asOf");
            this.event = event;
            this.triggeredAt = triggeredAt;
        }

        /** Adds the provider's id of the event that carried the state. */
        public Upsert event(String id) {
            return new Upsert(resource, asOf, Optional.of(id), triggeredAt);
        }

        /**
         * Adds when the event happened, more exactly than {@code asOf} tells when the resource was modified: it decides between states
         * with the same {@code asOf}.
         */
        public Upsert triggeredAt(Instant exactly) {
            return new Upsert(resource, asOf, event, Optional.of(exactly));
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

        /** Returns when the event happened, if the provider says that more exactly. */
        public Optional<Instant> triggeredAt() {
            return triggeredAt;
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
        private final boolean several;
        private final Optional<String> deleted;
        private final List<Upsert> otherwise;

        private Fetch(Fetcher fetcher, boolean several, Optional<String> deleted, List<Upsert> otherwise) {
            this.fetcher = Objects.requireNonNull(fetcher, "fetcher");
            this.several = several;
            this.deleted = deleted;
            this.otherwise = List.copyOf(otherwise);
        }

        /**
         * Says that a resource which is gone was deleted; the resource has to be {@linkplain Resource.Builder#deletable deletable}.
         * Without it nothing changes when what is named is gone.
         *
         * @param key of the resource that is fetched
         */
        public Fetch goneMeansDeleted(String key) {
            return new Fetch(fetcher, several, Optional.of(key), otherwise);
        }

        /**
         * Says what is known without fetching, for example states of which the event has a part only. It is stored where the operator
         * has not supplied what the provider's API needs, and where the provider refuses; the webhook is then done.
         */
        public Fetch otherwise(List<Upsert> states) {
            return new Fetch(fetcher, several, deleted, states);
        }

        /** Returns whether an array of resources is fetched, and not one. */
        public boolean isOfSeveral() {
            return several;
        }

        /** Returns what is known without fetching; empty if that is nothing. */
        public List<Upsert> otherwise() {
            return otherwise;
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
        return new Upsert(resource, asOf, Optional.empty(), Optional.empty());
    }

    /** The deletion of the resource with a key, at an instant. */
    static Delete delete(String key, Instant asOf) {
        return new Delete(key, asOf);
    }

    /** A resource that has to be fetched. */
    static Fetch fetch(Fetcher fetcher) {
        return new Fetch(fetcher, false, Optional.empty(), List.of());
    }

    /** Resources that have to be fetched: the fetcher returns an array of them. */
    static Fetch fetchAll(Fetcher fetcher) {
        return new Fetch(fetcher, true, Optional.empty(), List.of());
    }
}
