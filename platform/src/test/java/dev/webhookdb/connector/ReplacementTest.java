package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook.Verdict;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A newer connector takes the place of an older one while the host runs, or is refused and disturbs nothing. */
class ReplacementTest extends WatchedDirectory {
    private static final Json BODY = new Json.Bool(true);

    @Test
    void aNewerConnectorThatIsPutOverAnotherTakesItsPlace() {
        release("1.0", "old").writeTo(file());
        ConnectorRegistry registry = open();

        release("2.0", "new").writeTo(file());

        await().until(() -> said(registry, "acme").equals("new"));
        assertThat(registry.resource("acme_thing_v1").orElseThrow().connectorVersion())
                .isEqualTo("2.0");
        await().untilAsserted(() -> assertThat(registry.all())
                .singleElement()
                .isInstanceOfSatisfying(Installed.Ready.class, ready -> {
                    assertThat(ready.version()).isEqualTo("2.0");
                    assertThat(ready.notes()).isEmpty();
                }));
    }

    @Test
    void aConnectorTakesThePlaceOfOneWithTheSameIdWhoseFileIsGone() throws IOException {
        release("1.0", "old").writeTo(directory.resolve("acme-1.0.jar"));
        ConnectorRegistry registry = open();

        release("1.1", "new").writeTo(directory.resolve("acme-1.1.jar"));
        await().untilAsserted(
                        () -> assertThat(refused("acme-1.1.jar").problem()).contains("also claimed by acme-1.0.jar"));
        assertThat(said(registry, "acme")).isEqualTo("old");
        Files.delete(directory.resolve("acme-1.0.jar"));

        await().until(() -> said(registry, "acme").equals("new"));
        await().untilAsserted(() -> assertThat(registry.all()).hasSize(1));
        assertThat(ready("acme-1.1.jar").notes()).isEmpty();
    }

    @Test
    void ofTwoThatClaimTheIdOfOneThatIsGoneNeitherTakesItsPlace() throws IOException {
        release("1.0", "old").writeTo(directory.resolve("acme-1.0.jar"));
        ConnectorRegistry registry = open();

        release("1.1", "new").writeTo(directory.resolve("acme-1.1.jar"));
        release("1.2", "newest").writeTo(directory.resolve("acme-1.2.jar"));
        await().untilAsserted(() -> assertThat(registry.all()).hasSize(3));
        Files.delete(directory.resolve("acme-1.0.jar"));

        await().untilAsserted(() -> assertThat(refused("acme-1.2.jar").problem())
                .isEqualTo("The id 'acme' is also claimed by acme-1.1.jar (acme 1.1)."));
        assertThat(said(registry, "acme")).isEqualTo("old");
    }

    @Test
    void newServicesComeAndUnusedOnesGo() {
        services("acme_thing_v1", "acme_old_v1").writeTo(file());
        ConnectorRegistry registry = open();

        services("acme_thing_v1", "acme_new_v1").writeTo(file());

        await().until(() -> registry.resource("acme_new_v1").isPresent());
        assertThat(registry.resources())
                .extracting(one -> one.resource().name())
                .containsExactly("acme_new_v1", "acme_thing_v1");
    }

    @Test
    void oneThatLacksAServiceThatIntegrationsUseIsRefusedUntilItHasIt() {
        services("acme_thing_v1", "acme_used_v1").writeTo(file());
        ConnectorRegistry registry = open(List.of(directory), new Relied(Set.of("acme_used_v1"), Set.of()));

        services("acme_thing_v1").manifest("Connector-Version", "2.0").writeTo(file());

        await().untilAsserted(
                        () -> assertThat(ready("acme.jar").notes())
                                .containsExactly(
                                        "acme 2.0 lies there now, and is not used; this one works until the host is restarted."
                                                + " It lacks the service 'acme_used_v1'."
                                                + " Install a release that has all of these services: acme_used_v1; or delete their integrations first."));
        assertThat(ready("acme.jar").version()).isEqualTo("1.2.3");
        assertThat(registry.resource("acme_used_v1")).isPresent();

        services("acme_thing_v1", "acme_used_v1")
                .manifest("Connector-Version", "2.1")
                .writeTo(file());
        await().untilAsserted(() -> assertThat(ready("acme.jar").version()).isEqualTo("2.1"));
        assertThat(ready("acme.jar").notes()).isEmpty();
    }

