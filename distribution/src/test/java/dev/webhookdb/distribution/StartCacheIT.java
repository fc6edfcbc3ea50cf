package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client starts with a cache of loaded classes, also where the installation was copied; and nobody hears of it. */
class StartCacheIT {
    private static final Run VERSION = new Run(0, "webhookdb " + Installation.version() + "\n", "");

    private final Path directory = Installation.temporaryDirectory();
    private final Path caches = directory.resolve("cache/webhookdb");

    @AfterEach
    void end() {
        Installation.delete(directory);
    }

    @Test
    void what_was_unpacked_starts_with_the_cache_that_comes_along() {
        assertThat(startsWithCache(Installation.unpacked())).isTrue();
    }

    /** Some kinds of classes a cache leaves out without a word, and a command then takes twice as long. */
    @Test
    void no_class_of_a_library_is_read_from_its_jar() throws IOException {
        Path classes = directory.resolve("classes.txt");

        Installation.unpacked()
                .run(
                        Map.of("_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes),
                        "org",
                        "list",
                        "--host",
                        "http://127.0.0.1:9");

        assertThat(Files.readAllLines(classes))
                .anyMatch(line -> line.contains("picocli.CommandLine source: shared objects file"))
                .noneMatch(line -> line.contains("source: file:") && line.contains(".jar"));
    }

    /** The JARs of a copy have other times. */
    @Test
    void so_does_a_copy() {
        assertThat(startsWithCache(Installation.unpacked().copy(directory.resolve("copy"))))
                .isTrue();
    }

    @Test
    void where_it_does_not_fit_the_user_gets_one_and_those_of_installations_and_jars_that_are_gone_go()
            throws IOException {
        Installation copy = copyWithoutCache();
        Path own = caches.resolve(copy.home().toString().replace('/', '='));
        Path before = Files.createFile(Files.createDirectories(own).resolve("cli-0123.aot"));
        Path gone = Files.createDirectories(caches.resolve("=nowhere=webhookdb"));
        assertThat(startsWithCache(copy)).isFalse();

        assertThat(copy.run(environment(caches.getParent()), "--version")).isEqualTo(VERSION);

        await().atMost(Duration.ofMinutes(2))
                .until(() -> startsWithCache(copy) && !Files.exists(before) && !Files.exists(gone));
        assertThat(own).isDirectoryNotContaining("glob:**.aot.[0-9]*");
    }

    /** Java does not see that the classes of a cache are those of other JARs. */
    @Test
    void what_was_kept_for_other_jars_is_not_used() throws IOException {
        Installation copy = copyWithoutCache();
        copy.run(environment(caches.getParent()), "--version");
        await().atMost(Duration.ofMinutes(2)).until(() -> startsWithCache(copy));

        Files.writeString(copy.home().resolve("lib/cli.id"), "of other JARs\n");

        assertThat(startsWithCache(copy)).isFalse();
    }

    @Test
    void where_none_can_be_kept_nobody_hears_of_it() throws IOException {
        Installation copy = copyWithoutCache();
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(copy.run(environment(file), "--version")).isEqualTo(VERSION);
        assertThat(copy.run(Map.of("HOME", ""), "--version")).isEqualTo(VERSION);
    }

    private Installation copyWithoutCache() throws IOException {
        Installation copy = Installation.unpacked().copy(directory.resolve("copy"));
        Files.delete(copy.home().resolve("lib/cli.aot"));
        return copy;
    }

    /** A JVM that must have the cache does not start without it. */
    private boolean startsWithCache(Installation installation) {
        Map<String, String> environment =
                Map.of("XDG_CACHE_HOME", caches.getParent().toString(), "_JAVA_OPTIONS", "-XX:AOTMode=on");
        return installation.run(environment, "--version").status() == 0;
    }

    private static Map<String, String> environment(Path cacheHome) {
        return Map.of("XDG_CACHE_HOME", cacheHome.toString());
    }
}
