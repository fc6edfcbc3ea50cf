package dev.webhookdb.store;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

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
     * @param rank 1 if an event carried it, 0 if a listing did, which never wins a tie against an event
     * @param event tells a repetition from another state at the same instant
     * @param resource JSON text that PostgreSQL takes
     */
    record Present(int source, String key, Instant asOf, short rank, long event, String resource) implements State {
        @Override
        public Present from(int position) {
            return new Present(position, key, asOf, rank, event, resource);
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
     * Returns the state that an event carried.
     *
     * @throws UnstorableException if the resource cannot be identified
     */
    static State of(Resource resource, Item.Upsert upsert, int source) {
        String text = JsonWriter.write(upsert.resource());
        return new Present(
                source,
                Keys.of(resource, upsert.resource()),
                upsert.asOf(),
                (short) 1,
                hash(upsert.event().orElse(text)),
                text);
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
     * @param asOf when the provider was asked
     * @throws UnstorableException if the resource cannot be identified
     */
    static State listed(Resource resource, Json listed, Instant asOf, int source) {
        String text = JsonWriter.write(listed);
        return new Present(source, Keys.of(resource, listed), asOf, (short) 0, hash(text), text);
    }

    /**
     * Returns the state in which a resource was found that an item only named; nothing if it is gone, and that means nothing.
     *
     * @param fetched nothing if it is gone
     * @param asOf when the provider was asked
     * @throws UnstorableException if the resource cannot be identified, or is deleted and not declared deletable
     */
    static Optional<State> fetched(
            Resource resource, Item.Fetch named, Optional<Json> fetched, Instant asOf, int source) {
        return fetched.map(present -> listed(resource, present, asOf, source))
                .or(() -> named.deleted().map(key -> of(resource, Item.delete(key, asOf), source)));
    }

    /** 64 bits of SHA-256: two states at one instant are taken for one by accident once in 10^19 times. */
    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).order(ByteOrder.BIG_ENDIAN).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
