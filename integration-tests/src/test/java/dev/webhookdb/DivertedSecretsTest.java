package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a secret goes is a part of it: a member who may not see one cannot have it sent to a server of his own. */
class DivertedSecretsTest {
    private static final String ORGANIZATION = "owner_org";
    private static final String PLANTED = "plantedkeyoftheapi";
    private static final String KEY = "rk_" + PLANTED;
    private static final String TWILIO_TOKEN = PLANTED + "0".repeat(14);
    private static final String WEBHOOK_SECRET = "whsec_planted";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static Person member;
    private static HttpServer elsewhere;

    /** What somebody else's server was sent, headers and all. */
    private static final Queue<String> SENT = new ConcurrentLinkedQueue<>();

    /** Where nobody listens, so that no test asks a real provider. */
    private static final String NOWHERE = "http://127.0.0.1:1";

    /** A setting of a service that decides where its secrets go. */
    record Destination(String service, Map<String, String> supplied, String name, String value) {
        Destination {
            supplied = with(supplied, "api_url", NOWHERE);
        }

        List<String> secrets() {
            return supplied.entrySet().stream()
                    .filter(setting -> setting.getValue().contains(PLANTED)
                            && !setting.getValue().startsWith("whsec_"))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }

        @Override
        public String toString() {
            return "%s of %s".formatted(name, service);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            String basic =
                    exchange.getRequestHeaders().getFirst("Authorization").replaceFirst("Basic ", "");
            SENT.add("%s %s %s"
                    .formatted(
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().entrySet(),
                            new String(Base64.getMimeDecoder().decode(basic), UTF_8)));
            byte[] answer = "{\"data\":[],\"has_more\":false}".getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        elsewhere.start();
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        Person owner = Person.loggedIn(host, "owner@example.com");
        Person guest = Person.loggedIn(host, "guest@example.com");
        owner.admit(guest, "member");
        member = Person.withToken(host, guest.token(), owner);
    }

    @AfterAll
    static void stop() {
        host.close();
        elsewhere.stop(0);
    }

    @BeforeEach
    void forget() {
        SENT.clear();
    }

    private static Stream<Destination> destinations() {
        String url = "http://127.0.0.1:9";
        Map<String, String> shop =
                Map.of("webhook_secret", WEBHOOK_SECRET, "shop_name", "acme", "backfill_secret", KEY);
        return Stream.of(
                new Destination("stripe_charge_v1", stripe(), "api_url", url),
                new Destination("increase_account_v1", stripe(), "api_url", url),
                new Destination("convertkit_tag_v1", Map.of("backfill_secret", KEY), "api_url", url),
                new Destination("transistor_show_v1", Map.of("backfill_key", KEY), "api_url", url),
                new Destination(
                        "twilio_sms_v1",
                        Map.of("backfill_key", "AC" + "0".repeat(32), "backfill_secret", TWILIO_TOKEN),
                        "api_url",
                        url),
                new Destination("shopify_order_v1", shop, "api_url", url),
                new Destination("shopify_order_v1", shop, "shop_name", "another"),
                new Destination("shopify_order_v1", with(shop, "backfill_key", KEY), "api_url", url));
    }

    private static Map<String, String> stripe() {
        return Map.of("webhook_secret", WEBHOOK_SECRET, "backfill_key", KEY);
    }

    @ParameterizedTest
    @MethodSource("destinations")
    void another_destination_is_refused_without_the_secrets(Destination destination) {
        Made made = integrate(destination);
        Map<String, String> before = stored(made);

        Answer refused = supply(made, Map.of(destination.name(), destination.value()));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(JsonWriter.write(refused.json()))
                .contains("With another " + destination.name())
                .contains(destination.secrets())
                .contains("again in the same command")
                .doesNotContain(PLANTED);
        assertThat(stored(made)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("destinations")
    void another_destination_is_taken_with_the_secrets(Destination destination) {
        Made made = integrate(destination);
        Map<String, String> settings = with(destination.supplied(), destination.name(), destination.value());

        assertThat(supply(made, settings).status()).isEqualTo(200);
        assertThat(supply(made, Map.of(destination.name(), destination.value() + " "))
                        .status())
                .as("the same once more")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("destinations")
    void who_is_asked_step_by_step_is_asked_for_the_secrets_again(Destination destination) {
        for (Map<String, String> more : List.of(Map.<String, String>of(), Map.of("anew", "true"))) {
            Made made = integrate(destination);

            Answer asked = member.post(
                    path(made, "/transition/" + destination.name()), with(more, "value", destination.value() + "\n"));

            assertThat(asked.json().isTrue("needs_input")).isTrue();
            assertThat(asked.json().isTrue("prompt_is_secret")).isTrue();
            assertThat(asked.json().text("output").orElseThrow())
                    .contains("With another " + destination.name())
                    .contains(destination.secrets());
            assertThat(stored(made).keySet())
                    .contains(destination.name())
                    .doesNotContainAnyElementsOf(destination.secrets());
            assertThat(stored(made).containsKey("webhook_secret"))
                    .isEqualTo(destination.supplied().containsKey("webhook_secret"));
        }
    }

    @Test
    void a_key_never_reaches_a_server_that_a_member_names() {
        Made made = integrate(new Destination("stripe_charge_v1", stripe(), "api_url", url()));

        member.post(path(made, "/transition/api_url"), Map.of("value", url()));
        Answer begun = member.post(path(made, "/backfill/job"), Map.of());
        assertThat(begun.status()).isGreaterThanOrEqualTo(400);
        assertThat(JsonWriter.write(begun.json())).contains("backfill_key");
        assertThat(SENT).isEmpty();
        member.post(path(made, "/transition/backfill_key"), Map.of("value", "rk_another"));

        await().until(() -> !SENT.isEmpty());
        assertThat(SENT).noneMatch(request -> request.contains(KEY)).anyMatch(request -> request.contains("another"));
    }

    @Test
    void who_is_asked_for_a_secret_sees_where_somebody_else_directed_it() {
        Made made = integrate(
                new Destination("stripe_charge_v1", Map.of("webhook_secret", WEBHOOK_SECRET), "api_url", url()));
        member.post(path(made, "/transition/api_url"), Map.of("value", url()));

        Answer asked = member.post(path(made, "/backfill"), Map.of());

        assertThat(asked.json().text("output").orElseThrow())
                .contains("api_url")
                .contains(url());
    }

    private static String url() {
        return "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    }

    private static Made integrate(Destination destination) {
        return host.integrateWith(ORGANIZATION, json(destination.supplied()), destination.service())
                .getFirst();
    }

    private static Answer supply(Made made, Map<String, String> settings) {
        return host.operator(
                "POST",
                "/organizations/%s/integrations/%s/settings".formatted(ORGANIZATION, made.id()),
                "{\"settings\":%s}".formatted(json(settings)));
    }

    private static String json(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "\"%s\":\"%s\"".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(name, value);
        return more;
    }

    /** What is stored, sealed. */
    private static Map<String, String> stored(Made made) {
        List<String> rows = new ArrayList<>(host.platform("""
                select name || '=' || encode(sealed_value, 'hex') from setting join integration using (endpoint_id)
                where integration.opaque_id = '%s'""".formatted(made.id())));
        return rows.stream()
                .map(row -> row.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    private static String path(Made made, String path) {
        return member.own("/service_integrations/" + made.id() + path);
    }
}
