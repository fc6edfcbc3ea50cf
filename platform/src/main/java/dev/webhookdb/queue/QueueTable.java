package dev.webhookdb.queue;

import dev.webhookdb.retry.Pauses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A table of the platform's database that is a queue. Besides its own columns it has these:
 *
 * <ul>
 *   <li>{@code due_at timestamptz}: when the row may be claimed; while it is claimed, when its lease ends; null when it is no part of the
 *       queue (any more)
 *   <li>{@code claimed_by uuid}: the claim it is held under; null when nobody holds it
 *   <li>{@code attempts integer}: how many began, without those that ended with their host
 *   <li>{@code deaths integer}: how many ended with their host
 *   <li>{@code priority smallint}: 0 before 1 before 2, within a partition
 *   <li>{@code expires_at timestamptz}: from when on it is worth nothing; null for never
 *   <li>{@code reason text}: why the last attempt did not succeed, or why it is parked
 *   <li>{@code parked_at timestamptz}: since when it waits for somebody to mend something; null when it does not
 * </ul>
 *
 * and two indexes where {@code due_at is not null}: on the partition, {@code priority}, {@code due_at}; and on {@code due_at}. With a
 * limit to what is in flight, a third on the partition where {@code claimed_by is not null}.
 *
 * <p>All names are SQL of ours, and never come from outside.
 *
 * @param name the table's, also in metrics
 * @param key a column of type {@code bigint}
 * @param partition whose row it is, mostly an organization's; partitions take turns
 * @param partitionType how PostgreSQL calls the partition's type
 * @param payload what is read with a claim: columns, or expressions with a name
 * @param extras what sets it apart from other queues
 */
