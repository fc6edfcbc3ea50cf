package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.Destination;
import java.nio.file.Path;
import java.util.List;

/** A copy of what a destination declared when it was loaded, and the destination, which {@link DestinationCalls} alone may call. */
record DeclaredDestination(
        Path path,
        String id,
        String version,
        String title,
        List<String> schemes,
        String example,
        Destination destination,
        PluginClassLoader loader)
        implements Plugin {
    InstalledDestination.Ready installed(List<String> notes) {
        return new InstalledDestination.Ready(path, id, version, title, schemes, example, notes);
    }
}
