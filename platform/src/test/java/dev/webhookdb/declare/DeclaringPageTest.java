package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What {@code docs/declaring.md} says of kinds and attributes, between its two comments, is generated: a test run with {@code -Ddocs=write}
 * writes it, and any other compares.
 */
class DeclaringPageTest {
    private static final Path PAGE = Path.of("../docs/declaring.md");
    private static final Pattern GENERATED = Pattern.compile("(?s)(?<=<!-- kinds -->\n).*(?=<!-- end of kinds -->)");
    private static final String REMEDY =
            "docs/declaring.md is stale: run 'mvn -pl platform -am test -Dtest=DeclaringPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs=write'.";

    @Test
    void the_page_has_every_kind_and_attribute() throws IOException {
        String page = Files.readString(PAGE);
        String current = GENERATED.matcher(page).replaceFirst(Matcher.quoteReplacement(kinds()));
        if (System.getProperty("docs", "").equals("write")) {
            Files.writeString(PAGE, current);
        }

        assertThat(page).containsPattern(GENERATED);
        assertThat(PAGE).as(REMEDY).hasContent(current);
    }

    private static String kinds() {
        StringBuilder kinds = new StringBuilder();
        for (Kind kind : Kind.values()) {
            kinds.append("""

                    ### `%s`

                    %s

                    | attribute | value | where nothing is said | |
                    | --- | --- | --- | --- |
                    """.formatted(kind.section(), introduction(kind)));
            kind.attributes().forEach(attribute -> kinds.append(row(attribute)));
        }
        return kinds.append('\n').toString();
    }

    private static String introduction(Kind kind) {
        String naming = "%s: %s."
                .formatted(
                        kind == Kind.ORGANIZATION ? "Its key" : "The name of each",
                        kind.naming().expected());
        return kind.shorthand()
                .map(attribute ->
                        "%s A single value in place of the attributes is the `%s`.".formatted(naming, attribute))
                .orElse(naming);
    }

    private static String row(Attribute attribute) {
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        attribute.name(),
                        cell(value(attribute)),
                        cell(otherwise(attribute)),
                        cell(attribute.description()));
    }

    private static String value(Attribute attribute) {
        return switch (attribute.type()) {
            case NAMED_TEXTS -> "a mapping of names to texts";
            case NAMED_SECRETS -> "a mapping of names to secrets";
            case SECRET -> "a text that nobody is shown";
            case TEXT, URL, FLAG, NUMBER, TEXTS, DURATION, CHOICE -> Canonical.expected(attribute);
        };
    }

    private static String otherwise(Attribute attribute) {
        if (attribute.isRequired()) {
            return "has to be said";
        }
        return attribute
                .otherwise()
                .map(usual -> usual.isEmpty() ? "nothing" : "`%s`".formatted(usual))
                .orElse("as it is");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
