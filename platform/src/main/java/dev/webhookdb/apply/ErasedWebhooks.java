package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.webhooklog.LogEdits;
import dev.webhookdb.webhooklog.LogSql;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the bodies of logged webhooks that name a resource which is erased. The log does not know which rows a webhook was about, so the
 * bodies are searched, a portion at a time, at all endpoints of the organization that have the same connector: an order names its
 * customer. Thread-safe.
 */
public final class ErasedWebhooks {
    /** What is said of them. */
    public static final String REASON = "Its body was erased, with what is known of somebody it names.";

    /** Whether it was, as SQL about the view {@code webhook}. */
    static final String ERASED = "webhook.verdict = 3";

    private static final Logger LOG = LoggerFactory.getLogger(ErasedWebhooks.class);
    private static final int SEARCHED_AT_ONCE = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What is written in one way only, in JSON and in forms. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");

    private static final String NOT_ERASED = """
            select received_at, id from (
              %s
            ) as either order by received_at, id limit :most""".formatted(LogSql.inBoth("""
                    select webhook.received_at, webhook.id from {webhook}
                    where webhook.endpoint_id = :endpoint and webhook.verdict <> 3 and webhook.received_at <= :time and {after}
                    order by {oldest first} limit :most
                    """));

    /** Whether a request may name what is searched. */
    private static final String CANDIDATE = """
            (not :plain or position(convert_to(:key, 'UTF8') in body) > 0 or position(:key in url) > 0) as candidate
            """;

    private static final String ROWS = """
            select received_at, id, received_at as last_at, id as last_id, %s
            from (
              select received_at, id, body, url from webhook_row
              where endpoint_id = :endpoint and verdict <> 3 and (received_at, id) > (:after, :after_id)
              order by received_at, id limit :most
            ) as portion order by received_at, id
            """.formatted(CANDIDATE);

    private static final String SEGMENTS = """
            select one.received_at, one.id, second as last_at, first_id as last_id, verdict <> 3 and %s
            from (
              select * from webhook_segment
              where endpoint_id = :endpoint and (second, first_id) > (:after, :after_id)
              order by second, first_id limit :most
            ) as portion
            cross join lateral unnest(ids, received, bodies, urls, verdicts) as one (id, received_at, body, url, verdict)
            order by second, first_id
            """.formatted(CANDIDATE);

    private final Database platform;

    /** @param platform where webhooks are logged */
    public ErasedWebhooks(Database platform) {
        this.platform = platform;
    }

    /**
     * Empties the bodies of webhooks that name a resource; may be repeated.
     *
     * @param integration which holds it
     * @param queued also those that are still to be stored; what else they say is lost then
     */
    public void erase(Integration integration, String key, boolean queued) {
        List<Long> endpoints = platform.transaction(session ->
                session.sql("""
                        select other.id from endpoint as other join endpoint as own
                          on own.organization_id = other.organization_id and own.connector_id = other.connector_id
                        where own.id = :endpoint order by other.id""").bind("endpoint", integration.endpointId()).list(row -> row.number("id")));
        endpoints.forEach(endpoint -> erase(endpoint, key, queued));
    }

    /** Empties the bodies of all webhooks that came to an endpoint up to a time, also of those that are still to be stored; may be repeated. */
    public void eraseUntil(long endpoint, Instant time) {
        portions(from -> platform.transaction(LIMIT, session -> emptyPortion(session, endpoint, time, from)));
    }

    private static Optional<Position> emptyPortion(Session session, long endpoint, Instant time, Position after) {
        List<Position> portion = session.sql(NOT_ERASED)
                .bind("endpoint", endpoint)
                .bind("time", time)
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .bind("most", SEARCHED_AT_ONCE)
                .list(Webhooks::position);
        empty(session, endpoint, portion);
        return portion.size() < SEARCHED_AT_ONCE ? Optional.empty() : Optional.of(portion.getLast());
    }

    /** @param work does a portion behind a position, and returns where to go on; empty at the end */
    private static void portions(Function<Position, Optional<Position>> work) {
        Optional<Position> after = Optional.of(new Position(Instant.EPOCH, 0));
        while (after.isPresent()) {
            after = work.apply(after.get());
        }
    }

    private void erase(long endpoint, String key, boolean queued) {
        for (Part part : Part.values()) {
            portions(from -> {
                Searched searched = search(part, endpoint, key, from, part.atOnce);
                searched.candidates().forEach(position -> eraseOne(endpoint, position, key, queued));
                return searched.last();
            });
        }
    }

    /** A part of the log, and how much of it is searched at once: rows or segments. */
    private enum Part {
        ROWS(ErasedWebhooks.ROWS, "select received_at, id from webhook_row", "received_at, id", SEARCHED_AT_ONCE),
        SEGMENTS(
                ErasedWebhooks.SEGMENTS,
                "select second as received_at, first_id as id from webhook_segment",
                "second, first_id",
                50);

