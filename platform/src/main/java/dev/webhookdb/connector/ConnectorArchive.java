package dev.webhookdb.connector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JARs of one connector, checked as far as that is possible without loading a class.
 *
 * @param path a JAR, or a folder with the connector's JAR and those of its libraries
 * @param version the connector's release
 */
record ConnectorArchive(Path path, String version, List<JarContents> jars) {
    private static final String SPI_VERSION = "Connector-Spi-Version";
    private static final String VERSION = "Connector-Version";
    private static final String INHERIT =
            "Inherit from webhookdb-connector-parent, which writes both, or add it by hand.";

    static ConnectorArchive read(Path path) throws Refusal {
        List<JarContents> jars = new ArrayList<>();
        for (Path file : jarsAt(path)) {
            jars.add(JarContents.read(file));
        }
        refuseCopyOfSpi(jars);
        Attributes manifest = onlyConnector(path, jars).manifest();
        SpiVersion.parse(manifest.getValue(SPI_VERSION)).requireOffered();
        String version = manifest.getValue(VERSION);
        if (version == null || version.isBlank()) {
            throw new Refusal("Its manifest has no %s.".formatted(VERSION), INHERIT);
        }
        return new ConnectorArchive(path, version.strip(), List.copyOf(jars));
    }

    /** Returns the name that the connector's class loader, and so its stack traces, bear. */
    String name() {
        return path.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    private static List<Path> jarsAt(Path path) throws Refusal {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> jars = files.filter(ConnectorArchive::isJar).sorted().toList();
            if (jars.isEmpty()) {
                throw new Refusal(
                        "The folder %s holds no JAR.".formatted(path.getFileName()),
                        "Put the connector's JAR and those of its libraries into it, or remove the folder.");
            }
            return jars;
        } catch (IOException e) {
            throw JarContents.unreadable(path, e);
        }
    }

    private static void refuseCopyOfSpi(List<JarContents> jars) throws Refusal {
        for (JarContents jar : jars) {
            boolean copy = jar.entries().keySet().stream()
                    .anyMatch(name -> name.startsWith("dev/webhookdb/spi/") && name.endsWith(".class"));
            if (copy) {
                throw new Refusal(
                        "%s contains a copy of the SPI.".formatted(jar.file().getFileName()),
                        "Give the dependency on webhookdb-spi the scope 'provided' and package the connector again.");
            }
        }
    }

    private static JarContents onlyConnector(Path path, List<JarContents> jars) throws Refusal {
        List<JarContents> connectors = jars.stream()
                .filter(jar -> jar.manifest().getValue(SPI_VERSION) != null)
                .toList();
        if (connectors.isEmpty()) {
            throw new Refusal(
                    Files.isDirectory(path)
                            ? "None of its JARs is a connector: no manifest has %s.".formatted(SPI_VERSION)
                            : "It is not a connector: its manifest has no %s.".formatted(SPI_VERSION),
                    INHERIT);
        }
        if (connectors.size() > 1) {
            throw new Refusal(
                    "Several of its JARs are connectors: %s.".formatted(names(connectors)),
                    "Give each connector a folder of its own.");
        }
        return connectors.getFirst();
    }

    private static String names(List<JarContents> jars) {
        return jars.stream().map(jar -> jar.file().getFileName().toString()).collect(Collectors.joining(", "));
    }
}
