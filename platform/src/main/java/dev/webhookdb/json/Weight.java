package dev.webhookdb.json;

import java.nio.ByteBuffer;

/**
 * What a JSON text's tree will take, from one pass over the text. What {@link JsonReader} shares between trees (empty objects and
 * arrays, single digits, truth values) takes nothing but its place.
 */
final class Weight {
    /** An object with one field, without that field; one with more has a table, for which the estimate of a field has room. */
    private static final int OBJECT = 40;

    private static final int ARRAY = 64;
    private static final int FIELD = 52;
    private static final int PLACE = 24;

    /** A text besides its letters: as a name or as a value. */
    private static final int TEXT = 72;

    private static final int NUMBER = 60;

    /** Bytes are looked at in an array, a portion at a time: each single look into a buffer that is read-only costs several times as much. */
    private static final int PORTION = 4 << 10;

    private static final int END = -1;

    private final ByteBuffer rest;
    private final byte[] portion;
    private int position;
    private int end;

    private Weight(ByteBuffer text) {
        this.rest = text.duplicate();
        this.portion = new byte[Math.min(PORTION, text.remaining())];
    }

    static long of(ByteBuffer text) {
        return new Weight(text).sum();
    }

    private long sum() {
        // a text with one letter beyond Latin-1 takes two bytes for each of its letters
        long sum = 2L * rest.remaining();
        for (int first = peek(); first != END; first = peek()) {
            position++;
            sum += of(first);
        }
        return sum;
    }

    private int of(int first) {
        return switch (first) {
            case '{' -> peek() == '}' ? 0 : OBJECT;
            case '[' -> peek() == ']' ? 0 : ARRAY;
            case ':' -> FIELD;
            case ',' -> PLACE;
            case '"' -> peek() == '"' ? pass() : text();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> 0;
        };
    }

    /** Returns the next byte and leaves it there; {@link #END} if there is none. */
    private int peek() {
        return position < end || next() ? portion[position] & 0xFF : END;
    }

    private boolean next() {
        end = Math.min(portion.length, rest.remaining());
        position = 0;
        rest.get(portion, 0, end);
        return end > 0;
    }

    private int pass() {
        position++;
        return 0;
    }

    private int text() {
        int letter = peek();
        while (letter != '"' && letter != END) {
            position++;
            if (letter == '\\' && peek() != END) {
                position++;
            }
            letter = peek();
        }
        position++;
        return TEXT;
    }

    private int number() {
        boolean isLong = false;
        while (isPartOfNumber(peek())) {
            position++;
            isLong = true;
        }
        return isLong ? NUMBER : 0;
    }

    private static boolean isPartOfNumber(int letter) {
        return (letter >= '0' && letter <= '9')
                || letter == '.'
                || letter == 'e'
                || letter == 'E'
                || letter == '+'
                || letter == '-';
    }
}
