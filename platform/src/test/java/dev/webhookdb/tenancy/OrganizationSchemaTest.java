package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.WriteFence;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The versions of an organization database's schema, in one database. */
class OrganizationSchemaTest {
    private static final OrganizationSchema SCHEMA = OrganizationSchema.standard();
    private static final String OLD = "version-0";

    @Test
    void the_versions_are_the_files_of_the_directory_and_count_without_gaps() throws IOException, URISyntaxException {
        Path directory =
                Path.of(OrganizationSchema.class.getResource("/db/organization").toURI());
        try (Stream<Path> files = Files.list(directory)) {
            List<Integer> numbers = files.map(file ->
                            SchemaVersion.read(file.getFileName().toString()).number())
                    .sorted()
                    .toList();
            assertThat(numbers)
                    .isEqualTo(IntStream.rangeClosed(1, SCHEMA.newest()).boxed().toList());
        }
    }

    @Test
    void a_new_database_gets_every_version_once_and_its_history() {
        try (Database database = TestPostgres.freshDatabase()) {
            SCHEMA.migrate(database);
            SCHEMA.migrate(database);

            assertThat(history(database))
                    .isEqualTo(IntStream.rangeClosed(1, SCHEMA.newest())
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, "version-0-first-builds", "version-0-without-tables"})
    void a_database_of_before_versions_gets_what_a_new_one_has_and_keeps_its_rows(String old) {
        try (Database database = TestPostgres.freshDatabase();
                Database fresh = TestPostgres.freshDatabase()) {
            OldSchemas.replace(database, old);
            List<String> before = kept(database);

            SCHEMA.migrate(database);
            SCHEMA.migrate(fresh);

            assertThat(shape(database)).isEqualTo(shape(fresh));
            assertThat(kept(database)).isEqualTo(before);
        }
    }

    @Test
    void hosts_that_come_at_the_same_moment_make_it_once_and_all_succeed() throws Exception {
        try (Database database = TestPostgres.freshDatabase();
                ExecutorService hosts = Executors.newVirtualThreadPerTaskExecutor()) {
            var together = new CountDownLatch(1);
            OrganizationSchema later = SCHEMA.with(note());
            List<Future<Integer>> raised = IntStream.range(0, 8)
                    .mapToObj(host -> hosts.submit(() -> {
                        together.await();
                        return later.raise(database);
                    }))
                    .toList();
            together.countDown();

            for (Future<Integer> one : raised) {
                assertThat(one.get()).isEqualTo(later.newest());
            }
            assertThat(history(database)).hasSize(later.newest()).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_step_for_each_table_is_done_to_the_tables_of_integrations_and_to_no_other() {
        try (Database database = TestPostgres.freshDatabase()) {
            OldSchemas.replace(database, OLD);

            SCHEMA.with(column()).migrate(database);

            assertThat(texts(database, """
                    select attrelid::regclass::text as text from pg_attribute
                    where attname = '_origin' and not attisdropped order by 1""")).containsExactly("\"Other Things\"", "things");
            assertThat(texts(database, "select coalesce(_origin, 'nothing') as text from things"))
                    .containsExactly("nothing", "nothing");
            assertThat(texts(database, "select done::text as text from webhookdb.schema_progress"))
                    .isEmpty();
        }
    }

    @Test
    void a_step_that_breaks_off_at_one_table_goes_on_there_and_keeps_what_was_done() {
        try (Database database = TestPostgres.freshDatabase();
                Database beside = TestPostgres.open(database.address())) {
            OldSchemas.replace(database, OLD);
            SCHEMA.migrate(database);
            OrganizationSchema later = SCHEMA.with(column());

            database.run(reader -> {
                reader.sql("select count(*) as rows from things").one(row -> row.number("rows"));
                assertThatThrownBy(() -> later.migrate(beside)).isInstanceOf(DatabaseException.class);
            });
            assertThat(texts(database, "select done::text as text from webhookdb.schema_progress"))
                    .containsExactly("\"Other Things\"");
            assertThat(history(database)).hasSize(SCHEMA.newest());

            later.migrate(database);

            assertThat(history(database)).hasSize(later.newest());
        }
    }

    @Test
    void a_step_that_fails_leaves_the_version_before_and_nothing_of_its_own() {
        try (Database database = TestPostgres.freshDatabase()) {
            OrganizationSchema broken = SCHEMA.with(new SchemaVersion(
                    SCHEMA.newest() + 1, "broken", false, "create table webhookdb.half (); select 1 / 0;"));

            assertThatThrownBy(() -> broken.migrate(database)).hasMessageContaining("ivision by zero");

            assertThat(history(database)).hasSize(SCHEMA.newest());
            assertThat(
                            texts(
                                    database,
                                    "select to_regclass('webhookdb.half')::text as text where to_regclass('webhookdb.half') is not null"))
                    .isEmpty();
        }
    }

    @Test
    void a_database_of_a_newer_host_is_left_alone_with_a_sentence_that_says_so() {
        try (Database database = TestPostgres.freshDatabase()) {
            SCHEMA.with(note()).migrate(database);
            List<String> before = shape(database);

            assertThatThrownBy(() -> SCHEMA.migrate(database))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE))
                    .hasMessageContaining("by a newer webhookdb");
            assertThatThrownBy(() -> database.run(SCHEMA::requireKnown)).hasMessageContaining("by a newer webhookdb");

            assertThat(shape(database)).isEqualTo(before);
        }
    }

    @Test
    void nothing_is_done_while_the_organization_moves_out() {
        try (Database database = TestPostgres.freshDatabase()) {
            SCHEMA.migrate(database);
            database.run(session -> WriteFence.close()
                    .forEach(statement -> session.sql(statement).execute()));

            assertThatThrownBy(() -> SCHEMA.with(note()).migrate(database)).hasMessageContaining("is moving");
            database.run(session -> session.sql(WriteFence.open()).execute());

            assertThatCode(() -> SCHEMA.with(note()).migrate(database)).doesNotThrowAnyException();
        }
    }

    @Test
    void a_role_that_may_not_create_schemas_any_more_is_enough_where_the_schema_is_its_own() {
        try (var brought = new BroughtDatabase();
                Database administration = brought.open();
                Database owner = OwnDatabases.open(ServerAddress.parse(brought.ownerUrl()))) {
            OldSchemas.replace(owner, "version-0-without-tables");
            administration.run(session -> session.sql(
                            "alter database %s owner to current_user; revoke create on database %1$s from public"
                                    .formatted(brought.name()))
                    .execute());

            SCHEMA.migrate(owner);

            assertThat(history(owner)).hasSize(SCHEMA.newest());
        }
    }

    private static SchemaVersion note() {
        return new SchemaVersion(SCHEMA.newest() + 1, "note", false, "create table webhookdb.note (written text);");
    }

    private static SchemaVersion column() {
        return new SchemaVersion(
                SCHEMA.newest() + 1, "origin", true, "alter table ${table} add column if not exists _origin text;");
    }

    private static List<String> history(Database database) {
        return texts(database, "select version::text as text from webhookdb.schema_history order by version");
    }

    private static List<String> kept(Database database) {
        return texts(database, """
                select relname || ': ' || query_to_xml(format('select * from %I.%I', nspname, relname), false, false, '')::text as text
                  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                 where relkind = 'r' and nspname = 'public'
                 order by 1""");
    }

    /** Everything in our schema, with columns, keys and functions. */
    private static List<String> shape(Database database) {
        return texts(database, """
                select relkind::text || ' ' || relname || ' ' || coalesce(string_agg(
                         attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull, ', ' order by attname), '') as text
                  from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
                 where relnamespace = 'webhookdb'::regnamespace group by relkind, relname
                union all
                select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'webhookdb'::regnamespace
                union all
                select pg_get_functiondef(oid) from pg_proc where pronamespace = 'webhookdb'::regnamespace
                order by 1""");
    }

    private static List<String> texts(Database database, String query) {
        return database.transaction(session -> session.sql(query).list(row -> row.text("text")));
    }
}
