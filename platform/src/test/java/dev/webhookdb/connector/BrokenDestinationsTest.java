package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be a destination is refused with the problem and the remedy, in the words of destinations. */
class BrokenDestinationsTest {
    private static final String SERVICE_FILE = "META-INF/services/dev.webhookdb.spi.destination.Destination";

    @TempDir
    private Path directory;

    @Test
    void a_good_destination_is_ready() {
        InstalledDestination outcome =
                DestinationCheck.check(TestDestination.named("good").writeTo(jar()));

        assertThat(outcome).isInstanceOfSatisfying(InstalledDestination.Ready.class, ready -> {
            assertThat(ready.id()).isEqualTo("good");
            assertThat(ready.version()).isEqualTo("1.2.3");
            assertThat(ready.title()).isEqualTo("Fixture");
            assertThat(ready.schemes()).containsExactly("good");
            assertThat(ready.example()).isEqualTo("good://host/database");
        });
        assertThat(DestinationReport.render(outcome)).isEqualTo("""
                READY    good 1.2.3 (Fixture), from fixture.jar
                         schemes:  good
                         example:  good://host/database
                """);
    }

    @Test
    void text_is_no_jar() throws IOException {
        Files.writeString(jar(), "Not Found");

        assertRefused(jar(), "fixture.jar is not a JAR: it is no ZIP file.", "Put a destination's JAR there.");
    }

    @Test
    void a_jar_that_was_cut_off_is_truncated() throws IOException {
        byte[] whole = Files.readAllBytes(TestDestination.named("cut").writeTo(jar()));
        Files.write(jar(), Arrays.copyOf(whole, whole.length - 30));

        assertRefused(jar(), "fixture.jar is truncated or damaged", "Copy or download it again.");
    }

    @Test
    void a_manifest_with_a_flipped_bit_is_damaged() throws IOException {
        byte[] manifestFirst =
                Files.readAllBytes(TestDestination.named("flipped").writeTo(jar()));
        manifestFirst[60] ^= 1;
        Files.write(jar(), manifestFirst);

        assertRefused(jar(), "damaged", "Copy or download it again.");
    }

    @Test
    void a_class_with_a_flipped_bit_is_damaged() throws IOException {
        Path stored = TestDestination.named("flipped").writeTo(jar());
        byte[] whole = Files.readAllBytes(stored);
        int name = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("fixture/Fixture.class");
        whole[name + 200] ^= 1;
        Files.write(stored, whole);

        assertRefused(stored, "A class is damaged: fixture/Fixture.class in fixture.jar", "the destination's author");
    }

    @Test
    void any_jar_is_no_destination() {
        TestPlugin.write(jar(), Map.of(), Map.of("some.txt", "text".getBytes(UTF_8)));

        assertRefused(
                jar(),
                "It is not a destination: its manifest has no Destination-Spi-Version.",
                "Inherit from webhookdb-destination-parent");
    }

    @Test
    void a_connector_belongs_elsewhere() {
        TestConnector.named("acme").writeTo(jar());

        assertRefused(jar(), "It is a connector: put it into connectors/.", "to that of connectors.");
    }

    @Test
    void a_destination_is_no_connector() {
        TestDestination.named("acme").writeTo(jar());

        assertThat(ConnectorCheck.check(jar()))
                .isInstanceOfSatisfying(
                        Installed.Refused.class,
                        refused -> assertThat(refused.problem())
                                .isEqualTo("It is a destination: put it into destinations/."));
    }

