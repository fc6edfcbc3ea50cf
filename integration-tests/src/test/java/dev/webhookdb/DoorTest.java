package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.api.RawClient;
import dev.webhookdb.api.RawClient.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is asked, and refused, before anything of it is kept. */
class DoorTest {
    private static final int MOST = 5 << 20;

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void an_unknown_endpoint_is_404_before_the_body_is_asked_for() {
        try (RawClient client = client()) {
            client.send(announcing("svi_nobody", MOST - 1));

            assertThat(client.answer().status()).isEqualTo(404);
        }
    }

    @Test
    void a_body_that_is_too_large_is_413_before_it_is_asked_for() {
        Made charges = host.integrate("much", "stripe_charge_v1").getFirst();
        try (RawClient client = client()) {
            client.send(announcing(charges.id(), MOST + 1));

            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void a_body_that_is_welcome_is_asked_for() {
        Made charges = host.integrate("welcome", "stripe_charge_v1").getFirst();
        try (RawClient client = client()) {
            client.send(announcing(charges.id(), 4));
            assertThat(client.answer().status()).isEqualTo(100);
            assertThat(client.send("body").answer().status()).isEqualTo(401);
        }
    }

    @Test
    void many_large_bodies_for_nobody_are_all_refused_and_others_are_served() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            clients.add(client().send(
                            "POST /v1/service_integrations/svi_nobody HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\nbegun"
                                    .formatted(MOST - 1)));
        }

        for (RawClient client : clients) {
            assertThat(client.answer().status()).isEqualTo(404);
            client.close();
        }
        assertThat(host.call("GET", "/healthz", new byte[0], Map.of()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "svi_%00", "svi_%zz", "svi_%ff", "%2e%2e", "svi_%ed%a0%80"})
    void an_id_that_nobody_can_have_is_nobody(String id) {
        try (RawClient client = client()) {
            Answer answer = client.send("GET /v1/service_integrations/%s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(id))
                    .answer();

            assertThat(answer.status()).isIn(400, 404);
        }
    }

    @Test
    void a_webhook_may_be_called_with_any_query() {
        Made charges = host.integrate("query", "stripe_charge_v1").getFirst();
        try (RawClient client = client()) {
            client.send("POST /v1/service_integrations/%s?a=%%zz&b=%%00{|} HTTP/1.1\r\nHost: a\r\n\r\n"
                    .formatted(charges.id()));

            assertThat(client.answer().status()).isEqualTo(401);
        }
    }

    private static String announcing(String id, int length) {
        return "POST /v1/service_integrations/%s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                .formatted(id, length);
    }

    private static RawClient client() {
        return RawClient.to(URI.create(host.url()).getPort());
    }
}
