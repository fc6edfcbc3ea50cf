package dev.webhookdb.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks an address once and directly, as a stranger would: follows no redirect, and says when the certificate ends, whether or not it is good.
 * Thread-safe.
 *
 * <p>The outbound client would refuse addresses of this network, which are what is asked here.
 */
final class Web {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LARGEST = 256 << 10;

    private final X509TrustManager trust;

    /** What came of it. */
    sealed interface Answer {
        /** When the server's certificate ends; empty without TLS, or without an answer to speak of. */
        Optional<Instant> certificateEnd();

        /** Somebody answered. */
        record Given(int status, HttpResponse<?> response, String body, Optional<Instant> certificateEnd)
                implements Answer {
            Optional<String> header(String name) {
                return response.headers().firstValue(name);
            }
        }

        /** Nobody did, or not as HTTP has it. */
        record None(IOException reason, Optional<Instant> certificateEnd) implements Answer {}
    }

    /** Trusts whom Java trusts. */
    Web() {
        this(RecordingTrust.standard());
    }

    /** @param trust judges certificates */
    Web(X509TrustManager trust) {
        this.trust = trust;
    }

    Answer get(URI url) throws InterruptedException {
        return sent(HttpRequest.newBuilder(url).GET());
    }

    /** Sends an object as JSON, with a bearer's token. */
    Answer post(URI url, String token, String json) throws InterruptedException {
        return sent(HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private Answer sent(HttpRequest.Builder request) throws InterruptedException {
        RecordingTrust recording = new RecordingTrust(trust);
        try (HttpClient client = client(recording)) {
            try {
                HttpResponse<InputStream> response = client.send(
                        request.timeout(LIMIT).header("User-Agent", "WebhookDB").build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream in = response.body()) {
                    String body = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
                    return new Answer.Given(response.statusCode(), response, body, recording.end());
                }
            } catch (IOException e) {
                return new Answer.None(e, recording.end());
            } finally {
                // what is left of an answer is not waited for
                client.shutdownNow();
            }
        }
    }

    private static HttpClient client(RecordingTrust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, List.<TrustManager>of(trust).toArray(TrustManager[]::new), null);
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(LIMIT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .sslContext(context)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no TLS.", e);
        }
    }
}
