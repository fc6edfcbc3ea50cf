package dev.webhookdb.config;

import java.net.InetAddress;
import java.util.Objects;

/**
 * A range of network addresses, written like {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param address any address of the range
 * @param prefix how many leading bits all of its addresses share
 */
public record AddressRange(InetAddress address, int prefix) {
    public AddressRange {
        Objects.requireNonNull(address, "address");
        if (prefix < 0 || prefix > address.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("The prefix length %d does not fit the address.".formatted(prefix));
        }
    }

    /**
     * Reads a range, or a single address as a range of one. Never asks a name server.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static AddressRange parse(String text) {
        String[] parts = text.strip().split("/", 2);
        InetAddress address = InetAddress.ofLiteral(parts[0]);
        int whole = address.getAddress().length * Byte.SIZE;
        return new AddressRange(address, parts.length < 2 ? whole : Integer.parseInt(parts[1]));
    }

    public boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
