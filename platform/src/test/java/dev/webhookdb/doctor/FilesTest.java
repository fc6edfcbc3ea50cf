package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that hold secrets, and directories that are written to. */
class FilesTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void a_journal_that_is_off_or_empty_is_fine() throws IOException {
        assertThat(journal(false)).extracting(Finding::status).containsExactly(Status.OK);
        assertThat(journal(true)).extracting(Finding::status).containsExactly(Status.OK);
    }

    @Test
    void it_says_whether_a_start_without_the_database_would_take_webhooks() throws IOException {
        assertThat(journal(true).getFirst().found()).endsWith("takes none before it has run with it.");

        Files.createFile(directory.resolve("endpoints.sealed"));

        assertThat(journal(true).getFirst().found())
                .endsWith("A server that starts while PostgreSQL is away takes webhooks.");
    }

    @Test
    void webhooks_that_wait_in_a_journal_are_told_and_so_are_files_that_were_set_aside() throws IOException {
        Path left = Files.createDirectories(directory.resolve("01a22130-c381-71fc-9e3b-c2d1fefc799f"));
        Files.write(left.resolve("00000001.log"), new byte[3 << 20]);

        assertThat(journal(true))
                .extracting(Finding::found)
                .containsExactly(
                        "Webhooks wait in %s: 3.0 MiB of 1 journal.".formatted(directory),
                        "More than half of ingest.journal-max is used.");
        assertThat(journal(false).getFirst().remedy()).contains("Set ingest.journal to on");

        Files.move(left.resolve("00000001.log"), left.resolve("00000001.log.damaged"));
        assertThat(journal(true)).extracting(Finding::status).containsExactly(Status.PROBLEM);
    }

    private List<Finding> journal(boolean isOn) throws IOException {
        return new JournalCheck(directory, isOn, 4 << 20)
                .examine().stream()
                        // this machine's disk may be nearly full
                        .filter(finding -> !finding.found().startsWith("The disk of"))
                        .toList();
    }

    @Test
    void a_secret_that_everybody_can_read_is_told() throws IOException {
        Path secret = secret("rw-r--r--");

        assertThat(new SecretFilesCheck(List.of(secret, directory.resolve("none"))).examine())
                .containsExactly(new Finding(
                        "secret_files",
                        Status.WARNING,
                        "Every user of this machine can read %s, which holds secrets.".formatted(secret),
                        "Let only the server's user read it: chmod o= %s".formatted(secret)));
    }

    @Test
    void a_secret_that_is_its_owners_or_lies_in_a_closed_directory_is_fine() throws IOException {
        Path closed = secret("rw-r-----");
        assertThat(new SecretFilesCheck(List.of(closed)).examine())
                .extracting(Finding::status)
                .containsExactly(Status.OK);

        Path open = secret("rw-r--r--");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        assertThat(new SecretFilesCheck(List.of(open)).examine())
                .extracting(Finding::status)
                .containsExactly(Status.OK);
    }

    @Test
    void a_directory_with_room_is_fine_also_before_it_is_there() throws IOException {
        assertThat(disk(directory, 100 * GIBIBYTE, 50 * GIBIBYTE))
                .containsExactly(new Finding(
                        "data_directory",
                        Status.OK,
                        "%s can be written to; 50.0 GiB of 100.0 GiB are free.".formatted(directory),
                        ""));
        assertThat(disk(directory.resolve("a/b"), 100 * GIBIBYTE, 50 * GIBIBYTE))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.OK))
                .satisfies(one -> assertThat(one.found()).contains("the first start makes it"));
        assertThat(directory.resolve("a")).doesNotExist();
    }

    @Test
    void a_disk_that_is_nearly_full_is_told() throws IOException {
        assertThat(disk(directory, 100 * GIBIBYTE, 4 * GIBIBYTE))
                .extracting(Finding::status)
                .containsExactly(Status.WARNING);
        assertThat(disk(directory, 10 * GIBIBYTE, GIBIBYTE - 1))
                .extracting(Finding::status)
                .containsExactly(Status.WARNING);
        assertThat(disk(directory, 10 * GIBIBYTE, GIBIBYTE))
                .extracting(Finding::status)
                .containsExactly(Status.OK);
    }

    @Test
    void a_file_in_the_place_of_a_directory_is_a_problem() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(disk(file, 100 * GIBIBYTE, 50 * GIBIBYTE))
                .singleElement()
                .satisfies(one -> assertThat(one.found()).isEqualTo(file + " is no directory."));
    }

    private Path secret(String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "secret");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static List<Finding> disk(Path path, long total, long free) throws IOException {
        return new DiskCheck("data_directory", path, ignored -> new DiskCheck.Room(total, free)).examine();
    }
}
