package dev.webhookdb.connector;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Loads one connector: checks what it declares, and copies it. */
final class ConnectorLoader {
    private final PluginLoader<Connector, LoadedConnector> loading;

    private ConnectorLoader(PluginLoader<Connector, LoadedConnector> loading) {
        this.loading = loading;
    }

    static LoadedConnector load(Path path, Duration patience) throws LoadProblem {
        return PluginLoader.load(
                PluginKind.CONNECTOR,
                path,
                patience,
                (connector, loading) -> new ConnectorLoader(loading).declaration(connector));
    }

    private LoadedConnector declaration(Connector connector) throws LoadProblem {
        loading.step("id()");
        String id = loading.id(connector.id());
        loading.step("title()");
        String title = loading.title(connector.title());
        loading.step("rateLimit()");
        Optional<RateLimit> rateLimit = connector.rateLimit();
        if (rateLimit == null) {
            throw loading.invalid("rateLimit() returned null");
        }
        loading.step("apiVersion()");
        Optional<ApiVersion> apiVersion = connector.apiVersion();
        if (apiVersion == null) {
            throw loading.invalid("apiVersion() returned null");
        }
        loading.step("resources()");
        return new LoadedConnector(
                loading.path(),
                id,
                loading.version(),
                title,
                rateLimit,
                apiVersion,
                resources(connector.resources()),
                loading.loader());
    }

    private List<Resource> resources(List<Resource> declared) throws LoadProblem {
        if (declared == null) {
            throw loading.invalid("resources() returned null");
        }
        List<Resource> copy = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Resource resource : declared) {
            if (resource == null) {
                throw loading.invalid("resources() returned a list with null in it");
            }
            if (!names.add(resource.name())) {
                throw loading.invalid("resource '%s' is declared twice".formatted(resource.name()));
            }
            copy.add(resource);
        }
        if (copy.isEmpty()) {
            throw loading.invalid("it declares no resource");
        }
        requireParents(copy);
        return List.copyOf(copy);
    }

    /** What is listed for each row of another resource begins somewhere. */
    private void requireParents(List<Resource> resources) throws LoadProblem {
        Map<String, String> parents = new HashMap<>();
        Set<String> names = resources.stream().map(Resource::name).collect(Collectors.toSet());
        for (Resource resource : resources) {
            Optional<String> parent = resource.backfill().flatMap(Backfill::parent);
            if (parent.filter(name -> !names.contains(name)).isPresent()) {
                throw loading.invalid("resource '%s' is listed for each row of '%s', which it does not declare"
                        .formatted(resource.name(), parent.get()));
            }
            parent.ifPresent(name -> parents.put(resource.name(), name));
        }
        for (String name : parents.keySet()) {
            Set<String> seen = new LinkedHashSet<>();
            for (String next = name; next != null; next = parents.get(next)) {
                if (!seen.add(next)) {
                    throw loading.invalid("resources are listed for each row of one another, which would never end: %s"
                            .formatted(String.join(", ", seen)));
                }
            }
        }
    }
}
