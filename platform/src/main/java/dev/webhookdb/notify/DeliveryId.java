package dev.webhookdb.notify;

import java.util.OptionalLong;

/** How a delivery's number is shown: {@code del_} and the number in base 36. */
final class DeliveryId {
    private static final String PREFIX = "del_";
    private static final int BASE = 36;

    private DeliveryId() {}

    static String of(long number) {
        return PREFIX + Long.toString(number, BASE);
    }

    /** Returns the number; empty if it is no such id. */
    static OptionalLong number(String id) {
        if (!id.matches(PREFIX + "[0-9a-z]{1,12}")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(id.substring(PREFIX.length()), BASE));
    }
}
