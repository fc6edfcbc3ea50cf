package dev.webhookdb.apply;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The webhooks that this host received and had no room for, by endpoint, in the order in which they came. They are in the queue table,
 * hidden from everybody for a while so that this host gets round to them; here it remembers them, so that it does as soon as it has room.
 * Thread-safe.
 */
final class Overflow {
    /** About 10 MiB. What is more than that is found in the table when that while is over. */
    private static final int MOST = 200_000;

    private final Map<Long, Deque<Refused>> endpoints = new LinkedHashMap<>();
    private int number;

    /** Remembers one. */
    synchronized void add(Delivery delivery) {
        if (number < MOST) {
            endpoints
                    .computeIfAbsent(delivery.endpointId(), endpoint -> new ArrayDeque<>())
                    .add(new Refused(delivery.webhookId(), delivery.size()));
            number++;
        }
    }

    synchronized boolean isEmpty() {
        return number == 0;
    }

    /**
     * Forgets the oldest ones of the endpoints, which take turns, and returns their numbers.
     *
     * @param most how many, and
     * @param bytes how large they may be together; the first is taken however large it is
     * @param except endpoints that have enough in memory
     */
    synchronized long[] take(int most, long bytes, Set<Long> except) {
        LongStream.Builder taken = LongStream.builder();
        long size = 0;
        int count = 0;
        Deque<Deque<Refused>> turns = new ArrayDeque<>();
        endpoints.forEach((endpoint, refused) -> {
            if (!except.contains(endpoint)) {
                turns.add(refused);
            }
        });
        while (!turns.isEmpty() && count < most && (count == 0 || size < bytes)) {
            Deque<Refused> turn = turns.remove();
            Refused next = turn.remove();
            taken.add(next.webhookId());
            size += next.size();
            count++;
            if (!turn.isEmpty()) {
                turns.add(turn);
            }
        }
        number -= count;
        endpoints.values().removeIf(Deque::isEmpty);
        return taken.build().toArray();
    }

    private record Refused(long webhookId, int size) {}
}
