package dev.webhookdb.testkit;

import dev.webhookdb.connector.ConnectorCheck;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.ConnectorReport;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Puts a connector together as it is installed, and loads it as the host does. */
final class Packaging {
    /** The parent of connectors sets it, after the JAR was built, to where it is. */
    private static final String JAR = "webhookdb.connector.jar";

    private static final String SPI_VERSION = "1.0";

    private final Connector connector;
    private final List<Path> libraries;

    Packaging(Connector connector, List<Path> libraries) {
        this.connector = connector;
        this.libraries = libraries;
    }

    /** Loads the connector from a directory such as a host's {@code connectors}, and says what became of it. */
    void check(Path directory) throws IOException {
        Path installed = install(directory);
        Installed outcome = ConnectorCheck.check(installed);
        switch (outcome) {
            case Installed.Refused refused ->
                Require.failed("The host refuses the connector: " + refused.problem(), refused.remedy());
            case Installed.Ready ready -> requireSame(ready);
        }
        try (ConnectorRegistry registry = ConnectorRegistry.open(directory)) {
            for (Resource resource : connector.resources()) {
                Optional<LoadedResource> loaded = registry.resource(resource.name());
                Require.that(
                        loaded.isPresent(),
                        "The host does not offer %s:\n%s"
                                .formatted(resource.name(), ConnectorReport.render(registry.all())),
                        "See the problem and the remedy above.");
            }
        }
    }

    private void requireSame(Installed.Ready ready) {
        List<String> names = ready.resources().stream().map(Resource::name).toList();
        List<String> tested = connector.resources().stream().map(Resource::name).toList();
        Require.that(
                ready.id().equals(connector.id()) && names.equals(tested),
                "The JAR holds the connector '%s' with %s, but '%s' with %s is tested."
                        .formatted(ready.id(), names, connector.id(), tested),
                "Name the class that connector() returns in META-INF/services/dev.webhookdb.spi.Connector.");
    }

    private Path install(Path directory) throws IOException {
        String built = System.getProperty(JAR, "");
        Path home = built.isEmpty() ? home() : Path.of(built);
        if (Files.isRegularFile(home) && libraries.isEmpty()) {
            return Files.copy(home, directory.resolve(connector.id() + ".jar"));
        }
        Path target = libraries.isEmpty() ? directory : Files.createDirectories(directory.resolve(connector.id()));
        Path jar = target.resolve(connector.id() + ".jar");
        if (Files.isRegularFile(home)) {
            Files.copy(home, jar);
        } else {
            pack(home, jar);
        }
        for (Path library : libraries) {
            Files.copy(library, target.resolve(library.getFileName().toString()));
        }
        return libraries.isEmpty() ? jar : target;
    }

    private Path home() {
        try {
            return Path.of(connector
                    .getClass()
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the build will do with the classes; its manifest is only checked with the JAR itself. */
    private static void pack(Path classes, Path jar) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Connector-Spi-Version", SPI_VERSION);
        manifest.getMainAttributes().putValue("Connector-Version", "0-test");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(file, out);
                }
            }
        }
    }
}
