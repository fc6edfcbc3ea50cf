package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.ChangeNumbers;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.ServerShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Organizations of builds before, and hosts of several builds. */
class SchemaUpgradesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final OrganizationSchema SCHEMA = OrganizationSchema.standard();
    private static final OrganizationSchema LATER = SCHEMA.with(new SchemaVersion(
            SCHEMA.newest() + 1, "origin", true, "alter table ${table} add column if not exists _origin text;"));

    private final List<AutoCloseable> open = new ArrayList<>();
    private PlatformDatabase platform;
    private OrganizationDatabases databases;

    @BeforeEach
    void begin() {
        platform = TestPostgres.platform();
        databases = host(SCHEMA);
    }

    @AfterEach
    void end() throws Exception {
        platform.database()
                .transaction(session -> session.sql("select organization_id from organization_database")
                        .list(row -> row.number("organization_id")))
                .forEach(databases::drop);
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        platform.close();
    }

    @Test
    void a_new_organization_has_the_newest_version_and_each_host_looks_once() {
        long organization = organization("new");

        assertThat(recorded(organization)).isEqualTo(SCHEMA.newest());
        databases
                .open(organization)
                .run(session -> session.sql("drop schema webhookdb cascade").execute());

        assertThat(databases.open(organization).available()).isTrue();
        assertThat(versions(organization)).isEmpty();
        assertThat(host(SCHEMA).open(organization).available()).isTrue();
        assertThat(versions(organization)).hasSize(SCHEMA.newest());
    }

    @Test
    void an_older_copy_is_brought_to_the_newest_version_although_the_record_says_it_has_it() {
        long organization = organization("older");
        OldSchemas.replace(platform, databases, organization, "version-0");
        platform.database()
                .run(session -> session.sql("update organization_database set schema_version = :newest")
                        .bind("newest", SCHEMA.newest())
                        .execute());

        host(SCHEMA).open(organization);

        assertThat(versions(organization)).hasSize(SCHEMA.newest());
    }

    @Test
    void a_copy_of_before_gives_no_number_of_a_change_again_and_knows_which_are_lost() {
        long organization = organization("copied");
        Database held = databases.open(organization);
        long kept = next(held);
        next(host(SCHEMA).open(organization));
        long lost = next(held);
        held.run(session -> session.sql("delete from webhookdb.skipped where until_change > :kept")
                .bind("kept", kept)
                .execute());
        held.run(session -> session.sql("select setval('webhookdb.changes', %d)".formatted(kept))
                .list(row -> true));

        long now = next(host(SCHEMA).open(organization));

        assertThat(now).isGreaterThan(lost);
        assertThat(List.of(isUndone(held, kept), isUndone(held, lost), isUndone(held, now)))
                .containsExactly(false, true, false);
    }

    @Test
    void nothing_is_skipped_while_somebody_writes_because_he_did_so_before() {
        long organization = organization("written");
        Database held = databases.open(organization);
        long before = next(held);

        held.run(session -> {
            session.sql("lock table webhookdb.writer in row exclusive mode").execute();
            host(SCHEMA).open(organization);
        });

        assertThat(next(held)).isEqualTo(before + 1);
    }

    private static long next(Database database) {
        return database.transaction(session ->
                session.sql("select nextval('webhookdb.changes') as next").one(row -> row.number("next")));
    }

    private static boolean isUndone(Database database, long position) {
        return database.transaction(session ->
                session.sql(ChangeNumbers.isUndone()).bind("position", position).one(row -> row.flag("undone")));
    }

    @Test
    void an_organization_of_before_is_brought_to_the_newest_version_before_it_is_used() {
        long organization = organization("before");
        OldSchemas.replace(platform, databases, organization, "version-0");

        List<String> found =
                texts(databases.open(organization), "select version::text as text from webhookdb.schema_history");

        assertThat(found).hasSize(SCHEMA.newest());
        assertThat(recorded(organization)).isEqualTo(SCHEMA.newest());
    }

    @Test
    void organizations_of_before_are_brought_to_the_newest_version_in_the_background_by_several_hosts() {
        List<Long> organizations = List.of(organization("one"), organization("two"), organization("three"));
        organizations.forEach(one -> OldSchemas.replace(platform, databases, one, "version-0"));

        host(LATER);
        host(LATER);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(organizations)
                        .allSatisfy(one -> assertThat(recorded(one)).isEqualTo(LATER.newest())));
        assertThat(organizations).allSatisfy(one -> assertThat(versions(one)).hasSize(LATER.newest()));
    }

    @Test
    void a_database_that_is_away_stops_no_other_and_is_upgraded_when_it_is_back() {
        long away = organization("away");
        long there = organization("there");
        OldSchemas.replace(platform, databases, away, "version-0");
        OldSchemas.replace(platform, databases, there, "version-0");
        allowConnections(away, false);
        SchemaUpgrades upgrades = upgrades(SCHEMA);

        upgrades.upgradeAll();

        assertThat(recorded(there)).isEqualTo(SCHEMA.newest());
        assertThat(recorded(away)).isZero();
        assertThat(databases.schemaProblemsByOrganization()).containsOnlyKeys(away);
        assertThat(upgrades.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("1 organization", "could not be brought"));
        assertThatThrownBy(() -> databases.open(away))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE))
                .hasMessageContaining("takes no writes until it is at version");

        allowConnections(away, true);
        upgrades.upgradeAll();

        assertThat(recorded(away)).isEqualTo(SCHEMA.newest());
        assertThat(databases.schemaProblemsByOrganization()).isEmpty();
        assertThat(upgrades.problems()).isEmpty();
    }

    @Test
    void a_host_lets_go_of_a_database_that_a_newer_host_upgraded_and_says_so() {
        long organization = organization("shared");
        Database held = databases.open(organization);

        host(LATER).open(organization);
        databases.refresh();

        assertThatThrownBy(() -> held.run(session -> session.sql("select 1").execute()))
                .isInstanceOf(DatabaseException.class);
        assertThatThrownBy(() -> databases.open(organization))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE))
                .hasMessageContaining("by a newer webhookdb");
        SchemaUpgrades upgrades = upgrades(SCHEMA);
        upgrades.upgradeAll();
        assertThat(upgrades.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("version " + LATER.newest(), "this host knows up to " + SCHEMA.newest()));
    }

    @Test
    void what_a_host_does_in_a_database_goes_on_while_another_one_of_its_build_notes_the_version() {
        long organization = organization("goes_on");
        Database held = databases.open(organization);

        held.run(session -> {
            platform.database()
                    .run(other -> other.sql("update organization_database set revision = revision + 1")
                            .execute());
            databases.refresh();
            session.sql("create table mine (id bigint)").execute();
        });

        assertThat(texts(held, "select relname::text as text from pg_class where relname = 'mine'"))
                .hasSize(1);
    }

    @Test
    void a_newer_version_that_the_platform_does_not_know_of_is_found_in_the_database() {
        long organization = organization("restored");
        databases
                .open(organization)
                .run(session -> session.sql(
                                "insert into webhookdb.schema_history (version, description) values (1000, 'of the future')")
                        .execute());
        platform.database()
                .run(session -> session.sql("update organization_database set schema_version = 0")
                        .execute());
        SchemaUpgrades upgrades = upgrades(SCHEMA);

        upgrades.upgradeAll();

        assertThat(recorded(organization)).isEqualTo(1000);
        assertThat(upgrades.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("version 1000"));
    }

    private OrganizationDatabases host(OrganizationSchema schema) {
        var host = new OrganizationDatabases(
                platform.database(),
                platform.servers(),
                new ReversingSealer(),
                List.of(),
                MemoryBudgets.ofHeap().results(),
                new ServerShare(100),
                new BackgroundTasks(),
                Metrics.none(),
                schema);
        open.add(host);
        return host;
    }

    private SchemaUpgrades upgrades(OrganizationSchema schema) {
        return new SchemaUpgrades(
                new OrganizationDirectory(platform.database()),
                new TenantConnections(new Servers(platform.servers()), new ReversingSealer(), List.of()),
                schema);
    }

    private long organization(String key) {
        long id = TestPostgres.organization(platform, key);
        databases.create(id, key);
        return id;
    }

    private int recorded(long organization) {
        return new OrganizationDirectory(platform.database())
                .existing(organization)
                .schemaVersion();
    }

    private List<String> versions(long organization) {
        try (Database database = databases.openApart(organization)) {
            return texts(database, """
                    select query_to_xml('select version from webhookdb.schema_history order by version', false, true, '')::text as text
                     where to_regclass('webhookdb.schema_history') is not null""").stream()
                    .flatMap(xml -> xml.lines().filter(line -> line.contains("<version>")))
                    .toList();
        }
    }

    private void allowConnections(long organization, boolean allowed) {
        String name = Identifiers.quote(new OrganizationDirectory(platform.database())
                .existing(organization)
                .name());
        try (Database administration = TestPostgres.administration()) {
            administration.autocommit(
                    session -> session.sql("alter database %s allow_connections %s".formatted(name, allowed))
                            .execute());
        }
    }

    private static List<String> texts(Database database, String query) {
        return database.transaction(session -> session.sql(query).list(row -> row.text("text")));
    }
}
