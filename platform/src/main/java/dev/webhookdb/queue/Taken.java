package dev.webhookdb.queue;

import dev.webhookdb.sql.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * A row that was taken.
 *
 * @param number its place among those that were
 * @param turn its partition's place among those whose turn it was
 * @param died whether a host died with it just before
 */
record Taken<T>(Lease<T> lease, Fate fate, long number, long turn, boolean died) {
    static <T> Taken<T> read(Row row, UUID claim, Duration length, Function<Row, T> payload) {
        int deaths = row.integer("queue_deaths");
        boolean died = row.flag("queue_died");
        Fate fate = Fate.DUE;
        if (row.flag("queue_expired")) {
            fate = Fate.EXPIRED;
        } else if (died && deaths >= LeasedQueue.MOST_DEATHS) {
            fate = Fate.POISON;
        }
        Lease<T> lease = new Lease<>(
                row.number("queue_key"),
                claim,
                row.text("queue_partition"),
                row.integer("queue_attempts"),
                deaths,
                length,
                payload.apply(row));
        return new Taken<>(lease, fate, row.number("queue_number"), row.number("queue_turn"), died);
    }

    /** Sorts by what is to become of them; every fate has a list. */
    static <T> Map<Fate, List<Lease<T>>> byFate(List<Taken<T>> taken) {
        Map<Fate, List<Lease<T>>> fates = new EnumMap<>(Fate.class);
        for (Fate fate : Fate.values()) {
            fates.put(fate, new ArrayList<>());
        }
        taken.forEach(one -> fates.get(one.fate()).add(one.lease()));
        return fates;
    }
}
