package dev.webhookdb.testkit;

import dev.webhookdb.spi.Item;

/**
 * What arrives: a webhook's item, or a state in a listing.
 *
 * @param listed whether it stood in a listing, and thus never wins a tie against an event
 */
record Arrival(Item item, boolean listed) {}
