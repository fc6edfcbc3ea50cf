package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that come along can be read. */
class ReaderExamplesTest {
    private static final Path EXAMPLES = Path.of("../distribution/src/main/conf/organizations.d/examples");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "STRIPE_WEBHOOK_SECRET", "whsec_1",
            "ACME_SEED", "seed",
            "SYNC_PASSWORD", "password",
            "PAGER_URL", "https://example.com/alerts");

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_can_be_read(Path example) throws IOException {
        assertThat(read(example)).isNotEmpty();
    }

    @Test
    void an_example_has_everything() throws IOException {
        assertThat(read(EXAMPLES.resolve("everything.yaml")))
                .extracting(Declaration::kind)
                .containsOnly(Kind.values());
    }

    private static List<Declaration> read(Path example) throws IOException {
        return new DeclarationReader(ENVIRONMENT)
                .read(List.of(new DeclarationReader.Text(
                        example.toString(), Files.readString(example), Optional.of(EXAMPLES))));
    }
}
