package dev.webhookdb.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A receiver of a table's changed rows.
 *
 * @param opaqueId {@code syt_...}
 * @param createdBy the name of whoever created it
 */
public record SyncTarget(
        long id,
        String opaqueId,
        long organizationId,
        long integrationId,
        Receiver receiver,
        Terms terms,
        Status status,
        String createdBy,
        Instant createdAt) {

    SyncTarget with(Receiver another) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, another, terms, status, createdBy, createdAt);
    }

    SyncTarget with(Terms others) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, receiver, others, status, createdBy, createdAt);
    }

    SyncTarget with(Status another) {
        return new SyncTarget(
                id, opaqueId, organizationId, integrationId, receiver, terms, another, createdBy, createdAt);
    }

    /**
     * Where pages go, and what signs them. Prints no secrets.
     *
     * @param url holds the credentials
     * @param secret as it was typed, or {@code whsec_...}
     */
    public record Receiver(String url, String secret) {
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
