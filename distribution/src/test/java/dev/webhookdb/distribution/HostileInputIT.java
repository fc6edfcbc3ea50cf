package dev.webhookdb.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.distribution.HostileRequests.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise P11: whatever a stranger, a tenant, a provider or a connector sends, the host goes on and serves the others. Against the
 * unpacked tarball with a heap of 256 MB; a service manager starts it again where it ends, and each test says how often it may.
 */
class HostileInputIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration AFTER_DEATHS = Duration.ofMinutes(2);
    private static final int MEBIBYTE = 1 << 20;
    private static final Random RANDOM = new Random(42);

    /** What a webhook tells this connector to do. */
    private static final String READ = """
            switch (body.text("do").orElse("")) {
                case "exit" -> System.exit(9);
                case "memory" -> { List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); } }
                case "error" -> throw new AssertionError("hostile");
                case "stack" -> { return read(request, body); }
                case "hang" -> { while (true) { Thread.onSpinWait(); } }
                case "large" -> {
                    Json text = new Json.Str("x".repeat(100 << 20));
                    return List.of(Item.upsert(new Json.Obj(Map.of("id", new Json.Str("large"), "text", text)), request.receivedAt()));
                }
                default -> { }
            }
            return List.of(Item.upsert(body, request.receivedAt()));
            """;

    private static final Path connectors = Installation.temporaryDirectory();
    private static HttpServer provider;
    private static volatile byte[] page = "{\"items\":[]}".getBytes(UTF_8);
    private static Server server;
    private static HostileRequests requests;
    private static Server.Charges charges;
    private static Integrated shop;
    private static Integrated fixture;
    private static int charge;

    /** An integration of an organization of its own. */
    private record Integrated(String organization, String id, String table, String path) {}

    @BeforeAll
    static void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = page;
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.start();
        for (String name : List.of("stripe.jar", "shopify.jar")) {
            Files.copy(Installation.unpacked().home().resolve("connectors").resolve(name), connectors.resolve(name));
        }
        TestConnector.named("fixture")
                .read(READ)
                .fetch("""
                        return Backfill.Page.of(
                            context.http().get("http://127.0.0.1:%d/page").send().json().requiredItems("items"), Optional.empty());""".formatted(provider.getAddress().getPort()))
                .writeTo(connectors.resolve("fixture.jar"));
        server = new Server(Map.of(
                "WEBHOOKDB_CONNECTORS_DIR", connectors.toString(),
                "WEBHOOKDB_JAVA_OPTS", "-Xmx256m",
                "WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        server.start(START);
        server.supervise();
        requests = new HostileRequests(server.url());
        charges = server.createCharges("Good");
        shop = integrate("Shop", "shopify_order_v1", "--set", "webhook_secret=" + HostileRequests.SHOPIFY_SECRET);
        fixture = integrate("Hostile", "fixture_thing_v1");
    }

    @AfterAll
    static void end() {
        server.close();
        provider.stop(0);
        Installation.delete(connectors);
    }

    private static Integrated integrate(String organization, String service, String... more) {
        server.done("org", "create", organization);
        List<String> command = new ArrayList<>(List.of("integrations", "create", service));
        command.addAll(List.of(more));
        server.done(command.toArray(String[]::new));
        List<String> created =
                server.done("integrations", "list", "--format", "csv").cells().getFirst();
        String url = server.done("integrations", "info", created.get(2), "--field", "url")
                .out();
        return new Integrated(
                organization.toLowerCase(Locale.ROOT),
                created.get(2),
                created.get(1),
                URI.create(url.strip()).getPath());
    }

    /** Whatever a test did, everybody else is served. */
    @AfterEach
    void others_are_served() throws Exception {
        String id = "ch_hostile%d".formatted(charge++);
        await("a webhook of another tenant is taken")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(requests.charge(charges.endpoint().getPath(), id)
                                        .status())
                                .isEqualTo(202));
        await("a webhook of another tenant is visible")
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(server.ids(charges)).contains(id));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/auth          | {\"email\":1e999999999}",
                "/v1/auth          | {\"email\":-1e999999999,\"token\":1e-999999999}",
                "/v1/auth/logout   | {\"all\":1e100000000}",
                "/v1/auth          | {\"email\":\"a@b.c\",\"token\":[[[[]]]]}",
                "/v1/auth          | {\"email\":\"a\\u0000@example.com\"}",
                "/v1/auth          | [1e999999999]",
                "/v1/auth          | 1e999999999"
            })
    void a_number_or_a_text_that_grows_is_refused_at_once(String path, String body) {
        long deaths = server.deaths();
        Answer answer = requests.post(path, body.getBytes(UTF_8), Map.of());

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.took()).isLessThan(Duration.ofSeconds(2));
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @Test
    void a_megabyte_of_digits_as_an_address_is_refused_at_once() {
        String digits = "1".repeat(MEBIBYTE - 20);

        assertThat(requests.post("/v1/auth", "{\"email\":%s}".formatted(digits).getBytes(UTF_8), Map.of())
                        .status())
                .isBetween(400, 499);
    }

    @Test
    void bodies_for_nobody_are_not_read() throws Exception {
        long deaths = server.deaths();
        byte[] body = new byte[5 * MEBIBYTE - 1_000];

        List<Answer> answers = together(
                45, number -> () -> requests.post("/v1/service_integrations/svi_nobody" + number, body, Map.of()));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(404, 503, 0));
        assertThat(requests.announce("/v1/service_integrations/svi_nobody", body.length))
                .as("an announced body is not asked for")
                .startsWith("HTTP/1.1 404");
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @Test
    void trees_that_are_thirty_times_their_text_end_nothing() throws Exception {
        long deaths = server.deaths();
        byte[] body = HostileRequests.objects(MEBIBYTE - 100);

        List<Answer> answers = together(12, number -> () -> requests.post("/v1/auth", body, Map.of()));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(400, 413, 503));
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select repeat('x', 100000000)",
                "select repeat('x', 900000) from generate_series(1, 1000)",
                "select array_agg(repeat('x', 1000)) from generate_series(1, 100000)",
                "select repeat('x', 100000000)::bytea",
                "select cast(repeat('x', 10000000) as integer)"
            })
    void a_result_that_does_not_fit_is_refused(String statement) {
        long deaths = server.deaths();

        Installation.Run run = server.run("db", "sql", "--org", "good", statement);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasSizeLessThan(5_000).doesNotContain("xxxxxxxxxx".repeat(100));
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @Test
    void signed_bodies_of_nested_and_of_tiny_values_are_stored_or_parked() throws Exception {
        long deaths = server.deaths();
        List<byte[]> bodies = List.of(
                HostileRequests.order("1", HostileRequests.objects(4_800_000)),
                HostileRequests.order("2", HostileRequests.zeros(4_800_000)),
                HostileRequests.order("3", HostileRequests.nested(2_400_000)),
                HostileRequests.order("4", HostileRequests.texts(4_800_000)));

        List<Answer> answers = together(4, number -> () -> requests.shopify(shop.path(), bodies.get(number)));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(202, 503));
        int accepted =
                (int) answers.stream().filter(answer -> answer.status() == 202).count();
        await().atMost(AFTER_DEATHS)
                .untilAsserted(() -> assertThat(logged(shop, "done") + logged(shop, "failed"))
                        .isEqualTo(accepted));
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @Test
    void a_page_that_does_not_fit_fails_its_job_with_a_sentence() {
        long deaths = server.deaths();
        page = HostileRequests.wrapped("{\"items\":", HostileRequests.objects(40 * MEBIBYTE), "}");
        try {
            backfill("failed");

            assertThat(server.done("backfill", "status", fixture.id(), "--org", fixture.organization())
                            .out())
                    .contains("memory");
        } finally {
            page = "{\"items\":[]}".getBytes(UTF_8);
        }
        backfill("succeeded");
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "stack", "large"})
    void what_a_connector_throws_or_returns_parks_its_webhook_and_names_it(String what) {
        long deaths = server.deaths();
        long before = logged(fixture, "pending") + logged(fixture, "failed");

        hostile(what);

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(server.done("logs", "--org", "hostile", "--limit", "100", "--format", "csv")
                                        .out())
                                .contains("Connector fixture"));
        assertThat(logged(fixture, "pending") + logged(fixture, "failed")).isEqualTo(before + 1);
        assertThat(server.deaths()).isEqualTo(deaths);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "memory"})
    void a_webhook_that_ends_the_host_is_tried_alone_and_then_not_any_more(String what) throws Exception {
        long deaths = server.deaths();
        long failed = logged(fixture, "failed");

        hostile(what);
        for (int other = 0; other < 20; other++) {
            requests.post(
                    fixture.path(), "{\"id\":\"%s%d\"}".formatted(what, other).getBytes(UTF_8), Map.of());
        }

        await().atMost(AFTER_DEATHS)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() -> logged(fixture, "failed") > failed);
        assertThat(server.deaths() - deaths).isBetween(1L, 3L);
        assertThat(server.done("logs", "--org", "hostile", "--state", "failed", "--format", "csv")
                        .out())
                .contains("The host ended");
        assertThat(server.done("connectors", "list").out()).contains("fixture");
    }

    @Test
    void hostile_bodies_of_all_kinds_end_nothing_and_lose_nothing() throws Exception {
        long deaths = server.deaths();
        Load load = Load.on(charges.endpoint());
        try (load) {
            for (int round = 0; round < 25; round++) {
                List<byte[]> bodies = IntStream.range(0, 8)
                        .mapToObj(number -> HostileRequests.mutation(RANDOM))
                        .toList();
                together(8, number -> () -> requests.shopify(shop.path(), bodies.get(number)));
                together(8, number -> () -> requests.post("/v1/auth", bodies.get(number), Map.of()));
                page = bodies.getFirst();
                server.run("backfill", fixture.id(), "--org", fixture.organization(), "-q");
            }
        } finally {
            page = "{\"items\":[]}".getBytes(UTF_8);
        }
        assertThat(server.deaths()).isEqualTo(deaths);
        server.awaitIds(charges, load.acknowledged(), SOON);
        assertThat(load.others())
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
    }

    private static void hostile(String what) {
        assertThat(requests.post(
                                fixture.path(),
                                "{\"id\":\"1\",\"do\":\"%s\"}".formatted(what).getBytes(UTF_8),
                                Map.of())
                        .status())
                .isEqualTo(202);
    }

    private static void backfill(String state) {
        server.done("backfill", fixture.id(), "--org", fixture.organization());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                server.done("backfill", "status", fixture.id(), "--org", fixture.organization())
                                        .out())
                        .contains(state));
    }

    private static long logged(Integrated integrated, String state) {
        return server.done(
                        "logs",
                        "--org",
                        integrated.organization(),
                        "--state",
                        state,
                        "--limit",
                        "1000",
                        "--format",
                        "csv")
                .cells()
                .size();
    }

    private static <T> List<T> together(int many, IntFunction<Callable<T>> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> all = IntStream.range(0, many)
                    .mapToObj(number -> threads.submit(work.apply(number)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> one : all) {
                results.add(one.get());
            }
            return results;
        }
    }
}
