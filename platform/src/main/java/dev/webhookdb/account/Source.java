package dev.webhookdb.account;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where requests come from, as limits count it: an IPv4 address, or the 64 bits of an IPv6 address that one customer of a provider has. */
final class Source {
    private static final int NETWORK = 8;

    private Source() {}

    /** @param address an address as text, never a name; anything else stands for itself */
    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // a literal: nobody is asked
            InetAddress parsed = InetAddress.getByName(address);
            if (!(parsed instanceof Inet6Address)) {
                return parsed.getHostAddress();
            }
            byte[] network = Arrays.copyOf(Arrays.copyOf(parsed.getAddress(), NETWORK), parsed.getAddress().length);
            return InetAddress.getByAddress(network).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
