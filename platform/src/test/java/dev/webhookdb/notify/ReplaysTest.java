package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Feeding.Queued;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.store.Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that are delivered once more. */
class ReplaysTest {
    @TempDir
    private Path directory;

    private Feeding feeding;
    private Replays replays;
    private long organization;
    private Integration things;

    @BeforeEach
    void open() {
        feeding = new Feeding(directory);
        organization = feeding.organizations.create("replays").id();
        things = feeding.integration(organization);
        replays = Replays.start(
                feeding.database, feeding.integrations, feeding.conditions, feeding.wakeUps, feeding.tasks);
    }

    @AfterEach
    void close() {
        replays.close();
        feeding.close();
    }

    @Test
    void what_matches_is_counted_and_queued_again_behind_what_is_new() {
        Subscription all = feeding.subscribe(organization, OptionalLong.empty(), "one_thing_v1.*");
        feeding.store(things, "a", 1, "open");
        feeding.store(things, "b", 1, "open");
        feeding.store(things, "a", 2, "paid");
        feeding.store(things, Origin.PUSH, "b", 3, "open");
        tell();
        Subscription statuses =
                with(new Filter(List.of("one_thing_v1.updated"), List.of("status"), Optional.empty(), List.of()));
        Subscription pushed = with(new Filter(List.of("*"), List.of(), Optional.empty(), List.of("push")));
        Subscription paid =
                with(new Filter(List.of("one_thing_v1.*"), List.of(), Optional.of("status = 'paid'"), List.of()));
        Instant since = Instant.now().minus(Duration.ofHours(1));
        Instant until = Instant.now().plus(Duration.ofHours(1));

        assertThat(replays.count(all, since, until)).isEqualTo(4);
        assertThat(replays.count(all, until, until.plusSeconds(1))).isZero();
        assertThat(replays.start(statuses, since, until)).isEqualTo(1);
        assertThat(replays.start(pushed, since, until)).isEqualTo(1);
        assertThat(replays.start(paid, since, until)).isEqualTo(1);

        await().until(() -> feeding.count("event_replay") == 0);
        assertThat(feeding.queued(all))
                .extracting(Queued::replay)
                .containsOnly(false)
                .hasSize(4);
        assertThat(feeding.keys(statuses)).containsExactly("a");
        assertThat(feeding.keys(pushed)).containsExactly("b");
        assertThat(feeding.keys(paid)).containsExactly("a");
        assertThat(feeding.queued(paid)).extracting(Queued::replay).containsOnly(true);
        assertThat(feeding.count("delivery_queue where priority = 2 and replay"))
                .isEqualTo(3);
        assertThat(feeding.count("delivery where replay")).isEqualTo(3);
    }

    @Test
    void a_replay_of_many_events_queues_each_once_whoever_works_on_it() {
        Subscription all = feeding.subscribe(organization, OptionalLong.empty(), "one_thing_v1.*");
        for (int i = 0; i < 3; i++) {
            feeding.store(things, "t" + i, 1, "open");
        }
        tell();
        feeding.database.run(
                session -> session.sql("""
                        insert into event (number, id, organization_id, integration_id, type, origin, key, occurred_at, body)
                        select nextval('event_number'), 'evt_' || n, %d, %d, 'one_thing_v1.created', 'webhook', 'n' || n, now(), '{}'
                        from generate_series(1, 2500) as n""".formatted(organization, things.id())).execute());
        Replays elsewhere = Replays.start(
                feeding.database, feeding.integrations, feeding.conditions, feeding.wakeUps, feeding.tasks);

        long count = replays.start(
                all, Instant.now().minusSeconds(3_600), Instant.now().plusSeconds(60));

        assertThat(count).isEqualTo(2_503);
        await().until(() -> feeding.count("event_replay") == 0);
        elsewhere.close();
        assertThat(feeding.count("delivery_queue where replay")).isEqualTo(2_503);
        assertThat(feeding.count("(select distinct event_number from delivery_queue where replay) as one"))
                .isEqualTo(2_503);
    }

    @Test
    void deliveries_of_events_that_are_dropped_are_given_up_and_a_cursor_is_lost() {
        Subscription ordered = feeding.subscribe(
                organization,
                OptionalLong.empty(),
                new Filter(List.of("one_thing_v1.*"), List.of(), Optional.empty(), List.of()),
                true);
        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "paid");
        tell();
        long latest = feeding.events.latest(organization);

        feeding.database.run(session -> {
            String partition = session.sql("select distinct tableoid::regclass::text as name from event")
                    .one(row -> row.text("name"));
            Dropping.events(session, partition);
        });

        assertThat(feeding.queued(ordered)).isEmpty();
        assertThat(feeding.count("delivery where status = 'failed' and error = 'The event was not kept any longer.'"))
                .isEqualTo(2);
        assertThat(feeding.events.keptAfter(organization)).isEqualTo(latest);
    }

    private Subscription with(Filter filter) {
        return feeding.subscribe(organization, OptionalLong.empty(), filter, false);
    }

    private void tell() {
        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }
    }
}
