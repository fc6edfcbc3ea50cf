package dev.webhookdb.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.query.SavedView;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Work in two databases that breaks off between any two of its steps, and what the next look makes of it. */
class BrokenOffTest {
    @TempDir
    private static Path directory;

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static ConnectorRegistry connectors;
    private static Organizations organizations;
    private static SavedViews views;
    private static Tables tables;
    private static Integrations integrations;
    private static Organization organization;
    private static volatile boolean away;

    @BeforeAll
    static void open() {
        TestConnector.named("two").writeTo(directory.resolve("connectors/two.jar"));
        platform = TestPostgres.platform();
        Vault vault = Vault.open(directory.resolve("key.json"));
        databases = new OrganizationDatabases(platform.database(), platform.servers(), vault);
        connectors = ConnectorRegistry.open(directory.resolve("connectors"));
        organizations = new Organizations(platform.database(), databases);
        views = new SavedViews(platform.database(), databases);
        tables = new Tables(BrokenOffTest::reached, connectors, new ColumnFiller());
        integrations = new Integrations(platform.database(), vault, connectors, tables);
        organization = organizations.create("broken");
        platform.database().run(session -> session.sql("""
                                create function broken_off() returns trigger language plpgsql
                                as $$ begin raise exception using errcode = '57P01', message = 'broken off'; end $$""").execute());
    }

    @AfterAll
    static void close() {
        organizations.all().forEach(each -> databases.drop(each.id()));
        databases.close();
        connectors.close();
        platform.close();
    }

    @AfterEach
    void nothing_is_left_to_do() {
        long left = platform.database()
                .transaction(session ->
                        session.sql("select count(*) as n from intent").one(row -> row.number("n")));
        assertThat(left).isZero();
    }

    @ParameterizedTest
    @CsvSource({"insert on organization_database", "update on organization_database", "delete on intent"})
    void a_creation_of_an_organization_that_breaks_off_is_undone(String step) {
        brokenOff(List.of(step, "delete on organization"), () -> organizations.create("Half"));
        assertThat(organizations.find("half")).isEmpty();

        finish();

        Organization whole = organizations.create("Half");
        assertThat(databases.open(whole.id()).available()).isTrue();
        try (Database administration = TestPostgres.administration()) {
            List<String> present = administration.transaction(
                    session -> session.sql("select datname::text as name from pg_database where datname like 'whdb%'")
                            .list(row -> row.text("name")));
            assertThat(present)
                    .filteredOn(name -> name.startsWith("whdb_%d_".formatted(whole.id() - 1)))
                    .isEmpty();
        }
        databases.drop(whole.id());
        platform.database()
                .run(session -> session.sql("delete from organization where key = 'half'")
                        .execute());
    }

    @ParameterizedTest
    @CsvSource({"update on integration", "delete on intent"})
    void a_renaming_that_breaks_off_is_finished_and_no_second_table_is_made_meanwhile(String step) {
        Integration before = created();
        String name = "renamed_" + before.id();

        brokenOff(List.of(step), () -> integrations.rename(before, name));
        assertThatThrownBy(() -> tables.ready(before)).hasMessageContaining("renamed a moment ago");
        finish();

        Integration after = integrations.find(before.id()).orElseThrow();
        assertThat(after.table()).isEqualTo(name);
        assertThat(tableNames()).contains(name).doesNotContain(before.table());
        assertThat(tables.ready(after).name()).isEqualTo(name);
        integrations.rename(after, before.table());
        integrations.delete(integrations.find(before.id()).orElseThrow());
    }

    @Test
    void a_renaming_whose_organization_is_away_is_finished_when_it_is_back() {
        Integration before = created();
        String name = "later_" + before.id();

        away = true;
        assertThatThrownBy(() -> integrations.rename(before, name)).hasMessageContaining("away");
        away = false;
        assertThatThrownBy(() -> integrations.rename(before, "another")).hasMessageContaining("already");
        finish();

        assertThat(integrations.find(before.id()).orElseThrow().table()).isEqualTo(name);
        assertThat(tableNames()).contains(name).doesNotContain(before.table());
        integrations.delete(integrations.find(before.id()).orElseThrow());
    }

