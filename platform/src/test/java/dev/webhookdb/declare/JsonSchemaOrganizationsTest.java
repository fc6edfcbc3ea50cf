package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an editor that knows the schema says of files. */
class JsonSchemaOrganizationsTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonSchema.ofOrganizations(), InputFormat.JSON);

    /** Inputs of the reader's test whose mistakes a schema cannot know: they are about YAML itself, other places, or what is referred to. */
    private static final Set<String> BEYOND_SCHEMAS = Set.of(
            "a variable that is not there",
            "files that are not there",
            "files that cannot be read",
            "a variable that gives what cannot be used is not shown",
            "what cannot be stored",
            "the same thing twice in a file",
            "an address twice",
            "an organization twice",
            "an id twice",
            "a table twice",
            "a token twice",
            "views in a circle",
            "a key given twice",
            "a tab",
            "a colon",
            "an open quote",
            "an open bracket",
            "an unknown alias",
            "a key that is a mapping",
            "an anchor twice",
            "an alias within itself",
            "tags",
            "an escaped NUL",
            "a version that is no number");

    static Stream<Path> examples() throws IOException {
        return ReaderExamplesTest.examples();
    }

    static Stream<ReaderMistakesTest.Wrong> mistakes() throws IOException {
        return ReaderMistakesTest.inputs().filter(wrong -> !BEYOND_SCHEMAS.contains(wrong.name()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_is_right(Path example) throws IOException {
        assertThat(SCHEMA.validate(Files.readString(example), InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void what_the_reader_refuses_is_wrong(ReaderMistakesTest.Wrong wrong) {
        assertThat(documents(wrong.yaml()).flatMap(JsonSchemaOrganizationsTest::errors))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organization: 42",
                "organization: {key: acme}\nmembers:\n",
                "organization: ${env:NAME}\nintegrations: {a: s, b: {services: t, table: x, settings: }}",
                "organization: acme\nintegrations: {a: {services: [s], table: x}, b: {connector: c, tables: {s: x}}}",
                "organization: acme\nintegrations: {a: {service: s, schedule: never, settings: {a.b: 1, c: true}}}",
                "organization: acme\nqueries: {a: {sql: select 1, public: Off, description: 1.50}}",
                "organization: acme\nviews:\n  a: |\n    select '$${literal}'\n  b: ${file:view.sql}",
                "organization: acme\nnotifications: {a: {url: 'https://u:${env:P|stored}@e', events: created, rate: '', columns: }}",
                "organization: acme\nhttp-syncs: {a: {integration: x, url: 'https://e', every: PT1M, timeout: 90 s, page-size: '10'}}",
            })
    void what_the_reader_takes_is_right(String yaml) {
        assertThat(errors(yaml)).isEmpty();
    }

    private static Stream<String> documents(String yaml) {
        return Arrays.stream(yaml.split("(?m)^---$"));
    }

    private static Stream<String> errors(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML).stream().map(Error::toString);
    }
}
