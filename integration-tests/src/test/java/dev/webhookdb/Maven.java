package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Maven as somebody outside this build uses it, who has this build's artifacts.
 *
 * <p>Its repository is a directory of links to the developer's own, but for our group, which holds what the build made: nothing has to be
 * installed, copied or fetched twice.
 */
final class Maven {
    private static final String VERSION = System.getProperty("version");
    private static final int MINUTES = 5;

    /** What a connector needs of ours: where it is built, and its artifact's name. */
    private static final Map<String, String> ARTIFACTS = Map.of(
            "..", "webhookdb-parent",
            "../spi", "webhookdb-spi",
            "../platform", "webhookdb-platform",
            "../testkit", "webhookdb-testkit",
            "../archetype", "webhookdb-connector-archetype",
            "../connectors", "connectors/webhookdb-connector-parent");

    private final Path repository;

    private Maven(Path repository) {
        this.repository = repository;
    }

    /** Prepares a repository. */
    static Maven withThisBuild() throws IOException {
        // not a temporary directory: what deletes those must never follow a link into the developer's repository
        Path repository = Files.createDirectories(Path.of("target/repository").toAbsolutePath());
        Path own = Path.of(System.getProperty("maven.repository"));
        link(own, repository, "dev");
        link(own.resolve("dev"), Files.createDirectories(repository.resolve("dev")), "webhookdb");
        for (var artifact : ARTIFACTS.entrySet()) {
            deploy(Path.of(artifact.getKey()), repository.resolve("dev/webhookdb"), artifact.getValue());
        }
        return new Maven(repository);
    }

    /** Runs goals in a directory, and fails unless they succeed. */
    void run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("maven.home") + "/bin/mvn", "-B", "-ntp", "-Dmaven.repo.local=" + repository));
        if (System.getProperty("maven.offline").equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(directory, "maven", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended && process.exitValue() == 0)
                .as(() -> command + "\n" + read(log))
                .isTrue();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "Its output cannot be read: " + e.getMessage();
        }
    }

    private static void link(Path from, Path to, String but) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                Path link = to.resolve(name);
                if (!name.equals(but) && !Files.exists(link)) {
                    Files.createSymbolicLink(link, entry.toAbsolutePath());
                }
            }
        }
    }

    private static void deploy(Path module, Path group, String artifact) throws IOException {
        String name = artifact.substring(artifact.lastIndexOf('/') + 1);
        Path place = Files.createDirectories(group.resolve(artifact).resolve(VERSION));
        Files.copy(
                module.resolve("pom.xml"),
                place.resolve("%s-%s.pom".formatted(name, VERSION)),
                StandardCopyOption.REPLACE_EXISTING);
        for (String suffix : List.of(".jar", "-tests.jar")) {
            Path jar = module.resolve("target/%s-%s%s".formatted(name, VERSION, suffix));
            if (Files.exists(jar)) {
                Files.copy(jar, place.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
