package dev.webhookdb.outbound;

import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Looks up names, and refuses those that lead to an internal address. The connection is made to the very address that was judged here,
 * so that a second answer of the name server cannot lead anywhere else.
 */
final class AddressGuard implements DnsResolver {
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final Pattern USUAL = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

    private final Predicate<InetAddress> allowed;
    private final Names names;

    /** Who knows which addresses a name has. */
    @FunctionalInterface
    interface Names {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    /** @param allowed internal addresses that may be reached all the same */
    AddressGuard(Predicate<InetAddress> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    /** The same with somebody else who knows names. */
    AddressGuard(Predicate<InetAddress> allowed, Names names) {
        this.allowed = allowed;
        this.names = names;
    }

    @Override
    public InetAddress resolveAddress(String hostname, DnsAddressLookup lookup) {
        List<InetAddress> addresses;
        if (NUMBERS.matcher(hostname).matches() && !USUAL.matcher(hostname).matches()) {
            // 0177.0.0.1 is one address to some and another to others
            throw new UnknownServerException(hostname, new UnknownHostException(hostname));
        }
        try {
            addresses = Arrays.stream(names.addresses(hostname))
                    .sorted(Comparator.comparing(Inet6Address.class::isInstance))
                    .toList();
        } catch (UnknownHostException | IllegalArgumentException e) {
            // numbers in other spellings than the usual one are ambiguous, and mean this machine to some
            throw new UnknownServerException(hostname, e);
        }
        return addresses.stream()
                .filter(address -> PublicAddresses.contain(address) || allowed.test(address))
                .findFirst()
                .orElseThrow(() -> new ForbiddenAddressException(hostname));
    }
}
