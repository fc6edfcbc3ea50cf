package dev.webhookdb.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
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

    @Test
    void after_a_rotation_another_host_that_read_the_old_file_opens_what_the_new_key_sealed_and_seals_with_it() {
        Vault here = Vault.open(file);
        Vault elsewhere = Vault.open(file);
        byte[] before = here.seal("before");

        assertThat(here.rotate()).isEmpty();

        assertThat(elsewhere.open(here.seal("after"))).isEqualTo("after");
        assertThat(elsewhere.open(before)).isEqualTo("before");
        assertThat(here.isNewest(before)).isFalse();
        assertThat(here.isNewest(elsewhere.seal("later"))).isTrue();
        assertThat(Vault.open(file).open(before)).isEqualTo("before");
    }

    @Test
    void the_new_key_is_only_its_owners_too() throws IOException {
        Vault.open(file).rotate();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void a_file_that_is_damaged_later_does_not_stop_a_host_that_knows_the_key() throws IOException {
        Vault vault = Vault.open(file);
        Files.writeString(file, "{");

        assertThat(vault.open(vault.seal("a"))).isEqualTo("a");
    }

    @Test
    void the_key_can_be_configured_as_the_files_text_or_in_base_64() throws IOException {
        byte[] sealed = Vault.open(file).seal("a");
        String text = Files.readString(file);

        assertThat(Vault.of(text).open(sealed)).isEqualTo("a");
        assertThat(Vault.of(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\n")
                        .open(sealed))
                .isEqualTo("a");
        assertThatThrownBy(() -> Vault.of("geheim"))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("encryption.key")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void a_configured_key_is_rotated_by_configuring_what_is_returned() throws IOException {
        byte[] before = Vault.open(file).seal("before");
        Vault configured = Vault.of(Files.readString(file));

        String wanted = configured.rotate().orElseThrow();

        assertThat(Vault.of(wanted).open(before)).isEqualTo("before");
        assertThat(Vault.of(wanted).isNewest(before)).isFalse();
        assertThat(configured.isNewest(before)).isTrue();
    }
}
