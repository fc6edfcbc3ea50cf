package dev.webhookdb.queue;

import dev.webhookdb.queue.QueueListener.Event;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in a queue on this host. Thread-safe. */
final class Totals {
    private final Map<Event, LongAdder> rows = new EnumMap<>(Event.class);

    Totals() {
        for (Event event : Event.values()) {
            rows.put(event, new LongAdder());
        }
    }

    void happened(Event event, long number) {
        rows.get(event).add(number);
    }

    QueueNumbers.Totals read() {
        return new QueueNumbers.Totals(
                of(Event.CLAIMED),
                of(Event.SUCCEEDED),
                of(Event.RETRIED),
                of(Event.PARKED),
                of(Event.EXPIRED),
                of(Event.DIED));
    }

    private long of(Event event) {
        return rows.get(event).sum();
    }
}
