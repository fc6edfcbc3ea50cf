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

    @Test
    void a_copy_gets_a_cache_of_its_own_and_those_of_copies_that_are_gone_go() throws IOException {
        Installation copy = Installation.unpacked().copy(directory.resolve("copy"));
        Path own = caches.resolve(copy.home().toString().replace('/', '=') + ".aot");
        Path gone = Files.createFile(Files.createDirectories(caches).resolve("=nowhere=webhookdb.aot"));
        assertThat(startsWithCache(copy)).isFalse();

        assertThat(copy.run(environment(caches.getParent()), "--version")).isEqualTo(VERSION);

        await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(own) && !Files.exists(gone));
        assertThat(startsWithCache(copy)).isTrue();
        assertThat(caches).isDirectoryNotContaining("glob:**.aot.[0-9]*");
    }

    @Test
    void where_none_can_be_kept_nobody_hears_of_it() throws IOException {
        Installation copy = Installation.unpacked().copy(directory.resolve("copy"));
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(copy.run(environment(file), "--version")).isEqualTo(VERSION);
        assertThat(copy.run(Map.of("HOME", ""), "--version")).isEqualTo(VERSION);
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
