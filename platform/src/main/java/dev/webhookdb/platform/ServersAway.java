package dev.webhookdb.platform;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers for organizations' databases that cannot be reached when a host starts. One that has databases is away for a while, which is no
 * reason to keep the organizations of the others waiting; one that has none may be a mistake in the configuration.
 */
record ServersAway(List<Away> all) {
    private static final Logger LOGGER = LoggerFactory.getLogger(ServersAway.class);

    /** A server, and why it cannot be reached. */
    private record Away(DatabaseServer server, DatabaseException why) {}

    /**
     * Looks at all servers; changes nothing.
     *
     * @throws DatabaseException with a sentence that says what to do, if one does not let us in, or is too old
     */
    static ServersAway of(List<DatabaseServer> servers) {
        List<Away> away = new ArrayList<>();
        for (DatabaseServer server : servers) {
            try {
                ServerCheck.check(server.address(), "database.servers");
            } catch (DatabaseException e) {
                if (e.kind() != DatabaseException.Kind.UNAVAILABLE) {
                    throw e;
                }
                away.add(new Away(server, e));
            }
        }
        return new ServersAway(List.copyOf(away));
    }

    /**
     * Makes sure that none is away, because there is no organization yet.
     *
     * @throws DatabaseException if one is
     */
    void requireNone() {
        if (!all.isEmpty()) {
            throw all.getFirst().why();
        }
    }

    /**
     * Makes sure that those that are away have databases of organizations, by the platform's records; changes nothing.
     *
     * @throws DatabaseException if one has none
     */
    void requireInUse(ServerAddress platform) {
        if (all.isEmpty()) {
            return;
        }
        try (Database records = new Database(new Pool(platform, 1, 0))) {
            for (Away away : all) {
                if (databases(records, away.server()) == 0) {
                    throw away.why();
                }
                LOGGER.warn(
                        "{} The server starts without it, and organizations whose databases are there wait until it is back.",
                        away.why().getMessage());
            }
        }
    }

    private static long databases(Database records, DatabaseServer server) {
        return records.transaction(session -> {
            boolean any = session.sql("select to_regclass('organization_database') is not null as any")
                    .one(row -> row.flag("any"));
            return any
                    ? session.sql("""
                                    select count(*) as databases from organization_database
                                    where server = :name or (host = :host and port = :port)""")
                            .bind("name", server.name())
                            .bind("host", server.address().host())
                            .bind("port", server.address().port())
                            .one(row -> row.number("databases"))
                    : 0L;
        });
    }
}
