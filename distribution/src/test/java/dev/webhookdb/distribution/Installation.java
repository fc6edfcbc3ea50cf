package dev.webhookdb.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The tarball, unpacked once for all tests, and its commands as processes without any Java but their own.
 *
 * <p>Nothing is waited for longer than {@link #LIMIT}. Thread-safe.
 */
final class Installation {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path home;

    private Installation(Path home) {
        this.home = home;
    }

    static Installation unpacked() {
        return Unpacked.ONCE;
    }

    /** Copies it as people do, so that every file has another time. */
    Installation copy(Path to) {
        Run run = run(new ProcessBuilder("cp", "-r", home.toString(), to.toString()));
        if (run.status() != 0) {
            throw new IllegalStateException("The installation cannot be copied: " + run.err());
        }
        return new Installation(to);
    }

    static String version() {
        return System.getProperty("version");
    }

    Path home() {
        return home;
    }

    Path stripe() {
        return home.resolve("connectors/stripe.jar");
    }

    /** Runs a command to its end, with nothing of this process's environment that could mean something to it. */
    Run run(Map<String, String> environment, String... arguments) {
        return run(builder(environment, arguments));
    }

    ProcessBuilder builder(Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/webhookdb").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEBHOOKDB_") || name.equals("JAVA_HOME"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** A directory that every account may enter, because PostgreSQL does not run as root. */
    static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory("webhookdb-it");
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Installation unpack(Path tarball) {
        Path directory = temporaryDirectory();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> delete(directory)));
        Run run = run(new ProcessBuilder(
                "tar", "-xzf", tarball.toString(), "--strip-components=1", "-C", directory.toString()));
        if (run.status() != 0) {
            throw new IllegalStateException("The tarball cannot be unpacked: " + run.err());
        }
        return new Installation(directory);
    }

    /** Runs a command to its end, with an environment as it is given. */
    static Run run(ProcessBuilder builder) {
        Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> out = text(process.getInputStream());
            CompletableFuture<String> err = text(process.getErrorStream());
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(builder.command() + " did not end within " + LIMIT);
            }
            return new Run(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    /** Apart from the outer class, whose methods the threads that read a command's output could not call before it is initialized. */
    private static final class Unpacked {
        static final Installation ONCE = unpack(Path.of(System.getProperty("tarball")));
    }

    /** How a command ended, and what it said. */
    record Run(int status, String out, String err) {
        /** The lines of CSV behind the heading, each split at its commas; no cell may need quotes. */
        List<List<String>> cells() {
            return out.lines().skip(1).map(line -> List.of(line.split(",", -1))).toList();
        }
    }
}
