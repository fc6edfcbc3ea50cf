package dev.webhookdb.outbound;

import java.net.InetAddress;

/**
 * The addresses of the internet, as opposed to those of this machine, its network and other special ones.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA: IPv4 special-purpose addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA: IPv6 special-purpose addresses</a>
 */
public final class PublicAddresses {
    private PublicAddresses() {}

    /** Returns whether anybody on the internet could mean this address. */
    public static boolean contain(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] four) {
        int first = four[0] & 0xFF;
        int second = four[1] & 0xFF;
        int third = four[2] & 0xFF;
        boolean sharedByCarriers = first == 100 && (second & 0xC0) == 64;
        boolean protocolAssignments = first == 192 && second == 0 && third == 0;
        boolean documentation = (first == 192 && second == 0 && third == 2)
                || (first == 198 && second == 51 && third == 100)
                || (first == 203 && second == 0 && third == 113);
        boolean benchmarking = first == 198 && (second & 0xFE) == 18;
        boolean relays = first == 192 && second == 88 && third == 99;
        return first != 0
                && first < 240
                && !sharedByCarriers
                && !protocolAssignments
                && !documentation
                && !benchmarking
                && !relays;
    }

    /** Global unicast is 2000::/3; what wraps an IPv4 address is judged by that, and tunnels are not needed by any provider. */
    private static boolean isPublic6(byte[] six) {
        boolean global = (six[0] & 0xE0) == 0x20;
        boolean sixToFour = six[0] == 0x20 && six[1] == 0x02;
        boolean specialPurpose = six[0] == 0x20 && six[1] == 0x01 && (six[2] & 0xFE) == 0;
        boolean documentation = (six[0] == 0x20 && six[1] == 0x01 && six[2] == 0x0D && (six[3] & 0xFF) == 0xB8)
                || (six[0] == 0x3F && (six[1] & 0xFF) == 0xFF && (six[2] & 0xF0) == 0);
        return global && !sixToFour && !specialPurpose && !documentation;
    }
}
