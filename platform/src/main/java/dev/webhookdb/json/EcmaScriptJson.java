package dev.webhookdb.json;

import dev.webhookdb.spi.Json;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes JSON as {@code JSON.stringify} does, so that a receiver who verifies a signature over {@code JSON.stringify(JSON.parse(body))} gets
 * the very bytes that were signed.
 *
 * <p>A number that no double is equal to keeps its digits: what is right goes before what can be written again.
 *
 * @see <a href="https://262.ecma-international.org/15.0/#sec-json.stringify">ECMAScript: JSON.stringify</a>
 */
public final class EcmaScriptJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE, JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .build();

    /** From here on a number is written with an exponent. */
    private static final BigDecimal LARGE = BigDecimal.TEN.pow(21);

    /** Below this a number is written with an exponent. */
    private static final BigDecimal SMALL = new BigDecimal("1e-6");

    private static final long LARGEST_INDEX = 4_294_967_294L;
    private static final int LONGEST_INDEX = 10;

    private EcmaScriptJson() {}

    /** Writes a value. */
    public static String write(Json json) {
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
                ordered(fields).forEach(field -> {
                    out.writeName(field.getKey());
                    write(field.getValue(), out);
                });
                out.writeEndObject();
            }
            case Json.Arr(List<Json> items) -> {
                out.writeStartArray();
                items.forEach(item -> write(item, out));
                out.writeEndArray();
            }
            case Json.Str(String value) -> out.writeString(value);
            case Json.Num(BigDecimal value) -> out.writeNumber(number(value));
            case Json.Bool(boolean value) -> out.writeBoolean(value);
            case Json.Null() -> out.writeNull();
        }
    }

    /** Names that are array indexes come first, in their own order; the others stay in theirs. */
    private static Stream<Map.Entry<String, Json>> ordered(Map<String, Json> fields) {
        if (fields.keySet().stream().noneMatch(EcmaScriptJson::isIndex)) {
            return fields.entrySet().stream();
        }
        return Stream.concat(
                fields.entrySet().stream()
                        .filter(field -> isIndex(field.getKey()))
                        .sorted(Comparator.comparingLong(field -> Long.parseLong(field.getKey()))),
                fields.entrySet().stream().filter(field -> !isIndex(field.getKey())));
    }

    private static boolean isIndex(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_INDEX
                && name.chars().allMatch(c -> c >= '0' && c <= '9')
                && (name.length() == 1 || name.charAt(0) != '0')
                && Long.parseLong(name) <= LARGEST_INDEX;
    }

    private static String number(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        double nearest = value.doubleValue();
        if (Double.isInfinite(nearest) || new BigDecimal(Double.toString(nearest)).compareTo(value) != 0) {
            return value.toString();
        }
        BigDecimal shortest = value.stripTrailingZeros();
        BigDecimal size = shortest.abs();
        if (size.compareTo(LARGE) < 0 && size.compareTo(SMALL) >= 0) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        return "%s%s%se%s%d"
                .formatted(
                        shortest.signum() < 0 ? "-" : "",
                        digits.charAt(0),
                        digits.length() > 1 ? "." + digits.substring(1) : "",
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }
}
