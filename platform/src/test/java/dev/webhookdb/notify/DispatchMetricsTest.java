package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.observe.DispatchMetrics.Backlog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured from a changed row to queued deliveries. */
class DispatchMetricsTest {
    private static final OptionalLong ALL = OptionalLong.empty();

    @TempDir
    private Path directory;

    private Feeding feeding;
    private long organization;
    private Integration things;

    @BeforeEach
    void open() {
        feeding = new Feeding(directory);
        organization = feeding.organizations.create("org").id();
        things = feeding.integration(organization);
    }

    @AfterEach
    void close() {
        feeding.measured.close();
        feeding.close();
    }

    @Test
    void changes_that_are_taken_events_that_are_made_and_deliveries_that_are_queued_are_counted() {
        feeding.subscribe(organization, ALL, "*");
        feeding.subscribe(organization, ALL, "*.updated");
        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "paid");

        feeding.dispatch().next(things.id());

        assertThat(measured("webhookdb_notify_changes_total")).isEqualTo(2);
        assertThat(measured("webhookdb_notify_events_total")).isEqualTo(2);
        assertThat(measured("webhookdb_notify_deliveries_total")).isEqualTo(3);
        assertThat(portions("told")).isEqualTo(1);
    }

    @Test
    void changes_that_nobody_wants_are_taken_and_no_events() {
        feeding.subscribe(organization, ALL, "*.deleted");
        feeding.store(things, "a", 1, "open");

        feeding.dispatch().next(things.id());

        assertThat(measured("webhookdb_notify_changes_total")).isEqualTo(1);
        assertThat(measured("webhookdb_notify_events_total")).isZero();
    }

    @Test
    void changes_that_cannot_be_told_are_a_failed_portion_and_are_told_the_next_time() {
        Filter filter = new Filter(List.of("*"), List.of(), Optional.of("status = 'open'"), List.of());
        feeding.subscribe(organization, ALL, filter, false);
        feeding.store(things, "a", 1, "open");

        Dispatch failing = feeding.dispatch((subscriber, events) -> {
            throw new IllegalStateException("conditions cannot be evaluated");
        });

        assertThatThrownBy(() -> failing.next(things.id())).isInstanceOf(IllegalStateException.class);
        assertThat(portions("failed")).isEqualTo(1);
        assertThat(measured("webhookdb_notify_changes_total")).isZero();
        feeding.dispatch().next(things.id());
        assertThat(measured("webhookdb_notify_changes_total")).isEqualTo(1);
    }

    @Test
    void changes_that_were_dropped_before_they_were_told_are_a_lost_portion() {
        feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "a", 1, "open");
        feeding.dispatch().next(things.id());
        feeding.store(things, "a", 2, "paid");
        feeding.databases.open(organization).run(session -> {
            session.sql("update webhookdb.followed set whole_after = (select max(change) from webhookdb.change)")
                    .execute();
            session.sql("delete from webhookdb.change").execute();
        });

        feeding.dispatch().next(things.id());

        assertThat(portions("lost")).isEqualTo(1);
    }

    @Test
    void what_waits_is_counted_with_its_age_until_it_is_told() {
        feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "a", 1, "open");
        feeding.store(things, "b", 1, "open");

        Dispatch dispatch = feeding.dispatch();
        feeding.metrics.behind(
                organization,
                feeding.feed.behind(organization, feeding.following.positions(organization)).stream()
                        .map(one -> new Backlog(
                                one.integrationId(), one.changes(), one.age().plusSeconds(60)))
                        .toList());

        assertThat(measured("webhookdb_notify_behind_changes")).isEqualTo(2);
        assertThat(measured("webhookdb_notify_behind_age_seconds")).isBetween(60.0, 600.0);
        while (dispatch.next(things.id())) {
            // until everything is told
        }
        assertThat(measured("webhookdb_notify_behind_changes")).isZero();
        assertThat(measured("webhookdb_notify_behind_age_seconds")).isZero();
    }

    @Test
    void a_host_looks_for_what_waits_by_itself() {
        feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "a", 1, "open");

        try (Dispatcher dispatcher = feeding.dispatcher()) {
            assertThat(dispatcher.want(things)).isTrue();
            await().atMost(Duration.ofSeconds(30)).until(() -> measured("webhookdb_notify_changes_total") == 1);
        }
    }

    private double portions(String outcome) {
        return measured("webhookdb_notify_dispatch_seconds_count{outcome=\"%s\"}".formatted(outcome));
    }

    private double measured(String series) {
        return feeding.measured
                .scrape()
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElseThrow();
    }
}
