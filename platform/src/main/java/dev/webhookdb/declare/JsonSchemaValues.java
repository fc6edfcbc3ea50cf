package dev.webhookdb.declare;

import static dev.webhookdb.declare.JsonSchema.anyOf;
import static dev.webhookdb.declare.JsonSchema.object;
import static dev.webhookdb.declare.JsonSchema.pattern;

import dev.webhookdb.spi.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Schemas of single values. Expressions are of the kind that Java and ECMAScript read alike. */
final class JsonSchemaValues {
    /** As {@code config.Durations} reads them: 90s, 6 h, PT6H. */
    static final String DURATION =
            "\\d{1,12}\\s*(?:[Mm][Ss]|[Mm][Ii][Nn]|[SsMmHhDd])|[Pp](?=[\\dTt])(?:\\d+[Dd])?(?:[Tt](?=\\d)(?:\\d+[Hh])?(?:\\d+[Mm])?(?:\\d+(?:\\.\\d{1,9})?[Ss])?)?";

    static final String NUMBER = "0|[1-9]\\d{0,8}";

    private static final String GOOD_REFERENCE =
            "\\$\\{(?:env:(?!WEBHOOKDB_)[A-Za-z_][A-Za-z0-9_]*|file:[^}|]*[^}|\\s][^}|]*)(?:\\|stored)?\\}";
    private static final String NO_REFERENCE = "(?:\\$\\$\\{|(?!\\$\\{)[\\s\\S])*";
    /** Not before a brace that begins a reference; two dollars stand for the sign itself. */
    private static final String PLAIN = "(?![\\s\\S]*(?:^|[^$])\\$\\{)";

    private static final List<String> FLAGS = List.of("true", "false", "yes", "no", "on", "off");

    private JsonSchemaValues() {}

    /** Returns the schema of a text that refers to something, of which nothing else can be known. */
    static Json.Obj references() {
        return pattern("^%s(?:%s%s)+$".formatted(NO_REFERENCE, GOOD_REFERENCE, NO_REFERENCE));
    }

    /** Returns the schema of a text in which nothing is referred to. Blanks around it do not matter, as those of a block's last line. */
    static Json.Obj plain(String expression) {
        return pattern("^%s\\s*(?=\\S)(?:%s)\\s*$".formatted(PLAIN, expression));
    }

    /** Returns the schema of a text, or of a number or a truth value that looks like such a text and is taken as it is written. */
    static Json.Obj text(Form form) {
        List<String> scalars = new ArrayList<>();
        if (form.isOf("1")) {
            scalars.add("number");
        }
        if (form.isOf("true")) {
            scalars.add("boolean");
        }
        Json.Obj plain = plain(form.expression());
        return scalars.isEmpty() ? plain : anyOf(List.of(plain, object("type", scalars)));
    }

    static Json.Obj flag(Json.Obj spelled) {
        return anyOf(List.of(object("type", "boolean"), spelled));
    }

    /** Returns the schema of truth values in quotes, and of those that only older versions of YAML read as such. */
    static Json.Obj flagInWords() {
        return pattern("^\\s*(?:%s)\\s*$".formatted(inAnyCase(FLAGS)));
    }

    static String inAnyCase(List<String> words) {
        return words.stream()
                .map(word -> word.chars()
                        .mapToObj(Character::toString)
                        .map(letter -> letter.matches("[a-z]")
                                ? "[%s%s]".formatted(letter.toUpperCase(Locale.ROOT), letter)
                                : letter)
                        .collect(Collectors.joining()))
                .collect(Collectors.joining("|"));
    }
}
