package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of files that cannot be read; {@code mistakes.txt} has an input and what is said of it in each of its parts. */
class ReaderMistakesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("STRIPE", "whsec_1", "EMPTY", "");

    @TempDir
    private Path directory;

    /** An input and what is said of it. */
    record Wrong(String name, String yaml, String sentences) {
        static Wrong of(String part) {
            String[] parts = part.split("(?m)^-->\\n", 2);
            String[] head = parts[0].split("\\n", 2);
            return new Wrong(head[0].strip(), head[1], parts[1].strip());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrong> inputs() throws IOException {
        try (InputStream stream = ReaderMistakesTest.class.getResourceAsStream("mistakes.txt")) {
            String all = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^## ")).skip(1).map(Wrong::of);
        }
    }

    @BeforeEach
    void files() throws IOException {
        Files.createDirectory(directory.resolve("directory"));
        Files.writeString(directory.resolve("text"), "text");
        Files.writeString(directory.resolve("empty.sql"), "");
        Files.writeString(directory.resolve("large"), "a".repeat(70_000));
        Files.write(directory.resolve("latin"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(directory.resolve("nul"), "a\0b");
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void everything_that_is_wrong_is_said(Wrong wrong) {
        assertThat(refusal(wrong.yaml())).isEqualTo(wrong.sentences());
    }

    @Test
    void a_control_character_is_said_and_not_printed() {
        assertThat(refusal("organization: acme\nviews:\n  a: select \0\n"))
                .isEqualTo("a.yaml:3: There is the character U+0000, which YAML does not allow. Remove it.");
    }

    @Test
    void aliases_of_aliases_end_nobodys_memory() {
        String laughs = IntStream.range(1, 12)
                .mapToObj(row -> "  a%d: &a%d [%s]\n"
                        .formatted(row, row, "*a%d, ".formatted(row - 1).repeat(9)))
                .collect(Collectors.joining("", "organization: acme\nviews:\n  a0: &a0 [lol]\n", ""));

        assertThat(refusal(laughs))
                .contains("The aliases of this file stand for too much, more than 100000 values or 20 levels.");
    }

    @Test
    void a_file_that_is_too_long_is_not_read() {
        assertThat(refusal("a".repeat(10 << 20)))
                .isEqualTo("a.yaml:1: This is longer than 1 MiB. Divide it into several files.");
    }

    @Test
    void what_was_sent_cannot_refer_to_files() {
        DeclarationException refused = refused(List.of(new DeclarationReader.Text(
                "-", "organization: acme\nviews:\n  a: ${file:/etc/passwd}\n", Optional.empty())));

        assertThat(refused)
                .hasMessage(
                        "-:3: views.a: What was sent cannot refer to files of the server. Write ${env:NAME}, or put this into a file on the server, beside the one that it refers to.");
    }

    @Test
    void the_mistakes_of_every_file_are_said_by_file_and_line() throws IOException {
        Path files = Files.createDirectory(directory.resolve("files"));
        Files.writeString(files.resolve("b.yaml"), "organization: acme\nviews: []\nqueries: []\n");
        Files.write(files.resolve("a.yaml"), "organization: acme\n# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.createSymbolicLink(files.resolve("c.yaml"), Path.of("nowhere"));
        Files.createSymbolicLink(files.resolve("d.yml"), Path.of("/dev/zero"));

        DeclarationException refused =
                catchThrowableOfType(DeclarationException.class, () -> new DeclarationReader(Map.of()).read(files));

        assertThat(refused.mistakes())
                .extracting(mistake -> files.relativize(Path.of(mistake.at().file())) + ":"
                        + mistake.at().line() + " " + mistake.sentence().replaceAll("\\..*", ""))
                .containsExactly(
                        "a.yaml:2 This line is not UTF-8",
                        "b.yaml:2 There is a list here",
                        "b.yaml:3 There is a list here",
                        "c.yaml:1 This file cannot be read",
                        "d.yml:1 This is a device, a pipe or a socket");
    }

    @Test
    void a_file_in_the_place_of_the_directory_is_a_mistake() {
        DeclarationException refused = catchThrowableOfType(
                DeclarationException.class, () -> new DeclarationReader(Map.of()).read(directory.resolve("text")));

        assertThat(refused).hasMessageContaining("This is no directory that can be read.");
    }

    @Test
    void files_that_change_are_read_until_they_do_not() {
        assertThat(DeclarationFiles.settled(List.of("a", "b", "b", "c").iterator()::next))
                .contains("b");
        assertThat(DeclarationFiles.settled(List.of("a", "b", "c", "d", "e").iterator()::next))
                .isEmpty();
    }

    private String refusal(String yaml) {
        return refused(List.of(new DeclarationReader.Text("a.yaml", yaml, Optional.of(directory))))
                .getMessage();
    }

    private static DeclarationException refused(List<DeclarationReader.Text> texts) {
        return catchThrowableOfType(DeclarationException.class, () -> new DeclarationReader(ENVIRONMENT).read(texts));
    }
}
