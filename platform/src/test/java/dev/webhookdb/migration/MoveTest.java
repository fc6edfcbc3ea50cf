package dev.webhookdb.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.change.Change;
import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.schema.Rank;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.tenancy.BroughtDatabase;
import dev.webhookdb.tenancy.OldSchemas;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An organization moves into its own database, while two hosts write. */
class MoveTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Table THINGS = table("things");
    private static final Table OTHERS = table("Other Things");

    private final List<AutoCloseable> open = new ArrayList<>();
    private PlatformDatabase platform;
    private OrganizationDatabases databases;
    private OrganizationDatabases elsewhere;
    private BroughtDatabase brought;
    private final BackgroundTasks tasks = new BackgroundTasks();
    private WakeUps wakeUps;
    private DatabaseMoves migrations;
    private long organization;

    @BeforeEach
    void begin() {
        platform = TestPostgres.platform();
        databases = host();
        elsewhere = host();
        brought = new BroughtDatabase();
        wakeUps = opened(WakeUps.start(platform.database(), tasks));
        migrations = new DatabaseMoves(platform.database(), databases, new ReversingSealer());
        organization = TestPostgres.organization(platform, "moves");
        databases.create(organization, "moves");
        databases.open(organization).run(session -> {
            THINGS.create().forEach(statement -> session.sql(statement).execute());
            OTHERS.create().forEach(statement -> session.sql(statement).execute());
        });
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        databases.drop(organization);
        platform.database()
                .run(session -> session.sql("update retired_database set drop_at = now()")
                        .execute());
        databases.close();
        elsewhere.close();
        brought.close();
        platform.close();
    }

    @Test
    void a_move_whose_urls_cannot_be_opened_fails_and_another_goes_on() {
        platform.database().run(session -> session.sql("""
                                insert into organization (key, name) values ('lost', 'Lost');
                                insert into database_migration (organization_id, source, destination, sealed_url, author, due_at)
                                select id, 'here', 'there', '', 'somebody', clock_timestamp() from organization where key = 'lost'""").execute());
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl()));

        List<Claimed> claimed = migrations.records().queue().claim(2).leases().stream()
                .flatMap(lease -> migrations.records().opened(lease.payload()).stream())
                .toList();

        assertThat(claimed)
                .singleElement()
                .satisfies(one -> assertThat(one.organizationId()).isEqualTo(organization));
        String became = platform.database()
                .transaction(session -> session.sql(
                                "select state || ': ' || reason as became from database_migration where destination = 'there'")
                        .one(row -> row.text("became")));
        assertThat(became)
                .isEqualTo(
                        "failed: The URLs of the new database cannot be opened (No key fits.): start the migration again.");
    }

    @Test
    void the_changes_of_followed_tables_move_too_and_their_readers_go_on() {
        var feed = new ChangeFeed(databases::open);
        long from = feed.follow(organization, 7, THINGS.name());
        feed.follow(organization, 8, OTHERS.name());
        for (int second = 1; second <= 3; second++) {
            List<State> states = new ArrayList<>();
            for (int number = 0; number < 1_000; number++) {
                states.add(present("th_" + number, second).from(number));
            }
            TableWriter.store(databases.open(organization), THINGS, states, Origin.WEBHOOK);
        }
        List<Change> before = feed.read(organization, 7, from, 5_000).changes();

        move();
        store(databases, THINGS, "th_0", 4);

        List<Change> after = feed.read(organization, 7, from, 5_000).changes();
        assertThat(before).hasSize(3_000);
        assertThat(after.subList(0, 3_000)).isEqualTo(before);
        assertThat(after.subList(3_000, after.size())).extracting(Change::key).containsExactly("th_0");
        assertThat(after).extracting(Change::number).isSorted().doesNotHaveDuplicates();
        assertThat(feed.read(organization, 8, from, 10).changes()).isEmpty();
    }

    @Test
    void what_two_hosts_store_meanwhile_is_all_there_and_nothing_of_it_is_old() throws InterruptedException {
        fill(THINGS, 3_000);
        databases
                .open(organization)
                .run(session -> session.sql("create view seen as select thing_id from \"Other Things\"")
                        .execute());
        List<String> before = rows(databases.open(organization), "select pk || thing_id from things order by pk");
        Database left = opened(databases.openApart(organization));
        var written = new ConcurrentHashMap<String, Integer>();
        var stop = new AtomicBoolean();
        List<Thread> writers = IntStream.range(0, 4)
                .mapToObj(number -> Thread.ofPlatform()
                        .start(() -> write(number, number % 2 == 0 ? databases : elsewhere, written, stop)))
                .toList();

        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl()));
        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));
        await().atMost(PATIENCE)
                .until(() -> databases.open(organization).name().equals(brought.name())
                        && elsewhere.open(organization).name().equals(brought.name()));
        List<String> after =
                rows(left, "select * from (select 'things', thing_id, _as_of from things) as x order by 2");
        int writtenThen = written.values().stream().mapToInt(Integer::intValue).sum();
        await().atMost(PATIENCE)
                .until(() ->
                        written.values().stream().mapToInt(Integer::intValue).sum() > writtenThen + 100);
        stop.set(true);
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(newest()).isEqualTo(new TreeMap<>(written));
        assertThat(rows(left, "select * from (select 'things', thing_id, _as_of from things) as x order by 2"))
                .isEqualTo(after);
        assertThat(rows(databases.open(organization), "select pk || thing_id from things order by pk"))
                .containsAll(before);
        assertThat(databases
                        .query(organization, "select count(*) from seen", PATIENCE, 10, result -> result)
                        .rows())
                .hasSize(1);
        assertThat(rows(
                        databases.open(organization),
                        "select indexname from pg_indexes where schemaname = 'public' order by 1"))
                .isEqualTo(rows(left, "select indexname from pg_indexes where schemaname = 'public' order by 1"));
    }

    /** However a host ends once the organization is there, nothing is left to be tidied up. */
    @Test
    void what_only_a_move_needs_is_gone_before_its_last_step() {
        fill(THINGS, 3);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Source source = new Source(opened(databases.openApart(organization)));
        Claimed claimed = claim();
        var move = new Move(claimed, migrations.records(), source, opened(new Target(claimed)), () -> false);
        platform.database()
                .run(session -> session.sql(
                                "alter table organization_database add constraint stays check (false) not valid")
                        .execute());

        assertThatThrownBy(move::run).isInstanceOf(DatabaseException.class).hasMessageContaining("stays");
        try (Database own = brought.open()) {
            assertThat(rows(
                            own,
                            "select (select count(*) from webhookdb.mover) + (select count(*) from webhookdb.moving)"))
                    .containsExactly("0");
        }

        platform.database()
                .run(session -> session.sql("alter table organization_database drop constraint stays")
                        .execute());
        move.run();
        assertThat(rows(databases.open(organization), "select count(*) from things"))
                .containsExactly("3");
    }

    @Test
    void counters_go_on_where_they_were() {
        fill(THINGS, 10);
        String change = "select max(_change) from things";
        long before = Long.parseLong(rows(databases.open(organization), change).getFirst());

        move();
        store(databases, THINGS, "new", 1);

        assertThat(Long.parseLong(rows(databases.open(organization), change).getFirst()))
                .isGreaterThan(before);
        assertThat(rows(databases.open(organization), "select pk from things where thing_id = 'new'"))
                .containsExactly("11");
    }

    @Test
    void what_tables_were_called_and_who_was_sent_their_rows_is_known_afterwards() {
        databases.open(organization).run(session -> session.sql("""
                        insert into webhookdb.renamed values (7, 'things of before');
                        insert into webhookdb.skipped values (1, 3);
                        insert into webhookdb.sync_sent values ('syt_x', 42)""").execute());
        String all = """
                select integration_id || table_name from webhookdb.renamed
                union all select after_change || ' ' || until_change from webhookdb.skipped
                union all select target || until_change from webhookdb.sync_sent""";
        List<String> before = rows(databases.open(organization), all);

        move();
        databases.refresh();

        assertThat(rows(databases.open(organization), all))
                .contains("7things of before", "1 3", "syt_x42")
                .containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void another_host_takes_over_what_one_left_and_the_first_can_do_no_harm_any_more() throws InterruptedException {
        fill(THINGS, 2_500);
        var holding = new CountDownLatch(1);
        Thread obstacle = obstacle("\"Other Things\"", holding);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Claimed first = claim();
        Source source = new Source(databases.openApart(organization));
        Target target = opened(new Target(first));
        open.add(source.database());
        Move interrupted = new Move(first, migrations.records(), source, target, () -> false);
        assertThatThrownBy(interrupted::run).isInstanceOf(DatabaseException.class);

        letLeasesRunOut();
        migrator();
        holding.countDown();
        obstacle.join();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));

        assertThat(rows(databases.open(organization), "select count(*) from things"))
                .containsExactly("2500");
        assertThatThrownBy(interrupted::run).isInstanceOfAny(LostMigrationException.class, DatabaseException.class);
        assertThatThrownBy(() -> migrations.records().finish(first, Optional.empty()))
                .isInstanceOf(LostMigrationException.class);
    }

    @Test
    void a_host_that_was_thought_dead_copies_nothing_over_what_the_next_one_copied() {
        fill(THINGS, 5);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Claimed first = claim();
        letLeasesRunOut();
        Claimed second = claim();
        Source source = new Source(opened(databases.openApart(organization)));
        Target stale = opened(new Target(first));
        Target present = opened(new Target(second));
        stale.takeOver();
        Shape shape = source.database().transaction(session -> Shape.of(session, "things"));

        present.takeOver();

        assertThatThrownBy(() -> stale.shape(shape)).isInstanceOf(LostMigrationException.class);
        present.shape(shape);
        assertThatThrownBy(() -> stale.copy(source, shape, "true")).isInstanceOf(LostMigrationException.class);
        assertThat(present.copy(source, shape, "true")).isEqualTo(5);
    }

    @Test
    void a_column_that_comes_meanwhile_is_there_afterwards_with_its_values() {
        fill(THINGS, 5);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Claimed claimed = claim();
        Source source = new Source(opened(databases.openApart(organization)));
        source.prepare();
        source.follow("things");
        migrations.records().advance(claimed, "things", new Progress(0, false), 0);
        databases.open(organization).run(session -> {
            session.sql("alter table things add column late text").execute();
            session.sql("update things set late = 'value'").execute();
        });

        new Move(claimed, migrations.records(), source, opened(new Target(claimed)), () -> false).run();

        assertThat(rows(databases.open(organization), "select distinct late from things"))
                .containsExactly("value");
    }

    @Test
    void a_table_that_is_gone_at_the_end_is_not_left_behind() {
        fill(OTHERS, 3);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Claimed claimed = claim();
        Target target = opened(new Target(claimed));
        target.takeOver();
        Source source = new Source(opened(databases.openApart(organization)));
        target.shape(source.database().transaction(session -> Shape.of(session, "Other Things")));
        source.database()
                .run(session -> session.sql("drop table \"Other Things\"").execute());

        new Move(claimed, migrations.records(), source, target, () -> false).run();

        assertThat(new Source(databases.open(organization)).tables()).containsExactly("things");
    }

    @Test
    void the_old_database_is_kept_for_a_while_and_the_organizations_own_is_never_dropped() {
        String old = databases.open(organization).name();
        move();

        assertThat(rows(platform.database(), "select database_name from retired_database"))
                .containsExactly(old);
        databases.drop(organization);
        try (Database own = brought.open()) {
            assertThat(new Source(own).tables()).hasSize(2);
        }
    }

    @Test
    void without_a_read_only_url_nobody_runs_statements_and_later_one_can_be_given() {
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));

        assertThatThrownBy(() -> databases.query(organization, "select 1", PATIENCE, 1, result -> result))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("***:***@")
                .hasMessageContaining("--readonly-url");
        assertThatThrownBy(() -> databases.rollReader(organization, "moves")).hasMessageContaining("its own");

        assertThat(migrations.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl())))
                .isEqualTo(DatabaseMoves.Outcome.CREDENTIALS_REPLACED);
        assertThat(databases
                        .query(organization, "select 1", PATIENCE, 1, result -> result)
                        .rows())
                .hasSize(1);
    }

    @Test
    void urls_that_cannot_be_used_are_refused_with_a_sentence_and_nothing_is_begun() {
        String owner = brought.ownerUrl();
        ServerAddress server = TestPostgres.server();
        Map<String, String> refused = new TreeMap<>(Map.of(
                "mysql://a:b@c/d",
                "postgresql://host:port/database",
                "postgresql://127.0.0.1/nobody",
                "with a user",
                owner + "&socketFactory=java.lang.Object",
                "without parameters but sslmode",
                owner.replace("?sslmode=prefer", "?sslmode=whatever"),
                "without parameters but sslmode",
                owner.replace(":" + server.port(), ":1"),
                "cannot be reached",
                owner.replace("p%3A", "wrong"),
                "refuses the user",
                owner.replace(brought.name() + "?", "nothing?"),
                "There is no database",
                brought.readerUrl(),
                "GRANT CREATE"));

        refused.forEach((url, sentence) -> assertThatThrownBy(
                        () -> migrations.start(organization, "somebody", url, Optional.empty()))
                .as(url)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("geheim"));
        assertThatThrownBy(() -> migrations.start(organization, "somebody", owner, Optional.of(owner)))
                .hasMessageContaining("read-only URL");
        assertThat(migrations.of(organization)).isEmpty();
    }

    @Test
    void an_internal_address_is_refused_unless_the_operator_allows_it() {
        var careful = opened(
                new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer(), List.of()));
        var refusing = new DatabaseMoves(platform.database(), careful, new ReversingSealer());

        assertThatThrownBy(() -> refusing.start(organization, "somebody", brought.ownerUrl(), Optional.empty()))
                .hasMessageContaining("internal address");
    }

    @Test
    void a_database_in_use_and_tables_of_the_same_names_are_refused() {
        try (Database own = brought.open()) {
            own.run(session -> session.sql("create table things (id bigint)").execute());
            assertThatThrownBy(() -> migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty()))
                    .hasMessageContaining("tables of the names things");
            own.run(session -> session.sql("create schema webhookdb").execute());
            assertThatThrownBy(() -> migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty()))
                    .hasMessageContaining("schema webhookdb");
        }
    }

    @Test
    void one_move_of_an_organization_is_under_way_at_a_time() {
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());

        assertThatThrownBy(() -> migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty()))
                .isInstanceOfSatisfying(
                        MigrationException.class,
                        e -> assertThat(e.problem()).isEqualTo(MigrationException.Problem.RUNNING));
        assertThat(migrations.of(organization).getFirst().destination())
                .contains("***:***@")
                .doesNotContain("geheim");
    }

    @Test
    void a_move_that_is_refused_again_and_again_ends_and_the_organization_stays_where_it_is() {
        fill(THINGS, 3);
        String before = databases.open(organization).name();
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        try (Database own = brought.open()) {
            own.run(session -> session.sql("create table things (pk text)").execute());
        }

        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("failed"));
        store(databases, THINGS, "more", 1);

        try (Database own = brought.open()) {
            assertThat(rows(own, "select relname from pg_class where relnamespace = 'public'::regnamespace"))
                    .containsExactly("things");
        }
        assertThat(databases.open(organization).name()).isEqualTo(before);
        assertThat(migrations.of(organization).getFirst().remark()).isPresent();
        assertThat(rows(databases.open(organization), "select tgname from pg_trigger where not tgisinternal"))
                .isEmpty();
    }

    /** Each is in a transaction of three seconds, and one of them always is. */
    @Test
    void writers_in_long_transactions_are_waited_for() throws InterruptedException {
        fill(THINGS, 3);
        var over = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            Database outside = opened(databases.openApart(organization));
            writers.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    outside.run(session -> session.sql("lock table things in row exclusive mode; select pg_sleep(3)")
                            .execute());
                }
            }));
            Thread.sleep(Duration.ofMillis(1_500));
        }

        try {
            move();
        } finally {
            over.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    @Test
    void a_move_that_is_cancelled_leaves_the_organization_where_it_is_and_nothing_of_ours_where_it_was_going()
            throws InterruptedException {
        fill(OTHERS, 3_000);
        String before = databases.open(organization).name();
        var release = new CountDownLatch(1);
        Thread obstacle = obstacle("things", release);
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl()));
        try (Database own = brought.open()) {
            own.run(session -> session.sql("create table things (mine text)").execute());
            migrator();
            await().atMost(PATIENCE).until(() -> !new Source(own).tables().isEmpty());

            assertThat(migrations.cancel(organization)).isTrue();
            assertThat(migrations.cancel(organization)).isTrue();
            release.countDown();
            obstacle.join();
            await().atMost(PATIENCE).until(() -> state().equals("cancelled"));

            assertThat(rows(own, "select relname from pg_class where relnamespace = 'public'::regnamespace"))
                    .containsExactly("things");
            assertThat(rows(own, "select nspname from pg_namespace where nspname = 'webhookdb'"))
                    .isEmpty();
        }
        store(databases, THINGS, "more", 1);
        assertThat(databases.open(organization).name()).isEqualTo(before);
        assertThat(rows(databases.open(organization), "select tgname from pg_trigger where not tgisinternal"))
                .isEmpty();
        assertThat(rows(platform.database(), "select sealed_url is null from database_migration"))
                .containsExactly("t");
        assertThat(migrations.cancel(organization)).isFalse();
    }

    @Test
    void a_move_is_cancelled_up_to_the_moment_at_which_it_would_be_done_and_not_later() {
        fill(THINGS, 3);
        String before = databases.open(organization).name();
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        Claimed claimed = claim();
        migrations.cancel(organization);

        assertThatThrownBy(() -> migrations.records().finish(claimed, Optional.empty()))
                .isInstanceOf(CancelledException.class);

        assertThat(databases.openApart(organization).name()).isEqualTo(before);
        migrations.records().end(claimed, "cancelled", Optional.empty());
        move();
        assertThat(migrations.cancel(organization)).isFalse();
        assertThat(state()).isEqualTo("finished");
    }

    @Test
    void a_move_to_a_database_that_is_gone_is_cancelled_and_says_that_something_may_be_left() {
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        brought.close();
        migrations.cancel(organization);
        assertThat(state()).isEqualTo("cancelling");

        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("cancelled"));

        assertThat(migrations.of(organization).getFirst().remark())
                .hasValueSatisfying(remark -> assertThat(remark).contains("could not be removed"));
    }

    @Test
    void an_organization_of_a_build_before_versions_moves_and_has_the_newest_schema_there() {
        OldSchemas.replace(platform, databases, organization, "version-0");

        move();

        assertThat(rows(databases.open(organization), "select thing_id from things order by pk"))
                .containsExactly("th_1", "th_2");
        assertThat(schemaVersions()).isNotEmpty();
    }

    @Test
    void a_move_that_a_host_of_before_versions_left_with_writers_waiting_is_finished() {
        OldSchemas.replace(platform, databases, organization, "version-0", "version-0-on-the-move");

        move();

        assertThat(rows(databases.open(organization), "select thing_id from things order by pk"))
                .containsExactly("th_1", "th_2");
        assertThat(schemaVersions()).isNotEmpty();
    }

    @Test
    void a_move_of_an_organization_of_before_versions_is_cancelled_and_leaves_nothing() {
        OldSchemas.replace(platform, databases, organization, "version-0", "version-0-on-the-move");
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.empty());
        migrations.cancel(organization);

        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("cancelled"));

        assertThat(rows(databases.open(organization), "select tgname from pg_trigger where not tgisinternal"))
                .isEmpty();
        assertThat(schemaVersions()).isNotEmpty();
    }

    private List<String> schemaVersions() {
        return rows(databases.open(organization), "select version from webhookdb.schema_history");
    }

    private void move() {
        migrations.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl()));
        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));
    }

    private Claimed claim() {
        return migrations
                .records()
                .opened(migrations
                        .records()
                        .queue()
                        .claim(1)
                        .leases()
                        .getFirst()
                        .payload())
                .orElseThrow();
    }

    /** As when the hosts that hold them say nothing any more. */
    private void letLeasesRunOut() {
        platform.database()
                .run(session -> session.sql(
                                "update database_migration set due_at = clock_timestamp() where claimed_by is not null")
                        .execute());
    }

    private void migrator() {
        opened(new Migrator(migrations, databases, wakeUps, tasks, SOON)).start();
    }

    private OrganizationDatabases host() {
        return new OrganizationDatabases(
                platform.database(),
                platform.servers(),
                new ReversingSealer(),
                List.of(AddressRange.parse(BroughtDatabase.allowed())));
    }

    private String state() {
        return migrations.of(organization).getFirst().state();
    }

    /** Later states of a few things, as fast as they are taken; what is refused meanwhile is tried again. */
    private void write(int number, OrganizationDatabases host, Map<String, Integer> written, AtomicBoolean stop) {
        var random = new Random(number);
        for (int second = 1; !stop.get(); second++) {
            String key = "w%d_%d".formatted(number, random.nextInt(50));
            store(host, random.nextBoolean() ? THINGS : OTHERS, key, second);
            written.put(key, second);
        }
    }

    private void store(OrganizationDatabases host, Table table, String key, int second) {
        State state = present(key, second);
        await().atMost(PATIENCE).ignoreExceptionsMatching(MoveTest::passes).until(() -> {
            TableWriter.store(host.open(organization), table, List.of(state), Origin.WEBHOOK);
            return true;
        });
    }

    private static boolean passes(Throwable failure) {
        return failure instanceof DatabaseException e && e.kind() == DatabaseException.Kind.UNAVAILABLE;
    }

    private void fill(Table table, int rows) {
        List<State> states = IntStream.range(0, rows)
                .<State>mapToObj(i -> present("t" + i, 1))
                .toList();
        TableWriter.store(databases.open(organization), table, states, Origin.WEBHOOK);
    }

    private static State present(String key, int second) {
        return new State.Present(
                0,
                key,
                Instant.ofEpochSecond(second),
                Instant.ofEpochSecond(second),
                Rank.RECEIVED,
                second,
                "{\"id\":\"%s\",\"status\":\"%d\"}".formatted(key, second));
    }

    /** The latest second that is known of what the writers wrote, wherever that is. */
    private Map<String, Integer> newest() {
        Map<String, Integer> newest = new TreeMap<>();
        for (String table : List.of("things", "\"Other Things\"")) {
            databases
                    .open(organization)
                    .run(session -> session.sql(
                                    "select thing_id, status, extract(epoch from _as_of)::integer as second from %s where thing_id like 'w%%'"
                                            .formatted(table))
                            .list(row -> {
                                assertThat(row.text("status")).isEqualTo(Integer.toString(row.integer("second")));
                                return newest.merge(row.text("thing_id"), row.integer("second"), Math::max);
                            }));
        }
        return newest;
    }

    /** Somebody who uses a table, so that a move waits before it copies the rest. */
    private Thread obstacle(String table, CountDownLatch release) throws InterruptedException {
        var held = new CountDownLatch(1);
        Database outside = opened(databases.openApart(organization));
        Thread obstacle = Thread.ofPlatform()
                .start(() -> outside.transaction(PATIENCE, session -> {
                    session.sql("lock table %s in row exclusive mode".formatted(table))
                            .execute();
                    held.countDown();
                    return awaited(release);
                }));
        held.await();
        return obstacle;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    private static List<String> rows(Database database, String query) {
        return database.transaction(session -> session.sql(query)
                .list(row -> row.columns().stream()
                        .map(column -> row.optionalText(column).orElse("NULL"))
                        .reduce("", String::concat)));
    }

    private static Table table(String name) {
        return new Table(
                name,
                Resource.named("thing_v1", "Thing")
                        .key(Column.text("thing_id").at("id"))
                        .columns(
                                Column.text("status").index(),
                                Column.timestamp("updated").asOf().index())
                        .orderedBy("updated")
                        .deletable()
                        .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                        .build());
    }
}
