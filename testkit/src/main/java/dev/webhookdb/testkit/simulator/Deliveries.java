package dev.webhookdb.testkit.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How events reach their receiver: in any order, some more than once, some late, some never. Immutable; the seed decides.
 *
 * @param events what is delivered, in this order
 * @param seed decides the next change
 * @param <W> the provider's webhooks
 */
public record Deliveries<W extends SimulatedWebhook>(List<W> events, long seed) {
    public Deliveries {
        events = List.copyOf(events);
    }

    public Deliveries<W> shuffled() {
        List<W> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(seed));
        return next(shuffled);
    }

    /** Delivers so many of a hundred events twice, the second time at once after the first: shuffle afterwards. */
    public Deliveries<W> duplicated(int percent) {
        Random random = new Random(seed);
        List<W> more = new ArrayList<>();
        for (W event : events) {
            more.add(event);
            if (random.nextInt(100) < percent) {
                more.add(event);
            }
        }
        return next(more);
    }

    /** Never delivers so many of a hundred events. */
    public Deliveries<W> lost(int percent) {
        Random random = new Random(seed);
        return next(
                events.stream().filter(event -> random.nextInt(100) >= percent).toList());
    }

    /** Delivers so many of a hundred events late: after up to so many of those that follow. */
    public Deliveries<W> delayed(int percent, int places) {
        Random random = new Random(seed);
        record Placed<W>(W event, int place) {}
        List<Placed<W>> placed = IntStream.range(0, events.size())
                .mapToObj(i ->
                        new Placed<>(events.get(i), random.nextInt(100) < percent ? i + 1 + random.nextInt(places) : i))
                .sorted((a, b) -> Integer.compare(a.place(), b.place()))
                .toList();
        return next(placed.stream().map(Placed::event).toList());
    }

    private Deliveries<W> next(List<W> changed) {
        return new Deliveries<>(changed, seed + 1);
    }
}
