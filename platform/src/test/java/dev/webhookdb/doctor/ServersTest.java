package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A PostgreSQL server, and what can be wrong with it. */
class ServersTest {
    private static final ServerCheckup.Need LITTLE = new ServerCheckup.Need(1, 1, true);

    private final ServerAddress address = TestPostgres.freshAddress();

    @Test
    void a_good_server_is_told_in_a_line() {
        assertThat(examined(address, LITTLE))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.OK))
                .satisfies(one -> assertThat(one.found())
                        .matches("PostgreSQL 1\\d\\..* at .*:\\d+, UTF8, .*; \\d+ of \\d+ connections are in use\\."));
    }

    @Test
    void a_role_without_rights_is_told_with_the_statement_that_gives_them() {
        String role = "poor_" + Secrets.hex(4);
        try (Database administration = TestPostgres.administration()) {
            administration.run(session -> session.sql("create role %s login password 'modest'".formatted(role))
                    .execute());
            try {
                assertThat(examined(address.withUser(role, new Password("modest")), LITTLE))
                        .singleElement()
                        .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                        .satisfies(one -> assertThat(one.found()).contains("may not create databases and roles"))
                        .satisfies(one -> assertThat(one.remedy())
                                .isEqualTo(
                                        "Let a superuser run: ALTER ROLE \"%s\" CREATEDB CREATEROLE".formatted(role)));
            } finally {
                administration.run(session -> session.sql("drop role " + role).execute());
            }
        }
    }

    @Test
    void a_server_that_is_away_is_a_problem_that_shows_no_password() {
        ServerAddress away =
                ServerAddress.of("127.0.0.1", 1, "webhookdb", "webhookdb", new Password("a-secret-password"));

        assertThat(examined(away, LITTLE))
                .singleElement()
                .satisfies(one ->
                        assertThat(one.found()).isEqualTo("The PostgreSQL server of database.url cannot be used."))
                .satisfies(one -> assertThat(one.remedy())
                        .startsWith("PostgreSQL at 127.0.0.1:1 cannot be reached: start it, open its port")
                        .doesNotContain("a-secret-password"));
    }

    @Test
    void too_few_connections_are_told_before_they_are_missed() {
        assertThat(examined(address, new ServerCheckup.Need(1, 100_000, true)))
                .extracting(Finding::status)
                .containsExactly(Status.WARNING);
        assertThat(examined(address, new ServerCheckup.Need(100_000, 1, true)))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.remedy()).contains("max_connections"));
    }

    @Test
    void a_transaction_in_which_nothing_happens_is_told_with_its_process() {
        try (Database database = TestPostgres.open(address)) {
            database.run(session -> {
                long process = session.sql("select pg_backend_pid() as pid").one(row -> row.number("pid"));

                List<Finding> findings =
                        new ServerCheckup("database", address, "database.url", LITTLE, Duration.ZERO).examine();

                assertThat(findings)
                        .singleElement()
                        .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                        .satisfies(one -> assertThat(one.found())
                                .contains("in %s, process %d".formatted(address.database(), process)))
                        .satisfies(one -> assertThat(one.remedy()).contains("pg_terminate_backend"));
            });
        }
    }

    private static List<Finding> examined(ServerAddress address, ServerCheckup.Need need) {
        return new ServerCheckup("database", address, "database.url", need, ServerCheckup.HOURS).examine();
    }
}
