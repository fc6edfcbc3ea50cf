package dev.webhookdb.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Expiry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long it is known who changed what. */
class AuditTest {
    private static final Expiry EXPIRY = Audit.expiry(Duration.ofDays(400));

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
    void entries_older_than_is_kept_go_and_younger_ones_stay_in_every_organization() {
        note(1, "401 days", 1);
        note(2, "401 days", 1);
        note(1, "399 days", 1);
        note(2, "1 minute", 1);

        assertThat(EXPIRY.removePortion(database)).isEqualTo(2);

        assertThat(subjects(1)).containsExactly("399 days");
        assertThat(subjects(2)).containsExactly("1 minute");
    }

    @Test
    void many_go_the_oldest_first_a_thousand_at_a_time() {
        note(1, "401 days", 4_999);
        note(1, "500 days", 1);
        note(1, "1 day", 1);

        int first = EXPIRY.removePortion(database);
        assertThat(first).isEqualTo(1_000);
        assertThat(subjects(1)).doesNotContain("500 days");

        List<Integer> others = IntStream.range(0, 5)
                .map(portion -> EXPIRY.removePortion(database))
                .boxed()
                .toList();
        assertThat(others).containsExactly(1_000, 1_000, 1_000, 1_000, 0);
        assertThat(subjects(1)).containsExactly("1 day");
    }

    private void note(long organization, String age, int times) {
        database.run(session -> session.sql("""
                        insert into audit (at, organization_id, email, address, action, subject)
                        select now() - :age::interval, :organization, 'ada@example.com', '', 'delete integration', :age
                        from generate_series(1, :times)""")
                .bind("age", age)
                .bind("organization", organization)
                .bind("times", times)
                .execute());
    }

    private List<String> subjects(long organization) {
        return new Audit(database)
                .newest(organization, Long.MAX_VALUE, 10_000).stream()
                        .map(Audit.Entry::subject)
                        .toList();
    }
}
