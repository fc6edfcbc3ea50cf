package dev.webhookdb.embedded;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A PostgreSQL server of a test's own, which is gone when it is closed, with everything in it. */
public final class TestServer implements AutoCloseable {
    private final Path directory;
    private final EmbeddedServer server;

    private TestServer(Path directory, EmbeddedServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** The one that the platform brings, set up as the platform does. */
    public static TestServer standard() {
        EmbeddedVariant standard = embedded(Map.of("fsync", "off", "full_page_writes", "off"));
        List<String> initialization = new ArrayList<>(standard.initialization());
        // tests connect thousands of times, and of each attempt the password's four thousand rounds are the greater
        // part
        initialization.addAll(List.of("--no-sync", "--set=scram_iterations=1"));
        return start(
                temporaryDirectory(),
                new EmbeddedVariant(standard.archives(), standard.binaries(), initialization, standard.settings()));
    }

    /**
     * Another version, set up in another way.
     *
     * @param programs a JAR with the archive of its programs
     * @param encoding that its databases have unless they are told another; its locale is C
     */
    public static TestServer of(Path programs, String encoding) {
        return start(
                temporaryDirectory(),
                new EmbeddedVariant(
                        (system, machine) -> archive(programs),
                        Optional.of(binaries()),
                        List.of("--encoding=" + encoding, "--locale=C", "--no-sync"),
                        Map.of("fsync", "off")));
    }

    /**
     * One that speaks TLS.
     *
     * @param certificate writes it and its key, both as PEM, into the files that it is given
     * @param rules who is let in and how, in the form of {@code pg_hba.conf}; the administrator is, in any case
     */
    public static TestServer withTls(CertificateWriter certificate, String rules) {
        Path directory = temporaryDirectory();
        Path home = EmbeddedFiles.below(directory).home();
        Path file = home.resolve("server.crt");
        Path key = home.resolve("server.key");
        Path access = home.resolve("access.conf");
        try {
            certificate.write(file, key);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Files.writeString(access, "host all %s all scram-sha-256\n%s\n".formatted(EmbeddedServer.SUPERUSER, rules));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start(
                directory,
                embedded(Map.of(
                        "fsync", "off",
                        "ssl", "on",
                        "ssl_cert_file", file.toString(),
                        "ssl_key_file", key.toString(),
                        "hba_file", access.toString())));
    }

    /** Writes a server's certificate and its key. */
    public interface CertificateWriter {
        /** Writes both as PEM. */
        void write(Path certificate, Path key) throws IOException;
    }

    /** How its administrator connects. */
    public ServerAddress address() {
        return server.address().withDatabase("postgres");
    }

    /** Runs statements as its administrator. */
    public void administer(String database, List<String> statements) {
        try (Database administration = TestPostgres.open(address().withDatabase(database))) {
            statements.forEach(statement ->
                    administration.autocommit(session -> session.sql(statement).execute()));
        }
    }

    /**
     * Stops it when this JVM ends, which does not wait until its files are gone: those of hundreds of databases take longer to delete
     * than Maven lets a JVM end.
     */
    public TestServer untilTheEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            deleteLater();
        }));
        return this;
    }

    private void deleteLater() {
        try {
            new ProcessBuilder("rm", "-rf", directory.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        try {
            EmbeddedBinaries.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the programs are unpacked once for all tests of a module. */
    static Path binaries() {
        try {
            return Files.createDirectories(Path.of("target", "postgres").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that the platform brings, with more settings. */
    static EmbeddedVariant embedded(Map<String, String> settings) {
        EmbeddedVariant standard = EmbeddedVariant.STANDARD;
        return new EmbeddedVariant(standard.archives(), Optional.of(binaries()), standard.initialization(), settings);
    }

    private static TestServer start(Path directory, EmbeddedVariant variant) {
        return new TestServer(directory, EmbeddedServer.start(directory, variant, new BackgroundTasks()));
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("webhookdb-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only one of a JAR, whatever machine it is for. */
    private static InputStream archive(Path programs) throws IOException {
        var jar = new ZipInputStream(Files.newInputStream(programs));
        for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
            if (entry.getName().endsWith(".txz")) {
                return jar;
            }
        }
        jar.close();
        throw new IOException(programs + " has no archive of PostgreSQL's programs");
    }
}
