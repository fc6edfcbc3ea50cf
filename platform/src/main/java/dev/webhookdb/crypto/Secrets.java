package dev.webhookdb.crypto;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random words that nobody has to remember. */
public final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int PASSWORD_LENGTH = 32;

    private Secrets() {}

    /** 32 letters and digits, 190 bits; none of them needs quoting anywhere. */
    public static String password() {
        StringBuilder password = new StringBuilder(PASSWORD_LENGTH);
        for (int length = 0; length < PASSWORD_LENGTH; length++) {
            password.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return password.toString();
    }

    /** Hexadecimal digits, two for each byte. */
    public static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
