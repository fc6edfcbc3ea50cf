package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.SealedFile;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.integration.SealedEndpoints;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code ingest.journal: on}, a host that starts while the platform's database is away takes webhooks. */
class StartWithoutDatabaseTest {
    private static final long NOW = 1_800_000_000L;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration STORED = Duration.ofMinutes(1);
    private static final int ENOUGH = 600;

    @TempDir
    private Path directory;

    private final int port = freePort();
    private final ServerAddress database = TestPostgres.platformAddress();
    private final Relay relay = Relay.to(database);
    private RunningHost host;
    private RunningHost front;
    private Made charges;
    private Thread starting = Thread.ofVirtual().unstarted(() -> {});

    @BeforeEach
    void stopAHostThatKnewAnEndpoint() {
        host = RunningHost.start(directory, relay.address(), on(port));
        front = host.at(port);
        charges = host.integrate("first", "stripe_charge_v1").getFirst();
    }

    @AfterEach
    void stop() throws InterruptedException {
        relay.restore();
        starting.join();
        host.stop();
        relay.close();
    }

    @Test
    void webhooks_of_many_senders_are_taken_from_the_start_on_and_logged_once_and_in_their_order() throws Exception {
        List<Made> endpoints = List.of(
                charges,
                host.integrate("second", "stripe_charge_v1").getFirst(),
                host.integrate("third", "stripe_charge_v1").getFirst());
        stopWith(endpoints);
        startWithout();
        Senders senders = new Senders(endpoints);
        try (senders) {
            eventually(() -> assertThat(senders.sent.get()).isGreaterThan(ENOUGH));
            assertThat(starting.isAlive()).isTrue();
            assertThat(front.call("GET", "/metrics", new byte[0], Map.of()).status())
                    .isEqualTo(200);

            relay.restore();

            starting.join();
            eventually(() -> assertThat(segments()).isEmpty());
            int drained = senders.sent.get();
            eventually(() -> assertThat(senders.sent.get()).isGreaterThan(drained + 50));
        }

        assertThat(senders.refused).isEmpty();
        for (int i = 0; i < endpoints.size(); i++) {
            Made made = endpoints.get(i);
            assertThat(logged(made))
                    .containsExactlyElementsOf(IntStream.range(0, senders.counts.get(made.id()))
                            .mapToObj(number -> "ch_%06d".formatted(number))
                            .toList());
        }
        awaitRows(
                "second", endpoints.get(1), senders.counts.get(endpoints.get(1).id()));
        assertThat(lost()).isEmpty();
    }

    @Test
    void signatures_are_checked_and_whatever_else_is_asked_for_is_to_be_tried_again() throws Exception {
        stopWith(List.of(charges));
        startWithout();

        assertThat(front.send(charges.id(), body("ch_forged").getBytes(StandardCharsets.UTF_8), "whsec_wrong")
                        .status())
                .isEqualTo(401);
        assertThat(front.send(charges.id(), body("ch_1")).status()).isEqualTo(202);
        assertThat(front.send("svi_nobodyknows", body("ch_unknown")).status()).isEqualTo(503);
        Answer other = get("/v1/operator/organizations");
        assertThat(other.status()).isEqualTo(503);
        assertThat(other.json().text("error", "message").orElseThrow()).contains("only webhooks are taken");
        assertThat(get("/healthz").status()).isEqualTo(200);
        assertThat(get("/healthz").json().items("problems")).isNotEmpty();
        assertThat(get("/readyz").status()).isEqualTo(200);
        assertThat(get("/readyz").json().text("database")).contains("away");

        relay.restore();
        starting.join();
        awaitRows("first", charges, 1);
        eventually(
                () -> assertThat(host.platform("select count(*) from webhook where verdict = 1 and reason is not null"))
                        .containsExactly("1"));
        assertThat(front.operator("GET", "/organizations", "").status()).isEqualTo(200);
        eventually(() -> assertThat(get("/readyz").json().text("database")).contains("available"));
    }