    @Test
    void oneThatBreaksAPromiseIsRefused() {
        services("acme_thing_v1").writeTo(file());
        ConnectorRegistry registry = open(List.of(directory), new Relied(Set.of(), Set.of("acme_other_v1")));

        services("acme_thing_v1", "acme_other_v1").writeTo(file());

        await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                .singleElement()
                .asString()
                .contains("acme_other_v1 is not as it was promised.", "declare a new service: acme_other_v2"));
        assertThat(registry.resource("acme_other_v1")).isEmpty();
    }

    @Test
    void oneThatConflictsWithAnotherIsRefused() {
        services("acme_thing_v1").writeTo(file());
        good("other").writeTo(directory.resolve("other.jar"));
        open();

        services("acme_thing_v1", "other_thing_v1").writeTo(file());

        await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                .singleElement()
                .asString()
                .contains("The service 'other_thing_v1' is also declared by other.jar (other 1.2.3)."));
        assertThat(ready("other.jar").notes()).isEmpty();
    }

    @Test
    void anotherConnectorInItsPlaceIsRefused() {
        release("1.0", "old").writeTo(file());
        ConnectorRegistry registry = open();

        good("other").writeTo(file());

        await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                .singleElement()
                .asString()
                .contains("It is other 1.2.3, and lies where acme 1.0 was loaded from"));
        assertThat(said(registry, "acme")).isEqualTo("old");
        assertThat(registry.resource("other_thing_v1")).isEmpty();
    }

    @Test
    void oneThatThrowsOrHangsWhileLoadingDisturbsNothing() {
        release("1.0", "old").writeTo(file());
        ConnectorRegistry registry = open();

        release("2.0", "new")
                .constructor("throw new IllegalStateException(\"no\");")
                .writeTo(file());
        await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                .singleElement()
                .asString()
                .startsWith("Its file changed, and what lies there now is not used; this one works"));
        assertThat(said(registry, "acme")).isEqualTo("old");

        release("2.1", "newer")
                .constructor(
                        "long end = System.nanoTime() + 8_000_000_000L; while (System.nanoTime() < end) Thread.onSpinWait();")
                .writeTo(file());
        await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                .singleElement()
                .asString()
                .contains("loading took more than 2 seconds"));
        assertThat(said(registry, "acme")).isEqualTo("old");

        release("2.2", "good").writeTo(file());
        await().until(() -> said(registry, "acme").equals("good"));
    }

    @Test
    void aFileThatIsPutBackIsNoNews() throws IOException {
        Path file = release("1.0", "old").writeTo(file());
        ConnectorRegistry registry = open();
        LoadedResource before = registry.resource("acme_thing_v1").orElseThrow();
        Path kept = Files.move(file, temporary.resolve("kept.jar"));
        await().untilAsserted(() -> assertThat(ready("acme.jar").notes()).hasSize(1));

        Files.move(kept, file);

        await().untilAsserted(() -> assertThat(ready("acme.jar").notes()).isEmpty());
        assertThat(registry.resource("acme_thing_v1")).containsSame(before);
    }

    @Test
    void aCopyThatTakesItsTimeIsNeverUsedBeforeItIsWhole() throws IOException {
        release("1.0", "old").writeTo(file());
        ConnectorRegistry registry = open();
        var ballast = new byte[4 << 20];
        new Random(1).nextBytes(ballast);
        byte[] whole = Files.readAllBytes(
                release("2.0", "new").entry("ballast.bin", ballast).writeTo(temporary.resolve("new.jar")));

        int step = whole.length / 4;
        Files.write(file(), Arrays.copyOf(whole, step));
        for (int from = step; from < whole.length; from += step) {
            int notes = from;
            await().untilAsserted(() -> assertThat(ready("acme.jar").notes())
                    .as("after %d bytes", notes)
                    .singleElement()
                    .asString()
                    .contains("truncated or damaged"));
            assertThat(said(registry, "acme")).isEqualTo("old");
            Files.write(
                    file(),
                    Arrays.copyOfRange(whole, from, Math.min(from + step, whole.length)),
                    StandardOpenOption.APPEND);
        }

        await().until(() -> said(registry, "acme").equals("new"));
    }

    @Test
    void aCallThatRunsEndsInTheConnectorItBeganIn() throws Exception {
        Path door = temporary.resolve("door");
        saying("acme", "old").read("""
                        while (!java.nio.file.Files.exists(java.nio.file.Path.of("%s"))) Thread.onSpinWait();
                        return List.of(Item.delete(Speaker.speak(), request.receivedAt()));""".formatted(door)).writeTo(file());
        ConnectorRegistry registry = open();
        LoadedResource before = registry.resource("acme_thing_v1").orElseThrow();
        var items = CompletableFuture.supplyAsync(() -> before.read(REQUEST, BODY));

        release("2.0", "new").writeTo(file());
        await().until(() -> said(registry, "acme").equals("new"));
        assertThat(items).isNotDone();
        Files.createFile(door);

        assertThat(items.get())
                .singleElement()
                .isInstanceOfSatisfying(
                        Item.Delete.class, item -> assertThat(item.key()).isEqualTo("old"));
        assertThat(before.verify(REQUEST, TestSettings.NONE))
                .isInstanceOfSatisfying(
                        Verdict.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo("old"));
    }

    @Test
    void whoCallsAllTheTimeAlwaysFindsTheService() throws Exception {
        release("1.0", "0").writeTo(file());
        ConnectorRegistry registry = open();
        var stopped = new AtomicBoolean();
        Set<String> heard = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(CompletableFuture.runAsync(
                        () -> {
                            while (!stopped.get()) {
                                heard.add(said(registry, "acme"));
                                assertThat(registry.resources()).hasSize(1);
                            }
                        },
                        threads));
            }
            for (int i = 1; i <= 5; i++) {
                String text = Integer.toString(i);
                release("1." + i, text).writeTo(file());
                await().until(() -> heard.contains(text) || callers.stream().anyMatch(CompletableFuture::isDone));
            }
            stopped.set(true);
            callers.forEach(CompletableFuture::join);
        }
        assertThat(heard).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
    }

    @Test
    void twoHundredReplacementsLeaveNoClassLoaderBehind() throws Exception {
        Path even = release("1.0", "even")
                .members("static final ThreadLocal<Object> LEFT = new ThreadLocal<>();")
                .read("LEFT.set(new Object() { final Class<?> held = Fixture.class; }); return List.of();")
                .writeTo(temporary.resolve("even.jar"));
        Path odd = release("1.1", "odd").writeTo(temporary.resolve("odd.jar"));
        Files.copy(even, file());
        ConnectorRegistry registry =
                ConnectorRegistry.open(List.of(directory), Promises.NONE, Duration.ofMillis(2), Duration.ofSeconds(5));
        opened = Optional.of(registry);
        var left = new ArrayList<WeakReference<ClassLoader>>();

        for (int i = 1; i <= 200; i++) {
            LoadedResource used = registry.resource("acme_thing_v1").orElseThrow();
            used.read(REQUEST, BODY);
            used.verify(REQUEST, TestSettings.NONE);
            left.add(new WeakReference<>(loaderOf(used)));
            Path part = Files.copy(i % 2 == 0 ? even : odd, directory.resolve(".part"));
            Files.move(part, file(), StandardCopyOption.REPLACE_EXISTING);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> registry.resource("acme_thing_v1").orElseThrow() != used);
        }

        await().untilAsserted(() -> {
            System.gc();
            assertThat(left).allMatch(reference -> reference.refersTo(null));
        });
    }

    private static ClassLoader loaderOf(LoadedResource resource) {
        return resource.resource().webhook().orElseThrow().verifier().getClass().getClassLoader();
    }

    private Path file() {
        return directory.resolve("acme.jar");
    }

    private static TestConnector release(String version, String text) {
        return saying("acme", text).manifest("Connector-Version", version);
    }

    private static TestConnector services(String... names) {
        String list = String.join("\"), resource(\"", names);
        return good("acme").resources("return List.of(resource(\"%s\"));".formatted(list));
    }

    /** What integrations rely on. */
    private record Relied(Set<String> used, Set<String> broken) implements Promises {
        @Override
        public Optional<String> broken(Resource resource) {
            return broken.contains(resource.name())
                    ? Optional.of("%s is not as it was promised.".formatted(resource.name()))
                    : Optional.empty();
        }

        @Override
        public Optional<String> needed(Collection<String> services) {
            return services.stream().filter(used::contains).findFirst().map("It lacks the service '%s'."::formatted);
        }

        @Override
        public void keep(Collection<Resource> resources) {}
    }
}
