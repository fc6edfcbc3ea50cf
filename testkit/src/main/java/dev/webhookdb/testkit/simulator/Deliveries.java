package dev.webhookdb.testkit.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * How events reach their receiver: in any order, some more than once, some never. Immutable; the seed decides.
 *
 * @param events what is delivered, in this order
 * @param seed decides the next change
 */
public record Deliveries(List<StripeEvent> events, long seed) {
    public Deliveries {
        events = List.copyOf(events);
    }

    public Deliveries shuffled() {
        List<StripeEvent> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(seed));
        return next(shuffled);
    }

    /** Delivers so many of a hundred events twice, the second time at once after the first: shuffle afterwards. */
    public Deliveries duplicated(int percent) {
        Random random = new Random(seed);
        List<StripeEvent> more = new ArrayList<>();
        for (StripeEvent event : events) {
            more.add(event);
            if (random.nextInt(100) < percent) {
                more.add(event);
            }
        }
        return next(more);
    }

    /** Never delivers so many of a hundred events. */
    public Deliveries lost(int percent) {
        Random random = new Random(seed);
        return next(
                events.stream().filter(event -> random.nextInt(100) >= percent).toList());
    }

    private Deliveries next(List<StripeEvent> changed) {
        return new Deliveries(changed, seed + 1);
    }
}
