package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.platform.Timed;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How long it takes to list and to count webhooks where very many are logged. Not a test: run {@code main} with their number. They came to
 * one organization within the last six days: half of them to an endpoint where a commit held ten, half to one where it held one. Six of
 * ten were ignored, one in 10,000 failed, another was rejected, and one in 100,000 is pending.
 */
final class LogMeasurement {
    private static final int STEP = 200_000;
    private static final Set<State> ALL = EnumSet.allOf(State.class);

    private LogMeasurement() {}

    public static void main(String[] arguments) {
        int number = Integer.parseInt(arguments[0]);
        try (PlatformDatabase platform = TestPostgres.platform()) {
            Database database = platform.database();
            prepare(database);
            for (int done = 0; done < number; done += STEP) {
                fill(database, done, number);
            }
            database.autocommit(session -> session.sql("vacuum analyze").execute());
            Webhooks webhooks = new Webhooks(database, URI.create("https://example.org"));
            Webhooks.Window all = Webhooks.Window.of(1, Instant.now());
            Position middle = new Position(Instant.now().minus(Duration.ofDays(3)), 0);
            Position middleOfAll = new Position(middle.receivedAt(), Long.MAX_VALUE);
            for (Webhooks.Window window : new Webhooks.Window[] {all, all.to("svi_1"), all.to("svi_2")}) {
                System.out.printf("%s%n", window.endpoint().orElse("the organization"));
                Timed.print("newest", () -> webhooks.newest(window, ALL, Optional.empty(), 50));
                Timed.print("a page in the middle", () -> webhooks.newest(window, ALL, Optional.of(middleOfAll), 50));
                for (State state : State.values()) {
                    Timed.print(state.text(), () -> webhooks.newest(window, Set.of(state), Optional.empty(), 50));
                    Timed.print(
                            state.text() + " in the middle",
                            () -> webhooks.newest(window, Set.of(state), Optional.of(middle), 50));
                }
                Timed.print("counts", () -> webhooks.counts(window));
            }
            Timed.print(
                    "one",
                    () -> webhooks.find(
                            1,
                            webhooks.newest(all, ALL, Optional.of(middle), 1)
                                    .getFirst()
                                    .position()));
            Timed.print(
                    "statistics", () -> webhooks.traffic(new Integration(1, "svi_1", 1, 1, "fixture", "fixture_1")));
        }
    }

    private static void prepare(Database database) {
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
        for (int day = 2; day <= 7; day++) {
            for (String table : new String[] {"webhook_segment", "webhook_outcome"}) {
                String name = "%s_%d".formatted(table, day);
                String first =
                        Instant.now().minus(Duration.ofDays(day)).toString().substring(0, 10);
                String last =
                        Instant.now().minus(Duration.ofDays(day - 1)).toString().substring(0, 10);
                database.run(session -> session.sql(
                                "create table %s partition of %s for values from ('%s 00:00Z') to ('%s 00:00Z')"
                                        .formatted(name, table, first, last))
                        .execute());
            }
        }
        database.run(session -> session.sql(
                        "insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')")
                .execute());
        database.run(session -> session.sql("""
                        insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                        select id, 'svi_' || id, 1, 'fixture' from generate_series(1, 2) as id""").execute());
    }

    private static void fill(Database database, int done, int number) {
        database.autocommit(
                session -> session.sql("""
                        with made as materialized (
                          select i as id, 1 + (i / 10) %% 2 as endpoint,
                            now() - interval '6 days' * (1 - (case when (i / 10) %% 2 = 0 then i / 10 * 10 else i end)::float8 / %3$d) as at,
                            case when i %% 10000 = 7 then 1 else 0 end::smallint as verdict
                          from generate_series(%1$d + 1, %1$d + %2$d) as i
                        ), logged as (
                          insert into webhook_segment (endpoint_id, second, first_id, last_id, rejected, ids, received, methods, urls, headers,
                            bodies, lengths, verdicts, checksums)
                          select endpoint, date_bin('1 second', min(at), '2000-01-01 00:00Z'), min(id), max(id),
                            count(*) filter (where verdict = 1), array_agg(id), array_agg(at), array_agg('POST'::text),
                            array_agg('/v1/service_integrations/svi_1'::text), array_agg('{}'::text), array_agg('{}'::bytea), array_agg(2),
                            array_agg(verdict), array_agg(null::integer)
                          from made group by endpoint, case when endpoint = 1 then id / 10 else id end
                        ), decided as (
                          insert into webhook_outcome (webhook_id, endpoint_id, received_at, state, reason, attempts)
                          select id, endpoint, at, case when id %% 10000 = 8 then 1 else 0 end, 'It said nothing.', 1 from made
                          where verdict = 0 and (id %% 10 < 6 or id %% 10000 = 8)
                        ), queued as (
                          insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at, bytes)
                          select id, endpoint, at, at, 2 from made where id %% 100000 = 9
                        )
                        insert into webhook_ledger (endpoint_id, hour, accepted, rejected)
                        select endpoint, date_bin('1 hour', at, '2000-01-01 00:00Z'), count(*) filter (where verdict = 0),
                          count(*) filter (where verdict = 1)
                        from made group by 1, 2""".formatted(done, STEP, number)).execute());
    }
}
