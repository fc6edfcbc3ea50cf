package dev.webhookdb.testkit.simulator;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;

/**
 * A POST as a provider sends it.
 *
 * @param url the subscriber's address, with what the provider adds to its query
 * @param body what is signed, as UTF-8
 */
public record SignedWebhook(URI url, Map<String, String> headers, String body) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The request for the JDK's client. */
    public HttpRequest request() {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).timeout(TIMEOUT).POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request.build();
    }
}
