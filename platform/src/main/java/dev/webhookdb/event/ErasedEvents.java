package dev.webhookdb.event;

import dev.webhookdb.json.EcmaScriptJson;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Takes what an erased row was, or who a person was, out of events that are kept, to be asked for or delivered. Thread-safe. */
public final class ErasedEvents {
    private static final int AT_ONCE = 100;

    private final Database platform;

    /** @param platform where events are kept */
    public ErasedEvents(Database platform) {
        this.platform = platform;
    }

    private record Kept(long number, Instant createdAt, String body) {}

    /** Empties the events of a row of an integration; that they happened stays. May be repeated. */
    public void erase(long organizationId, long integrationId, String key) {
        empty(organizationId, integrationId, "key = :which", statement -> statement.bind("which", key));
    }

    /** The same for all rows of an integration, and what happened up to a time. */
    public void eraseUntil(long organizationId, long integrationId, Instant time) {
        empty(organizationId, integrationId, "created_at <= :which", statement -> statement.bind("which", time));
    }

    /**
     * Takes a person out of events about people; that they happened, and to which number, stays. May be repeated.
     *
     * @param user the person's number, such as {@code usr_7}
     */
    public void erasePerson(long organizationId, String user, String email) {
        long after = -1;
        while (true) {
            long from = after;
            List<Kept> found = platform.transaction(session -> {
                List<Kept> some = session.sql("""
                                select number, created_at, body from event
                                where organization_id = :organization and integration_id is null and number > :after
                                  and type like any (:types)
                                order by number limit :most""")
                        .bind("organization", organizationId)
                        .bind("after", from)
                        .bind("types", PersonalEvents.TYPES)
                        .bind("most", AT_ONCE)
                        .list(ErasedEvents::read);
                some.forEach(one -> withoutPerson(one.body(), user, email)
                        .ifPresent(body -> rewrite(session, organizationId, one, body)));
                return some;
            });
            if (found.isEmpty()) {
                return;
            }
            after = found.getLast().number();
        }
    }

    private static Optional<String> withoutPerson(String body, String user, String email) {
        Json read = JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        if (!(read instanceof Json.Obj(Map<String, Json> fields))) {
            return Optional.empty();
        }
        return PersonalEvents.emptied(read.at("data"), user, email).map(data -> {
            Map<String, Json> kept = new LinkedHashMap<>(fields);
            kept.put("data", data);
            return EcmaScriptJson.write(new Json.Obj(kept));
        });
    }

    private void empty(long organizationId, long integrationId, String which, UnaryOperator<Statement> bound) {
        long after = -1;
        while (true) {
            long from = after;
            List<Kept> emptied = platform.transaction(session -> {
                Statement query = session.sql("""
                                select number, created_at, body from event
                                where organization_id = :organization and integration_id = :integration and %s and number > :after
                                  and origin is distinct from 'erase'
                                order by number limit :most""".formatted(which))
                        .bind("organization", organizationId)
                        .bind("integration", integrationId)
                        .bind("after", from)
                        .bind("most", AT_ONCE);
                return empty(session, organizationId, bound.apply(query).list(ErasedEvents::read));
            });
            if (emptied.isEmpty()) {
                return;
            }
            after = emptied.getLast().number();
        }
    }

    private static Kept read(Row row) {
        return new Kept(row.number("number"), row.instant("created_at"), row.text("body"));
    }

    private static List<Kept> empty(Session session, long organizationId, List<Kept> found) {
        found.forEach(one -> rewrite(session, organizationId, one, emptied(one.body())));
        return found;
    }

    private static void rewrite(Session session, long organizationId, Kept event, String body) {
        session.sql("""
                        update event set body = :body
                        where organization_id = :organization and number = :number and created_at = :at""")
                .bind("body", body)
                .bind("organization", organizationId)
                .bind("number", event.number())
                .bind("at", event.createdAt())
                .execute();
    }

    /** The row as its key alone, and no former values. */
    static String emptied(String body) {
        Json read = JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        if (!(read instanceof Json.Obj(Map<String, Json> fields))) {
            return "{}";
        }
        Map<String, Json> kept = new LinkedHashMap<>(fields);
        read.text("external_id_column")
                .ifPresent(column -> kept.put("row", new Json.Obj(Map.of(column, read.at("external_id")))));
        kept.put("changes", new Json.Obj(Map.of()));
        return EcmaScriptJson.write(new Json.Obj(kept));
    }
}
