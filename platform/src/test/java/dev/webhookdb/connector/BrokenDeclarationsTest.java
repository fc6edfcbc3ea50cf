package dev.webhookdb.connector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connector declares is checked before anybody can make a table of it. */
class BrokenDeclarationsTest extends RefusedConnectors {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            resource("a_v1"), child("a_child_v1", "none_v1")  | resource 'a_child_v1' is listed for each row of 'none_v1', which it does not declare
            child("a_v1", "a_v1")                             | Resource 'a_v1' is listed for each row of itself
            child("a_v1", "b_v1"), child("b_v1", "a_v1")      | resources are listed for each row of one another
            child("a_v1", "b_v1"), child("b_v1", "c_v1"), child("c_v1", "b_v1") | resources are listed for each row of one another
            """)
    void parents_exist_and_begin_somewhere(String resources, String problem) {
        assertRefused(
                fixture -> fixture.members("""
                        static Resource child(String name, String parent) {
                            return Resource.named(name, "Thing").key(text("id")).columns(timestamp("updated")).orderedBy("updated")
                                .backfill(Backfill.of(Fixture::fetch).forEach(parent)).build();
                        }""").resources("return List.of(%s);".formatted(resources)),
                problem,
                "Report it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
    void no_column_has_the_name_of_one_of_postgresqls_own(String name) {
        assertColumnRefused("text(\"%s\")".formatted(name), "declares column '%s', which every table".formatted(name));
        assertRefused(
                fixture -> fixture.resources("""
                        return List.of(Resource.named("a_v1", "Thing").key(text("%s").at("id"))
                            .columns(timestamp("updated")).orderedBy("updated").backfill(Fixture::fetch).build());""".formatted(name)),
                "declares column '%s', which every table".formatted(name),
                "Report it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pk", "data", "deleted_at", "id"})
    void no_column_has_the_name_of_one_of_the_platforms_own(String name) {
        assertColumnRefused("text(\"%s\")".formatted(name), "declares column '%s' twice".formatted(name));
    }

    @Test
    void names_are_short_enough() {
        assertColumnRefused("text(\"" + "x".repeat(49) + "\")", "at most 48 characters");
    }

    @Test
    void there_are_not_too_many_columns() {
        assertColumnRefused(
                "java.util.stream.IntStream.range(0, 2000).mapToObj(i -> text(\"c\" + i)).toArray(Column[]::new)",
                "declares 2001 columns; at most 500 are possible");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            new Conversion.Capture("(")       | The pattern '(' does not compile
            new Conversion.Capture("[a")      | The pattern '[a' does not compile
            new Conversion.Capture("a")       | The pattern 'a' has 0 groups instead of one
            new Conversion.Capture("(a)(b)")  | The pattern '(a)(b)' has 2 groups instead of one
            """)
    void patterns_compile(String conversion, String problem) {
        assertColumnRefused("text(\"c\").via(%s)".formatted(conversion), problem);
    }

    private void assertColumnRefused(String columns, String problem) {
        assertRefused(fixture -> fixture.resources("""
                        return List.of(Resource.named("a_v1", "Thing").key(text("id")).columns(timestamp("updated")).columns(%s)
                            .orderedBy("updated").backfill(Fixture::fetch).build());""".formatted(columns)), problem, "Report it");
    }
}
