package dev.webhookdb.apply;

import java.time.Instant;

/**
 * What is known of one resource, ready to be stored.
 *
 * @param delivery the position, in the batch, of the delivery that said so
 * @param key identifies the resource
 */
sealed interface State {
    int delivery();

    String key();

    Instant asOf();

    /**
     * A state of the resource.
     *
     * @param rank 1 if an event carried it, 0 if a list did
     * @param event tells a repetition from another state at the same instant
     * @param resource JSON text that PostgreSQL takes
     */
    record Present(int delivery, String key, Instant asOf, short rank, long event, String resource) implements State {}

    /** A deletion. */
    record Deleted(int delivery, String key, Instant asOf) implements State {}
}
