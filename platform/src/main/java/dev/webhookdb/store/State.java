package dev.webhookdb.store;

import dev.webhookdb.crypto.Sha256;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.schema.Rank;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;

/** What is known of one resource, ready to be stored. */
public sealed interface State {
    /** Returns the position of what said so, in the caller's list. */
    int source();

    /** Returns the same, said by what has another position. */
    State from(int position);

    /** Returns what identifies the resource. */
    String key();

    /** Returns when it was so. */
    Instant asOf();

    /**
     * A state of the resource.
     *
     * @param knownAt since when it is known, which decides between states of the same instant
     * @param event tells a repetition from another state at the same instant
     * @param resource JSON text that PostgreSQL takes
     */
    record Present(int source, String key, Instant asOf, Instant knownAt, Rank rank, long event, String resource)
            implements State {
        @Override
        public Present from(int position) {
            return new Present(position, key, asOf, knownAt, rank, event, resource);
        }
    }

    /** A deletion. */
    record Deleted(int source, String key, Instant asOf) implements State {
        @Override
        public Deleted from(int position) {
            return new Deleted(position, key, asOf);
        }
    }

    /**
     * Returns the state that a webhook carried.
     *
     * @param receivedAt when the webhook was first received
     * @throws UnstorableException if the resource cannot be identified
     */
    static State of(Resource resource, Item.Upsert upsert, Instant receivedAt, int source) {
        Instant knownAt = upsert.triggeredAt().filter(receivedAt::isAfter).orElse(receivedAt);
        Rank rank = upsert.triggeredAt().isPresent() ? Rank.TRIGGERED : Rank.RECEIVED;
        return state(resource, upsert, knownAt, rank, source);
    }

    /**
     * Returns the state in an event that stood in the provider's list of events.
     *
     * @param askedAt when the list was asked, by our clock
     * @throws UnstorableException if the resource cannot be identified
     */
    static State listedEvent(Resource resource, Item.Upsert upsert, Instant askedAt, int source) {
        return state(resource, upsert, askedAt, Rank.LISTED_EVENT, source);
    }

    private static State state(Resource resource, Item.Upsert upsert, Instant knownAt, Rank rank, int source) {
        String text = JsonWriter.write(upsert.resource());
        String key = Keys.of(resource, upsert.resource());
        return new Present(
                source, key, upsert.asOf(), knownAt, rank, hash(upsert.event().orElse(text)), text);
    }

    /**
     * Returns the deletion that an event reported.
     *
     * @throws UnstorableException if the resource cannot be identified, or is not declared deletable
     */
    static State of(Resource resource, Item.Delete delete, int source) {
        if (!resource.deletable()) {
            throw new UnstorableException(
                    "The connector reports the deletion of %s, but %s is not declared deletable. Report it to the connector's author."
                            .formatted(delete.key(), resource.name()));
        }
        return new Deleted(source, Keys.checked(resource, delete.key()), delete.asOf());
    }

    /**
     * Returns the state that a listing showed.
     *
     * @param asOf when the provider was asked, by its clock
     * @param askedAt the same by our clock
     * @throws UnstorableException if the resource cannot be identified
     */
    static State listed(Resource resource, Json listed, Instant asOf, Instant askedAt, int source) {
        String text = JsonWriter.write(listed);
        return new Present(source, Keys.of(resource, listed), asOf, askedAt, Rank.READ, hash(text), text);
    }

    /**
     * Returns the states in which resources were found that an item only named; a deletion if they are gone and that means one.
     *
     * @param fetched nothing if it is gone
     * @param asOf when the provider was asked, by its clock
     * @param askedAt the same by our clock
     * @throws UnstorableException if a resource cannot be identified, or is deleted and not declared deletable
     */
    static List<State> fetched(
            Resource resource, Item.Fetch named, List<Json> fetched, Instant asOf, Instant askedAt, int source) {
        if (fetched.isEmpty()) {
            return named.deleted().map(key -> of(resource, Item.delete(key, asOf), source)).stream()
                    .toList();
        }
        return fetched.stream()
                .map(present -> listed(resource, present, asOf, askedAt, source))
                .toList();
    }

    /** 64 bits of SHA-256: two states at one instant are taken for one by accident once in 10^19 times. */
    private static long hash(String text) {
        return ByteBuffer.wrap(Sha256.of(text)).order(ByteOrder.BIG_ENDIAN).getLong();
    }
}
