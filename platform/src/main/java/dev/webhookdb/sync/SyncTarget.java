package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A receiver of a table's changed rows: an endpoint, or a table of another database.
 *
 * @param opaqueId {@code syt_...}
 * @param copy the table of the database; empty for an endpoint
 * @param createdBy the name of whoever created it
 */
public record SyncTarget(
        long id,
        String opaqueId,
        long organizationId,
        long integrationId,
        Receiver receiver,
        Optional<Copy> copy,
        Terms terms,
        Status status,
        String createdBy,
        Instant createdAt) {

    /** Returns one that is wanted: its number and the time of its creation are made when it is kept. */
    static SyncTarget wanted(
            String id,
            Organization organization,
            Integration integration,
            Receiver receiver,
            Optional<Copy> copy,
            Terms terms,
            Actor actor) {
        return new SyncTarget(
                0,
                id,
                organization.id(),
                integration.id(),
                receiver,
                copy,
                terms,
                Status.ACTIVE,
                actor.name(),
                Instant.EPOCH);
    }

    /** Returns what kind of receiver it is. */
    public Kind kind() {
        return copy.isPresent() ? Kind.DATABASE : Kind.HTTP;
    }

    SyncTarget with(Receiver another) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, another, copy, terms, status, createdBy, createdAt);
    }

    SyncTarget with(Terms others) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, receiver, copy, others, status, createdBy, createdAt);
    }

    SyncTarget with(Status another) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, receiver, copy, terms, another, createdBy, createdAt);
    }

    SyncTarget with(Copy another) {
        return new SyncTarget(
                id,
                opaqueId,
                organizationId,
                integrationId,
                receiver,
                Optional.of(another),
                terms,
                status,
                createdBy,
                createdAt);
    }

    /** What receives rows. */
    public enum Kind {
        /** An endpoint that is sent pages. */
        HTTP,
        /** A destination that holds a copy of the table. */
        DATABASE
    }

    /**
     * A table of a destination.
     *
     * @param schema empty for the usual one there
     */
    public record Copy(Optional<String> schema, String table) {
        /** Returns the name as people write it. */
        public String shown() {
            return schema.map(name -> name + "." + table).orElse(table);
        }
    }

    /**
     * Where rows go, and what signs pages. Prints no secrets.
     *
     * @param url holds the credentials
     * @param secret as it was typed, or {@code whsec_...}; empty where nothing is signed
     */
    public record Receiver(String url, Optional<String> secret) {
        @Override
        public String toString() {
            return "Receiver[secret]";
        }
    }

    /**
     * What people can say of one. Nothing of it is checked yet.
     *
     * @param period between the ends of two windows, 1 second to 1 day; empty to sync whenever something changes
     * @param pageSize rows, 1 to 10,000; large rows make smaller pages
     * @param timeout for how long the receiver may take for a page, 1 second to 10 minutes
     */
    public record Terms(Optional<Duration> period, int pageSize, Duration timeout) {
        /** What is used where nothing is said, but for the period, which is asked for. */
        public static final Terms STANDARD =
                new Terms(Optional.of(Duration.ofMinutes(1)), 1_000, Duration.ofMinutes(1));

        /** The same for destinations, whose pages are transactions. */
        public static final Terms OF_COPIES = STANDARD.pagesOf(5_000);

        /** Returns the same with another period. */
        public Terms every(Duration other) {
            return new Terms(Optional.of(other), pageSize, timeout);
        }

        /** Returns the same with syncs whenever something changes. */
        public Terms onChange() {
            return new Terms(Optional.empty(), pageSize, timeout);
        }

        /** Returns the same with pages of another size. */
        public Terms pagesOf(int rows) {
            return new Terms(period, rows, timeout);
        }

        /** Returns the same with another limit of the time that the receiver may take. */
        public Terms within(Duration other) {
            return new Terms(period, pageSize, other);
        }
    }

    /** Whether pages are sent. */
    public enum Status {
        ACTIVE,
        /** Nothing is sent; what changes meanwhile is sent later. */
        PAUSED
    }
}
