package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory is watched, ids and schemes belong to one destination, and JARs stay on disk. */
class DestinationRegistryTest {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    @TempDir
    private Path temporary;

    private Path directory;
    private Optional<DestinationRegistry> opened = Optional.empty();

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("destinations"));
    }

    @AfterEach
    void close() {
        opened.ifPresent(DestinationRegistry::close);
    }

    @Test
    void what_is_there_is_loaded_and_found_by_scheme() throws IOException {
        TestDestination.named("b").writeTo(directory.resolve("b/b.jar"));
        TestDestination.named("a")
                .part("SCHEMES", "return List.of(\"a\", \"a+ssl\");")
                .writeTo(directory.resolve("a.jar"));
        Files.writeString(directory.resolve("broken.jar"), "");

        DestinationRegistry registry = open();

        assertThat(registry.loaded()).extracting(LoadedDestination::id).containsExactly("a", "b");
        assertThat(registry.withScheme("A+SSL")).hasValueSatisfying(one -> {
            assertThat(one.id()).isEqualTo("a");
            assertThat(one.title()).isEqualTo("Fixture");
            assertThat(one.version()).isEqualTo("1.2.3");
            assertThat(one.schemes()).containsExactly("a", "a+ssl");
            assertThat(one.example()).isEqualTo("a://host/database");
        });
        assertThat(registry.withScheme("ftp")).isEmpty();
        assertThat(refused("broken.jar").problem()).isEqualTo("broken.jar is empty.");
    }

    @Test
    void one_that_is_put_there_later_can_be_used() {
        DestinationRegistry registry = open();

        TestDestination.named("late").writeTo(directory.resolve("late.jar"));

        await().atMost(Duration.ofSeconds(5))
                .until(() -> registry.withScheme("late").isPresent());
    }

    @Test
    void a_missing_directory_is_reported_and_watched_for() throws IOException {
        Files.delete(directory);

        DestinationRegistry registry = open();

        assertThat(refused("destinations").problem())
                .isEqualTo("The destinations directory %s does not exist.".formatted(directory));
        Files.createDirectory(directory);
        TestDestination.named("late").writeTo(directory.resolve("late.jar"));
        await().until(() -> registry.withScheme("late").isPresent());
    }

    @Test
    void twins_are_both_refused() {
        TestDestination.named("twin").writeTo(directory.resolve("twin-1.jar"));
        TestDestination.named("twin").manifest("Destination-Version", "2.0").writeTo(directory.resolve("twin-2.jar"));

        assertThat(open().loaded()).isEmpty();

        assertThat(refused("twin-1.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-2.jar (twin 2.0).");
        assertThat(refused("twin-2.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-1.jar (twin 1.2.3).");
    }

    @Test
    void a_scheme_has_one_destination() {
        TestDestination.named("one").writeTo(directory.resolve("one.jar"));
        shadow().writeTo(directory.resolve("shadow.jar"));

        assertThat(open().loaded()).isEmpty();

        assertThat(refused("one.jar").problem())
                .isEqualTo("The scheme 'one' is also declared by shadow.jar (shadow 1.2.3).");
        assertThat(refused("shadow.jar").problem())
                .isEqualTo("The scheme 'one' is also declared by one.jar (one 1.2.3).");
    }

    @Test
    void a_newcomer_does_not_stop_one_in_use() {
        TestDestination.named("one").writeTo(directory.resolve("one.jar"));
        DestinationRegistry registry = open();

        shadow().writeTo(directory.resolve("shadow.jar"));

        await().untilAsserted(() -> assertThat(refused("shadow.jar").problem())
                .isEqualTo("The scheme 'one' is also declared by one.jar (one 1.2.3)."));
        assertThat(registry.loaded()).extracting(LoadedDestination::id).containsExactly("one");
    }

    @Test
    void one_that_is_moved_over_another_takes_its_place_and_a_removed_one_stays() throws Exception {
        Path file = saying("stays", "old").writeTo(directory.resolve("stays.jar"));
        DestinationRegistry registry = open();
        LoadedDestination old = registry.withScheme("stays").orElseThrow();

        saying("stays", "new").writeTo(file);

        await().until(() -> registry.withScheme("stays").orElseThrow() != old);
        assertSays(registry, "stays", "new");
        assertThat(old.isReplaced()).isTrue();
        assertThat(registry.withScheme("stays").orElseThrow().isReplaced()).isFalse();
        Files.delete(file);
        await().untilAsserted(() -> assertThat(ready("stays.jar").notes())
                .containsExactly("It was removed; it works until the host is restarted."));
        assertSays(registry, "stays", "new");
    }

    @Test
    void a_session_goes_on_with_the_jar_that_it_was_opened_from_until_it_is_closed() throws Exception {
        Path file = counting("one", 1).writeTo(directory.resolve("one.jar"));
        DestinationRegistry registry = open();
        LoadedDestination old = registry.withScheme("one").orElseThrow();
        DestinationSession session = old.connect(place("one://host"));

        counting("one", 2).writeTo(file);
        await().until(old::isReplaced);
        Path looks = directory.resolve("looks.jar");
        // a look that begins after the replacement ends what is not in use
        Files.writeString(looks, "");
        await().untilAsserted(() -> assertThat(refused("looks.jar").problem()).isEqualTo("looks.jar is empty."));

        assertThat(session.count(LoadedDestinationTest.TABLE)).hasValue(1);
        try (DestinationSession next = registry.withScheme("one").orElseThrow().connect(place("one://host"))) {
            assertThat(next.count(LoadedDestinationTest.TABLE)).hasValue(2);
        }
        assertThat(old.isInUse()).isTrue();
        session.close();
        await().until(() -> !old.isInUse());
        await().untilAsserted(() -> assertThatThrownBy(() -> old.connect(place("one://host/late")))
                .hasMessageContaining("It needs the class fixture.Late"));
    }

    @Test
    void replacements_leave_no_class_loader_behind_although_drivers_register_themselves() {
        Path file = withDriver("1.0").writeTo(directory.resolve("one.jar"));
        DestinationRegistry registry = open();
        List<WeakReference<Object>> left = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            LoadedDestination old = registry.withScheme("one").orElseThrow();
            left.add(new WeakReference<>(loaded(old)));
            withDriver("1." + i).writeTo(file);
            await().until(() -> registry.withScheme("one").orElseThrow() != old);
        }

        await().untilAsserted(() -> {
            System.gc();
            assertThat(left).allMatch(reference -> reference.refersTo(null));
        });
    }

    /** Returns something that lives as long as a destination's classes. */
    private static Object loaded(LoadedDestination destination) {
        try {
            destination.check(URI.create("one://host"));
            throw new AssertionError("it hands out its loader");
        } catch (IllegalArgumentException e) {
            return System.getProperties().remove(e.getMessage());
        }
    }

    /** A destination whose driver does what all of them do. */
    private static TestDestination withDriver(String version) {
        return TestDestination.named("one")
                .manifest("Destination-Version", version)
                .source("fixture.Own", """
                        package fixture;
                        import java.sql.*;
                        public final class Own implements Driver {
                            static {
                                try { DriverManager.registerDriver(new Own()); } catch (SQLException e) { throw new IllegalStateException(e); }
                            }
                            public Connection connect(String url, java.util.Properties properties) { return null; }
                            public boolean acceptsURL(String url) { return false; }
                            public DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties properties) { return new DriverPropertyInfo[0]; }
                            public int getMajorVersion() { return 1; }
                            public int getMinorVersion() { return 0; }
                            public boolean jdbcCompliant() { return false; }
                            public java.util.logging.Logger getParentLogger() { return null; }
                        }""")
                .part("CHECK", """
                        new Own();
                        System.getProperties().put("fixture-loader", Fixture.class.getClassLoader());
                        throw new IllegalArgumentException("fixture-loader");""");
    }

    @Test
    void one_that_lacks_a_scheme_is_refused() {
        TestDestination.named("one")
                .part("SCHEMES", "return List.of(\"one\", \"two\");")
                .writeTo(directory.resolve("one.jar"));
        DestinationRegistry registry = open();

        TestDestination.named("one").writeTo(directory.resolve("one.jar"));

        await().untilAsserted(() -> assertThat(ready("one.jar").notes())
                .singleElement()
                .asString()
                .contains("It lacks the scheme 'two' of one.jar (one 1.2.3), which it would replace."));
        assertThat(registry.withScheme("two")).isPresent();
    }

    @Test
    void a_driver_is_not_read_when_its_jar_is_loaded() throws Exception {
        var driver = new byte[1 << 20];
        new Random(1).nextBytes(driver);
        Path file = TestDestination.named("large").entry("driver.bin", driver).writeTo(directory.resolve("large.jar"));
        byte[] written = Files.readAllBytes(file);
        written[written.length / 2] ^= 1;
        Files.write(file, written);

        assertThat(open().withScheme("large")).isPresent();

        JarContents jar = JarOnDisk.open(PluginKind.DESTINATION, file);
        assertThatThrownBy(() -> jar.bytes("driver.bin")).hasMessage("the checksum of driver.bin is wrong");
        jar.close();
    }

    @Test
    void resources_services_and_files_for_this_java_are_found_in_the_jar() {
        Map<String, byte[]> old = speaker("old");
        TestDestination.named("finds")
                .compiledWith(old)
                .manifest("Multi-Release", "true")
                .entry("library/Speaker.class", old.get("library/Speaker.class"))
                .entry(
                        "META-INF/versions/17/library/Speaker.class",
                        speaker("modern").get("library/Speaker.class"))
                .entry("library/some text.txt", "text".getBytes(StandardCharsets.UTF_8))
                .entry(
                        "META-INF/services/java.lang.Runnable",
                        "fixture.Fixture$Service".getBytes(StandardCharsets.UTF_8))
                .part("MEMBERS", "public static final class Service implements Runnable { public void run() {} }")
                .part("CHECK", """
                        try (var text = Fixture.class.getResource("/library/some text.txt").openStream()) {
                            String services = ServiceLoader.load(Runnable.class).stream().map(one -> one.type().getSimpleName()).toList().toString();
                            throw new IllegalArgumentException(library.Speaker.speak() + " " + new String(text.readAllBytes()) + " " + services);
                        } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
                        """)
                .writeTo(directory.resolve("finds.jar"));

        assertSays(open(), "finds", "modern text [Service]");
    }

    @Test
    void a_closed_registry_closes_the_jars() {
        TestDestination.named("open")
                .source("fixture.Late", "package fixture; class Late {}")
                .part("CONNECT", "new Late(); return new Session();")
                .writeTo(directory.resolve("open.jar"));
        LoadedDestination destination = open().withScheme("open").orElseThrow();

        opened.orElseThrow().close();

        assertThatThrownBy(() -> destination.connect(
                        Place.of(URI.create("open://host"), SocketFactory.getDefault(), Duration.ofSeconds(1))))
                .hasMessageContaining("Fixture failed in connect: It needs the class fixture.Late");
    }

    private DestinationRegistry open() {
        DestinationRegistry registry = DestinationRegistry.open(directory, BETWEEN_LOOKS, Duration.ofSeconds(5));
        opened = Optional.of(registry);
        return registry;
    }

    private static TestDestination shadow() {
        return TestDestination.named("shadow").part("SCHEMES", "return List.of(\"one\", \"shadow\");");
    }

    /** Loads classes only when a session is opened, and when it is asked. */
    private static TestDestination counting(String id, int rows) {
        return TestDestination.named(id)
                .source(
                        "fixture.Rows",
                        "package fixture; class Rows { static long count() { return %d; } }".formatted(rows))
                .source("fixture.Late", "package fixture; class Late {}")
                .part("CONNECT", "if (place.url().getPath().equals(\"/late\")) new Late(); return new Session();")
                .part("COUNT", "return OptionalLong.of(Rows.count());");
    }

    private static Place place(String url) {
        return Place.of(URI.create(url), SocketFactory.getDefault(), Duration.ofSeconds(1));
    }

    /** Loads the class that speaks only when it is asked. */
    private static TestDestination saying(String id, String text) {
        return TestDestination.named(id)
                .source(
                        "fixture.Speaker",
                        "package fixture; class Speaker { static String speak() { return \"%s\"; } }".formatted(text))
                .part("CHECK", "throw new IllegalArgumentException(Speaker.speak());");
    }

    private static void assertSays(DestinationRegistry registry, String id, String text) {
        LoadedDestination destination = registry.withScheme(id).orElseThrow();
        assertThatThrownBy(() -> destination.check(URI.create(id + "://host")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text);
    }

    private static Map<String, byte[]> speaker(String text) {
        String source = "package library; public class Speaker { public static String speak() { return \"%s\"; } }"
                .formatted(text);
        return JavaSources.compile(Map.of("library.Speaker", source), Map.of(), List.of());
    }

    private InstalledDestination.Ready ready(String name) {
        return (InstalledDestination.Ready) outcome(name);
    }

    private InstalledDestination.Refused refused(String name) {
        return (InstalledDestination.Refused) outcome(name);
    }

    private InstalledDestination outcome(String name) {
        return opened.orElseThrow().all().stream()
                .filter(one -> one.path().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not listed"));
    }
}
