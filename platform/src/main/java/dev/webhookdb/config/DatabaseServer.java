package dev.webhookdb.config;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A server on which organizations' databases are created.
 *
 * @param address of the administrator; its name is what the server is called in records and commands
 * @param weight how many organizations it takes in proportion to others, 0 to {@value #LARGEST_WEIGHT}; 0 takes none that is not sent to it
 *     by name
 * @param tags what it is like, such as where it is; organizations can ask for them
 */
public record DatabaseServer(ServerAddress address, int weight, Set<String> tags) {
    /** The largest weight there is. */
    public static final int LARGEST_WEIGHT = 1000;

    /** What a server weighs of which nothing else is said. */
    public static final int USUAL_WEIGHT = 1;

    /** Copies the tags. */
    public DatabaseServer {
        Objects.requireNonNull(address, "address");
        Objects.checkIndex(weight, LARGEST_WEIGHT + 1);
        tags = Set.copyOf(tags);
    }

    /** A server of which nothing is said but where it is. */
    public static DatabaseServer of(ServerAddress address) {
        return new DatabaseServer(address, USUAL_WEIGHT, Set.of());
    }

    /** The same for each of several. */
    public static List<DatabaseServer> all(List<ServerAddress> addresses) {
        return addresses.stream().map(DatabaseServer::of).toList();
    }

    /** Returns the addresses of several. */
    public static List<ServerAddress> addresses(List<DatabaseServer> servers) {
        return servers.stream().map(DatabaseServer::address).toList();
    }

    /** Returns what it is called. */
    public String name() {
        return address.name();
    }

    /** Returns the tags in alphabetical order. */
    public List<String> sortedTags() {
        return List.copyOf(new TreeSet<>(tags));
    }
}
