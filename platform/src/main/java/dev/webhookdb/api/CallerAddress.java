package dev.webhookdb.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out where requests come from: limits count by it, and the audit log tells it. Behind a proxy every request comes from the proxy, so
 * one that is trusted is believed what it wrote into {@code X-Forwarded-For}. Nobody else is, because anybody can write that. Thread-safe.
 */
final class CallerAddress implements Filter {
    private static final Object KNOWN = CallerAddress.class;

    /** Some proxies write the port, too. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\[(?<six>[^\\]]+)\\](:\\d+)?|(?<four>[^:]+)(:\\d+)?|(?<plain>.+)");

    private final Predicate<InetAddress> trusted;

    /** @param trusted which addresses are those of proxies to be believed */
    CallerAddress(Predicate<InetAddress> trusted) {
        this.trusted = trusted;
    }

    /** Returns the network address a request came from. */
    static String of(ServerRequest request) {
        return request.context()
                .get(KNOWN, String.class)
                .orElseGet(() -> request.remotePeer().host());
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (request.headers().contains(HeaderNames.X_FORWARDED_FOR)) {
            List<String> forwarded = request.headers().values(HeaderNames.X_FORWARDED_FOR);
            request.context().register(KNOWN, caller(request.remotePeer().host(), forwarded));
        }
        chain.proceed();
    }

    /** Each proxy appends whom it was called by, so that the last one that is not a trusted proxy is the first that nobody vouches for. */
    String caller(String peer, List<String> forwarded) {
        List<String> way = new ArrayList<>();
        forwarded.forEach(header -> Collections.addAll(way, header.split(",", -1)));
        String caller = peer;
        while (isTrusted(caller) && !way.isEmpty()) {
            Optional<InetAddress> before = parsed(way.removeLast().strip());
            if (before.isEmpty()) {
                return caller;
            }
            caller = before.get().getHostAddress();
        }
        return caller;
    }

    private boolean isTrusted(String address) {
        return parsed(address).filter(trusted).isPresent();
    }

    private static Optional<InetAddress> parsed(String text) {
        Matcher address = ADDRESS.matcher(text);
        if (!address.matches()) {
            return Optional.empty();
        }
        String literal = Optional.ofNullable(address.group("six"))
                .or(() -> Optional.ofNullable(address.group("four")))
                .orElseGet(() -> address.group("plain"));
        try {
            return Optional.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
