package dev.webhookdb.doctor;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.outbound.PublicAddresses;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * One PostgreSQL server: whether it can be used, has the rights and the connections that are needed, and is not held up.
 *
 * @param name of the check
 * @param keys what the server is configured with
 * @param need what is expected of it
 * @param longest for how long nothing may happen in a transaction
 */
record ServerCheckup(String name, ServerAddress address, String keys, Need need, Duration longest) {
    static final Duration HOURS = Duration.ofHours(1);

    /** Of those that are in use the others, such as backups and people, need some. */
    private static final double NEARLY_ALL = 0.9;

    /**
     * What a server is there for.
     *
     * @param connections that a host holds all the time
     * @param more that it takes and gives back
     * @param creating whether organizations' databases are created on it
     */
    record Need(long connections, long more, boolean creating) {}

    List<Finding> examine() {
        Findings findings = new Findings(name);
        try {
            ServerCheck.check(address, keys);
        } catch (RuntimeException e) {
            return findings.problem("The PostgreSQL server of %s cannot be used.".formatted(keys), Findings.reason(e))
                    .all();
        }
        ServerFacts facts;
        try (Database database = new Database(new Pool(address, 1, 0, Platform.PATIENCE))) {
            facts = database.transaction(session -> ServerFacts.of(session, longest));
        }
        rights(facts, findings);
        connections(facts, findings);
        encryption(facts, findings);
        if (!facts.sleepers().isEmpty()) {
            findings.warning(
                    "In %s at %s nothing has happened for more than %d min: %s. Until they end, nothing that was deleted since is cleared away, and tables grow."
                            .formatted(
                                    Findings.count(facts.sleepers().size(), "transaction", "transactions"),
                                    ServerCheck.where(address),
                                    longest.toMinutes(),
                                    Findings.named(facts.sleepers())),
                    "End them with SELECT pg_terminate_backend(PROCESS), and set idle_in_transaction_session_timeout for whoever leaves them open.");
        }
        String where = ServerCheck.where(address);
        return findings.orOk("PostgreSQL %s at %s, %s, %s; %d of %d connections are in use."
                .formatted(
                        facts.version(),
                        address.givenName()
                                .map(given -> "%s (%s)".formatted(where, given))
                                .orElse(where),
                        facts.encoding(),
                        facts.tls().orElse("without TLS"),
                        facts.used(),
                        facts.places()));
    }

    private void rights(ServerFacts facts, Findings findings) {
        if (!need.creating() || (facts.createsDatabases() && facts.createsRoles())) {
            return;
        }
        findings.problem(
                "The user \"%s\" at %s may not create %s, which each new organization needs."
                        .formatted(
                                address.username(),
                                ServerCheck.where(address),
                                facts.createsDatabases()
                                        ? "roles"
                                        : facts.createsRoles() ? "databases" : "databases and roles"),
                "Let a superuser run: ALTER ROLE \"%s\" CREATEDB CREATEROLE".formatted(address.username()));
    }

    private void connections(ServerFacts facts, Findings findings) {
        String where = ServerCheck.where(address);
        if (facts.places() < need.connections()) {
            findings.problem(
                    "The server at %s takes %d connections, and each webhookdb server holds %d."
                            .formatted(where, facts.places(), need.connections()),
                    "Raise max_connections in its configuration, or lower database.pool-size.");
        } else if (facts.places() < need.connections() + need.more()) {
            findings.warning(
                    "The server at %s takes %d connections, and each webhookdb server may want %d."
                            .formatted(where, facts.places(), need.connections() + need.more()),
                    "Raise max_connections in its configuration, or lower database.pool-size or database.organization-connections.");
        }
        if (facts.used() > facts.places() * NEARLY_ALL) {
            findings.warning(
                    "At %s %d of %d connections are in use.".formatted(where, facts.used(), facts.places()),
                    "See in pg_stat_activity whose they are, and raise max_connections if all are needed.");
        }
    }

    /** What the URL demands was refused above if the server has it not; here is what it does not demand. */
    private void encryption(ServerFacts facts, Findings findings) {
        if (facts.tls().isEmpty() && isPublic()) {
            findings.warning(
                    "Connections to %s go over the internet in clear.".formatted(ServerCheck.where(address)),
                    "Switch TLS on at the server, and add ?sslmode=verify-full to the URL in %s.".formatted(keys));
        }
    }

    private boolean isPublic() {
        try {
            return Arrays.stream(InetAddress.getAllByName(address.host())).anyMatch(PublicAddresses::contain);
        } catch (UnknownHostException e) {
            // a connection was made a moment ago
            return false;
        }
    }
}