    @Test
    void a_renaming_that_is_refused_changes_nothing() {
        Integration before = created();
        views.replace(organization.id(), "somebody", "in_the_way", "select 1 as one");

        assertThatThrownBy(() -> integrations.rename(before, "in_the_way")).hasMessageContaining("a view or an index");

        assertThat(integrations.find(before.id())).contains(before);
        assertThat(tableNames()).contains(before.table());
        assertThat(views.delete(organization.id(), "in_the_way")).isTrue();
        integrations.delete(before);
    }

    @Test
    void a_deletion_that_breaks_off_is_finished() {
        Integration integration = created();

        brokenOff(List.of("delete on intent"), () -> integrations.delete(integration));
        finish();

        assertThat(integrations.find(integration.id())).isEmpty();
        assertThat(tableNames()).doesNotContain(integration.table());
    }

    @Test
    void a_creation_that_cannot_be_undone_at_once_is_undone_later() {
        away = true;
        assertThatThrownBy(BrokenOffTest::created).hasMessageContaining("away");
        away = false;
        finish();

        assertThat(integrations.of(organization.id())).isEmpty();
        assertThat(tableNames()).noneMatch(name -> name.startsWith("two_thing"));
    }

    @ParameterizedTest
    @CsvSource({"insert on saved_view", "delete on intent"})
    void a_view_whose_making_breaks_off_is_listed_and_can_be_deleted(String step) {
        brokenOff(List.of(step), () -> views.replace(organization.id(), "somebody", "seen", "select 1 as one"));
        finish();

        assertThat(views.of(organization.id())).extracting(SavedView::name).containsExactly("seen");

        brokenOff(List.of("delete on saved_view"), () -> views.delete(organization.id(), "seen"));
        finish();

        assertThat(views.of(organization.id())).isEmpty();
        assertThat(tableNames()).doesNotContain("seen");
    }

    @Test
    void ten_organizations_are_created_at_once_over_fewer_connections() throws Exception {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Organization>> created = IntStream.range(0, 10)
                    .mapToObj(number -> people.submit(() -> organizations.create("at once " + number)))
                    .toList();
            for (Future<Organization> each : created) {
                assertThat(databases.open(each.get().id()).available()).isTrue();
                databases.drop(each.get().id());
                platform.database()
                        .run(session -> session.sql("delete from organization where id = :id")
                                .bind("id", each.resultNow().id())
                                .execute());
            }
        }
    }

    /** Whatever is done in these tables breaks off, as when the database or the host goes away there. */
    private static void brokenOff(List<String> steps, Runnable work) {
        IntStream.range(0, steps.size())
                .forEach(number -> platform.database()
                        .run(session -> session.sql(
                                        "create trigger broken_%d before %s for each row execute function broken_off()"
                                                .formatted(number, steps.get(number)))
                                .execute()));
        try {
            assertThatThrownBy(work::run).hasMessageContaining("roken off");
        } finally {
            IntStream.range(0, steps.size())
                    .forEach(number -> platform.database()
                            .run(session -> session.sql("drop trigger broken_%d on %s"
                                            .formatted(number, steps.get(number).replaceFirst("\\w+ on ", "")))
                                    .execute()));
        }
    }

    private static void finish() {
        Map<String, Consumer<Intents.Intent>> doers = new HashMap<>(organizations.unfinished());
        doers.putAll(integrations.unfinished());
        doers.putAll(views.unfinished());
        new Intents(platform.database()).finish(doers);
    }

    private static Database reached(long id) {
        if (away) {
            throw new IllegalStateException("The organization's database is away.");
        }
        return databases.open(id);
    }

    private static Integration created() {
        return integrations.prepare(organization.id(), List.of("two_thing_v1")).getFirst();
    }

    private static List<String> tableNames() {
        return databases
                .open(organization.id())
                .transaction(session -> session.sql(
                                "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')")
                        .list(row -> row.text("name")));
    }
}