        private final String sql;
        private final String next;
        private final int atOnce;

        Part(String sql, String keys, String key, int atOnce) {
            this.sql = sql;
            this.next = "%1$s where endpoint_id = :endpoint and (%2$s) > (:after, :after_id) order by %2$s limit 1"
                    .formatted(keys, key);
            this.atOnce = atOnce;
        }
    }

    /** @param last where to go on; empty at the end */
    private record Searched(List<Position> candidates, Optional<Position> last) {}

    /** @param last the position of the row, or segment, that it is in */
    private record Looked(Position position, Position last, boolean candidate) {
        private static Looked read(Row row) {
            return new Looked(
                    Webhooks.position(row),
                    new Position(row.instant("last_at"), row.number("last_id")),
                    row.flag("candidate"));
        }
    }

    private Searched search(Part part, long endpoint, String key, Position after, int most) {
        try {
            List<Looked> looked = platform.transaction(
                    LIMIT,
                    session -> session.sql(part.sql)
                            .bind("plain", PLAIN.matcher(key).matches())
                            .bind("key", key)
                            .bind("endpoint", endpoint)
                            .bind("after", after.receivedAt())
                            .bind("after_id", after.id())
                            .bind("most", most)
                            .list(Looked::read));
            return new Searched(
                    looked.stream()
                            .filter(Looked::candidate)
                            .map(Looked::position)
                            .toList(),
                    looked.isEmpty()
                            ? Optional.empty()
                            : Optional.of(looked.getLast().last()));
        } catch (DatabaseException e) {
            if (!DamagedWebhooks.isDamage(e)) {
                throw e;
            }
            return most > 1 ? search(part, endpoint, key, after, most / 2) : skipped(part, endpoint, after, e);
        }
    }

    /** What nobody can read keeps nothing else from being erased. */
    private Searched skipped(Part part, long endpoint, Position after, DatabaseException damage) {
        Optional<Position> skipped = platform.transaction(session -> session.sql(part.next)
                .bind("endpoint", endpoint)
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .first(Webhooks::position));
        skipped.ifPresent(position -> LOG.error(
                "What the log has of {} and after it, to the endpoint numbered {}, cannot be searched for what is to be erased, and stays: {}",
                position.text(),
                endpoint,
                damage.getMessage()));
        return new Searched(List.of(), skipped);
    }

    /** One body at a time is in memory. A worker that has it in hand stores it: nothing of it gets into an erased row. */
    private void eraseOne(long endpoint, Position position, String key, boolean queued) {
        platform.run(session -> {
            LogEdits.lock(session, logged(endpoint, List.of(position)));
            Optional<Boolean> names = session.sql("""
                            select url, body from webhook
                            where %s
                              and (:queued or not exists (select from webhook_queue where webhook_id = :id))""".formatted(LogSql.isOne(":endpoint", ":received", ":id")))
                    .bind("endpoint", endpoint)
                    .bind("received", position.receivedAt())
                    .bind("id", position.id())
                    .bind("queued", queued)
                    .first(row -> names(row.text("url"), row.bytes("body"), key));
            if (names.orElse(false)) {
                empty(session, endpoint, List.of(position));
            }
        });
    }

    private static void empty(Session session, long endpoint, List<Position> positions) {
        LogEdits.Webhooks webhooks = logged(endpoint, positions);
        LogEdits.erase(session, webhooks, REASON);
        Outcomes.remove(session, webhooks.ids());
    }

    private static LogEdits.Webhooks logged(long endpoint, List<Position> positions) {
        return new LogEdits.Webhooks(
                positions.stream().mapToLong(Position::id).toArray(),
                positions.stream().mapToLong(position -> endpoint).toArray(),
                positions.stream().map(Position::receivedAt).toArray(Instant[]::new));
    }

    /** Whether a request names a key: as a value, or at the end of a path such as {@code gid://shopify/Customer/7}. */
    static boolean names(String url, byte[] body, String key) {
        int query = url.indexOf('?');
        if (query >= 0 && names(Form.read(url.substring(query + 1)), key)) {
            return true;
        }
        try {
            return names(JsonReader.read(body), key);
        } catch (MalformedJsonException e) {
            // a form, or only the beginning of a body; where nobody can tell, it is erased
            String text = new String(body, StandardCharsets.UTF_8);
            return text.contains(key) || names(Form.read(text), key);
        }
    }

    private static boolean names(Json value, String key) {
        return switch (value) {
            case Json.Str(String text) -> text.equals(key) || text.endsWith("/" + key);
            case Json.Num(var number) -> number.toPlainString().equals(key);
            case Json.Obj(var fields) -> fields.values().stream().anyMatch(field -> names(field, key));
            case Json.Arr(var items) -> items.stream().anyMatch(item -> names(item, key));
            case Json.Bool ignored -> false;
            case Json.Null() -> false;
        };
    }
}
