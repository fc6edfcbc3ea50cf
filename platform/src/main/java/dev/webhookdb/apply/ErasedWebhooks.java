package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Empties the bodies of logged webhooks that name a resource which is erased. The log does not know which rows a webhook was about, so the
 * bodies are searched, a portion at a time, at all endpoints of the organization that have the same connector: an order names its
 * customer. Thread-safe.
 */
public final class ErasedWebhooks {
    /** What is said of them. */
    public static final String REASON = "Its body was erased, with what is known of somebody it names.";

    /** Whether it was, as SQL about the table {@code webhook}. */
    static final String ERASED = "webhook.verdict = 3";

    private static final int SEARCHED_AT_ONCE = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What is written in one way only, in JSON and in forms. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");

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
        List<Position> portion = session.sql("""
                        select received_at, id from webhook
                        where endpoint_id = :endpoint and verdict <> 3 and received_at <= :time
                          and (received_at, id) > (:after, :after_id)
                        order by received_at, id limit :most for update""")
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
        portions(from -> {
            Searched searched = platform.transaction(LIMIT, session -> search(session, endpoint, key, from));
            searched.candidates().forEach(position -> eraseOne(endpoint, position, key, queued));
            return searched.last();
        });
    }

    /** @param last where to go on; empty at the end */
    private record Searched(List<Position> candidates, Optional<Position> last) {}

    private record Looked(Position position, boolean candidate) {
        private static Looked read(Row row) {
            return new Looked(Webhooks.position(row), row.flag("candidate"));
        }
    }

    private static Searched search(Session session, long endpoint, String key, Position after) {
        List<Looked> looked = session.sql("""
                        select received_at, id,
                          (not :plain or position(convert_to(:key, 'UTF8') in body) > 0 or position(:key in url) > 0) as candidate
                        from (
                          select received_at, id, body, url from webhook
                          where endpoint_id = :endpoint and verdict <> 3 and (received_at, id) > (:after, :after_id)
                          order by received_at, id limit :most
                        ) as portion order by received_at, id""")
                .bind("plain", PLAIN.matcher(key).matches())
                .bind("key", key)
                .bind("endpoint", endpoint)
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .bind("most", SEARCHED_AT_ONCE)
                .list(Looked::read);
        List<Position> candidates =
                looked.stream().filter(Looked::candidate).map(Looked::position).toList();
        return new Searched(
                candidates,
                looked.size() < SEARCHED_AT_ONCE
                        ? Optional.empty()
                        : Optional.of(looked.getLast().position()));
    }

    /** One body at a time is in memory. A worker that has it in hand stores it: nothing of it gets into an erased row. */
    private void eraseOne(long endpoint, Position position, String key, boolean queued) {
        platform.run(session -> {
            Optional<Boolean> names = session.sql("""
                            select url, body from webhook
                            where endpoint_id = :endpoint and received_at = :received and id = :id
                              and (:queued or not exists (select from webhook_queue where webhook_id = :id)) for update""")
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
        long[] ids = positions.stream().mapToLong(Position::id).toArray();
        session.sql("""
                        update webhook set body = '', url = split_part(url, '?', 1), reason = :reason,
                          verdict = case verdict when 1 then 1 else 3 end,
                          size = case verdict when 1 then coalesce(size, octet_length(body)) end
                        from unnest(:received, :ids) as emptied (at, number)
                        where endpoint_id = :endpoint and received_at = emptied.at and id = emptied.number""")
                .bind("reason", REASON)
                .bind("endpoint", endpoint)
                .bind("received", positions.stream().map(Position::receivedAt).toArray(Instant[]::new))
                .bind("ids", ids)
                .execute();
        Outcomes.remove(session, ids);
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
