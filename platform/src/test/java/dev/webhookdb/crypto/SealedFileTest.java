package dev.webhookdb.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {
    private static final String SECRET = "whsec_geheim";

    @TempDir
    private Path directory;

    private Vault vault;
    private SealedFile file;

    @BeforeEach
    void open() {
        vault = Vault.open(directory.resolve("key.json"));
        file = new SealedFile(directory.resolve("data/sealed"), vault);
    }

    @Test
    void what_is_written_is_read_and_its_owner_alone_sees_a_file_without_the_text() throws IOException {
        file.write("before");
        file.write(SECRET);

        assertThat(file.read()).contains(SECRET);
        assertThat(Files.readString(file.path(), StandardCharsets.ISO_8859_1)).doesNotContain("geheim");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file.path().getParent())))
                .isEqualTo("rwx------");
        assertThat(beside()).containsExactly(file.path());
    }

    @Test
    void no_file_is_no_text() {
        assertThat(file.read()).isEmpty();
        assertThat(file.isNewest()).isFalse();
    }

    @Test
    void a_file_that_ends_anywhere_too_early_is_refused_with_what_to_do() throws IOException {
        file.write(SECRET);
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file.path(), Arrays.copyOf(whole, length));

            assertRefused();
        }
    }

    @Test
    void a_file_of_which_any_bit_was_changed_is_refused() throws IOException {
        file.write(SECRET);
        byte[] whole = Files.readAllBytes(file.path());
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] changed = whole.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file.path(), changed);

            assertRefused();
        }
    }

    @Test
    void a_file_of_another_key_is_refused() {
        new SealedFile(file.path(), Vault.open(directory.resolve("other.json"))).write(SECRET);

        assertRefused();
    }

    @Test
    void after_a_rotation_it_can_be_read_and_is_known_to_be_of_an_older_key() {
        file.write(SECRET);
        assertThat(file.isNewest()).isTrue();

        vault.rotate();

        assertThat(file.isNewest()).isFalse();
        assertThat(file.read()).contains(SECRET);
        file.write(SECRET);
        assertThat(file.isNewest()).isTrue();
    }

    @Test
    void of_several_that_write_at_once_one_wins_and_whoever_reads_sees_a_whole_text() throws Exception {
        List<String> texts = List.of("a".repeat(100_000), "b".repeat(50_000));
        file.write(texts.getFirst());
        List<Thread> writers = new ArrayList<>();
        for (String text : texts) {
            writers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 50; i++) {
                    file.write(text);
                }
            }));
        }
        while (writers.stream().anyMatch(Thread::isAlive)) {
            assertThat(file.read()).isPresent().get().isIn(texts);
        }

        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(beside()).containsExactly(file.path());
    }

    @Test
    void a_place_where_nothing_can_be_written_is_told_with_its_name() throws IOException {
        Path occupied = Files.createFile(directory.resolve("occupied"));

        assertThatThrownBy(() -> new SealedFile(occupied.resolve("sealed"), vault).write(SECRET))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("occupied")
                .hasMessageContaining("Check the directory")
                .hasMessageNotContaining("geheim");
    }

    private void assertRefused() {
        assertThatThrownBy(file::read)
                .isInstanceOf(VaultException.class)
                .hasMessageContaining(file.path().toString())
                .hasMessageContaining("damaged, or was sealed with another encryption key. Put that key in place");
    }

    private List<Path> beside() throws IOException {
        try (var files = Files.list(file.path().getParent())) {
            return files.toList();
        }
    }
}
