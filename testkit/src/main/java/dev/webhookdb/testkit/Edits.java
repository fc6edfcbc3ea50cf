package dev.webhookdb.testkit;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Small changes to JSON, as a provider may make them in its next release. */
final class Edits {
    private static final int DEEPEST = 5;
    private static final int ITEMS = 2;

    /** Longer than an index takes, also compressed. */
    private static final String HUGE = new Random(20_240_506)
            .ints(9_000, 'a', 'z')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    /** A value of every shape; among them what is too long for an index and too large for a number. */
    private static final List<Json> SHAPES = List.of(
            new Json.Null(),
            new Json.Str(""),
            new Json.Str("not what it was"),
            new Json.Str("2024-02-30T25:61:61Z"),
            new Json.Str("with \u0000 and \ud83d\ude00"),
            new Json.Num(new BigDecimal("-1")),
            new Json.Num(new BigDecimal("123456789012345678901234567890.5")),
            new Json.Num(new BigDecimal("1e200")),
            new Json.Bool(true),
            new Json.Arr(List.of()),
            new Json.Arr(List.of(new Json.Null(), new Json.Str("a"), new Json.Obj(Map.of()))),
            new Json.Obj(Map.of()),
            new Json.Obj(Map.of("id", new Json.Num(BigDecimal.ONE))));

    private Edits() {}

    /** A changed value and, for people, what was changed. */
    record Edit(String what, Json json) {}

    /** Returns the value itself in every shape, and with every part of it, down to a depth, removed or in every shape. */
    static List<Edit> everyShape(Json json) {
        List<Edit> edits = new ArrayList<>();
        for (List<Object> path : paths(json, DEEPEST)) {
            for (Json shape : SHAPES) {
                edits.add(new Edit(
                        "'%s' is %s".formatted(name(path), kind(shape)), replaced(json, path, Optional.of(shape))));
            }
            if (!path.isEmpty()) {
                edits.add(new Edit("'%s' is missing".formatted(name(path)), replaced(json, path, Optional.empty())));
            }
        }
        return edits;
    }

    /** Returns an object with each of its fields dropped, renamed and in every shape, but for one field. */
    static List<Edit> eachField(Json object, String but) {
        List<Edit> edits = new ArrayList<>();
        if (!(object instanceof Json.Obj(Map<String, Json> fields))) {
            return edits;
        }
        for (String field : fields.keySet()) {
            if (field.equals(but)) {
                continue;
            }
            List<Object> path = List.of(field);
            edits.add(new Edit("'%s' dropped".formatted(field), replaced(object, path, Optional.empty())));
            Json renamed = replaced(object, path, Optional.empty());
            edits.add(new Edit("'%s' renamed".formatted(field), with(renamed, field + "_renamed", fields.get(field))));
            Stream.concat(SHAPES.stream(), Stream.of(new Json.Str(HUGE), new Json.Arr(List.of(new Json.Str(HUGE)))))
                    .forEach(shape -> edits.add(new Edit(
                            "'%s' as %s".formatted(field, kind(shape)), replaced(object, path, Optional.of(shape)))));
        }
        return edits;
    }

    /** Returns an object with one more field, or another value for a field. */
    static Json with(Json object, String field, Json value) {
        Map<String, Json> fields = new LinkedHashMap<>();
        if (object instanceof Json.Obj(Map<String, Json> present)) {
            fields.putAll(present);
        }
        fields.put(field, value);
        return new Json.Obj(fields);
    }

    /** Returns the same with another value at a path of field names, whose parents exist. */
    static Json at(Json object, List<String> path, Json value) {
        return replaced(object, List.copyOf(path), Optional.of(value));
    }

    /** Returns where arrays lie that somebody is interested in. */
    static List<List<Object>> arrays(Json json, Predicate<Json.Arr> interesting) {
        return paths(json, DEEPEST).stream()
                .filter(path -> find(json, path) instanceof Json.Arr array && interesting.test(array))
                .toList();
    }

    /** Returns what lies at a path. */
    static Json find(Json json, List<Object> path) {
        Json value = json;
        for (Object step : path) {
            value = switch (value) {
                case Json.Obj(Map<String, Json> fields) -> fields.getOrDefault(step, new Json.Null());
                case Json.Arr(List<Json> items) -> items.get((Integer) step);
                case Json.Str str -> str;
                case Json.Num num -> num;
                case Json.Bool bool -> bool;
                case Json.Null nothing -> nothing;
            };
        }
        return value;
    }

    /** Returns a value with what lies at a path replaced, or removed. */
    static Json replaced(Json json, List<Object> path, Optional<Json> replacement) {
        if (path.isEmpty()) {
            return replacement.orElse(new Json.Null());
        }
        Object step = path.getFirst();
        List<Object> rest = path.subList(1, path.size());
        boolean last = rest.isEmpty() && replacement.isEmpty();
        return switch (json) {
            case Json.Obj(Map<String, Json> fields) -> {
                Map<String, Json> copy = new LinkedHashMap<>(fields);
                if (last) {
                    copy.remove(step);
                } else {
                    copy.put((String) step, replaced(fields.getOrDefault(step, new Json.Null()), rest, replacement));
                }
                yield new Json.Obj(copy);
            }
            case Json.Arr(List<Json> items) -> {
                List<Json> copy = new ArrayList<>(items);
                int index = (Integer) step;
                if (last) {
                    copy.remove(index);
                } else {
                    copy.set(index, replaced(items.get(index), rest, replacement));
                }
                yield new Json.Arr(copy);
            }
            case Json.Str str -> str;
            case Json.Num num -> num;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }

    static String name(List<Object> path) {
        return path.isEmpty()
                ? "the whole"
                : path.stream().map(Object::toString).collect(Collectors.joining("."));
    }

    private static List<List<Object>> paths(Json json, int depth) {
        List<List<Object>> paths = new ArrayList<>();
        paths.add(List.of());
        if (depth == 0) {
            return paths;
        }
        switch (json) {
            case Json.Obj(Map<String, Json> fields) ->
                fields.forEach(
                        (field, value) -> paths(value, depth - 1).forEach(rest -> paths.add(prepended(field, rest))));
            case Json.Arr(List<Json> items) -> {
                for (int i = 0; i < Math.min(ITEMS, items.size()); i++) {
                    Integer index = i;
                    paths(items.get(i), depth - 1).forEach(rest -> paths.add(prepended(index, rest)));
                }
            }
            case Json.Str str -> {}
            case Json.Num num -> {}
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
        return paths;
    }

    private static List<Object> prepended(Object step, List<Object> rest) {
        return Stream.concat(Stream.of(step), rest.stream()).toList();
    }

    private static String kind(Json shape) {
        return switch (shape) {
            case Json.Obj obj -> "an object";
            case Json.Arr arr -> "an array";
            case Json.Str(String value) ->
                value.length() > 50 ? "a very long string" : "the string '%s'".formatted(value);
            case Json.Num(var value) -> "the number " + value;
            case Json.Bool bool -> "a boolean";
            case Json.Null nothing -> "null";
        };
    }
}
