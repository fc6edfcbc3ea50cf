package dev.webhookdb.api;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What a program sends: JSON of the right types, and null for what is to be nothing. */
final class SaidAsJson implements Said {
    private static final Json NOTHING = new Json.Null();

    private final Map<String, Json> parts;

    /**
     * Reads a request.
     *
     * @param known the parts there are; others are refused, because a part with a typing error would be left out unnoticed
     */
    SaidAsJson(Parameters parameters, Set<String> known) {
        this.parts = parameters.given();
        for (String part : parts.keySet()) {
            if (!known.contains(part)) {
                throw wrong(
                        part,
                        "There is no field '%s' here; there are %s."
                                .formatted(part, String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    @Override
    public boolean names(String part) {
        return parts.containsKey(part);
    }

    @Override
    public Optional<String> text(String part) {
        return switch (parts.getOrDefault(part, NOTHING)) {
            case Json.Null() -> Optional.empty();
            case Json.Str(String text) -> Optional.of(text);
            default -> throw wrong(part, "'%s' must be a text.".formatted(part));
        };
    }

    @Override
    public List<String> texts(String part) {
        return switch (parts.getOrDefault(part, NOTHING)) {
            case Json.Null() -> List.of();
            case Json.Arr(List<Json> items)
            when items.stream().allMatch(Json.Str.class::isInstance) ->
                items.stream().flatMap(item -> item.text().stream()).toList();
            default -> throw wrong(part, "'%s' must be a list of texts.".formatted(part));
        };
    }

    @Override
    public boolean flag(String part) {
        return switch (parts.getOrDefault(part, NOTHING)) {
            case Json.Null() -> false;
            case Json.Bool(boolean truth) -> truth;
            default -> throw wrong(part, "'%s' must be true or false.".formatted(part));
        };
    }

    @Override
    public OptionalInt number(String part) {
        try {
            return switch (parts.getOrDefault(part, NOTHING)) {
                case Json.Null() -> OptionalInt.empty();
                case Json.Num(BigDecimal number) -> OptionalInt.of(number.intValueExact());
                default -> throw wrong(part, "'%s' must be a whole number.".formatted(part));
            };
        } catch (ArithmeticException e) {
            throw wrong(part, "'%s' must be a whole number, and not so large.".formatted(part));
        }
    }

    private static ApiException wrong(String part, String message) {
        return ApiException.invalid(part, message);
    }
}
