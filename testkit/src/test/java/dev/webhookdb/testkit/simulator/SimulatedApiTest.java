package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The faults that every simulated API can show. */
class SimulatedApiTest {
    private final StripeApi api = StripeApi.serving(StripeSimulator.seeded(1), "rk_test");
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theNextRequestsGoWrongAndTheOneAfterThemIsRight() throws Exception {
        api.faults().next(2, Fault.status(503)).next(1, Fault.tooManyRequests(Duration.ofMillis(1500)));

        assertThat(get().statusCode()).isEqualTo(503);
        assertThat(get().statusCode()).isEqualTo(503);
        HttpResponse<String> refused = get();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(refused.body()).contains("rate_limit");
        assertThat(get().statusCode()).isEqualTo(200);
    }

    @Test
    void aRefusalMayNameADate() throws Exception {
        api.faults().next(1, Fault.tooManyRequests(Instant.parse("2026-03-01T10:00:00Z")));

        assertThat(get().headers().firstValue("Retry-After")).contains("Sun, 01 Mar 2026 10:00:00 GMT");
    }

    @Test
    void everyThirdRequestGoesWrong() {
        api.faults().every(3, Fault.status(500));

        assertThat(Stream.generate(this::status).limit(6)).containsExactly(200, 200, 500, 200, 200, 500);
    }

    @Test
    void revokedCredentialsStayRevoked() throws Exception {
        api.faults().revokeCredentials();
        assertThat(get().statusCode()).isEqualTo(401);
        assertThat(get().body()).contains("Invalid API Key");

        api.faults().none().forbid();
        assertThat(get().statusCode()).isEqualTo(403);
    }

    @Test
    void aPageForPeopleIsNoJson() throws Exception {
        api.faults().next(1, Fault.htmlPage());

        HttpResponse<String> page = get();

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).startsWith("<!doctype html>");
    }

    @Test
    void aConnectionEndsBeforeOrWithinTheAnswer() {
        api.faults().next(1, Fault.halfAnswer());
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);

        // The JDK's client itself asks again on a new connection when a kept one ends.
        api.faults().always(Fault.noAnswer());
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(api.requests()).isGreaterThanOrEqualTo(2);

        api.faults().none();
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void whatExceedsTheRateIsRefused() {
        api.faults().atMost(5);

        assertThat(Stream.generate(this::status).limit(8))
                .startsWith(200, 200, 200, 200, 200)
                .endsWith(429);
    }

    @Test
    void theCallsAreKeptForAssertions() throws Exception {
        client.send(request("/v1/charges?limit=2&created%5Bgte%5D=5"), BodyHandlers.discarding());

        assertThat(api.calls()).singleElement().satisfies(call -> {
            assertThat(call.target()).isEqualTo("/v1/charges?limit=2&created[gte]=5");
            assertThat(call.parameter("created[gte]")).contains("5");
            assertThat(call.header("authorization")).contains("Bearer rk_test");
        });
        assertThat(api.requests()).isEqualTo(1);
    }

    private int status() {
        try {
            return get().statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> get() throws IOException, InterruptedException {
        return client.send(request("/v1/charges"), BodyHandlers.ofString());
    }

    private HttpRequest request(String target) {
        return HttpRequest.newBuilder(api.url().resolve(target))
                .header("Authorization", "Bearer rk_test")
                .build();
    }
}
