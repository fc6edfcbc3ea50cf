package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The directory is watched, and what works is never disturbed. */
class ConnectorRegistryTest extends WatchedDirectory {
    @Test
    void loadsWhatIsThereAndIgnoresTheRest() throws IOException {
        good("b").writeTo(directory.resolve("b.jar"));
        good("a").writeTo(directory.resolve("a/a.jar"));
        Files.writeString(directory.resolve("README.txt"), "Put connectors here.");
        Files.writeString(directory.resolve(".hidden.jar"), "");
        Files.writeString(directory.resolve("broken.jar"), "");

        ConnectorRegistry registry = open();

        assertThat(registry.resources())
                .extracting(found -> found.resource().name(), LoadedResource::connectorId)
                .containsExactly(tuple("a_thing_v1", "a"), tuple("b_thing_v1", "b"));
        assertThat(registry.all())
                .extracting(one -> one.path().getFileName().toString())
                .containsExactly("a", "b.jar", "broken.jar");
        assertThat(refused("broken.jar").problem()).isEqualTo("broken.jar is empty.");
        assertThat(registry.resource("b_thing_v1"))
                .hasValueSatisfying(
                        found -> assertThat(found.connectorVersion()).isEqualTo("1.2.3"));
        assertThat(registry.resource("c_thing_v1")).isEmpty();
    }

    @Test
    void aConnectorPutThereLaterCanBeUsed() {
        ConnectorRegistry registry = open();
        var told = new CopyOnWriteArrayList<List<Installed>>();
        registry.onChange(all -> {
            throw new IllegalStateException("a listener with a defect");
        });
        registry.onChange(told::add);

        good("late").writeTo(directory.resolve("late.jar"));

        await().atMost(Duration.ofSeconds(5))
                .until(() -> registry.resource("late_thing_v1").isPresent());
        await().untilAsserted(() -> assertThat(told).containsExactly(registry.all()));
    }

    @Test
    void withTheProductsOwnTimesALateConnectorCanBeUsedWithinFiveSeconds() {
        ConnectorRegistry registry = ConnectorRegistry.open(directory);
        opened = Optional.of(registry);
        good("hangs")
                .constructor(
                        "long end = System.nanoTime() + 8_000_000_000L; while (System.nanoTime() < end) Thread.onSpinWait();")
                .writeTo(directory.resolve("hangs.jar"));

        good("late").writeTo(directory.resolve("late.jar"));

        await().atMost(Duration.ofSeconds(5))
                .until(() -> registry.resource("late_thing_v1").isPresent());
        await().untilAsserted(
                        () -> assertThat(refused("hangs.jar").problem()).contains("loading took more than 5 seconds"));
    }

    @Test
    void aCopyInProgressIsWaitedFor() throws IOException {
        byte[] whole = Files.readAllBytes(good("slow").writeTo(temporary.resolve("slow.jar")));
        Path target = directory.resolve("slow.jar");
        ConnectorRegistry registry = open();

        Files.write(target, Arrays.copyOf(whole, whole.length / 2));
        await().untilAsserted(() -> assertThat(refused("slow.jar").problem()).contains("truncated"));
        Files.write(target, Arrays.copyOfRange(whole, whole.length / 2, whole.length), StandardOpenOption.APPEND);

        await().until(() -> registry.resource("slow_thing_v1").isPresent());
        assertThat(registry.all()).singleElement().isInstanceOf(Installed.Ready.class);
    }

    @Test
    void aRefusedConnectorThatIsReplacedIsTriedAgain() {
        good("again").constructor("throw new IllegalStateException();").writeTo(directory.resolve("again.jar"));
        ConnectorRegistry registry = open();
        assertThat(registry.resources()).isEmpty();

        good("again").writeTo(directory.resolve("again.jar"));

        await().until(() -> registry.resource("again_thing_v1").isPresent());
    }

    @Test
    void aConnectorInUseWorksWithoutItsFile() throws IOException {
        Path file = directory.resolve("gone.jar");
        saying("gone", "still here").writeTo(file);
        ConnectorRegistry registry = open();

        Files.delete(file);

        await().untilAsserted(() -> assertThat(ready("gone.jar").notes())
                .containsExactly("It was removed; it works until the host is restarted."));
        assertThat(said(registry, "gone")).isEqualTo("still here");
    }

    @Test
    void aMissingDirectoryIsReportedAndWatchedFor() throws IOException {
        Files.delete(directory);

        ConnectorRegistry registry = open();

        assertThat(registry.all()).singleElement().isInstanceOfSatisfying(Installed.Refused.class, refused -> {
            assertThat(refused.path()).isEqualTo(directory);
            assertThat(refused.problem()).isEqualTo("The connectors directory %s does not exist.".formatted(directory));
        });
        Files.createDirectory(directory);
        good("late").writeTo(directory.resolve("late.jar"));
        await().until(() -> registry.resource("late_thing_v1").isPresent());
        assertThat(registry.all()).singleElement().isInstanceOf(Installed.Ready.class);
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Files.delete(directory);
        Files.createFile(directory);

        assertThat(open().all())
                .singleElement()
                .isInstanceOfSatisfying(
                        Installed.Refused.class,
                        refused -> assertThat(refused.problem()).endsWith("is a file."));
    }

    @Test
    void severalDirectoriesAreWatchedAlikeAndOneThatIsMissingIsNoEnd() throws IOException {
        Path other = temporary.resolve("volume");
        good("own").writeTo(directory.resolve("own.jar"));

        ConnectorRegistry registry = open(List.of(directory, other, directory), Promises.NONE);

        assertThat(registry.resource("own_thing_v1")).isPresent();
        assertThat(refused("volume").problem())
                .isEqualTo("The connectors directory %s does not exist.".formatted(other));
        good("late").writeTo(other.resolve("late.jar"));
        await().until(() -> registry.resource("late_thing_v1").isPresent());
        await().untilAsserted(() -> assertThat(registry.all()).hasSize(2));
        good("own").writeTo(other.resolve("own.jar"));
        await().untilAsserted(() -> assertThat(registry.all())
                .filteredOn(Installed.Refused.class::isInstance)
                .singleElement()
                .extracting(Installed::path)
                .isEqualTo(other.resolve("own.jar")));
    }

    @Test
    void afterCloseNothingIsLoadedAnyMore() {
        good("early").writeTo(directory.resolve("early.jar"));
        ConnectorRegistry registry = open();

        registry.close();
        good("late").writeTo(directory.resolve("late.jar"));

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .doesNotContain("connector-registry", "connector-watchdog");
        assertThat(said(registry, "early")).isEmpty();
    }
}
