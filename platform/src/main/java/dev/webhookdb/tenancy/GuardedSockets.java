package dev.webhookdb.tenancy;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.outbound.PublicAddresses;
import dev.webhookdb.reader.BoundedSockets;
import dev.webhookdb.sql.InternalAddressException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Connects to no internal address, unless the operator allows it: where a database is that an organization brings is the
 * organization's word. It judges the very address that is connected to, so that a second answer of the name server leads nowhere else.
 *
 * <p>The driver makes it by its name, for each connection, with a text.
 */
public final class GuardedSockets extends BoundedSockets {
    private final List<AddressRange> allowed;

    /** @param allowed ranges, divided by commas; may be empty */
    public GuardedSockets(String allowed) {
        this.allowed = Stream.of(allowed.split(","))
                .filter(range -> !range.isEmpty())
                .map(AddressRange::parse)
                .toList();
    }

    /** Returns ranges as the constructor reads them. */
    static String text(Collection<AddressRange> allowed) {
        return allowed.stream().map(AddressRange::toString).collect(Collectors.joining(","));
    }

    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    private final class Guarded extends Bounded {
        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress address && !address.isUnresolved()) {
                refuseInternal(address.getAddress());
            }
            super.connect(endpoint, timeout);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        private void refuseInternal(InetAddress address) throws ConnectException {
            boolean reachable =
                    PublicAddresses.contain(address) || allowed.stream().anyMatch(range -> range.contains(address));
            if (!reachable) {
                throw new InternalAddressException();
            }
        }
    }
}
