package dev.webhookdb.event;

import java.security.SecureRandom;
import java.util.OptionalLong;

/**
 * What an event is called outside: its number in base 36 and 67 random bits, because a platform's database that is restored from a backup takes
 * numbers once more.
 */
final class EventId {
    private static final String PREFIX = "evt_";
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_DIGITS = 13;
    private static final SecureRandom RANDOM = new SecureRandom();

    private EventId() {}

    static String of(long number) {
        StringBuilder id = new StringBuilder(PREFIX).append(Long.toString(number, DIGITS.length()));
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            id.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        return id.toString();
    }

    /** Returns the number in an id; empty if the text is none. */
    static OptionalLong number(String id) {
        int end = id.length() - RANDOM_DIGITS;
        if (!id.startsWith(PREFIX) || end <= PREFIX.length()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(id, PREFIX.length(), end, DIGITS.length()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
