package dev.webhookdb.declare;

import dev.webhookdb.config.Durations;
import dev.webhookdb.config.Nearest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The form in which values are compared: the same value, written in another way, is no difference. Each throws an
 * {@link IllegalArgumentException} that says what to write instead.
 */
final class Canonical {
    private Canonical() {}

    static String of(Attribute attribute, String text) {
        if (text.isBlank()) {
            return ofNothing(attribute);
        }
        return switch (attribute.type()) {
            case TEXT, NAMED_TEXTS, TEXTS, URL -> formed(attribute, text.strip());
            case SECRET, NAMED_SECRETS -> text;
            case FLAG -> flag(text.strip());
            case NUMBER -> number(attribute, text.strip());
            case DURATION -> duration(attribute, text.strip());
            case CHOICE -> choice(attribute, text.strip());
        };
    }

    private static String ofNothing(Attribute attribute) {
        if (attribute.otherwise().equals(Optional.of(""))) {
            return "";
        }
        throw new IllegalArgumentException(expected(attribute) + unlessLeftOut(attribute));
    }

    /** What else can be done where nothing is written. */
    static String unlessLeftOut(Attribute attribute) {
        return attribute.isRequired() ? "" : ", or leave the line out";
    }

    /** Returns what can be written, to be read after "write". */
    static String expected(Attribute attribute) {
        return switch (attribute.type()) {
            case TEXT, NAMED_TEXTS, URL -> attribute.form().expected();
            case TEXTS -> "a list of texts";
            case SECRET, NAMED_SECRETS -> "a text, better as ${env:NAME} or ${file:PATH}";
            case FLAG -> "true or false";
            case NUMBER -> "a whole number in plain digits" + limits(attribute);
            case DURATION -> "a duration such as 90s or 6h%s%s".formatted(limits(attribute), alternatives(attribute));
            case CHOICE -> listed(attribute.choices());
        };
    }

    private static String formed(Attribute attribute, String text) {
        require(attribute.form().isOf(text), attribute);
        return attribute.form().canonical(text);
    }

    private static String flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> "true";
            case "false", "no", "off" -> "false";
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    /** Nothing that YAML reads as another number than people do: no 010, no 0x10, no 1_000. */
    private static String number(Attribute attribute, String text) {
        require(text.matches("0|[1-9]\\d{0,8}"), attribute);
        int number = Integer.parseInt(text);
        attribute
                .range()
                .ifPresent(range -> require(
                        number >= Integer.parseInt(range.least()) && number <= Integer.parseInt(range.most()),
                        attribute));
        return text;
    }

    private static String duration(Attribute attribute, String text) {
        if (attribute.choices().contains(text)) {
            return text;
        }
        Duration duration = parsed(attribute, text);
        attribute
                .range()
                .ifPresent(range -> require(
                        duration.compareTo(Durations.parse(range.least())) >= 0
                                && (range.most().isEmpty() || duration.compareTo(Durations.parse(range.most())) <= 0),
                        attribute));
        return duration.toString();
    }

    private static Duration parsed(Attribute attribute, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected(attribute), e);
        }
    }

    private static String choice(Attribute attribute, String text) {
        if (attribute.choices().contains(text)) {
            return text;
        }
        throw new IllegalArgumentException(Nearest.of(text, attribute.choices())
                .map(near -> "%s; perhaps %s is meant".formatted(listed(attribute.choices()), near))
                .orElse(listed(attribute.choices())));
    }

    private static String limits(Attribute attribute) {
        return attribute.range().map(range -> ", " + range).orElse("");
    }

    private static String alternatives(Attribute attribute) {
        return attribute.choices().isEmpty() ? "" : ", or " + listed(attribute.choices());
    }

    /** Returns texts as a sentence has them: {@code admin, member or viewer}. */
    static String listed(List<String> texts) {
        int last = texts.size() - 1;
        return last < 1
                ? String.join("", texts)
                : "%s or %s".formatted(String.join(", ", texts.subList(0, last)), texts.get(last));
    }

    private static void require(boolean right, Attribute attribute) {
        if (!right) {
            throw new IllegalArgumentException(expected(attribute));
        }
    }
}
