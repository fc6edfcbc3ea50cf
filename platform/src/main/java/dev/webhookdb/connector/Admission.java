package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which newcomers may work beside the connectors that already do.
 *
 * <p>An id or a service that two connectors claim would make it a matter of chance which one handles an integration. Of newcomers
 * that claim the same, all are refused; one that already works is never stopped by a newcomer.
 *
 * @param working what is in use, and stays so until the host is restarted
 * @param removed those of them whose files are gone
 * @param promises what was promised of their tables
 */
record Admission(Collection<LoadedConnector> working, Set<Path> removed, Promises promises) {
    private static final Pattern VERSION = Pattern.compile("(.*_v)([0-9]{1,6})");

    /** Returns why each newcomer that may not work may not. */
    Map<Path, Refusal> refuse(Collection<LoadedConnector> newcomers) {
        Map<Path, Refusal> refused = new TreeMap<>();
        for (LoadedConnector newcomer : newcomers) {
            List<LoadedConnector> others = Stream.concat(working.stream(), newcomers.stream())
                    .filter(other -> !other.path().equals(newcomer.path()))
                    .sorted(Comparator.comparing(LoadedConnector::path))
                    .toList();
            refusal(newcomer, others).ifPresent(refusal -> refused.put(newcomer.path(), refusal));
        }
        return refused;
    }

    private Optional<Refusal> refusal(LoadedConnector newcomer, List<LoadedConnector> others) {
        List<LoadedConnector> twins = others.stream()
                .filter(other -> other.id().equals(newcomer.id()))
                .toList();
        if (!twins.isEmpty()) {
            return Optional.of(
                    twins.stream().allMatch(twin -> removed.contains(twin.path()))
                            ? new Refusal(
                                    "It replaces %s, which works until the host is restarted.".formatted(labels(twins)),
                                    "Restart the host.")
                            : new Refusal(
                                    "The id '%s' is also claimed by %s.".formatted(newcomer.id(), labels(twins)),
                                    "Keep one of them and remove the others."));
        }
        return others.stream()
                .flatMap(other -> sharedResources(newcomer, other).map(name -> ofSharedResource(name, other)))
                .findFirst()
                .or(() -> newcomer.resources().stream()
                        .flatMap(resource -> ofBrokenPromise(resource).stream())
                        .findFirst());
    }

    private Optional<Refusal> ofBrokenPromise(Resource resource) {
        return promises.broken(resource)
                .map(problem -> new Refusal(
                        problem,
                        "Install the release that was here before, or ask the author to declare a new service: %s."
                                .formatted(next(resource.name()))));
    }

    /** {@code acme_order_v2} after {@code acme_order_v1}. */
    private static String next(String service) {
        Matcher version = VERSION.matcher(service);
        return version.matches() ? version.group(1) + (Integer.parseInt(version.group(2)) + 1) : service + "_v2";
    }

    private static Refusal ofSharedResource(String name, LoadedConnector other) {
        return new Refusal(
                "The service '%s' is also declared by %s.".formatted(name, other.label()),
                "Keep one of them, or ask an author to rename the service.");
    }

    private static Stream<String> sharedResources(LoadedConnector one, LoadedConnector other) {
        Set<String> names =
                other.resources().stream().map(Resource::name).collect(Collectors.toCollection(HashSet::new));
        return one.resources().stream().map(Resource::name).filter(names::contains);
    }

    private static String labels(List<LoadedConnector> connectors) {
        return connectors.stream().map(LoadedConnector::label).collect(Collectors.joining(" and "));
    }
}
