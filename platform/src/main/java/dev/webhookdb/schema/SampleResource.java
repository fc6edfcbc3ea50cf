package dev.webhookdb.schema;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Conversion;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An object that a provider could have sent, as far as a declaration tells: at every column's path a value that its conversion takes.
 *
 * <p>Where a column reads a whole object and another one a field of it, the object has that field.
 */
public final class SampleResource {
    private static final BigDecimal SECONDS = BigDecimal.valueOf(1_767_323_045L);
    private static final String INSTANT = "2026-01-02T03:04:05Z";

    private SampleResource() {}

    /** Returns the object; the same for the same declaration. */
    public static Json of(Resource resource) {
        Node root = new Node();
        Stream.concat(Stream.of(resource.key()), resource.columns().stream())
                .filter(column -> !column.path().isEmpty())
                .forEach(column -> root.place(column.path(), value(column), isReference(column)));
        return root.json();
    }

    /** Returns when the object was as it is. */
    public static String asOf() {
        return INSTANT;
    }

    private static boolean isReference(Column column) {
        return column.conversion() instanceof Conversion.Reference;
    }

    private static Json value(Column column) {
        return switch (column.conversion()) {
            case Conversion.UnixSeconds() -> new Json.Num(SECONDS);
            case Conversion.Rfc2822() -> new Json.Str("Fri, 02 Jan 2026 03:04:05 +0000");
            case Conversion.Split(String separator) -> new Json.Str("one%stwo".formatted(separator));
            case Conversion.AsIs() -> typed(column);
            case Conversion.Reference() -> typed(column);
            case Conversion.Capture(String pattern) -> typed(column);
        };
    }

    private static Json typed(Column column) {
        if (column.sinceNot().isPresent()) {
            return text(column);
        }
        return switch (column.type()) {
            case TEXT -> text(column);
            case INTEGER, BIGINT -> new Json.Num(BigDecimal.ONE);
            case NUMERIC -> new Json.Num(new BigDecimal("12.50"));
            case BOOLEAN -> new Json.Bool(true);
            case TIMESTAMP -> new Json.Str(INSTANT);
            case DATE -> new Json.Str(INSTANT.substring(0, 10));
            case JSON -> new Json.Obj(Map.of("sample", new Json.Bool(true)));
            case TEXT_ARRAY -> new Json.Arr(List.of(text(column)));
        };
    }

    private static Json text(Column column) {
        return new Json.Str(column.name() + "_1");
    }

    /** A place in the object, under construction. */
    private static final class Node {
        private final Map<String, Node> fields = new LinkedHashMap<>();
        private Json value = new Json.Null();
        private boolean identifies;

        void place(List<String> path, Json placed, boolean reference) {
            if (!path.isEmpty()) {
                fields.computeIfAbsent(path.getFirst(), field -> new Node())
                        .place(path.subList(1, path.size()), placed, reference);
            } else if (value instanceof Json.Null) {
                value = placed;
                identifies = reference;
            }
        }

        Json json() {
            if (fields.isEmpty()) {
                return value;
            }
            if (fields.keySet().stream().allMatch(field -> field.matches("[0-9]+"))) {
                return new Json.Arr(fields.values().stream().map(Node::json).toList());
            }
            Map<String, Json> object = new LinkedHashMap<>();
            if (identifies) {
                object.put("id", value);
            }
            fields.forEach((field, node) -> object.put(field, node.json()));
            return new Json.Obj(object);
        }
    }
}
