package dev.webhookdb.json;

import dev.webhookdb.spi.Json;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes JSON text that PostgreSQL takes as {@code jsonb}.
 *
 * <p>Three things that JSON can say and {@code jsonb} cannot are bent on the way: U+0000 is left out, half of a surrogate pair
 * becomes U+FFFD, and a number that a connector made and {@link JsonReader} would not keep becomes a string.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-json.html">PostgreSQL: JSON types</a>
 */
public final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonWriter() {}

    /** Writes a value. */
    public static String write(Json json) {
        var text = new StringWriter(1024);
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, out);
        }
        return text.toString();
    }

    /** Writes a value in UTF-8, without its text in between; the stream stays open. */
    public static void write(Json json, OutputStream stream) {
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), new Unclosed(stream))) {
            write(json, out);
        }
    }

    private static final class Unclosed extends FilterOutputStream {
        private Unclosed(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            // whoever has the stream decides
        }

        @Override
        public void close() {
            // likewise
        }
    }

    /** Writes an object of arrays of strings, such as headers, without a tree in between. */
    public static String write(Map<String, List<String>> texts) {
        var text = new StringWriter(512);
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            texts.forEach((name, values) -> {
                out.writeName(storable(name));
                out.writeStartArray();
                values.forEach(value -> out.writeString(storable(value)));
                out.writeEndArray();
            });
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void write(Json json, JsonGenerator out) {
        switch (json) {
            case Json.Obj(Map<String, Json> fields) -> {
                out.writeStartObject();
                fields.forEach((name, value) -> {
                    out.writeName(storable(name));
                    write(value, out);
                });
                out.writeEndObject();
            }
            case Json.Arr(List<Json> items) -> {
                out.writeStartArray();
                items.forEach(item -> write(item, out));
                out.writeEndArray();
            }
            case Json.Str(String value) -> out.writeString(storable(value));
            case Json.Num number -> write(number, out);
            case Json.Bool(boolean value) -> out.writeBoolean(value);
            case Json.Null() -> out.writeNull();
        }
    }

    private static void write(Json.Num number, JsonGenerator out) {
        if (number.canBeWrittenOut()) {
            out.writeNumber(number.value());
        } else {
            out.writeString(number.value().toString());
        }
    }

    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return bent(text);
            }
        }
        return text;
    }

    private static String bent(String text) {
        var bent = new StringBuilder(text.length());
        text.codePoints().filter(point -> point != 0).forEach(point -> {
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            bent.appendCodePoint(half ? 0xFFFD : point);
        });
        return bent.toString();
    }
}
