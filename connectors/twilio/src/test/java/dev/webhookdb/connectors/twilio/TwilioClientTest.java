package dev.webhookdb.connectors.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.twilio.exception.ApiException;
import com.twilio.http.HttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import dev.webhookdb.testkit.simulator.TwilioApi;
import dev.webhookdb.testkit.simulator.TwilioMessage;
import dev.webhookdb.testkit.simulator.TwilioSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twilio's own client pages through the simulated API: what our connector is tested against is what Twilio's would read. */
class TwilioClientTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private final TwilioSimulator account = TwilioSimulator.seeded(4);
    private TwilioApi api;

    @BeforeEach
    void start() {
        account.happen(600);
        api = TwilioApi.serving(account, TOKEN);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void allMessagesComeOncePageByPage() {
        Map<String, String> read = new HashMap<>();
        for (Message message : Message.reader().pageSize(50).read(client(TOKEN))) {
            assertThat(read.put(message.getSid(), message.getStatus().toString()))
                    .isNull();
            TwilioMessage ours = account.messages().get(message.getSid());
            assertThat(message.getDateUpdated().toInstant()).isEqualTo(ours.updated());
            assertThat(message.getBody()).isEqualTo(ours.body());
        }

        assertThat(read).hasSameSizeAs(account.messages());
        assertThat(api.requests()).isGreaterThan(account.messages().size() / 50);
    }

    @Test
    void oneMessageIsFetched() {
        String sid = account.messages().keySet().iterator().next();

        assertThat(Message.fetcher(sid).fetch(client(TOKEN)).getSid()).isEqualTo(sid);
        assertThatThrownBy(() -> Message.fetcher("SM0").fetch(client(TOKEN)))
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.getCode()).isEqualTo(20404));
    }

    @Test
    void errorsAreThoseOfTwilio() {
        assertThatThrownBy(
                        () -> Message.reader().read(client("wrong")).iterator().next())
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.getCode()).isEqualTo(20003));
    }

    private TwilioRestClient client(String token) {
        return new TwilioRestClient.Builder(account.accountSid(), token)
                .httpClient(new Redirected(api.url()))
                .build();
    }

    /** Sends what is meant for Twilio to the simulated API. */
    private static final class Redirected extends HttpClient {
        private final java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
        private final URI api;

        Redirected(URI api) {
            this.api = api;
        }

        @Override
        public Response makeRequest(Request request) {
            String asked = request.constructURL().toString();
            URI url = URI.create(asked.replaceFirst("^https://[^/]*", api.toString()));
            HttpRequest redirected = HttpRequest.newBuilder(url)
                    .header("Authorization", request.getAuthString())
                    .build();
            try {
                HttpResponse<String> response = client.send(redirected, BodyHandlers.ofString());
                return new Response(response.body(), response.statusCode());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
