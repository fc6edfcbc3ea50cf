package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The server starts with a cache of loaded classes from the second time on, and a cache that does not fit is as good as none. Whatever of the
 * cache needs no running server is tried with {@code connectors check}, which bin/webhookdb starts with the same options.
 */
class ServerStartCacheIT {
    private static final Duration MAKING = Duration.ofMinutes(3);

    /** One for what was unpacked, which the tests that do not make their own are given. */
    private static final Path MADE = madeOnce();

    private final Path directory = Installation.temporaryDirectory();
    private final Path caches = directory.resolve("cache");

    @AfterEach
    void end() {
        Installation.delete(directory);
    }

    @Test
    void the_first_start_has_it_made_and_the_second_uses_it() throws IOException, InterruptedException {
        Path classes = directory.resolve("classes.txt");
        Map<String, String> environment = Map.of(
                "XDG_CACHE_HOME",
                caches.toString(),
                "WEBHOOKDB_JAVA_OPTS",
                "-Xlog:class+load:file=" + classes + ":none:filecount=0");
        try (Server server = new Server(environment)) {
            server.start(Duration.ofMinutes(1));
            assertThat(fromCache(classes)).noneMatch(name -> name.startsWith("dev.webhookdb."));
            await().atMost(MAKING)
                    .until(() -> !cachesOf(Installation.unpacked()).isEmpty());
            server.stop(Duration.ofSeconds(30));
            Files.delete(classes);

            server.start(Duration.ofMinutes(1));

            assertThat(fromCache(classes)).contains("dev.webhookdb.Host", "io.helidon.webserver.LoomServer");
            assertThat(Files.readAllLines(classes))
                    // JFR's events alone are never in a cache
                    .noneMatch(line -> line.contains("/lib/server/") && !line.contains("StatementEvent"));
            assertThat(server.output()).doesNotContainIgnoringCase("aot").doesNotContain("[warning]");
        }
    }

    @Test
    void a_damaged_one_is_as_good_as_none_and_is_replaced() throws IOException {
        Installation installation = Installation.unpacked();
        give(installation);
        Path cache = cachesOf(installation).getFirst();
        Files.write(cache, new byte[1 << 20], StandardOpenOption.TRUNCATE_EXISTING);

        Run run = check(installation, Map.of());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        make(installation);
        assertThat(usesCache(installation)).isTrue();
    }

    @Test
    void a_copy_of_the_installation_gets_its_own_to_which_connectors_of_others_do_not_matter() throws IOException {
        Installation copy = Installation.unpacked().copy(directory.resolve("copy"));
        give(Installation.unpacked());
        assertThat(usesCache(Installation.unpacked())).isTrue();
        assertThat(usesCache(copy)).isFalse();

        make(copy);

        assertThat(usesCache(copy)).isTrue();
        assertThat(cachesOf(Installation.unpacked())).hasSize(1);

        Files.writeString(copy.home().resolve("connectors/acme.jar"), "This is no JAR.");

        assertThat(usesCache(copy)).isTrue();
    }

    /** Also after a repair by hand, after which nobody wrote {@code server.id} anew. */
    @Test
    void one_of_other_jars_is_not_used_and_goes_when_another_is_made() throws IOException {
        Installation copy = Installation.unpacked().copy(directory.resolve("copy"));
        make(copy);
        Path library = copy.home().resolve("lib/server");
        Files.copy(copy.stripe(), library.resolve("a-patch.jar"));
        assertThat(usesCache(copy)).as("with a JAR more").isFalse();
        Files.delete(library.resolve("a-patch.jar"));
        assertThat(usesCache(copy)).isTrue();
        Path other = cachesOf(copy).getFirst();

        Files.writeString(copy.home().resolve("lib/server.id"), "of_other_JARs\n");

        assertThat(usesCache(copy)).as("of other JARs").isFalse();
        make(copy);
        assertThat(other).doesNotExist();
        assertThat(usesCache(copy)).isTrue();

        Files.copy(copy.stripe(), jarOf(library, "quartz-"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(usesCache(copy)).as("with another JAR in one's place").isFalse();
    }

    @Test
    void with_another_collector_it_is_as_good_as_none_until_there_is_one_for_that() throws IOException {
        Installation installation = Installation.unpacked();
        Map<String, String> other = Map.of("WEBHOOKDB_JAVA_OPTS", "-XX:+UseParallelGC -XX:-UseCompressedOops");
        give(installation);
        Run run = check(installation, other);
        assertThat(run.status()).as(run.err()).isZero();

        make(installation, other);

        assertThat(usesCache(installation, other)).isTrue();
    }

    @Test
    void two_that_are_made_at_once_are_one_in_the_end() {
        Installation installation = Installation.unpacked();

        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> make(installation)),
                        CompletableFuture.runAsync(() -> make(installation)))
                .join();

        assertThat(usesCache(installation)).isTrue();
        assertThat(filesOf(installation))
                .hasSize(2)
                .noneMatch(file -> file.toString().matches(".*\\.aot\\.[0-9]+"));
    }

