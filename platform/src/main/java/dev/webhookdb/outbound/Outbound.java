package dev.webhookdb.outbound;

import dev.webhookdb.observe.OutboundMetrics;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.HttpClientRequest;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.WebClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends requests to whoever may be reached. Thread-safe.
 *
 * <p>Plain HTTP is for internal addresses that the operator allowed; everything else is HTTPS. Redirects are not followed: they would
 * carry credentials elsewhere.
 */
public final class Outbound {
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration READING = Duration.ofSeconds(60);
    private static final Duration POSTING = Duration.ofSeconds(10);
    private static final int KEPT_CONNECTIONS = 64;

    private final WebClient client;
    private final Predicate<InetAddress> allowed;
    private final AddressGuard guard;
    private final Clock clock;
    private final OutboundMetrics metrics;

    /** @param allowed internal addresses that may be reached all the same */
    public Outbound(Predicate<InetAddress> allowed, Clock clock, OutboundMetrics metrics) {
        this.metrics = metrics;
        this.allowed = allowed;
        this.guard = new AddressGuard(allowed);
        this.clock = clock;
        this.client = WebClient.builder()
                .connectTimeout(CONNECTING)
                .readTimeout(READING)
                .followRedirects(false)
                .proxy(Proxy.noProxy())
                .dnsResolver(guard)
                .shareConnectionCache(false)
                .connectionCacheSize(KEPT_CONNECTIONS)
                .sendExpectContinue(false)
                .addHeader("User-Agent", "WebhookDB")
                .build();
    }

    /**
     * Begins a conversation with a provider.
     *
     * @param memory what is charged for the answers; to be closed by the caller
     */
    public Conversation converse(Conversation.Terms terms, AnswerMemory memory) {
        return new Conversation(client, this::check, clock, terms, memory, metrics);
    }

    /**
     * Posts something, once.
     *
     * @return the status of the answer
     * @throws IOException with a sentence if the address may not be reached, or did not answer
     */
    public int post(URI url, Map<String, String> headers, byte[] body) throws IOException {
        long begun = System.nanoTime();
        Optional<Integer> status = Optional.empty();
        try {
            check(url);
            HttpClientRequest request = client.post().uri(url).readTimeout(POSTING);
            headers.forEach((name, value) -> request.header(HeaderNames.create(name), value));
            try (HttpClientResponse response = request.submit(body)) {
                status = Optional.of(response.status().code());
                return response.status().code();
            }
        } catch (RuntimeException e) {
            // the client wraps what happens to its connection in exceptions of many kinds
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException("%s could not be told: %s".formatted(url.getHost(), why), e);
        } finally {
            metrics.errorHandler(status, System.nanoTime() - begun);
        }
    }

    /** Returns why an address may never be reached, if that is known already; it may come to light later. */
    public Optional<String> objection(URI url) {
        try {
            return refusal(url);
        } catch (UnknownServerException e) {
            return Optional.empty();
        }
    }

    /** Returns why an address cannot be reached now: it may never be, or there is no server of that name. */
    public Optional<String> obstacle(URI url) {
        try {
            return refusal(url);
        } catch (UnknownServerException e) {
            return Optional.of(e.getMessage());
        }
    }

    private Optional<String> refusal(URI url) {
        try {
            check(url);
            return Optional.empty();
        } catch (ForbiddenAddressException | PlainHttpException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Refuses an address that may not be reached; what a name leads to is judged again when the connection is made. */
    private void check(URI url) {
        InetAddress address = guard.resolveAddress(url.getHost(), DnsAddressLookup.defaultLookup());
        if (!"https".equals(url.getScheme()) && !allowed.test(address)) {
            throw new PlainHttpException(url.getHost());
        }
    }
}
