package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencedFilesTest {
    @TempDir
    private Path directory;

    private Path declared;
    private Path secret;

    @BeforeEach
    void write() throws IOException {
        declared = Files.createDirectory(directory.resolve("organizations.d"));
        secret = directory.resolve("secret");
        Files.writeString(declared.resolve("acme.yaml"), "organization: {key: acme, name: \"${file:../secret}\"}\n");
    }

    @Test
    void a_file_that_stays_as_it_was_read_is_not_changed_even_if_it_is_written_again() throws IOException {
        Files.writeString(secret, "s3cret");

        ReferencedFiles files = read();
        Files.writeString(secret, "s3cret");

        assertThat(files.areChanged()).isFalse();
    }

    @Test
    void another_content_is_a_change_and_so_is_none() throws IOException {
        Files.writeString(secret, "s3cret");
        ReferencedFiles files = read();

        Files.writeString(secret, "another");
        boolean rewritten = files.areChanged();
        Files.delete(secret);
        boolean deleted = files.areChanged();

        assertThat(rewritten).isTrue();
        assertThat(deleted).isTrue();
    }

    @Test
    void a_link_that_is_turned_to_another_file_is_a_change() throws IOException {
        Path first = Files.writeString(directory.resolve("first"), "one");
        Path second = Files.writeString(directory.resolve("second"), "two");
        Files.createSymbolicLink(secret, first);
        ReferencedFiles files = read();

        Files.delete(secret);
        Files.createSymbolicLink(secret, second);

        assertThat(files.areChanged()).isTrue();
    }

    @Test
    void a_file_that_was_missing_is_watched_as_well() throws IOException {
        ReferencedFiles files = new ReferencedFiles();
        assertThatThrownBy(() -> new DeclarationReader(Map.of()).read(declared, files))
                .hasMessageContaining("is not there");
        boolean before = files.areChanged();

        Files.writeString(secret, "s3cret");

        assertThat(before).isFalse();
        assertThat(files.areChanged()).isTrue();
    }

    private ReferencedFiles read() {
        ReferencedFiles files = new ReferencedFiles();
        new DeclarationReader(Map.of()).read(declared, files);
        return files;
    }
}