    @Test
    void a_host_that_is_stopped_before_the_database_is_back_leaves_what_it_took_to_the_next_start() throws Exception {
        stopWith(List.of(charges));
        relay.cut();
        StartWithoutDatabase early = new StartWithoutDatabase(
                host.configuration(), MemoryBudgets.ofHeap(), Metrics.none(), new BackgroundTasks());
        CompletableFuture<PlatformDatabase> opened =
                CompletableFuture.supplyAsync(() -> early.open(() -> PlatformDatabase.open(host.configuration())));
        awaitListening(front);
        assertThat(front.send(charges.id(), body("ch_1")).status()).isEqualTo(202);

        early.close();

        assertThat(opened)
                .failsWithin(SOON)
                .withThrowableThat()
                .havingRootCause()
                .withMessage("It was stopped before PostgreSQL answered.");
        assertThatThrownBy(() -> get("/healthz")).isInstanceOf(UncheckedIOException.class);
        assertThat(segments()).hasSize(1);
        startWithout();
        assertThat(front.send(charges.id(), body("ch_2")).status()).isEqualTo(202);
        relay.restore();
        starting.join();
        awaitRows("first", charges, 2);
        assertThat(lost()).isEmpty();
    }

    @Test
    void webhooks_to_an_endpoint_that_was_deleted_meanwhile_are_taken_and_keep_nobody_back() throws Exception {
        Made deleted = host.integrate("second", "stripe_charge_v1").getFirst();
        stopWith(List.of(charges, deleted));
        try (var direct = TestPostgres.open(database)) {
            direct.run(session -> session.sql("delete from endpoint where id = "
                            + "(select endpoint_id from integration where opaque_id = :id)")
                    .bind("id", deleted.id())
                    .execute());
        }
        startWithout();

        assertThat(front.send(deleted.id(), body("ch_deleted")).status()).isEqualTo(202);
        assertThat(front.send(charges.id(), body("ch_1")).status()).isEqualTo(202);

        relay.restore();
        starting.join();
        awaitRows("first", charges, 1);
        eventually(() -> assertThat(segments()).isEmpty());
        eventually(() ->
                assertThat(host.platform("select count(*) from webhook_queue")).containsExactly("0"));
    }

    @Test
    void another_host_with_the_key_takes_webhooks_with_a_copy_of_the_file(@TempDir Path other) throws Exception {
        stopWith(List.of(charges));
        for (String copied : List.of("data/encryption-key.json", "data/journal/" + SealedEndpoints.NAME)) {
            Files.createDirectories(other.resolve(copied).getParent());
            Files.copy(directory.resolve(copied), other.resolve(copied));
        }
        int second = freePort();
        relay.cut();
        Thread elsewhere = Thread.ofVirtual().start(() -> {
            try (RunningHost started = RunningHost.start(other, relay.address(), on(second))) {
                awaitRows(started, "first", charges, 1);
            }
        });

        awaitListening(host.at(second));
        assertThat(host.at(second).send(charges.id(), body("ch_1")).status()).isEqualTo(202);

        relay.restore();
        elsewhere.join();
        host.start();
        awaitRows("first", charges, 1);
    }

    @Test
    void without_the_file_or_its_key_and_without_a_journal_it_does_not_start_as_ever() throws Exception {
        stopWith(List.of(charges));
        relay.cut();
        Path sealed = directory.resolve("data/journal").resolve(SealedEndpoints.NAME);

        byte[] content = Files.readAllBytes(sealed);
        content[content.length / 2] ^= 1;
        Files.write(sealed, content);
        assertDoesNotStart(host::start);

        Files.delete(sealed);
        assertDoesNotStart(host::start);

        assertDoesNotStart(() -> RunningHost.start(directory, relay.address(), Map.of()));
        relay.restore();
        host.start();
    }

