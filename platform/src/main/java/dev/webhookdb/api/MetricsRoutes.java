package dev.webhookdb.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * {@code /metrics}, for Prometheus: open to the programs of this machine, and to whoever has the token. Thread-safe.
 *
 * <p>What comes by way of a proxy is not a program of this machine, wherever the proxy runs: from a trusted proxy's address, and with a
 * header that only proxies write, nothing is seen without the token.
 */
public final class MetricsRoutes implements HttpService {
    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final List<HeaderName> OF_PROXIES = List.of(
            HeaderNames.FORWARDED,
            HeaderNames.X_FORWARDED_FOR,
            HeaderNames.X_FORWARDED_HOST,
            HeaderNames.X_FORWARDED_PROTO,
            HeaderNames.create("X-Real-IP"),
            HeaderNames.create("Via"));

    private final Supplier<Optional<String>> text;
    private final Optional<byte[]> token;
    private final Predicate<InetAddress> trustedProxies;

    /**
     * @param text what was measured, in Prometheus' format; empty if nothing is
     * @param token lets others in
     * @param trustedProxies which addresses are those of proxies
     */
    public MetricsRoutes(
            Supplier<Optional<String>> text, Optional<String> token, Predicate<InetAddress> trustedProxies) {
        this.text = text;
        this.token = token.map(secret -> secret.getBytes(StandardCharsets.UTF_8));
        this.trustedProxies = trustedProxies;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/metrics", this::metrics);
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        requireAllowed(request);
        String measured = text.get()
                .orElseThrow(() -> new ApiException(
                        404,
                        "not_found",
                        "Nothing is measured here: metrics.enabled (WEBHOOKDB_METRICS_ENABLED) is false."));
        response.header(HeaderNames.CONTENT_TYPE, FORMAT).send(measured.getBytes(StandardCharsets.UTF_8));
    }

    private void requireAllowed(ServerRequest request) {
        Optional<String> given = RequestAuthorizer.bearer(request);
        if (given.isPresent() && given.filter(this::isToken).isEmpty()) {
            throw new ApiException(
                    401, "unauthenticated", "That is not the token that metrics.token (WEBHOOKDB_METRICS_TOKEN) sets.");
        }
        if (given.isEmpty() && !isOfThisMachine(request)) {
            throw new ApiException(
                    403,
                    "forbidden",
                    "Only programs of the server's machine see its metrics, without a proxy in between. For others, set metrics.token (WEBHOOKDB_METRICS_TOKEN) and send it: Authorization: Bearer TOKEN.");
        }
    }

    private boolean isToken(String text) {
        return token.filter(known -> MessageDigest.isEqual(known, text.getBytes(StandardCharsets.UTF_8)))
                .isPresent();
    }

    private boolean isOfThisMachine(ServerRequest request) {
        InetAddress peer = InetAddress.ofLiteral(request.remotePeer().host());
        return peer.isLoopbackAddress()
                && !trustedProxies.test(peer)
                && OF_PROXIES.stream().noneMatch(request.headers()::contains);
    }
}
