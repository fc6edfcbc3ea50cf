package dev.webhookdb.notify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Somebody who is told of events: a notification of the command line and a webhook of the API alike.
 *
 * @param opaqueId {@code wh_...}
 * @param integration whose rows are told of; empty for everything of the organization
 * @param statusReason why it is disabled: a sentence
 * @param createdBy the name of whoever created it
 */
public record Subscription(
        long id,
        String opaqueId,
        long organizationId,
        OptionalLong integration,
        Endpoint endpoint,
        Filter filter,
        Manner manner,
        Status status,
        Optional<String> statusReason,
        String createdBy,
        Instant createdAt) {

    /** Returns the same with another endpoint, filter, manner or status. Why it is disabled is forgotten when it is not any more. */
    Subscription with(Endpoint another, Filter which, Manner how, Status whether) {
        return new Subscription(
                id,
                opaqueId,
                organizationId,
                integration,
                another,
                which,
                how,
                whether,
                whether == Status.DISABLED ? statusReason : Optional.empty(),
                createdBy,
                createdAt);
    }

    /**
     * Where events go, and what signs them. Prints no secrets.
     *
     * @param url may hold credentials
     * @param secret as it was typed
     * @param oldSecret signs as well until {@code oldSecretUntil}
     */
    public record Endpoint(String url, String secret, Optional<String> oldSecret, Optional<Instant> oldSecretUntil) {
        @Override
        public String toString() {
            return "Endpoint[secret]";
        }
    }

    /**
     * Which events.
     *
     * @param events types; {@code *} for all, {@code name.*} for those that begin so, {@code *.created}, {@code *.updated} and {@code
     *     *.deleted} for those of any service's rows
     * @param columns a row's update is told only if one of them became different; empty for any
     * @param condition an SQL condition over the row
     * @param origins a row's change is told only if it came from there; empty for anywhere
     */
    public record Filter(List<String> events, List<String> columns, Optional<String> condition, List<String> origins) {
        /** Keeps copies of the lists. */
        public Filter {
            events = List.copyOf(events);
            columns = List.copyOf(columns);
            origins = List.copyOf(origins);
        }
    }

    /**
     * How they are sent.
     *
     * @param ordered whether the events of a row go one after the other
     * @param sendsSecret whether the secret itself goes with each, as existing receivers expect
     * @param patient whether deliveries are tried for 75 hours, and not for 8
     * @param rate requests per second, over all hosts; empty for any
     * @param concurrency requests at a time, over all hosts
     */
    public record Manner(
            Payload payload, boolean ordered, boolean sendsSecret, boolean patient, OptionalInt rate, int concurrency) {
        /** What is used where nothing is said. */
        public static final Manner STANDARD = new Manner(Payload.AUTO, false, false, false, OptionalInt.empty(), 50);
    }

    /** What is sent. */
    public enum Payload {
        /** Everything. */
        FULL,
        /** What identifies the event and its row, and where the rest is. */
        THIN,
        /** Everything up to a size, else thin. */
        AUTO
    }

    /** Whether events are sent. */
    public enum Status {
        ACTIVE,
        /** Deliveries wait. */
        PAUSED,
        /** Nothing is delivered, because deliveries failed for days or the endpoint wanted so. Events are kept, to be replayed. */
        DISABLED
    }
}
