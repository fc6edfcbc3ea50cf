package dev.webhookdb.connector;

import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A copy of what a connector declared when it was loaded; reading it runs none of the connector's code. */
record LoadedConnector(
        Path path,
        String id,
        String version,
        String title,
        Optional<RateLimit> rateLimit,
        List<Resource> resources,
        ClassLoader loader) {
    Installed.Ready installed(List<String> notes) {
        return new Installed.Ready(path, id, version, title, resources, notes);
    }

    LoadedResource.Owner owner() {
        return new LoadedResource.Owner(id, title, version, rateLimit);
    }

    /** Returns how a person tells this connector from another with the same id. */
    String label() {
        return "%s (%s %s)".formatted(path.getFileName(), id, version);
    }
}
