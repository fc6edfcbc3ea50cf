package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is declared, in the form in which it is compared, is read as it was written. */
class ReaderPropertiesTest {
    private static final String ORGANIZATION = "acme";

    /** A thing's attributes by path, each with its texts. */
    record Thing(Kind kind, String name, Map<String, List<String>> attributes) {}

    @Property(tries = 500)
    void what_is_written_is_read(@ForAll("things") Thing thing) {
        List<Declaration> read = new DeclarationReader(Map.of())
                .read(List.of(new DeclarationReader.Text("a.yaml", yaml(thing), Optional.empty())));

        Declaration last = read.getLast();
        assertThat(new Thing(last.kind(), last.name(), texts(last))).isEqualTo(thing);
    }

    /** A shape that nobody thought of is a mistake with a sentence, and nothing else is ever thrown. */
    @Property(tries = 500)
    void whatever_is_read_is_declared_or_refused(@ForAll("nearlyYaml") String text) {
        try {
            assertThat(new DeclarationReader(Map.of())
                            .read(List.of(new DeclarationReader.Text("a.yaml", text, Optional.empty()))))
                    .isNotNull();
        } catch (DeclarationException e) {
            assertThat(e.mistakes()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<Thing> things() {
        return Arbitraries.of(Kind.class)
                .filter(kind -> kind != Kind.ORGANIZATION)
                .flatMap(kind -> Combinators.combine(name(kind), attributes(kind))
                        .as((name, attributes) -> new Thing(kind, name, attributes)));
    }

    @Provide
    Arbitrary<String> nearlyYaml() {
        return Arbitraries.of(
                        "organization",
                        "acme",
                        "views",
                        "a",
                        ":",
                        ": ",
                        "\n",
                        "\n  ",
                        "- ",
                        "{",
                        "}",
                        "[",
                        "]",
                        ", ",
                        "'",
                        "\"",
                        "&a ",
                        "*a",
                        "<<",
                        "|",
                        ">",
                        "#",
                        "!x ",
                        "---\n",
                        "${env:X}",
                        "$${",
                        "\t",
                        "\0",
                        "\uD800",
                        "?")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<String> name(Kind kind) {
        return switch (kind) {
            case MEMBER -> word().map(word -> word + "@example.com");
            case VIEW -> word().map(word -> "v " + word.replace("-", "_"));
            case TOKEN -> text().map(text -> text.replaceAll("\\p{Cntrl}", "x"));
            case ORGANIZATION, INTEGRATION, QUERY, NOTIFICATION, HTTP_SYNC, DB_SYNC, ERROR_HANDLER -> word();
        };
    }

    /** Those that are required, and any of the others. */
    private static Arbitrary<Map<String, List<String>>> attributes(Kind kind) {
        List<Attribute> written = kind.attributes().stream()
                .filter(attribute -> kind != Kind.INTEGRATION
                        || !List.of("connector", "service", "table", "tables").contains(attribute.name()))
                .toList();
        List<Arbitrary<Map<String, List<String>>>> each =
                written.stream().map(attribute -> said(kind, attribute)).toList();
        return Combinators.combine(each).as(parts -> {
            Map<String, List<String>> all = new LinkedHashMap<>();
            parts.forEach(all::putAll);
            return all;
        });
    }

    private static Arbitrary<Map<String, List<String>>> said(Kind kind, Attribute attribute) {
        Arbitrary<Map<String, List<String>>> said = attribute.isNamed()
                ? Combinators.combine(word(), value(attribute))
                        .as((name, text) -> Map.of(attribute.name() + "." + name, List.of(text)))
                : texts(attribute).map(texts -> Map.of(attribute.name(), texts));
        boolean always = attribute.isRequired()
                || (kind == Kind.INTEGRATION && attribute.name().equals("services"));
        return always ? said : Arbitraries.oneOf(said, Arbitraries.just(Map.of()));
    }

    private static Arbitrary<List<String>> texts(Attribute attribute) {
        return attribute.type() == Attribute.Type.TEXTS
                ? text().filter(text -> !text.contains(","))
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .uniqueElements()
                : value(attribute).map(List::of);
    }

    private static Arbitrary<String> value(Attribute attribute) {
        return switch (attribute.type()) {
            case FLAG -> Arbitraries.of("true", "false");
            case NUMBER -> Arbitraries.integers().between(1, 100).map(String::valueOf);
            case DURATION -> Arbitraries.of("PT1M", "PT5M", "PT7M30S");
            case CHOICE -> Arbitraries.of(attribute.choices());
            case URL -> word().map(word -> "https://user:" + word + "${@example.com/");
            case TEXT, TEXTS, SECRET, NAMED_TEXTS, NAMED_SECRETS -> formed(attribute.form());
        };
    }

    private static Arbitrary<String> formed(Form form) {
        return switch (form) {
            case ANY, STATEMENT, LABEL -> text();
            case TABLE -> word().map(word -> "t" + word.replace("-", "_"));
            case EMAIL -> word().map(word -> word + "@example.com");
            case URL -> word().map(word -> "https://" + word);
            case KEY, NAME -> word();
            case SHA256 -> digits(64);
            case INTEGRATION_ID -> digits(25).map(digits -> "svi_" + digits);
            case QUERY_ID -> digits(25).map(digits -> "svq_" + digits);
            case NOTIFICATION_ID -> digits(25).map(digits -> "wh_" + digits);
            case SYNC_ID -> digits(25).map(digits -> "syt_" + digits);
            case ERROR_HANDLER_ID -> digits(25).map(digits -> "oeh_" + digits);
        };
    }

    private static Arbitrary<String> word() {
        return Arbitraries.of("no", "on", "null", "true", "010", "1e3", "a-b", "2001-12-14", "x");
    }

    private static Arbitrary<String> digits(int count) {
        return Arbitraries.strings().withChars("0123456789abcdef").ofLength(count);
    }

    /** What YAML and references have their own ideas of, without blanks around it. */
    private static Arbitrary<String> text() {
        return Arbitraries.of(
                        "a",
                        "${",
                        "$",
                        "}",
                        ": ",
                        " #",
                        "'",
                        "\"",
                        "\\",
                        "\n",
                        "- ",
                        "é",
                        "\uD83D\uDE00",
                        "%",
                        "@",
                        "0",
                        "|",
                        "&",
                        "*")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(parts -> "x" + String.join("", parts) + "x");
    }

    /** JSON is YAML, too, and has one way to quote. */
    private static String yaml(Thing thing) {
        Map<String, Map<String, String>> named = new LinkedHashMap<>();
        Map<String, String> fields = new LinkedHashMap<>();
        thing.attributes().forEach((path, texts) -> {
            Attribute attribute = thing.kind().attribute(path).orElseThrow();
            if (attribute.isNamed()) {
                named.computeIfAbsent(attribute.name(), name -> new LinkedHashMap<>())
                        .put(path.substring(attribute.name().length() + 1), quoted(texts.getFirst()));
            } else if (attribute.type() == Attribute.Type.TEXTS) {
                fields.put(
                        path,
                        texts.stream().map(ReaderPropertiesTest::quoted).collect(Collectors.joining(", ", "[", "]")));
            } else {
                fields.put(path, quoted(texts.getFirst()));
            }
        });
        named.forEach((name, entries) -> fields.put(name, mapping(entries)));
        return "organization: %s\n%s: %s\n"
                .formatted(ORGANIZATION, thing.kind().section(), mapping(Map.of(thing.name(), mapping(fields))));
    }

    private static String mapping(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "%s: %s".formatted(json(field.getKey()), field.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String quoted(String text) {
        return json(References.escaped(text));
    }

    private static String json(String text) {
        return JsonWriter.write(new Json.Str(text));
    }

    private static Map<String, List<String>> texts(Declaration declaration) {
        return declaration.attributes().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, said -> said.getValue().texts()));
    }
}
