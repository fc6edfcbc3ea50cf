package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told before an upgrade, of databases of this version, an older and a newer one. */
class UpgradeCheckTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ServerAddress address = TestPostgres.freshAddress();
    private final Configuration configuration = TestPostgres.configuration(address, List.of());

    @Test
    void where_everything_is_this_versions_there_is_nothing_to_do() {
        migrated();

        assertThat(check()).isZero();

        assertThat(said())
                .isEqualTo(
                        "Nothing is to be upgraded: the database \"%s\" and those of the organizations are this version's.%n"
                                .formatted(address.database()));
    }

    @Test
    void an_empty_database_gets_every_migration_and_is_left_empty() {
        assertThat(check()).isEqualTo(2);

        assertThat(said())
                .contains(
                        "Migrations of the database \"%s\" that a start would run: ".formatted(address.database()),
                        "     1  organizations",
                        "     5  schedule");
        assertThat(number("select count(*) as n from pg_class where relnamespace = 'public'::regnamespace"))
                .isZero();
    }

    @Test
    void what_an_older_version_lacks_is_told_and_not_done() {
        migrated();
        run("delete from schema_history where version::integer > 36");
        long applied = number("select count(*) as n from schema_history");
        organizationAt(0, "one");
        organizationAt(0, "two");

        assertThat(check()).isEqualTo(2);

        assertThat(said())
                .contains("    37  sync to destinations", "Databases of organizations that it would upgrade: 2")
                .doesNotContain("    36  ");
        assertThat(number("select count(*) as n from schema_history")).isEqualTo(applied);
        assertThat(number("select count(*) as n from organization_database where schema_version = 0"))
                .isEqualTo(2);
    }

    @Test
    void organizations_of_before_their_schemas_had_versions_are_counted() {
        migrated();
        organizationAt(1, "one");
        run("alter table organization_database drop column schema_version");

        assertThat(check()).isEqualTo(2);

        assertThat(said()).contains("Databases of organizations that it would upgrade: 1");
    }

    @Test
    void a_newer_versions_tables_are_refused_here_and_by_a_host() {
        migrated();
        run("""
                insert into schema_history
                       (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 1, current_user, 1, true)""");
        String sentence = """
                The database "%s" was migrated by a newer webhookdb (its tables are at version 9999): start that version, or restore a \
                backup from before the upgrade.""".formatted(address.database());

        assertThatThrownBy(this::check).hasMessage(sentence);
        assertThatThrownBy(() -> Host.start(configuration)).hasMessage(sentence);
    }

    @Test
    void organizations_that_a_newer_version_upgraded_are_told() {
        migrated();
        organizationAt(1000, "one");

        assertThat(check()).isEqualTo(1);

        assertThat(said()).startsWith("Databases of organizations that a newer webhookdb upgraded: 1.");
    }

    @Test
    void an_embedded_database_is_looked_at_before_its_first_start_beside_a_host_and_without_one(
            @TempDir Path directory) {
        Path data = directory.resolve("data");
        Configuration embedded =
                ConfigurationLoader.load(Optional.empty(), Map.of("WEBHOOKDB_DATA_DIR", data.toString()), directory);

        assertThat(check(embedded)).isEqualTo(2);
        assertThat(said()).startsWith("There is no database below " + data);
        assertThat(data).doesNotExist();

        try (PlatformDatabase running = PlatformDatabase.open(embedded)) {
            assertThat(check(embedded)).isZero();
            assertThat(running.database()
                            .<Long>transaction(session -> session.sql("select count(*) as n from organization")
                                    .one(row -> row.number("n"))))
                    .isZero();
        }
        assertThat(check(embedded)).isZero();
        assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    private int check() {
        return check(configuration);
    }

    private int check(Configuration of) {
        return UpgradeCheck.run(of, new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private void migrated() {
        PlatformDatabase.open(configuration).close();
    }

    private void organizationAt(int version, String key) {
        run("insert into organization (key, name) values ('%1$s', '%1$s')".formatted(key));
        run("""
                insert into organization_database
                       (organization_id, server, host, port, database_name, owner_role, owner_secret, reader_role, reader_secret, ready_at,
                        schema_version)
                select id, '', '', 1, key, '', '', '', '', now(), %d from organization where key = '%s'""".formatted(version, key));
    }

    private void run(String statement) {
        try (Database database = TestPostgres.open(address)) {
            database.run(session -> session.sql(statement).execute());
        }
    }

    private long number(String query) {
        try (Database database = TestPostgres.open(address)) {
            return database.transaction(session -> session.sql(query).one(row -> row.number("n")));
        }
    }
}
