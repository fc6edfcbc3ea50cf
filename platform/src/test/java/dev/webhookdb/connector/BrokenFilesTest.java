package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is no connector at all, or one for another host, is refused before a class of it is loaded. */
class BrokenFilesTest extends RefusedConnectors {
    @Test
    void aGoodConnectorIsReady() {
        Installed outcome = ConnectorCheck.check(TestConnector.named("good").writeTo(jar()));

        assertThat(outcome).isInstanceOfSatisfying(Installed.Ready.class, ready -> {
            assertThat(ready.id()).isEqualTo("good");
            assertThat(ready.version()).isEqualTo("1.2.3");
            assertThat(ready.title()).isEqualTo("Fixture");
            assertThat(ready.resources()).extracting(Resource::name).containsExactly("good_thing_v1");
        });
    }

    @Test
    void textIsNoJar() throws IOException {
        Files.writeString(jar(), "Not Found");

        assertRefused(jar(), "fixture.jar is not a JAR: it is no ZIP file.", "Put a connector's JAR there.");
    }

    @Test
    void anEmptyFileIsNoJar() throws IOException {
        Files.createFile(jar());

        assertRefused(jar(), "fixture.jar is empty.", "Copy or download it again.");
    }

    @Test
    void aJarThatWasCutOffIsTruncated() throws IOException {
        byte[] whole = Files.readAllBytes(TestConnector.named("cut").writeTo(jar()));
        Files.write(jar(), Arrays.copyOf(whole, whole.length - 30));

        assertRefused(jar(), "fixture.jar is truncated or damaged", "Copy or download it again.");
    }

    @Test
    void aJarWithAFlippedBitIsDamaged() throws IOException {
        byte[] manifestFirst = Files.readAllBytes(TestConnector.named("flipped").writeTo(jar()));
        manifestFirst[60] ^= 1;
        Files.write(jar(), manifestFirst);

        assertRefused(jar(), "damaged", "Copy or download it again.");
    }

    @Test
    void aMissingFileDoesNotExist() {
        assertRefused(jar(), "fixture.jar does not exist.", "Check the path");
    }

    @Test
    void aLinkToNowhereDoesNotExist() throws IOException {
        Files.createSymbolicLink(jar(), directory.resolve("nowhere"));

        assertRefused(jar(), "fixture.jar does not exist.", "a symbolic link must lead to a file");
    }

    @Test
    void aFileWithoutPermissionMayNotBeRead() throws IOException {
        Path file = TestConnector.named("locked").writeTo(jar());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
        assumeFalse(Files.isReadable(file), "the superuser may read everything");

        assertRefused(file, "The host may not read fixture.jar.", "Let the user who runs the host read it.");
    }

    @Test
    void anEmptyFolderHoldsNoJar() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("folder"));

        assertRefused(folder, "The folder folder holds no JAR.", "Put the connector's JAR and those of its libraries");
    }

    @Test
    void aFileThatTheHostWouldNotSeeIsToBeRenamed() {
        Path file = TestConnector.named("hidden").writeTo(directory.resolve("hidden.zip"));

        assertRefused(file, "its name does not end in .jar", "Rename it.");
    }

    @Test
    void anyJarIsNoConnector() {
        TestPlugin.write(jar(), Map.of(), Map.of("some.txt", "text".getBytes(UTF_8)));

        assertRefused(jar(), "its manifest has no Connector-Spi-Version", "webhookdb-connector-parent");
    }

    @Test
    void aFolderOfLibrariesIsNoConnector() {
        Path folder = directory.resolve("libraries");
        TestPlugin.write(folder.resolve("one.jar"), Map.of(), Map.of());

        assertRefused(folder, "None of its JARs is a connector", "webhookdb-connector-parent");
    }

    @Test
    void aFolderIsOneConnector() {
        Path folder = directory.resolve("two");
        TestConnector.named("one").writeTo(folder.resolve("one.jar"));
        TestConnector.named("other").writeTo(folder.resolve("other.jar"));

        assertRefused(folder, "Several of its JARs are connectors: one.jar, other.jar.", "a folder of its own");
    }

    @Test
    void aConnectorHasAVersion() {
        assertRefused(
                fixture -> fixture.withoutManifest("Connector-Version"),
                "Its manifest has no Connector-Version.",
                "webhookdb-connector-parent");
    }

    @Test
    void anSpiVersionIsMajorAndMinor() {
        assertRefused(
                fixture -> fixture.manifest("Connector-Spi-Version", "1"),
                "Its manifest gives the SPI version as '1'.",
                "Write Connector-Spi-Version as major.minor, for example 1.0.");
        assertRefused(fixture -> fixture.manifest("Connector-Spi-Version", "1.0-SNAPSHOT"), "as '1.0-SNAPSHOT'", "1.0");
    }

    @Test
    void anOlderMajorVersionNeedsANewerConnector() {
        assertRefused(
                fixture -> fixture.manifest("Connector-Spi-Version", "0.9"),
                "It was built for SPI 0.9, which this host no longer offers: it offers 1.0.",
                "Install a newer release of the connector.");
    }

    @Test
    void aNewerMajorVersionNeedsANewerHost() {
        assertRefused(
                fixture -> fixture.manifest("Connector-Spi-Version", "2.0"),
                "It was built for SPI 2.0; this host offers 1.0.",
                "Upgrade the host");
    }

    @Test
    void aNewerMinorVersionNeedsANewerHost() {
        assertRefused(
                fixture -> fixture.manifest("Connector-Spi-Version", "1.1"),
                "It was built for SPI 1.1; this host offers 1.0.",
                "Upgrade the host");
    }

    @Test
    void theManifestIsCheckedBeforeAnyClassIsLoaded() {
        assertRefused(
                fixture -> fixture.manifest("Connector-Spi-Version", "9.0").entry("fixture/Fixture.class", new byte[4]),
                "It was built for SPI 9.0",
                "Upgrade the host");
    }

    @Test
    void aCopyOfTheSpiMustNotBePackaged() throws IOException {
        byte[] copy = classFile(Connector.class);

        assertRefused(
                fixture -> fixture.entry("dev/webhookdb/spi/Connector.class", copy),
                "fixture.jar contains a copy of the SPI.",
                "scope 'provided'");
    }

    private static byte[] classFile(Class<?> type) throws IOException {
        try (var in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return in.readAllBytes();
        }
    }
}
