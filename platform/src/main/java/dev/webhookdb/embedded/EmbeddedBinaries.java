package dev.webhookdb.embedded;

import dev.webhookdb.crypto.Sha256;
import dev.webhookdb.sql.DatabaseException;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once for each version of them. The library finds the archive for this machine; it
 * would unpack it below the system's temporary directory, where cleaners remove files of a running server.
 */
record EmbeddedBinaries(Path directory) {
    private static final int DIGEST_CHARACTERS = 16;
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");

    /** The archive is the smaller half of the time: it is read each time, so that a new one is noticed. */
    static EmbeddedBinaries unpack(Path parent, PgBinaryResolver archives) throws IOException {
        byte[] archive = archive(archives);
        Path directory = parent.resolve("binaries-" + digest(archive));
        if (!Files.isDirectory(directory)) {
            Path unfinished = Files.createTempDirectory(parent, "unpacking-");
            extract(archive, unfinished);
            Files.setPosixFilePermissions(unfinished, PROGRAM);
            appear(unfinished, directory);
        }
        return new EmbeddedBinaries(directory);
    }

    /** What another process unpacked meanwhile is the same. */
    private static void appear(Path unfinished, Path directory) throws IOException {
        try {
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            delete(unfinished);
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    String program(String name) {
        return directory.resolve("bin").resolve(name).toString();
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static byte[] archive(PgBinaryResolver archives) throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "Darwin" : "Linux";
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        try (InputStream archive = archives.getPgBinary(system, machine)) {
            return archive.readAllBytes();
        } catch (IllegalStateException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "This installation has no PostgreSQL for %s on %s: configure database.url, or install the distribution for this machine."
                            .formatted(system, machine),
                    failure);
        }
    }

    private static String digest(byte[] archive) {
        return HexFormat.of().formatHex(Sha256.begin().digest(archive)).substring(0, DIGEST_CHARACTERS);
    }

    private static void extract(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream entries =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                extract(entries, entry, target.resolve(entry.getName()).normalize());
            }
        }
    }

    private static void extract(InputStream content, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            createDirectories(file);
            return;
        }
        createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, file);
            Files.setPosixFilePermissions(file, file.getParent().endsWith("bin") ? PROGRAM : FILE);
        }
    }

    /** Readable for the account that PostgreSQL runs as, whatever the host's file mode mask says. */
    private static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PROGRAM);
    }
}
