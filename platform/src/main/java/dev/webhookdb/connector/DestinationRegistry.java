package dev.webhookdb.connector;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.destination.Destination;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** STUB */
public final class DestinationRegistry implements AutoCloseable {
    private final List<LoadedDestination> all = new ArrayList<>();

    public static DestinationRegistry open(Path directory, BackgroundTasks tasks) {
        DestinationRegistry r = new DestinationRegistry();
        File[] files = directory.toFile().listFiles((d, n) -> n.endsWith(".jar"));
        if (files != null) {
            for (File f : files) {
                try {
                    URLClassLoader loader = new URLClassLoader(
                            new URL[] {f.toURI().toURL()}, DestinationRegistry.class.getClassLoader());
                    for (Destination d : ServiceLoader.load(Destination.class, loader)) {
                        r.all.add(new LoadedDestination(d));
                    }
                } catch (java.net.MalformedURLException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return r;
    }

    public Optional<LoadedDestination> withScheme(String scheme) {
        return all.stream().filter(d -> d.schemes().contains(scheme)).findFirst();
    }

    public List<LoadedDestination> loaded() {
        return all;
    }

    @Override
    public void close() {}
}
