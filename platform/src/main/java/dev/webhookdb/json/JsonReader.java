package dev.webhookdb.json;

import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON of any shape: numbers of any length, strings of any length, nesting of any depth.
 *
 * <p>PostgreSQL's own parser gives up on deep nesting, and so would any code that walks the tree. Below {@value #DEEPEST} levels a
 * value is therefore kept as a string that holds its text: odd, but nothing is lost and no row fails for it.
 */
public final class JsonReader {
    /** Levels of objects and arrays that are kept as such. */
    static final int DEEPEST = 500;

    private static final Json NULL = new Json.Null();
    private static final Json TRUE = new Json.Bool(true);
    private static final Json FALSE = new Json.Bool(false);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
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
        } catch (JacksonException e) {
            throw new MalformedJsonException("The body is not JSON%s.".formatted(place(e)), e);
        }
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
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(depth + 1));
        }
        return new Json.Obj(fields);
    }

    private Json array(int depth) {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(depth + 1));
        }
        return new Json.Arr(items);
    }

    /** A number beyond what a decimal can hold, such as {@code 1e99999999999}, is kept as a string. */
    private Json number() {
        try {
            return new Json.Num(parser.getDecimalValue());
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            return new Json.Str(parser.getString());
        }
    }

    private Json unread() {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new Json.Str(new String(text, from, to - from, StandardCharsets.UTF_8));
    }
}
