package dev.webhookdb.embedded;

import dev.webhookdb.config.Password;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.sql.DatabaseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What the embedded server keeps below the data directory, all in {@code postgres/}.
 *
 * @param home the directory itself
 */
record EmbeddedFiles(Path home) {

    /** For looking at what may not be there yet: nothing is made. */
    static EmbeddedFiles at(Path dataDirectory) {
        Path home = dataDirectory.toAbsolutePath().normalize().resolve("postgres");
        try {
            return new EmbeddedFiles(Files.exists(home) ? home.toRealPath() : home);
        } catch (IOException failure) {
            return new EmbeddedFiles(home);
        }
    }

    static EmbeddedFiles below(Path dataDirectory) {
        Path home = at(dataDirectory).home();
        try {
            if (Files.notExists(home)) {
                Files.createDirectories(home);
                // the account that the server runs as passes through; what is secret is protected by itself
                Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            EmbeddedFiles files = new EmbeddedFiles(home.toRealPath());
            Files.createDirectories(files.log());
            return files;
        } catch (IOException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The data directory %s cannot be written (%s): give the user \"%s\" the right to, or set data-dir to another directory."
                            .formatted(dataDirectory, reason(failure), System.getProperty("user.name")),
                    failure);
        }
    }

    Path data() {
        return home.resolve("data");
    }

    Path log() {
        return home.resolve("log");
    }

    Path passwordFile() {
        return home.resolve("password");
    }

    /** Held as long as the host lives; the system lets go of it also when the host is killed. */
    FileChannel lock() throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve("host.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "Another webhookdb uses the data directory %s: stop it, or set data-dir to another directory."
                            .formatted(home.getParent()));
        }
        return channel;
    }

    /** The superuser's password, invented at the first start. */
    Password password() throws IOException {
        if (Files.notExists(passwordFile())) {
            Path unfinished = Files.createTempFile(
                    home,
                    "password",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(unfinished, Secrets.password() + "\n");
            Files.move(unfinished, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
        }
        return new Password(Files.readString(passwordFile()).strip());
    }

    /** The port of the last time when it is free, else another that is, remembered for the next time. */
    int port() throws IOException {
        Path remembered = home.resolve("port");
        int last = Files.exists(remembered) ? parse(Files.readString(remembered).strip()) : 0;
        int port = last > 0 && free(last) ? last : freePort();
        Files.writeString(remembered, port + "\n");
        return port;
    }

    static String reason(IOException failure) {
        return failure.getClass().getSimpleName().replace("Exception", "") + ": " + failure.getMessage();
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException failure) {
            return null;
        }
    }

    private static int parse(String number) {
        return number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : 0;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.isBound();
        } catch (IOException failure) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
