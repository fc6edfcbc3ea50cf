package dev.webhookdb.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.documentation.MarkdownPage.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages lead where they say, and name what there is; and what is planted in a checkout of its own is found. */
class DocumentationTest {
    private static final Path CHECKOUT = Path.of("..");

    /** Those that name classes for whoever looks for them in the sources. */
    private static final List<Path> ABOUT_SOURCES =
            List.of(Path.of("docs/architecture.md"), Path.of("CONTRIBUTING.md"), Path.of("docs/security.md"));

    @TempDir
    private Path planted;

    @BeforeEach
    void plant() throws IOException {
        for (String page : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")) {
            write(page, "# A page\n");
        }
        write("benchmarks/README.md", "# Figures\n");
        write("docs/README.md", "# Index\n\n[Guide](guide.md)\n");
        write(
                "docs/guide.md",
                "# Guide\n\n## The first step\n\n## The first step\n\n## `db sql` & more: what's new?\n");
        write("platform/src/main/java/Sender.java", "final class Sender { void wake() {} record Means() {} }");
    }

    @Test
    void every_link_leads_to_a_file_and_a_heading() throws IOException {
        Documentation documentation = Documentation.of(CHECKOUT);

        assertThat(documentation.size()).isGreaterThan(80);
        assertThat(documentation.brokenLinks()).isEmpty();
    }

    @Test
    void every_page_can_be_reached_from_the_index() throws IOException {
        assertThat(Documentation.of(CHECKOUT).unreachable()).isEmpty();
    }

    @Test
    void every_class_that_is_named_exists() throws IOException {
        assertThat(Documentation.of(CHECKOUT).unknownTypes(ABOUT_SOURCES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "guide.md",
                "guide.md#guide",
                "guide.md#the-first-step",
                "guide.md#the-first-step-1",
                "guide.md#db-sql--more-whats-new",
                "#index",
                "../README.md#a-page",
                "../platform/src/main/java/Sender.java",
                "../platform",
                "https://example.com/no/such/page",
                "mailto:ada@example.com"
            })
    void a_link_that_leads_somewhere_is_right(String link) throws IOException {
        write(
                "docs/README.md",
                "# Index\n\nSee [here](%s) and [there][1].\n\n[1]: guide.md \"Guide\"\n".formatted(link));

        assertThat(Documentation.of(planted).brokenLinks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            gide.md                     | leads to no file
            Guide.md                    | leads to no file
            ../../README.md             | leads to no file
            /docs/guide.md              | is no relative link
            guide.md#the-last-step      | leads to no heading of docs/guide.md
            guide.md#the-first-step-2   | leads to no heading of docs/guide.md
            guide.md#The-first-step     | leads to no heading of docs/guide.md
            #guide                      | leads to no heading of docs/README.md
            """)
    void a_link_that_leads_nowhere_is_found_with_its_line(String link, String problem) throws IOException {
        write("docs/README.md", "# Index\n\n[Guide](guide.md)\n\n- a list, and [here](%s)\n".formatted(link));

        assertThat(Documentation.of(planted).brokenLinks())
                .singleElement()
                .asString()
                .startsWith("docs/README.md, line 5: %s %s".formatted(link, problem));
    }

    @Test
    void a_definition_that_leads_nowhere_is_found() throws IOException {
        write("CHANGELOG.md", "# Changes\n\n[the guide]\n\n[the guide]: docs/gide.md\n");

        assertThat(Documentation.of(planted).brokenLinks())
                .containsExactly(
                        "CHANGELOG.md, line 5: docs/gide.md leads to no file. Correct the link, or remove it.");
    }

    @Test
    void what_is_code_is_no_link_and_no_heading() throws IOException {
        write("docs/README.md", """
                # Index

                [Guide](guide.md), `[no](nowhere.md)`, ``a ` and [no](nowhere.md)`` and `code that
                goes on [no](nowhere.md)`.

                ```sh
                # no heading
                [no](nowhere.md)
                ```

                ~~~~
                ~~~
                [no](nowhere.md)
                ~~~~

                [no heading](#no-heading)
                """);

        assertThat(Documentation.of(planted).brokenLinks())
                .containsExactly(
                        "docs/README.md, line 16: #no-heading leads to no heading of docs/README.md. Correct what is behind the #.");
    }

    @Test
    void a_page_that_nothing_leads_to_is_found_also_where_only_it_leads_to_itself_or_the_root_does()
            throws IOException {
        write("docs/deep/lost.md", "# Lost\n\n[Lost](lost.md) [Index](../README.md)\n");
        write("README.md", "# A page\n\n[Lost](docs/deep/lost.md)\n");

        assertThat(Documentation.of(planted).unreachable())
                .containsExactly(
                        "docs/deep/lost.md cannot be reached from docs/README.md. Link to it from there, or from a page that is.");

        write("docs/guide.md", "# Guide\n\n[Found](deep/lost.md#lost)\n");

        assertThat(Documentation.of(planted).unreachable()).isEmpty();
    }

    @Test
    void classes_and_members_that_are_not_there_are_found_and_other_words_are_left_alone() throws IOException {
        write("CONTRIBUTING.md", """
                # A page

                `Sender`, `Sender.wake`, `Sender.wake()`, `Means`, `NULL`, `README`, `webhook`, `Asia/Kolkata` and `mvn -N verify` are there, or no classes.
                `Receiver` is not, neither is `Sender.sleep`.

                ```java
                class Example {}
                ```
                """);
        write("platform/target/generated/Receiver.java", "class Receiver {}");

        assertThat(Documentation.of(planted).unknownTypes(List.of(Path.of("CONTRIBUTING.md"))))
                .containsExactly(
                        "CONTRIBUTING.md, line 4: there is no Receiver in the sources. Name what is there now.",
                        "CONTRIBUTING.md, line 4: there is no Sender.sleep in the sources. Name what is there now.");
    }

    @Test
    void a_link_with_a_title_in_angle_brackets_or_of_an_image_is_one() {
        MarkdownPage page = MarkdownPage.of(
                Path.of("page.md"), "[a](one.md \"One\")\n![b](two.png)\n[![c](three.png)](<four.md>)\n");

        assertThat(page.links())
                .containsExactly(
                        new Found(1, "one.md"),
                        new Found(2, "two.png"),
                        new Found(3, "three.png"),
                        new Found(3, "four.md"));
    }

    private void write(String file, String text) throws IOException {
        Path path = planted.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
