package dev.webhookdb.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the command line sends: texts, several of them with commas between, and empty ones for what is to be nothing. */
record SaidAsText(Parameters parameters) implements Said {
    @Override
    public boolean names(String part) {
        return parameters.raw(part).isPresent();
    }

    @Override
    public Optional<String> text(String part) {
        return parameters.text(part);
    }

    @Override
    public List<String> texts(String part) {
        return Arrays.stream(text(part).orElse("").split(",", 0))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
    }

    @Override
    public boolean flag(String part) {
        return parameters.isTrue(part);
    }

    @Override
    public OptionalInt number(String part) {
        return text(part)
                .map(text -> {
                    if (!text.matches("-?\\d{1,9}")) {
                        throw ApiException.invalid(
                                part, "'%s' must be a whole number, not '%s'.".formatted(part, text));
                    }
                    return OptionalInt.of(Integer.parseInt(text));
                })
                .orElseGet(OptionalInt::empty);
    }
}
