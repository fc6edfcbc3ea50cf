package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * No two connectors declare one service, none declares otherwise what was promised, and none takes the place of one that has services
 * which are used and which it lacks.
 *
 * @param promises what was promised of connectors' tables
 */
record ConnectorRules(Promises promises) implements AdmissionPolicy.Rules<LoadedConnector> {
    private static final Pattern VERSION = Pattern.compile("(.*_v)([0-9]{1,6})");

    @Override
    public Optional<LoadProblem> refusal(
            LoadedConnector newcomer, Optional<LoadedConnector> replaced, List<LoadedConnector> others) {
        return others.stream()
                .flatMap(other -> sharedResources(newcomer, other).map(name -> ofSharedResource(name, other)))
                .findFirst()
                .or(() -> replaced.flatMap(one -> ofWhatItLacks(newcomer, one)))
                .or(() -> newcomer.resources().stream()
                        .flatMap(resource -> ofBrokenPromise(resource).stream())
                        .findFirst());
    }

    private Optional<LoadProblem> ofWhatItLacks(LoadedConnector newcomer, LoadedConnector replaced) {
        Set<String> lacking = new TreeSet<>(names(replaced));
        lacking.removeAll(names(newcomer));
        return promises.needed(lacking)
                .map(problem -> new LoadProblem(
                        problem,
                        lacking.isEmpty()
                                ? "It is tried again by itself."
                                : "Install a release that has all of these services: %s; or delete their integrations first."
                                        .formatted(String.join(", ", lacking))));
    }

    private Optional<LoadProblem> ofBrokenPromise(Resource resource) {
        return promises.broken(resource)
                .map(problem -> new LoadProblem(
                        problem,
                        "Install the release that was here before, or ask the author to declare a new service: %s."
                                .formatted(next(resource.name()))));
    }

    /** {@code acme_order_v2} after {@code acme_order_v1}. */
    private static String next(String service) {
        Matcher version = VERSION.matcher(service);
        return version.matches() ? version.group(1) + (Integer.parseInt(version.group(2)) + 1) : service + "_v2";
    }

    private static LoadProblem ofSharedResource(String name, LoadedConnector other) {
        return new LoadProblem(
                "The service '%s' is also declared by %s.".formatted(name, other.label()),
                "Keep one of them, or ask an author to rename the service.");
    }

    private static Stream<String> sharedResources(LoadedConnector one, LoadedConnector other) {
        return one.resources().stream().map(Resource::name).filter(names(other)::contains);
    }

    private static Set<String> names(LoadedConnector connector) {
        return connector.resources().stream().map(Resource::name).collect(Collectors.toSet());
    }
}
