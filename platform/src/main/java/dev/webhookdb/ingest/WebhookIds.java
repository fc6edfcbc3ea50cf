package dev.webhookdb.ingest;

import dev.webhookdb.sql.Database;
import java.time.Duration;

/** Numbers of webhooks, fetched from the database in blocks. Thread-safe. */
final class WebhookIds {
    /** How many are in a block; the first one's begins with 1. */
    static final int PER_BLOCK = 1_000;

    private final Database platform;
    private final Duration limit;
    private long nextId;
    private long lastId;

    WebhookIds(Database platform, Duration limit) {
        this.platform = platform;
        this.limit = limit;
    }

    /** Returns the next ones, in order: of each block a stretch that no one else has a number of. */
    synchronized long[] next(int count) {
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            if (nextId >= lastId) {
                nextId = platform.transaction(
                        limit,
                        session -> session.sql("select nextval('webhook_id') as first")
                                .one(row -> row.number("first")));
                lastId = nextId + PER_BLOCK;
            }
            ids[i] = nextId++;
        }
        return ids;
    }
}