public record QueueTable(
        String name, String key, String partition, Type partitionType, List<String> payload, Extras extras) {
    /** What sets apart a row that is held under a claim; binds {@code key} and {@code claim}. */
    public static final String HELD = "claimed_by = :claim and due_at is not null";

    /** What makes a row due at once. */
    public static final String DUE = "due_at = clock_timestamp(), claimed_by = null";

    /** What takes a row out of the queue for good. */
    public static final String ENDED = "due_at = null, claimed_by = null";

    /** The types of partitions. */
    public enum Type {
        NUMBER("bigint", String.valueOf(Long.MIN_VALUE)),
        TEXT("text", "");

        private final String sql;
        private final String lowest;

        Type(String sql, String lowest) {
            this.sql = sql;
            this.lowest = lowest;
        }

        String sql() {
            return sql;
        }

        /** Nothing is before it. */
        String lowest() {
            return lowest;
        }
    }

    /**
     * What sets a queue apart from others.
     *
     * @param size bytes that a row takes up, as an expression over it
     * @param room how many more rows of a partition may be held; empty for any number
     * @param claimed what is set with a claim besides, each behind a comma
     * @param poison why a row that killed its host too often is parked: a sentence, with {@code %d} for how many hosts it were
     * @param poisoned what is set with that besides, each behind a comma
     * @param putOff for how long a row that killed its host too often is put off, by how often it did since, instead of being parked
     * @param parkedFor after what time what is parked is removed; empty for never
     */
    public record Extras(
            String size,
            Optional<Room> room,
            String claimed,
            String poison,
            String poisoned,
            Optional<Pauses> putOff,
            Optional<Duration> parkedFor) {
        private static final Extras NONE = new Extras(
                "0",
                Optional.empty(),
                "",
                "%d hosts ended while this was being done. The server's log says how; replay it when that is mended.",
                "",
                Optional.empty(),
                Optional.empty());

        /** Refuses what contradicts itself. */
        public Extras {
            if (putOff.isPresent() && !poisoned.isEmpty()) {
                throw new IllegalArgumentException("What is put off is not parked, and has nothing set with that.");
            }
        }

        Extras withSize(String expression) {
            return new Extras(expression, room, claimed, poison, poisoned, putOff, parkedFor);
        }

        Extras withRoom(Room more) {
            return new Extras(size, Optional.of(more), claimed, poison, poisoned, putOff, parkedFor);
        }

        Extras withClaimed(String assignments) {
            return new Extras(size, room, assignments, poison, poisoned, putOff, parkedFor);
        }

        Extras withPoisoned(String reason, String assignments, Optional<Pauses> pauses) {
            return new Extras(size, room, claimed, reason, assignments, pauses, parkedFor);
        }

        Extras withParkedFor(Duration time) {
            return new Extras(size, room, claimed, poison, poisoned, putOff, Optional.of(time));
        }
    }

    /**
     * How many more rows of a partition may be held by all hosts together.
     *
     * @param more an expression over {@code lane} (the partition), {@code held.number} (how many rows of it are held now) and {@code (select
     *     at from now)}; at most 0 for none
     * @param reopens an expression over {@code now.at}: when a partition that has no room gets some although nobody gives a row back; null
     *     for never
     * @param taken a statement that is sent after rows were claimed, in the same transaction; it binds {@code lanes} (the partitions) and
     *     {@code numbers} (how many rows of each); empty for none
     */
    public record Room(String more, String reopens, Optional<String> taken) {
        private static final String NEVER = "null::timestamptz";

        private static Room constant(int most) {
            return new Room("%d - held.number".formatted(most), NEVER, Optional.empty());
        }
    }

    /** Keeps a copy of the list. */
    public QueueTable {
        payload = List.copyOf(payload);
    }

    /** Describes a table with the key {@code id}, rows of no remarkable size, and no limit to what is in flight. */
    public static QueueTable of(String name, String partition, Type partitionType, String... payload) {
        return new QueueTable(name, "id", partition, partitionType, List.of(payload), Extras.NONE);
    }

    /** The same with a limit to how many rows of one partition are claimed at a time, by all hosts together. */
    public QueueTable inFlightAtMost(int most) {
        return with(Room.constant(most));
    }

    /** The same where something else says how many more rows of one partition are claimed, by all hosts together. */
    public QueueTable with(Room room) {
        return with(extras.withRoom(room));
    }

    /** The same with the bytes that a row takes up, so that claims can be limited by them. */
    public QueueTable sized(String expression) {
        return with(extras.withSize(expression));
    }

    /** The same with something that is set with a claim besides, each behind a comma. */
    public QueueTable claimedAs(String assignments) {
        return with(extras.withClaimed(assignments));
    }

    /** The same with something else that becomes of a row that killed its host too often. */
    public QueueTable poisonedAs(String reason, String assignments) {
        return with(extras.withPoisoned(reason, assignments, Optional.empty()));
    }

    /**
     * The same for rows that are there for good: one that killed its host too often is tried again by itself, after pauses, because hosts may
     * have ended for any reason while it was in hand.
     */
    public QueueTable putOffWhenPoisoned(String reason, Pauses pauses) {
        return with(extras.withPoisoned(reason, "", Optional.of(pauses)));
    }

    /** The same for a table whose parked rows are removed after a time. */
    public QueueTable parkedFor(Duration time) {
        return with(extras.withParkedFor(time));
    }

    private QueueTable with(Extras other) {
        return new QueueTable(name, key, partition, partitionType, payload, other);
    }

    boolean isLimited() {
        return extras.room().isPresent();
    }

    /** Puts our names into a statement that is written with {@code {table}}, {@code {key}} and so on. */
    String sql(String template) {
        return template.replace("{table}", name)
                .replace("{key}", key)
                .replace("{partition}", partition)
                .replace("{type}", partitionType.sql())
                .replace("{size}", extras.size())
                .replace("{claimed}", extras.claimed())
                .replace("{room}", extras.room().map(Room::more).orElse("null"))
                .replace("{reopens}", extras.room().map(Room::reopens).orElse(Room.NEVER))
                .replace("{payload}", payload.isEmpty() ? "" : ", " + String.join(", ", payload));
    }
}
