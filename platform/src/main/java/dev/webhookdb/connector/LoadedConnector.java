package dev.webhookdb.connector;

import dev.webhookdb.spi.ApiVersion;
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
        Optional<ApiVersion> apiVersion,
        List<Resource> resources,
        PluginClassLoader loader)
        implements Plugin {
    Installed.Ready installed(List<String> notes) {
        return new Installed.Ready(path, id, version, title, resources, notes);
    }

    LoadedResource.Owner owner() {
        return new LoadedResource.Owner(id, title, version, rateLimit, apiVersion);
    }
}
