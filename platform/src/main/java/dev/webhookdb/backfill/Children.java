package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listings for each row of another service's table, in the order of its keys. Each split has the rows of one share of the keys. */
final class Children implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(Children.class);
    private static final int SHARES = 8;
    private static final int KEYS_AT_ONCE = 100;

    private final Listing listing;
    private final Database organization;
    private final Supplier<Table> parents;
    private final Map<Integer, Deque<String>> ahead = new ConcurrentHashMap<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<String> lastRefusal = new AtomicReference<>("");

    /**
     * @param listing lists what belongs to a row
     * @param parents gives the table of the rows as it is now, in the organization's database, which it may have to ask
     */
    Children(Listing listing, Database organization, Supplier<Table> parents) {
        this.listing = listing;
        this.organization = organization;
        this.parents = parents;
    }

    private record Parent(String key, Json resource) {}

    @Override
    public boolean isRanged() {
        return false;
    }

    @Override
    public List<Split> splits() {
        return IntStream.range(0, SHARES)
                .mapToObj(share -> Split.of(share, Optional.empty(), Optional.empty()))
                .toList();
    }

    @Override
    public DecodedPage next(Split split) {
        Optional<Parent> begun =
                split.cursor().flatMap(cursor -> row(split.parent().orElseThrow()));
        Optional<Parent> parent = begun.isPresent() ? begun : following(split);
        if (parent.isEmpty()) {
            return DecodedPage.nothing(split);
        }
        Split at = begun.isPresent() ? split : split.of(parent.get().key());
        return page(at, parent.get());
    }

    /** A row that the provider does not know, or does not want to list anything for, does not keep the others from being read. */
    private DecodedPage page(Split split, Parent parent) {
        Split next = split.of(parent.key());
        try {
            DecodedPage content = listing.page(split, Optional.empty(), Optional.of(parent.resource()));
            answered.increment();
            return content.split().done() ? content.with(next) : content;
        } catch (ConnectorFailure e) {
            if (!e.isRefusal()) {
                throw e;
            }
            refused.increment();
            lastRefusal.set(e.getMessage());
            LOG.debug(
                    "Nothing is listed for {} of {}",
                    parent.key(),
                    parents.get().name(),
                    e);
            String reason = "Nothing is listed for %s of %s: %s"
                    .formatted(parent.key(), parents.get().name(), e.getMessage());
            return DecodedPage.refused(next, new Backfills.Refused(reason, JsonWriter.write(parent.resource())));
        }
    }

    @Override
    public void ended() {
        if (refused.sum() > 0 && answered.sum() == 0) {
            throw new ConnectorFailure(
                    ConnectorFailure.Kind.SETTINGS,
                    "The provider lists nothing for any of the %d rows of %s. Check that the key is of the account that those rows are of. The last refusal: %s"
                            .formatted(refused.sum(), parents.get().name(), lastRefusal.get()));
        }
    }

    /** Returns a row; empty if it is gone. */
    private Optional<Parent> row(String key) {
        Table table = parents.get();
        return organization.transaction(session ->
                session.sql(table.row()).bind("key", key).first(row -> parent(row.text("key"), row.text("data"))));
    }

    /** Keys are read ahead and rows are not: a hundred of them may be more than fits into memory. */
    private Optional<Parent> following(Split split) {
        Deque<String> keys = ahead.computeIfAbsent(split.number(), number -> new ArrayDeque<>());
        String last = split.parent().orElse("");
        while (!keys.isEmpty() && keys.peek().equals(last)) {
            keys.poll();
        }
        while (true) {
            if (keys.isEmpty()) {
                keys.addAll(keysAfter(split, last));
            }
            if (keys.isEmpty()) {
                return Optional.empty();
            }
            Optional<Parent> found = row(keys.peek());
            if (found.isPresent()) {
                return found;
            }
            last = keys.poll();
        }
    }

    private List<String> keysAfter(Split split, String last) {
        Table table = parents.get();
        return organization.transaction(session -> session.sql(table.keys())
                .bind("after", last)
                .bind("share", split.number())
                .bind("shares", SHARES)
                .bind("most", KEYS_AT_ONCE)
                .list(row -> row.text("key")));
    }

    private static Parent parent(String key, String data) {
        return new Parent(key, JsonReader.read(data.getBytes(StandardCharsets.UTF_8)));
    }
}