    private static void assertDoesNotStart(ThrowingCallable start) {
        assertThatThrownBy(start).hasMessageContaining("cannot be reached: start it, open its port");
    }

    private void stopWith(List<Made> endpoints) {
        Path data = directory.resolve("data");
        SealedEndpoints sealed = new SealedEndpoints(
                new SealedFile(
                        data.resolve("journal").resolve(SealedEndpoints.NAME),
                        Vault.open(data.resolve("encryption-key.json"))),
                Clock.systemUTC());
        eventually(() -> assertThat(sealed.read().orElseThrow().endpoints())
                .flatExtracting(endpoint -> endpoint.integrations().stream()
                        .map(integration -> integration.opaqueId())
                        .toList())
                .containsAll(endpoints.stream().map(Made::id).toList()));
        host.stop();
    }

    /** Begins a start that cannot end before the database is back, and returns when webhooks are taken. */
    private void startWithout() {
        relay.cut();
        starting = Thread.ofVirtual().start(host::start);
        awaitListening(front);
    }

    private static void awaitListening(RunningHost at) {
        await().atMost(SOON)
                .ignoreException(UncheckedIOException.class)
                .until(() -> at.call("GET", "/readyz", new byte[0], Map.of()).status() == 200);
    }

    /** One sender for each endpoint: each sends its next webhook when the last one was answered. */
    private final class Senders implements AutoCloseable {
        private final Map<String, Integer> counts = new ConcurrentHashMap<>();
        private final List<Integer> refused = new CopyOnWriteArrayList<>();
        private final AtomicInteger sent = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ending;

        private Senders(List<Made> endpoints) {
            endpoints.forEach(made -> threads.add(Thread.ofVirtual().start(() -> send(made))));
        }

        private void send(Made made) {
            for (int number = 0; !ending; number++) {
                int status =
                        front.send(made.id(), body("ch_%06d".formatted(number))).status();
                if (status != 202) {
                    refused.add(status);
                }
                counts.put(made.id(), number + 1);
                sent.incrementAndGet();
            }
        }

        @Override
        public void close() {
            ending = true;
            threads.forEach(thread -> {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    private static Map<String, String> on(int port) {
        return new HashMap<>(Map.of("WEBHOOKDB_INGEST_JOURNAL", "on", "WEBHOOKDB_SERVER_PORT", Integer.toString(port)));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(String id) {
        return StripeEvents.charge(id, "succeeded", NOW, "evt_" + id);
    }

    private Answer get(String path) {
        return front.call("GET", path, new byte[0], Map.of());
    }

    /** The charges that the log says something about, in its order. */
    private List<String> logged(Made made) {
        return host.platform(
                "select substring(convert_from(body, 'UTF8') from 'ch_[0-9]{6}') from webhook where endpoint_id = "
                        + "(select endpoint_id from integration where opaque_id = '%s') order by id"
                                .formatted(made.id()));
    }

    private void awaitRows(String organization, Made made, int count) {
        awaitRows(host, organization, made, count);
    }

    private static void awaitRows(RunningHost at, String organization, Made made, int count) {
        await().atMost(STORED)
                .ignoreException(NoSuchElementException.class)
                .untilAsserted(() -> assertThat(at.sql(organization, "select count(*) from " + made.table()))
                        .containsExactly(Integer.toString(count)));
    }

    private List<?> lost() {
        try (var opened = TestPostgres.open(database)) {
            return Auditor.audit(opened);
        }
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(SOON).ignoreException(NoSuchElementException.class).untilAsserted(assertion);
    }

    private List<Path> segments() {
        try (Stream<Path> files = Files.walk(directory.resolve("data/journal"))) {
            return files.filter(file -> file.toString().endsWith(".log")).toList();
        } catch (IOException | UncheckedIOException e) {
            // it is being deleted: asked again
            throw new AssertionError(e);
        }
    }
}
