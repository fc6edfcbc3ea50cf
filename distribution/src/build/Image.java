import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Completes the staged distribution: a Java runtime of its own, and caches of loaded classes for a fast start.
 *
 * <p>The JVM only uses a cache when the files it was made from have the same size and time, so all files get the time that they have
 * in the tarball before the first cache is made. Where the tarball is unpacked does not matter.
 *
 * <p>Usage: {@code java Image.java STAGED TIMESTAMP MODULE,MODULE…}
 */
final class Image {
    /** A command that loads nearly all the client's classes and needs no server: nothing listens on the discard port. */
    private static final List<String> CLIENT_TRAINING =
            List.of("org", "list", "--host", "http://127.0.0.1:9", "--output", "json");

    public static void main(String[] args) throws IOException, InterruptedException {
        Path home = Path.of(args[0]);
        FileTime time = FileTime.from(Instant.parse(args[1]));
        link(home.resolve("runtime"), args[2]);
        touch(home, time);
        Path java = home.resolve("runtime/bin/java");
        run(List.of(java.toString(), "-Xshare:dump", "-Xlog:disable"), 0);
        train(java, home, "cli");
        touch(home, time);
    }

    private static void link(Path runtime, String modules) throws IOException {
        delete(runtime);
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("This JDK has no jlink. Build with a complete JDK 25."));
        int status = jlink.run(
                System.out,
                System.err,
                "--add-modules",
                modules,
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                "--output",
                runtime.toString());
        if (status != 0) {
            throw new IllegalStateException("jlink failed with status " + status);
        }
    }

    private static void train(Path java, Path home, String program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:AOTCacheOutput=" + home.resolve("lib/" + program + ".aot"),
                "-Xlog:disable",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                classPath(home.resolve("lib/" + program)),
                "dev.webhookdb.cli.Main"));
        command.addAll(CLIENT_TRAINING);
        String output = run(command, 1);
        if (!output.startsWith("There is no server")) {
            throw new IllegalStateException(command + " did not run as expected: " + output);
        }
    }

    /** The class path in the order in which bin/webhookdb writes it. */
    private static String classPath(Path directory) throws IOException {
        try (Stream<Path> jars = Files.list(directory)) {
            return jars.map(Path::toString).sorted().collect(Collectors.joining(":"));
        }
    }

    /** Runs a command that is expected to end with this status, and gives what it printed. */
    private static String run(List<String> command, int expectedStatus) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("WEBHOOKDB_OPERATOR_TOKEN", "training");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != expectedStatus) {
            throw new IllegalStateException(command + " ended with " + process.exitValue() + ": " + output);
        }
        return output;
    }

    private static void touch(Path root, FileTime time) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> touchOne(file, time));
        }
    }

    private static void touchOne(Path file, FileTime time) {
        try {
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
