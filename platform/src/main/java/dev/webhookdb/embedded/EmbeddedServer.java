package dev.webhookdb.embedded;

import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.DataSources;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Probe;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server below the data directory, for whoever configured none. It is durable, survives restarts, is
 * started again when it dies, and is taken over when an earlier host was killed.
 *
 * <p>Only the archives with the binaries come from the embedded library. Its own server is made for tests: it trusts
 * every local connection, switches {@code fsync} off, stops the server from a shutdown hook (so while the host still
 * writes), and does not know a server that it did not start itself.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedServer implements AutoCloseable {
    /** What the server is called in the platform's records: its port may be another after a restart. */
    public static final String NAME = ServerAddress.EMBEDDED;

    static final String SUPERUSER = "webhookdb";
    static final String DATABASE = "webhookdb";

    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(3);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    private final EmbeddedFiles files;
    private final FileChannel lock;
    private final EmbeddedBinaries binaries;
    private final EmbeddedPrograms programs;
    private final Password password;
    private final EmbeddedVariant variant;
    private final int port;
    private final BackgroundTask watch;

    /** Starts it, or takes over what an earlier host left running. */
    public static EmbeddedServer start(Path dataDirectory, BackgroundTasks tasks) {
        return start(dataDirectory, EmbeddedVariant.STANDARD, tasks);
    }

    /** The same for tests, with another PostgreSQL. */
    public static EmbeddedServer start(Path dataDirectory, EmbeddedVariant variant, BackgroundTasks tasks) {
        EmbeddedFiles files = EmbeddedFiles.below(dataDirectory);
        FileChannel lock = null;
        try {
            lock = files.lock();
            return new EmbeddedServer(files, lock, variant, tasks);
        } catch (IOException failure) {
            release(lock);
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The embedded PostgreSQL below %s could not be started (%s)."
                            .formatted(files.home(), EmbeddedFiles.reason(failure)),
                    failure);
        } catch (RuntimeException failure) {
            release(lock);
            throw failure;
        }
    }

    /** Whether there was a first start, so that there are data; changes nothing. */
    public static boolean exists(Path dataDirectory) {
        return Files.exists(EmbeddedFiles.at(dataDirectory).data());
    }

    /**
     * How to connect to the server that runs on a data directory, be it this process's or another's; nothing if none does.
     *
     * @throws DatabaseException if the password cannot be read
     */
    public static Optional<ServerAddress> running(Path dataDirectory) {
        EmbeddedFiles files = EmbeddedFiles.at(dataDirectory);
        try {
            Optional<Postmaster> found = Postmaster.find(files.data()).filter(Postmaster::ready);
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(address(found.get().port(), files.password()));
        } catch (IOException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The password of the embedded PostgreSQL cannot be read (%s): run this as the user who runs the server."
                            .formatted(EmbeddedFiles.reason(failure)),
                    failure);
        }
    }

    private EmbeddedServer(EmbeddedFiles files, FileChannel lock, EmbeddedVariant variant, BackgroundTasks tasks)
            throws IOException {
        this.files = files;
        this.lock = lock;
        this.variant = variant;
        this.binaries = EmbeddedBinaries.unpack(variant.binaries().orElse(files.home()), variant.archives());
        OperatingSystemUser account = OperatingSystemUser.choose(files.home(), Path.of(binaries.program("postgres")));
        this.password = files.password();
        this.programs = new EmbeddedPrograms(binaries, account, files);
        this.port = takeOver().orElseGet(this::startFresh);
        createDatabase();
        this.watch = tasks.start("postgres-watch", WATCH_INTERVAL, this::watch);
    }

    /** How the platform connects: as the owner of everything, to the platform's database. */
    public ServerAddress address() {
        return address(port, password);
    }

    private static ServerAddress address(int port, Password password) {
        return new ServerAddress(
                NAME,
                "127.0.0.1",
                port,
                DATABASE,
                SUPERUSER,
                password,
                Map.of("sslmode", "disable", "gssEncMode", "disable"));
    }

    /** Stops the server, in order when it takes no longer than 20 s; what is committed is kept either way. */
    @Override
    public void close() {
        watch.close(START_LIMIT.plus(WATCH_INTERVAL));
        stop(STOP_LIMIT);
        release(lock);
    }

    /** The port of a server that an earlier host left running; one that is of no use any more is stopped. */
    private Optional<Integer> takeOver() throws IOException {
        Optional<Postmaster> running = Postmaster.find(files.data());
        if (running.isEmpty()) {
            return Optional.empty();
        }
        Postmaster found = running.get();
        if (found.ready() && found.runs(binaries) && answers(found.port())) {
            LOGGER.info("The PostgreSQL server {} that an earlier host left running is taken over.", found.pid());
            return Optional.of(found.port());
        }
        LOGGER.info("The PostgreSQL server {} that an earlier host left running is stopped.", found.pid());
        stop(TAKEOVER_LIMIT);
        return Optional.empty();
    }

    private int startFresh() {
        try {
            Path data = files.data();
            clearRemains();
            if (Files.notExists(data)) {
                initialize();
            }
            refuseOtherVersion();
            int chosen = files.port();
            EmbeddedSettings.write(data, files.log(), chosen, variant.settings());
            programs.give();
            programs.start(START_LIMIT);
            return chosen;
        } catch (IOException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The embedded PostgreSQL below %s could not be started (%s)."
                            .formatted(files.home(), EmbeddedFiles.reason(failure)),
                    failure);
        }
    }

    private void clearRemains() throws IOException {
        Postmaster.removeStaleLock(files.data());
        for (ProcessHandle straggler : Postmaster.stragglers(files.data())) {
            straggler.destroyForcibly();
            awaitEnd(straggler);
        }
    }

    /** In a directory of its own that is renamed at last, so that a start that is cut short leaves nothing behind. */
    private void initialize() throws IOException {
        Path unfinished = files.home().resolve("initializing");
        EmbeddedBinaries.delete(unfinished);
        programs.give();
        programs.initialize(unfinished, SUPERUSER, variant.initialization());
        EmbeddedSettings.include(unfinished);
        Files.move(unfinished, files.data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void refuseOtherVersion() throws IOException {
        String written = Files.readString(files.data().resolve("PG_VERSION")).strip();
        String ours = programs.majorVersion();
        if (!written.equals(ours)) {
            throw new DatabaseException(DatabaseException.Kind.OTHER, """
                    The data in %s were written by PostgreSQL %s, and this webhookdb brings PostgreSQL %s: dump them \
                    with the webhookdb that wrote them (pg_dumpall), move the directory away, start, and restore the \
                    dump.""".formatted(files.data(), written, ours));
        }
    }

    /** Nobody but the platform has business in its database or in the ones every server comes with. */
    private void createDatabase() {
        ServerAddress maintenance = address().withDatabase("postgres");
        PGSimpleDataSource source = DataSources.of(maintenance, START_LIMIT);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            boolean missing;
            try (var found = statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
                missing = !found.next();
            }
            if (missing) {
                statement.execute("revoke all on database postgres, template1 from public");
                statement.execute("create database " + Identifiers.quote(DATABASE));
            }
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    private boolean answers(int where) {
        ServerAddress address = new ServerAddress(NAME, "127.0.0.1", where, "postgres", SUPERUSER, password, Map.of());
        try (Probe probe = new Probe(address)) {
            return probe.answers();
        }
    }

    private void watch() {
        if (Postmaster.find(files.data()).isEmpty()) {
            restart();
        }
    }

    /** On the same port: the pools know no other. */
    private void restart() {
        LOGGER.warn("The embedded PostgreSQL ended by itself and is started again; its log is in {}.", files.log());
        try {
            clearRemains();
            programs.start(START_LIMIT);
        } catch (IOException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The embedded PostgreSQL could not be started again; it will be tried again.",
                    failure);
        }
    }

    private void stop(Duration limit) {
        if (programs.stop("fast", limit) || programs.stop("immediate", TAKEOVER_LIMIT)) {
            return;
        }
        Postmaster.find(files.data()).flatMap(Postmaster::process).ifPresent(process -> {
            process.destroyForcibly();
            awaitEnd(process);
        });
    }

    private static void awaitEnd(ProcessHandle process) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        end.completeOnTimeout(process, TAKEOVER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static void release(FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException failure) {
            LOGGER.warn("The lock of the data directory could not be released.", failure);
        }
    }
}
