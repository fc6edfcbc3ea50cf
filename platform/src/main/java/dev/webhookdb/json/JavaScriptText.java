package dev.webhookdb.json;

import dev.webhookdb.spi.Json;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes the text that JavaScript would write of the same value ({@code JSON.stringify(JSON.parse(text))}), because receivers verify
 * signatures over that. Numbers that JavaScript does not keep are written as they are: nothing is lost, but such a text is not the same there.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-numeric-types-number-tostring">ECMAScript: Number::toString</a>
 */
public final class JavaScriptText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    /** Names that are the index of an array come first, in the order of numbers. */
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,9}");

    private static final long LARGEST_INDEX = (1L << 32) - 2;

    /** From 10^21 on, and below 10^-6, numbers are written with an exponent. */
    private static final int MOST_DIGITS = 21;

    private static final int MOST_ZEROS = -6;

    private JavaScriptText() {}

    /** Writes a value. */
    public static String of(Json json) {
        var text = new StringWriter(1024);
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, out);
        }
        return text.toString();
    }

    private static void write(Json json, JsonGenerator out) {
        switch (json) {
            case Json.Obj(Map<String, Json> fields) -> {
                out.writeStartObject();
                ordered(fields).forEach((name, value) -> {
                    out.writeName(JsonWriter.storable(name));
                    write(value, out);
                });
                out.writeEndObject();
            }
            case Json.Arr(List<Json> items) -> {
                out.writeStartArray();
                items.forEach(item -> write(item, out));
                out.writeEndArray();
            }
            case Json.Str(String value) -> out.writeString(JsonWriter.storable(value));
            case Json.Num number -> write(number, out);
            case Json.Bool(boolean value) -> out.writeBoolean(value);
            case Json.Null() -> out.writeNull();
        }
    }

    private static void write(Json.Num number, JsonGenerator out) {
        if (number.canBeWrittenOut()) {
            out.writeNumber(text(number.value()));
        } else {
            out.writeString(number.value().toString());
        }
    }

    private static Map<String, Json> ordered(Map<String, Json> fields) {
        List<String> indices = new ArrayList<>(
                fields.keySet().stream().filter(JavaScriptText::isIndex).toList());
        if (indices.isEmpty()) {
            return fields;
        }
        indices.sort(Comparator.comparingLong(Long::parseLong));
        Map<String, Json> ordered = new LinkedHashMap<>();
        indices.forEach(name -> ordered.put(name, fields.get(name)));
        fields.forEach(ordered::putIfAbsent);
        return ordered;
    }

    private static boolean isIndex(String name) {
        return INDEX.matcher(name).matches() && Long.parseLong(name) <= LARGEST_INDEX;
    }

    private static String text(BigDecimal value) {
        double known = value.doubleValue();
        if (Double.isInfinite(known) || new BigDecimal(Double.toString(known)).compareTo(value) != 0) {
            return value.toPlainString();
        }
        BigDecimal shortest = value.stripTrailingZeros();
        String digits = shortest.unscaledValue().abs().toString();
        int point = digits.length() - shortest.scale();
        if (point > MOST_ZEROS && point <= MOST_DIGITS) {
            return shortest.toPlainString();
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String sign = shortest.signum() < 0 ? "-" : "";
        return sign + digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "") + (point - 1);
    }
}
