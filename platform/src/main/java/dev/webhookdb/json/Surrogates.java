package dev.webhookdb.json;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Halves of surrogate pairs that JSON text escapes: JSON allows them, and nobody can say what they mean. */
final class Surrogates {
    private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = REPLACEMENT.length;
    private static final int NONE = -1;

    private Surrogates() {}

    /** Returns the text with U+FFFD in place of each half, and everything else where it was; nothing if there is none. */
    static Optional<byte[]> replaced(byte[] text) {
        byte[] replaced = text.clone();
        boolean found = false;
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\\') {
                continue;
            }
            int code = code(text, i);
            if (code == NONE) {
                // whatever it escapes is no beginning of an escape
                i++;
            } else if (isHigh(code) && isLow(code(text, i + LENGTH))) {
                i += 2 * LENGTH - 1;
            } else {
                if (isHigh(code) || isLow(code)) {
                    System.arraycopy(REPLACEMENT, 0, replaced, i, LENGTH);
                    found = true;
                }
                i += LENGTH - 1;
            }
        }
        return found ? Optional.of(replaced) : Optional.empty();
    }

    private static boolean isHigh(int code) {
        return code >= Character.MIN_HIGH_SURROGATE && code <= Character.MAX_HIGH_SURROGATE;
    }

    private static boolean isLow(int code) {
        return code >= Character.MIN_LOW_SURROGATE && code <= Character.MAX_LOW_SURROGATE;
    }

    private static int code(byte[] text, int at) {
        if (at + LENGTH > text.length || text[at] != '\\' || text[at + 1] != 'u') {
            return NONE;
        }
        int code = 0;
        for (int i = at + 2; i < at + LENGTH; i++) {
            int digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return NONE;
            }
            code = code * 16 + digit;
        }
        return code;
    }
}
