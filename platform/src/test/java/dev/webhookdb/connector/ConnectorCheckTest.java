package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a connector can be broken has its own problem and remedy, and none breaks the host. */
class ConnectorCheckTest {
    @TempDir
    Path directory;

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

    // the file

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

    // the manifest

    @Test
    void anyJarIsNoConnector() {
        TestConnector.write(jar(), Map.of(), Map.of("some.txt", "text".getBytes(UTF_8)));

        assertRefused(jar(), "its manifest has no Connector-Spi-Version", "webhookdb-connector-parent");
    }

    @Test
    void aFolderOfLibrariesIsNoConnector() {
        Path folder = directory.resolve("libraries");
        TestConnector.write(folder.resolve("one.jar"), Map.of(), Map.of());

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

    // the provider

    @Test
    void aConnectorNeedsAServiceFile() {
        assertRefused(
                fixture -> fixture.service(""),
                "It names no connector: META-INF/services/dev.webhookdb.spi.Connector is missing or empty.",
                "a shaded JAR has to merge service files");
    }

    @Test
    void aServiceFileNamesOneConnector() {
        assertRefused(
                fixture -> fixture.service("fixture.Fixture\nfixture.Other"),
                "It names more than one connector: fixture.Fixture, fixture.Other.",
                "Make each connector a JAR of its own.");
    }

    @Test
    void aServiceFileMayHaveCommentsAndRepetitions() {
        Path file = TestConnector.named("good")
                .service("# the connector\n\nfixture.Fixture # here\nfixture.Fixture\n")
                .writeTo(jar());

        assertThat(ConnectorCheck.check(file)).isInstanceOf(Installed.Ready.class);
    }

    @Test
    void aServiceFileNamesAClassThatIsThere() {
        assertRefused(
                fixture -> fixture.service("fixture.Typo"),
                "Its service file names fixture.Typo, which is not in it.",
                "Correct the name in META-INF/services/dev.webhookdb.spi.Connector, or package the class.");
    }

    @Test
    void aProviderImplementsConnector() {
        assertRefused(
                fixture -> fixture.service("fixture.Other")
                        .source("fixture.Other", "package fixture; public class Other {}"),
                "Its service file names fixture.Other, which does not implement Connector.",
                "Let the class implement dev.webhookdb.spi.Connector.");
    }

    @Test
    void aProviderIsPublic() {
        String hidden = implementation("class Hidden implements Connector");

        assertRefused(
                fixture -> fixture.service("fixture.Hidden").source("fixture.Hidden", hidden),
                "Its class fixture.Hidden is not public",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderIsNotPrivate() {
        assertRefused(
                fixture -> fixture.service("fixture.Fixture$Inner").members("""
                        private static final class Inner implements Connector {
                            public String id() { return "inner"; }
                            public String title() { return "Inner"; }
                            public List<Resource> resources() { return List.of(); }
                        }
                        """),
                "Its class fixture.Fixture$Inner is not public",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderIsNotAbstract() {
        String sketch = implementation("public abstract class Sketch implements Connector");

        assertRefused(
                fixture -> fixture.service("fixture.Sketch").source("fixture.Sketch", sketch),
                "is not public, or is abstract",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderHasAPublicConstructor() {
        String single =
                implementation("public class Single implements Connector").replace("//", "private Single() {}");

        assertRefused(
                fixture -> fixture.service("fixture.Single").source("fixture.Single", single),
                "Its class fixture.Single has no public constructor without parameters.",
                "Add one");
    }

    // what it does while it is loaded

    @Test
    void aConstructorThatThrowsIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new IllegalStateException(\"no\\u001b[31m luck\");"),
                "It failed while loading: java.lang.IllegalStateException: no [31m luck.",
                "Report it to the connector's author.");
    }

    @Test
    void resourcesThatThrowAreReported() {
        assertRefused(
                fixture -> fixture.resources("throw new UnsupportedOperationException();"),
                "It failed while loading: java.lang.UnsupportedOperationException.",
                "Report it to the connector's author.");
    }

    @Test
    void anExceptionThatCannotBePrintedIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new Bad();").members("""
                        static final class Bad extends RuntimeException {
                            @Override public String getMessage() { throw new IllegalStateException(); }
                        }
                        """),
                "It failed in its constructor with java.lang.IllegalStateException.",
                "Report it to the connector's author.");
    }

    @Test
    void aStaticInitializerThatFailsIsReported() {
        assertRefused(
                fixture -> fixture.members("static final int X = Integer.parseInt(\"x\");"),
                "A static initializer failed: java.lang.NumberFormatException",
                "Report it to the connector's author.");
    }

    @Test
    void endlessRecursionIsReported() {
        assertRefused(
                fixture -> fixture.constructor("title();").id("return id();"),
                "It recursed without end while loading (StackOverflowError).",
                "Report it to the connector's author.");
    }

    @Test
    void aLackOfMemoryIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new OutOfMemoryError(\"Java heap space\");"),
                "The host ran out of memory while loading it: Java heap space.",
                "Give the host more memory");
    }

    @Test
    void aConnectorThatHangsIsGivenUp() {
        Path file = TestConnector.named("slow")
                .resources(
                        "long end = System.nanoTime() + 1_000_000_000L; while (System.nanoTime() < end) Thread.onSpinWait(); return List.of();")
                .writeTo(jar());

        assertThatThrownBy(() -> ConnectorLoader.load(file, Duration.ofMillis(300)))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("It did not finish resources(): loading took more than");
    }

    @Test
    void nullIsNoDeclaration() {
        assertRefused(fixture -> fixture.id("return null;"), "the id 'null' must be", "Report it");
        assertRefused(fixture -> fixture.resources("return null;"), "resources() returned null", "Report it");
        assertRefused(
                fixture -> fixture.resources("return Collections.singletonList(null);"),
                "a list with null in it",
                "Report it");
    }

    @Test
    void anIdIsSafeInFileNamesAndUrls() {
        assertRefused(
                fixture -> fixture.id("return \"../Etc\";"),
                "Its declaration is invalid: the id '../Etc' must be a-z, 0-9 and _",
                "Report it to the connector's author.");
    }

    @Test
    void aConnectorDeclaresSomething() {
        assertRefused(fixture -> fixture.resources("return List.of();"), "it declares no resource", "Report it");
    }

    @Test
    void aConnectorDeclaresAResourceOnce() {
        assertRefused(
                fixture -> fixture.resources("return List.of(resource(\"x_v1\"), resource(\"x_v1\"));"),
                "Its declaration is invalid: resource 'x_v1' is declared twice.",
                "Report it to the connector's author.");
    }

    @Test
    void aDeclarationThatContradictsItselfSaysWhere() {
        String bad = "Resource.named(\"bad_v1\", \"Bad\").orderedBy(\"nothing\").build()";

        assertRefused(
                fixture -> fixture.resources("return List.of(" + bad + ");"),
                "Its declaration is invalid: Resource 'bad_v1'",
                "Report it");
        assertRefused(
                fixture -> fixture.members("static final Resource BAD = " + bad + ";"),
                "Its declaration is invalid: Resource 'bad_v1'",
                "Report it");
    }

    // what it is linked with

    @Test
    void theHostsOwnClassesAreHidden() {
        assertRefused(
                fixture -> fixture.compiledWith(JavaSources.homeOf(ConnectorRegistry.class))
                        .constructor("dev.webhookdb.connector.ConnectorRegistry.open(null);"),
                "It uses the class dev.webhookdb.connector.ConnectorRegistry, which it does not bring along",
                "Use nothing of the host but the package dev.webhookdb.spi.");
    }

    @Test
    void theHostsLibrariesAreHidden() throws ClassNotFoundException {
        Path jackson = JavaSources.homeOf(Class.forName("tools.jackson.core.json.JsonFactory"));

        assertRefused(
                fixture -> fixture.compiledWith(jackson).constructor("new tools.jackson.core.json.JsonFactory();"),
                "It needs the class tools.jackson.core.json.JsonFactory, which it does not bring along",
                "Put the connector's JAR and the JARs of its libraries into one folder");
    }

    @Test
    void aConnectorForANewerJavaNamesIt() {
        byte[] fixture = TestConnector.named("newer").compile().get("fixture/Fixture.class");
        fixture[7] = 44 + 30;

        assertRefused(
                newer -> newer.entry("fixture/Fixture.class", fixture),
                "It was compiled for Java 30; this host runs on Java "
                        + Runtime.version().feature(),
                "compile the connector with --release 21");
    }

    @Test
    void aMethodThatThisSpiLacksIsNamed() {
        Map<String, byte[]> laterSpi = JavaSources.compile(
                Map.of(
                        "dev.webhookdb.spi.Verifiers",
                        "package dev.webhookdb.spi; public final class Verifiers { public static void quantum() {} }"),
                Map.of(),
                java.util.List.of());

        assertRefused(
                fixture -> fixture.compiledWith(laterSpi).constructor("Verifiers.quantum();"),
                "It uses 'void dev.webhookdb.spi.Verifiers.quantum()', which SPI 1.0 does not have.",
                "Build the connector against SPI 1.0.");
    }

    @Test
    void aClassThatThisSpiLacksIsNamed() {
        Map<String, byte[]> laterSpi = JavaSources.compile(
                Map.of(
                        "dev.webhookdb.spi.Graph",
                        "package dev.webhookdb.spi; public final class Graph { public static void query() {} }"),
                Map.of(),
                java.util.List.of());

        assertRefused(
                fixture -> fixture.compiledWith(laterSpi).constructor("Graph.query();"),
                "It uses dev.webhookdb.spi.Graph, which SPI 1.0 does not have.",
                "Build the connector against SPI 1.0.");
    }

    @Test
    void aDamagedClassIsReported() {
        assertRefused(
                fixture -> fixture.entry("fixture/Fixture.class", "no class".getBytes(UTF_8)),
                "A class is damaged",
                "Report it to the connector's author.");
    }

    private Path jar() {
        return directory.resolve("fixture.jar");
    }

    private void assertRefused(UnaryOperator<TestConnector> mistake, String problem, String remedy) {
        assertRefused(mistake.apply(TestConnector.named("broken")).writeTo(jar()), problem, remedy);
    }

    private static void assertRefused(Path file, String problem, String remedy) {
        assertThat(ConnectorCheck.check(file)).isInstanceOfSatisfying(Installed.Refused.class, refused -> {
            assertThat(refused.path()).isEqualTo(file);
            assertThat(refused.problem()).contains(problem).endsWith(".");
            assertThat(refused.remedy()).contains(remedy).endsWith(".");
        });
    }

    private static String implementation(String head) {
        return """
                package fixture;
                import dev.webhookdb.spi.*;
                import java.util.List;
                %s {
                    //
                    public String id() { return "other"; }
                    public String title() { return "Other"; }
                    public List<Resource> resources() { return List.of(); }
                }
                """.formatted(head);
    }

    private static byte[] classFile(Class<?> type) throws IOException {
        try (var in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return in.readAllBytes();
        }
    }
}
