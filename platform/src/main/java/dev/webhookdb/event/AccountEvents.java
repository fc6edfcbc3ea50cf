package dev.webhookdb.event;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What happens to accounts, written down in the transaction in which it happens. */
public final class AccountEvents {
    /** Under this name whoever makes events of it is woken. */
    public static final String CHANNEL = "account_event";

    private AccountEvents() {}

    /**
     * Notes that something happened.
     *
     * @param session the transaction in which it happens; what is not committed did not happen
     * @param type one of {@link AccountEventType}
     * @param data what is told of it; no secrets
     */
    public static void note(Session session, long organizationId, AccountEventType type, Json.Obj data) {
        session.sql("insert into account_event (organization_id, type, data) values (:organization, :type, :data)")
                .bind("organization", organizationId)
                .bind("type", type.text())
                .bind("data", JsonWriter.write(data))
                .execute();
        WakeUps.tell(session, CHANNEL);
    }

    /** Returns what is told, from the names of its parts and their texts in turn. */
    public static Json.Obj fields(String... namesAndTexts) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            fields.put(namesAndTexts[i], new Json.Str(namesAndTexts[i + 1]));
        }
        return new Json.Obj(fields);
    }

    /** Returns organizations to which something happened that is no event yet. */
    public static List<Long> organizations(Session session) {
        return session.sql("select distinct organization_id from account_event order by organization_id limit 100")
                .list(row -> row.number("organization_id"));
    }

    /**
     * Takes what happened to an organization and is no event yet, in its order. With the transaction it is gone: what is not to be an event is
     * dropped. Nobody else takes any meanwhile.
     */
    public static List<NewEvent> take(Session session, long organizationId, int most) {
        EventStream.lock(session, organizationId);
        return session.sql("""
                        with taken as (
                          delete from account_event where id = any (array(
                            select id from account_event where organization_id = :organization order by id limit :most))
                          returning id, type, data, occurred_at
                        )
                        select * from taken order by id""")
                .bind("organization", organizationId)
                .bind("most", most)
                .list(AccountEvents::event);
    }

    /**
     * Takes a person out of what happened and is no event yet; their number stays. What is an event already is left to {@link ErasedEvents}:
     * with the transaction there is nothing in between.
     *
     * @param user the person's number, such as {@code usr_7}
     */
    public static void erasePerson(Session session, long organizationId, String user, String email) {
        EventStream.lock(session, organizationId);
        session.sql(
                        "select id, data from account_event where organization_id = :organization and type like any (:types)")
                .bind("organization", organizationId)
                .bind("types", PersonalEvents.TYPES)
                .list(row -> Map.entry(row.number("id"), json(row.text("data"))))
                .forEach(one -> PersonalEvents.emptied(one.getValue(), user, email)
                        .ifPresent(data -> session.sql("update account_event set data = :data where id = :id")
                                .bind("data", JsonWriter.write(data))
                                .bind("id", one.getKey())
                                .execute()));
    }

    private static Json json(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static NewEvent event(Row row) {
        String type = row.text("type");
        Instant at = row.instant("occurred_at");
        Json data = json(row.text("data"));
        return new NewEvent(
                "%s %d".formatted(type, row.number("id")),
                OptionalLong.empty(),
                type,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                at,
                id -> EventBody.of(id, type, at, Map.of("data", data)));
    }
}