    @Test
    void a_file_that_the_host_would_not_see_is_to_be_renamed() {
        Path file = TestDestination.named("hidden").writeTo(directory.resolve("hidden.zip"));

        assertRefused(file, "its name does not end in .jar", "Rename it.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2.0 | It was built for SPI 2.0; this host offers 1.0.                          | Upgrade the host, or install a release of the destination
            0.9 | It was built for SPI 0.9, which this host no longer offers: it offers 1.0. | Install a newer release of the destination.
            one | Its manifest gives the SPI version as 'one'.                             | Write Destination-Spi-Version as major.minor
            """)
    void it_is_built_for_an_spi_that_the_host_offers(String version, String problem, String remedy) {
        assertRefused(TestDestination.named("built").manifest("Destination-Spi-Version", version), problem, remedy);
    }

    @Test
    void it_has_a_version() {
        assertRefused(
                TestDestination.named("versionless").withoutManifest("Destination-Version"),
                "Its manifest has no Destination-Version.",
                "webhookdb-destination-parent");
    }

    @Test
    void a_copy_of_the_spi_must_not_be_packaged() {
        assertRefused(
                TestDestination.named("copy").entry("dev/webhookdb/spi/destination/Destination.class", new byte[4]),
                "fixture.jar contains a copy of the SPI.",
                "scope 'provided' and package the destination again.");
    }

    @Test
    void it_names_one_public_class() {
        assertRefused(
                TestDestination.named("none").service(""),
                "It names no destination: %s is missing or empty.".formatted(SERVICE_FILE),
                "the class that implements Destination");
        assertRefused(
                TestDestination.named("two").service("fixture.Fixture\nfixture.Other"),
                "It names more than one destination: fixture.Fixture, fixture.Other.",
                "Make each destination a JAR of its own.");
        assertRefused(
                TestDestination.named("typo").service("fixture.Typo"),
                "Its service file names fixture.Typo, which is not in it.",
                SERVICE_FILE);
        assertRefused(
                TestDestination.named("hidden").service("fixture.Fixture$Session"),
                "which does not implement Destination.",
                "Let the class implement dev.webhookdb.spi.destination.Destination.");
        assertRefused(
                TestDestination.named("hidden").service("fixture.Hidden").source("fixture.Hidden", """
                        package fixture;
                        import dev.webhookdb.spi.destination.*;
                        abstract class Hidden implements Destination {}
                        """),
                "Its class fixture.Hidden is not public, or is abstract.",
                "public final class");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ID      | return null;                        | the id 'null' must be a-z, 0-9 and _
            ID      | return "Maria DB";                  | the id 'Maria DB' must be a-z
            ID      | return "a".repeat(49);              | at most 48 characters
            TITLE   | return " ";                         | title() must be one line of text
            TITLE   | return null;                        | title() must be one line of text
            SCHEMES | return null;                        | schemes() returned null
            SCHEMES | return List.of();                   | it declares no scheme
            SCHEMES | return List.of("MySQL");            | the scheme 'MySQL' must be a-z
            SCHEMES | return Arrays.asList("a", null);    | the scheme 'null' must be a-z
            EXAMPLE | return null;                        | the example 'null' must be a URL with one of its schemes: broken
            EXAMPLE | return "other://host/database";     | the example 'other://host/database' must be a URL
            EXAMPLE | return "broken://host/a b";         | the example 'broken://host/a b' must be a URL
            EXAMPLE | return "host";                      | the example 'host' must be a URL
            """)
    void what_it_declares_is_valid(String part, String code, String problem) {
        assertRefused(
                TestDestination.named("broken").part(part, code),
                "Its declaration is invalid: ",
                "Report it to the destination's author.");
        assertRefused(TestDestination.named("broken").part(part, code), problem, "Report it");
    }

    @Test
    void its_constructor_does_not_hang() {
        Path file = TestDestination.named("slow")
                .part("CONSTRUCTOR", "LockSupport.parkNanos(20_000_000_000L);")
                .writeTo(jar());

        assertThatThrownBy(() -> DestinationLoader.load(file, Duration.ofMillis(300)))
                .isInstanceOfSatisfying(
                        LoadProblem.class,
                        refusal -> assertThat(refusal.remedy())
                                .isEqualTo(
                                        "A destination must do no I/O while it is loaded. Report it to the destination's author."))
                .hasMessage("It did not finish its constructor: loading took more than 0.3 seconds.");
    }

    @Test
    void its_driver_is_in_the_jar() {
        assertRefused(
                TestDestination.named("driverless")
                        .compiledWith(JavaSources.homeOf(org.slf4j.Logger.class))
                        .part("CONSTRUCTOR", "org.slf4j.LoggerFactory.getLogger(\"a\");"),
                "It needs the class org.slf4j.LoggerFactory, which it does not bring along; the host's libraries are hidden from destinations.",
                "destinations/NAME/.");
    }

    private Path jar() {
        return directory.resolve("fixture.jar");
    }

    private void assertRefused(TestDestination mistake, String problem, String remedy) {
        assertRefused(mistake.writeTo(jar()), problem, remedy);
    }

    private static void assertRefused(Path file, String problem, String remedy) {
        assertThat(DestinationCheck.check(file)).isInstanceOfSatisfying(InstalledDestination.Refused.class, refused -> {
            assertThat(refused.path()).isEqualTo(file);
            assertThat(refused.problem()).contains(problem).endsWith(".");
            assertThat(refused.remedy()).contains(remedy).endsWith(".");
        });
    }
}