    @Test
    void where_none_can_be_kept_or_is_wanted_none_is_made_and_nobody_hears_of_it() throws IOException {
        Installation installation = Installation.unpacked();
        Path file = Files.createFile(directory.resolve("file"));
        for (Map<String, String> environment : List.of(
                Map.of("XDG_CACHE_HOME", file.toString()),
                Map.of("HOME", "", "XDG_CACHE_HOME", ""),
                Map.of("XDG_CACHE_HOME", caches.toString(), "WEBHOOKDB_START_CACHE", "off"))) {
            assertThat(installation.run(environment, "make-cache", "server")).isEqualTo(new Run(0, "", ""));
            assertThat(check(installation, environment).err()).isEmpty();
        }
        assertThat(caches).doesNotExist();
    }

    /** Where everybody may write, somebody else could have laid down code for the server. */
    @Test
    void one_that_another_account_wrote_is_not_used() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give files away");
        Installation installation = Installation.unpacked();
        give(installation);
        Path cache = cachesOf(installation).getFirst();
        var accounts = cache.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(cache, accounts.lookupPrincipalByName("nobody"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(usesCache(installation)).isFalse();
    }

    private static Path madeOnce() {
        Path caches = Installation.temporaryDirectory();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> Installation.delete(caches)));
        Run run = Installation.unpacked().run(Map.of("XDG_CACHE_HOME", caches.toString()), "make-cache", "server");
        assertThat(run.status()).as(run.err()).isZero();
        return filesOf(caches, Installation.unpacked()).stream()
                .filter(file -> file.toString().endsWith(".aot"))
                .findFirst()
                .orElseThrow();
    }

    /** Lays the cache down as if it had been made some time ago. It fits no copy, whose JARs have other times. */
    private void give(Installation installation) throws IOException {
        Path own = Files.createDirectories(own(caches, installation));
        Files.copy(MADE, own.resolve(MADE.getFileName()));
    }

    private void make(Installation installation) {
        make(installation, Map.of());
    }

    private void make(Installation installation, Map<String, String> more) {
        Run run = installation.run(environment(more), "make-cache", "server");
        assertThat(run.status()).as(run.err()).isZero();
    }

    private boolean usesCache(Installation installation) {
        return usesCache(installation, Map.of());
    }

    private boolean usesCache(Installation installation, Map<String, String> more) {
        Path classes = directory.resolve("classes.txt");
        try {
            Files.deleteIfExists(classes);
            var environment = new HashMap<>(more);
            environment.put("_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes + ":none:filecount=0");
            check(installation, environment);
            return fromCache(classes).contains("dev.webhookdb.Main");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Run check(Installation installation, Map<String, String> more) {
        return installation.run(
                environment(more), "connectors", "check", installation.stripe().toString());
    }

    private Map<String, String> environment(Map<String, String> more) {
        var environment = new HashMap<>(Map.of("XDG_CACHE_HOME", caches.toString()));
        environment.putAll(more);
        return environment;
    }

    /** The names of the classes that a JVM took from a cache, by its log. */
    private static List<String> fromCache(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("source: shared objects file"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private List<Path> cachesOf(Installation installation) {
        return filesOf(installation).stream()
                .filter(file -> file.toString().endsWith(".aot"))
                .toList();
    }

    private List<Path> filesOf(Installation installation) {
        return filesOf(caches, installation);
    }

    private static Path own(Path caches, Installation installation) {
        return caches.resolve("webhookdb")
                .resolve(installation.home().toString().replace('/', '='));
    }

    private static List<Path> filesOf(Path caches, Installation installation) {
        Path own = own(caches, installation);
        if (Files.notExists(own)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(own)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jarOf(Path library, String prefix) throws IOException {
        try (Stream<Path> jars = Files.list(library)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
