package dev.webhookdb.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.RunningHost;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** The command line client as the distribution has it: nothing but its JARs and, for many commands, a cache of loaded classes. */
final class InstalledClient {
    private static final String MAIN = "dev.webhookdb.cli.Main";

    /** A class of each of its JARs. */
    private static final List<String> PARTS = List.of(MAIN, "picocli.CommandLine", "tools.jackson.core.JsonParser");

    private final String classPath;
    private final List<String> options;

    private InstalledClient(String classPath, List<String> options) {
        this.classPath = classPath;
        this.options = options;
    }

    /** Installs it. */
    static InstalledClient in(Path directory) {
        String classPath = PARTS.stream()
                .map(part -> jar(part, directory).toString())
                .collect(Collectors.joining(System.getProperty("path.separator")));
        return new InstalledClient(classPath, List.of());
    }

    /**
     * The same with a cache, without which most of the time of a command is the start of its JVM. To make it takes as long as some ten
     * commands.
     *
     * @param host what it talks to while the cache is made, so that it reads and prints an answer
     */
    InstalledClient cached(Path directory, RunningHost host) throws IOException, InterruptedException {
        Path cache = directory.resolve("client.aot");
        List<String> command = java(List.of("-XX:AOTCacheOutput=" + cache, "-Xlog:disable"));
        command.addAll(List.of("connectors", "list", "--host", host.url()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("HOME", directory.toString(), "WEBHOOKDB_API_TOKEN", host.operatorToken()));
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0 || !Files.exists(cache)) {
            throw new IllegalStateException("No cache came of " + command + ": " + printed);
        }
        // a cache that cannot be used is only slow; a word about it would be printed among what the client prints
        return new InstalledClient(classPath, List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
    }

    /** The command with these arguments. */
    List<String> command(List<String> arguments) {
        List<String> command = java(options);
        command.addAll(arguments);
        return command;
    }

    private List<String> java(List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Dwebhookdb.terminals=none"));
        command.addAll(more);
        command.addAll(List.of("-cp", classPath, MAIN));
        return command;
    }

    /** A cache is made of JARs only, where a build without packaging has a directory of classes. */
    private static Path jar(String part, Path directory) {
        try {
            Path source = Path.of(Class.forName(part)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.isDirectory(source) ? packaged(source, directory.resolve(part + ".jar")) : source;
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path packaged(Path classes, Path jar) {
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        if (status != 0) {
            throw new IllegalStateException("%s could not be packaged: jar ended with %d".formatted(classes, status));
        }
        return jar;
    }
}
