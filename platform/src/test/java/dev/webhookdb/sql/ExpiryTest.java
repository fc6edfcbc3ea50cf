package dev.webhookdb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that are removed once they are old. */
class ExpiryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Expiry EXPIRY = new Expiry("thing-retention", """
            delete from thing where id = any (array(
              select id from thing where at < now() - :retention * interval '1 millisecond'
              order by at limit :most for update skip locked))""", 10, Duration.ofDays(30));

    private final BackgroundTasks tasks = new BackgroundTasks();
    private Optional<BackgroundTask> removing = Optional.empty();
    private ServerAddress address;
    private Database database;

    @BeforeEach
    void open() {
        address = TestPostgres.freshAddress();
        database = new Database(new Pool(address, 2, 0));
        database.run(session -> session.sql("create table thing (id bigint primary key, at timestamptz not null)")
                .execute());
    }

    @AfterEach
    void close() {
        removing.ifPresent(BackgroundTask::close);
        database.close();
    }

    @Test
    void all_that_is_old_goes_at_once_however_many_portions_that_takes() {
        add(1, 35, "31 days");
        add(36, 36, "29 days");

        removing = Optional.of(EXPIRY.start(database, tasks));

        await().atMost(PATIENCE).until(() -> things().equals(List.of(36L)));
        assertThat(tasks.failing()).isEmpty();
    }

    @Test
    void a_database_that_is_away_is_waited_for() {
        add(1, 1, "31 days");
        TestPostgres.allowConnections(address.database(), false);

        removing = Optional.of(EXPIRY.start(database, tasks));
        await().atMost(PATIENCE).until(() -> tasks.failing().equals(List.of("thing-retention")));
        TestPostgres.allowConnections(address.database(), true);

        await().atMost(PATIENCE).until(() -> tasks.failing().isEmpty());
        assertThat(things()).isEmpty();
    }

    @Test
    void what_somebody_else_holds_is_passed_over() {
        add(1, 2, "31 days");

        int removed;
        try (Database holder = TestPostgres.open(database.address())) {
            removed = holder.transaction(session -> {
                session.sql("select id from thing where id = 1 for update").list(row -> row.number("id"));
                return EXPIRY.removePortion(database);
            });
        }

        assertThat(removed).isEqualTo(1);
        assertThat(things()).containsExactly(1L);
    }

    private void add(long from, long to, String age) {
        database.run(session -> session.sql("""
                        insert into thing select id, now() - :age::interval from generate_series(:from, :to) as id""")
                .bind("age", age)
                .bind("from", from)
                .bind("to", to)
                .execute());
    }

    private List<Long> things() {
        return database.transaction(
                session -> session.sql("select id from thing order by id").list(row -> row.number("id")));
    }
}
