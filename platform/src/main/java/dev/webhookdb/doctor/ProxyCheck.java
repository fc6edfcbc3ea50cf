package dev.webhookdb.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Whether the proxy for outgoing requests takes connections. It is not asked to go on to anybody. */
final class ProxyCheck {
    static final String NAME = "proxy";
    private static final int MILLISECONDS = 5_000;

    private final Optional<URI> proxy;

    ProxyCheck(Optional<URI> proxy) {
        this.proxy = proxy;
    }

    List<Finding> examine() {
        if (proxy.isEmpty()) {
            return Findings.skipped(NAME, "outbound.proxy is not set: providers are asked directly.");
        }
        // never the whole URL, which may hold a password
        String where = "%s:%d".formatted(proxy.get().getHost(), proxy.get().getPort());
        Findings findings = new Findings(NAME);
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(proxy.get().getHost(), proxy.get().getPort()), MILLISECONDS);
        } catch (IOException e) {
            findings.problem(
                    "The proxy %s does not take connections (%s).".formatted(where, Findings.reason(e)),
                    "Start it, open its port, or correct outbound.proxy: without it no provider can be asked.");
        }
        return findings.orOk("The proxy %s takes connections.".formatted(where));
    }
}
