package dev.webhookdb.json;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON of any shape: numbers of any length, strings of any length, nesting of any depth.
 *
 * <p>What would grow out of all proportion to its text is kept as a string that holds the text: odd, but nothing is lost and no row
 * fails for it. That is a value below {@value #DEEPEST} levels, because PostgreSQL's own parser gives up on deep nesting, and so
 * would any code that walks the tree; and a number that {@linkplain Json.Num#canBeWrittenOut cannot be written out}. No number that was
 * read takes more than that.
 *
 * <p>A tree takes several times the memory of its text; {@link #weight} says how much.
 */
public final class JsonReader {
    /** Levels of objects and arrays that are kept as such. */
    static final int DEEPEST = 500;

    /** Names that were read are remembered for the next text, thousands of them; longer ones would fill the memory. */
    private static final int LONGEST_NAME = 1_024;

    private static final Json NULL = new Json.Null();
    private static final Json TRUE = new Json.Bool(true);
    private static final Json FALSE = new Json.Bool(false);
    private static final Json EMPTY_OBJECT = new Json.Obj(Map.of());
    private static final Json EMPTY_ARRAY = new Json.Arr(List.of());
    private static final Json[] DIGITS = IntStream.range(0, 10)
            .mapToObj(digit -> new Json.Num(BigDecimal.valueOf(digit)))
            .toArray(Json[]::new);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(LONGEST_NAME)
                    .build())
            .build();

    private final byte[] text;
    private final JsonParser parser;

    private JsonReader(byte[] text, JsonParser parser) {
        this.text = text;
        this.parser = parser;
    }

    /**
     * Reads one value that fills the whole text.
     *
     * @param text UTF-8
     * @throws MalformedJsonException if it is empty or not JSON
     */
    public static Json read(byte[] text) {
        try {
            return parsed(text);
        } catch (MalformedJsonException e) {
            // the parser takes halves of surrogate pairs in values, and not in names
            return parsed(Surrogates.replaced(text).orElseThrow(() -> e));
        }
    }

    private static Json parsed(byte[] text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            var reader = new JsonReader(text, parser);
            if (parser.nextToken() == null) {
                throw new MalformedJsonException("The body is empty where JSON was expected.", null);
            }
            Json value = reader.value(0);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("The body is not JSON: more text follows after the value.", null);
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new MalformedJsonException(
                    "The body is not JSON that can be read: a name in it is longer than %d characters%s."
                            .formatted(LONGEST_NAME, place(e)),
                    e);
        } catch (JacksonException e) {
            throw new MalformedJsonException("The body is not JSON%s.".formatted(place(e)), e);
        }
    }

    /**
     * Estimates, without reading it, how many bytes of memory the tree of a text takes, at the most; a few nanoseconds for each byte.
     *
     * @param text UTF-8; if it is not JSON, the number means nothing
     */
    public static long weight(byte[] text) {
        return weight(ByteBuffer.wrap(text));
    }

    /** The same for the bytes between a buffer's position and its limit; neither is changed. */
    public static long weight(ByteBuffer text) {
        return Weight.of(text);
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    private Json value(int depth) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> depth < DEEPEST ? object(depth) : unread();
            case START_ARRAY -> depth < DEEPEST ? array(depth) : unread();
            case VALUE_STRING -> new Json.Str(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> TRUE;
            case VALUE_FALSE -> FALSE;
            case VALUE_NULL -> NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("The parser stands on " + parser.currentToken());
        };
    }

    private Json object(int depth) {
        if (parser.nextToken() == JsonToken.END_OBJECT) {
            return EMPTY_OBJECT;
        }
        String first = parser.currentName();
        parser.nextToken();
        Json value = value(depth + 1);
        if (parser.nextToken() == JsonToken.END_OBJECT) {
            // a fifth of what a map that can grow takes, which counts where millions of them are sent
            return new Json.Obj(Map.of(first, value));
        }
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put(first, value);
        do {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(depth + 1));
        } while (parser.nextToken() != JsonToken.END_OBJECT);
        return new Json.Obj(fields);
    }

    private Json array(int depth) {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            return EMPTY_ARRAY;
        }
        List<Json> items = new ArrayList<>();
        do {
            items.add(value(depth + 1));
        } while (parser.nextToken() != JsonToken.END_ARRAY);
        return new Json.Arr(List.copyOf(items));
    }

    /** The length comes first: reading a million digits takes seconds. */
    private Json number() {
        if (parser.getStringLength() > Json.Num.MOST_DIGITS) {
            return new Json.Str(parser.getString());
        }
        try {
            Json.Num number = new Json.Num(parser.getDecimalValue());
            return number.canBeWrittenOut() ? shared(number) : new Json.Str(parser.getString());
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            // its exponent is more than a decimal can hold
            return new Json.Str(parser.getString());
        }
    }

    /** The number itself, unless there is one of the same digit already. */
    private static Json shared(Json.Num number) {
        BigDecimal value = number.value();
        boolean digit = value.scale() == 0 && value.precision() == 1 && value.signum() >= 0;
        return digit ? DIGITS[value.intValue()] : number;
    }

    private Json unread() {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new Json.Str(new String(text, from, to - from, StandardCharsets.UTF_8));
    }
}
