package dev.webhookdb.reference;

import dev.webhookdb.spi.Connector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The connectors of this build, whatever they are: a module that is added to {@code connectors/} is found by itself. */
final class ConnectorModules {
    private static final Path MODULES = Path.of("../connectors");

    private ConnectorModules() {}

    /** Returns all connectors, sorted by id. */
    static List<Connector> all() {
        try (Stream<Path> entries = Files.list(MODULES)) {
            return entries.filter(entry -> Files.exists(entry.resolve("pom.xml")))
                    .map(ConnectorModules::connector)
                    .sorted(Comparator.comparing(Connector::id))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // the connectors' classes are needed as long as their declarations
    @SuppressWarnings("resource")
    private static Connector connector(Path module) {
        Path classes = module.resolve("target/classes");
        var loader = new URLClassLoader(new URL[] {url(classes)}, new SpiLoader());
        return ServiceLoader.load(Connector.class, loader)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "%s has no connector, or is not built: run 'mvn verify' from the root of the checkout."
                                .formatted(classes)));
    }

    private static URL url(Path directory) {
        try {
            return directory.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connectors on this module's class path must not be taken for others. */
    private static final class SpiLoader extends ClassLoader {
        SpiLoader() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.webhookdb.spi.")) {
                return Connector.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
