package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory is watched, and what works is never disturbed. */
class ConnectorRegistryTest {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Request REQUEST =
            Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);

    @TempDir
    Path temporary;

    private Path directory;
    private Optional<ConnectorRegistry> opened = Optional.empty();

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("connectors"));
    }

    @AfterEach
    void close() {
        opened.ifPresent(ConnectorRegistry::close);
    }

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
    void twinsAreBothRefused() {
        good("twin").writeTo(directory.resolve("twin-1.jar"));
        good("twin").manifest("Connector-Version", "2.0").writeTo(directory.resolve("twin-2.jar"));

        ConnectorRegistry registry = open();

        assertThat(registry.resources()).isEmpty();
        assertThat(refused("twin-1.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-2.jar (twin 2.0).");
        assertThat(refused("twin-2.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-1.jar (twin 1.2.3).");
        assertThat(refused("twin-2.jar").remedy()).isEqualTo("Keep one of them and remove the others.");
    }

    @Test
    void aTwinWorksAsSoonAsTheOtherIsGone() throws IOException {
        good("twin").writeTo(directory.resolve("twin-1.jar"));
        good("twin").writeTo(directory.resolve("twin-2.jar"));
        ConnectorRegistry registry = open();

        Files.delete(directory.resolve("twin-1.jar"));

        await().until(() -> registry.resource("twin_thing_v1").isPresent());
    }

    @Test
    void aServiceHasOneConnector() {
        for (String id : List.of("one", "other")) {
            good(id).resources("return List.of(resource(\"shared_v1\"));").writeTo(directory.resolve(id + ".jar"));
        }

        ConnectorRegistry registry = open();

        assertThat(registry.resources()).isEmpty();
        assertThat(refused("one.jar").problem())
                .isEqualTo("The service 'shared_v1' is also declared by other.jar (other 1.2.3).");
        assertThat(refused("other.jar").problem())
                .isEqualTo("The service 'shared_v1' is also declared by one.jar (one 1.2.3).");
        assertThat(refused("other.jar").remedy()).contains("rename the service");
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
    void aConnectorInUseStaysAsItWasWhenItsFileIsOverwritten() throws IOException {
        Path file = directory.resolve("stays.jar");
        saying("stays", "old").writeTo(file);
        ConnectorRegistry registry = open();

        Files.copy(
                saying("stays", "new").writeTo(temporary.resolve("new.jar")),
                file,
                StandardCopyOption.REPLACE_EXISTING);

        await().untilAsserted(() -> assertThat(ready("stays.jar").notes())
                .containsExactly("It changed; restart the host to use what is there now."));
        assertThat(said(registry, "stays")).isEqualTo("old");
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
    void aNewcomerDoesNotStopAConnectorInUse() {
        saying("busy", "first").writeTo(directory.resolve("busy-1.jar"));
        ConnectorRegistry registry = open();

        saying("busy", "second").writeTo(directory.resolve("busy-2.jar"));

        await().untilAsserted(() -> assertThat(refused("busy-2.jar").problem())
                .isEqualTo("The id 'busy' is also claimed by busy-1.jar (busy 1.2.3)."));
        assertThat(ready("busy-1.jar").notes())
                .containsExactly("busy-2.jar (busy 1.2.3) claims the same id; after a restart neither would work.");
        assertThat(said(registry, "busy")).isEqualTo("first");
    }

    @Test
    void anUpgradeUnderAnotherNameWaitsForARestart() throws IOException {
        good("next").writeTo(directory.resolve("next-1.jar"));
        open();

        Files.delete(directory.resolve("next-1.jar"));
        good("next").writeTo(directory.resolve("next-2.jar"));

        await().untilAsserted(() -> {
            assertThat(refused("next-2.jar").problem())
                    .isEqualTo("It replaces next-1.jar (next 1.2.3), which works until the host is restarted.");
            assertThat(refused("next-2.jar").remedy()).isEqualTo("Restart the host.");
        });
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

    private ConnectorRegistry open() {
        ConnectorRegistry registry = ConnectorRegistry.open(directory, BETWEEN_LOOKS, Duration.ofSeconds(5));
        opened = Optional.of(registry);
        return registry;
    }

    private Installed.Ready ready(String name) {
        return (Installed.Ready) outcome(name);
    }

    private Installed.Refused refused(String name) {
        return (Installed.Refused) outcome(name);
    }

    private Installed outcome(String name) {
        return opened.orElseThrow().all().stream()
                .filter(one -> one.path().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not listed"));
    }

    private static TestConnector good(String id) {
        return TestConnector.named(id);
    }

    /** A connector that loads the class that speaks only when it is asked. */
    private static TestConnector saying(String id, String text) {
        return good(id).source(
                        "fixture.Speaker",
                        "package fixture; class Speaker { static String speak() { return \"%s\"; } }".formatted(text))
                .verify("return Webhook.Verdict.reject(Speaker.speak());");
    }

    private static String said(ConnectorRegistry registry, String id) {
        var resource = registry.resource(id + "_thing_v1").orElseThrow();
        return resource.verify(REQUEST, TestSettings.NONE) instanceof Verdict.Reject(String reason) ? reason : "";
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
