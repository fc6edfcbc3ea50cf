package dev.webhookdb.tenancy;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The configured servers, and which of them records mean. Immutable. */
final class Servers {
    private final List<DatabaseServer> all;

    /** Of several with one name, which cannot be told apart in records, the first counts. */
    Servers(List<DatabaseServer> all) {
        Map<String, DatabaseServer> byName = new LinkedHashMap<>();
        all.forEach(server -> byName.putIfAbsent(server.name(), server));
        this.all = List.copyOf(byName.values());
    }

    /**
     * Returns the server with a name.
     *
     * @throws PlacementException that names those there are
     */
    DatabaseServer required(String name) {
        return first(server -> server.name().equals(name))
                .orElseThrow(() -> new PlacementException(
                        false,
                        "There is no server '%s' in database.servers. There is %s.".formatted(name, names(all))));
    }

    /**
     * Returns the server that a record means: the one of that name, or, since a server may be given a name later, or another one, the one
     * that is where it was.
     */
    Optional<DatabaseServer> of(OrganizationDatabase database) {
        return of(database.server(), database.host(), database.port());
    }

    /** The same for the parts of a record. */
    Optional<DatabaseServer> of(String name, String host, int port) {
        if (name.equals(OrganizationDatabase.OWN)) {
            return Optional.empty();
        }
        return first(server -> server.name().equals(name))
                .or(() -> name.equals(ServerAddress.EMBEDDED)
                        ? Optional.empty()
                        : first(server -> server.address().host().equals(host)
                                && server.address().port() == port));
    }

    /**
     * Returns the servers that a new organization may go to; at least one.
     *
     * @throws PlacementException if there is none
     */
    List<DatabaseServer> candidates(Placement placement) {
        if (placement.server().isPresent() && !placement.tags().isEmpty()) {
            throw new PlacementException(false, "A server is chosen by its name or by tags: name one of the two.");
        }
        if (placement.server().isPresent()) {
            return List.of(required(placement.server().get()));
        }
        List<DatabaseServer> fitting = all.stream()
                .filter(server -> server.tags().containsAll(placement.tags()))
                .toList();
        if (fitting.isEmpty()) {
            throw new PlacementException(true, unknownTags(placement.tags()));
        }
        List<DatabaseServer> taking =
                fitting.stream().filter(server -> server.weight() > 0).toList();
        if (taking.isEmpty()) {
            throw new PlacementException(
                    !placement.tags().isEmpty(),
                    "No new organization goes to %s, whose weight is 0: name the server, or give one a weight in database.servers."
                            .formatted(names(fitting)));
        }
        return taking;
    }

    private String unknownTags(List<String> tags) {
        TreeSet<String> known =
                all.stream().flatMap(server -> server.tags().stream()).collect(Collectors.toCollection(TreeSet::new));
        String asked = tags.stream().map("'%s'"::formatted).collect(Collectors.joining(" and "));
        return "No server in database.servers has the %s %s. %s"
                .formatted(
                        tags.size() == 1 ? "tag" : "tags",
                        asked,
                        known.isEmpty()
                                ? "None has any tag."
                                : "The tags there are: %s.".formatted(String.join(", ", known)));
    }

    private Optional<DatabaseServer> first(Predicate<DatabaseServer> condition) {
        return all.stream().filter(condition).findFirst();
    }

    private static String names(List<DatabaseServer> servers) {
        return servers.stream().map(DatabaseServer::name).collect(Collectors.joining(", "));
    }
}
