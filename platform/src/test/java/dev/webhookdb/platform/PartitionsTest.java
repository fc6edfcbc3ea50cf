package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.Partitions.Partitioned;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionsTest {
    private final List<String> dropped = new ArrayList<>();
    private PlatformDatabase platform;
    private Database database;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void yesterday_today_and_a_week_ahead_are_made_once() {
        maintain("2026-02-26T23:59:59Z");
        maintain("2026-02-26T23:59:59Z");

        assertThat(partitions("webhook_segment"))
                .containsExactly(
                        "webhook_segment_20260225",
                        "webhook_segment_20260226",
                        "webhook_segment_20260227",
                        "webhook_segment_20260228",
                        "webhook_segment_20260301",
                        "webhook_segment_20260302",
                        "webhook_segment_20260303",
                        "webhook_segment_20260304",
                        "webhook_segment_20260305");
        assertThat(partitions("webhook_outcome")).hasSize(9).first().isEqualTo("webhook_outcome_20260225");
    }

    @Test
    void nobody_collects_statistics_of_the_arrays_of_a_day() {
        maintain("2026-02-26T23:59:59Z");

        assertThat(database.<List<String>>transaction(
                        session -> session.sql("""
                        select attname::text as name from pg_attribute join pg_type on pg_type.oid = atttypid
                        where attrelid = 'webhook_segment_20260226'::regclass and attstattarget = 0""").list(row -> row.text("name"))))
                .contains("ids", "bodies", "headers", "api_versions")
                .doesNotContain("endpoint_id", "second");
    }

    @Test
    void a_day_ends_at_midnight_utc_whatever_the_time_zone_of_the_server() {
        maintain("2026-02-26T12:00:00Z");

        insert("2026-02-26T23:59:59.999999Z");
        insert("2026-02-27T00:00:00Z");

        List<String> homes = database.transaction(
                session -> session.sql("select tableoid::regclass::text as name from webhook_segment order by second")
                        .list(row -> row.text("name")));
        assertThat(homes).containsExactly("webhook_segment_20260226", "webhook_segment_20260227");
    }

    @Test
    void what_is_older_than_the_retention_is_dropped_and_nothing_else() {
        maintain("2026-02-26T12:00:00Z");

        maintain("2026-03-07T12:00:00Z");

        assertThat(partitions("webhook_segment"))
                .startsWith("webhook_segment_20260305", "webhook_segment_20260306", "webhook_segment_20260307")
                .endsWith("webhook_segment_20260314")
                .hasSize(10);
        assertThat(partitions("webhook_outcome")).hasSize(10);
        assertThat(dropped).hasSize(16).contains("webhook_segment_20260304", "webhook_outcome_20260225");
    }

    @Test
    void a_request_of_a_day_without_a_partition_is_refused_by_the_database() {
        maintain("2026-02-26T12:00:00Z");

        assertThatThrownBy(() -> insert("2026-04-01T00:00:00Z")).isInstanceOf(DatabaseException.class);
    }

    private void maintain(String now) {
        try (var partitions = new Partitions(
                database,
                Clock.fixed(Instant.parse(now), ZoneOffset.UTC),
                Stream.of("webhook_segment", "webhook_outcome")
                        .map(table -> new Partitioned(
                                table, Duration.ofDays(2), (session, partition) -> dropped.add(partition)))
                        .toList(),
                new BackgroundTasks())) {
            partitions.maintain();
        }
    }

    private void insert(String receivedAt) {
        database.run(session ->
                session.sql("""
                        insert into webhook (id, endpoint_id, received_at, method, url, headers, body, verdict)
                        values (1, 1, :received, 'POST', '/', '{}', '', 0)""").bind("received", Instant.parse(receivedAt)).execute());
    }

    private List<String> partitions(String table) {
        return database.transaction(session -> session.sql(
                        "select inhrelid::regclass::text as name from pg_inherits where inhparent = :parent::regclass order by 1")
                .bind("parent", table)
                .list(row -> row.text("name")));
    }
}
