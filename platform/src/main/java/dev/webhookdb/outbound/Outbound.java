package dev.webhookdb.outbound;

import dev.webhookdb.observe.OutboundMetrics;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.WebClient;
import io.helidon.webclient.api.WebClientConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
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
    private static final String USER_AGENT = "WebhookDB";

    /** Bytes of an answer whose status alone counts: a short one leaves its connection to be used again. */
    private static final int LEAST = 4 << 10;

    private static final int KEPT_CONNECTIONS = 64;

    private final Route providers;
    private final Route endpoints;
    private final Predicate<InetAddress> allowed;
    private final AddressGuard guard;
    private final Clock clock;
    private final OutboundMetrics metrics;

    /** @param allowed internal addresses that may be reached all the same */
    public Outbound(Predicate<InetAddress> allowed, Clock clock, OutboundMetrics metrics) {
        this(allowed, Optional.empty(), clock, metrics);
    }

    /**
     * The same through a proxy.
     *
     * @param proxy {@code http://[user:password@]host:port}; empty for none. It may have any address
     */
    public Outbound(Predicate<InetAddress> allowed, Optional<URI> proxy, Clock clock, OutboundMetrics metrics) {
        this(allowed, new AddressGuard(allowed), proxy, clock, metrics);
    }

    Outbound(
            Predicate<InetAddress> allowed,
            AddressGuard guard,
            Optional<URI> proxy,
            Clock clock,
            OutboundMetrics metrics) {
        this.metrics = metrics;
        this.allowed = allowed;
        this.guard = guard;
        this.clock = clock;
        this.providers = new Route(
                () -> common().readTimeout(READING).addHeader("User-Agent", USER_AGENT), same -> same, guard, proxy);
        this.endpoints = new Route(
                () -> common().contentEncoding(none -> none.contentEncodingsDiscoverServices(false)),
                FreshConnection::new,
                guard,
                proxy);
    }

    private static WebClientConfig.Builder common() {
        return WebClient.builder()
                .connectTimeout(CONNECTING)
                .followRedirects(false)
                .proxy(Proxy.noProxy())
                .shareConnectionCache(false)
                .connectionCacheSize(KEPT_CONNECTIONS)
                .sendExpectContinue(false);
    }

    /**
     * Begins a conversation with a provider.
     *
     * @param memory what is charged for the answers; to be closed by the caller
     */
    public CallRequests converse(CallRequests.Terms terms, AnswerMemory memory) {
        return new CallRequests(providers, this::check, clock, terms, memory, metrics);
    }

    /**
     * Posts something to an error handler, once.
     *
     * @return the status of the answer
     * @throws IOException with a sentence if the address may not be reached, or did not answer
     * @throws InterruptedException if the caller is interrupted; whether it was told is not known then
     */
    public int post(URI url, Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putIfAbsent("User-Agent", USER_AGENT);
        Delivered delivered = made(url, all, body, POSTING, LEAST);
        metrics.errorHandler(status(delivered), delivered.took().toNanos());
        return switch (delivered) {
            case Delivered.Answered answered -> answered.status();
            case Delivered.Unanswered none ->
                throw new IOException("%s could not be told: %s".formatted(url.getHost(), none.sentence()));
        };
    }

    /**
     * Posts something to an endpoint of a tenant, once. However the endpoint behaves, it takes no longer than the limit, and no more memory
     * than for the begin of the answer: the rest is not read.
     *
     * @param url its user and password, if there are any, are sent as such
     * @param limit for everything from the name's resolution to the answer's end
     * @param kept bytes of the answer
     * @throws InterruptedException if the caller is interrupted; whether it was delivered is not known then
     */
    public Delivered deliver(URI url, Map<String, String> headers, byte[] body, Duration limit, int kept)
            throws InterruptedException {
        Delivered delivered = made(url, headers, body, limit, kept);
        metrics.endpoint(status(delivered), delivered.took().toNanos());
        return delivered;
    }

    private Delivered made(URI url, Map<String, String> headers, byte[] body, Duration limit, int kept)
            throws InterruptedException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        Optional.ofNullable(url.getUserInfo()).ifPresent(user -> all.putIfAbsent("Authorization", basic(user)));
        return new Delivery(endpoints, this::check, new Delivery.Request(withoutUser(url), all, body, limit, kept))
                .made();
    }

    private static Optional<Integer> status(Delivered delivered) {
        return delivered instanceof Delivered.Answered answered ? Optional.of(answered.status()) : Optional.empty();
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private static URI withoutUser(URI url) {
        if (url.getHost() == null) {
            return url;
        }
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create("%s://%s%s%s%s".formatted(url.getScheme(), url.getHost(), port, path, query));
    }

    /** Returns what makes sockets for a driver that speaks another protocol than HTTP: not through a proxy, and to no internal address. */
    public GuardedSockets sockets() {
        return new GuardedSockets(allowed);
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
        } catch (NoServerException | ForbiddenAddressException | PlainHttpException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Refuses an address that may not be reached; what a name leads to is judged again when the connection is made. */
    private void check(URI url) {
        if (url.getHost() == null) {
            throw new NoServerException(url);
        }
        InetAddress address = guard.resolveAddress(url.getHost(), DnsAddressLookup.defaultLookup());
        if (!"https".equals(url.getScheme()) && !allowed.test(address)) {
            throw new PlainHttpException(url.getHost());
        }
    }
}
