package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTokenTest {
    @TempDir
    private Path directory;

    @Test
    void it_is_made_once_and_for_its_owner_only() throws IOException {
        Path file = directory.resolve("operator-token");

        OperatorToken.open(file);
        String token = Files.readString(file).strip();

        assertThat(OperatorToken.open(file).is(token)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "  "})
    void an_empty_file_does_not_lock_the_operator_out(String left) throws IOException {
        Path file = Files.writeString(directory.resolve("operator-token"), left);

        OperatorToken token = OperatorToken.open(file);

        assertThat(Files.readString(file)).startsWith("whdb_op_");
        assertThat(token.is(Files.readString(file).strip())).isTrue();
        assertThat(token.is("")).isFalse();
    }
}
