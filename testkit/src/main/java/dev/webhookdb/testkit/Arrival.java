package dev.webhookdb.testkit;

import dev.webhookdb.spi.Item;
import java.time.Instant;

/**
 * What arrives: a webhook's item, a state in a listing, or an item of a list of events.
 *
 * @param known when the webhook was received, or the listing asked
 */
record Arrival(Item item, Source source, Instant known) {
    enum Source {
        WEBHOOK,
        LISTING,
        LIST_OF_EVENTS
    }

    static Arrival received(Item item, Instant at) {
        return new Arrival(item, Source.WEBHOOK, at);
    }

    static Arrival listed(Item item, Instant askedAt) {
        return new Arrival(item, Source.LISTING, askedAt);
    }

    static Arrival listedEvent(Item item, Instant askedAt) {
        return new Arrival(item, Source.LIST_OF_EVENTS, askedAt);
    }
}
