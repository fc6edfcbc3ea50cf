package dev.webhookdb.outbound;

import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ClientUri;
import io.helidon.webclient.api.HttpClientRequest;
import io.helidon.webclient.api.WebClient;
import io.helidon.webclient.api.WebClientConfig;
import io.helidon.webclient.spi.DnsResolver;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** How servers are reached: straight, or through a proxy. Thread-safe. */
final class Route {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final Supplier<WebClientConfig.Builder> builder;
    private final Function<DnsResolver, DnsResolver> noting;
    private final DnsResolver guard;
    private final Optional<URI> proxy;
    private final WebClient straight;

    /** Connections are kept by name and by the proxy's port, which would not tell a server's ports apart. */
    private final Map<Integer, WebClient> tunnels = new ConcurrentHashMap<>();

    /**
     * @param builder makes clients that have no resolver of names yet
     * @param noting what is put around the resolver
     */
    Route(
            Supplier<WebClientConfig.Builder> builder,
            Function<DnsResolver, DnsResolver> noting,
            DnsResolver guard,
            Optional<URI> proxy) {
        this.builder = builder;
        this.noting = noting;
        this.guard = guard;
        this.proxy = proxy;
        this.straight = builder.get().dnsResolver(noting.apply(guard)).build();
    }

    /** Begins a GET. */
    HttpClientRequest get(URI url) {
        return to(url, WebClient::get, uri(url));
    }

    /** Begins a POST. */
    HttpClientRequest post(URI url) {
        return to(url, WebClient::post, uri(url));
    }

    /** Begins a POST to a URL that is written otherwise for the client. */
    HttpClientRequest post(URI url, ClientUri written) {
        return to(url, WebClient::post, written);
    }

    private static ClientUri uri(URI url) {
        return ClientUri.create(url);
    }

    private HttpClientRequest to(URI url, Function<WebClient, HttpClientRequest> method, ClientUri written) {
        if (proxy.isEmpty()) {
            return method.apply(straight).uri(written);
        }
        int usual = "https".equals(url.getScheme().toLowerCase(Locale.ROOT)) ? HTTPS : HTTP;
        int port = url.getPort() < 0 ? usual : url.getPort();
        HttpClientRequest request = method.apply(tunnels.computeIfAbsent(port, this::tunnel))
                .uri(written.port(proxy.get().getPort()));
        return request.header(HeaderNames.HOST, port == usual ? url.getHost() : url.getHost() + ":" + port);
    }

    private WebClient tunnel(int port) {
        var proxying = new Proxying(guard, proxy.orElseThrow(), port);
        return builder.get()
                .dnsResolver(noting.apply(proxying))
                .connectionListener(proxying)
                .build();
    }
}
