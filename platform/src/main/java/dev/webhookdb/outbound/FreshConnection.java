package dev.webhookdb.outbound;

import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.net.InetAddress;

/** Notes whether the calling thread made a connection, or used one that was kept: only for a new one a name is looked up. */
final class FreshConnection implements DnsResolver {
    private static final ThreadLocal<Boolean> MADE = ThreadLocal.withInitial(() -> false);

    private final DnsResolver resolver;

    FreshConnection(DnsResolver resolver) {
        this.resolver = resolver;
    }

    static void forget() {
        MADE.set(false);
    }

    static boolean made() {
        return MADE.get();
    }

    @Override
    public InetAddress resolveAddress(String hostname, DnsAddressLookup lookup) {
        MADE.set(true);
        return resolver.resolveAddress(hostname, lookup);
    }
}
