package dev.webhookdb.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data/key.json");
    }

    @Test
    void what_is_sealed_can_be_opened_also_after_a_restart_and_is_not_the_plain_text() {
        byte[] sealed = Vault.open(file).seal("whsec_geheim");

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("geheim");
        assertThat(Vault.open(file).open(sealed)).isEqualTo("whsec_geheim");
    }

    @Test
    void the_same_text_is_never_sealed_alike() {
        Vault vault = Vault.open(file);

        assertThat(vault.seal("a")).isNotEqualTo(vault.seal("a"));
    }

    @Test
    void only_its_owner_can_read_the_key_and_nothing_else_is_left_beside_it() throws IOException {
        Vault.open(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file.getParent()).isDirectoryContaining(file::equals);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void another_key_opens_nothing_and_the_message_says_what_to_do() {
        byte[] sealed = Vault.open(file).seal("a");
        Vault other = Vault.open(directory.resolve("other.json"));

        assertThatThrownBy(() -> other.open(sealed))
                .isInstanceOf(VaultException.class)
                .hasMessage(
                        "A secret cannot be decrypted: it was stored with another encryption key. Put that key back in place.");
    }

    @Test
    void what_was_tampered_with_is_not_opened() {
        Vault vault = Vault.open(file);
        byte[] sealed = vault.seal("a");
        sealed[sealed.length - 1] ^= 1;

        assertThatThrownBy(() -> vault.open(sealed)).isInstanceOf(VaultException.class);
    }

    @Test
    void a_corrupt_file_is_refused_and_left_as_it_is() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"primaryKeyId\": 1");

        assertThatThrownBy(() -> Vault.open(file))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("does not hold an encryption key")
                .hasMessageNotContaining("primaryKeyId");
        assertThat(file).hasContent("{\"primaryKeyId\": 1");
    }

    @Test
    void a_directory_that_cannot_be_made_is_told_with_its_name() throws IOException {
        Path occupied = Files.createFile(directory.resolve("occupied"));

        assertThatThrownBy(() -> Vault.open(occupied.resolve("key.json")))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("occupied")
                .hasMessageContaining("Check the directory");
    }
}
