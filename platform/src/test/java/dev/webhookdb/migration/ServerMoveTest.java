package dev.webhookdb.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.change.Change;
import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
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
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.tenancy.Placement;
import dev.webhookdb.tenancy.RetiredDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An organization moves from one of our servers to another, which is a different cluster, and back. */
class ServerMoveTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofHours(3);
    private static final DatabaseServer FIRST =
            DatabaseServer.of(TestPostgres.server().withName("first"));
    private static final DatabaseServer SECOND =
            DatabaseServer.of(TestPostgres.freshAddressOutside().withName("second"));
    private static final DatabaseServer AWAY =
            DatabaseServer.of(ServerAddress.of("127.0.0.1", 1, "postgres", "nobody", new Password("none"))
                    .withName("away"));
    private static final Table THINGS = new Table(
            "things",
            Resource.named("thing_v1", "Thing")
                    .key(Column.text("thing_id").at("id"))
                    .columns(
                            Column.text("status").index(),
                            Column.timestamp("updated").asOf().index())
                    .orderedBy("updated")
                    .deletable()
                    .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                    .build());

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BackgroundTasks tasks = new BackgroundTasks();
    private final AtomicInteger stored = new AtomicInteger();
    private PlatformDatabase platform;
    private OrganizationDatabases databases;
    private OrganizationDatabases elsewhere;
    private WakeUps wakeUps;
    private DatabaseMoves moves;
    private ServerMoves between;
    private long organization;

    @BeforeEach
    void begin() {
        platform = TestPostgres.platform();
        databases = host();
        elsewhere = host();
        wakeUps = opened(WakeUps.start(platform.database(), tasks));
        moves = new DatabaseMoves(platform.database(), databases, new ReversingSealer(), GRACE);
        between = new ServerMoves(moves, databases);
        organization = TestPostgres.organization(platform, "moves");
        databases.create(organization, "moves", new Placement(Optional.of("first"), List.of()));
        databases
                .open(organization)
                .run(session -> THINGS.create()
                        .forEach(statement -> session.sql(statement).execute()));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        databases.drop(organization);
        RetiredDatabases.drop(databases);
        databases.close();
        elsewhere.close();
        platform.close();
    }

    @Test
    void what_two_hosts_store_meanwhile_is_all_there_once_and_then_it_moves_back() throws InterruptedException {
        store(databases, rows(3_000));
        List<String> before = query(databases.open(organization), "select pk || thing_id from things order by pk");
        Database left = opened(databases.openApart(organization));
        var written = new ConcurrentHashMap<String, Integer>();
        var stop = new AtomicBoolean();
        List<Thread> writers = IntStream.range(0, 4)
                .mapToObj(number -> Thread.ofPlatform()
                        .start(() -> write(number, number % 2 == 0 ? databases : elsewhere, written, stop)))
                .toList();
        migrator();

        ServerMove move = between.start(organization, "operator", "second");
        await().atMost(PATIENCE).until(() -> state().equals("finished"));
        int writtenThen = stored.get();
        await().atMost(PATIENCE).until(() -> stored.get() > writtenThen + 100);
        List<String> identities = List.of(
                Destination.identity(databases.open(organization)), Destination.identity(elsewhere.open(organization)));
        String readAway = readerSees();
        between.start(organization, "operator", "first");
        await().atMost(PATIENCE).until(() -> state().equals("finished"));
        int writtenLater = stored.get();
        await().atMost(PATIENCE).until(() -> stored.get() > writtenLater + 100);
        stop.set(true);
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(move.from() + " " + move.to() + " " + move.tables()).isEqualTo("first second 1");
        assertThat(identities.getFirst())
                .isEqualTo(identities.getLast())
                .isNotEqualTo(Destination.identity(left))
                .doesNotStartWith(Destination.identity(left).split("/", -1)[0]);
        assertThat(readAway).isEqualTo("yes");
        assertThat(readerSees()).isEqualTo("yes");
        assertThat(databases.servers().name(organization)).isEqualTo("first");
        assertThat(newest()).isEqualTo(new TreeMap<>(written));
        assertThat(query(databases.open(organization), "select pk || thing_id from things order by pk"))
                .containsAll(before)
                .hasSize(before.size() + written.size());
        assertThat(query(
                        platform.database(),
                        "select extract(epoch from drop_at - now()) between 10000 and 10800 from retired_database"))
                .containsExactly("t", "t");
    }

    @Test
    void who_reads_the_changes_of_a_table_misses_none_and_sees_none_twice() throws InterruptedException {
        var feed = new ChangeFeed(databases::open);
        long from = feed.follow(organization, 7, THINGS.name());
        var written = new ConcurrentHashMap<String, Integer>();
        var stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> write(0, databases, written, stop));
        await().atMost(PATIENCE).until(() -> stored.get() > 50);

        migrator();
        between.start(organization, "operator", "second");
        await().atMost(PATIENCE).until(() -> state().equals("finished"));
        int writtenThen = stored.get();
        await().atMost(PATIENCE).until(() -> stored.get() > writtenThen + 50);
        stop.set(true);
        writer.join();

        List<Change> changes = feed.read(organization, 7, from, 1_000_000).changes();
        assertThat(changes).extracting(Change::number).isSorted().doesNotHaveDuplicates();
        assertThat(changes).hasSize(stored.get());
    }

    @Test
    void a_move_that_a_host_left_in_the_middle_is_finished_by_another() throws InterruptedException {
        store(databases, rows(2_500));
        var release = new CountDownLatch(1);
        Thread obstacle = obstacle(release);
        between.start(organization, "operator", "second");
        Claimed first = claim();
        moves.records().prepare(first);
        Target target = opened(new Target(first));
        Source source = new Source(opened(databases.openApart(organization)));
        var interrupted = new Move(first, moves.records(), source, target, () -> false);
        assertThatThrownBy(interrupted::run).isInstanceOf(DatabaseException.class);

        letLeasesRunOut();
        migrator();
        release.countDown();
        obstacle.join();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));

        assertThat(databases.servers().name(organization)).isEqualTo("second");
        assertThat(query(databases.open(organization), "select count(*) from things"))
                .containsExactly("2500");
        assertThatThrownBy(() -> moves.records().finish(first, Optional.empty()))
                .isInstanceOf(LostMigrationException.class);
        assertThatThrownBy(() -> moves.records().prepare(first)).isInstanceOf(LostMigrationException.class);
    }

    @Test
    void a_database_that_was_being_made_when_a_host_ended_is_made_anew() {
        between.start(organization, "operator", "second");
        Claimed first = claim();
        databases.servers().make(first.made().orElseThrow());

        letLeasesRunOut();
        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("finished"));

        assertThat(readerSees()).isEqualTo("yes");
        assertThat(onSecond()).containsExactly(databases.open(organization).name());
    }

    @Test
    void a_move_that_is_cancelled_leaves_the_organization_where_it_is_and_nothing_where_it_was_going()
            throws InterruptedException {
        store(databases, rows(10));
        var release = new CountDownLatch(1);
        Thread obstacle = obstacle(release);
        between.start(organization, "operator", "second");
        migrator();
        await().atMost(PATIENCE).until(() -> !onSecond().isEmpty());

        assertThat(moves.cancel(organization)).isTrue();
        release.countDown();
        obstacle.join();
        await().atMost(PATIENCE).until(() -> state().equals("cancelled"));
        RetiredDatabases.drop(databases);

        assertThat(onSecond()).isEmpty();
        assertThat(databases.servers().name(organization)).isEqualTo("first");
        assertThat(query(databases.open(organization), "select tgname from pg_trigger where not tgisinternal"))
                .isEmpty();
        assertThat(query(platform.database(), "select count(*) from retired_database"))
                .containsExactly("0");
    }

    @Test
    void an_organization_that_is_closed_meanwhile_stays_where_it_is() {
        between.start(organization, "operator", "second");
        Claimed claimed = claim();
        moves.records().prepare(claimed);
        platform.database()
                .run(session -> session.sql(
                                "update organization set closed_at = now(), drop_at = now() + interval '1 day'")
                        .execute());

        assertThatThrownBy(() -> moves.records().finish(claimed, Optional.empty()))
                .isInstanceOf(CancelledException.class);
        letLeasesRunOut();
        migrator();
        await().atMost(PATIENCE).until(() -> state().equals("cancelled"));
        RetiredDatabases.drop(databases);

        assertThat(databases.servers().name(organization)).isEqualTo("first");
        assertThat(onSecond()).isEmpty();
    }

    @Test
    void what_is_being_made_counts_where_it_will_be() {
        between.start(organization, "operator", "second");
        long next = TestPostgres.organization(platform, "next");
        try (var three = new OrganizationDatabases(
                platform.database(), List.of(SECOND, server("third", 2)), new ReversingSealer())) {
            three.create(next, "next");

            assertThat(three.servers().name(next)).isEqualTo("third");
            three.drop(next);
        }
    }

    @Test
    void what_cannot_be_is_refused_with_a_sentence_and_nothing_is_begun() {
        Map<String, String> refused = Map.of(
                "third", "There is no server 'third' in database.servers. There is first, second, away.",
                "first", "The organization is on the server 'first' already: name another one.");

        refused.forEach((server, sentence) -> assertThatThrownBy(() -> between.start(organization, "operator", server))
                .isInstanceOf(MigrationException.class)
                .hasMessage(sentence));
        assertThatThrownBy(() -> between.start(organization, "operator", "away"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("127.0.0.1:1 cannot be reached");
        assertThat(between.plan(organization, "second").to()).isEqualTo("second");
        assertThat(moves.of(organization)).isEmpty();

        between.start(organization, "operator", "second");
        assertThatThrownBy(() -> between.start(organization, "operator", "second"))
                .isInstanceOfSatisfying(
                        MigrationException.class,
                        e -> assertThat(e.problem()).isEqualTo(MigrationException.Problem.RUNNING));
    }

    @Test
    void an_organization_with_a_database_of_its_own_is_on_none_of_our_servers() {
        try (var brought = new BroughtDatabase()) {
            moves.start(organization, "somebody", brought.ownerUrl(), Optional.of(brought.readerUrl()));
            migrator();
            await().atMost(PATIENCE).until(() -> state().equals("finished"));

            assertThatThrownBy(() -> between.start(organization, "operator", "second"))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("has a database of its own")
                    .hasMessageContaining("db migrations start");
            assertThat(databases.servers().name(organization)).isEqualTo("own");
            databases.drop(organization);
        }
    }

    private OrganizationDatabases host() {
        return new OrganizationDatabases(
                platform.database(),
                List.of(FIRST, SECOND, AWAY),
                new ReversingSealer(),
                List.of(AddressRange.parse(BroughtDatabase.allowed())));
    }

    private static DatabaseServer server(String name, int weight) {
        return new DatabaseServer(TestPostgres.server().withName(name), weight, Set.of());
    }

    private void migrator() {
        opened(new Migrator(moves, databases, wakeUps, tasks, SOON)).start();
    }

    private Claimed claim() {
        return moves.records()
                .opened(moves.records().queue().claim(1).leases().getFirst().payload())
                .orElseThrow();
    }

    /** As when the hosts that hold them say nothing any more. */
    private void letLeasesRunOut() {
        platform.database()
                .run(session -> session.sql(
                                "update database_migration set due_at = clock_timestamp() where claimed_by is not null")
                        .execute());
    }

    private String state() {
        return moves.of(organization).getFirst().state();
    }

    /** The databases of organizations that there are on the second server. */
    private List<String> onSecond() {
        try (Database server = TestPostgres.open(SECOND.address())) {
            return query(
                    server, "select datname from pg_database where datname like 'whdb_%d_%%'".formatted(organization));
        }
    }

    /** Whether what members connect with sees the table where it is now. */
    private String readerSees() {
        return databases
                .query(
                        organization,
                        "select case when count(*) >= 0 then 'yes' end from things",
                        PATIENCE,
                        1,
                        result -> result)
                .rows()
                .getFirst()
                .getFirst()
                .orElse("");
    }

    private void write(int number, OrganizationDatabases host, Map<String, Integer> written, AtomicBoolean stop) {
        for (int second = 1; !stop.get(); second++) {
            String key = "w%d_%d".formatted(number, second % 20);
            store(host, List.of(present(key, second)));
            written.put(key, second);
            stored.incrementAndGet();
        }
    }

    private void store(OrganizationDatabases host, List<State> states) {
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(ServerMoveTest::passes)
                .until(() -> {
                    TableWriter.store(host.open(organization), THINGS, states, Origin.WEBHOOK);
                    return true;
                });
    }

    private static boolean passes(Throwable failure) {
        return failure instanceof DatabaseException e && e.kind() == DatabaseException.Kind.UNAVAILABLE;
    }

    private static List<State> rows(int count) {
        return IntStream.range(0, count)
                .<State>mapToObj(i -> present("t" + i, 1))
                .toList();
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

    private Map<String, Integer> newest() {
        Map<String, Integer> newest = new TreeMap<>();
        databases
                .open(organization)
                .run(session -> session.sql(
                                "select thing_id, status, extract(epoch from _as_of)::integer as second from things where thing_id like 'w%'")
                        .list(row -> {
                            assertThat(row.text("status")).isEqualTo(Integer.toString(row.integer("second")));
                            return newest.put(row.text("thing_id"), row.integer("second"));
                        }));
        return newest;
    }

    /** Somebody who uses the table, so that a move waits before its last step. */
    private Thread obstacle(CountDownLatch release) throws InterruptedException {
        var held = new CountDownLatch(1);
        Database outside = opened(databases.openApart(organization));
        Thread obstacle = Thread.ofPlatform()
                .start(() -> outside.transaction(PATIENCE, session -> {
                    session.sql("lock table things in row exclusive mode").execute();
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

    /** What is under way when connections go elsewhere ends with an error, and is asked again: that is just after a move has finished. */
    private static List<String> query(Database database, String query) {
        return await().ignoreExceptionsMatching(ServerMoveTest::isAway)
                .until(
                        () -> database.transaction(session -> session.sql(query)
                                .list(row -> row.columns().stream()
                                        .map(column -> row.optionalText(column).orElse("NULL"))
                                        .reduce("", String::concat))),
                        rows -> true);
    }

    private static boolean isAway(Throwable failure) {
        return failure instanceof DatabaseException failed && failed.kind() == DatabaseException.Kind.UNAVAILABLE;
    }
}
