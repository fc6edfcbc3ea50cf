package dev.webhookdb.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.connector.TestSettings;
import dev.webhookdb.integration.DatabaseAbsence;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.Partitions;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log does not take, because its connections lead nowhere, and the journal does; another connection leads to the database. */
class JournaledLogTest {
    private static final AtomicLong ENDPOINTS = new AtomicLong(1_000);
    private static final long MUCH = 1L << 30;

    private static PlatformDatabase platform;
    private static Database database;
    private static Database nowhere;

    @TempDir
    private Path directory;

    private final Endpoint endpoint =
            new Endpoint(ENDPOINTS.incrementAndGet(), "svi_1", 1, "fixture", List.of(), TestSettings.NONE);
    private final MemoryBudget memory = new MemoryBudget("webhooks", 256L << 20);
    private Partitions partitions;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
        ServerAddress there = TestPostgres.server();
        nowhere = new Database(
                new Pool(ServerAddress.of("127.0.0.1", 1, there.database(), there.username(), there.password()), 1, 0));
    }

    @AfterAll
    static void closePlatform() {
        nowhere.close();
        platform.close();
    }

    @BeforeEach
    void partitioned() {
        partitions = new Partitions(database, Clock.systemUTC(), List.of(), new BackgroundTasks());
    }

    @Test
    void what_is_accepted_is_logged_queued_and_counted_as_of_when_it_came() {
        Instant received = Instant.now().truncatedTo(ChronoUnit.MICROS);
        try (Running host = new Running(directory)) {
            host.append(entry(LogEntry.Verdict.ACCEPTED, received, "body"));
            host.append(entry(LogEntry.Verdict.REJECTED, received, "other").cut(3, "It was not genuine."));

            awaitLogged(2);
        }

        assertThat(texts("""
                        select convert_from(body, 'UTF8') || ' ' || method || ' ' || url || ' ' || headers || ' ' || verdict
                          || ' ' || coalesce(size, -1) || ' ' || coalesce(reason, '') || ' ' || coalesce(api_version, '')
                        from webhook where endpoint_id = :endpoint order by id"""))
                .containsExactly(
                        "body POST /path?query {\"a\":[\"b\"]} 0 -1  2020-01-01",
                        "oth POST /path?query {\"a\":[\"b\"]} 1 5 It was not genuine. 2020-01-01");
        assertThat(instants("select received_at as at from webhook_queue where endpoint_id = :endpoint"))
                .containsExactly(received);
        assertThat(texts("select sum(accepted)::text from webhook_ledger where endpoint_id = :endpoint"))
                .containsExactly("1");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_backlog_of_days_of_which_the_log_has_no_partition_is_logged() {
        Instant lastMonth = Instant.now().minus(Duration.ofDays(30)).truncatedTo(ChronoUnit.MICROS);
        try (Running host = new Running(directory)) {
            host.append(entry(LogEntry.Verdict.ACCEPTED, lastMonth, "old"));

            awaitLogged(1);
        }

        assertThat(instants("select received_at as at from webhook where endpoint_id = :endpoint"))
                .containsExactly(lastMonth);
    }

    @Test
    void a_copy_of_a_journal_that_was_logged_is_not_logged_again() throws IOException {
        Path copy = directory.resolve("copy");
        try (Running host = new Running(directory.resolve("first"), nowhere)) {
            for (int i = 0; i < 300; i++) {
                host.append(entry(LogEntry.Verdict.ACCEPTED, Instant.now(), "body " + i));
            }
        }
        copy(directory.resolve("first"), copy);
        try (Running host = new Running(directory.resolve("first"))) {
            awaitLogged(300);
            host.awaitEmpty();
        }

        try (Running host = new Running(copy)) {
            host.awaitEmpty();
        }

        assertThat(texts("select convert_from(body, 'UTF8') from webhook where endpoint_id = :endpoint order by id"))
                .hasSize(300)
                .startsWith("body 0", "body 1", "body 2")
                .endsWith("body 299");
    }

    @Test
    void what_the_database_refuses_for_what_is_in_it_stays_in_its_file_and_keeps_nobody_back() {
        database.run(session -> session.sql("""
                        create function no_thirteen() returns trigger language plpgsql as
                        $$ begin raise 'not thirteen' using errcode = 'data_exception'; end $$;
                        create trigger no_thirteen before insert on webhook_segment
                        for each row when (new.endpoint_id = %d and 'body 13'::bytea = any (new.bodies)) execute function no_thirteen()""".formatted(endpoint.id())).execute());
        try (Running host = new Running(directory, nowhere)) {
            for (int i = 0; i < 20; i++) {
                host.append(entry(LogEntry.Verdict.ACCEPTED, Instant.now(), "body " + i));
            }
        }

        try (Running host = new Running(directory)) {
            awaitLogged(19);
            host.awaitEmpty();
        }

        assertThat(files()).singleElement().asString().endsWith(".log.damaged");
    }

    @Test
    void an_absence_ends_though_requests_never_cease_and_they_are_logged_once_and_in_their_order() throws Exception {
        DatabaseAbsence absence = new DatabaseAbsence();
        absence.begin("It is for this test.");
        AtomicBoolean ending = new AtomicBoolean();
        List<Integer> counts = new CopyOnWriteArrayList<>();
        List<Thread> senders = new ArrayList<>();
        try (Running host = new Running(directory, database, database, absence)) {
            for (int i = 0; i < 4; i++) {
                String sender = "sender " + i + " ";
                senders.add(Thread.ofVirtual().start(() -> {
                    int count = 0;
                    while (!ending.get()) {
                        host.append(entry(LogEntry.Verdict.ACCEPTED, Instant.now(), sender + count));
                        count++;
                    }
                    counts.add(count);
                }));
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> !absence.isAway());
            ending.set(true);
            for (Thread sender : senders) {
                sender.join();
            }
            awaitLogged(counts.stream().mapToInt(count -> count).sum());
        }

        assertThat(counts).hasSize(4);
        for (int i = 0; i < 4; i++) {
            List<String> of = texts(
                    "select substring(convert_from(body, 'UTF8') from 'sender %d (.*)') from webhook where endpoint_id = :endpoint and body like 'sender %d %%'::bytea order by id"
                            .formatted(i, i));
            assertThat(of)
                    .containsExactlyElementsOf(IntStream.range(0, of.size())
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    /** A host's log and journal. */
    private final class Running implements AutoCloseable {
        private final Path journals;
        private final WebhookLog log;
        private final JournaledLog journaled;

        private Running(Path journals) {
            this(journals, database);
        }

        /** @param logged by which way the journal gets to the database */
        private Running(Path journals, Database logged) {
            this(journals, nowhere, logged, new DatabaseAbsence());
        }

        /** @param direct by which way the log does */
        private Running(Path journals, Database direct, Database logged, DatabaseAbsence absence) {
            this.journals = journals;
            log = new WebhookLog(
                    direct,
                    (id, to, request) -> {},
                    Duration.ZERO,
                    new IngestLoad(),
                    new BackgroundTasks(),
                    Metrics.none().ingest());
            journaled = JournaledLog.begin(
                    new JournaledLog.Ground(
                            absence,
                            memory,
                            new BackgroundTasks(),
                            Metrics.none().journal()),
                    installation(),
                    journals,
                    MUCH);
            journaled.connect(log, logged, days -> partitions.require(days, "webhook_segment", "webhook_outcome"));
        }

        private void append(LogEntry entry) {
            try (MemoryBudget.Charge charge = memory.tryCharge(entry.size()).orElseThrow()) {
                journaled.append(entry, charge);
            }
        }

        private void awaitEmpty() {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(files(journals)).noneMatch(file -> file.endsWith(".log")));
        }

        @Override
        public void close() {
            journaled.close();
            log.close();
        }
    }

    private static UUID installation() {
        return JournaledLog.installation(database);
    }

    private LogEntry entry(LogEntry.Verdict verdict, Instant received, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Request request =
                Request.of(received, "POST", "https://example.org/path?query", Map.of("a", List.of("b")), body);
        return LogEntry.of(endpoint, request, "/path?query", Body.of(body), verdict, Optional.empty())
                .at(Optional.of("2020-01-01"));
    }

    private void awaitLogged(int count) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(texts("select id::text from webhook where endpoint_id = :endpoint"))
                        .hasSize(count));
    }

    private List<String> texts(String query) {
        return database.transaction(session -> session.sql(query)
                .bind("endpoint", endpoint.id())
                .list(row -> row.text(row.columns().getFirst())));
    }

    private List<Instant> instants(String query) {
        return database.transaction(
                session -> session.sql(query).bind("endpoint", endpoint.id()).list(row -> row.instant("at")));
    }

    private List<String> files() {
        return files(directory);
    }

    private static List<String> files(Path in) {
        try (Stream<Path> files = Files.walk(in)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(file -> !file.endsWith("lock"))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new AssertionError("it is being deleted", e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
