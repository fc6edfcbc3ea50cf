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
 */
record Admission(Collection<LoadedConnector> working, Set<Path> removed) {
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
                .findFirst();
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
