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

    private final ByteBuffer text;
    private final int end;
    private int position;

    private Weight(ByteBuffer text) {
        this.text = text;
        this.position = text.position();
        this.end = text.limit();
    }

    static long of(ByteBuffer text) {
        return new Weight(text).sum();
    }

    private long sum() {
        // a text with one letter beyond Latin-1 takes two bytes for each of its letters
        long sum = 2L * text.remaining();
        while (position < end) {
            sum += next();
        }
        return sum;
    }

    private int next() {
        byte first = text.get(position++);
        return switch (first) {
            case '{' -> isNext((byte) '}') ? 0 : OBJECT;
            case '[' -> isNext((byte) ']') ? 0 : ARRAY;
            case ':' -> FIELD;
            case ',' -> PLACE;
            case '"' -> isNext((byte) '"') ? pass() : text();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> 0;
        };
    }

    private boolean isNext(byte wanted) {
        return position < end && text.get(position) == wanted;
    }

    private int pass() {
        position++;
        return 0;
    }

    private int text() {
        while (position < end && text.get(position) != '"') {
            position += text.get(position) == '\\' ? 2 : 1;
        }
        position++;
        return TEXT;
    }

    private int number() {
        int from = position;
        while (position < end && isPartOfNumber(text.get(position))) {
            position++;
        }
        return position == from ? 0 : NUMBER;
    }

    private static boolean isPartOfNumber(byte letter) {
        return (letter >= '0' && letter <= '9')
                || letter == '.'
                || letter == 'e'
                || letter == 'E'
                || letter == '+'
                || letter == '-';
    }
}
