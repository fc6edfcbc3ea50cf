package dev.webhookdb.apply;

import dev.webhookdb.integration.Integration;
import java.util.Collection;
import java.util.List;

/**
 * What became of one delivery.
 *
 * @param about the numbers of the integrations that it says something about, where its endpoint feeds several; empty where it feeds
 *     one, and where nobody could tell
 */
record DeliveryResult(Delivery delivery, Outcome outcome, List<Long> about) {
    DeliveryResult {
        about = List.copyOf(about);
    }

    static DeliveryResult of(Delivery delivery, Outcome outcome, Collection<Integration> about) {
        return new DeliveryResult(
                delivery, outcome, about.stream().map(Integration::id).toList());
    }
}
